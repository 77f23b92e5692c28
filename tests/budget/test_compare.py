"""Two reports side by side: which layer became which."""

from __future__ import annotations

from textwrap import dedent

import pytest
from budgets import changed, report
from hypothesis import given
from hypothesis import strategies as st

from netcost.analysis.depth import fold
from netcost.budget.compare import Comparison, Pair, align
from netcost.number import known_part
from netcost.report import METRICS, Report


def stack(*layers: str) -> Report:
    """A network of 1x1 convolutions and ReLUs: `a8` is a convolution of 8 filters named a, `r` a ReLU named r."""
    items = [
        f"{{name: {each[0]}, conv: {each[1:]}}}" if each[1:] else f"{{name: {each}, relu}}" for each in layers
    ]
    listed = "\n".join(f"  - {item.replace('conv:', 'kernel: 1, conv:')}" for item in items)
    return report(f"input: [3, 8, 8]\nlayers:\n{listed}\n")


def aligned(before: Report, after: Report) -> list[str]:
    """Each pair as `before>after`, one side empty where the layer is new or gone."""
    return [
        f"{pair.before.name if pair.before else ''}>{pair.after.name if pair.after else ''}"
        for pair in align(before, after)
    ]


ALIGNED = [
    # the same
    (("a8", "b8"), ("a8", "b8"), "a>a b>b"),
    # another number of filters is still the same layer
    (("a8", "b8"), ("a8", "b9"), "a>a b>b"),
    # added: in front, between, at the end
    (("a8", "b8"), ("x8", "a8", "b8"), ">x a>a b>b"),
    (("a8", "b8"), ("a8", "x8", "b8"), "a>a >x b>b"),
    (("a8", "b8"), ("a8", "b8", "x8", "y8"), "a>a b>b >x >y"),
    # removed: in front, between, at the end
    (("x8", "a8", "b8"), ("a8", "b8"), "x> a>a b>b"),
    (("a8", "x8", "b8"), ("a8", "b8"), "a>a x> b>b"),
    (("a8", "b8", "x8", "y8"), ("a8", "b8"), "a>a b>b x> y>"),
    # renamed, one and several, in order
    (("a8", "x8", "b8"), ("a8", "y8", "b8"), "a>a x>y b>b"),
    (("a8", "x8", "y8"), ("a8", "u8", "v8"), "a>a x>u y>v"),
    # renamed and widened
    (("a8", "x8", "b8"), ("a8", "y9", "b8"), "a>a x>y b>b"),
    # the one with equal costs is the one that was renamed
    (("a8", "x9", "b8"), ("a8", "u8", "v9", "b8"), "a>a >u x>v b>b"),
    # another type is another layer
    (("a8", "x8", "b8"), ("a8", "r", "b8"), "a>a x> >r b>b"),
    # names win over places: layers that changed places are found again
    (("a8", "b8", "c8"), ("c8", "b8", "a8"), "c>c b>b a>a"),
    # everything is different
    (("a8",), ("r",), "a> >r"),
    # a layer in another place with another name is not taken for it
    (("x8", "a8"), ("a8", "y8"), "x> a>a >y"),
]


@pytest.mark.parametrize(("before", "after", "pairs"), ALIGNED)
def test_layers_are_aligned_by_name_and_then_by_order(
    before: tuple[str, ...], after: tuple[str, ...], pairs: str
) -> None:
    """Namesakes first; of the rest, those of one type that follow the same layer, in their order."""
    assert aligned(stack(*before), stack(*after)) == pairs.split()


SOME_LAYERS = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["", "8", "9"])),
    min_size=1,
    unique_by=lambda each: each[0],
)


@given(SOME_LAYERS, SOME_LAYERS)
def test_every_layer_is_in_one_pair(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> None:
    """Whatever changed: no layer is lost or doubled, the later order is kept, and differences add up."""
    comparison = Comparison(*(stack(*(name + filters for name, filters in each)) for each in (before, after)))
    pairs = comparison.pairs
    assert sorted(pair.before.name for pair in pairs if pair.before) == sorted(name for name, _ in before)
    assert [pair.after.name for pair in pairs if pair.after] == [name for name, _ in after]
    for metric in (name for name, metric in METRICS.items() if metric.adds):
        assert sum(known_part(pair.delta(metric)) for pair in pairs) == comparison.delta(metric)


def test_a_widened_layer_and_the_one_after_it_change() -> None:
    """conv1 with 12 filters: 12*3*25+12 = 912 parameters; conv2 then has 20*12*9+20 = 2,180."""
    comparison = Comparison(report(), changed("conv: 10", "conv: 12"))
    assert {pair.name: (pair.kind, pair.delta("params")) for pair in comparison.changed} == {
        "conv1": ("changed", 912 - 760),
        "relu1": ("changed", 0),  # its output has more channels
        "pool1": ("changed", 0),
        "conv2": ("changed", 2_180 - 1_820),
    }
    assert comparison.delta("params") == 152 + 360
    assert "buffers" not in comparison.changed_metrics


def test_nothing_changed() -> None:
    """A report and itself."""
    comparison = Comparison(report(), report())
    assert (comparison.changed, comparison.changed_metrics) == ([], [])


def test_a_new_name_is_a_change_of_the_layer_and_of_no_metric() -> None:
    """It costs what it did."""
    comparison = Comparison(report(), changed("name: conv2", "name: second"))
    (pair,) = comparison.changed
    assert (pair.kind, pair.name) == ("changed", "second")
    assert comparison.changed_metrics == []
    assert comparison.partner("second") is pair.before
    assert comparison.partner("conv2") is None


def test_a_layer_that_is_gone_keeps_its_name() -> None:
    """There is no other."""
    before = report()
    assert Pair(before["conv2"], None).name == "conv2"


def test_a_pair_of_nothing_is_a_mistake() -> None:
    """One side is always there."""
    with pytest.raises(ValueError, match="at least one side"):
        _ = Pair(None, None).name


def test_folded_layers_may_share_a_name() -> None:
    """Blocks that begin again after others are told apart by their number."""
    text = dedent("""\
        input: [3, 8, 8]
        blocks:
          Two: {layers: [{name: one, conv: 3, kernel: 1}, {name: two, conv: 3, kernel: 1}]}
        layers:
          - {name: a, Two}
        """)
    folded = fold(report(text), 1)
    doubled = Report(
        "twice", "", folded.precision, folded.inputs, folded.outputs, [*folded.rows, *folded.rows]
    )
    pairs = list(align(doubled, doubled))
    assert [(pair.kind, pair.name) for pair in pairs] == [("same", "a"), ("same", "a")]
    assert [pair.kind for pair in align(folded, doubled)] == ["same", "added"]
