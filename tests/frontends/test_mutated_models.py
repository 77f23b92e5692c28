"""Whatever a file of a model has become, reading it ends with a network or with an error that says what is wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from netcost import frontends
from netcost.frontends import Source
from netcost.network import Network
from netcost.source.problem import SpecError

HERE = Path(__file__).parent
SUFFIXES = {suffix for each in frontends.FORMATS for suffix in each.suffixes if each.module}
MODELS = sorted(
    path
    for path in HERE.rglob("*")
    if path.suffix in SUFFIXES and path.stat().st_size < 300_000 and path.name != "truth.json"
)
MUTATIONS = settings().max_examples // 12
"""Of each file and each way: one, or eight where the profile asks for many examples."""


def cut(data: bytes, chance: random.Random) -> bytes:
    """Only the beginning."""
    return data[: chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    """A few other bytes."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 4, 16))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def stretched(data: bytes, chance: random.Random) -> bytes:
    """A piece twice, or one of other bytes in between."""
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randrange(1, 64)]
    return data[:start] + chance.choice((piece, b"\xff" * 9, b"-1", b"9" * 30)) + data[start:]


def numbered(data: bytes, chance: random.Random) -> bytes:
    """Another digit, as in a length of a text."""
    places = [place for place, byte in enumerate(data) if chr(byte).isdigit() and byte < 128]
    if not places:
        return data[::-1]
    place = chance.choice(places)
    return data[:place] + chance.choice((b"0", b"9999999", b"-3", b"1e9", b"null")) + data[place + 1 :]


def mutations(data: bytes, seed: str) -> Iterator[bytes]:
    """The same in every run."""
    chance = random.Random(seed)  # noqa: S311 it is no secret
    for way in (cut, flipped, stretched, numbered):
        for _ in range(MUTATIONS):
            yield way(data, chance)


def test_there_are_models_to_mutate() -> None:
    """The collection below is not an empty one."""
    assert MODELS


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.relative_to(HERE).as_posix())
def test_a_mutated_model_is_read_or_refused(path: Path) -> None:
    """By its own reader, or by that of what it looks like now."""
    for data in mutations(path.read_bytes(), path.name):
        told = read_or_refused(Source(path.name, data))
        assert isinstance(told, Network) or all(each.message for each in told.problems)


def read_or_refused(source: Source) -> Network | SpecError:
    """What comes of reading a file."""
    try:
        return frontends.load(source)
    except SpecError as error:
        return error
