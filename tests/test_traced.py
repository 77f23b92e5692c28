"""The integer that remembers its arithmetic: the number is right, and so is what it says of itself."""

from __future__ import annotations

import copy
import math
import operator
from collections.abc import Callable, Mapping

import pytest
from arithmetic import evaluate
from hypothesis import given
from hypothesis import strategies as st

from netcost.integers import ceil_div, gcd, isqrt
from netcost.traced import Step, Traced, step_of

NAMES = {"a": 7, "b": 3, "c": 12, "d": 1, "z": 0}


def named(names: Mapping[str, int] = NAMES) -> list[Traced]:
    return [Traced.named(value, name) for name, value in names.items()]


def words(number: int) -> str:
    return step_of(number).written(words=True)


def figures(number: int) -> str:
    return step_of(number).written(words=False)


a, b, c, d, z = named()

WRITTEN = [
    (a + b, "a + b", "7 + 3", 10),
    (a - b, "a - b", "7 - 3", 4),
    (a * b, "a * b", "7 * 3", 21),
    (c // b, "c / b", "12 / 3", 4),
    (a // b, "floor(a / b)", "floor(7 / 3)", 2),
    (ceil_div(a, b), "ceil(a / b)", "ceil(7 / 3)", 3),
    (ceil_div(c, b), "c / b", "12 / 3", 4),
    (ceil_div(a + b, b), "ceil((a + b) / b)", "ceil((7 + 3) / 3)", 4),
    (a % b, "a % b", "7 % 3", 1),
    (-a, "-a", "-7", -7),
    (-Traced.of(step_of(-a)), "a", "7", 7),
    (+a, "a", "7", 7),
    (-(a + b), "-(a + b)", "-(7 + 3)", -10),
    (5 + a, "5 + a", "5 + 7", 12),
    (5 - a, "5 - a", "5 - 7", -2),
    (5 * a, "5 * a", "5 * 7", 35),
    (70 // a, "70 / a", "70 / 7", 10),
    (71 // a, "floor(71 / a)", "floor(71 / 7)", 10),
    (71 % a, "71 % a", "71 % 7", 1),
    (a - (b - c), "a - (b - c)", "7 - (3 - 12)", 16),
    (a - (b + c), "a - (b + c)", "7 - (3 + 12)", -8),
    (a + (b - c), "a + b - c", "7 + 3 - 12", -2),
    ((a + b) * c, "(a + b) * c", "(7 + 3) * 12", 120),
    (a + b * c, "a + b * c", "7 + 3 * 12", 43),
    (a * b // b, "a * b / b", "7 * 3 / 3", 7),
    (a * (c // b), "a * (c / b)", "7 * (12 / 3)", 28),
    (c // (a - b), "c / (a - b)", "12 / (7 - 3)", 3),
    (a // (b * d), "floor(a / (b * d))", "floor(7 / (3 * 1))", 2),
    (a // b * c, "floor(a / b) * c", "floor(7 / 3) * 12", 24),
    ((a * b) * (c * d), "(a * b) * (c * d)", "(7 * 3) * (12 * 1)", 252),
    ((c // b) * (c // b), "(c / b) * (c / b)", "(12 / 3) * (12 / 3)", 16),
    (a * b + (c + (b - a)), "a * b + c + b - a", "7 * 3 + 12 + 3 - 7", 29),
    ((a * b) * (c * d) * b, "(a * b) * (c * d) * b", "(7 * 3) * (12 * 1) * 3", 756),
    (a * -b, "a * (-b)", "7 * (-3)", -21),
    (a - -b, "a - (-b)", "7 - (-3)", 10),
    (a + -5, "a + (-5)", "7 + (-5)", 2),
    (gcd(c, b), "gcd(c, b)", "gcd(12, 3)", 3),
    (a - gcd(a + b, 5), "a - gcd(a + b, 5)", "7 - gcd(7 + 3, 5)", 2),
    (gcd(8, c), "gcd(8, c)", "gcd(8, 12)", 4),
    (isqrt(c * b), "sqrt(c * b)", "sqrt(12 * 3)", 6),
    (math.prod((a, b, c)), "a * b * c", "7 * 3 * 12", 252),
    (sum((a, b, c)), "a + b + c", "7 + 3 + 12", 22),
    (math.prod((1, a, b)) * math.prod([c]), "a * b * c", "7 * 3 * 12", 252),
]


@pytest.mark.parametrize(("number", "in_words", "in_figures", "value"), WRITTEN)
def test_arithmetic_is_remembered(number: int, in_words: str, in_figures: str, value: int) -> None:
    """Each operation gives the plain number, and writes itself with the brackets it needs."""
    assert number == value
    assert isinstance(number, Traced)
    assert (words(number), figures(number)) == (in_words, in_figures)


@pytest.mark.parametrize(
    ("number", "in_words"),
    [
        (a + 0, "a"),
        (0 + a, "a"),
        (a + z, "a"),
        (z + a, "a"),
        (a - 0, "a"),
        (a - z, "a"),
        (a + 2 * z, "a"),
        (a * 1, "a"),
        (1 * a, "a"),
        (a // 1, "a"),
        (a * True, "a"),
        (a * d, "a * d"),
        (a // d, "a / d"),
        (a * z, "a * z"),
        (a * 0, "0"),
        (0 * a, "0"),
        (z - a, "z - a"),
        (sum([z, a]), "a"),
    ],
)
def test_what_absent_options_leave_is_not_written(number: int, in_words: str) -> None:
    """A zero that is added and a factor of one without a name are left out; one with a name is kept."""
    assert words(number) == in_words


@pytest.mark.parametrize(
    ("number", "halfway"),
    [
        (a * b, ""),
        (a * b + c, ""),
        (a // b + 1, ""),
        (a, ""),
        (ceil_div(a, b), ""),
        ((a * b) * (c * d), "21 * 12"),
        (a * (b + c), "7 * 15"),
        ((a + b) * c, "10 * 12"),
        (a * b + c * d, "21 + 12"),
        (a * b - c * d + 1, "21 - 12 + 1"),
        (a * (b - c), "7 * (-9)"),
        (a * b + (c * d + (b - a)), "21 + 12 + 3 - 7"),
        (a * 10_000 * (b * c), "70,000 * 36"),
    ],
)
def test_a_longer_calculation_has_a_halfway_line(number: int, halfway: str) -> None:
    """Products of brackets and sums of products are worked out in between, anything simpler is not."""
    assert step_of(number).halfway() == halfway


def test_a_plain_number_is_its_own_derivation() -> None:
    """A constant of a rule stands in the words as it does in the figures."""
    assert words(4) == figures(4) == "4"
    assert words(True) == "1"
    assert (gcd(12, 8), isqrt(49)) == (4, 7)
    assert not isinstance(gcd(12, 8), Traced)
    assert not isinstance(isqrt(49), Traced)


@pytest.mark.parametrize(
    "operation",
    [
        lambda x: x**2,
        abs,
        lambda x: divmod(x, 3),
        lambda x: x / 2,
        lambda x: x * 0.5,
        lambda x: 0.5 + x,
        lambda x: x - 0.5,
        lambda x: x // 2.0,
        lambda x: x % 2.0,
        lambda x: x << 1,
        lambda x: x == 7,
        lambda x: x < 7,
        hash,
        str,
        lambda x: f"{x:,}",
        lambda x: [10, 20, 30, 40, 50, 60, 70, 80][x],
        lambda x: (1, x) == (1, 7),
        lambda x: {7: "seven"}[x],
        int,
    ],
)
def test_anything_else_behaves_as_the_plain_number(operation: Callable[[int], object]) -> None:
    """Comparing, formatting, indexing, hashing and float arithmetic know nothing of a derivation."""
    plain, traced = operation(7), operation(a)
    assert plain == traced
    assert not isinstance(traced, Traced)


def test_division_by_zero_is_an_error() -> None:
    """A quotient by zero fails as it does with plain numbers."""
    with pytest.raises(ZeroDivisionError):
        _ = a // z
    with pytest.raises(ZeroDivisionError):
        _ = a % z


def test_the_larger_number_keeps_its_derivation() -> None:
    """`max` and `min` choose one of the numbers, and its derivation with it."""
    assert words(max(a + b, c)) == "c"
    assert words(min(a + b, c)) == "a + b"


def test_a_copy_keeps_its_derivation() -> None:
    """Copying a layer with traced fields loses nothing."""
    assert words(copy.deepcopy(a * b)) == "a * b"


def test_a_long_sum_can_be_written() -> None:
    """The derivation of ten thousand inputs is written without recursion."""
    total = sum(Traced.named(1, "x") for _ in range(10_000))
    assert words(total).count("x") == 10_000


LEAVES = st.one_of(
    st.sampled_from(list(NAMES)).map(lambda name: Traced.named(NAMES[name], name)),
    st.integers(-20, 20_000),
)


OPERATIONS: list[Callable[[int, int], int]] = [
    lambda left, right: left + right,
    lambda left, right: left - right,
    lambda left, right: left * right,
    lambda left, right: left // (right or 1),
    lambda left, right: left % (right or 1),
    lambda left, right: ceil_div(left, right or 1),
    lambda left, right: -left * right,
    lambda left, right: math.prod((left, right, left)) * math.prod((right, left)),
    lambda left, right: sum((left, right, left)),
    lambda left, right: left - gcd(left, right),
]


def combined(parts: st.SearchStrategy[int]) -> st.SearchStrategy[int]:
    return st.builds(
        lambda operation, left, right: operation(left, right), st.sampled_from(OPERATIONS), parts, parts
    )


RECOMPUTED: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "%": operator.mod,
    "/": operator.floordiv,
    "floor": operator.floordiv,
    "ceil": lambda left, right: -(-left // right),
    "gcd": math.gcd,
}


def recomputed(step: Step) -> int:
    """Work a derivation out again from its leaves, with Python's own operators."""
    if step.left is None:
        return step.value
    left = recomputed(step.left)
    if step.right is None:
        return -left
    right = recomputed(step.right)
    return RECOMPUTED[step.operator](left, right)


@given(st.recursive(LEAVES, combined, max_leaves=12))
def test_what_is_written_evaluates_to_the_number(number: int) -> None:
    """Words with the names' values, figures and the steps themselves all give the value, for any arithmetic."""
    step = step_of(number)
    assert recomputed(step) == int(number)
    assert evaluate(figures(number)) == int(number)
    assert evaluate(words(number), NAMES) == int(number)
    if step.halfway():
        assert evaluate(step.halfway()) == int(number)


@given(st.recursive(LEAVES, combined, max_leaves=12))
def test_no_bracket_surrounds_the_whole(number: int) -> None:
    """The outermost operation never needs brackets."""
    text = figures(number)
    depth, closes = 0, []
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == ")" and depth == 0:
            closes.append(position)
    assert not (text.startswith("(") and closes[0] == len(text) - 1)
