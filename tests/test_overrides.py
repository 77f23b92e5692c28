"""The table of overrides: how values are read, put together, and told."""

from __future__ import annotations

from typing import Any

import pytest

from netcost.overrides import (
    NO_OVERRIDES,
    OVERRIDES,
    Overrides,
    as_options,
    as_yaml,
    beside_facts,
    beside_the_name,
    said,
)

EVERYTHING = Overrides(
    batch=8,
    dtype="int8/float16",
    input=[3, 16, 16],
    variant="wide",
    params={"width": "0.5", "depths": [3, 4]},
    fold_batchnorm=True,
)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("batch", "8", 8),
        ("dtype", "int8/float16", "int8/float16"),
        ("input", "3, 16,16", (3, 16, 16)),
        ("variant", "wide", "wide"),
        ("set", "width=0.5", {"width": "0.5"}),
        ("set", "act=a=b", {"act": "a=b"}),
        ("fold_batchnorm", "true", True),
        ("fold_batchnorm", "false", False),
    ],
)
def test_the_text_of_an_option_is_read(name: str, text: str, value: object) -> None:
    """A parameter's value stays text: it may be an expression."""
    assert OVERRIDES[name].kind.read(text) == value


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("batch", "0", "`0` is no whole number of at least 1."),
        ("batch", "8.0", "`8.0` is no whole number of at least 1."),
        ("input", "3,,16", "`3,,16` is no list of lengths; write them as in 3,192,192."),
        ("set", "width", "`width` is not of the form name=value."),
        ("fold_batchnorm", "yes", "`yes` is neither true nor false."),
    ],
)
def test_a_text_of_another_kind_is_refused(name: str, text: str, message: str) -> None:
    """With what to write."""
    with pytest.raises(ValueError, match=r".") as caught:
        OVERRIDES[name].kind.read(text)
    assert str(caught.value) == message


def test_they_are_told_in_the_order_of_the_table() -> None:
    """In words, with or without what stands beside them anyway; or as options, as a shell takes them."""
    assert str(EVERYTHING) == (
        "batch 8, dtype int8/float16, input 3,16,16, variant wide, width 0.5, depths [3, 4], fold-batchnorm"
    )
    assert said(EVERYTHING, beside_the_name) == (
        "batch 8, dtype int8/float16, input 3,16,16, width 0.5, depths [3, 4], fold-batchnorm"
    )
    assert said(EVERYTHING, beside_facts) == "width 0.5, depths [3, 4], fold-batchnorm"
    assert as_options(EVERYTHING) == (
        "--batch 8 --dtype int8/float16 --input 3,16,16 --variant wide --set width=0.5 "
        "--set 'depths=[3, 4]' --fold-batchnorm"
    )


def test_of_much_the_beginning_is_told() -> None:
    """Ten parameters, and 40 characters of a name or a value."""
    assert str(Overrides(params={f"p{number}": "1" for number in range(12)})).endswith("p9 1, ...")
    assert str(Overrides(params={"a" * 60: "b" * 60})) == f"{'a' * 37}... {'b' * 37}..."


def test_what_only_a_later_version_knows_is_told_as_it_is() -> None:
    """After what is known."""
    overrides = {"prune": 0.5, "batch": 2}
    assert said(overrides) == "batch 2, prune 0.5"
    assert as_options(overrides) == "--batch 2 --prune 0.5"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (0.5, "0.5"),
        ("a", "a"),
        (["a", [1, True]], "[a, [1, true]]"),
        (None, "null"),
        ({"a": [1]}, "{a: [1]}"),
    ],
)
def test_values_are_written_as_yaml_has_them(value: object, text: str) -> None:
    """Lists of lists, too."""
    assert as_yaml(value) == text


NOTHING: dict[str, Any] = {"batch": None, "dtype": "", "input": (), "params": {}, "fold_batchnorm": False}


def test_nothing_changes_nothing() -> None:
    """But nought samples are asked for, and refused where they are read."""
    assert Overrides(**NOTHING) == NO_OVERRIDES
    assert not Overrides(**NOTHING)
    assert Overrides(batch=0) != NO_OVERRIDES


def test_one_is_put_upon_another() -> None:
    """Parameter by parameter; each remains what it was."""
    both = Overrides(batch=2, params={"width": "1", "depth": "3"})
    own = Overrides(batch=4, params={"width": "2"})
    assert both | own == Overrides(batch=4, params={"width": "2", "depth": "3"})
    assert own | both == both | Overrides(batch=2)
    assert both["set"] == {"width": "1", "depth": "3"}


def test_equal_ones_are_one_key() -> None:
    """Whatever the order in which parameters are given."""
    one = Overrides(params={"a": [1, 2], "b": "1"}, batch=2)
    assert {one: 1}[Overrides(batch=2, params={"b": "1", "a": (1, 2)})] == 1
    assert one != Overrides(params={"a": [1, 3], "b": "1"}, batch=2)


def test_an_unknown_keyword_is_refused() -> None:
    """With those that there are."""
    with pytest.raises(
        TypeError, match="there is no override `bach`; there are batch, dtype, input, variant"
    ):
        Overrides(bach=2)
