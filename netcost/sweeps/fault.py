"""What keeps a sweep from being done: what it was asked for, or who worked for it."""

from __future__ import annotations


class SweepError(ValueError):
    """A sweep that cannot be: the message says what is wrong and what to write instead."""


AGAIN = "what is finished is kept: the same command goes on from there"


class Interrupted(Exception):  # noqa: N818  it is the run that ends, whoever is at fault
    """A run that lost whoever worked for it."""
