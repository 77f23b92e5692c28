"""What a hint says to write is written, and netcost takes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from foreign_slips import FOREIGN_SLIPS
from quick import others_slow
from slips import SLIPS

from netcost.budget.read import read_budget
from netcost.frontends import Source, load, load_path
from netcost.place import Place
from netcost.source import proving
from netcost.source.problem import Problem, SpecError, Suggestion
from netcost.source.read_document import parse_document

FAULTS = {path.stem: path for path in sorted(Path(__file__).with_name("faults").glob("*.yaml"))}
LONG = {"all_of_an_item", "fields", "frameworks", "misspelt_heads"}
"""Files of many faults, most of which are slips as well; looked at in slow tests."""


def followed(lines: list[str], problem: Problem, hint: Suggestion) -> tuple[list[str], range]:
    """The lines when a hint is followed, and the columns where it is written."""
    place = hint.place or problem.place
    line = lines[place.line - 1]
    before, after = line[: place.column - 1], line[place.column - 1 + place.width :]
    changed = [*lines[: place.line - 1], f"{before}{hint.text}{after}", *lines[place.line :]]
    return changed, range(place.column, place.column + max(1, len(hint.text)))


def faults_at(problems: tuple[Problem, ...], at: Place, columns: range) -> Iterator[Problem]:
    """Those at some columns of a line, what is missing beside it left out."""
    for each in problems:
        if (each.place.path, each.place.line) == at[:2] and each.place.column in columns and not each.lacking:
            yield each


def problems_of(lines: list[str], path: Path) -> tuple[Problem, ...]:
    """The faults of a spec, with what lies beside it at hand."""
    text = "\n".join(lines).encode()
    try:
        load(Source(path.name, text, lambda name: (path.parent / name).read_bytes()))
    except SpecError as error:
        return error.problems
    return ()


def check_each(text: str, path: Path) -> int:
    """Follow each suggestion of a spec by itself; no fault is left where it is written. Returns their number."""
    lines, number = text.splitlines(), 0
    for problem in problems_of(lines, path):
        hint = problem.hint
        if isinstance(hint, Suggestion) and (hint.place or problem.place).path == path.name:
            changed, columns = followed(lines, problem, hint)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(proving, "MAX_TRIED", 0)  # what is suggested then is not looked at
                left = faults_at(problems_of(changed, path), hint.place or problem.place, columns)
            assert not list(left), (problem, hint)
            number += 1
    return number


@pytest.mark.parametrize("name", others_slow(FAULTS, FAULTS.keys() - LONG))
def test_what_is_suggested_in_a_faulty_file_is_taken(name: str) -> None:
    """Every one of them."""
    path = FAULTS[name]
    check_each(path.read_text(encoding="utf-8"), path)


def test_what_is_suggested_for_a_slip_is_taken() -> None:
    """Every one of them; most slips have one."""
    slips = [*SLIPS.values(), *FOREIGN_SLIPS.values()]
    numbers = [check_each(slip.text, Path("net.yaml")) for slip in slips]
    assert sum(numbers) > len(slips) / 3


def test_what_is_suggested_in_an_imported_file_is_tried(tmp_path: Path) -> None:
    """A field that is given already is not suggested again there, either."""
    (tmp_path / "unit.yaml").write_text(
        "blocks:\n  Unit: {layers: [{conv: 8, kernel: 3, kernl: 5}, {conv: 8, kernal: 3}]}\n",
        encoding="utf-8",
    )
    path = tmp_path / "net.yaml"
    path.write_text("input: [3, 32, 32]\nimports: {u: unit.yaml}\nlayers: [u.Unit]\n", encoding="utf-8")
    with pytest.raises(SpecError) as raised:
        load_path(path)
    assert [str(each.hint)[:13] for each in raised.value.problems] == ["leave it out:", "did you mean "]


@pytest.mark.parametrize(
    ("limits", "hint"),
    [
        ("{parms: 3M}", "did you mean `params`?"),
        ("{params: 3M, parms: 4M}", "one of "),
    ],
)
def test_what_is_suggested_in_a_budget_is_tried(limits: str, hint: str) -> None:
    """A limit that is given already is not suggested again."""
    text = f"models:\n  - {{spec: a.yaml, limits: {limits}}}\n"
    with pytest.raises(SpecError) as raised:
        read_budget(parse_document(text.encode(), "budget.yaml"))
    assert [str(each.hint)[: len(hint)] for each in raised.value.problems] == [hint]


def test_what_would_be_no_yaml_is_not_suggested() -> None:
    """The faults of a text that cannot be read lie elsewhere."""
    text = "input:\n  channels: 3\n  height: 32\n  width: 32\nlayers: [relu]\n"
    (problem,) = problems_of(text.splitlines(), Path("net.yaml"))
    assert problem.hint == "write `[3, 32, 32]`"


@pytest.mark.parametrize(
    ("item", "hint"),
    [
        ("{conv: 8, kernel: 3, kernl: 5}", "leave it out: conv has"),
        ("{maxpol: 2}", "did you mean `maxpool`?"),
        ("{softmax: {dim: 1}}", "leave it out: softmax has no fields"),
    ],
)
def test_a_suggestion_that_mends_nothing_gives_way(tmp_path: Path, item: str, hint: str) -> None:
    """A field that is given already is not suggested again."""
    path = tmp_path / "net.yaml"
    path.write_text(f"input: [3, 32, 32]\nlayers:\n  - {item}\n", encoding="utf-8")
    with pytest.raises(SpecError) as raised:
        load_path(path)
    assert [str(each.hint)[: len(hint)] for each in raised.value.problems] == [hint]
