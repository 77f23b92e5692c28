"""From YAML events to a bounded tree.

The events, not constructed objects: by the time those exist, `yes` is True, `010` is 8, a duplicate key is
gone, and a hostile file has already been expanded. This is the only file that knows PyYAML.
"""

from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from netcost.place import Place
from netcost.source.decoding import lines_of, unprintable
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode, is_blank
from netcost.source.problem import Problem, SpecError, nearest
from netcost.source.scalar import Plain, Refused, is_open, resolve
from netcost.wording import shortened

MAX_DEPTH = 64
MAX_NODES = 400_000
MAX_VISITS = 800_000  # nodes, where an alias counts as all that it stands for
MAX_PROBLEMS = 1_000  # more end the reading

_NEW = object()

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Open:
    """A collection whose end has not been read yet, with its children so far.

    Those of a mapping are keys and values in turn.
    """

    __slots__ = ("anchor", "children", "column", "flow", "line", "visits")

    def __init__(self, event: Any, visits: int) -> None:
        start = event.start_mark
        self.line = start.line + 1
        self.column = start.column + 1
        self.anchor = event.anchor
        self.flow = event.flow_style
        self.visits = visits
        self.children: list[YamlNode] = []


class Composer:
    """Builds the tree event by event, on a stack of open collections instead of by recursion."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.lines = lines_of(text)
        self.path = path
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.roots: list[YamlNode] = []
        self.children = self.roots  # of the innermost open collection
        self.values: dict[str, Any] = {}  # by plain text
        # A node and its visits; None while it is open.
        self.anchors: dict[str, tuple[YamlNode, int] | None] = {}
        self.visits = 0
        self.most_visits = MAX_NODES
        self.has_cuts = False  # some plain text opens a parenthesis and does not close it

    def compose(self) -> YamlNode | None:
        """The root of the only document, or None if it has no content."""
        for event in self.events():
            kind = type(event)
            if kind is ScalarEvent:
                self.add_scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self.open(event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self.close(event, is_mapping=kind is MappingEndEvent)
            elif kind is AliasEvent:
                self.add_alias(event)
            elif kind is DocumentStartEvent and self.roots:
                self.report(self.place(event), "a second document starts here", "a file holds one document")
                break
        return self.roots[0] if self.roots and not is_blank(self.roots[0]) else None

    def events(self) -> Iterator[Any]:
        """The events of the file, up to the first fault in its YAML."""
        try:
            yield from iter(_LOADER(self.text).get_event, None)
        except yaml.MarkedYAMLError as error:
            raise self.failure(self.syntax_problem(error)) from None
        except (ValueError, OverflowError):  # let out by PyYAML's own scanner, which stands in for libyaml's
            raise self.failure(Problem(Place(self.path, 0, 0), "an escape stands for no character")) from None

    def add_scalar(self, event: Any) -> None:
        """Add a scalar with its value."""
        self.visits += 1
        if event.tag is not None or self.visits > self.most_visits:
            self.admit(event)
        text, plain = event.value, not event.style
        if plain:
            value = self.values.get(text, _NEW)
            if value is _NEW:
                value = self.resolve(text, event)
        else:
            value = text
            if unprintable(text):
                self.report(self.place(event), "this text holds a control character", "remove its escape")
        start, end = event.start_mark, event.end_mark
        line, column = start.line, start.column
        width = (end.column if end.line == line else len(self.lines[line])) - column
        node = Scalar(self.path, line + 1, column + 1, width if width > 0 else 1, text, value, plain)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1)
        self.children.append(node)

    def resolve(self, text: str, event: Any) -> Plain:
        """The value of a plain text, kept for when it comes again, unless its spelling is refused."""
        value = resolve(text)
        if isinstance(value, Refused):
            self.report(self.place(event), value.message, value.hint)
            return value.value
        self.values[text] = value
        if "(" in text and is_open(text):
            self.has_cuts = True
        return value

    def open(self, event: Any) -> None:
        """Begin a collection; what follows goes into it."""
        self.visits += 1
        if event.tag is not None or self.visits > self.most_visits:
            self.admit(event)
        frame = _Open(event, self.visits)
        self.stack.append(frame)
        if len(self.stack) > MAX_DEPTH:
            raise self.failure(Problem(self.place(event), f"this is nested deeper than {MAX_DEPTH} levels"))
        if frame.anchor is not None:
            self.anchors[frame.anchor] = None
        self.children = frame.children

    def close(self, event: Any, *, is_mapping: bool) -> None:
        """End the innermost collection and add it to the one around it."""
        frame = self.stack.pop()
        self.children = self.stack[-1].children if self.stack else self.roots
        children = frame.children
        end = event.end_mark
        width = end.column - frame.column + 1 if frame.flow and end.line + 1 == frame.line else 1
        meant: YamlNode | None = None
        if (
            frame.flow
            and (self.has_cuts or "" in self.values)
            and self.is_cut(children, is_mapping=is_mapping)
        ):
            from netcost.source.cuts import braced, mended

            children = mended(self, children, is_mapping=is_mapping)
            if is_mapping:
                meant = braced(self, children, Place(self.path, frame.line, frame.column, width))
        node: YamlNode
        if meant:
            node = meant
        elif is_mapping:
            node = MappingNode(self.path, frame.line, frame.column, width, self.in_pairs(children))
        else:
            node = SequenceNode(self.path, frame.line, frame.column, width, children)
        if frame.anchor is not None:
            self.anchors[frame.anchor] = (node, self.visits - frame.visits + 1)
        self.children.append(node)

    def is_cut(self, children: list[YamlNode], *, is_mapping: bool) -> bool:
        """Whether YAML may have split what stands between brackets where no one meant it to."""
        if not is_mapping:
            return self.has_cuts
        return self.has_cuts or (
            "" in self.values
            and any(type(key) is not Scalar or type(key.value) is int for key in children[::2])
        )

    def in_pairs(self, children: list[YamlNode]) -> list[YamlNode]:
        """The keys and the nodes of a mapping in turn; report keys that are none."""
        if self.values.keys().isdisjoint(_SUSPICIOUS):
            keys: list[Any] = children[::2]
            if _SCALARS.issuperset(map(type, keys)) and len({key.text for key in keys}) == len(keys):
                return children
        return self.one_by_one(children)

    def one_by_one(self, children: list[YamlNode]) -> list[YamlNode]:
        """The same where something may be wrong."""
        keys: dict[str, Scalar] = {}
        nodes: dict[str, YamlNode] = {}
        turn = iter(children)
        for key, node in zip(turn, turn, strict=True):
            if not isinstance(key, Scalar):
                self.report(
                    key.place,
                    "a key must be a single word",
                    "write `key: value`; an expression needs no braces",
                )
            elif key.text in keys:
                message = f"the key `{shortened(key.text)}` is given twice"
                first = ((keys[key.text].place, "first given here"),)
                self.report(key.place, message, "remove one of them", first)
            else:
                if key.plain and (":" in key.text or "=" in key.text) and is_blank(node):
                    from netcost.source.cuts import parted

                    key, node = parted(self, key, node)  # noqa: PLW2901  what they stand for
                keys[key.text] = key
                nodes[key.text] = node
        for text, (message, hint) in _REFUSED_KEYS.items():
            if text in keys and keys[text].plain:
                self.report(keys.pop(text).place, message, hint)
        return [each for text, key in keys.items() for each in (key, nodes[text])]

    def add_alias(self, event: Any) -> None:
        """Add once more the node that an alias stands for."""
        name = event.anchor
        known = self.anchors.get(name)
        if known is None:
            raise self.failure(self.bad_alias(name, self.place(event)))
        node, visits = known
        self.visits += visits
        self.most_visits = min(MAX_VISITS, self.most_visits + visits - 1)
        if self.visits > self.most_visits:
            raise self.exhausted(event)
        if isinstance(node, Scalar):  # one of its own, so that faults are shown where it is used
            mark = event.start_mark
            width = len(name) + 1
            node = Scalar(self.path, mark.line + 1, mark.column + 1, width, node.text, node.value, node.plain)
        self.children.append(node)

    def bad_alias(self, name: str, place: Place) -> Problem:
        """The fault of an alias that stands for nothing, or for what it is part of."""
        if name in self.anchors:
            return Problem(place, f"the alias `*{shortened(name)}` stands inside what it stands for")
        near = nearest(name, self.anchors)
        hint = (
            f"did you mean `*{near}`?"
            if near
            else f"write `{shortened(name)}` for a parameter; quote it if no alias is meant"
        )
        return Problem(place, f"there is no `&{shortened(name)}` above for this alias", hint)

    def admit(self, event: Any) -> None:
        """Refuse a node if there are too many, or it has a tag."""
        if self.visits > self.most_visits:
            raise self.exhausted(event)
        if event.tag is not None:
            self.report(
                self.place(event),
                "tags are not used in a spec",
                "remove the word that starts with `!`, or quote it",
            )

    def exhausted(self, event: Any) -> SpecError:
        """The error for a file that has too many nodes, or too many by its aliases."""
        if self.visits > MAX_VISITS:
            message, hint = (
                f"the aliases make this more than {MAX_VISITS:,} values",
                "use blocks instead of aliases",
            )
        else:
            message, hint = (
                f"this file has more than {MAX_NODES:,} values",
                "use `repeat` for layers that repeat",
            )
        return self.failure(Problem(self.place(event), message, hint))

    def report(
        self, place: Place, message: str, hint: str, related: tuple[tuple[Place, str], ...] = ()
    ) -> None:
        """Note a fault and go on, unless there are too many."""
        problem = Problem(place, message, hint, related)
        if len(self.problems) == MAX_PROBLEMS:
            raise self.failure(problem)
        self.problems.append(problem)

    def failure(self, last: Problem) -> SpecError:
        """The error that ends the reading, with the faults before it."""
        return SpecError([*self.problems, last], {self.path: self.lines})

    def syntax_problem(self, error: yaml.MarkedYAMLError) -> Problem:
        """The fault in the YAML itself, in plain words."""
        from netcost.source.syntax import Stop, explain

        brackets = [frame for frame in self.stack if self.character(frame.line, frame.column) in {"[", "{"}]
        line, column = self.position(error.problem_mark)
        stop = Stop(
            path=self.path,
            lines=self.lines,
            problem=error.problem or "",
            context=error.context or "",
            line=line,
            column=column,
            start=self.position(error.context_mark or error.problem_mark),
            opener=(brackets[-1].line, brackets[-1].column) if brackets else None,
        )
        return explain(stop)

    def position(self, mark: Any) -> tuple[int, int]:
        """Line and column of a mark; libyaml adds a line break to a last line that has none."""
        if mark.line < len(self.lines):
            return mark.line + 1, mark.column + 1
        return len(self.lines), len(self.lines[-1]) + 1

    def character(self, line: int, column: int) -> str:
        """The character at a spot, empty past the end of the line."""
        return self.lines[line - 1][column - 1 : column]

    def place(self, event: Any) -> Place:
        """Where an event stands, up to the end of its first line."""
        start, end = event.start_mark, event.end_mark
        width = (end.column if end.line == start.line else len(self.lines[start.line])) - start.column
        return Place(self.path, start.line + 1, start.column + 1, max(1, width))


_SCALARS = {Scalar}
_SUSPICIOUS = {"", "<<"}
"""Plain texts of a file in which a key may be refused, or stand for more than a key."""

_REFUSED_KEYS = {
    "<<": ("merge keys are not used in a spec", "write the fields out, or use `defaults`"),
    "": ("there is no key before this colon", "write `key: value`"),
}
