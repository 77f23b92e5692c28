"""What may be overridden: one table, from which follow options, budgets, `netcost.load`, JSON and titles.

What an override does is written where it is applied: in the reader of specs, which asks for it by name, or in a
function of its own that changes the network once it is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any, TypeAlias, TypeVar

from netcost.integers import BOUND
from netcost.record import Record
from netcost.wording import listed, shortened

MAX_TOLD = 10
"""Parts of one override that are told, in names and messages."""

Json: TypeAlias = Mapping[str, Any]


class Kind(Record):
    """How values are read and written.

    Args:
        name: what the kind is called.
        read: the value of an option's text; a ValueError says what is wrong with it.
        texts: the texts of options that give the value.
        schema: how it stands in JSON.
        repeatable: the option may be given several times, and its values are put together.
    """

    name: str
    read: Callable[[str], Any]
    texts: Callable[[Any], list[str]]
    schema: Json
    repeatable: bool = False


class Override(Record):
    """One thing that a caller may change about a network.

    Args:
        name: what budgets and JSON call it, and its option with dashes.
        kind: how it is read and written.
        help: what it changes.
        metavar: how its value is written, for the help.
        keyword: what Python calls it; the name where left out.
        words: values that are completed; a long list is made when it is asked for.
        one_of: what the words are called, where there are no others.
        is_name: the network is called after it.
        fact: what holds in a report, overridden or not, where that can be told.
        always: numbers under different facts are never compared, not even if it is the specs that differ.
        apply: makes a changed network of one that was read, or refuses the value by a ValueError; left out where
            reading takes care of it.
        of_run: it says how the network is run, not what it is: it matters only to what is told of a run.
        below: where a value may name a file, the path of one that a budget names, which must lie below its folder.
    """

    name: str
    kind: Kind
    help: str
    metavar: str = ""
    keyword: str = ""
    words: Callable[[], Iterable[str]] = tuple
    one_of: str = ""
    is_name: bool = False
    fact: Callable[[Any], str] | None = None
    always: bool = False
    apply: Callable[[Any, Any], Any] | None = None
    of_run: bool = False
    below: Callable[[Any, Any], Any] | None = None

    @property
    def option(self) -> str:
        """The option of the command line."""
        return f"--{self.name.replace('_', '-')}"

    def options(self, value: Any) -> list[str]:
        """The options that ask for the value, as a shell takes them."""
        from shlex import quote

        return [f"{self.option} {quote(text)}" if text else self.option for text in self.kind.texts(value)]

    def said(self, value: Any) -> list[str]:
        """The value in words, as a part of names and messages: the beginning of it, if it is much."""
        texts = self.kind.texts(value)
        named = [text.split("=", 1) for text in texts[:MAX_TOLD]]
        parts = [_shortened("" if each[1:] else self.option[2:], *each) for each in named]
        return [*parts, "..."] if texts[MAX_TOLD:] else parts

    def places(self, value: Any) -> list[str]:
        """Where faults of the value are placed: at the option, or at each of its texts."""
        return [text if "=" in text else self.option for text in self.kind.texts(value)]


def _shortened(*words: str) -> str:
    return " ".join(filter(None, map(shortened, words)))


# Kinds


def as_yaml(value: object) -> str:
    """Write a value as YAML does: `true`, `[1, 2]`, a text as it is."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(as_yaml, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {as_yaml(each)}' for name, each in value.items())}}}"
    return str(value)


def _count(text: str) -> int:
    if not _is_count(text):
        raise ValueError(f"`{shortened(text)}` is no whole number of at least 1.")
    return int(text)


def _lengths(text: str) -> tuple[int, ...] | dict[str, tuple[int, ...]]:
    name, equals, lengths = text.rpartition("=")
    parts = re.split(r"\s*[,xX\u00d7]\s*|\s+", lengths.strip().strip("[]()").strip())
    if not all(map(_is_count, parts)) or (equals and not name.strip()):
        raise ValueError(f"`{shortened(text)}` is no list of lengths; write them as in 3,192,192.")
    found = tuple(map(int, parts))
    return {name.strip(): found} if equals else found


def _written_lengths(value: Any) -> list[str]:
    sizes = value if isinstance(value, Mapping) else {"": value}
    return [
        f"{name}{'=' if name else ''}{','.join(map(as_yaml, lengths))}" for name, lengths in sizes.items()
    ]


def _is_count(text: str) -> bool:
    """Tell whether a text is a whole number of at least 1, in decimal digits and nothing else."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(BOUND)) and int(text) > 0


def _setting(text: str) -> dict[str, str]:
    name, _, value = text.partition("=")
    if not (name.strip() and value.strip()):
        raise ValueError(f"`{text}` is not of the form name=value.")
    return {name: value}


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(f"`{shortened(text)}` is neither true nor false.")
    return text == "true"


LENGTH: Json = {"type": "integer", "minimum": 1}
COUNT = Kind("count", _count, lambda value: [as_yaml(value)], LENGTH)
LIST_OF_LENGTHS: Json = {"type": "array", "items": LENGTH, "minItems": 1}
LENGTHS = Kind(
    "lengths",
    _lengths,
    _written_lengths,
    {"anyOf": [LIST_OF_LENGTHS, {"type": "object", "additionalProperties": LIST_OF_LENGTHS}]},
    repeatable=True,
)
WORD = Kind("word", str, lambda value: [as_yaml(value)], {"type": "string", "minLength": 1})
FLAG = Kind("flag", _flag, lambda _: [""], {"type": "boolean"})
SETTINGS = Kind(
    "settings",
    _setting,
    lambda value: [f"{name}={as_yaml(each)}" for name, each in value.items()],
    {"type": "object"},
    repeatable=True,
)


def listed_in(module: str, table: str) -> Callable[[], Iterable[str]]:
    """The names of a table of a module, which is imported when they are asked for."""
    return lambda: getattr(import_module(module), table)


def found_in(module: str, function: str) -> Callable[[Any, Any], Any]:
    """A function of the network and of the value, imported when it is first called; a flag has no value to pass."""

    def call(network: Any, value: Any) -> Any:
        return getattr(import_module(module), function)(network, *([] if value is True else [value]))

    return call


# The table


def _number_formats() -> Iterable[str]:
    from netcost.blocks import format_names

    return format_names()


def _input_lengths(report: Any) -> str:
    """The lengths of one sample at each input, `3,192,192`."""
    return "; ".join(",".join(map(str, shape.sample)) for shape in report.inputs.values())


OVERRIDES: dict[str, Override] = {
    each.name: each
    for each in (
        Override(
            "batch",
            COUNT,
            "Samples that pass through at once.",
            metavar="N",
            fact=lambda report: str(report.batch),
            always=True,
        ),
        Override(
            "dtype",
            WORD,
            "Number format, or weights/activations: int8/float16.",
            metavar="DTYPE",
            words=_number_formats,
            fact=lambda report: str(report.precision.short),
            always=True,
        ),
        Override(
            "input",
            LENGTHS,
            "Change the input size; of several inputs, each by its name. Repeatable.",
            metavar="[NAME=]3,192,192",
            fact=_input_lengths,
        ),
        Override("variant", WORD, "Take a variant that the spec declares.", metavar="NAME", is_name=True),
        Override(
            "set",
            SETTINGS,
            "Set a parameter of the spec. Repeatable.",
            metavar="NAME=VALUE",
            keyword="params",
        ),
        Override(
            "dim",
            SETTINGS,
            "Give a free axis of a graph a length. Repeatable.",
            metavar="NAME=N",
        ),
        Override(
            "arg",
            SETTINGS,
            "Pass an argument to the class or function of a file of code. Repeatable.",
            metavar="NAME=VALUE",
        ),
        Override(
            "fold_batchnorm",
            FLAG,
            "Fold batch normalisation into the layer before it, as at test time.",
            apply=found_in("netcost.analysis.fold_batchnorm", "fold_batchnorm"),
        ),
        Override(
            "decode",
            COUNT,
            "Read one token more, the last of a context of N, with keys, values and states kept.",
            metavar="N",
            apply=found_in("netcost.analysis.decode", "decode"),
        ),
        Override(
            "train",
            WORD,
            "Train with an optimizer: sgd, momentum, adam, adamw, adafactor, ...",
            metavar="OPTIMIZER",
            words=listed_in("netcost.analysis.optimizers", "OPTIMIZERS"),
            one_of="optimizer",
            apply=found_in("netcost.analysis.run", "with_optimizer"),
            of_run=True,
        ),
        Override(
            "gradients",
            WORD,
            "held: keep the gradients of all weights, as to accumulate them; none: make them as they come.",
            metavar="none|held",
            words=listed_in("netcost.analysis.run", "GRADIENTS"),
            one_of="way to keep gradients",
            of_run=True,
        ),
        Override(
            "checkpoint",
            COUNT,
            "Run blocks of N levels of names anew in the backward pass, and keep only what goes into them.",
            metavar="N",
            apply=found_in("netcost.analysis.run", "with_checkpoints"),
            of_run=True,
        ),
        Override(
            "loss",
            WORD,
            "The loss of a training step: softmax or svm.",
            metavar="LOSS",
            words=listed_in("netcost.analysis.loss", "LOSSES"),
            one_of="loss",
            of_run=True,
        ),
        Override("regularize", FLAG, "Add the sum of the squares of all weights to the loss.", of_run=True),
        Override(
            "device",
            WORD,
            "Hold the network to a device: its name, or a file that describes it.",
            metavar="NAME|FILE",
            words=listed_in("netcost.devices", "NAMES"),
            apply=found_in("netcost.analysis.run", "with_device"),
            of_run=True,
            below=found_in("netcost.devices", "below"),
        ),
        Override("no_in_place", FLAG, "Let no activation write over its input.", of_run=True),
        Override(
            "plain_attention", FLAG, "Keep all scores of attention, for want of a fused kernel.", of_run=True
        ),
        Override("without_input", FLAG, "Leave the input of the network out of its peak.", of_run=True),
    )
}


# What a caller asks for


class Overrides(Mapping[str, Any]):
    """What a caller changes about a network: values by the names of the table, in its order.

    Args:
        given: values by the keywords that Python knows them by; None, false and nothing change nothing.

    Raises:
        TypeError: there is no such keyword.
    """

    __slots__ = ("_values",)

    def __init__(self, **given: Any) -> None:
        names = {each.keyword or name: name for name, each in OVERRIDES.items()}
        for keyword in given:
            if keyword not in names:
                raise TypeError(f"there is no override `{keyword}`; there are {', '.join(names)}")
        self._values = {
            name: settled(given[keyword])
            for keyword, name in names.items()
            if keyword in given and not _is_nothing(given[keyword])
        }

    @classmethod
    def named(cls, values: Mapping[str, Any]) -> Overrides:
        """The same of values by the names of the table."""
        return cls(**{OVERRIDES[name].keyword or name: value for name, value in values.items()})

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(_hashable(self._values))

    def __or__(self, other: Mapping[str, Any]) -> Overrides:
        """Both together: what the other one says wins, parameter by parameter."""
        return Overrides.named({**self, **{name: _put(self.get(name), other[name]) for name in other}})

    def __repr__(self) -> str:
        return f"Overrides({self._values})"

    def __str__(self) -> str:
        return said(self)

    @property
    def places(self) -> set[str]:
        """Where faults of these values are placed."""
        return {place for name, value in self.items() for place in OVERRIDES[name].places(value)}


NO_OVERRIDES = Overrides()


class RefusedError(ValueError):
    """A value that a network cannot be changed by.

    Args:
        override: what was asked for.
        message: what is wrong with it.
    """

    def __init__(self, override: Override, message: str) -> None:
        super().__init__(message)
        self.override = override
        self.message = message


Changed = TypeVar("Changed", bound=Any)


def applied(network: Changed, overrides: Overrides) -> Changed:
    """The network with the overrides that change it once it is read; the reader has seen to the others.

    Raises:
        RefusedError: a value does not fit it.
    """
    for name, value in overrides.items():
        override, told = OVERRIDES[name], network.overrides
        if override.one_of and value not in override.words():
            raise RefusedError(override, _no_such(override, value))
        if override.apply:
            try:
                network = override.apply(network, value)
            except ValueError as error:
                raise RefusedError(override, str(error)) from None
        if override.apply or override.of_run:
            network.overrides = {**told, name: value}
    return network


def _no_such(override: Override, value: str) -> str:
    """That there is no such word, with the one that was probably meant, and all there are."""
    from netcost.source.problem import nearest

    words = list(override.words())
    near = nearest(value, words)
    likely = f", did you mean `{near}`?" if near else ";"
    return f"there is no {override.one_of} `{value}`{likely} there are {listed(words, most=None)}"


def _is_nothing(value: object) -> bool:
    return value is None or value is False or (isinstance(value, (str, list, tuple, Mapping)) and not value)


def settled(value: object) -> object:
    """The value with nothing in it that its owner could change."""
    if isinstance(value, Mapping):
        return {name: settled(each) for name, each in value.items()}
    return tuple(map(settled, value)) if isinstance(value, (list, tuple)) else value


def _hashable(value: object) -> object:
    return (
        frozenset((name, _hashable(each)) for name, each in value.items())
        if isinstance(value, Mapping)
        else value
    )


def _put(before: object, value: object) -> object:
    together = isinstance(before, Mapping) and isinstance(value, Mapping)
    return {**before, **value} if together else value  # type: ignore[dict-item]


# What was overridden, in words


def known(name: str) -> Override:
    """The override of that name; one that only a later version knows is told as it is written."""
    return OVERRIDES.get(name) or Override(name, WORD, "")


def in_order(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The values in the order of the table, those that it does not have last."""
    names = [
        *(name for name in OVERRIDES if name in overrides),
        *(name for name in overrides if name not in OVERRIDES),
    ]
    return {name: overrides[name] for name in names}


def everything(override: Override) -> bool:
    """Leave nothing out of what is said."""
    del override
    return True


def beside_the_name(override: Override) -> bool:
    """Leave out what the name of a network says."""
    return not override.is_name


def beside_facts(override: Override) -> bool:
    """Leave out what the name of a network says, or the facts beside it."""
    return not (override.is_name or override.fact)


def said(overrides: Mapping[str, Any], told: Callable[[Override], bool] = everything) -> str:
    """What is overridden, in words: `batch 8, width 0.5`."""
    found = [(known(name), value) for name, value in in_order(overrides).items()]
    return ", ".join(part for override, value in found if told(override) for part in override.said(value))


def as_options(overrides: Mapping[str, Any]) -> str:
    """What is overridden, as a command is told: `--batch 8 --set width=0.5`."""
    found = [(known(name), value) for name, value in in_order(overrides).items()]
    return " ".join(text for override, value in found for text in override.options(value))
