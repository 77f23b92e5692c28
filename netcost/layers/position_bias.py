"""How attention knows where its vectors stand: what is learned for that, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Annotated, NamedTuple

from netcost.layers.layer import NO_WEIGHTS, Weights
from netcost.layers.products import Product
from netcost.layers.refusals import LayerError, refuse
from netcost.layers.values import Boolean, Count, Either, Flag, Index, OneOf, Record, Sizes

WORDS = ("relative", "decomposed", "alibi")
"""Ways that need no number."""

MOST_AXES = 3
"""Axes of a grid."""

KINDS = ("buckets", "table", "disentangled", *WORDS)
"""All ways; attention has one of them."""


class Position(NamedTuple):
    """What scores are told of the distance between a query and a key."""

    buckets: Count | None = None
    table: Sizes | None = None
    extra: Index = 0
    disentangled: Count | None = None
    own: Flag = False
    relative: Flag = False
    decomposed: Flag = False
    alibi: Flag = False
    shared: Flag = False


PositionBias = Annotated[
    str | Position,
    Either(
        OneOf(WORDS),
        Record(Position, "one of buckets, table or disentangled with a number", example="{buckets: 32}"),
    ),
]
"""For attention: `{buckets: 32}` as T5, `{table: [14, 14]}` as BEiT, `relative` as Transformer-XL, and so on."""

WindowBias = Annotated[bool | str, Either(Boolean("true or false", example="true"), OneOf(["decomposed"]))]
"""For windows: a number for each relative position and head, nothing, or two tables of vectors."""


def position_of(given: object) -> Position | None:
    """The way as a record: a word stands for itself."""
    return Position(**{given: True}) if isinstance(given, str) else given  # type: ignore[return-value, arg-type]


def check_position(position: Position | None) -> None:
    """Refuse several ways at once, or none, and a grid of more axes than a volume has.

    Raises:
        LayerError: there is not exactly one, or the table is of no grid.
    """
    if position is None:
        return
    given = [name for name in KINDS if getattr(position, name)]
    refuse(
        len(given) != 1,
        lambda: LayerError(
            f"a position is told in one way, this names {' and '.join(given) or 'none'}",
            field="position",
            hint=f"one of {', '.join(KINDS)}",
        ),
    )
    axes = len(position.table or ())
    refuse(
        axes > MOST_AXES,
        lambda: LayerError(
            f"a table is over the axes of a grid, {axes} are too many",
            field="position.table",
            hint=f"at most {MOST_AXES}, as in {{table: [14, 14]}}",
        ),
    )


@dataclass(frozen=True)
class Scored:
    """What scores are made between.

    Args:
        batch: samples.
        heads: heads of queries.
        width: width of a head.
        queries: positions of queries.
        keys: positions of keys.
        channels: width of the vectors that come in.
        size: lengths of the axes, where the positions are those of a map.
    """

    batch: int
    heads: int
    width: int
    queries: int
    keys: int
    channels: int
    size: tuple[int, ...] = ()

    @property
    def scores(self) -> int:
        """One per head, query and key."""
        return prod((self.batch, self.heads, self.queries, self.keys))

    @property
    def distances(self) -> int:
        """Different distances between a query and a key."""
        return self.queries + self.keys - 1


def weights(position: Position, scored: Scored) -> Weights:
    """What is learned: a number or a vector for each distance, and what is done with it."""
    if position.shared:
        return NO_WEIGHTS
    if position.buckets is not None or position.table is not None:
        return {"position_bias": (_places(position), scored.heads)}
    if position.decomposed:
        return {f"position_{axis}": (2 * side - 1, scored.width) for axis, side in enumerate(scored.size, 1)}
    matrix = (scored.channels, scored.heads * scored.width)
    if position.relative:
        bias = (scored.heads, scored.width)
        return {"position_weight": matrix, "content_bias": bias, "position_bias": bias}
    if position.own:
        return {"position_key": matrix, "position_query": matrix, "position_query_bias": matrix[1:]}
    return NO_WEIGHTS


def _places(position: Position) -> int:
    """Numbers of a head: one for each bucket, or for each distance of two places in a grid."""
    if position.table is None:
        return position.buckets or 0
    return prod(2 * side - 1 for side in position.table) + position.extra


def buffers(position: Position) -> Weights:
    """Which place of a table belongs to a query and a key."""
    if position.table is None:
        return NO_WEIGHTS
    area = prod(position.table)
    return {"position_index": (area, area)}


def macs(position: Position, scored: Scored) -> int:
    """Products with vectors of positions, and what makes these."""
    if position.relative:
        made = scored.distances * scored.channels * (scored.heads * scored.width)
        return made + prod((scored.batch, scored.heads, scored.queries, scored.distances, scored.width))
    if position.decomposed:
        return prod((scored.batch, scored.heads, scored.queries, scored.width)) * sum(scored.size)
    if position.disentangled is not None:
        places = position.disentangled
        made = 2 * places * scored.channels * (scored.heads * scored.width)
        return made + prod((scored.batch, scored.heads, scored.width, places)) * (
            scored.queries + scored.keys
        )
    return 0


def products(position: Position, scored: Scored) -> Iterator[Product]:
    """The same one by one; what scores are told is called `positions`."""
    if position.relative:
        made = scored.distances * scored.channels * (scored.heads * scored.width)
        met = prod((scored.batch, scored.heads, scored.queries, scored.distances, scored.width))
        yield Product(made, ("position_weight",), "places")
        yield Product(met, ("queries", "places"), "positions")
    elif position.decomposed:
        each = prod((scored.batch, scored.heads, scored.queries, scored.width))
        for axis, side in enumerate(scored.size, 1):
            yield Product(each * side, ("queries", f"position_{axis}"), "positions")
    elif position.disentangled is not None:
        made = position.disentangled * scored.channels * (scored.heads * scored.width)
        met = prod((scored.batch, scored.heads, scored.width, position.disentangled))
        key, query = ("position_key", "position_query") if position.own else ("k_weight", "q_weight")
        yield Product(made, (key,), "key_places")
        yield Product(made, (query,), "query_places")
        yield Product(met * scored.queries, ("queries", "key_places"), "positions")
        yield Product(met * scored.keys, ("keys", "query_places"), "positions")
    yield Product(0, tuple(weights(position, scored)), "positions")


def ops(position: Position, scored: Scored) -> int:
    """What is added to each score, and to the queries before they meet keys and positions."""
    if position.relative:
        return scored.scores + 2 * prod((scored.batch, scored.queries, scored.heads, scored.width))
    if position.decomposed:
        return len(scored.size) * scored.scores
    return (2 if position.disentangled is not None else 1) * scored.scores
