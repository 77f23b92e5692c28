"""How faults are shown, and which word a misspelt one probably was."""

import pickle

import pytest

from netcost.place import Place
from netcost.source.excerpt import MAX_SHOWN
from netcost.source.problem import Problem, SpecError, nearest

ALEXNET = [f"line {number}" for number in range(1, 12)] + ["      kernal: 11"]
NET = ["", "", "", "", "layers:", "  - {maxpool: 3, stride: 2}", "  - linear: 1000"]


def shown(*problems: Problem, **sources: list[str]) -> str:
    """The text for some problems; sources are named without their suffix."""
    return str(SpecError(problems, {f"{name}.yaml": lines for name, lines in sources.items()}))


def test_a_place_is_written_so_that_editors_can_jump_to_it() -> None:
    """A place is path:line:column, and only the path for a file as a whole."""
    assert str(Place("net.yaml", 3, 14)) == "net.yaml:3:14"
    assert str(Place("net.yaml", 0, 0)) == "net.yaml"


def test_a_fault_shows_its_line_with_carets_and_the_hint() -> None:
    """The first line is greppable; the source line follows with carets under the fault and the hint."""
    problem = Problem(
        Place("alexnet.yaml", 12, 7, 6), "unknown field `kernal` for conv", "did you mean `kernel`?"
    )
    assert shown(problem, alexnet=ALEXNET).splitlines() == [
        "alexnet.yaml:12:7: error: unknown field `kernal` for conv",
        "   |",
        "12 |       kernal: 11",
        "   |       ^^^^^^ did you mean `kernel`?",
    ]


def test_related_lines_are_underlined_with_dashes() -> None:
    """A line that explains the fault is shown in its order, underlined with dashes and its own text."""
    problem = Problem(
        Place("net.yaml", 7, 5, 6),
        "linear needs a vector or tokens, got an image 64 x 6 x 6",
        "add `flatten` or `gap` before it",
        ((Place("net.yaml", 6, 6, 7), "its output is 64 x 6 x 6"),),
    )
    assert shown(problem, net=NET).splitlines() == [
        "net.yaml:7:5: error: linear needs a vector or tokens, got an image 64 x 6 x 6",
        "   |",
        " 6 |   - {maxpool: 3, stride: 2}",
        "   |      ------- its output is 64 x 6 x 6",
        " 7 |   - linear: 1000",
        "   |     ^^^^^^ add `flatten` or `gap` before it",
    ]


def test_lines_far_apart_are_parted_by_dots() -> None:
    """Between marked lines that are not neighbours stands a line of dots."""
    problem = Problem(Place("net.yaml", 7, 5, 6), "message", None, ((Place("net.yaml", 5, 1, 6), "here"),))
    assert shown(problem, net=NET).splitlines()[2:] == [
        " 5 | layers:",
        "   | ------ here",
        "...",
        " 7 |   - linear: 1000",
        "   |     ^^^^^^",
    ]


def test_marks_on_one_line_share_it() -> None:
    """Two marks on the same line show the line once."""
    problem = Problem(Place("net.yaml", 1, 8), "twice", None, ((Place("net.yaml", 1, 2), "first"),))
    assert shown(problem, net=["{a: 1, a: 2}"]).splitlines()[1:] == [
        "   |",
        " 1 | {a: 1, a: 2}",
        "   |  - first",
        "   |        ^",
    ]


def test_a_related_line_of_another_file_names_that_file() -> None:
    """The lines of another file follow those of the fault, under that file's name."""
    problem = Problem(
        Place("net.yaml", 5, 1), "message", None, ((Place("blocks.yaml", 1, 3), "declared here"),)
    )
    assert shown(problem, net=NET, blocks=["  Up: {}"]).splitlines()[3:] == [
        "   | ^",
        "   --> blocks.yaml:1:3",
        " 1 |   Up: {}",
        "   |   - declared here",
    ]


def test_the_chain_of_block_calls_follows() -> None:
    """A fault inside a block ends with the calls that led there."""
    problem = Problem(Place("net.yaml", 5, 1), "message", trail=("in Up dec1, called at net.yaml:7",))
    assert shown(problem, net=NET).splitlines()[-1] == "   in Up dec1, called at net.yaml:7"


@pytest.mark.parametrize(
    "place", [Place("net.yaml", 0, 0), Place("net.yaml", 8, 1), Place("other.yaml", 1, 1)]
)
def test_a_fault_without_a_line_still_gives_its_hint(place: Place) -> None:
    """Where there is no source line, the hint stands on a line of its own."""
    problem = Problem(place, "no such file", "did you mean `lenet.yaml`?")
    assert shown(problem, net=NET) == f"{place}: error: no such file\n   = did you mean `lenet.yaml`?"


def test_faults_stand_in_the_order_of_the_file() -> None:
    """Faults are sorted by their place, and one found twice is shown once."""
    late, early = Problem(Place("net.yaml", 7, 5), "late"), Problem(Place("net.yaml", 5, 1), "early")
    assert SpecError([late, early, late]).problems == (early, late)


def test_many_faults_are_counted_instead_of_shown() -> None:
    """Only the first twenty faults are shown; the rest is a number."""
    problems = [Problem(Place("net.yaml", 5, column), f"fault {column}") for column in range(1, 1223)]
    text = shown(*problems)
    assert text.count("error:") == MAX_SHOWN == 20
    assert text.endswith("\n\nand 1,202 more")


def test_a_long_line_is_shown_around_the_fault() -> None:
    """Of a line of more than 120 characters only the surroundings of the fault are shown."""
    line = "x" * 500 + "kernal" + "y" * 500
    _, _, source, carets = shown(Problem(Place("net.yaml", 1, 501, 6), "message"), net=[line]).splitlines()
    assert source == " 1 | ..." + "x" * 40 + "kernal" + "y" * 74 + "..."
    assert carets == "   | " + " " * 43 + "^^^^^^"


@pytest.mark.parametrize(
    ("column", "width"), [(1, 1), (1, 5000), (119, 2), (120, 1), (121, 1), (961, 400), (1000, 1), (1001, 1)]
)
def test_carets_stay_under_the_part_of_a_long_line_that_is_shown(column: int, width: int) -> None:
    """Wherever a fault is in a long line, its first caret is under its first character."""
    line = "".join(chr(ord("a") + number % 26) for number in range(1000))
    _, _, source, carets = shown(
        Problem(Place("net.yaml", 1, column, width), "message"), net=[line]
    ).splitlines()
    under = source[carets.index("^") :]
    assert under[:1] == line[column - 1 : column]
    assert len(carets) <= len(source) + 1 <= 5 + 3 + 120 + 3 + 1


@pytest.mark.parametrize(
    ("line", "column", "before_caret"),
    [
        ("\tkernal: 11", 2, " "),
        ("a: \x1b[31mkernal", 9, "a: ?[31m"),
        ("a\u202eb kernal", 5, "a?b "),
        ("a\u3000b kernal", 5, "a b "),
        ("e\u0301t\u00e9 kernal", 6, "e\u0301t\u00e9 "),
        ("卷积 kernal", 4, "卷积 "),
    ],
)
def test_unusual_characters_do_not_shift_the_carets(line: str, column: int, before_caret: str) -> None:
    """Tabs and control characters take one column, wide characters two, combining ones none."""
    columns = {"e\u0301t\u00e9 ": 4, "卷积 ": 5}.get(before_caret, len(before_caret))
    _, _, source, carets = shown(Problem(Place("net.yaml", 1, column, 6), "message"), net=[line]).splitlines()
    assert source == f" 1 | {before_caret}kernal" + line[column + 5 :]
    assert carets == f"   | {' ' * columns}^^^^^^"


def test_a_message_is_one_clean_line() -> None:
    """What a message quotes from the file can neither break the line nor reach the terminal as a command."""
    problem = Problem(Place("net.yaml", 0, 0), "unknown layer `\x1b[2J\nx`" + "y" * 1000, "a\nb")
    first, second = shown(problem).splitlines()
    assert first.startswith("net.yaml: error: unknown layer `?[2J x`yyy")
    assert first.endswith("...")
    assert len(first) < 700
    assert second == "   = a b"


def test_an_error_can_be_sent_between_processes() -> None:
    """A SpecError survives pickling with its text."""
    error = SpecError([Problem(Place("net.yaml", 5, 1), "message")], {"net.yaml": NET})
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301  our own bytes


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        ("kernal", ["kernel", "stride", "pad"], "kernel"),
        ("Conv", ["conv", "linear"], "conv"),
        ("bottleneck", ["Bottleneck", "Inception"], "Bottleneck"),
        ("padd", ["stride", "pad"], "pad"),
        ("zzz", ["kernel", "stride"], None),
        ("kernel", [], None),
        ("", ["kernel"], None),
        ("k" * 65, ["k" * 64], None),
    ],
)
def test_the_nearest_word_is_found(word: str, candidates: list[str], expected: str | None) -> None:
    """A misspelt word finds the candidate that was meant, in its own spelling, or none."""
    assert nearest(word, candidates) == expected
