"""The pictures that can be asked for by name; what draws them is imported when it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

CHARTS: Mapping[str, Sequence[str]] = {
    "bars": ("memory", "params", "macs"),
    "treemap": ("params", "macs"),
    "blocks": (),
    "timeline": (),
    "roofline": (),
}
"""What each kind can show; the first is meant where nothing is said, and nothing where it shows one thing only."""

USUAL = "blocks"
"""What is drawn where no picture is named."""


def spellings(kinds: Sequence[str] = tuple(CHARTS)) -> list[str]:
    """How pictures are asked for: `bars:memory`, `blocks`."""
    return [":".join(filter(None, (kind, metric))) for kind in kinds for metric in CHARTS[kind] or ("",)]
