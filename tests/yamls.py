"""YAML as PyYAML reads it, by libyaml where it was built with that: what specs hold, for tests that need no places."""

from __future__ import annotations

from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def values(text: str) -> Any:
    """What a document holds."""
    return yaml.load(text, Loader=LOADER)  # noqa: S506  either of them is a safe one
