"""What the keys of a config mean to a template: values, something taken for granted, nothing, or what is not known."""

from __future__ import annotations

from collections.abc import Iterator

from netcost.frontends.huggingface.config import Config
from netcost.frontends.huggingface.family import Model
from netcost.frontends.huggingface.parameters import Parameters
from netcost.frontends.huggingface.passed import is_passed
from netcost.frontends.huggingface.placed import activation, is_none, node_of, told_as, value_of
from netcost.source.document import KeyValue, MappingNode, Scalar, YamlNode
from netcost.source.fault import Fault, Problems, meant
from netcost.source.problem import SpecError
from netcost.wording import listed, shortened, shown

IDENTITY = ("architectures", "model_type")
"""Keys that say which template it is."""

MAX_TOLD = 5
"""Keys that are named in a note; others are counted."""


class Keys:
    """The keys of a config on their way into the parameters of a template.

    Args:
        model: the family.
        config: the config.
        root: the template.
        params: its parameters.
    """

    def __init__(self, model: Model, config: Config, root: MappingNode, params: Parameters) -> None:
        self.model = model
        self.family = model.family
        self.config = config
        self.root = root
        self.params = params
        self.settings: dict[str, object] = {}
        """What the caller has set otherwise than the config has it."""
        self._defaults = params.values()
        self._unknown: list[str] = []
        self._foreign: list[str] = []

    def take(self) -> None:
        """Put the values of all keys into the parameters.

        Raises:
            Fault, SpecError: some are not known, or do not fit; all of them are told.
        """
        problems, passed = Problems(), []
        for name, (key, node) in self._entries():
            try:
                if not self._taken(name, key, node) and not self._passed(name, key, node):
                    self._refuse(name, key, node)
            except Fault as fault:
                problems.append(fault.problem)
            if name not in self.params:
                passed.append(node)
        problems.extend(self.config.faults(passed))
        if problems:
            raise SpecError(problems, self.config.sources)

    @property
    def notes(self) -> list[str]:
        """What has been passed over, in words."""
        told = {
            "not known, and taken to change no count": self._unknown,
            f"no keys that {self.model.type} reads, and passed over": self._foreign,
        }
        return [f"{listed(names, MAX_TOLD)}: {what}" for what, names in told.items() if names]

    def _entries(self) -> Iterator[tuple[str, KeyValue]]:
        """The keys that have a value, by the names of the template; what is set wins.

        Raises:
            Fault: one key is given by two names, with two values.
        """
        found: dict[str, KeyValue] = {}
        for own, (key, node) in self.config.entries(self.family.nested):
            name = self.family.aliases.get(own, own)
            if is_none(node):
                self.params.restore(name)
                if self._is_set(key):
                    found.pop(name, None)
                    self._tell(key, name, None)
                continue
            if name in found and not self._is_set(key):
                self._check_same(own, name, found[name], (key, node))
            found[name] = (key, node)
        labels = found.get("id2label")
        if labels and isinstance(labels[1], MappingNode) and "num_labels" not in found:
            found["num_labels"] = (labels[0], node_of(len(labels[1]), labels[0].place))
        yield from found.items()

    def _check_same(self, own: str, name: str, before: KeyValue, now: KeyValue) -> None:
        if name == self.family.act[0] or value_of(before[1]) == value_of(now[1]):
            return  # a config may name two activations, of which the later counts
        message = f"`{own}` is `{before[0].text}` by another name, and they differ"
        raise Fault(now[0].place, message, "keep one of them", ((before[0].place, "and here"),))

    def _is_set(self, key: Scalar) -> bool:
        """Tell whether it is the caller who sets a key."""
        return key.path != self.config.path

    def _taken(self, name: str, key: Scalar, node: YamlNode) -> bool:
        """Take a key into the template; false where it has no meaning to it.

        Raises:
            Fault: its value does not fit.
        """
        if self._is_foreign(name):
            return False
        if name in self.family.only:
            self._check_only(name, key, node)
        if name in self.params.keys:
            self.params.put(name, told_as(self._defaults[name], name, node), key.place)
        elif name == self.family.act[0]:
            activation(self.root, self.family.act[1], node)
        elif name not in self.family.only and name not in IDENTITY:
            return False
        self._tell(key, name, self._defaults[name] if name in self.params else None)
        return True

    def _is_foreign(self, name: str) -> bool:
        return self.model.type not in self.family.readers.get(name, (self.model.type,))

    def _passed(self, name: str, key: Scalar, node: YamlNode) -> bool:
        """Tell whether a key changes nothing, and note what the reader of a report should know of it."""
        if self._is_set(key):
            return False
        names, value = {name, key.text}, value_of(node)
        if not value or any(map(is_passed, names)) or not self.family.passed.isdisjoint(names):
            return True
        if self._is_foreign(name):
            if name in self.params and value != self._defaults[name]:
                self._foreign.append(f"`{shortened(key.text)}`")
            return True
        if isinstance(value, (str, float)):
            self._unknown.append(f"`{shortened(key.text)}`")
        return isinstance(value, (str, float))

    def _tell(self, key: Scalar, name: str, own: object) -> None:
        """Note what the caller has set otherwise than the config has it."""
        if not self._is_set(key):
            return
        value = value_of(self.config.given[key.text].root)
        before = self.config.root.get(name)
        if value != (own if before is None else value_of(before)):
            self.settings[key.text] = value

    def _check_only(self, name: str, key: Scalar, node: YamlNode) -> None:
        fitting = self.family.only[name]
        if value_of(node) not in fitting:
            known = " or ".join(map(shown, fitting))
            message = f"`{name}` is {shown(value_of(node))}, and {self.model.type} is known with {known} only"
            raise Fault(key.place, message, "export the model as .pt2 or ONNX and read that")

    def _refuse(self, name: str, key: Scalar, node: YamlNode) -> None:
        """Let nothing pass that may change the network.

        Raises:
            Fault: always.
        """
        if self._is_set(key):
            hint = meant(name, [*self.params.keys, self.family.act[0]])
            raise Fault(node.place, f"{self.model.type} has no key `{key.text}` that changes a count", hint)
        near = meant(name, self.params.keys, " ").strip()
        hint = f"{near} if it changes nothing, `--set {key.text}=null` leaves it out".strip()
        message = f"the key `{key.text}` is not known for {self.model.type}, and may change the network"
        raise Fault(key.place, message, hint)
