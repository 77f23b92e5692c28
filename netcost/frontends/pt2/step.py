"""One operation of a program, as it stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from netcost.frontends.aten.names import Module
from netcost.frontends.aten.values import Meta
from netcost.place import Place


class Step(NamedTuple):
    """An operation before its arguments are looked up.

    Args:
        library: whose operation it is: `aten`, `higher_order`, ...
        operation: its name, without the overload; empty for arithmetic of sizes.
        arguments: by their names, as JSON.
        outputs: name and shape of each tensor that it puts out; no shape for one that it leaves out.
        module: the module that it is in.
        place: the author's line.
    """

    library: str
    operation: str
    arguments: Mapping[str, Any]
    outputs: Sequence[tuple[str, Meta | None]]
    module: Module
    place: Place

    @property
    def inputs(self) -> list[str]:
        """The names of the tensors that it takes in."""
        return [name for argument in self.arguments.values() for name in tensor_names(argument)]


def tensor_name(argument: object) -> str:
    """The name of a tensor in an argument, in either form of the schema; nothing for what is no tensor."""
    for _ in range(3):
        if not isinstance(argument, dict):
            break
        name = argument.get("name")
        if isinstance(name, str):
            return name
        argument = argument.get("as_tensor", argument.get("as_optional_tensor"))
    return ""


def tensor_names(argument: object) -> Iterator[str]:
    """The names of all tensors in an argument."""
    found = tensor_name(argument)
    if found:
        yield found
    elif isinstance(argument, dict):
        for kind in ("as_tensors", "as_optional_tensors"):
            listed = argument.get(kind)
            for each in listed if isinstance(listed, list) else ():
                yield tensor_name({"as_tensor": each})
