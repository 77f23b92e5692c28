"""What a spec says that was made of a network: kinds of layers, shares, formats, names, sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pytest
from bundled import network_of
from running import calls_below
from yamls import values

from netcost.analysis.costs import totals
from netcost.convert import ConvertError, spec_of
from netcost.dtypes import Precision
from netcost.frontends import Source, load
from netcost.layers.activation import ReLU
from netcost.layers.concat import Concat
from netcost.layers.conv import Conv
from netcost.layers.depthwise_conv import DepthwiseConv
from netcost.layers.elementwise import Add
from netcost.layers.embedding import Embedding
from netcost.layers.linear import Linear
from netcost.layers.norm import BatchNorm, LayerNorm
from netcost.layers.opaque import Opaque
from netcost.layers.reshape import Permute, Reshape
from netcost.layers.tensor import Move, Pointwise, Product, RawRecurrent, Reduce
from netcost.network import Network
from netcost.record import replace
from netcost.shapes import Image, Sequence, Tensor, Vector
from netcost.stored import Tie

COUNTED = ("params", "trainable_params", "buffers", "macs", "ops", "activation_elements", "weight_bytes")


def read(text: str) -> Network:
    return load(Source("net.yaml", text.encode()))


def data_of(network: Network) -> dict[str, Any]:
    found: dict[str, Any] = values(spec_of(network))
    return found


def converted(text: str) -> str:
    """A spec, read and written again, without the comment at its head and the name."""
    return "\n".join(spec_of(read(text)).splitlines()[2:])


def counts(network: Network) -> Mapping[str, object]:
    found = totals(network)
    return {name: found[name] for name in COUNTED}


def nameless(network: Network) -> Network:
    """The same layers one after the other, called by their numbers."""
    names = {node.name: f"n{place}" for place, node in enumerate(network.nodes)}
    flat = network.bare()
    new = {node: flat.input(node.output, node.name) for node in network.inputs}
    for node in network.nodes:
        renamed = replace(
            node,
            name=names[node.name],
            shares=names.get(node.shares, ""),
            ties=tuple(replace(tie, owner=names[tie.owner]) for tie in node.ties),
        )
        new[node] = flat.add_like(renamed, [new[source] for source in node.inputs])
    flat.outputs = tuple(new[node] for node in network.outputs)
    return flat


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("resnet50", 45),
        pytest.param("resnet152", 45, marks=pytest.mark.slow),
        ("mobilenet_v2", 50),
        ("llama3_8b", 40),
        pytest.param("densenet201", 40, marks=pytest.mark.slow),
        ("vgg19", 30),
        pytest.param("bert_large", 30, marks=pytest.mark.slow),
        ("swin_b", 50),
        ("vit_h_14", 30),
        ("unet", 40),
        ("efficientnet_b0", 45),
        ("googlenet", 50),
        ("gpt2", 30),
    ],
)
def test_what_comes_again_is_told_once(name: str, most: int) -> None:
    """In a network of layers without names or blocks, too."""
    flat = nameless(network_of(name))
    text = spec_of(flat)
    assert len(text.splitlines()) <= most
    assert counts(read(text)) == counts(flat)


@pytest.mark.parametrize("name", ["unet", pytest.param("hrnet_w18", marks=pytest.mark.slow)])
def test_the_same_network_gives_the_same_text(name: str) -> None:
    """Nothing depends on what was read before, or on the order of sets."""
    assert spec_of(network_of(name)) == spec_of(network_of(name))


@pytest.mark.parametrize(
    ("spec", "lines"),
    [
        ("{input: [8], layers: [linear: 4, relu]}", ["  - {linear: 4, act: relu}"]),
        (
            "{input: [3, 8, 8], layers: [{conv: 4, kernel: [3, 3], stride: [1, 1], pad: same, bias: false}, bn, relu]}",
            ["  - {conv: 4, kernel: 3, pad: 1, norm: batchnorm, act: relu}"],
        ),
        (
            "{input: [3, 8, 8], layers: [{conv: 4, kernel: 3}, bn]}",
            ["  - {conv: 4, kernel: 3, bias: true, norm: batchnorm}"],
        ),
        ("{input: [3, 8, 8], layers: [{maxpool: 2, stride: 2}]}", ["  - maxpool: 2"]),
        (
            "{input: {sequence: [4, 8]}, layers: [{attention: 2, kv_heads: 2, head_dim: 4, q_bias: true}]}",
            ["  - attention: 2"],
        ),
        (
            "{input: [8], layers: [{name: a, linear: 8}, relu, linear: 8, add: [prev, a], {linear: 2, frozen: true}]}",
            [
                "layers:",
                "  - {name: a, linear: 8}",
                "  - residual: [relu, linear: 8]",
                "  - {linear: 2, frozen: true}",
            ],
        ),
        (
            "{input: [8], layers: [{linear: 8, frozen: bias}, {linear: 4, dtype: int8}]}",
            ["  - {linear: 8, frozen: [bias]}", "  - {linear: 4, dtype: int8}"],
        ),
        (
            "{input: [8], dtype: {format: int4, group: 4, scale: float16}, batch: 3, layers: [linear: 2]}",
            [
                "batch: 3",
                "dtype:",
            ],
        ),
        ("{input: [8], layers: [{linear: 4, repeat: 5}]}", ["  - {linear: 4, repeat: 5}"]),
        (
            "{input: {tokens: 4}, layers: [{name: e, embedding: 8, vocab: 9}, {linear: 9, share: {weight: e}}]}",
            ["  - {name: e, embedding: 8, vocab: 9}", "  - {linear: 9, share: {weight: e}}"],
        ),
        (
            "{inputs: {a: [8], b: [8]}, layers: [{linear: 4, from: b}, {concat: [prev, a]}]}",
            ["inputs: {a: [8], b: [8]}"],
        ),
        (
            "{input: [8], layers: [{name: h, linear: 4}, {name: x, linear: 2, from: h}, {name: y, relu, from: h}], outputs: [x, y]}",
            ["outputs: [x, y]"],
        ),
        (
            "{input: [8], layers: [{name: h, linear: 4}, {linear: 2, training_only: true}, {relu, from: h}]}",
            ["training_only: true"],
        ),
    ],
)
def test_reads_as_a_person_writes(spec: str, lines: list[str]) -> None:
    """What follows from the rest is left out, and norms and activations stand beside their layer."""
    text = converted(spec)
    for line in lines:
        assert line in text
    assert counts(read(text)) == counts(read(spec))


def test_an_optional_part_and_other_numbers_are_parameters() -> None:
    """A block that makes maps smaller has a convolution in its shortcut; the condition is found."""
    data = data_of(network_of("resnet18"))
    ((block),) = data["blocks"].values()
    assert block["params"] == ["width", {"stride": 1}]
    assert block["layers"][0]["shortcut"][0]["if"] == "stride != 1"


def test_calls_that_alternate_are_told_by_the_index() -> None:
    """Every other block of Swin shifts its windows."""
    shifts = [item["shift"] for item in data_of(network_of("swin_t"))["layers"] if "shift" in item]
    assert "3 if i % 2 == 1 else 0" in shifts


def test_names_come_back() -> None:
    """Of what stands in no other layer's item, wherever the names are of the language's making."""
    network = network_of("resnet50")
    assert set(read(spec_of(network)).names) == set(network.names)


# -- graphs


def graph(*layers: Callable[[Network], object], batch: int = 2) -> Network:
    network = Network("graph")
    network.input(Sequence((batch, 4, 8)), "x")
    for add in layers:
        add(network)
    return network


RAW = [
    lambda net: net.add("moved", Move(operation="Transpose", shape=(2, 8, 4))),
    lambda net: net.add("cut", Move(operation="Slice", shape=(2, 2, 8))),
    lambda net: net.add("merged", Move(operation="Reshape", shape=(8, 8), view=True)),
    lambda net: net.add("merged", Move(operation="Gather", shape=(16, 2, 2))),
    lambda net: net.add("erf", Pointwise(operation="Erf", shape=(2, 4, 8), per_element=3)),
    lambda net: net.add("scaled", Pointwise(operation="Mul", shape=(2, 4, 8), operands=((8,), (4, 1)))),
    lambda net: net.add("mean", Reduce(operation="ReduceMean", shape=(2, 8), per_element=1, per_output=1)),
    lambda net: net.add(
        "product",
        Product(operation="MatMul", equation="btc,cd->btd", weight=(8, 3), bias=True, shape=(2, 4, 3)),
    ),
    lambda net: net.add(
        "lstm",
        RawRecurrent(
            operation="LSTM",
            cell="lstm",
            units=5,
            samples=2,
            steps=4,
            features=8,
            directions=2,
            shape=(2, 4, 10),
        ),
    ),
    lambda net: net.add("table", Move(operation="Constant", shape=(2, 3)), []),
]


@pytest.mark.parametrize("add", RAW)
def test_raw_layers_keep_their_numbers(add: Callable[[Network], object]) -> None:
    """Parameters, products and operations to the last one; the output has as many elements."""
    network = graph(add)
    back = read(spec_of(network))
    assert counts(back) == counts(network)
    assert back.nodes[-1].output.elements == network.nodes[-1].output.elements


def test_what_rearranges_goes_on_where_the_batch_is_merged() -> None:
    """The batch stands apart in front of the axes of a graph."""
    network = graph(
        lambda net: net.add("merged", Move(operation="Reshape", shape=(4, 2, 4), view=True)),
        lambda net: net.add("apart", Reshape(size=(2, 2, 2))),
        lambda net: net.add("order", Permute(order=(2, 1, 3), kind="tensor")),
        batch=1,
    )
    layers = data_of(network)["layers"]
    assert [next(key for key in item if key != "name") for item in layers] == [
        "reshape",
        "reshape",
        "permute",
    ]
    assert layers[-1]["permute"] == [1, 3, 2, 4]


def test_a_layer_may_share_with_the_one_that_it_follows() -> None:
    """And another one reads that, too."""
    spec = (
        "{input: [8], layers: [{name: a, linear: 8}, {name: b, linear: 8, share: a}, {name: c, relu, from: a}, "
        "{add: [c, b]}]}"
    )
    assert counts(read(spec_of(read(spec)))) == counts(read(spec))


def test_a_reshape_and_a_permutation_are_what_they_are() -> None:
    """Where nothing else can be meant."""
    network = graph(
        lambda net: net.add("a", Move(operation="Reshape", shape=(2, 2, 2, 8), view=True)),
        lambda net: net.add("b", Move(operation="Reshape", shape=(2, 4, 8), view=True)),
        lambda net: net.add("c", Move(operation="Transpose", shape=(2, 8, 4))),
    )
    layers = data_of(network)["layers"]
    assert [next(key for key in item if key != "name") for item in layers] == [
        "reshape",
        "reshape",
        "permute",
    ]


def test_a_view_becomes_the_kind_of_what_comes_before() -> None:
    """No layer is added for it, so that nothing is counted twice."""
    network = Network("views")
    network.input(Image((1, 3, 8, 8)), "x")
    network.add("conv", Conv(filters=6, kernel=3))
    network.add("last", Move(operation="Transpose", shape=(1, 6, 6, 6)))
    network.add("norm", LayerNorm(), views=(Tensor,))
    network.add("linear", Linear(units=5))
    network.add("more", Linear(units=6))
    network.add("sum", Add(), ["last", "more"], views=(None, Image))
    text = spec_of(network)
    assert counts(read(text)) == counts(network)
    assert len(read(text).nodes) == len(network.nodes)


def test_tokens_that_a_graph_has_as_a_vector() -> None:
    """An input that is looked up is one of tokens."""
    network = Network("tokens")
    network.input(Vector((1, 5)), "ids")
    network.add("embed", Embedding(dim=4, vocab=9), views=(_tokens(),))
    assert data_of(network)["inputs"] == {"ids": {"tokens": 5}}


def _tokens() -> Any:
    from netcost.shapes import Tokens

    return Tokens


def test_what_joins_more_and_more_joins_the_joined() -> None:
    """As the layers of DenseNet do in a graph; the elements are the same."""
    network = Network("dense")
    network.input(Image((1, 4, 8, 8)))
    parts = [network.inputs[0]]
    for place in range(6):
        x = network.add(f"cat{place}", Concat(), list(parts)) if place else parts[0]
        y = network.add(f"norm{place}", BatchNorm(), [x])
        parts.append(network.add(f"conv{place}", Conv(filters=4, kernel=3, pad=1), [y]))
    text = spec_of(network)
    assert counts(read(text)) == counts(network)
    assert len(text.splitlines()) <= 16


def test_tied_weights_and_formats_survive() -> None:
    """A matrix of its own bias; a layer in another format."""
    network = Network("tied", precision=Precision("float16", "float16"))
    network.input(Sequence((1, 4, 8)), "x")
    network.add("first", Linear(units=8))
    network.add("second", Linear(units=8), ties=(Tie("weight", "first", "weight"),))
    network.add("third", Linear(units=8), precision=Precision("int8", "float16"))
    assert counts(read(spec_of(network))) == counts(network)


def test_an_input_of_more_axes_than_a_spec_has_words_for() -> None:
    """Its elements enter in a line; what reads it keeps its numbers."""
    network = Network("film")
    network.input(Tensor((1, 2, 3, 4, 5, 6)), "film")
    network.add("linear", Linear(units=7))
    text = spec_of(network)
    assert data_of(network)["inputs"] == {"film": [2 * 3 * 4 * 5 * 6]}
    assert counts(read(text)) == counts(network)


def test_a_batch_that_cannot_be_told_apart_is_an_axis() -> None:
    """Where something has not as many elements for each sample."""
    network = graph(
        lambda net: net.add("table", Pointwise(operation="Exp", shape=(1, 3), operands=((1, 3),)), []),
        lambda net: net.add("linear", Linear(units=5), ["x"]),
        batch=2,
    )
    text = spec_of(network)
    assert "batch" not in data_of(network)
    assert counts(read(text)) == counts(network)


def test_a_tensor_without_elements_is_refused() -> None:
    """No length of a spec is 0."""
    network = graph(lambda net: net.add("nothing", Move(operation="Slice", shape=(2, 0, 8))))
    with pytest.raises(ConvertError, match="`nothing`"):
        spec_of(network)


def test_a_network_without_an_input_is_refused() -> None:
    """A spec needs one."""
    network = Network("none")
    with pytest.raises(ConvertError, match="no input"):
        spec_of(network)


def test_names_of_files_and_layers_add_no_lines() -> None:
    """Whatever they hold."""
    network = Network("a: [b]\nlayers: []", source="net\nlayers: [relu].onnx")
    network.input(Vector((1, 8)), "ids\n")
    network.add("x\n- relu", Linear(units=4))
    text = spec_of(network)
    assert sum(line.startswith("layers:") for line in text.splitlines()) == 1
    assert read(text).name == network.name
    assert counts(read(text)) == counts(network)


def test_shortcuts_of_two_kinds_are_two_blocks() -> None:
    """As in ResNet-D, whose shortcuts pool where maps become smaller."""
    narrow = "{residual: [{conv: 8, kernel: 3, pad: 1}, {conv: 8, kernel: 3, pad: 1}], shortcut: [{conv: 8, kernel: 1}]}"
    small = (
        "{residual: [{conv: 8, kernel: 3, pad: 1, stride: 2}, {conv: 8, kernel: 3, pad: 1}], "
        "shortcut: [avgpool: 2, {conv: 8, kernel: 1}]}"
    )
    spec = f"{{input: [8, 64, 64], layers: [{', '.join([narrow, small] * 5)}]}}"
    assert counts(read(spec_of(read(spec)))) == counts(read(spec))


@pytest.mark.parametrize("seed", range(20))
def test_any_graph_comes_back(seed: int) -> None:
    """Layers over whatever came before, in stretches that come again more or less."""
    network = _drawn(Random(seed))  # noqa: S311
    assert counts(read(spec_of(network))) == counts(network)


def _drawn(random: Random) -> Network:
    """A network of repeated stretches of layers, a few of which are left out or take in something else."""
    network = Network("drawn")
    tensors = [network.input(Image((1, 8, 16, 16)), "x")]
    for part in range(random.randint(1, 3)):
        kinds = [
            (random.choice("cccdbrapt"), random.choice((1, 1, 2, 3))) for _ in range(random.randint(3, 12))
        ]
        for again in range(random.randint(1, 4)):
            for kind, back in kinds:
                if random.random() < 0.05:
                    continue
                x = tensors[-min(back, len(tensors))]
                inputs = [x, random.choice([each for each in tensors[-6:] if each.output == x.output] or [x])]
                layer, taken = {
                    "c": (Conv(filters=8, kernel=random.choice((1, 3)), pad="same", bias=random.random() < 0.5), [x]),
                    "d": (DepthwiseConv(kernel=3, pad=1), [x]),
                    "b": (BatchNorm(), [x]),
                    "r": (ReLU(), [x]),
                    "a": (Add(), inputs),
                    "p": (Pointwise(operation="Erf", shape=tuple(x.output), per_element=2), [x]),
                    "t": (Concat(), inputs) if x.output.channels < 64 else (ReLU(), [x]),
                }[kind]  # fmt: skip
                tensors.append(network.add(f"part{part}.{again}.{kind}{len(tensors)}", layer, taken))
    return network


def test_unknown_costs_are_refused_by_name() -> None:
    """No spec could say them."""
    network = graph(lambda net: net.add("strange", Opaque(Vector((2, 3)))))
    with pytest.raises(ConvertError, match="`strange`"):
        spec_of(network)


@pytest.mark.parametrize("many", [30, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_network_of_thousands_of_layers_ends_soon(many: int) -> None:
    """The work grows with the layers: 3,000 of them in a slow test, no two alike, and skips over all of them."""
    network = Network("large")
    x = network.input(Vector((1, 8)))
    skips = []
    for place in range(many):
        x = network.add(f"down{place}", Linear(units=8 + place), [x])
        skips.append(x)
    for place in range(many):
        skip = skips.pop()
        x = network.add(f"up{place}", Linear(units=skip.output.channels), [x])
        x = network.add(f"sum{place}", Add(), [x, skip])
    with calls_below(12_000 * many):
        text = spec_of(network)
    assert counts(read(text)) == counts(network)


def test_deeply_nested_branches_are_named_instead() -> None:
    """A spec may nest 64 lists; a chain of skips may be longer."""
    network = Network("deep")
    x = network.input(Vector((1, 8)))
    skips = []
    for place in range(100):
        x = network.add(f"down{place}", ReLU() if place % 2 else Linear(units=8), [x])
        skips.append(x)
    for place in range(100):
        x = network.add(f"sum{place}", Add(), [x, skips.pop()])
    assert counts(read(spec_of(network))) == counts(network)
