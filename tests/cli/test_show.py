"""`netcost analyze --show`: numbers of layers in their network, and figures of it, where they are asked for."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from running import Run
from schemas import validate

from netcost.report.layer_figures import LAYER_FIGURES, SHOWN
from netcost.report.read import read_report
from netcost.report.schema import report_schema

SPEC = """\
input: [3, 8, 8]
layers: [{name: conv, conv: 4, kernel: 3, pad: 1}, {name: act, relu}, {name: flat, flatten}]
"""
SLOW_MEMORY = """\
memory: {value: 1 GB, source: made up}
bandwidth: {value: 1 MB/s, source: made up}
rates: {float32: {value: 100 TFLOP/s, source: made up}}
"""
IN, OUT, WEIGHTS = (4 * elements for elements in (3 * 8 * 8, 4 * 8 * 8, 4 * 3 * 3 * 3 + 4))
MOVED = IN + WEIGHTS + OUT
EVERYTHING = ("--show", ",".join(SHOWN), "--device", "slow.yaml")


@pytest.fixture
def net(folder: Path) -> str:
    """A small network, and a device that moves a byte in a microsecond."""
    (folder / "net.yaml").write_text(SPEC)
    (folder / "slow.yaml").write_text(SLOW_MEMORY)
    return "net.yaml"


def document(run: Run, *args: str) -> Any:
    ended = run("analyze", *args, "--format", "json")
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    validate(found, report_schema())
    return found


def layers(run: Run, *args: str) -> dict[str, Any]:
    """The layers of a report by name."""
    ((model),) = document(run, *args)["models"]
    return {layer["name"]: layer for layer in model["layers"]}


@pytest.mark.parametrize(
    ("layer", "kept", "live", "field", "stride", "moved"),
    [
        # A convolution keeps its input, which is that of the network and counted apart.
        ("conv", 0, IN + OUT, [3, 3], [1, 1], MOVED),
        # A relu keeps its output, which it writes over its input, and runs inside the convolution.
        ("act", OUT, OUT, [3, 3], [1, 1], 0),
        # What is flattened is a view, and every number of it may be looked at.
        ("flat", 0, OUT, "whole", "whole", 0),
    ],
)
def test_each_layer_is_told_of(
    netcost: Run, net: str, layer: str, kept: int, live: int, field: Any, stride: Any, moved: int
) -> None:
    """Counted by hand: 4 bytes an element, a microsecond a byte moved."""
    found = layers(netcost, net, *EVERYTHING)[layer]
    assert [found[name] for name in LAYER_FIGURES] == [kept, live, field, stride, moved, 1000 * moved]


@pytest.mark.parametrize("word", SHOWN)
def test_only_what_is_asked_for_is_there(netcost: Run, net: str, word: str) -> None:
    """In JSON and in CSV, where it comes last."""
    asked = ("--show", word, "--device", "slow.yaml")
    told = layers(netcost, net, *asked)["conv"]
    assert set(told) & set(LAYER_FIGURES) == set(SHOWN[word])
    heads = netcost("analyze", net, *asked, "--format", "csv").out.splitlines()[0].split(",")
    assert heads[-len(SHOWN[word]) :] == list(SHOWN[word])
    assert not set(layers(netcost, net)["conv"]) & set(LAYER_FIGURES)


def test_rows_add_up_to_what_blocks_that_are_run_anew_keep(netcost: Run) -> None:
    """A row has what its layer alone keeps of the network as it is run."""
    run = ("--train", "adam", "--checkpoint", "2", "--show", "kept,figures", "--format", "json")
    (found,) = json.loads(netcost("analyze", "resnet50", *run).out)["models"]
    assert sum(layer["kept_bytes"] for layer in found["layers"]) == found["figures"]["kept_bytes"]


def test_words_are_a_list_or_an_option_each(netcost: Run, net: str) -> None:
    """Both are the same."""
    assert layers(netcost, net, "--show", "kept, live") == layers(
        netcost, net, "--show", "live", "--show", "kept"
    )


def test_csv_has_a_number_for_each_axis(netcost: Run, folder: Path) -> None:
    """Joined as sizes are; a length twice as long is looked at in steps of a half."""
    (folder / "net.yaml").write_text(
        "input: [1, 8, 9]\nlayers: [{name: conv, conv: 2, kernel: [3, 5], pad: [1, 2], stride: [1, 2]}, "
        "{name: up, upsample: 2}]\n"
    )
    text = netcost("analyze", "net.yaml", "--show", "field", "--format", "csv").out
    rows = {row["name"]: row for row in csv.DictReader(StringIO(text))}
    assert (rows["conv"]["receptive_field"], rows["conv"]["effective_stride"]) == ("3x5", "1x2")
    assert rows["up"]["effective_stride"] == "0.5x1"


@pytest.mark.parametrize("style", ["alexnet", "lenet"])
def test_tables_have_columns_and_say_what_they_mean(netcost: Run, net: str, style: str) -> None:
    """Totals are those of the network, and what rows do not show of them is said."""
    text = netcost("analyze", net, *EVERYTHING, "--style", style, "--width", "250").out
    for figure in LAYER_FIGURES.values():
        assert f"{figure.title}: {figure.help}" in text
    assert ("1,024 B of it without a row" in text) == (style == "alexnet")


def test_fields_of_the_lectures_alexnet(netcost: Run) -> None:
    """As published for AlexNet: 195 positions in steps of 32 at the last pooling."""
    found = layers(netcost, "alexnet", "--show", "field")
    fields = {name: layer["receptive_field"] for name, layer in found.items()}
    assert [fields[name][0] for name in ("conv1", "pool1", "conv2", "pool2")] == [11, 19, 51, 67]
    assert [fields[name][0] for name in ("conv3", "conv4", "conv5", "pool5")] == [99, 131, 163, 195]
    assert found["pool5"]["effective_stride"] == [32, 32]


def test_blocks_add_up_keep_the_most_and_see_what_their_last_layer_sees(netcost: Run) -> None:
    """With --depth."""
    shown = ("--show", "kept,live,field,bytes")
    single = layers(netcost, "resnet18", *shown)
    folded = layers(netcost, "resnet18", "--depth", "1", *shown)
    inside = [layer for name, layer in single.items() if name.startswith("layer2.")]
    block = folded["layer2"]
    assert len(inside) > 1
    assert block["kept_bytes"] == sum(layer["kept_bytes"] for layer in inside)
    assert block["moved_bytes"] == sum(layer["moved_bytes"] for layer in inside)
    assert block["live_bytes"] == max(layer["live_bytes"] for layer in inside)
    assert block["receptive_field"] == inside[-1]["receptive_field"]


def test_a_layer_that_does_not_tell_is_not_known(netcost: Run, folder: Path) -> None:
    """Null, and not nothing; what is alive is known all the same."""
    (folder / "net.yaml").write_text(
        "input: [4]\nlayers: [{linear: 4}, {name: own, custom: odd, shape: [4], kind: vector, params: 3, "
        "macs_per_sample: 1}]\n"
    )
    found = layers(netcost, "net.yaml", "--show", "kept,live")["own"]
    assert (found["kept_bytes"], found["live_bytes"]) == (None, 2 * 4 * 4)
    assert "unknown" in netcost("analyze", "net.yaml", "--show", "kept").out


def test_the_options_of_a_run_count(netcost: Run, net: str) -> None:
    """Without writing over its input, a relu has one more tensor alive."""
    found = layers(netcost, net, "--show", "live", "--no-in-place")
    assert found["act"]["live_bytes"] == 2 * OUT


def test_figures_stand_under_the_table_and_in_json(netcost: Run, net: str) -> None:
    """With null for those that the network has not as it is run."""
    (model,) = document(netcost, net, "--show", "figures", "--train", "adam")["models"]
    assert model["figures"]["kept_bytes"] == OUT
    assert model["figures"]["optimizer_bytes"] == 2 * WEIGHTS  # both moments of Adam
    assert model["figures"]["time_bound_ns"] is None
    assert "figures" not in document(netcost, net)["models"][0]
    text = netcost("analyze", net, "--show", "figures").out
    assert "peak of activations" in text.partition("Figures")[2]


def test_a_report_is_read_back_with_what_was_asked_for(netcost: Run, net: str) -> None:
    """What it does not hold is not known."""
    text = netcost("analyze", net, "--show", "kept,field,figures", "--format", "json").out
    (report,) = read_report(text)
    assert report["act"]["kept_bytes"] == OUT
    assert report["conv"]["receptive_field"] == (3, 3)
    assert str(report["conv"]["moved_bytes"]) == "unknown"
    assert report.totals["kept_bytes"] == OUT
    assert str(report.totals["time_bound_ns"]) == "unknown"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--show", "fild"), "did you mean `field`?"),
        (("--show", "zzz"), "there are kept, live, field, bytes, bound and figures"),
        (("--show", "bound"), "add --device NAME or --device FILE"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    netcost: Run, net: str, options: tuple[str, ...], message: str
) -> None:
    """With what can be."""
    ended = netcost("analyze", net, *options)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
