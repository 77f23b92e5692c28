"""What a file says around its layers: inputs, outputs, parameters, imports, and what a caller overrides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from specs import PATH, errors, read, report

from netcost.frontends import load_path
from netcost.overrides import Overrides
from netcost.place import Place
from netcost.shapes import Image, Sequence, Shape, Signal, Tokens, Vector, Volume
from netcost.source.document import MappingNode
from netcost.source.problem import SpecError
from netcost.spec.load import load_network

# -- inputs and outputs


@pytest.mark.parametrize(
    ("entry", "shape"),
    [
        ("input: [784]", Vector((1, 784))),
        ("input: 784", Vector((1, 784))),
        ("input: [3, 224, 224]", Image((1, 3, 224, 224))),
        ("input: {vector: [5]}", Vector((1, 5))),
        ("input: {vector: 5}", Vector((1, 5))),
        ("input: {image: [1, 2, 3]}", Image((1, 1, 2, 3))),
        ("input: {signal: [1, 16000]}", Signal((1, 1, 16000))),
        ("input: {volume: [3, 16, 112, 112]}", Volume((1, 3, 16, 112, 112))),
        ("input: {sequence: [128, 768]}", Sequence((1, 128, 768))),
        ("input: {tokens: 128}", Tokens((1, 128))),
        ("input: {tokens: [128]}", Tokens((1, 128))),
        ("params: {size: [3, 4, 5]}\ninput: size", Image((1, 3, 4, 5))),
        ("params: {side: 4}\ninput: [3, side, 2 * side]", Image((1, 3, 4, 8))),
        ("params: {t: 4}\ninput: {tokens: t}", Tokens((1, 4))),
        ("input: [3, 4.0, 5]", Image((1, 3, 4, 5))),
        ("batch: 16\ninput: [784]", Vector((16, 784))),
        ("params: {n: 4}\nbatch: 2 * n\ninput: [784]", Vector((8, 784))),
        ("inputs: {left: [5]}", Vector((1, 5))),
    ],
)
def test_an_input_says_what_its_axes_mean(entry: str, shape: Shape) -> None:
    """A list of one is a vector, of three an image; other kinds are named. The batch is a key of its own."""
    (node,) = read(f"{entry}\nlayers: [identity]").inputs
    assert (type(node.output), node.output) == (type(shape), shape)


OTHERS = "batch is a key of its own; other inputs are {tokens: T}, {sequence: [T, C]}, {signal: [C, L]} or {volume: [C, D, H, W]}"

WRONG_INPUTS = [
    (
        "input: [3, 4]",
        f"1:8 an input has 1 or 3 lengths, [features] or [channels, height, width]; this has 2 -> {OTHERS}",
    ),
    (
        "input: [1, 3, 4, 4]",
        f"1:8 an input has 1 or 3 lengths, [features] or [channels, height, width]; this has 4 -> {OTHERS.replace(';', ': write `[3, 4, 4]`;', 1)}",
    ),
    (
        "input: []",
        f"1:8 an input has 1 or 3 lengths, [features] or [channels, height, width]; this has 0 -> {OTHERS}",
    ),
    ("input: [3, 0, 4]", "1:12 expected a whole number of at least 1, got 0 -> write 1 or more"),
    ("input: [3, 2.5, 4]", "1:12 expected a whole number of at least 1, got 2.5 -> write `2`"),
    ("input: [3, true, 4]", "1:12 expected a whole number of at least 1, got true -> write 1 or more"),
    ("input: [3, [4], 4]", "1:12 expected a whole number of at least 1, got [4] -> write `4`"),
    (
        "input: [3, side, 4]",
        "1:12 unknown name `side` -> names are those of `params`, of `let`, and of lengths, as `in_channels`",
    ),
    (
        "input: {image: [3, 4]}",
        "1:16 an image has the lengths [C, H, W]; this has 2 -> write `{image: [C, H, W]}`",
    ),
    ("input: {tokens: [3, 4]}", "1:17 token numbers has the lengths [T]; this has 2 -> write `{tokens: T}`"),
    ("input: {imge: [3, 4, 4]}", "1:9 unknown kind of input `imge` -> did you mean `image`?"),
    (
        "input: {picture: [3, 4, 4]}",
        "1:9 unknown kind of input `picture` -> write `[3, 4, 4]`",
    ),
    (
        "input: {image: [3, 4, 4], signal: [3, 4]}",
        "1:8 an input has one kind -> write {tokens: T}, {sequence: [T, C]}, {signal: [C, L]} or {volume: [C, D, H, W]}",
    ),
    ("inputs: {}", "1:9 this spec has no input -> write `input: [3, 224, 224]`"),
    ("inputs: [3, 4, 4]", "1:9 `inputs` are several inputs by their names -> write `input:` for one"),
    ("input:", "1:1 `input` has no value -> write `input: [3, 224, 224]`"),
    ("input: [3]\ninputs: {a: [3]}", "2:9 `input` and `inputs` are both given -> keep one of them"),
    ("inputs: {prev: [3]}", "1:10 `prev` has a meaning of its own -> choose another name"),
    ("input: [3]\nbatch: 0", "2:8 batch: expected a whole number of at least 1, got 0 -> write 1 or more"),
    (
        "input: [3]\nbatch: [1]",
        "2:8 batch: expected a whole number of at least 1, got [1] -> write `1`",
    ),
]


@pytest.mark.parametrize(("entry", "error"), WRONG_INPUTS, ids=[entry for entry, _ in WRONG_INPUTS])
def test_an_input_that_says_it_wrongly_is_refused(entry: str, error: str) -> None:
    """The fault lies at the length or the kind."""
    assert errors(f"{entry}\nlayers: [identity]")[:1] == [f"{PATH}:{error}"]


def test_several_inputs_have_names() -> None:
    """Items start from them by name; the list starts from the first."""
    network = read(
        """
inputs: {left: [3, 4, 4], right: {image: [5, 4, 4]}}
layers: [{name: a, relu}, {concat: [a, right]}, {concat: [input, right]}]
"""
    )
    assert [(node.name, str(node.output)) for node in network.inputs] == [
        ("left", "3 x 4 x 4"),
        ("right", "5 x 4 x 4"),
    ]
    assert [node.name for node in network["a"].inputs] == ["left"]
    assert str(network["concat1"].output) == "8 x 4 x 4"
    assert [node.name for node in network["concat2"].inputs] == ["left", "right"]


@pytest.mark.parametrize(
    ("text", "outputs"),
    [
        ("layers: [relu, tanh]", ["tanh1"]),
        ("layers: [{name: a, relu}, {name: b, tanh, repeat: 2}, elu]\noutputs: [b, a]", ["b.1", "a"]),
        ("layers: [{name: a, relu, if: false}, tanh]\noutputs: [a, a]", ["input", "input"]),
        ("inputs: {x: [3]}\nlayers: [{name: a, relu}]\noutputs: [x, a]", ["x", "a"]),
        ("blocks: {B: {layers: [relu, tanh]}}\nlayers: [{name: a, B}, gap]\noutputs: [a]", ["a.tanh1"]),
        ("layers: [relu]\noutputs:", ["relu1"]),
    ],
)
def test_outputs_are_the_last_item_or_those_named(text: str, outputs: list[str]) -> None:
    """A name stands for the tensor of its item."""
    assert [node.name for node in read(text).outputs] == outputs


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("layers: [relu, tanh]", []),
        (
            "layers: [{name: a, relu}, {tanh, from: input}]",
            ["net.yaml:2:20: warning: nothing uses the output of `a`"],
        ),
        (
            "layers: [{name: a, relu}, {tanh, from: input}]\noutputs: [a]",
            ["net.yaml:2:28: warning: nothing uses the output of `tanh1`"],
        ),
        (
            "inputs: {a: [3], b: [4]}\nlayers: [relu]",
            ["net.yaml:1:18: warning: nothing uses the output of `b`"],
        ),
        ("layers: [{name: a, relu, training_only: true}, {tanh, from: input}]", []),
    ],
)
def test_what_nothing_uses_is_a_warning(text: str, warnings: list[str]) -> None:
    """A tensor that no layer and no output takes, unless it is there for training."""
    assert read(text).warnings == warnings
    assert list(report(text).warnings) == warnings


# -- overrides

TUNABLE = """
name: small
params: {width: 8, half: 0.5, deep: true, depths: [1, 2], kind: "'plain'", twice: 2 * width}
variants:
  large: {width: 16, depths: [2, 2]}
  plain:
input: [3, 8, 8]
layers:
  - {conv: twice, kernel: 1, repeat: "depths[0] + depths[1]"}
  - {conv: 16 * half, kernel: 1, if: deep and kind == 'plain'}
"""


@pytest.mark.parametrize(
    ("overrides", "name", "filters"),
    [
        ({}, "small", [16, 16, 16, 8]),
        ({"variant": "small"}, "small", [16, 16, 16, 8]),
        ({"variant": "large"}, "large", [32, 32, 32, 32, 8]),
        ({"variant": "plain"}, "plain", [16, 16, 16, 8]),
        ({"params": {"width": "4"}}, "small", [8, 8, 8, 8]),
        ({"params": {"width": "4.0"}}, "small", [8, 8, 8, 8]),
        ({"params": {"width": "2 * 3", "half": "1"}}, "small", [12, 12, 12, 16]),
        ({"params": {"deep": "false", "depths": "[0, 1]"}}, "small", [16]),
        ({"params": {"kind": "\"'other'\""}}, "small", [16, 16, 16]),
        ({"params": {"half": "width / 16", "twice": "1"}}, "small", [1, 1, 1, 8]),
        ({"params": {"depths": "[1, 0]"}, "variant": "large"}, "large", [32, 8]),
    ],
)
def test_parameters_are_overridden(overrides: dict[str, Any], name: str, filters: list[int]) -> None:
    """By a variant, and by values that win over it; defaults that depend on them follow."""
    network = read(TUNABLE, **overrides)
    assert network.name == name
    assert [node.output.channels for node in network.nodes] == filters


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"variant": "lage"}, "net.yaml:4:1 there is no variant `lage` -> did you mean `large`?"),
        ({"variant": "xyz"}, "net.yaml:4:1 there is no variant `xyz` -> there are large, plain"),
        ({"params": {"widht": "3"}}, "widht=3 there is no parameter `widht` -> did you mean `width`?"),
        (
            {"params": {"xyz": "3"}},
            "xyz=3 there is no parameter `xyz` -> there are width, half, deep, depths, kind, twice",
        ),
        (
            {"params": {"width": "0.5"}},
            "width=0.5:1:1 `width` is 8 in the file, this is 0.5 -> give a value of the same kind",
        ),
        (
            {"params": {"width": "true"}},
            "width=true:1:1 `width` is 8 in the file, this is true -> give a value of the same kind",
        ),
        (
            {"params": {"deep": "1"}},
            "deep=1:1:1 `deep` is true in the file, this is 1 -> give a value of the same kind",
        ),
        (
            {"params": {"half": "[1]"}},
            "half=[1]:1:1 `half` is 0.5 in the file, this is [1] -> give a value of the same kind",
        ),
        (
            {"params": {"depths": "3"}},
            "depths=3:1:1 `depths` is [1, 2] in the file, this is 3 -> give a value of the same kind",
        ),
        (
            {"params": {"kind": "3"}},
            "kind=3:1:1 `kind` is `plain` in the file, this is 3 -> give a value of the same kind",
        ),
        (
            {"params": {"width": "big"}},
            "width=big:1:1 unknown name `big` -> names are those of `params`, of `let`, and of lengths, as `in_channels`",
        ),
        (
            {"params": {"width": "yes"}},
            "width=yes:1:1 `yes` means true to some readers and a word to others -> write `true`, or quote it if the word is meant",
        ),
        ({"params": {"width": ""}}, "width= there is no value -> write `width=VALUE`"),
        ({"params": {"width": "{a: 1}"}}, "width={a: 1}:1:1 expected a value, got a mapping"),
        ({"params": {"width": "[1"}}, "width=[1 this `[` is never closed -> close it with `]`"),
        (
            {"input": (3, 8)},
            "--input the input has 3 lengths, [3, 8, 8]; this has 2 -> write `--input 3,3,8`",
        ),
        ({"batch": 0}, "--batch batch: expected a whole number of at least 1, got 0 -> write 1 or more"),
        ({"dtype": "float61"}, "--dtype unknown number format `float61` -> did you mean `float64`?"),
    ],
)
def test_overrides_that_do_not_fit_are_refused(overrides: dict[str, Any], error: str) -> None:
    """The fault is shown where the value was given."""
    assert errors(TUNABLE, **overrides)[:1] == [error]


def test_inputs_batch_and_formats_are_overridden() -> None:
    """Lengths keep the kind of the file's input; a batch and a number format win over the file's."""
    text = "input: {signal: [1, 100]}\nbatch: 4\ndtype: float64\nlayers: [{conv: 2, kernel: 1}]"
    network = read(text, input=(2, 50), batch=8, dtype="int8/float16")
    assert network.inputs[0].output == Signal((8, 2, 50))
    assert str(network.precision) == "int8 weights, float16 activations"
    assert str(read(text, dtype="float16").precision) == "float16"
    assert str(read(text).precision) == "float64"
    assert read("inputs: {only: [3]}\nlayers: [relu]", input=(5,)).inputs[0].output == Vector((1, 5))
    assert errors("inputs: {a: [3], b: [3]}\nlayers: [add: [a, b]]", input=(5,)) == [
        "--input one size is given for 2 inputs -> give each by its name: `--input a=...`"
    ]


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"variant": "big"}, "net.yaml:1:1 there is no variant `big` -> this file has none"),
        (
            {"params": {"width": "1"}},
            "width=1 there is no parameter `width` -> this file declares none under `params:`",
        ),
    ],
)
def test_a_file_without_parameters_has_none_to_override(overrides: dict[str, Any], error: str) -> None:
    """The hint says so."""
    assert errors("layers: [relu]", **overrides) == [error]


def test_a_parameter_that_is_faulty_is_overridden_all_the_same() -> None:
    """Each fault is told, that of the file and that of the value."""
    assert errors("params: {a: 1 +}\nlayers: [relu]", params={"a": "2"}) == [
        "net.yaml:2:15 the expression ends where a number or a name is expected"
    ]


# -- the file


def test_what_a_file_says_of_itself() -> None:
    """Its name, or that of its file; its budget as it was read; notes and blank sections mean nothing."""
    network = read(
        """
netcost: 1
name: my net
note: [anything, at: all]
params:
variants:
defaults:
imports:
blocks:
input: [3, 8, 8]
dtype:
batch:
budget: {params: {max: 3}}
layers: [{relu, note: {see: this}}]
"""
    )
    assert (network.name, network.source) == ("my net", "net.yaml")
    assert isinstance(network.budget, MappingNode)
    assert [key.text for key, _ in network.budget] == ["params"]
    assert read("layers: [relu]").name == "net"
    assert read("layers: [relu]").budget is None
    assert read("name: 12\nlayers: [relu]").name == "12"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("- relu", "net.yaml:1:1 a spec is a mapping -> start with `input: [3, 224, 224]` and `layers:`"),
        ("relu", "net.yaml:1:1 a spec is a mapping -> start with `input: [3, 224, 224]` and `layers:`"),
        ("input: [3]", "net.yaml:1:1 this spec has no layers -> write `layers:` and a list below it"),
        (
            "input: [3]\nlayers:",
            "net.yaml:2:1 `layers` has no value -> write `layers:` and a list below it",
        ),
        (
            "input: [3]\nlayers: []",
            "net.yaml:1:1 this spec has no layers -> write `layers:` and a list below it",
        ),
        (
            "netcost: true\ninput: [3]\nlayers: [relu]",
            "net.yaml:1:10 this netcost reads version 1 of the spec language -> write `netcost: 1`",
        ),
    ],
)
def test_a_file_that_is_no_spec_is_refused(text: str, error: str) -> None:
    """A spec is a mapping that has layers."""
    with pytest.raises(SpecError) as raised:
        load_network(text.encode(), PATH)
    (problem,) = raised.value.problems
    assert f"{problem.place} {problem.message} -> {problem.hint}" == error


# -- other files


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".yaml").write_text(text, encoding="utf-8")
    return folder / "net.yaml"


def test_blocks_of_other_files_are_called_by_alias(tmp_path: Path) -> None:
    """Each file keeps its own parameters, defaults and imports; only the main file's are overridden."""
    path = write(
        tmp_path,
        net="""
imports: {parts: parts/conv.yaml, same: parts/conv.yaml}
params: {width: 4}
defaults: {conv: {kernel: 3}}
input: [3, 8, 8]
layers: [conv: width, parts.Conv, {parts.Conv: width}, {same.Twice, repeat: 2, name: two}]
""",
        parts__conv="""
imports: {more: more/act.yaml}
params: {width: 5}
defaults: {conv: {kernel: 1, act: relu}}
blocks:
  Conv: {params: [filters: width], layers: [conv: filters]}
  Twice: {layers: [Conv, more.Act]}
input: nothing that is read
""",
        parts__more__act="blocks: {Act: {layers: [tanh]}}",
    )
    network = load_path(path, Overrides(params={"width": "6"}))
    assert {node.name: str(node.output) for node in network.nodes} == {
        "conv1": "6 x 6 x 6",
        "Conv1.conv1": "5 x 6 x 6",
        "Conv1.conv1.act": "5 x 6 x 6",
        "Conv2.conv1": "6 x 6 x 6",
        "Conv2.conv1.act": "6 x 6 x 6",
        "two.0.Conv1.conv1": "5 x 6 x 6",
        "two.0.Conv1.conv1.act": "5 x 6 x 6",
        "two.0.Act1.tanh1": "5 x 6 x 6",
        "two.1.Conv1.conv1": "5 x 6 x 6",
        "two.1.Conv1.conv1.act": "5 x 6 x 6",
        "two.1.Act1.tanh1": "5 x 6 x 6",
    }
    assert network["Conv1.conv1"].place == Place(str(tmp_path / "parts" / "conv.yaml"), 6, 45, 4)


def test_imports_stay_below_the_folder_even_through_links(tmp_path: Path) -> None:
    """A link that leads out of the folder is refused; one inside it is not."""
    (tmp_path / "inside").mkdir()
    write(tmp_path, outside="blocks: {B: {layers: [relu]}}")
    text = "imports: {b: link.yaml}\ninput: [3]\nlayers: [b.B]"
    path = write(tmp_path / "inside", net=text, own="blocks: {B: {layers: [tanh]}}")
    (tmp_path / "inside" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(
        SpecError, match=r"net\.yaml:1:14: error: `link\.yaml` cannot be read: it lies outside"
    ):
        load_path(path)
    (tmp_path / "inside" / "link.yaml").unlink()
    (tmp_path / "inside" / "link.yaml").symlink_to(tmp_path / "inside" / "own.yaml")
    assert [node.name for node in load_path(path).nodes] == ["B1.tanh1"]


def test_a_spec_without_a_folder_imports_nothing() -> None:
    """As one that comes from standard input; a caller may say how to read files."""
    text = b"imports: {b: parts/b.yaml}\ninput: [3]\nlayers: [b.B]"
    with pytest.raises(
        SpecError, match=r"net\.yaml:1:14: error: a spec from standard input cannot import files"
    ):
        load_network(text, PATH)
    files = {"parts/b.yaml": b"blocks: {B: {layers: [tanh]}}"}
    assert [node.name for node in load_network(text, PATH, read=files.__getitem__).nodes] == ["B1.tanh1"]


def test_imported_files_are_read_once(tmp_path: Path) -> None:
    """However many files import them, and also where they are faulty."""
    reads: list[str] = []

    def read_file(path: str) -> bytes:
        reads.append(path)
        others = "imports: {x: c.yaml, y: c.yaml}\n" if path != "c.yaml" else "colour: red\n"
        return f"{others}blocks: {{B: {{layers: [tanh]}}}}".encode()

    text = b"imports: {a: a.yaml, b: b.yaml, c: c.yaml}\ninput: [3]\nlayers: [a.B, b.B, c.B]"
    with pytest.raises(SpecError) as raised:
        load_network(text, PATH, read=read_file)
    assert [str(problem.place) for problem in raised.value.problems] == ["c.yaml:1:1"]
    assert reads == ["a.yaml", "c.yaml", "b.yaml"]


def test_a_file_that_cannot_be_read_is_tried_once(tmp_path: Path) -> None:
    """Every import of it is faulty; it is not read again and again."""
    reads: list[str] = []

    def read_file(path: str) -> bytes:
        reads.append(path)
        return b"blocks: ["

    text = b"imports: {a: a.yaml, b: a.yaml}\ninput: [3]\nlayers: [a.B, b.B]"
    with pytest.raises(SpecError) as raised:
        load_network(text, PATH, read=read_file)
    assert [str(problem.place) for problem in raised.value.problems] == ["a.yaml:1:9"]
    assert reads == ["a.yaml"]
