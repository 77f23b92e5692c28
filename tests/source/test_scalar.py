"""What a plain word of YAML stands for."""

from __future__ import annotations

import pytest
from documents import PATH, data, scalar
from hypothesis import given
from hypothesis import strategies as st

from netcost.place import Place
from netcost.source.read_document import parse_document


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("0", 0),
        ("+3", 3),
        ("-4", -4),
        ("9223372036854775807", 2**63 - 1),
        ("1.5", 1.5),
        ("-0.5", -0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1e-3", 0.001),
        ("1E+3", 1000.0),
        ("2.5e2", 250.0),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("none", "none"),
        ("y", "y"),
        ("n", "n"),
        ("2x", "2x"),
        ("-x", "-x"),
        ("1.2.3", "1.2.3"),
        ("2020-01-01", "2020-01-01"),
        ("e3", "e3"),
        ("_1", "_1"),
        ("inf", "inf"),
        ("min(3, 4)", "min(3, 4)"),
        ("note (see", "note (see"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("'yes'", "yes"),
        ("'010'", "010"),
    ],
)
def test_plain_words_follow_yaml_1_2(text: str, value: object) -> None:
    """Decimal numbers, true, false and null are values; all else, and all that is quoted, is text."""
    node = scalar(f"a: {text}\n")
    assert (node.value, type(node.value)) == (value, type(value))


@pytest.mark.usefixtures("either_scanner")
@pytest.mark.parametrize(
    ("text", "hint", "value"),
    [
        ("yes", "write `true`", True),
        ("No", "write `false`", False),
        ("ON", "write `true`", True),
        ("off", "write `false`", False),
        ("010", "write `10`, or `8` if octal was meant", 10),
        ("-08", "write `-8`", -8),
        ("00", "write `0`", 0),
        ("0o17", "write `15`", 15),
        ("0x1F", "write `31`", 31),
        ("0b11", "write `3`", 3),
        ("1_000", "write `1000`", 1000),
        ("1_0.5", "write `10.5`", 10.5),
        ("1:30", "write `90`", 90),
        ("-1:00", "write `-60`", -60),
        (".inf", "write a finite number", 1),
        ("-.Inf", "write a finite number", 1),
        (".nan", "write a finite number", 1),
        ("9223372036854775808", "below 2^63 = 9,223,372,036,854,775,808", 1),
        ("-9223372036854775808", "below 2^63", 1),
        ("1e19", "below 2^63", 1),
        ("1e999", "below 2^63", 1),
        ("1" * 5000, "below 2^63", 1),
        ("0" + "7" * 5000, "below 2^63", 1),
        ("0x" + "f" * 16, "below 2^63", 1),
        ("9_" + "9" * 5000, "below 2^63", 1),
        ("1" + ":59" * 99, "below 2^63", 1),
        ("9" * 5000 + ":59", "below 2^63", 1),
        ("9223372036854775808.0", "below 2^63", 1),
        ("0x8000000000000000", "below 2^63", 1),
        ("-0x8000000000000000", "below 2^63", 1),
        ("0x7fffffffffffffff", "write `9223372036854775807`", 2**63 - 1),
        ("15:15:13:34:32:31:55:20:15:30:8", "below 2^63", 1),
        ("15:15:13:34:32:31:55:20:15:30:7", "write `9223372036854775807`", 2**63 - 1),
    ],
)
def test_doubtful_spellings_are_refused_with_the_one_to_use(text: str, hint: str, value: object) -> None:
    """What readers of YAML 1.1 take for something else is refused; reading goes on with what was meant."""
    document = parse_document(f"b: 1\na: {text}\n".encode(), PATH)
    (problem,) = document.problems
    assert problem.place == Place(PATH, 2, 4, len(text))
    assert hint in (problem.hint or "")
    assert len(problem.message) < 150
    assert data(document.root)["a"] == value


@given(st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(-(2.0**62), 2.0**62))
def test_numbers_read_as_they_are_written(number: float) -> None:
    """What Python writes as a number is read back as the same number of the same type."""
    value = scalar(f"a: {number!r}").value
    assert (value, type(value)) == (number, type(number))
