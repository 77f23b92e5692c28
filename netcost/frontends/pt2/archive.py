"""The zip file that `torch.export.save` writes: its program as JSON, and which stored tensor each weight is.

Nothing else of it is opened: no weights, and no sample inputs, which are pickled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple, TypeVar
from zipfile import BadZipFile, ZipFile

from netcost.frontends import Source
from netcost.frontends.archive import check_members
from netcost.frontends.honoured import DAMAGED, refused
from netcost.place import Place, inside

MAX_BYTES = 64 * 2**20
"""Of the text of a program, when it is unpacked."""

MAX_PARTS = 2_500_000
"""Lists, objects, and their entries in a program: a text of that size may have ten times as many as programs have."""

MAX_MEMBERS = 200_000

EXPORTED = "`torch.export.save(torch.export.export(model, example), 'net.pt2')` writes one"

PROGRAM = re.compile(r"(?:^|.*/)(?:models/[^/]+|serialized_exported_program)\.json$")
WEIGHTS = re.compile(r"(?:^|.*/)data/weights/[^/]*weights_config\.json$")

T = TypeVar("T")


class MalformedError(Exception):
    """A program that is not as PyTorch writes it."""


class Archive(NamedTuple):
    """What is read of the file.

    Args:
        program: the exported program.
        tensors: for each weight by its name what tells the stored tensor that it is from all others, where that is known.
    """

    program: Mapping[str, Any]
    tensors: Mapping[str, Hashable]


def opened(source: Source) -> Archive:
    """Read the program of a file.

    Raises:
        SpecError: the file is no such archive, is broken, or unpacks to too much.
    """
    place = Place(source.path, 0, 0)
    if source.data[:2] != b"PK":
        raise refused(place, "this is no export of PyTorch: it is no zip file", EXPORTED)
    try:
        with ZipFile(source.stream()) as archive:
            names = [each.filename for each in archive.infolist()[:MAX_MEMBERS]]
            check_members(names, place)
            programs = sorted(name for name in names if PROGRAM.match(name))
            if not programs:
                raise refused(place, "this archive has no exported program", EXPORTED)
            chosen = next((name for name in programs if name.endswith("/model.json")), programs[0])
            program = _json(archive, chosen, source.path)
            weights = next((name for name in names if WEIGHTS.match(name)), "")
            tensors = _tensors(_json(archive, weights, source.path)) if weights else {}
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise refused(place, f"this archive is broken: {error}", DAMAGED) from None
    except _unpacking() as error:
        raise refused(place, f"this archive is broken: {error}", DAMAGED) from None
    return Archive(program, tensors)


def _unpacking() -> tuple[type[Exception], ...]:
    import lzma
    import zlib

    return zlib.error, lzma.LZMAError


def _json(archive: ZipFile, name: str, path: str) -> Mapping[str, Any]:
    """A member that is a JSON object.

    Raises:
        SpecError: it is none, or it is too large.
    """
    place = inside(path, name)
    with archive.open(name) as member:
        text = member.read(MAX_BYTES + 1) if archive.getinfo(name).file_size <= MAX_BYTES else None
    if text is None or len(text) > MAX_BYTES:
        raise refused(place, f"a program of more than {MAX_BYTES:,} bytes is not read")
    if sum(map(text.count, (b"{", b"[", b","))) > MAX_PARTS:
        raise refused(place, f"a program of more than {MAX_PARTS:,} parts is not read")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refused(place, f"this is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise refused(place, "this is no JSON object")
    return found


def _tensors(config: Mapping[str, Any]) -> Mapping[str, Hashable]:
    """What tells stored tensors apart: the file, where in it, and how they lie there.

    A program that was exported from the meta device stores nothing, so that all its weights have one file.
    """
    entries = config.get("config")
    if not isinstance(entries, dict):
        return {}
    found: dict[str, Hashable] = {}
    for name, entry in entries.items():
        if not isinstance(entry, dict):
            continue
        meta = entry.get("tensor_meta")
        device = meta.get("device") if isinstance(meta, dict) else None
        is_meta = isinstance(device, dict) and device.get("type") == "meta"
        if isinstance(meta, dict) and not is_meta:
            lies = [meta.get(key) for key in ("sizes", "strides", "storage_offset")]
            found[name] = (str(entry.get("path_name")), json.dumps(lies))
    return found


def an_object(value: object, what: str) -> dict[str, Any]:
    """A JSON object.

    Raises:
        MalformedError: it is none.
    """
    if isinstance(value, dict):
        return value
    raise MalformedError(f"{what} is no object")


def a_list(value: object, what: str) -> list[Any]:
    """A JSON list.

    Raises:
        MalformedError: it is none.
    """
    if isinstance(value, list):
        return value
    raise MalformedError(f"{what} is no list")


def a_text(value: object, what: str) -> str:
    """A JSON string.

    Raises:
        MalformedError: it is none.
    """
    if isinstance(value, str):
        return value
    raise MalformedError(f"{what} is no text")


def one_of(value: object, what: str) -> tuple[str, Any]:
    """The one entry of a union: what kind it is of, and its value.

    Raises:
        MalformedError: it has more or none.
    """
    found = an_object(value, what)
    if len(found) != 1:
        raise MalformedError(f"{what} is none of its kinds")
    return next(iter(found.items()))
