"""Specs that mean harm: each ends in a clear error soon, and in little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from quick import others_slow
from running import Run, calls_below, elsewhere

from netcost.frontends import load_path
from netcost.language.work import Work
from netcost.source.problem import SpecError
from netcost.spec.load import load_network

MEMORY = 500 * 2**20
CPU_SECONDS = 30
"""Far more than any of these takes; what bounds the work is asserted by the messages of the limits."""

READER = f"""
import os
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

from netcost.analysis.costs import analyze
from netcost.frontends import load_path
from netcost.source.problem import SpecError

def limited(path):
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
        resource.setrlimit(resource.RLIMIT_CPU, ({CPU_SECONDS}, {CPU_SECONDS}))
    try:
        report = analyze(load_path(Path(path), name="net.yaml"))
    except SpecError as error:
        print(error)
    else:
        print(f"{{len(report)}} layers")

def run(path, stdin):
    with TemporaryFile() as told:
        child = os.fork()
        if not child:
            os.dup2(told.fileno(), 1)
            os.dup2(told.fileno(), 2)
            sys.exit(limited(path))
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told.seek(0)
        return ended, told.read().decode(), ""
"""
"""Reads a spec in a process of its own, which may use so much memory and time; what it needs is loaded before."""


@pytest.fixture(scope="module")
def reader() -> Iterator[Run]:
    """Reads of specs in processes of their own."""
    with elsewhere(READER, imported="") as run:
        yield run


def outcome(reader: Run, folder: Path, text: str) -> str:
    """What comes of a spec in a process of its own: its errors as text."""
    path = folder / "net.yaml"
    path.write_text(text, encoding="utf-8")
    ended = reader(str(path))
    assert ended.code == 0, ended.out
    return ended.out


def each(count: int, line: Callable[[int], str]) -> str:
    """Many lines, by their number."""
    return "\n".join(map(line, range(count)))


IMAGE = "input: [3, 8, 8]\n"


SIZES = pytest.mark.parametrize(
    "part", [pytest.param(1, marks=pytest.mark.slow, id="whole"), pytest.param(20, id="a twentieth")]
)
"""Of what could take longer than its length, a twentieth is seen at once, and the whole in a slow test."""


LONG = {
    "unknown layer types",
    "calls of unknown blocks, beside many known ones",
    "references to unknown items, beside many known ones",
    "defaults of unknown layers",
    "repetitions of repetitions in blocks, by a parameter of the file",
    "repetitions of repetitions in blocks, by an argument",
}
"""What takes a second though it is a twentieth; another case is like each of them."""


def many_faults(part: int) -> dict[str, tuple[str, str]]:
    """Texts with faults by the thousand, or a part of so many, and the first that is told of each."""
    many, some = 20_000 // part, 2_000 // part
    return {
        "unknown layer types": (
            IMAGE + "layers:\n" + each(150_000 // part, lambda n: f"- convol{n}"),
            "net.yaml:3:3: error: unknown layer type `convol0`",
        ),
        "unknown keys": (
            IMAGE + "layers: [relu]\n" + each(many, lambda n: f"key{n}: 1"),
            "net.yaml:3:1: error: unknown key `key0`",
        ),
        "parameters of unknown parameters": (
            "params:\n" + each(many, lambda n: f"  a{n}: b{n}") + "\n" + IMAGE + "layers: [relu]",
            "net.yaml:2:7: error: unknown name `b0`",
        ),
        "unknown fields of a variant": (
            IMAGE + "layers: [relu]\nvariants:\n  big:\n" + each(many, lambda n: f"    b{n}: 1"),
            "net.yaml:5:5: error: `b0` is no parameter of this file",
        ),
        "defaults of unknown layers": (
            IMAGE + "layers: [relu]\ndefaults:\n" + each(many, lambda n: f"  convol{n}: {{}}"),
            "net.yaml:4:3: error: unknown layer type `convol0`",
        ),
        "references to unknown items, beside many known ones": (
            IMAGE
            + "layers:\n"
            + each(many, lambda n: f"- {{name: a{n}, relu}}")
            + each(some, lambda n: f"\n- {{relu, from: b{n}}}"),
            f"net.yaml:{many + 3}:16: error: there is no earlier item `b0` here",
        ),
        "references to what is not inside an item, beside many known ones": (
            IMAGE
            + "layers:\n"
            + each(many, lambda n: f"- {{name: a{n}, relu}}")
            + each(some, lambda n: f"\n- {{relu, from: a{n}.b}}"),
            f"net.yaml:{many + 3}:19: error: there is no item `b` in `a0`",
        ),
        "calls of unknown blocks, beside many known ones": (
            IMAGE
            + "blocks:\n"
            + each(many, lambda n: f"  A{n}: {{layers: []}}")
            + "\nlayers:"
            + each(some, lambda n: f"\n- {{B{n}, from: input}}"),
            f"net.yaml:{many + 4}:4: error: there is no block `B0`",
        ),
    }


@SIZES
@pytest.mark.parametrize("name", others_slow(many_faults(1), {*many_faults(1)} - LONG))
def test_of_very_many_faults_the_first_are_told(reader: Run, tmp_path: Path, name: str, part: int) -> None:
    """Reading ends at the hundredth fault; twenty are shown, the others counted."""
    text, first = many_faults(part)[name]
    lines = outcome(reader, tmp_path, text).splitlines()
    assert lines[0] == first
    assert lines[-1] == "and 80 more"
    assert sum(": error: " in line for line in lines) == 20
    assert max(map(len, lines)) < 400


def large(part: int) -> dict[str, tuple[str, int]]:
    """Texts that are right, or a part of each, and how many layers they are."""
    many, some = 50_000 // part, 5_000 // part
    return {
        "many parameters, and a name for each repetition": (
            "params:\n" + each(many, lambda n: f"  a{n}: 1") + f"\n{IMAGE}layers: [{{relu, repeat: {many}}}]",
            many,
        ),
        "many parameters, and blocks that see them": (
            "params:\n"
            + each(many, lambda n: f"  a{n}: 1")
            + f"\n{IMAGE}blocks: {{B: {{layers: [relu]}}}}\nlayers: [{{B, repeat: {some}}}]",
            some,
        ),
        "many parameters, and layers that ask for the tensor's lengths": (
            "params:\n"
            + each(many, lambda n: f"  a{n}: 1")
            + f"\n{IMAGE}layers: [{{dropout: a1 / in_channels, repeat: {some}}}]",
            some,
        ),
        "names in blocks that hand on two tensors": (
            IMAGE
            + "blocks: {B: {inputs: [x, y], outputs: [a, b], layers: [{name: a, relu}, {name: b, relu, from: y}]}}\n"
            + f"layers: [{{name: s, B, from: [input, input], repeat: {4 * some}}}, {{relu, from: s.{4 * some - 1}.b}}]",
            8 * some + 1,
        ),
        "many names given by let": (
            IMAGE + "layers:\n" + each(2 * some, lambda n: f"- let: {{a{n}: 1}}\n- relu"),
            2 * some,
        ),
    }


@SIZES
@pytest.mark.parametrize("name", large(1))
def test_what_is_large_and_right_is_read(reader: Run, tmp_path: Path, name: str, part: int) -> None:
    """Work grows with the number of layers and the number of names, not with their product."""
    text, layers = large(part)[name]
    assert outcome(reader, tmp_path, text) == f"{layers} layers\n"


GROWING = {
    "lists of lists of lists": (
        "params:\n  a0: [1]\n" + each(60, lambda n: f"  a{n + 1}: [a{n}, a{n}]"),
        "net.yaml:10:7: error: this list holds more than 1,000 values, or lists more than 8 deep",
    ),
    "lists in lists in lists": (
        "params:\n  a0: [1]\n" + each(1000, lambda n: f"  a{n + 1}: [a{n}]"),
        "net.yaml:10:7: error: this list holds more than 1,000 values, or lists more than 8 deep",
    ),
    "a long list": (
        "params:\n  a: [" + "1, " * 1000 + "1]",
        "net.yaml:2:6: error: this list holds more than 1,000 values, or lists more than 8 deep",
    ),
    "products of products": (
        "params:\n  a0: 2\n" + each(60, lambda n: f"  a{n + 1}: a{n} * a{n}"),
        "net.yaml:8:10: error: the result is too large",
    ),
}


@pytest.mark.parametrize("name", GROWING)
def test_values_that_explode_are_refused(reader: Run, tmp_path: Path, name: str) -> None:
    """Numbers and lists have a limit; what depends on a refused one is not reported again."""
    text, error = GROWING[name]
    lines = outcome(reader, tmp_path, f"{text}\n{IMAGE}layers: [relu]").splitlines()
    assert [line for line in lines if ": error: " in line] == [error]


def doubling(levels: int, layers: str) -> str:
    """Blocks each of which calls the one before twice."""
    return (
        f"{IMAGE}blocks:\n  B0: {{layers: {layers}}}\n"
        + each(levels, lambda n: f"  B{n + 1}: {{layers: [B{n}, B{n}]}}")
        + f"\nlayers: [B{levels}]"
    )


def repeating(levels: int, block: str, call: str) -> str:
    """Blocks each of which repeats the one before."""
    return (
        f"{IMAGE}blocks:\n  B0: {{params: [n: 1], layers: []}}\n"
        + each(levels, lambda n: f"  B{n + 1}: {{params: [n: 1], layers: [{block.format(n)}]}}")
        + f"\nlayers: [{call.format(levels)}]"
    )


TOO_MUCH_WORK = "this spec asks for more work than 200,000 units, "

# Of the messages, the part that tells which limit was met.
TOO_LARGE = {
    "blocks that call blocks twice": (doubling(30, "[relu]"), ", more than the 100,000 a network may have"),
    "empty blocks that call blocks twice": (doubling(30, "[]"), TOO_MUCH_WORK),
    "many repetitions": (
        IMAGE + "layers: [{relu, repeat: 999999999}]",
        "written out, this is 999,999,999 layers",
    ),
    "many repetitions of nothing": (
        IMAGE + "layers: [{seq: [], repeat: 999999999}]",
        TOO_MUCH_WORK,
    ),
    "many repetitions, by an expression": (
        IMAGE + "layers: [{relu, repeat: 1000 * 1000 * 1000}]",
        "written out, this is 1,000,000,000 layers",
    ),
    "many repetitions, by a float": (
        IMAGE + "layers: [{relu, repeat: 1e9}]",
        "written out, this is 1,000,000,000 layers",
    ),
    "many repetitions, by a parameter": (
        "params: {n: 999999999}\n" + IMAGE + "layers: [{relu, repeat: n}]",
        "written out, this is 999,999,999 layers",
    ),
    "repetitions of repetitions": (
        IMAGE + "layers: [{seq: [{seq: [{seq: [relu], repeat: 10000}], repeat: 10000}], repeat: 10000}]",
        "written out, this is 100,000,000 layers",
    ),
    "repetitions of repetitions that do not run": (
        IMAGE
        + "layers: [{seq: [{seq: [{seq: [], repeat: 10000}], repeat: 10000}], repeat: 10000, if: false}]",
        TOO_MUCH_WORK,
    ),
    "repetitions of repetitions in blocks": (
        repeating(12, "{{B{0}, repeat: 10}}", "B{0}"),
        TOO_MUCH_WORK,
    ),
    "repetitions of repetitions in blocks, by a parameter of the file": (
        "params: {m: 1000}\n" + repeating(12, "{{B{0}, repeat: m}}", "B{0}"),
        "after 20,001 items there are only 0 layers",
    ),
    "repetitions of repetitions in blocks, by an argument": (
        repeating(12, "{{B{0}: n, repeat: n}}", "{{B{0}: 1000}}"),
        "after 20,001 items there are only 0 layers",
    ),
    "repetitions of what a condition leaves out": (
        IMAGE + "params: {n: 500000}\nlayers: [{relu, repeat: n, if: i < 0}]",
        "after 20,001 items there are only 0 layers",
    ),
    "one repetition more than allowed": (
        IMAGE + "layers: [{relu, repeat: 100000}, relu]",
        "written out, this is 100,001 layers",
    ),
    "blocks nested deeply": (
        IMAGE
        + "blocks:\n  B0: {layers: []}\n"
        + each(33, lambda n: f"  B{n + 1}: {{layers: [B{n}]}}")
        + "\nlayers: [B33]",
        "blocks call one another more than 32 deep",
    ),
    "blocks nested deeply around blocks nested deeply": (
        IMAGE
        + "blocks:\n  B0: {layers: []}\n"
        + each(20, lambda n: f"  B{n + 1}: {{layers: [B{n}]}}")
        + "\n  C0: {layers: [B20]}\n"
        + each(20, lambda n: f"  C{n + 1}: {{layers: [C{n}]}}")
        + "\nlayers: [B20, C20]",
        "blocks call one another more than 32 deep",
    ),
    "lists nested deeply in blocks nested deeply": (
        IMAGE
        + "blocks:\n  B0: {layers: []}\n"
        + each(20, lambda n: f"  B{n + 1}: {{layers: {'[{seq: ' * 25}[B{n}]{'}]' * 25}}}")
        + "\nlayers: [B20]",
        "lists and blocks are nested more than 100 deep",
    ),
    "lists nested deeply around blocks nested deeply": (
        IMAGE
        + f"blocks:\n  Deep: {{layers: {'[{seq: ' * 28}[relu]{'}]' * 28}}}\n"
        + f"  Deeper: {{layers: {'[{seq: ' * 28}[Deep]{'}]' * 28}}}\n"
        + f"  Deepest: {{layers: {'[{seq: ' * 28}[Deeper]{'}]' * 28}}}\n"
        + f"layers: [Deeper, {'{seq: [' * 28}Deepest{']}' * 28}]",
        "lists and blocks are nested more than 100 deep",
    ),
    "blocks that call themselves": (
        IMAGE + "blocks: {A: {layers: [B, B]}, B: {layers: [A, A]}}\nlayers: [A]",
        "blocks cannot call themselves",
    ),
}


@pytest.mark.parametrize("name", others_slow(TOO_LARGE, {*TOO_LARGE} - LONG))
def test_what_stands_for_too_much_is_refused(reader: Run, tmp_path: Path, name: str) -> None:
    """Limits of the numbers of layers, items and levels end what would never end, before it is written out."""
    text, reason = TOO_LARGE[name]
    lines = outcome(reader, tmp_path, text).splitlines()
    assert lines[0].startswith("net.yaml:")
    assert reason in lines[0]
    assert sum(": error: " in line for line in lines) == 1


WORK = 100_000
"""Calls of Python functions that a refusal may take; what is refused would take billions."""

AT_ONCE = [name for name, (_, reason) in TOO_LARGE.items() if "only 0 layers" not in reason]


@pytest.mark.parametrize("name", AT_ONCE)
def test_it_is_refused_before_it_is_written_out(name: str) -> None:
    """What can be told from the file alone takes next to no work."""
    text, _ = TOO_LARGE[name]
    with calls_below(WORK), pytest.raises(SpecError):
        load_network(text.encode(), "net.yaml")


def test_a_hundred_faults_are_enough() -> None:
    """Of more, the first are told, whatever they are."""
    for faulty in ("nothing", "{relu, from: nowhere}"):
        with pytest.raises(SpecError) as raised:
            load_network(f"{IMAGE}layers: [{', '.join([faulty] * 150)}]".encode(), "net.yaml")
        assert len(raised.value.problems) == 100


def test_items_without_layers_may_number_a_tenth_of_the_work() -> None:
    """20,000 where nothing else is said, and three more for each layer."""
    text = IMAGE + "layers: [{seq: [relu], repeat: 2}, {seq: [], repeat: 12}"
    assert Work().max_idle == 20_000
    assert len(load_network(f"{text}]".encode(), "net.yaml", work=Work(100)).nodes) == 2
    with pytest.raises(SpecError, match=r"net\.yaml:2:59: error: after 17 items there are only 2 layers"):
        load_network(f"{text}, seq: []]".encode(), "net.yaml", work=Work(100))


def test_lists_may_hold_a_thousand_values() -> None:
    """Those of their lists included, eight deep at most."""
    inner = "[" + ", ".join(["1"] * 500) + "]"
    fits = f"params: {{a: {inner}, b: [a, a], c: [[[[[[[[1]]]]]]]]}}\n{IMAGE}layers: [relu]"
    load_network(fits.encode(), "net.yaml")
    for value in ("[a, a, 1]", "[1, [a, [a]]]", "[[[[[[[[[1]]]]]]]]]"):
        with pytest.raises(
            SpecError, match="this list holds more than 1,000 values, or lists more than 8 deep"
        ):
            load_network(f"params: {{a: {inner}, b: {value}}}\n{IMAGE}layers: [relu]".encode(), "net.yaml")


def test_layers_may_number_half_of_the_work() -> None:
    """The last layer that is allowed is built, the next one refused, wherever their number comes from."""
    text = (
        "params: {n: 33}\n"
        + IMAGE
        + "blocks: {B: {layers: [{relu, repeat: n}]}}\nlayers: [B, {B, repeat: n - 31}, relu"
    )
    assert Work().max_layers == 100_000
    assert len(load_network(f"{text}]".encode(), "net.yaml", work=Work(200)).nodes) == 100
    with pytest.raises(SpecError, match=r"net\.yaml:4:40: error: this network has more than 100 layers"):
        load_network(f"{text}, relu]".encode(), "net.yaml", work=Work(200))


def test_a_file_as_large_as_allowed_is_read(reader: Run, tmp_path: Path) -> None:
    """4 MiB of text, most of it a comment."""
    layer = "- {conv: 4, kernel: 1, stride: 1, note: and so on}\n"
    text = IMAGE + "layers:\n" + layer * 1_000
    text += "# " + "-" * (4 * 2**20 - len(text) - 2)
    assert len(text) == 4 * 2**20
    assert outcome(reader, tmp_path, text) == "1000 layers\n"


def test_aliases_are_layers_like_others(tmp_path: Path) -> None:
    """What an alias stands for is read wherever it stands, with names of its own."""
    text = (
        IMAGE
        + "layers: [&stem {conv: 4, kernel: 1, act: relu}, *stem, {seq: &body [relu, *stem]}, {residual: *body}]"
    )
    path = tmp_path / "net.yaml"
    path.write_text(text, encoding="utf-8")
    names = [node.name for node in load_path(path).nodes]
    assert names[:4] == ["conv1", "conv1.act", "conv2", "conv2.act"]
    assert names[4:] == ["relu1", "conv3", "conv3.act", "relu2", "conv4", "conv4.act", "add1"]
