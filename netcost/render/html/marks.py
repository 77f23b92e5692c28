"""Small pictures that stand in a table beside a number: how large it is, how much it grew, how far it is from a limit."""

from __future__ import annotations

from netcost.number import Exact
from netcost.render.html.palette import fill
from netcost.render.html.text import place

HALF = 26.0
WIDE = 2 * HALF
HIGH = 9.0


def _svg(label: str, body: str) -> str:
    size = f'width="{place(WIDE)}" height="{place(HIGH)}" viewBox="0 0 {place(WIDE)} {place(HIGH)}"'
    return f'<svg {size} preserveAspectRatio="none" role="img" aria-label="{label}">{body}</svg>'


def _path(role: str, start: float, end: float) -> str:
    return f'<path {fill(role)} d="M{place(start)} 0H{place(end)}V{place(HIGH)}H{place(start)}z"/>'


def part(amount: Exact, most: Exact, role: str = "memory") -> str:
    """A bar as long as a part of the largest."""
    length = WIDE * float(amount / most) if most else 0.0
    return _svg("bar", _path(role, 0, length) if amount else "")


def change(delta: Exact, most: Exact) -> str:
    """A bar from the middle, to the right for what grew and to the left for what shrank."""
    length = HALF * min(abs(float(delta / most)), 1.0) if most else 0.0
    line = _path("soft", HALF - 0.3, HALF + 0.3)
    if not delta:
        return _svg("no change", line)
    bar = _path("more", HALF, HALF + length) if delta > 0 else _path("less", HALF - length, HALF)
    return _svg("more" if delta > 0 else "less", bar + line)


def limit(value: Exact, bound: Exact, *, broken: bool) -> str:
    """A bar for a value, with a line across where its limit is."""
    most = max(value, bound)
    end, at = (
        (WIDE - 2) * float(value / most) if most else 0.0,
        (WIDE - 2) * float(bound / most) if most else 0.0,
    )
    return _svg(
        "beyond its limit" if broken else "within its limit",
        _path("more" if broken else "macs", 0, end) + _path("ink", at, at + 2),
    )
