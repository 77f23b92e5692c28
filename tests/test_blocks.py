"""What number formats with block scales make of tensors: bytes as those store them who invented the formats."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from examples import make

from netcost.analysis.costs import analyze
from netcost.analysis.time import moved
from netcost.blocks import BlockFormat, Grouped, MixedFormat, block_formats, computed_in, layout_of
from netcost.dtypes import Precision
from netcost.layers.layer import Layer
from netcost.layers.opaque import Opaque
from netcost.network import MisfitError, Network
from netcost.number import UNKNOWN
from netcost.report import Row
from netcost.shapes import Image, Sequence, Shape, Signal, Tokens, Vector
from netcost.spec.load import load_network


def row(layer: Layer, shape: Shape, weights: str, activations: str = "float16") -> Row:
    """The only layer of a network in a number format."""
    network = Network("net", precision=Precision(weights, activations))
    network.input(shape)
    network.add("layer", layer)
    return analyze(network)["layer"]


def matrix_bytes(outputs: int, inputs: int, dtype: str) -> int:
    """Bytes of one matrix."""
    linear = make("linear", units=outputs, bias=False)
    weight_bytes: int = row(linear, Vector((1, inputs)), dtype).weight_bytes
    return weight_bytes


# -- GGUF

# GGML_QUANT_SIZES of the package gguf 0.19: numbers in a block, bytes of a block.
GGML = {
    "q4_0": (32, 18), "q4_1": (32, 20), "q5_0": (32, 22), "q5_1": (32, 24), "q8_0": (32, 34), "q2_k": (256, 84),
    "q3_k": (256, 110), "q4_k": (256, 144), "q5_k": (256, 176), "q6_k": (256, 210), "q8_k": (256, 292),
    "iq2_xxs": (256, 66), "iq2_xs": (256, 74), "iq3_xxs": (256, 98), "iq1_s": (256, 50), "iq4_nl": (32, 18),
    "iq3_s": (256, 110), "iq2_s": (256, 82), "iq4_xs": (256, 136), "iq1_m": (256, 56), "tq1_0": (256, 54),
    "tq2_0": (256, 66), "mxfp4": (32, 17), "q1_0": (128, 18),
}  # fmt: skip


@pytest.mark.parametrize(("name", "sizes"), GGML.items(), ids=list(GGML))
def test_blocks_of_ggml_have_its_sizes(name: str, sizes: tuple[int, int]) -> None:
    """Three rows of seven blocks of 256 numbers."""
    block, size = sizes
    assert matrix_bytes(3, 7 * 256, name) == 3 * (7 * 256 // block) * size


# Products of gguf.quants.quant_shape_to_byte_shape(shape, type), package gguf 0.19.
GGUF_TENSORS = [
    ((4096, 4096), "q4_0", 9_437_184),
    ((4096, 4096), "q6_k", 13_762_560),
    ((11008, 4096), "q4_k", 25_362_432),
    ((4096, 11008), "q8_0", 47_906_816),
    ((4096, 11008), "iq2_xxs", 11_624_448),
    ((32000, 4096), "tq1_0", 27_648_000),
    ((1024, 4096), "iq4_nl", 2_359_296),
    ((1024, 4096), "mxfp4", 2_228_224),
]


@pytest.mark.parametrize(("shape", "dtype", "size"), GGUF_TENSORS)
def test_tensors_of_a_gguf_file(shape: tuple[int, int], dtype: str, size: int) -> None:
    """Rows of outputs by inputs, as the package gguf stores them."""
    assert matrix_bytes(*shape, dtype) == size


# Files of TheBloke/Llama-2-7B-GGUF: 5,529,194,176 bytes of Q6_K, 7,161,089,728 of Q8_0 and 3,825,807,040 of Q4_0,
# whose output matrix is in q6_k. What stands before the tensors, above all the vocabulary, is 741,056 in each.
LLAMA_2_HEAD = 741_056


LLAMA_2 = """
input: {{tokens: 16}}
dtype: {dtype}
defaults: {{linear: {{bias: false}}, attention: {{bias: false}}}}
blocks:
  Decoder:
    layers:
      - residual: [rmsnorm, attention: 32]
      - residual: [rmsnorm, mul: {{gate: [{{linear: 11008, act: silu}}], up: [linear: 11008]}}, linear: 4096]
layers:
  - {{embedding: 4096, vocab: 32000, dtype: {embed}}}
  - {{Decoder, repeat: 32}}
  - rmsnorm
  - {{linear: 32000, dtype: {head}}}
"""


def llama_2(dtype: str, embed: str, head: str) -> int:
    """Bytes of Llama 2 7B with its decoder, its word table and its output matrix in three formats."""
    text = LLAMA_2.format(dtype=dtype, embed=embed, head=head)
    weight_bytes: int = analyze(load_network(text.encode(), "net.yaml")).totals.weight_bytes
    return weight_bytes


@pytest.mark.parametrize(("dtype", "size"), [("q6_k", 5_529_194_176), ("q8_0", 7_161_089_728)])
def test_a_gguf_file(dtype: str, size: int) -> None:
    """All matrices in one format, the word table too, and the norms in float32."""
    assert llama_2(dtype, dtype, dtype) == size - LLAMA_2_HEAD


AWQ = "{format: int4, group: 128, scale: float16, zero: int4}"


def test_a_gguf_file_of_two_formats() -> None:
    """Its output matrix is in q6_k."""
    assert llama_2("q4_0", "q4_0", "q6_k") == 3_825_807_040 - LLAMA_2_HEAD


@pytest.mark.parametrize(
    "dtype", [f"{{weights: {AWQ}, activations: float16}}", "int4_g128/float16", AWQ, "int4_g128"]
)
def test_a_network_of_awq(dtype: str) -> None:
    """Llama-2-7B-AWQ: the decoder's matrices by groups of 128, all else in float16, however that is written."""
    matrices = 32 * (4 * 4096 * 4096 + 3 * 4096 * 11008)
    rest = 2 * 32000 * 4096 + (2 * 32 + 1) * 4096
    size = matrices // 2 + matrices // 128 * 2 + matrices // 128 // 2 + 2 * rest
    assert size == 3_889_307_648
    assert llama_2(dtype, "float16", "float16") == size


# -- bitsandbytes, fp8, MX

MATRICES = [
    # QLoRA, arXiv:2305.14314: a float32 for each block of 64, wherever rows end: 300 numbers are 5 blocks.
    ("nf4", 4096, 4096, 4096 * 4096 // 2 + 4096 * 4096 // 64 * 4),
    ("nf4", 3, 100, 150 + 5 * 4),
    ("fp4", 3, 100, 150 + 5 * 4),
    # A byte for each block of 64, a float32 for each 256 of those and one that is subtracted from all of them.
    ("nf4_double", 4096, 4096, 4096 * 4096 // 2 + 262_144 + 262_144 // 256 * 4 + 4),
    ("nf4_double", 3, 100, 150 + 5 + 1 * 4 + 4),
    # DeepSeek-V3's kv_a_proj_with_mqa: 576 x 7168 with a weight_scale_inv of 5 x 56 in float32.
    ("fp8_block", 576, 7168, 576 * 7168 + 5 * 56 * 4),
    ("fp8_tensor", 576, 7168, 576 * 7168 + 4),
    ("fp8_channel", 576, 7168, 576 * 7168 + 576 * 4),
    ("int8_channel", 10, 33, 330 + 10 * 4),
    ("fp8", 10, 33, 330),
    # OCP MX 1.0: a byte for each 32 of a row; NVFP4: one for each 16, and a float32 for the tensor.
    ("mxfp8", 10, 64, 640 + 20),
    ("mxfp8", 10, 33, 330 + 20),
    ("mxfp6", 10, 64, 640 * 6 // 8 + 20),
    ("mxfp4", 10, 64, 640 // 2 + 20),
    ("nvfp4", 10, 64, 640 // 2 + 40 + 4),
    ("int3_g64", 10, 100, 1000 * 3 // 8 + 20 * 2 + 20 * 3 // 8 + 1),  # 60 bits are 8 bytes
]


@pytest.mark.parametrize(("dtype", "outputs", "inputs", "size"), MATRICES)
def test_a_matrix_takes_its_scales_too(dtype: str, outputs: int, inputs: int, size: int) -> None:
    """A last group that is not full has a scale, too."""
    assert matrix_bytes(outputs, inputs, dtype) == size


# -- rows of each kind of weight

BY_32 = "mxfp8"
"""A byte for each number, one for each 32 of a row, and bfloat16 beside."""

ROWS: list[tuple[str, dict[str, Any], Shape, int]] = [
    # 33 inputs are two groups in each of 64 rows.
    ("linear", {"units": 64, "bias": False}, Vector((1, 33)), 64 * (33 + 2)),
    ("linear", {"units": 64}, Vector((1, 33)), 64 * (33 + 2) + 2 * 64),
    ("linear", {"units": 64, "bias": False, "groups": 2}, Vector((1, 66)), 64 * (33 + 2)),
    ("linear", {"units": 64, "bias": False, "weight_norm": True}, Vector((1, 33)), 64 * (33 + 2) + 2 * 64),
    # A filter's 3 * 3 * 8 = 72 numbers are three groups; grouped, 36 are two.
    ("conv", {"filters": 16, "kernel": 3, "bias": False}, Image((1, 8, 9, 9)), 16 * (72 + 3)),
    ("conv", {"filters": 16, "kernel": 3, "groups": 2}, Image((1, 8, 9, 9)), 16 * (36 + 2) + 2 * 16),
    ("dwconv", {"kernel": 3, "bias": False}, Image((1, 8, 9, 9)), 8 * (9 + 1)),
    ("convtranspose", {"filters": 5, "kernel": 2, "bias": False}, Signal((1, 33, 9)), 5 * (66 + 3)),
    ("embedding", {"dim": 33, "vocab": 100}, Tokens((1, 4)), 100 * (33 + 2)),
    ("embeddingbag", {"dim": 33, "vocab": 100}, Tokens((1, 4)), 100 * (33 + 2)),
    ("attention", {"heads": 1, "bias": False}, Sequence((1, 4, 33)), 4 * 33 * (33 + 2)),
    ("attention", {"heads": 1}, Sequence((1, 4, 33)), 4 * 33 * (33 + 2) + 2 * 4 * 33),
    # Tables of 2 * 4 - 1 and 2 * 5 - 1 distances; a table of 8 buckets for each of 3 heads.
    (
        "attention",
        {"heads": 1, "bias": False, "position": {"decomposed": True}},
        Image((1, 33, 4, 5)),
        4 * 33 * 35 + 2 * 33 * (7 + 9),
    ),
    (
        "attention",
        {"heads": 3, "bias": False, "position": {"buckets": 8}},
        Sequence((1, 4, 33)),
        4 * 33 * 35 + 2 * 24,
    ),
    # Input and state for 4 * 3 gates and units, and two biases.
    ("lstm", {"units": 3}, Sequence((1, 4, 33)), 12 * (33 + 2) + 12 * (3 + 1) + 2 * 2 * 12),
    # The window's table of biases is no matrix.
    ("windowattention", {"heads": 1, "window": 2, "bias": False}, Image((1, 33, 4, 4)), 4 * 33 * 35 + 2 * 9),
    ("posembed", {}, Sequence((1, 4, 33)), 2 * 4 * 33),
    ("class_token", {}, Sequence((1, 4, 33)), 2 * 33),
    ("layernorm", {}, Sequence((1, 4, 33)), 2 * 2 * 33),
    ("prelu", {"per_channel": True}, Sequence((1, 4, 33)), 2 * 33),
]


@pytest.mark.parametrize(("head", "fields", "shape", "size"), ROWS)
def test_groups_run_along_what_an_output_is_computed_from(
    head: str, fields: dict[str, Any], shape: Shape, size: int
) -> None:
    """Biases, norms and tables of positions have none."""
    assert row(make(head, **fields), shape, BY_32).weight_bytes == size


def test_a_learned_tensor_is_no_matrix() -> None:
    """As the queries of DETR, in float16."""
    network = Network("net", precision=Precision("nf4", "float16"))
    network.input(Vector((1, 3)))
    network.add("layer", make("parameter", shape=[100, 256]), [])
    assert analyze(network)["layer"].weight_bytes == 2 * 100 * 256


def test_experts_are_matrices_of_their_own() -> None:
    """A layer of gpt-oss-20b: router and biases in bfloat16, 32 numbers of the experts in 17 bytes.

    With all that is not in experts in bfloat16, its checkpoint has 13,761,264,768 bytes.
    """
    layer = make("moe", experts=32, active=4, hidden=2880, bias=True)
    found = row(layer, Sequence((1, 1, 2880)), "mxfp4", "bfloat16")
    experts = 32 * 3 * 2880 * 2880
    beside = 32 * 2880 + 32 + 32 * 3 * 2880
    assert found.params == experts + beside
    assert found.weight_bytes == experts // 32 * 17 + 2 * beside
    assert 24 * experts // 32 * 17 + 2 * (20_914_757_184 - 24 * experts) == 13_761_264_768


def test_blocks_of_rows_and_columns_stay_within_an_expert() -> None:
    """Two of 128 x 128 for each of three matrices of 130 x 100, in each of four experts."""
    found = row(make("moe", experts=4, active=1, hidden=130), Vector((1, 100)), "fp8_block")
    assert found.weight_bytes == 4 * 3 * (130 * 100 + 2 * 4) + 2 * 4 * 100


# -- what has no scales

FALLBACKS = [
    ("q4_0", "float16", 4),  # as GGUF has it
    ("nf4", "float16", 2),  # that in which is computed
    ("nf4", "float32", 4),
    ("fp8_block", "bfloat16", 2),
    ("int4_g32", "int4_g32", 2),  # that of the scales
    ("mxfp4", "mxfp4", 2),
]


@pytest.mark.parametrize(("weights", "activations", "size"), FALLBACKS)
def test_what_is_no_matrix_is_kept_in_another_format(weights: str, activations: str, size: int) -> None:
    """A norm of 5 channels has 10 parameters."""
    assert row(make("layernorm"), Vector((1, 5)), weights, activations).weight_bytes == 10 * size


def test_a_format_may_say_what_the_rest_is_in() -> None:
    """The one that is written wins; small scales are not good enough."""
    double = BlockFormat.of(Grouped("int8", scale="float32", other="float64"))
    small = BlockFormat.of(Grouped("int8", inputs=32, scale="float8_e8m0"))
    assert row(make("layernorm"), Vector((1, 5)), double).weight_bytes == 10 * 8
    assert row(make("layernorm"), Vector((1, 5)), small, small).weight_bytes == 10 * 4


# -- activations

ACTIVATIONS: list[tuple[Shape, str, int]] = [
    # 33 features are two groups at each of 2 * 4 positions.
    (Sequence((2, 4, 33)), "mxfp8", 2 * 4 * (33 + 2)),
    (Image((2, 33, 4, 5)), "mxfp8", 2 * 4 * 5 * (33 + 2)),
    (Vector((2, 33)), "mxfp8", 2 * (33 + 2)),
    (Sequence((2, 4, 33)), "fp8_tensor", 2 * 4 * 33 + 4),
    (Sequence((2, 4, 33)), "fp8_channel", 2 * 4 * (33 + 4)),  # a scale for each token
]


@pytest.mark.parametrize(("shape", "dtype", "size"), ACTIVATIONS)
def test_groups_of_activations_run_along_the_features(shape: Shape, dtype: str, size: int) -> None:
    """Whatever axis they are."""
    assert row(make("relu"), shape, "float32", dtype).activation_bytes == size


# -- what is read and computed


def test_a_part_of_a_table_is_read_with_its_scales() -> None:
    """8 of 100 vectors of 64 numbers, each two blocks of 34 bytes."""
    network = Network("net", precision=Precision("q8_0", "float16"))
    network.input(Tokens((2, 4)))
    network.add("table", make("embedding", dim=64, vocab=100))
    assert [each.weights for each in moved(network)] == [8 * 2 * 34]


def test_what_is_not_known_is_read_as_not_known() -> None:
    """Of a layer of which nobody knows the weights."""
    network = Network("net", precision=Precision("nf4", "float16"))
    network.input(Vector((1, 4)))
    network.add("layer", Opaque(Vector((1, 4))))
    assert [each.weights for each in moved(network)] == [UNKNOWN]


COMPUTED = [
    ("int8", "int8"),
    ("fp8", "float8"),
    ("fp8_block", "float8"),
    ("mxfp8", "float8"),
    ("q8_0", "q8_0"),
]


@pytest.mark.parametrize(("dtype", "plain"), COMPUTED)
def test_scales_do_not_change_what_is_computed_in(dtype: str, plain: str) -> None:
    """Devices know rates of plain formats."""
    assert computed_in(dtype) == plain


# -- what does not fit

MISFITS = [
    (
        make("linear", units=300),
        Vector((1, 300)),
        "q4_0",
        "q4_0 stores rows in blocks of 32, and a row of this weight has 300 numbers: the weight is 300 x 300",
    ),
    (
        make("conv", filters=64, kernel=3),
        Image((1, 256, 8, 8)),
        "q4_k",
        "q4_k stores rows of matrices, and this weight is a kernel of 9 taps: the weight is 64 x 256 x 3 x 3",
    ),
]


@pytest.mark.parametrize(("layer", "shape", "dtype", "message"), MISFITS)
def test_rows_that_are_no_whole_blocks_are_refused(
    layer: Layer, shape: Shape, dtype: str, message: str
) -> None:
    """By gguf.quants.quant_shape_to_byte_shape too."""
    with pytest.raises(MisfitError, match=message) as raised:
        row(layer, shape, dtype)
    assert raised.value.hint == "write `dtype: float16` at this item"


def test_a_kernel_of_one_tap_is_a_matrix() -> None:
    """64 filters of 256 channels are 64 blocks."""
    layer = make("conv", filters=64, kernel=1, bias=False)
    assert row(layer, Image((1, 256, 8, 8)), "q4_k").weight_bytes == 64 * 144


# -- names


def test_a_common_name_is_told_for_what_it_stands_for() -> None:
    """Else what it consists of."""
    assert BlockFormat.of(Grouped("int4", inputs=128, scale="float16", zero="int4")) == "int4_g128"
    assert BlockFormat.of(Grouped("int4", inputs=96, scale="float16")) == "int4(group=96, scale=float16)"
    assert BlockFormat.of(Grouped("int4", outputs=2, inputs=3, scale="float16")) == (
        "int4(group=[2, 3], scale=float16)"
    )
    assert BlockFormat.of(Grouped("int4", scale="float16", other="float32")) == (
        "int4(group=row, scale=float16, other=float32)"
    )


@pytest.mark.parametrize("name", block_formats())
def test_formats_are_plain_data(name: str) -> None:
    """They can be stored and sent."""
    found = block_formats()[name]
    assert found == name
    assert pickle.loads(pickle.dumps(found)).layout == layout_of(name)  # noqa: S301


# -- several formats in one layer


def test_each_weight_in_a_format_of_its_own() -> None:
    """A matrix of 8 x 256 in blocks of 210 bytes for 256 numbers, a bias of 8 numbers of 4 bytes."""
    mixed = MixedFormat.of({"weight": "q6_k", "bias": "float32"}, "q6_k")
    found = row(make("linear", units=8), Vector((1, 256)), mixed, "float32")
    assert found.weight_bytes == 8 * 210 + 8 * 4
    assert str(mixed) == "q6_k(bias=float32)"
    assert computed_in(mixed) == "q6_k"
    assert pickle.loads(pickle.dumps(mixed)).formats == {"weight": "q6_k", "bias": "float32"}  # noqa: S301


def test_formats_that_do_not_differ_are_one() -> None:
    assert MixedFormat.of({"weight": "q6_k", "bias": "q6_k"}, "q6_k") == "q6_k"


def test_plain_formats_side_by_side() -> None:
    mixed = MixedFormat.of({"weight": "float16", "bias": "float32"}, "float16")
    assert row(make("linear", units=8), Vector((1, 10)), mixed, "float32").weight_bytes == 80 * 2 + 8 * 4
