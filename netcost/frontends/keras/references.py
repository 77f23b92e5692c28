"""How a functional model tells what goes into each call: tensors by layer, call and place, in Keras 3's form and Keras 2's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeGuard

from netcost.frontends.keras.call import Call, Described
from netcost.frontends.layouts import Dims, Held

KEY_PARTS = 3

Key = tuple[str, int, int]
"""A tensor: the layer's name, which of its calls, which of the tensors that it puts out."""


class Step(NamedTuple):
    """One call of a layer in a functional model."""

    layer: Described
    name: str
    number: int
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    needs: frozenset[Key]


def steps_of(layer: Described, entry: Mapping[str, Any], name: str, call: Call) -> Iterator[Step]:
    """The calls of a layer, in Keras 3's form or in Keras 2's."""
    nodes = entry.get("inbound_nodes") or []
    if not isinstance(nodes, list):
        call.fail(f"`inbound_nodes` of `{name[:60]}` is no list")
    for number, node in enumerate(nodes):
        if isinstance(node, Mapping):
            args, kwargs = node.get("args", []), node.get("kwargs", {})
        else:
            args, kwargs = _older(node)
        if not isinstance(args, list) or not isinstance(kwargs, Mapping):
            call.fail(f"call {number} of `{name[:60]}` has no arguments")
        needs = frozenset(key for key, _ in references((args, kwargs)))
        yield Step(layer, name, number, args, kwargs, needs)


def _older(node: object) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call as Keras 2 writes them: `[["conv1", 0, 0, {}], ...]`."""
    if not isinstance(node, list):
        return [], {}
    if _is_key(node):
        node = [node]
    kwargs: dict[str, Any] = {}
    tensors = []
    for each in node:
        if not _is_key(each):
            continue
        tensors.append(_Reference(_key(each)))
        if len(each) > KEY_PARTS and isinstance(each[KEY_PARTS], Mapping):
            kwargs |= each[KEY_PARTS]
    found = {name: _older_value(value) for name, value in kwargs.items()}
    return [tensors[0] if len(tensors) == 1 else tensors], found


def _older_value(value: object) -> object:
    """An argument by name: a tensor, a list of them, or anything else."""
    if isinstance(value, list) and _is_key(value) and len(value) == KEY_PARTS:
        return _Reference(_key(value))
    return [_older_value(each) for each in value] if isinstance(value, list) else value


class _Reference(NamedTuple):
    """A tensor that is still to be made."""

    key: Key


def _is_key(value: object) -> TypeGuard[list[Any]]:
    return (
        isinstance(value, list)
        and len(value) >= KEY_PARTS
        and isinstance(value[0], str)
        and all(type(each) is int for each in value[1:KEY_PARTS])
    )


def _key(value: Sequence[Any]) -> Key:
    return value[0], value[1], value[2]


def keys_of(value: object, call: Call) -> list[Key]:
    """The tensors in nested lists and objects: `["dense", 0, 0]`, a list of them, or by name."""
    if _is_key(value):
        return [_key(value)]
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list):
        call.fail("`input_layers` and `output_layers` are lists of tensors", '`["dense", 0, 0]` is one')
    return [key for each in value for key in keys_of(each, call)]


def references(value: object) -> Iterator[tuple[Key, object]]:
    """The tensors in arguments, each with the shape that is told of it."""
    if isinstance(value, _Reference):
        yield value.key, None
    elif isinstance(value, Mapping):
        config = value.get("config")
        if value.get("class_name") == "__keras_tensor__" and isinstance(config, Mapping):
            history = config.get("keras_history")
            if _is_key(history):
                yield _key(history), config.get("shape")
            return
        for each in value.values():
            yield from references(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from references(each)


def filled(value: Any, known: Mapping[Key, Held]) -> Any:
    """Arguments with the tensors themselves in them."""
    if isinstance(value, _Reference):
        return known[value.key]
    if isinstance(value, Mapping):
        if value.get("class_name") == "__keras_tensor__":
            found = [key for key, _ in references(value)]
            return known[found[0]] if found else None
        return {name: filled(each, known) for name, each in value.items()}
    return [filled(each, known) for each in value] if isinstance(value, (list, tuple)) else value


def told_of(
    steps: Sequence[Step],
) -> tuple[dict[tuple[str, int], dict[int, Dims | None]], dict[tuple[str, int], set[int]]]:
    """For each call what is told of the shapes that it puts out, and which of these are taken in."""
    stated: dict[tuple[str, int], dict[int, Dims | None]] = {}
    used: dict[tuple[str, int], set[int]] = {}
    for step in steps:
        for (name, number, place), shape in references((step.args, step.kwargs)):
            used.setdefault((name, number), set()).add(place)
            if isinstance(shape, list):
                stated.setdefault((name, number), {})[place] = tuple(shape)
    return stated, used


def numbered(
    steps: Sequence[Step], outputs: Sequence[Key], names: Mapping[str, Described], entries: Sequence[Any]
) -> tuple[list[Step], list[Key]]:
    """Calls and outputs by one count: a model in a model may be counted from 1, as what made it counts as a call.

    Keras 3 counts so in the list of outputs alone, Keras 2 everywhere.
    """
    models = {name for name, layer in names.items() if "layers" in layer.config}
    lists = [each for each in (entry.get("inbound_nodes") for entry in entries) if isinstance(each, list)]
    is_older = not any(isinstance(node, Mapping) for nodes in lists for node in nodes)
    if not is_older:
        from_1 = {name for name in models if names[name].kind != "Sequential"}
        shifted = [(name, max(at - 1, 0) if name in from_1 else at, place) for name, at, place in outputs]
        return list(steps), shifted
    calls: dict[str, int] = {}
    for step in steps:
        calls[step.name] = max(calls.get(step.name, 0), step.number + 1)
    highest = {name: at for name, at, _ in sorted([*outputs, *(key for step in steps for key in step.needs)])}
    late = {name for name in models if highest.get(name, 0) >= calls.get(name, 0)}
    return [step._replace(number=step.number + (step.name in late)) for step in steps], list(outputs)
