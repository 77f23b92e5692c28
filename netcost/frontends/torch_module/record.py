"""The operations of a forward pass, each with its tensors, its module and the author's line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch.nn.modules import module as hooks_of
from torch.overrides import TorchFunctionMode
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode

from netcost.frontends.aten.builder import Builder
from netcost.frontends.aten.lower import lower, ruled
from netcost.frontends.aten.names import Module, named, plain
from netcost.frontends.aten.rest import add_unused
from netcost.frontends.aten.values import FOR_AN_OPERATION, Call, Meta, Value
from netcost.frontends.torch_module.composites import ANSWERS, COMPOSITES, WITHOUT_NUMBERS, bound
from netcost.frontends.torch_module.run import Code, is_inside
from netcost.language.work import Work
from netcost.place import Place

WITH_NUMBERS = {"aten::_pack_padded_sequence"}
"""Operations that look at the numbers of one of their tensors, wherever the others are."""

WATCH = str(Path(__file__).with_name("watch.py"))
"""What calls the model: behind it nothing is the author's."""


class Recorder:
    """What is watched of a forward pass.

    Args:
        code: the author's file.
        model: the model that runs.
        builder: where layers are added.
        work: counts operations.
    """

    def __init__(self, code: Code, model: torch.nn.Module, builder: Builder, work: Work) -> None:
        self.code = code
        self.builder = builder
        self.work = work
        self.is_paused = False
        self.place = Place(code.shown, 0, 0)
        self._values: dict[int, tuple[torch.Tensor, Value]] = {}
        """By the identity of the tensor, which is kept so that its identity stays its own."""
        self._paths = {id(module): name for name, module in model.named_modules()}
        self._stack: list[torch.nn.Module] = []
        self._bare: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
        self.parameters: dict[int, Value] = {}
        for name, parameter in model.named_parameters():
            shape = tuple(parameter.shape)
            self.parameters[id(parameter)] = self._keep(
                parameter, Value(shape, _word(parameter), weight=name, stored=shape, name=name)
            )
        for name, buffer in model.named_buffers():
            self._keep(buffer, Value(tuple(buffer.shape), _word(buffer), name=name))

    def _keep(self, tensor: torch.Tensor, value: Value) -> Value:
        self._values[id(tensor)] = tensor, value
        return value

    def enter(self, name: str, tensor: torch.Tensor) -> None:
        """Let an input in."""
        self._keep(tensor, self.builder.input(name, _meta(tensor), self.place))

    def leave(self, result: object) -> None:
        """Name the outputs, and add what did not run."""
        nodes = []
        for tensor in _tensors(result):
            value = self._values.get(id(tensor), (tensor, None))[1]
            if value is not None and value.node is not None:
                nodes.append(
                    self.builder.node(value, Call("output", {}, [_meta(tensor)], "output", self.place))
                )
        network = self.builder.network
        outputs = tuple(dict.fromkeys(nodes)) or network.outputs
        unused = [each for each in self.parameters.values() if each.weight not in self.builder.owned]
        add_unused(self.builder, unused, Place(self.code.shown, 0, 0))
        network.outputs = outputs

    # Modules and lines

    @contextmanager
    def hooks(self) -> Iterator[None]:
        """Know which module runs."""

        def before(module: torch.nn.Module, inputs: object) -> None:
            del inputs
            self._stack.append(module)

        def after(module: torch.nn.Module, inputs: object, output: object) -> None:
            del inputs, output
            if self._stack and self._stack[-1] is module:
                self._stack.pop()

        first = hooks_of.register_module_forward_pre_hook(before)
        last = hooks_of.register_module_forward_hook(after, always_call=True)
        try:
            yield
        finally:
            first.remove()
            last.remove()

    @property
    def module(self) -> Module:
        """The innermost module that runs and that has a name in the model."""
        for module in reversed(self._stack):
            if id(module) in self._paths:
                kind = type(module)
                return Module(self._paths[id(module)], f"{kind.__module__}.{kind.__qualname__}")
        return Module()

    def line(self) -> Place:
        """The author's line that runs."""
        frame = sys._getframe(3)  # noqa: SLF001  a whole traceback for each operation would take too long
        while frame is not None:
            file = frame.f_code.co_filename
            if file == WATCH:
                break
            if not is_inside(file):
                return self.code.place(file, frame.f_lineno)
            frame = frame.f_back  # type: ignore[assignment]
        return Place(self.code.shown, 0, 0)

    # Operations

    def bare(self, tensor: torch.Tensor) -> torch.Tensor:
        """The same tensor without numbers."""
        if tensor.device.type == "meta":
            return tensor
        if id(tensor) not in self._bare:
            bare = torch.empty_like(tensor, device="meta")
            self._bare[id(tensor)] = tensor, bare
            if id(tensor) in self._values:
                self._keep(bare, self._values[id(tensor)][1])
        return self._bare[id(tensor)][1]

    def value(self, tensor: torch.Tensor) -> Value:
        """What is known of a tensor; one that is not known is the same for all data."""
        found = self._values.get(id(tensor))
        return found[1] if found else self._keep(tensor, Value(tuple(tensor.shape), _word(tensor)))

    def record(self, operation: str, arguments: Mapping[str, Any], result: object) -> None:
        """Add what an operation costs, and know what it puts out."""
        call = self._call(operation, arguments, result)
        self._known(result, lower(call, self.builder))

    def record_whole(self, operation: str, arguments: Mapping[str, Any], result: object) -> bool:
        """Add a row for a function that is made of several operations; false where no layer stands for it."""
        call = self._call(operation, arguments, result)
        found = ruled(call, self.builder) if call.data else None
        if found is None:
            return False
        self._known(result, self.builder.further(call, found) if isinstance(found, Value) else found)
        return True

    def _call(self, operation: str, arguments: Mapping[str, Any], result: object) -> Call:
        self.place = self.line()
        self.work.spend(FOR_AN_OPERATION, self)
        word = plain(operation)
        return Call(
            word,
            {name: self._argument(each) for name, each in arguments.items()},
            [_meta(each) for each in _tensors(result)],
            self._name(word),
            self.place,
            word in {"clone", "repeat"} or None,
            in_place=word != operation,
        )

    def _known(self, result: object, values: Sequence[Value]) -> None:
        for tensor, value in zip(_tensors(result), values, strict=False):
            self._keep(tensor, value)

    def _name(self, operation: str) -> str:
        """An attention of PyTorch's own is called as its module is."""
        module = self.module
        whole = operation == "multi_head_attention" and module.kind.endswith(".MultiheadAttention")
        return module.path if whole and module.path else named(module, operation.strip("_"))

    def _argument(self, argument: Any) -> Any:
        if isinstance(argument, torch.Tensor):
            return self.value(argument)
        if isinstance(argument, (list, tuple)):
            return [self._argument(each) for each in argument]
        return argument


class Operations(TorchDispatchMode):
    """Sees each operation as it reaches the device.

    Args:
        recorder: what is told of it.
    """

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self.recorder = recorder

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run an operation on the meta device where one of its tensors is there, and record it."""
        del types
        given = dict(kwargs or {})
        recorder, schema = self.recorder, func._schema  # noqa: SLF001  nothing public tells the names of arguments
        is_bare = any(each.device.type == "meta" for each in _tensors((args, given)))
        if is_bare and schema.name not in WITH_NUMBERS:
            args, given = pytree.tree_map_only(torch.Tensor, recorder.bare, (args, given))
            if given.get("device") is not None:
                given["device"] = torch.device("meta")
        result = func(*args, **given)
        if not recorder.is_paused:
            library, _, word = schema.name.partition("::")
            operation = word if library in {"aten", "prims"} else f"{library}.{word}"
            names = [each.name for each in schema.arguments]
            recorder.record(operation, {**dict(zip(names, args, strict=False)), **given}, result)
        return result


class Composites(TorchFunctionMode):
    """Sees functions that are one row, before they are taken apart.

    Args:
        recorder: what is told of it.
    """

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self.recorder = recorder

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a function of PyTorch."""
        del types
        given = dict(kwargs or {})
        recorder = self.recorder
        if func in ANSWERS and args and isinstance(args[0], torch.Tensor) and args[0].device.type == "meta":
            return self._answer(func, args[0])
        operation = COMPOSITES.get(func)
        if operation is None or recorder.is_paused:
            return func(*args, **given)
        recorder.is_paused = True
        try:
            result = WITHOUT_NUMBERS.get(func, func)(*args, **given)
        finally:
            recorder.is_paused = False
        if recorder.record_whole(operation, bound(operation, args, given), result):
            return result
        return func(*args, **given)

    def _answer(self, func: Callable[..., Any], tensor: torch.Tensor) -> Any:
        place = self.recorder.line()
        answer = ANSWERS[func]
        if tensor.dtype is torch.bool:
            answer = False
        self.recorder.builder.graph.note(
            f"the data decides what is asked for at {place.path}:{place.line}; {answer} was answered"
        )
        return answer


def _tensors(result: object) -> Iterator[torch.Tensor]:
    """The tensors in a structure, in order."""
    for each in pytree.tree_leaves(result):
        if isinstance(each, torch.Tensor):
            yield each
        elif isinstance(each, Mapping):
            yield from _tensors(list(each.values()))


def _word(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _meta(tensor: torch.Tensor) -> Meta:
    return Meta(tuple(tensor.shape), _word(tensor))
