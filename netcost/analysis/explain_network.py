"""Derive what a layer is in its network: what it sees of the input, keeps for backward, and holds while it runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from netcost.analysis.formulas import derived, in_kilobytes
from netcost.analysis.reach import Field, Reach, Window, reach
from netcost.analysis.storage import Storage, in_training, needed, tensors_bytes, trained
from netcost.derivation import Formula, Section, Symbol
from netcost.layers.kept import NO_TENSORS, NOTHING_KEPT, Held, Kept, Tensors
from netcost.layers.reads import Look
from netcost.network import Input, Network, Node
from netcost.shapes import Shape
from netcost.traced import Traced, step_of
from netcost.wording import counted, decimal, listed, times

NOT_KNOWN = "not known, so that sums of the network are lower bounds"
TITLE = "Receptive field"


class InNetwork(NamedTuple):
    """Sections of a derivation, and what the names in them stand for beside those of the layer itself."""

    sections: tuple[Section, ...]
    symbols: tuple[Symbol, ...] = ()


def in_network(network: Network, node: Node, named: Node, taken: Collection[str]) -> InNetwork:
    """What there is to say of a layer that depends on others, as the network is run.

    Args:
        network: the network.
        node: the layer.
        named: the same in traced numbers.
        taken: what else its formulas have names for.
    """
    asked = network.overrides
    in_place = "no_in_place" not in asked
    fused = "plain_attention" not in asked
    field = _receptive_field(node, named, reach(network), _words(taken))
    training = in_training(network, in_place=in_place, fused=fused)
    kept = _needed(node, named, training, fused=fused)
    sections = (
        *([] if "decode" in asked else [_kept(node, named, training, kept)]),
        *_state(named),
        *_alive(node, named, trained(network, in_place=in_place), kept.more if kept else NO_TENSORS),
    )
    return InNetwork((*field.sections, *sections), field.symbols)


# Receptive field


class Axis(NamedTuple):
    """One axis of a layer: its letter, what its input and its output see, and its window in traced numbers."""

    letter: str
    before: Field
    after: Field
    look: Look

    @property
    def figures(self) -> object:
        """The same for axes that one derivation holds for."""
        return self.before, self.after, tuple(map(int, (self.look.step, self.look.taps, self.look.dilation)))


class Words(NamedTuple):
    """What a receptive field and an effective stride are called."""

    field: str
    stride: str


def _words(taken: Collection[str]) -> Words:
    """The usual letters, unless they stand for something else, as F for a frequency."""
    letters = {name.partition("_")[0] for name in taken}
    return Words("field" if "F" in letters else "F", "stride" if "J" in letters else "J")


def _receptive_field(node: Node, named: Node, seen: Mapping[Node, Reach], words: Words) -> InNetwork:
    own, inputs = seen[node], [each for each in seen if isinstance(each.layer, Input)]
    if own.view == "nothing" or all(seen[each].view == "whole" for each in inputs):
        return InNetwork(())
    gates = ("through gates, the whole input",) if own.through_gates else ()
    if not isinstance(own.view, tuple):
        return InNetwork(
            (Section(TITLE, (), ("the whole input" if own.view == "whole" else "not known", *gates)),)
        )
    before = next(seen[source].view for source in node.inputs if seen[source].view != "nothing")
    sight = named.layer.reads(named.output, *named.input_shapes)
    if not (isinstance(sight, tuple) and isinstance(before, tuple)):
        whose = "its input" if len(node.inputs) == 1 else "its inputs together"
        sizes = times(dict.fromkeys(field.size for field in own.view), " and ")
        return InNetwork((Section(TITLE, (), (f"that of {whose}: {sizes}", *gates)),))
    letters = _letters(node.output, len(sight))
    told = _told([Axis(*facts) for facts in zip(letters, before, own.view, sight, strict=True)])
    if not all(_slides(axis) for axis, _ in told):
        return InNetwork((Section(TITLE, (), (*dict.fromkeys(_in_words(axis) for axis, _ in told), *gates)),))
    formulas = tuple(formula for axis, suffix in told for formula in _of_axis(axis, suffix, words))
    symbols = tuple(symbol for axis, suffix in told for symbol in _symbols(axis, suffix, words))
    return InNetwork((Section(TITLE, formulas, gates),), symbols)


def _letters(shape: Shape, axes: int) -> Sequence[str]:
    """A letter for each axis that has positions."""
    letters = [letter for letter in shape.axes if letter not in {"N", "C"}]
    return letters[-axes:] if len(letters) >= axes else [f"{place}" for place in range(1, axes + 1)]


def _told(axes: Sequence[Axis]) -> list[tuple[Axis, str]]:
    """Each axis that has something of its own, and what sets its names apart; one where all of them are alike."""
    groups = [next(group) for _, group in groupby(axes, lambda axis: axis.figures)]
    return [(axis, f"_{axis.letter.lower()}" if len(groups) > 1 else "") for axis in groups]


def _symbols(axis: Axis, suffix: str, words: Words) -> tuple[Symbol, Symbol]:
    return (
        Symbol(f"{words.field}{suffix}", axis.before.size, "receptive field of the input"),
        Symbol(f"{words.stride}{suffix}", int(axis.before.stride), "effective stride of the input"),
    )


def _slides(axis: Axis) -> bool:
    """True if all positions look at as many, so that the field grows by a window; not behind a longer axis."""
    before, look = axis.before, axis.look
    size = before.size + int(look.taps - 1) * int(look.dilation) * before.stride
    return size == axis.after.size and before.stride * int(look.step) == axis.after.stride


def _of_axis(axis: Axis, suffix: str, words: Words) -> Iterator[Formula]:
    before, after, look = axis.before, axis.after, axis.look
    size, step = (
        Traced.named(before.size, f"{words.field}{suffix}"),
        Traced.named(int(before.stride), f"{words.stride}{suffix}"),
    )
    yield derived(size + (look.taps - 1) * look.dilation * step, f"{words.field}'{suffix}")
    yield derived(step * look.step, f"{words.stride}'{suffix}")
    if after.explained and after.windows and after.windows.before:
        text = from_the_input(after.windows)
        yield Formula((f"{words.field}'{suffix} from the input",), text, text, "", after.size)


def _in_words(axis: Axis) -> str:
    """What an axis sees whose positions do not all look at as many."""
    after = axis.after
    return f"up to {counted(after.size, 'position')}, in steps of {decimal(float(after.stride))}"


def from_the_input(last: Window) -> str:
    """The windows on the way as the lecture adds them up, `1 + 5 * (3 - 1)`: equal neighbours are one product."""
    windows: list[Window] = []
    window: Window | None = last
    while window is not None:
        windows.append(window)
        window = window.before
    terms = [
        window_term(len(list(group)), *facts)
        for facts, group in groupby(
            reversed(windows), lambda each: (int(each.taps), int(each.dilation), int(each.stride))
        )
    ]
    return " + ".join(["1", *terms])


def window_term(alike: int, taps: int, dilation: int, stride: int) -> str:
    """What windows that are alike add to a field: `5 * (3 - 1) * 4`."""
    factors = [str(alike)] if alike > 1 else []
    return " * ".join([*factors, f"({taps} - 1)", *(str(each) for each in (dilation, stride) if each > 1)])


# Kept for backward


def _needed(node: Node, named: Node, storage: Storage, *, fused: bool) -> Kept | None:
    """What the layer keeps, in traced numbers; None if that is not known."""
    if node not in storage.learning:
        return NOTHING_KEPT
    return needed(named, in_place=_is_overwriting(node, storage), fused=fused)


def _kept(node: Node, named: Node, storage: Storage, kept: Kept | None) -> Section:
    title = "Kept for backward"
    if node not in storage.learning:
        return Section(title, (), ("nothing: neither it nor a layer before it is trained",))
    if kept is None:
        return Section(title, (), (NOT_KNOWN,))
    if kept.for_weights and not node.trained:
        return Section(title, (), ("nothing: its weights are not trained",))
    formulas = tuple(_kept_tensors(node, named, kept))
    notes = (*_keepers(node, kept, storage), *_others(kept.more))
    return Section(title, formulas, notes if formulas else ("nothing",))


def _is_overwriting(node: Node, storage: Storage) -> bool:
    """True if the output is written over the input."""
    shares = storage.of[node].nodes[0] is not node
    return shares and not (node.layer.view and not node.layer.trains)


def _kept_tensors(node: Node, named: Node, kept: Kept) -> Iterator[Formula]:
    words = {_input_word(node, index): named.inputs[index] for index in kept.inputs}
    for word, source in words.items():
        yield _in_kilobytes(source, Held(source.output), word)
    if kept.output:
        yield _in_kilobytes(named, Held(named.output), "output")
    yield from _further(named, kept.more)


def _alike(tensors: Tensors) -> list[dict[str, Held]]:
    """Tensors that a layer makes beside its output, those together that come about alike."""

    def figures(pair: tuple[str, Held]) -> object:
        return pair[1].dtype, [step_of(length).written(words=True) for length in pair[1].shape]

    return [dict(group) for _, group in groupby(tensors.items(), figures)]


def _further(node: Node, tensors: Tensors) -> Iterator[Formula]:
    """One of those that are alike."""
    for alike in _alike(tensors):
        name, held = next(iter(alike.items()))
        yield _in_kilobytes(node, held, name)


def _others(tensors: Tensors) -> Iterator[str]:
    """The others of them."""
    for first, *others in _alike(tensors):
        if others:
            yield f"{listed(others)}: as much as {first}{' each' if others[1:] else ''}"


def _input_word(node: Node, index: int) -> str:
    return "input" if len(node.inputs) == 1 else node.inputs[index].name


def _in_kilobytes(node: Node, held: Held, word: str) -> Formula:
    return in_kilobytes(tensors_bytes({word: held}, node.precision), f"{word} (KB)")


def _keepers(node: Node, kept: Kept, storage: Storage) -> Iterator[str]:
    """Whose a tensor is that is there anyway."""
    for index in dict.fromkeys(kept.inputs):
        buffer, word = storage.of[node.inputs[index]], _input_word(node, index)
        if buffer.born < 0:
            yield f"{word}: that of the network, which is counted apart"
        elif buffer.keepers[0] is not node:
            yield f"{word}: kept once, by {buffer.keepers[0].name}"


# Kept from one token to the next


def _state(named: Node) -> Iterator[Section]:
    state = {name: Held(shape) for name, shape in named.layer.state(*named.input_shapes).items()}
    if state and named.runs:
        yield Section("Kept for the next token", tuple(_further(named, state)), tuple(_others(state)))


# Alive while it runs


def _alive(node: Node, named: Node, storage: Storage, kept: Tensors) -> Iterator[Section]:
    if not node.runs or node not in storage.of:
        return
    scratch = named.layer.scratch(named.output, *named.input_shapes)
    told = [name for name, held in scratch.items() if held == kept.get(name)]
    further = {name: held for name, held in scratch.items() if name not in told}
    formulas = tuple(_further(named, further))
    notes = [*_others(further), *([f"{listed(told)}: as kept for backward"] if told else [])]
    if node.layer.view:
        notes.append("a view: the output is where the input is" if node.inputs else "a view of its weights")
    elif storage.of[node].nodes[0] is not node:
        notes.append("in place: the output is written over the input")
    if formulas or notes:
        yield Section("Alive while it runs", formulas, tuple(notes))
