"""What a layer's field may hold: one class per kind of value, with its check and its JSON Schema.

A layer declares a field by annotation, `stride: Axes = field(default=1, ...)`. The annotation is an ordinary
type to a type checker and carries its `ValueType` for everything that reads declarations.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from math import trunc
from typing import Annotated, Any, TypeAlias

from netcost.integers import BOUND
from netcost.shapes import axis_words
from netcost.wording import shown

Json: TypeAlias = dict[str, object]

MAX_TEXT = 255
"""Characters of a text that reports repeat."""

EXPRESSION: Json = {"type": "string", "description": "an expression"}


class ValueType:
    """One kind of value that a declared field may hold.

    `parts` are the kinds of the values in a mapping, by their keys; none where a mapping is no value.

    Args:
        described: the kind in words, for help and errors.
        example: a value as a spec writes it.
        words: text values that stand for themselves; any other text in a spec is an expression.
        literal: true if every text stands for itself.
        least: the smallest integer allowed.
        single: whether an integer may stand for a list of equal ones.
    """

    parts: Mapping[str, ValueType] = {}

    def __init__(
        self,
        described: str,
        *,
        example: str,
        words: tuple[str, ...] = (),
        literal: bool = False,
        least: int = 1,
        single: bool = True,
    ) -> None:
        self.described = described
        self.example = example
        self.words = words
        self.literal = literal
        self.least = least
        self.single = single

    def check(self, value: object) -> object:
        """Return the value as the layer keeps it.

        Raises:
            ValueError: the value is of another kind; the message says what is expected and what was given.
        """
        raise NotImplementedError

    def schema(self) -> Json:
        """The JSON Schema of a value in a spec, expressions included."""
        raise NotImplementedError

    def refusal(self, value: object) -> ValueError:
        """The error for a value of another kind."""
        return ValueError(f"expected {self.described}, got {shown(value)}")


def is_whole(value: object, least: int) -> bool:
    """Tell whether a value is an integer, not a boolean, of at least `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def whole(value: object) -> object:
    """Turn a float without a fraction into the integer that it is; anything else stays what it is."""
    return trunc(value) if isinstance(value, float) and value.is_integer() else value


class Whole(ValueType):
    """An integer of at least `least`."""

    def check(self, value: object) -> object:
        """Accept an integer of at least `least`."""
        if not is_whole(value, self.least):
            raise self.refusal(value)
        return value

    def schema(self) -> Json:
        """An integer or an expression."""
        return {"anyOf": [{"type": "integer", "minimum": self.least}, EXPRESSION]}


class Wholes(ValueType):
    """A list of integers, or one of them alone where `single` allows it."""

    def check(self, value: object) -> object:
        """Accept an integer or a list of integers; lists are kept as tuples."""
        if self.single and is_whole(value, self.least):
            return value
        if isinstance(value, (list, tuple)) and value and all(is_whole(item, self.least) for item in value):
            return tuple(value)
        raise self.refusal(value)

    def schema(self) -> Json:
        """An integer, an expression, or a list of them."""
        number: Json = {"type": "integer", "minimum": self.least}
        many: Json = {"type": "array", "items": {"anyOf": [number, EXPRESSION]}, "minItems": 1}
        return {"anyOf": [*([number] if self.single else []), EXPRESSION, many]}


class Factors(ValueType):
    """A number above 0, with a fraction or without, or a list of them."""

    def check(self, value: object) -> object:
        """Accept a number or a list of numbers; one without a fraction is kept as an integer, a list as a tuple."""
        factors = tuple(value) if isinstance(value, (list, tuple)) else (value,)
        if not factors or not all(map(self._is_one, factors)):
            raise self.refusal(value)
        kept = tuple(map(whole, factors))
        return kept if isinstance(value, (list, tuple)) else kept[0]

    @staticmethod
    def _is_one(value: object) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < BOUND

    def schema(self) -> Json:
        """A number, an expression, or a list of them."""
        kinds: list[Json] = [{"type": "number", "exclusiveMinimum": 0}, EXPRESSION]
        return {"anyOf": [*kinds, {"type": "array", "items": {"anyOf": kinds}, "minItems": 1}]}


class Real(ValueType):
    """A number."""

    def check(self, value: object) -> object:
        """Accept an integer or a float."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.refusal(value)
        return value

    def schema(self) -> Json:
        """A number or an expression."""
        return {"anyOf": [{"type": "number"}, EXPRESSION]}


class Boolean(ValueType):
    """True or false."""

    def check(self, value: object) -> object:
        """Accept a boolean."""
        if not isinstance(value, bool):
            raise self.refusal(value)
        return value

    def schema(self) -> Json:
        """A boolean or an expression."""
        return {"anyOf": [{"type": "boolean"}, EXPRESSION]}


class OneOf(ValueType):
    """One word of a fixed list."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        described = f"one of {', '.join(self.words)}" if len(self.words) > 1 else self.words[0]
        super().__init__(described, example=self.words[0], words=self.words)

    def check(self, value: object) -> object:
        """Accept one of the words."""
        if value not in self.words:
            raise self.refusal(value)
        return value

    def schema(self) -> Json:
        """An enumeration."""
        return {"enum": list(self.words)}


class Free(ValueType):
    """Any text."""

    def check(self, value: object) -> object:
        """Accept text that is not too long: reports repeat it."""
        if not isinstance(value, str):
            raise self.refusal(value)
        if len(value) > MAX_TEXT:
            raise ValueError(f"expected at most {MAX_TEXT} characters, got {len(value):,}")
        return value

    def schema(self) -> Json:
        """A string."""
        return {"type": "string", "maxLength": MAX_TEXT}


def value_type(owner: type, name: str) -> ValueType:
    """Find the kind of value of an annotated name, which is written as `Axes` or `Axes | None`."""
    hint: Any = owner.__annotations__[name]
    text: str = getattr(hint, "__forward_arg__", hint)  # a named tuple wraps its annotations
    word = text.partition(" ")[0]
    annotated = getattr(sys.modules[owner.__module__], word)
    found: ValueType = annotated.__metadata__[0]
    return found


class Record(ValueType):
    """A mapping of named values, each of a kind of its own; a layer keeps it as a named tuple.

    Args:
        made: the named tuple; its annotations say which kind of value each part has.
        described: the kind in words.
        example: a value as a spec writes it.
    """

    def __init__(self, made: Any, described: str, *, example: str) -> None:
        super().__init__(described, example=example)
        self.made = made
        self.parts = {name: value_type(made, name) for name in made._fields}
        self.needed = tuple(name for name in made._fields if name not in made._field_defaults)

    def check(self, value: object) -> object:
        """Accept a mapping, or the named tuple itself, with all parts that have no default."""
        given = value._asdict() if isinstance(value, self.made) else value
        if not isinstance(given, Mapping):
            raise self.refusal(value)
        unknown = next((name for name in given if name not in self.parts), None)
        if unknown is not None:
            raise ValueError(f"`{unknown}` is none of {', '.join(self.parts)}")
        missing = next((name for name in self.needed if name not in given), None)
        if missing is not None:
            raise ValueError(f"it needs `{missing}`, as in {self.example}")
        return self.made(**{name: self._part(name, each) for name, each in given.items()})

    def refusal(self, value: object) -> ValueError:
        """The error for a value that is no mapping, with one that is."""
        return ValueError(f"expected {self.described}, as in {self.example}, got {shown(value)}")

    def _part(self, name: str, value: object) -> object:
        if name not in self.needed and value is self.made._field_defaults[name]:
            return value
        try:
            return self.parts[name].check(value)
        except ValueError as error:
            raise PartError(str(error), name) from None

    def schema(self) -> Json:
        """An object with the parts."""
        properties = {name: part.schema() for name, part in self.parts.items()}
        return {
            "type": "object",
            "properties": properties,
            "required": list(self.needed),
            "additionalProperties": False,
        }


class PartError(ValueError):
    """A part of a record is of another kind.

    Args:
        message: what is expected and what was given.
        part: the name of the part.
    """

    def __init__(self, message: str, part: str) -> None:
        super().__init__(f"{part}: {message}")
        self.part = part


class Either(ValueType):
    """A value of the first of several kinds that accepts it."""

    def __init__(self, *kinds: ValueType) -> None:
        self.kinds = kinds
        super().__init__(
            " or ".join(kind.described for kind in kinds),
            example=kinds[0].example,
            words=tuple(word for kind in kinds for word in kind.words),
        )
        self.parts = {name: part for kind in kinds for name, part in kind.parts.items()}

    def check(self, value: object) -> object:
        """Accept a value of any of the kinds; a mapping is only ever one of named values."""
        takes_mapping = isinstance(value, Mapping)
        for kind in self.kinds:
            if takes_mapping and not kind.parts:
                continue
            try:
                return kind.check(value)
            except PartError:
                raise
            except ValueError as error:
                if takes_mapping:
                    raise ValueError(str(error)) from None
        raise self.refusal(value)

    def among(self, form: type[ValueType]) -> ValueType:
        """The first of the kinds that has a form; this one where none has."""
        return next((kind for kind in self.kinds if isinstance(kind, form)), self)

    def schema(self) -> Json:
        """One of the kinds."""
        return {"anyOf": [kind.schema() for kind in self.kinds]}


PADDING_WORDS = ("same", "same_lower", "half", "valid", "causal")


class Pads(ValueType):
    """Padding: a number, one number per axis, a pair [before, after] per axis, or a word."""

    def check(self, value: object) -> object:
        """Accept any form of padding; lists are kept as tuples."""
        if is_whole(value, 0) or value in self.words:
            return value
        if isinstance(value, (list, tuple)) and value and all(map(self._is_axis, value)):
            return tuple(item if isinstance(item, int) else tuple(item) for item in value)
        raise self.refusal(value)

    @staticmethod
    def _is_axis(item: object) -> bool:
        if isinstance(item, (list, tuple)):
            return len(item) == 2 and all(is_whole(end, 0) for end in item)  # noqa: PLR2004
        return is_whole(item, 0)

    def schema(self) -> Json:
        """An integer, a word, an expression, or a list per axis."""
        end: Json = {"anyOf": [{"type": "integer", "minimum": 0}, EXPRESSION]}
        pair: Json = {"type": "array", "items": end, "minItems": 2, "maxItems": 2}
        axis: Json = {"anyOf": [{"type": "integer", "minimum": 0}, EXPRESSION, pair]}
        many: Json = {"type": "array", "items": axis, "minItems": 1, "maxItems": 3}
        words: list[Json] = [{"enum": list(self.words)}] if self.words else []
        return {"anyOf": [{"type": "integer", "minimum": 0}, *words, EXPRESSION, many]}


Count = Annotated[int, Whole("a whole number of at least 1", example="64")]
Index = Annotated[int, Whole("a whole number of at least 0", example="0", least=0)]
Integer = Annotated[int, Whole("a whole number", example="1", least=-BOUND)]
Number = Annotated[float, Real("a number", example="0.5")]
FLAG = Boolean("true or false", example="true")
Flag = Annotated[bool, FLAG]
Text = Annotated[str, Free("text", example="text", literal=True)]
Axes = Annotated[
    int | tuple[int, ...],
    Wholes("a whole number of at least 1, or a list with one for each axis", example="3"),
]
AxesFrom0 = Annotated[
    int | tuple[int, ...],
    Wholes("a whole number of at least 0, or a list with one for each axis", example="1", least=0),
]
Scales = Annotated[
    float | tuple[float, ...],
    Factors("a number above 0, or a list with one for each axis", example="2"),
]
Integers = Annotated[
    tuple[int, ...],
    Wholes("a list of whole numbers", example="[1, 2]", least=-BOUND, single=False),
]
AxisName = Annotated[str, OneOf(axis_words())]
Sizes = Annotated[
    tuple[int, ...],
    Wholes("a list of lengths of at least 1", example="[8, 8]", single=False),
]
Padding = Annotated[
    int | str | tuple[int | tuple[int, int], ...],
    Pads(
        "a whole number of at least 0, a list with one or a [before, after] pair for each axis, or one of same, same_lower, half, valid, causal",
        example="1",
        words=PADDING_WORDS,
    ),
]
Margins = Annotated[
    int | tuple[int | tuple[int, int], ...],
    Pads(
        "a whole number of at least 0, or a list with one or a [before, after] pair for each axis",
        example="1",
    ),
]
