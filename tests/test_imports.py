"""Who may know whom: read from the imports, and from what a run has loaded."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import netcost
from netcost.layers import PARTS

ROOT = Path(netcost.__file__).parent
MODULES = {
    ".".join(("netcost", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}

GROUND = {"amounts", "integers", "number", "record", "units", "wording"}
"""What knows nothing of netcost: every part may import it."""

MAY_KNOW: dict[str, set[str]] = {
    **{name: set() for name in GROUND},
    "shapes": set(),
    "traced": set(),
    "place": set(),
    "escape": set(),
    "source": {"escape", "place"},
    "dtypes": set(),
    "blocks": {"dtypes"},
    "layers": {"blocks", "shapes", "traced"},
    "stored": {"blocks", "layers", "shapes"},
    "network": {"dtypes", "layers", "place", "shapes", "stored"},
    "overrides": {"blocks", "source"},
    "report": {"blocks", "dtypes", "layers", "network", "overrides", "place", "shapes", "source"},
    "derivation": {"place", "shapes", "traced"},
    "language": {"blocks", "dtypes", "layers", "network", "overrides", "place", "shapes", "source", "stored"},
    "frontends": {
        "blocks",
        "dtypes",
        "language",
        "layers",
        "network",
        "overrides",
        "place",
        "shapes",
        "source",
        "stored",
    },
    "spec": {"frontends", "language", "network", "overrides"},
    "zoo": {"frontends", "language", "network", "overrides", "place", "source"},
    "devices": {"dtypes", "place", "source"},
    "analysis": {
        "blocks",
        "derivation",
        "devices",
        "dtypes",
        "layers",
        "network",
        "place",
        "report",
        "shapes",
        "traced",
    },
    "convert": {
        *(
            "analysis",
            "blocks",
            "dtypes",
            "escape",
            "language",
            "layers",
            "network",
            "place",
            "shapes",
            "source",
        ),
    },
    "budget": {"devices", "escape", "overrides", "place", "report", "shapes", "source"},
    "sweeps": {
        *(
            "analysis",
            "budget",
            "dtypes",
            "frontends",
            "language",
            "network",
            "overrides",
            "report",
            "shapes",
        ),
        *("source", "zoo"),
    },
    "render": {
        "budget",
        "derivation",
        "escape",
        "overrides",
        "place",
        "report",
        "shapes",
        "source",
        "sweeps",
    },
}
"""What each part may import of the others, from the ground up; `cli` stands above them and may know all."""

OWN_THIRD_PARTY = {
    "cli": {"click", "rich"},
    "render": {"rich"},
    "source": {"yaml"},
    "sweeps": {"distributed", "numpy", "pandas", "polars", "pyarrow"},
}
YAML_READER = "netcost.source.composer"
CODE_READER = "netcost.frontends.torch_module"
"""What runs a person's file, with the torch that it asks for; nothing else imports it."""
CODE_RUNNER = f"{CODE_READER}.run"
"""What gives that file its surroundings: arguments, standard input and output."""

OUTSIDE_CALLS = {"print", "input", "exit", "quit", "breakpoint"}
OUTSIDE_NAMES = {
    *("sys.exit", "sys.argv", "sys.stdin", "sys.stdout", "sys.stderr"),
    *("os.environ", "os.getenv", "os.get_terminal_size", "os._exit"),
}
OUTSIDE_MODULES = {"time", "datetime", "logging", "subprocess", "shutil", "getpass", "locale", "click"}


def part(module: str) -> str:
    """The part of netcost that a module belongs to, `language` for `netcost.language.load`."""
    return module.split(".")[1] if "." in module else ""


class Code(NamedTuple):
    """What a module does, as far as it can be read from its text.

    Args:
        imported: the modules that it imports.
        at_once: those of them that it imports when it is imported itself.
        called: the names that it calls.
        attributes: the attributes of names that it has, `sys.argv`.
    """

    imported: frozenset[str]
    at_once: frozenset[str]
    called: frozenset[str]
    attributes: frozenset[str]


@cache
def code(module: str) -> Code:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    return Code(
        frozenset(imported(module, nodes)),
        frozenset(imported(module, outermost(tree))),
        frozenset(each.id for each in called if isinstance(each, ast.Name)),
        frozenset(f"{each.value.id}.{each.attr}" for each in attributes if isinstance(each.value, ast.Name)),
    )


def imported(module: str, nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The modules that parts of a module import."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import"
            assert node.module is not None
            submodules = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
            yield from submodules or {node.module}


def outermost(tree: ast.Module) -> Iterator[ast.AST]:
    """What is run when a module is imported, without what only type checkers read."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        waiting += ast.iter_child_nodes(node)


def own(names: Iterable[str]) -> set[str]:
    """The modules of netcost among them; its version, in the package itself, is for everyone."""
    return {name for name in names if name in MODULES and name != "netcost"}


def outside(names: Iterable[str]) -> set[str]:
    """The packages among them that are neither netcost's nor Python's."""
    return {name.partition(".")[0] for name in names} - {"netcost", *sys.stdlib_module_names}


LIBRARY = [module for module in MODULES if part(module) not in {"", "cli", "__main__"}]


def each_without(modules: Iterable[str], amiss: Callable[[str], set[str]]) -> None:
    """Hold every module to having nothing amiss."""
    assert {module: found for module in modules if (found := amiss(module))} == {}


def test_a_module_knows_only_the_parts_below_its_own() -> None:
    """The table above says which part may import which."""

    def amiss(module: str) -> set[str]:
        known = {part(name) for name in own(code(module).imported)} - {part(module)}
        return known - MAY_KNOW[part(module)] - GROUND

    each_without(LIBRARY, amiss)


def test_the_parts_stand_one_upon_the_other() -> None:
    """No part may know one that stands above it."""
    parts = list(MAY_KNOW)
    for name, below in MAY_KNOW.items():
        assert below <= set(parts[: parts.index(name)]), name


def test_modules_do_not_import_one_another_in_a_circle() -> None:
    """Not even inside functions."""
    graph = {module: own(code(module).imported) - {module} for module in MODULES if module != "netcost"}
    list(TopologicalSorter(graph).static_order())


def test_third_party_packages_stay_where_they_belong() -> None:
    """`cli` has click, one module of `source` PyYAML, `render` and `cli` rich, what runs code torch; nobody has else."""

    def amiss(module: str) -> set[str]:
        theirs = OWN_THIRD_PARTY.get(part(module), set()) - (set() if module == YAML_READER else {"yaml"})
        return (
            outside(code(module).imported) - theirs - ({"torch"} if module.startswith(CODE_READER) else set())
        )

    each_without(MODULES, amiss)


def test_rich_is_imported_only_when_it_is_needed() -> None:
    """Plain text does without."""
    each_without(MODULES, lambda module: outside(code(module).at_once) & {"rich"})


def test_only_the_command_line_touches_the_outside_world() -> None:
    """Printing, exiting, arguments, environment, terminal, other programs and the clock are its business."""

    def amiss(module: str) -> set[str]:
        imported = {name.partition(".")[0] for name in code(module).imported} & OUTSIDE_MODULES
        named = set() if module == CODE_RUNNER else code(module).attributes & OUTSIDE_NAMES
        return imported | named | code(module).called & OUTSIDE_CALLS

    each_without(LIBRARY, amiss)


def test_what_is_amiss_is_found_out() -> None:
    """Each of these does what others may not."""
    assert outside(code(YAML_READER).imported) == {"yaml"}
    assert code(CODE_RUNNER).attributes & OUTSIDE_NAMES
    with pytest.raises(AssertionError, match=YAML_READER):
        each_without(MODULES, lambda module: outside(code(module).imported) & {"yaml"})


@cache
def loaded(*args: str) -> frozenset[str]:
    """The modules that are loaded when a command line has run."""
    return _loaded_by("from netcost.cli import main; main(sys.argv[1:])", *args)


def _loaded_by(code: str, *args: str) -> frozenset[str]:
    told = f"import sys; {code}; print(*sys.modules, file=sys.stderr)"
    ended = subprocess.run(
        [sys.executable, "-c", told, *args], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    return frozenset(ended.stderr.split())


SLOW = {"json", "difflib", "subprocess", "tempfile", "xml", "importlib.metadata", "email"}
NETWORKS = {"yaml", "netcost.language", "netcost.network", "netcost.cli.analyze"}
FILES = {"netcost.cli.draft", "netcost.frontends.mapped"}
"""For files to write, and for large ones to read."""
LANGUAGE = {
    f"netcost.language.{name}"
    for name in (
        *("expression", "operation", "claims", "faults", "formats", "params", "references"),
        *("spellings", "strange_heads"),
    )
}
OTHER_LAYERS = {f"netcost.layers.{name}" for name in {*PARTS, "products", "reshape"} - {"flatten"}}
OTHER_SPECS = (
    LANGUAGE
    | OTHER_LAYERS
    | {"netcost.blocks", "netcost.frontends.honoured", "netcost.render.reports.repeats"}
)
"""For specs that say more than the one of AlexNet, that have other layers or number formats, or that are faulty."""
FIGURES = {f"netcost.report.{name}" for name in ("block_bytes", "figures", "layer_figures", "numbers")}
"""For numbers that are asked for by name, and for number formats with block scales."""
PAST = {f"netcost.cli.{name}" for name in ("at_commit", "in_report", "changes", "past")} | {
    "netcost.budget.compare",
    "netcost.report.read",
}
"""What compares with what was before."""
BUDGETS = {"netcost.budget.read", "netcost.budget.reader", "netcost.budget.values"} | {
    f"netcost.budget.rules.{name}" for name in ("layer_limit", "layer_shape", "change", "fits_device")
}
"""What reads budgets, and kinds of rules that nobody asks for."""


@pytest.mark.parametrize(
    ("args", "spared"),
    [
        (
            ["analyze", "alexnet", "--format", "csv"],
            {"rich", "netcost.units", *FIGURES, *FILES, *OTHER_SPECS, *SLOW},
        ),
        (["analyze", "alexnet", "--format", "markdown"], {"rich", "csv", *SLOW}),
        (["analyze", "alexnet", "--format", "json"], {"rich", "csv"}),
        (
            ["analyze", "alexnet"],
            {"rich", "csv", "netcost.render.barred", *FIGURES, *FILES, *OTHER_SPECS, *SLOW},
        ),
        (
            ["check", "alexnet", "--limit", "params=1G"],
            {"rich", "netcost.source.excerpt", *FILES, *OTHER_SPECS, *PAST, *BUDGETS, *SLOW},
        ),
        (["explain", "alexnet", "conv1"], {"rich", "csv", "dataclasses", "shlex", "string", *FILES, *SLOW}),
        (["layers", "conv"], {"rich", *SLOW}),
        (["--help"], {"rich", *NETWORKS, *SLOW}),
        (["--version"], {"rich", "locale", *NETWORKS, *SLOW}),
    ],
    ids=lambda words: " ".join(sorted(words)) if isinstance(words, set) else " ".join(words),
)
def test_a_command_loads_only_what_it_needs(args: list[str], spared: set[str]) -> None:
    """Start-up time is a feature."""
    assert not loaded(*args) & spared


@pytest.mark.parametrize(
    "args",
    [
        ["analyze", "alexnet"],
        ["analyze", "alexnet", "--format", "csv"],
        ["analyze", "alexnet", "--format", "markdown"],
        ["check", "alexnet", "--limit", "params=1G"],
    ],
    ids=" ".join,
)
def test_plain_text_asks_no_more_of_python_than_click_and_pyyaml_do(args: list[str]) -> None:
    """Each module of its library that is found in none of them takes as long as several of netcost's own."""
    more = loaded(*args) - _loaded_by("import click, math, signal, yaml")
    assert not {name for name in more if not name.startswith("netcost")}


STUDIED = {
    f"netcost.analysis.{name}" for name in ("study", "by_layer", "reach", "storage", "training", "time")
}


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_what_asks_for_the_whole_network_is_loaded_where_it_is_asked_for(form: str) -> None:
    """Not for the costs of layers, which are told without."""
    assert not loaded("analyze", "alexnet", "--format", form) & {*STUDIED, "netcost.devices"}
    assert loaded("analyze", "alexnet", "--format", form, "--show", "field") >= STUDIED


@pytest.mark.parametrize(
    "args", [["analyze", "alexnet"], ["memory", "alexnet"], ["analyze", "alexnet", "--bars"]]
)
def test_pictures_are_loaded_where_they_are_asked_for(args: list[str]) -> None:
    """A table in a terminal needs none of what draws them."""
    assert not {name for name in loaded(*args) if name.startswith("netcost.render.html")}
    assert "netcost.render.html" in loaded(*args[:2], "-o", "html:-")


def test_a_spec_loads_no_other_front_end() -> None:
    """Nor what only their formats need."""
    found = loaded("analyze", "alexnet", "--format", "csv")
    parts = {name for name in found if name.startswith("netcost.frontends.")}
    assert parts == {f"netcost.frontends.{name}" for name in ("known", "spec")}
    assert not found & {"zipfile", "netcost.convert", "netcost.layers.tensor"}


def test_netcost_itself_loads_nothing() -> None:
    """`import netcost` costs nothing until a name is used."""
    code = "import sys; before = set(sys.modules); import netcost; print(*set(sys.modules) - before)"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {name for name in found if name.startswith("netcost")} == {"netcost"}
