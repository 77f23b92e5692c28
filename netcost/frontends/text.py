"""What front ends of text formats share: the text of a file, and faults of layers at their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

from netcost.frontends import Source
from netcost.frontends.graph import sizes_of
from netcost.frontends.honoured import refused
from netcost.layers.refusals import LayerError
from netcost.network import MisfitError
from netcost.place import Place
from netcost.source.fault import Fault, Placed
from netcost.source.problem import Problem, SpecError, file_error
from netcost.wording import listed

MAX_WHOLE = 2**31
"""Numbers of these formats stay below it: they are read into 32 bits."""

Field = Callable[[str], Place | None]


def no_field(name: str) -> Place | None:
    """The place of a field where none has one."""
    del name
    return None


def text_of(source: Source) -> str:
    """The text of a file; bytes that are no UTF-8, as comments may have, are replaced.

    Raises:
        SpecError: it is empty, or no text.
    """
    data = bytes(source.data).removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data:
        raise file_error(source.path, "this is a binary file, not text")
    if not data.strip():
        raise file_error(source.path, "this file is empty")
    return data.decode(errors="replace")


def stem(path: str) -> str:
    """What a network of this file is called."""
    return PurePath(path).stem or path


@contextmanager
def placed(path: str, lines: Sequence[str], place: Place, field: Field = no_field) -> Iterator[None]:
    """Raise what is wrong with a layer as an error of its file.

    Args:
        path: what messages call the file.
        lines: the lines that messages show.
        place: where the layer stands.
        field: where one of its fields stands, if it is written.

    Raises:
        SpecError: something is wrong.
    """
    try:
        yield
    except Placed as fault:
        raise SpecError([fault.problem], {path: lines}) from None
    except LayerError as error:
        related = error.related if isinstance(error, MisfitError) else ()
        at = field(error.field or "") or place
        raise SpecError([Problem(at, error.message, error.hint or None, related)], {path: lines}) from None


def sizes_for(value: Any, names: Sequence[str]) -> Mapping[str, tuple[int, ...]]:
    """What `--input` asks for, by the names of inputs; a size without a name is that of the only one.

    Raises:
        SpecError: there is no such input, or a size without a name where there are several.
    """
    sizes = dict(sizes_of(value))
    if "" in sizes and len(names) == 1:
        sizes[names[0]] = sizes.pop("")
    for name in sizes:
        if name not in names:
            told = f"there is no input `{name}`" if name else "there are several inputs"
            raise refused(Place("--input", 0, 0), told, f"there are {listed(names, most=None)}")
    return sizes


def whole(text: str, place: Place, what: str) -> int:
    """A whole number of 32 bits.

    Raises:
        Fault: it is something else.
    """
    digits = text.lstrip("+-")
    is_whole = digits.isascii() and digits.isdigit() and len(text) - len(digits) <= 1
    if not is_whole:
        raise Fault(place, f"{what} is `{text[:40]}`, it has to be a whole number")
    if len(digits.lstrip("0")) > len(str(MAX_WHOLE)) or int(digits) >= MAX_WHOLE:
        raise Fault(place, f"{what} is `{text[:40]}`, numbers stay below 2^31")
    return int(text)
