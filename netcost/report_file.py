"""Reads reports back from the JSON that netcost writes, to compare a network with what it was before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from netcost.dtypes import Precision
from netcost.limits import BOUND
from netcost.place import Place
from netcost.render.cells import SETTINGS
from netcost.report import FORMAT_VERSION, ROW_METRICS, Report, Row
from netcost.shapes import Shape, kind_of_axes
from netcost.source.json import read_json

MAX_SHOWN = 40
"""Characters of a value that is not what it should be."""

SETTING_DEPTH = 3
"""How deep lists lie in one another, at most: paddings of several inputs have a list for each, of two for each axis."""

MOST_COUNT = 2**256 - 1
"""Beyond what can be counted of tensors of less than 2^63 elements, however many they are."""

MOST_LENGTH = BOUND - 1


def read_report(text: str | bytes) -> tuple[Report, ...]:
    """Read every network's report from a JSON document.

    Settings of a layer that have no column of their own are not in the document, and not in what is read.

    Raises:
        ValueError: it is no JSON, of another format version, or a value is missing or of another kind; the
            message says where.
    """
    document = Item(read_json(text), "")
    _check_version(document["format_version"])
    return tuple(_report(model) for model in document["models"].items())


@dataclass(frozen=True, slots=True)
class Item:
    """A value of the document with the way to it, as in `models[0].layers[3].macs`."""

    value: Any
    path: str

    def __getitem__(self, key: str) -> Item:
        """Take a value out of an object."""
        members = self._of(dict, "an object")
        if key not in members:
            raise ValueError(f"{self.path or 'the report'} has no `{key}`")
        return Item(members[key], f"{self.path}.{key}" if self.path else key)

    def items(self) -> Iterator[Item]:
        """Go through a list."""
        for index, value in enumerate(self._of(list, "a list")):
            yield Item(value, f"{self.path}[{index}]")

    def members(self) -> dict[str, Item]:
        """Return an object's values by name."""
        return {name: self[name] for name in self._of(dict, "an object")}

    def text(self) -> str:
        """Return a text; an escape of half a character, which JSON allows, is none."""
        found = str(self._of(str, "a text"))
        if not found.isascii() and any("\ud800" <= character <= "\udfff" for character in found):
            raise self._refusal("a text of whole characters")
        return found

    def flag(self) -> bool:
        """Return true or false."""
        return bool(self._of(bool, "true or false"))

    def count(self, least: int = 0, most: int = MOST_COUNT) -> int:
        """Return a whole number within bounds, written as one: 3.0 and true are none."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < least:
            raise self._refusal(f"a whole number of at least {least}")
        if self.value > most:
            raise self._refusal(f"a number below 2^{most.bit_length()}")
        return self.value

    def lengths(self) -> tuple[int, ...]:
        """Return a list of the lengths of axes."""
        return tuple(item.count(1, MOST_LENGTH) for item in self.items())

    def _of(self, kind: type, described: str) -> Any:
        if not isinstance(self.value, kind):
            raise self._refusal(described)
        return self.value

    def _refusal(self, described: str) -> ValueError:
        from json import JSONEncoder

        # As much of it as is shown: what stands there may be as large as the document.
        found = "".join(islice(JSONEncoder().iterencode(self.value), MAX_SHOWN + 1))
        shown = found if len(found) <= MAX_SHOWN else f"{found[: MAX_SHOWN - 3]}..."
        return ValueError(f"{self.path or 'the report'} should be {described}, it is {shown}")


def _check_version(version: Item) -> None:
    found, known = version.text(), FORMAT_VERSION
    if found.partition(".")[0] != known.partition(".")[0]:
        raise ValueError(f"the report has format version {found}, this netcost reads version {known}")


def _report(model: Item) -> Report:
    return Report(
        name=model["name"].text(),
        source=model["source"].text(),
        precision=_precision(model["dtype"]),
        inputs=_tensors(model["inputs"]),
        outputs=_tensors(model["outputs"]),
        rows=[_row(layer) for layer in model["layers"].items()],
        batch=model["batch"].count(1, MOST_LENGTH),
        warnings=tuple(item.text() for item in model["warnings"].items()),
    )


def _row(layer: Item) -> Row:
    counts: dict[str, Any] = {name: layer[name].count() for name in ROW_METRICS}
    settings = {name: _setting(layer[name]) for name in SETTINGS if layer[name].value is not None}
    return Row(
        name=layer["name"].text(),
        type=layer["type"].text(),
        title=layer["title"].text(),
        label=layer["label"].text(),
        inputs=tuple(_shapes(layer["input_shape"], layer["input_axes"])),
        output=_shape(layer["output_shape"], layer["output_axes"]),
        settings=settings,
        precision=_precision(layer["dtype"]),
        weights={name: shape.lengths() for name, shape in layer["weights"].members().items()},
        elementwise=layer["elementwise"].flag(),
        declared_cost=layer["declared_cost"].flag(),
        shares=layer["shares"].text(),
        layers=layer["layers"].count(1, MOST_LENGTH),
        place=_place(layer["place"].text()),
        **counts,
    )


def _tensors(shapes: Item) -> dict[str, Shape]:
    return {name: _shape(item["shape"], item["axes"]) for name, item in shapes.members().items()}


def _shape(lengths: Item, axes: Item) -> Shape:
    found, letters = lengths.lengths(), axes.text()
    kind = kind_of_axes(letters)
    if kind is None or (letters and len(letters) != len(found)):
        raise ValueError(f"{axes.path} does not name the axes of {list(found)}, it is `{letters}`")
    return kind(found)


def _shapes(lengths: Item, axes: Item) -> Iterator[Shape]:
    shapes, names = list(lengths.items()), list(axes.items())
    if len(shapes) != len(names):
        raise ValueError(f"{axes.path} names {len(names)} inputs, {lengths.path} has {len(shapes)}")
    yield from map(_shape, shapes, names)


def _setting(item: Item, depth: int = SETTING_DEPTH) -> Any:
    if isinstance(item.value, list) and depth:
        return tuple(_setting(each, depth - 1) for each in item.items())
    return item.text() if isinstance(item.value, str) else item.count(most=MOST_LENGTH)


def _precision(item: Item) -> Precision:
    weights, _, activations = item.text().partition("/")
    return Precision(weights, activations or weights)


def _place(text: str) -> Place | None:
    if not text:
        return None
    path, line, column = [*text.rsplit(":", 2), "", ""][:3]
    if line.isdecimal() and column.isdecimal():
        return Place(path, int(line), int(column))
    return Place(text, 0, 0)
