"""What was probably meant by a value of the wrong kind: the nearest that the field takes."""

from __future__ import annotations

from collections.abc import Iterator

from netcost.language.value import ANY
from netcost.layers.layer import Declared
from netcost.layers.refusals import LayerError
from netcost.overrides import as_yaml
from netcost.source.problem import neighbours, write

MAX_LENGTH = 16
"""Values of a list that is looked at."""


def mended(field: Declared, value: object, *, is_written: bool) -> str:
    """The hint for a value that a field does not take: the value that it would take, else an example.

    Args:
        field: the field.
        value: what the spec gives it.
        is_written: the value stands there as it is, and can be replaced.
    """
    example = f"for example `{field.example}`" if field.example else ""
    for each in _likely(value, field.type.words):
        try:
            field.check(each)
        except LayerError:
            continue
        return write(as_yaml(each), example) if is_written else f"write `{as_yaml(each)}`"
    return example


CHANNEL_AXES = (1, -1, -3, 3)
"""How the axis of the channels is counted elsewhere."""


def _likely(value: object, words: tuple[str, ...]) -> Iterator[object]:
    """Values that are like one."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        if value != ANY:
            yield abs(value)
            yield round(abs(value))
        if value in {0, 1}:
            yield bool(value)
        if value in CHANNEL_AXES:
            yield "channels"
    if isinstance(value, str):
        yield from neighbours(value, words)
    if isinstance(value, tuple) and len(value) <= MAX_LENGTH:
        numbers = [each for each in value if isinstance(each, int) and not isinstance(each, bool)]
        if len(numbers) == len(value):
            yield tuple(map(abs, numbers))
        if len({*value}) == 1:
            yield value[0]
