"""What a spec's parts count for, and that the count ends what is too much."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from specs import PATH, errors, read

import netcost
from netcost import zoo
from netcost.frontends import load_path
from netcost.language.work import MAX_WORK, Work
from netcost.layers.values import MAX_TEXT
from netcost.source.problem import SpecError
from netcost.spec.load import load_network

FEATURES = "input: [8]\n"
IMAGE = "input: [8, 8, 8]\n"


def spent(text: str, most: int = MAX_WORK) -> int:
    """Units of work that a spec takes."""
    work = Work(most)
    load_network(text.encode(), PATH, work=work)
    return work.spent


EACH_TIME: Mapping[str, tuple[str, int]] = {
    "a layer like the one before": ("{relu, repeat: N}", 1),
    "a layer of an expression, like the one before": ("{dropout: i * 0, repeat: N}", 1 + 1),
    "a layer like no other": ("{linear: i + 1, repeat: N}", 1 + 1 + 3),
    "two values": ("{linear: i + 1, bias: i < 0, repeat: N}", 1 + 2 + 3),
    "an expression of 32 characters": (
        f"{{dropout: i * {'0' + ' + 0' * 6} * 00 , repeat: N}}".replace("00", "0"),
        1 + 2,
    ),
    "a list of three values": ("{reshape: [2, 2, 2 + 0 * i], repeat: N}", 1 + (1 + 1) + 3),
    "two operands": ("{add: [prev, input], repeat: N}", 1 + 2),
    "ten operands": (
        "{add: [prev, input, prev, input, prev, input, prev, input, prev, input], repeat: N}",
        1 + 10,
    ),
    "branches side by side": ("{add: [{relu: , repeat: 3}], repeat: N}", 1 + 1 + 3 + 3),
    "a branch with a layer": ("{add: {left: [relu], right: input}, repeat: N}", 1 + 2 + 1),
    "an activation": ("{linear: 8, act: relu, repeat: N}", 1 + 1),
    "a norm and an activation": ("{linear: 8, norm: layernorm, act: relu, repeat: N}", 1 + 2),
    "an addition": ("{residual: [relu], repeat: N}", 1 + 1 + 1),
    "an addition and an activation": ("{residual: [relu], act: relu, repeat: N}", 1 + 1 + 2),
    "a group": ("{seq: [relu], repeat: N}", 1 + 1),
    "a binding": ("{seq: [let: {a: 1}, relu], repeat: N}", 1 + 1 + 1),
    "a binding of an expression": ("{seq: [let: {a: i}, relu], repeat: N}", 1 + (1 + 1) + 1),
    "a binding of a list of four": ("{seq: [let: {a: four}, relu], repeat: N}", 1 + (1 + 1 + 4) + 1),
    "a call": ("{B: , repeat: N}", 1 + 1 + 1),
    "a call with an argument": ("{C: 1, repeat: N}", 1 + (1 + 1) + 1),
    "a call with two inputs and two outputs": ("{D: , from: [input, input], repeat: N}", 2 + 1 + 2 + 1),
    "a tie": ("{name: a, linear: 8}, {linear: 8, share: {weight: a}, repeat: N}", 1 + 3),
    "sixteen names of frozen weights": (f"{{linear: 8, frozen: [weight{', bias' * 15}], repeat: N}}", 1 + 1),
    "a condition": ("{relu, if: i >= 0, repeat: N}", 1 + 1),
    "shared weights": ("{name: a, linear: 8, repeat: 20}, {name: b, linear: 8, share: a, repeat: N}", 1 + 3),
}


@pytest.mark.parametrize("what", EACH_TIME)
def test_a_repetition_counts_for(what: str) -> None:
    """What each further one adds, after the first have been seen."""
    item, units = EACH_TIME[what]
    text = (
        f"params: {{four: [1, 2, 3, 4]}}\n{FEATURES}"
        f"blocks: {{B: {{layers: [relu]}}, C: {{params: [n], layers: [relu]}}, "
        f"D: {{inputs: [x, y], outputs: [x, y], layers: [relu]}}}}\nlayers: [{item}]\n"
    )
    assert spent(text.replace("N", "19")) - spent(text.replace("N", "11")) == 8 * units


READ: Mapping[str, tuple[str, str, int]] = {
    # what is added to the file: nodes of the tree count a half, the value of a field 1, an item 2
    "four words": ("layers: [relu]", "layers: [relu, relu, relu, relu, relu]", 4 * 2 + 2 + 4),
    "two layers with a field": (
        "layers: [dropout: 0]",
        "layers: [dropout: 0, dropout: 0, dropout: 0]",
        2 * 2 + 3 + 2 + 2,
    ),
    "text that nothing reads": ("layers: [relu]", "layers: [relu]\nnote: [1, 2, 3, 4, 5, 6]", 4),
    "an expression, by its characters": ("layers: [dropout: 0]", "layers: [dropout: 10 - 10]", 7),
    "an expression that was there before": (
        "layers: [dropout: 5 - 5, dropout: 3 - 3]",
        "layers: [dropout: 5 - 5, dropout: 5 - 5]",
        -5,
    ),
    "a block": ("layers: [relu]", "layers: [relu]\nblocks: {B: {layers: []}}", 5 + 3),
    "a parameter": ("params: {a: 1}\nlayers: [relu]", "params: {a: 1, b: 1}\nlayers: [relu]", 1 + 1),
}


@pytest.mark.parametrize("what", READ)
def test_to_read_counts(what: str) -> None:
    """Items, values, and the characters of expressions that are new."""
    less, more, units = READ[what]
    assert spent(f"{FEATURES}{more}\n") - spent(f"{FEATURES}{less}\n") == units


def test_values_far_inside_count_for_the_way_to_them() -> None:
    """Names are looked up through all the lists around."""
    outer, inner = "{repeat: 1, seq: [" * 25, "]}" * 25
    near = f"params: {{p: 0}}\n{FEATURES}layers: [{{dropout: p + p, repeat: N}}]\n"
    far = f"params: {{p: 0}}\n{FEATURES}layers: [{outer}{{dropout: p + p, repeat: N}}{inner}]\n"
    assert spent(near.replace("N", "19")) - spent(near.replace("N", "11")) == 8 * (1 + 1)
    assert spent(far.replace("N", "19")) - spent(far.replace("N", "11")) == 8 * (1 + 1 + 51 // 16)


def test_what_is_counted_is_what_is_allowed() -> None:
    """A spec that takes so many units is read with as many, and refused with one less, where it passes them."""
    text = f"{FEATURES}layers:\n- linear: 5\n- {{linear: i + 1, repeat: 4}}\n- {{linear: i + 9, repeat: 4}}\n"
    units = spent(text)
    assert spent(text, units) == units
    with pytest.raises(SpecError) as raised:
        spent(text, units - 1)
    (problem,) = raised.value.problems
    assert (problem.place.line, problem.place.column) == (5, 4)
    assert problem.message == f"this spec asks for more work than {units - 1} units, {units} up to here"
    assert problem.hint
    assert "netcost.load(..., work=...)" in problem.hint


def long(count: int, piece: str) -> str:
    return ", ".join([piece] * count)


def nested(levels: int, inner: str, name: str) -> str:
    for level in range(levels):
        inner = f"{{name: {name}{level}, seq: [{inner}]}}"
    return inner


FEW = 20_000
"""Units with which what would take too many is refused soon, a tenth of those that there are."""

TOO_MUCH = "this spec asks for more work than 20,000 units, "
TOO_MANY = ", more than the 100,000 a network may have"
LIST = f"[{long(1_000, 'i')}]"
BINDINGS = ", ".join(f"a{n}: {LIST}" for n in range(9))
RELUS = "".join(f"- {{relu, name: relu{n}}}\n" for n in range(1, 3_000))

REFUSED: Mapping[str, tuple[str, str]] = {
    "operands": (
        f"layers: [{{add: [{long(1_001, 'prev')}]}}]",
        "add combines 1,001 tensors, more than 1,000",
    ),
    "sources": (
        f"blocks: {{B: {{inputs: [a], layers: []}}}}\nlayers: [{{B: , from: [{long(1_001, 'input')}]}}]",
        "B combines 1,001 tensors, more than 1,000",
    ),
    "branches": (
        f"layers: [{{add: {{{', '.join(f'b{n}: [relu]' for n in range(1_001))}}}}}]",
        "add combines 1,001 tensors, more than 1,000",
    ),
    "operands, repeated": (f"layers: [{{add: [{long(1_000, 'prev')}], repeat: 1000}}]", TOO_MUCH),
    "branches side by side": (
        "layers: [{add: [{relu: , repeat: 1001}]}]",
        "add combines 1,001 tensors, more than 1,000",
    ),
    "branches side by side, empty": (
        "params: {n: 300000}\nlayers: [{add: [{seq: [], repeat: n}]}]",
        TOO_MUCH,
    ),
    "branches in branches": (
        "layers: [" + "{add: [{seq: [" * 4 + "relu" + "], repeat: 20}]}" * 4 + "]",
        "written out, this is 168,420 layers" + TOO_MANY,
    ),
    "lists of lists by expressions": (
        f"layers: [{{let: {{a: {LIST.replace('i', '1')}, b: '[a, a]'}}}}, relu]",
        "this list holds more than 1,000 values",
    ),
    "bindings, repeated": (
        f"blocks: {{B: {{params: [i], layers: [let: {{{BINDINGS}}}, relu]}}}}\nlayers: [{{B: i, repeat: 5000}}]",
        TOO_MUCH,
    ),
    "axes by expressions": (
        f"layers: [{{custom: , params: 1, macs: 1, shape: [{long(60, '0 * i + 1')}], repeat: 9000}}]",
        TOO_MUCH,
    ),
    "axes": (
        f"layers: [{{custom: , params: 1, macs: 1, shape: [{long(64, '1')}]}}]",
        "an output of 65 axes has more than 64",
    ),
    "different layers": ("layers: [{linear: i + 1, repeat: 9000}]", TOO_MUCH),
    "layers by a parameter": (
        "params: {n: 100001}\nlayers: [{relu, repeat: n}]",
        "written out, this is 100,001 layers" + TOO_MANY,
    ),
    "what follows layers": (
        "params: {n: 40000}\nlayers: [{linear: 8, norm: layernorm, act: relu, repeat: n}]",
        "written out, this is 120,000 layers" + TOO_MANY,
    ),
    "additions": (
        "params: {n: 40000}\nlayers: [{residual: [relu], act: relu, repeat: n}]",
        "written out, this is 120,000 layers" + TOO_MANY,
    ),
    "additions in blocks": (
        "blocks: {B: {layers: [{residual: [relu]}]}}\nlayers: [{B, repeat: 60000}]",
        "written out, this is 120,000 layers" + TOO_MANY,
    ),
    "first repetitions in first repetitions": (
        "layers: [" + "{residual: [" * 20 + "relu" + "], repeat: 1, first: {act: relu}}" * 20 + "]",
        TOO_MUCH,
    ),
    "parameters of a block": (
        f"blocks: {{B: {{params: [{', '.join(f'p{n}' for n in range(1_001))}], layers: []}}}}\nlayers: [relu]",
        "this list has 1,001 names, more than 1,000",
    ),
    "keys of an item": (
        f"layers: [{{relu, {', '.join(f'k{n}: 1' for n in range(1_000))}}}]",
        "this item has 1,001 keys, more than 1,000",
    ),
    "a full name": (
        f"layers: [{nested(5, 'relu', 'n' * 49)}]",
        "the full name of this has 260 characters, more than 255",
    ),
    "a full name, before what else is wrong": (
        f"layers: [{nested(5, '{conv: in_channels - 9, kernel: 1}', 'n' * 49)}]",
        "the full name of this has 260 characters, more than 255",
    ),
    "the name of a network": (
        f"name: {'n' * 256}\nlayers: [relu]",
        "the name has 256 characters, more than 255",
    ),
    "a description": (
        f"layers: [{{custom: {'n' * 256}, params: 1, macs: 1}}]",
        "description: expected at most 255 characters, got 256",
    ),
    "names that generated ones would take": (
        f"layers:\n{RELUS}- {{name: z, repeat: 2000, seq: [{{add: {{a: [relu], b: [relu]}}}}]}}",
        TOO_MUCH,
    ),
    "a path": (
        f"imports: {{a: {'a' * 5_000}}}\nlayers: [relu]",
        "this path has 5,000 characters, more than 4,096",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_too_much_is_refused(what: str) -> None:
    """With both numbers, once."""
    text, message = REFUSED[what]
    (error,) = errors(FEATURES + text, Work(FEW) if message is TOO_MUCH else None)
    assert message in error


def test_a_spec_may_take_so_many_units() -> None:
    """Where nobody allows more or less."""
    (error,) = errors(f"{FEATURES}layers: [{{add: [{long(1_000, 'prev')}], repeat: 1000}}]")
    assert "this spec asks for more work than 200,000 units, " in error


def test_a_full_name_may_have_255_characters() -> None:
    """That of what follows a layer included."""
    (node,) = read(f"{FEATURES}layers: [{nested(5, 'relu', 'n' * 48)}]").nodes
    assert len(node.name) == MAX_TEXT


def test_expressions_are_bounded_by_their_text() -> None:
    """Each of them is short, and they are very many."""
    text = f"{FEATURES}layers:\n" + "".join(f"- linear: {n}{'+1' * 110}\n" for n in range(1, 200))
    (error,) = errors(text, Work(FEW))
    assert TOO_MUCH in error
    assert int(error.partition(":")[2].partition(":")[0]) < 100


def test_imports_count_together(tmp_path: Path) -> None:
    """A spec and its imports are no larger than one file may be."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(f"note: 1 # {'-' * (3 * 2**20)}", encoding="utf-8")
    path = tmp_path / "net.yaml"
    path.write_text(f"{FEATURES}imports: {{a: a.yaml}}\nlayers: [relu]\n", encoding="utf-8")
    assert len(netcost.load(path).nodes) == 1
    path.write_text(f"{FEATURES}imports: {{a: a.yaml, b: b.yaml}}\nlayers: [relu]\n", encoding="utf-8")
    with pytest.raises(SpecError, match="with its imports, this spec is larger than 4 MiB"):
        netcost.load(path)


@pytest.mark.parametrize("work", [2_000, pytest.param(MAX_WORK, marks=pytest.mark.slow)])
def test_python_callers_may_allow_more(tmp_path: Path, work: int) -> None:
    """The numbers of layers and of items that add none follow."""
    layers = work // 2 + 1
    path = tmp_path / "net.yaml"
    path.write_text(f"{FEATURES}layers: [{{relu, repeat: {layers}}}]\n", encoding="utf-8")
    with pytest.raises(SpecError, match=f"written out, this is {layers:,} layers"):
        netcost.load(path, work=work)
    assert len(netcost.load(path, work=work + 2).nodes) == layers


def test_without_a_word_they_allow_what_a_spec_may_have(tmp_path: Path) -> None:
    """A layer more than 100,000 is refused."""
    path = tmp_path / "net.yaml"
    path.write_text(f"{FEATURES}layers: [{{relu, repeat: 100001}}]\n", encoding="utf-8")
    with pytest.raises(SpecError, match="written out, this is 100,001 layers"):
        netcost.load(path)


GPT3 = """
input: {tokens: 2048}
layers:
  - {embedding: 12288, vocab: 50257}
  - repeat: 96
    seq:
      - residual: [layernorm, {attention: 96}]
      - residual: [layernorm, {linear: 49152, act: gelu}, {linear: 12288}]
  - layernorm
  - {linear: 50257, bias: false}
"""
LLAMA_405B = """
input: {tokens: 8192}
layers:
  - {embedding: 16384, vocab: 128256}
  - repeat: 126
    seq:
      - residual: [rmsnorm, {attention: 128, kv_heads: 8, bias: false}]
      - residual:
          - rmsnorm
          - mul: {gate: [{linear: 53248, bias: false, act: silu}], up: [{linear: 53248, bias: false}]}
          - {linear: 16384, bias: false}
  - rmsnorm
  - {linear: 128256, bias: false}
"""
RESNET_1202 = """
input: [3, 32, 32]
defaults: {conv: {kernel: 3, pad: 1, norm: batchnorm, act: relu}}
blocks:
  Basic:
    params: [width, stride: 1]
    layers:
      - residual: [{conv: width, stride: stride}, {conv: width, act: none}]
        shortcut: [{conv: width, kernel: 1, pad: 0, stride: stride, act: none, if: in_channels != width}]
        act: relu
layers:
  - conv: 16
  - {Basic: 16, repeat: 200}
  - {Basic: 32, repeat: 200, first: {stride: 2}}
  - {Basic: 64, repeat: 200, first: {stride: 2}}
  - gap
  - linear: 10
"""
DEEPSEEK_V3 = """
params: {dim: 7168}
input: {tokens: 4096}
blocks:
  Expert:
    params: [hidden]
    layers:
      - mul: {gate: [{linear: hidden, bias: false, act: silu}], up: [{linear: hidden, bias: false}]}
      - {linear: dim, bias: false}
  Attention:
    layers:
      - residual:
          - rmsnorm
          - {linear: 1536, bias: false, norm: rmsnorm}
          - {linear: 128 * 192, bias: false}
          - {attention: 128}
          - {linear: dim, bias: false}
layers:
  - {embedding: dim, vocab: 129280}
  - {repeat: 3, seq: [Attention, {residual: [rmsnorm, {Expert: 18432}]}]}
  - {repeat: 58, seq: [Attention, {residual: [rmsnorm, {name: experts, Expert: 2048, repeat: 257}]}]}
  - rmsnorm
  - {linear: 129280, bias: false}
"""


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        # embedding, 96 x (norm, attention, add, norm, linear, gelu, linear, add), norm, linear
        pytest.param(GPT3, 1 + 96 * 8 + 2, id="GPT-3"),
        # 126 x (norm, attention, add, norm, gate, silu, up, mul, down, add)
        pytest.param(LLAMA_405B, 1 + 126 * 10 + 2, id="Llama 3.1 405B"),
        # 3 stages of 200 blocks of (conv, norm, relu, conv, norm, add, relu), two of them with conv and norm besides
        pytest.param(RESNET_1202, 3 + 600 * 7 + 2 * 2 + 2, id="ResNet-1202"),
        # 61 x (norm, linear, norm, linear, attention, linear, add, norm, add), experts of 5 layers
        pytest.param(
            DEEPSEEK_V3,
            1 + 61 * 9 + (3 + 58 * 257) * 5 + 2,
            id="DeepSeek-V3, its experts written out",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_the_largest_known_networks_fit(text: str, layers: int) -> None:
    """Written with blocks and repeats."""
    assert len(read(text).nodes) == layers


def test_the_bundled_networks_are_far_from_the_limit() -> None:
    """Each takes a twentieth of it at most."""
    for name, path in zoo.files().items():
        work = Work()
        load_path(path, work=work)
        assert work.spent < MAX_WORK / 20, name
