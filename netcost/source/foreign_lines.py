"""Lines that are written as in other languages: `kernel = 3`, `* relu`, `import torch`, `; a comment`."""

from __future__ import annotations

import re
from typing import NamedTuple

from netcost.source.respelt import listed

MOST = 256
"""Characters of a line that are looked at."""


class ForeignLine(NamedTuple):
    """What is wrong with a line, and what to write."""

    message: str
    hint: str


_LEAVE_OUT = "leave it out: a spec consists of keys with values"
_PROGRAM = (
    "import|from|class|def|return|print|export|const|let|var|function|struct|FROM|RUN|COPY|CMD|ENV|WORKDIR"
)

_LINES = tuple(
    (re.compile(pattern), message, hint)
    for pattern, message, hint in (
        (r"-(?=[^\s-])(?P<rest>.*)", "there is no space after this dash", "write `- {rest}`"),
        (r"(?:[*+\u2022]|\d+[.)])\s+(?P<rest>\S.*)", "an item of a list starts with `- `", "write `- {rest}`"),
        (
            r"(?P<key>[A-Za-z_]\w*)\s*(?:={1,2}>?|:=)\s*(?P<rest>\S.*)",
            "a value stands after a colon, not after `=`",
            "write `{key}: {rest}`",
        ),
        (rf"(?:{_PROGRAM})\s(?!=).*", "this line is of a program", _LEAVE_OUT),
        (r"(?P<sign>;+|--+|<!--|\"\"\"|''').*", "a comment starts with `#`", "write `#` for `{sign}`"),
        (r"```.*", "this line is of Markdown", "leave it out"),
        (r"\[[A-Za-z_]\w*\]", "a spec has no sections", "a file of Darknet is read if its name ends in `.cfg`"),
        (r"\.{3}|\u2026", "nothing stands for what is left out", "write it, or use `repeat` for layers that repeat"),
    )
)  # fmt: skip


def foreign_line(text: str) -> ForeignLine | None:
    """What is wrong with a line that is written as elsewhere; None if it is not known as such."""
    text = text.partition(" #")[0].strip()
    if len(text) > MOST:
        return None
    for pattern, message, hint in _LINES:
        found = pattern.fullmatch(text)
        if found:
            groups = found.groupdict()
            if "rest" in groups:
                groups["rest"] = listed(groups["rest"].rstrip(",;").strip())
            return ForeignLine(message, hint.format(**groups))
    return None
