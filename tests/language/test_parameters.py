"""Tensors that need no input, wherever an item may stand."""

from __future__ import annotations

import pytest
from specs import errors, read, report, rows

INPUT = "input: {sequence: [6, 8]}\n"


def test_what_flows_on_is_the_tensor() -> None:
    """What came before is reached by its name; `in_channels` are those of what came before."""
    text = f"""{INPUT}batch: 3
layers:
  - {{name: words, linear: 4}}
  - {{name: queries, parameter: [2, in_channels]}}
  - {{attention: 1, kv: words}}
"""
    assert rows(text) == [("words", "6 x 4"), ("queries", "2 x 4"), ("attention1", "2 x 4")]
    assert read(text)["queries"].output == (3, 2, 4)
    assert read(text, batch=5)["queries"].output == (5, 2, 4)


def test_it_may_be_a_branch() -> None:
    """A class token in front, a mask of one channel: 8 + 6 numbers."""
    found = report(f"""{INPUT}
layers:
  - concat: {{token: [parameter: [1, 8]], x: prev}}
    axis: tokens
  - mul: {{x: prev, mask: [parameter: [7, 1]]}}
""")
    assert [(row.name, row.params) for row in found if row.params] == [
        ("token.parameter1", 8),
        ("mask.parameter1", 7),
    ]


def test_it_may_stand_in_a_block_that_is_repeated_or_shared() -> None:
    """Each call has a tensor of its own, 8 numbers; one that shares none."""
    found = report(f"""{INPUT}
blocks:
  Shift: {{inputs: [x], layers: [{{name: bias, parameter: [8], dtype: float16, frozen: true}}, {{add: [x, bias]}}]}}
layers:
  - {{name: a, Shift, repeat: 2}}
  - {{name: b, Shift}}
  - {{name: c, Shift, share: b}}
""")
    assert [row.params for row in found if row.type == "parameter"] == [8, 8, 8, 0]
    assert {row.trainable_params for row in found} == {0}
    assert {row.weight_bytes for row in found if row.type == "parameter" and not row.shares} == {16}


def test_it_is_shared_as_other_weights_are() -> None:
    """With a parameter, with a table of words; a constant is stored once, too."""
    found = report("""
input: {tokens: 4}
layers:
  - {name: words, embedding: 8, vocab: 10}
  - {name: table, parameter: [10, 8], share: words}
  - {name: fixed, constant: [10, 8]}
  - {name: again, constant: [10, 8], share: fixed}
  - add: [table, fixed, again]
  - {matmul: [words, prev], transpose: true}
""")
    assert [(row.name, row.params, row.buffers) for row in found][:4] == [
        ("words", 80, 0),
        ("table", 0, 0),
        ("fixed", 0, 80),
        ("again", 0, 0),
    ]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (
            "{parameter: 256}",
            "net.yaml:2:22 shape: expected a list of lengths of at least 1, got 256 -> for example `[100, 256]`",
        ),
        ("{parameter: [2, 8], from: input}", "net.yaml:2:11 parameter takes 0 inputs, got 1"),
        (
            "parameter",
            "net.yaml:2:10 parameter needs `shape`: lengths without the batch -> write `- parameter: ...`",
        ),
    ],
)
def test_what_it_refuses(item: str, message: str) -> None:
    """A number alone, an input, and no lengths at all."""
    assert errors(f"{INPUT}layers: [{item}]") == [message]


def test_one_that_goes_nowhere_is_unused() -> None:
    """As any other tensor."""
    network = read(f"{INPUT}layers: [{{name: lost, parameter: [2, 8]}}, {{linear: 3, from: input}}]")
    assert [node.name for node in network.unused()] == ["lost"]


def test_weights_of_a_sum_are_written_beside_it() -> None:
    """BiFPN's fusion: a number for each operand."""
    found = report(
        "input: [3, 8, 8]\nlayers: [{name: c, conv: 3, kernel: 1}, {add: [c, input], weights: fast}]"
    )
    assert found["add1"].params == 2
