"""A template with the values of a config: the spec of one model, each of whose parts stands where its key does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from netcost.frontends.graph import sizes_of
from netcost.frontends.honoured import refused
from netcost.frontends.huggingface.config import Config
from netcost.frontends.huggingface.family import Model, UnfitError, Values
from netcost.frontends.huggingface.number_format import with_formats
from netcost.frontends.huggingface.passed import is_passed
from netcost.frontends.huggingface.placed import (
    activation,
    is_none,
    names_of,
    node_of,
    put_at,
    told_as,
    value_of,
    with_entries,
)
from netcost.language.params import read_params
from netcost.language.scope import Scope
from netcost.language.work import Work
from netcost.overrides import OVERRIDES
from netcost.place import Place
from netcost.source.document import Document, KeyValue, MappingNode, Scalar, YamlNode
from netcost.source.fault import Fault, Problems, meant
from netcost.source.problem import SpecError
from netcost.source.read_document import parse_document
from netcost.wording import counted, shown

FOLDER = "huggingface"
OWN = ("head", "seq", "decoder_seq", "height", "width", "samples", "frames", "words")
"""Parameters of templates that are no keys of a config."""

TAKEN = {"seq": "tokens", "decoder_seq": "tokens of the answer", "samples": "samples"}
"""Lengths that no config tells, and what they are of."""

IDENTITY = ("architectures", "model_type")
"""Keys that say which template it is."""

FAMILY_ONLY = "family_"
"""Before the names of a template's parameters that no config sets."""


def _folder() -> Path:
    """Where the templates are: inside the installed package, beside it in a checkout."""
    package = Path(__file__).parents[2]
    installed = package / "configs"
    return (installed if installed.is_dir() else package.parent / "configs") / FOLDER


class Template:
    """The template of a model and what a config and a caller put into it.

    Args:
        model: its family.
        config: the keys and their values.
        asked: the overrides.
        work: what the reading has done so far.

    Raises:
        Fault, SpecError: a key that is not known or whose value does not fit; an input that does not.
    """

    def __init__(self, model: Model, config: Config, asked: Mapping[str, Any], work: Work) -> None:
        self.model = model
        self.config = config
        self.work = work
        self.overridden = "dtype" in asked
        self.notes: list[str] = list(model.told)
        self.changed: dict[str, object] = {}
        self.settings: dict[str, object] = {}
        path = _folder() / f"{model.family.templates.get(model.head, model.family.template)}.yaml"
        root = parse_document(path.read_bytes(), path.name).root
        if not isinstance(root, MappingNode):
            raise TypeError(path)
        self.root = root
        params = root.get("params")
        self.params = (
            {key.text: (key, node) for key, node in params} if isinstance(params, MappingNode) else {}
        )
        self.own = dict(self.params)
        """The template's own values: what `null` stands for, whatever the model's class has where a key is left out."""
        self.places: dict[str, Place] = {}
        """Where the config has the key of a parameter."""
        for name, value in model.family.models[model.type].items():
            self._put(name, node_of(value, config.place))
        self._put("head", node_of(model.head, (config.architecture or config.root).place))
        self._fill(self._values())
        self._size(asked.get("input"))
        for name, value in self._derived().items():
            self._put(name, node_of(value, config.place))

    def document(self) -> Document:
        """The spec of the model."""
        config = self.config
        put_at(self.root, self.places, config.place)
        entries: dict[str, YamlNode] = {"params": self._settled()}
        outputs = self.model.family.outputs.get(f"{self.model.type}/{self.model.head}")
        if outputs:
            entries["outputs"] = names_of(outputs, config.place)
        root = with_formats(with_entries(self.root, entries), config, self.notes, overridden=self.overridden)
        return Document(config.path, config.document.lines, root, (), 0, config.document.nodes)

    # -- values

    def _put(self, name: str, node: YamlNode) -> None:
        if name in self.params:
            self.params[name] = (self.params[name][0], node)

    def _values(self) -> Scope:
        """The values of all parameters as they are so far.

        Raises:
            SpecError: one of them cannot be computed.
        """
        problems = Problems()
        root = with_entries(self.root, {"params": self._settled()})
        values, _ = read_params(root, {}, {}, self.work, problems)
        if problems:
            raise SpecError(problems, self.config.sources)
        return values

    def _settled(self) -> MappingNode:
        """All parameters; those that the config does not have stand where it has what they depend on."""
        for name, (_, node) in self.params.items():
            if name not in self.places:
                put_at(node, self.places, self.config.place)
        keys, nodes = {}, {}
        for name, (key, node) in self.params.items():
            keys[name], nodes[name] = key, node
        return MappingNode(*self.config.place[:4], keys, nodes)

    def _derived(self) -> Values:
        try:
            return self.model.family.derive(self._values())
        except UnfitError as error:
            raise Fault(self.places.get(error.key, self.config.place), error.message) from None

    def _fill(self, defaults: Scope) -> None:
        """Put the values of keys into the parameters; every fault is told."""
        problems, passed = Problems(), []
        for name, entry in self._entries():
            try:
                if not self._take(name, entry, defaults):
                    passed.append(entry[1])
            except Fault as fault:
                problems.append(fault.problem)
        problems.extend(self.config.faults(passed))
        if problems:
            raise SpecError(problems, self.config.sources)

    def _entries(self) -> Iterator[tuple[str, KeyValue]]:
        """The keys that have a value, by the names of the template; what is set wins.

        Raises:
            Fault: one key is given by two names, with two values.
        """
        family = self.model.family
        found: dict[str, KeyValue] = {}
        for own, (key, node) in self.config.entries(family.nested):
            name = family.aliases.get(own, own)
            before = found.get(name)
            if is_none(node):
                if name in self.own:
                    self.params[name] = self.own[name]
                if self._is_set(key):
                    found.pop(name, None)
                    self._tell_set(key, own, None)
                continue
            differ = before and not self._is_set(key) and name != family.act[0]
            if before and differ and value_of(before[1]) != value_of(node):
                related = ((before[0].place, "and here"),)
                message = f"`{own}` is `{before[0].text}` by another name, and they differ"
                raise Fault(key.place, message, "keep one of them", related)
            found[name] = (key, node)
        labels = found.get("id2label")
        if labels and isinstance(labels[1], MappingNode) and "num_labels" not in found:
            found["num_labels"] = (labels[0], node_of(len(labels[1]), labels[0].place))
        yield from found.items()

    def _is_set(self, key: Scalar) -> bool:
        return key.path != self.config.path

    def _take(self, name: str, entry: KeyValue, defaults: Scope) -> bool:
        """Take a key into the template; false where it has no meaning to it.

        Raises:
            Fault: its value does not fit, or the key is not known and may change the network.
        """
        family, (key, node) = self.model.family, entry
        if self.model.type not in family.readers.get(name, (self.model.type,)):
            self._pass_over(key, value_of(node), defaults[name])
            return False
        if name in family.only:
            self._check_only(name, entry)
        if name in self.params and not name.startswith(FAMILY_ONLY) and name not in OWN:
            self.params[name] = (self.params[name][0], told_as(defaults[name], name, node))
            self.places[name] = key.place
            self._tell_set(key, name, defaults[name])
            return True
        if name == family.act[0]:
            activation(self.root, family.act[1], node)
            self._tell_set(key, name, None)
            return True
        if name in family.only:
            return True
        if name in IDENTITY:
            self._tell_set(key, name, None)
            return True
        names = (name, key.text)
        if not self._is_set(key) and (any(map(is_passed, names)) or not family.passed.isdisjoint(names)):
            return False
        self._refuse_unknown(name, entry)
        return False

    def _pass_over(self, key: Scalar, value: object, own: object) -> None:
        """Tell of a key that other members of the family read, if it would change anything.

        Raises:
            Fault: the caller has set it, and would wonder.
        """
        message = f"`{key.text}` is no key that {self.model.type} reads"
        if self._is_set(key):
            raise Fault(key.place, message, "leave it out")
        if value is not False and value != own:
            self.notes.append(f"{message}, and passed over")

    def _tell_set(self, key: Scalar, name: str, own: object) -> None:
        """Note what the caller has set otherwise than the config has it."""
        if not self._is_set(key):
            return
        value = value_of(self.config.given[key.text].root)
        before = self.config.root.get(name)
        if value != (own if before is None else value_of(before)):
            self.settings[key.text] = value
            self.changed["set"] = self.settings

    def _check_only(self, name: str, entry: KeyValue) -> None:
        key, node = entry
        fitting = self.model.family.only[name]
        if value_of(node) in fitting:
            return
        message = f"`{name}` is {shown(value_of(node))}, and {self.model.type} is known with"
        listed = " or ".join(map(shown, fitting))
        raise Fault(key.place, f"{message} {listed} only", "export the model as .pt2 or ONNX and read that")

    def _refuse_unknown(self, name: str, entry: KeyValue) -> None:
        """Let nothing pass that may change the network; words and fractions are told, as they hardly ever do.

        Raises:
            Fault: it may.
        """
        key, node = entry
        if self._is_set(key):
            known = [each for each in self.params if not (each.startswith(FAMILY_ONLY) or each in OWN)]
            hint = meant(name, [*known, self.model.family.act[0]])
            raise Fault(node.place, f"{self.model.type} has no key `{key.text}` that changes a count", hint)
        value = value_of(node)
        if value is False:
            return
        if isinstance(value, (str, float)):
            self.notes.append(f"the key `{key.text}` is not known, and taken to change no count")
            return
        near = meant(name, self.params, "") if isinstance(node, Scalar) else ""
        hint = f"if it changes nothing, `--set {key.text}=null` leaves it out"
        raise Fault(
            key.place,
            f"the key `{key.text}` is not known for {self.model.type}, and may change the network",
            f"{near} {hint}".strip(),
        )

    # -- input

    def _size(self, asked: Any) -> None:
        """Take the lengths of inputs that the caller asks for, and tell those that are taken for granted.

        Raises:
            SpecError: there is no such input, or it has other axes.
        """
        every = self.model.family.lengths
        lengths = {name: params for name, params in every.items() if self.params.keys() >= set(params)}
        place = Place(OVERRIDES["input"].option, 0, 0)
        for name, sizes in sizes_of(asked).items():
            params = lengths.get(name or next(iter(lengths)))
            if params is None:
                raise refused(place, f"there is no input `{name}`", f"there is {', '.join(lengths)}")
            if len(params) != len(sizes):
                lengths_of_it = f"{counted(len(params), 'length')}, {', '.join(params)}"
                raise refused(place, f"this input has {lengths_of_it}; {len(sizes)} are given")
            for param, size in zip(params, sizes, strict=True):
                self.params[param] = (self.params[param][0], node_of(size, place))
                self.places[param] = place
        if asked:
            self.changed["input"] = asked
        for name, params in lengths.items():
            self._tell_taken(params[-1], f"{name}=" if len(lengths) > 1 else "")

    def _tell_taken(self, param: str, before: str) -> None:
        """Tell what length is taken for granted, where the config does not say anything of it."""
        unit = TAKEN.get(param)
        if unit and param not in self.places:
            number = self._values()[param]
            self.notes.append(f"read with {number} {unit}; `--input {before}N` takes another number")
