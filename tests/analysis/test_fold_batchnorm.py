"""Folding a batch normalisation: what disappears, what takes it in, and what stays as it was."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from netcost import analyze
from netcost.analysis.fold_batchnorm import fold_batchnorm
from netcost.dtypes import Precision
from netcost.layers import find
from netcost.layers.layer import Layer
from netcost.network import Network
from netcost.place import Place
from netcost.shapes import Image, Sequence, Shape, Vector
from netcost.stored import Tie


def make(head: str, **fields: Any) -> Layer:
    kind, implied = find(head)
    return kind(**{**implied, **fields})


CONV = make("conv", filters=8, kernel=3, bias=False)
SAME_CONV = make("conv", filters=8, kernel=3, pad=1, bias=False)
NORM = make("batchnorm")
RELU = make("relu")
ADD = make("add")


def network_of(*layers: tuple[str, Layer], shape: Shape | None = None) -> Network:
    """A chain of named layers behind an image of 3 x 10 x 10."""
    network = Network("net", source="net.yaml")
    network.input(shape or Image((1, 3, 10, 10)))
    for name, layer in layers:
        network.add(name, layer)
    return network


def names(network: Network) -> list[str]:
    return [node.name for node in network.nodes]


def test_scale_and_shift_become_a_bias() -> None:
    """3 -> 8 channels, 3x3: 3*8*9 = 216 weights and 2*8 = 16 of the norm become 216 + 8 = 224."""
    network = network_of(("conv", CONV), ("norm", NORM))
    before, after = analyze(network), analyze(fold_batchnorm(network))
    assert before.totals.params == 216 + 16
    assert after.totals.params == 216 + 8
    assert after["conv"].weights == {"weight": (8, 3, 3, 3), "bias": (8,)}


def test_two_operations_per_element_become_one() -> None:
    """8 x 8 x 8 = 512 outputs: the norm's 2 operations for each become the 1 of the bias; MACs stay 512 * 27."""
    network = network_of(("conv", CONV), ("norm", NORM))
    before, after = analyze(network).totals, analyze(fold_batchnorm(network)).totals
    assert (before.ops, after.ops) == (2 * 512, 512)
    assert (before.macs, after.macs) == (512 * 27, 512 * 27)


def test_memory_and_buffers_of_the_norm_disappear() -> None:
    """Its output is not stored any more, nor its running statistics: 2 * 8 numbers and a counter."""
    network = network_of(("conv", CONV), ("norm", NORM))
    before, after = analyze(network).totals, analyze(fold_batchnorm(network)).totals
    assert (before.activation_elements, after.activation_elements) == (2 * 512, 512)
    assert (before.buffers, after.buffers) == (17, 0)


def test_a_bias_that_is_there_takes_the_shift() -> None:
    """A layer with a bias stays as it is."""
    conv = make("conv", filters=8, kernel=3)
    folded = fold_batchnorm(network_of(("conv", conv), ("norm", NORM)))
    assert names(folded) == ["conv"]
    assert folded["conv"].layer == conv


@pytest.mark.parametrize(
    ("layer", "shape", "weight"),
    [
        (make("conv", filters=9, kernel=3, groups=3, bias=False), None, (9, 1, 3, 3)),
        (make("dwconv", kernel=3, multiplier=3, bias=False), None, (9, 1, 3, 3)),
        (make("convtranspose", filters=9, kernel=3, bias=False), None, (3, 9, 3, 3)),
        (make("linear", units=9, bias=False), Vector((1, 3)), (3, 9)),
        (make("linear", units=9, bias=False), Sequence((1, 5, 3)), (3, 9)),
    ],
)
def test_every_layer_of_products_takes_a_norm_in(
    layer: Layer, shape: Shape | None, weight: tuple[int, ...]
) -> None:
    """Convolutions of all kinds and linear layers with 9 outputs gain 9 biases and nothing else."""
    folded = fold_batchnorm(network_of(("layer", layer), ("norm", NORM), shape=shape))
    assert names(folded) == ["layer"]
    assert analyze(folded)["layer"].weights == {"weight": weight, "bias": (9,)}


def test_a_norm_without_a_scale_is_folded_too() -> None:
    """Mean and variance are constants at inference, with or without a learned scale."""
    folded = fold_batchnorm(network_of(("conv", CONV), ("norm", make("batchnorm", affine=False))))
    assert names(folded) == ["conv"]


@pytest.mark.parametrize(
    ("conv", "norm"),
    [
        (CONV, make("batchnorm", running=False)),
        (make("conv", filters=8, kernel=3, learned=False), NORM),
        (make("conv", filters=8, kernel=3, weight_norm=True), NORM),
        (make("conv", filters=8, kernel=3, spectral_norm=True), NORM),
    ],
)
def test_what_is_no_constant_or_no_learned_weight_is_not_folded(conv: Layer, norm: Layer) -> None:
    """Statistics of the batch differ from pass to pass; a fixed or a normed weight takes no factor in."""
    assert names(fold_batchnorm(network_of(("conv", conv), ("norm", norm)))) == ["conv", "norm"]


def test_what_follows_reads_from_the_layer_before() -> None:
    """The layers behind the norm are fed by the layer that took it in; the order stays."""
    network = network_of(("conv1", CONV), ("norm1", NORM), ("relu1", RELU), ("conv2", CONV), ("norm2", NORM))
    folded = fold_batchnorm(network)
    assert names(folded) == ["conv1", "relu1", "conv2"]
    assert folded["relu1"].inputs == (folded["conv1"],)
    assert [node.output for node in folded.nodes] == [network[name].output for name in names(folded)]


def test_a_residual_connection_survives() -> None:
    """Branches join again: the shortcut reads the folded layer, the sum both of them."""
    network = network_of(("conv1", SAME_CONV), ("norm1", NORM), ("conv2", SAME_CONV), ("norm2", NORM))
    network.add("add", ADD, ["norm1", "norm2"])
    folded = fold_batchnorm(network)
    assert names(folded) == ["conv1", "conv2", "add"]
    assert folded["add"].inputs == (folded["conv1"], folded["conv2"])


@pytest.mark.parametrize("norm", [make("layernorm"), make("groupnorm", groups=2), make("layerscale")])
def test_other_normalisations_stay(norm: Layer) -> None:
    """Only constants can be folded: statistics of the sample itself cannot."""
    assert names(fold_batchnorm(network_of(("conv", CONV), ("norm", norm)))) == ["conv", "norm"]


def test_a_norm_that_follows_nothing_learned_stays() -> None:
    """Behind an activation, or the input itself, there are no weights to take it in."""
    network = network_of(("norm0", NORM), ("conv", CONV), ("relu", RELU), ("norm", NORM))
    assert names(fold_batchnorm(network)) == ["norm0", "conv", "relu", "norm"]


def test_a_second_reader_keeps_the_norm() -> None:
    """What another layer reads before the norm must not change."""
    network = network_of(("conv", SAME_CONV), ("norm", NORM))
    network.add("add", ADD, ["conv", "norm"])
    assert names(fold_batchnorm(network)) == ["conv", "norm", "add"]


def test_an_output_before_the_norm_keeps_it() -> None:
    """A layer whose own output leaves the network is not changed."""
    network = network_of(("conv", CONV), ("norm", NORM))
    network.outputs = (network["conv"], network["norm"])
    folded = fold_batchnorm(network)
    assert names(folded) == ["conv", "norm"]
    assert folded.outputs == (folded["conv"], folded["norm"])


def test_the_output_of_a_folded_norm_is_that_of_its_layer() -> None:
    """A norm that is the network's output hands that over."""
    folded = fold_batchnorm(network_of(("conv", CONV), ("norm", NORM)))
    assert folded.outputs == (folded["conv"],)


def test_everything_else_stays() -> None:
    """Names, places, number formats, warnings, the budget and the source are those of the network."""
    network = Network("net", source="net.yaml", precision=Precision("int8", "int8"))
    network.input(Image((2, 3, 10, 10)), "pixels", Place("net.yaml", 2, 8))
    network.add("conv", CONV, place=Place("net.yaml", 4, 5), precision=Precision("int4", "int8"))
    network.add("norm", NORM, precision=Precision("float32", "float16"))
    network.add("extra", CONV, ["pixels"], training_only=True)
    network.warnings.append("a warning")
    network.budget = {"params": 1}
    folded = fold_batchnorm(network)
    assert (folded.name, folded.source, folded.batch) == ("net", "net.yaml", 2)
    assert folded.precision == network.precision
    assert (folded.warnings, folded.budget) == (network.warnings, network.budget)
    assert folded["pixels"].place == Place("net.yaml", 2, 8)
    assert folded["conv"].place == Place("net.yaml", 4, 5)
    assert folded["extra"].training_only


def test_the_output_keeps_the_norms_number_format() -> None:
    """The weights are stored as the layer's were; what the next layer reads is as the norm wrote it."""
    network = network_of()
    network.add("conv", CONV, precision=Precision("int8", "int32"))
    network.add("norm", NORM, precision=Precision("float32", "float16"))
    assert fold_batchnorm(network)["conv"].precision == Precision("int8", "float16")


@pytest.mark.parametrize(("conv", "norm"), [(True, True), (True, False), (False, True), (False, False)])
def test_weights_are_frozen_if_all_that_went_into_them_were(conv: bool, norm: bool) -> None:
    """A trained scale makes the product trained."""
    network = network_of()
    network.add("conv", CONV, frozen=conv)
    network.add("norm", NORM, frozen=norm)
    assert fold_batchnorm(network)["conv"].frozen == (conv and norm)


def shared(norms: tuple[str, str], second: Layer = SAME_CONV) -> Network:
    """Two layers with the same weights, each followed by a norm; `norms` says whose weights the norms use."""
    network = network_of(("first", SAME_CONV), shape=Image((1, 8, 10, 10)))
    network.add("norm1", NORM, share=norms[0])
    network.add("second", second, share="first")
    network.add("norm2", NORM, share=norms[1])
    return network


def test_thousands_of_layers_with_the_same_weights_are_looked_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of them, and not each beside each."""
    number, asked = 500, Counter[str]()
    network = shared(("", "norm1"))
    for index in range(number):
        network.add(f"conv_{index}", SAME_CONV, share="first")
        network.add(f"norm_{index}", NORM, share="norm1")
    weights = type(SAME_CONV).weights

    def counted(layer: Layer, *inputs: Shape) -> Any:
        asked["weights"] += 1
        return weights(layer, *inputs)

    monkeypatch.setattr(type(SAME_CONV), "weights", counted)
    assert len(fold_batchnorm(network).nodes) == 2 + number
    assert asked["weights"] < 10 * number


def test_layers_that_share_weights_and_norm_stay_shared() -> None:
    """Both are folded, and the weights, now with a bias, still count once: 8*8*9 + 8."""
    folded = fold_batchnorm(shared(("", "norm1")))
    assert names(folded) == ["first", "second"]
    assert folded["second"].shares == "first"
    assert analyze(folded).totals.params == 8 * 8 * 9 + 8


def test_tied_weights_stay() -> None:
    """Neither the layer that has the weight nor the one that uses it: their norms differ."""
    network = network_of(("first", SAME_CONV), shape=Image((1, 8, 10, 10)))
    network.add("norm1", NORM)
    network.add("second", SAME_CONV, ties=(Tie("weight", "first", "weight"),))
    network.add("norm2", NORM)
    assert names(fold_batchnorm(network)) == names(network)


def test_shared_weights_with_norms_of_their_own_stay() -> None:
    """Folding would tear the weights apart and store them twice."""
    network = shared(("", ""))
    assert names(fold_batchnorm(network)) == names(network)


def test_shared_weights_that_are_used_without_a_norm_stay() -> None:
    """One use without a norm is enough to keep the others."""
    network = shared(("", "norm1"))
    network.add("third", SAME_CONV, share="second")
    assert names(fold_batchnorm(network)) == names(network)


def test_a_shared_weight_with_and_without_a_bias_stays() -> None:
    """The folded biases would differ where the plain ones did."""
    network = network_of(
        ("first", SAME_CONV.with_fields(bias=True)), ("norm1", NORM), shape=Image((1, 8, 10, 10))
    )
    network.add("second", SAME_CONV, share="first")
    network.add("norm2", NORM, share="norm1")
    assert names(fold_batchnorm(network)) == names(network)


def test_a_norm_shared_by_layers_of_their_own_is_folded_into_each() -> None:
    """Each layer takes the same constants in: twice 8*8*9 + 8."""
    network = network_of(
        ("first", SAME_CONV), ("norm1", NORM), ("second", SAME_CONV), shape=Image((1, 8, 10, 10))
    )
    network.add("norm2", NORM, share="norm1")
    folded = fold_batchnorm(network)
    assert names(folded) == ["first", "second"]
    assert analyze(folded).totals.params == 2 * (8 * 8 * 9 + 8)


def test_a_shared_norm_that_is_needed_elsewhere_stays_everywhere() -> None:
    """Its scale has to be stored anyway, where its owner is."""
    network = network_of(("first", SAME_CONV), ("norm1", NORM), ("relu", RELU), shape=Image((1, 8, 10, 10)))
    network.add("norm2", NORM, share="norm1")
    assert names(fold_batchnorm(network)) == names(network)


def test_one_hindrance_reaches_all_that_hang_together() -> None:
    """Weights shared with a layer whose own norm cannot be folded keep their norm too."""
    network = shared(("", "norm1"))
    network.add("relu", RELU)
    network.add("norm3", NORM, share="norm2")
    assert names(fold_batchnorm(network)) == names(network)


def test_a_norm_for_training_only_is_not_folded() -> None:
    """A layer that runs at inference takes in nothing that does not."""
    network = network_of(("conv", CONV))
    network.add("norm", NORM, training_only=True)
    assert names(fold_batchnorm(network)) == ["conv", "norm"]


def test_the_network_itself_is_not_changed() -> None:
    """Folding returns a new network."""
    network = network_of(("conv", CONV), ("norm", NORM))
    before = analyze(network)
    fold_batchnorm(network)
    assert analyze(network) == before


def test_a_network_without_norms_comes_out_equal() -> None:
    """Where there is nothing to fold nothing happens."""
    network = network_of(("conv", CONV), ("relu", RELU))
    assert analyze(fold_batchnorm(network)) == analyze(network)
