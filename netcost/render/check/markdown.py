"""A comment for a pull request, in GitHub Markdown: what is wrong and what changed, never too long to post.

The first line is a mark by which a later run finds the comment again and replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from netcost import escape
from netcost.budget.compare import Comparison, Pair, number
from netcost.budget.result import Check, CheckResult, ModelResult
from netcost.number import known_part
from netcost.render.change import signed, signed_percent
from netcost.render.check.wording import LABELS, explained, line_of, sentence, verdict, where
from netcost.render.markdown import lines
from netcost.render.sheet import Column, Sheet
from netcost.report import MAIN_METRICS
from netcost.units import number_text
from netcost.wording import counted

MARK = "<!-- netcost -->"
MOST_CHARACTERS = 59_000
"""GitHub takes 65,536; what is left out is said in less than the remaining room."""

LONGEST_TEXT = 200
"""Characters of a name or a message; of longer ones, the end is left out."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the comment, of which rows may be left out."""

    head: Sequence[str]
    rows: Sequence[str]
    tail: Sequence[str] = ("",)


def render(result: CheckResult) -> Iterator[str]:
    """Write what is wrong, then what changed, then the layers that did; what is unchanged has no row."""
    compared = f", compared with {_text(result.base)}" if result.base else ""
    top = [MARK, f"### netcost: {verdict(result)}{compared}", ""]
    yield from top
    yield from fitted(_sections(result), MOST_CHARACTERS - _size(top))


def fitted(sections: Iterable[Section], room: int) -> Iterator[str]:
    """Give the lines of sections as long as there is room, and say how many rows have none."""
    left_out = 0
    for section in sections:
        frame = _size((*section.head, *section.tail))
        sizes = accumulate((len(row) + 1 for row in section.rows), initial=frame)
        fitting = sum(size <= room for size in sizes) - 1
        left_out += len(section.rows) - max(fitting, 0)
        if fitting > 0:
            rows = section.rows[:fitting]
            room -= frame + _size(rows)
            yield from (*section.head, *rows, *section.tail)
    if left_out:
        rows_are = "1 row is" if left_out == 1 else f"{left_out:,} rows are"
        yield f"{rows_are} left out for length; the JSON output has everything."


def _sections(result: CheckResult) -> Iterator[Section]:
    findings = [*_flaws(result), *(_finding(model, check) for model, check in result.broken)]
    yield _table(("", "Model", "Finding", "Why", "Where"), findings)
    yield _list(f"{note.text} ({line_of(note.place)})" if note.place else note.text for note in result.notes)
    yield _list(remark for model in result.models for remark in _remarks(model))
    compared = [(model, model.comparison) for model in result.models if model.comparison]
    totals = [row for model, comparison in compared for row in _totals(model, comparison)]
    yield _table(("Model", "Metric", "Before", "Now", "Change", "%"), totals, words=2)
    for model, comparison in compared:
        yield _layers(model, comparison)


def _flaws(result: CheckResult) -> Iterator[Sequence[str]]:
    for model in result.models:
        for flaw in model.flaws:
            yield LABELS["error"], model.name, flaw.message, "", str(flaw.place or "")


def _finding(model: ModelResult, check: Check) -> Sequence[str]:
    why = "; ".join(filter(None, [*explained(check), check.message]))
    return LABELS[check.status], model.name, sentence(check), why, where(check)


def _remarks(model: ModelResult) -> Iterator[str]:
    """What became of the model's file, and which rules had nothing to be compared with."""
    if model.history == "new":
        yield f"{model.name} is new"
    if model.history == "renamed":
        yield f"{model.name} was {model.base_source}"
    skipped = [check for check in model.checks if check.status == "skip"]
    if skipped:
        yield f"{model.name}: {sentence(skipped[0])}" + (
            f", and {len(skipped) - 1} more" if skipped[1:] else ""
        )


def _totals(model: ModelResult, comparison: Comparison) -> Iterator[Sequence[str]]:
    """The totals that changed; of metrics that are the same numbers, as often all parameters are trainable, one."""
    seen = set()
    for metric in comparison.changed_metrics:
        before, after = comparison.before.totals[metric], comparison.after.totals[metric]
        if (before, after) not in seen:
            seen.add((before, after))
            delta = comparison.delta(metric)
            change = (signed(delta), signed_percent(delta, known_part(before)))
            yield model.name, metric, number_text(before), number_text(after), *change


def _layers(model: ModelResult, comparison: Comparison) -> Section:
    """The layers of a model that changed, folded away: in what is limited, and in what matters to most."""
    limited = {*MAIN_METRICS, *(check.subject for check in model.checks)}
    metrics = [metric for metric in comparison.changed_metrics if metric in limited]
    changed = comparison.changed
    table = _table(("Layer", "", "Output", *metrics), [_layer(pair, metrics) for pair in changed], words=3)
    layers = counted(len(changed), "layer")
    summary = f"<details><summary>{escape.html(_shortened(model.name))}: {layers} changed</summary>"
    return Section((summary, "", *table.head), table.rows, ("", "</details>", ""))


def _layer(pair: Pair, metrics: Sequence[str]) -> Sequence[str]:
    """A layer's name and shape, both where they changed, and its numbers where they did."""
    names = dict.fromkeys(row.name for row in (pair.before, pair.after) if row)
    shapes = dict.fromkeys(str(row.output) for row in (pair.before, pair.after) if row)
    numbers = [_number(pair, metric) for metric in metrics]
    return " -> ".join(names), pair.kind, " -> ".join(shapes), *numbers


def _number(pair: Pair, metric: str) -> str:
    """What a layer costs now and by how much that changed; nothing if it did not, as far as is known."""
    delta, now = pair.delta(metric), number(pair.after, metric)
    if delta is None:
        return number_text(now)
    return f"{number_text(now)} ({signed(delta)})" if delta else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], words: int | None = None) -> Section:
    """A table of which the first `words` columns, or all, hold words."""
    columns = [Column(head, left=words is None or index < words) for index, head in enumerate(heads)]
    cells = [[_shortened(cell) for cell in row] for row in rows]
    _, _, head, rule, *body = lines(Sheet("", columns, cells))
    return Section((head, rule), body)


def _list(texts: Iterable[str]) -> Section:
    return Section((), [f"- {_text(text)}" for text in texts])


def _text(text: str) -> str:
    """Write a text so that it is shown as it is and is not too long."""
    return escape.markdown(_shortened(text))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."


def _size(texts: Iterable[str]) -> int:
    """Characters of some lines, their ends included."""
    return sum(len(text) + 1 for text in texts)
