"""From the bytes of a file to its text: UTF-8, with the characters that YAML allows."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from netcost.place import Place
from netcost.source.problem import Problem, SpecError, file_error

# What YAML allows, turned round: to compile that the other way takes longer than to read a small file.
_UNPRINTABLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
_LINE_BREAK = "\r\n|[\n\r\x85\u2028\u2029]"
_TAG_DIRECTIVE = "(?<![^\n\r\x85\u2028\u2029])%TAG"  # many of these take quadratic time


def decoded(data: bytes, path: str) -> str:
    """The text of bytes of UTF-8.

    Raises:
        SpecError: they are no UTF-8, or YAML does not allow all of their characters.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise file_error(path, "this file is in UTF-16", "save it as UTF-8")
    if b"\0" in data:
        raise file_error(path, "this is a binary file, not YAML", "`netcost formats` lists what is read")
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        message = f"the byte 0x{data[error.start]:02X} is not UTF-8"
        text, index = data.decode(errors="replace"), len(data[: error.start].decode())
        raise _text_error(text, index, path, message, "save the file as UTF-8") from None
    if found := unprintable(text):
        message = f"the character U+{ord(found[0]):04X} is not allowed in YAML"
        raise _text_error(text, found.start(), path, message, "remove it")
    if "%TAG" in text and (found := re.search(_TAG_DIRECTIVE, text)):
        raise _text_error(text, found.start(), path, "tags are not used in a spec", "remove this line")
    return text


def unprintable(text: str) -> re.Match[str] | None:
    """The first character of a text that YAML does not allow; None if there is none."""
    return None if text.replace("\n", "").isprintable() else re.search(_UNPRINTABLE, text)


def lines_of(text: str) -> list[str]:
    """The lines of a text, where YAML breaks them."""
    if text.isascii() and "\r" not in text:
        return text.split("\n")
    return re.split(_LINE_BREAK, text)


def _text_error(text: str, index: int, path: str, message: str, hint: str) -> SpecError:
    """An error at one character of the text."""
    before = lines_of(text[:index])
    place = Place(path, len(before), len(before[-1]) + 1)
    return SpecError([Problem(place, message, hint)], {path: lines_of(text)})
