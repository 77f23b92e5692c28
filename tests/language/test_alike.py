"""An item that is read as one that is written alike says what it says when it is read by itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from slips import SLIPS
from specs import read

from netcost import zoo
from netcost.language.alike import Alike
from netcost.language.spec_file import KEPT
from netcost.language.work import Work
from netcost.network import Network
from netcost.source.problem import Problem, SpecError

HEAD = """\
input: [16, 32, 32]
defaults:
  maxpool: {pad: &list [2, 2]}
  dwconv: {pad: [2, 2], stride: 2, norm: batchnorm, act: {leakyrelu: 0.1}}
layers:
"""


def told(network: Network) -> Sequence[object]:
    """All that is known of the layers of a network."""
    return [
        (node.name, node.layer, node.output, node.place, node.shares, node.frozen, node.precision)
        for node in network.nodes
    ]


def found(text: str) -> tuple[Sequence[object], Sequence[Problem], int]:
    """The layers of a spec, or what is wrong with it, and the units of work that it counts as."""
    work = Work()
    try:
        return told(read(text, work)), (), work.spent
    except SpecError as error:
        return (), error.problems, work.spent


def none_is_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on read each item by itself, and each file anew."""
    KEPT.clear()
    monkeypatch.setattr(Alike, "read", lambda *_: None)


OFTEN = ("googlenet", "llama3", "mobilenet_v2", "resnet50")
"""Networks that are looked at each time."""

ITEMS = {
    "words": ["relu", "relu", "relu"],
    "the same fields": ["{conv: 8, kernel: 3, pad: 1}"] * 3,
    "other values": ["{conv: 8, kernel: 3}", "{conv: 4, kernel: 1}", "{conv: 8, kernel: 3}"],
    "another order": ["{conv: 8, kernel: 3}", "{kernel: 3, conv: 8}", "{kernel: 1, conv: 8}"],
    "words as values": ["{conv: 8, kernel: 3, pad: same}", "{conv: 8, kernel: 3, pad: valid}"],
    "lists as values": ["{conv: 8, kernel: 3}", "{conv: 8, kernel: [3, 1]}", "{conv: 8, kernel: [3, 1]}"],
    "quoted values": ["{conv: 8, kernel: 3}", "{conv: '8', kernel: 3}", "{conv: 8, kernel: '3'}"],
    "a field that is cancelled": ["{conv: 8, kernel: 3, pad: 1}", "{conv: 8, kernel: 3, pad: none}", "{conv: 8, kernel: 3, pad: 1}"],
    "a field without a value": ["{conv: 8, kernel: 3, pad: 1}", "{conv: 8, kernel: 3, pad: }"],
    "a head without a value": ["{conv: 8, kernel: 3}", "{conv: , kernel: 3}"],
    "what follows": ["{conv: 8, kernel: 3, norm: batchnorm, act: relu}"] * 2 + ["{conv: 4, kernel: 3, norm: batchnorm, act: gelu}"],
    "what does not follow": ["{conv: 8, kernel: 3, norm: batchnorm}", "{conv: 8, kernel: 3, norm: none}", "{conv: 8, kernel: 3, norm: no}"],
    "a norm of its own fields": ["{conv: 8, kernel: 3, norm: batchnorm}", "{conv: 8, kernel: 3, norm: {groupnorm: 4}}"],
    "names": ["{conv: 8, kernel: 3, name: a}", "{conv: 4, kernel: 3, name: b}", "{conv: 8, kernel: 3, from: a}", "{conv: 8, kernel: 3, name: b}"],
    "numbers of repetitions": ["{conv: 8, kernel: 3, repeat: 2}", "{conv: 8, kernel: 3, repeat: 2}", "{conv: 4, kernel: 3, repeat: 3, first: {pad: 1}}"],
    "expressions": ["{conv: in_channels // 2, kernel: 3, pad: 1}"] * 2 + ["{conv: in_channels // 4, kernel: 3, pad: 1}"],
    "weights of another": ["{conv: 16, kernel: 3, name: a}", "{conv: 16, kernel: 3, share: a}", "{conv: 16, kernel: 3, share: a}"],
    "a misfit later": ["{conv: 8, kernel: 20}", "{conv: 8, kernel: 20}"],
    "a misfit of what follows later": ["flatten", "{linear: 8, act: glu}", "{linear: 7, act: glu}"],
    "a fraction later": ["{conv: in_channels / 4, kernel: 3, pad: 1}"] * 3,
    "a name without a value": ["{conv: 8, kernel: 3, pad: 1}", "{conv: 8, kernel: 3, pad: two}", "{conv: 8, kernel: 3, pad: two}"],
    "a wrong value": ["{conv: 8, kernel: 3, pad: 1}", "{conv: 8, kernel: 3, pad: -1}", "{conv: 0, kernel: 3, pad: 1}"],
    "values that contradict one another": ["{conv: 8, kernel: 3, groups: 2}", "{conv: 9, kernel: 3, groups: 2}", "{conv: 9, kernel: 3, groups: 2}"],
    "a word that is nearly one of the field": ["{conv: 8, kernel: 3, pad: 1}", "{conv: 8, kernel: 3, pad: nonee}", "{conv: 8, kernel: 3, pad: zork}"],
    "a list of the defaults, by its anchor": ["{maxpool: 5, stride: *list}", "{maxpool: 5, stride: 1}"],
    "defaults": ["{dwconv: 3}", "{dwconv: 5}", "{dwconv: 3}"],
    "other values than those of the defaults": ["{dwconv: 3, stride: 1}", "{dwconv: 5, stride: 3}"],
    "other layers that follow than those of the defaults": ["{dwconv: 3, act: relu}", "{dwconv: 5, act: gelu}"],
    "two heads": ["{conv: 8, kernel: 3}", "{conv: 8, kernel: 3, relu: }"],
    "keys of others": ["{bn: , eps: 1}", "{bn: , eps: 1}"],
    "branches": ["concat: [[{conv: 8, kernel: 3, pad: 1}], [{conv: 8, kernel: 3, pad: 1}, relu]]"] * 2,
    "layers of PyTorch": ["Conv2d: [16, 8, 3]", "{Conv2d: [8, 8, 3], padding: 1}", "{Conv2d: [8, 8, 3], padding: 1}"],
}  # fmt: skip


@pytest.mark.parametrize("items", ITEMS.values(), ids=ITEMS)
def test_items_that_are_alike(items: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + "".join(f"  - {item}\n" for item in items)
    together = found(text)
    none_is_alike(monkeypatch)
    assert together == found(text)


@pytest.mark.parametrize("name", SLIPS)
def test_slips_that_are_made_twice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    head, layers, items = SLIPS[name].text.partition("layers:\n")
    text = head + layers + items * 2
    together = found(text)
    none_is_alike(monkeypatch)
    assert together == found(text)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in OFTEN else pytest.mark.slow) for name in zoo.networks()],
)
def test_bundled_networks(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    together = told(zoo.load(name))
    none_is_alike(monkeypatch)
    assert together == told(zoo.load(name))
