"""A key that every item may have is one entry of a table, and the place that acts on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from running import Run
from specs import errors, read

from netcost.language.add_layer import LayerAdder
from netcost.language.frame import Traits
from netcost.language.item_keys import ITEM_KEYS, ItemKey
from netcost.language.items import LayerItem
from netcost.language.schema import spec_schema
from netcost.layers.layer import Layer
from netcost.network import Node
from netcost.record import replace
from netcost.source.document import boolean_of

PAGE = Path(__file__).parents[2] / "docs" / "spec-language.md"

WATCHED = ItemKey[bool](
    name="watched",
    help="somebody looks at it",
    schema={"type": "boolean"},
    read=lambda given: boolean_of(given.node),
    default=False,
)
"""A key that nothing else knows."""

Make = Callable[..., Mapping[str, bool]]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Make:
    """Add the key, and read a spec with it: which layers are watched, by name."""
    add = LayerAdder.add

    def layers(text: str, **flags: Any) -> Mapping[str, bool]:
        found: dict[str, bool] = {}

        def noting(
            adder: LayerAdder, path: str, item: LayerItem, layer: Layer, inputs: list[Node], traits: Traits
        ) -> Node:
            found[path] = WATCHED.of(traits.keys if flags.get("inherited") else item.keys)
            return add(adder, path, item, layer, inputs, traits)

        monkeypatch.setattr(LayerAdder, "add", noting)
        monkeypatch.setitem(ITEM_KEYS, "watched", replace(WATCHED, **flags))
        read(text)
        return found

    return layers


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the key."""
    monkeypatch.setitem(ITEM_KEYS, "watched", WATCHED)


def test_it_is_read_for_its_own_item(watched: Make) -> None:
    """Its value is that of the item; where it is left out, the default."""
    assert watched("layers: [{relu, watched: true}, {relu, watched: false}, relu]") == {
        "relu1": True,
        "relu2": False,
        "relu3": False,
    }


def test_it_holds_inside_where_its_entry_says_so(watched: Make) -> None:
    """In groups, blocks, residuals and branches; the innermost wins."""
    text = """
blocks: {B: {layers: [relu, {relu, watched: false}]}}
layers:
  - {name: b, B, watched: true}
  - {watched: true, residual: [tanh], shortcut: [sigmoid]}
  - {concat: {left: [gelu], right: prev}, watched: true}
  - {watched: true, seq: [{watched: false, seq: [elu, {selu, watched: true}]}]}
  - silu
"""
    inside = {
        "b.relu1": True,
        "b.relu2": False,
        "tanh1": True,
        "shortcut.sigmoid1": True,
        "add1": True,
        "left.gelu1": True,
        "concat1": True,
        "elu1": False,
        "selu1": True,
        "silu1": False,
    }
    assert watched(text, inherited=True) == inside
    assert [name for name, value in watched(text).items() if value] == ["add1", "concat1", "selu1"]


FLAGS = [
    pytest.param(
        "in_first",
        "layers: [{name: a, repeat: 2, relu, first: {watched: true}}]",
        {"a.0": True, "a.1": False},
        "net.yaml:2:45 `watched` cannot differ in the first repetition -> keep it beside `repeat`",
        id="first",
    ),
    pytest.param(
        "of_follower",
        "layers: [{conv: 4, kernel: 1, act: {relu, watched: true}}]",
        {"conv1": False, "conv1.act": True},
        "net.yaml:2:43 `watched` has no meaning here -> give it to the item itself",
        id="what follows",
    ),
    pytest.param(
        "beside_let",
        "layers: [{let: {a: 1}, watched: true}, relu]",
        {"relu1": False},
        "net.yaml:2:24 `watched` has no meaning beside `let` -> give it an item of its own",
        id="let",
    ),
    pytest.param(
        "in_defaults",
        "defaults: {relu: {watched: true}}\nlayers: [relu, {relu, watched: false}, tanh]",
        {"relu1": True, "relu2": False, "tanh1": False},
        "net.yaml:2:19 unknown field `watched` for relu -> `watched` stands beside `relu`, not inside it",
        id="defaults",
    ),
]


@pytest.mark.parametrize(("flag", "text", "layers", "error"), FLAGS)
def test_its_entry_says_where_it_may_stand(
    watched: Make, flag: str, text: str, layers: Mapping[str, bool], error: str
) -> None:
    """There it is read; without the flag it is refused at its place."""
    assert watched(text, **{flag: True}) == layers
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ITEM_KEYS, "watched", WATCHED)
        assert errors(text) == [error]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("item", "error"),
    [
        ("{relu, watchd: true}", "unknown field `watchd` for relu -> did you mean `watched`?"),
        ("{seq: [relu], watchd: true}", "unknown field `watchd` for seq -> did you mean `watched`?"),
        (
            "{residual: [relu], watchd: true}",
            "unknown field `watchd` for residual -> did you mean `watched`?",
        ),
        (
            "{conv: {filters: 4, kernel: 1, watched: true}}",
            "unknown field `watched` for conv -> `watched` stands beside `conv`, not inside it",
        ),
        ("{relu, watched: 3}", "expected true or false, got `3`"),
        ("{watched: true}", "no layer in this item, only `watched` -> write `- {conv: 64, kernel: 3}`"),
    ],
)
def test_faults_know_it(item: str, error: str) -> None:
    """Hints name it, and a wrong value is told by its own reader."""
    (found,) = errors(f"layers:\n  - {item}")
    assert re.sub(r"^net\.yaml:\d+:\d+ ", "", found) == error


@pytest.mark.usefixtures("known")
def test_a_parameter_cannot_be_called_so() -> None:
    """A call of the block could not give it."""
    (found,) = errors("blocks: {B: {params: [watched], layers: [relu]}}\nlayers: [{B: 1}]")
    assert "every item has a key `watched` of its own" in found


@pytest.mark.usefixtures("known")
def test_the_schema_has_it() -> None:
    """With its help, for every kind of item; a wrong value is refused in the editor."""
    schema: Any = spec_schema()
    assert schema["definitions"]["common"]["properties"]["watched"] == {
        "type": "boolean",
        "description": "somebody looks at it",
    }
    validator = jsonschema.Draft7Validator(schema)
    for item in ("{relu, watched: %s}", "{seq: [relu], watched: %s}", "{B: 1, watched: %s}"):
        text = f"{{input: [4], layers: [{item}]}}"
        assert validator.is_valid(yaml.safe_load((text % "true").replace("relu,", "relu: ,")))
        assert not validator.is_valid(yaml.safe_load((text % "[3]").replace("relu,", "relu: ,")))


@pytest.mark.usefixtures("known")
def test_the_page_of_a_layer_lists_it(netcost: Run) -> None:
    """As all others that every item may have."""
    found = netcost("layers", "relu").out
    assert f"Every item may also have {', '.join(ITEM_KEYS)}." in " ".join(found.split())


def test_the_page_of_the_language_says_of_each_what_its_entry_says() -> None:
    """All keys are in the table of the page; those of the file, too, are explained there."""
    table = PAGE.read_text(encoding="utf-8").partition("Every item may also have")[2].partition("\n\n**")[0]
    rows = dict(re.findall(r"^\| (`.*?`) \| (.*) \|$", table, re.MULTILINE))
    told = {name: text for names, text in rows.items() for name in re.findall(r"`(\w+)`", names)}
    assert told == {key.name: key.help for key in ITEM_KEYS.values()} | dict.fromkeys(
        ("dtype", "note"), "as for the file"
    )
