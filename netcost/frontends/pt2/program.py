"""An exported program as a network: its operations in order, and graphs within it where they are called."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from netcost.frontends.aten.builder import Builder
from netcost.frontends.aten.lower import lower, ruled
from netcost.frontends.aten.names import named, plain
from netcost.frontends.aten.rest import add_unused
from netcost.frontends.aten.values import FOR_AN_OPERATION, Call, Meta, Value, tensors_in
from netcost.frontends.honoured import refused
from netcost.frontends.pt2 import attention, where
from netcost.frontends.pt2.archive import Archive, MalformedError, a_list, a_text, an_object, one_of
from netcost.frontends.pt2.sizes import Sizes
from netcost.frontends.pt2.step import Step, tensor_name
from netcost.frontends.pt2.symbols import UnknownLengthError, evaluated
from netcost.language.work import Work
from netcost.network import Node
from netcost.place import Place, inside
from netcost.wording import listed

MAX_DEPTH = 16
"""Graphs within graphs."""

MAX_NODES = 200_000

TENSORS = {"as_tensor", "as_optional_tensor"}
SYMBOLS = {"as_sym_int", "as_sym_float"}
PLAIN = {"as_int", "as_float", "as_bool", "as_string"}
"""Kinds of arguments; lists of them end in an s."""

Scope = dict[str, Value]


class Spot:
    """A spot that work is counted at."""

    def __init__(self, place: Place) -> None:
        self.place = place


class Program:
    """What a program is made into.

    Args:
        path: the file.
        archive: what it holds.
        sizes: the lengths of its axes.
        builder: where layers are added.
        work: counts operations.
    """

    def __init__(self, path: str, archive: Archive, sizes: Sizes, builder: Builder, work: Work) -> None:
        self.path = path
        self.archive = archive
        self.sizes = sizes
        self.builder = builder
        self.work = work
        self.parameters: dict[str, Value] = {}
        """By the module's name for them."""
        self.used: dict[str, set[str]] = {}
        """By the module that runs: the parameters that its operations take."""
        self.tables: set[str] = set()
        """Parameters of which rows are looked up."""

    def build(self) -> None:
        """Add all layers.

        Raises:
            MalformedError: the program is not as PyTorch writes it.
        """
        module = an_object(self.archive.program.get("graph_module"), "`graph_module`")
        graph = an_object(module.get("graph"), "`graph`")
        signature = an_object(module.get("signature"), "`signature`")
        scope = self._enter(graph, signature)
        self._run(graph, scope, 0)
        outputs = self._outputs_of(signature, scope) or self.builder.network.outputs
        self._rest()
        self.builder.network.outputs = outputs

    # What goes in

    def _enter(self, graph: Mapping[str, Any], signature: Mapping[str, Any]) -> Scope:
        tensors = an_object(graph.get("tensor_values"), "`tensor_values`")
        scope: Scope = {}
        for spec in a_list(signature.get("input_specs"), "`input_specs`"):
            kind, found = one_of(spec, "an input")
            argument = an_object(found, "an input").get("arg")
            name = tensor_name(argument)
            if name not in tensors:
                continue
            meta = self._meta(an_object(tensors[name], f"`{name}`"), name)
            scope[name] = self._input(kind, found, name, meta)
        return scope

    def _input(self, kind: str, found: Mapping[str, Any], name: str, meta: Meta) -> Value:
        if kind == "user_input":
            return self.builder.input(name, meta, inside(self.path, name))
        if kind != "parameter":
            return Value(meta.shape, meta.dtype, name=str(found.get("buffer_name") or ""))
        own = str(found.get("parameter_name") or name)
        key: Hashable = self.archive.tensors.get(own) or own
        self.parameters[own] = Value(meta.shape, meta.dtype, weight=key, stored=meta.shape, name=own)
        return self.parameters[own]

    def _meta(self, tensor: Mapping[str, Any], name: str) -> Meta:
        try:
            return self.sizes.meta(tensor)
        except UnknownLengthError as error:
            hint = "export it with fixed sizes, or with other `dynamic_shapes`"
            raise refused(
                inside(self.path, name),
                f"a length of `{name}` depends on the data or cannot be worked out: {error}",
                hint,
            ) from None

    # Operations

    def _run(self, graph: Mapping[str, Any], scope: Scope, depth: int) -> None:
        nodes = a_list(graph.get("nodes"), "`nodes`")
        if len(nodes) > MAX_NODES:
            raise MalformedError(f"{len(nodes):,} operations are more than {MAX_NODES:,}")
        steps = [self._step(an_object(node, "an operation"), graph) for node in nodes]
        last = {name: at for at, step in enumerate(steps) for name in step.inputs}
        last |= {tensor_name(each): len(steps) for each in a_list(graph.get("outputs"), "`outputs`")}
        at = 0
        while at < len(steps):
            end = attention.end_of(steps, at)
            made = {name for each in steps[at:end] for name, _ in each.outputs}
            used = [name for name in made if last.get(name, 0) >= end]
            if end == at or not self._attend(steps[at:end], used, scope):
                end = max(end, at + 1)
                for each in steps[at:end]:
                    self._take(each, graph, scope, depth)
            at = end

    def _step(self, node: Mapping[str, Any], graph: Mapping[str, Any]) -> Step:
        target = a_text(node.get("target"), "`target`")
        found = node.get("metadata")
        metadata = found if isinstance(found, dict) else {}
        place = where.place_of(self.path, metadata, str(node.get("name") or target))
        self.work.spend(FOR_AN_OPERATION, Spot(place))
        inputs = [an_object(each, "an argument") for each in a_list(node.get("inputs"), "`inputs`")]
        library, _, operation = target.removeprefix("torch.ops.").partition(".")
        return Step(
            library if target.startswith("torch.ops.") else "",
            operation if library == "higher_order" else operation.partition(".")[0],
            {str(each.get("name") or number): each.get("arg") for number, each in enumerate(inputs)},
            self._outputs(node, graph),
            where.module_of(metadata),
            place,
        )

    def _take(self, step: Step, graph: Mapping[str, Any], scope: Scope, depth: int) -> None:
        if step.library == "higher_order":
            self._call_graph(step, graph, scope, depth)
        if step.library in {"higher_order", ""}:
            return
        whole = step.operation if step.library in {"aten", "prims"} else f"{step.library}.{step.operation}"
        word = plain(whole)
        call = Call(
            word,
            {name: self._argument(each, graph, scope) for name, each in step.arguments.items()},
            [meta for _, meta in step.outputs],
            named(step.module, word.strip("_")),
            step.place,
            self._copies(step, graph),
            in_place=word != whole,
        )
        self._note_use(step.module.path, call)
        names = [name for name, meta in step.outputs if meta is not None]
        scope.update(zip(names, lower(call, self.builder), strict=False))

    def _attend(self, steps: Sequence[Step], used: Sequence[str], scope: Scope) -> bool:
        """Add one row for the operations of a module of attention; false where they are not what it has."""
        found = attention.folded(steps, used, scope, self.parameters)
        made = ruled(found.call, self.builder) if found else None
        if found is None or not isinstance(made, Value):
            return False
        self._note_use(steps[0].module.path, found.call)
        for name, meta in found.outputs.items():
            scope[name] = attention.as_used(made, meta)
        return True

    def _note_use(self, path: str, call: Call) -> None:
        if call.operation == "embedding":
            self.tables.update(each.name for each in call.learned)
        names = self.used.setdefault(path, set())
        names.update(each.name for each in call.learned)

    def _copies(self, step: Step, graph: Mapping[str, Any]) -> bool | None:
        """Whether `reshape` and `contiguous` copy: not where the elements lie in order already."""
        if step.operation in {"clone", "repeat"}:
            return True
        if step.operation not in {"reshape", "contiguous", "flatten"} or not step.inputs:
            return None
        tensors = graph.get("tensor_values")
        name = step.inputs[0]
        tensor = tensors.get(name) if isinstance(tensors, dict) else None
        strides = tensor.get("strides") if isinstance(tensor, dict) else None
        if not isinstance(tensor, dict) or not isinstance(strides, list):
            return None
        try:
            lengths = self.sizes.meta(tensor).shape
            steps = self.sizes.meta({"sizes": strides}).shape
        except (MalformedError, UnknownLengthError):
            return None
        expected = 1
        for length, stride in zip(reversed(lengths), reversed(steps), strict=False):
            if length != 1 and stride != expected:
                return True
            expected *= length
        return False

    def _outputs(self, node: Mapping[str, Any], graph: Mapping[str, Any]) -> list[tuple[str, Meta | None]]:
        tensors = an_object(graph.get("tensor_values"), "`tensor_values`")
        found: list[tuple[str, Meta | None]] = []
        for output in a_list(node.get("outputs"), "`outputs`"):
            kind, value = one_of(output, "an output")
            names = (
                [value]
                if kind in {"as_tensor", "as_optional_tensor"}
                else value
                if kind in {"as_tensors", "as_optional_tensors"}
                else []
            )
            for each in a_list(names, "an output"):
                name = tensor_name({"as_tensor": each})
                tensor = tensors.get(name)
                found.append((name, self._meta(tensor, name) if isinstance(tensor, dict) else None))
        return found

    def _argument(self, argument: object, graph: Mapping[str, Any], scope: Scope) -> Any:
        """A tensor, a number, a text or a list of them; None for what no rule asks for."""
        if not isinstance(argument, dict) or len(argument) != 1:
            return None
        kind, found = next(iter(argument.items()))
        one = kind.removesuffix("s")
        if one in TENSORS:
            read: Callable[[Any], Any] = lambda each: scope.get(tensor_name({"as_tensor": each}))  # noqa: E731
        elif one in SYMBOLS:
            read = lambda each: self._number(each, graph)  # noqa: E731
        else:
            return found if one in PLAIN and _is_plain(found) else None
        if kind == one:
            return read(found)
        return [read(each) for each in found] if isinstance(found, list) else None

    def _number(self, found: object, graph: Mapping[str, Any]) -> int | None:
        if not isinstance(found, dict):
            return None
        if isinstance(found.get("as_int"), int):
            return int(found["as_int"])
        known = graph.get("sym_int_values")
        entry = (
            known.get(found.get("as_name"))
            if isinstance(known, dict) and isinstance(found.get("as_name"), str)
            else None
        )
        expression = entry.get("as_expr") if isinstance(entry, dict) else None
        text = expression.get("expr_str") if isinstance(expression, dict) else None
        try:
            return evaluated(text, self.sizes.symbols) if isinstance(text, str) else None
        except UnknownLengthError:
            return None

    # Graphs within the graph

    def _call_graph(self, step: Step, graph: Mapping[str, Any], scope: Scope, depth: int) -> None:
        """Run a graph in place of the operation that calls it; of a condition the longer one."""
        operation, outputs, place = step.operation, step.outputs, step.place
        graphs = [found for each in step.arguments.values() if (found := _graph_of(each)) is not None]
        flat = list(tensors_in([self._argument(each, graph, scope) for each in step.arguments.values()]))
        if not graphs or depth >= MAX_DEPTH or not operation.startswith(("wrap", "cond", "invoke_subgraph")):
            call = Call(
                f"higher_order.{operation}",
                {"operands": flat},
                [meta for _, meta in outputs],
                operation,
                place,
            )
            made = lower(call, self.builder) if outputs else []
            scope.update({label: value for (label, _), value in zip(outputs, made, strict=False)})
            return
        chosen = max(graphs, key=lambda each: len(each.get("nodes") or ()))
        if len(graphs) > 1:
            self.builder.graph.note(f"of the condition at {place} the longer branch is counted")
        names = [tensor_name(each) for each in a_list(chosen.get("inputs"), "`inputs`")]
        inner = dict(zip([name for name in names if name], flat[len(flat) - len(names) :], strict=False))
        self._run(chosen, inner, depth + 1)
        results = [tensor_name(each) for each in a_list(chosen.get("outputs"), "`outputs`")]
        for (label, _), name in zip(outputs, results, strict=False):
            if name in inner:
                scope[label] = inner[name]

    # What comes out

    def _outputs_of(self, signature: Mapping[str, Any], scope: Scope) -> tuple[Node, ...]:
        """The outputs of the network."""
        found: list[Node] = []
        for spec in a_list(signature.get("output_specs"), "`output_specs`"):
            _, output = one_of(spec, "an output")
            name = tensor_name(an_object(output, "an output").get("arg"))
            value = scope.get(name)
            if value is not None and value.node is not None:
                call = Call("output", {"self": value}, [Meta(value.shape, value.dtype)], "output")
                found.append(self.builder.node(value, call))
        return tuple(dict.fromkeys(found))

    def _rest(self) -> None:
        """Parameters that no layer has: of modules that do not run, or the same tensor under another name."""
        unused: list[Value] = []
        taken: list[str] = []
        for name, value in self.parameters.items():
            if value.weight in self.builder.owned:
                continue
            other = "" if name in self.archive.tensors else self._same_as(name, value)
            if other:
                taken.append(f"`{name}` for `{other}`")
            else:
                unused.append(value)
        if taken:
            self.builder.graph.note(
                f"without weights the file does not tell which are one: taken is {listed(taken)}"
            )
        add_unused(self.builder, unused, Place(self.path, 0, 0))

    def _same_as(self, name: str, value: Value) -> str:
        """The parameter that stands for an unused one, under another name the same tensor.

        It is used by the module that has the unused one, or below it, or a table of the same size.
        """
        module, _, own = name.rpartition(".")
        below = f"{module}." if module else ""
        for runs, used in self.used.items():
            for other in sorted(used):
                alike = other != name and self.parameters[other].shape == value.shape
                if alike and (
                    (runs == module and other.rpartition(".")[0] != module)
                    or (
                        runs.startswith(below) and other.startswith(below) and other.rpartition(".")[2] == own
                    )
                ):
                    return other
        alike_tables = (table for table in sorted(self.tables) if self.parameters[table].shape == value.shape)
        return next(alike_tables, "")


def _is_plain(found: object) -> bool:
    if isinstance(found, list):
        return all(isinstance(each, (int, float, str, bool)) for each in found)
    return isinstance(found, (int, float, str, bool))


def _graph_of(argument: object) -> Mapping[str, Any] | None:
    found = argument.get("as_graph") if isinstance(argument, dict) else None
    graph = found.get("graph") if isinstance(found, dict) else None
    return graph if isinstance(graph, dict) else None
