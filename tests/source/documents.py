"""Documents, and the facts that tests ask of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netcost.source.document import Document, MappingNode, Scalar, SequenceNode, YamlNode
from netcost.source.problem import Problem, SpecError
from netcost.source.read_document import parse_document

PATH = "net.yaml"
LENET = b"""\
name: lenet
input: [1, 28, 28]   # C, H, W
params: {width: 1.0, deep: true}
layers:
  - {name: conv1, conv: 20, kernel: 5, pad: 2}
  - relu
  - conv:
      filters: "2 * width"
      kernel: 5
  - {EncoderBlock, repeat: depth}
  - linear: 10
"""


def read(text: str) -> Document:
    """Read a text that has no fault."""
    document = parse_document(text.encode(), PATH)
    assert document.problems == ()
    return document


def faults(text: str | bytes) -> tuple[Problem, ...]:
    """All problems of a text, whether or not they end the reading."""
    try:
        return parse_document(text if isinstance(text, bytes) else text.encode(), PATH).problems
    except SpecError as error:
        return error.problems


def the_fault(text: str | bytes) -> Problem:
    """The only problem of a text."""
    (problem,) = faults(text)
    return problem


def data(node: YamlNode) -> Any:
    """A tree as plain Python data, keys by their text."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, SequenceNode):
        return [data(item) for item in node]
    return {key.text: data(value) for key, value in node}


def scalars(node: YamlNode) -> Iterator[Scalar]:
    """All scalars of a tree, keys among them, in the order of the text."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, SequenceNode):
        for item in node:
            yield from scalars(item)
    else:
        for key, value in node:
            yield key
            yield from scalars(value)


def mapping(text: str) -> MappingNode:
    """The mapping that a faultless text is."""
    root = read(text).root
    assert isinstance(root, MappingNode)
    return root


def scalar(text: str) -> Scalar:
    """The value of the key `a` of a faultless text."""
    node = mapping(text).get("a")
    assert isinstance(node, Scalar)
    return node
