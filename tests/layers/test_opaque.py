"""A layer whose output is known and whose cost is not."""

from __future__ import annotations

from typing import Any

import pytest
from examples import make

from netcost.analysis.costs import analyze
from netcost.layers import HEADS
from netcost.layers.opaque import Opaque
from netcost.layers.refusals import LayerError
from netcost.network import Network
from netcost.number import UNKNOWN, AtLeast
from netcost.shapes import Image, Sequence, Shape, Vector

DOUBTFUL = (
    *("params", "weight_bytes", "macs", "ops", "flops", "lecture_flops"),
    *("trainable_params", "active_params", "buffers"),
)


def network(*inputs: Shape) -> Network:
    """An opaque layer behind inputs."""
    found = Network("net")
    sources = [found.input(shape, f"in{number}") for number, shape in enumerate(inputs)]
    found.add("x", Opaque(Image((1, 8, 4, 4)), "FancyOp"), sources)
    return found


@pytest.mark.parametrize(
    "inputs", [(), (Image((1, 3, 4, 4)),), (Vector((1, 5)), Sequence((1, 4, 5)))], ids=str
)
def test_any_inputs_give_the_declared_shape(inputs: tuple[Shape, ...]) -> None:
    """It keeps its kind, and later layers go on from it."""
    found = network(*inputs)
    assert found["x"].output == Image((1, 8, 4, 4))
    assert found.add("pool", make("maxpool", kernel=2)).output == Image((1, 8, 2, 2))


def test_its_output_is_counted_and_all_else_is_unknown() -> None:
    """8 * 4 * 4 elements of 4 bytes; nothing else is zero."""
    row = analyze(network())["x"]
    assert (row.activation_elements, row.activation_bytes) == (128, 512)
    assert {row[metric] for metric in DOUBTFUL} == {UNKNOWN}
    assert (row.label, row.unknown) == ("Opaque (FancyOp)", ("x",))


def test_weights_of_less_than_whole_bytes_are_unknown_too() -> None:
    """Rounding up makes nothing of what is not known."""
    found = network()
    narrow = found["x"].precision._replace(weights="int4")
    found.add("y", Opaque(Vector((1, 2))), precision=narrow)
    assert analyze(found)["y"].weight_bytes == UNKNOWN


def test_training_only_it_does_not_run_but_is_stored() -> None:
    """What does not run takes no operations; its weights are still unknown."""
    found = Network("net")
    found.input(Vector((1, 4)))
    found.add("head", Opaque(Vector((1, 2))), training_only=True)
    row = analyze(found)["head"]
    assert (row.macs, row.ops, row.activation_elements) == (0, 0, 0)
    assert row.params == UNKNOWN


def test_another_layer_may_share_its_weights() -> None:
    """They are counted, or not known, once."""
    found = network(Image((1, 3, 4, 4)))
    found.add("again", found["x"].layer, share="x")
    row = analyze(found)["again"]
    assert (row.params, row.weight_bytes, row.buffers) == (0, 0, 0)
    assert row.macs == UNKNOWN


def test_totals_are_lower_bounds() -> None:
    """A linear layer of 128 * 10 + 10 parameters beside it."""
    found = network()
    found.add("flatten", make("flatten"))
    found.add("fc", make("linear", units=10))
    totals = analyze(found).totals
    assert (totals.params, totals.macs) == (AtLeast(1_290), AtLeast(1_280))
    assert totals.activation_elements == 128 + 128 + 10
    assert (totals.unknown, totals.complete) == (("x",), False)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1, 8, 4, 4), r"opaque needs a shape, got \(1, 8, 4, 4\)"),
        (None, "opaque needs a shape, got None"),
        (Image((1, 8, 0, 4)), r"a length is at least 1, got \(1, 8, 0, 4\)"),
        (Vector(()), r"a length is at least 1, got \(\)"),
    ],
)
def test_it_needs_a_shape_with_lengths(shape: Any, message: str) -> None:
    """Plain numbers do not say what axes mean."""
    with pytest.raises(LayerError, match=f"^{message}$"):
        Opaque(shape)


def test_a_spec_cannot_name_it() -> None:
    """Whoever writes a spec declares costs, with `custom`."""
    assert "opaque" not in HEADS
