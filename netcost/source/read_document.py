"""Reading a document: from a file or its bytes to a tree."""

import os

from netcost.source.decoding import decoded
from netcost.source.document import Document
from netcost.source.files import read_file, too_large
from netcost.source.problem import SpecError, file_error

MAX_BYTES = 4 * 2**20
START = "a spec begins with `input: [3, 224, 224]` and `layers:`, a budget with `version: 1` and `models:`"


def read_document(path: str | os.PathLike[str], name: str | None = None, *, stream: bool = False) -> Document:
    """Read a file; `name` is what messages call it, its path if not given; `stream` as for `read_file`.

    Raises SpecError for a file that cannot be read, and as `parse_document` does.
    """
    shown = name or os.fspath(path)
    try:
        data = read_file(path, MAX_BYTES, stream=stream)
    except OSError as error:
        raise unreadable(shown, error) from None
    return parse_document(data, shown)


def unreadable(path: str, error: OSError, hint: str | None = None) -> SpecError:
    """What is told of a file that cannot be read."""
    reason = error.strerror or str(error)
    gone = isinstance(error, FileNotFoundError)
    return file_error(path, reason if gone else f"this file cannot be read: {reason}", hint)


def parse_document(data: bytes, path: str) -> Document:
    """Read the bytes of a YAML file; `path` is what messages call it.

    Faults that leave the rest readable are collected in the document's problems. Raises SpecError for what ends
    the reading: bytes that are no UTF-8 text, broken YAML, a limit, a file without content.
    """
    if len(data) > MAX_BYTES:
        raise file_error(path, f"this file cannot be read: {too_large(len(data), MAX_BYTES)}")
    from netcost.source.composer import Composer  # PyYAML is for those who read YAML

    text = decoded(data, path)
    composer = Composer(text, path)
    root = composer.compose()
    if root is None:
        what = "has no content, only comments" if text.strip() else "is empty"
        raise file_error(path, f"this file {what}", START)
    return Document(path, composer.lines, root, tuple(composer.problems), len(data), composer.visits)
