"""Whatever a file holds: a network that can be analyzed, or errors that can be shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quick import others_slow

import netcost
from netcost.analysis.costs import analyze
from netcost.language.frameworks import WRAPPERS, signatures
from netcost.language.spellings import words_of
from netcost.language.work import Work
from netcost.layers import HEADS, all_types, find
from netcost.layers.layer import Declared
from netcost.number import known_part
from netcost.report import METRICS
from netcost.source.problem import SpecError
from netcost.spec.load import load_network

CONFIGS = sorted((Path(netcost.__file__).parents[1] / "configs").glob("*.yaml"))
EXAMPLES = settings().max_examples
MANY = settings(max_examples=3 * EXAMPLES, suppress_health_check=list(HealthCheck))

LITTLE = 10_000
"""Units of work: what is large is tested elsewhere."""


def check(data: bytes) -> None:
    """Read a spec: its network can be analyzed, its errors can be shown."""
    try:
        network = load_network(data, "net.yaml", work=Work(LITTLE))
    except SpecError as error:
        text = str(error)
    else:
        report = analyze(network)
        text = " ".join([report.name, *(row.label for row in report)])
        assert len(report) == sum(not node.layer.unseen for node in network.nodes)
        assert min(known_part(report.totals[metric]) for metric in METRICS) >= 0
    assert text


# -- documents made of the declarations

Strategy = st.SearchStrategy[Any]

rarely = st.integers(0, 31).map(lambda number: number == 17)  # hypothesis likes the ends of a range
names = st.sampled_from(["a", "b", "c", "input", "prev", "x"])
references = names | names | st.sampled_from(["a.b", "b.c", "a.0", "a.b.c", "a.1.b", "x.a", "a."])
numbers = st.integers(0, 8) | st.sampled_from([-1, 16, 0.5, 2.0, 10**12])
expressions = st.sampled_from(
    [
        *("n", "wide", "flag", "sizes", "in_channels", "in_height", "i", "unknown"),
        *("2 ** n", "2 ** 10 ** 10", "[1, 2][i]", "[sizes, sizes]", "[n]"),
        *("2 * n", "n > 1", "not flag", "in_channels // 2", "sizes[0]", "n / 0", "1 +"),
    ]
)
scalars = numbers | expressions | st.booleans() | st.none() | st.sampled_from(["same", "none", "relu"])
values = scalars | st.lists(scalars | st.lists(numbers, max_size=2), max_size=3)


@st.composite
def some_of(draw: st.DrawFn, entries: dict[str, Strategy]) -> dict[str, Any]:
    """A few of the keys, each with a value."""
    return {key: draw(value) for key, value in entries.items() if draw(rarely)}


def fitting(declared: Declared) -> Strategy:
    """Values that a field is likely to take."""
    small = st.integers(1, 4)
    if declared.type.words:
        return st.sampled_from(declared.type.words) | small
    return small | small | st.booleans() | st.lists(st.integers(1, 8), min_size=1, max_size=3)


@st.composite
def fields(draw: st.DrawFn, head: str) -> dict[str, Any]:
    """Fields of a layer type, those it needs and a few others, most of them right."""
    kind, _ = find(head)
    found: dict[str, Any] = {}
    for declared in kind.fields.values():
        if declared.required or draw(rarely):
            spelling = draw(st.sampled_from([declared.name, *declared.aliases]))
            found[spelling] = draw(values if draw(rarely) else fitting(declared))
    return found


ANYWHERE = ("relu", "gelu", "identity", "dropout", "batchnorm", "rmsnorm", "add", "mul", "concat")
"""Layers that take what they are given, so that networks become longer."""

FOLLOWERS: dict[str, Strategy] = {
    "norm": st.sampled_from(["batchnorm", "layernorm", "none", {"groupnorm": 2}, "conv", 3]),
    "act": st.sampled_from(["relu", "none", {"leakyrelu": 0.1}, {"relu": None, "if": "n > 1"}, ["relu"]]),
}
COMMON: dict[str, Strategy] = {
    "name": names | st.sampled_from(["d", "e", "f", "g", 3, "2nd"]),
    "repeat": st.integers(0, 3) | values,
    "from": references | st.lists(references, max_size=3) | values,
    "if": st.booleans() | values,
    "first": some_of(dict.fromkeys(("stride", "filters", "width", "name", "shortcut"), values)),
    "share": references | st.dictionaries(st.sampled_from(["weight", "bias", "b"]), references, max_size=2),
    "frozen": st.booleans() | values | st.just("weight") | st.just(["bias", "weight"]),
    "training_only": st.booleans() | values,
    "dtype": st.sampled_from(
        [
            *("int4", "float16/int8", {"weights": "int8"}, "float", 3, "nf4", "q4_0", "mxfp8/fp8_block"),
            *({"format": "int4", "group": group, "scale": "float16"} for group in (3, "row", [2, 2], 0)),
        ]
    ),
    "note": values,
    "stride": numbers,
}
items: Strategy = st.deferred(lambda: st.one_of(*any_item()))
bodies: Strategy = st.lists(items, max_size=4) | items
words: Strategy = st.sampled_from(
    ["relu", "gap", "flatten", "to_tokens", "layernorm", "Block", "nonsense", 3, None, []]
)
operands: Strategy = st.one_of(
    st.lists(st.sampled_from(["input", "prev"]), min_size=2, max_size=3),
    st.lists(references, max_size=3),
    st.lists(st.sampled_from(["input", "prev"]) | st.lists(items, max_size=2), min_size=2, max_size=3),
    st.lists(references | items | st.lists(items, max_size=2), max_size=3),
    st.dictionaries(names, bodies | names, min_size=2, max_size=3),
    st.dictionaries(names, bodies, min_size=2, max_size=3),
)


def any_item() -> list[Strategy]:
    """What may stand in a list of layers, mostly layers."""
    return [layers(), layers(), layers(), layers(), words, calls_of_blocks(), calls_of_frameworks(), groups()]


@st.composite
def layers(draw: st.DrawFn) -> dict[str, Any]:
    """A built-in layer, its fields beside its head or inside it."""
    head = draw(st.sampled_from(ANYWHERE) | st.sampled_from([*HEADS]))
    kind, _ = find(head)
    own = draw(fields(head))
    if draw(rarely):
        own |= draw(some_of(dict.fromkeys(sorted(words_of(kind.type)), values)))
    item = {head: draw(values if draw(rarely) else operands), **own} if kind.arity[0] > 1 else {head: own}
    if kind.arity[0] == 1 and draw(st.booleans()):
        item = {head: None, **own, **draw(some_of(FOLLOWERS))}
    return {**item, **draw(some_of(COMMON))}


@st.composite
def calls_of_blocks(draw: st.DrawFn) -> dict[str, Any]:
    """A call of a block."""
    name = draw(st.sampled_from(["Block", "Other", "Unknown" if draw(rarely) else "Block"]))
    arguments = values if draw(rarely) else some_of({"width": values, "depth": values})
    return {name: draw(arguments), **draw(some_of(COMMON))}


@st.composite
def calls_of_frameworks(draw: st.DrawFn) -> dict[str, Any]:
    """A layer as PyTorch or Keras write it, with arguments by position, by name or both; or one that holds another."""
    name = draw(st.sampled_from([*signatures(), *WRAPPERS]))
    if name in WRAPPERS:
        held = items | st.lists(items, max_size=2) | st.fixed_dictionaries({"layer": items}) | values
        return {name: draw(held), **draw(some_of({"merge_mode": values, "trainable": values, **COMMON}))}
    signature = draw(st.sampled_from(signatures()[name]))
    needed = list(signature.arguments)[: signature.least]
    by_name = {word: draw(numbers | values) for word in needed if draw(st.booleans())}
    by_name |= draw(some_of(dict.fromkeys(signature.arguments, values)))
    positional = draw(st.none() | numbers | st.lists(numbers | values, max_size=4))
    return {name: positional, **by_name, **draw(some_of(COMMON))}


@st.composite
def groups(draw: st.DrawFn) -> dict[str, Any]:
    """A residual, a group, or names for values."""
    head = draw(st.sampled_from(["residual", "seq", "let"]))
    if head == "let":
        bindings = st.dictionaries(st.sampled_from(["n", "wide", "other", "in_channels"]), values, max_size=2)
        return {"let": draw(values if draw(rarely) else bindings)}
    more = {"shortcut": bodies, "shortcut_if": st.booleans() | values, "act": FOLLOWERS["act"]}
    own = draw(some_of(more)) if head == "residual" else {}
    return {head: draw(bodies), **own, **draw(some_of(COMMON))}


inputs = st.sampled_from(
    [
        [3, 8, 8],
        [12],
        {"signal": [2, 16]},
        {"sequence": [4, 8]},
        {"tokens": 6},
        {"volume": [2, 4, 4, 4]},
        [3, "n", 8],
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A spec, in JSON, which is YAML."""
    block = {
        "inputs": st.lists(names, max_size=2),
        "outputs": st.lists(references, max_size=2),
        "params": st.just([{"width": 4}, {"depth": "2 * n"}]),
    }
    document: dict[str, Any] = {
        "params": {"n": 2, "wide": 0.5, "flag": True, "sizes": [1, 2]},
        "input": draw(inputs),
        "blocks": {name: {"layers": draw(bodies), **draw(some_of(block))} for name in ("Block", "Other")},
        "layers": draw(st.lists(items, min_size=1, max_size=6)),
    }
    defaults = st.dictionaries(
        st.sampled_from([*HEADS]), some_of({"stride": values, **FOLLOWERS}), max_size=2
    )
    rest: dict[str, Strategy] = {
        "defaults": defaults | values,
        "outputs": st.lists(references, max_size=2) | values,
        "batch": values,
        "dtype": COMMON["dtype"],
        "variants": values,
        "imports": st.just({"other": "other.yaml"}) | values,
        "inputs": st.dictionaries(names, inputs, max_size=2),
        "name": values,
        "unknown": values,
    }
    return json.dumps({**document, **draw(some_of(rest))}).encode()


@MANY
@given(documents())
def test_documents_of_the_declarations_are_read_or_refused(data: bytes) -> None:
    """Every layer type with every field, right and wrong, in every arrangement."""
    check(data)


@pytest.mark.parametrize("head", others_slow(HEADS, {kind.type for kind in all_types()}))
@settings(MANY, max_examples=EXAMPLES // 4)
@given(data=st.data())
def test_every_layer_type_answers_or_says_why_not(head: str, data: st.DataObject) -> None:
    """One layer alone, on every kind of input."""
    kind, _ = find(head)
    own = data.draw(fields(head))
    item = {head: ["input", "input"], **own} if kind.arity[0] > 1 else {head: own}
    spec = {"params": {"n": 2}, "input": data.draw(inputs), "layers": [item]}
    check(json.dumps(spec).encode())


# -- mangled files

TOKENS = st.sampled_from(
    [
        *(
            b"[",
            b"]",
            b"{",
            b"}",
            b":",
            b"- ",
            b", ",
            b"\n",
            b"  ",
            b'"',
            b"'",
            b"#",
            b"&a ",
            b"*a",
            b"!!int ",
            b"\t",
        ),
        *(b"0", b"-1", b"1e9", b"99999999999999999999", b"true", b"none", b"prev", b"input", b"relu", b"gap"),
        *(
            b"repeat: 3",
            b"if: false",
            b"from: prev",
            b"name: a",
            b"share: embed",
            b"first: {stride: 2}",
            b"linear: 4",
        ),
        *(b"\xff", b"\x00", b"\xe2\x80\xa8", b"\xf0\x9f\x98\x80"),
    ]
)


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A bundled file, in which some pieces are missing, doubled, moved or replaced."""
    data = draw(st.sampled_from(CONFIGS)).read_bytes()
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        change = draw(st.sampled_from(["remove", "double", "move", "insert", "replace"]))
        piece = data[start:end]
        if change == "remove":
            data = data[:start] + data[end:]
        elif change == "double":
            data = data[:end] + piece + data[end:]
        elif change == "move":
            rest = data[:start] + data[end:]
            target = draw(st.integers(0, len(rest)))
            data = rest[:target] + piece + rest[target:]
        else:
            data = data[:start] + draw(TOKENS) + data[start if change == "insert" else end :]
    return data


@MANY
@given(mangled())
def test_mangled_files_are_read_or_refused(data: bytes) -> None:
    """Bundled files with pieces missing, doubled, moved or replaced."""
    check(data)
