"""What the items of a list see while they run: values and tensors by name, and the blocks of their file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, TypeAlias, cast

from netcost.language.heads import is_foreign
from netcost.language.item_keys import DTYPE, FROZEN, TRAINING_ONLY, inherited
from netcost.language.items import Block, Body, faulty_block
from netcost.language.names import TENSOR_NAMES, tensor_axes
from netcost.language.scope import Absent, Scope
from netcost.language.spec_file import SpecFile
from netcost.network import Node
from netcost.shapes import Shape
from netcost.source.document import Scalar
from netcost.source.fault import Fault, meant

if TYPE_CHECKING:
    from netcost.stored import Tie

MAX_NESTING = 100
MAX_CALLS = 32

Flow: TypeAlias = Node | None
"""What flows between items: a node, or nothing after a fault that has been reported."""

Share: TypeAlias = tuple[str, str] | None
"""The prefix of an item's layers, and the prefix of the layers whose weights they use."""

NO_TIES: tuple[Tie, ...] = ()


class Traits:
    """What an item passes on to every layer inside it: what its inherited keys say, and whose weights they use.

    Its ties are those of the item's own layer alone.
    """

    __slots__ = ("frozen", "keys", "precision", "share", "ties", "training_only")

    def __init__(
        self, keys: Mapping[str, object], share: Share = None, ties: tuple[Tie, ...] = NO_TIES
    ) -> None:
        self.keys = keys
        self.share = share
        self.ties = ties
        self.precision = DTYPE.of(keys)
        self.frozen = cast("bool | tuple[Scalar, ...]", FROZEN.of(keys))
        self.training_only = TRAINING_ONLY.of(keys) is True

    def within(self, said: Mapping[str, object], share: Share, ties: tuple[Tie, ...] = NO_TIES) -> Traits:
        """What holds inside an item, by what its own inherited keys say."""
        if not said and share is self.share and ties is self.ties:
            return self
        return Traits(inherited(self.keys, said), share, ties)


class Inside:
    """What is known by full names, for references into other items, as `e.full`.

    Attributes:
        tensors: what named items, repetitions, branches and outputs of blocks put out.
        times: how often items ran that are repeated.
    """

    __slots__ = ("tensors", "times")

    def __init__(self) -> None:
        self.tensors: dict[str, Flow] = {}
        self.times: dict[str, int] = {}

    def step(self, path: str, name: str) -> str:
        """The full name of what an item has inside; of a repeated item, what its last repetition has."""
        found = f"{path}.{name}"
        times = self.times.get(path)
        return f"{path}.{times - 1}.{name}" if times and found not in self.tensors else found


NOTHING_PASSED: Mapping[str, Scalar] = {}


class Frame:
    """What the items of one list see: values by name, tensors by name, and how their layers are called."""

    __slots__ = (
        "caller", "calls", "entry", "file", "inside", "nesting", "outer", "passed", "prefix", "reserved", "tensors",
        "trail", "traits", "values",
    )  # fmt: skip

    def __init__(
        self, file: SpecFile, values: Scope, entry: Flow, traits: Traits, inside: Inside | None = None
    ) -> None:
        self.file = file
        self.values = values
        self.entry = entry
        self.traits = traits
        self.prefix = ""
        self.outer: Frame | None = None
        self.caller: Frame | None = None
        """That of the call, for the list of a block."""
        self.passed: Mapping[str, Scalar] = NOTHING_PASSED
        """The inputs of a block, each with what its call takes them from."""
        self.tensors: dict[str, Flow] = {}
        self.inside = inside or Inside()
        """One object for all frames of a network."""
        self.reserved: tuple[AbstractSet[str], ...] = ()
        """The names that items of this list and of those around it give, list by list."""
        self.trail: tuple[str, ...] = ()
        self.calls = 0
        self.nesting = 0

    def inner(self, entry: Flow, body: Body) -> Frame:
        """A frame for a list inside this one, which sees all that this one sees."""
        frame = Frame(self.file, Scope(outer=self.values), entry, self.traits, self.inside)
        frame.outer = self
        frame.prefix = self.prefix
        frame.reserved = self.reserved
        if body.names and not any(names is body.names for names in self.reserved):
            frame.reserved = (*self.reserved, body.names)
        frame.trail = self.trail
        frame.calls = self.calls
        frame.nesting = self.nesting + 1
        if frame.nesting > MAX_NESTING:
            raise Fault(body.place, f"lists and blocks are nested more than {MAX_NESTING} deep")
        return frame

    def beside(self) -> Frame:
        """A frame that sees the same, and has a scope of its own for values."""
        from copy import copy

        frame = copy(self)
        frame.values = Scope(outer=self.values)
        return frame

    def known_names(self) -> Iterator[str]:
        """The names of this list's items so far, then those of the lists around it."""
        here: Frame | None = self
        while here is not None:
            yield from here.tensors
            here = here.outer

    def reserves(self, name: str) -> bool:
        """Tell whether an item of this list, or of one around it, has the name."""
        for names in self.reserved:  # noqa: SIM110  a generator takes twice as long
            if name in names:
                return True
        return False


class TensorScope(Scope):
    """The values around an item, and the lengths of the tensor that comes in."""

    __slots__ = ("shape",)

    def __init__(self, shape: Shape, outer: Scope) -> None:
        super().__init__({name: shape[axis] for name, axis in tensor_axes(type(shape)).items()}, outer)
        self.shape = shape

    def __missing__(self, name: str) -> object:
        """Look outside.

        Raises:
            Absent: the tensor has no such axis.
            KeyError: there is no such name.
        """
        if name in TENSOR_NAMES:
            raise Absent(f"{self.shape.described} has no {name.removeprefix('in_')}")
        return super().__missing__(name)


def find_block(file: SpecFile, head: Scalar) -> tuple[SpecFile, Block]:
    """Find a block of the file, or of one that it imports.

    Raises:
        Fault: there is no such block.
    """
    alias, _, name = head.text.rpartition(".")
    home = file.imports.get(alias) if alias else file
    if home is None and file.faulty:
        return file, faulty_block(head)
    if home is None:
        otherwise = f"write `{name}`" if is_foreign(name) else "write `imports: {alias: file.yaml}`"
        hint = meant(alias, file.imports, otherwise, head.part(0, len(alias)))
        raise Fault(head.place, f"there is no import `{alias}`", hint)
    if name in home.blocks:
        return home, home.blocks[name]
    if home.faulty:
        return home, faulty_block(head)
    from netcost.language.strange_heads import no_block

    raise no_block(head, name, home.blocks)
