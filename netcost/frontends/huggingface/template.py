"""A template with the values of a config: the spec of one model, each of whose parts stands where its key does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from netcost.frontends.huggingface.config import Config
from netcost.frontends.huggingface.family import Model, UnfitError
from netcost.frontends.huggingface.keys import Keys
from netcost.frontends.huggingface.lengths import take_lengths
from netcost.frontends.huggingface.number_format import with_formats
from netcost.frontends.huggingface.parameters import Parameters
from netcost.frontends.huggingface.placed import names_of, node_of, put_at, with_entries
from netcost.language.work import Work
from netcost.source.document import Document, MappingNode, YamlNode
from netcost.source.fault import Fault
from netcost.source.read_document import parse_document

FOLDER = "huggingface"


def _folder() -> Path:
    """Where the templates are: inside the installed package, beside it in a checkout."""
    package = Path(__file__).parents[2]
    installed = package / "configs"
    return (installed if installed.is_dir() else package.parent / "configs") / FOLDER


def _template(model: Model) -> MappingNode:
    """The template of a model, as it is written."""
    path = _folder() / f"{model.family.templates.get(model.head, model.family.template)}.yaml"
    root = parse_document(path.read_bytes(), path.name).root
    if not isinstance(root, MappingNode):
        raise TypeError(path)
    return root


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
        self.notes: list[str] = list(model.told)
        self.changed: dict[str, object] = {}
        """What comes out different by the overrides than the config has it."""
        self._root = _template(model)
        self._params = Parameters(self._root, config, work)
        for name, value in model.family.models[model.type].items():
            self._params.put(name, node_of(value, config.place))
        self._params.put("head", node_of(model.head, (config.architecture or config.root).place))
        keys = Keys(model, config, self._root, self._params)
        keys.take()
        self.notes += keys.notes
        if keys.settings:
            self.changed["set"] = keys.settings
        self.lengths = take_lengths(model.family.lengths, asked.get("input"), self._params)
        """Notes of the lengths that are taken for granted; one token more, when decoding, has none."""
        if "input" in asked:
            self.changed["input"] = asked["input"]
        self._derive()
        self._overridden = "dtype" in asked

    def _derive(self) -> None:
        """Put in the parameters that follow from others.

        Raises:
            Fault: their values do not go together.
        """
        try:
            found = self.model.family.derive(self._params.values())
        except UnfitError as error:
            raise Fault(self._params.places.get(error.key, self.config.place), error.message) from None
        for name, value in found.items():
            self._params.put(name, node_of(value, self.config.place))

    def document(self) -> Document:
        """The spec of the model."""
        config, model = self.config, self.model
        put_at(self._root, self._params.places, config.place)
        entries: dict[str, YamlNode] = {"params": self._params.node()}
        outputs = model.family.outputs.get(f"{model.type}/{model.head}")
        if outputs:
            entries["outputs"] = names_of(outputs, config.place)
        root = with_entries(self._root, entries)
        root = with_formats(root, config, self.notes, overridden=self._overridden)
        return Document(config.path, config.document.lines, root, (), 0, config.document.nodes)
