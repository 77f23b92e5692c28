"""What holds for every layer type, read from its declaration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from examples import examples, make, takes
from lanes import lane, lanes

from netcost.language.item_keys import ITEM_KEYS
from netcost.layers import FILES, HEADS, PARTS, all_types, find, heads_of
from netcost.layers.conv import Conv
from netcost.layers.layer import Layer, count
from netcost.layers.position_bias import WORDS
from netcost.layers.refusals import LayerError
from netcost.shapes import Image, Sequence, Shape, Signal, Tensor, Tokens, Vector, Volume
from netcost.traced import Traced

KINDS = all_types()
FOLDER = Path(__file__).parents[2] / "netcost" / "layers"
SHARED = {
    *(
        "__init__",
        "filtered",
        "kept",
        "latent_attention",
        "layer",
        "matrix_state",
        "opaque",
        "operations",
        "position_bias",
        "products",
        "reads",
        "refusals",
        "scores",
        "sliding_window",
        "stored_tensor",
        "tensor",
        "values",
        "weighted",
    )
}
TAKEN = {*ITEM_KEYS, "norm", "act"}

ASKING = {"adaptiveavgpool", "adaptivemaxpool"}
"""What asks for a greatest common divisor, which has no formula; a kind of number may bring its own."""

every_type = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)

INPUTS: list[tuple[Shape, ...]] = [
    (Image((2, 8, 6, 6)),),
    (Sequence((2, 4, 8)),),
    (Sequence((2, 8, 8)),),
    (Vector((2, 8)),),
    (Tokens((2, 4)),),
    (Sequence((2, 4, 8)), Sequence((2, 4, 8))),
    (Sequence((2, 4, 8)), Sequence((2, 8, 4))),
    (Signal((2, 8, 4)),),
    (Image((2, 8, 6, 6)), Image((2, 18, 4, 4))),
    (*(Sequence((2, 4, 8)),) * 3, Sequence((2, 4, 2))),
]


def examples_of(kind: type[Layer]) -> Iterator[tuple[Layer, tuple[Shape, ...]]]:
    """With small numbers, so that the axes of an input take them."""
    return examples(kind, lambda field: [yaml.safe_load(field.type.example), 2, [1], [-1]], INPUTS)


def answers(layer: Layer, inputs: tuple[Shape, ...]) -> dict[str, Any]:
    out = layer.output(*inputs)
    return {
        "output": out,
        "weights": dict(layer.weights(*inputs)),
        "buffers": dict(layer.buffers(*inputs)),
        "macs": layer.macs(out, *inputs),
        "ops": layer.ops(out, *inputs),
        "products": tuple(layer.products(out, *inputs)),
        "active_params": layer.active_params(*inputs),
    }


def test_the_list_of_files_is_that_of_the_declarations() -> None:
    """Every file but the shared ones is in the list, which names exactly the heads that it declares."""
    files = {path.stem for path in FOLDER.glob("*.py")}
    assert set(FILES) == files - SHARED
    for file, heads in FILES.items():
        assert set(heads_of(file)) == set(heads), file


def test_a_part_belongs_to_a_family_that_is_no_part_itself() -> None:
    """A family whose types stand in several files is named by one of them, which is in the list."""
    assert set(PARTS) <= set(FILES)
    assert set(PARTS.values()) <= set(FILES) - set(PARTS)


def test_no_two_layers_share_a_head() -> None:
    """A head leads to one type, and is no key that every item may have."""
    counts = Counter(head for heads in FILES.values() for head in heads)
    assert [head for head, times in counts.items() if times > 1] == []
    assert not set(HEADS) & TAKEN
    assert all(head == head.lower() for head in HEADS)


@every_type
def test_no_two_fields_share_a_name(kind: type[Layer]) -> None:
    """Names and aliases differ from one another and from the keys that every item may have."""
    names = [name for field in kind.fields.values() for name in (field.name, *field.aliases)]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    assert not set(names) & TAKEN


@every_type
def test_a_declaration_explains_itself(kind: type[Layer]) -> None:
    """A sentence, the shapes, the counts, and the source unless the costs are the author's word."""
    text = kind.__doc__ or ""
    sections = ["Shapes:", "Counts:"] + ([] if kind.declared_cost else ["Source:"])
    assert [section for section in sections if section not in text] == []
    assert text.split("\n")[0].endswith(".")
    assert kind.title
    assert [field.name for field in kind.fields.values() if not field.help] == []


@every_type
def test_a_declaration_holds_together(kind: type[Layer]) -> None:
    """The primary field exists, implied fields are valid, and it is found by its own head."""
    assert kind.primary in {"", *kind.fields}
    for head, implied in kind.spellings.items():
        assert find(head) == (kind, implied)
        assert set(implied) <= set(kind.fields)
    assert find(kind.type) == (kind, {})


@every_type
def test_every_answer_is_in_whole_numbers(kind: type[Layer]) -> None:
    """Shapes, weights, operations: plain integers, none negative; the label starts with the title."""
    found = list(examples_of(kind))
    assert found, "an example that some input fits"
    for layer, inputs in found:
        out = layer.output(*inputs)
        assert isinstance(out, Shape)
        assert out[0] == inputs[0][0], "the batch stays"
        tensors = [out, *layer.weights(*inputs).values(), *layer.buffers(*inputs).values()]
        numbers = [
            *(length for tensor in tensors for length in tensor),
            layer.macs(out, *inputs),
            layer.ops(out, *inputs),
            layer.active_params(*inputs),
        ]
        assert {type(number) for number in numbers} == {int}
        assert min(numbers) >= 0
        assert layer.active_params(*inputs) <= count(layer.weights(*inputs))
        assert layer.label(*inputs).startswith(layer.title)


@every_type
def test_products_are_all_that_is_multiplied(kind: type[Layer]) -> None:
    """Their multiply-accumulates add up; what they name is an input, a weight, or an earlier product."""
    options = [example for example in WITH_OPTIONS if type(example[0]) is kind]
    for layer, inputs in [*examples_of(kind), *options]:
        out = layer.output(*inputs)
        products = list(layer.products(out, *inputs))
        assert sum(product.macs for product in products) == layer.macs(out, *inputs)
        known = {*range(len(inputs)), *layer.weights(*inputs), *(product.name for product in products)}
        taken = [product for product in products if product.macs]
        assert {factor for product in taken for factor in product.factors} <= known


@every_type
def test_rules_compute_the_same_with_traced_numbers(kind: type[Layer]) -> None:
    """A derivation cannot drift from the number that it explains."""
    for layer, inputs in examples_of(kind):
        traced = tuple(
            type(x)(Traced.named(length, f"x{axis}") for axis, length in enumerate(x)) for x in inputs
        )
        assert answers(layer, traced) == answers(layer, inputs)


@every_type
def test_rules_compute_many_variants_at_once(kind: type[Layer]) -> None:
    """A rule that asks its numbers nothing holds for an array of them: one for each variant of a network."""
    found = [together(layer, inputs) for layer, inputs in examples_of(kind) if kind.type not in ASKING]
    assert found or kind.type in ASKING


IMAGE = Image((2, 8, 6, 6))
SEQUENCE = Sequence((2, 4, 8))
HALF = Sequence((2, 4, 4))
FILM = Volume((2, 8, 3, 6, 6))

WITH_OPTIONS = [
    (make("conv", filters=8, kernel=3, pad="same", stride=2, groups=2), (IMAGE,)),
    (make("conv", filters=8, kernel=3, pad=((0, 1), 2), dilation=2), (IMAGE,)),
    (make("deconv", filters=8, kernel=3, pad="same", stride=2), (IMAGE,)),
    (make("deconv", filters=8, kernel=3, pad=1, stride=2, output_pad=1), (IMAGE,)),
    (make("deconv", filters=8, kernel=3, pad="same", stride=2, output_pad=0), (IMAGE,)),
    (make("deconv", filters=8, kernel=2, pad="valid", stride=3), (IMAGE,)),
    (make("conv", filters=8, kernel=3, dilation=2, pad="causal"), (Signal((2, 8, 6)),)),
    (make("conv", filters=8, kernel=3, spectral_norm=True), (IMAGE,)),
    (make("dwconv", kernel=3, learned=False), (IMAGE,)),
    (make("maxpool", kernel=3, stride=2, ceil=True, pad=1), (IMAGE,)),
    (make("maxunpool", kernel=3, stride=2, pad=1), (IMAGE,)),
    (make("lppool", kernel=3), (IMAGE,)),
    (make("unfold", kernel=3, dilation=2, pad=1), (IMAGE,)),
    (make("linear", units=8, groups=2), (SEQUENCE,)),
    (make("batchnorm", running=False), (IMAGE,)),
    (make("chunk", parts=3, index=2), (IMAGE,)),
    (make("tensor_split", parts=3, index=2), (IMAGE,)),
    (make("dot", axis=1), (SEQUENCE, SEQUENCE)),
    (make("avgpool", kernel=3, stride=2, pad="same"), (IMAGE,)),
    (make("attention", heads=4, kv_heads=2, rope=True, qk_norm=True), (SEQUENCE, SEQUENCE)),
    (make("attention", heads=4, head_dim=6), (SEQUENCE,)),
    (make("attention", heads=4, value_dim=3, out=False), (SEQUENCE,)),
    (make("attention", heads=2, position="relative"), (SEQUENCE, HALF)),
    (make("attention", heads=2, past=3, window=5, sinks=True, value_dim=3, causal=True), (SEQUENCE,)),
    (make("attention", heads=2, latent={"kv": 3, "rope": 2, "nope": 4, "value": 5}), (SEQUENCE,)),
    (
        make("attention", heads=2, latent={"q": 2, "kv": 3, "rope": 2, "nope": 4, "value": 5}, past=3),
        (SEQUENCE,),
    ),
    *((make("attention", heads=2, position=each), (IMAGE,)) for each in (*WORDS, {"vectors": 5})),
    (make("attention", heads=2, position={"disentangled": 5, "own": True}), (SEQUENCE, SEQUENCE)),
    (make("attention", heads=2, position={"buckets": 5}, out=False), (Tensor((2, 3, 4, 8)),)),
    (make("sdpa", heads=4, kv_heads=2, past=3, window=5, sinks=True), (SEQUENCE, HALF, HALF)),
    (make("sdpa", heads=2, position="decomposed"), (IMAGE, Image((2, 8, 3, 3)))),
    (make("joint_attention", heads=2, qk_norm=True, rope=True), (SEQUENCE, SEQUENCE)),
    (make("linear_attention", heads=2, causal=True), (IMAGE,)),
    (make("deformable_attention", heads=2, levels=3), (SEQUENCE, SEQUENCE)),
    (make("windowattention", heads=2, window=4, shift=2), (IMAGE,)),
    (make("windowattention", heads=2, window=4, position="decomposed"), (IMAGE,)),
    (make("windowattention", heads=2, window=4, position={"mlp": 6}, qk_norm="cosine"), (IMAGE,)),
    (make("moe", experts=4, active=2, hidden=6, bias=True, shared=1), (SEQUENCE,)),
    (make("posembed"), (SEQUENCE,)),
    (make("slice", start=-3, step=2, axis="height"), (IMAGE,)),
    (make("concat", axis="width"), (IMAGE, IMAGE)),
    (make("mul"), (IMAGE, Vector((2, 8)))),
    (make("crop", margins=1), (IMAGE,)),
    (make("reshape", size=(2, -1)), (IMAGE,)),
    (make("lstm", units=6, layers=2, bidirectional=True), (SEQUENCE,)),
    (make("delta_rule", heads=2, chunk=3), (SEQUENCE, SEQUENCE, SEQUENCE, Sequence((2, 4, 2)), SEQUENCE)),
    (make("gated_linear_attention", heads=2, chunk=3, normalized=True), (SEQUENCE,) * 4),
    (make("gated_linear_attention", heads=2), (*(SEQUENCE,) * 4, Sequence((2, 4, 2)))),
    (make("ssd", state_size=1, heads=2, chunk=0), (SEQUENCE,)),
    (
        make("convlstm", filters=4, kernel=3, pad="same", dilation=2, peephole=True),
        (FILM, Image((2, 8, 6, 6))),
    ),
]


@pytest.mark.parametrize(("layer", "inputs"), WITH_OPTIONS, ids=repr)
def test_so_they_do_with_options(layer: Layer, inputs: tuple[Shape, ...]) -> None:
    """Padding, groups, heads and the like take other ways through a rule."""
    assert together(layer, inputs) > 1


def test_one_variant_that_does_not_fit_refuses_all() -> None:
    """As it would be refused alone, with the numbers of each in the message."""
    sizes = Image((lanes(1, 1), lanes(8, 8), lanes(6, 2), lanes(6, 6)))
    with pytest.raises(LayerError, match="a window of 3 is larger than its input of"):
        make("conv", filters=8, kernel=3).output(sizes)


def test_a_grid_that_one_variant_does_not_have_refuses_all() -> None:
    """A table of positions is for as many as its grid has."""
    lengths = Sequence((lanes(1, 1), lanes(6, 7), lanes(8, 8)))
    with pytest.raises(LayerError, match="a table of 2 x 3 is for 6 positions, there are"):
        make("attention", heads=2, position={"table": [2, 3]}).output(lengths)


def together(layer: Layer, inputs: tuple[Shape, ...]) -> int:
    """Compare the answers for several variants at once with those for each alone; returns how many fit."""
    variants = [inputs, tuple(x.with_length(0, 3) for x in inputs), tuple(map(doubled, inputs))]
    variants = [each for each in variants if takes(layer, each)]
    side_by_side = [zip(*xs, strict=True) for xs in zip(*variants, strict=True)]
    found = answers(
        layer,
        tuple(
            type(x)(lanes(*lengths) for lengths in each) for x, each in zip(inputs, side_by_side, strict=True)
        ),
    )
    for index, variant in enumerate(variants):
        assert {name: lane(answer, index) for name, answer in found.items()} == answers(layer, variant)
    return len(variants)


def doubled(x: Shape) -> Shape:
    """The same shape with each axis but the batch and the channels twice as long."""
    axes = {*x.positions.values()} - {x.positions.get("channels")}
    return type(x)(2 * length if axis in axes else length for axis, length in enumerate(x))


@every_type
def test_operations_grow_with_the_batch_and_weights_do_not(kind: type[Layer]) -> None:
    """Three times the samples are three times the operations, on the same weights."""
    for layer, inputs in examples_of(kind):
        once = answers(layer, inputs)
        thrice = answers(layer, tuple(x.with_length(0, 3 * x[0]) for x in inputs))
        assert thrice["output"] == once["output"].with_length(0, 3 * once["output"][0])
        assert (thrice["macs"], thrice["ops"]) == (3 * once["macs"], 3 * once["ops"])
        assert (thrice["weights"], thrice["buffers"]) == (once["weights"], once["buffers"])


def test_a_layer_is_what_its_fields_are() -> None:
    """Two layers with the same fields are equal; other fields or another type make another layer."""
    layer = Conv(filters=8, kernel=3)
    assert layer == Conv(filters=8, kernel=3, stride=1)
    assert len({layer, Conv(filters=8, kernel=3)}) == 1
    assert layer != Conv(filters=8, kernel=5)
    assert layer.with_fields(kernel=5) == Conv(filters=8, kernel=5)
    assert make("maxpool", kernel=2) != make("avgpool", kernel=2)
    assert repr(make("softmax")) == "Softmax()"


def test_a_layer_cannot_be_changed() -> None:
    """Networks may share it."""
    with pytest.raises(AttributeError, match=r"^conv\.filters is set once, when the layer is made$"):
        Conv(filters=8, kernel=3).filters = 16  # type: ignore[misc]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"filters": 8}, "conv needs kernel"),
        ({"filters": 8, "kernel": 3, "kernal": 3}, "conv has no field kernal"),
    ],
)
def test_a_call_with_the_wrong_fields_is_a_defect_of_the_caller(fields: dict[str, int], message: str) -> None:
    """A missing or unknown field is Python's TypeError, not a fault of the network."""
    with pytest.raises(TypeError, match=f"^{message}$"):
        make("conv", **fields)


@pytest.mark.parametrize("fields", [{"kernel": 0, "stride": -1}, {"stride": -1, "kernel": 0}])
def test_of_two_wrong_values_that_of_the_field_declared_first_is_told(fields: dict[str, int]) -> None:
    """In whatever order they are given."""
    with pytest.raises(LayerError, match=r"^kernel: ") as caught:
        make("conv", filters=8, **fields)
    assert caught.value.field == "kernel"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.elementwise], ids=lambda kind: kind.type)
def test_an_elementwise_layer_keeps_the_shape(kind: type[Layer]) -> None:
    """A table that leaves out its row loses no shape."""
    outputs = [(inputs[0], layer.output(*inputs)) for layer, inputs in examples_of(kind)]
    assert outputs
    assert all((type(given), given) == (type(output), output) for given, output in outputs)
