"""Models of Keras: parameters, trained ones, shapes of every layer as Keras 3.15 tells them, and what is refused.

`keras/truth.json` was written by Keras itself: `count_params()`, the sizes of `trainable_weights`, `layer.output.shape`;
the MACs are those of the matrix products and convolutions in the jaxpr of `stateless_call`, with a batch of 1.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netcost.analysis.costs import analyze
from netcost.frontends import Source, load
from netcost.frontends.keras.call import Call
from netcost.frontends.keras.policy import format_of
from netcost.frontends.keras.reader import Reader
from netcost.frontends.layouts import Held
from netcost.language.work import Work
from netcost.layers.layer import count
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.source.problem import SpecError

FOLDER = Path(__file__).parent / "keras"
TRUTH: Mapping[str, Any] = json.loads((FOLDER / "truth.json").read_text())

PutOut: TypeAlias = dict[str, list[list[list[int]]]]


def read(model: object, work: Work | None = None, **overrides: Any) -> Network:
    """The network of a config."""
    return load(Source("net.json", json.dumps(model).encode()), Overrides(**overrides), work=work)


def fault(model: object, work: Work | None = None, **overrides: Any) -> str:
    """What is said of a config that is refused."""
    with pytest.raises(SpecError) as caught:
        read(model, work, **overrides)
    return str(caught.value)


def stored(network: Network) -> int:
    """All numbers that Keras counts as parameters: with the statistics, each weight once."""
    buffers = sum(count(node.layer.buffers(*node.input_shapes)) for node in network.nodes if not node.shares)
    return int(analyze(network).totals["params"]) + buffers


# Whole models


@pytest.fixture
def put_out(monkeypatch: pytest.MonkeyPatch) -> PutOut:
    """The lengths of what each call of each layer puts out, by Keras's axes."""
    found: PutOut = {}
    as_it_is: Callable[[Reader, Call], list[Held]] = Reader.call

    def noting(reader: Reader, call: Call) -> list[Held]:
        tensors = as_it_is(reader, call)
        found.setdefault(call.layer.path, []).append([list(each.dims) for each in tensors])
        return tensors

    monkeypatch.setattr(Reader, "call", noting)
    return found


@pytest.mark.parametrize("name", TRUTH)
def test_a_model_costs_what_keras_says(name: str, put_out: PutOut) -> None:
    """Parameters, trained ones, MACs, and the output of each layer."""
    truth = TRUTH[name]
    network = load(Source(name, (FOLDER / f"{name}.json").read_bytes()))
    totals = analyze(network).totals
    assert (stored(network), totals["trainable_params"]) == (truth["params"], truth["trainable"])
    assert totals["macs"] == (truth["macs"] or totals["macs"])
    inputs = {node.name for node in network.inputs}
    for name_of_layer in truth["outputs"].keys() - inputs:
        wanted = truth["outputs"][name_of_layer]
        assert any(_is_told(wanted, got) for got in put_out[name_of_layer]), name_of_layer


def _is_told(wanted: list[list[int | None]], got: list[list[int]]) -> bool:
    """Whether lengths are those that Keras tells; it leaves the batch open, and what an equation does not tell."""
    return len(wanted) <= len(got) and all(
        len(told) == len(own) and all(a in {None, b} for a, b in zip(told, own, strict=True))
        for told, own in zip(wanted, got, strict=False)
    )


def test_a_saved_model_is_read_from_its_zip_file() -> None:
    """Its config alone: the weights beside it are no HDF5 at all."""
    config = (FOLDER / "cnn.json").read_bytes()
    network = load(Source("cnn.keras", zipped({"config.json": config, "model.weights.h5": b"nothing"})))
    assert stored(network) == TRUTH["cnn"]["params"]


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip file."""
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as archive:
        for name, content in {"metadata.json": b"{}", **members}.items():
            archive.writestr(name, content)
    return data.getvalue()


# Small models, by hand


def layer(kind: str, **config: Any) -> dict[str, Any]:
    """A layer as Keras 3 writes it."""
    return {"module": "keras.layers", "class_name": kind, "config": {"name": kind.lower(), **config}}


def own(kind: str, **config: Any) -> dict[str, Any]:
    """A layer of a person's own."""
    return {"module": "mine", "class_name": kind, "config": {"name": kind.lower(), **config}}


def sequential(shape: list[Any], *layers: dict[str, Any], **config: Any) -> dict[str, Any]:
    """A Sequential with an input."""
    first = layer("InputLayer", batch_shape=shape, name="in")
    return {"class_name": "Sequential", "config": {"name": "net", "layers": [first, *layers], **config}}


def tensor(name: str, shape: list[int | None], call: int = 0, place: int = 0) -> dict[str, Any]:
    """A tensor in the arguments of a call."""
    history = [name, call, place]
    return {"class_name": "__keras_tensor__", "config": {"shape": shape, "keras_history": history}}


def functional(
    shape: list[int | None], *layers: tuple[dict[str, Any], list[Any]], out: list[Any]
) -> dict[str, Any]:
    """A functional model: each layer with the arguments of its one call."""
    entries = [{**layer("InputLayer", batch_shape=shape, name="in"), "name": "in", "inbound_nodes": []}]
    for each, args in layers:
        nodes = [{"args": args, "kwargs": {}}]
        entries.append({**each, "name": each["config"]["name"], "inbound_nodes": nodes})
    config = {"name": "net", "layers": entries, "input_layers": ["in", 0, 0], "output_layers": out}
    return {"class_name": "Functional", "config": config}


CONV = layer("Conv2D", filters=8, kernel_size=[3, 3], padding="same", activation="relu")


def test_images_have_their_channels_first_in_the_network_and_names_are_those_of_keras() -> None:
    """A convolution and its activation, of an image that Keras has as 32 x 24 x 3."""
    network = read(sequential([None, 32, 24, 3], CONV))
    assert {name: tuple(network[name].output) for name in network.names} == {
        "in": (1, 3, 32, 24),
        "conv2d": (1, 8, 32, 24),
        "conv2d.act": (1, 8, 32, 24),
    }


def test_a_free_batch_is_one_and_noted() -> None:
    """Unless it is given."""
    model = sequential([None, 32, 24, 3], CONV)
    assert read(model).notes == ["the batch is free and taken as 1"]
    assert (read(model, batch=4).batch, read(model, batch=4).notes) == (4, [])


def test_other_free_axes_are_asked_for_in_the_order_of_the_file() -> None:
    """And given in that order, channels last."""
    model = sequential([None, None, None, 3], CONV)
    assert "--input in=224,224,3" in fault(model)
    assert tuple(read(model, input=(64, 32, 3))["in"].output) == (1, 3, 64, 32)
    assert tuple(read(model, input={"in": (64, 32, 3)})["in"].output) == (1, 3, 64, 32)
    assert "with 3 channels; 32 are given" in fault(model, input=(3, 64, 32))
    assert "2 lengths are given" in fault(model, input=(64, 32))
    assert "there is no input `image`" in fault(model, input={"image": (64, 32, 3), "in": (64, 32, 3)})


def test_what_a_format_cannot_honour_is_refused() -> None:
    """Parameters are the spec language's."""
    assert "cannot be changed by --set" in fault(
        sequential([None, 8], layer("Dense", units=2)), params={"a": 1}
    )


def test_what_is_trained_follows_the_layer_and_the_models_around_it() -> None:
    """10 weights that are trained, of 10 + 22."""
    inner = {**sequential([None, 4], layer("Dense", units=2)), "module": "keras"}
    inner["config"] |= {"trainable": True, "name": "inner"}
    frozen = layer("Dense", units=2, name="head", trainable=False)
    model = sequential([None, 4], inner, frozen)
    totals = analyze(read(model)).totals
    assert (totals["params"], totals["trainable_params"]) == (4 * 2 + 2 + 2 * 2 + 2, 4 * 2 + 2)
    inner["config"]["trainable"] = False
    assert analyze(read(model)).totals["trainable_params"] == 0
    assert "inner.dense" in read(model).names


@pytest.mark.parametrize(
    ("policy", "formats"),
    [
        ("float32", ("float32", "float32")),
        ("mixed_bfloat16", ("float32", "bfloat16")),
        ({"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}, ("float32", "float16")),
        ("int8_from_float32", ("int8", "float32")),
        ("int4/128_from_mixed_bfloat16", ("int4", "bfloat16")),
        ("float8_from_mixed_float16", ("float32", "float16")),
    ],
)
def test_a_policy_says_what_is_kept_and_what_is_computed(policy: object, formats: tuple[str, str]) -> None:
    """As keras.DTypePolicy and QuantizedDTypePolicy name them."""
    assert format_of(policy) == formats


def test_formats_are_the_layers_unless_one_is_asked_for() -> None:
    """A last layer in float32 behind one that computes in float16."""
    layers = (
        layer("Dense", units=2, dtype="mixed_float16"),
        layer("Dense", units=2, name="out", dtype="float32"),
    )
    network = read(sequential([None, 4], *layers))
    assert [network[name].precision.activations for name in ("dense", "out")] == ["float16", "float32"]
    assert {node.precision.short for node in read(sequential([None, 4], *layers), dtype="int8").nodes} == {
        "int8"
    }


def test_a_layer_that_is_code_is_unknown_where_its_output_is_told() -> None:
    """By the layer that takes it in, or by how the next one was built."""
    dense = {**layer("Dense", units=2), "build_config": {"input_shape": [None, 7]}}
    for model in (
        sequential([None, 4], own("Mixer"), dense),
        functional(
            [None, 4],
            (layer("Lambda", name="mixer"), [tensor("in", [None, 4])]),
            (dense, [tensor("mixer", [None, 7])]),
            out=["dense", 0, 0],
        ),
    ):
        report = analyze(read(model))
        assert str(report.totals["params"]) == f">= {7 * 2 + 2}"
        assert any("is not known" in note for note in report.notes)


@pytest.mark.parametrize("kind", [own("Mixer"), layer("Lambda"), own("Dense", units=3)])
def test_a_layer_that_is_code_is_refused_where_nothing_tells_its_output(kind: dict[str, Any]) -> None:
    """A class of a person's own is not Keras's of the same name."""
    assert "nothing tells what it puts out" in fault(sequential([None, 4], kind))


# Keras 2

OLDER = {
    "class_name": "Functional",
    "config": {
        "name": "older",
        "layers": [
            {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 8, 8, 3]}, "name": "in", "inbound_nodes": []},
            {
                "class_name": "Functional",
                "name": "body",
                "config": {
                    "name": "body",
                    "layers": [
                        {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 8, 8, 3]}, "name": "x", "inbound_nodes": []},
                        {"class_name": "Conv2D", "config": {"filters": 4, "kernel_size": [3, 3]}, "name": "conv", "inbound_nodes": [[["x", 0, 0, {}]]]},
                    ],
                    "input_layers": [["x", 0, 0]],
                    "output_layers": [["conv", 0, 0]],
                },
                "inbound_nodes": [[["in", 0, 0, {}]]],
            },
            {"class_name": "TFOpLambda", "config": {"function": "nn.relu6"}, "name": "tf.nn.relu6", "inbound_nodes": [["body", 1, 0, {"name": None}]]},
            {"class_name": "TFOpLambda", "config": {"function": "math.multiply"}, "name": "tf.math.multiply", "inbound_nodes": [["tf.nn.relu6", 0, 0, {"y": ["body", 1, 0], "name": None}]]},
            {"class_name": "SlicingOpLambda", "config": {"function": "__operators__.getitem"}, "name": "get", "inbound_nodes": [["tf.math.multiply", 0, 0, {"slice_spec": [{"start": None, "stop": None, "step": None}, 0]}]]},
        ],
        "input_layers": [["in", 0, 0]],
        "output_layers": [["get", 0, 0]],
    },
    "keras_version": "2.15.0",
}  # fmt: skip


def test_models_of_keras_2_are_read() -> None:
    """Calls as lists, a model in a model that is counted from 1, operations of TensorFlow."""
    network = read(OLDER)
    assert {node.name: tuple(node.output) for node in network.nodes} == {
        "body.conv": (1, 4, 6, 6),
        "tf.nn.relu6": (1, 4, 6, 6),
        "tf.math.multiply": (1, 4, 6, 6),
        "get": (1, 6, 4),
    }
    assert analyze(network).totals["params"] == 3 * 3 * 3 * 4 + 4


def test_the_first_keras_wrote_a_sequential_as_a_list() -> None:
    """With the shape of the input in the first layer."""
    dense = {"class_name": "Dense", "config": {"name": "dense", "units": 2, "batch_input_shape": [None, 5]}}
    assert analyze(read({"class_name": "Sequential", "config": [dense]})).totals["params"] == 5 * 2 + 2


# Refused

DENSE = layer("Dense", units=2)
IN = tensor("in", [None, 4])


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ({"class_name": "Net", "config": {}}, "its layers are made by code"),
        (sequential([None, 4], layer("Dense", units="many")), "`units` of Dense is many"),
        (sequential([None, 4], layer("Dense")), "`units` of Dense is missing"),
        (sequential([None, 4], layer("Conv2D", filters=2, kernel_size=3)), "needs 4 axes"),
        (sequential([None, 4], DENSE, DENSE), "two layers are called `dense`"),
        (sequential([None, 4], layer("Reshape", target_shape=[3])), "cannot be reshaped"),
        (sequential([None, 4], layer("Reshape", target_shape=[2**70])), "`target_shape`"),
        (sequential(["a", 4], DENSE), "nothing tells the shape"),
        (functional([None, 4], (DENSE, [tensor("nowhere", [None, 4])]), out=["dense", 0, 0]), "is no layer"),
        (functional([None, 4], (DENSE, [tensor("dense", [None, 4])]), out=["dense", 0, 0]), "in a circle"),
        (functional([None, 4], (DENSE, [IN]), out=["dense", 0, 3]), "nothing makes it"),
        (functional([None, 4], (DENSE, [IN]), out=[1]), "are lists of tensors"),
        (functional([None, 4], (layer("Add"), [[IN]]), out=["add", 0, 0]), "combines tensors"),
    ],
)
def test_a_faulty_model_is_told(model: object, told: str) -> None:
    """What is wrong, at the layer."""
    assert told in fault(model)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (zipped({}), "there is no config.json"),
        (zipped({"config.json": b" " * (16 * 2**20 + 1)}), "more than 16,777,216 bytes"),
        (zipped({"config.json": b"{}"})[:60], "cannot be read"),
        (zipped({"config.json": b"[]"}), "its JSON is no object"),
        (
            b'{"class_name": "Sequential", "config": ' + b"[" * 300 + b"]" * 300 + b"}",
            "nested more than 200 deep",
        ),
        (b'{"class_name": "Sequential", "config": ', "not JSON"),
    ],
    ids=["no config", "too large", "cut off", "no object", "deep", "half"],
)
def test_a_broken_file_is_told(data: bytes, told: str) -> None:
    """Whatever it holds."""
    with pytest.raises(SpecError) as caught:
        load(Source("net.keras", data))
    assert told in str(caught.value)


@pytest.mark.parametrize("most", [20_000, pytest.param(200_000, marks=pytest.mark.slow)])
def test_models_that_call_one_another_many_times_end_soon(most: int) -> None:
    """Twenty models, each of which calls the next one twice, would be a million layers."""
    model: dict[str, Any] = sequential([None, 4], layer("Dense", units=4))
    for depth in range(20):
        entry = {**model, "module": "keras", "config": {**model["config"], "name": f"m{depth}"}}
        twice = [
            {"args": [tensor("in", [None, 4])], "kwargs": {}},
            {"args": [tensor(f"m{depth}", [None, 4])], "kwargs": {}},
        ]
        model = functional([None, 4], (entry, []), out=[f"m{depth}", 1, 0])
        model["config"]["layers"][1]["inbound_nodes"] = twice
        model["config"]["output_layers"] = [f"m{depth}", 1 if depth == 0 else 2, 0]
    assert f"more work than {most:,} units" in fault(model, Work(most))


VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    3,
    2**64,
    1.5,
    "",
    "same",
    [],
    [1, 2],
    {},
    ["in", 0, 0],
    {"class_name": "Dense"},
)
SMALL = [json.loads((FOLDER / f"{name}.json").read_text()) for name in TRUTH if name != "mobilenet_v2"]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every value of a document: where it stands, and under which key."""
    found = []
    waiting = [value]
    while waiting:
        each = waiting.pop()
        keys = list(each) if isinstance(each, dict) else list(range(len(each)))
        found += [(each, key) for key in keys]
        waiting += [each[key] for key in keys if isinstance(each[key], (dict, list))]
    return found


@settings(max_examples=2 * settings().max_examples)
@given(st.integers(0, 2**32))
def test_mutated_models_are_read_or_refused(seed: int) -> None:
    """Never anything else."""
    chance = random.Random(seed)  # noqa: S311  no secret
    model = json.loads(json.dumps(chance.choice(SMALL)))
    for _ in range(chance.choice((1, 1, 2, 4))):
        holder, key = chance.choice(_places(model))
        if chance.random() < 0.2:
            del holder[key]
        else:
            holder[key] = chance.choice(VALUES)
    with suppress(SpecError):
        analyze(read(model))
