"""How attention knows where its vectors stand: what is learned for that, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Annotated, NamedTuple

from netcost.integers import maximum
from netcost.layers.layer import NO_WEIGHTS, Weights
from netcost.layers.products import Product
from netcost.layers.refusals import LayerError, refuse
from netcost.layers.values import Boolean, Count, Either, Flag, Index, OneOf, Record, Sizes
from netcost.wording import listed, times

WORDS = ("relative", "decomposed", "alibi")
"""Ways that need no number."""

MOST_AXES = 3
"""Axes of a grid."""

KINDS = ("buckets", "table", "mlp", "vectors", "disentangled", *WORDS)
"""All ways; attention has one of them."""

BESIDE = {
    "extra": ("table",),
    "own": ("disentangled",),
    "shared": ("buckets", "table", "mlp", "vectors"),
}
"""What may be said more of a way, and of which."""

TABLES = ("position_1", "position_2", "position_3", "position_vectors")
"""Weights that are tables of vectors."""


class Position(NamedTuple):
    """What scores are told of the distance between a query and a key."""

    buckets: Count | None = None
    table: Sizes | None = None
    extra: Index | None = None
    mlp: Count | None = None
    vectors: Count | None = None
    disentangled: Count | None = None
    own: Flag = False
    relative: Flag = False
    decomposed: Flag = False
    alibi: Flag = False
    shared: Flag = False

    @property
    def has_products(self) -> bool:
        """True if it takes multiply-accumulates."""
        return bool(self.mlp or self.vectors or self.disentangled or self.relative or self.decomposed)

    @property
    def over_map(self) -> str:
        """The way that needs the positions of a map, if it is one."""
        return "decomposed" if self.decomposed else "continuous" if self.mlp else ""


PositionBias = Annotated[
    str | Position,
    Either(
        OneOf(WORDS),
        TOLD := Record(
            Position,
            "one of buckets, table, mlp, vectors or disentangled with a number",
            example="{buckets: 32}",
        ),
    ),
]
"""For attention: `{buckets: 32}` as T5, `{table: [14, 14]}` as BEiT, `relative` as Transformer-XL, and so on."""

WindowBias = Annotated[
    bool | str | Position, Either(Boolean("true or false", example="true"), OneOf(WORDS), TOLD)
]
"""For windows: a number for each relative position and head, nothing, or as for attention."""


def position_of(given: object) -> Position | None:
    """The way as a record: a word stands for itself."""
    return Position(**{given: True}) if isinstance(given, str) else given  # type: ignore[return-value, arg-type]


def check_position(position: Position | None) -> None:
    """Refuse several ways at once, or none, what is said of another way, and a grid of more axes than a volume has.

    Raises:
        LayerError: there is not exactly one, there is more beside it than it has, or the table is of no grid.
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
    strange = [name for name, ways in BESIDE.items() if getattr(position, name) and given[0] not in ways]
    refuse(
        bool(strange),
        lambda: LayerError(
            f"`{given[0]}` has no `{strange[0]}`",
            field=f"position.{strange[0]}",
            hint=f"it belongs to {listed([f'`{way}`' for way in BESIDE[strange[0]]])}",
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


def check_fit(position: Position, scored: Scored) -> None:
    """Refuse a way that the positions do not go with.

    Raises:
        LayerError: they are not those of the grid or of a map.
    """
    area = prod(position.table or ())
    refuse(
        position.table is not None and (scored.keys < area if position.extra else scored.keys != area),
        lambda: LayerError(
            f"a table of {times(position.table or (), ' x ')} is for {area} positions, there are {scored.keys}",
            field="position.table",
            hint="as many as the grid has; more with `extra: 3`, for a class token",
        ),
    )
    refuse(
        bool(position.over_map) and not (scored.size and len(scored.size) == len(scored.key_size)),
        lambda: LayerError(
            f"{position.over_map} positions are those of a map's axes",
            field="position",
            hint="put `to_map` before it",
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
        size: lengths of the axes, where the positions of queries are those of a map.
        key_size: the same of keys.
        causal: whether no query meets a later key.
        biased: which of q and k have a bias where they are made.
    """

    batch: int
    heads: int
    width: int
    queries: int
    keys: int
    channels: int
    size: tuple[int, ...] = ()
    key_size: tuple[int, ...] = ()
    causal: bool = False
    biased: str = ""

    @property
    def scores(self) -> int:
        """One per head, query and key."""
        return prod((self.batch, self.heads, self.queries, self.keys))

    @property
    def distances(self) -> int:
        """Different distances between a query and a key that it may meet."""
        return self.keys if self.causal else self.queries + self.keys - 1

    @property
    def sides(self) -> tuple[int, ...]:
        """Different distances along each axis of a map."""
        longer = (maximum(*pair) for pair in zip(self.size, self.key_size, strict=True))
        return tuple(2 * side - 1 for side in longer)


def weights(position: Position, scored: Scored) -> Weights:
    """What is learned: a number or a vector for each distance, and what is done with it."""
    if position.shared:
        return NO_WEIGHTS
    return {**_tables(position, scored), **_matrices(position, scored)}


def _tables(position: Position, scored: Scored) -> Weights:
    if position.buckets is not None or position.table is not None:
        return {"position_bias": (_places(position), scored.heads)}
    if position.vectors is not None:
        return {"position_vectors": (position.vectors, scored.width)}
    if position.decomposed:
        return {f"position_{axis}": (side, scored.width) for axis, side in enumerate(scored.sides, 1)}
    return NO_WEIGHTS


def _matrices(position: Position, scored: Scored) -> Weights:
    """What makes numbers of distances along the axes, or keys and queries of the vectors of positions."""
    if position.mlp is not None:
        return {
            "position_in": (len(scored.size), position.mlp),
            "position_in_bias": (position.mlp,),
            "position_out": (position.mlp, scored.heads),
        }
    matrix = (scored.channels, scored.heads * scored.width)
    if position.relative:
        bias = (scored.heads, scored.width)
        return {"position_weight": matrix, "content_bias": bias, "position_bias": bias}
    if not position.own:
        return NO_WEIGHTS
    biases = {"k": "position_key_bias", "q": "position_query_bias"}
    found = {"position_key": matrix, "position_query": matrix}
    return found | {name: matrix[1:] for part, name in biases.items() if part in scored.biased}


def _places(position: Position) -> int:
    """Numbers of a head: one for each bucket, or for each distance of two places in a grid."""
    if position.table is None:
        return position.buckets or 0
    return prod(2 * side - 1 for side in position.table) + (position.extra or 0)


def buffers(position: Position, scored: Scored) -> Weights:
    """Which place of a table belongs to a query and a key; distances along the axes."""
    if position.shared or (position.table is None and position.mlp is None):
        return NO_WEIGHTS
    distances = {} if position.mlp is None else {"distances": (*scored.sides, len(scored.size))}
    return {**distances, "position_index": (scored.queries, scored.keys)}


def macs(position: Position, scored: Scored) -> int:
    """Products with vectors of positions, and what makes these, or numbers, once for all samples."""
    if position.mlp is not None:
        return prod(scored.sides) * position.mlp * (len(scored.size) + scored.heads)
    if position.relative:
        made = scored.distances * scored.channels * (scored.heads * scored.width)
        return made + prod((scored.batch, scored.heads, scored.queries, scored.distances, scored.width))
    if position.vectors is not None:
        return scored.scores * scored.width
    if position.decomposed:
        return prod((scored.batch, scored.heads, scored.queries, scored.width)) * sum(scored.key_size)
    if position.disentangled is not None:
        places = position.disentangled
        made = 2 * places * scored.channels * (scored.heads * scored.width)
        return made + prod((scored.batch, scored.heads, scored.width, places)) * (
            scored.queries + scored.keys
        )
    return 0


def products(position: Position, scored: Scored) -> Iterator[Product]:
    """The same one by one; what scores are told is called `positions`."""
    if position.mlp is not None:
        hidden = prod(scored.sides) * position.mlp
        yield Product(hidden * len(scored.size), ("position_in",), "hidden")
        yield Product(hidden * scored.heads, ("hidden", "position_out"), "positions")
    elif position.vectors is not None:
        yield Product(scored.scores * scored.width, ("queries", "position_vectors"), "positions")
    elif position.relative:
        made = scored.distances * scored.channels * (scored.heads * scored.width)
        met = prod((scored.batch, scored.heads, scored.queries, scored.distances, scored.width))
        yield Product(made, ("position_weight",), "places")
        yield Product(met, ("queries", "places"), "positions")
    elif position.decomposed:
        each = prod((scored.batch, scored.heads, scored.queries, scored.width))
        for axis, side in enumerate(scored.key_size, 1):
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
    """What is added to each score, and what makes it beside products."""
    if position.mlp is not None:
        return scored.scores + 2 * prod(scored.sides) * (position.mlp + scored.heads)
    if position.relative:
        return scored.scores + 2 * prod((scored.batch, scored.queries, scored.heads, scored.width))
    if position.decomposed:
        return len(scored.size) * scored.scores
    return (2 if position.disentangled is not None else 1) * scored.scores
