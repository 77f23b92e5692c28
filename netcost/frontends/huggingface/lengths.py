"""The lengths of inputs, which no config tells: those that a caller asks for, else what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netcost.frontends.graph import sizes_of
from netcost.frontends.honoured import refused
from netcost.frontends.huggingface.parameters import Parameters
from netcost.frontends.huggingface.placed import node_of
from netcost.overrides import OVERRIDES
from netcost.place import Place
from netcost.wording import counted

USUAL = {"seq": "tokens", "decoder_seq": "tokens of the answer", "samples": "samples"}
"""Lengths that are taken for granted, and what they are of."""


def take_lengths(every: Mapping[str, tuple[str, ...]], asked: Any, params: Parameters) -> list[str]:
    """Take the lengths that the caller asks for.

    Args:
        every: for each input, the parameters that its lengths are.
        asked: what `--input` says.
        params: the parameters.

    Returns:
        What is taken for granted, in words.

    Raises:
        SpecError: there is no such input, or it has other axes.
    """
    lengths = {name: each for name, each in every.items() if all(param in params for param in each)}
    place = Place(OVERRIDES["input"].option, 0, 0)
    for name, sizes in sizes_of(asked).items():
        found = lengths.get(name or next(iter(lengths)))
        if found is None:
            raise refused(place, f"there is no input `{name}`", f"there is {', '.join(lengths)}")
        if len(found) != len(sizes):
            what = f"{counted(len(found), 'length')}, {', '.join(found)}"
            raise refused(place, f"this input has {what}; {len(sizes)} are given")
        for param, size in zip(found, sizes, strict=True):
            params.put(param, node_of(size, place), place)
    notes = []
    for name, found in lengths.items():
        param = found[-1]
        if param in USUAL and param not in params.places:
            option = f"--input {name}=N" if len(lengths) > 1 else "--input N"
            notes.append(
                f"read with {params.values()[param]} {USUAL[param]}; `{option}` takes another number"
            )
    return notes
