"""From YAML to a tree: what is refused, anchors, and the limits that hostile files meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
import yaml
from documents import LENET, PATH, data, faults, mapping, read, scalars, the_fault
from hypothesis import given, settings
from hypothesis import strategies as st
from running import calls_below

from netcost.place import Place
from netcost.source import composer
from netcost.source.composer import MAX_DEPTH, MAX_NODES, MAX_PROBLEMS, MAX_VISITS
from netcost.source.problem import Problem, SpecError
from netcost.source.read_document import parse_document

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
        ("- {conv: {{width}}}\n", 1, 10, "an expression needs no braces"),
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
            "write `x` for a parameter; quote it if no alias is meant",
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
    "long number": lambda: b"a: " + b"1" * 4_000_000,
    "long name": lambda: b"a: *" + b"x" * 4_000_000,
    "one long line": lambda: b"a: " + b" " * 4_000_000 + b"@",
}
LONG: dict[str, Callable[[int], bytes]] = {
    "split expressions": lambda part: b"[" + b"min(3," * (40_000 // part) + b"]",
    "one open parenthesis": lambda part: b"[(," + b"3," * (40_000 // part) + b"]",
    "unclosed bracket": lambda part: b"a: {" + b"\n" * (4_000_000 // part),
}
"""What is read to its end; a tenth of it each time, and the whole in slow tests."""


@pytest.mark.parametrize(
    "make",
    [
        *(pytest.param(make, id=name) for name, make in HOSTILE.items()),
        *(pytest.param(partial(make, 10), id=f"{name}, a tenth") for name, make in LONG.items()),
        *(pytest.param(partial(make, 1), id=name, marks=pytest.mark.slow) for name, make in LONG.items()),
    ],
)
def test_a_hostile_file_ends_in_clear_errors_soon(make: Callable[[], bytes]) -> None:
    """Files made to exhaust time or memory are refused, or read, by work that grows with their length alone."""
    raw = make()
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
