"""Slips that newcomers make: each is told once, at its place, with what is wrong and what to write."""

from __future__ import annotations

import pytest
from foreign_slips import FOREIGN_SLIPS
from slips import READ, SLIPS, Slip, items

from netcost.analysis.costs import analyze
from netcost.frontends import Source, load
from netcost.network import Network
from netcost.source.problem import SpecError

ALL = SLIPS | FOREIGN_SLIPS


def network_of(text: str) -> Network:
    """Read a spec."""
    return load(Source("net.yaml", text.encode()))


@pytest.mark.parametrize("slip", ALL.values(), ids=ALL)
def test_a_slip_is_told_once_with_what_to_write(slip: Slip) -> None:
    """The place, what is wrong, and what to write instead."""
    with pytest.raises(SpecError) as raised:
        network_of(slip.text)
    (problem,) = raised.value.problems
    assert str(problem.place) == f"net.yaml:{slip.place}".rstrip(":")
    assert slip.wrong in problem.message
    assert slip.write in (problem.hint or "")


def test_several_slips_of_an_item_are_each_told() -> None:
    """All at once, each with what to write."""
    with pytest.raises(SpecError) as raised:
        network_of(items("{conv: 16, kernal: 3, stride: 0, padd: 1}"))
    told = [(each.place.column, each.hint) for each in raised.value.problems]
    assert told == [(16, "did you mean `kernel`?"), (35, "for example `3`"), (38, "did you mean `pad`?")]


@pytest.mark.parametrize(("text", "same"), READ.values(), ids=READ)
def test_what_can_mean_but_one_thing_is_read_so(text: str, same: str) -> None:
    """The costs are those of the spec in netcost's own words."""
    read, own = (analyze(network_of(each)).totals for each in (text, same))
    names = ("params", "macs", "weight_bytes", "activation_bytes")
    assert [read[name] for name in names] == [own[name] for name in names]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("[224, 224, 3]", "224 channels of 224 x 3; channels come first: did you mean `[3, 224, 224]`?"),
        ("[28, 28, 1]", "28 channels of 28 x 1; channels come first: did you mean `[1, 28, 28]`?"),
        ("{volume: [16, 112, 112, 3]}", "16 channels of 112 x 112 x 3"),
        ("{signal: [16000, 1]}", "16,000 channels of 1"),
    ],
)
def test_channels_that_seem_to_stand_last_are_a_warning(given: str, told: str) -> None:
    """The network is read as it is written."""
    (warning,) = network_of(items("relu", above=f"input: {given}")).warnings
    assert warning.startswith("net.yaml:1:8: warning: ")
    assert told in warning


@pytest.mark.parametrize(
    "given", ["[3, 224, 224]", "[512, 7, 7]", "[64, 4, 4]", "[256, 6, 6]", "[1, 28, 28]"]
)
def test_channels_that_stand_first_are_none(given: str) -> None:
    """Pictures and feature maps."""
    assert network_of(items("relu", above=f"input: {given}")).warnings == []


def test_a_sound_file_is_not_blamed_for_what_an_override_makes_of_it() -> None:
    """The hint names the option."""
    from netcost import zoo
    from netcost.overrides import Overrides

    with pytest.raises(SpecError) as raised:
        zoo.load("alexnet", Overrides(input=(3, 10, 10)))
    assert [each.hint for each in raised.value.problems] == [
        "the file is sound as it is written: `--input 3,10,10` does not fit it"
    ]
