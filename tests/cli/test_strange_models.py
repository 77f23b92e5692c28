"""Files that are no models, or no whole ones: what they are, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Run

ZIP = b"PK\x03\x04 and no more"
DAMAGED = "the file is cut off or damaged: fetch it again, or save it anew"


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("net.pt2", ZIP, DAMAGED),
        ("net.keras", ZIP, DAMAGED),
        ("net.onnx", b"\x08\x07\x12", DAMAGED),
        ("net.tflite", b"\x1c\0\0\0TFL3", DAMAGED),
        ("net.gguf", b"GGUF\x03\0", "the file has been cut off"),
        ("net.pt2", b"", "this file is empty"),
        ("net.keras", b"", "this file is empty"),
        ("net.onnx", b"", "this file is empty"),
        ("net.tflite", b"", "this file is empty"),
        ("net.gguf", b"", "this file is empty"),
        ("net.safetensors", b"", "this file is empty"),
        ("net.pb", b"", "this file is empty"),
        ("net.yaml", b"", "this file is empty"),
        ("config.json", b"{}", "this config does not say what model it is of"),
        ("config.json", b'{"hidden_size": 8}', '`"model_type": "bert"`'),
        ("config.json", b"[1]", "a config of Hugging Face is an object with keys"),
        ("folder/config.json", b" {}", "this config does not say what model it is of"),
        ("net.yaml", b"version: 1\nmodels: []\n", "this is a budget, not a spec"),
        (
            "net.json",
            b'{"format_version": "1.1", "models": []}',
            "`netcost diff` and `netcost check --baseline`",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_what_to_do(
    netcost: Run, folder: Path, name: str, data: bytes, told: str
) -> None:
    """Once, with exit code 2."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    ended = netcost("analyze", name)
    assert (ended.code, ended.out, ended.err.count(told)) == (2, "", 1)
    assert ended.err.startswith(f"{name}:")


def test_a_spec_in_json_may_have_any_name(netcost: Run, folder: Path) -> None:
    """Also the one of Hugging Face's configs."""
    text = '{"input": [3, 8, 8], "layers": [{"conv": 4, "kernel": 3}]}'
    (folder / "config.json").write_text(text, encoding="utf-8")
    assert netcost("analyze", "config.json").code == 0


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (["config.json", "a.yaml"], "name a file in it: `nets/config.json`"),
        (["b.onnx", "readme.txt"], "name a file in it: `nets/b.onnx`"),
        (["readme.txt"], ""),
        ([], ""),
    ],
)
@pytest.mark.parametrize("command", ["analyze", "memory", "explain", "convert"])
def test_a_folder_is_told_with_the_file_in_it(
    netcost: Run, folder: Path, command: str, files: list[str], told: str
) -> None:
    """A config of Hugging Face before other models."""
    (folder / "nets").mkdir()
    for name in files:
        (folder / "nets" / name).write_text("", encoding="utf-8")
    ended = netcost(command, "nets")
    assert ended.code == 2
    assert ended.err.splitlines()[0] == "nets: error: this file cannot be read: it is a folder"
    assert ended.err.splitlines()[1:] == ([f"   = {told}"] if told else [])


def test_a_converted_spec_names_no_folder_of_this_machine(netcost: Run, folder: Path) -> None:
    """It may be committed."""
    (folder / "net.yaml").write_text("input: [3, 8, 8]\nlayers: [{conv: 4, kernel: 3}]\n", encoding="utf-8")
    text = netcost("convert", str(folder / "net.yaml")).out
    assert text.startswith("# Written by `netcost convert` from net.yaml.\n")


@pytest.mark.parametrize(
    ("side", "told"),
    [
        ("r.json#alexnet", "r.json holds no network `alexnet`; name r.json#lenet or r.json#vgg11"),
        ("r.json", "r.json holds 2 networks; name one: r.json#lenet or r.json#vgg11"),
    ],
)
def test_a_network_that_a_report_has_not_is_named(netcost: Run, side: str, told: str) -> None:
    """With those that it has."""
    netcost("analyze", "lenet", "vgg11", "-o", "r.json")
    assert told in netcost("diff", side, "lenet").err
