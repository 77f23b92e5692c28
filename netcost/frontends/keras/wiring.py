"""Sequential and functional models: which layer is called with what, in an order in which it can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Any

from netcost.frontends.keras.call import Call, Described, Maker, tensors_in
from netcost.frontends.keras.references import Key, Step, filled, keys_of, numbered, steps_of, told_of
from netcost.frontends.layouts import Dims, Held

INPUTS = ("InputLayer", "Input")
MAX_CALLS = 20_000
MAX_TENSORS = 1_000
"""That one call puts out."""
# Sequential


def sequential(
    reader: Maker, call: Call, prefix: str, inputs: Sequence[Any] | None, *, frozen: bool
) -> list[Held]:
    """One layer after the other."""
    layers = call.config.get("layers")
    if not isinstance(layers, list) or not layers:
        call.fail("this model has no layers")
    found = [reader.described(each, call, prefix, frozen=frozen) for each in layers]
    build = [each.get("build_config") for each in layers] + [None]
    _check_names(found, call)
    state = list(tensors_in(inputs))
    if inputs is None:
        first = next((each for each in found if each.kind not in INPUTS), None)
        shape = _sequential_shape(call, found[0], build[0])
        name = found[0].path if found[0].kind in INPUTS else f"{found[0].path}_input"
        state = [reader.source(call, name, shape, first.kind if first else "")]
    for place, layer in enumerate(found):
        if layer.kind in INPUTS:
            continue
        stated = _built_shape(build[place + 1])
        step = Call(reader, layer, [state[0] if len(state) == 1 else state], None, {0: stated})
        state = reader.call(step)
        if not state:
            step.fail(f"{layer.kind} puts out nothing")
    return state


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
    reader: Maker, call: Call, prefix: str, inputs: Sequence[Any] | None, *, frozen: bool
) -> list[Held]:
    """Each call once all that it takes in is known."""
    entries = call.config.get("layers")
    if not isinstance(entries, list) or not entries:
        call.fail(
            "this model has no layers",
            "one whose class is a person's own is code: export it to ONNX or TFLite",
        )
    layers = [reader.described(each, call, prefix, frozen=frozen) for each in entries]
    _check_names(layers, call)
    names = {layer.path[len(prefix) :]: layer for layer in layers}
    steps = [
        step
        for layer, entry in zip(layers, entries, strict=True)
        if layer.kind not in INPUTS
        for step in steps_of(layer, entry, layer.path[len(prefix) :], call)
    ]
    outputs = keys_of(call.config.get("output_layers"), call)
    steps, outputs = numbered(steps, outputs, names, entries)
    stated, used = told_of(steps)
    for name, number, place in outputs:
        used.setdefault((name, number), set()).add(place)
    for name, number, place in [*outputs, *(key for step in steps for key in step.needs)]:
        if not (0 <= number < MAX_CALLS and 0 <= place < MAX_TENSORS):
            call.fail(f"tensor {place} of call {number} of `{name[:60]}` cannot be", "both count from 0")
    known = _given(reader, call, names, steps, inputs)
    for step in _in_turn(steps, known, call):
        args = filled(step.args, known)
        kwargs = {key: filled(value, known) for key, value in step.kwargs.items()}
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
            call.fail(
                f"tensor {key[2]} of call {key[1]} of `{key[0][:60]}` is an output, and nothing makes it"
            )
    return [known[key] for key in outputs]


def _check_names(layers: Sequence[Described], call: Call) -> None:
    seen: set[str] = set()
    for layer in layers:
        if layer.path in seen:
            call.fail(f"two layers are called `{layer.path[:100]}`", "names are unique in a model")
        seen.add(layer.path)


def _given(
    reader: Maker,
    call: Call,
    names: Mapping[str, Described],
    steps: Sequence[Step],
    inputs: Sequence[Any] | None,
) -> dict[Key, Held]:
    """What goes into a model: what it is called with, or inputs of the network."""
    declared = call.config.get("input_layers")
    keys = keys_of(declared, call)
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
        found[key] = reader.source(call, layer.path, shape, readers.get(key, ""))
    return found


def _paired(declared: object, inputs: Sequence[Any]) -> list[Held]:
    """The tensors of a call in the order in which the model declares its inputs."""
    given = inputs[0] if len(inputs) == 1 else inputs
    if isinstance(declared, Mapping) and isinstance(given, Mapping) and declared.keys() <= given.keys():
        return list(tensors_in([given[name] for name in declared]))
    return list(tensors_in(inputs))


def _in_turn(steps: Sequence[Step], known: Mapping[Key, Held], call: Call) -> Iterator[Step]:
    """All calls, each behind those that make what it takes in; of those that can go, the first."""
    if len(steps) > MAX_CALLS:
        call.fail(f"{len(steps):,} calls of layers are more than {MAX_CALLS:,}")
    waits = _waits(steps, known, call)
    readers: dict[int, list[int]] = {}
    for place, wanted in enumerate(waits):
        for maker in wanted:
            readers.setdefault(maker, []).append(place)
    ready = [place for place, wanted in enumerate(waits) if not wanted]
    heapify(ready)
    left = len(steps)
    while ready:
        place = heappop(ready)
        left -= 1
        _check_made(steps[place], known, call)
        yield steps[place]
        for reader in readers.get(place, ()):
            waits[reader].discard(place)
            if not waits[reader]:
                heappush(ready, reader)
    if left:
        call.fail("layers take in one another's outputs in a circle")


def _waits(steps: Sequence[Step], known: Mapping[Key, Held], call: Call) -> list[set[int]]:
    """For each call the places of those that make what it takes in."""
    makers = {(step.name, step.number): place for place, step in enumerate(steps)}
    found = []
    for step in steps:
        wanted = set()
        for key in step.needs:
            maker = makers.get(key[:2])
            if key in known:
                continue
            if maker is None:
                name = key[0][:60]
                call.fail(f"`{step.layer.path[:60]}` takes in `{name}`, which is no layer of this model")
            wanted.add(maker)
        found.append(wanted)
    return found


def _check_made(step: Step, known: Mapping[Key, Held], call: Call) -> None:
    """Refuse a call that takes in more tensors of a layer than it puts out."""
    for name, _, place in step.needs - known.keys():
        call.fail(f"`{step.layer.path[:60]}` takes in tensor {place} of `{name[:60]}`: there is none")
