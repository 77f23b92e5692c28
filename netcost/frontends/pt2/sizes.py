"""The lengths of a program's tensors, with what is asked for in place of its free axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from netcost.frontends.aten.values import Meta
from netcost.frontends.honoured import refused
from netcost.frontends.pt2.archive import MalformedError, a_list, an_object, one_of
from netcost.frontends.pt2.symbols import UnknownLengthError, evaluated, symbol_of, symbols_in
from netcost.integers import BOUND
from netcost.network import MAX_AXES
from netcost.place import Place, inside
from netcost.wording import counted, listed, times

SCALARS = {
    1: "uint8",
    2: "int8",
    3: "int16",
    4: "int32",
    5: "int64",
    6: "float16",
    7: "float32",
    8: "float64",
    9: "complex32",
    10: "complex64",
    12: "bool",
    13: "bfloat16",
    28: "uint16",
    29: "float8_e4m3fn",
    30: "float8_e5m2",
    31: "float8_e4m3fnuz",
    32: "float8_e5m2fnuz",
}
"""Number formats by their numbers in the schema of exported programs."""

MAX_READ = 300_000
"""Characters of all expressions of lengths that differ."""


def _axes(number: int) -> str:
    return f"{number} {'axis' if number == 1 else 'axes'}"


class Axis(NamedTuple):
    """The length of one axis as a program has it: a number, or an expression and the length it was exported with."""

    length: int
    expression: str = ""

    @classmethod
    def read(cls, value: object) -> Axis:
        """An axis of a tensor.

        Raises:
            MalformedError: it is none.
        """
        kind, found = one_of(value, "a length")
        if kind == "as_int" and isinstance(found, int) and not isinstance(found, bool):
            if not 0 <= found < BOUND:
                raise MalformedError(f"{found} is no length")
            return cls(found)
        expression = an_object(found, "a length")
        text, hint = expression.get("expr_str"), expression.get("hint")
        known = hint.get("as_int") if isinstance(hint, dict) else None
        if kind != "as_expr" or not isinstance(text, str):
            raise MalformedError("a length is neither a number nor an expression")
        return cls(known if isinstance(known, int) else 0, text)


def axes_of(meta: Mapping[str, Any]) -> list[Axis]:
    """The axes of a tensor.

    Raises:
        MalformedError: there are none, or too many.
    """
    sizes = a_list(meta.get("sizes"), "`sizes`")
    if len(sizes) > MAX_AXES:
        raise MalformedError(f"a tensor has {len(sizes):,} axes")
    return [Axis.read(each) for each in sizes]


class Sizes:
    """The symbols of a program and their lengths.

    Args:
        path: the file.
        inputs: the axes of each input by its name.
        ranges: the least and the largest length of each symbol.
    """

    def __init__(self, path: str, inputs: Mapping[str, list[Axis]], ranges: Mapping[str, Any]) -> None:
        self.path = path
        self.inputs = inputs
        self.ranges = ranges
        self.symbols: dict[str, int] = {}
        self.notes: list[str] = []
        self._lengths: dict[str, int] = {}
        self._read = 0

    def settle(
        self, batch: int | None, given: Mapping[str, tuple[int, ...]], dims: Mapping[str, int]
    ) -> None:
        """Give each symbol its length.

        Raises:
            SpecError: an axis that is asked for is fixed or unknown, or a free one is not given.
        """
        known = {
            symbol for axes in self.inputs.values() for axis in axes for symbol in symbols_in(axis.expression)
        }
        known |= set(self.ranges)
        for name, length in dims.items():
            if name not in known:
                hint = (
                    f"the free axes are {listed(sorted(known), most=None)}"
                    if known
                    else "it has no free axes"
                )
                raise refused(Place("--dim", 0, 0), f"{self.path} has no axis `{name}`", hint)
            self._set(name, length, "--dim")
        for name, lengths in given.items():
            self._take(name, lengths)
        for name, axes in self.inputs.items():
            if axes:
                self._batch(name, axes[0], batch)
        self._require_all()

    def _set(self, symbol: str, length: int, option: str) -> None:
        bounds = self.ranges.get(symbol)
        least, most = (
            (bounds.get(key) for key in ("min_val", "max_val")) if isinstance(bounds, dict) else (None, None)
        )
        if (isinstance(least, int) and length < least) or (isinstance(most, int) and length > most):
            message = f"`{symbol}` is {length}, this program is for {least} to {'any length' if most is None else most}"
            raise refused(Place(option, 0, 0), message)
        if self.symbols.setdefault(symbol, length) != length:
            message = f"`{symbol}` is {self.symbols[symbol]} and {length}"
            raise refused(Place(option, 0, 0), message, "it is one axis of several tensors")

    def _take(self, name: str, lengths: tuple[int, ...]) -> None:
        """What `--input` asks for: the lengths of one sample."""
        place = Place("--input", 0, 0)
        names = listed(list(self.inputs), most=None)
        if not name and len(self.inputs) != 1:
            raise refused(
                place,
                f"{self.path} has {counted(len(self.inputs), 'input')}",
                f"name one of {names}: `--input NAME=...`",
            )
        found = name or next(iter(self.inputs))
        if found not in self.inputs:
            raise refused(place, f"{self.path} has no input `{found}`", f"it has {names}")
        axes = self.inputs[found]
        if len(lengths) != len(axes) - 1:
            message = (
                f"`{found}` has {_axes(max(len(axes) - 1, 0))} without the batch, got {times(lengths, ' x ')}"
            )
            raise refused(place, message)
        for number, (axis, length) in enumerate(zip(axes[1:], lengths, strict=True), 1):
            symbol = symbol_of(axis.expression)
            if symbol:
                self._set(symbol, length, "--input")
            elif not axis.expression and axis.length != length:
                message = f"axis {number} of `{found}` is fixed at {axis.length} in this file, got {length}"
                raise refused(place, message, "export it with `dynamic_shapes` to leave the axis free")

    def _batch(self, name: str, axis: Axis, batch: int | None) -> None:
        """The first axis: what is asked for, else one; where it is fixed, it is as it was exported."""
        symbol = symbol_of(axis.expression)
        if symbol and symbol not in self.symbols:
            self.symbols[symbol] = batch or 1
            if batch is None:
                self.notes.append(f"axis 0 of `{name}`, `{symbol}`, is taken as 1")
        elif batch and not axis.expression and axis.length != batch:
            message = f"the first axis of `{name}` is fixed at {axis.length} in this file, got {batch}"
            raise refused(
                Place("--batch", 0, 0), message, "export it with `dynamic_shapes` to leave the axis free"
            )

    def _require_all(self) -> None:
        """Refuse axes of inputs that are still free."""
        for name, axes in self.inputs.items():
            for number, axis in enumerate(axes):
                missing = [symbol for symbol in symbols_in(axis.expression) if symbol not in self.symbols]
                if missing:
                    message = f"axis {number} of `{name}` is free: `{missing[0]}`"
                    hint = f"`--dim {missing[0]}={axis.length or 128}`, or all lengths by `--input`"
                    raise refused(inside(self.path, name), message, hint)

    def length(self, axis: Axis) -> int:
        """The length of an axis; each expression is worked out once.

        Raises:
            UnknownLengthError: it cannot be worked out, or there is too much of such.
        """
        text = axis.expression
        if not text:
            return axis.length
        if text not in self._lengths:
            self._read += len(text)
            if self._read > MAX_READ:
                raise UnknownLengthError(f"the expressions of lengths have more than {MAX_READ:,} characters")
            self._lengths[text] = evaluated(text, self.symbols)
        return self._lengths[text]

    def meta(self, tensor: Mapping[str, Any]) -> Meta:
        """Shape and number format of a tensor.

        Raises:
            MalformedError: it is none.
            UnknownLengthError: a length cannot be worked out.
        """
        dtype = tensor.get("dtype")
        lengths = tuple(map(self.length, axes_of(tensor)))
        return Meta(lengths, SCALARS.get(dtype, "float32") if isinstance(dtype, int) else "float32")
