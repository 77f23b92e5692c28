"""A kind of rule is one class: everything else finds a made-up one, of which nothing else knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
import yaml
from budgets import CNN
from repositories import Repository
from running import Run
from schemas import validate

MADE_UP = """
from typing import NamedTuple

from netcost.budget.result import Check
from netcost.budget.rule import Demand, Rule
from netcost.budget.rules import KINDS
from netcost.budget.values import whole_of
from netcost.place import Place

class MoreLayers(NamedTuple("MoreLayers", [("most", int), ("place", Place)]), Rule):
    '''How many more layers a network may have than it had.'''

    section, keys, help = "size", ("more_layers",), "how large a network may grow"
    checks, needs_base = ("more_layers",), True

    @classmethod
    def read(cls, reader, pair):
        return reader.each_rule(lambda pair: cls(whole_of(pair[1], "more_layers"), pair[1].place), [pair])

    @classmethod
    def schema(cls):
        return {"more_layers": {"type": "integer", "minimum": 1}}

    def check(self, evidence):
        before, now = len(evidence.since.before), len(evidence.since.after)
        status = "fail" if now > before + self.most else "pass"
        facts = {"value": now, "limit": before + self.most, "base": before, "amount": str(self.most)}
        return [Check(status, "more_layers", "layers", self.place, **facts)]

    def skipped(self, reason):
        return Check("skip", "more_layers", "layers", self.place, amount=str(self.most), reason=reason)

    def demands(self):
        return [Demand("more_layers", str(self.most), self.place)]

    @classmethod
    def allowance(cls, check):
        return f"{check.amount} more than {check.base}"

KINDS["MoreLayers"] = __name__
"""
BUDGET = "version: 1\nmodels:\n  - spec: cnn.yaml\n    size: {more_layers: 2}\n    message: ask Ann\n"
LARGER = CNN.replace("linear: 10}", "linear: 10}\n  - {name: more, relu, repeat: 3}")
SENTENCE = "layers 9 > 8 (2 more than 6; +1, 12.5% over)"
"""Six layers were there, and two more are allowed."""


@pytest.fixture
def repository(folder: Path) -> Repository:
    """A network that has three layers more than it had, and a budget that allows two."""
    made = Repository(folder)
    made.write("cnn.yaml", CNN)
    made.write("netcost-budget.yaml", BUDGET)
    made.commit()
    made.write("cnn.yaml", LARGER)
    return made


@pytest.mark.usefixtures("repository")
def test_it_is_checked_against_the_base(told: Run) -> None:
    """The sentence, the places and the message of the budget; the exit code is that of a broken rule."""
    ended = told("check", "--base", "main")
    assert ended.code == 1
    assert ended.out.splitlines()[:4] == [
        f"FAIL  cnn {SENTENCE}",
        "      vs base 6: +50.00%",
        "      budget: netcost-budget.yaml:4",
        "      ask Ann",
    ]


@pytest.mark.usefixtures("repository")
def test_it_is_skipped_without_a_base(told: Run) -> None:
    """And asked for where a base is required."""
    ended = told("check")
    assert (ended.code, ended.out.splitlines()[0]) == (
        0,
        "skip  cnn layers more_layers 2: not checked without --base or --baseline",
    )
    assert told("check", "--require-baseline").code == 2


@pytest.mark.usefixtures("repository")
def test_every_format_says_it(told: Run) -> None:
    """Markdown, annotations of GitHub, JUnit, JSON, CSV."""
    kinds = ("markdown", "github", "junit", "json", "csv")
    told("check", "--base", "main", *(f"-o{kind}:out.{kind}" for kind in kinds))
    text = {kind: Path(f"out.{kind}").read_text(encoding="utf-8") for kind in kinds}
    assert f"| FAIL | cnn | {SENTENCE} |" in text["markdown"]
    annotation = "::error file=netcost-budget.yaml,line=4,col=25,title=netcost: layers of cnn::cnn "
    assert annotation + SENTENCE in unquote(text["github"])
    assert '<testcase name="layers more_layers" classname="cnn">' in text["junit"]
    assert f'<failure type="more_layers" message="{SENTENCE}">' in text["junit"].replace("&gt;", ">")
    assert f'fail,layers,,,more_layers,9,8,2,,6,,,"{SENTENCE}",ask Ann' in text["csv"]
    (check,) = json.loads(text["json"])["models"][0]["checks"]
    assert (check["kind"], check["subject"], check["text"]) == ("more_layers", "layers", SENTENCE)
    assert (check["value"], check["limit"], check["base"]) == (9, 8, 6)


@pytest.mark.parametrize(("later", "said"), [("9", "was 2, is now 9"), ("", "2 is no longer demanded")])
def test_a_looser_budget_is_told(told: Run, repository: Repository, later: str, said: str) -> None:
    """As of any other rule."""
    size = f"size: {{more_layers: {later}}}" if later else "limits: {params: 1G}"
    repository.write("netcost-budget.yaml", BUDGET.replace("size: {more_layers: 2}", size))
    assert f"loosened: cnn.yaml more_layers {said}" in told("check", "--base", "main").out


FAULTS = [
    ("size: {more_layers: 2}", "sizes: {more_layers: 2}", "unknown key `sizes` in a model", "mean `size`?"),
    ("more_layers", "more_layer", "unknown key `more_layer` in `size`", "did you mean `more_layers`?"),
    ("size: {more_layers: 2}", "more_layers: 2", "unknown key `more_layers` in a model", "belongs to `size`"),
    ("more_layers: 2", "more_layers: two", "must be a whole number of at least 1, got `two`", ":4:25: error"),
    ("size: {more_layers: 2}", "", "nothing is demanded of this model", "`device`, `size`"),
]


@pytest.mark.parametrize(("old", "new", "message", "hint"), FAULTS)
def test_its_faults_are_placed(told: Run, folder: Path, old: str, new: str, message: str, hint: str) -> None:
    """Its section, its key and its value; and it is offered where nothing is demanded."""
    (folder / "netcost-budget.yaml").write_text(
        BUDGET.replace(old, new).replace("    message: ask Ann\n", "")
    )
    ended = told("check")
    assert ended.code == 2
    assert message in ended.err
    assert hint in ended.err


def test_a_spec_may_carry_it(told: Run, folder: Path) -> None:
    """Under `budget:`."""
    (folder / "own.yaml").write_text(f"{CNN}budget: {{size: {{more_layers: 1}}}}\n")
    assert "skip  cnn layers more_layers 1" in told("check", "own.yaml").out


def test_the_schema_has_it(told: Run) -> None:
    """With what its section is for."""
    schema: Any = json.loads(told("schema", "budget").out)
    section = schema["properties"]["models"]["items"]["properties"]["size"]
    assert section["description"] == "how large a network may grow"
    validate(yaml.safe_load(BUDGET), schema)
    with pytest.raises(jsonschema.ValidationError):
        validate(yaml.safe_load(BUDGET.replace("2}", "0}")), schema)


def test_tightening_leaves_it_alone(told: Run, folder: Path) -> None:
    """It says nothing of how to lower it."""
    (folder / "cnn.yaml").write_text(CNN)
    text = BUDGET.replace("    message", "    limits: {params: 3k}\n    message")
    (folder / "netcost-budget.yaml").write_text(text)
    assert told("budget", "update", "--tighten", "--slack", "0%").code == 0
    after = (folder / "netcost-budget.yaml").read_text()
    assert after == text.replace("3k", "2.79k")
