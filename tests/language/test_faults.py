"""Faulty specs as files, each with the errors that must be reported: these and no others.

A comment `# error: COLUMN MESSAGE -> HINT` stands on the faulty line, `# error: LINE:COLUMN ...` or
`# error: FILE:LINE:COLUMN ...` at the top; a hint is compared where one is written. The calls that lead to the faults,
in their order, are listed as `# call: ...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from netcost.frontends import load_path
from netcost.source.problem import SpecError

FAULTS = Path(__file__).with_name("faults")
ERROR = re.compile(r"# error: (?:([\w/.-]+):)??(?:(\d+):)?(\d+) (.*?)(?: -> (.*?))?(?= # error:|$)")
CALL = re.compile(r"# call: (.*)$")


def expected_errors(path: Path) -> Iterator[tuple[str, str]]:
    """Each error as it is printed, and its hint."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for file, other, column, message, hint in ERROR.findall(line):
            yield f"{file or path.name}:{other or number}:{column} {message}", hint


@pytest.mark.parametrize("path", sorted(FAULTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_exactly_these_faults_are_reported(path: Path) -> None:
    """Each fault at its place with its message, all of them in one run, and none that only follows from another."""
    expected = dict(expected_errors(path))
    with pytest.raises(SpecError) as raised:
        load_path(path, name=path.name)
    problems = raised.value.problems
    found = {f"{each.place} {each.message}": each.hint for each in problems}
    assert sorted(found) == sorted(expected)
    assert {error: found[error] for error, hint in expected.items() if hint} == {
        error: hint for error, hint in expected.items() if hint
    }
    calls = [call[1] for line in path.read_text(encoding="utf-8").splitlines() if (call := CALL.search(line))]
    assert [call for each in problems for call in each.trail] == calls
