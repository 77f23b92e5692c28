from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest

from netcost.record import Record, replace


class Point(Record, unequal=("note",)):
    """A place with a note."""

    kind: ClassVar[str] = "point"

    x: int
    y: int = 0
    note: str = ""


class Scaled(Point):
    """One that knows its scale."""

    scale: Callable[[int], int] = abs

    @property
    def size(self) -> int:
        """How far it is, in its scale."""
        return self.scale(self.x)


class Counter(Record, frozen=False, eq=False):
    """What counts."""

    count: int = 0


class Held(Record, kept=("count",)):
    """What has its own count, also where it was given none."""

    count: int = 1


class HeldLonger(Held):
    """One that begins with another."""

    count: int = 5


class Doubled(Record):
    """What is told twice."""

    given: int
    twice: int = 0

    def _settle(self) -> None:
        object.__setattr__(self, "twice", 2 * self.given)


def test_fields_are_given_by_position_or_by_name() -> None:
    assert (Point(1, 2).x, Point(1, y=2).y, Point(x=1).y) == (1, 2, 0)
    assert repr(Point(1, y=2)) == "Point(x=1, y=2, note='')"


def test_a_class_has_the_fields_of_those_before_it() -> None:
    assert Scaled._fields == ("x", "y", "note", "scale")


def test_a_function_may_be_a_default() -> None:
    assert Scaled(-3).size == 3


@pytest.mark.parametrize(
    "make",
    [
        Point,
        lambda: Point(1, 2, "", 4),  # type: ignore[call-arg]
        lambda: Point(1, z=2),  # type: ignore[call-arg]
        lambda: Point(z=1),  # type: ignore[call-arg]
    ],
    ids=["one is missing", "too many", "an unknown one", "one for another"],
)
def test_other_fields_are_refused(make: Callable[[], Point]) -> None:
    with pytest.raises(TypeError, match="Point has the fields x, y, note"):
        make()


def test_records_are_equal_by_their_fields() -> None:
    assert Point(1, note="a") == Point(1, note="b")
    assert len({Point(1, note="a"), Point(1, note="b"), Point(2)}) == 2
    assert Point(1) != Scaled(1)
    assert Counter(1) != Counter(1)


def test_a_default_may_be_that_of_each_record() -> None:
    """And a class after it may leave another one to itself."""
    assert vars(Held()) == {"count": 1}
    assert HeldLonger().count == 5
    assert HeldLonger(2).count == 2


def test_a_record_stays_as_it_was_made() -> None:
    with pytest.raises(AttributeError, match=r"Point\.x is set once, when the record is made"):
        Point(1).x = 2  # type: ignore[misc]
    counter = Counter()
    counter.count += 1
    assert counter.count == 1


def test_a_record_is_made_like_another() -> None:
    assert replace(Point(1, 2), x=3) == Point(3, 2)


def test_what_follows_from_the_fields_is_worked_out_when_it_is_made() -> None:
    assert Doubled(3).twice == 6
