"""What the spec that a line names declares: the words that its options may take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from netcost import zoo
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode
from netcost.source.problem import SpecError
from netcost.source.read_document import read_document


def entries(root: YamlNode, key: str) -> Iterator[tuple[str, YamlNode]]:
    """The names under a key of a spec, each with its value."""
    found = root.get(key) if isinstance(root, MappingNode) else None
    if isinstance(found, MappingNode):
        for name, value in found:
            yield name.text, value


def written(node: YamlNode) -> str:
    """A value in one line of YAML."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, SequenceNode):
        return f"[{', '.join(map(written, node.items))}]"
    values: Mapping[str, YamlNode] = {key.text: value for key, value in node}
    return f"{{{', '.join(f'{name}: {written(value)}' for name, value in values.items())}}}"


def complete_variant(ctx: click.Context, side: str, incomplete: str) -> list[str]:
    """Complete the variants of the spec."""
    return _beginning(incomplete, (name for name, _ in entries(_root(ctx, side), "variants")))


def complete_setting(ctx: click.Context, side: str, incomplete: str) -> list[str]:
    """Complete the parameters of the spec; behind `=`, the values that it gives them itself."""
    root = _root(ctx, side)
    params = dict(entries(root, "params"))
    name, equals, _ = incomplete.partition("=")
    if not equals:
        return _beginning(incomplete, (f"{each}=" for each in params))
    variants = [each for _, each in entries(root, "variants") if isinstance(each, MappingNode)]
    found = [params.get(name), *(each.get(name) for each in variants)]
    values = [f"{name}={written(each)}" for each in found if each is not None]
    return _beginning(incomplete, dict.fromkeys(values))


def _beginning(incomplete: str, words: Iterable[str]) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]


def _root(ctx: click.Context, side: str) -> YamlNode:
    """The spec that a line names, the last of two for the other side; an empty one if it cannot be read."""
    given = [ctx.params.get("spec"), *(ctx.params.get("specs") or ()), *ctx.args]
    specs = [str(each) for each in given if each]
    spec = (specs[-1] if side == "b" else specs[0]) if specs else ""
    try:
        path = Path(spec) if spec and zoo.is_path(spec) else zoo.find(spec).path
        return read_document(path).root
    except SpecError:
        return MappingNode.of("", 0, 0, 0, {}, {})
