"""The declaration of a layer type: its fields, and the questions it answers about shapes and costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, Never, Self, TypeVar, dataclass_transform

from netcost.layers.kept import NO_TENSORS, Kept, Tensors
from netcost.layers.reads import Sight
from netcost.layers.refusals import LayerError
from netcost.layers.values import PartError, ValueType, value_type
from netcost.record import Record
from netcost.shapes import Shape
from netcost.wording import written

if TYPE_CHECKING:
    from netcost.blocks import Matrix
    from netcost.layers.products import Product

Weights = Mapping[str, tuple[int, ...]]
Spellings = Mapping[str, Mapping[str, object]]
NO_WEIGHTS: Weights = {}
REQUIRED: Any = object()

MATRIX_AXES = 2
"""Axes of a weight from which on it is a matrix, or several of a size."""


class Declared(Record):
    """One declared field of a layer type."""

    name: str
    type: ValueType
    default: object
    required: bool
    symbol: str
    help: str
    aliases: tuple[str, ...]
    shown: bool | None
    example: str

    def check(self, value: object) -> object:
        """Return the value as the layer keeps it.

        Raises:
            LayerError: the value is of another kind.
        """
        if value is self.default and not self.required:
            return value
        try:
            return self.type.check(value)
        except PartError as error:
            raise LayerError(f"{self.name}.{error}", field=f"{self.name}.{error.part}") from None
        except ValueError as error:
            raise LayerError(f"{self.name}: {error}", field=self.name) from None


class Facts(dict[str, Any]):
    """What `field` is told, until `declare` adds the name and the type."""


def field(
    *,
    default: Any = REQUIRED,
    help: str,  # noqa: A002
    symbol: str = "",
    aliases: tuple[str, ...] = (),
    shown: bool | None = None,
    example: str = "",
) -> Any:
    """Declare a field of a layer.

    Args:
        default: its value when left out; a field without a default is required.
        help: one phrase for the reference, with the unit.
        symbol: how formulas and tables write it, `K` for the kernel.
        aliases: other spellings accepted in a spec.
        shown: whether a layer's label shows it; None shows it where it differs from the default.
        example: a value as a spec writes it, where that of its type does not do.
    """
    required = default is REQUIRED
    return Facts(
        default=None if required else default,
        required=required,
        symbol=symbol,
        help=help,
        aliases=aliases,
        shown=shown,
        example=example,
    )


RANK = field(default=None, shown=False, help="number of spatial axes; checked, never needed")
"""The field of layers that have heads for one, two and three dimensions, as `conv2d`."""

T = TypeVar("T", bound="type[Layer]")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def declare(cls: T) -> T:
    """Collect the fields of a class that declares a layer type.

    Does at run time what `dataclass` does by generating code, which took half of a short run.
    """
    fields: dict[str, Declared] = {}
    for base in reversed(cls.__bases__):
        fields |= getattr(base, "fields", {})
    for name, facts in list(vars(cls).items()):
        if isinstance(facts, Facts):
            kind = value_type(cls, name)
            known = {**facts, "example": facts["example"] or kind.example}
            fields[name] = Declared(name=name, type=kind, **known)
            if facts["required"]:
                delattr(cls, name)
            else:
                setattr(cls, name, facts["default"])
    cls.fields = fields
    cls.defaults = {each.name: each.default for each in fields.values()}
    cls.required = frozenset(each.name for each in fields.values() if each.required)
    cls.spelled = {alias: each for each in fields.values() for alias in each.aliases} | fields
    return cls


class Layer:
    """What every layer type declares, and what it answers unless it says otherwise.

    A layer answers from the input shapes and its own fields alone, by plain integer arithmetic. `out` is
    the answer of `output`; shapes carry the batch first.
    """

    type: ClassVar[str]
    title: ClassVar[str]
    """The name that tables print."""

    primary: ClassVar[str] = ""
    """The field that the head's value gives, as in `- linear: 1000`."""

    spellings: ClassVar[Spellings] = {}
    """Other spellings of the head, each with the fields it implies."""

    arity: ClassVar[tuple[int, int | None]] = (1, 1)
    """The least and the largest number of inputs; None is no limit. Without inputs it is asked about the batch alone."""

    named_inputs: ClassVar[tuple[str, ...]] = ()
    """Keys of a spec that name further inputs, as `kv` of attention; they follow the first input."""

    needed_inputs: ClassVar[tuple[str, ...]] = ()
    """Those of them that must be given; examples name them."""

    elementwise: ClassVar[bool] = False
    """True if the layer only maps its input's elements: a table may leave out its row."""

    followable: ClassVar[bool] = False
    """True if the `norm` and `act` shorthand may follow the layer."""

    lecture_ops: ClassVar[bool] = False
    """True if the lecture counts the layer's other operations too, as it does for pooling."""

    declared_cost: ClassVar[bool] = False
    """True if the costs are the author's word and not netcost's arithmetic."""

    unseen: ClassVar[bool] = False
    """True if nothing is left of the layer once the network is trained: reports have no row for it."""

    looks_up: ClassVar[bool] = False
    """True if its weights are tables of which it only takes rows."""

    view: bool = False
    """True if the output is the input's storage once the network is trained, or without one that of the weights.

    Nothing is computed or copied.
    """

    in_place: ClassVar[bool] = False
    """True if the output may be written over an input that nobody reads later."""

    keeps: ClassVar[Kept | None] = None
    """What the backward pass needs, where that is the same for all shapes; None if it is not known."""

    sight: ClassVar[Sight] = None
    """Which positions of the input a position of the output sees, where that is the same for all shapes."""

    is_gate: ClassVar[bool] = False
    """True if an input may be a factor that lets another one through, more or less of it."""

    passes_gradient: ClassVar[bool] = False
    """True if the gradient of an input is that of the output or a part of it, so that none is made."""

    rows_first: ClassVar[bool] = False
    """True if the rows of weights, one for each output, are their last axis but one, and not their last."""

    apart: ClassVar[tuple[str, ...]] = ()
    """Weights to which no block scales of a number format apply, as those of a router; nor do they to biases."""

    state_moves: ClassVar[int] = 2
    """How often a step moves its state: it is read, and a new one written."""

    past: int = 0
    """Positions before these of which something is kept."""

    cached: bool = False
    """True if only its first input is read, as what is made of the others is kept from before."""

    fields: ClassVar[Mapping[str, Declared]] = {}

    defaults: ClassVar[Mapping[str, Any]] = {}
    """What the fields are that are left out; nothing for those that must not be."""

    required: ClassVar[frozenset[str]] = frozenset()

    spelled: ClassVar[Mapping[str, Declared]] = {}
    """The fields by all their spellings."""

    @property
    def hands_on(self) -> bool:
        """True if it hands on the gradient of its output as it is, as its fields are."""
        return self.passes_gradient or (self.view and not self.trains)

    @property
    def further_rules(self) -> tuple[str, ...]:
        """Rules that count a part of the operations and say so in words of their own."""
        return ()

    @property
    def takes_in(self) -> bool:
        """True if what is folded away can go into its weights."""
        return self.followable

    @property
    def folds_away(self) -> bool:
        """True if it can be folded into the layer before, as its fields are."""
        return False

    def __init__(self, **values: Any) -> None:
        """Check each field's value; fields keep the checked form, and those that are left out their class's default.

        Raises:
            LayerError: a value is of another kind, or the fields contradict one another.
            TypeError: a field is missing or unknown.
        """
        fields, own = self.fields, self.__dict__
        if not values.keys() <= fields.keys():
            raise TypeError(f"{self.type} has no field {', '.join(sorted(values.keys() - fields.keys()))}")
        for name, declared in fields.items():
            if name in values:
                own[name] = declared.check(values[name])
        if not self.required <= values.keys():
            raise TypeError(f"{self.type} needs {', '.join(sorted(self.required - values.keys()))}")
        self.validate()

    @property
    def _facts(self) -> dict[str, Any]:
        """All fields, in order."""
        return {**self.defaults, **vars(self)}

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"{self.type}.{name} is set once, when the layer is made")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Layer) and type(self) is type(other) and self._facts == other._facts

    def __hash__(self) -> int:
        return hash((type(self), *self._facts.values()))

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._facts.items())})"
        )

    def with_fields(self, **values: object) -> Self:
        """Return the same layer with other values of some fields.

        Raises:
            LayerError: a value is of another kind, or the fields contradict one another.
        """
        return type(self)(**{**self._facts, **values})

    def validate(self) -> None:
        """Check what the fields must satisfy together.

        Raises:
            LayerError: they contradict one another.
        """

    def output(self, *inputs: Shape) -> Shape:
        """Infer the output shape.

        Raises:
            LayerError: the layer does not take these inputs.
        """
        raise NotImplementedError

    def weights(self, *inputs: Any) -> Weights:
        """Shapes of the learnable weights, by name."""
        del inputs
        return NO_WEIGHTS

    def buffers(self, *inputs: Any) -> Weights:
        """Shapes of numbers that are stored with the weights but not learned, by name."""
        del inputs
        return NO_WEIGHTS

    def state(self, *inputs: Any) -> Weights:
        """Shapes of what the next step asks for, by name: keys and values, or a state that is carried on."""
        del inputs
        return NO_WEIGHTS

    def stepwise(self, *inputs: Any) -> Self:
        """The layer as it goes on by one position from what it has kept; by itself where that takes nothing else."""
        del inputs
        return self

    def matrix(self, name: str, weight: tuple[int, ...]) -> Matrix | None:
        """A weight as rows of what one output is computed from, along which block scales run; None if it has none."""
        if len(weight) < MATRIX_AXES or name in self.apart or name.endswith("bias"):
            return None
        from netcost.blocks import Matrix

        *copies, inputs, outputs = weight
        if self.rows_first:
            inputs, outputs = outputs, inputs
        return Matrix(outputs, inputs, prod(copies))

    def macs(self, out: Any, *inputs: Any) -> int:
        """Multiply-accumulates of convolutions and matrix products."""
        del out, inputs
        return 0

    def ops(self, out: Any, *inputs: Any) -> int:
        """Every other arithmetic operation, one per scalar operation."""
        del out, inputs
        return 0

    def products(self, out: Any, *inputs: Any) -> Iterable[Product]:
        """Those products one by one, with what is multiplied; as one, of all inputs with all weights, biases apart."""
        from netcost.layers.products import Product

        yield Product(0, multiplied(self.weights(*inputs)), "weights")
        yield Product(self.macs(out, *inputs), (*range(len(inputs)), "weights"))

    def read_params(self, *inputs: Any) -> int:
        """Learnable weights that one pass reads."""
        return count(self.weights(*inputs))

    def scratch(self, out: Any, *inputs: Any) -> Tensors:
        """Tensors that are alive only while the layer runs, by name."""
        del out, inputs
        return NO_TENSORS

    def scratch_unfused(self, out: Any, *inputs: Any) -> Tensors:
        """The same where a kernel that needs less is not at hand."""
        return self.scratch(out, *inputs)

    def kept(self, out: Any, *inputs: Any) -> Kept | None:
        """What the backward pass needs of the forward pass; None if that is not known."""
        del out, inputs
        return self.keeps

    def kept_in_place(self, out: Any, *inputs: Any) -> Kept | None:
        """The same where the output has been written over the input."""
        return self.kept(out, *inputs)

    def reads(self, out: Any, *inputs: Any) -> Sight:
        """Which positions of the input a position of the output sees; None if that is not known."""
        del out, inputs
        return self.sight

    def kept_unfused(self, out: Any, *inputs: Any) -> Kept | None:
        """The same where a kernel that would work something out again is not at hand."""
        return self.kept(out, *inputs)

    def scratch_backward(self, out: Any, *inputs: Any) -> Tensors:
        """Tensors that are alive only while the backward pass of the layer runs, by name."""
        del out, inputs
        return NO_TENSORS

    @property
    def trains(self) -> bool:
        """True if a view does something while the network is trained, as dropout does."""
        return False

    def active_params(self, *inputs: Any) -> int:
        """Learnable weights that take part in computing one sample."""
        return self.active_of(self.weights(*inputs), *inputs)

    def active_of(self, weights: Weights, *inputs: Any) -> int:
        """The same, of its weights: all of them."""
        del inputs
        return count(weights)

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The fields with what the input decides filled in, for tables and reports."""
        del inputs
        return {name: getattr(self, name) for name in self.fields}

    def label(self, *inputs: Shape) -> str:
        """The layer with its hyperparameters, `MaxPool (K=2, S=2)`."""
        settings = self.settings(*inputs)
        shown = [declared for declared in self.fields.values() if self._is_shown(declared)]
        shown.sort(key=lambda declared: declared.name != self.primary)
        listed = ", ".join(f"{each.symbol or each.name}={written(settings[each.name])}" for each in shown)
        return f"{self.title} ({listed})" if listed else self.title

    def _is_shown(self, declared: Declared) -> bool:
        if declared.shown is not None:
            return declared.shown
        return declared.required or getattr(self, declared.name) != declared.default


def without(weights: Weights, names: Collection[str]) -> Weights:
    """The weights whose names are not among those."""
    return {name: shape for name, shape in weights.items() if name not in names} if names else weights


def multiplied(weights: Weights) -> tuple[str, ...]:
    """The names of weights that are more than added: those that are no biases."""
    return tuple(name for name in weights if not name.endswith("bias"))


def count(weights: Weights) -> int:
    """Number of elements of all weights together."""
    return sum(map(prod, weights.values()))
