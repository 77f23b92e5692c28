"""The columns of a layer before its costs: those of the lecture, and others where a network needs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netcost.render.sheet import Column
from netcost.report import Row
from netcost.report.row import end
from netcost.shapes import Shape
from netcost.wording import summed, times, written

NAME = Column("Layer", left=True)
PLANE = 2
UNNAMED = "lengths"
"""What the sizes of shapes are called whose axes have no names."""

MOST_KINDS = 2
"""Kinds of sizes that one column can hold and still be read."""

IN_COLUMNS = {"C_out", "K", "S", "P", "H", "D", "D_out", "size", "bias", "causal", "rope"}
"""Symbols of settings that have a column of their own, show in the output, or hardly matter to a cost."""

WORDS = {
    "h": "heads",
    "h_kv": "kv",
    "d": "head size",
    "T_w": "window",
    "M": "window",
    "E": "experts",
    "k": "active",
    "F": "hidden",
    "V": "vocab",
    "L": "layers",
    "R": "dilation",
    "G": "groups",
    "g": "groups",
    "n": "state",
}
"""Symbols of settings in words; others are written as they are."""

OTHER_NAMES = {"fc": "linear", "dense": "linear"}
"""What else layers are called by those who name them."""

BLOCK = "block"

LONGEST_NUMBER = 9
"""Digits of a block's number."""

SIGN = "  x"
"""What stands between a name and how many rows it stands for."""


def times_of(row: Row) -> int:
    """How many rows a row of a folded table stands for."""
    return int(row.name[len(once(row.name)) :].removeprefix(SIGN) or 1)


def once(text: str) -> str:
    """A name or a label without how many rows it stands for."""
    before, sign, times = text.rpartition(SIGN)
    return before if sign and is_number(times) else text


def may_repeat(rows: Sequence[Row]) -> bool:
    """Tell whether there are blocks, and some are numbered; what folds them is loaded only then."""
    names = [row.name.split(".") for row in rows]
    return any(parts[1:] for parts in names) and any(is_number(part) for parts in names for part in parts)


def is_number(text: str) -> bool:
    """Tell whether a part of a name is the number of a block."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def in_full(rows: Sequence[Row]) -> bool:
    """Tell whether shapes are written in full, as graphs have them: their axes are of many kinds, or the batch is merged."""
    shapes = {shape for row in rows for shape in (*row.inputs, row.output)}
    kinds = {_letters_of(type(shape)) for shape in shapes if end(shape).size}
    return len(kinds) > MOST_KINDS or len({shape[0] for shape in shapes}) > 1


def layer_columns(rows: Sequence[Row], *, full: bool) -> tuple[Column, ...]:
    """A column for each of `layer_cells`; sizes are headed by the letters of their axes.

    Where room is short, the lecture's columns stay longer than types that most names tell, and than other settings;
    in networks without windows those stay longer than the inputs.
    """
    windows = any(row.settings.get("kernel") for row in rows)
    types = windows and not full and 2 * sum(map(tells_type, rows)) >= len(rows)
    sizes = [Column("Input shape", weight=7), Column("Output shape", weight=12)]
    if not full:
        before = _letters(shape for row in rows for shape in row.inputs)
        after = _letters(row.output for row in rows)
        sizes = [
            Column(before, "Input size", f"Input {before}", weight=7),
            Column(after, "Output size", f"Output {after}", weight=12),
        ]
    return (
        Column("C", "Input size", "Input C", weight=8),
        sizes[0],
        Column("type", "Layer", left=True, weight=2 if types else 10),
        Column("filters", "Layer", weight=11),
        Column("kernel", "Layer", weight=9),
        Column("stride", "Layer", weight=5),
        Column("pad", "Layer", weight=4),
        Column("settings", "Layer", left=True, weight=3 if windows else 9),
        Column("C", "Output size", "Output C", weight=13),
        sizes[1],
    )


TYPE = 2
"""Which of the columns tells the type."""


def layer_cells(row: Row, *, full: bool) -> tuple[str, ...]:
    """What a layer takes, is and puts out; a cell that says nothing is empty. A shape in full has no channels apart."""
    window = row.settings.get
    layer = (
        row.title,
        *(written(window(name)) for name in ("filters", "kernel", "stride", "pad")),
        settings_text(row),
    )
    if full:
        return ("", summed(list(dict.fromkeys(map(times, row.inputs)))), *layer, "", times(row.output))
    *sources, out = map(end, (*row.inputs, row.output))
    return (
        summed([str(each.channels) for each in sources if each.channels is not None]),
        summed(list(dict.fromkeys(size_text(each.size) for each in sources if each.size))),
        *layer,
        "" if out.channels is None else str(out.channels),
        size_text(out.size),
    )


def needed(rows: Sequence[Row], cells: Iterable[Sequence[str]]) -> list[int]:
    """The columns that a table needs: those with a cell that says something, the type where not every name tells it."""
    filled = [any(column) for column in zip(*set(map(tuple, cells)), strict=True)]
    names_tell = all(map(tells_type, rows))
    return [index for index, says in enumerate(filled) if says and not (index == TYPE and names_tell)]


def size_text(size: tuple[int, ...]) -> str:
    """Write height and width, once for a square as the lecture does: `56`, `224x192`, `16x112x112`."""
    return written(size) if len(size) == PLANE else times(size)


def tells_type(row: Row) -> bool:
    """Tell whether a layer is called by what it is: `conv1`, `pool2`, `encoder.0.fc`."""
    own = once(row.name).rpartition(".")[2].rstrip("0123456789_-").lower()
    word, title = OTHER_NAMES.get(own, own), row.title.lower()
    return own == row.type or (len(word) > 1 and (title.startswith(word) or title.endswith(word)))


def settings_text(row: Row) -> str:
    """Write the settings that have no column, `heads 32, kv 8`, and what follows in the same row, `+ BatchNorm`."""
    if row.type == BLOCK:
        return f"{row.layers:,} layers"
    label = once(row.label).removeprefix(row.title)
    inside, closing, behind = label.removeprefix(" (").rpartition(")")
    said = list(_settings(row, inside)) if closing else []
    follows = (behind if closing else label).strip()
    return " ".join(part for part in (", ".join(said), follows) if part)


def _settings(row: Row, inside: str) -> Iterator[str]:
    for part in inside.split(", "):
        symbol, given, value = part.partition("=")
        if given and symbol not in IN_COLUMNS and value != "false":
            word = WORDS.get(symbol, symbol)
            yield word if value == "true" else f"{word} {value}"
    groups = row.settings.get("groups")
    if groups and groups > 1 and "G=" not in inside:
        yield f"groups {groups}"


def _letters(shapes: Iterable[Shape]) -> str:
    """What the lengths of some shapes are called: `H / W` of images, `T` of tokens, `D x H x W` of volumes."""
    kinds = dict.fromkeys(type(shape) for shape in shapes if end(shape).size)
    return ", ".join(dict.fromkeys(map(_letters_of, kinds))) or UNNAMED


def _letters_of(kind: type[Shape]) -> str:
    letters = list(kind.letters)
    if kind.embedded and letters:
        del letters[range(len(kind.axes))[kind.channel_axis] - 1]
    return (" / " if len(letters) == PLANE else " x ").join(letters) or UNNAMED
