"""What items say beside their head: whose weights they use, number formats, defaults, what follows a layer."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from specs import errors, report

from netcost.shapes import Shape

# -- weights: sharing, freezing, training only

SHARING = [
    pytest.param(
        "layers: [{name: a, linear: 3}, {name: b, linear: 3, share: a}, {linear: 3, share: b}]",
        {"a": (12, ""), "b": (0, "a"), "linear1": (0, "b")},
        id="a layer",
    ),
    pytest.param(
        "layers: [{name: a, linear: 5, bias: false}, {linear: 3, bias: false, share: a}]",
        {"a": (15, ""), "linear1": (0, "a")},
        id="transposed",
    ),
    pytest.param(
        "layers: [{name: a, linear: 3, norm: layernorm, act: relu}, {linear: 3, norm: layernorm, act: relu, share: a}]",
        {
            "a": (9, ""),
            "a.norm": (6, ""),
            "a.act": (0, ""),
            "linear1": (0, "a"),
            "linear1.norm": (0, "a.norm"),
            "linear1.act": (0, ""),
        },
        id="with the norm that follows it",
    ),
    pytest.param(
        """
blocks: {B: {layers: [{linear: 3}, {residual: [{name: mid, linear: 3}], act: prelu}]}}
layers: [{name: a, B}, {B, share: a}, {name: c, seq: [B, linear: 3]}, {name: d, seq: [B, linear: 3], share: c}]
""",
        {
            "a.linear1": (12, ""),
            "a.mid": (12, ""),
            "a.add1": (0, ""),
            "a.add1.act": (1, ""),
            "B1.linear1": (0, "a.linear1"),
            "B1.mid": (0, "a.mid"),
            "B1.add1": (0, ""),
            "B1.add1.act": (0, "a.add1.act"),
            "c.B1.linear1": (12, ""),
            "c.B1.mid": (12, ""),
            "c.B1.add1": (0, ""),
            "c.B1.add1.act": (1, ""),
            "c.linear1": (12, ""),
            "d.B1.linear1": (0, "c.B1.linear1"),
            "d.B1.mid": (0, "c.B1.mid"),
            "d.B1.add1": (0, ""),
            "d.B1.add1.act": (0, "c.B1.add1.act"),
            "d.linear1": (0, "c.linear1"),
        },
        id="all that is inside a block or a group",
    ),
    pytest.param(
        "layers: [{name: a, linear: 3}, {name: b, linear: 3, repeat: 2, share: a}]",
        {"a": (12, ""), "b.0": (0, "a"), "b.1": (0, "a")},
        id="every repetition with one item",
    ),
    pytest.param(
        "layers: [{name: a, linear: 3, repeat: 2}, {linear: 3, repeat: 2, share: a}]",
        {"a.0": (12, ""), "a.1": (12, ""), "linear1.0": (0, "a.0"), "linear1.1": (0, "a.1")},
        id="repetitions one by one",
    ),
    pytest.param(
        "layers: [{name: a, linear: 3}, {seq: [{linear: 3, share: a}], repeat: 2}]",
        {"a": (12, ""), "seq1.0.linear1": (0, "a"), "seq1.1.linear1": (0, "a")},
        id="from inside a list",
    ),
    pytest.param(
        """
blocks: {B: {layers: [{name: c, linear: 3}, relu]}}
layers: [{name: s, seq: [{name: c, linear: 3}]}, {name: b, B, repeat: 2}, {linear: 3, share: s.c}, {linear: 3, share: b.0.c}, {linear: 3, share: b.c}]
""",
        {
            "s.c": (12, ""),
            "b.0.c": (12, ""),
            "b.0.relu1": (0, ""),
            "b.1.c": (12, ""),
            "b.1.relu1": (0, ""),
            "linear1": (0, "s.c"),
            "linear2": (0, "b.0.c"),
            "linear3": (0, "b.1.c"),
        },
        id="a part of a group or a block",
    ),
    pytest.param(
        """
blocks: {B: {layers: [C]}, C: {layers: [{linear: 3, share: outer}, {linear: 3, share: s.c}]}}
layers: [{name: outer, linear: 3}, {name: s, seq: [{name: c, linear: 3}]}, B]
""",
        {"outer": (12, ""), "s.c": (12, ""), "B1.C1.linear1": (0, "outer"), "B1.C1.linear2": (0, "s.c")},
        id="from inside a block",
    ),
    pytest.param(
        """
blocks:
  B: {inputs: [x, y], layers: [{linear: 3, share: y.c, from: x}, {C, from: [prev, y]}]}
  C: {inputs: [x, owner], layers: [{linear: 3, share: owner.d, from: x}]}
layers: [{name: s, seq: [{name: c, linear: 3}, {name: d, linear: 3}]}, {B, from: [input, s]}]
""",
        {"s.c": (12, ""), "s.d": (12, ""), "B1.linear1": (0, "s.c"), "B1.C1.linear1": (0, "s.d")},
        id="what is passed to a block",
    ),
    pytest.param(
        """
blocks: {B: {layers: [{residual: [linear: 3], share: none}, {seq: [linear: 3]}]}}
layers: [{name: a, B}, {B, share: a}]
""",
        {
            "a.linear1": (12, ""),
            "a.add1": (0, ""),
            "a.linear2": (12, ""),
            "B1.linear1": (12, ""),
            "B1.add1": (0, ""),
            "B1.linear2": (0, "a.linear2"),
        },
        id="all but a residual",
    ),
    pytest.param(
        """
blocks: {B: {layers: [{linear: 3, norm: {layernorm, share: none}}, {linear: 3, share: none}]}}
layers: [{name: a, B}, {name: b, B, share: a}]
""",
        {
            "a.linear1": (9, ""),
            "a.linear1.norm": (6, ""),
            "a.linear2": (12, ""),
            "b.linear1": (0, "a.linear1"),
            "b.linear1.norm": (6, ""),
            "b.linear2": (12, ""),
        },
        id="all but what has its own",
    ),
    pytest.param(
        "layers: [{name: a, linear: 3}, {linear: 3, share: {weight: a}, norm: layernorm, bias: true}]",
        {"a": (12, ""), "linear1": (3, "a"), "linear1.norm": (6, "")},
        id="a weight, with a bias of its own",
    ),
    pytest.param(
        "layers: [{name: a, linear: 3}, {name: b, linear: 3}, {linear: 3, share: {weight: a.weight, bias: b}}]",
        {"a": (12, ""), "b": (12, ""), "linear1": (0, "a, b")},
        id="weights of several layers",
    ),
    pytest.param(
        "layers: [{name: a, linear: 5}, {linear: 3, share: {weight: a}}]",
        {"a": (20, ""), "linear1": (3, "a")},
        id="a weight, transposed",
    ),
    pytest.param(
        "layers: [{name: a, linear: 3, repeat: 2}, {linear: 3, repeat: 2, share: {weight: a}}]",
        {"a.0": (12, ""), "a.1": (12, ""), "linear1.0": (3, "a.0"), "linear1.1": (3, "a.1")},
        id="a weight, repetitions one by one",
    ),
]


@pytest.mark.parametrize(("text", "expected"), SHARING)
def test_shared_weights_count_once(text: str, expected: Mapping[str, tuple[int, str]]) -> None:
    """What shares has no parameters of its own and names the layer that owns them; it runs all the same."""
    found = report(f"input: [3]\n{text}")
    assert {row.name: (row.params, row.shares) for row in found} == expected
    assert all(row.macs > 0 for row in found if row.type == "linear")


def test_frozen_weights_are_not_trained() -> None:
    """They count as parameters, and not as trainable ones; so does all that is inside a frozen group."""
    found = report(
        """
input: [3]
layers:
  - {name: a, linear: 3, norm: layernorm, frozen: true}
  - {linear: 3, frozen: false}
  - {seq: [linear: 3, {linear: 3, frozen: false}], frozen: true}
"""
    )
    assert [(row.params, row.trainable_params) for row in found] == [
        (9, 0),
        (6, 0),
        (12, 12),
        (12, 0),
        (12, 12),
    ]
    assert (found.totals.params, found.totals.trainable_params) == (51, 24)


BLOCK = "blocks: {B: {layers: [{linear: 3, frozen: false}, linear: 3]}}"
INNER = [
    pytest.param("layers: [{frozen: true, seq: [{linear: 3, frozen: false}]}]", [15], id="in a group"),
    pytest.param(f"{BLOCK}\nlayers: [{{B, frozen: true}}]", [15, 0], id="in a block"),
    pytest.param(
        "layers: [{frozen: true, repeat: 2, seq: [{linear: 4, frozen: false}]}]", [20, 20], id="repeated"
    ),
    pytest.param(
        "layers: [{frozen: true, residual: [{linear: 4, frozen: false}], shortcut: [linear: 4]}]",
        [20, 0, 0],
        id="in a residual",
    ),
    pytest.param(
        "layers: [{concat: {a: [{linear: 3, frozen: false}], b: [linear: 3]}, frozen: true}]",
        [15, 0, 0],
        id="in a branch",
    ),
    pytest.param(
        "layers: [{frozen: true, seq: [{frozen: false, seq: [linear: 3, {linear: 2, frozen: true}]}]}]",
        [15, 0],
        id="further inside once more",
    ),
    pytest.param(
        "layers: [{frozen: true, seq: [{linear: 3, frozen: false, norm: layernorm}]}]",
        [12, 6],
        id="with what follows",
    ),
    pytest.param(
        "layers: [{frozen: true, seq: [{linear: 3, frozen: false, repeat: 2, first: {bias: false}}]}]",
        [12, 12],
        id="in the first repetition too",
    ),
]


@pytest.mark.parametrize(("text", "trained"), INNER)
def test_the_innermost_says_what_is_frozen(text: str, trained: list[int]) -> None:
    """`frozen: false` inside of what is frozen trains that part: n inputs and m units are (n + 1) m weights."""
    assert [row.trainable_params for row in report(f"input: [4]\n{text}")] == trained


PARTLY = [
    pytest.param("layers: [{linear: 3, frozen: weight}]", [3], id="a weight"),
    pytest.param("layers: [{linear: 3, frozen: [weight, bias]}]", [0], id="several"),
    pytest.param("layers: [{frozen: weight, seq: [linear: 3, layernorm]}]", [3, 3], id="of all inside"),
    pytest.param("layers: [{frozen: weight, seq: [{linear: 3, frozen: false}]}]", [15], id="not further inside"),
    pytest.param("defaults: {linear: {frozen: true}}\nlayers: [linear: 3, {linear: 3, frozen: false}]", [0, 12], id="by default"),
    pytest.param("defaults: {linear: {frozen: weight}}\nlayers: [linear: 3]", [3], id="a weight by default"),
    pytest.param("layers: [{linear: 4, frozen: i < 2, repeat: 3}]", [0, 0, 20], id="an expression"),
    pytest.param("params: {freeze: true}\nlayers: [{linear: 3, frozen: freeze}]", [0], id="a parameter"),
    pytest.param("params: {weight: false}\nlayers: [{linear: 3, frozen: weight}]", [15], id="a parameter called so"),
    pytest.param("layers: [{name: a, linear: 4}, {linear: 4, share: {weight: a}, frozen: bias}]", [20, 0], id="with a tie"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "trained"), PARTLY)
def test_weights_are_frozen_by_name_and_by_expressions(text: str, trained: list[int]) -> None:
    """Of 4 x m weights and m biases."""
    found = report(f"input: [4]\n{text}")
    assert [row.trainable_params for row in found] == trained


def test_biases_alone_are_trained() -> None:
    """BitFit (Ben Zaken et al., arXiv:2106.10199): of an encoder layer 4 C of attention, 4 C + C of the MLP, 2 C of norms."""
    text = """
input: {sequence: [6, 8]}
layers:
  - frozen: weight
    seq:
      - residual: [layernorm, {attention: 2}]
      - residual: [layernorm, {linear: 32}, gelu, {linear: 8}]
"""
    assert report(text).totals.trainable_params == (4 + 4 + 1 + 2) * 8


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "layers: [{linear: 3, frozen: wieght}]",
            "net.yaml:2:30 no layer that it stands for has a weight `wieght` -> did you mean `weight`?",
        ),
        ("layers: [{linear: 3, frozen: 1 > }]", "net.yaml:2:32 the expression ends where a number or a name is expected"),
        ("layers: [{linear: 3, training_only: weight}]", "net.yaml:2:37 unknown name `weight` -> names are those of `params`, of `let`, and of lengths, as `in_channels`"),
    ],
)  # fmt: skip
def test_what_freezes_nothing_is_refused(text: str, message: str) -> None:
    """A word that is neither a value nor a weight."""
    assert errors(f"input: [4]\n{text}") == [message]


def test_layers_are_for_training_only_by_expressions() -> None:
    """Of 4 inputs and 3 units 12 MACs."""
    text = "params: {deploy: true}\ninput: [4]\nlayers: [{linear: 4, training_only: i == 1, repeat: 2}, {linear: 3, training_only: deploy}]"
    assert [row.macs for row in report(text)] == [16, 0, 0]


def test_the_innermost_says_what_is_for_training_only() -> None:
    """`training_only: false` inside runs: 4 x 3 MACs; what is beside it does not."""
    found = report(
        "input: [4]\nlayers: [{training_only: true, seq: [{linear: 3, training_only: false}, linear: 3]}]"
    )
    assert [(row.params, row.macs) for row in found] == [(15, 12), (12, 0)]


def test_what_is_for_training_only_has_weights_and_does_not_run() -> None:
    """An auxiliary classifier counts as parameters; it takes no MACs, no operations and no memory."""
    found = report(
        """
input: [3, 8, 8]
layers:
  - {name: stem, conv: 4, kernel: 1, norm: batchnorm, act: relu}
  - {name: aux, training_only: true, seq: [gap, {linear: 10, act: relu}]}
  - {conv: 5, kernel: 1, from: stem}
"""
    )
    aux = [found[name] for name in ("aux.gap1", "aux.linear1", "aux.linear1.act")]
    assert [row.params for row in aux] == [0, 4 * 10 + 10, 0]
    assert [str(row.output) for row in aux] == ["4", "10", "10"]
    assert [
        (row.macs, row.ops, row.activation_elements, row.activation_bytes, row.active_params) for row in aux
    ] == [(0, 0, 0, 0, 0)] * 3
    assert found.warnings == ()
    assert [*found.outputs] == ["conv1"]


def test_items_may_have_number_formats_of_their_own() -> None:
    """The file's hold unless an item's or those of its group do; weights and activations are told apart."""
    found = report(
        """
dtype: float16
defaults: {elu: {dtype: int8}}
blocks: {B: {layers: [tanh, {relu, dtype: {weights: int4}}]}}
layers:
  - {conv: 4, kernel: 1, norm: bn}
  - {conv: 4, kernel: 1, norm: bn, dtype: int8/float32}
  - {B, dtype: {activations: bfloat16}}
  - elu
  - {elu, dtype: float64}
"""
    )
    assert [(row.name, row.precision.weights, row.precision.activations) for row in found] == [
        ("conv1", "float16", "float16"),
        ("conv1.norm", "float16", "float16"),
        ("conv2", "int8", "float32"),
        ("conv2.norm", "int8", "float32"),
        ("B1.tanh1", "float16", "bfloat16"),
        ("B1.relu1", "int4", "bfloat16"),
        ("elu1", "int8", "int8"),
        ("elu2", "float64", "float64"),
    ]


# -- defaults, aliases, norm and act

LABELS = [
    pytest.param(
        "defaults: {conv: {kernel: 3, pad: 1}}\nlayers: [conv: 4, {conv: 4, pad: 0}, {conv: 4, kernel: 1}]",
        ["K=3, P=1", "K=3, P=0", "K=1, P=1"],
        id="an item's own field wins",
    ),
    pytest.param(
        "defaults: {conv2d: {kernel_size: 3, padding: 1}}\nlayers: [conv: 4, {conv2d: 4, pad: 0}, {conv: 4, kernel: 1}]",
        ["K=3, P=1", "K=3, P=0", "K=1, P=1"],
        id="under any spelling of the layer type and the field",
    ),
    pytest.param(
        """
defaults: {conv: {kernel: 3, padding: 1}}
blocks: {B: {defaults: {conv2d: {kernel: 5, pad: 2}}, layers: [conv: 4]}, C: {defaults: {conv: {stride: 2}}, layers: [conv: 4]}}
layers: [conv: 4, B, C]
""",
        ["K=3, P=1", "K=5, P=2", "K=3, P=1"],
        id="a block's lie over the file's, field by field",
    ),
    pytest.param(
        "defaults: {conv: {kernel: 3, pad: 1}}\nlayers: [{conv: 4, pad: none}, {conv: 4, kernel: 1, pad: none}]",
        ["K=3, P=0", "K=1, P=0"],
        id="none cancels",
    ),
    pytest.param(
        "params: {k: 3}\ndefaults: {conv: {kernel: k, pad: k // 2}}\nlayers: [let: {k: 5}, conv: 4]",
        ["K=5, P=2"],
        id="expressions are evaluated where they are used",
    ),
]


@pytest.mark.parametrize(("text", "windows"), LABELS)
def test_defaults_hold_field_by_field(text: str, windows: list[str]) -> None:
    """What an item leaves out comes from the block's defaults, the file's, the layer type's."""
    labels = [row.label for row in report(text)]
    assert [re.sub(r".*(K=\d), (P=\d).*", r"\1, \2", label) for label in labels] == windows


FOLLOWERS = [
    pytest.param("{conv: 4, kernel: 1}", {"conv1": 16}, id="none: with a bias"),
    pytest.param("{conv: 4, kernel: 1, norm: bn}", {"conv1": 12, "conv1.norm": 8}, id="a norm: no bias"),
    pytest.param(
        "{conv: 4, kernel: 1, act: relu, norm: bn}",
        {"conv1": 12, "conv1.norm": 8, "conv1.act": 0},
        id="first the norm, then the activation, however they are written",
    ),
    pytest.param(
        "{conv: 4, kernel: 1, act: prelu}", {"conv1": 16, "conv1.act": 1}, id="an activation: with a bias"
    ),
    pytest.param(
        "{conv: 4, kernel: 1, norm: bn, bias: true}",
        {"conv1": 16, "conv1.norm": 8},
        id="a bias that is written",
    ),
    pytest.param(
        "{conv: 4, kernel: 1, norm: bn, use_bias: true}",
        {"conv1": 16, "conv1.norm": 8},
        id="a bias in other words",
    ),
    pytest.param(
        "{conv: 4, kernel: 1, norm: bn, bias: none}",
        {"conv1": 12, "conv1.norm": 8},
        id="a bias that is cancelled",
    ),
    pytest.param("{conv: 4, kernel: 1, norm: none, act: none}", {"conv1": 16}, id="cancelled ones"),
    pytest.param("{conv: 4, kernel: 1, norm: , act: }", {"conv1": 16}, id="empty ones"),
    pytest.param(
        "{conv: {filters: 4, kernel: 1, norm: bn, act: relu}}",
        {"conv1": 12, "conv1.norm": 8, "conv1.act": 0},
        id="inside the head",
    ),
    pytest.param(
        "{conv: 4, kernel: 1, norm: {groupnorm: 2}, act: {prelu, per_channel: true}}",
        {"conv1": 12, "conv1.norm": 8, "conv1.act": 4},
        id="with fields",
    ),
    pytest.param(
        "{dwconv: 1, norm: bn, act: relu}",
        {"dwconv1": 3, "dwconv1.norm": 6, "dwconv1.act": 0},
        id="of a depthwise convolution",
    ),
    pytest.param(
        "{deconv: 4, kernel: 1, norm: bn}",
        {"convtranspose1": 12, "convtranspose1.norm": 8},
        id="of a transposed convolution",
    ),
    pytest.param(
        "{seq: [flatten, {linear: 2, norm: bn, act: relu}]}",
        {"flatten1": 0, "linear1": 384, "linear1.norm": 4, "linear1.act": 0},
        id="of a linear layer",
    ),
    pytest.param(
        "{conv: 4, kernel: 1, norm: {bn, if: in_channels > 4}, act: {relu, if: in_channels == 4}}",
        {"conv1": 12, "conv1.act": 0},
        id="on a condition",
    ),
]


@pytest.mark.parametrize(("item", "params"), FOLLOWERS)
def test_norm_and_act_follow_a_layer(item: str, params: Mapping[str, int]) -> None:
    """They add layers in that order; before a norm there is no bias unless it is written."""
    found = report(f"layers:\n  - {item}")
    assert [(row.name, row.params) for row in found] == list(params.items())


def test_defaults_may_name_norms_and_activations() -> None:
    """An item's own wins, none cancels, and the bias follows suit."""
    found = report(
        """
defaults: {conv: {kernel: 1, norm: batchnorm, act: relu6}, batchnorm: {affine: false}}
layers: [conv: 4, {conv: 4, norm: none}, {conv: 4, act: none}, {conv: 4, norm: none, act: none, bias: false}, {conv: 4, act: {leakyrelu: 0.2}}]
"""
    )
    assert [(row.name, row.params) for row in found] == [
        ("conv1", 12),
        ("conv1.norm", 0),
        ("conv1.act", 0),
        ("conv2", 20),
        ("conv2.act", 0),
        ("conv3", 16),
        ("conv3.norm", 0),
        ("conv4", 16),
        ("conv5", 16),
        ("conv5.norm", 0),
        ("conv5.act", 0),
    ]
    assert found["conv5.act"].type == "leakyrelu"


@pytest.mark.parametrize(
    ("item", "same"),
    [
        (
            "{conv2d: 4, kernel_size: 3, strides: 2, padding: 1, dilation_rate: 1, use_bias: false}",
            "{conv: 4, kernel: 3, stride: 2, pad: 1, dilation: 1, bias: false}",
        ),
        ("{conv: {out_channels: 4, kernel: 3}}", "{conv: {filters: 4, kernel: 3}}"),
        ("{maxpool2d: {kernel_size: 3, ceil_mode: true}}", "{maxpool: 3, ceil: true}"),
        ("{seq: [flatten, {dense: {out_features: 4}}]}", "{seq: [flatten, {linear: 4}]}"),
        ("{seq: [to_tokens, {attention: {num_heads: 3}}]}", "{seq: [to_tokens, {attention: 3}]}"),
        ("{seq: [bn, {gn: 3}]}", "{seq: [batchnorm, {groupnorm: 3}]}"),
        ("{conv: 4, kernel: 1, in_channels: 3}", "{conv: 4, kernel: 1}"),
    ],
)
def test_the_spellings_of_others_are_read(item: str, same: str) -> None:
    """Heads and fields as PyTorch and Keras call them stand for netcost's own."""

    def facts(text: str) -> list[tuple[str, Shape, int, int]]:
        return [(row.name, row.output, row.params, row.macs) for row in report(f"layers:\n  - {text}")]

    assert facts(item) == facts(same)
