"""Where an operation of a program stands: the author's line, and the module."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from netcost.frontends.aten.names import Module
from netcost.place import Place, inside
from netcost.source.files import found_here

FRAME = re.compile(r'File "([^"\n]{1,500})", line (\d{1,9})')
PYTORCH = re.compile(
    r"(?:^|[/\\])torch[/\\](?!.*[/\\]torch[/\\])(?:nn|_|utils|export|ao|functional|fx|autograd|distributed)"
)
"""Files of PyTorch itself, in which nobody looks for their own network."""

CALL_NUMBER = re.compile(r"@\d+")


def module_of(metadata: Mapping[str, Any]) -> Module:
    """The innermost module of an operation."""
    stack = metadata.get("nn_module_stack")
    last = stack.rpartition(";")[2] if isinstance(stack, str) else ""
    parts = last.split(",", 2)
    if len(parts) < 3:  # noqa: PLR2004
        return Module()
    return Module(CALL_NUMBER.sub("", parts[1]), parts[2].strip(), parts[1])


def place_of(path: str, metadata: Mapping[str, Any], node: str) -> Place:
    """The author's line; the node of the graph where no trace tells of one."""
    trace = metadata.get("stack_trace")
    frames = FRAME.findall(trace[-20_000:]) if isinstance(trace, str) else []
    own = [frame for frame in frames if not PYTORCH.search(frame[0])]
    if not frames:
        return inside(path, node)
    file, line = (own or frames)[-1]
    return Place(found_here(file), int(line), 1, via=path)
