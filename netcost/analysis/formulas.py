"""Traced numbers as formulas of a derivation."""

from __future__ import annotations

from netcost.derivation import Formula
from netcost.traced import Step, step_of

KB = 1024


def derived(number: int, *names: str) -> Formula:
    """How a number comes about, under its names."""
    return written_out(step_of(number), int(number), names)


def written_out(step: Step, value: float, names: tuple[str, ...]) -> Formula:
    """A step as a formula, with what comes of it."""
    return Formula(names, step.written(words=True), step.written(words=False), step.halfway(), value)


def in_kilobytes(number: int, name: str) -> Formula:
    """How a number of bytes comes about, in KB."""
    step = Step(int(number) // KB, operator="/", left=step_of(number), right=step_of(KB))
    return written_out(step, int(number) / KB, (name,))
