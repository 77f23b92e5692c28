"""What a network costs in a few large numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from netcost.escape import markup
from netcost.number import Value
from netcost.report import Report
from netcost.report.in_network import Figures
from netcost.report.memory import Course
from netcost.units import number_text, short_count
from netcost.wording import decimal


class Card(NamedTuple):
    """A number, what it is, and what is said below it."""

    title: str
    number: str
    below: str = ""


def cards(report: Report, course: Course) -> Iterator[Card]:
    """The numbers of a network: those of every one, and those of what was asked for."""
    totals = report.totals
    active = (
        f"; {short_count(totals.active_params)} active for a sample"
        if totals.active_params != totals.params
        else ""
    )
    exact = (
        "" if short_count(totals.params) == number_text(totals.params) else f"{number_text(totals.params)}, "
    )
    yield Card(
        "Parameters",
        short_count(totals.params),
        f"{exact}{number_text(totals.weight_bytes, 'bytes')}{active}",
    )
    yield Card("Multiply-accumulates", short_count(totals.macs), f"{short_count(totals.flops)} FLOPs")
    yield Card(
        "All outputs", number_text(totals.activation_bytes, "bytes"), f"of {len(report.rows):,} layers"
    )
    figures = report.figures
    if "peak_activation_bytes" in figures:
        where = "" if course.training or not course.peak_at else f"while {course.peak_at} runs"
        yield Card("Most alive at once", _bytes(figures["peak_activation_bytes"]), where)
    if not isinstance(figures, Figures):
        return
    asked = report.overrides or {}
    if "train" in asked:
        where = f"backward through {course.peak_at}" if course.peak_at else ""
        yield Card("Training", _bytes(figures["training_bytes"]), where)
    if figures["cache_bytes"] and "decode" in asked:
        yield Card("Cache", _bytes(figures["cache_bytes"]), "from one token to the next")
    least = figures["time_bound_ns"] if "device" in asked else None
    if isinstance(least, int):
        yield Card("Time", f"{decimal(least / 10**6)} ms", f"at least, on {figures.study.device.name}")


def _bytes(value: Value) -> str:
    return number_text(value, "bytes")


def written(each: Iterable[Card]) -> str:
    """Write cards as a list of terms, which they are without a style sheet, too."""
    items = (
        f"<div><dt>{markup(card.title)}</dt><dd>{markup(card.number)}{f' <small>{markup(card.below)}</small>' if card.below else ''}</dd></div>"
        for card in each
    )
    return f'<dl class="cards">{"".join(items)}</dl>'
