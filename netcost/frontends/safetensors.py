"""safetensors: weights alone. A header tells of each tensor: its name, number format, lengths and bytes.

Source: https://github.com/huggingface/safetensors, its README: eight bytes with the length of the header, JSON of
that length, then the tensors without gaps.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from math import prod
from mmap import mmap
from typing import Any, TypeGuard

from netcost.dtypes import BITS, number_bytes
from netcost.frontends import Source
from netcost.frontends.honoured import refused
from netcost.frontends.known import POINTED, POINTER
from netcost.frontends.weights_only import Tensor, network_of
from netcost.integers import BOUND
from netcost.language.work import Work
from netcost.network import MAX_AXES, Network
from netcost.overrides import Overrides
from netcost.place import Place, inside
from netcost.wording import counted, listed, shortened

LENGTH = 8
"""Bytes of the number at the start."""

MAX_HEADER = 16 * 2**20
"""Bytes of a header that are read at most: some 100,000 tensors."""

MAX_VALUES = 1_200_000
"""Commas and brackets of a header: ten for each of as many tensors, and more for what else it says."""

MAX_TENSORS = 100_000
MAX_FILES = 1_000
"""Files that an index may name."""

FORMATS: Mapping[str, str] = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3",
    "F8_E4M3FNUZ": "float8_e4m3",
    "F8_E5M2": "float8_e5m2",
    "F8_E5M2FNUZ": "float8_e5m2",
    "F8_E8M0": "float8_e8m0",
    "F6_E2M3": "float6_e2m3",
    "F6_E3M2": "float6_e3m2",
    "F4": "float4",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U64": "int64",
    "U32": "int32",
    "U16": "int16",
    "U8": "uint8",
    "BOOL": "bool",
    "C64": "float64",
}
"""The number formats by the file's words; a word without one of its own stands for one of the same size."""

INTEGERS = frozenset({"I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL"})


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Tell what a file of weights, or the files of an index, store.

    Raises:
        SpecError: the file is faulty, or has no such thing as an override asks for.
    """
    tensors = tensors_of(source)
    network = network_of(source, overrides, work, tensors.items(), FORMATS)
    integers = [name for name, each in tensors.items() if each.dtype in INTEGERS and each.dims]
    if integers:
        network.notes.append(
            f"integers count as they are stored, whatever may be packed into them: {listed(integers)}"
        )
    return network


def tensors_of(source: Source) -> Mapping[str, Tensor]:
    """The tensors of a file, or of the files that an index names, by name.

    Raises:
        SpecError: a file is faulty or missing.
    """
    if _is_index(source.data):
        return _of_index(source)
    return header(source.data, source.path)


def header(data: bytes | mmap | memoryview, path: str = "") -> Mapping[str, Tensor]:
    """The tensors of a file by name, each with its number format, lengths and bytes.

    Args:
        data: the file, or the start of it: its header is enough.
        path: what messages call it.

    Raises:
        SpecError: the header is broken, or what it tells does not fit together.
    """
    told = _header(data, path)
    told.pop("__metadata__", None)
    if len(told) > MAX_TENSORS:
        raise refused(Place(path, 0, 0), f"it has {len(told):,} tensors, at most {MAX_TENSORS:,} are read")
    spans, tensors = [], {}
    for name, value in told.items():
        tensors[name], start = _tensor(value, inside(path, shortened(name)))
        spans.append((start, start + tensors[name].bytes, name))
    end = _end(sorted(spans), path)
    start = LENGTH + _length(data)
    if start < len(data) < start + end:
        message = f"the header tells of {end:,} bytes, and {len(data) - start:,} follow it"
        raise refused(Place(path, 0, 0), message, "the file has been cut off")
    return tensors


def _length(data: bytes | mmap | memoryview) -> int:
    return int.from_bytes(data[:LENGTH], "little")


def _header(data: bytes | mmap | memoryview, path: str) -> dict[str, Any]:
    """The header as JSON has it.

    Raises:
        SpecError: it is missing, too long, or no JSON object.
    """
    place, length = Place(path, 0, 0), _length(data)
    if bytes(data[: len(POINTER)]) == POINTER:
        raise refused(place, *POINTED)
    if length > MAX_HEADER:
        raise refused(place, f"its header has {length:,} bytes, at most {MAX_HEADER:,} are read")
    if LENGTH + length > len(data):
        message = f"its header has {length:,} bytes, and {max(0, len(data) - LENGTH):,} are there"
        raise refused(place, message, "the file has been cut off, or is none of safetensors")
    return parsed(bytes(data[LENGTH : LENGTH + length]), place)


def parsed(text: bytes, place: Place) -> dict[str, Any]:
    """A JSON object in which no key is given twice.

    Raises:
        SpecError: it is something else.
    """
    values = sum(text.count(sign) for sign in (b",", b"[", b"{"))
    if values > MAX_VALUES:
        raise refused(place, f"this has some {values:,} values, at most {MAX_VALUES:,} are read")
    try:
        found = json.loads(text.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else shortened(str(error))
        raise refused(place, f"this is not the JSON that it should be: {reason}") from None
    if not isinstance(found, dict):
        raise refused(place, "this is not a JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"`{shortened(twice)}` is given twice")
    return found


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _tensor(value: Any, place: Place) -> tuple[Tensor, int]:
    """A tensor, and where it begins.

    Raises:
        SpecError: it is of no known format, or its bytes are not those of its lengths.
    """
    told = value if isinstance(value, dict) else {}
    dtype, dims, offsets = told.get("dtype"), told.get("shape"), told.get("data_offsets")
    if not isinstance(dtype, str) or dtype not in FORMATS:
        message = f"there is no number format `{shortened(str(dtype))}`"
        raise refused(place, message, f"there are {listed(list(FORMATS), most=None)}")
    if not _are_lengths(dims) or len(dims) > MAX_AXES:
        raise refused(place, f"`shape` is no list of lengths: {shortened(str(dims))}")
    if not _are_lengths(offsets) or len(offsets) != len(("start", "end")):
        raise refused(place, f"`data_offsets` is no start and end: {shortened(str(offsets))}")
    start, end = offsets
    size = number_bytes(prod(dims), BITS[FORMATS[dtype]])
    if end - start != size:
        lengths = " x ".join(map(str, dims)) or "one number"
        raise refused(place, f"{lengths} of {dtype} take {size:,} bytes, and it has {end - start:,}")
    return Tensor(dtype, tuple(dims), size), start


def _are_lengths(value: Any) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(each) is int and 0 <= each < BOUND for each in value)


def _end(spans: list[tuple[int, int, str]], path: str) -> int:
    """Where the last tensor ends.

    Raises:
        SpecError: tensors overlap, or there is a gap between them.
    """
    before, at = "", 0
    for start, end, name in spans:
        if start != at:
            what = f"overlaps `{shortened(before)}`" if start < at else "leaves a gap before it"
            message = f"it {what}: it begins at {start:,}, and what is before it ends at {at:,}"
            raise refused(inside(path, shortened(name)), message)
        before, at = name, end
    return at


# Several files


def _is_index(data: bytes | mmap) -> bool:
    """Tell whether it is JSON from the start on: the first bytes of a text are no length that is read."""
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and _length(data) > MAX_HEADER


def _of_index(source: Source) -> Mapping[str, Tensor]:
    """The tensors of all files that an index names, each in its own order.

    Raises:
        SpecError: a file is missing or faulty, or has not what the index tells.
    """
    place = Place(source.path, 0, 0)
    if len(source.data) > MAX_HEADER:
        raise refused(place, f"this index has {len(source.data):,} bytes, at most {MAX_HEADER:,} are read")
    where = parsed(bytes(source.data), place).get("weight_map")
    if not isinstance(where, dict) or not all(isinstance(file, str) for file in where.values()):
        raise refused(place, "`weight_map` does not tell the file of each tensor")
    files = list(dict.fromkeys(where.values()))
    if len(files) > MAX_FILES or len(where) > MAX_TENSORS:
        message = f"this index names {counted(len(files), 'file')} and {counted(len(where), 'tensor')}"
        raise refused(place, message, f"at most {MAX_FILES:,} and {MAX_TENSORS:,} are read")
    found = dict(pair for file in files for pair in _of_file(source, file, where))
    missing = [name for name in where if name not in found]
    if missing:
        raise refused(place, f"its files lack {listed(missing)}")
    return found


def _of_file(source: Source, file: str, where: Mapping[str, str]) -> Iterator[tuple[str, Tensor]]:
    """The tensors that an index has in one file."""
    place = inside(source.path, shortened(file))
    if source.beside is None:
        raise refused(place, "the files of this index are read beside it, and nothing lies beside it")
    try:
        data = source.beside(file)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise refused(
            place, f"this file cannot be read: {reason}", "it is looked for beside the index"
        ) from None
    for name, tensor in header(data, file).items():
        if where.get(name) == file:
            yield name, tensor
