"""Hostile budgets, and the specs and reports beside them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile_case import Case

HEAD = "version: 1\nmodels:\n"
BUDGET = "netcost-budget.yaml"
BIG = "input: [8]\nlayers: [{relu, repeat: 99000}]\n"
SMALL = "input: [8]\nlayers: [relu]\n"


def files(**texts: str) -> Callable[[Path], None]:
    """Write a budget and specs: `net` is `net.yaml`."""

    def write(folder: Path) -> None:
        for name, text in texts.items():
            (folder / (BUDGET if name == "budget" else f"{name}.yaml")).write_text(text, encoding="utf-8")

    return write


def many(line: str, times: int) -> str:
    """A line again and again, `@` its number."""
    return "".join(line.replace("@", str(number)) + "\n" for number in range(times))


def rules(lines: str, spec: str = "net.yaml", key: str = "per_layer") -> str:
    """A budget of one model with many rules."""
    return f"{HEAD}- spec: {spec}\n  {key}:\n{lines}"


def different(layers: int) -> str:
    """A spec whose layers are all different."""
    return "input: [8, 16, 16]\ndefaults: {conv: {kernel: 3, pad: 1}}\nlayers:\n" + many("- conv: 1@", layers)


def named(layers: int, name: str) -> str:
    """A spec whose layers have long names."""
    seq = f"{{name: {name}, repeat: {layers}, seq: [relu]}}"
    return f"input: [8]\nlayers:\n- {{name: {name}, seq: [{{name: {name}, seq: [{seq}]}}]}}\n"


def folders(folder: Path) -> None:
    """Two thousand folders of a hundred files, and a glob through them."""
    for number in range(2_000):
        inner = folder / str(number)
        inner.mkdir()
        for file in range(100):
            (inner / f"{file}.yaml").touch()
    (folder / BUDGET).write_text(HEAD + many("- {spec: '**/@.yml', limits: {params: 1}}", 1_000))


def flat(folder: Path) -> None:
    """A thousand specs that every entry matches."""
    for number in range(1_000):
        (folder / f"{'n' * 200}{number}.yaml").write_text(SMALL)
    (folder / BUDGET).write_text(
        HEAD + many(f"- {{spec: '*{'n' * 190}*.yaml', limits: {{params: @}}}}", 1_000)
    )


def specs(count: int, text: str) -> Callable[[Path], None]:
    """Many specs, and a glob that matches them."""

    def write(folder: Path) -> None:
        for number in range(count):
            (folder / f"s{number}.yaml").write_text(text)
        (folder / BUDGET).write_text(f"{HEAD}- {{spec: 's*.yaml', limits: {{params: 1}}}}\n")

    return write


def deleted(folder: Path) -> None:
    """Twenty thousand files that are gone since a commit, and a thousand globs that might have meant them."""
    (folder / "gone").mkdir()
    for number in range(20_000):
        (folder / "gone" / f"{'x' * 100}{number}").touch()
    (folder / "net.yaml").write_text(SMALL)
    globs = many("- {spec: '**/n[@e]t*.yaml', limits: {params: 1}, message: m@}", 500)
    globs += many("- {spec: '**/*n[e@]t*.yaml', limits: {params: 1}}", 500)
    (folder / BUDGET).write_text(HEAD + globs)
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "all")
    for file in (folder / "gone").iterdir():
        file.unlink()


def loosened(folder: Path) -> None:
    """Ten thousand limits that are raised."""
    (folder / "net.yaml").write_text(SMALL)
    line = "- {match: '*', params: {max: 1}, macs: 1, ops: 1, flops: 1, buffers: 1, weight_bytes: 1}"
    old = rules(many(f"  {line}", 1_600))
    (folder / BUDGET).write_text(old)
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "all")
    (folder / BUDGET).write_text(old.replace(": 1,", ": 2,"))


def assumed(folder: Path) -> None:
    """Long assumptions about a model of which many limits are raised."""
    (folder / "net.yaml").write_text("params:\n" + many("  p@: 1", 5_000) + SMALL)
    line = "    - {match: '*', params: 1, macs: 1, ops: 1, flops: 1, buffers: 1, weight_bytes: 1}"
    old = HEAD + "- spec: net.yaml\n  assume:\n   set:\n" + many("    p@: 2", 5_000)
    (folder / BUDGET).write_text(f"{old}  per_layer:\n{many(line, 800)}")
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "all")
    (folder / BUDGET).write_text(f"{old}  limits: {{params: 1}}\n")


def grown(folder: Path) -> None:
    """A big model that has grown, and ten thousand rules about that."""
    (folder / "net.yaml").write_text(BIG)
    metrics = ["params", "macs", "ops", "flops", "buffers", "weight_bytes", "activation_bytes"]
    change = ", ".join(f"{metric}: 1%" for metric in metrics)
    line = f"- {{spec: net.yaml, regression: {{{change}, output_shape: unchanged}}, expect: {{output_shape: [3]}}}}"
    (folder / BUDGET).write_text(HEAD + many(line, 1_000))
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "all")
    (folder / "net.yaml").write_text(BIG.replace("[8]", "[9]"))


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.hooksPath=/dev/null"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)  # noqa: S607


LONG = "a" * 250
CASES = [
    Case("nothing unusual", files(budget=HEAD + "- {spec: lenet, limits: {params: 9M}}\n")),
    Case("entries, 5,000", files(budget=HEAD + many("- {spec: lenet, limits: {params: @}}", 5_000))),
    Case("entries about one model", files(budget=HEAD + many("- {spec: lenet, limits: {params: @}}", 1_000))),
    Case("entries about one big model", files(net=BIG, budget=HEAD + many("- {spec: net.yaml, limits: {params: @, flops: 1, ops: 1}, expect: {output_shape: [1]}}", 1_000))),
    Case("one big model in 1,000 readings", files(net=BIG, budget=HEAD + many("- {spec: net.yaml, assume: {batch: 1@}, limits: {params: 1}}", 1_000))),
    Case("one different model in 1,000 readings", files(net=different(45_000), budget=HEAD + many("- {spec: net.yaml, assume: {batch: 1@}, limits: {params: 1}}", 1_000))),
    Case("bundled names, 1,000 unknown", files(budget=HEAD + many("- {spec: resnet@x, limits: {params: 1}}", 1_000))),
    Case("bundled variants, 1,000", files(budget=HEAD + many("- {spec: resnet152, assume: {batch: 1@}, limits: {params: 1}}", 1_000))),
    Case("one big model in 1,000 readings, lenient", files(net=BIG.replace("99000", "900"), budget=HEAD + many("- {spec: net.yaml, assume: {batch: 1@}, limits: {params: 1}}", 1_000))),
    Case("a model of a long name", files(net=f"name: {LONG * 4_000}\n" + SMALL, budget=HEAD + many("- {spec: net.yaml, limits: {ops: 1}}", 1_000))),
    Case("a model of 40,000 outputs", files(net="input: [8]\nlayers:\n" + many("- {name: n@, relu}", 40_000) + "outputs:\n" + many("- n@", 40_000), budget=HEAD + many("- {spec: net.yaml, expect: {output_shape: [1]}}", 1_000))),
    Case("a model of 9,000 declared costs", files(net="input: [8]\nlayers:\n" + many("- {name: n@, custom: {params: 1, macs: 3, output: [8]}}", 9_000), budget=HEAD + many("- {spec: net.yaml, limits: {macs: 1, flops: 1}}", 1_000)), ("check", "-o", "json:-")),
    Case("rules, 200 for all of 20,000 layers", files(net=BIG.replace("99000", "20000"), budget=rules(many("  - {match: '*', params: @}", 200)))),
    Case("rules, 10,000 for all layers", files(net=BIG, budget=rules(many("  - {match: '*', ops: 1@}", 10_000)))),
    Case("rules, 10,000 broken by all layers", files(net=BIG, budget=rules(many("  - {match: '*', ops: 1}", 10_000)))),
    Case("rules, one broken by all layers", files(net=BIG, budget=rules("  - {match: '*', ops: 1}\n"))),
    Case("rules, one broken by all layers, in JSON", files(net=BIG, budget=rules("  - {match: '*', ops: 1}\n")), ("check", "-o", "json:-")),
    Case("rules, one broken by all layers, in JUnit", files(net=BIG, budget=rules("  - {match: '*', ops: 1}\n")), ("check", "-o", "junit:-")),
    Case("rules, one broken by all layers, in Markdown", files(net=BIG, budget=rules("  - {match: '*', ops: 1}\n")), ("check", "-o", "markdown:-")),
    Case("rules, ten broken by all layers, in all formats", files(net=BIG, budget=rules(many("  - {match: '*', ops: 1}", 10))), ("check", *(f"-o{kind}:out.{kind}" for kind in ("text", "json", "junit", "markdown", "github")))),
    Case("rules, 100,000", files(net=BIG, budget=rules(many("  - {match: '*', ops: 1}", 100_000)))),
    Case("patterns, 10,000", files(net=BIG, budget=rules(many("  - {match: '*@*', ops: 99}", 10_000)))),
    Case("patterns, 10,000 for few layers", files(net=SMALL, budget=rules(many("  - {match: '*@*', ops: 99}", 10_000)))),
    Case("patterns, 10,000 that match few layers", files(net=SMALL, budget=rules(many("  - {match: '*[!@]*u*', ops: 99}", 10_000)))),
    Case("patterns of 250 characters", files(net=named(90_000, LONG[:64]), budget=rules(many(f"  - {{match: '*{LONG[:120]}b*', ops: 99}}", 1_000)))),
    Case("patterns of many stars", files(net=named(90_000, LONG[:64]), budget=rules(many(f"  - {{match: '{'*a' * 100}b', ops: 99}}", 1_000)))),
    Case("patterns that match nothing", files(net=BIG, budget=rules(many(f"  - {{match: 'relu@{LONG[:50]}', ops: 99}}", 10_000)))),
    Case("names that match nothing", files(net=BIG, budget=rules(many("    relux@: [8]", 10_000), key="expect:\n   shapes"))),
    Case("shapes, 10,000 broken", files(net=BIG, budget=rules(many("    relu.@: [9]", 10_000), key="expect:\n   shapes"))),
    Case("shapes of 10,000 rules, all layers", files(net=BIG, budget=rules(many("    '*[0-@]*': [8]", 10_000), key="expect:\n   shapes"))),
    Case("shapes by aliases", files(net=SMALL, budget=HEAD + f"- spec: net.yaml\n  expect:\n   output_shape: &a [{'1, ' * 1_000}]\n   shapes:\n" + many("    a@: *a", 500))),
    Case("unknown keys, 100,000", files(net=SMALL, budget=rules(many("   paramz@: 1", 100_000), key="limits"))),
    Case("unknown keys, long", files(net=SMALL, budget=rules(many(f"   '{'paramz' * 10}@': 1", 50_000), key="limits"))),
    Case("amounts that are none, 10,000", files(net=SMALL, budget=rules(many("  - {match: '*', ops: -@}", 10_000)))),
    Case("a text of 4 MB by aliases", files(net=SMALL, budget=HEAD + f"- {{spec: net.yaml, limits: {{params: 1}}, message: &a {'a' * 4_000_000}}}\n" + many("- {spec: *a , limits: {params: *a }}", 900))),
    Case("messages, long", files(net=BIG, budget=rules("  - {match: '*', ops: 1}\n") + f"  message: {'m' * 1_000}\n")),
    Case("parameters, 100,000", files(net=SMALL, budget=HEAD + "- spec: net.yaml\n  limits: {params: 1}\n  assume:\n   set:\n" + many("    p@: 1", 100_000))),
    Case("parameters, 9,000", files(net="params: {p1: 1}\n" + SMALL, budget=HEAD + "- spec: net.yaml\n  limits: {params: 1}\n  assume:\n   set:\n" + many("    p@: 1", 9_000))),
    Case("parameters, 9,000 that are declared", files(net="params:\n" + many("  p@: 1", 9_000) + SMALL, budget=HEAD + "- spec: net.yaml\n  limits: {params: 1}\n  assume:\n   set:\n" + many("    p@: 2", 9_000))),
    Case("rules of a spec in 1,000 readings", files(net=SMALL + "budget:\n expect:\n  shapes: &s\n" + many("   '*[!@]': [8]", 9_000), budget=HEAD + many("- {spec: net.yaml, assume: {batch: 1@}, limits: {params: 1}}", 1_000))),
    Case("rules of a spec, 100,000", files(net=SMALL + "budget:\n expect:\n  shapes:\n" + many("   'relu@': [8]", 100_000)), ("check", "net.yaml")),
    Case("faulty specs, one in 1,000 readings", files(net=BIG.replace("}]", "}, {repeat: 500, seq: [{conv: 3}]}]"), budget=HEAD + many("- {spec: net.yaml, assume: {batch: 1@}, limits: {params: 1}}", 1_000))),
    Case("faulty specs, 1,000", specs(1_000, "input: [3]\nlayers:\n" + many("- {linear@: 3}", 100))),
    Case("big specs, 1,000", specs(1_000, different(4_000))),
    Case("small specs, 1,000", specs(1_000, SMALL)),
    Case("small specs, 3,000", specs(3_000, SMALL)),
    Case("globs, 1,000 over 200,000 files", folders),
    Case("globs, 1,000 that match 1,000 files", flat),
    Case("globs that walk the file system", files(budget=HEAD + "- {spec: '/**/*.yaml', limits: {params: 1}}\n")),
    Case("globs with several **", files(budget=HEAD + f"- {{spec: '{'**/' * 6}x', limits: {{params: 1}}}}\n")),
    Case("globs and deleted files", deleted, ("check", "--base", "main")),
    Case("a big model that has grown", grown, ("check", "--base", "main")),
    Case("a big model that has grown, in Markdown", grown, ("check", "--base", "main", "-o", "markdown:-")),
    Case("assumptions loosened", assumed, ("check", "--base", "main")),
    Case("limits loosened, 10,000", loosened, ("check", "--base", "main")),
    Case("limits tightened, 10,000", files(net=BIG, budget=rules(many("  - {match: '*', ops: 99@}", 10_000))), ("budget", "update", "--tighten")),
    Case("limits tightened, 10,000 in a line", files(net=BIG, budget=f"{HEAD}- {{spec: net.yaml, per_layer: [{'{match: relu, ops: 9999}, ' * 10_000}]}}\n"), ("budget", "update", "--tighten")),
]  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    yield from CASES
