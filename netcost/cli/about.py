"""All about one bundled network: what it is, what can be changed about it, where its file is."""

from __future__ import annotations

from itertools import takewhile

from netcost import zoo
from netcost.analysis.costs import totals
from netcost.cli.declared import entries, written
from netcost.cli.help import Formatter
from netcost.source.document import MappingNode, YamlNode
from netcost.source.read_document import read_document
from netcost.units import number_text


def page(name: str, width: int) -> str:
    """Write it, in lines of at most so many characters.

    Raises:
        SpecError: there is no such network.
    """
    bundled = zoo.find(name)
    word = name.removesuffix(zoo.SUFFIX)
    network = bundled.load()
    root = read_document(bundled.path).root
    formatter = Formatter(width=width)
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
    for title, named in (
        ("Parameters, for --set NAME=VALUE", _told(root, "params")),
        ("Variants, for --variant NAME", _told(root, "variants")),
    ):
        if named:
            with formatter.section(title):
                formatter.write_dl(list(named.items()))
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


def _told(root: YamlNode, key: str) -> dict[str, str]:
    """The names under a key, each with its value as a file writes it."""
    return {
        name: written(value).strip("{}") if isinstance(value, MappingNode) else written(value)
        for name, value in entries(root, key)
    }
