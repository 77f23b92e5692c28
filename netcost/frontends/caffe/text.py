"""The text form of protobuf, as a .prototxt has it: messages of fields, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from math import isfinite, nan

from netcost.frontends.text import whole
from netcost.place import Place
from netcost.source.fault import Fault

MAX_TOKENS = 300_000
MAX_DEPTH = 32
MAX_REPEATED = 2_000

TOKEN = re.compile(
    r"""\s+|\#[^\n]*
    |(?P<mark>[{}<>:;,\[\]])
    |(?P<quoted>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<word>[^\s{}<>:;,\[\]"'\#]+)
    |(?P<wrong>.)""",
    re.VERBOSE,
)
CLOSING = {"{": "}", "<": ">"}
TRUTH = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}


class Document:
    """A text, and where its characters stand.

    Args:
        path: what messages call the file.
        text: all of it.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.lines = self.text.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self.lines)]

    def place(self, offset: int, width: int = 1) -> Place:
        """The line and column of a character."""
        line = bisect_right(self._starts, offset)
        return Place(self.path, line, offset - self._starts[line - 1] + 1, width)


class Value:
    """A number, a word or a text: whether it stands in quotes, and where."""

    __slots__ = ("_document", "offset", "quoted", "text", "width")

    def __init__(self, document: Document, text: str, offset: int, width: int, *, quoted: bool) -> None:
        self._document = document
        self.text = text
        self.offset = offset
        self.width = width
        self.quoted = quoted

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self._document.place(self.offset, self.width)


class Message:
    """The fields between two braces."""

    __slots__ = ("_document", "fields", "offset", "width")

    def __init__(self, document: Document, offset: int, width: int = 1) -> None:
        self._document = document
        self.offset = offset
        self.width = width
        self.fields: dict[str, list[Value | Message]] = {}

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self._document.place(self.offset, self.width)

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def place_of(self, name: str) -> Place:
        """Where the value of a field stands; where the message does if it has none."""
        return self.fields[name][0].place if name in self.fields else self.place

    def messages(self, name: str) -> list[Message]:
        """All that stand under a name.

        Raises:
            Fault: one is no message.
        """
        found = self.fields.get(name, [])
        for each in found:
            if not isinstance(each, Message):
                raise Fault(each.place, f"`{name}` is a message", f"write `{name} {{ ... }}`")
        return [each for each in found if isinstance(each, Message)]

    def message(self, name: str) -> Message:
        """The one under a name; an empty one where there is none.

        Raises:
            Fault: it is no message.
        """
        found = self.messages(name)
        return found[-1] if found else Message(self._document, self.offset, self.width)

    def values(self, name: str) -> list[Value]:
        """All values under a name.

        Raises:
            Fault: one is a message.
        """
        found = self.fields.get(name, [])
        for each in found:
            if not isinstance(each, Value):
                raise Fault(each.place, f"`{name}` is no message, it has a value")
        if len(found) > MAX_REPEATED:
            raise Fault(found[-1].place, f"`{name}` stands here more than {MAX_REPEATED:,} times")
        return [each for each in found if isinstance(each, Value)]

    def _value(self, name: str) -> Value | None:
        found = self.values(name)
        if len(found) > 1:
            raise Fault(found[1].place, f"`{name}` is written twice")
        return found[0] if found else None

    def whole(self, name: str, default: int = 0) -> int:
        """A whole number.

        Raises:
            Fault: it is something else.
        """
        value = self._value(name)
        return default if value is None else whole(value.text, value.place, name)

    def wholes(self, name: str) -> list[int]:
        """Whole numbers.

        Raises:
            Fault: one is something else.
        """
        return [whole(value.text, value.place, name) for value in self.values(name)]

    def number(self, name: str, default: float) -> float:
        """A number.

        Raises:
            Fault: it is something else.
        """
        value = self._value(name)
        return default if value is None else _number(value, name)

    def numbers(self, name: str) -> list[float]:
        """Numbers.

        Raises:
            Fault: one is something else.
        """
        return [_number(value, name) for value in self.values(name)]

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false.

        Raises:
            Fault: it is something else.
        """
        value = self._value(name)
        if value is None:
            return default
        if value.text.lower() not in TRUTH:
            raise Fault(value.place, f"{name} is `{value.text[:40]}`, it is true or false")
        return TRUTH[value.text.lower()]

    def word(self, name: str, default: str = "") -> str:
        """A word or a text.

        Raises:
            Fault: it is written twice, or is a message.
        """
        value = self._value(name)
        return default if value is None else value.text

    def words(self, name: str) -> list[str]:
        """Words or texts.

        Raises:
            Fault: one is a message.
        """
        return [value.text for value in self.values(name)]


def _number(value: Value, name: str) -> float:
    try:
        found = float(value.text.rstrip("fF"))
    except ValueError:
        found = nan
    if not isfinite(found):
        raise Fault(value.place, f"{name} is `{value.text[:40]}`, it has to be a number")
    return found


class _Token:
    __slots__ = ("kind", "offset", "text")

    def __init__(self, kind: str, text: str, offset: int) -> None:
        self.kind = kind
        self.text = text
        self.offset = offset


def _tokens(document: Document) -> Iterator[_Token]:
    count = 0
    for match in TOKEN.finditer(document.text):
        kind = match.lastgroup
        if kind is None:
            continue
        count += 1
        if count > MAX_TOKENS:
            raise Fault(document.place(match.start()), f"this file has more than {MAX_TOKENS:,} words")
        if kind == "wrong":
            raise Fault(document.place(match.start()), "this text has no end", "a text ends on its line")
        yield _Token(kind, match[0], match.start())
    yield _Token("end", "", len(document.text))


class _Parser:
    """Reads one token after the other."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._tokens = _tokens(document)
        self.token = next(self._tokens)

    def step(self) -> _Token:
        """The token at hand, and go on to the next."""
        token = self.token
        if token.kind != "end":
            self.token = next(self._tokens)
        return token

    def fault(self, message: str, hint: str = "") -> Fault:
        """The fault of the token at hand."""
        place = self.document.place(self.token.offset, max(1, len(self.token.text)))
        return Fault(place, message, hint)

    def skip(self, *marks: str) -> bool:
        """Go on if the token is one of those marks."""
        found = self.token.kind == "mark" and self.token.text in marks
        if found:
            self.step()
        return found

    def fields(self, message: Message, closing: str, depth: int) -> None:
        """Read fields up to a closing mark, or the end of the text."""
        if depth > MAX_DEPTH:
            raise self.fault(f"messages stand more than {MAX_DEPTH} deep in one another")
        while not (closing and self.skip(closing)):
            if self.token.kind == "end" and not closing:
                return
            if self.token.kind == "end":
                opened = message.place
                raise self.fault(
                    f"the file ends inside a message, which line {opened.line} opens", f"write `{closing}`"
                )
            self.field(message, depth)

    def field(self, message: Message, depth: int) -> None:
        """Read a name and what stands under it."""
        if self.token.kind != "word":
            raise self.fault(f"`{self.token.text[:40]}` stands where a field begins", "write `name: value`")
        name = self.step()
        values = message.fields.setdefault(name.text, [])
        has_colon = self.skip(":")
        if self.token.kind == "mark" and self.token.text in CLOSING:
            values.append(self.message(name, depth))
        elif not has_colon:
            raise self.fault(f"`{name.text[:40]}` has no value", f"write `{name.text[:40]}: value`")
        elif self.skip("["):
            while not self.skip("]"):
                values.append(self.element(name, depth))
                self.skip(",")
        else:
            values.append(self.scalar())
        self.skip(",", ";")

    def element(self, name: _Token, depth: int) -> Value | Message:
        """One of a list."""
        if self.token.kind == "mark" and self.token.text in CLOSING:
            return self.message(name, depth)
        return self.scalar()

    def message(self, name: _Token, depth: int) -> Message:
        """What stands in braces."""
        found = Message(self.document, name.offset, len(name.text))
        self.fields(found, CLOSING[self.step().text], depth + 1)
        return found

    def scalar(self) -> Value:
        """A word, or texts that follow each other."""
        token = self.token
        if token.kind == "word":
            self.step()
            return Value(self.document, token.text, token.offset, len(token.text), quoted=False)
        if token.kind != "quoted":
            raise self.fault("there is no value here")
        text = ""
        while self.token.kind == "quoted":
            text += self.step().text[1:-1]
        return Value(self.document, text, token.offset, len(token.text), quoted=True)


def parsed(document: Document) -> Message:
    """All fields of a text.

    Raises:
        Fault: it is no such text, or too much of it.
    """
    root = Message(document, 0)
    _Parser(document).fields(root, "", 0)
    return root
