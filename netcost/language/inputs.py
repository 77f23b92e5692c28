"""What enters a network: shapes of one sample as a spec writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from netcost.integers import identity
from netcost.language.scope import Scope
from netcost.language.value import ANY, evaluated, read_value, whole_number
from netcost.language.work import Work
from netcost.overrides import OVERRIDES
from netcost.place import Place
from netcost.shapes import KINDS, Map, Shape
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode
from netcost.source.fault import Fault, meant
from netcost.source.problem import Suggestion, write
from netcost.wording import listed

INPUTS: Mapping[str, type[Shape]] = {word: kind for word, kind in KINDS.items() if kind.letters}
"""The kinds that an input may have: those whose axes have a meaning."""

PLAIN: Mapping[int, type[Shape]] = {len(kind.letters): kind for kind in INPUTS.values() if kind.plain_input}
"""The kind of an input that is a list of so many lengths and says no more."""


def read_input(
    node: YamlNode, known: Scope, work: Work, batch: int, override: tuple[int, ...]
) -> tuple[Shape, bool]:
    """Read the shape of an input; its lengths may be overridden.

    Returns:
        The shape, and whether it is another one than the file has.

    Raises:
        Fault: lengths that are no shape; a list of 2 or 4 does not say what its axes mean.
    """
    kind, lengths = _kind_and_lengths(node)
    if isinstance(lengths, Scalar) and isinstance(lengths.value, str):
        _refuse_size(lengths)
    if isinstance(lengths, SequenceNode) and not _is_right(len(lengths), kind):
        _refuse_batch(kind, lengths)
    found = own = _whole_lengths(lengths, known, work)
    lengths_place = lengths.place
    if override:
        lengths_place = Place(OVERRIDES["input"].option, 0, 0)
        found = tuple(whole_number(each, 1, lengths_place) for each in override)
        _refuse_bare_size(own, found, lengths_place)
    if kind is None:
        if len(found) not in PLAIN:
            if len({*found}) == 1 and len(found) == len(MAP):
                raise Fault(lengths_place, "this input has no channels", _with_channels(found))
            raise Fault(
                lengths_place,
                f"an input has {_plain_numbers()} lengths, {_plain_forms()}; this has {len(found)}",
                _own_batch(found)
                if override
                else f"batch is a key of its own; other inputs are {_other_forms()}",
            )
        kind = PLAIN[len(found)]
    if len(found) != len(kind.letters):
        expected = ", ".join(kind.letters)
        hint = f"write `{{{kind.word}: {_lengths_of(kind)}}}`"
        raise Fault(lengths_place, f"{kind.noun} has the lengths [{expected}]; this has {len(found)}", hint)
    return kind((batch, *found)), [*map(identity, found)] != [*map(identity, own)]


def _refuse_bare_size(own: tuple[int, ...], found: tuple[int, ...], place: Place) -> None:
    """Refuse the size of a map without its channels.

    Raises:
        Fault: the lengths of a map are fewer than those that the file has.
    """
    size = found * (len(own) - 1) if len(found) == 1 else found
    if len(own) > 1 and len(found) < len(own) and len(size) == len(own) - 1:
        message = f"the input has {len(own)} lengths, {list(own)}; this has {len(found)}"
        written = ",".join(map(str, (own[0], *size)))
        raise Fault(place, message, f"write `{place.path} {written}`")


def read_batch(node: YamlNode | None, known: Scope, work: Work, override: object) -> tuple[int, bool]:
    """Read how many samples pass through at once; None overrides nothing.

    Returns:
        Their number, and whether it is another one than the file has.

    Raises:
        Fault: no whole number of at least 1.
    """
    option = Place(OVERRIDES["batch"].option, 0, 0)
    own: object = 1 if node is None else evaluated(read_value(node, work), known, work)
    batch, place = (override, option) if override is not None else (own, node.place if node else option)
    if batch == ANY:
        raise Fault(place, f"batch: expected a whole number of at least 1, got {ANY}", write("1"))
    number = whole_number(batch, 1, place, "batch: ")
    return number, identity(number) != identity(own)


def _kind_and_lengths(node: YamlNode) -> tuple[type[Shape] | None, YamlNode]:
    """Split `{signal: [1, 16000]}` into the kind of shape and its lengths; a plain list has no kind."""
    if not isinstance(node, MappingNode):
        return None, node
    layout = node.key("data_format")
    if layout is not None:
        raise Fault(layout.place, "an input has its channels first", "write `[C, H, W]`, and leave this out")
    entries = node.entries
    if len(entries) == 1 and entries[0][0].text in INPUTS:
        key, lengths = entries[0]
        return INPUTS[key.text], lengths
    raise _no_kind(node)


def _no_kind(node: MappingNode) -> Fault:
    """Say that a mapping is no kind of input with its lengths, and what was probably meant."""
    axes = _by_axes(node)
    if axes:
        hint = write(axes) if node.width > 1 else f"write `{axes}`"
        return Fault(node.place, "the lengths of an input are a list, without names", hint)
    beside = next((key for key, _ in node if key.text in BESIDE), None)
    if beside:
        hint = f"write it at the top of the file, and `input` as a list, {_plain_forms()}"
        return Fault(beside.place, f"`{beside.text}` is no part of an input", hint)
    if len(node) != 1:
        return Fault(node.place, "an input has one kind", f"write {_other_forms()}")
    ((key, lengths),) = node
    texts = _texts(lengths)
    hint = f"there are {', '.join(INPUTS)}"
    if len(texts) in PLAIN:
        hint = write(f"[{', '.join(texts)}]", hint, node.place)
    return Fault(key.place, f"unknown kind of input `{key.text}`", meant(key.text, INPUTS, hint))


BESIDE = ("batch", "batch_size", "dtype", "name", "type")
"""What stands with the shape of an input elsewhere."""


def _by_axes(node: MappingNode) -> str:
    """The lengths that stand under the names of axes, as a list: `{height: 32, width: 32, channels: 3}`."""
    given = {key.text.lower(): value for key, value in node if key.text.lower() not in BATCH_WORDS}
    for kind in INPUTS.values():
        for names in ([*kind.letters.values()], [letter.lower() for letter in kind.letters]):
            texts = [_texts(given[name]) for name in names if name in given]
            if len(texts) == len(given) == len(names) and all(len(each) == 1 for each in texts):
                lengths = f"[{', '.join(each[0] for each in texts)}]"
                return lengths if kind.plain_input else f"{{{kind.word}: {lengths}}}"
    return ""


def _texts(node: YamlNode) -> list[str]:
    """The lengths of a list as they are written; none where they are no single values."""
    nodes = node.items if isinstance(node, SequenceNode) else [node]
    texts = [each.text for each in nodes if isinstance(each, Scalar)]
    return texts if len(texts) == len(nodes) else []


MAP = ("height", "width")
_SIZE = r"(\d+)\s*[xX\u00d7]\s*(\d+)"


def _refuse_size(node: Scalar) -> None:
    """Refuse the size of a picture without its channels, as `224x224`.

    Raises:
        Fault: it is one.
    """
    found = re.fullmatch(_SIZE, node.text.strip())
    if found:
        raise Fault(node.place, "this input has no channels", _with_channels(found.groups()))


def _with_channels(size: Iterable[object]) -> str:
    """The hint to write a size with the channels of a picture."""
    lengths = f"[3, {', '.join(map(str, size))}]"
    return Suggestion(f"write `{lengths}` for three channels; other inputs are {_other_forms()}", lengths)


def _is_right(number: int, kind: type[Shape] | None) -> bool:
    """Tell whether an input of a kind may have so many lengths."""
    return number == len(kind.letters) if kind else number in PLAIN


def _own_batch(lengths: Sequence[int]) -> str:
    """The hint that the batch has an option of its own, with the lengths that are left if the first is taken for it."""
    batch, *rest = lengths
    if len(rest) not in PLAIN:
        return "write `--input 3,224,224`, and the batch as `--batch 8`"
    return f"write `--batch {batch} --input {','.join(channels_first([*map(str, rest)]))}`"


def _refuse_batch(kind: type[Shape] | None, node: YamlNode) -> None:
    """Refuse lengths that begin with a batch.

    Raises:
        Fault: there is one length too many, and the first is none.
    """
    first, *rest = _texts(node) or [""]
    if not _is_right(len(rest), kind) or not (
        first.lower() in BATCH_WORDS or (first.isdecimal() and len(rest) > 1)
    ):
        return
    lengths = f"[{', '.join(channels_first(rest))}]"
    expected = f"{kind.noun} has {len(rest)}" if kind else f"an input has {_plain_numbers()}"
    message = f"{expected} lengths, {_lengths_of(kind) if kind else _plain_forms()}; this has {len(rest) + 1}"
    others = "" if kind else f"; other inputs are {_other_forms()}"
    hint = f"batch is a key of its own: write `{lengths}`{others}"
    raise Fault(node.place, message, Suggestion(hint, lengths, f"batch is a key of its own{others}"))


BATCH_WORDS = ("1", "-1", "none", "null", "~", "n", "b", "bs", "batch", "batch_size", "?")
"""What stands first among the lengths of an input elsewhere."""


def _plain_numbers() -> str:
    return " or ".join(map(str, PLAIN))


def _plain_forms() -> str:
    """How a list without a kind is read: `[features] or [channels, height, width]`."""
    return " or ".join(f"[{', '.join(kind.letters.values())}]" for kind in PLAIN.values())


def _other_forms() -> str:
    """How the other kinds are written: `{tokens: T}, {sequence: [T, C]}`."""
    kinds = [kind for kind in INPUTS.values() if not kind.plain_input]
    return listed([f"{{{kind.word}: {_lengths_of(kind)}}}" for kind in kinds], most=None, word="or")


def _lengths_of(kind: type[Shape]) -> str:
    letters = ", ".join(kind.letters)
    return letters if len(kind.letters) == 1 else f"[{letters}]"


def _whole_lengths(node: YamlNode, known: Scope, work: Work) -> tuple[int, ...]:
    values = evaluated(read_value(node, work), known, work)
    listed = values if isinstance(values, list) else [values]
    own_places = isinstance(node, SequenceNode) and len(node) == len(listed)
    places = (
        [item.place for item in node]
        if own_places and isinstance(node, SequenceNode)
        else [node.place] * len(listed)
    )
    return tuple(whole_number(value, 1, place) for value, place in zip(listed, places, strict=True))


# Inputs whose channels seem to stand last, as Keras has them

FEW = (1, 3, 4)
"""Channels of a picture: of grey, of colours, of colours and how much they cover."""

MANY = 16
"""A picture has no so many channels, and is no smaller than that."""

MANY_SAMPLES = 1_000
"""A signal has no so many channels."""


def seem_last(shape: Shape) -> bool:
    """Tell whether the last length of a map is one that channels have, and the first is none."""
    return isinstance(shape, Map) and _stand_last(shape.sample)


def channels_first(lengths: Sequence[str]) -> Sequence[str]:
    """Lengths of one sample as they are written, with the channels first if they seem to stand last."""
    written = all(each.isdecimal() and len(each) <= DIGITS for each in lengths)
    if len(lengths) > 1 and written and _stand_last([*map(int, lengths)]):
        return [lengths[-1], *lengths[:-1]]
    return lengths


def _stand_last(lengths: Sequence[int]) -> bool:
    channels, *size = lengths
    if len(size) == 1:
        return channels >= MANY_SAMPLES and size[0] in FEW
    return size[-1] in FEW and min(channels, *size[:-1]) >= MANY


DIGITS = 9
"""No length that is meant has more."""

FORMS = {1: "{signal: [%s]}", 2: "[%s]", 3: "{volume: [%s]}"}
"""How an input of so many lengths beside its channels is written."""


def warning(shape: Shape, *, overridden: bool = False) -> str:
    """What is said of it: what it is taken for, and what was probably meant, in the file or after the option."""
    channels, *size = shape.sample
    lengths = list(map(str, (size[-1], channels, *size[:-1])))
    meant = ",".join(lengths) if overridden else FORMS[len(size)] % ", ".join(lengths)
    taken = " x ".join(map(str, size))
    return f"this input has {channels:,} channels of {taken}; channels come first: did you mean `{meant}`?"
