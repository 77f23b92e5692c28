"""Derive the numbers of one layer: its own rules, run on numbers that remember how they were computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from math import prod
from typing import Any

from netcost.analysis.abbreviation import Abbreviations
from netcost.analysis.costs import layer_facts
from netcost.analysis.explain_network import in_network
from netcost.analysis.formulas import KB, derived, in_kilobytes, written_out
from netcost.analysis.naming import Length, Named, named
from netcost.blocks import Grouped, Layout, Matrix, MixedFormat, beside_blocks, layout_of
from netcost.derivation import Derivation, Formula, Section
from netcost.dtypes import BITS, BITS_PER_BYTE, number_bytes
from netcost.layers.layer import Layer, Weights, count, without
from netcost.network import Input, Network, Node
from netcost.number import is_exact
from netcost.report import METRICS, Row
from netcost.report.answers import Answers
from netcost.report.block_bytes import feature_rows
from netcost.report.metrics import weight_bytes
from netcost.traced import Traced, step_of
from netcost.wording import counted, listed

NOT_KNOWN = "not known, so that totals of the network are lower bounds"
MOST_WEIGHTS_IN_FULL = 2


def explain(network: Network, name: str) -> Derivation:
    """Derive a layer's output size, memory, parameters, buffers and operations, and what it sees, keeps and holds.

    Every formula is what a rule did when it was handed named numbers; none is written here.

    Raises:
        KeyError: the network has no layer of that name.
    """
    node = network[name]
    if isinstance(node.layer, Input):
        entry = Section("Input", (), ("data enters the network here: nothing is computed",))
        return Derivation(node.name, node.layer.title, (), node.output, (entry,), (), node.place)
    if not is_exact(node.output.elements):
        return _what_is_stored(node)
    trace = named(node)
    row = Row.of(layer_facts(trace.node), name=node.name)
    short = Abbreviations([*(symbol.name for symbol in trace.symbols), *row.weights])
    beside = in_network(network, node, trace.node, [symbol.name for symbol in trace.symbols])
    sections = (
        _sizes(trace, node),
        _memory(node, row),
        _parameters(node, row, short),
        *_buffers(trace.node),
        _operations(node, row, short),
        *beside.sections,
    )
    used = " ".join(formula.words for section in sections for formula in section.formulas)
    words = set(used.translate(str.maketrans("()", "  ")).split())
    return Derivation(
        name=node.name,
        label=node.layer.label(*node.input_shapes),
        inputs=tuple(zip([source.name for source in node.inputs], node.input_shapes, strict=False)),
        output=node.output,
        sections=sections,
        symbols=tuple(
            {each.name: each for each in (*trace.symbols, *beside.symbols) if each.name in words}.values()
        ),
        place=node.place,
    )


def _what_is_stored(node: Node) -> Derivation:
    """What is told of a tensor where nothing is known of its use."""
    tensors = {**node.layer.weights(), **node.layer.buffers()}
    told = [
        f"{' x '.join(f'{length:,}' for length in shape) or 'one number'}: {counted(prod(shape), 'number')} of "
        f"{node.precision.weights}"
        for shape in tensors.values()
    ]
    sections = (Section("Stored", (), tuple(told)), Section("Everything else", (), (NOT_KNOWN,)))
    return Derivation(node.name, node.layer.label(), (), node.output, sections, (), node.place)


def _formulas(number: int, name: str, short: Abbreviations) -> Iterator[Formula]:
    """A formula, after the parts that it repeats where it would be too long to be read."""
    parts, whole = short.of(step_of(number))
    for letter, part in parts:
        yield written_out(part, part.value, (letter,))
    yield written_out(whole, whole.value, (name,))


def _by_names(weights: Weights) -> Weights:
    """Go on with the sizes of weights by their names."""
    return {name: (Traced.named(prod(shape), name),) for name, shape in weights.items()}


# Sections


def _sizes(trace: Named, node: Node) -> Section:
    formulas = [
        derived(same[0].number, *(each.name for each in same[::-1])) for same in _alike(trace.lengths)
    ]
    return Section("Output size", tuple(formulas), () if formulas else (f"that of {_like_output(node)}",))


def _like_output(node: Node) -> str:
    alike = [source.name for source in node.inputs if source.output == node.output]
    if len(alike) == len(node.inputs):
        return "the input" if len(alike) == 1 else "the inputs"
    return alike[0]


def _alike(lengths: tuple[Length, ...]) -> Iterator[list[Length]]:
    """Put spatial axes of the same figures together: one derivation holds for them all."""

    def figures(indexed: tuple[int, Length]) -> object:
        position, length = indexed
        return step_of(length.number).written(words=False) if length.spatial else position

    for _, group in groupby(enumerate(lengths), figures):
        yield [length for _, length in group]


def _idle(node: Node) -> str:
    return f"none: it {'ran once before' if node.ran_before else 'runs in training only'}"


def _memory(node: Node, row: Row) -> Section:
    if not node.runs or node.layer.unseen:
        return Section("Memory", (), (_idle(node),))
    elements = Traced.named(row.activation_elements, "elements")
    dtype = row.precision.activations
    layout = layout_of(dtype)
    formulas = [derived(row.activation_elements, "elements")]
    if layout is None:
        size = number_bytes(elements, BITS[dtype])
    else:
        stored, size = _stored("", feature_rows(row.output), elements, layout)
        formulas += stored
    formulas.append(in_kilobytes(size, "memory (KB)"))
    return Section("Memory", tuple(formulas), (_element_size(dtype),))


def _stored(name: str, matrix: Matrix, elements: int, layout: Layout) -> tuple[list[Formula], int]:
    """How many groups a tensor has, what each kind of number in it takes, and all of it together."""
    groups = layout.groups(matrix)
    word = _one_word(name, "groups" if isinstance(layout, Grouped) else "blocks")
    formulas, total = [derived(groups, word)], 0
    for part in layout.parts(elements, Traced.named(groups, word)):
        size = _one_word(name, part.name, "bytes")
        formulas.append(derived(part.bytes, size))
        total += Traced.named(part.bytes, size)
    return formulas, total


def _one_word(*parts: str) -> str:
    return "_".join(filter(None, parts))


def _element_size(dtype: str) -> str:
    layout = layout_of(dtype)
    if layout is not None:
        return f"{_layout_in_words(dtype, layout)}; 1 KB = {KB} bytes"
    bits = BITS[dtype]
    if bits < BITS_PER_BYTE:
        return f"an element of {dtype} takes {counted(bits, 'bit')}, a tensor whole bytes; 1 KB = {KB} bytes"
    size = bits // BITS_PER_BYTE
    return f"an element of {dtype} takes {counted(size, 'byte')}; 1 KB = {KB} bytes"


def _layout_in_words(dtype: str, layout: Layout) -> str:
    """What a format with blocks consists of."""
    if isinstance(layout, Grouped):
        return f"{dtype} is {layout}" if dtype != str(layout) else f"{dtype}: a group shares a scale"
    return f"a block of {layout.block} numbers of {dtype} takes {counted(layout.size, 'byte')}"


def _parameters(node: Node, row: Row, short: Abbreviations) -> Section:
    if not row.weights:
        return Section("Parameters", (), ("params: none, it has nothing to learn",))
    if not is_exact(count(row.weights)):
        return Section("Parameters", (), (f"params: {NOT_KNOWN}",))
    each = tuple(derived(prod(shape), name) for name, shape in row.weights.items())
    own = without(row.weights, [tie.weight for tie in node.ties])
    if node.shares or not own:
        note = f"params: none of its own, it uses the weights of {row.shares}, which are counted there"
        return Section("Parameters", each, (note,))
    total = row.params if 1 < len(own) <= MOST_WEIGHTS_IN_FULL else count(_by_names(own))
    formulas = [*each, derived(total, "params")]
    if row.active_params != row.params:
        formulas += _formulas(row.active_params, "active params", short)
    stored, size = _weight_bytes(node.layer, row, own)
    formulas += [*stored, in_kilobytes(size, "weights (KB)")]
    notes = list(_declared(row))
    notes += [f"{tie.weight}: the {tie.theirs} of {tie.owner}, which is counted there" for tie in node.ties]
    mixed = isinstance(row.precision.weights, MixedFormat)
    if mixed:
        notes.append(f"weights have formats of their own: {row.precision.weights}")
    elif row.precision.weights != row.precision.activations:
        notes.append(_element_size(row.precision.weights))
    apart = [name for name, shape in own.items() if node.layer.matrix(name, shape) is None]
    if apart and layout_of(row.precision.weights) is not None and not mixed:
        notes.append(f"in {beside_blocks(row.precision)}, without scales: {listed(apart)}")
    if node.frozen and not (trained := node.own_trained):
        notes.append("frozen: none of them is trained")
    elif node.frozen:
        notes.append(f"frozen: all but {listed(list(trained), most=None)}")
    return Section("Parameters", tuple(formulas), tuple(notes))


def _weight_bytes(layer: Layer, row: Row, own: Weights) -> tuple[list[Formula], int]:
    """All weights as one, unless each of them takes whole bytes of its own and that makes a difference."""
    if isinstance(row.precision.weights, MixedFormat):
        return [], Traced.named(weight_bytes(layer, own, row.precision), "bytes")
    layout = layout_of(row.precision.weights)
    if layout is not None:
        return _stored_weights(layer, row, own, layout)
    as_one = weight_bytes(layer, {"params": (Traced.named(row.params, "params"),)}, row.precision)
    if as_one == row.weight_bytes:
        return [], as_one
    return [], weight_bytes(layer, _by_names(own), row.precision)


def _stored_weights(layer: Layer, row: Row, own: Weights, layout: Layout) -> tuple[list[Formula], int]:
    """Each weight with its scales, and those that have none."""
    formulas: list[Formula] = []
    total = 0
    for name, shape in own.items():
        elements, matrix = Traced.named(prod(shape), name), layer.matrix(name, shape)
        if matrix is None:
            total += number_bytes(elements, BITS[beside_blocks(row.precision)])
        else:
            more, size = _stored(name, matrix, elements, layout)
            formulas += more
            total += size
    return formulas, total


def _buffers(node: Node) -> Iterator[Section]:
    buffers = node.layer.buffers(*node.input_shapes)
    if buffers and not node.shares and not is_exact(count(buffers)):
        yield Section("Buffers", (), (f"buffers: {NOT_KNOWN}",))
    elif buffers and not node.shares:
        each = [derived(prod(shape), name) for name, shape in buffers.items()]
        total = derived(count(_by_names(buffers)), "buffers")
        notes = ("stored with the weights, but not learned", *_in_words(node.layer, ["buffers"]))
        yield Section("Buffers", (*each, total), notes)


def _operations(node: Node, row: Row, short: Abbreviations) -> Section:
    if not node.runs or node.layer.unseen:
        return Section("Operations", (), (_idle(node),))
    known = {"macs": row.macs, "ops": row.ops}
    if not all(map(is_exact, known.values())):
        return Section("Operations", (), (f"macs and ops: {NOT_KNOWN}",))
    brief = {name: _by_name(number, name) for name, number in known.items()}
    formulas = [formula for name, number in known.items() for formula in _formulas(number, name, short)]
    formulas.append(derived(_counted("flops", Answers(node).told(**brief)), "flops"))
    if row.lecture_flops:
        # Where the lecture counts just one of the two, its name says more than its formula once again.
        same = (brief[name] for name in known if step_of(known[name]) is step_of(row.lecture_flops))
        formulas.append(derived(next(same, row.lecture_flops), "flop (lecture)"))
    if row.declared_cost:
        return Section("Operations", tuple(formulas), _declared(row))
    rules = [*(name for name in known if known[name]), *node.layer.further_rules]
    return Section("Operations", tuple(formulas), tuple(_in_words(node.layer, rules)))


def _counted(metric: str, layer: Answers) -> int:
    """A metric of a layer that answers in traced numbers."""
    of: Any = METRICS[metric].of
    counted: int = of(layer)
    return counted


def _in_words(layer: Layer, names: Iterable[str]) -> Iterator[str]:
    """What rules say of themselves, in the first sentence of their docstrings."""
    for name in names:
        text = (getattr(layer, name).__doc__ or "").partition("\n")[0].removesuffix(".")
        if text:
            yield f"{name}: {text[0].lower()}{text[1:]}"


def _by_name(number: int, name: str) -> int:
    """Go on with a number by its name; a zero stays out of further formulas."""
    return Traced.named(number, name) if number else 0


def _declared(row: Row) -> tuple[str, ...]:
    return ("as declared by the author, not computed by netcost",) if row.declared_cost else ()
