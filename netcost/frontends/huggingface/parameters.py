"""The parameters of a template, with the values that a config gives them."""

from __future__ import annotations

from netcost.frontends.huggingface.config import Config
from netcost.frontends.huggingface.placed import put_at, with_entries
from netcost.language.params import read_params
from netcost.language.scope import Scope
from netcost.language.work import Work
from netcost.place import Place
from netcost.source.document import MappingNode, YamlNode
from netcost.source.fault import Problems
from netcost.source.problem import SpecError

FAMILY_ONLY = "family_"
"""Before the names of parameters that say what a family does, and that no config sets."""

OWN = ("head", "seq", "decoder_seq", "height", "width", "samples", "frames", "words")
"""Parameters of templates that are no keys of a config: the head, and lengths of inputs."""


class Parameters:
    """The parameters of a template.

    Args:
        root: the template.
        config: the config.
        work: what the reading has done so far.
    """

    def __init__(self, root: MappingNode, config: Config, work: Work) -> None:
        self._root = root
        self._config = config
        self._work = work
        params = root.get("params")
        entries = list(params) if isinstance(params, MappingNode) else []
        self._keys = {key.text: key for key, _ in entries}
        self._nodes = {key.text: node for key, node in entries}
        self._own = dict(self._nodes)
        """The template's own values: what `null` stands for, whatever a class has where a key is left out."""
        self.places: dict[str, Place] = {}
        """Where the config has the key of a parameter."""

    def __contains__(self, name: object) -> bool:
        return name in self._nodes

    @property
    def keys(self) -> list[str]:
        """The names of those that are keys of a config."""
        return [name for name in self._nodes if not (name.startswith(FAMILY_ONLY) or name in OWN)]

    def put(self, name: str, node: YamlNode, place: Place | None = None) -> None:
        """Give a parameter a value, if the template has it; the place is that of its key."""
        if name in self._nodes:
            self._nodes[name] = node
            self.places.update({name: place} if place else {})

    def restore(self, name: str) -> None:
        """Give a parameter the template's own value."""
        if name in self._own:
            self._nodes[name] = self._own[name]

    def node(self) -> MappingNode:
        """All of them; those that the config does not have stand where it has what they depend on."""
        for name, node in self._nodes.items():
            if name not in self.places:
                put_at(node, self.places, self._config.place)
        return MappingNode.of(*self._config.place[:4], self._keys, self._nodes)

    def values(self) -> Scope:
        """Their values as they are so far.

        Raises:
            SpecError: one of them cannot be computed.
        """
        problems = Problems()
        values, _ = read_params(
            with_entries(self._root, {"params": self.node()}), {}, {}, self._work, problems
        )
        if problems:
            raise SpecError(problems, self._config.sources)
        return values
