"""How files of each format are known: by their content, and by the suffix only where that does not tell."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from netcost.frontends import Source, format_of, load
from netcost.frontends.known import parted
from netcost.source.problem import SpecError


def archive(*names: str) -> bytes:
    """A zip file with such members."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name in names:
            file.writestr(name, "{}")
    return written.getvalue()


HEADER = b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'

FILES = [
    ("net", archive("archive/models/model.json", "archive/data/weights/weight_0"), "PyTorch export"),
    ("net.zip", archive("config.json", "metadata.json", "model.weights.h5"), "Keras"),
    ("net.json", b' {"module": "keras", "class_name": "Functional", "config": {}}', "Keras"),
    ("net.pt", archive("archive/data.pkl", "archive/version"), "TorchScript or pickle"),
    ("weights", b"\x80\x04\x95abc", "TorchScript or pickle"),
    ("net", b"\x89HDF\r\n\x1a\n", "HDF5"),
    ("net", b"\x1c\0\0\0TFL3", "TFLite"),
    ("net", b"GGUF\x03\0\0\0", "GGUF"),
    ("net", struct.pack("<Q", len(HEADER)) + HEADER + b"\0" * 4, "safetensors"),
    ("config.json", b'{"architectures": ["BertModel"], "model_type": "bert"}', "Hugging Face"),
    ("graph.pb", b"\x0a\x05", "SavedModel or frozen graph"),
    ("net", b"\x08\x08\x12\x07pytorch\x1a", "ONNX"),
    ("net", b"\x08\x07:\x80\x01", "ONNX"),
    ("net.cfg", b"# a comment\n[net]\nwidth=416\n", "Darknet"),
    ("net", b"; [x]\n[network]\nwidth=416\n", "Darknet"),
    ("deploy.prototxt", b'name: "LeNet"\nlayer {\n  name: "data"\n}\n', "Caffe"),
    ("old", b'name: "LeNet"\nlayers {\n  name: "data"\n}\n', "Caffe"),
    ("yolo.yaml", b"nc: 80\nbackbone:\n  - [-1, 1, Conv, [64, 3, 2]]\nhead:\n  - []\n", "Ultralytics"),
    ("net.yaml", b"input: [3, 8, 8]\nlayers: [{conv: 4, kernel: 3}]\n", "spec"),
    ("net.json", b'{"input": [3, 8, 8], "layers": [{"conv": 4, "kernel": 3}]}', "spec"),
    ("net.yaml", b"# layer {\ninput: [3, 8, 8]\nlayers: [relu]\n", "spec"),
    ("empty.yaml", b"", "spec"),
    ("broken.zip", b"PK\x03\x04 and no more", "spec"),
]


@pytest.mark.parametrize(("name", "data", "form"), FILES, ids=[f"{name}: {form}" for name, _, form in FILES])
def test_a_file_is_known_by_its_content(name: str, data: bytes, form: str) -> None:
    """Whatever it is called."""
    assert format_of(Source(name, data)).name == form


@pytest.mark.parametrize("end", ["pt2", "onnx", "tflite", "gguf", "safetensors", "prototxt", "keras"])
def test_a_suffix_tells_what_a_broken_file_was_meant_to_be(end: str) -> None:
    """So that the reader of that format says what is wrong."""
    assert f".{end}" in format_of(Source(f"net.{end}", b"")).suffixes


@pytest.mark.parametrize(
    ("name", "data", "hint"),
    [
        ("net.pt", archive("archive/data.pkl"), "torch.export.save"),
        ("net.h5", b"\x89HDF\r\n\x1a\n", "model.to_json()"),
        ("graph.pb", b"\x0a\x05", "tf2onnx"),
    ],
)
def test_what_is_not_read_is_told_what_to_do(name: str, data: bytes, hint: str) -> None:
    """And is never opened."""
    with pytest.raises(SpecError) as caught:
        load(Source(name, data))
    (problem,) = caught.value.problems
    assert problem.message.endswith("which netcost does not read")
    assert hint in (problem.hint or "")


@pytest.mark.parametrize(
    ("name", "data", "message", "hint"),
    [
        ("net.pt", b"hello", "no file of PyTorch, though its name ends in `.pt`", "torch.export.save"),
        ("net.PTH", b'{"a": 1}', "no file of PyTorch, though its name ends in `.pth`", "torch.export.save"),
        ("last.ckpt", b"\0\1\2", "no file of PyTorch, though its name ends in `.ckpt`", "torch.export.save"),
        ("net.pkl", b"a: 1\n", "no file of PyTorch, though its name ends in `.pkl`", "torch.export.save"),
        ("net.pt2", b"hello", "this is no export of PyTorch: it is no zip file", "torch.export.save"),
        ("net.h5", b"hello", "no file of HDF5, though its name ends in `.h5`", "model.to_json()"),
        ("net.cfg", b"[main]\n", "no file of Darknet, though its name ends in `.cfg`", "YOLO"),
        ("net.pt", b"", "this file is empty", "fetch it again"),
        ("net.pt", b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS", "git lfs pull"),
        ("c.json", b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS", "git lfs pull"),
    ],
)
def test_what_is_not_what_its_name_says_is_told_so(name: str, data: bytes, message: str, hint: str) -> None:
    """In place of what a spec would lack."""
    with pytest.raises(SpecError) as caught:
        load(Source(name, data))
    (problem,) = caught.value.problems
    assert message in problem.message
    assert hint in (problem.hint or "")


@pytest.mark.parametrize("name", ["net.pt", "net.cfg", "net.txt", "net"])
def test_a_spec_may_be_called_anything(name: str) -> None:
    """It is known by its layers; so is one with faults."""
    assert len(load(Source(name, b"input: [8]\nlayers: [relu]\n")).nodes) == 1
    with pytest.raises(SpecError, match="unknown layer type"):
        load(Source(name, b"input: [8]\nlayers: [rellu]\n"))


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("net.py:Net", ("net.py", "Net")),
        ("a/b.py:make_net", ("a/b.py", "make_net")),
        ("net.py", ("net.py", "")),
        ("net.yaml:Net", ("net.yaml:Net", "")),
        ("net.py:1", ("net.py:1", "")),
        ("C:\\net.py:Net", ("C:\\net.py", "Net")),
    ],
)
def test_a_name_in_a_file_of_code(path: str, parts: tuple[str, str]) -> None:
    """The only spelling that means to run it."""
    assert parted(path) == parts
