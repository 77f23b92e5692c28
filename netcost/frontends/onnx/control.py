"""Branches and loops: the graphs within nodes, in the place of the nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, Protocol

from netcost.frontends.onnx import names
from netcost.frontends.onnx.file import GraphData
from netcost.frontends.onnx.scope import Setting
from netcost.frontends.onnx.values import ShapeError, Step, Value, out
from netcost.source.problem import SpecError

MAX_UNROLLED = 20_000
"""Nodes of a loop that is written out."""


class Evaluation(Protocol):
    """A walk over a graph."""

    def body(
        self, graph: Any, values: Sequence[Value], name: str, setting: Setting, steps: list[Step]
    ) -> list[Value]:
        """Run a graph within a node; its outputs."""
        ...

    def mark(self, step: Step) -> None:
        """Tell of what comes out whether it is static, a guess, and of what it is made."""
        ...

    def note(self, text: str) -> None:
        """Tell what was assumed, once."""
        ...

    def spend(self, units: int) -> None:
        """Count some work."""
        ...


def branch(run: Evaluation, step: Step, setting: Setting, steps: list[Step]) -> Sequence[Value]:
    """The branch that is known to be taken, or else the larger one."""
    known = step.known(0)
    choices = ["then_branch", "else_branch"]
    if known:
        choices = ["then_branch" if known[0] else "else_branch"]
    best: tuple[int, list[Value], list[Step]] | None = None
    misfit: SpecError | None = None
    for choice in choices:
        taken: list[Step] = []
        try:
            found = run.body(step.attributes.get(choice), (), step.name, setting, taken)
        except SpecError as error:
            # A branch that does not fit is not the one that is taken.
            misfit = error
            continue
        size = sum(map(burden, taken))
        if best is None or size > best[0]:
            best = (size, found, taken)
    if best is None:
        raise misfit or ShapeError("an If without branches")
    if len(choices) > 1:
        run.note(f"of the If `{names.shortened(step.name)}` the larger branch is counted")
    steps += best[2]
    return best[1]


def loop(run: Evaluation, step: Step, setting: Setting, steps: list[Step]) -> Sequence[Value]:
    """A loop written out, if it is known how often it runs."""
    graph = step.attributes.get("body")
    carried = [each for each in step.inputs[2:] if each is not None]
    if not isinstance(graph, GraphData) or len(graph.inputs) != len(carried) + 2:
        raise ShapeError("the body of the Loop does not fit its inputs")
    first = carried
    rounds, going = step.known(0), step.known(1)
    taken: list[Step] = []
    stacked: list[list[Value]] = [[] for _ in graph.outputs[1 + len(carried) :]]
    if going == [0]:
        rounds = [0]
    for number in count():
        if rounds is not None and number >= rounds[0]:
            break
        if rounds is None or number * max(1, len(graph.nodes)) > MAX_UNROLLED:
            return endless(run, step, graph, first, setting, steps)
        run.spend(1 + len(graph.outputs))
        turn = out((), "int64", [number])
        turn.static = True
        state = Value("bool", (), [True], static=True)
        found = run.body(graph, [turn, state, *carried], f"{step.name}/{number}", setting, taken)
        carried = found[1 : 1 + len(carried)]
        for row, value in zip(stacked, found[1 + len(carried) :], strict=True):
            row.append(value)
        if found[0].numbers is None:
            return endless(run, step, graph, first, setting, steps)
        if not found[0].numbers[0]:
            break
    steps += taken
    return [*carried, *(_stack(run, step, row, steps) for row in stacked)]


def endless(
    run: Evaluation, step: Step, graph: GraphData, carried: list[Value], setting: Setting, steps: list[Step]
) -> Sequence[Value]:
    """A loop that runs as often as the data say: what comes out of one round, and a cost that is not known."""
    turn = out((), "int64", [0])
    turn.static = True
    state = Value("bool", (), [True], static=True)
    found = run.body(graph, [turn, state, *carried], step.name, setting, [])[1:]
    results = []
    for place, each in enumerate(found):
        dims = each.dims if place < len(carried) else (1, *each.dims)
        results.append(Value(each.dtype, dims, guessed=True, items=each.items))
    step.unknown = "it runs as often as its input says"
    step.outputs = tuple(results)
    steps.append(step)
    return results


def _stack(run: Evaluation, step: Step, row: list[Value], steps: list[Step]) -> Value:
    """What a loop has put out in each round, one behind the other."""
    like = row[0] if row else Value("float32", ())
    value = out((len(row), *like.dims), like.dtype)
    joined = Step(step.node, "Stack", step.name, tuple(row), {}, step.opset, (value,))
    run.mark(joined)
    steps.append(joined)
    return value


def scan(run: Evaluation, step: Step, setting: Setting, steps: list[Step]) -> Sequence[Value]:
    """A scan written out: a round for each position of its inputs."""
    graph = step.attributes.get("body")
    number = step.count("num_scan_inputs", 0)
    present = step.present
    if not isinstance(graph, GraphData) or not 0 < number <= len(present) or step.opset < 9:  # noqa: PLR2004
        raise ShapeError("this Scan has no body that fits its inputs, or is of a version before 9")
    states, scanned = present[:-number], present[-number:]
    axes = [
        axis % max(1, each.rank)
        for axis, each in zip(step.counts("scan_input_axes") or [0] * number, scanned, strict=False)
    ]
    if any(not each.rank for each in scanned) or len(axes) < number:
        raise ShapeError("a Scan over a single number")
    rounds = scanned[0].dims[axes[0]]
    if rounds * max(1, len(graph.nodes)) > MAX_UNROLLED:
        raise ShapeError(f"a Scan of {rounds:,} rounds is too long to be written out")
    stacked: list[list[Value]] = [[] for _ in graph.outputs[len(states) :]]
    for turn in range(rounds):
        run.spend(1 + len(graph.outputs))
        slices = []
        for axis, each in zip(axes, scanned, strict=False):
            value = out((*each.dims[:axis], *each.dims[axis + 1 :]), each.dtype)
            cut = Step(step.node, "Slice", f"{step.name}/{turn}", (each,), {}, step.opset, (value,))
            run.mark(cut)
            steps.append(cut)
            slices.append(value)
        found = run.body(graph, [*states, *slices], f"{step.name}/{turn}", setting, steps)
        states = found[: len(states)]
        for row, value in zip(stacked, found[len(states) :], strict=True):
            row.append(value)
    wanted = step.counts("scan_output_axes") or []
    return [
        *states,
        *(
            _moved(_stack(run, step, row, steps), axis)
            for row, axis in zip(stacked, [*wanted, *[0] * len(stacked)], strict=False)
        ),
    ]


def _moved(value: Value, axis: int) -> Value:
    """The rounds of a scan along another axis than the first."""
    if axis and -value.rank <= axis < value.rank:
        first, *rest = value.dims
        rest.insert(axis % value.rank, first)
        value.dims = tuple(rest)
    return value


def burden(step: Step) -> int:
    """About how much a step does: what comes out, times what each element is made of where it is a product."""
    if not step.outputs or all(each.static for each in step.outputs):
        return 0
    made = step.outputs[0].elements
    if "Conv" in step.op and step.has(1) and len(step.dims(1)) > 1:
        return made * (step.value(1).elements // max(1, step.dims(1)[0]))
    if ("MatMul" in step.op or "Gemm" in step.op) and step.dims():
        return made * step.dims()[-1]
    return made


CONTROL: Mapping[str, Callable[[Evaluation, Step, Setting, list[Step]], Sequence[Value]]] = {
    "If": branch,
    "Loop": loop,
    "Scan": scan,
}
"""What runs the graphs within a node."""
