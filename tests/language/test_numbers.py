"""Lengths, counts and sizes are whole and large enough, however they are written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from quick import others_slow
from specs import PATH

from netcost.language.inputs import INPUTS as KINDS
from netcost.layers import all_types
from netcost.layers.layer import Declared, Layer
from netcost.layers.values import Pads, Whole, Wholes
from netcost.overrides import Overrides
from netcost.source.problem import SpecError
from netcost.spec.load import load_network

IMAGE = "input: [3, 8, 8]\n"
SPELLINGS = {
    "as a float": "{value}",
    "as a power of ten": "{value:e}",
    "as a parameter": "x",
    "as an expression": "x * 1",
    "as an expression of fractions": "half + half",
}


def outcome(text: str, overrides: Overrides | None = None) -> list[str]:
    """The messages of a spec's errors; if it has none, its layers and their outputs."""
    try:
        network = load_network(text.encode(), PATH, overrides or Overrides())
    except SpecError as error:
        return [each.message for each in error.problems]
    return [f"{node.layer} {node.output}" for node in (*network.inputs, *network.nodes)]


def spelt(template: str, value: int, spelling: str) -> str:
    """The spec with a number in its place, written in another way."""
    text = SPELLINGS[spelling].format(value=float(value))
    return f"params: {{x: {float(value)}, half: {value / 2}}}\n" + template.replace("@", text)


def layer_with(kind: type[Layer], declared: Declared, value: str) -> str:
    """A spec with one layer, which has the value in a field."""
    head = f"{kind.type}: [prev, input]" if kind.arity[0] > 1 else f"{kind.type}: null"
    others = [each for each in kind.fields.values() if each.required and each is not declared]
    fields = "".join(f", {each.name}: {each.example}" for each in others)
    return f"{IMAGE}layers: [{{{head}{fields}, {declared.name}: {value}}}]\n"


def whole_fields() -> Iterator[tuple[type[Layer], Declared, str, int]]:
    """Every field that demands whole numbers, each form in which it takes them, and its least number."""
    for kind in all_types():
        for declared in kind.fields.values():
            for kind_of_value in getattr(declared.type, "kinds", (declared.type,)):
                if declared.type.example == "true" or not isinstance(kind_of_value, (Whole, Wholes, Pads)):
                    continue  # what is true or false may be given so
                least = 0 if isinstance(kind_of_value, Pads) else kind_of_value.least
                if kind_of_value.single:
                    yield kind, declared, "@", least
                if not isinstance(kind_of_value, Whole):
                    yield kind, declared, "[1, @]", least
                if isinstance(kind_of_value, Pads):
                    yield kind, declared, "[[1, @], [1, 1]]", least


FIELDS = {
    f"{kind.type} {declared.name} {form}": (layer_with(kind, declared, form), declared.type.described, least)
    for kind, declared, form, least in whole_fields()
}
COUNT = "a whole number of at least 1"


def input_with(name: str, axis: int) -> str:
    """A spec with an input of a kind, one length of which is to be filled in."""
    lengths = ["@" if index == axis else "8" for index in range(len(KINDS[name].letters))]
    return f"input: {{{name}: [{', '.join(lengths)}]}}\nlayers: [identity]\n"


INPUTS = {
    f"input {name} {axis}": (input_with(name, axis), COUNT, 1)
    for name, kind in KINDS.items()
    for axis in range(len(kind.letters))
}
OTHERS = {
    "input": ("input: [@]\nlayers: [identity]\n", COUNT, 1),
    "inputs": ("inputs: {a: [3], b: [@]}\nlayers: [identity]\n", COUNT, 1),
    "input without a list": ("input: @\nlayers: [identity]\n", COUNT, 1),
    "batch": (f"{IMAGE}batch: @\nlayers: [identity]\n", COUNT, 1),
    "repeat": (f"{IMAGE}layers: [{{identity, repeat: @}}, relu]\n", "a whole number of at least 0", 0),
    "first": (
        f"{IMAGE}layers: [{{conv: 3, kernel: 1, repeat: 1, first: {{groups: @}}}}]\n",
        COUNT,
        1,
    ),
    "defaults": (
        f"{IMAGE}defaults: {{conv: {{groups: @}}}}\nlayers: [{{conv: 3, kernel: 1}}]\n",
        COUNT,
        1,
    ),
    "the norm of a layer": (
        f"{IMAGE}layers: [{{conv: 3, kernel: 1, norm: {{groupnorm: @}}}}]\n",
        COUNT,
        1,
    ),
    "the argument of a block": (
        f"{IMAGE}blocks: {{B: {{params: [n], layers: [{{conv: n, kernel: 1}}]}}}}\nlayers: [B: @]\n",
        COUNT,
        1,
    ),
    "the default of a block's parameter": (
        f"{IMAGE}blocks: {{B: {{params: [n: @], layers: [{{conv: n, kernel: 1}}]}}}}\nlayers: [B]\n",
        COUNT,
        1,
    ),
    "let": (
        f"{IMAGE}layers: [let: {{n: @}}, {{conv: n, kernel: 1}}]\n",
        COUNT,
        1,
    ),
}
PLACES = {**FIELDS, **INPUTS, **OTHERS}
BY_TURNS = [[*INPUTS, *OTHERS, *list(FIELDS)[turn::2]] for turn in range(2)]
"""A field is tried with spellings of a whole number or with what is none each time, and with both in slow tests."""


def test_every_type_with_a_field_of_whole_numbers_is_walked_over() -> None:
    """The walk sees fields of all three kinds."""
    assert {"linear units @", "conv kernel [1, @]", "conv pad [[1, @], [1, 1]]"} <= FIELDS.keys()


@pytest.mark.parametrize(
    "numbers", [(), pytest.param((-1_000_000, -4, -1), marks=pytest.mark.slow)], ids=["nearest", "others"]
)
@pytest.mark.parametrize("place", others_slow(PLACES, BY_TURNS[0]))
def test_a_spelling_does_not_change_what_is_refused(place: str, numbers: tuple[int, ...]) -> None:
    """What an integer gets, a float and an expression of the same value get: the same error, or the same layers.

    Where no numbers are given, they are zero, and the one below where zero may be large enough.
    """
    template, described, least = PLACES[place]
    for number in numbers or ((0,) if least > 0 else (-1, 0)):
        as_integer = outcome(template.replace("@", str(number)))
        for spelling in SPELLINGS:
            assert outcome(spelt(template, number, spelling)) == as_integer, spelling
        if number < least:
            assert len(as_integer) == 1
            assert f"expected {described}, got " in as_integer[0]
            assert str(number) in as_integer[0]


@pytest.mark.parametrize(
    "given",
    [("0.5", "x * 3", "true"), pytest.param(("-0.5", "1e-9", "x", "1 < 2"), marks=pytest.mark.slow)],
    ids=["some", "others"],
)
@pytest.mark.parametrize("place", others_slow(PLACES, BY_TURNS[1]))
def test_what_is_no_whole_number_is_refused(place: str, given: tuple[str, ...]) -> None:
    """Fractions, and true and false."""
    template, described, _ = PLACES[place]
    for value in given:
        (message,) = outcome("params: {x: 0.5}\n" + template.replace("@", value))
        assert f"expected {described}" in message, value


@pytest.mark.parametrize("value", ["1e400", "-1e400", "1e300 * 1e300", "1e18 * 10", "9223372036854775808"])
@pytest.mark.parametrize("place", OTHERS)
def test_numbers_beyond_2_63_are_refused(place: str, value: str) -> None:
    """Wherever they stand, they are too large before anything else is asked of them."""
    assert "too large" in outcome(OTHERS[place][0].replace("@", value))[0]


WANTED = "expected a whole number of at least 1, got "


@pytest.mark.parametrize(
    ("overrides", "messages"),
    [
        (Overrides(input=(-3, 8, 8)), [f"{WANTED}-3"]),
        (Overrides(input=(-3.0, 8, 8)), [f"{WANTED}-3"]),
        (Overrides(input=(0, 8, 8)), [f"{WANTED}0"]),
        (Overrides(input=(0.5, 8, 8)), [f"{WANTED}0.5"]),
        (Overrides(input=(True, 8, 8)), [f"{WANTED}true"]),
        (Overrides(input=(2**32, 2**32, 2**32)), [f"an input of {2**96:,} elements is beyond 2^63"]),
        (Overrides(batch=0), [f"batch: {WANTED}0"]),
        (Overrides(batch=-2.0), [f"batch: {WANTED}-2"]),
        (Overrides(batch=0.5), [f"batch: {WANTED}0.5"]),
        (Overrides(batch=2**63), [f"an input of {2**63 * 192:,} elements is beyond 2^63"]),
        (Overrides(params={"n": "-4"}), ["units: " + WANTED + "-4"]),
        (Overrides(params={"n": "-4.0"}), ["units: " + WANTED + "-4"]),
        (Overrides(params={"n": "0.0"}), ["units: " + WANTED + "0"]),
        (Overrides(params={"n": "n - n"}), ["`n` has no value yet"]),
        (Overrides(params={"n": "0.5"}), ["`n` is 8 in the file, this is 0.5"]),
        (Overrides(params={"n": "1e400"}), ["the number `1e400` is too large"]),
        (Overrides(params={"n": "true"}), ["`n` is 8 in the file, this is true"]),
        (Overrides(variant="none_left"), ["units: " + WANTED + "0"]),
        (Overrides(variant="negative"), ["units: " + WANTED + "-4"]),
    ],
    ids=str,
)
def test_overrides_are_held_to_the_same(overrides: Overrides, messages: list[str]) -> None:
    """From the command line, from Python, and by variants."""
    text = (
        "params: {n: 8, w: 0.5}\nvariants: {none_left: {n: 0.0}, negative: {n: 2 - 6.0}}\n"
        f"{IMAGE}layers: [flatten, linear: n]\n"
    )
    assert outcome(text, overrides) == messages


def test_a_whole_parameter_stays_whole() -> None:
    """`4.0` for a parameter that is 3 is 4, also where only an integer will do."""
    text = f"params: {{n: 3, units: [1, 2, 3, 4, 5]}}\n{IMAGE}layers: [flatten, linear: 'units[n]']\n"
    assert outcome(text, Overrides(params={"n": "4.0"})) == outcome(text, Overrides(params={"n": "4"}))
