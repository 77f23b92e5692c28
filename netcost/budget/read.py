"""From the positioned tree of a budget file to its rules; all faults are reported in one run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

from netcost.amounts import Amount, AmountError, read_amount
from netcost.budget.rules import (
    CHANGE_KINDS,
    OUTPUT_SHAPE,
    SHARE_KINDS,
    TOTAL_KINDS,
    Bound,
    Budget,
    Change,
    Entry,
    LayerLimit,
    Layers,
    Limit,
    LimitKind,
    OutputShape,
    Rule,
    Rules,
    SameOutput,
)
from netcost.budget.values import (
    LAYERS_ONLY,
    amount_of,
    assumed_value,
    change_bound,
    change_of,
    check_order,
    check_total,
    layer_shape,
    limit_bound,
    name_of,
    setting_of,
    shape_of,
    text_of,
)
from netcost.overrides import OVERRIDES, SETTINGS, Overrides
from netcost.place import Place
from netcost.report import METRICS
from netcost.spec.document import Document, KeyValue, MappingNode, Scalar, SequenceNode, YamlNode
from netcost.spec.fault import Fault, Problems, TooManyProblems
from netcost.spec.problem import Problem, SpecError, nearest
from netcost.wording import shortened

VERSION = 1
UNCHANGED = "unchanged"

FILE_KEYS = ("version", "models")
RULE_KEYS = ("limits", "per_layer", "expect", "regression", "message")
MODEL_KEYS = ("spec", "assume", *RULE_KEYS)
SELECTOR_KEYS = ("match", "type")
EXPECT_KEYS = (OUTPUT_SHAPE, "shapes")

ANY_FOLDERS = "**"
"""What stands in a glob for any number of folders."""

MAX_ENTRIES = 1_000
MAX_RULES = 10_000
"""Limits, expected shapes and assumed parameters of a whole file."""

LEVELS: Mapping[str, Iterable[str]] = {
    "the top of the file": FILE_KEYS,
    "a model": MODEL_KEYS,
    "`limits` of a model": METRICS,
    "`assume` of a model": OVERRIDES,
    "an item of `per_layer`": SELECTOR_KEYS,
    "`expect` of a model": EXPECT_KEYS,
    "a limit": TOTAL_KINDS,
    "a limit of `per_layer`": SHARE_KINDS,
    "a metric of `regression`": CHANGE_KINDS,
}
"""Where each key may stand, for the hint when it stands elsewhere."""

KeyValues = Mapping[str, KeyValue]
Given = TypeVar("Given")
Read = TypeVar("Read")


def read_budget(document: Document) -> Budget:
    """Read a budget file.

    Raises:
        SpecError: unknown keys, amounts that are none, bounds that contradict one another; all of them at once.
    """
    sources = {document.path: document.lines}
    entries = _read(lambda reader: reader.file(document.root), sources, document.problems)
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
    return _read(lambda reader: reader.rules(reader.mapping(node, what, RULE_KEYS)), sources)


def read_limit(text: str) -> Limit:
    """Read a limit of the command line: `params=63M`.

    Raises:
        AmountError: no metric of that name, or no amount.
    """
    metric, equals, amount = text.partition("=")
    if not equals:
        raise AmountError(f"`{text}` is not a limit", "write METRIC=AMOUNT, such as `params=63M`")
    if metric not in METRICS:
        raise AmountError(f"there is no metric `{metric}`", _meant(metric, METRICS))
    if not METRICS[metric].has_total:
        raise AmountError(f"{metric} has no total", LAYERS_ONLY)
    place = Place(f"--limit {text}", 0, 0)
    return Limit(metric, (Bound("max", read_amount(amount, METRICS[metric].unit), place),))


def _read(
    read: Callable[[_Reader], Read], sources: Mapping[str, Sequence[str]], known: Iterable[Problem] = ()
) -> Read:
    """What can be read, if all of it can.

    Raises:
        SpecError: there are faults, those that are known already included.
    """
    reader = _Reader()
    try:
        reader.problems.extend(known)
        found = read(reader)
    except TooManyProblems:
        raise SpecError(reader.problems, sources) from None
    if reader.problems:
        raise SpecError(reader.problems, sources)
    return found


class _Reader:
    """Reads what it can and notes the rest in `problems`; it ends when there are too many, of rules too."""

    def __init__(self) -> None:
        self.problems = Problems()
        self.rules_read = 0

    def each(self, read: Callable[[Given], Read], given: Iterable[Given]) -> list[Read]:
        """What could be read of some parts of the file."""
        found = []
        for part in given:
            try:
                found.append(read(part))
            except Fault as fault:
                self.problems.append(fault.problem)
        return found

    def each_rule(self, read: Callable[[KeyValue], Read], given: Iterable[KeyValue]) -> list[Read]:
        """The same of rules, which are counted."""
        return self.each(read, map(self.counted, given))

    def counted(self, pair: KeyValue) -> KeyValue:
        """Count a rule before it is read.

        Raises:
            TooManyProblems: it is one too many.
        """
        self.rules_read += 1
        if self.rules_read > MAX_RULES:
            self.refuse(pair[0].place, f"there are more than {MAX_RULES:,} rules in this file")
        return pair

    def refuse(self, place: Place, message: str) -> NoReturn:
        """End the reading at a bound.

        Raises:
            TooManyProblems: always.
        """
        self.problems.append(Problem(place, message, "split it into files, each with a check of its own"))
        raise TooManyProblems

    def mapping(self, node: YamlNode | None, what: str, keys: Iterable[str]) -> KeyValues:
        """The entries of a mapping under known keys."""
        if node is None:
            return {}
        if not isinstance(node, MappingNode):
            self.problems.append(Problem(node.place, f"{what} must be a mapping", "write `key: value`"))
            return {}
        self.problems.extend(_unknown_key(key, what, keys) for key, _ in node if key.text not in keys)
        return {key.text: (key, value) for key, value in node if key.text in keys}

    def items(self, node: YamlNode | None, what: str) -> list[YamlNode]:
        """The items of a list."""
        if node is None:
            return []
        if not isinstance(node, SequenceNode):
            self.problems.append(Problem(node.place, f"{what} must be a list", "begin each item with `- `"))
            return []
        return node.items

    def file(self, root: YamlNode) -> list[Entry]:
        """The entries of a whole file."""
        pairs = self.mapping(root, "a budget", FILE_KEYS)
        self.each(_check_version, [pairs["version"]] if "version" in pairs else [])
        if "version" not in pairs:
            self.problems.append(
                Problem(root.place, "a budget needs `version`", f"write `version: {VERSION}`")
            )
        models = self.items(_value(pairs, "models"), "`models`")
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
        pairs = self.mapping(node, "a model", MODEL_KEYS)
        assumed = self.mapping(_value(pairs, "assume"), "`assume`", OVERRIDES)
        assume = Overrides.named(dict(self.each(self.assumption, assumed.values())))
        rules = self.rules(pairs)
        if "spec" not in pairs:
            raise Fault(node.place, "a model needs `spec`", "a path, a glob or a bundled name")
        if len(pairs) == len(node) and not any(key in pairs for key in RULE_KEYS):
            raise Fault(node.place, "nothing is demanded of this model", f"add {_listed(RULE_KEYS[:-1])}")
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
        limits = self.mapping(_value(pairs, "limits"), "`limits`", METRICS)
        rules: list[Rule] = self.each_rule(self.limit, limits.values())
        for item in self.items(_value(pairs, "per_layer"), "`per_layer`"):
            rules += [limit for found in self.each(self.layer_limits, [item]) for limit in found]
        expected = self.mapping(_value(pairs, "expect"), "`expect`", EXPECT_KEYS)
        rules += self.expected(expected)
        changes = (*METRICS, OUTPUT_SHAPE)
        regression = self.mapping(_value(pairs, "regression"), "`regression`", changes)
        rules += self.each_rule(self.change, regression.values())
        said = [pairs["message"]] if "message" in pairs else []
        return Rules(tuple(rules), *self.each(text_of, said))

    def limit(self, pair: KeyValue) -> Limit:
        """What the total of a metric may be."""
        check_total(pair[0])
        return Limit(pair[0].text, self.bounds(pair, TOTAL_KINDS))

    def bounds(self, pair: KeyValue, kinds: Sequence[LimitKind]) -> tuple[Bound, ...]:
        """The bounds of a metric; a bare amount is a maximum.

        Raises:
            Fault: no amount, or bounds that contradict one another.
        """
        key, node = pair
        metric = key.text
        if isinstance(node, Scalar):
            return (Bound("max", amount_of(pair, metric), node.place),)
        given = self.mapping(node, f"a limit of {metric}", kinds)
        bounds = self.each(lambda pair: limit_bound(pair, metric), given.values())
        if _is_empty(node):
            raise Fault(node.place, f"{metric} has no limit", f"write {_listed(kinds)}")
        check_order(bounds, ("min", "warn", "max"))
        check_order(bounds, ("min_share", "warn_share", "max_share"))
        return tuple(bounds)

    def layer_limits(self, node: YamlNode) -> list[LayerLimit]:
        """An item of `per_layer`: which layers, and what their metrics may be.

        Raises:
            Fault: it does not say which layers, or names no metric.
        """
        pairs = self.mapping(node, "an item of `per_layer`", (*SELECTOR_KEYS, *METRICS))
        selector = {name: text_of(pairs[name]) for name in SELECTOR_KEYS if name in pairs}
        if not selector:
            raise Fault(node.place, "which layers?", 'write `match: "fc*"` or `type: conv`')
        metrics = [pair for name, pair in pairs.items() if name in METRICS]
        if not metrics:
            raise Fault(node.place, "no metric is limited here", "write `params: {max_share: 65%}`")
        place = pairs[next(iter(selector))][1].place
        layers = Layers(place, selector.get("match", "*"), selector.get("type", ""))
        return self.each_rule(lambda pair: self.layer_limit(pair, layers), metrics)

    def layer_limit(self, pair: KeyValue, layers: Layers) -> LayerLimit:
        """What a metric of each of some layers may be; there are shares of a sum only."""
        metric = pair[0].text
        kinds = (*TOTAL_KINDS, *SHARE_KINDS) if METRICS[metric].adds else TOTAL_KINDS
        return LayerLimit(metric, self.bounds(pair, kinds), layers)

    def expected(self, pairs: KeyValues) -> list[Rule]:
        """The shapes that are demanded."""
        rules: list[Rule] = []
        if OUTPUT_SHAPE in pairs:
            node = pairs[OUTPUT_SHAPE][1]
            rules += [OutputShape(shape, node.place) for shape in self.each(shape_of, [pairs[OUTPUT_SHAPE]])]
        shapes = _value(pairs, "shapes")
        if shapes is not None and not isinstance(shapes, MappingNode):
            self.problems.append(
                Problem(shapes.place, "`shapes` must be a mapping", "write `conv5: [256, 13, 13]`")
            )
        elif shapes is not None:
            rules += self.each_rule(layer_shape, shapes)
        return rules

    def change(self, pair: KeyValue) -> Rule:
        """How far a metric, or the output shape, may be from what it was.

        Raises:
            Fault: no amount or percentage.
        """
        key, node = pair
        metric = key.text
        if metric in METRICS:
            check_total(key)
        if isinstance(node, Scalar) and node.text == UNCHANGED:
            if metric == OUTPUT_SHAPE:
                return SameOutput(node.place)
            return Change(
                metric, tuple(Bound(kind, Amount(0, text="0"), node.place) for kind in CHANGE_KINDS)
            )
        if metric == OUTPUT_SHAPE:
            raise Fault(
                node.place, f"{metric} can only be demanded to stay", f"write `{metric}: {UNCHANGED}`"
            )
        if isinstance(node, Scalar):
            return Change(metric, (Bound("max_increase", change_of(pair, metric), node.place),))
        given = self.mapping(node, f"a change of {metric}", CHANGE_KINDS)
        if _is_empty(node):
            raise Fault(node.place, f"{metric} has no limit", f"write {_listed(CHANGE_KINDS)}")
        return Change(metric, tuple(self.each(lambda pair: change_bound(pair, metric), given.values())))


def _value(pairs: KeyValues, name: str) -> YamlNode | None:
    return pairs[name][1] if name in pairs else None


def _is_empty(node: YamlNode) -> bool:
    return isinstance(node, MappingNode) and not len(node)


def _setting(pair: KeyValue) -> tuple[str, Any]:
    return name_of(pair[0]), setting_of(pair)


def _check_version(pair: KeyValue) -> None:
    node = pair[1]
    if not isinstance(node, Scalar) or node.value != VERSION or isinstance(node.value, bool):
        raise Fault(
            node.place,
            "this version of budgets is not known",
            f"write `version: {VERSION}`, or update netcost",
        )


def _unknown_key(key: Scalar, what: str, keys: Iterable[str]) -> Problem:
    """Say where a key belongs, or which one was probably meant."""
    owner = next((level for level, known in LEVELS.items() if key.text in known), "")
    hint = f"`{key.text}` belongs to {owner}" if owner else _meant(key.text, keys)
    return Problem(key.place, f"unknown key `{shortened(key.text)}` in {what}", hint)


def _meant(word: str, known: Iterable[str]) -> str:
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else f"one of {_listed(known)}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
