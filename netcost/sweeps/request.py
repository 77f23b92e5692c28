"""From what a person asks for to the plan of a sweep; everything that can be refused is refused here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

from netcost.network import Network
from netcost.overrides import LENGTHS, NO_OVERRIDES, OVERRIDES, SETTINGS, Overrides, as_yaml
from netcost.source.problem import SpecError, nearest
from netcost.sweeps.axes import INPUT, SWEPT, Axis, Grid, checked_axis, labels, length_axis, read_axis, varies
from netcost.sweeps.engine import Backend
from netcost.sweeps.fault import SweepError
from netcost.sweeps.formula import read_formula
from netcost.sweeps.limits import Limit, quantity, read_aim, read_limit
from netcost.sweeps.model import Model
from netcost.sweeps.plan import CHUNK, PLAIN_CHUNK, Key, Plan, read_keys
from netcost.wording import listed, shortened

MAIN = ("params", "macs")
"""What is told of variants where nothing else is asked for."""

SMALL = 20_000
"""Variants for which importing numpy takes longer than it saves."""

TOP = 10
"""How many of the best are shown."""


@dataclass(frozen=True)
class Request:
    """What a sweep is asked for, in the words of a person.

    Args:
        swept: texts by override: `{"set": ["width=0.25..2:0.05"], "batch": ["1..64:*2"]}`; one value is no axis.
        base: other overrides.
        assumed: what a budget takes for granted; what is asked for goes before it.
        metrics: what is told, `params,macs,layer1.macs`; empty for the main ones and those that are asked about.
        where: a condition, or nothing.
        limits: `macs=300M`.
        budget: limits from elsewhere.
        near: what to come near to, `params=1e9:2%`, or nothing.
        sort: `-macs`, or nothing.
        pareto: `macs,params,-width`, or nothing.
        top: how many of the best; 0 for as many as usual.
        sample: how many variants of the grid are looked at.
        seed: which sample.
        chunk: variants of one part; 0 for as many as usual.
        formats: what parts are written in.
        backend: what works it out; whatever there is where left out.
        axes: further axes, ready made.
        rising: axes whose values are put in order.
    """

    swept: Mapping[str, Sequence[str]]
    base: Overrides = NO_OVERRIDES
    assumed: Overrides = NO_OVERRIDES
    metrics: str = ""
    where: str = ""
    limits: Sequence[str] = ()
    budget: Sequence[Limit] = ()
    near: str = ""
    sort: str = ""
    pareto: str = ""
    top: int = 0
    sample: int | None = None
    seed: int = 0
    chunk: int = 0
    formats: Sequence[str] = ()
    backend: Backend | None = None
    axes: Sequence[Axis] = ()
    rising: Sequence[str] = ()


def planned(request: Request, model: Callable[[Overrides], Model]) -> Plan:
    """The plan of a sweep.

    Args:
        request: what is asked for.
        model: takes the model, as it is read with some overrides.

    Raises:
        SweepError: something of it cannot be.
        SpecError: the model, or an override, is faulty.
    """
    base, axes, lengths = _axes(request)
    found = model(_first(request.assumed | base, axes))
    base = Overrides(variant=found.variant) | base if found.variant else base
    if found.variant and any(axis.name == "variant" for axis in axes):
        raise SweepError(
            f"`{found.variant}` is itself a variant of {found.path}; name {found.path} to sweep variants"
        )
    if lengths:
        axes = [*axes, *_of_input(lengths, found, _first(request.assumed | base, axes))]
    axes = [_rising(axis) if axis.name in request.rising else axis for axis in axes]
    axes = sorted(axes, key=lambda axis: SWEPT.index(axis.name.partition(".")[0]))
    if not axes:
        raise SweepError(
            "nothing varies; write a range or a list, as in --set width=0.25..2:0.05 or --batch 1,2,4"
        )
    _refuse_doubles(axes, base)
    base = _without(request.assumed, axes) | base
    check_values(found, base, axes)
    return _plan(request, found, base, axes)


def _plan(request: Request, model: Model, base: Overrides, axes: Sequence[Axis]) -> Plan:
    names = list(labels(axes))
    limits = [*(read_limit(text, names) for text in request.limits), *request.budget]
    aim = read_aim(request.near, names) if request.near else None
    where = read_formula(request.where, names) if request.where else None
    (sort, of_sort), (pareto, of_front) = (
        read_keys(text, names) if text else ((), ()) for text in (request.sort, request.pareto)
    )
    formulas = tuple(dict.fromkeys([*of_sort, *of_front]))
    asked = [part.strip() for part in request.metrics.split(",")] if request.metrics else list(MAIN)
    used = [
        *(limit.name for limit in limits),
        *([aim.name] if aim else []),
        *(where.metrics if where else ()),
    ]
    used += [metric for formula in formulas for metric in formula.metrics]
    written = {formula.text for formula in formulas}
    used += [key.name for key in (*sort, *pareto) if key.name not in written]
    metrics = tuple(dict.fromkeys([*asked, *(name for name in used if name not in names)]))
    for metric in metrics:
        quantity(metric)
    _refuse_unordered(axes, [*(key.name for key in (*sort, *pareto)), *used])
    if not sort and not pareto and not aim and limits and limits[0].most is not None:
        sort = (Key(limits[0].name, largest=True),)
    backend = request.backend or _backend(request.sample or Grid(tuple(axes)).size)
    plan = Plan(
        model=model,
        axes=tuple(axes),
        metrics=metrics,
        base=base,
        formulas=formulas,
        where=where,
        limits=tuple(limits),
        aim=aim,
        sort=sort,
        pareto=pareto,
        top=request.top or (0 if pareto else TOP),
        sample=request.sample,
        seed=request.seed,
        chunk=request.chunk or (CHUNK if backend == "numpy" else PLAIN_CHUNK),
        formats=tuple(request.formats),
        backend=backend,
    )
    check_layers(plan)
    return plan


def _refuse_unordered(axes: Sequence[Axis], names: Sequence[str]) -> None:
    """Refuse to order or to limit variants by an axis of words.

    Raises:
        SweepError: it is asked for.
    """
    for label, axis in labels(axes).items():
        if label in names:
            _refuse_words(axis)


def _backend(size: int) -> Backend:
    """Arrays where numpy is installed and there is enough to do."""
    return "numpy" if size > SMALL and find_spec("numpy") else "python"


# Axes


def _axes(request: Request) -> tuple[Overrides, list[Axis], list[str]]:
    """What does not vary, what does, and the texts of lengths, for which the network must be known."""
    base, axes, lengths = request.base, list(request.axes), []
    for name in SWEPT:
        for text in request.swept.get(name, ()):
            if name == INPUT and _varies_in_lengths(text):
                lengths.append(text)
            elif OVERRIDES[name].kind is SETTINGS and varies(text.partition("=")[2]):
                part, _, values = text.partition("=")
                axes.append(read_axis(f"{name}.{part.strip()}", values))
            elif name != INPUT and OVERRIDES[name].kind is not SETTINGS and varies(text):
                axes.append(read_axis(name, text))
            else:
                base |= {name: _read(name, text)}
    return base, axes, lengths


def _varies_in_lengths(text: str) -> bool:
    lengths = text.rpartition("=")[2].strip()
    return ".." in lengths or (lengths.startswith("[") and varies(lengths))


def _read(name: str, text: str) -> Any:
    """One value, as an option takes it.

    Raises:
        SweepError: it is none.
    """
    try:
        return OVERRIDES[name].kind.read(text)
    except ValueError as error:
        raise SweepError(f"{OVERRIDES[name].option}: {error}") from None


def _rising(axis: Axis) -> Axis:
    """The same with its values in order.

    Raises:
        SweepError: they have none.
    """
    _refuse_words(axis)
    order = sorted(range(len(axis.values)), key=axis.shown.__getitem__)
    return Axis(
        axis.name, tuple(axis.values[place] for place in order), tuple(axis.shown[place] for place in order)
    )


def _refuse_words(axis: Axis) -> None:
    for value in axis.shown:
        if isinstance(value, (str, bool)):
            raise SweepError(f"{axis.name} has no order, as `{shortened(as_yaml(value))}` is no number")


def _first(base: Overrides, axes: Sequence[Axis]) -> Overrides:
    for axis in axes:
        base = base | axis.override(axis.values[0])
    return base


def _of_input(texts: Sequence[str], model: Model, overrides: Overrides) -> Iterator[Axis]:
    """The axes of inputs, whose other lengths stay as they are."""
    network = model.load(overrides)
    sizes = {node.name: tuple(node.output.sample) for node in network.inputs}
    free = {node.name: _free(node.output) for node in network.inputs}
    for text in texts:
        part, _, lengths = text.rpartition("=")
        yield length_axis(part.strip(), lengths.strip(), sizes, free)


def _free(shape: Any) -> list[int]:
    """The places, in the lengths of one sample, of spatial lengths and of the number of tokens."""
    if shape.size:
        return list(range(len(shape.sample) - len(shape.size), len(shape.sample)))
    tokens = shape.positions.get("tokens")
    return [] if tokens is None else [tokens - 1]


def _without(assumed: Overrides, axes: Sequence[Axis]) -> Overrides:
    """What is assumed but for what varies."""
    names = {axis.name for axis in axes}
    kept = {
        name: {part: each for part, each in value.items() if f"{name}.{part}" not in names}
        if isinstance(value, Mapping)
        else value
        for name, value in assumed.items()
        if name not in names
    }
    return Overrides.named(kept)


def _refuse_doubles(axes: Sequence[Axis], base: Overrides) -> None:
    names = [axis.name for axis in axes]
    for name in names:
        if names.count(name) > 1:
            raise SweepError(f"{name} is given twice; put its values together, as in 1,2,4..8")
        override, _, part = name.partition(".")
        given_too = base.get(override, {})
        if not isinstance(given_too, Mapping) or part in given_too:
            raise SweepError(f"{name} is given twice, once with one value")


def check_values(model: Model, base: Overrides, axes: Sequence[Axis]) -> None:
    """Refuse values that no variant can have: unknown parameters, words that are none; of many numbers both ends.

    Raises:
        SpecError: the override itself is faulty, not the network that it makes.
    """
    first = _first(base, axes)
    for axis in axes:
        words = [value for value in axis.values if isinstance(value, (str, bool))]
        for value in dict.fromkeys([axis.values[0], axis.values[-1], *words[:MAX_CHECKED]]):
            overrides = first | axis.override(value)
            try:
                model.load(overrides)
            except SpecError as error:
                faulty = [
                    problem
                    for problem in error.problems
                    if problem.place.path in overrides.places
                    or (axis.name == "variant" and f"`{value}`" in problem.message)
                ]
                if faulty:
                    raise SpecError(faulty, error.sources) from None


MAX_CHECKED = 100


def check_layers(plan: Plan) -> None:
    """Refuse numbers of layers that neither the first variant nor the last has.

    Raises:
        SweepError: there is no such layer or block; the message names the one that was likely meant.
    """
    asked = [metric.rpartition(".")[0] for metric in plan.metrics if metric.rpartition(".")[2] != metric]
    if not asked:
        return
    networks = [network for index in (0, plan.grid.size - 1) if (network := _loaded(plan, index))]
    names = {node.name for network in networks for node in network.nodes}
    names |= {".".join(name.split(".")[:depth]) for name in names for depth in range(1, name.count(".") + 1)}
    for name in asked:
        if networks and name not in names:
            near = nearest(name, names)
            tops = list(dict.fromkeys(node.name.partition(".")[0] for node in networks[0].nodes))
            hint = f"did you mean `{near}`?" if near else f"there are {listed(tops, most=10)}"
            raise SweepError(f"there is no layer or block `{shortened(name)}`; {hint}")


def _loaded(plan: Plan, index: int) -> Network | None:
    try:
        return plan.model.load(plan.grid.overrides(plan.base, index))
    except SpecError:
        return None


# From Python


def given(overrides: Mapping[str, Any]) -> tuple[dict[str, list[str]], dict[str, Any], list[Axis]]:
    """What Python gives: texts as an option has them, single values, and axes of ready values.

    A text is read as on the command line. A list, a tuple or a range of values is an axis; of a parameter that is
    itself a list, a list of lists.
    """
    swept: dict[str, list[str]] = {}
    base: dict[str, Any] = {}
    axes: list[Axis] = []
    for keyword, value in overrides.items():
        name = next(
            (each.name for each in OVERRIDES.values() if (each.keyword or each.name) == keyword), keyword
        )
        parts = (
            {f"{name}.{part}": each for part, each in value.items()}
            if isinstance(value, Mapping)
            else {name: value}
        )
        for full, each in parts.items():
            part = full.partition(".")[2]
            if name in SWEPT and isinstance(each, str):
                swept.setdefault(name, []).append(f"{part}={each}" if part else each)
            elif name in SWEPT and isinstance(each, (list, tuple, range)) and not _is_shape(name, each):
                axes.append(checked_axis(full, [tuple(v) if isinstance(v, list) else v for v in each]))
            elif part:
                base.setdefault(keyword, {})[part] = each
            else:
                base[keyword] = each
    return swept, base, axes


def _is_shape(name: str, value: Sequence[Any]) -> bool:
    """Tell one shape of an input from a list of them."""
    return OVERRIDES[name].kind is LENGTHS and all(isinstance(length, int) for length in value)


# The largest within limits


def largest(request: Request, maxima: Sequence[str]) -> tuple[Request, list[str]]:
    """The sweep that finds what is as large as possible: by one parameter or expression, or the front of several.

    Returns:
        The request, and the labels or expressions that are to be large.

    Raises:
        SweepError: there are no candidates, or they have no order.
    """
    swept = {name: list(texts) for name, texts in request.swept.items()}
    names, rising = [], []
    for text in maxima:
        name, equals, values = text.partition("=")
        name = name.strip()
        if not equals or not re.fullmatch(r"[\w.]+", name):
            names.append(text.strip())
            continue
        override, dot, part = name.partition(".")
        if override in (INPUT, "dim") and dot:
            swept.setdefault(override, []).append(f"{part}={values}")
            rising.append(name)
        elif name in SWEPT and OVERRIDES[name].kind is not SETTINGS:
            swept.setdefault(name, []).append(values)
            rising.append(name)
        else:
            rising.append(f"set.{name.removeprefix('set.')}")
            swept.setdefault("set", []).append(f"{name.removeprefix('set.')}={values}")
        if not varies(values):
            raise SweepError(
                f"--max {shortened(text)} has one candidate; write a range, as in {name}=0.05..4:0.01"
            )
        names.append(name.removeprefix("set."))
    order = ",".join(f"-{name}" for name in names)
    if len(names) > 1:
        return replace(request, swept=swept, rising=rising, pareto=order), names
    tie = [text.partition("=")[0] for text in request.limits] or [limit.name for limit in request.budget]
    return replace(request, swept=swept, rising=rising, sort=f"{order},-{tie[0]}", top=1), names
