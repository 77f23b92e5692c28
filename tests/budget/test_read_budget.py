"""Budget files: what they may say, and how faults are reported."""

from __future__ import annotations

from contextlib import suppress
from textwrap import dedent

import pytest
from budgets import budget, rules
from hypothesis import given
from hypothesis import strategies as st

from netcost.amounts import Amount, AmountError
from netcost.budget.bound import Bound
from netcost.budget.read import read_rules
from netcost.budget.rules.change import Change
from netcost.budget.rules.layer_limit import LayerLimit
from netcost.budget.rules.layer_shape import LayerShape
from netcost.budget.rules.limit import Limit, read_limit
from netcost.budget.rules.output_shape import OutputShape
from netcost.budget.rules.same_output import SameOutput
from netcost.budget.selector import Layers
from netcost.overrides import Overrides
from netcost.report import METRICS
from netcost.source.document import MappingNode
from netcost.source.problem import SpecError
from netcost.source.read_document import parse_document

FULL = """\
version: 1
models:
  - spec: configs/alexnet.yaml
    assume: {batch: 2, dtype: int8/float16, input: [3, 192, 192], variant: tiny, set: {width: 0.5, depth: 3}}
    limits:
      params: 63M
      macs: {warn: 0.7G, max: 0.75G, min: 1}
      weight_bytes: 250MiB
    per_layer:
      - {match: "fc*", params: {max_share: 65%}}
      - {type: conv, match: "*.1", macs: {max: 300M}, params: 1k}
    expect:
      output_shape: [1000]
      shapes: {conv5: [256, 13, 13]}
    regression:
      params: {max_increase: 1%, max_decrease: 10}
      macs: +2%
      ops: unchanged
      output_shape: unchanged
    message: "edge target; ask before raising"
"""


def bounds(found: tuple[Bound, ...]) -> dict[str, tuple[Amount, int, int]]:
    """Each bound with its place."""
    return {each.kind: (each.amount, each.place.line, each.place.column) for each in found}


def test_a_budget_says_what_it_says() -> None:
    """Every key of the file arrives as a rule that knows its place."""
    (entry,) = budget(FULL).entries
    assert (entry.spec, entry.place.line, entry.place.column) == ("configs/alexnet.yaml", 3, 11)
    assert entry.assume == Overrides(
        batch=2,
        dtype="int8/float16",
        input=(3, 192, 192),
        variant="tiny",
        params={"width": "0.5", "depth": "3"},
    )
    assert entry.rules.message == "edge target; ask before raising"
    params, macs, weights, share, conv_macs, conv_params, *rest = entry.rules.rules
    assert isinstance(params, Limit)
    assert bounds(params.bounds) == {"max": (Amount(63_000_000), 6, 15)}
    assert isinstance(macs, Limit)
    assert {kind: found[0].at_most(0) for kind, found in bounds(macs.bounds).items()} == {
        "warn": 700_000_000,
        "max": 750_000_000,
        "min": 1,
    }
    assert isinstance(weights, Limit)
    assert bounds(weights.bounds) == {"max": (Amount(262_144_000), 8, 21)}
    assert isinstance(share, LayerLimit)
    assert (share.metric, share.layers.pattern, share.layers.type) == ("params", "fc*", "")
    assert bounds(share.bounds) == {"max_share": (Amount(65, percent=True), 10, 44)}
    assert isinstance(conv_macs, LayerLimit)
    assert str(conv_macs.layers) == "conv *.1"
    assert isinstance(conv_params, LayerLimit)
    assert conv_params.layers == conv_macs.layers
    output, shape, params_change, macs_change, ops_change, same = rest
    assert isinstance(output, OutputShape)
    assert output.shape == (1000,)
    assert isinstance(shape, LayerShape)
    assert (shape.layers.pattern, shape.shape) == ("conv5", (256, 13, 13))
    assert isinstance(params_change, Change)
    assert bounds(params_change.bounds) == {
        "max_increase": (Amount(1, percent=True), 16, 30),
        "max_decrease": (Amount(10), 16, 48),
    }
    assert isinstance(macs_change, Change)
    assert bounds(macs_change.bounds) == {"max_increase": (Amount(2, percent=True), 17, 13)}
    assert isinstance(ops_change, Change)
    assert [each.amount for each in ops_change.bounds] == [Amount(0), Amount(0)]
    assert isinstance(same, SameOutput)


@pytest.mark.parametrize("metric", [name for name, each in METRICS.items() if each.has_total])
def test_every_metric_is_a_key(metric: str) -> None:
    """Whatever a report counts can be limited, as a total, by layer, and against a base."""
    found = rules(f"""\
        limits: {{{metric}: 1}}
        per_layer: [{{match: "*", {metric}: 1}}]
        regression: {{{metric}: 1%}}
        """).rules
    assert [type(rule) for rule in found] == [Limit, LayerLimit, Change]


def faults(text: str) -> list[str]:
    """Every fault of a budget as `line:column message | hint`."""
    with pytest.raises(SpecError) as caught:
        budget(text)
    return [
        f"{each.place.line}:{each.place.column} {each.message} | {each.hint}"
        for each in caught.value.problems
    ]


HEAD = "version: 1\nmodels:\n  - spec: net.yaml\n"

FAULTY = [
    ("models: []\n", "1:1 a budget needs `models` | list one: `- spec: net.yaml`"),
    (
        "netcost: 2\nmodels: []\n",
        "1:10 this version of budgets is not known | write `netcost: 1`, or update netcost",
    ),
    (
        "version: 2\nmodels: []\n",
        "1:10 this version of budgets is not known | write `version: 1`, or update netcost",
    ),
    (
        "version: true\nmodels: []\n",
        "1:10 this version of budgets is not known | write `version: 1`, or update netcost",
    ),
    ("version: 1\n", "1:1 a budget needs `models` | list one: `- spec: net.yaml`"),
    (
        "model: lenet\nlimits: {params: 2M}\nexpect: {output_shape: [10]}\n",
        "1:1 `model` is of one model, and a budget lists models | write `models:`, below it `- spec: lenet`, and in that its `limits`, `expect`",
    ),
    (
        "version: 1\nlimits: {params: 2M}\nspec: lenet\n",
        "3:1 `spec` is of one model, and a budget lists models | write `models:`, below it `- spec: lenet`, and in that its `limits`",
    ),
    (
        "maximum: {params: 2M}\n",
        "1:1 `maximum` is of one model, and a budget lists models | write `models:`, below it `- spec: net.yaml`, and in that its `limits`",
    ),
    (
        "path: a.yaml\n",
        "1:1 `path` is of one model, and a budget lists models | write `models:`, below it `- spec: a.yaml`, and in that its `limits`",
    ),
    (
        "- spec: lenet\n  limits: {params: 2M}\n",
        "1:1 a budget must be a mapping | write `models:` above the list",
    ),
    (
        "model:\n  - spec: lenet\n    limits: {params: 2M}\n",
        "1:1 unknown key `model` in a budget | did you mean `models`?",
    ),
    ("version: 1\nmodels: net.yaml\n", "2:9 `models` must be a list | write `- spec: net.yaml`"),
    (
        "version: 1\nmodels:\n  net.yaml: {limits: {params: 1M}}\n",
        "3:3 `models` must be a list | write `- {spec: net.yaml, ...}`",
    ),
    (
        "version: 1\nmodels: {spec: net.yaml, limits: {params: 1M}}\n",
        "2:9 `models` must be a list | begin each item with `- `",
    ),
    (
        "version: 1\nmodels:\n  - spec: net.yaml\n    per_layer: [{match: fc, limits: {params: 1M}}]\n",
        "4:29 unknown key `limits` in an item of `per_layer` | `limits` belongs to a model",
    ),
    ("version: 1\nmodels: 3\n", "2:9 `models` must be a list | begin each item with `- `"),
    ("version: 1\nmodels: [3]\n", "2:10 a model must be a mapping | write `spec: net.yaml` and its limits"),
    (
        "version: 1\nmodels:\n  - limits: {params: 1}\n",
        "3:5 a model needs `spec` | a path, a glob or a bundled name",
    ),
    (
        HEAD,
        "3:5 nothing is demanded of this model | add `limits`, `per_layer`, `expect`, `regression`, `device`",
    ),
    (HEAD + "    limts: {params: 1}\n", "4:5 unknown key `limts` in a model | did you mean `limits`?"),
    (
        HEAD + "    params: 3M\n",
        "4:5 unknown key `params` in a model | `params` belongs to `limits` of a model",
    ),
    (HEAD + "    limits: {parms: 3M}\n", "4:14 unknown key `parms` in `limits` | did you mean `params`?"),
    (
        HEAD + "    limits: {params: {max: 3, maximum_of_all: 3}}\n",
        "4:31 unknown key `maximum_of_all` in a limit of params | one of `max`, `min`, `warn`",
    ),
    (
        HEAD + "    limits: {params: {max_share: 3%}}\n",
        "4:23 unknown key `max_share` in a limit of params | `max_share` belongs to a limit of `per_layer`",
    ),
    (HEAD + "    limits: {params: 3x}\n", "4:22 params: `x` is not a unit | units are k M G T"),
    (
        HEAD + "    limits: {weight_bytes: 63M}\n",
        "4:28 weight_bytes: `63M` could mean powers of 1000 or of 1024 | write `63MB` (63,000,000) or `63MiB` (66,060,288)",
    ),
    (
        HEAD + "    limits: {params: +3M}\n",
        "4:22 params: `+3M` is not an amount | write a number such as `63M` or `250MiB`",
    ),
    (HEAD + "    limits: {params: }\n", "4:14 `params` has no value | None"),
    (HEAD + "    limits: {params: {}}\n", "4:22 params has no limit | write `max`, `min`, `warn`"),
    (HEAD + "    limits: {params: [1]}\n", "4:22 a limit of params must be a mapping | write `key: value`"),
    (HEAD + "    limits: {params: {max: [1]}}\n", "4:28 `max` must be a single value | None"),
    (
        HEAD + "    limits: {params: 65%}\n",
        "4:22 params: `65%` is a share | shares are for `per_layer`: `{max_share: 65%}`",
    ),
    (HEAD + "    limits: {params: {warn: 2, max: 1}}\n", "4:29 warn is above max | at most 1"),
    (HEAD + "    limits: {params: {min: 2k, max: 1k}}\n", "4:28 min is above max | at most 1k"),
    (HEAD + "    per_layer: [{params: 3}]\n", '4:17 which layers? | write `match: "fc*"` or `type: conv`'),
    (
        HEAD + "    per_layer: [{match: fc}]\n",
        "4:17 no metric is limited here | write `params: {max_share: 65%}`",
    ),
    (
        HEAD + "    per_layer: [{match: fc, params: {max_share: 65}}]\n",
        "4:49 params: `65` is not a percentage | write `65%`",
    ),
    (
        HEAD + "    per_layer: [{match: fc, params: {max_share: 101%}}]\n",
        "4:49 params: a share is at most 100% | None",
    ),
    (
        HEAD + "    expect: {output_shape: 3}\n",
        "4:28 `output_shape` must be a shape | a list without the batch, such as `[256, 13, 13]`",
    ),
    (
        HEAD + "    expect: {output_shape: [3, 0.5]}\n",
        "4:32 a length must be a whole number of at least 1, got `0.5` | None",
    ),
    (HEAD + "    expect: {shapes: [fc]}\n", "4:22 `shapes` must be a mapping | write `conv5: [256, 13, 13]`"),
    (
        HEAD + "    regression: {output_shape: 1%}\n",
        "4:32 output_shape can only be demanded to stay | write `output_shape: unchanged`",
    ),
    (HEAD + "    regression: {params: -1%}\n", "4:26 params: `-1%` is negative | costs are never below zero"),
    (
        HEAD + "    regression: {params: {}}\n",
        "4:26 params has no limit | write `max_increase`, `max_decrease`",
    ),
    (
        HEAD + "    assume: {bach: 2}\n    limits: {params: 1}\n",
        "4:14 unknown key `bach` in `assume` | did you mean `batch`?",
    ),
    (
        HEAD + "    assume: {batch: 0}\n    limits: {params: 1}\n",
        "4:21 batch must be a whole number of at least 1, got `0` | None",
    ),
    (
        HEAD + "    assume: {set: 0}\n    limits: {params: 1}\n",
        "4:19 `set` must be a mapping | write `set: {width: 0.5}`",
    ),
    (HEAD + "    message: [a]\n", "4:14 `message` must be a single value | None"),
    (
        HEAD + "    limits: {params: 1}\n    limits: {params: 1}\n",
        "5:5 the key `limits` is given twice | remove one of them",
    ),
]


@pytest.mark.parametrize(("text", "fault"), FAULTY, ids=[fault for _, fault in FAULTY])
def test_a_fault_is_reported_where_it_stands(text: str, fault: str) -> None:
    """Line, column, what is wrong, what to write."""
    assert faults(text) == [fault]


def test_all_faults_are_reported_in_one_run() -> None:
    """A fault does not hide those after it."""
    text = (
        HEAD
        + "    limits: {parms: 3, params: 3x}\n    regression: {macs: x}\n  - spec: other.yaml\n    expct: {}\n"
    )
    assert [fault.split()[0] for fault in faults(text)] == ["4:14", "4:32", "5:24", "7:5"]


def test_the_message_shows_the_line_and_marks_the_spot() -> None:
    """A contradiction marks both of its sides."""
    with pytest.raises(SpecError) as caught:
        budget(HEAD + "    limits: {params: {max: 1, warn: 2}}\n")
    assert str(caught.value) == dedent("""\
        netcost-budget.yaml:4:37: error: warn is above max
           |
         4 |     limits: {params: {max: 1, warn: 2}}
           |                            - max is here
           |                                     ^ at most 1""")


@given(st.data())
def test_a_mangled_budget_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever is put in place of some of its text: there is an answer, and no other error."""
    start = data.draw(st.integers(0, len(FULL)))
    end = data.draw(st.integers(start, min(start + 9, len(FULL))))
    piece = data.draw(st.text("\n\t -:,{}[]&*#%'\"0123456789.kMGiBabcxyz=+?~", max_size=6))
    with suppress(SpecError):
        budget(FULL[:start] + piece + FULL[end:])


def test_a_spec_carries_rules_of_its_own() -> None:
    """Under `budget:` stand the keys of a model, but no `spec`."""
    root = parse_document(b"budget: {limits: {params: 3M}}\n", "net.yaml").root
    assert isinstance(root, MappingNode)
    node = root.get("budget")
    assert node is not None
    (rule,) = read_rules(node, {}).rules
    assert isinstance(rule, Limit)
    assert rule.bounds[0].place.path == "net.yaml"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "budget: {spec: x.yaml}",
            "1:10 unknown key `spec` in `budget` of a spec | `spec` belongs to a model",
        ),
        ("budget: 3", "1:9 `budget` of a spec must be a mapping | write `key: value`"),
    ],
)
def test_faulty_rules_of_a_spec_are_reported(text: str, fault: str) -> None:
    """With the place in the spec."""
    root = parse_document(text.encode(), "net.yaml").root
    assert isinstance(root, MappingNode)
    node = root.get("budget")
    assert node is not None
    with pytest.raises(SpecError) as caught:
        read_rules(node, {})
    (problem,) = caught.value.problems
    assert f"{problem.place.line}:{problem.place.column} {problem.message} | {problem.hint}" == fault


def test_a_limit_of_the_command_line_is_a_maximum() -> None:
    """`params=63M`."""
    limit = read_limit("params=63M")
    assert (limit.metric, limit.bounds[0].kind, limit.bounds[0].limit()) == ("params", "max", 63_000_000)
    assert str(limit.bounds[0].place) == "--limit params=63M"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("params", "`params` is not a limit", "write METRIC=AMOUNT, such as `params=63M`"),
        ("parms=3", "there is no metric `parms`", "did you mean `params`?"),
        (
            "weight_bytes=3M",
            "`3M` could mean powers of 1000 or of 1024",
            "write `3MB` (3,000,000) or `3MiB` (3,145,728)",
        ),
    ],
)
def test_a_faulty_limit_of_the_command_line_is_refused(text: str, message: str, hint: str) -> None:
    """The error says what to write."""
    with pytest.raises(AmountError) as caught:
        read_limit(text)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_an_unknown_metric_far_from_all_lists_them() -> None:
    """Where nothing is near, everything is offered."""
    with pytest.raises(AmountError) as caught:
        read_limit("zzz=3")
    assert caught.value.hint.startswith("one of `params`, `weight_bytes`")


def test_layers_read_well() -> None:
    """As messages name them."""
    place = budget(FULL).entries[0].place
    assert [str(Layers(place, *each)) for each in (("fc*", ""), ("*", "conv"), ("a*", "conv"))] == [
        "fc*",
        "conv",
        "conv a*",
    ]
