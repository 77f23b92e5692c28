"""What varies in a sweep: parameters, lengths, and all else that may be overridden."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Run
from sweep_specs import records


def test_parameters_may_be_lists_and_truth_values(netcost: Run, folder: Path) -> None:
    """Each as the spec has it."""
    text = "params: {dims: [2, 3], wide: false}\ninput: [8]\nlayers: [{linear: 'dims[0]', bias: wide}, {linear: 'dims[1]'}]\n"
    (folder / "lists.yaml").write_text(text, encoding="utf-8")
    ended = netcost(
        *(
            "sweep",
            "lists.yaml",
            "--set",
            "dims=[2,3],[4,1]",
            "--set",
            "wide=true,false",
            "-o",
            "csv:-",
            "--metrics",
            "params",
        )
    )
    assert ended.out.splitlines() == [
        "dims,wide,params",
        '"[2,3]",true,27',
        '"[2,3]",false,25',
        '"[4,1]",true,41',
        '"[4,1]",false,37',
    ]


@pytest.mark.parametrize(
    ("args", "column", "values"),
    [
        (["resnet18", "--input", "64..128:64"], "input", ["64", "128"]),
        (["gpt2", "--input", "8,16..32:16"], "input", ["8", "16", "32"]),
        (["alexnet", "--batch", "1..4:*2"], "batch", ["1", "2", "4"]),
        (["lenet", "--dtype", "float32,int8/float16"], "dtype", ["float32", "int8/float16"]),
        (["resnet", "--variant", "resnet18,resnet34"], "variant", ["resnet18", "resnet34"]),
        (["alexnet", "--input", "[3,227,227],[3,195,227]"], "input", ["3,227,227", "3,195,227"]),
    ],
)
def test_all_that_may_be_overridden_is_an_axis(
    netcost: Run, args: list[str], column: str, values: list[str]
) -> None:
    """Of the input one range sets what is spatial, or the number of tokens."""
    ended = netcost("sweep", *args, "-o", "csv:-")
    assert ended.code == 0, ended.err
    assert [row[column] for row in records(ended.out)] == values


@pytest.mark.parametrize(
    ("shape", "text", "told"),
    [
        ("[3, 8, 8]", "4,8", ["4", "8"]),
        ("[3, 8, 8]", "4", ["4"]),
        ("{tokens: 8}", "4,8,16", ["4", "8", "16"]),
    ],
)
def test_lengths_may_be_a_list(netcost: Run, folder: Path, shape: str, text: str, told: list[str]) -> None:
    """As many numbers as an input has lengths are a shape, which does not vary."""
    layers = "embedding: 4, vocab: 10" if "tokens" in shape else "conv: 2"
    (folder / "net.yaml").write_text(
        f"input: {shape}\nlayers: [{{{layers}}}]\ndefaults: {{conv: {{kernel: 1}}}}\n", encoding="utf-8"
    )
    ended = netcost("sweep", "net.yaml", "--batch", "1,2", "--input", text, "-o", "csv:-")
    assert ended.code == 0, ended.err
    assert list(dict.fromkeys(row["input"] for row in records(ended.out))) == told


@pytest.mark.parametrize("lengths", ["8..16:8", "8,16"])
def test_channels_that_are_last_stay(netcost: Run, folder: Path, lengths: str) -> None:
    """Of a model of Keras: 3 x 3 x 3 weights for each of 2 filters, at each place."""
    layers = [
        {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [None, 8, 8, 3]}},
        {
            "class_name": "Conv2D",
            "config": {
                "name": "c",
                "filters": 2,
                "kernel_size": [3, 3],
                "strides": [1, 1],
                "padding": "same",
                "data_format": "channels_last",
                "use_bias": False,
            },
        },
    ]
    model = {"class_name": "Sequential", "config": {"name": "m", "layers": layers}}
    (folder / "m.json").write_text(json.dumps(model), encoding="utf-8")
    ended = netcost("sweep", "m.json", "--input", lengths, "-o", "csv:-")
    assert ended.code == 0, ended.err
    assert [int(row["macs"]) for row in records(ended.out)] == [54 * side**2 for side in (8, 16)]


def test_a_length_that_a_file_does_not_take_is_a_variant_that_is_refused(netcost: Run) -> None:
    """One of several; where it takes none of them, that is an error."""
    exported = str(Path(__file__).parents[1] / "frontends" / "pt2" / "resnet18.pt2")
    ended = netcost("sweep", exported, "--batch", "1,2")
    assert (ended.code, ended.err) == (0, "")
    told = "2 variants: 1 sound; 1 refused: the first axis of `x` is fixed at N in this file, got N (1)"
    assert told in " ".join(ended.out.split())
    assert netcost("sweep", exported, "--batch", "2,3").code == 2
