"""What is wrong with what a sweep was asked for."""

from __future__ import annotations


class SweepError(ValueError):
    """A sweep that cannot be: the message says what is wrong and what to write instead."""
