"""Reading a spec's text: positions, values, what is refused, and what hostile files meet."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from running import calls_below

from netcost.place import Place
from netcost.spec import composer
from netcost.spec.composer import MAX_DEPTH, MAX_NODES, MAX_PROBLEMS, MAX_VISITS
from netcost.spec.document import Document, MappingNode, Scalar, SequenceNode, YamlNode
from netcost.spec.problem import Problem, SpecError
from netcost.spec.read_document import parse_document, read_document
from netcost.spec.syntax import Stop, explain

PATH = "net.yaml"
LENET = b"""\
name: lenet
input: [1, 28, 28]   # C, H, W
params: {width: 1.0, deep: true}
layers:
  - {name: conv1, conv: 20, kernel: 5, pad: 2}
  - relu
  - conv:
      filters: "2 * width"
      kernel: 5
  - {EncoderBlock, repeat: depth}
  - linear: 10
"""


def read(text: str) -> Document:
    """Read a text that has no fault."""
    document = parse_document(text.encode(), PATH)
    assert document.problems == ()
    return document


def faults(text: str | bytes) -> tuple[Problem, ...]:
    """All problems of a text, whether or not they end the reading."""
    try:
        return parse_document(text if isinstance(text, bytes) else text.encode(), PATH).problems
    except SpecError as error:
        return error.problems


def the_fault(text: str | bytes) -> Problem:
    """The only problem of a text."""
    (problem,) = faults(text)
    return problem


def data(node: YamlNode) -> Any:
    """A tree as plain Python data, keys by their text."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, SequenceNode):
        return [data(item) for item in node]
    return {key.text: data(value) for key, value in node}


def scalars(node: YamlNode) -> Iterator[Scalar]:
    """All scalars of a tree, keys among them, in the order of the text."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, SequenceNode):
        for item in node:
            yield from scalars(item)
    else:
        for key, value in node:
            yield key
            yield from scalars(value)


def mapping(text: str) -> MappingNode:
    """The mapping that a faultless text is."""
    root = read(text).root
    assert isinstance(root, MappingNode)
    return root


def scalar(text: str) -> Scalar:
    """The value of the key `a` of a faultless text."""
    node = mapping(text).get("a")
    assert isinstance(node, Scalar)
    return node


@pytest.fixture(params=["libyaml", "python"])
def either_scanner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with libyaml's scanner and with PyYAML's own."""
    if request.param == "python":
        monkeypatch.setattr(composer, "_LOADER", yaml.SafeLoader)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML was built without libyaml")


# The tree


@pytest.mark.usefixtures("either_scanner")
def test_a_spec_becomes_a_tree_of_values() -> None:
    """Block and flow styles give the same nodes; a key without value in a flow mapping has the value None."""
    assert data(parse_document(LENET, PATH).root) == {
        "name": "lenet",
        "input": [1, 28, 28],
        "params": {"width": 1.0, "deep": True},
        "layers": [
            {"name": "conv1", "conv": 20, "kernel": 5, "pad": 2},
            "relu",
            {"conv": {"filters": "2 * width", "kernel": 5}},
            {"EncoderBlock": None, "repeat": "depth"},
            {"linear": 10},
        ],
    }


@pytest.mark.usefixtures("either_scanner")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["name"], "net.yaml:1:7+5"),
        (["input"], "net.yaml:2:8+11"),
        (["input", 2], "net.yaml:2:16+2"),
        (["layers"], "net.yaml:5:3+1"),
        (["layers", 0], "net.yaml:5:5+42"),
        (["layers", 0, "kernel"], "net.yaml:5:37+1"),
        (["layers", 2, "conv", "filters"], "net.yaml:8:16+11"),
        (["layers", 3, "EncoderBlock"], "net.yaml:10:18+1"),
    ],
)
def test_every_node_knows_its_place(path: list[str | int], expected: str) -> None:
    """Line and column count from 1; the width covers quotes and brackets, of a block only its start."""
    node: Any = parse_document(LENET, PATH).root
    for step in path:
        node = node.items[step] if isinstance(step, int) else node.get(step)
    assert f"{node.place}+{node.place.width}" == expected


def test_a_mapping_gives_nodes_and_keys_by_name() -> None:
    """`get` finds the node, `key` the key with its place; unknown names give None."""
    root = mapping("a: 1\nb: two\n")
    assert [key.text for key, _ in root] == [key.text for key, _ in root.entries] == ["a", "b"]
    assert data(root.get("b") or root) == "two"
    key = root.key("b")
    assert key is not None
    assert key.place == Place(PATH, 2, 1, 1)
    assert root.get("c") is None
    assert root.key("c") is None
    assert "a" in root
    assert "c" not in root
    assert len(root) == 2
    items = read("[1, 2, 3]").root
    assert isinstance(items, SequenceNode)
    assert len(items) == 3


@pytest.mark.usefixtures("either_scanner")
def test_text_over_several_lines_covers_its_first() -> None:
    """A folded or block text has the place and the width of its first line."""
    assert scalar("a: one\n  two\nb: 1\n").place == Place(PATH, 1, 4, 3)
    assert scalar("a: one\n  two\nb: 1\n").value == "one two"
    assert scalar("a: |\n  one\n  two\n").value == "one\ntwo\n"
    assert scalar("a: |\n  one\n").place == Place(PATH, 1, 4, 1)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("a: 4 * width", 4, Place(PATH, 1, 8, 5)),
        ("a: '4 * width'", 4, Place(PATH, 1, 9, 5)),
        ('a: "4 * width"', 4, Place(PATH, 1, 9, 5)),
        ('a: "4 *\\twidth"', 4, Place(PATH, 1, 4, 12)),
        ("a: &n 4 * width", 4, Place(PATH, 1, 4, 12)),
        ("a: 4 *\n  width", 4, Place(PATH, 1, 4, 3)),
    ],
)
def test_a_part_of_a_text_has_a_place(text: str, offset: int, expected: Place) -> None:
    """A part of an expression is found behind its quote; with escapes, anchors or folds it is the whole."""
    assert scalar(text).part(offset, 5) == expected


def test_windows_line_ends_and_a_byte_order_mark_leave_no_trace() -> None:
    """CRLF, a lone CR and a BOM change neither values nor places nor the lines of messages."""
    document = parse_document(b"\xef\xbb\xbfa: 1\r\nb: 2\rc: 3\n", PATH)
    assert data(document.root) == {"a": 1, "b": 2, "c": 3}
    assert [node.line for node in scalars(document.root)] == [1, 1, 2, 2, 3, 3]
    assert document.lines == ["a: 1", "b: 2", "c: 3", ""]


# Values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("0", 0),
        ("+3", 3),
        ("-4", -4),
        ("9223372036854775807", 2**63 - 1),
        ("1.5", 1.5),
        ("-0.5", -0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1e-3", 0.001),
        ("1E+3", 1000.0),
        ("2.5e2", 250.0),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("none", "none"),
        ("y", "y"),
        ("n", "n"),
        ("2x", "2x"),
        ("-x", "-x"),
        ("1.2.3", "1.2.3"),
        ("2020-01-01", "2020-01-01"),
        ("e3", "e3"),
        ("_1", "_1"),
        ("inf", "inf"),
        ("min(3, 4)", "min(3, 4)"),
        ("note (see", "note (see"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("'yes'", "yes"),
        ("'010'", "010"),
    ],
)
def test_plain_words_follow_yaml_1_2(text: str, value: object) -> None:
    """Decimal numbers, true, false and null are values; all else, and all that is quoted, is text."""
    node = scalar(f"a: {text}\n")
    assert (node.value, type(node.value)) == (value, type(value))


@pytest.mark.usefixtures("either_scanner")
@pytest.mark.parametrize(
    ("text", "hint", "value"),
    [
        ("yes", "write `true`", True),
        ("No", "write `false`", False),
        ("ON", "write `true`", True),
        ("off", "write `false`", False),
        ("010", "write `10`, or `8` if octal was meant", 10),
        ("-08", "write `-8`", -8),
        ("00", "write `0`", 0),
        ("0o17", "write `15`", 15),
        ("0x1F", "write `31`", 31),
        ("0b11", "write `3`", 3),
        ("1_000", "write `1000`", 1000),
        ("1_0.5", "write `10.5`", 10.5),
        ("1:30", "write `90`", 90),
        ("-1:00", "write `-60`", -60),
        (".inf", "write a finite number", 1),
        ("-.Inf", "write a finite number", 1),
        (".nan", "write a finite number", 1),
        ("9223372036854775808", "below 2^63 = 9,223,372,036,854,775,808", 1),
        ("-9223372036854775808", "below 2^63", 1),
        ("1e19", "below 2^63", 1),
        ("1e999", "below 2^63", 1),
        ("1" * 5000, "below 2^63", 1),
        ("0" + "7" * 5000, "below 2^63", 1),
        ("0x" + "f" * 16, "below 2^63", 1),
        ("9_" + "9" * 5000, "below 2^63", 1),
        ("1" + ":59" * 99, "below 2^63", 1),
        ("9" * 5000 + ":59", "below 2^63", 1),
        ("9223372036854775808.0", "below 2^63", 1),
        ("0x8000000000000000", "below 2^63", 1),
        ("-0x8000000000000000", "below 2^63", 1),
        ("0x7fffffffffffffff", "write `9223372036854775807`", 2**63 - 1),
        ("15:15:13:34:32:31:55:20:15:30:8", "below 2^63", 1),
        ("15:15:13:34:32:31:55:20:15:30:7", "write `9223372036854775807`", 2**63 - 1),
    ],
)
def test_doubtful_spellings_are_refused_with_the_one_to_use(text: str, hint: str, value: object) -> None:
    """What readers of YAML 1.1 take for something else is refused; reading goes on with what was meant."""
    document = parse_document(f"b: 1\na: {text}\n".encode(), PATH)
    (problem,) = document.problems
    assert problem.place == Place(PATH, 2, 4, len(text))
    assert hint in (problem.hint or "")
    assert len(problem.message) < 150
    assert data(document.root)["a"] == value


# What is refused


@pytest.mark.usefixtures("either_scanner")
@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1, "the key `a` is given twice"),
        ("{a: 1, a: 2}", 1, 8, "the key `a` is given twice"),
        ("a: 1\n'a': 2\n", 2, 1, "the key `a` is given twice"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", 3, 3, "merge keys are not used in a spec"),
        ("a: !!int 3\n", 1, 4, "tags are not used in a spec"),
        ("a: !layer {b: 1}\n", 1, 4, "tags are not used in a spec"),
        ("a: ! b\n", 1, 4, "tags are not used in a spec"),
        ("if: !x\n", 1, 5, "tags are not used in a spec"),
        ("[1, 2]: 3\n", 1, 1, "a key must be a single word"),
        ("- {conv: {{width}}}\n", 1, 11, "a key must be a single word"),
        ("? {a: 1}\n: 3\n", 1, 3, "a key must be a single word"),
        ("? \n: 1\n", 1, 2, "there is no key before this colon"),
        ("a: 1\n---\nb: 1\n", 2, 1, "a second document starts here"),
        ('a: "x\\0"\n', 1, 4, "this text holds a control character"),
        ('a: "\\e[31mred"\n', 1, 4, "this text holds a control character"),
        ("on: 1\n", 1, 1, "`on` means true to some readers and a word to others"),
    ],
)
def test_what_a_spec_does_not_use_is_refused(text: str, line: int, column: int, message: str) -> None:
    """Duplicate and merge keys, tags, keys that are no words, second documents: one fault, at its place."""
    problem = the_fault(text)
    assert (problem.place.line, problem.place.column, problem.message) == (line, column, message)


def test_reading_goes_on_after_what_is_refused() -> None:
    """All faults that leave the rest readable are found in one run, and the tree holds the rest."""
    document = parse_document(b"a: yes\nb: 010\na: 3\n<<: 1\nc: !x 1\n[d]: 2\ne: 1_0\n", PATH)
    assert [problem.place.line for problem in document.problems] == [1, 2, 5, 7, 3, 6, 4]
    assert data(document.root) == {"a": True, "b": 10, "c": 1, "e": 10}


def test_the_first_of_duplicate_keys_is_kept_and_shown() -> None:
    """A duplicate key points at the key that came first."""
    document = parse_document(b"a: 1\nb: 2\na: 3\n", PATH)
    assert data(document.root) == {"a": 1, "b": 2}
    assert document.problems[0].related == ((Place(PATH, 1, 1, 1), "first given here"),)


def test_faults_before_a_fatal_one_are_told_too() -> None:
    """An error that ends the reading comes with the faults found before it."""
    assert [problem.place.line for problem in faults("a: yes\nb: [1, 2\n")] == [1, 2]


@pytest.mark.parametrize(
    ("text", "joined", "place"),
    [
        ("- {conv: min(3, 4), kernel: 3}", [{"conv": "min(3, 4)", "kernel": 3}], Place(PATH, 1, 10, 9)),
        ("- [max(1,2), 3]", [["max(1, 2)", 3]], Place(PATH, 1, 4, 8)),
        ("- {a: max(min(3, b), 4, 5)}", [{"a": "max(min(3, b), 4, 5)"}], Place(PATH, 1, 7, 20)),
        ("[conv: min(3, 4), relu]", [{"conv": "min(3, 4)"}, "relu"], Place(PATH, 1, 8, 9)),
        ("[min(3,\n 4)]", ["min(3, 4)"], Place(PATH, 1, 2, 5)),
    ],
)
def test_an_expression_with_a_comma_needs_quotes(text: str, joined: object, place: Place) -> None:
    """YAML splits it between brackets; it is reported once, with the quotes to write, and put together again."""
    document = parse_document(text.encode(), PATH)
    (problem,) = document.problems
    assert problem.place == place
    assert problem.hint is not None
    assert problem.hint.startswith('an expression that contains a comma needs quotes: "m')
    assert data(document.root) == joined


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("- conv: min(3, 4)", [{"conv": "min(3, 4)"}]),
        ("{conv: 'min(3, 4)', kernel: 3}", {"conv": "min(3, 4)", "kernel": 3}),
        ("{note: see (a, conv: 3}", {"note": "see (a", "conv": 3}),
        ("{note: '(a', b}", {"note": "(a", "b": None}),
        ("[{note: (a}, b]", [{"note": "(a"}, "b"]),
        ("[(a, [b]]", ["(a", ["b"]]),
        ("[{}, (a]", [{}, "(a"]),
        ("[(a, 'b']", ["(a", "b"]),
    ],
)
def test_other_parentheses_are_left_alone(text: str, value: object) -> None:
    """In block style and in quotes commas split nothing; what is no split expression stays as it is."""
    assert data(read(text).root) == value


# Anchors


@pytest.mark.usefixtures("either_scanner")
def test_aliases_stand_for_what_is_anchored() -> None:
    """An alias repeats its node; a new anchor of the same name replaces the old one."""
    text = "a: &n 3\nb: *n\nc: &m [1, 2]\nd: [*m, *m]\ne: &n 4\nf: *n\n*n : g\n"
    lists = [[1, 2], [1, 2]]
    assert data(read(text).root) == {"a": 3, "b": 3, "c": [1, 2], "d": lists, "e": 4, "f": 4, "4": "g"}


def test_an_alias_of_a_value_has_its_own_place() -> None:
    """A fault in an aliased value is shown where it is used."""
    node = mapping("b: &n 3\na: *n\n").get("a")
    assert node is not None
    assert node.place == Place(PATH, 2, 4, 2)


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (
            "a: *x\n",
            Place(PATH, 1, 4, 2),
            "there is no `&x` above for this alias",
            "quote it if no alias is meant",
        ),
        (
            "a: &wide 1\nb: *wid\n",
            Place(PATH, 2, 4, 4),
            "there is no `&wid` above for this alias",
            "did you mean `*wide`?",
        ),
        ("a: &x [1, *x]\n", Place(PATH, 1, 11, 2), "the alias `*x` stands inside what it stands for", None),
        (
            "b: &x 1\na: &x {c: *x}\n",
            Place(PATH, 2, 11, 2),
            "the alias `*x` stands inside what it stands for",
            None,
        ),
    ],
)
def test_an_alias_needs_an_anchor_before_it(text: str, place: Place, message: str, hint: str | None) -> None:
    """Unknown names and nodes that would contain themselves are refused."""
    assert the_fault(text) == Problem(place, message, hint)


# Broken YAML


SYNTAX = [
    # tabs
    ("a:\n\tb: 1\n", 2, 1, "a tab cannot indent a line", "use spaces"),
    ("layers:\n  - conv: 1\n\t- relu\n", 3, 1, "a tab cannot indent a line", "use spaces"),
    ("layers:\n  \t- conv: 1\n", 2, 3, "a tab cannot indent a line", "use spaces"),
    # quotes
    ('a: "foo\nb: 3\n', 1, 4, "this quote is never closed", "close it"),
    ("- a\n- 'foo\n", 2, 3, "this quote is never closed", "close it"),
    ("note: 'it's'\n", 1, 11, "this cannot follow a finished value", "quote the whole value"),
    ("surplus: 'b' c\n", 1, 14, "this cannot follow a finished value", "quote the whole value"),
    ("a: [b] c\n", 1, 8, "this cannot follow a finished value", "quote the whole value"),
    # signs that cannot start a value
    ("a: %x\n", 1, 4, "a value cannot start with `%`", "put it in quotes"),
    ("a: @x\n", 1, 4, "a value cannot start with `@`", "put it in quotes"),
    ("a: `x`\n", 1, 4, "a value cannot start with a backtick", "put it in quotes"),
    ("a: [&]\n", 1, 6, "`&` must be followed by a name", "quote text that starts with `&`"),
    ("a: *\n", 1, 5, "`*` must be followed by a name", "quote text that starts with `*`"),
    ("a: & b\n", 1, 5, "`&` must be followed by a name", "quote text that starts with `&`"),
    ("a: ? b\n", 1, 4, "`?` cannot stand here", "quote text that starts with `?`"),
    ("a: |x\n  foo\n", 1, 5, "no text can follow `|` or `>` on its line", "quote text"),
    ("%x: a\n", 1, 3, "lines that start with `%` are not used", "remove it"),
    ("%YAML 3.0\n---\na: 1\n", 1, 1, "this version of YAML is not known", "remove the `%YAML` line"),
    ("%YAML 1.2\n%YAML 1.2\n---\na: 1\n", 2, 1, "lines that start with `%` are not used", "remove it"),
    ("%TAG ! foo\n---\na: 1\n", 1, 1, "tags are not used in a spec", "remove this line"),
    ("a: !<x y\n", 1, 7, "tags are not used in a spec", "quote it"),
    ("a: !e!x 1\n", 1, 4, "tags are not used in a spec", "quote it"),
    # brackets
    ("a: [1, 2\n", 1, 4, "this `[` is never closed", "close it with `]`"),
    ("a: [1, 2\nb: 3\n", 1, 4, "this `[` is never closed", "close it with `]`"),
    ("a: [1,\n# x", 1, 4, "this `[` is never closed", "close it with `]`"),
    ("- {conv: 64, kernel: 3\n- {maxpool: 2}\n", 1, 3, "this `{` is never closed", "close it with `}`"),
    ("layers: [conv: 1, relu\ninput: [1]\n", 1, 9, "this `[` is never closed", "close it with `]`"),
    ("a: [1, 2}\n", 1, 9, "`[` cannot be closed by `}`", "write `]`"),
    ("a: {b: [1, 2}\n", 1, 13, "`[` cannot be closed by `}`", "write `]`"),
    ("a: [1]]\n", 1, 7, "this `]` closes nothing", "remove it"),
    ("a: ]\n", 1, 4, "this `]` closes nothing", "remove it"),
    ("{a: b: c}\n", 1, 6, "expected `,` or `}` before this colon", "separate entries by commas"),
    ("{a: 1 b: 2}\n", 1, 8, "expected `,` or `}` before this colon", "separate entries by commas"),
    ("{a: 1\n b: 2}\n", 2, 3, "expected `,` or `}` before this colon", "separate entries by commas"),
    ("{a: [1] b: 2}\n", 1, 9, "expected `,` or `}` here", "separate the entries by commas"),
    ("['a' 'b']\n", 1, 6, "expected `,` or `]` here", "separate the entries by commas"),
    ("a: [1, , 2]\n", 1, 8, "there is nothing before this comma", "remove it"),
    ("a: [- b]\n", 1, 5, "no list item with `-` can stand between brackets", "separate the items by commas"),
    (
        "a: [b,\n  - c]\n",
        2,
        3,
        "no list item with `-` can stand between brackets",
        "separate the items by commas",
    ),
    (
        "- {repeat: depths[0], pad: 1}\n",
        1,
        12,
        "an expression with `[` needs quotes between brackets",
        'write "depths[0]"',
    ),
    (
        "- {a: 3 * d[0][1]}\n",
        1,
        11,
        "an expression with `[` needs quotes between brackets",
        'write "d[0][1]"',
    ),
    (
        "- {note: 'x[1]', repeat: d[0]}\n",
        1,
        26,
        "an expression with `[` needs quotes between brackets",
        'write "d[0]"',
    ),
    ("- {conv: ${w}, pad: 1}\n", 1, 11, "an expression needs no `${}`", "write it bare"),
    ("- ['a' [b]]\n", 1, 8, "expected `,` or `]` here", "separate the entries by commas"),
    # colons
    ("a: b: c\n", 1, 5, "a second colon on this line", "one `key: value` a line"),
    ("- conv: 64 kernel: 3\n", 1, 18, "a second colon on this line", "one `key: value` a line"),
    ("a: 1\nfoo\nb: 2\n", 2, 1, "this line has no colon", "write `foo: ...`, or `- foo` in a list"),
    ("a: 1\nfoo\n", 2, 1, "this line has no colon", "write `foo: ...`"),
    ("a\nb: 1\n", 1, 1, "this line has no colon", "write `a: ...`"),
    ("a:1\nb: 2\n", 1, 2, "there is no space after this colon", "write `key: value`"),
    ("a: 1\nb:2\n", 2, 2, "there is no space after this colon", "write `key: value`"),
    (": a\n", 1, 1, "there is no key before this colon", "write `key: value`"),
    ("x" * 1100 + ": 1\n", 1, 1101, "this colon follows no key", "quote text that contains a colon"),
    # indentation
    ("a: 1\n  b: 2\n", 2, 3, "this line is indented deeper, though the line above has a value", "align it"),
    (
        "- conv: 1\n\n   pad: 2\n",
        3,
        4,
        "this line is indented deeper, though the line above has a value",
        "align it",
    ),
    ("a: 1\n# b\n  c: 2\n", 3, 3, "the indentation of this line fits no line above", "align it"),
    ("a:\n    b: 2\n  c: 3\n", 3, 3, "the indentation of this line fits no line above", "align it"),
    ("layers:\n  - conv: 1\n - relu\n", 3, 2, "the indentation of this line fits no line above", "align it"),
    ("a:\n  - b\n  c: 1\n", 3, 3, "a list item must start with `- `", "indent this line as its key is"),
    ("a:\n  - b\n c: 1\n", 3, 2, "the indentation of this line fits no line above", "align it"),
    ("a: - b\n", 1, 4, "a list cannot begin on the line of its key", "begin it on the next line"),
    ("a: 1\n...\nfoo\n", 3, 1, "the document has ended above this line", "a file holds one document"),
    ("{a: 1}\nb: 2\n", 2, 1, "the document has ended above this line", "a file holds one document"),
]


@pytest.mark.usefixtures("either_scanner")
@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), SYNTAX)
def test_broken_yaml_is_explained(text: str, line: int, column: int, message: str, hint: str) -> None:
    """Each way in which YAML goes wrong is told at its place, in plain words, with what to write."""
    problem = the_fault(text)
    assert (problem.place.line, problem.place.column, problem.message) == (line, column, message)
    assert hint in (problem.hint or "")


@pytest.mark.usefixtures("either_scanner")
def test_faults_at_the_end_of_a_file_lie_in_its_last_line() -> None:
    """A last line without a line break is the last place that a fault can have."""
    assert {problem.place.line for problem in faults("a: [? ]")} == {1}


def test_libyaml_refuses_unknown_escapes_at_the_backslash() -> None:
    """An escape that double quotes do not know is told with the ways to write a backslash."""
    problem = the_fault('a: "\\q"\n')
    assert problem.message == "double quotes know no such escape"
    assert problem.hint == "write a backslash as \\\\, or use single quotes"


def test_a_wrong_bracket_shows_the_one_it_should_close() -> None:
    """The bracket that is still open is marked too."""
    assert the_fault("a: {b: [1, 2}\n").related == ((Place(PATH, 1, 8), "opened here"),)


def test_a_reason_that_no_rule_knows_is_still_told_at_its_place() -> None:
    """Words of a reader that are not known yet give a general hint."""
    stop = Stop(
        path=PATH, lines=["a: 1"], problem="?", context="", line=1, column=4, start=(1, 1), opener=None
    )
    assert explain(stop).place == Place(PATH, 1, 4, 1)
    assert explain(stop).message == "this is not valid YAML"


def test_pyyamls_own_scanner_is_no_way_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Escapes that PyYAML's own scanner lets through, or fails on, are refused as well."""
    monkeypatch.setattr(composer, "_LOADER", yaml.SafeLoader)
    assert the_fault('a: "\\ud800"\n').message == "this text holds a control character"
    assert the_fault('a: "\\UFFFFFFFF"\n').message == "an escape stands for no character"
    assert the_fault("a:\t1\n").message == "a tab cannot stand here"


# Files that are no text


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "this file is empty"),
        (b" \n\n", "this file is empty"),
        (b"\xef\xbb\xbf", "this file is empty"),
        (b"# a comment\n", "this file has no content, only comments"),
        (b"---\n", "this file has no content, only comments"),
        (b"a: 1\0\n", "this is a binary file, not YAML"),
        (bytes(range(256)), "this is a binary file, not YAML"),
        ("a: 1\n".encode("utf-16"), "this file is in UTF-16"),
        (
            b"# " + b"x" * 4 * 2**20,
            "this file cannot be read: it has 4,194,306 bytes, at most 4,194,304 are read",
        ),
    ],
)
def test_a_file_without_text_is_refused_as_a_whole(raw: bytes, message: str) -> None:
    """Empty, binary and very large files are refused without a line."""
    problem = the_fault(raw)
    assert (problem.message, problem.place) == (message, Place(PATH, 0, 0))


@pytest.mark.parametrize(
    ("raw", "line", "column", "message"),
    [
        (b"a: 1\nb: \xff\n", 2, 4, "the byte 0xFF is not UTF-8"),
        (b"\xef\xbb\xbf\xc3\xa9: \xe9\n", 1, 4, "the byte 0xE9 is not UTF-8"),
        (b"a: \xed\xa0\x80\n", 1, 4, "the byte 0xED is not UTF-8"),
        (b"a: \x01\n", 1, 4, "the character U+0001 is not allowed in YAML"),
        (b"a: 1\n\xef\xbb\xbfb: 2\n", 2, 1, "the character U+FEFF is not allowed in YAML"),
        (b"a: 1\r%TAG ! x\r", 2, 1, "tags are not used in a spec"),
    ],
)
def test_a_wrong_byte_is_told_at_its_place(raw: bytes, line: int, column: int, message: str) -> None:
    """A byte that is not UTF-8, or a character that YAML forbids, is told with line and column."""
    problem = the_fault(raw)
    assert (problem.place.line, problem.place.column, problem.message) == (line, column, message)


def test_a_file_is_read_under_its_name(tmp_path: Path) -> None:
    """Messages call a file by its path, or by the name that is asked for."""
    path = tmp_path / "net.yaml"
    path.write_bytes(LENET)
    assert read_document(path).path == str(path)
    assert read_document(path, "net").root.place.path == "net"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.yaml", "no such file"),
        (".", "this file cannot be read: it is a folder"),
        ("net.yaml/x", "this file cannot be read: Not a directory"),
        ("x" * 300, "this file cannot be read: File name too long"),
        ("a\0b", "this file cannot be read: no file can have this path"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, message: str) -> None:
    """Missing files, folders and impossible paths are told in one line without a line number."""
    (tmp_path / "net.yaml").write_text("a: 1\n")
    with pytest.raises(SpecError) as raised:
        read_document(tmp_path / name, "shown.yaml")
    assert str(raised.value) == f"shown.yaml: error: {message}"


# Limits


def test_nesting_has_a_limit() -> None:
    """64 levels are read, 65 are not, in flow and in block style."""
    assert faults("[" * MAX_DEPTH + "]" * MAX_DEPTH) == ()
    for text in ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "- " * (MAX_DEPTH + 1) + "a"):
        assert the_fault(text).message == "this is nested deeper than 64 levels"


def test_the_number_of_values_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many nodes are read as the limit says, and not one more; an alias is one of them."""
    assert MAX_NODES == 400_000
    monkeypatch.setattr(composer, "MAX_NODES", 400)
    assert faults("[" + "a," * 399 + "]") == ()
    for last in ("a", "*a"):
        problem = the_fault("[&a a," + "a," * 398 + last + "]")
        assert problem.message == "this file has more than 400 values"
        assert problem.place.column == 7 + 2 * 398


def bomb(levels: int) -> str:
    """Lists of nine aliases each of the list above: level n stands for more than 9^n values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


def test_what_aliases_expand_to_has_a_limit() -> None:
    """Aliases count as all that they stand for."""
    assert MAX_VISITS == 800_000
    assert faults(bomb(5)) == ()
    assert the_fault(bomb(30)).message == "the aliases make this more than 800,000 values"


def test_the_number_of_faults_has_a_limit() -> None:
    """A file with thousands of faults is not read to its end."""
    assert len(faults("[" + "yes," * 5000 + "]")) == MAX_PROBLEMS + 1


HOSTILE: dict[str, Callable[[], bytes]] = {
    "200,000 brackets": lambda: b"[" * 200_000,
    "200,000 dashes": lambda: b"- " * 200_000,
    "alias bomb": lambda: bomb(60).encode(),
    "10 MB": lambda: b"a: 1\n" * 2_000_000,
    "tag directives": lambda: b"".join(b"%%TAG !%d! x\n" % n for n in range(200_000)),
    "tag directives by CR": lambda: b"a: 1\n---\r" + b"".join(b"%%TAG !%d! x\r" % n for n in range(100_000)),
    "split expressions": lambda: b"[" + b"min(3," * 40_000 + b"]",
    "one open parenthesis": lambda: b"[(," + b"3," * 40_000 + b"]",
    "unclosed bracket": lambda: b"a: {" + b"\n" * 4_000_000,
    "long number": lambda: b"a: " + b"1" * 4_000_000,
    "long name": lambda: b"a: *" + b"x" * 4_000_000,
    "one long line": lambda: b"a: " + b" " * 4_000_000 + b"@",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_clear_errors_soon(name: str) -> None:
    """Files made to exhaust time or memory are refused, or read, by work that grows with their length alone."""
    raw = HOSTILE[name]()
    with calls_below(1_000 + 5 * len(raw)):
        text = str(SpecError(faults(raw)))
    assert 0 < len(text) < 20 * 1000


# Properties


WORDS = st.sampled_from(
    ["conv", "relu", "12", "1.5", "depth", "true", "4 * width", "'quoted'", '"double"', "~"]
)
KEYS = st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1, max_size=4)


def flow(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Lists and mappings in flow style, with any blanks."""
    blanks = st.sampled_from(["", " ", "  "])
    lists = st.tuples(st.lists(children, max_size=4), blanks).map(
        lambda c: f"[{c[1]}{(', ' + c[1]).join(c[0])}]"
    )
    pairs = st.tuples(KEYS, children, blanks).map(
        lambda c: "{" + ", ".join(f"{key}:{c[2]} {c[1]}" for key in c[0]) + "}"
    )
    return lists | pairs


FLOW = st.recursive(WORDS, flow, max_leaves=12)
BLOCK = st.lists(st.tuples(KEYS, FLOW, FLOW), min_size=1, max_size=4).map(
    lambda entries: "".join(
        f"key{n}:\n" + "".join(f"  - {key}: {first}\n    x{key}:  {second}  # note\n" for key in keys)
        for n, (keys, first, second) in enumerate(entries)
    )
)


def composed(node: yaml.Node) -> Iterator[tuple[str, int, int]]:
    """The scalars of PyYAML's own tree, with their places."""
    if isinstance(node, yaml.ScalarNode):
        yield node.value, node.start_mark.line + 1, node.start_mark.column + 1
        return
    for child in node.value:
        for part in child if isinstance(child, tuple) else (child,):
            yield from composed(part)


@given(BLOCK)
def test_texts_and_places_agree_with_pyyaml(text: str) -> None:
    """On harmless documents the tree has the scalars of `yaml.compose`, at the same places."""
    tree = yaml.compose(text, Loader=yaml.SafeLoader)
    assert tree is not None
    expected = list(composed(tree))
    found = [(node.text, node.line, node.column) for node in scalars(read(text).root)]
    assert found == expected


@given(BLOCK)
def test_the_width_covers_the_text(text: str) -> None:
    """The characters that a scalar covers are its own, with its quotes."""
    document = read(text)
    for node in scalars(document.root):
        covered = document.lines[node.line - 1][node.column - 1 : node.column - 1 + node.width]
        assert covered == (node.text if node.plain else covered[0] + node.text + covered[0])


@given(st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(-(2.0**62), 2.0**62))
def test_numbers_read_as_they_are_written(number: float) -> None:
    """What Python writes as a number is read back as the same number of the same type."""
    value = scalar(f"a: {number!r}").value
    assert (value, type(value)) == (number, type(number))


def mangle(raw: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Replace slices of the bytes by others."""
    for start, length, insertion in edits:
        at = start % (len(raw) + 1)
        raw = raw[:at] + insertion + raw[at + length :]
    return raw


SNIPPETS = st.sampled_from(
    [
        b"[",
        b"]",
        b"{",
        b"}",
        b":",
        b": ",
        b"- ",
        b"\n",
        b"\t",
        b"'",
        b'"',
        b"*a",
        b"&a ",
        b"!",
        b"%",
        b"? ",
        b"(",
        b",",
        b"|",
        b"#",
        b"\r",
        b"\n---\n",
        b"<<",
        b"\xff",
        b"\0",
        b"\xc2\x85",
    ]
)
EDITS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 5), SNIPPETS | st.binary(max_size=3)), max_size=6
)


@pytest.mark.parametrize("loader", [getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader])
@settings(max_examples=3 * settings().max_examples)
@given(edits=EDITS)
def test_mangled_bytes_give_a_tree_or_a_clear_error(
    loader: type, edits: list[tuple[int, int, bytes]]
) -> None:
    """Whatever the bytes, reading ends in a document or a SpecError whose places lie in the file."""
    raw = mangle(LENET, edits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composer, "_LOADER", loader)
        try:
            document = parse_document(raw, PATH)
        except SpecError as error:
            problems, sources = error.problems, error.sources
        else:
            problems, sources = document.problems, {PATH: document.lines}
            assert all(node.width >= 1 for node in scalars(document.root))
    for problem in problems:
        assert problem.place.line <= len(sources.get(PATH, ()))
        assert "while " not in problem.message
        if problem.place.line:
            assert problem.place.column <= len(sources[PATH][problem.place.line - 1]) + 1
    assert str(SpecError(problems, sources)).count("error:") == min(len(set(problems)), 20) or not problems


@given(st.binary(max_size=60))
def test_any_bytes_give_a_tree_or_a_clear_error(raw: bytes) -> None:
    """Bytes of any kind end in a document or a SpecError."""
    assert all(problem.message for problem in faults(raw))
