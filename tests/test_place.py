"""Places as reports tell them."""

from __future__ import annotations

import pytest

from netcost.place import Place, portable


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


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("/home/ann/net.yaml", 3, 5), "net.yaml:3:5"),
        (Place("/home/ann/m.onnx", 0, 0, part="/layer1/conv1/Conv"), "m.onnx: /layer1/conv1/Conv"),
        (Place("/home/ann/resnet.py", 285, 1, via="/home/ann/net.pt2"), "net.pt2 -> resnet.py:285"),
        (Place("nets/net.yaml", 3, 5), "nets/net.yaml:3:5"),
    ],
)
def test_a_portable_place_has_no_folders_of_a_machine(place: Place, text: str) -> None:
    """Those of its files alone; names of nodes stay as they are."""
    assert place.portable == text


@pytest.mark.parametrize(
    ("place", "annotates"),
    [
        (Place("nets/net.yaml", 3, 5), True),
        (Place("net.py", 285, 1, via="net.pt2"), True),
        (Place("/usr/lib/resnet.py", 285, 1, via="net.pt2"), False),
        (Place("m.onnx", 0, 0, part="/conv"), False),
    ],
)
def test_only_a_line_of_a_file_at_hand_can_be_annotated(place: Place, annotates: bool) -> None:
    """What has no line, or lies elsewhere, is told at the budget's line."""
    assert place.annotates == annotates
