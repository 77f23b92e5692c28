"""The parameters of a file, with what variants and the caller make of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import SupportsFloat, SupportsIndex, TypeAlias

from netcost.integers import BOUND, identity
from netcost.language.constant import MAX_LIST, MAX_LIST_DEPTH, weight
from netcost.language.fields import TOP_LEVEL_KEYS
from netcost.language.names import check_variable
from netcost.language.scope import Absent, Lost, Scope
from netcost.language.value import evaluated, read_value
from netcost.language.work import FOR_A_GIVEN_VALUE, Work
from netcost.layers.values import whole
from netcost.overrides import OVERRIDES, as_yaml, settled
from netcost.place import Place
from netcost.record import Record
from netcost.source.document import (
    Document,
    KeyValue,
    MappingNode,
    Scalar,
    SequenceNode,
    YamlNode,
    is_nothing,
)
from netcost.source.fault import Fault, meant
from netcost.source.problem import Problem, SpecError, write
from netcost.source.read_document import parse_document
from netcost.source.scalar import TOO_LARGE
from netcost.wording import shortened, shown


class Literal(Record):
    """A value of Python's, given beside the file; it needs no reading."""

    value: object
    place: Place


Given: TypeAlias = Mapping[str, Document | Literal]
"""Values of parameters that are given beside the file."""


def read_params(
    root: MappingNode, chosen: Mapping[str, YamlNode], given: Given, work: Work, problems: list[Problem]
) -> tuple[Scope, dict[str, object]]:
    """The values of a file's parameters; a default may use the parameters before it.

    Args:
        root: the file.
        chosen: values of its variant, that stand in for defaults.
        given: values that stand in for both.
        work: what the reading has done so far.
        problems: where faults are noted.

    Returns:
        The values, and those among them that are others by what is given.
    """
    changed: dict[str, object] = {}
    declared = entries_of(root.get("params"), "params: {width: 1.0}", problems)
    values = _Earlier(declared)
    for name, (key, node) in declared.items():
        try:
            check_variable(key)
            value = evaluated(read_value(node, work), values, work)
            if name in chosen:
                instead = evaluated(read_value(chosen[name], work), values, work)
                value = _of_kind(value, instead, name, chosen[name].place)
            if name in given:
                own, instead = value, _given_value(given[name], values, work)
                value = _of_kind(own, instead.value, name, instead.place)
                if identity(value) != identity(own):
                    changed[name] = settled(value)
            values[name] = value
        except Lost:
            values.lose(name)
        except Fault as fault:
            values.lose(name)
            problems.append(fault.problem)
    return values, changed


def _given_value(given: Document | Literal, known: Scope, work: Work) -> Literal:
    if isinstance(given, Literal):
        work.spend(weight(given.value), given)
        return given
    return Literal(evaluated(read_value(given.root, work), known, work), given.root.place)


class _Earlier(Scope):
    """The parameters that have been read so far."""

    __slots__ = ("declared",)

    def __init__(self, declared: Collection[str]) -> None:
        super().__init__()
        self.declared = declared

    def __missing__(self, name: str) -> object:
        """Tell a parameter that is declared later from one that is not.

        Raises:
            Absent: it is declared later.
            Lost, KeyError: as for every scope.
        """
        if name in self.declared and name not in self.lost:
            raise Absent(f"`{name}` has no value yet")
        return super().__missing__(name)


def variant_values(root: MappingNode, chosen: str, problems: list[Problem]) -> dict[str, YamlNode]:
    """The values that a variant gives to parameters; the file's own name stands for its defaults.

    Every variant is checked, also those that are not chosen.
    """
    declared = entries_of(root.get("params"), "params: {width: 1.0}", [])
    variants: dict[str, dict[str, YamlNode]] = {}
    for name, (_, node) in entries_of(
        root.get("variants"), "variants: {wide: {width: 2.0}}", problems
    ).items():
        values = entries_of(node, f"{name}: {{width: 2.0}}", problems)
        variants[name] = {param: value for param, (_, value) in values.items()}
        problems.extend(
            _unknown(key, declared) for param, (key, _) in values.items() if param not in declared
        )
    if not chosen or chosen in variants or is_own_name(root, chosen):
        return variants.get(chosen, {})
    place = (root.key("variants") or root).place
    hint = meant(chosen, variants, place=Place(OVERRIDES["variant"].option, 0, 0)) or "this file has none"
    problems.append(Problem(place, f"there is no variant `{chosen}`", hint))
    return {}


def is_own_name(root: MappingNode, variant: str) -> bool:
    """Tell whether a variant is the file as it stands, by its own name."""
    own = root.get("name")
    return isinstance(own, Scalar) and own.text == variant


def given_values(
    root: MappingNode, values: Mapping[str, object], work: Work, problems: list[Problem]
) -> dict[str, Document | Literal]:
    """Values given beside the file: each text read as YAML of its own, all others as they are."""
    declared = entries_of(root.get("params"), "params: {width: 1.0}", [])
    found: dict[str, Document | Literal] = {}
    for name, text in values.items():
        place = Place(f"{name}={as_yaml(text)}", 0, 0)
        work.spend(FOR_A_GIVEN_VALUE, root)
        if name not in declared:
            hint = meant(name, declared) or "this file declares none under `params:`"
            problems.append(Problem(place, f"there is no parameter `{name}`", hint))
            continue
        if not isinstance(text, str):
            try:
                found[name] = Literal(_plain(text, place), place)
            except Fault as fault:
                problems.append(fault.problem)
            continue
        if not text.strip():
            problems.append(Problem(place, "there is no value", f"write `{name}=VALUE`"))
            continue
        try:
            document = found[name] = parse_document(text.encode(), place.path)
        except SpecError as error:
            problems.extend(Problem(place, problem.message, problem.hint) for problem in error.problems)
            continue
        problems.extend(document.problems)
    return found


def _plain(value: object, place: Place) -> object:
    """The value as a spec could have it.

    Raises:
        Fault: a number that is too large or none, a list that is too long, or what no spec has.
    """
    if weight(value) > MAX_LIST:
        raise Fault(place, f"a list holds at most {MAX_LIST:,} values, and lists {MAX_LIST_DEPTH} deep")
    if isinstance(value, (list, tuple)):
        return [_plain(item, place) for item in value]
    if isinstance(value, (bool, str)):
        return value
    number = _number(value)
    if number is None:
        what = "nothing" if value is None else f"a {type(value).__name__}"
        raise Fault(place, f"{what} is no value of a parameter")
    if not abs(number) < BOUND:
        raise Fault(place, f"the number `{shortened(str(value))}` is too large or none", TOO_LARGE)
    return number


def _number(value: object) -> int | float | None:
    """Python's number of any type, of numpy's too; None for what is no number."""
    if value.__class__ in {int, float}:
        return value
    if isinstance(value, SupportsIndex):
        return value.__index__()
    return float(value) if isinstance(value, SupportsFloat) else None


def entries_of(node: YamlNode | None, example: str, problems: list[Problem]) -> dict[str, KeyValue]:
    """The entries of a mapping that may be left out; anything else is noted."""
    if node is None or is_nothing(node):
        return {}
    if isinstance(node, MappingNode):
        return {key.text: (key, value) for key, value in node}
    problems.append(Problem(node.place, "expected keys with values", _as_mapping(node, example)))
    return {}


def _as_mapping(node: YamlNode, example: str) -> str:
    """The hint to write a list of pairs, or a line with a sign between its words, as a mapping."""
    from netcost.source.foreign_lines import foreign_line

    if isinstance(node, Scalar):
        found = foreign_line(node.text[: node.width])
        return found.hint if found else f"write `{example}`"
    texts = [f"{key.text}: {each.text}" for key, each in _pairs_of(node) if isinstance(each, Scalar)]
    return write(f"{{{', '.join(texts)}}}", f"write `{example}`") if texts else f"write `{example}`"


def _pairs_of(node: YamlNode) -> list[KeyValue]:
    """The keys and values of the mappings in a list."""
    entries = node.items if isinstance(node, SequenceNode) else []
    return [pair for each in entries if isinstance(each, MappingNode) for pair in each]


def names_meant(root: MappingNode) -> list[str]:
    """Names that were probably meant as parameters, where a faulty file declares them otherwise than it may."""
    node = root.get("params")
    words = [node.text.split(maxsplit=1)[0]] if isinstance(node, Scalar) and node.text.strip() else []
    listed = [key.text for key, _ in _pairs_of(node)] if node is not None else []
    return [*words, *listed, *(key.text for key, _ in root if key.text not in TOP_LEVEL_KEYS)]


def _unknown(key: Scalar, declared: Mapping[str, object]) -> Problem:
    hint = meant(key.text, declared, "variants give values to declared `params`")
    return Problem(key.place, f"`{key.text}` is no parameter of this file", hint)


def _of_kind(default: object, value: object, name: str, place: Place) -> object:
    """The value, whole where the parameter's default is.

    Raises:
        Fault: it is of another kind.
    """
    if isinstance(default, bool) or isinstance(value, bool):
        fits = isinstance(default, bool) and isinstance(value, bool)
    elif isinstance(default, int):
        value = whole(value)
        fits = isinstance(value, int)
    elif isinstance(default, float):
        fits = isinstance(value, (int, float))
    else:
        fits = isinstance(value, type(default))
    if not fits:
        message = f"`{name}` is {shown(default)} in the file, this is {shown(value)}"
        raise Fault(place, message, "give a value of the same kind")
    return value
