"""Pages: one file with everything in it, which asks for nothing and runs no script but its own."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import count

from netcost.escape import markup
from netcost.render.html.picture import Picture, written
from netcost.render.html.script import SCRIPT
from netcost.render.html.style import style


class Page:
    """A page while it is written; it tells its pictures apart."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def figure(self, picture: Picture) -> str:
        """A picture on the page."""
        return f"<figure>{written(picture, f'p{next(self._numbers)}', alone=False)}</figure>"

    def grid(self, pictures: Iterable[Picture]) -> str:
        """Pictures side by side, as many as there is room for."""
        return f'<div class="grid">{"".join(map(self.figure, pictures))}</div>'


def document(title: str, body: Iterable[str], *, scripted: bool = False) -> Iterator[str]:
    """Write a whole page, piece by piece.

    Args:
        title: what the window is called.
        body: what is on it.
        scripted: whether there are tables of layers, on which the script works.
    """
    sheet, script = style(), SCRIPT if scripted else ""
    rule = f"default-src 'none'; style-src {_hash(sheet)}; base-uri 'none'; form-action 'none'"
    rule += f"; script-src {_hash(script)}" if script else ""
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{rule}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="netcost">\n<title>{markup(title)}</title>\n<style>{sheet}</style>\n</head>\n<body>\n'
    )
    for piece in body:
        yield f"{piece}\n"
    yield f"<script>{script}</script>\n" if script else ""
    yield "</body>\n</html>\n"


def _hash(text: str) -> str:
    """What a Content-Security-Policy calls a text that is in the page itself."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def folded(summary: str, inside: str, *, is_open: bool = False) -> str:
    """What is folded away below a line that says what it is."""
    return f"<details{' open' if is_open else ''}><summary>{markup(summary)}</summary>{inside}</details>"


def listed(items: Iterable[str]) -> str:
    """Sentences, one below the other."""
    each = "".join(f"<li>{markup(item)}</li>" for item in items)
    return f"<ul>{each}</ul>" if each else ""
