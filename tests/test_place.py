"""Places as reports tell them."""

from __future__ import annotations

import pytest

from netcost.place import portable


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("nets/alexnet.yaml", "nets/alexnet.yaml"),
        ("../alexnet.yaml:3:1", "../alexnet.yaml:3:1"),
        ("/home/someone/alexnet.yaml:3:1", "alexnet.yaml:3:1"),
        (r"C:\nets\alexnet.yaml:3:1", "alexnet.yaml:3:1"),
        ("", ""),
    ],
)
def test_absolute_paths_lose_their_folders(path: str, kept: str) -> None:
    """Folders of one machine mean nothing on the next; relative paths stay as they were given."""
    assert portable(path) == kept
