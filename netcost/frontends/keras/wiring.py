"""Sequential and functional models: which layer is called with what, in an order in which it can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple

from netcost.frontends.keras.call import Call, Described, tensors_in
from netcost.frontends.keras.tensors import Dims, Held

if TYPE_CHECKING:
    from netcost.frontends.keras.reader import Reader

INPUTS = ("InputLayer", "Input")
MAX_CALLS = 20_000
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


# Sequential


def sequential(
    reader: Reader, call: Call, prefix: str, inputs: Sequence[Any] | None, *, frozen: bool
) -> list[Held]:
    """One layer after the other."""
    layers = call.config.get("layers")
    if not isinstance(layers, list) or not layers:
        call.fail("this model has no layers")
    found = [reader.described(each, call, prefix, frozen=frozen) for each in layers]
    build = [each.get("build_config") for each in layers] + [None]
    _check_names(found, call)
    state = None if inputs is None else list(tensors_in(inputs))
    if inputs is None:
        first = next((each for each in found if each.kind not in INPUTS), None)
        shape = _sequential_shape(call, found[0], build[0])
        name = found[0].path if found[0].kind in INPUTS else f"{found[0].path}_input"
        state = [reader.source(call, name, shape, found[0].config.get("dtype"), first.kind if first else "")]
    for place, layer in enumerate(found):
        if layer.kind in INPUTS:
            continue
        stated = _built_shape(build[place + 1])
        step = Call(reader, layer, [state[0] if len(state or []) == 1 else state], None, {0: stated})
        state = reader.call(step)
        if not state:
            step.fail(f"{layer.kind} puts out nothing")
    return state or []


def _sequential_shape(call: Call, first: Described, build: object) -> object:
    """The shape of what goes in, from wherever the config has it."""
    places = [first.config.get(key) for key in ("batch_shape", "batch_input_shape")]
    layers = first.config.get("layers")
    if isinstance(layers, list) and layers and isinstance(layers[0], Mapping):
        inner = layers[0].get("config")
        if isinstance(inner, Mapping):
            places += [inner.get(key) for key in ("batch_shape", "batch_input_shape")]
    places += [call.config.get("build_input_shape")]
    if isinstance(build, Mapping):
        places.append(build.get("input_shape"))
    return next((each for each in places if isinstance(each, list)), None)


def _built_shape(build: object) -> Dims | None:
    """What a layer takes in, by the config that tells how it was built."""
    shape = build.get("input_shape") if isinstance(build, Mapping) else None
    return tuple(shape) if isinstance(shape, list) and not any(isinstance(x, list) for x in shape) else None


# Functional


def functional(
    reader: Reader, call: Call, prefix: str, inputs: Sequence[Any] | None, *, frozen: bool
) -> list[Held]:
    """Each call once all that it takes in is known."""
    entries = call.config.get("layers")
    if not isinstance(entries, list) or not entries:
        call.fail(
            "this model has no layers", "one whose class is a person's own is code: export it to ONNX or TFLite"
        )
    layers = [reader.described(each, call, prefix, frozen=frozen) for each in entries]
    _check_names(layers, call)
    names = {layer.path[len(prefix) :]: layer for layer in layers}
    steps = [
        step
        for layer, entry in zip(layers, entries, strict=True)
        for step in _steps(layer, entry, layer.path[len(prefix) :], call)
    ]
    outputs = _keys(call.config.get("output_layers"), call)
    steps, outputs = _numbered(steps, outputs, names, entries)
    stated, used = _told(steps)
    for name, number, place in outputs:
        used.setdefault((name, number), set()).add(place)
    known = _given(reader, call, names, steps, inputs)
    for step in _in_turn(steps, known, call):
        args, kwargs = (_filled(each, known) for each in (step.args, step.kwargs))
        made = Call(
            reader,
            step.layer,
            args,
            kwargs,
            stated.get((step.name, step.number)),
            frozenset(used.get((step.name, step.number), {0})),
        )
        for place, held in enumerate(reader.call(made)):
            known[step.name, step.number, place] = held
    for key in outputs:
        if key not in known:
            call.fail(f"tensor {key[2]} of call {key[1]} of `{key[0][:60]}` is an output, and nothing makes it")
    return [known[key] for key in outputs]


def _numbered(
    steps: Sequence[Step], outputs: Sequence[Key], names: Mapping[str, Described], entries: Sequence[Any]
) -> tuple[list[Step], list[Key]]:
    """Calls and outputs by one count: a model in a model may be counted from 1, as what made it counts as a call.

    Keras 3 counts so in the list of outputs alone, Keras 2 everywhere.
    """
    models = {name for name, layer in names.items() if "layers" in layer.config}
    is_older = not any(isinstance(node, Mapping) for entry in entries for node in entry.get("inbound_nodes", ()))
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


def _check_names(layers: Sequence[Described], call: Call) -> None:
    seen: set[str] = set()
    for layer in layers:
        if layer.path in seen:
            call.fail(f"two layers are called `{layer.path[:100]}`", "names are unique in a model")
        seen.add(layer.path)


def _steps(layer: Described, entry: Mapping[str, Any], name: str, call: Call) -> Iterator[Step]:
    """The calls of a layer, in Keras 3's form or in Keras 2's."""
    nodes = entry.get("inbound_nodes", [])
    if layer.kind in INPUTS:
        return
    if not isinstance(nodes, list):
        call.fail(f"`inbound_nodes` of `{name[:60]}` is no list")
    for number, node in enumerate(nodes):
        if isinstance(node, Mapping):
            args, kwargs = node.get("args", []), node.get("kwargs", {})
        else:
            args, kwargs = _older(node)
        if not isinstance(args, list) or not isinstance(kwargs, Mapping):
            call.fail(f"call {number} of `{name[:60]}` has no arguments")
        needs = frozenset(key for key, _ in _references((args, kwargs)))
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


def _is_key(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) >= KEY_PARTS
        and isinstance(value[0], str)
        and all(type(each) is int for each in value[1:KEY_PARTS])
    )


def _key(value: Sequence[Any]) -> Key:
    return value[0], value[1], value[2]


def _keys(value: object, call: Call) -> list[Key]:
    """The tensors in nested lists and objects: `["dense", 0, 0]`, a list of them, or by name."""
    if _is_key(value):
        return [_key(value)]  # type: ignore[arg-type]
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list):
        call.fail("`input_layers` and `output_layers` are lists of tensors", '`["dense", 0, 0]` is one')
    return [key for each in value for key in _keys(each, call)]


def _references(value: object) -> Iterator[tuple[Key, object]]:
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
            yield from _references(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _references(each)


def _filled(value: Any, known: Mapping[Key, Held]) -> Any:
    """Arguments with the tensors themselves in them."""
    if isinstance(value, _Reference):
        return known[value.key]
    if isinstance(value, Mapping):
        if value.get("class_name") == "__keras_tensor__":
            found = [key for key, _ in _references(value)]
            return known[found[0]] if found else None
        return {name: _filled(each, known) for name, each in value.items()}
    return [_filled(each, known) for each in value] if isinstance(value, (list, tuple)) else value


def _told(
    steps: Sequence[Step],
) -> tuple[dict[tuple[str, int], dict[int, Dims | None]], dict[tuple[str, int], set[int]]]:
    """For each call what is told of the shapes that it puts out, and which of these are taken in."""
    stated: dict[tuple[str, int], dict[int, Dims | None]] = {}
    used: dict[tuple[str, int], set[int]] = {}
    for step in steps:
        for (name, number, place), shape in _references((step.args, step.kwargs)):
            used.setdefault((name, number), set()).add(place)
            if isinstance(shape, list):
                stated.setdefault((name, number), {})[place] = tuple(shape)
    return stated, used


def _given(
    reader: Reader,
    call: Call,
    names: Mapping[str, Described],
    steps: Sequence[Step],
    inputs: Sequence[Any] | None,
) -> dict[Key, Held]:
    """What goes into a model: what it is called with, or inputs of the network."""
    declared = call.config.get("input_layers")
    keys = _keys(declared, call)
    if inputs is not None:
        tensors = _paired(declared, inputs)
        if len(tensors) != len(keys):
            call.fail(f"this model has {len(keys)} inputs, it is called with {len(tensors)}")
        return dict(zip(keys, tensors, strict=True))
    readers: dict[Key, str] = {}
    for step in steps:
        for key in step.needs:
            readers.setdefault(key, step.layer.kind)
    found = {}
    for key in keys:
        layer = names.get(key[0])
        if layer is None or layer.kind not in INPUTS:
            call.fail(f"input `{key[0][:60]}` is no InputLayer of this model")
        config = layer.config
        shape = config.get("batch_shape", config.get("batch_input_shape"))
        found[key] = reader.source(call, layer.path, shape, config.get("dtype"), readers.get(key, ""))
    return found


def _paired(declared: object, inputs: Sequence[Any]) -> list[Held]:
    """The tensors of a call in the order in which the model declares its inputs."""
    given = inputs[0] if len(inputs) == 1 else inputs
    if isinstance(declared, Mapping) and isinstance(given, Mapping) and declared.keys() <= given.keys():
        return list(tensors_in([given[name] for name in declared]))
    return list(tensors_in(inputs))


def _in_turn(
    steps: Sequence[Step], known: Mapping[Key, Held], call: Call
) -> Iterator[Step]:
    """All calls, each behind those that make what it takes in; of those that can go, the first."""
    if len(steps) > MAX_CALLS:
        call.fail(f"{len(steps):,} calls of layers are more than {MAX_CALLS:,}")
    makers = {(step.name, step.number): place for place, step in enumerate(steps)}
    waits: list[set[int]] = []
    readers: dict[int, list[int]] = {}
    for place, step in enumerate(steps):
        wanted = set()
        for key in step.needs:
            if key in known:
                continue
            maker = makers.get(key[:2])
            if maker is None:
                call.fail(f"`{step.layer.path[:60]}` takes in `{key[0][:60]}`, which is no layer of this model")
            wanted.add(maker)
        for maker in wanted:
            readers.setdefault(maker, []).append(place)
        waits.append(wanted)
    ready = [place for place, wanted in enumerate(waits) if not wanted]
    heapify(ready)
    left = len(steps)
    while ready:
        place = heappop(ready)
        left -= 1
        step = steps[place]
        for key in step.needs:
            if key not in known:
                call.fail(f"`{step.layer.path[:60]}` takes in tensor {key[2]} of `{key[0][:60]}`: there is none")
        yield step
        for reader in readers.get(place, ()):
            waits[reader].discard(place)
            if not waits[reader]:
                heappush(ready, reader)
    if left:
        call.fail("layers take in one another's outputs in a circle")
