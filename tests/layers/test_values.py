"""What a field may hold: each kind's check, its messages, and its JSON Schema."""

from __future__ import annotations

from typing import Any, get_args

import jsonschema
import pytest
import yaml
from schemas import validate

from netcost.layers import values
from netcost.layers.values import ValueType
from netcost.wording import shown

KINDS: dict[str, ValueType] = {
    name: get_args(alias)[1]
    for name, alias in vars(values).items()
    if len(get_args(alias)) > 1 and isinstance(get_args(alias)[1], ValueType)
}

ACCEPTED: dict[str, list[Any]] = {
    "Count": [1, 64],
    "Index": [0, 5],
    "Integer": [-1, 0, 3],
    "Number": [0.5, 3, -1.0],
    "Flag": [True, False],
    "Text": ["deformable", ""],
    "Axes": [3, [3, 5], [1, 2, 3]],
    "AxesFrom0": [0, [0, 1]],
    "Scales": [2, 1.5, [2, 0.5]],
    "Integers": [[1, 2], [-1, 64]],
    "Sizes": [[8, 8], [1]],
    "AxisName": ["channels", "tokens", "height"],
    "Padding": [0, 2, [1, 2], [[0, 1], [2, 3]], [1, [0, 1]], "same", "same_lower", "half", "valid", "causal"],
    "Margins": [0, [1, 2], [[0, 1], 2]],
}
REFUSED: dict[str, list[Any]] = {
    "Count": [0, -1, 0.5, True, [1], None],
    "Index": [-1, 0.5, False],
    "Integer": [0.5, True, [1]],
    "Number": [True, [0.5], None],
    "Flag": [0, 1, None],
    "Text": [3, True, None],
    "Axes": [0, [0, 1], [], [1, 0.5], True, [[1, 2]]],
    "AxesFrom0": [-1, [0, -1], []],
    "Scales": [0, -1, [1, -0.5], [], True, None],
    "Integers": [3, [], [0.5], [True]],
    "Sizes": [8, [], [0, 8]],
    "AxisName": ["rows", 1, None],
    "Padding": [-1, [], [[1, 2, 3]], [-1, 0], [[0, -1]], 0.5, True, None],
    "Margins": [-1, [], [[1]], True],
}


def lists_as_tuples(value: object) -> object:
    return tuple(map(lists_as_tuples, value)) if isinstance(value, list) else value


def test_every_kind_of_value_is_tested() -> None:
    """A new kind comes with what it accepts and refuses."""
    assert set(KINDS) == set(ACCEPTED) == set(REFUSED)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in KINDS for value in ACCEPTED[name]])
def test_a_value_of_the_kind_is_kept_and_valid(name: str, value: Any) -> None:
    """Lists become tuples, nothing else changes; the schema agrees."""
    kept = KINDS[name].check(value)
    assert kept == lists_as_tuples(value)
    assert type(kept) is type(lists_as_tuples(value))
    validate(value, KINDS[name].schema())


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in KINDS for value in REFUSED[name]])
def test_a_value_of_another_kind_is_refused_and_invalid(name: str, value: Any) -> None:
    """The message says what is expected and what was given; the schema agrees."""
    kind = KINDS[name]
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        kind.check(value)
    assert str(caught.value) == f"expected {kind.described}, got {shown(value)}"
    with pytest.raises(jsonschema.ValidationError):
        validate(value, kind.schema())


@pytest.mark.parametrize("name", KINDS)
def test_the_example_of_a_kind_is_one(name: str) -> None:
    """Hints show it as a spec writes it."""
    KINDS[name].check(yaml.safe_load(KINDS[name].example))


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"AxisName", "Text"}))
def test_an_expression_is_valid_in_a_spec(name: str) -> None:
    """Text stands for an arithmetic expression, in lists for each of their items."""
    text = "2 * width"
    value = [text] if name in {"Integers", "Sizes"} else text
    validate(value, KINDS[name].schema())
