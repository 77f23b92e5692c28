"""A model file of Ultralytics: numbers at its top, and two lists of rows `[from, repeats, module, args]`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from netcost.place import Place
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode
from netcost.source.fault import Fault, choices

MAX_ROWS = 1_000
MAX_REPEATS = 1_000
ROW = 4
SCALE = 3
"""Numbers of a scale: depth, width, and the most channels."""

SCALE_IN_NAME = re.compile(r"yolo(?:e-)?v?\d+([nslmx])")
"""A letter behind the version in the name of a file is its scale: yolov8n.yaml, yolo11x-seg.yaml."""

WORDS: Mapping[str, Any] = {"None": None, "none": None, "True": True, "False": False}
MISSING: Any = object()


class Value(NamedTuple):
    """An argument, and where it stands."""

    value: Any
    place: Place


class Args:
    """What stands behind a module, by its place from 0.

    Args:
        values: the arguments.
        place: where they stand.
    """

    def __init__(self, values: Sequence[Value], place: Place) -> None:
        self.values = list(values)
        self.place = place

    def __len__(self) -> int:
        return len(self.values)

    def place_of(self, index: int) -> Place:
        """Where an argument stands."""
        return self.values[index].place if index < len(self.values) else self.place

    def any(self, index: int, default: Any = MISSING) -> Any:
        """An argument, whatever it is.

        Raises:
            Fault: it is left out, and there is no usual one.
        """
        if index < len(self.values):
            return self.values[index].value
        if default is MISSING:
            raise Fault(self.place, f"argument {index + 1} is left out")
        return default

    def whole(self, index: int, default: Any = MISSING, least: int = 1) -> int:
        """A whole number.

        Raises:
            Fault: it is something else, or less than the least.
        """
        found = self.any(index, default)
        if isinstance(found, bool) or not isinstance(found, int) or not least <= found < 2**31:
            raise Fault(
                self.place_of(index), f"expected a whole number of at least {least}, got `{found!s:.60}`"
            )
        return found

    def number(self, index: int, default: float) -> float:
        """A number.

        Raises:
            Fault: it is something else.
        """
        found = self.any(index, default)
        if isinstance(found, bool) or not isinstance(found, (int, float)) or not 0 < found < 2**31:
            raise Fault(self.place_of(index), f"expected a number above 0, got `{found!s:.60}`")
        return found

    def flag(self, index: int, *, default: bool) -> bool:
        """True or false; a number other than 0 is true.

        Raises:
            Fault: it is something else.
        """
        found = self.any(index, default)
        if not isinstance(found, (bool, int)) and found is not None:
            raise Fault(self.place_of(index), f"expected True or False, got `{found!s:.60}`")
        return bool(found)

    def wholes(self, index: int, default: Any = MISSING, least: int = 1) -> tuple[int, ...]:
        """A list of whole numbers, or one of them.

        Raises:
            Fault: it is something else.
        """
        found = self.any(index, default)
        items = list(found) if isinstance(found, (list, tuple)) else [found]
        each = Args([Value(item, self.place_of(index)) for item in items], self.place_of(index))
        if not items:
            raise Fault(self.place_of(index), "this list is empty")
        return tuple(each.whole(place, least=least) for place in range(len(items)))


@dataclass(frozen=True)
class Row:
    """One module of the file."""

    sources: tuple[int, ...]
    is_list: bool
    """Whether its sources are written as a list."""
    repeats: int
    module: str
    args: Args
    place: Place
    source_place: Place
    module_place: Place


@dataclass(frozen=True)
class Model:
    """What a file says, with one of its scales."""

    rows: tuple[Row, ...]
    classes: int
    channels: int
    depth: float
    width: float
    most: float
    scale: str
    scales: tuple[str, ...]
    activation: Value | None
    bins: int
    """Numbers for each side of a box, `reg_max`."""
    end_to_end: bool
    keypoints: tuple[int, int]

    def wide(self, channels: int) -> int:
        """So many channels at this scale: a multiple of 8."""
        return int(-(-(min(channels, self.most) * self.width) // 8) * 8)

    def deep(self, repeats: int) -> int:
        """So many repeats at this scale."""
        return max(round(repeats * self.depth), 1) if repeats > 1 else repeats


def scale_in(name: str) -> str:
    """The scale that a file's name tells; empty if it tells none."""
    found = SCALE_IN_NAME.search(name)
    return found[1] if found else ""


def model_of(root: YamlNode, name: str, variant: str, changed: Mapping[str, Any]) -> Model:
    """Read a file at a scale.

    Args:
        root: its tree.
        name: its name without folders and suffix.
        variant: the scale that is asked for; empty for the one that the name tells, else the first.
        changed: what stands in place of keys of the file.

    Raises:
        Fault: something is wrong with it.
    """
    if not isinstance(root, MappingNode):
        raise Fault(root.place, "a model file has keys: nc, backbone, head")
    top = _Top(root, changed)
    scales = root.get("scales")
    names = tuple(key.text for key, _ in scales) if isinstance(scales, MappingNode) else ()
    scale = variant or scale_in(name) or (names[0] if names else "")
    depth, width, most = _scaled(root, top, scales, scale)
    names_of_args = {"nc": top.whole("nc", 80), "reg_max": top.whole("reg_max", 16)}
    keypoints = top.wholes("kpt_shape", (17, 3))
    if len(keypoints) != 2:  # noqa: PLR2004
        raise Fault(root.place, f"kpt_shape has {len(keypoints)} numbers", "as in [17, 3]")
    values = {**names_of_args, "kpt_shape": list(keypoints), "scale": scale, "end2end": top.flag("end2end")}
    return Model(
        rows=tuple(_rows(root, values)),
        classes=names_of_args["nc"],
        channels=top.whole("ch", top.whole("channels", 3)),
        depth=depth,
        width=width,
        most=most,
        scale=scale,
        scales=names,
        activation=_activation(root.get("activation")),
        bins=names_of_args["reg_max"],
        end_to_end=bool(values["end2end"]),
        keypoints=(keypoints[0], keypoints[1]),
    )


def _activation(node: YamlNode | None) -> Value | None:
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return None
    if not isinstance(node, Scalar):
        raise Fault(node.place, "an activation is a word, as in nn.ReLU()")
    return Value(node.text, node.place)


class _Top:
    """The numbers at the top of a file, or what stands in their place."""

    def __init__(self, root: MappingNode, changed: Mapping[str, Any]) -> None:
        self.root = root
        self.changed = changed

    def _args(self, key: str) -> Args:
        node = self.root.get(key)
        if key in self.changed:
            place = Place(f"--set {key}", 0, 0)
            return Args([Value(_literal(str(self.changed[key])), place)], place)
        place = self.root.place if node is None else node.place
        return Args([] if node is None else [_value(node, {})], place)

    def whole(self, key: str, default: int) -> int:
        return self._args(key).whole(0, default)

    def wholes(self, key: str, default: tuple[int, ...]) -> tuple[int, ...]:
        return self._args(key).wholes(0, default)

    def number(self, key: str, default: float) -> float:
        return self._args(key).number(0, default)

    def flag(self, key: str) -> bool:
        return self._args(key).flag(0, default=False)


def _scaled(root: MappingNode, top: _Top, scales: YamlNode | None, scale: str) -> tuple[float, float, float]:
    """Depth, width and the most channels of a scale."""
    if scales is not None and not isinstance(scales, MappingNode):
        raise Fault(scales.place, "`scales` are names with three numbers each", "n: [0.33, 0.25, 1024]")
    if scales is None or not len(scales):
        return top.number("depth_multiple", 1.0), top.number("width_multiple", 1.0), float("inf")
    node = scales.get(scale)
    if node is None:
        names = choices([key.text for key, _ in scales])
        key = root.key("scales")
        place = scales.place if key is None else key.place
        raise Fault(place, f"there is no scale `{scale[:40]}`", f"`--variant` takes {names}")
    if not isinstance(node, SequenceNode) or len(node) != SCALE:
        raise Fault(node.place, "a scale has three numbers", "[depth, width, max_channels]")
    found = Args([_value(item, {}) for item in node], node.place)
    return found.number(0, 1.0), found.number(1, 1.0), found.number(2, 1.0)


def _rows(root: MappingNode, values: Mapping[str, Any]) -> list[Row]:
    found: list[Row] = []
    for key in ("backbone", "head"):
        node = root.get(key)
        if not isinstance(node, SequenceNode):
            place = root.place if node is None else node.place
            raise Fault(place, f"`{key}` is a list of modules", "each row is [from, repeats, module, args]")
        if len(node) > MAX_ROWS:
            raise Fault(node.place, f"`{key}` has {len(node):,} rows, more than {MAX_ROWS:,}")
        found += [_row(item, values) for item in node]
    if not found:
        raise Fault(root.place, "this file has no modules")
    return found


def _row(node: YamlNode, values: Mapping[str, Any]) -> Row:
    if not isinstance(node, SequenceNode) or len(node) != ROW:
        raise Fault(node.place, "a row has four parts", "[from, repeats, module, args]")
    sources, repeats, module, args = node.items
    if not isinstance(module, Scalar) or not isinstance(args, SequenceNode):
        wrong = args if isinstance(module, Scalar) else module
        raise Fault(wrong.place, "a row is [from, repeats, module, args], where args is a list")
    one = Args([_value(sources, {})], sources.place)
    count = Args([_value(repeats, {})], repeats.place).whole(0)
    if count > MAX_REPEATS:
        raise Fault(repeats.place, f"{count:,} repeats are more than {MAX_REPEATS:,}")
    return Row(
        sources=one.wholes(0, least=-MAX_ROWS),
        is_list=isinstance(sources, SequenceNode),
        repeats=count,
        module=module.text,
        args=Args([_value(item, values) for item in args], args.place),
        place=node.place,
        source_place=sources.place,
        module_place=module.place,
    )


def _value(node: YamlNode, names: Mapping[str, Any]) -> Value:
    """What a node says: words may be names of the file, or as Python writes them."""
    if isinstance(node, SequenceNode):
        return Value([_value(item, names).value for item in node], node.place)
    if not isinstance(node, Scalar):
        raise Fault(node.place, "expected a number, a word or a list, got a mapping")
    if isinstance(node.value, str):
        return Value(names.get(node.value, _literal(node.value)), node.place)
    return Value(node.value, node.place)


def _literal(text: str) -> Any:
    if text in WORDS:
        return WORDS[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
