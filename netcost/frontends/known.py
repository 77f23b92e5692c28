"""How files of each format are known, by their first bytes, by what a zip file holds, by words of a text.

Nothing is parsed: a file that only looks like one of a format is told what is wrong by the reader of that format.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mmap import mmap
    from typing import BinaryIO, Protocol

    class Found(Protocol):
        """A file as it was found."""

        @property
        def path(self) -> str:
            """What it is called."""
            ...

        @property
        def data(self) -> bytes | mmap:
            """Its bytes."""
            ...

        @property
        def member(self) -> str:
            """What is meant in a file of code."""
            ...

        def stream(self) -> BinaryIO:
            """Its bytes as a file."""
            ...


HEAD = 4096
"""Bytes at the start that tell what a file is."""

MAX_MEMBERS = 100_000
"""Files of a zip file that are looked at."""

PROGRAM = r"(?:.*/)?(?:models/[^/]+|serialized_exported_program)\.json$"
"""The file of a zip file in which PyTorch exports a program."""

FIRST_FIELDS = rb"\x08[\x01-\x20](?:[\x12\x1a\x22\x32\x3a\x42\x72]|\x28)"
"""The version of ONNX's form, field 1, and behind it another field of a model."""

CONFIG = "config.json"
"""What Hugging Face calls the config of a model."""

PICKLES = {b"\x80" + bytes([version]) for version in range(2, 6)}
SECTION = rb"^\s*\[\s*([a-z0-9_]+)\s*\]"
CAFFE_LAYER = rb"^\s*layers?\s*(?::\s*)?\{"
TOP_KEY = rb"^['\"]?%s['\"]?\s*:"


EXPORT = "export it: `torch.export.save(torch.export.export(model, example), 'net.pt2')`"
"""What to do with a model of PyTorch."""

POINTER = b"version https://git-lfs"
POINTED = ("this is a pointer of Git LFS, and not the file", "`git lfs pull` fetches it")


def parted(path: str) -> tuple[str, str]:
    """The file and the name of `net.py:Net`; any other path has no name."""
    file, colon, name = path.rpartition(":")
    return (file, name) if colon and file.endswith(".py") and name.isidentifier() else (path, "")


def is_code(found: Found) -> bool:
    """A name in a file of Python."""
    return bool(found.member)


def _head(found: Found) -> bytes:
    return bytes(found.data[:HEAD])


def _ends(found: Found, *suffixes: str) -> bool:
    return found.path.lower().endswith(suffixes)


def is_pointer(found: Found) -> bool:
    """What git has in the place of a large file that has not been fetched."""
    return found.data[: len(POINTER)] == POINTER


# Zip files


def members(found: Found) -> Sequence[str]:
    """The names in a zip file; none if it is no such file, or a broken one."""
    if not _head(found).startswith(b"PK\x03\x04"):
        return ()
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(found.stream()) as archive:
            return archive.namelist()[:MAX_MEMBERS]
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        return ()


def _holds(found: Found, matches: Callable[[str], object]) -> bool:
    return any(map(matches, members(found)))


def is_pt2(found: Found) -> bool:
    """A zip file with a program as JSON."""
    return _holds(found, lambda name: re.match(PROGRAM, name)) or _ends(found, ".pt2")


def is_keras(found: Found) -> bool:
    """A zip file with a model's config, or that config alone."""
    if _ends(found, ".keras") or {"config.json", "metadata.json"} <= set(members(found)):
        return True
    return _is_json(found, b'"class_name"', b'"config"')


def is_pickle(found: Found) -> bool:
    """What `torch.save` and `torch.jit.save` write: a zip file with a pickle, or a pickle alone."""
    head = _head(found)
    return (
        head[:2] in PICKLES
        or _holds(found, lambda name: name.endswith("data.pkl"))
        or (_ends(found, ".pt", ".pth") and head.startswith(b"PK"))
    )


# By their first bytes


def is_hdf5(found: Found) -> bool:
    """The mark of HDF5."""
    return _head(found).startswith(b"\x89HDF\r\n\x1a\n")


def is_tflite(found: Found) -> bool:
    """The mark of its schema in a flatbuffer."""
    return found.data[4:8] == b"TFL3" or _ends(found, ".tflite")


def is_gguf(found: Found) -> bool:
    """Its mark, as a machine of either byte order writes it."""
    return found.data[:4] in {b"GGUF", b"FUGG"} or _ends(found, ".gguf")


def is_safetensors(found: Found) -> bool:
    """A length and a JSON object of that length; or the index of several such files."""
    head = _head(found)
    fits = int.from_bytes(head[:8], "little") <= len(found.data)
    return (fits and head[8:9] == b"{") or _ends(found, ".safetensors") or _is_json(found, b'"weight_map"')


def is_frozen(found: Found) -> bool:
    """A graph of TensorFlow, which has no mark of its own."""
    return _ends(found, ".pb")


def is_onnx(found: Found) -> bool:
    """The first fields of a model; protobuf has no mark of its own."""
    head = _head(found)
    return _ends(found, ".onnx") or (head.startswith(b"\x08") and bool(re.match(FIRST_FIELDS, head)))


# Texts


def _is_json(found: Found, *words: bytes) -> bool:
    """A JSON object in which some words stand."""
    return _head(found).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and all(
        found.data.find(word) >= 0 for word in words
    )


def is_huggingface(found: Found) -> bool:
    """The JSON of a model's config; what is called as one is, and is no spec in JSON, is taken for one."""
    if any(_is_json(found, word) for word in (b'"model_type"', b'"architectures"')):
        return True
    return os.path.basename(found.path) == CONFIG and found.data.find(b'"layers"') < 0  # noqa: PTH119


def is_darknet(found: Found) -> bool:
    """A first section that is the network."""
    if _ends(found, ".yaml", ".yml"):
        return False
    text = _without_comments(_head(found).removeprefix(b"\xef\xbb\xbf"))
    first = re.search(SECTION, text, re.MULTILINE)
    return bool(first and first[1] in {b"net", b"network"})


def _without_comments(text: bytes) -> bytes:
    return b"\n".join(line for line in text.splitlines() if line.lstrip()[:1] not in {b"#", b";"})


def is_caffe(found: Found) -> bool:
    """A layer in the text form of protobuf."""
    return _ends(found, ".prototxt") or (
        not _ends(found, ".yaml", ".yml", ".json") and bool(re.search(CAFFE_LAYER, found.data, re.MULTILINE))
    )


def is_ultralytics(found: Found) -> bool:
    """YAML with the two lists of layers."""
    return all(
        found.data.find(key) >= 0 and re.search(TOP_KEY % key, found.data, re.MULTILINE)
        for key in (b"backbone", b"head")
    )
