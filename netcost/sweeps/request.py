"""From what a person asks for to the plan of a sweep; everything that can be refused is refused here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from netcost.network import Network
from netcost.overrides import NO_OVERRIDES, Overrides
from netcost.source.problem import SpecError, nearest
from netcost.sweeps.asked import (
    check_values,
    first_of,
    input_axes,
    read_asked,
    refuse_doubles,
    refuse_words,
    rising,
    without,
)
from netcost.sweeps.axes import SWEPT, Axis, Grid, labels
from netcost.sweeps.engine import Backend
from netcost.sweeps.fault import SweepError
from netcost.sweeps.formula import read_formula
from netcost.sweeps.limits import Limit, metric_of, quantity, read_aim, read_limit
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
        chart: whether variants are counted for a picture.
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
    chart: bool = False
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
    base, axes, lengths = read_asked(request.swept, request.base)
    axes = [*request.axes, *axes]
    found = model(first_of(request.assumed | base, axes))
    base = Overrides(variant=found.variant) | base if found.variant else base
    if found.variant and any(axis.name == "variant" for axis in axes):
        raise SweepError(
            f"`{found.variant}` is itself a variant of {found.path}; name {found.path} to sweep variants"
        )
    if lengths:
        axes = [*axes, *input_axes(lengths, found, first_of(request.assumed | base, axes))]
    axes = [rising(axis) if axis.name in request.rising else axis for axis in axes]
    axes = sorted(axes, key=lambda axis: SWEPT.index(axis.name.partition(".")[0]))
    if not axes:
        raise SweepError(
            "nothing varies; write a range or a list, as in --set width=0.25..2:0.05 or --batch 1,2,4"
        )
    refuse_doubles(axes, base)
    base = without(request.assumed, axes) | base
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
    asked = (
        [metric_of(part.strip()) for part in request.metrics.split(",")] if request.metrics else list(MAIN)
    )
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
        chart=_chart([*(key.name for key in pareto), *(limit.name for limit in limits), *metrics])
        if request.chart
        else None,
        chunk=request.chunk or (CHUNK if backend == "numpy" else PLAIN_CHUNK),
        formats=tuple(request.formats),
        backend=backend,
    )
    check_layers(plan)
    return plan


def _chart(names: Sequence[str]) -> tuple[str, str]:
    """The columns of a picture: those of the front, else of the limits, else the first metrics.

    Raises:
        SweepError: there is one column only.
    """
    first, *others = dict.fromkeys(names)
    if not others:
        raise SweepError(f"a picture has two columns, and {first} is one; add another to --metrics")
    return first, others[0]


def _refuse_unordered(axes: Sequence[Axis], names: Sequence[str]) -> None:
    """Refuse to order or to limit variants by an axis of words.

    Raises:
        SweepError: it is asked for.
    """
    for label, axis in labels(axes).items():
        if label in names:
            refuse_words(axis)


def _backend(size: int) -> Backend:
    """Arrays where numpy is installed and there is enough to do."""
    return "numpy" if size > SMALL and find_spec("numpy") else "python"


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
