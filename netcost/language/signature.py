"""How a framework writes a layer that netcost has: what it calls it, and the arguments of its call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Signature(NamedTuple):
    """How one framework writes a layer.

    Args:
        name: what the framework calls it.
        framework: PyTorch or Keras.
        head: what netcost calls it.
        arguments: in their order; the own name of the field stands for an argument of another name.
        positional: how many of them may be given by position.
        least: how many must be given.
        implied: fields that are the framework's where they are left out, and not netcost's.
    """

    name: str
    framework: str
    head: str
    arguments: Mapping[str, str]
    positional: int
    least: int
    implied: Mapping[str, object]


ALWAYS = {
    "PyTorch": ("device", "dtype"),
    "Keras": ("name", "dtype", "trainable", "activity_regularizer", "autocast", "input_shape"),
}
"""Arguments of every layer."""


def signature(
    framework: str, name: str, head: str, text: str, least: int | None = None, **implied: object
) -> Signature:
    """Read `kernel_size stride | padding`: those before the bar are often given by position; `size=scale` renames."""
    before, _, after = text.partition("|")
    arguments = {
        word.partition("=")[0]: word.partition("=")[2] or word for word in (*before.split(), *after.split())
    }
    arguments |= {word: word for word in ALWAYS[framework] if word not in arguments}
    positional = len(before.split())
    return Signature(
        name, framework, head, arguments, positional, positional if least is None else least, implied
    )


def ranked(
    framework: str, names: str, head: str, text: str, least: int, most: int = 3, **implied: object
) -> Iterator[Signature]:
    """The same layer for one and more dimensions; `{}` is their number."""
    for name in names.split():
        for rank in range(1, most + 1):
            yield signature(framework, name.format(rank), head.format(rank), text, least, **implied)


def plain(framework: str, names: str, text: str = "") -> Iterator[Signature]:
    """Layers whose names are netcost's but for the capitals."""
    for name in names.split():
        yield signature(framework, name, name.lower(), text, 0)
