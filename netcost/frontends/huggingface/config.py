"""A config.json as it is written: its keys and their places, with what the caller puts in their stead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from netcost.frontends.huggingface.placed import put_at
from netcost.language.work import FOR_A_GIVEN_VALUE, NODES_A_UNIT, Work
from netcost.layers.values import MAX_TEXT
from netcost.overrides import as_yaml
from netcost.place import Place
from netcost.source.document import Document, KeyValue, MappingNode, Scalar, SequenceNode, YamlNode, word_at
from netcost.source.problem import Problem, SpecError
from netcost.source.read_document import parse_document

HALF = re.compile(rb"(?<!\\)((?:\\\\)*\\u)[dD][89a-fA-F][0-9a-fA-F]{2}")
"""Half of a character beyond 16 bits, as JSON writes it in labels; YAML knows no such escape, and no key has one."""

GENERIC = ("config", "")
"""Names of files that say nothing of the model."""


class Config(NamedTuple):
    """A config that has been read."""

    document: Document
    root: MappingNode
    given: Mapping[str, Document]
    """What `--set` puts in the stead of keys, or beside them."""

    @classmethod
    def read(cls, data: bytes, path: str, settings: Mapping[str, object], work: Work) -> Config:
        """Read a config from its bytes.

        Raises:
            SpecError: it is no mapping of keys, or cannot be read; the same of what is set.
        """
        document = parse_document(HALF.sub(rb"\1fffd", data), path)
        work.spend(document.nodes // NODES_A_UNIT, document.root)
        if not isinstance(document.root, MappingNode):
            message = "a config of Hugging Face is an object with keys"
            hint = '`{"model_type": "bert", ...}`, as `model.config.save_pretrained(FOLDER)` writes it'
            raise SpecError([Problem(document.root.place, message, hint)], {path: document.lines})
        given = {}
        for name, value in settings.items():
            work.spend(FOR_A_GIVEN_VALUE, document.root)
            text = value if isinstance(value, str) else as_yaml(value)
            given[name] = parse_document(text.encode(), f"{name}={text}")
            put_at(given[name].root, {}, Place(given[name].path, 0, 0))
        return cls(document, document.root, given)

    @property
    def path(self) -> str:
        """What messages call its file."""
        return self.document.path

    @property
    def sources(self) -> Mapping[str, Sequence[str]]:
        """The lines of what has been read, by what messages call it."""
        return {each.path: each.lines for each in (self.document, *self.given.values())}

    @property
    def type(self) -> Scalar | None:
        """Its `model_type`, if it tells it."""
        node = self._value("model_type")
        return node if isinstance(node, Scalar) and isinstance(node.value, str) else None

    @property
    def architecture(self) -> Scalar | None:
        """The class of the model, the first that it names."""
        node = self._value("architectures")
        first = node.items[0] if isinstance(node, SequenceNode) and len(node) else node
        return first if isinstance(first, Scalar) and isinstance(first.value, str) else None

    def _value(self, key: str) -> YamlNode | None:
        """What stands under a key, or is set in its stead."""
        return self.given[key].root if key in self.given else self.root.get(key)

    @property
    def place(self) -> Place:
        """Where it says what it is."""
        return (self.type or self.architecture or self.root).place

    @property
    def name(self) -> str:
        """What reports call the model: the name of its file, else of its folder, else of its type."""
        path = PurePosixPath(self.path.replace("\\", "/"))
        words = (path.stem.removesuffix(".config"), path.parent.name, self.type.text if self.type else "")
        return next((word for word in words if word not in GENERIC), "model")[:MAX_TEXT]

    def entries(self, nested: Mapping[str, str]) -> Iterator[tuple[str, KeyValue]]:
        """Each key with its value, those of configs inside it under names of their own; set ones last.

        Args:
            nested: what is put before the names of such a config's keys.
        """
        for key, node in self.root:
            if key.text in nested and isinstance(node, MappingNode):
                yield from ((f"{nested[key.text]}{each.text}", (each, value)) for each, value in node)
            elif key.text not in self.given:
                yield key.text, (key, node)
        for name, document in self.given.items():
            outer, _, inner = name.rpartition(".")
            yield f"{nested.get(outer, '')}{inner}", (word_at(document.root, name), document.root)

    def faults(self, spared: Sequence[YamlNode]) -> list[Problem]:
        """What is wrong with its text, but for values that nobody looks at."""
        places = {node.place for node in spared}
        return [
            problem
            for document in (self.document, *self.given.values())
            for problem in document.problems
            if problem.place not in places
        ]
