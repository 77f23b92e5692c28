"""Names in a spec: how they are spelt, and which are taken."""

from __future__ import annotations

import re

from netcost.spec.document import Scalar
from netcost.spec.fault import Fault

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
RESERVED = ("prev", "input", "none")


def check_name(scalar: Scalar) -> str:
    """Return the text of a name.

    Raises:
        Fault: it is not spelt as a name, or the word has a meaning of its own.
    """
    text = scalar.text
    if NAME.fullmatch(text) is None:
        raise Fault(
            scalar.place,
            f"`{text}` is not a name",
            "a name has up to 64 letters, digits, `_` and `-`, and starts with a letter or `_`",
        )
    if text in RESERVED:
        raise Fault(scalar.place, f"`{text}` has a meaning of its own", "choose another name")
    return text
