"""TFLite files: shapes, types, parameters and MACs, and what is refused.

The files in `tflite/` are of TensorFlow 2.21's converter. Their MACs are those of the Keras models they were made of, as
the matrix products and convolutions of Keras's own jaxpr have them; a batch norm is folded into the filters before it.
"""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flat_writer import Byte, Often, Raw, Table, written
from hypothesis import given, settings
from hypothesis import strategies as st

from netcost.analysis.costs import analyze
from netcost.frontends import Source, load
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.source.problem import SpecError

FOLDER = Path(__file__).parent / "tflite"
FILES = {path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.tflite"))}

FLOAT32, FLOAT16, INT32, INT8 = 0, 1, 2, 9
ADD, CONV_2D, DEQUANTIZE, FULLY_CONNECTED, RESHAPE, CUSTOM, WHILE = 0, 3, 6, 9, 22, 32, 119


def read(data: bytes, **overrides: Any) -> Network:
    """The network of a file."""
    return load(Source("net.tflite", data), Overrides(**overrides))


def fault(data: bytes, **overrides: Any) -> str:
    """What is said of a file that is refused."""
    with pytest.raises(SpecError) as caught:
        read(data, **overrides)
    return str(caught.value)


def tensor(
    name: str, dims: list[int], kind: int = FLOAT32, *, data: bytes = b"", free: list[int] | None = None
) -> dict[str, Any]:
    """A tensor, with its numbers if it has any."""
    fields: dict[int, Any] = {0: dims, 1: Byte(kind), 3: name}
    return {"fields": fields | ({7: free} if free else {}), "data": data}


def model(
    tensors: list[dict[str, Any]], operators: list[tuple[Any, ...]], inputs: list[int], outputs: list[int]
) -> bytes:
    """A file: each operator with its code, inputs, outputs and options."""
    buffers = [Table({})]
    for each in tensors:
        if each["data"]:
            each["fields"][2] = len(buffers)
            buffers.append(Table({0: Raw(each["data"])}))
    codes = sorted({(code, name) for code, *_, name in operators})
    written_codes = [
        Table({0: Byte(min(code, 127)), 3: code, **({1: name} if name else {})}) for code, name in codes
    ]
    steps = []
    for code, taken, made, options, name in operators:
        fields: dict[int, Any] = {0: codes.index((code, name)), 1: taken, 2: made}
        steps.append(Table(fields | ({3: Byte(1), 4: Table(options)} if options is not None else {})))
    graph = Table(
        {0: [Table(each["fields"]) for each in tensors], 1: inputs, 2: outputs, 3: steps, 4: "main"}
    )
    return written(Table({0: 3, 1: written_codes, 2: [graph], 3: "made by hand", 4: buffers}))


def convolution(
    weight: int = FLOAT32, *, free: list[int] | None = None, out: list[int] | None = None
) -> bytes:
    """A 3 x 3 convolution from 3 to 8 channels over 10 x 12, stride 2, with a ReLU6."""
    return model(
        [
            tensor("in", [1, 10, 12, 3], free=free),
            tensor("w", [8, 3, 3, 3], weight, data=b"\1" * 12),
            tensor("b", [8], data=b"\1" * 32),
            tensor("body/conv/Relu6;other", out or [1, 5, 6, 8], free=free),
        ],
        [(CONV_2D, [0, 1, 2], [3], {0: Byte(0), 1: 2, 2: 2, 3: Byte(3)}, "")],
        [0],
        [3],
    )


# Files of the converter

MACS = {
    "mlp_f32": 10 * 16 + 16 * 4,
    "cnn_f32_free": 823_440,
    "cnn_int8": 823_440,
    "attn_f32_free": 34_080,
    "vol_f32": 276_480,
}


@pytest.mark.parametrize("name", MACS)
def test_a_converted_model_has_the_macs_of_its_source(name: str) -> None:
    """All of it is known."""
    report = analyze(read(FILES[name]))
    assert report.totals["macs"] == MACS[name]


def test_parameters_are_the_weights_of_the_file() -> None:
    """Two dense layers, 10 to 16 to 4: the converter leaves out biases that are zero, as these are."""
    assert analyze(read(FILES["mlp_f32"])).totals["params"] == 10 * 16 + 16 * 4


def test_quantised_weights_are_of_their_format() -> None:
    """Weights and activations in int8."""
    network = read(FILES["cnn_int8"])
    assert network.precision == ("int8", "int8")
    assert {node.precision.short for node in read(FILES["cnn_int8"], dtype="float16").nodes} == {"float16"}


@pytest.mark.parametrize("name", ["cnn_f32_free", "attn_f32_free", "mlp_f32_free"])
def test_a_free_batch_is_as_it_is_asked_for(name: str) -> None:
    """Each sample costs the same, also where positions are made samples for a while."""
    once = read(FILES[name])
    assert once.notes == ["the batch is free and taken as 1"]
    three = analyze(read(FILES[name], batch=3)).totals["macs"]
    assert three == 3 * analyze(once).totals["macs"]


# Files by hand


def test_an_operator_is_a_layer_and_its_activation() -> None:
    """The name is that of the first tensor it was made of; images have their channels in front."""
    network = read(convolution())
    assert {node.name: tuple(node.output) for node in network.nodes} == {
        "body.conv.Relu6": (1, 8, 5, 6),
        "body.conv.Relu6.act": (1, 8, 5, 6),
    }
    totals = analyze(network).totals
    assert (totals["params"], totals["macs"]) == (8 * 27 + 8, 5 * 6 * 8 * 27)


def test_a_weight_that_is_stored_in_another_format_is_a_weight() -> None:
    """Behind a DEQUANTIZE, which makes no row; each row is in the formats of its own tensors."""
    data = model(
        [
            tensor("in", [2, 4]),
            tensor("w16", [3, 4], FLOAT16, data=b"\1" * 24),
            tensor("w", [3, 4]),
            tensor("out", [2, 3]),
        ],
        [(DEQUANTIZE, [1], [2], None, ""), (FULLY_CONNECTED, [0, 2, -1], [3], {}, "")],
        [0],
        [3],
    )
    network = read(data)
    assert [node.name for node in network.nodes] == ["out"]
    assert network["out"].precision == ("float16", "float32")
    assert analyze(network).totals["params"] == 12


def test_weights_that_two_operators_use_count_once() -> None:
    """They are the same tensor."""
    data = model(
        [
            tensor("in", [1, 4]),
            tensor("w", [4, 4], data=b"\1" * 64),
            tensor("a", [1, 4]),
            tensor("b", [1, 4]),
        ],
        [(FULLY_CONNECTED, [0, 1, -1], [2], {}, ""), (FULLY_CONNECTED, [2, 1, -1], [3], {}, "")],
        [0],
        [3],
    )
    totals = analyze(read(data)).totals
    assert (totals["params"], totals["macs"]) == (16, 32)


def test_a_number_is_a_constant_and_a_vector_is_learned() -> None:
    """Of what is added."""

    def added(length: int) -> object:
        data = model(
            [tensor("in", [1, 4]), tensor("k", [length], data=b"\1" * 4 * length), tensor("out", [1, 4])],
            [(ADD, [0, 1], [2], {}, "")],
            [0],
            [2],
        )
        return analyze(read(data)).totals["params"]

    assert (added(1), added(4)) == (0, 4)


@pytest.mark.parametrize(("code", "name"), [(CUSTOM, "Landmarks"), (WHILE, "")])
def test_an_operator_without_a_rule_is_unknown_and_never_zero(code: int, name: str) -> None:
    """Its output is known."""
    data = model([tensor("in", [1, 4]), tensor("out", [1, 6])], [(code, [0], [1], None, name)], [0], [1])
    report = analyze(read(data))
    assert str(report.totals["macs"]) == "unknown"
    assert report.notes == (f"what {'CUSTOM Landmarks' if name else 'WHILE'} costs is not known",)


def test_an_operator_that_does_not_put_out_what_the_file_says_is_unknown() -> None:
    """Here a convolution of 5 x 6 that is told to be 7 x 7."""
    assert "what CONV_2D costs is not known" in read(convolution(out=[1, 7, 7, 8])).notes


def test_free_axes_beside_the_batch_are_refused() -> None:
    """The file writes 1 for them; a batch that is fixed stays."""
    assert "axis 1, 2 of 4 is free" in fault(convolution(free=[1, -1, -1, 3]))
    assert "a batch of 1; 4 is asked for" in fault(convolution(), batch=4)
    assert "cannot be changed by --input" in fault(convolution(), input=(3, 3, 3))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\0\0\0\0TFL3", "has no fields"),
        (b"\xff\xff\xff\x7fTFL3", "is beyond its end"),
        (written(Table({0: 2})), "of version 2"),
        (written(Table({0: 3})), "has no subgraph"),
        (model([tensor("in", [1, 4])], [], [0], []), "nothing is put out"),
        (model([tensor("in", [1, 4])], [], [7], []), "number 7 is told of"),
        (model([tensor("in", [1, 0])], [], [0], [0]), "the input has no elements"),
        (
            model(
                [tensor("in", [1, 4]), tensor("x", [1, 4])], [(FULLY_CONNECTED, [1], [0], {}, "")], [], [0]
            ),
            "before it is made",
        ),
        (
            model([tensor("in", [1, 4]), tensor("x", [-3])], [(RESHAPE, [0], [1], {}, "")], [0], [1]),
            "has no shape",
        ),
    ],
)
def test_a_broken_file_is_told(data: bytes, told: str) -> None:
    """What is wrong."""
    assert told in fault(data)


def test_a_table_that_is_told_of_very_often_ends_the_reading() -> None:
    """Four million bytes that stand for a million tensors."""
    graph = Table({0: Often(Table({0: [1]}), 1_000_000)})
    assert "more than 1,000,000 elements" in fault(written(Table({0: 3, 2: [graph]})))


SEEDS = [*FILES.values(), convolution(), convolution(INT8, free=[-1, 10, 12, 3])]


@settings(max_examples=2 * settings().max_examples)
@given(st.integers(0, 2**32))
def test_mutated_files_are_read_or_refused(seed: int) -> None:
    """Never anything else."""
    chance = random.Random(seed)  # noqa: S311  no secret
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.choice((1, 2, 8))):
        at = chance.randrange(max(len(data) - 4_000, 0) if chance.random() < 0.5 else 0, len(data) - 4)
        if chance.random() < 0.5:
            data[at] = chance.randrange(256)
        else:
            number = chance.choice((0, 1, 7, len(data), 2**31 - 1, 2**32 - 1))
            data[at : at + 4] = number.to_bytes(4, "little")
    with suppress(SpecError):
        analyze(read(bytes(data)))
