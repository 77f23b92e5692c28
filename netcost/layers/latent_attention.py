"""Keys and values that come out of one narrow vector for each position, which is all that has to be kept."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Annotated, NamedTuple

from netcost.layers.layer import Weights
from netcost.layers.operations import RMS_NORM_OPS
from netcost.layers.products import Product
from netcost.layers.values import Count, Record
from netcost.shapes import Sequence

STRANGE = (
    *("kv_heads", "head_dim", "value_dim", "rope", "qk_norm", "position", "cached"),
    *("q_bias", "k_bias", "v_bias"),
)
"""Fields of attention that do not go with a waist."""


class Waist(NamedTuple):
    """The widths of latent attention.

    `kv` is that of the vector from which keys and values are widened, `q` the same for queries, which are made at once
    where it is left out. A head of keys has `nope` numbers of its own and `rope` rotated ones that all heads share; a head
    of values has `value`.
    """

    kv: Count
    rope: Count
    nope: Count
    value: Count
    q: Count | None = None

    @property
    def key(self) -> int:
        """Width of a head of queries and keys."""
        return self.nope + self.rope


Latent = Annotated[
    Waist,
    Record(
        Waist,
        "the widths of latent attention",
        example="{q: 1536, kv: 512, rope: 64, nope: 128, value: 128}",
    ),
]


def widths(waist: Waist, heads: int) -> tuple[int, int, int]:
    """Width of all queries of a position together, of all its keys, and of all its values."""
    return heads * waist.key, heads * waist.key, heads * waist.value


def weights(waist: Waist, heads: int, x: Sequence, source: Sequence) -> Weights:
    """Down to the waists, with a norm at each, and up again to each head."""
    queries = heads * waist.key
    if waist.q is None:
        found: dict[str, tuple[int, ...]] = {"q_weight": (x.channels, queries)}
    else:
        found = {
            "q_down": (x.channels, waist.q),
            "q_norm": (waist.q,),
            "q_up": (waist.q, queries),
        }
    return {
        **found,
        "kv_down": (source.channels, waist.kv + waist.rope),
        "kv_norm": (waist.kv,),
        "kv_up": (waist.kv, heads * (waist.nope + waist.value)),
    }


def macs(waist: Waist, heads: int, x: Sequence, source: Sequence, past: int) -> int:
    """Queries, the narrow vectors of new positions, and keys and values widened from them.

    With a past, what is widened are the queries and what comes out, and not all that is kept.
    """
    queries = heads * waist.key
    asked = x.channels * queries if waist.q is None else waist.q * (x.channels + queries)
    narrow = prod(source) * (waist.kv + waist.rope)
    widened = source[1] if past == 0 else x[1]
    return x[0] * x[1] * asked + narrow + x[0] * widened * waist.kv * (heads * (waist.nope + waist.value))


def products(
    waist: Waist, heads: int, x: Sequence, source: Sequence, past: int, kv: int
) -> Iterator[Product]:
    """The same one by one; `kv` is the input from which keys and values come."""
    queries = heads * waist.key
    if waist.q is None:
        yield Product(prod((*x, queries)), (0, "q_weight"), "queries")
    else:
        yield Product(prod((*x, waist.q)), (0, "q_down"), "narrow_queries")
        yield Product(prod((x[0], x[1], waist.q, queries)), ("narrow_queries", "q_up"), "queries")
    yield Product(prod(source) * (waist.kv + waist.rope), (kv, "kv_down"), "narrow")
    widened = source[1] if past == 0 else x[1]
    macs = x[0] * widened * waist.kv * (heads * (waist.nope + waist.value))
    yield Product(macs, ("narrow", "kv_up"), "keys")
    yield Product(0, ("keys",), "values")


def scored(waist: Waist, past: int) -> tuple[int, int]:
    """Numbers that a score and a weighted value take: those of a head, or with a past those of the waist."""
    return (waist.key, waist.value) if past == 0 else (waist.kv + waist.rope, waist.kv)


def ops(waist: Waist, heads: int, x: Sequence, source: Sequence, rotation: int) -> int:
    """The norms at the waists, and the rotation of queries and of the keys that all heads share."""
    normed = x[0] * x[1] * (waist.q or 0) + source[0] * source[1] * waist.kv
    return RMS_NORM_OPS * normed + rotation * waist.rope * (x[0] * x[1] * heads + source[0] * source[1])
