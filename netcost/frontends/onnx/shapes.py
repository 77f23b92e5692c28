"""The shape of every tensor of a graph, and the numbers of those that shapes are made of.

Nodes are gone through in order, functions, branches and loops in the place of the nodes that stand for them. What comes
out is a list of steps whose inputs and outputs are objects: names and scopes are left behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Never

from netcost.frontends.onnx.control import CONTROL
from netcost.frontends.onnx.file import (
    MAX_DEPTH,
    FunctionData,
    GraphData,
    ModelData,
    NodeData,
    Reference,
    TensorData,
    ValueInfo,
)
from netcost.frontends.onnx.inputs import Sizes
from netcost.frontends.onnx.live import live
from netcost.frontends.onnx.order import Order
from netcost.frontends.onnx.rules import rule_of
from netcost.frontends.onnx.scope import Scope, Setting, constant
from netcost.frontends.onnx.values import MAX_KNOWN, Numbers, ShapeError, Step, UnknownError, Value, out
from netcost.language.work import Work
from netcost.place import Place, inside
from netcost.source.fault import Exhausted
from netcost.source.problem import Problem, SpecError

FOR_A_STEP = 4
"""Units of work for a node that runs once."""

KNOWN_A_UNIT = 64
"""Numbers that are followed for a unit of work."""

MAX_SOURCES = 64

LOOKS_AT: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(
        ("Shape", "Size", "ConstantOfShape", "Range", "EyeLike", "NonZero", "SequenceLength"), ()
    ),
    **dict.fromkeys(
        ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Not", "Xor"), ()
    ),
    **dict.fromkeys(
        ("Gather", "GatherElements", "GatherND", "Slice", "Reshape", "Expand", "Tile", "Pad"), (0,)
    ),
    **dict.fromkeys(
        ("Squeeze", "Unsqueeze", "DequantizeLinear", "QuantizeLinear", "Split", "Cast", "TopK"), (0,)
    ),
    **dict.fromkeys(
        ("com.microsoft:DequantizeLinear", "com.microsoft:QuantizeLinear", "Resize", "Clip"), (0,)
    ),
    "Where": (1, 2),
    "ScatterND": (0, 2),
    "ScatterElements": (0, 2),
}
"""The inputs of which an output is made; the others only say how. All of them where an operator is not listed."""

BY_CHANCE = {
    "RandomNormal",
    "RandomUniform",
    "RandomNormalLike",
    "RandomUniformLike",
    "Multinomial",
    "Bernoulli",
}


@dataclass(slots=True, eq=False)
class Flow:
    """A graph as it runs: its inputs, its steps in order, its outputs, and what was assumed."""

    inputs: list[tuple[ValueInfo, Value]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def flow_of(model: ModelData, path: str, sizes: Sizes, work: Work) -> Flow:
    """Go through a graph once.

    Raises:
        SpecError: a node does not fit what it takes in, or the graph asks for too much work.
    """
    return Evaluation(model, path, sizes, work).run()


class Evaluation:
    """One walk over a graph.

    Args:
        model: the file.
        path: what messages call it.
        sizes: the lengths of inputs.
        work: counts what is asked for.
        known: the numbers of inputs that are told before the network runs, by name.
    """

    def __init__(
        self,
        model: ModelData,
        path: str,
        sizes: Sizes,
        work: Work,
        known: Mapping[str, Numbers] | None = None,
    ) -> None:
        self.model = model
        self.path = path
        self.sizes = sizes
        self.work = work
        self.known = known or {}
        self.flow = Flow()
        self.order = Order()
        self.left_known = work.most * KNOWN_A_UNIT

    @property
    def place(self) -> Place:
        """The file, where there is too much of it."""
        return Place(self.path, 0, 0)

    def run(self) -> Flow:
        """Go through the graph."""
        graph = self.model.graph
        scope = Scope(None, graph.initializers)
        for info in graph.inputs:
            if info.name in graph.initializers:
                continue
            try:
                value = out(self.sizes.of(info), info.dtype or "float32")
            except ShapeError as error:
                self.fail(info.name, error.message, error.hint)
            value.name, value.numbers = info.name, self.known.get(info.name)
            self.flow.inputs.append((info, scope.values.setdefault(info.name, value)))
        setting = Setting(scope, "", self.model.opsets, {}, graph.told, 0)
        self.flow.outputs = self.graph(graph, setting, self.flow.steps)
        self.flow.steps = live(self.flow.steps, self.flow.outputs)
        self.flow.notes += self.sizes.notes
        return self.flow

    def graph(self, graph: GraphData, setting: Setting, steps: list[Step]) -> list[Value]:
        """Run the nodes of a graph; its outputs."""
        self.nodes(graph.nodes, [each.name for each in graph.outputs], setting, steps)
        return [self.named(each.name, setting, each.name) for each in graph.outputs]

    def nodes(
        self, nodes: Sequence[NodeData], outputs: Sequence[str], setting: Setting, steps: list[Step]
    ) -> None:
        """Run those nodes that outputs need."""
        if setting.depth > MAX_DEPTH:
            self.fail(setting.prefix, f"graphs and functions are nested deeper than {MAX_DEPTH}")
        try:
            needed = self.order.needed(nodes, outputs)
        except ShapeError as error:
            self.fail(setting.prefix, error.message, error.hint)
        for node in needed:
            self.node(node, setting, steps)

    def named(self, name: str, setting: Setting, by: str) -> Value:
        """A tensor by its name.

        Raises:
            SpecError: there is none.
        """
        found = setting.scope.find(name)
        if found is None:
            self.fail(f"{setting.prefix}{by}", f"there is no tensor `{name}`")
        return found

    def fail(self, part: str, message: str, hint: str = "") -> Never:
        """End the reading at a part of the file.

        Raises:
            SpecError: always.
        """
        place = inside(self.path, part) if part else self.place
        raise SpecError([Problem(place, message, hint or None)])

    # Nodes

    def node(self, node: NodeData, setting: Setting, steps: list[Step]) -> None:
        """Run a node: a function, a branch, a loop, or an operator of which there is a rule or none."""
        self.spend(FOR_A_STEP)
        label = setting.prefix + (node.name or next(filter(None, node.outputs), node.op))
        inputs = tuple(self.named(name, setting, label) if name else None for name in node.inputs)
        attributes = self.resolved(node, setting)
        opset = setting.opsets.get(node.domain, self.model.opsets.get(node.domain, 1))
        op = f"{node.domain}:{node.op}" if node.domain else node.op
        step = Step(node, op, label, inputs, attributes, opset)
        function = self.model.functions.get((node.domain, node.op, node.overload))
        try:
            if function is not None:
                found = self.call(function, step, setting, steps)
            elif op == "Constant":
                found = [_constant_of(node, attributes)]
            elif op in CONTROL:
                found = CONTROL[op](self, step, setting, steps)
            else:
                found = self.operator(step, setting)
                steps.append(step)
        except ShapeError as error:
            self.fail(label, error.message, error.hint)
        except (ArithmeticError, LookupError, TypeError, ValueError):  # of a file that says nonsense
            self.fail(label, f"the attributes or inputs of this {op} are of no kind that it has")
        for name, value in zip(node.outputs, found, strict=False):
            if name:
                setting.scope.values[name] = value
                value.name = value.name or name
        for name in node.outputs[len(found) :]:
            if name:
                setting.scope.values[name] = Value("float32", (1,), guessed=True, name=name)

    @staticmethod
    def resolved(node: NodeData, setting: Setting) -> Mapping[str, Any]:
        """The attributes of a node, with what the caller of a function gives; what it does not give is left out."""
        if not any(isinstance(each, Reference) for each in node.attributes.values()):
            return node.attributes
        found = {}
        for name, each in node.attributes.items():
            value = setting.attributes.get(each.name) if isinstance(each, Reference) else each
            if value is not None:
                found[name] = value
        return found

    def operator(self, step: Step, setting: Setting) -> Sequence[Value]:
        """Run an operator."""
        rule = rule_of(step.op) or _no_rule
        try:
            found = rule(step)
        except UnknownError as error:
            found = self.guess(step, setting)
            if rule is _no_rule or any(each.guessed for each in found):
                step.unknown = error.message
        step.outputs = tuple(found[: max(1, len(step.node.outputs))])
        self.mark(step)
        return step.outputs

    def mark(self, step: Step) -> None:
        """Tell of what comes out whether it is static, a guess, and of what it is made."""
        present = step.present
        static = all(each.static for each in present) and step.op not in BY_CHANCE and not step.unknown
        guessed = any(each.guessed for each in present)
        sources: dict[TensorData, None] = {}
        if static:
            for place, each in enumerate(step.inputs):
                if each is not None and (step.op not in LOOKS_AT or place in LOOKS_AT[step.op]):
                    sources.update(dict.fromkeys(each.sources))
        for value in step.outputs:
            if value in present:
                continue
            value.static = value.static or static
            value.guessed = value.guessed or guessed
            value.sources = tuple(sources)[:MAX_SOURCES] if value.static else ()
            if value.numbers is not None:
                self.follow(value)

    def follow(self, value: Value) -> None:
        """Count the numbers of a tensor; none are followed once there were too many."""
        self.left_known -= len(value.numbers or ())
        if self.left_known < 0 or value.elements > MAX_KNOWN:
            value.numbers = None

    def guess(self, step: Step, setting: Setting) -> list[Value]:
        """Outputs of an operator that nothing is known of: as the file tells them, or else like the first input."""
        present = [each for each in step.present if each.items is None]
        like = present[0] if present else Value("float32", (1,))
        found = []
        for name in step.node.outputs or ("",):
            info = setting.told.get(name) or next(
                (each for each in self.model.graph.outputs if each.name == name), ValueInfo(name)
            )
            dims = self.sizes.told(info)
            value = out(like.dims if dims is None else dims, info.dtype or like.dtype)
            value.guessed = dims is None or not all(isinstance(each, int) for each in info.dims or ())
            found.append(value)
        return found

    def spend(self, units: int) -> None:
        """Count some work.

        Raises:
            SpecError: it is more than a file may ask for.
        """
        try:
            self.work.spend(units, self)
        except Exhausted as stop:
            raise SpecError([stop.problem]) from None

    def note(self, text: str) -> None:
        """Tell what was assumed, once."""
        if text not in self.flow.notes:
            self.flow.notes.append(text)

    # Functions and graphs within

    def call(
        self, function: FunctionData, step: Step, setting: Setting, steps: list[Step]
    ) -> Sequence[Value]:
        """Run the nodes of a function in place of a node."""
        scope = Scope(None, {})
        for name, value in zip(function.inputs, step.inputs, strict=False):
            if value is not None:
                scope.values[name] = value
        missing = [name for name in function.inputs if name not in scope.values]
        inner = Setting(
            scope,
            f"{step.name}/",
            {**self.model.opsets, **function.opsets},
            {**function.defaults, **step.attributes},
            {},
            setting.depth + 1,
        )
        nodes = [_without(node, missing) for node in function.nodes] if missing else function.nodes
        self.nodes(nodes, function.outputs, inner, steps)
        return [self.named(name, inner, step.name) for name in function.outputs]

    def body(
        self, graph: Any, values: Sequence[Value], name: str, setting: Setting, steps: list[Step]
    ) -> list[Value]:
        """Run a graph within a node."""
        if not isinstance(graph, GraphData):
            raise ShapeError("a graph that it should have is missing")
        scope = Scope(setting.scope, graph.initializers)
        for info, value in zip(graph.inputs, values, strict=False):
            scope.values[info.name] = value
        inner = setting._replace(scope=scope, prefix=f"{name}/", told=graph.told, depth=setting.depth + 1)
        return self.graph(graph, inner, steps)


def _no_rule(step: Step) -> Sequence[Value]:
    """Stand for an operator that nothing is known of.

    Raises:
        UnknownError: always.
    """
    raise UnknownError(f"there is no rule for {step.op}")


def _without(node: NodeData, missing: Sequence[str]) -> NodeData:
    """A node of a function without those inputs that the caller leaves out."""
    if not any(name in missing for name in node.inputs):
        return node
    inputs = tuple("" if name in missing else name for name in node.inputs)
    return NodeData(
        node.op, node.domain, node.name, inputs, node.outputs, node.attributes, node.overload, node.metadata
    )


def _constant_of(node: NodeData, attributes: Mapping[str, Any]) -> Value:
    """The tensor that a node states."""
    name = node.outputs[0] if node.outputs else ""
    for key, value in attributes.items():
        if isinstance(value, TensorData):
            found = constant(value, name)
            found.name = name
            return found
        kind, _, several = key.removeprefix("value_").partition("s")
        del several
        dtype = {"int": "int64", "float": "float32", "string": "string"}.get(kind)
        if dtype is not None:
            numbers = value if isinstance(value, list) else [value]
            if not all(isinstance(each, (int, float, str)) for each in numbers):
                raise ShapeError("a Constant without a value")
            dims = (len(numbers),) if isinstance(value, list) else ()
            return Value(dtype, dims, None if dtype == "string" else numbers, static=True, name=name)
    raise ShapeError("a Constant without a value")
