"""What the names in an item refer to: earlier tensors, and layers whose weights are shared."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from netcost.language.frame import NO_TIES, Flow, Frame, Share
from netcost.language.item_keys import NOT_SHARED
from netcost.language.items import Item
from netcost.language.names import RESERVED
from netcost.language.scope import Lost
from netcost.source.document import Scalar, word_at
from netcost.source.fault import Fault, meant
from netcost.source.problem import MAX_CANDIDATES, write
from netcost.wording import counted

if TYPE_CHECKING:
    from netcost.stored import Tie

MAX_LATEST = 200
"""A name that is meant is looked for among so many, as it takes a while."""


def sources_of(item: Item, frame: Frame, current: Flow) -> tuple[Flow, ...]:
    """What an item starts from: what `from` names, else what comes in."""
    if item.sources is None:
        return (current,)
    return tuple([find(name, frame, current) for name in item.sources])


def find(name: Scalar, frame: Frame, current: Flow) -> Flow:
    """The tensor behind a name: `prev`, `input`, an earlier item of this list or one around it, or one inside that.

    Raises:
        Fault: there is none.
    """
    if name.text == "prev":
        return current
    here: Frame | None = frame
    while here is not None:
        if name.text in here.tensors:
            return here.tensors[name.text]
        outermost, here = here, here.outer
    if name.text == "input":
        return outermost.entry
    around = _around(name, frame)
    if around is None:
        raise _no_item(name, frame)
    path = _full_name(name, around)
    return around.inside.tensors[path] if path else None


def shared(item: Item, frame: Frame, path: str, base: str) -> Share:
    """The prefixes of the item's layers and of the layers whose weights they use.

    Repetitions share one by one with those of a repeated item, and all of them with one that is not.

    Raises:
        Lost: a fault has left unknown whose weights they are.
        Fault: there is no such item, or it does not fit.
    """
    if item.share is None:
        return frame.traits.share
    if item.share.text == NOT_SHARED:
        return None
    if not path:
        raise Fault(
            item.share.place, "only an item with a name can share", "write `name: ...` beside `share`"
        )
    return _lent(item.share, frame, path, base)


def tied(item: Item, frame: Frame, path: str, base: str) -> tuple[Tie, ...]:
    """The weights of a layer that are those of others; `embed.weight` says what a weight is called there.

    Raises:
        Lost, Fault: as `shared`.
    """
    if not item.ties:
        return NO_TIES
    from netcost.stored import Tie

    found = []
    for weight, name in item.ties.items():
        layer, dot, theirs = name.text.rpartition(".")
        try:
            mine, owner = _lent(name, frame, path, base)
        except Fault:
            if not dot:
                raise
            mine, owner = _lent(word_at(name, layer), frame, path, base)
        else:
            theirs = weight
        found.append(Tie(weight, owner + path[len(mine) :], theirs))
    return tuple(found)


def _lent(name: Scalar, frame: Frame, path: str, base: str) -> tuple[str, str]:
    """The prefixes of an item's layers and of those of the item whose weights they use."""
    around = _around(name, frame, callers=True)
    if around is None and name.text not in RESERVED:
        raise _no_item(name, frame)
    first, dot, rest = name.text.partition(".")
    if around is not None and around.caller is not None and first in around.passed:
        passed = around.passed[first]
        return _lent(word_at(name, f"{passed.text}{dot}{rest}"), around.caller, path, base)
    owner = _full_name(name, around or frame)
    tensors, times = frame.inside.tensors, frame.inside.times
    if owner not in tensors:
        raise Fault(name.place, f"`{name.text}` is no layer with weights to share")
    if tensors[owner] is None:
        raise Lost
    if owner not in times:
        return path, owner
    if not base:
        raise Fault(name.place, f"`{name.text}` is repeated, this is not", "repeat it as often")
    return base, owner


def _around(name: Scalar, frame: Frame, *, callers: bool = False) -> Frame | None:
    """The nearest frame that has the item, or the one that a dotted name leads into.

    Args:
        name: the name.
        frame: where it is used.
        callers: the frames of the calls that led there count, too.
    """
    first, dot, _ = name.text.partition(".")
    here: Frame | None = frame
    while here is not None:
        if first in here.tensors or (dot and here.prefix + first in here.inside.tensors):
            return here
        here = here.outer or (here.caller if callers else None)
    return None


def _full_name(name: Scalar, frame: Frame) -> str:
    """The full name of what a name refers to from a frame that has its first part.

    Raises:
        Lost: a fault has left unknown whether there is such.
        Fault: there is none.
    """
    first, *rest = name.text.split(".")
    path, tensors = frame.prefix + first, frame.inside.tensors
    for each in rest:
        outer, path = path, frame.inside.step(path, each)
        if path not in tensors and tensors.get(outer, ...) is None:
            raise Lost
    if rest and path not in tensors:
        start = len(name.text) - len(rest[-1])
        message = f"there is no item `{rest[-1]}` in `{name.text[: start - 1]}`"
        raise Fault(name.part(start, len(rest[-1])), message, _hint_inside(rest[-1], outer, frame))
    return path


def _no_item(name: Scalar, frame: Frame) -> Fault:
    """Say that no item of a name can be referred to here."""
    if "," in name.text:
        listed = ", ".join(each.strip() for each in name.text.split(",") if each.strip())
        message = f"`{name.text}` is a list, which is written in brackets"
        return Fault(name.place, message, write(f"[{listed}]", "write the name of one"))
    first = name.text.partition(".")[0]
    if frame.reserves(first):
        hint = "it stands later, or in a list of its own: only earlier items of this list and those around it count"
    else:
        known = ["prev", "input", *islice(frame.known_names(), MAX_CANDIDATES)]
        hint = meant(first, known, place=name.part(0, len(first)))
    return Fault(name.place, f"there is no earlier item `{first}` here", hint)


def _hint_inside(name: str, outer: str, frame: Frame) -> str:
    """What an item has inside, or how often it ran."""
    times = frame.inside.times.get(outer)
    if times is not None and name.isdecimal():
        return f"it ran {counted(times, 'time')}; the first is 0"
    start = f"{outer}.{times - 1}." if times else f"{outer}."
    latest = islice(reversed(frame.inside.tensors), MAX_LATEST)
    within = (each[len(start) :].partition(".")[0] for each in latest if each.startswith(start))
    known = sorted({*islice(within, MAX_CANDIDATES)})
    return meant(name, known) or "only items with names can be referred to"
