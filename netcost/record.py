"""Records: classes whose annotated names are their fields.

They do at run time what `dataclass` does by generating code, which took a third of a short run.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, NoReturn, TypeVar, dataclass_transform

R = TypeVar("R", bound="Record")


@dataclass_transform(frozen_default=True)
class Record:
    """What has fields, given by position or by name; one that is left out has the value that its class gives.

    Args:
        values: the fields in their order.
        named: fields by their names.

    Raises:
        TypeError: a field is missing, or there is no such field.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _compared: ClassVar[tuple[str, ...]] = ()
    _kept: ClassVar[dict[str, Any]] = {}
    """Defaults that each record has itself."""

    _required: ClassVar[frozenset[str]] = frozenset()
    _own: ClassVar[dict[str, Any]] = {}
    """Defaults that are not left to the class: those, and functions, which would be methods there."""

    _accepted: ClassVar[set[tuple[str, ...]]] = set()
    """Fields that were given together, and may be: to look that up takes less time than to find it out."""

    def __init_subclass__(
        cls,
        *,
        frozen: bool = True,
        kw_only: bool = False,
        eq: bool = True,
        unequal: Collection[str] = (),
        kept: Collection[str] = (),
    ) -> None:
        """Find the fields of a class, those of the classes before it first; the rest when its first record is made.

        Args:
            frozen: they are set once, when a record is made.
            kw_only: they are given by name, which type checkers see to.
            eq: records with equal fields are equal; else each is equal to itself alone.
            unequal: fields that may differ in equal records.
            kept: fields that each record has itself, also where it was given none, so that the class has no default.
        """
        super().__init_subclass__()
        kinds = vars(cls).get("__annotations__", {})
        own = [name for name, kind in kinds.items() if "ClassVar" not in str(kind)]
        cls._fields = fields = tuple(dict.fromkeys((*cls._fields, *own)))
        if kept or cls._kept:
            before = {name: each for name, each in cls._kept.items() if name not in own}
            cls._kept = {**before, **{name: getattr(cls, name) for name in kept}}
            for name in kept:
                delattr(cls, name)
        cls._accepted = set()
        cls._compared = tuple([name for name in fields if name not in unequal]) if unequal else fields
        if not frozen and cls.__setattr__ is not object.__setattr__:  # to set it takes longer
            cls.__setattr__ = object.__setattr__  # type: ignore[method-assign, assignment]
        if not eq and cls.__eq__ is not object.__eq__:
            cls.__eq__ = object.__eq__  # type: ignore[method-assign]
            cls.__hash__ = object.__hash__  # type: ignore[method-assign]

    def __init__(self, *values: Any, **named: Any) -> None:
        if values:
            named.update(zip(self._fields, values, strict=False))
        given = tuple(named)
        if given not in self._accepted or len(values) > len(given):
            self._accept(given, len(values))
        object.__setattr__(self, "__dict__", self._own | named if self._own else named)
        self._settle()

    @classmethod
    def _accept(cls, given: tuple[str, ...], positions: int) -> None:
        """See to it that a record may be given these fields, so many by position.

        Raises:
            TypeError: one is missing, or there is no such field.
        """
        if not cls._accepted:
            defaults = {name: getattr(cls, name) for name in cls._fields if hasattr(cls, name)} | cls._kept
            cls._required = frozenset(cls._fields).difference(defaults)
            cls._own = {name: each for name, each in defaults.items() if callable(each)} | cls._kept
        if positions > len(cls._fields) or not cls._required <= set(given) <= set(cls._fields):
            raise TypeError(f"{cls.__name__} has the fields {', '.join(cls._fields)}")
        cls._accepted.add(given)

    def _settle(self) -> None:
        """Work out what follows from the fields, where something does."""

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} is set once, when the record is made")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            getattr(self, name) == getattr(other, name) for name in self._compared
        )

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self._compared))

    def __repr__(self) -> str:
        told = (f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({', '.join(told)})"


def replace(record: R, **changes: Any) -> R:
    """The same record but for some of its fields."""
    return type(record)(**{name: getattr(record, name) for name in record._fields} | changes)
