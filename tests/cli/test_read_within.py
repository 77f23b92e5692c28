"""What a reading counts for in a run of many, and where it ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from budgets import CNN

from netcost.budget.quota import LAYER, MOST, Quota
from netcost.cli.read_within import ANALYZED, CHARACTER, DIFFERENT, PROBLEM, UNIT, read_within
from netcost.language.work import MAX_WORK, Work
from netcost.network import Network
from netcost.place import Place
from netcost.source.problem import SpecError
from netcost.spec.load import load_network

HERE = Place("netcost-budget.yaml", 3, 12)
REPEATED = "input: [8]\nlayers: [{relu, repeat: 1000}]\n"


def reader(text: str, noted: list[Work] | None = None) -> Callable[[Work], Network]:
    """What reads a spec, and notes what it is given to count with."""

    def read(work: Work) -> Network:
        if noted is not None:
            noted.append(work)
        return load_network(text.encode(), "net.yaml", work=work)

    return read


@pytest.mark.parametrize(("text", "layers", "different"), [(REPEATED, 1_000, 1), (CNN, 6, 6)])
def test_a_reading_is_what_the_spec_asks_for(text: str, layers: int, different: int) -> None:
    """Its own count, its text, and the layers that are analyzed afterwards."""
    quota, works = Quota(), list[Work]()
    read_within(quota, reader(text, works), HERE)
    characters = sum(map(len, text.splitlines()))
    read = works[0].spent * UNIT + characters * CHARACTER
    assert quota.done == read + layers * ANALYZED + different * DIFFERENT


def test_a_layer_that_is_like_one_before_it_counts_one() -> None:
    """That is the measure of all others."""
    quota = Quota()
    read_within(quota, reader(REPEATED), HERE)
    once = quota.done
    read_within(quota, reader(REPEATED.replace("1000", "2000")), HERE)
    assert quota.done - 2 * once == 1_000 * LAYER


def test_a_faulty_spec_is_what_was_read_of_it_and_its_faults() -> None:
    """However many layers it has: those that were built are counted, and no others."""
    quota, works = Quota(), list[Work]()
    text = REPEATED.replace("}]", "}, linear, conv]")
    with pytest.raises(SpecError) as caught:
        read_within(quota, reader(text, works), HERE)
    assert len(caught.value.problems) == 2
    characters = sum(map(len, text.splitlines()))
    assert quota.done == works[0].spent * UNIT + characters * CHARACTER + 2 * PROBLEM


@pytest.mark.parametrize("left", [5, 500, 700])
def test_a_reading_ends_where_the_run_has_no_more_for_it(left: int) -> None:
    """Not first at its end; what is said is said of the run."""
    quota, works = Quota(), list[Work]()
    quota.spend(MOST - left * LAYER, HERE)
    with pytest.raises(SpecError) as caught:
        read_within(quota, reader(REPEATED, works), HERE)
    assert [problem.message for problem in caught.value.problems] == [
        "up to here, this run is more work than 250,000 layers"
    ]
    assert quota.exhausted
    assert works[0].spent <= left * LAYER // UNIT + 1


def test_a_spec_that_is_too_much_in_itself_does_not_end_the_run() -> None:
    """Its own bound comes first."""
    quota = Quota()
    with pytest.raises(SpecError, match="than the 100,000 a network may have"):
        read_within(quota, reader(REPEATED.replace("1000", "100001")), HERE)
    assert not quota.exhausted


def test_the_largest_specs_can_be_read_by_a_run() -> None:
    """Whatever else it is, no run is too small for one of them: 200,000 units, 100,000 layers."""
    assert MAX_WORK * UNIT + MAX_WORK // 2 * ANALYZED < MOST
