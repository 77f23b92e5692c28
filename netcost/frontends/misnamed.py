"""What is called as the models of some format are, and is none of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from netcost.frontends.known import EXPORT
from netcost.source.problem import file_error

if TYPE_CHECKING:
    from netcost.frontends.known import Found

TEXTS = (".json", ".yaml", ".yml")
"""How specs may end, too."""

OWN = dict.fromkeys(
    (".pt", ".pth", ".ckpt", ".pkl"),
    ("PyTorch", f"what netcost reads of PyTorch is what `torch.export.save` writes; {EXPORT}"),
)
"""Names that are told otherwise than by their format."""


def refuse_misnamed(found: Found, formats: Mapping[str, tuple[str, str]]) -> None:
    """Refuse a file that is read as a spec for want of another format, and is none by its name nor by what it holds.

    Args:
        found: the file.
        formats: by how files end, whose they are and what to do with them.

    Raises:
        SpecError: it is called as those of another format are, and has no layers.
    """
    suffix = os.path.splitext(found.path)[1].lower()  # noqa: PTH122
    names = {**formats, **OWN}
    if suffix in TEXTS or suffix not in names or found.data.find(b"layers") >= 0:
        return
    if not found.data:
        raise file_error(found.path, "this file is empty", "fetch it again, or save it anew")
    name, instead = names[suffix]
    raise file_error(found.path, f"this is no file of {name}, though its name ends in `{suffix}`", instead)
