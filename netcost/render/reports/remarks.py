"""What is said under a table: what its numbers leave out, what they mean, and where most of them sit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from netcost.number import AtLeast, Exact, Value, is_exact
from netcost.record import Record
from netcost.render.reports.columns import BLOCK, times_of
from netcost.render.reports.view import Count
from netcost.report import Report, Row, Totals
from netcost.units import Unit, number_text, short_count
from netcost.wording import listed, share

DECLARED_MARK = "*"
SHARED_MARK = "^"
UNKNOWN_MARK = "?"

SCREEN = 40
"""Rows of a table that are seen at once."""

FEW = 2
"""Rows that a remark names."""

PLAIN = "multiply-accumulates"

COUNTED = {
    "lecture": f"{PLAIN}, and K*K per output of pooling",
    "macs": "multiply-accumulates of convolutions and matrix products",
    "flops": "two per multiply-accumulate, and every other operation",
}
"""What the flop column counts."""


def marked(text: str, row: Row) -> str:
    """Mark a layer whose cost is not known or not computed, or whose weights are counted elsewhere."""
    marks = {UNKNOWN_MARK: row.unknown, DECLARED_MARK: row.declared_cost, SHARED_MARK: row.shares}
    return text + "".join(mark for mark, holds in marks.items() if holds)


def marks(rows: Sequence[Row]) -> list[str]:
    """Explain the marks of these rows."""
    declared = [row.name for row in rows if row.declared_cost]
    shared = [f"{row.name} of {row.shares}" for row in rows if row.shares]
    unknown = [name for row in rows for name in row.unknown]
    notes = []
    if unknown:
        notes.append(f"{UNKNOWN_MARK} cost not known, so that totals are lower bounds: {listed(unknown)}.")
    if declared:
        notes.append(f"{DECLARED_MARK} cost as declared, not computed: {listed(declared)}.")
    if shared:
        notes.append(f"{SHARED_MARK} weights shared, counted once: {listed(shared)}.")
    return notes


def assumed(report: Report) -> list[str]:
    """Tell what was assumed about the network, or left out, when it was read."""
    return [f"Assumed: {'; '.join(report.notes)}."] if report.notes else []


def in_all(totals: Totals) -> str:
    """Say what the whole network costs: parameters exactly and the room that they take, and the rest in short."""
    trainable = totals.trainable_params
    learned = "" if trainable == totals.params else f", {number_text(trainable)} of them trainable"
    return (
        f"In all {number_text(totals.params)} parameters ({number_text(totals.weight_bytes, 'bytes')}){learned}; "
        f"activations {number_text(totals.activation_bytes, 'bytes')}; "
        f"{short_count(totals.macs)} MACs; {short_count(totals.flops)} FLOPs."
    )


def long(report: Report, shown: Sequence[Row]) -> list[str]:
    """Say how a table of more than a screen becomes short."""
    if len(shown) <= SCREEN:
        return []
    blocks = sum(1 for _ in groupby(report.rows, key=lambda row: row.name.partition(".")[0]))
    return (
        [f"{len(shown):,} rows; with `--depth 1` there are {blocks:,}."] if 2 * blocks <= len(shown) else []
    )


def repeats(shown: Sequence[Row]) -> list[str]:
    """Say what rows stand for that are several."""
    most = max(map(times_of, shown), default=1)
    if most == 1:
        return []
    return [f"x{most}: the sum of {most} rows that are alike; `--unfold` writes them out."]


def rowless(report: Report, memory: Callable[[Value], str], symbol: str, flop: str) -> list[str]:
    """Say what is in the total without a row of its own, and what it adds."""
    rows = [row for row in report.rows if row.elementwise]
    if not rows or len(rows) == len(report.rows):
        return []
    kinds = ", ".join(f"{times:,} {title}" for title, times in Counter(row.title for row in rows).items())
    sums = {metric: sum(row[metric] for row in rows) for metric in ("activation_bytes", "params", flop)}
    adds = [f"memory {memory(sums['activation_bytes'])} {symbol}"]
    adds += [
        f"{short_count(sums[metric])} {word}"
        for metric, word in (("params", "params"), (flop, "flop"))
        if sums[metric]
    ]
    told = "; the remarks count them with the layer before"
    return [f"Without a row, but in the total: {kinds} ({', '.join(adds)}){told}."]


def joined(shown: Sequence[Row]) -> list[str]:
    """Say that rows of single layers are more than these, where those behind them have been folded into them."""
    if not any(row.layers > times_of(row) and row.type != BLOCK for row in shown):
        return []
    return ["Norms and activations count in the row of the layer before them."]


def activity(report: Report) -> list[str]:
    """Say how many parameters take part in computing one sample, where that is not all of them."""
    totals = report.totals
    if totals.active_params == totals.params:
        return []
    computing = totals.active_params_without_tables
    without = (
        "" if computing == totals.active_params else f", {number_text(computing)} without look-up tables"
    )
    active, params = number_text(totals.active_params), number_text(totals.params)
    return [f"Active: {active} of {params} parameters take part in computing one sample{without}."]


def convention(report: Report, memory: Unit, count: Count) -> str:
    """Say what the numbers count."""
    kilobyte = f", 1 {memory.symbol} = {memory.size} bytes" if memory.symbol == "KB" else ""
    own = sum(row.precision.activations != report.precision.activations for row in report.rows)
    formats = f" ({own:,} of {len(report):,} in other formats)" if own else ""
    batch = f", for the batch of {report.batch} as memory is" if report.batch > 1 else ""
    counted = COUNTED[count]
    if count == "lecture" and report.totals.lecture_flops == report.totals.macs:
        counted = PLAIN
    return (
        f"memory: outputs in {report.precision.activations}{formats}{kilobyte}; params: with biases; "
        f"flop: {counted} (--count {count}){batch}."
    )


class Part(Record):
    """What a row holds of a sum, together with the layers without a row that follow it."""

    row: Row
    amount: Any


def parts(rows: Sequence[Row], metric: str) -> list[Part]:
    """Divide the total of a metric among the rows of the table."""
    found: list[tuple[Row, Any]] = []
    for row in rows:
        amount = row[metric]
        if row.elementwise and found:
            owner, held = found[-1]
            found[-1] = (owner, held + amount)
        else:
            found.append((row, amount))
    return [Part(row, amount) for row, amount in found]


def largest_half(all_parts: Sequence[Part]) -> list[Part]:
    """Return the fewest parts that make more than half of the sum, the largest first."""
    total, held, found = sum(part.amount for part in all_parts), 0, []
    for part in sorted(all_parts, key=lambda part: part.amount, reverse=True):
        if 2 * held > total:
            break
        held += part.amount
        found.append(part)
    return found


def remark(subject: str, all_parts: Sequence[Part]) -> str:
    """Say which rows make more than half of a total, and which kind of layer makes the most of it.

    More than two rows are told by their kind alone. Of a total that is not known in full there are no shares.
    """
    total = sum(part.amount for part in all_parts)
    if not total:
        return f"{subject}: none."
    if not is_exact(total):
        unknown = [part.row.name for part in all_parts if isinstance(part.amount, AtLeast)]
        return f"{subject}: not known of {listed(unknown)}."
    half = largest_half(all_parts)
    kind = _leading_kind(all_parts, half, total)
    names = listed([" ".join(part.row.name.split()) for part in half])
    rows = (
        f"{names} {share(sum(part.amount for part in half), total)}" if len(half) <= FEW or not kind else ""
    )
    return f"{subject}: {', '.join(filter(None, (rows, kind)))}."


def _leading_kind(all_parts: Sequence[Part], half: Sequence[Part], total: Exact) -> str:
    sums: Counter[str] = Counter()
    for part in all_parts:
        sums[part.row.title] += part.amount
    title, held = max(sums.items(), key=itemgetter(1))
    number = sum(part.row.title == title for part in all_parts)
    if number == 1 or number == len(half) == sum(part.row.title == title for part in half):
        return ""
    kind = "blocks" if title == "Block" else f"{title} layers"
    return f"all {kind} {share(held, total)}"


def where_most_is(rows: Sequence[Row], flop: str) -> list[str]:
    """Draw the lecture's three remarks from the numbers: where memory, parameters and operations are."""
    subjects = {"Memory": "activation_bytes", "Parameters": "params", "Operations": flop}
    divided = {subject: parts(rows, metric) for subject, metric in subjects.items()}
    if len(divided["Memory"]) == 1 and not any(row.unknown for row in rows):
        return []
    return [" ".join(remark(subject, own) for subject, own in divided.items())]
