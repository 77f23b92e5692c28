"""From the positioned tree of a budget file to its rules; all faults are reported in one run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from netcost.budget.entry import Budget, Entry, Rules
from netcost.budget.reader import OTHER_WORDS, KeyValues, Read, Reader, quoted
from netcost.budget.rule import Rule
from netcost.budget.rules import keys_of, sections
from netcost.budget.selector import ANY_FOLDERS
from netcost.budget.values import assumed_value, name_of, setting_of, text_of
from netcost.overrides import OVERRIDES, SETTINGS, Overrides
from netcost.source.document import Document, KeyValue, MappingNode, Scalar, SequenceNode, YamlNode
from netcost.source.fault import Fault, TooManyProblems
from netcost.source.problem import Problem, SpecError
from netcost.wording import shortened

VERSION = 1

VERSION_KEYS = ("version", "netcost")
"""What a file may call the version of its language; it may leave it out."""

FILE_KEYS = (*VERSION_KEYS, "models")
MESSAGE = "message"

MAX_ENTRIES = 1_000


def levels() -> dict[str, Collection[str]]:
    """Where each key of a budget may stand, for the hint when it stands elsewhere."""
    found: dict[str, Collection[str]] = {
        "the top of the file": FILE_KEYS,
        "a model": _model_keys(),
        "`assume` of a model": OVERRIDES,
    }
    for section, kinds in sections().items():
        found[f"`{section}` of a model"] = keys_of(kinds)
        for kind in kinds:
            found |= kind.inner_keys
    return found


def _model_keys() -> Collection[str]:
    return ("spec", "assume", *sections(), MESSAGE)


def read_budget(document: Document) -> Budget:
    """Read a budget file.

    Raises:
        SpecError: unknown keys, amounts that are none, bounds that contradict one another; all of them at once.
    """
    sources = {document.path: document.lines}

    def read(given: Document) -> list[Entry]:
        return _read(lambda reader: reader.file(given.root), sources, given.problems)

    try:
        entries = read(document)
    except SpecError as error:
        raise _proved(error, document.path, read) from None
    return Budget(document.path, tuple(entries), sources)


def read_rules(node: YamlNode, sources: Mapping[str, Sequence[str]]) -> Rules:
    """Read the rules that a spec carries under `budget:`.

    Args:
        node: what stands there, as it was read.
        sources: the lines of the file, for messages.

    Raises:
        SpecError: as `read_budget`.
    """
    what = "`budget` of a spec"

    def read(given: YamlNode) -> Rules:
        return _read(
            lambda reader: reader.rules(reader.mapping(given, what, (*sections(), MESSAGE))), sources
        )

    def again(spec: Document) -> Rules:
        root = spec.root
        return read((root.get("budget") if isinstance(root, MappingNode) else None) or root)

    try:
        return read(node)
    except SpecError as error:
        raise _proved(error, node.path, again) from None


def _proved(error: SpecError, path: str, read: Callable[[Document], object]) -> SpecError:
    """The same faults of a file, with those hints that mend them."""
    from netcost.source.proving import Tried, proved
    from netcost.source.read_document import parse_document

    def again(path: str, text: bytes, _: int) -> Tried:
        try:
            document = parse_document(text, path)
            read(document)
        except SpecError as trial:
            return Tried(trial.problems, len(text))
        return Tried((), document.nodes)

    return proved(error, {path}, again)


def _read(
    read: Callable[[_BudgetReader], Read], sources: Mapping[str, Sequence[str]], known: Iterable[Problem] = ()
) -> Read:
    """What can be read, if all of it can.

    Raises:
        SpecError: there are faults, those that are known already included.
    """
    reader = _BudgetReader(levels())
    try:
        reader.problems.refuse(known)
        found = read(reader)
    except Fault as fault:
        raise SpecError([*reader.problems, fault.problem], sources) from None
    except TooManyProblems:
        raise SpecError(reader.problems, sources) from None
    if reader.problems:
        raise SpecError(reader.problems, sources)
    return found


class _BudgetReader(Reader):
    """Reads entries; their rules are read by their kinds."""

    def file(self, root: YamlNode) -> list[Entry]:
        """The entries of a whole file."""
        if isinstance(root, MappingNode) and "layers" in root and "models" not in root:
            place = (root.key("layers") or root).place
            raise Fault(
                place,
                "this is a spec, not a budget",
                "name it in one: `- spec: FILE`, or in `netcost check FILE`",
            )
        if isinstance(root, SequenceNode):
            raise Fault(root.place, "a budget must be a mapping", "write `models:` above the list")
        if isinstance(root, MappingNode):
            _refuse_one_model(root)
        pairs = self.mapping(root, "a budget", FILE_KEYS)
        self.each(_check_version, [pairs[word] for word in VERSION_KEYS if word in pairs])
        models = self.items(_value(pairs, "models"), "`models`", "spec")
        if not models and not self.problems:
            self.problems.append(
                Problem(root.place, "a budget needs `models`", "list one: `- spec: net.yaml`")
            )
        if len(models) > MAX_ENTRIES:
            self.refuse(models[MAX_ENTRIES].place, f"there are more than {MAX_ENTRIES:,} models in this file")
        return self.each(self.entry, models)

    def entry(self, node: YamlNode) -> Entry:
        """One model.

        Raises:
            Fault: it names no spec, or demands nothing.
        """
        if not isinstance(node, MappingNode):
            raise Fault(node.place, "a model must be a mapping", "write `spec: net.yaml` and its limits")
        demands = (*sections(), MESSAGE)
        pairs = self.mapping(node, "a model", _model_keys())
        assumed = self.mapping(_value(pairs, "assume"), "`assume`", OVERRIDES)
        assume = Overrides.named(dict(self.each(self.assumption, assumed.values())))
        rules = self.rules(pairs)
        if "spec" not in pairs:
            raise Fault(node.place, "a model needs `spec`", "a path, a glob or a bundled name")
        if len(pairs) == len(node) and not any(key in pairs for key in demands):
            raise Fault(node.place, "nothing is demanded of this model", f"add {quoted(sections())}")
        spec, place = text_of(pairs["spec"]), pairs["spec"][1].place
        if spec.split("/").count(ANY_FOLDERS) > 1:
            raise Fault(place, f"a glob has one `{ANY_FOLDERS}` at most", "write an entry for each folder")
        return Entry(spec, place, rules, assume, pairs["assume"][1].place if "assume" in pairs else None)

    def assumption(self, pair: KeyValue) -> tuple[str, Any]:
        """An override by its name; whether it suits the spec is seen when the spec is read."""
        key, node = pair
        kind = OVERRIDES[key.text].kind
        if kind is not SETTINGS:
            return key.text, assumed_value(pair, kind)
        if not isinstance(node, MappingNode):
            raise Fault(node.place, f"`{key.text}` must be a mapping", f"write `{key.text}: {{width: 0.5}}`")
        return key.text, dict(self.each_rule(_setting, node))

    def rules(self, pairs: KeyValues) -> Rules:
        """The rules of a model."""
        rules: list[Rule] = []
        for section, kinds in sections().items():
            if section in pairs:
                rules += self.section(pairs[section], kinds)
        said = [pairs[MESSAGE]] if MESSAGE in pairs else []
        return Rules(tuple(rules), *self.each(text_of, said))

    def section(self, pair: KeyValue, kinds: list[type[Rule]]) -> Iterable[Rule]:
        """The rules of a section; of each of its keys, the kind that has it knows how to read them."""
        key, node = pair
        owners, given = keys_of(kinds), [pair]
        if owners:
            given = list(self.mapping(node, f"`{key.text}`", owners).values())
        found = self.each(lambda pair: owners.get(pair[0].text, kinds[0]).read(self, pair), given)
        return [rule for rules in found for rule in rules]


def _refuse_one_model(root: MappingNode) -> None:
    """Refuse what belongs to a model where the models are to be listed.

    Raises:
        Fault: a model stands at the top of the file.
    """
    meant = {OTHER_WORDS.get(key.text, key.text): (key, node) for key, node in root}
    own = {word: pair for word, pair in meant.items() if word in _model_keys()}
    named = own.pop("spec", None)
    if "models" in root or not (own or named) or (named and not isinstance(named[1], Scalar)):
        return
    key, node = named or next(iter(own.values()))
    spec = shortened(node.text) if named and isinstance(node, Scalar) else "net.yaml"
    raise Fault(
        key.place,
        f"`{key.text}` is of one model, and a budget lists models",
        f"write `models:`, below it `- spec: {spec}`, and in that its {quoted(own or ['limits'])}",
    )


def _value(pairs: KeyValues, name: str) -> YamlNode | None:
    return pairs[name][1] if name in pairs else None


def _setting(pair: KeyValue) -> tuple[str, Any]:
    return name_of(pair[0]), setting_of(pair)


def _check_version(pair: KeyValue) -> None:
    node = pair[1]
    if not isinstance(node, Scalar) or node.value != VERSION or isinstance(node.value, bool):
        raise Fault(
            node.place,
            "this version of budgets is not known",
            f"write `{pair[0].text}: {VERSION}`, or update netcost",
        )
