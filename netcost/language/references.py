"""What the names in an item refer to: earlier tensors, and layers whose weights are shared."""

from __future__ import annotations

from itertools import islice

from netcost.language.frame import Flow, Frame, Share
from netcost.language.items import Item
from netcost.language.scope import Lost
from netcost.source.document import Scalar
from netcost.source.fault import Fault, meant
from netcost.source.problem import MAX_CANDIDATES


def sources_of(item: Item, frame: Frame, current: Flow) -> tuple[Flow, ...]:
    """What an item starts from: what `from` names, else what comes in."""
    if item.sources is None:
        return (current,)
    return tuple([find(name, frame, current) for name in item.sources])


def find(name: Scalar, frame: Frame, current: Flow) -> Flow:
    """The tensor behind a name: `prev`, `input`, or an earlier item of this list or one around it."""
    if name.text == "prev":
        return current
    here: Frame | None = frame
    while here is not None:
        if name.text in here.tensors:
            return here.tensors[name.text]
        outermost, here = here, here.outer
    if name.text == "input":
        return outermost.entry
    raise Fault(name.place, f"there is no earlier item `{name.text}` here", _hint_for(name.text, frame))


def shared(item: Item, frame: Frame, path: str, base: str) -> Share:
    """The prefixes of the item's layers and of the layers whose weights they use.

    Repetitions share one by one with those of a repeated item, and all of them with one that is not.
    """
    if item.share is None:
        return frame.traits.share
    if not path:
        raise Fault(
            item.share.place, "only an item with a name can share", "write `name: ...` beside `share`"
        )
    here: Frame | None = frame
    while here is not None:
        if item.share.text in here.targets:
            if here.tensors[item.share.text] is None:
                raise Lost
            if here.targets[item.share.text].repeat is None:
                return path, here.prefix + item.share.text
            if not base:
                raise Fault(
                    item.share.place,
                    f"`{item.share.text}` is repeated, this is not",
                    "repeat it as often",
                )
            return base, here.prefix + item.share.text
        here = here.outer
    find(item.share, frame, None)
    raise Fault(item.share.place, f"`{item.share.text}` is no layer with weights to share")


def _hint_for(name: str, frame: Frame) -> str:
    if frame.reserves(name):
        return "it stands later, or in a list of its own: only earlier items of this list and those around it count"
    return meant(name, ["prev", "input", *islice(frame.known_names(), MAX_CANDIDATES)])
