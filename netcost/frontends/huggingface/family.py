"""What a family of models is: its template, and what the keys of its configs mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias

from netcost.frontends.huggingface.config import Config
from netcost.frontends.huggingface.families import MODULES
from netcost.source.document import Scalar
from netcost.source.fault import Fault
from netcost.source.problem import nearest

Values: TypeAlias = Mapping[str, Any]
NO_VALUES: Values = {}

INSTEAD = (
    "export it: `torch.export.save(torch.export.export(model, example), 'net.pt2')`, "
    "or `optimum-cli export onnx --model FOLDER onnx/`"
)

HEAD = re.compile(r"(?:For[A-Z]\w*|(?:LMHead|WithLMHead|DoubleHeads|Encoder|Text|Vision|MT)?Model\w*)$")
"""What a class adds to the name of its family: `ForMaskedLM`, `LMHeadModel`, `Model`."""


class UnfitError(ValueError):
    """A key whose value does not go with the others.

    Args:
        key: the parameter.
        message: what is wrong.
    """

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


def nothing_more(values: Values) -> Values:
    """Derive nothing from the values of a config."""
    del values
    return NO_VALUES


class Family(NamedTuple):
    """What is said of a family beside its template.

    Args:
        template: the file below `configs/huggingface`, without its suffix.
        models: for each `model_type`, the values of parameters where its class has others than the template: of keys
            that a config leaves out, and of the template's own parameters, which no config sets.
        heads: what may stand behind the family's name in `architectures`; the first where nothing does.
        aliases: other names of keys: `n_embd` of `hidden_size`.
        nested: configs inside the config, and what is put before the names of their keys.
        passed: keys that change no count, beside those of every family.
        readers: for keys that not every member's class reads, those types whose does; others pass over them.
        only: keys whose values the template takes for granted: all that it is right for.
        act: the key that names the activation, and what stands in the template under `act` for it.
        lengths: for each input of the template, the parameters that its lengths are; `--input` sets those of the
            first, `--input name=...` those of any.
        outputs: for `type/head`s with several, the names of the template's items that come out.
        templates: for heads that have another template, that one.
        derive: values of parameters that follow from those of others, as from lists with an entry for each layer.
    """

    template: str
    models: Mapping[str, Values]
    heads: tuple[str, ...] = ("Model",)
    aliases: Mapping[str, str] = {}
    nested: Mapping[str, str] = {}
    passed: frozenset[str] = frozenset()
    readers: Mapping[str, tuple[str, ...]] = {}
    only: Mapping[str, tuple[object, ...]] = {}
    act: tuple[str, str] = ("hidden_act", "gelu")
    lengths: Mapping[str, tuple[str, ...]] = {"input": ("seq",)}
    outputs: Mapping[str, tuple[str, ...]] = {}
    templates: Mapping[str, str] = {}
    derive: Callable[[Values], Values] = nothing_more


class Model(NamedTuple):
    """A member of a family: its `model_type`, and what it adds to the family's network."""

    family: Family
    type: str
    head: str
    told: tuple[str, ...] = ()
    """What was assumed."""


def family_of(config: Config) -> Model:
    """The family that a config belongs to.

    Raises:
        Fault: it is not known, or the head is not.
    """
    known = {name: module for module, names in MODULES.items() for name in names}
    architecture = config.architecture
    name = config.type.text if config.type else _type_of(architecture, known)
    if not name:
        message = "this config does not say what model it is of"
        raise Fault(
            config.root.place, message, 'a config of Hugging Face has `"model_type": "bert"` or the like'
        )
    if name not in known:
        near = nearest(name, known)
        likely = f"; the nearest that is known is `{near}`" if near else ""
        place = config.type.place if config.type else config.root.place
        raise Fault(place, f"there is no template for the model type `{name}`{likely}", INSTEAD)
    family: Family = import_module(f"netcost.frontends.huggingface.families.{known[name]}").FAMILY
    if architecture is None:
        told = f"no `architectures`: taken as {_shown(family.heads[0])}"
        return Model(family, name, family.heads[0], (told,))
    head = _head(architecture)
    if head not in family.heads:
        listed = ", ".join(map(_shown, family.heads))
        hint = f"{name} is known with {listed}; for others, {INSTEAD}"
        raise Fault(architecture.place, f"what `{architecture.text}` adds to {name} is not known", hint)
    return Model(family, name, head)


def _shown(head: str) -> str:
    return f"`...{head}`"


def _head(architecture: Scalar) -> str:
    found = HEAD.search(architecture.text)
    return found[0] if found else ""


def _type_of(architecture: Scalar | None, known: Mapping[str, str]) -> str:
    """The type of a config that does not tell it, as the name of its class says."""
    if architecture is None:
        return ""
    word = HEAD.sub("", architecture.text).lower()
    return next((name for name in known if re.sub(r"[-_]", "", name) == word), word)
