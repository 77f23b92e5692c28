"""The keys of a JSON report: one list for a network, one for a layer, each key with how it is written and read.

Writer, reader and schema follow from these lists. Keys are only ever added; a reader passes over those that it does
not know, and what an earlier version did not write is not known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from netcost.dtypes import Precision
from netcost.number import UNKNOWN, AtLeast, Value, exactly, plain
from netcost.place import Place, portable
from netcost.record import replace
from netcost.report.figures import FIGURES, Figure
from netcost.report.in_network import FIGURES_KEY
from netcost.report.item import MOST_LENGTH, Item
from netcost.report.key import (
    COUNT,
    FLAG,
    OPTIONAL,
    POSITIVE,
    SHAPE,
    SIZE,
    TENSORS,
    TEXT,
    TEXTS,
    Json,
    Key,
    array,
    mapping,
    record,
)
from netcost.report.layer_figures import LAYER_FIGURES, WHOLE, LayerFigure
from netcost.report.metrics import METRICS, Metric
from netcost.report.overridden import overrides_key
from netcost.report.row import SETTINGS, Row, Totals, end
from netcost.shapes import Shape, kind_of_axes

FORMAT_VERSION = "1.1"
"""Version of the report that JSON carries; the first number changes when a reader would break."""

SETTING_DEPTH = 3
"""How deep lists lie in one another, at most: paddings of several inputs have a list for each, of two for each axis."""


def _text(name: str) -> Key:
    """A text that is a field of the same name."""
    return Key(name, TEXT, lambda told: getattr(told, name), name, lambda item: item[name].text())


def _texts(item: Item, name: str) -> tuple[str, ...]:
    """A list of texts that earlier versions did not have, or that is left out."""
    found = item.get(name)
    return found.texts() if found else ()


def _flag(name: str, described: str) -> Key:
    return Key(
        name,
        {**FLAG, "description": described},
        lambda told: getattr(told, name),
        name,
        lambda item: item[name].flag(),
    )


def _dtype() -> Key:
    return Key("dtype", TEXT, lambda told: told.precision.short, "precision", _precision)


def model_keys() -> list[Key]:
    """The keys of a network, without its layers."""
    return [
        _text("name"),
        Key(
            "source",
            {**TEXT, "description": "the spec, never by an absolute path; empty if built by hand"},
            lambda report: portable(report.source),
            "source",
            lambda model: model["source"].text(),
        ),
        Key("batch", POSITIVE, lambda report: report.batch, "batch", lambda model: model["batch"].length()),
        _dtype(),
        overrides_key(),
        Key(
            "inputs",
            TENSORS,
            lambda report: _tensors(report.inputs),
            "inputs",
            lambda model: _shapes_of(model["inputs"]),
        ),
        Key(
            "outputs",
            TENSORS,
            lambda report: _tensors(report.outputs),
            "outputs",
            lambda model: _shapes_of(model["outputs"], doubtful="unknown" in model.value),
        ),
        Key(
            "warnings",
            {**TEXTS, "description": "what is strange about the network"},
            lambda report: list(report.warnings),
            "warnings",
            lambda model: model["warnings"].texts(),
        ),
        Key(
            "notes",
            {**TEXTS, "description": "what was assumed about the network"},
            lambda report: list(report.notes),
            "notes",
            lambda model: _texts(model, "notes"),
        ),
        *completeness_keys(),
        Key("totals", record(_metric_schemas()), lambda report: plain_totals(report.totals)),
        Key(
            FIGURES_KEY,
            {"type": "object", "properties": {name: _number(each) for name, each in FIGURES.items()}},
            lambda report: {name: exactly(report.figures.get(name)) for name in FIGURES},
            FIGURES_KEY,
            _figures,
            on_demand=True,
        ),
    ]


def completeness_keys() -> list[Key]:
    """What says of totals whether they are known in full."""
    return [
        Key(
            "complete",
            {**FLAG, "description": "whether the cost of every layer is known"},
            lambda report: report.totals.complete,
        ),
        Key(
            "unknown",
            {**TEXTS, "description": "layers whose cost is not known"},
            lambda report: report.totals.unknown or None,
            optional=True,
        ),
        Key(
            "at_least",
            {**TEXTS, "description": "metrics whose totals are lower bounds, or null: not known"},
            lambda report: report.totals.at_least or None,
            optional=True,
        ),
    ]


def row_keys() -> list[Key]:
    """The keys of a layer but its `index`, which the row itself does not know."""
    return [
        _text("name"),
        *map(_text, ("type", "title", "label")),
        Key(
            "layers",
            {**COUNT, "description": "how many layers the row stands for"},
            lambda row: row.layers,
            "layers",
            lambda layer: layer["layers"].length(),
        ),
        _flag("elementwise", "the layer only maps its input's elements"),
        _flag("declared_cost", "the costs are the author's word"),
        _text("shares"),
        Key("input_shape", array(SHAPE), lambda row: row.inputs, "inputs", _inputs),
        Key("input_axes", TEXTS, lambda row: ["".join(shape.axes) for shape in row.inputs]),
        Key("output_shape", SHAPE, lambda row: _told(row.output), "output", _output),
        Key("output_axes", TEXT, lambda row: "".join(row.output.axes)),
        Key("in_channels", array(OPTIONAL), lambda row: [end(shape).channels for shape in row.inputs]),
        Key("in_size", array(SIZE), lambda row: [end(shape).size for shape in row.inputs]),
        *_settings(),
        Key("out_channels", OPTIONAL, lambda row: plain(end(row.output).channels)),
        Key("out_size", SIZE, lambda row: end(row.output).size),
        _dtype(),
        Key(
            "weights",
            {**mapping(array(OPTIONAL)), "description": "null for a length that is not known"},
            lambda row: {name: list(map(plain, shape)) for name, shape in row.weights.items()},
            "weights",
            lambda layer: {
                name: _lengths(shape, doubtful="unknown" in layer.value)
                for name, shape in layer["weights"].members().items()
            },
        ),
        *_metrics(),
        Key("place", TEXT, lambda row: _place_text(row.place), "place", _place),
        Key(
            "sources",
            {**TEXTS, "description": "the layers and inputs that it takes from"},
            lambda row: row.sources,
            "sources",
            _sources,
            optional=True,
        ),
        Key(
            "unknown",
            {**TEXTS, "description": "the layers of this row whose cost is not known"},
            lambda row: row.unknown or None,
            "unknown",
            lambda layer: _texts(layer, "unknown"),
            optional=True,
        ),
        *_in_network(),
    ]


@lru_cache
def _place_text(place: Place | None) -> str:
    """Where a layer is declared; all that an item stands for have one place."""
    return place.portable if place else ""


def _settings() -> Iterator[Key]:
    """One field of a row, a key for each setting."""
    schema = {"description": "null where the layer has no such setting"}
    for name in SETTINGS:
        key = Key(name, schema, partial(_written_setting, name))
        yield key if name != SETTINGS[0] else replace(key, field="settings", read=_read_settings)


def _metrics() -> Iterator[Key]:
    """One field of a row, a key for each metric and one for those that are not known in full."""
    for name, schema in _metric_schemas().items():
        yield Key(name, schema, partial(_written_count, name))
    yield Key(
        "at_least",
        {**TEXTS, "description": "metrics of which the number is a lower bound, or null: not known"},
        lambda row: (
            [
                name
                for name in METRICS
                if isinstance(row.counts[name] if name in row.counts else row[name], AtLeast)
            ]
            or None
        ),
        "counts",
        _read_counts,
        optional=True,
    )


def _metric_schemas() -> Json:
    return {name: _number(metric) for name, metric in METRICS.items()}


def _number(counted: Metric | Figure | LayerFigure) -> Json:
    kind = "number" if counted.unit == "ratio" else "integer"
    return {"type": [kind, "null"], "minimum": 0, "description": counted.help}


def _in_network() -> Iterator[Key]:
    """One field of a row, a key for each number of a layer in its network."""
    for name, figure in LAYER_FIGURES.items():
        schema = _per_axis(figure) if figure.per_axis else _number(figure)
        key = Key(name, schema, partial(_written_in_network, name), "in_network", on_demand=True)
        yield replace(key, read=_read_in_network) if name == next(iter(LAYER_FIGURES)) else key


def _per_axis(figure: LayerFigure) -> Json:
    """A list with a number for each axis, or the word for all of the input."""
    each = array({"type": "number", "minimum": 0})
    return {"anyOf": [each, {"const": WHOLE}, {"type": "null"}], "description": figure.help}


def members(keys: Iterable[Key], told: object, asked: Collection[str] = ()) -> Json:
    """The keys and values of an object."""
    return {
        key.name: value
        for key in written_keys(keys, asked)
        if (value := key.write(told)) is not None or not key.optional
    }


def written_keys(keys: Iterable[Key], asked: Collection[str]) -> list[Key]:
    """The keys that are written, where some are asked for by name."""
    return [key for key in keys if not key.on_demand or key.name in asked]


def plain_totals(totals: Totals) -> Json:
    """Totals for programs."""
    return {name: plain(totals[name]) for name in METRICS}


def read(keys: Iterable[Key], item: Item) -> dict[str, Any]:
    """The fields that an object holds."""
    return {key.field: key.read(item) for key in keys if key.read}


# From values of a document to fields, and back


def _tensors(shapes: Mapping[str, Shape]) -> Json:
    return {name: {"shape": _told(shape), "axes": "".join(shape.axes)} for name, shape in shapes.items()}


def _told(shape: Shape) -> Sequence[int | float | None]:
    """The lengths of a shape, null for one that is not known."""
    return list(map(plain, shape)) if UNKNOWN in shape else shape


def _shapes_of(shapes: Item, *, doubtful: bool = False) -> dict[str, Shape]:
    found = shapes.members().items()
    return {name: _shape(item["shape"], item["axes"], doubtful=doubtful) for name, item in found}


def _shape(lengths: Item, axes: Item, *, doubtful: bool = False) -> Shape:
    found, letters = _lengths(lengths, doubtful=doubtful), axes.text()
    kind = kind_of_axes(letters)
    if kind is None or (letters and len(letters) != len(found)):
        raise ValueError(f"{axes.path} does not name the axes of {list(found)}, it is `{letters}`")
    return kind(found)


def _inputs(layer: Item) -> tuple[Shape, ...]:
    lengths, axes = layer["input_shape"], layer["input_axes"]
    shapes, names = list(lengths.items()), list(axes.items())
    if len(shapes) != len(names):
        raise ValueError(f"{axes.path} names {len(names)} inputs, {lengths.path} has {len(shapes)}")
    return tuple(map(_shape, shapes, names))


def _output(layer: Item) -> Shape:
    return _shape(layer["output_shape"], layer["output_axes"], doubtful="unknown" in layer.value)


def _lengths(shape: Item, *, doubtful: bool) -> tuple[Any, ...]:
    """Lengths of axes; of a layer whose cost is not known they may be missing, or 0 where a file stores nothing."""
    if not doubtful:
        return shape.lengths()
    return tuple(UNKNOWN if item.value is None else item.count(0, MOST_LENGTH) for item in shape.items())


def _written_setting(name: str, row: Row) -> object:
    return row.settings.get(name)


def _read_settings(layer: Item) -> dict[str, Any]:
    return {name: _setting(layer[name]) for name in SETTINGS if layer[name].value is not None}


def _setting(item: Item, depth: int = SETTING_DEPTH) -> Any:
    if isinstance(item.value, list) and depth:
        return tuple(_setting(each, depth - 1) for each in item.items())
    return item.text() if isinstance(item.value, str) else item.count(most=MOST_LENGTH)


def _written_count(name: str, row: Row) -> object:
    value = row.counts.get(name)
    return value if type(value) is int else plain(row[name])


def _read_counts(layer: Item) -> Json:
    """What was counted; a metric that follows from others is not read, and one that is missing is not known."""
    at_least = _texts(layer, "at_least")
    found = {name: layer.get(name) for name, metric in METRICS.items() if metric.of or metric.along}
    return {
        name: _count(item, METRICS[name], bound=name in at_least)
        for name, item in found.items()
        if item is not None
    }


def _written_in_network(name: str, row: Row) -> object:
    value = row[name]
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value if value == WHOLE else exactly(value)


def _read_in_network(layer: Item) -> Mapping[str, Mapping[str, Any]]:
    """The numbers that were asked for when the document was written."""
    own = layer["name"].text()
    found = {name: layer.get(name) for name in LAYER_FIGURES}
    return {
        name: {own: _in_network_of(item, LAYER_FIGURES[name])}
        for name, item in found.items()
        if item is not None
    }


def _in_network_of(item: Item, figure: LayerFigure) -> Any:
    if item.value is None:
        return UNKNOWN if figure.adds else None
    if isinstance(item.value, list):
        return tuple(each.number() for each in item.items())
    return WHOLE if item.value == WHOLE else item.count()


def _figures(model: Item) -> Mapping[str, Value]:
    """The figures that the document has; those that it lacks are not known."""
    item = model.get(FIGURES_KEY)
    found = item.members() if item else {}
    return {name: found[name].count() for name in FIGURES if name in found and found[name].value is not None}


def _count(item: Item, metric: Metric, *, bound: bool) -> Any:
    if item.value is None and bound:
        return UNKNOWN
    if item.value is None and not metric.adds:
        return None
    number = item.number() if metric.unit == "ratio" else item.count()
    return AtLeast(number) if bound else number


def _precision(item: Item) -> Precision:
    weights, _, activations = item["dtype"].text().partition("/")
    return Precision(weights, activations or weights)


def _sources(layer: Item) -> tuple[str, ...] | None:
    found = layer.get("sources")
    return None if found is None else found.texts()


def _place(layer: Item) -> Place | None:
    text = layer["place"].text()
    if not text:
        return None
    path, line, column = [*text.rsplit(":", 2), "", ""][:3]
    if line.isdecimal() and column.isdecimal():
        return Place(path, int(line), int(column))
    return Place(text, 0, 0)
