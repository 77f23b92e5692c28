"""`netcost layers`: the reference of layer types, made from their declarations."""

from __future__ import annotations

import pytest
from running import Run

from netcost.cli.layers import example
from netcost.layers import HEADS, all_types
from netcost.layers.layer import Layer
from netcost.source.problem import SpecError
from netcost.spec.load import load_network

TYPES = all_types()


def by_type(kind: type[Layer]) -> str:
    return kind.type


def flat(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def test_every_layer_type_is_listed_with_its_line(netcost: Run) -> None:
    """Under the family that it belongs to."""
    ended = netcost("layers")
    assert (ended.code, ended.err) == (0, "")
    page = flat(ended.out)
    assert (
        "Pooling: a window's maximum or mean, and pooling to a given size: maxpool Keep the largest" in page
    )
    for kind in TYPES:
        assert kind.__doc__ is not None
        assert f" {kind.type} {flat(kind.__doc__.partition(chr(10))[0])}" in page


@pytest.mark.parametrize("kind", TYPES, ids=by_type)
def test_a_page_names_every_field_with_spellings_and_default(netcost: Run, kind: type[Layer]) -> None:
    """And every other word for the layer type."""
    ended = netcost("layers", kind.type)
    assert (ended.code, ended.err) == (0, "")
    page = flat(ended.out)
    for field in kind.fields.values():
        assert f"{', '.join((field.name, *field.aliases))} " in page
        assert field.help in page
    for spelling in kind.spellings:
        assert f" {spelling} " in page


def test_a_page_says_what_a_layer_does_to_shapes_what_it_costs_and_who_says_so(netcost: Run) -> None:
    """As the declaration does."""
    page = netcost("layers", "conv").out
    assert "    - {conv: 64, kernel: 3}\n" in page
    assert flat(
        "filters, out_channels  C_out: number of filters; a whole number of at least 1. [required]"
    ) in flat(page)
    assert "[default: 1]" in page
    assert "Shapes: (N, C_in, *size) -> (N, filters, *size')." in page
    assert "Counts: one MAC per filter tap per output element" in page
    assert "Source: Dumoulin & Visin, arXiv:1603.07285; torch.nn.Conv2d." in page
    assert flat("that follow; a norm takes the place of the bias, unless that is written.") in flat(page)
    assert "Every item may also have name, repeat" in page


def test_a_field_whose_default_is_nothing_is_optional(netcost: Run) -> None:
    """Be it no value or no text."""
    page = flat(netcost("layers", "custom").out)
    assert "description what the layer is; text. [optional]" in page
    assert (
        "shape, output output of one sample; the first input's where left out; a list of lengths of at least 1. [optional]"
        in page
    )


def test_the_example_of_a_page_has_numbers_that_a_network_would_have(netcost: Run) -> None:
    """Where the number that stands for its kind elsewhere would be an odd one: nobody attends with 64 heads of 1."""
    assert "    - attention: 8\n" in netcost("layers", "attention").out
    assert "    - {moe: 8, active: 2, hidden: 256}\n" in netcost("layers", "moe").out


def test_a_page_names_the_further_inputs(netcost: Run) -> None:
    """Attention reads keys and values from another tensor where `kv` names one."""
    assert "kv a further input" in flat(netcost("layers", "attention").out)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("conv2d", "conv"),
        ("dense", "linear"),
        ("bn", "batchnorm"),
        ("Conv2d", "conv"),
        ("MaxPooling2D", "maxpool"),
    ],
)
def test_another_word_for_a_layer_type_has_the_same_page(netcost: Run, word: str, kind: str) -> None:
    """Whoever comes from PyTorch or Keras finds it."""
    assert netcost("layers", word) == netcost("layers", kind)


def test_a_page_has_the_words_of_pytorch_and_keras(netcost: Run) -> None:
    """Their names for the layer, and what becomes of arguments that are no fields."""
    page = flat(netcost("layers", "lstm").out)
    assert "PyTorch LSTM. Keras LSTM." in page
    assert "no effect on any count autocast, batch_first, device" in page
    assert "checked against the input input_shape, input_size." in page
    assert "return_state." in page


def test_a_word_for_several_layers_has_no_page(netcost: Run) -> None:
    """It says so."""
    ended = netcost("layers", "SeparableConv2D")
    assert ended.code == 2
    assert "`SeparableConv2D` stands for other layers" in flat(ended.err)


@pytest.mark.parametrize("kind", TYPES, ids=by_type)
def test_the_example_of_a_page_is_accepted_in_a_spec(kind: type[Layer]) -> None:
    """It may not fit the input, but every word and value of it is understood."""
    inputs = (
        "[64, 64, 64]",
        "[4096, 8, 8]",
        "{sequence: [64, 64]}",
        "{signal: [36, 4]}",
        "{tokens: 64}",
        "[64]",
    )
    others = {
        "matmul": "permute: [2, 1]",
        "deformconv": "conv: 18, kernel: 3",
        "delta_rule": "linear: 64}, {name: rates, linear: 8",
    }
    other = others.get(kind.type, "identity")
    item = example(kind).replace("rate: other", "rate: rates")
    refusals = []
    for shape in inputs:
        beginning = f"input: {shape}\nlayers: [{{name: other, {other}}}, "
        spec = f"{beginning}{item}]\n"
        if kind.needed_inputs:
            spec = f"{beginning}{{seq: [{item}], from: input}}]\n"
        try:
            load_network(spec.encode(), "example.yaml")
        except SpecError as error:
            refusals.append(str(error))
        else:
            return
    pytest.fail("\n\n".join(refusals))


def test_the_words_of_the_reference_are_those_of_the_language(netcost: Run) -> None:
    """Each of them opens a page."""
    for head in HEADS:
        assert netcost("layers", head).code == 0
