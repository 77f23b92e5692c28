"""Items as a spec writes them, from layers with arguments in order and by name: `conv(8, kernel=3)`, `[conv, 8, 3]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from netcost.language.fields import canonical
from netcost.language.heads import is_built_in, is_foreign
from netcost.layers import HEADS, find
from netcost.source.document import Scalar, SequenceNode, YamlNode
from netcost.source.fault import Fault
from netcost.source.problem import Suggestion, write
from netcost.source.respelt import listed, parts

MOST = 256
"""Characters of a call that are looked at."""

_CALL = re.compile(r"(?:(?:self\.)?(?P<name>\w+)\s*=\s*)?(?:\w+\.)*(?P<word>\w+)\s*\((?P<inside>.*)\)[,;]?")
_NAMED = re.compile(r"(\w+)\s*=(?!=)\s*(.+)")
_QUOTED = re.compile(r"(['\"])([\w./-]*)\1")

USUAL = ("stride", "pad")
"""Fields that come by position after those that are needed."""


def is_call(text: str) -> bool:
    """Tell whether an item is written as the call of a layer."""
    found = _CALL.fullmatch(text) if len(text) <= MOST else None
    return found is not None and _is_layer(found["word"])


def no_call(head: Scalar) -> Fault:
    """Say that a layer is no call, and how an item says the same."""
    return Fault(head.place, "a layer is no call here", _chain(_of_call(head.text), _example(head.text)))


def no_list(node: SequenceNode) -> Fault:
    """Say that an item is no list, and how one says the same."""
    hint: str = "write `seq: [...]` to group layers"
    words = [each.text if isinstance(each, Scalar) else "" for each in node]
    if sum(map(_is_layer, words)) > 1 and all(map(_is_layer, words)):
        text = f"{{seq: [{', '.join(words)}]}}"
        hint = write(text, hint)
    elif words and _is_layer(words[0]):
        inside = [_text(each) for each in node.items[1:]]
        if all(inside):
            hint = _chain(list(_items(words[0], inside, {})), _example(words[0]))
    elif any(map(_is_layer, words)):
        hint = _example(next(filter(_is_layer, words)))
    return Fault(node.place, "expected a layer, got a list", hint)


def in_order(head: Scalar, value: SequenceNode, what: str) -> Fault:
    """Say that a list is no value of a layer's own, where its fields may be meant in their order."""
    inside = [_text(each) for each in value]
    hint: str = f"fields stand beside it: write `- {{{head.text}: ..., field: ...}}`"
    readings = list(_in_order(head.text, inside)) if all(inside) else []
    for given in reversed(readings):
        first, *rest = given.items()
        if first[0] == head.text and rest:
            fields = [f"{key}: {each}" for key, each in rest]
            below = "".join(f"\n{' ' * (head.column - 1)}{each}" for each in fields)
            told = f"write `{_item(given)}`"
            hint = Suggestion(told, ", ".join([first[1], *fields]), Suggestion(told, first[1] + below, hint))
    return Fault(value.place, f"{head.text} takes {what}, this is a list", hint)


def _is_layer(word: str) -> bool:
    return is_built_in(word) or is_foreign(word)


def _example(text: str) -> str:
    found = _CALL.fullmatch(text)
    word = found["word"] if found else text
    if word not in HEADS:
        return f"write `- {word}: ...`"
    return f"write `- {_item({word: '', **dict.fromkeys(_needed(word), '...')})}`"


def _chain(texts: Sequence[str], otherwise: str) -> str:
    for text in reversed(texts):
        otherwise = f"write `{text}`" if "..." in text else write(text, otherwise)
    return otherwise


def _of_call(text: str) -> list[str]:
    """What a call may mean as an item, the likeliest first."""
    found = _CALL.fullmatch(text)
    if found is None:
        return []
    positional, named = [], {"name": found["name"]} if found["name"] not in {None, "x", "out"} else {}
    for each in parts(found["inside"]):
        by_name = _NAMED.fullmatch(each)
        if by_name and by_name[2] != "None":
            named[by_name[1]] = _argument(by_name[2])
        elif not by_name:
            positional.append(_argument(each))
    return list(_items(found["word"], positional, named))


def _argument(text: str) -> str:
    """An argument of Python's as YAML writes it; a call in it as an item."""
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return quoted[2]
    inner = _of_call(text) if is_call(text) else []
    return inner[0] if inner else listed(text)


def _text(node: YamlNode) -> str:
    """A value as it is written; empty for what is too much."""
    if isinstance(node, SequenceNode):
        inside = [_text(each) for each in node]
        return f"[{', '.join(inside)}]" if all(inside) else ""
    return node.text if isinstance(node, Scalar) else ""


def _item(entries: Mapping[str, str]) -> str:
    """An item of some keys with their values; the first key is its head, which may have none."""
    texts = [f"{key}: {each}" if each else key for key, each in entries.items()]
    return f"{{{', '.join(texts)}}}" if len(texts) > 1 else texts[0]


def _items(word: str, positional: Sequence[str], named: Mapping[str, str]) -> Iterator[str]:
    """What a layer with its arguments may mean as an item, the likeliest first."""
    if word not in HEADS:
        is_list = len(positional) > 1 or word == "Sequential"
        value = f"[{', '.join(positional)}]" if is_list else "".join(positional)
        yield _item({word: value, **named})
        if positional:
            yield _item({word: "", **named})
        return
    own = {_own_name(word, key): each for key, each in named.items()}
    for given in _in_order(word, positional):
        yield _item({word: "", **dict.fromkeys(_needed(word), "..."), **given, **own})
    if positional and not _needed(word):
        yield _item({word: "", **own})


def _own_name(word: str, key: str) -> str:
    """A field as it stands in an item: what stands under the head by the head."""
    kind = find(word)[0]
    name = canonical(kind, key)
    return word if name == kind.primary else name


def _needed(word: str) -> list[str]:
    """The fields that a layer needs, by their names; what stands under its head by the head."""
    kind = find(word)[0]
    return [_own_name(word, each.name) for each in kind.fields.values() if each.required]


def _in_order(word: str, positional: Sequence[str]) -> Iterator[dict[str, str]]:
    """What arguments by position may be, by name: those of PyTorch begin with what comes in."""
    kind = find(word)[0]
    needed = sorted(_needed(word), key=lambda each: each != word)
    names = [
        *([word] if kind.primary and word not in needed else []),
        *needed,
        *(each for each in USUAL if each in kind.fields),
    ]
    incoming = next((each for each in ("in_channels", "in_features") if each in kind.spelled), "")
    number = len(positional)
    if incoming and len(needed) < number <= len(names) + 1:
        first, *rest = positional
        yield {**dict(zip(names, rest, strict=False)), incoming: first}
    if number <= len(names):
        yield dict(zip(names, positional, strict=False))
