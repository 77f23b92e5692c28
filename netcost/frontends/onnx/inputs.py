"""The lengths of what goes in: fixed in the file, asked for, or a batch of 1."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from netcost.frontends.onnx.file import Dims, GraphData, ValueInfo
from netcost.integers import BOUND
from netcost.place import Place, inside
from netcost.source.problem import Problem, SpecError
from netcost.wording import listed, shortened


@dataclass(slots=True, eq=False)
class Sizes:
    """The lengths of all inputs.

    Args:
        inputs: by the names of inputs.
        axes: by the names of axes.
        notes: what was assumed.
    """

    inputs: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    axes: Mapping[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def of(self, info: ValueInfo) -> tuple[int, ...]:
        """The lengths of an input."""
        return self.inputs[info.name]

    def told(self, info: ValueInfo) -> tuple[int, ...] | None:
        """The lengths that the file tells of a value, those that depend on data taken as 1; None if it tells none."""
        if info.dims is None:
            return None
        return tuple(_length(each, self.axes) or 1 for each in info.dims)


def sizes_of(
    graph: GraphData,
    path: str,
    *,
    batch: int | None = None,
    asked: Mapping[str, Sequence[int]] | None = None,
    axes: Mapping[str, int] | None = None,
) -> Sizes:
    """Decide the lengths of all inputs of a graph.

    Args:
        graph: the graph.
        path: what messages call the file.
        batch: samples at once; as in the file where left out, or 1.
        asked: lengths of one sample by the names of inputs; under no name those of the only input.
        axes: lengths by the names of axes.

    Raises:
        SpecError: an axis is free, or what is asked for does not fit.
    """
    infos = [each for each in graph.inputs if each.name not in graph.initializers]
    return _Deciding(path, infos, batch, dict(axes or {})).decide(dict(asked or {}))


@dataclass(slots=True)
class _Deciding:
    path: str
    infos: list[ValueInfo]
    batch: int | None
    axes: dict[str, int]
    notes: list[str] = field(default_factory=list)

    def decide(self, asked: dict[str, Sequence[int]]) -> Sizes:
        lengths = self.by_name(asked)
        self.check_axes()
        for info in self.infos:
            self.take_batch(info, lengths.get(info.name))
        found, free = {}, []
        for info in self.infos:
            sample = lengths.get(info.name)
            dims = self.asked(info, sample) if sample is not None else self.stated(info)
            if dims is None:
                free.append(info)
            else:
                found[info.name] = dims
        if free:
            raise SpecError([self.free(info) for info in free])
        return Sizes(found, self.axes, self.notes)

    def by_name(self, asked: dict[str, Sequence[int]]) -> dict[str, Sequence[int]]:
        """Lengths by the names of inputs; without a name they are meant for the only one with as many axes."""
        known = [info.name for info in self.infos]
        if "" in asked:
            sample = asked.pop("")
            fitting = [
                each.name for each in self.infos if each.dims is None or len(each.dims) == len(sample) + 1
            ]
            if len(known) == 1:
                fitting = known
            if len(fitting) != 1:
                message = f"the network has {len(known)} inputs: {listed(known)}"
                hint = f"name one, as in `--input {known[0] if known else 'x'}={','.join(map(str, sample))}`"
                raise SpecError([Problem(Place("--input", 0, 0), message, hint)])
            asked[fitting[0]] = sample
        for name in asked:
            if name not in known:
                message = f"there is no input `{shortened(name)}`; there are {listed(known)}"
                raise SpecError([Problem(Place("--input", 0, 0), message, None)])
        return asked

    def check_axes(self) -> None:
        """Refuse lengths of axes that no input has."""
        used = {
            word
            for info in self.infos
            for each in info.dims or ()
            if isinstance(each, str)
            for word in [each, *_names(each)]
        }
        for name in self.axes:
            if name not in used:
                there_are = f"there are {listed(sorted(used))}" if used else "none has a name"
                message = f"no input has an axis `{shortened(name)}`; {there_are}"
                raise SpecError([Problem(Place("--dim", 0, 0), message, None)])

    def take_batch(self, info: ValueInfo, sample: Sequence[int] | None) -> None:
        """Take a free first axis as the batch, or as 1."""
        if not info.dims:
            return
        first = info.dims[0]
        if isinstance(first, str) and first.isidentifier() and first not in self.axes:
            self.axes[first] = self.batch or 1
            if self.batch is None:
                self.note(f"axis `{shortened(first)}` taken as 1")
        elif (
            not isinstance(first, int)
            and self.batch is None
            and (first is None or _length(first, self.axes) is None)
        ):
            del sample
            self.note(f"the first axis of `{shortened(info.name)}` taken as 1")

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def first(self, info: ValueInfo) -> int:
        """The length of the first axis."""
        stated = info.dims[0] if info.dims else None
        found = _length(stated, self.axes)
        if isinstance(stated, int):
            return self.batch if self.batch and stated == self.fixed_batch else stated
        return found or self.batch or 1

    @property
    def fixed_batch(self) -> int | None:
        """The batch that the file is fixed at: the first axis of its first input that has more than one."""
        found = next((each.dims[0] for each in self.infos if each.dims and len(each.dims) > 1), None)
        return found if isinstance(found, int) else None

    def asked(self, info: ValueInfo, sample: Sequence[int]) -> tuple[int, ...]:
        """The lengths that are asked for, behind the batch."""
        rank = len(sample) + 1
        if info.dims is not None and len(info.dims) != rank:
            message = f"`{shortened(info.name)}` has {max(0, len(info.dims) - 1)} axes behind the batch, got {len(sample)} lengths"
            hint = f"its shape is {_shown(info.dims)}; the first axis is left out"
            raise SpecError([Problem(Place("--input", 0, 0), message, hint)])
        for stated, length in zip((info.dims or ())[1:], sample, strict=False):
            if isinstance(stated, str):
                self.axes.setdefault(stated, length)
        return (self.first(info), *sample)

    def stated(self, info: ValueInfo) -> tuple[int, ...] | None:
        """The lengths that the file states; None if one is free."""
        if info.dims is None:
            return None
        if not info.dims:
            return ()
        rest = [_length(each, self.axes) for each in info.dims[1:]]
        known = [each for each in rest if each is not None]
        return (self.first(info), *known) if len(known) == len(rest) else None

    def free(self, info: ValueInfo) -> Problem:
        """That lengths are free, and what to write."""
        place = inside(self.path, info.name)
        name = shortened(info.name)
        if info.dims is None:
            return Problem(
                place,
                f"the shape of the input `{name}` is not in the file",
                f"write `--input {name}=3,224,224`",
            )
        open_axes = [each for each in info.dims[1:] if _length(each, self.axes) is None]
        named = list(
            dict.fromkeys(
                word
                for each in open_axes
                if isinstance(each, str)
                for word in _names(each)
                if word not in self.axes
            )
        )
        example = ",".join(str(each) if isinstance(each, int) else "128" for each in info.dims[1:])
        message = f"the input `{name}` is {_shown(info.dims)}: its lengths are free"
        ways = [f"`{' '.join(f'--dim {each}=128' for each in named)}`"] if named else []
        return Problem(place, message, f"write {' or '.join([*ways, f'`--input {name}={example}`'])}")


_EXPRESSION = re.compile(r"\s*([\w.:/-]+)\s*([+*]\s*[\w.:/-]+\s*)*")


def _names(text: str) -> list[str]:
    """The names in a length such as `past_sequence + sequence`."""
    return [word for word in re.split(r"\s*[+*]\s*", text.strip()) if word and not word.isdecimal()]


def _length(stated: int | str | None, axes: Mapping[str, int]) -> int | None:
    """A length: a number, an axis that is known, or a sum or product of such."""
    if stated is None or isinstance(stated, int):
        return stated
    if stated in axes:
        return axes[stated]
    if not _EXPRESSION.fullmatch(stated):
        return None
    total = 0
    for term in stated.split("+"):
        product = 1
        for word in term.split("*"):
            factor = int(word) if word.strip().isdecimal() and len(word) < 19 else axes.get(word.strip())  # noqa: PLR2004
            if factor is None:
                return None
            product *= factor
        total += product
    return total if 0 < total < BOUND else None


def _shown(dims: Dims) -> str:
    return f"({', '.join('?' if each is None else shortened(str(each)) for each in dims)})"
