"""How texts of others are written: one function for each kind of output.

Whatever comes from a file, a file's name, an option or git may hold what a terminal, GitHub, a spreadsheet or an
XML reader would act upon. Every such text passes one of these functions on its way out.
"""

from __future__ import annotations

import re
from functools import lru_cache

BLANKS = frozenset("\t \xa0\u1680\u202f\u205f\u3000").union(map(chr, range(0x2000, 0x200B)))
"""Characters that only leave room."""

INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE0E)), map(chr, range(0xE0100, 0xE01F0))
)
"""Letters and marks that draw nothing, which Python calls printable; the two that choose an emoji's look do."""

COMMAND = r"(^|[\r\n])((?:[^\S\r\n]|\x1b\[[\d;]*m)*)::"
"""Where a line begins as a workflow command does; the runner trims blanks."""

PART = "\0"
"""Stands for `<!-- -->` until everything else is escaped; no text holds it then."""

IN_MARKDOWN = str.maketrans(
    {character: f"\\{character}" for character in "\\|`*_[]~"}
    | {"<": "&lt;", "&": "&amp;", "$": "&#36;", PART: "<!-- -->"}
)
IN_HTML = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;", "$": "&#36;", PART: "<!-- -->"})
IN_MARKUP = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;"})

CALL = r"""(?x)
    [@#$]                                        # people, issues, headings, mathematics
    | :(?=//) | (?i:www)(?=\.)                   # addresses
    | :(?=[\w+-]+:)(?!\d+:) | :(?=(?:100|1234):) # emoji; of numbers, there are two
    | (?<![^\W_])(?i:gh|ghsa|cve)-(?=\w)         # issues and advisories
    | \b[0-9a-f]{7,40}\b                         # commits
"""
"""What GitHub acts upon in a text, even where it is escaped."""

LONGEST_NO_COMMIT = 6
"""Digits of a number that GitHub does not take for a commit's."""

AMOUNT = r"[-+]?[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]{1,2})?%?"
"""Numbers of a table, in which GitHub finds nothing."""

BLOCK = r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+](?:[\s-]|$)|>|=))"
"""The beginning of a text that would be a list, a quotation or a line across."""

IN_CSV = BLANKS | {"\r", "\n"}
"""What stays in a cell, though no letter."""

FORMULA_STARTS = tuple("=+-@＝＋－＠")  # noqa: RUF001  spreadsheets take the wide forms, too
FIGURE = r"-?[0-9]+(?:\.[0-9]+)?"

IN_ANNOTATION = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
IN_PROPERTY = IN_ANNOTATION | str.maketrans({":": "%3A", ",": "%2C"})


def terminal(text: str) -> str:
    """Write a question mark for each character that a terminal would obey or not show, and plain blanks.

    Every character stays one, so that a column is the same before and after.
    """
    return _visible(text)


def log(text: str) -> str:
    """Write finished lines so that the log of a run on GitHub finds no command in them.

    A question mark takes the place of a character: `::` that begins a line becomes `?:`, and `##[` becomes
    `#?[` anywhere. It is so everywhere, since a text should not depend on who runs netcost.
    """
    if "##[" in text:
        text = text.replace("##[", "#?[")
    return re.sub(COMMAND, r"\1\2?:", text) if "::" in text else text


def line(text: str) -> str:
    """Write a text as a line of its own, for a person at a terminal or in a log."""
    return log(terminal(text))


def flat(text: str) -> str:
    """Write a blank for every line end, tab and the like, where a text is to stay a sentence."""
    return text if text.isascii() and text.isprintable() else re.sub(r"\s", " ", text)


def markdown(text: str) -> str:
    """Write a text so that GitHub shows it as it is: no markup, no other line, nobody called, nothing linked."""
    is_short_word = len(text) <= LONGEST_NO_COMMIT and text.isascii() and text.isalnum()
    if not text or is_short_word or re.fullmatch(AMOUNT, text):
        return text  # most cells of a table
    return re.sub(BLOCK, r"\1\\", _uncalled(text).translate(IN_MARKDOWN))


def html(text: str) -> str:
    """Write the same inside of an HTML element, where Markdown's escapes mean nothing."""
    return _uncalled(text).translate(IN_HTML)


def markup(text: str) -> str:
    """Write a text for a page or a picture of our own, inside of an element or of an attribute in double quotes."""
    return line(flat(text)).translate(IN_MARKUP)


def annotation(text: str) -> str:
    """Write the message of a workflow command; its line ends stay."""
    return log(_visible(text, "\r\n")).translate(IN_ANNOTATION)


def annotation_property(text: str) -> str:
    """Write the value of a workflow command's property, as a file or a title."""
    return log(_visible(text, "\r\n")).translate(IN_PROPERTY)


def csv(text: str) -> str:
    """Write a text that no spreadsheet takes for a formula; the writer quotes it where it must.

    Blanks and line ends stay, numbers are no formulas.
    """
    shown = log(_visible(text, IN_CSV))
    formula = text.lstrip().startswith(FORMULA_STARTS) or text.startswith(("\t", "\r", "\n"))
    return f"'{shown}" if formula and not re.fullmatch(FIGURE, text) else shown


def json(document: str) -> str:
    r"""Write a JSON document, or a piece of one, with `\u` for what a terminal or a log would act upon.

    Whoever reads it gets every text as it was.
    """
    document = document.replace("##[", r"##\u005b")
    if document.isascii() and "\x7f" not in document:
        return document
    return "".join(_json_escape(each) if each >= "\x7f" and _is_hidden(each) else each for each in document)


def xml(text: str) -> str:
    """Write a text of what XML can hold; line ends are line feeds, as XML's readers have them."""
    return log(_visible(text.replace("\r\n", "\n").replace("\r", "\n"), "\n\t"))


def _is_hidden(character: str) -> bool:
    return not (character.isprintable() or character in BLANKS) or character in INVISIBLE


def _visible(text: str, kept: str | frozenset[str] = "") -> str:
    if text.isprintable() and (text.isascii() or INVISIBLE.isdisjoint(text)):
        return text
    return _replaced(text, kept)


@lru_cache(maxsize=256)
def _replaced(text: str, kept: str | frozenset[str]) -> str:
    """Look at each character; a text that stands on every row is looked at once."""
    return "".join(each if each in kept else _shown(each) for each in text)


def _shown(character: str) -> str:
    if character in BLANKS:
        return " "
    return "?" if _is_hidden(character) else character


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _uncalled(text: str) -> str:
    """Part what GitHub would act upon, in one clean line."""
    text = terminal(flat(text)).strip()
    return re.sub(CALL, lambda found: _parted(found[0]), text)


def _parted(call: str) -> str:
    """Add what parts the call from the word after it; a number is cut into pieces that are no commit's."""
    if len(call) <= LONGEST_NO_COMMIT:
        return call + PART
    starts = range(0, len(call), LONGEST_NO_COMMIT)
    return PART.join(call[start : start + LONGEST_NO_COMMIT] for start in starts)
