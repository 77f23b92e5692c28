"""Exported programs: parameters and multiply-accumulates as PyTorch counts them, names, lines, free axes, refusals."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from netcost import frontends
from netcost.analysis.costs import analyze
from netcost.frontends import Source, load_path
from netcost.frontends.pt2.symbols import UnknownLengthError, evaluated
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.source.problem import SpecError

HERE = Path(__file__).parent / "pt2"

with (HERE / "truth.csv").open(encoding="utf-8") as table:
    MODULES = [(row["module"], int(row["params"]), int(row["macs"])) for row in csv.DictReader(table)]
"""`export_modules.py` writes them: parameters and half of what PyTorch's flop counter counts."""

# The same for networks of torchvision 0.28 and transformers 5.24, by PyTorch 2.13: one image, one text of 128 tokens.
NETWORKS = [
    ("resnet18", 11_689_512, 1_814_073_344),
    ("vit_b_16", 86_567_656, 17_563_828_224),
    ("bert_base_uncased", 109_514_298, 14_249_558_016),
]
ENCODER = (7_160, 159_744)


def read(name: str, **overrides: Any) -> Network:
    return load_path(HERE / f"{name}.pt2", Overrides(**overrides))


def costs(network: Network) -> tuple[int, int]:
    totals = analyze(network).totals
    return int(totals["params"]), int(totals["macs"])


def changed(name: str, change: Callable[[Any], None]) -> bytes:
    """The file with another program."""
    data = io.BytesIO()
    with ZipFile(HERE / f"{name}.pt2") as before, ZipFile(data, "w", ZIP_DEFLATED) as after:
        for each in before.namelist():
            content = before.read(each)
            if each.endswith("model.json"):
                program = json.loads(content)
                change(program)
                content = json.dumps(program).encode()
            after.writestr(each, content)
    return data.getvalue()


def refusal(data: bytes, **overrides: Any) -> str:
    with pytest.raises(SpecError) as caught:
        frontends.load(Source("net.pt2", data), Overrides(**overrides))
    return str(caught.value)


@pytest.mark.parametrize(("name", "params", "macs"), [*MODULES, *NETWORKS])
def test_params_and_macs_are_those_of_pytorch(name: str, params: int, macs: int) -> None:
    """And every layer is known."""
    network = read(name)
    assert costs(network) == (params, macs)
    assert not [node.name for node in network.nodes if node.layer.type == "opaque"]


def test_a_program_of_core_operations_costs_the_same() -> None:
    """Convolutions, attention and norms taken apart; the parameters of three projections in one are cut into views."""
    (expected,) = [row[1:] for row in MODULES if row[0] == "Attentions"]
    assert costs(read("core")) == expected


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("Recurrent", ["embedding", "lstm", "move", "linear"]),
        ("Attentions", ["attention", "attention", "linear", "attention"]),
        ("Transposed", ["convtranspose", "reshape", "convtranspose", "move", "convtranspose"]),
    ],
)
def test_layers_of_pytorch_are_one_row_each(name: str, types: list[str]) -> None:
    """As `torch_modules.py` has them."""
    found = [node.layer.type for node in read(name).nodes]
    assert [each for each in found if each != "flatten"] == types or found == types


def test_names_are_module_paths_and_places_the_lines_of_the_author() -> None:
    """Of torchvision's resnet.py, line 285: `return self._forward_impl(x)`; 92: `out = self.conv1(x)`."""
    network = read("resnet18")
    assert [node.name for node in network.nodes][:6] == [
        "conv1",
        "bn1",
        "relu",
        "maxpool",
        "layer1.0.conv1",
        "layer1.0.bn1",
    ]
    assert str(network["conv1"].place).endswith("resnet18.pt2 -> resnet.py:285")
    assert str(network["layer1.0.conv1"].place).endswith("resnet18.pt2 -> resnet.py:92")


def test_a_weight_under_two_names_counts_once() -> None:
    """The file tells where it has weights; from the meta device the module that runs does, and it is noted."""
    assert costs(read("stored")) == costs(read("Shared")) == (134, 384)
    assert not [note for note in read("stored").notes if "without weights" in note]
    assert [note for note in read("Shared").notes if "`a.bias` for `b.bias`" in note]


def test_a_head_for_training_alone_has_parameters_and_no_operations() -> None:
    """8 * 4 + 4 and 4 * 2 + 2 parameters do not take part."""
    network = read("stored")
    assert [node.name for node in network.nodes if node.training_only] == ["aside.0", "aside.2"]
    totals = analyze(network).totals
    assert totals["params"] - totals["active_params"] == 8 * 4 + 4 + 4 * 2 + 2
    assert "not used in evaluation, but counted as parameters: 4 tensors of aside" in network.notes


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_a_free_first_axis_is_the_batch(batch: int) -> None:
    """The encoder takes 79,872 MACs for a sample of 12 tokens, half of what PyTorch counts for two."""
    network = read("free", batch=batch, input=(12,))
    assert costs(network) == (ENCODER[0], ENCODER[1] // 2 * batch)
    assert network.overrides["batch"] == batch


def test_a_batch_that_nobody_asks_for_is_one_and_noted() -> None:
    """By the symbol that PyTorch has for it."""
    (note,) = [note for note in read("free", input=(12,)).notes if "taken as 1" in note]
    assert note.startswith("axis 0 of `x`, `s")


def symbol() -> str:
    return refusal((HERE / "free.pt2").read_bytes()).split("`")[3]


def test_another_free_axis_is_asked_for() -> None:
    """With its name and the length that it was exported with."""
    message = refusal((HERE / "free.pt2").read_bytes())
    assert f"axis 1 of `x` is free: `{symbol()}`" in message
    assert f"--dim {symbol()}=12" in message
    assert costs(read("free", dim={symbol(): "12"}, batch=2)) == ENCODER


@pytest.mark.parametrize(
    ("name", "overrides", "words"),
    [
        ("free", {"dim": {"seq": "3"}}, "has no axis `seq`"),
        ("free", {"input": (40,)}, "is 40, this program is for 2 to 32"),
        ("free", {"input": (4, 4)}, "`x` has 1 axis without the batch, got 4 x 4"),
        ("free", {"input": {"y": (4,)}}, "has no input `y`"),
        ("resnet18", {"input": (3, 192, 192)}, "axis 2 of `x` is fixed at 224 in this file, got 192"),
        ("resnet18", {"batch": 4}, "the first axis of `x` is fixed at 1 in this file, got 4"),
        ("resnet18", {"params": {"width": "2"}}, "cannot be changed by --set"),
        ("resnet18", {"arg": {"width": "2"}}, "cannot be changed by --arg"),
        ("resnet18", {"dim": {"s0": "2"}}, "it has no free axes"),
    ],
)
def test_an_override_that_it_cannot_honour_is_refused(
    name: str, overrides: dict[str, Any], words: str
) -> None:
    """Never left out silently."""
    assert words in refusal((HERE / f"{name}.pt2").read_bytes(), **overrides)


def test_what_a_file_has_is_no_refusal() -> None:
    """The lengths that are fixed may be written, too."""
    assert costs(read("resnet18", input=(3, 224, 224), batch=1)) == NETWORKS[0][1:]


def test_a_number_format_halves_the_memory() -> None:
    """Float16 has half the bytes of float32."""
    before, after = (analyze(read("resnet18", **each)).totals for each in ({}, {"dtype": "float16"}))
    assert after["weight_bytes"] * 2 == before["weight_bytes"] == 4 * NETWORKS[0][1]


def test_an_operation_without_a_rule_is_unknown_and_not_free() -> None:
    """Its cost is unknown, and so are the totals."""

    def change(program: Any) -> None:
        program["graph_module"]["graph"]["nodes"][2]["target"] = "torch.ops.aten.fft_rfft2.default"

    network = frontends.load(Source("net.pt2", changed("resnet18", change)))
    assert network.nodes[2].layer.type == "opaque"
    assert "`fft_rfft2` has no rule: its cost is not known" in network.notes


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Mul(Integer(2), Symbol('s77', positive=True, integer=True))", 14),
        ("2*s77", 14),
        ("Add(Symbol('s77', positive=True, integer=True), Integer(-3))", 4),
        ("FloorDiv(Symbol('s77'), Integer(2))", 3),
        ("s77//2 + 1", 4),
        ("Pow(Symbol('s77'), Integer(2))", 49),
        ("Max(Integer(1), Mul(Rational(1, 2), Symbol('s78')))", 4),
        ("CeilToInt(IntTrueDiv(Symbol('s77'), Integer(2)))", 4),
        ("Mod(s77, 4)", 3),
    ],
)
def test_lengths_are_worked_out(text: str, length: int) -> None:
    """Of s77 = 7 and s78 = 8."""
    assert evaluated(text, {"s77": 7, "s78": 8}) == length


@pytest.mark.parametrize(
    "text",
    [
        "s1",
        "1/2",
        "-1",
        "2**999999999",
        "9**16**9",
        "s0/0",
        "(" * 3000,
        "f(s0)",
        "'x'",
        "True",
        "__import__('os')",
        "s0.real",
        "",
        "1" * 5000,
    ],
)
def test_what_is_no_length_is_refused(text: str) -> None:
    """And nothing is run."""
    with pytest.raises(UnknownLengthError):
        evaluated(text, {"s0": 3})


def test_other_archives_are_told_what_to_write() -> None:
    """A zip file without a program, and one that is cut off."""
    data = io.BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("net/readme.txt", "none")
    assert "torch.export.save" in refusal(data.getvalue())
    assert "broken" in refusal((HERE / "resnet18.pt2").read_bytes()[:2000])


def test_a_program_that_unpacks_to_too_much_is_refused() -> None:
    """64 MiB of spaces are a small file; a million empty lists are a small text."""
    for text in (b" " * (65 * 2**20), b"[" + b"[]," * 2_500_000 + b"[]]", b"[" * 100_000):
        data = io.BytesIO()
        with ZipFile(data, "w", ZIP_DEFLATED) as archive:
            archive.writestr("net/models/model.json", text)
        assert "error" in refusal(data.getvalue())


JUNK: tuple[Any, ...] = (
    *(None, -1, 0, 2**70, 1.5, "", "x", [], {}, [[]], True, {"as_int": -5}, {"as_tensor": {"name": "x"}}),
    *({"as_ints": [0, 0]}, {"as_ints": []}, {"as_string": "same"}, {"as_int": 10**15}, {"as_tensors": []}),
    *({"as_none": True}, {"as_graph": {}}, {"as_expr": {"expr_str": "2**9999999"}}),
)


def spots(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every entry of a tree: what has it, and where there."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from spots(tree[key])


@pytest.mark.parametrize("name", [row[0] for row in MODULES])
def test_a_program_with_other_entries_is_read_or_refused(name: str) -> None:
    """Whatever stands in it: no other error, also when its costs are asked for."""
    chance = random.Random(name)  # noqa: S311  it is no secret

    def change(program: Any) -> None:
        graph = program["graph_module"]["graph"]
        found = list(spots(chance.choice([program, graph["nodes"], graph["tensor_values"]])))
        for _ in range(chance.choice((1, 1, 3))):
            tree, key = chance.choice(found)
            if isinstance(tree, dict) or key < len(tree):
                tree[key] = chance.choice(JUNK)

    for _ in range(12):
        with suppress(SpecError):
            analyze(frontends.load(Source("net.pt2", changed(name, change))))
