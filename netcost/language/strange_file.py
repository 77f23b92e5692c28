"""Files that are no spec: reports, budgets, devices; and specs whose keys stand one level too deep."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from netcost.language.fields import TOP_LEVEL_KEYS
from netcost.source.document import MappingNode, Scalar, SequenceNode
from netcost.source.fault import Fault
from netcost.source.problem import Problem

OTHERS: Mapping[str, tuple[Collection[str], str]] = {
    "a report of netcost": (
        ("format_version", "models"),
        "name the network that it is about; `netcost diff` and `netcost check --baseline` compare with a report",
    ),
    "a budget": (("version", "models"), "name the network; `netcost check --budget FILE` reads a budget"),
    "the description of a device": (
        ("memory", "bandwidth"),
        "name the network; `netcost analyze SPEC --device FILE` reads a device",
    ),
}
"""Other files of netcost, by keys that they have and specs have not, and what to do with them."""


def refuse_other_file(root: MappingNode) -> None:
    """Refuse a file of netcost that is no spec.

    Raises:
        Fault: it is one; its keys are not told one by one.
    """
    if "layers" in root:
        return
    for what, (keys, hint) in OTHERS.items():
        first = root.key(next(iter(keys)))
        if first is not None and all(key in root for key in keys):
            raise Fault(first.place, f"this is {what}, not a spec", hint)
    models = root.get("models")
    if isinstance(models, SequenceNode) and all(isinstance(each, MappingNode) for each in models):
        what, (_, hint) = list(OTHERS.items())[1]
        raise Fault((root.key("models") or root).place, f"this is {what}, not a spec", hint)


def unwrapped(root: MappingNode, problems: list[Problem]) -> MappingNode:
    """What stands under a single key around the whole spec, as `model:`, which is noted; else the root itself."""
    for key, value in root:
        wraps = isinstance(value, MappingNode) and ("layers" in value or "input" in value)
        if (
            key.text not in TOP_LEVEL_KEYS
            and wraps
            and "layers" not in root
            and isinstance(value, MappingNode)
        ):
            message = f"`{key.text}` is no key of a spec: what stands under it belongs to the top level"
            hint = f"leave `{key.text}:` out, and write {_listed(value)} at the beginning of their lines"
            problems.append(Problem(key.place, message, hint))
            rest = [pair for pair in root if pair[0] is not key and pair[0].text not in value]
            pairs = [*value, *rest]
            return MappingNode(
                value.path,
                value.line,
                value.column,
                value.width,
                {each.text: each for each, _ in pairs},
                {each.text: node for each, node in pairs},
            )
    return root


def _listed(node: MappingNode) -> str:
    keys: list[Scalar] = [key for key, _ in node]
    return ", ".join(f"`{key.text}:`" for key in keys[:4])
