"""Fields that hold a mapping of named values, or one of several kinds of value."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import jsonschema
import pytest

from netcost.analysis.explain import explain
from netcost.language.fields import read_fields
from netcost.language.scope import Scope
from netcost.language.work import Work
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.refusals import LayerError
from netcost.layers.values import Axes, Count, Either, Flag, OneOf, Record
from netcost.network import Network
from netcost.shapes import Shape, Vector
from netcost.source.document import MappingNode
from netcost.source.fault import Fault
from netcost.source.read_document import parse_document


class Extra(NamedTuple):
    """Another part."""

    width: Count
    window: Axes = 1
    gate: Flag = False


RECORD = Record(Extra, "the widths of an extra part", example="{width: 8}")
Extras = Annotated[int | Extra, Either(Count.__metadata__[0], RECORD)]
FlagOrAll = Annotated[bool | str, Either(Flag.__metadata__[0], OneOf(["all"]))]


@declare
class Made(Layer):
    """Make something of a vector."""

    type = "made"
    title = "Made"

    extra: Extras = field(symbol="X", help="an extra part", example="{width: 8}")
    normed: FlagOrAll = field(default=False, help="what is normed")

    def output(self, *inputs: Shape) -> Shape:
        """The input."""
        return inputs[0]

    def weights(self, x: Shape) -> Weights:
        """A matrix, where there is a width."""
        return {"weight": (x.channels, self.extra.width)} if isinstance(self.extra, Extra) else {}


def read(text: str, **known: Any) -> Layer:
    """The layer of an item's fields."""
    root = parse_document(text.encode(), "net.yaml").root
    assert isinstance(root, MappingNode)
    pairs = list(root)
    work = Work()
    return read_fields(Made, pairs[0][0], pairs, [], {}, work).make(Scope(known), work)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("extra: 2", 2),
        ("extra: {width: 8}", Extra(8)),
        ("extra: {width: 8, window: [2, 3], gate: true}", Extra(8, (2, 3), True)),
        ("extra: {width: 4 * n, window: [n, 8 / n], gate: n == 2}", Extra(8, (2, 4), True)),
        ("extra: n", 2),
    ],
)
def test_a_mapping_is_kept_by_the_names_of_its_parts(text: str, kept: object) -> None:
    """Parts may be expressions; those left out have their defaults."""
    layer = read(text, n=2)
    assert isinstance(layer, Made)
    assert layer.extra == kept
    assert layer == read(text, n=2)


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("extra: {width: 0}", "1:16", "extra.width: expected a whole number of at least 1, got 0"),
        ("extra: {width: 3 / 2}", "1:16", "extra.width: `3 / 2` is 1.5, expected a whole number of at least 1"),
        ("extra: {window: 3}", "1:8", "extra: it needs `width`, as in {width: 8}"),
        ("extra: {width: 1, gat: true}", "1:19", "unknown field `gat` for this mapping"),
        ("extra: {width: {a: 1}}", "1:16", "expected a value, got a mapping"),
        ("extra: 0", "1:8", "extra: expected a whole number of at least 1 or the widths of an extra part, got 0"),
        ("{extra: 1, normed: every}", "1:20", "unknown name `every`"),
    ],
)  # fmt: skip
def test_a_faulty_part_is_told_where_it_stands(text: str, where: str, message: str) -> None:
    """By its own name and place."""
    with pytest.raises(Fault) as caught:
        read(text)
    place = caught.value.problem.place
    assert (f"{place.line}:{place.column}", caught.value.problem.message) == (where, message)


@pytest.mark.parametrize(
    ("given", "label"),
    [
        (Extra(8), "Made (X=width=8 window=1)"),
        ({"width": 8, "gate": True}, "Made (X=width=8 window=1 gate)"),
        (2, "Made (X=2)"),
    ],
)
def test_a_label_shows_the_parts_that_are_given(given: Any, label: str) -> None:
    """A switch by its name alone."""
    assert Made(extra=given).label(Vector((1, 4))) == label


def test_python_gives_a_mapping_or_the_tuple_itself() -> None:
    """Both are the same layer; another mapping is refused."""
    given: Any = {"width": 8}
    assert Made(extra=given) == Made(extra=Extra(8))
    strange: Any = {"wide": 8}
    with pytest.raises(LayerError, match="`wide` is none of width, window, gate"):
        Made(extra=strange)


def test_formulas_name_the_parts() -> None:
    """As the field's symbol and the part's name."""
    network = Network("net")
    network.input(Vector((1, 4)))
    network.add("made1", Made(extra=Extra(8)))
    formulas = [formula for section in explain(network, "made1").sections for formula in section.formulas]
    assert next(formula.words for formula in formulas if formula.names == ("weight",)) == "D * X_width"


@pytest.mark.parametrize(
    ("value", "valid"),
    [(2, True), ({"width": 8}, True), ({"width": "2 * n"}, True), ({}, False), ({"width": 8, "a": 1}, False)],
)
def test_the_schema_of_a_mapping(value: object, valid: bool) -> None:
    """Its parts, and no others."""
    schema = Made.fields["extra"].type.schema()
    assert jsonschema.Draft7Validator(schema).is_valid(value) == valid
