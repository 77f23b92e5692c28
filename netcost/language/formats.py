"""Number formats as a spec names them."""

from __future__ import annotations

from netcost.blocks import BlockFormat, Grouped, block_formats, families, format_names, layout_of
from netcost.dtypes import BITS, Precision, own_word
from netcost.integers import BOUND
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode, refuse_keys, text_of
from netcost.source.fault import Fault, meant
from netcost.source.problem import one_of, write
from netcost.wording import listed

PLACES = ("weights", "activations")
BLOCK_KEYS = ("format", "group", "flat", "scale", "zero", "global", "other")
GROUP_WORDS = {"row": (1, 0), "channel": (1, 0), "token": (1, 0), "tensor": (0, 0)}
"""Rows and numbers of a row that share a scale, 0 for all of them."""

MOST_OF_A_FAMILY = 11
"""Formats of a family that are told where a name is unknown."""

OTHER_WORDS = {
    "64": ("float64", "int64"),
    "32": ("float32", "int32"),
    "16": ("float16", "bfloat16"),
    "8": ("int8", "fp8"),
    "4": ("int4", "nf4"),
    **{f"w{w}a{a}": (f"int{w}/{'int8' if a == '8' else 'float16'}",) for w in "48" for a in ("8", "16")},
    **dict.fromkeys(("float", "single", "full", "default", "amp", "mixed"), ("float32",)),
    **dict.fromkeys(("double",), ("float64",)),
    **dict.fromkeys(("int", "integer", "quantized", "quant"), ("int8",)),
    **dict.fromkeys(("byte", "char"), ("uint8", "int8")),
}
"""What number formats are called where their bits or a word suffice."""

FLOATS = tuple(name for name in BITS if "float" in name or name == "fp8")
NEEDS_NO_SCALE = ("float64", "float32", "float16", "bfloat16", "bool")


def read_dtype(node: YamlNode) -> Precision:
    """Read `float16`, `int8/float16`, `{weights: int8, activations: float16}` or `{format: int4, group: 128, ...}`.

    What is left out is empty; so are the activations of a format that is for weights only.

    Raises:
        Fault: an unknown number format, or one that is not for activations.
    """
    if isinstance(node, MappingNode) and node.get("format") is None:
        if set(BLOCK_KEYS).intersection(key.text for key, _ in node):
            key = next(key for key, _ in node if key.text in BLOCK_KEYS)
            hint = "write `{weights: {format: int4, group: 128, scale: float16}}`"
            raise Fault(key.place, f"`{key.text}` stands beside `format`", hint)
        refuse_keys(list(node), "dtype", PLACES)
        given = {key.text: (each, _read(each)) for key, each in node}
        return _pair(*(given.get(name, (node, "")) for name in PLACES))
    if isinstance(node, SequenceNode):
        raise Fault(node.place, "expected a number format, got a list", _of_list(node))
    text = node if isinstance(node, MappingNode) else text_of(node, "a number format")
    parts = text.text.split("/") if isinstance(text, Scalar) else ()
    if isinstance(text, Scalar) and len(parts) == len(PLACES):
        return _pair(*((node, _named(text, part)) for part in parts))
    found = _read(node)
    return Precision(found, "" if _is_for_weights(found) else found)


def _pair(weights: tuple[YamlNode, str], activations: tuple[YamlNode, str]) -> Precision:
    """The formats of weights and activations.

    Raises:
        Fault: the activations are in one that is for weights only.
    """
    node, name = activations
    if name and _is_for_weights(name):
        message = f"no activations are in {name}: it is a format that weights are stored in"
        raise Fault(node.place, message, "write that in which is computed, as float16")
    return Precision(weights[1], name)


def _is_for_weights(name: str) -> bool:
    layout = layout_of(name)
    return layout is not None and layout.weights_only


def _read(node: YamlNode) -> str:
    """A format by its name, or by what it consists of.

    Raises:
        Fault: there is no such format.
    """
    if isinstance(node, MappingNode):
        return _grouped(node)
    scalar = text_of(node, "a number format")
    return _named(scalar, scalar.text)


def _named(scalar: Scalar, name: str) -> str:
    if name in block_formats():
        return block_formats()[name]
    if own_word(name) in BITS:
        return own_word(name)
    kinds = {"plain": BITS, **families()}
    known = "; ".join(f"{family}: {listed(list(names), MOST_OF_A_FAMILY)}" for family, names in kinds.items())
    hint = meant(name, format_names(), known)
    raise Fault(
        scalar.place, f"unknown number format `{name}`", one_of(OTHER_WORDS.get(name.lower(), ()), hint)
    )


def _of_list(node: SequenceNode) -> str:
    """The hint for a list: its formats are those of weights and of activations."""
    hint = "write `float16`, or `int8/float16` for weights and activations"
    words = [each.text for each in node if isinstance(each, Scalar)]
    return write("/".join(words[: len(PLACES)]), hint) if words else hint


def _grouped(node: MappingNode) -> str:
    """The format of numbers that share scales by groups.

    Raises:
        Fault: a key that is unknown, or missing, or that nothing can be made of.
    """
    refuse_keys(list(node), "a number format", BLOCK_KEYS)
    given = {key.text: (key, each) for key, each in node}
    if "format" not in given:
        raise Fault(node.place, "this number format does not say of what", "write `format: int4`")
    name = _plain(given["format"][1], "the numbers of a group")
    others = [key for key, _ in node if key.text != "format"]
    if not others:
        return name
    if name in NEEDS_NO_SCALE:
        raise Fault(
            others[0].place, f"{name} has no scales, so that there are no groups", f"write `dtype: {name}`"
        )
    if "group" in given and "flat" in given:
        hint = "`group` runs along rows, `flat` over the whole tensor; keep one of them"
        raise Fault(given["flat"][0].place, "`group` and `flat` are both given", hint)
    if not {"group", "flat"}.intersection(given):
        raise Fault(node.place, "nothing says what shares a scale", "write `group: 128`, `row` or `tensor`")
    if "scale" not in given:
        raise Fault(node.place, "a group needs a scale", "write `scale: float16`")
    outputs, inputs = _group(given["group"][1]) if "group" in given else (1, 0)
    layout = Grouped(
        name,
        outputs,
        inputs,
        flat=_length(given["flat"][1], "flat") if "flat" in given else 0,
        scale=_scale(given["scale"][1]),
        zero=_plain(given["zero"][1], "zero points") if "zero" in given else "",
        single=_plain(given["global"][1], "a number for the whole tensor") if "global" in given else "",
        other=_plain(given["other"][1], "weights without groups") if "other" in given else "",
    )
    return BlockFormat.of(layout)


def _plain(node: YamlNode, what: str) -> str:
    """The name of a format without block scales.

    Raises:
        Fault: it is something else.
    """
    scalar = text_of(node, "a number format")
    name = _named(scalar, scalar.text)
    if name not in BITS:
        hint = f"write `{name}` alone" if what == "the numbers of a group" else f"there are {', '.join(BITS)}"
        raise Fault(scalar.place, f"{what} are plain, {name} has block scales of its own", hint)
    return name


def _scale(node: YamlNode) -> str:
    """The format of scales: floats, or numbers that have scales themselves.

    Raises:
        Fault: it is something else.
    """
    name = _read(node)
    if name in FLOATS or (not isinstance(node, Scalar) and name not in BITS):
        return name
    raise Fault(node.place, f"scales are floats, {name} is none", f"write {', '.join(FLOATS[1:4])}")


def _group(node: YamlNode) -> tuple[int, int]:
    """Rows and numbers of each that share a scale, 0 for all.

    Raises:
        Fault: it is something else.
    """
    if isinstance(node, SequenceNode):
        if len(node.items) != len(PLACES):
            raise Fault(
                node.place, f"a group of {len(node.items)} lengths", "write `[rows, columns]`, as [128, 128]"
            )
        rows, columns = (_length(each, "group") for each in node.items)
        return rows, columns
    scalar = text_of(node, "the length of a group")
    return GROUP_WORDS[scalar.text] if scalar.text in GROUP_WORDS else (1, _length(node, "group"))


def _length(node: YamlNode, key: str) -> int:
    """How many numbers share a scale.

    Raises:
        Fault: no whole number from 1.
    """
    scalar = text_of(node, "the length of a group")
    value = scalar.value
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < BOUND:
        return value
    hint = (
        f"write a whole number from 1, or {', '.join(GROUP_WORDS)}"
        if key == "group"
        else "write a whole number from 1"
    )
    raise Fault(scalar.place, f"`{key}` is a number of elements, this is `{scalar.text}`", hint)
