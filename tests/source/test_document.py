"""The tree of a document: nodes by name, each with its place."""

from __future__ import annotations

from typing import Any

import pytest
from documents import LENET, PATH, data, mapping, read, scalar, scalars

from netcost.place import Place
from netcost.source.document import SequenceNode
from netcost.source.read_document import parse_document


@pytest.mark.usefixtures("either_scanner")
def test_a_spec_becomes_a_tree_of_values() -> None:
    """Block and flow styles give the same nodes; a key without value in a flow mapping has the value None."""
    assert data(parse_document(LENET, PATH).root) == {
        "name": "lenet",
        "input": [1, 28, 28],
        "params": {"width": 1.0, "deep": True},
        "layers": [
            {"name": "conv1", "conv": 20, "kernel": 5, "pad": 2},
            "relu",
            {"conv": {"filters": "2 * width", "kernel": 5}},
            {"EncoderBlock": None, "repeat": "depth"},
            {"linear": 10},
        ],
    }


@pytest.mark.usefixtures("either_scanner")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["name"], "net.yaml:1:7+5"),
        (["input"], "net.yaml:2:8+11"),
        (["input", 2], "net.yaml:2:16+2"),
        (["layers"], "net.yaml:5:3+1"),
        (["layers", 0], "net.yaml:5:5+42"),
        (["layers", 0, "kernel"], "net.yaml:5:37+1"),
        (["layers", 2, "conv", "filters"], "net.yaml:8:16+11"),
        (["layers", 3, "EncoderBlock"], "net.yaml:10:18+1"),
    ],
)
def test_every_node_knows_its_place(path: list[str | int], expected: str) -> None:
    """Line and column count from 1; the width covers quotes and brackets, of a block only its start."""
    node: Any = parse_document(LENET, PATH).root
    for step in path:
        node = node.items[step] if isinstance(step, int) else node.get(step)
    assert f"{node.place}+{node.place.width}" == expected


def test_a_mapping_gives_nodes_and_keys_by_name() -> None:
    """`get` finds the node, `key` the key with its place; unknown names give None."""
    root = mapping("a: 1\nb: two\n")
    assert [key.text for key, _ in root] == [key.text for key, _ in root.entries] == ["a", "b"]
    assert data(root.get("b") or root) == "two"
    key = root.key("b")
    assert key is not None
    assert key.place == Place(PATH, 2, 1, 1)
    assert root.get("c") is None
    assert root.key("c") is None
    assert "a" in root
    assert "c" not in root
    assert len(root) == 2
    items = read("[1, 2, 3]").root
    assert isinstance(items, SequenceNode)
    assert len(items) == 3


@pytest.mark.usefixtures("either_scanner")
def test_text_over_several_lines_covers_its_first() -> None:
    """A folded or block text has the place and the width of its first line."""
    assert scalar("a: one\n  two\nb: 1\n").place == Place(PATH, 1, 4, 3)
    assert scalar("a: one\n  two\nb: 1\n").value == "one two"
    assert scalar("a: |\n  one\n  two\n").value == "one\ntwo\n"
    assert scalar("a: |\n  one\n").place == Place(PATH, 1, 4, 1)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("a: 4 * width", 4, Place(PATH, 1, 8, 5)),
        ("a: '4 * width'", 4, Place(PATH, 1, 9, 5)),
        ('a: "4 * width"', 4, Place(PATH, 1, 9, 5)),
        ('a: "4 *\\twidth"', 4, Place(PATH, 1, 4, 12)),
        ("a: &n 4 * width", 4, Place(PATH, 1, 4, 12)),
        ("a: 4 *\n  width", 4, Place(PATH, 1, 4, 3)),
    ],
)
def test_a_part_of_a_text_has_a_place(text: str, offset: int, expected: Place) -> None:
    """A part of an expression is found behind its quote; with escapes, anchors or folds it is the whole."""
    assert scalar(text).part(offset, 5) == expected


def test_windows_line_ends_and_a_byte_order_mark_leave_no_trace() -> None:
    """CRLF, a lone CR and a BOM change neither values nor places nor the lines of messages."""
    document = parse_document(b"\xef\xbb\xbfa: 1\r\nb: 2\rc: 3\n", PATH)
    assert data(document.root) == {"a": 1, "b": 2, "c": 3}
    assert [node.line for node in scalars(document.root)] == [1, 1, 2, 2, 3, 3]
    assert document.lines == ["a: 1", "b: 2", "c: 3", ""]
