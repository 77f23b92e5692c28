"""Single values of a budget: texts, shapes, amounts and the bounds they make."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from netcost.amounts import HUNDRED, Amount, AmountError, read_amount, read_change, read_percent
from netcost.budget.bound import TOTAL_KINDS, Bound, LimitKind
from netcost.overrides import COUNT, FLAG, LENGTHS, Kind
from netcost.report.numbers import NUMBERS
from netcost.source.document import KeyValue, MappingNode, Scalar, SequenceNode, YamlNode
from netcost.source.fault import Fault
from netcost.wording import shortened

MAX_TEXT = 1_000
"""Characters of a path, a pattern or a message, which is repeated with every finding."""

MAX_LENGTHS = 16
"""Axes of a shape."""

LAYERS_ONLY = "limit it for layers, under `per_layer`"

UNCHANGED = "unchanged"
"""What stands for a change of nothing."""


def check_total(metric: Scalar) -> None:
    """Refuse to limit the total of what has none.

    Raises:
        Fault: the metric is such a one.
    """
    if not NUMBERS[metric.text].has_total:
        raise Fault(metric.place, f"{metric.text} has no total", LAYERS_ONLY)


def text_of(pair: KeyValue) -> str:
    """A text of bounded length.

    Raises:
        Fault: a list, a mapping or nothing; a text that is too long.
    """
    key, node = pair
    name = shortened(key.text)
    if not isinstance(node, Scalar):
        raise Fault(node.place, f"`{name}` must be a single value")
    if not node.text.strip():
        raise Fault(key.place, f"`{name}` has no value")
    return _bounded(node)


def name_of(key: Scalar) -> str:
    """A name that the budget chooses, of bounded length: that of a layer or a parameter.

    Raises:
        Fault: it is too long.
    """
    return _bounded(key)


def _bounded(node: Scalar) -> str:
    if len(node.text) > MAX_TEXT:
        raise Fault(node.place, f"this text has {len(node.text):,} characters", f"write at most {MAX_TEXT:,}")
    return node.text


def whole_of(node: YamlNode, what: str) -> int:
    """A whole number of at least 1, written as one.

    Raises:
        Fault: anything else, `4.0` and `"4"` too.
    """
    if not isinstance(node, Scalar) or type(node.value) is not int or node.value < 1:
        found = f", got `{shortened(node.text)}`" if isinstance(node, Scalar) else ""
        raise Fault(node.place, f"{what} must be a whole number of at least 1{found}")
    return node.value


def shape_of(pair: KeyValue) -> tuple[int, ...]:
    """The lengths of a shape, without the batch.

    Raises:
        Fault: no list of lengths, or too long a one.
    """
    key, node = pair
    if not isinstance(node, SequenceNode) or not node.items:
        raise Fault(
            node.place,
            f"`{shortened(key.text)}` must be a shape",
            "a list without the batch, such as `[256, 13, 13]`",
        )
    if len(node) > MAX_LENGTHS:
        raise Fault(node.place, f"a shape has at most {MAX_LENGTHS} lengths, this has {len(node):,}")
    return tuple(whole_of(item, "a length") for item in node)


def flag_of(pair: KeyValue) -> bool:
    """True or false.

    Raises:
        Fault: anything else.
    """
    key, node = pair
    if not isinstance(node, Scalar) or not isinstance(node.value, bool):
        raise Fault(node.place, f"`{shortened(key.text)}` is true or false")
    return node.value


def setting_of(pair: KeyValue) -> Any:
    """The value of a parameter: text, which is read as that of an option, or a list of values.

    Raises:
        Fault: a mapping, nothing, or what is too long.
    """
    node = pair[1]
    return _list_of(node) if isinstance(node, SequenceNode) else text_of(pair)


def _list_of(node: SequenceNode) -> list[Any]:
    if len(node) > MAX_TEXT:
        raise Fault(node.place, f"this list has {len(node):,} values", f"write at most {MAX_TEXT:,}")
    return [_list_of(item) if isinstance(item, SequenceNode) else _value_of(item) for item in node]


def _value_of(node: YamlNode) -> Any:
    if not isinstance(node, Scalar):
        raise Fault(node.place, "expected a value, got a mapping")
    return _bounded(node) if isinstance(node.value, str) else node.value


def assumed_value(pair: KeyValue, kind: Kind) -> Any:
    """The value of an override.

    Raises:
        Fault: it is of another kind.
    """
    key, node = pair
    if kind is COUNT:
        return whole_of(node, key.text)
    if kind is LENGTHS:
        sizes = node if isinstance(node, MappingNode) else None
        return (
            shape_of(pair) if sizes is None else {name.text: shape_of((name, each)) for name, each in sizes}
        )
    if kind is FLAG:
        return flag_of(pair)
    try:
        return kind.read(text_of(pair))
    except ValueError as error:
        raise Fault(node.place, str(error)) from None


def device_of(pair: KeyValue) -> str:
    """A device's name, or a path, which is looked at when the device is asked for.

    Raises:
        Fault: there is no device of that name.
    """
    from netcost.devices import names_file, unknown

    name = text_of(pair)
    refused = None if names_file(name) else unknown(name)
    if refused:
        raise Fault(pair[1].place, *refused)
    return name


def amount_of(pair: KeyValue, metric: str) -> Amount:
    """An amount of a metric.

    Raises:
        Fault: it is none, or a share.
    """
    text, place = text_of(pair), pair[1].place
    try:
        return read_amount(text, NUMBERS[metric].unit)
    except AmountError as error:
        share = "shares are for `per_layer`: `{max_share: 65%}`" if text.endswith("%") else error.hint
        raise Fault(place, f"{metric}: {error.message}", share) from None


def limit_bound(pair: KeyValue, metric: str) -> Bound:
    """A bound by its name: an amount, or a share of at most 100%.

    Raises:
        Fault: neither of them.
    """
    key, node = pair
    kind: Any = key.text
    if kind in TOTAL_KINDS:
        return Bound(kind, amount_of(pair, metric), node.place)
    try:
        share = read_percent(text_of(pair))
    except AmountError as error:
        raise Fault(node.place, f"{metric}: {error.message}", error.hint) from None
    if share.exceeds(Amount(HUNDRED)):
        raise Fault(node.place, f"{metric}: a share is at most 100%")
    return Bound(kind, share, node.place)


def change_of(pair: KeyValue, metric: str) -> Amount:
    """How much a metric may change.

    Raises:
        Fault: no amount and no percentage.
    """
    try:
        return read_change(text_of(pair), NUMBERS[metric].unit)
    except AmountError as error:
        raise Fault(pair[1].place, f"{metric}: {error.message}", error.hint) from None


def change_bound(pair: KeyValue, metric: str) -> Bound:
    """A bound of a change by its name.

    Raises:
        Fault: no amount and no percentage.
    """
    kind: Any = pair[0].text
    return Bound(kind, change_of(pair, metric), pair[1].place)


def check_order(bounds: Iterable[Bound], kinds: tuple[LimitKind, ...]) -> None:
    """Refuse bounds of which one could never be reached.

    Raises:
        Fault: one of them is above the next.
    """
    by_kind = {bound.kind: bound for bound in bounds}
    present = [by_kind[kind] for kind in kinds if kind in by_kind]
    for lower, upper in pairwise(present):
        if lower.amount.exceeds(upper.amount) and lower.place and upper.place:
            raise Fault(
                lower.place,
                f"{lower.kind} is above {upper.kind}",
                f"at most {upper.amount}",
                ((upper.place, f"{upper.kind} is here"),),
            )
