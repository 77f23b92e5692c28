"""All about one bundled network: what it is, what can be changed about it, where its file is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile

import click

from netcost import zoo
from netcost.analysis.costs import totals
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode
from netcost.source.read_document import read_document
from netcost.units import number_text

WIDTH = 100


def page(name: str) -> str:
    """Write it.

    Raises:
        SpecError: there is no such network.
    """
    bundled = zoo.find(name)
    word = name.removesuffix(zoo.SUFFIX)
    network = bundled.load()
    root = read_document(bundled.path).root
    formatter = click.HelpFormatter(width=WIDTH)
    head, *rest = _paragraphs(bundled.text)
    formatter.write_text(f"{word}: {head}")
    for paragraph in rest:
        formatter.write_paragraph()
        formatter.write_text(paragraph)
    found = totals(network)
    with formatter.section("Costs, for one sample"):
        inputs = ", ".join(f"{node.name} {node.output}" for node in network.inputs)
        weights = number_text(found.weight_bytes, "bytes")
        formatter.write_dl(
            [
                ("input", inputs),
                ("params", f"{number_text(found.params)}, {weights} in {network.precision.weights}"),
                ("macs", number_text(found.macs)),
                ("activations", number_text(found.activation_bytes, "bytes")),
            ]
        )
    for title, entries in (
        ("Parameters, for --set NAME=VALUE", dict(_entries(root, "params"))),
        ("Variants, for --variant NAME", dict(_entries(root, "variants"))),
    ):
        if entries:
            with formatter.section(title):
                formatter.write_dl(list(entries.items()))
    with formatter.section("File"):
        formatter.write_text(str(bundled.path))
    formatter.write_paragraph()
    formatter.write_text(f"`netcost models {word} --spec` prints it, `netcost init {word}` copies it here.")
    return formatter.getvalue()


def _paragraphs(text: str) -> list[str]:
    """The remarks at the head of a file, a paragraph each."""
    lines = [line[1:].strip() for line in takewhile(lambda line: line.startswith("#"), text.splitlines())]
    paragraphs = [""]
    for line in lines:
        if line:
            paragraphs[-1] += f" {line}"
        else:
            paragraphs.append("")
    return [each.strip() for each in paragraphs if each.strip()] or ["a bundled network"]


def _entries(root: YamlNode, key: str) -> Iterator[tuple[str, str]]:
    """The names under a key, each with its value as a file writes it."""
    found = root.get(key) if isinstance(root, MappingNode) else None
    if isinstance(found, MappingNode):
        for name, value in found:
            yield (
                name.text,
                _written(value).strip("{}") if isinstance(value, MappingNode) else _written(value),
            )


def _written(node: YamlNode) -> str:
    """A value in one line of YAML."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, SequenceNode):
        return f"[{', '.join(map(_written, node.items))}]"
    entries: Mapping[str, YamlNode] = {key.text: value for key, value in node}
    return f"{{{', '.join(f'{name}: {_written(value)}' for name, value in entries.items())}}}"
