"""What items are called: as the source calls them where a spec may, and what is named elsewhere in any case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from netcost.convert.items import Item, within
from netcost.convert.steps import Step
from netcost.language.names import RESERVED, is_name

NUMBER = re.compile(r"[._]?\d+$")
UP_TO_NUMBER = re.compile(r".*\d[a-z]?_")
NO_WORD = re.compile(r"[^A-Za-z0-9_-]+")
WORDLESS = {
    *("op", "node", "layer", "val", "n", "call", "dense", "batch", "module", "act", "norm", "gemm", "matmul"),
    *("convd", "maxpoold", "averagepool", "globalaveragepool", "globalaveragepoolingd", "maxpoolingd"),
    *("averagepoolingd", "reducemean", "batchnormalization", "layernormalization", "activation"),
    *(
        "transpose",
        "permute",
        "squeeze",
        "unsqueeze",
        "reshape",
        "view",
        "contiguous",
        "gather",
        "slice",
        "split",
    ),
    *(
        "cast",
        "concat",
        "cat",
        "select",
        "expand",
        "erf",
        "div",
        "mul",
        "add",
        "sub",
        "pow",
        "sqrt",
        "getitem",
    ),
}
"""What tools call layers that have no name, without digits."""


def valid(text: str) -> str:
    """The name that is nearest to a text."""
    name = NO_WORD.sub("_", text).strip("_-")[:60]
    if name and not (name[0].isalpha() or name[0] == "_"):
        name = f"_{name}"
    name = name or "x"
    return name if is_name(name) else f"{name}_"


def unique(name: str, taken: Iterable[str]) -> str:
    """The name, or the first of its kind with a number that is not taken."""
    known = set(taken)
    found, number = name, 2
    while found in known:
        found, number = f"{name}_{number}", number + 1
    return found


class Starts:
    """What the names of layers begin with, and of how many.

    Args:
        steps: all layers.
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        self._counts: Counter[str] = Counter()
        for step in steps:
            for at in range(1, len(step.name)):
                if step.name[at] in "._":
                    self._counts[step.name[:at]] += 1
            self._counts[step.name] += 1

    def alone(self, start: str, steps: Sequence[Step]) -> bool:
        """Tell whether no other layers are called so."""
        return bool(start) and self._counts[start] == len(steps)


def own_name(item: Item, starts_of: Starts) -> str:
    """What the source calls a layer, without where it stands; empty where it has no name of its own."""
    if item.values.get("repeat") and not item.block:
        start = common([step.name for step in item.steps])
        return _last(start) if starts_of.alone(start, item.steps) else ""
    lasts = list(dict.fromkeys(step.name.rpartition(".")[2] for step in _heads(item)))
    if len(lasts) > 1:
        lasts = list(dict.fromkeys(UP_TO_NUMBER.sub("", last) for last in lasts))
    return lasts[0] if len(lasts) == 1 and is_name(lasts[0]) and not _is_plain(lasts[0], item) else ""


def _heads(item: Item) -> list[Step]:
    """The layers that an item is called after, one in each place where it stands."""
    return [step for step in item.steps if step.layer is not None and step.layer.type == item.head]


def _is_plain(name: str, item: Item) -> bool:
    """Tell whether a name says no more than the type does."""
    word = re.sub(r"[\d_-]+", "", name).lower()
    layer = item.steps[0].layer if item.steps else None
    title = layer.title.lower() if layer else ""
    return name != item.head and word in {item.head.replace("_", ""), title, *WORDLESS}


def common(names: Sequence[str]) -> str:
    """What several names begin with, up to a dot or an underscore."""
    first, last = min(names), max(names)
    length = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    start = first[:length]
    whole = all(len(name) == length or name[length] in "._" for name in names)
    if whole:
        return start
    cut = max(start.rfind("."), start.rfind("_"))
    return start[:cut] if cut > 0 else ""


def names_in(items: Iterable[Item]) -> list[str]:
    """The names of all layers of items."""
    return [step.name for item in within(list(items)) for step in item.steps]


def call_name(item: Item, starts_of: Starts) -> str:
    """What the source calls the blocks that an item calls: `layer1` of `layer1.0` and `layer1.1`."""
    if not item.calls or len(item.calls) == 1:
        start = common([step.name for step in item.steps])
        return _last(start) if starts_of.alone(start, item.steps) else ""
    starts = [common([step.name for step in steps]) for steps in item.calls]
    stems = {NUMBER.sub("", start) for start in starts}
    numbers = [start.rpartition(".")[2] for start in starts]
    if len(stems) != 1:
        return ""
    stem = stems.pop()
    whole = numbers == [str(place) for place in range(len(starts))] or starts_of.alone(stem, item.steps)
    return _last(stem) if whole else ""


def _last(start: str) -> str:
    name = start.rpartition(".")[2]
    return name if is_name(name) else ""


def block_stem(calls: Sequence[Item]) -> str:
    """A name for a block, after what its calls are called: `Inception` of `inception3a` and `inception3b`."""
    starts = [common([step.name for step in call.steps]) for call in calls]
    stems = set()
    for start in starts:
        words = [word for word in start.split(".") if not word.isdigit()]
        stems.add(re.sub(r"[_-]?\d+[a-z]?$", "", words[-1]) if words else "")
    if len(stems) != 1:
        return ""
    words = [word for word in re.split(r"[_-]", stems.pop()) if word.isalnum()]
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if is_name(name) and name not in RESERVED else ""
