"""Hardware by name or from a file: memory, bandwidth and rates, each number with its unit and its source.

A file of this folder describes one device; users write files of their own in the same words.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from netcost.dtypes import BITS
from netcost.place import Place
from netcost.source.document import KeyValue, MappingNode, Scalar, YamlNode, refuse_keys, text_of
from netcost.source.fault import Fault, meant
from netcost.source.files import real_below, reason, too_large
from netcost.source.problem import Problem, SpecError, file_error, nearest
from netcost.source.read_document import read_document

FOLDER = Path(__file__).parent
SUFFIX = ".yaml"

MOST_BYTES = 2**13
"""Of a file that another one names; none that describes a device is nearly as long."""

BYTES: Mapping[str, int] = {
    "B": 1,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
    "KB": 2**10,
    "MB": 2**20,
    "GB": 2**30,
}
"""Units of memory: a chip's KB, MB and GB are powers of 1024, as its makers sell them."""

BANDWIDTH: Mapping[str, int] = {"B/s": 1, "MB/s": 10**6, "GB/s": 10**9, "TB/s": 10**12}
"""Units of bandwidth: powers of 1000."""

RATES: Mapping[str, int] = {
    **{f"{symbol}FLOP/s": size for symbol, size in (("M", 10**6), ("G", 10**9), ("T", 10**12))},
    **{f"{symbol}OP/s": size for symbol, size in (("M", 10**6), ("G", 10**9), ("T", 10**12))},
    **{f"{symbol}MAC/s": 2 * size for symbol, size in (("M", 10**6), ("G", 10**9), ("T", 10**12))},
}
"""Units of rates: operations, two of which are a multiply-accumulate."""

AMOUNT = re.compile(r"([0-9]+)(?:\.([0-9]+))?\s*([A-Za-z/]+)", re.ASCII)


class Figure(NamedTuple):
    """A number of a device, and where it is from."""

    number: Fraction
    source: str


@dataclass(frozen=True)
class Device:
    """A piece of hardware.

    Args:
        name: what reports call it.
        path: the file that describes it.
        memory: bytes that a program can use; None if not told.
        flash: bytes for weights that are apart from that memory, as a microcontroller's flash.
        piece: bytes of the largest single piece of the memory, where it comes in several.
        bandwidth: bytes a second between memory and processor.
        rates: operations a second by number format; dense ones.
    """

    name: str
    path: str
    memory: Figure | None = None
    flash: Figure | None = None
    piece: Figure | None = None
    bandwidth: Figure | None = None
    rates: Mapping[str, Figure] = field(default_factory=dict)

    def rate(self, dtype: str) -> Figure | None:
        """The rate of a number format; None if it is not told."""
        return self.rates.get(dtype)


NAMES = sorted(path.stem for path in FOLDER.glob(f"*{SUFFIX}"))
"""The devices that come with netcost."""


def names_file(name: str) -> bool:
    """Tell the path of a file from the name of a device that comes with netcost."""
    return "/" in name or Path(name).suffix in {".yaml", ".yml"}


def load(name: str) -> Device:
    """Read a device by its name, or from a file of one's own.

    Raises:
        SpecError: there is none, or its file is faulty.
    """
    if names_file(name):
        return read(Path(name), name)
    refused = unknown(name)
    if refused:
        raise file_error(name, *refused)
    return read(FOLDER / f"{name.lower()}{SUFFIX}", f"{name.lower()}{SUFFIX}")


def below(name: str, place: Place) -> str:
    """A device that is named at a place of a file that anyone may have written, as `load` takes it.

    A file of one's own must lie below the folder of that file, from where its path starts.

    Raises:
        SpecError: it leads out of that folder, or the file is larger than any that describes a device.
    """
    if not names_file(name):
        return name
    folder = os.path.dirname(place.path)  # noqa: PTH120
    try:
        _check_size(real_below(folder, name, f"what names it, {place.path}"))
    except OSError as error:
        raise SpecError([Problem(place, f"device `{name}` cannot be read: {reason(error)}")]) from None
    return os.path.normpath(os.path.join(folder, name))  # noqa: PTH118


def _check_size(path: str) -> None:
    """Refuse a file that is too large.

    Raises:
        OSError: it is, or there is none.
    """
    size = os.stat(path).st_size  # noqa: PTH116
    if size > MOST_BYTES:
        raise OSError(errno.EFBIG, too_large(size, MOST_BYTES))


def unknown(name: str) -> tuple[str, str] | None:
    """What is wrong with a name that is none of a device that comes with netcost, and what may be meant."""
    if name.lower() in NAMES:
        return None
    near = nearest(name, NAMES)
    hint = f"did you mean `{near}`?" if near else f"there are {', '.join(NAMES)}; or name a file of your own"
    return f"there is no device `{name}`", hint


def read(path: Path, name: str) -> Device:
    """Read a file that describes a device; `name` is what messages call it.

    Raises:
        SpecError: it cannot be read, or says what devices do not have.
    """
    document = read_document(path, name)
    try:
        found = _device(document.root, name)
    except Fault as fault:
        raise SpecError([*document.problems, fault.problem], {name: document.lines}) from None
    if document.problems:
        raise SpecError(document.problems, {name: document.lines})
    return found


def _device(root: YamlNode, path: str) -> Device:
    keys = ("name", "note", "memory", "flash", "piece", "bandwidth", "rates")
    if not isinstance(root, MappingNode):
        raise Fault(root.place, "a device is a mapping", "write `memory: {value: 8 GB, source: ...}`")
    pairs = list(root)
    refuse_keys(pairs, "a device", keys)
    given = {key.text: (key, node) for key, node in pairs}
    title = text_of(given["name"][1], "a name").text if "name" in given else Path(path).stem
    return Device(
        name=title,
        path=path,
        memory=_figure(given.get("memory"), BYTES),
        flash=_figure(given.get("flash"), BYTES),
        piece=_figure(given.get("piece"), BYTES),
        bandwidth=_figure(given.get("bandwidth"), BANDWIDTH),
        rates=_rates(given.get("rates")),
    )


def _rates(pair: KeyValue | None) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    if pair is None:
        return found
    _, node = pair
    if not isinstance(node, MappingNode):
        raise Fault(
            node.place, "rates are by number format", "write `rates: {float32: {value: 1 TFLOP/s, ...}}`"
        )
    for key, value in node:
        if key.text not in BITS:
            raise Fault(key.place, f"unknown number format `{key.text}`", meant(key.text, BITS))
        figure = _figure((key, value), RATES)
        if figure is not None:
            found[key.text] = figure
    return found


def _figure(pair: KeyValue | None, units: Mapping[str, int]) -> Figure | None:
    """Read `{value: 80 GB, source: ...}`.

    Raises:
        Fault: no such amount, or no source.
    """
    if pair is None:
        return None
    key, node = pair
    if not isinstance(node, MappingNode):
        raise Fault(node.place, f"{key.text} needs a value and its source", _example(key, units))
    refuse_keys(list(node), key.text, ("value", "source"))
    value, source = node.get("value"), node.get("source")
    if value is None or source is None:
        missing = "value" if value is None else "source"
        raise Fault(key.place, f"{key.text} has no {missing}", _example(key, units))
    return Figure(_amount(text_of(value, "an amount"), units), text_of(source, "a source").text)


def _example(key: Scalar, units: Mapping[str, int]) -> str:
    return f"write `{key.text}: {{value: 8 {list(units)[-1]}, source: where it is from}}`"


def _amount(scalar: Scalar, units: Mapping[str, int]) -> Fraction:
    found = AMOUNT.fullmatch(scalar.text.strip())
    if found is None:
        raise Fault(scalar.place, f"`{scalar.text}` is no amount", f"a number and one of {', '.join(units)}")
    whole, decimals, unit = found[1], found[2] or "", found[3]
    if unit not in units:
        raise Fault(scalar.place, f"unknown unit `{unit}`", meant(unit, units, f"one of {', '.join(units)}"))
    number = Fraction(int(whole + decimals), 10 ** len(decimals)) * units[unit]
    if not number:
        raise Fault(scalar.place, "a device has more than nothing of it", "leave it out if it is not known")
    return number
