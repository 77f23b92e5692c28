"""Expressions: what they compute, what they refuse, and at which character."""

import itertools
import math
from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from netcost.language.expression import (
    FUNCTIONS,
    MAX_DEPTH,
    MAX_LENGTH,
    RESERVED,
    ExpressionError,
    Result,
    parse,
)

VARIABLES: Mapping[str, Result] = {
    "a": 1,
    "b": 2,
    "width": 0.5,
    "depths": [3, 4, [6, 3]],
    "none_left": [],
    "deep": True,
    "flat": False,
    "act": "relu",
    "in_channels": 64,
}


BELOW = "numbers must stay below 2^63 = 9,223,372,036,854,775,808"
OCTAL = "write `10`, or `8` if octal was meant"
KNOWN = "there are min, max, abs, ceil, floor, round, int, make_divisible, ceil_to, len"


def value(text: str) -> Result:
    """The value of an expression over VARIABLES."""
    return parse(text).evaluate(VARIABLES)


def error(text: str) -> ExpressionError:
    """The error of an expression over VARIABLES."""
    with pytest.raises(ExpressionError) as raised:
        value(text)
    return raised.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # numbers
        ("12", 12),
        (" 12 ", 12),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e-3", 0.001),
        ("2E+2", 200.0),
        # powers
        ("2 ** b", 4),
        ("2**10", 1024),
        ("2 ** 62", 2**62),
        ("3 ** 39", 3**39),
        ("1 ** 9223372036854775807", 1),
        ("-2 ** 2", -4),
        ("(-2) ** 3", -8),
        ("2 ** 3 ** 2", 512),
        ("2 * 3 ** 2", 18),
        ("2 ** -1", 0.5),
        ("2 ** -b ** 2", 0.0625),
        ("4 ** width", 2.0),
        ("depths[0] ** depths[2][1]", 27),
        # lists
        ("[2, 4, 8][b]", 8),
        ("[a, [b, 3]][1][0]", 2),
        ("len([a, b, depths])", 3),
        ("[]", []),
        ("3 * [2, 4][a] + 1", 13),
        ("3-1", 2),
        ("3 -1", 2),
        ("9223372036854775807", 2**63 - 1),
        # arithmetic, with Python's precedence
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("7 // 2 * 2", 6),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("7 % 3 * 2", 2),
        ("- -3", 3),
        ("+3", 3),
        ("2 * -3", -6),
        ("7 / 2", 3.5),
        ("8 * width", 4.0),
        # the quotient of integers is exact
        ("6 / 2", 3),
        ("9223372036854775806 / 2", 4611686018427387903),
        ("6.0 / 2", 3.0),
        # comparisons
        ("1 < 2", True),
        ("2 <= 1", False),
        ("1 == 1.0", True),
        ("1 != 2", True),
        ("1 < b <= 2", True),
        ("3 > b > 2", False),
        ("1 < 3 > 2 == 2", True),
        ("act == 'relu'", True),
        ("act != 'gelu'", True),
        ("act == 1", False),
        ("act == true", False),
        ("deep == true", True),
        # truth
        ("true", True),
        ("False", False),
        ("not deep", False),
        ("not not deep", True),
        ("not a == b", True),
        ("deep and flat", False),
        ("flat or deep", True),
        ("flat and flat or deep", True),
        ("deep and not flat", True),
        ("b != 1 or in_channels != 64", True),
        # choice
        ("1 if deep else 2", 1),
        ("1 if flat else 2 if flat else 3", 3),
        ("1 + 2 if deep else 0", 3),
        ("(1 if flat else 2) + 1", 3),
        ("1 if a == 1 and b == 2 else 2", 1),
        # lists
        ("depths[0]", 3),
        ("depths[2][1]", 3),
        ("depths[a + 1][0] * 2", 12),
        ("-depths[0]", -3),
        ("len(depths)", 3),
        ("depths[len(depths) - 1][0]", 6),
        # functions
        ("min(3, 1, 2)", 1),
        ("max(1, width)", 1),
        ("abs(-3)", 3),
        ("ceil(1.2)", 2),
        ("ceil(-1.2)", -1),
        ("floor(-1.2)", -2),
        ("floor(3)", 3),
        ("int(-1.7)", -1),
        ("round(2.5)", 2),
        ("round(3.5)", 4),
        ("round(in_channels * width)", 32),
        ("ceil_to(9, 4)", 12),
        ("ceil_to(8, 4)", 8),
        ("ceil_to(7.5, 4)", 8),
        ("ceil_to(-5, 4)", -4),
        ("ceil_to(9, 8 * width)", 12),
        # text and names pass through
        ("act", "relu"),
        ("'it is'", "it is"),
        ("depths", [3, 4, [6, 3]]),
    ],
)
def test_an_expression_has_a_value(text: str, expected: Result) -> None:
    """Arithmetic, comparisons, choices, lists and functions give the value and the type that Python gives."""
    assert (value(text), type(value(text))) == (expected, type(expected))


@pytest.mark.parametrize(
    ("x", "divisor", "expected"),
    [
        (16, 8, 16),  # MobileNetV2, width 0.5: 32 -> 16, 16 -> 8, 24 -> 16 (12 is below 0.9 * 16), 96 -> 48
        (8, 8, 8),
        (12, 8, 16),
        (48, 8, 48),
        (44.8, 8, 48),  # width 1.4 of 32
        (33.6, 8, 32),  # width 1.4 of 24
        (11.2, 8, 16),  # width 0.35 of 32: 8 would be below 0.9 * 11.2
        (5.6, 8, 8),  # width 0.35 of 16: never below the divisor
        (3.0, 4, 4),
        (1792.0, 8, 1792),  # the last layer at width 1.4
    ],
)
def test_make_divisible_is_mobilenets(x: float, divisor: int, expected: int) -> None:
    """Channels go to the nearest multiple, and never lose more than a tenth (arXiv:1801.04381, released code)."""
    assert value(f"make_divisible({x}, {divisor})") == expected
    if divisor == 8:
        assert value(f"make_divisible({x})") == expected


@given(st.integers(0, 5000) | st.floats(0, 5000), st.integers(1, 64))
def test_make_divisible_by_enumeration(x: float, divisor: int) -> None:
    """The result is the nearest multiple of the divisor, or the next one if that loses more than a tenth."""
    result = parse("make_divisible(x, d)").evaluate({"x": x, "d": divisor})
    multiples = [divisor * n for n in range(1, int(x) // divisor + 3)]
    nearest = min(multiples, key=lambda multiple: (abs(multiple - x), -multiple))
    assert result == (nearest if nearest >= 0.9 * x else nearest + divisor)


@given(st.integers(-5000, 5000) | st.floats(-5000, 5000), st.integers(1, 64))
def test_ceil_to_by_enumeration(x: float, divisor: int) -> None:
    """The result is the first multiple of the divisor, counted upwards, that is not below x."""
    first = -(5000 // divisor + 1)
    expected = next(divisor * n for n in itertools.count(first) if divisor * n >= x)
    assert parse("ceil_to(x, d)").evaluate({"x": x, "d": divisor}) == expected


@pytest.mark.parametrize(
    ("text", "offset", "width", "message", "hint"),
    [
        # names and functions
        ("4 * widht", 4, 5, "unknown name `widht`", "did you mean `width`?"),
        ("zzzzz", 0, 5, "unknown name `zzzzz`", None),
        ("1 + max", 4, 3, "unknown name `max`", "write `max(...)` to call the function"),
        ("2 * mim(1, 2)", 4, 3, "unknown function `mim`", "did you mean `min`?"),
        ("sqrt(2)", 0, 4, "unknown function `sqrt`", KNOWN),
        ("min(3)", 0, 3, "`min` takes 2 or more arguments, not 1", None),
        ("round(1, 2)", 0, 5, "`round` takes 1 argument, not 2", None),
        ("abs()", 0, 3, "`abs` takes 1 argument, not 0", None),
        ("ceil_to(1)", 0, 7, "`ceil_to` takes 2 arguments, not 1", None),
        ("make_divisible(1, 2, 3)", 0, 14, "`make_divisible` takes 1 or 2 arguments, not 3", None),
        ("ceil_to(8, 0)", 11, 1, "the divisor must be a positive integer, this is 0", None),
        ("make_divisible(8, 2.5)", 18, 3, "the divisor must be a positive integer, this is 2.5", None),
        # kinds of values
        ("1 + deep", 4, 4, "`+` needs numbers, this is true", None),
        ("flat * 2", 0, 4, "`*` needs numbers, this is false", None),
        ("depths * 2", 0, 6, "`*` needs numbers, this is a list", None),
        ("2 - act", 4, 3, "`-` needs numbers, this is the text 'relu'", None),
        ("2 * (deep)", 4, 6, "`*` needs numbers, this is true", None),
        ("-act", 1, 3, "`-` needs a number, this is the text 'relu'", None),
        ("round(act)", 6, 3, "`round` needs numbers, this is the text 'relu'", None),
        ("max(1, deep)", 7, 4, "`max` needs numbers, this is true", None),
        ("max(1, depths)", 7, 6, "`max` needs numbers, this is a list", None),
        ("len(a)", 4, 1, "`len` needs a list, this is 1", None),
        ("1 if a else 2", 5, 1, "`if` needs true or false, this is 1", None),
        ("deep and a + 1", 9, 5, "`and` needs true or false, this is 2", None),
        ("a or deep", 0, 1, "`or` needs true or false, this is 1", None),
        ("not act", 4, 3, "`not` needs true or false, this is the text 'relu'", None),
        ("act < 1", 0, 3, "`<` cannot compare the text 'relu'", None),
        ("1 < a + 1 < deep", 12, 4, "`<` cannot compare true", None),
        ("1 == depths", 5, 6, "`==` cannot compare a list", None),
        ("a == deep", 5, 4, "`==` cannot compare 1 with true", None),
        ("deep != 0.5", 8, 3, "`!=` cannot compare true with 0.5", None),
        # lists
        ("depths[3]", 7, 1, "there is no item 3 in a list of 3, which count from 0", None),
        ("none_left[0]", 10, 1, "there is no item 0 in a list of 0, which count from 0", None),
        ("depths[2][5]", 10, 1, "there is no item 5 in a list of 2, which count from 0", None),
        ("depths[0 - 1]", 7, 5, "the index -1 is negative; the first item has index 0", None),
        ("depths[1.0]", 7, 3, "an index is a whole number, this is 1.0", None),
        ("depths[deep]", 7, 4, "an index is a whole number, this is true", None),
        ("a[0]", 0, 1, "only a list has items, this is 1", None),
        ("depths[0][0]", 0, 9, "only a list has items, this is 3", None),
        # sizes
        ("8 // (b - 2)", 5, 7, "division by zero", None),
        ("8 / 0", 4, 1, "division by zero", None),
        ("8 % 0.0", 4, 3, "division by zero", None),
        ("9223372036854775807 + 1", 20, 1, "the result is too large", BELOW),
        ("-9223372036854775807 - 1", 21, 1, "the result is too large", BELOW),
        ("4e9 * 4e9", 4, 1, "the result is too large", BELOW),
        ("1 / 5e-324", 2, 1, "the result is too large", BELOW),
        ("ceil_to(9223372036854775807, 8)", 8, 19, "the result is too large", BELOW),
        # spellings
        ("9223372036854775808", 0, 19, "the number `9223372036854775808` is too large", BELOW),
        ("1 + 1_000", 4, 5, "`1_000` has underscores, which not every reader accepts", "write `1000`"),
        ("0x1F", 0, 4, "`0x1F` is not a decimal number", "write `31`"),
        ("010", 0, 3, "`010` starts with a zero, which some readers take for octal", OCTAL),
        ("2width", 0, 6, "`2width` is neither a number nor a name", "write `2 * width`"),
        ("1.2.3", 0, 5, "`1.2.3` is neither a number nor a name", None),
        # grammar
        ("", 0, 1, "the expression ends where a number or a name is expected", None),
        ("a + ", 2, 1, "the expression ends where a number or a name is expected", None),
        ("a b", 2, 1, "expected an operator or the end here", None),
        ("a (b)", 0, 1, "unknown function `a`", KNOWN),
        ("2 (b)", 2, 1, "expected an operator or the end here", None),
        ("a)", 1, 1, "expected an operator or the end here", None),
        ("(a", 0, 1, "this `(` is never closed", "close it with `)`"),
        ("(a b)", 3, 1, "expected `)` here", None),
        ("min(3", 3, 1, "this `(` is never closed", "close it with `)`"),
        ("min(3,)", 6, 1, "expected a number or a name here", None),
        ("depths[0", 6, 1, "this `[` is never closed", "close it with `]`"),
        ("depths[0, 1]", 8, 1, "expected `]` here", None),
        ("1 if deep", 8, 1, "the expression ends where `else` is expected", None),
        ("1 if flat or 2 else 3", 13, 1, "`or` needs true or false, this is 2", None),
        ("a + not deep", 4, 3, "expected a number or a name here", None),
        ("and", 0, 3, "expected a number or a name here", None),
        # what other languages have
        ("2 ** 63", 2, 2, "the result is too large", BELOW),
        ("10 ** 9223372036854775807", 3, 2, "the result is too large", BELOW),
        ("10.0 ** 400", 5, 2, "the result is too large", BELOW),
        ("0 ** -1", 5, 2, "division by zero", None),
        ("(-8) ** 0.5", 0, 4, "a negative number has no power with a fraction", None),
        ("a ** deep", 5, 4, "`**` needs numbers, this is true", None),
        ("[a, b", 0, 1, "this `[` is never closed", "close it with `]`"),
        ("[a b]", 3, 1, "expected `]` here", None),
        ("[a,]", 3, 1, "expected a number or a name here", None),
        ("[a, b][2]", 7, 1, "there is no item 2 in a list of 2, which count from 0", None),
        ("[a] + 1", 0, 3, "`+` needs numbers, this is a list", None),
        ("a.b", 1, 1, "an expression has no attributes or methods", "write a name of `params` alone"),
        ("lambda x: x", 0, 6, "an expression defines no functions", "use a parameter or `let`"),
        ("a = b", 2, 1, "`=` is no operator here", "write `==` to compare"),
        ("deep && flat", 5, 2, "`&&` is no operator here", "write `and`"),
        ("deep || flat", 5, 2, "`||` is no operator here", "write `or`"),
        ("!deep", 0, 1, "`!` is no operator here", "write `not`"),
        ("deep ? 1 : 2", 5, 1, "`?` is no operator here", "write `a if condition else b`"),
        ("1 << 2", 2, 2, "there are no operations on bits", "write `* 2 ** n`"),
        ("a & b", 2, 1, "there are no operations on bits", "write `and` if both are meant"),
        ("${a}", 0, 1, "an expression needs no `${}`", "write the name alone, as `width`"),
        ("{{a}}", 0, 1, "an expression needs no `${}`", "write the name alone, as `width`"),
        ('act == "relu"', 7, 1, "a text in an expression stands in single quotes", "write '...'"),
        ("act == 'relu", 7, 1, "this quote is never closed", "close it with '"),
        ("é + 1", 0, 1, "`é` has no meaning here", None),
        ("a @ b", 2, 1, "`@` has no meaning here", None),
    ],
)
def test_a_fault_is_told_at_its_character(
    text: str, offset: int, width: int, message: str, hint: str | None
) -> None:
    """Each fault of an expression is told at its place, in plain words, with what to write if that is known."""
    fault = error(text)
    assert (fault.message, fault.hint) == (message, hint)
    assert str(fault) == message
    assert (fault.offset, fault.width) == (offset, width)


def test_an_end_that_comes_too_early_is_told_at_the_last_character() -> None:
    """Where something is missing, the fault is the last character there is."""
    assert (error("1 if deep").offset, error("1 if deep  ").offset) == (8, 8)


def test_a_value_that_is_nothing_is_called_so() -> None:
    """A parameter without a value is no number."""
    with pytest.raises(ExpressionError, match=r"`\+` needs numbers, this is nothing"):
        parse("x + 1").evaluate({"x": None})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 if deep else 1 // 0", 1),
        ("missing if flat else 2", 2),
        ("flat and 1 // 0 == 1", False),
        ("deep or missing", True),
        ("2 < 1 < missing", False),
    ],
)
def test_only_what_is_needed_is_evaluated(text: str, expected: Result) -> None:
    """A choice, `and`, `or` and a chain of comparisons stop where the answer is known."""
    assert value(text) == expected


def test_an_expression_knows_its_names() -> None:
    """`names` holds every name that stands in the expression, and no function."""
    assert parse("max(depths[i], 2 * width) if deep else 1").names == {"depths", "i", "width", "deep"}
    assert parse("min(1, 2)").names == frozenset()
    assert parse("max").names == {"max"}
    assert parse("4 * width").text == "4 * width"


def test_an_expression_is_read_once() -> None:
    """The same text gives the same expression, which can be evaluated with any values."""
    assert parse("4 * width") is parse("4 * width")
    assert [parse("4 * width").evaluate({"width": width}) for width in (1, 2)] == [4, 8]


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_reserved_words_are_no_names(word: str) -> None:
    """A reserved word never stands for a parameter."""
    with pytest.raises(ExpressionError):
        parse(f"{word} + 1").evaluate({word: 1})


def test_the_length_has_a_limit() -> None:
    """256 characters are read, 257 are not."""
    longest = "1" + "+1" * 127 + " "
    assert len(longest) == MAX_LENGTH
    assert value(longest) == 128
    assert error(longest + " ").message == "an expression has at most 256 characters, this one has 257"
    assert error("(" * 100_000).width == MAX_LENGTH


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("(", ")"), ("-", ""), ("not ", ""), ("abs(", ")"), ("1 if a else ", ""), ("d[", "]")],
)
def test_the_depth_has_a_limit(opening: str, closing: str) -> None:
    """32 levels are read, 33 are not, however they nest."""
    deepest = opening * MAX_DEPTH + "1" + closing * MAX_DEPTH
    if len(deepest) <= MAX_LENGTH:
        parse(deepest)
        with pytest.raises(ExpressionError) as raised:
            parse(opening + deepest + closing)
        assert raised.value.message == "an expression is at most 32 levels deep"
        assert raised.value.offset == len(opening) * (MAX_DEPTH + 1)
    else:
        parse(opening * (MAX_LENGTH // len(opening + closing) - 1) + "1")


# Properties

NUMBER_NAMES = {"p": 3, "q": -2, "r": 0, "half": 0.5}
PYTHON = {
    "min": min,
    "max": max,
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "round": round,
    "int": int,
}


def joined(operands: st.SearchStrategy[str], operators: list[str], most: int) -> st.SearchStrategy[str]:
    """Operands with operators between them and no parentheses, so that precedence decides."""
    rest = st.lists(st.tuples(st.sampled_from(operators), operands), max_size=most)
    return st.tuples(operands, rest).map(
        lambda c: c[0] + "".join(f" {sign} {operand}" for sign, operand in c[1])
    )


def numbers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Numeric operands around smaller numeric expressions, then joined by arithmetic."""
    signed = st.tuples(st.sampled_from(["-", "+", "- -"]), inner).map(lambda c: f"{c[0]}({c[1]})")
    calls = st.tuples(st.sampled_from(["abs", "ceil", "floor", "round", "int"]), inner).map(
        lambda c: f"{c[0]}({c[1]})"
    )
    pairs = st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda c: f"{c[0]}({c[1]}, {c[2]})")
    choices = st.tuples(inner, truths(inner), inner).map(lambda c: f"({c[0]} if {c[1]} else {c[2]})")
    items = st.tuples(inner, inner, st.integers(0, 1)).map(lambda c: f"[{c[0]}, {c[1]}][{c[2]}]")
    powers = st.tuples(inner, st.integers(0, 3)).map(lambda c: f"({c[0]}) ** {c[1]}")
    operands = inner.map(lambda text: f"({text})") | signed | calls | pairs | choices | items | powers
    return joined(operands, ["+", "-", "*", "/", "//", "%"], 2)


def truths(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Comparisons, chained, negated and joined by `and` and `or`."""
    comparisons = st.tuples(inner, joined(inner, ["<", "<=", ">", ">=", "==", "!="], 1)).flatmap(
        lambda c: st.sampled_from(["<", "<=", ">", ">=", "==", "!="]).map(
            lambda sign: f"{c[0]} {sign} {c[1]}"
        )
    )
    return joined(st.tuples(st.sampled_from(["", "not "]), comparisons).map("".join), ["and", "or"], 2)


LEAVES = st.sampled_from([*NUMBER_NAMES, "0", "1", "2", "7", "1.5", ".25", "2e1", "-p", "-3", "+ 2"])
FLAT = joined(LEAVES, ["+", "-", "*", "/", "//", "%"], 4)
EXPRESSIONS = st.recursive(FLAT, numbers, max_leaves=4)


@given(
    EXPRESSIONS
    | truths(FLAT)
    | st.tuples(FLAT, truths(FLAT), FLAT).map(lambda c: f"{c[0]} if {c[1]} else {c[2]}")
)
def test_values_agree_with_python(text: str) -> None:
    """Whatever the operators and their order, the value is the one that Python computes."""
    assume(len(text) <= MAX_LENGTH)
    try:
        expected = eval(text, {"__builtins__": {}}, PYTHON | NUMBER_NAMES)  # noqa: S307  our own text
    except ZeroDivisionError:
        with pytest.raises(ExpressionError, match="division by zero"):
            parse(text).evaluate(NUMBER_NAMES)
        return
    result = parse(text).evaluate(NUMBER_NAMES)
    assert result == expected
    assert isinstance(result, bool) == isinstance(expected, bool)


SIGNS = [*"()[],+-*/%<=!'\".${é", "//", "**", "=="]
LITERALS = ["'x'", "1", "0", "2.5", "1e18", "9223372036854775807", "0x1", " ", "\n", "\0"]
PIECES = st.sampled_from([*VARIABLES, *FUNCTIONS, *RESERVED, *SIGNS, *LITERALS])


@given(
    st.lists(PIECES, max_size=12).map(" ".join)
    | st.lists(PIECES, max_size=12).map("".join)
    | st.text(max_size=30)
)
def test_any_text_has_a_bounded_value_or_a_clear_error(text: str) -> None:
    """Whatever the text, it has a value within the limits, or an error whose place lies in the text."""
    try:
        result: Result | ExpressionError = value(text)
    except ExpressionError as fault:
        result = fault
    if isinstance(result, ExpressionError):
        assert 0 <= result.offset <= max(0, len(text) - 1)
        assert 1 <= result.width <= max(1, len(text) - result.offset)
    elif isinstance(result, int | float):
        assert abs(result) < 2**63
