"""A layer's declared fields from a positioned mapping: aliases, defaults, checks, did-you-mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from netcost.language.constant import Value
from netcost.language.item_keys import ITEM_KEYS, in_defaults
from netcost.language.recipe import Recipe, constant_of
from netcost.language.value import read_value
from netcost.language.work import Work
from netcost.layers import HEADS, all_types, find
from netcost.layers.layer import Declared, Layer
from netcost.layers.refusals import LayerError
from netcost.source.document import KeyValue, MappingNode, Scalar, SequenceNode, YamlNode, alone, word_at
from netcost.source.fault import Fault, meant
from netcost.source.problem import Problem, Suggestion, nearest, neighbours, one_of
from netcost.wording import listed

TOP_LEVEL_KEYS = (
    *("netcost", "version", "name", "note", "params", "variants", "input", "inputs", "batch", "dtype"),
    *("defaults", "imports", "blocks", "layers", "outputs", "budget"),
)
STRUCTURES: Mapping[str, tuple[str, ...]] = {
    "residual": ("shortcut", "shortcut_if", "act"),
    "seq": (),
    "let": (),
}
"""Heads that arrange layers and are none, with the keys that only they have."""

CANCEL = "none"

NORM_WORDS = ("batch_norm", "batchnorm", "batch_normalize", "batch_normalization", "use_bn", "with_bn", "bn")
"""Keys that ask for a batch norm elsewhere."""

MAX_OWNERS = 4
"""Layer types that a field is said to belong to; of more, how many they are."""


def read_fields(
    kind: type[Layer],
    head: Scalar,
    given: Collection[KeyValue],
    defaults: Collection[KeyValue],
    implied: Mapping[str, object],
    work: Work,
    *,
    likely: bool = False,
) -> Recipe:
    """Read the fields of a layer; those given win over the defaults.

    Unknown, doubled and missing fields and values that cannot be read are among the recipe's faults, and so is
    what is wrong with values that are known, as the layer may never run. Where the type is only likely, as its head
    is misspelt, nothing is missing.
    """
    faults: list[Fault] = []
    fields = _declared(kind, head, defaults, work, faults)
    fields = {name: field for name, field in fields.items() if name not in implied}
    fields |= _declared(kind, head, given, work, faults)
    unread = {_meant_field(kind, key.text) for key, _ in given} - fields.keys()
    values = {name: value for name, (_, value) in fields.items() if value.constant != CANCEL}
    rest = {name: value for name, value in implied.items() if name not in values}
    recipe = Recipe(kind, head, values, rest)
    recipe.faults = faults
    if likely:
        faults += recipe.field_faults(constant_of)
        return recipe
    missing = [
        each
        for name, each in kind.fields.items()
        if each.required and name not in values and name not in implied and name not in unread
    ]
    if missing and not _instead(kind, missing[0], given, faults, work):
        faults.append(_missing(kind, head, missing))
    faults += recipe.constant_faults(work)
    return recipe


def _instead(
    kind: type[Layer], missing: Declared, given: Collection[KeyValue], faults: list[Fault], work: Work
) -> bool:
    """Tell whether a key that is unknown stands for the field that is missing, as its value suits it; say so at the key."""
    strange = {key.place: node for key, node in given if field_named(kind, key.text) is None}
    for at, fault in enumerate(faults):
        problem = fault.problem
        node = strange.get(problem.place)
        is_clear = isinstance(problem.hint, Suggestion)
        if node is not None and not is_clear and _suits(missing, node, work):
            hint = one_of([missing.name], problem.hint or "")
            faults[at] = Fault(problem.place, problem.message, hint)
            return True
    return False


def _suits(field: Declared, node: YamlNode, work: Work) -> bool:
    """Tell whether a value that is written out is one of the field's."""
    try:
        value = read_value(node, work, field.type.words, literal=field.type.literal).constant
        field.check(tuple(value) if isinstance(value, list) else value)
    except (Fault, LayerError):
        return False
    return True


def _missing(kind: type[Layer], head: Scalar, fields: list[Declared]) -> Fault:
    """Say which fields a layer needs."""
    needed = " and ".join(f"`{each.name}`: {each.help}" for each in fields)
    beside = [f"{each.name}: ..." for each in fields if each.name != kind.primary]
    value = ": ..." if kind.primary else ""
    entries = ", ".join([f"{kind.type}{value}", *beside])
    example = f"{{{entries}}}" if beside else entries
    return Fault(head.place, f"{head.text} needs {needed}", f"write `- {example}`", lacking=True)


def _declared(
    kind: type[Layer], head: Scalar, pairs: Collection[KeyValue], work: Work, faults: list[Fault]
) -> dict[str, tuple[Scalar, Value]]:
    """Each field that is given, with its key and value; the value of a misspelt one is looked at as that of the field meant."""
    fields: dict[str, tuple[Scalar, Value]] = {}
    for key, node in pairs:
        declared = field_named(kind, key.text)
        if declared is None:
            faults.append(unknown_field(kind, key))
            declared = kind.fields.get(_meant_field(kind, key.text))
            if declared is None or any(canonical(kind, each.text) == declared.name for each, _ in pairs):
                continue
        if declared.name in fields:
            first, _ = fields[declared.name]
            by_head = first.place == head.place
            faults.append(
                _given_by_head(key, head, declared.name)
                if by_head
                else _same_field(key, first, declared.name)
            )
            continue
        try:
            value = read_field(declared, node, work)
        except Fault as fault:
            faults.append(fault)
        else:
            fields[declared.name] = key, value
    return fields


def read_field(field: Declared, node: YamlNode, work: Work) -> Value:
    """Read the value of a field.

    Raises:
        Fault: it cannot be read, whatever the layer.
    """
    kind = field.type
    return read_value(node, work, (*kind.words, CANCEL), literal=kind.literal, parts=kind.parts)


def _meant_field(kind: type[Layer], word: str) -> str:
    """The own name of the field that a word gives or was probably meant to give; the word itself if there is none."""
    known = field_named(kind, word)
    if known or (_owners(word) and not _other_word(kind, word)):
        return known.name if known else word
    return canonical(kind, _other_word(kind, word) or nearest(word, spellings_of(kind)) or word)


def _other_word(kind: type[Layer], word: str) -> str:
    """The key of an item that another program's word stands for; empty if there is none."""
    from netcost.language.short_words import FIELD_WORDS

    known = (each for each in FIELD_WORDS.get(word.lower(), ()) if each in ITEM_KEYS or accepts(kind, each))
    return next(known, "")


def _same_field(key: Scalar, first: Scalar, name: str) -> Fault:
    related = ((first.place, "first given here"),)
    message = f"`{key.text}` and `{first.text}` are the same field"
    if key.text == first.text:
        message = f"`{key.text}` is given twice"
    return Fault(key.place, message, f"keep `{name}`", related)


def _given_by_head(key: Scalar, head: Scalar, name: str) -> Fault:
    """Say that a field is given that is what stands under the head."""
    message = f"`{key.text}` is given twice: what stands after `{head.text}:` is its {name}"
    return Fault(key.place, message, "leave one of them out", ((head.place, "first given here"),))


def canonical(kind: type[Layer], key: str) -> str:
    """The own name of the field that a key gives; the key itself if it gives none."""
    declared = field_named(kind, key)
    return declared.name if declared else key


def field_named(kind: type[Layer], name: str) -> Declared | None:
    """Return the field of a canonical name or of an alias."""
    return kind.spelled.get(name)


def primary_field(kind: type[Layer], head: Scalar, value: YamlNode) -> KeyValue:
    """The field that the head's own value gives.

    Raises:
        Fault: it gives none.
    """
    if not kind.primary:
        hint = alone(head.text, head, value, f"write `- {head.text}`{_beside(kind)}")
        raise Fault(value.place, f"{head.text} takes no value of its own", hint)
    return word_at(head, kind.primary), value


def takes_list(kind: type[Layer], value: SequenceNode) -> bool:
    """Tell whether a layer may be given a list as its own value; one of other lists or of expressions is not looked at."""
    field = kind.fields[kind.primary]
    numbers = tuple(
        each.value for each in value if isinstance(each, Scalar) and not isinstance(each.value, str)
    )
    try:
        field.check(numbers)
    except LayerError:
        return len(numbers) < len(value)
    return True


def accepts(kind: type[Layer], name: str) -> bool:
    """Tell whether a key may stand in an item of the layer type."""
    if name in kind.spelled:
        return True
    return kind.followable if name in {"norm", "act"} else name in kind.named_inputs


def spellings_of(kind: type[Layer]) -> list[str]:
    """The keys that an item of the layer type may have, in all their spellings."""
    return [
        *kind.fields,
        *ITEM_KEYS,
        *kind.named_inputs,
        *(("norm", "act") if kind.followable else ()),
        *kind.spelled,
    ]


def unknown_type(key: Scalar, others: Iterable[str] = STRUCTURES) -> Fault:
    """Say which layer type was probably meant, or which other word."""
    known = (*HEADS, *others)
    hint = meant(key.text, known, "`netcost layers` lists them all")
    from netcost.language.short_words import SHORT_WORDS

    joined = re.sub(r"[-_. ]|[0-9]+$", "", key.text.lower())
    if joined in SHORT_WORDS or joined in known:
        hint = one_of(SHORT_WORDS.get(joined, (joined,)), hint)
    return Fault(key.place, f"unknown layer type `{key.text}`", hint)


def unknown_field(kind: type[Layer], key: Scalar) -> Fault:
    """Say where a field belongs, or what was probably meant."""
    message = f"unknown field `{key.text}` for {kind.type}"
    return Fault(key.place, message, _meant_by(kind, key.text) or _where(kind, key.text))


def _meant_by(kind: type[Layer], word: str) -> str:
    """The hint for a word that another stands for here; empty if there is none."""
    if word in ITEM_KEYS:
        return f"`{word}` stands beside `{kind.type}`, not inside it"
    other = _other_word(kind, word)
    if other:
        return one_of([other], f"leave it out: {_fields_of(kind)}")
    return "write `norm: batchnorm`" if word.lower() in NORM_WORDS and kind.followable else ""


def _where(kind: type[Layer], word: str) -> str:
    """The hint for a word that is misspelt, or belongs to other layers or to the file."""
    spellings, owners = spellings_of(kind), _owners(word)
    if not owners and neighbours(word, spellings):
        return meant(word, spellings, f"leave it out: {_fields_of(kind)}")
    if word in TOP_LEVEL_KEYS:
        return f"`{word}` belongs to the top level of the file"
    if not owners:
        return f"leave it out: {_fields_of(kind)}"
    belongs = f"`{word}` belongs to {listed(owners, most=MAX_OWNERS)}"
    return belongs if kind.fields else f"leave it out: {_fields_of(kind)}; {belongs}"


def _fields_of(kind: type[Layer]) -> str:
    """What an item of the layer type may say."""
    known = [*kind.fields, *(("norm", "act") if kind.followable else ())]
    return f"{kind.type} has {', '.join(known)}" if known else f"{kind.type} has no fields"


def _beside(kind: type[Layer]) -> str:
    """Where fields of the layer type are written, if it has any."""
    return (
        f"; fields stand beside it, as in `- {{{kind.type}, {next(iter(kind.fields))}: ...}}`"
        if kind.fields
        else ""
    )


def _owners(word: str) -> list[str]:
    """The layer types that have a field of the name."""
    return [kind.type for kind in all_types() if accepts(kind, word)]


def read_defaults(entries: Iterable[KeyValue], problems: list[Problem]) -> dict[str, dict[str, KeyValue]]:
    """Read `defaults:`, by layer type and by the fields' own names; faults are noted."""
    found: dict[str, dict[str, KeyValue]] = {}
    for key, node in entries:
        if key.text not in HEADS and (_owners(key.text) or key.text in ITEM_KEYS):
            hint = f"write `defaults: {{conv: {{{key.text}: ...}}}}`"
            problems.append(Problem(key.place, f"`{key.text}` is a field, defaults are by layer type", hint))
        elif key.text not in HEADS:
            problems.append(unknown_type(key, ()).problem)
        elif not isinstance(node, MappingNode):
            hint = f"write `{key.text}: {{field: value}}`"
            problems.append(Problem(node.place, f"defaults of {key.text} must be fields", hint))
        else:
            kind, _ = find(key.text)
            fields = found.setdefault(kind.type, {})
            for each, value in node:
                name = canonical(kind, each.text)
                if not accepts(kind, each.text) and not in_defaults(each.text):
                    problems.append(unknown_field(kind, each).problem)
                elif name in fields:
                    problems.append(_same_field(each, fields[name][0], name).problem)
                else:
                    fields[name] = (each, value)
    return found
