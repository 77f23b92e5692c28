"""Hostile specs: each asks for as much as it may, or for more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from hostile_case import MOST, Case, files

IMAGE = "input: [3, 8, 8]\n"
FEATURES = "input: [8]\n"

CSV = ("analyze", "n.yaml", "--format", "csv")


def spec(text: str | Callable[[], str]) -> Callable[[Path], None]:
    """Write one spec."""

    def write(folder: Path) -> None:
        (folder / "n.yaml").write_text(text if isinstance(text, str) else text(), encoding="utf-8")

    return write


def each(count: int, line: Callable[[int], str], between: str = "\n") -> str:
    """Many pieces of text, by their number."""
    return between.join(map(line, range(count)))


def filled(head: str, line: Callable[[int], str], tail: str = "", between: str = "\n") -> str:
    """As many lines as a file may have bytes."""
    lines: list[str] = []
    size = len(head) + len(tail)
    while True:
        text = line(len(lines))
        size += len(text) + len(between)
        if size > MOST:
            return head + between.join(lines) + tail
        lines.append(text)


def nested(levels: int, inner: str, around: str) -> str:
    """An item inside an item inside an item."""
    for level in range(levels):
        inner = around.replace("LEVEL", str(level)).replace("INNER", inner)
    return inner


def doubling(levels: int, layers: str) -> str:
    """Blocks each of which calls the one before twice."""
    return (
        f"{IMAGE}blocks:\n  B0: {{layers: {layers}}}\n"
        + each(levels, lambda n: f"  B{n + 1}: {{layers: [B{n}, B{n}]}}")
        + f"\nlayers: [B{levels}]"
    )


LIST = "[" + "i, " * 999 + "i]"
ALIASES = "note: [&a0 [1, 1], " + each(17, lambda n: f"&a{n + 1} [*a{n}, *a{n}]", ", ") + "]\n"
LETTERS = [f"{a}{b}" for a in "abcdefgh" for b in "abcdefgh"]
NAMES = [name for name in LETTERS if name != "if"]

OPERANDS: Mapping[str, str | Callable[[], str]] = {
    "add of 100,000 operands, repeated": f"{FEATURES}layers: [{{add: [{'prev, ' * 99_999}prev], repeat: 1000}}]",
    "add of 1,000 operands, repeated": f"{FEATURES}layers: [{{add: [{'prev, ' * 999}prev], repeat: 10000}}]",
    "concat of 1,000 operands, repeated": (
        f"{FEATURES}layers: [{{concat: [{'input, ' * 999}input], repeat: 10000}}]"
    ),
    "1,000 branches, repeated": (
        f"{FEATURES}layers: [{{add: {{{each(1000, lambda n: f'b{n}: [relu]', ', ')}}}, repeat: 10000}}]"
    ),
    "empty branches, repeated": (
        f"{FEATURES}layers: [{{add: {{{each(1000, lambda n: f'b{n}: []', ', ')}}}, repeat: 10000}}]"
    ),
    "a block of 1,000 inputs, repeated": (
        f"{FEATURES}blocks: {{B: {{inputs: [{each(1000, lambda n: f'x{n}', ', ')}], layers: []}}}}\n"
        f"layers: [{{B: , from: [{'input, ' * 999}input], repeat: 100000}}]"
    ),
    "a block of 1,000 parameters, called often": (
        f"{FEATURES}blocks: {{B: {{params: [{each(1000, lambda n: f'p{n}: 1', ', ')}], layers: [relu]}}}}\n"
        "layers: [{B: , repeat: 100000}]"
    ),
    "a block of 50,000 parameters, called from 50,000 items": (
        f"{FEATURES}blocks: {{B: {{params: [{each(50_000, lambda n: f'p{n}: 1', ', ')}], layers: [relu]}}}}\n"
        f"layers: [{'B, ' * 50_000}B]"
    ),
    "a block of 1,000 parameters, called from 90,000 items": (
        f"{FEATURES}blocks: {{B: {{params: [{each(1000, lambda n: f'p{n}: 1', ', ')}], layers: []}}}}\n"
        f"layers: [{'B, ' * 90_000}B]"
    ),
}

VALUES: Mapping[str, str | Callable[[], str]] = {
    "let of 100 lists of 1,000": (
        f"{FEATURES}blocks: {{B: {{params: [i], layers: [let: {{{each(100, lambda n: f'a{n}: {LIST}', ', ')}}}, relu]}}}}\n"
        "layers: [{B: i, repeat: 500000}]"
    ),
    "let of lists of a long list": (
        f"params: {{long: [{'1, ' * 990}1]}}\n{FEATURES}"
        f"layers: [{{seq: [let: {{{each(300, lambda n: f'a{n}: [long, i]', ', ')}}}, relu], repeat: 10000}}]"
    ),
    "1,000 axes by expressions": (
        f"{FEATURES}layers: [{{custom: , params: 1, macs: 1, kind: tensor, repeat: 1000000, shape: "
        f"[{'0*i+1, ' * 998}1]}}]"
    ),
    "64 axes by expressions": (
        f"{FEATURES}layers: [{{custom: , params: 1, macs: 1, kind: tensor, repeat: 1000000, shape: "
        f"[{'0*i+1, ' * 62}1]}}]"
    ),
    "64 axes by a parameter": (
        f"params: {{s: [{'1, ' * 62}1]}}\n{FEATURES}"
        "layers: [{custom: , params: i, macs: 1, kind: tensor, repeat: 100000, shape: s}]"
    ),
    "15,000 long expressions": (
        lambda: "input: [3]\nlayers:\n" + each(15_000, lambda n: f"- linear: {n}" + "+1" * 110)
    ),
    "45,000 nested expressions": (
        lambda: (
            "input: [3]\nlayers:\n" + each(45_000, lambda n: "- linear: " + "(" * 30 + str(n + 1) + ")" * 30)
        )
    ),
    "distinct parameters": lambda: filled(
        "params:\n", lambda n: f"  a{n}: {n}", f"\n{FEATURES}layers: [relu]\n"
    ),
    "parameters of the one before": (
        lambda: (
            "params:\n  a0: 1\n"
            + each(60_000, lambda n: f"  a{n + 1}: a{n}")
            + f"\n{FEATURES}layers: [relu]\n"
        )
    ),
    "lists that double": (
        "params:\n  a0: ["
        + "1, " * 990
        + "1]\n"
        + each(60_000, lambda n: f"  a{n + 1}: [a0, 1]")
        + f"\n{FEATURES}layers: [relu]\n"
    ),
    "a list as long as the file": lambda: filled(
        f"{FEATURES}layers: [relu]\nparams: {{a: [", lambda _: "1", "]}\n", ","
    ),
    "lists of lists of 1,000": lambda: filled(
        f"{FEATURES}layers: [relu]\nparams: {{a: [", lambda _: "[" + "1," * 999 + "1]", "]}\n", ","
    ),
    "a long expression evaluated often": (
        f"params: {{{each(63, lambda n: f'{NAMES[n]}: 1', ', ')}}}\n{FEATURES}"
        f"layers: [{{linear: {'+'.join(NAMES[:63])}+i, repeat: 100000}}]"
    ),
    "a long expression evaluated far inside": (
        f"params: {{{each(63, lambda n: f'{NAMES[n]}: 1', ', ')}}}\n{FEATURES}blocks: {{B: {{layers: ["
        + nested(
            25,
            f"{{dropout: ({'+'.join(NAMES[:63])})*0, repeat: 20000}}",
            "{seq: [let: {zLEVEL: 1}, INNER]}",
        )
        + f"]}}}}\nlayers: [{nested(25, 'B', '{seq: [let: {zLEVEL: 1}, INNER]}')}]"
    ),
    "conditions that are all false": f"{FEATURES}layers: [relu, {{relu, if: i < 0, repeat: 99999}}]",
    "a string to compare, by each item": (
        f"{FEATURES}layers: [{{relu, if: \"'{'x' * 100}' == '{'x' * 100}'\", repeat: 90000}}]"
    ),
}

NAMED: Mapping[str, str | Callable[[], str]] = {
    "inner lists beside 30,000 names": (
        lambda: (
            f"{FEATURES}layers:\n"
            + each(30_000, lambda n: f"- {{relu, name: relu{n}}}")
            + "\n- {seq: [relu], repeat: 900000}"
        )
    ),
    "named lists beside 12,000 names that generated ones would take": (
        lambda: (
            f"{FEATURES}layers:\n"
            + each(12_000, lambda n: f"- {{relu, name: relu{n}}}")
            + "\n- {name: z, repeat: 40000, seq: [relu]}"
        )
    ),
    "names looked up outside of a long list": (
        lambda: (
            f"{FEATURES}layers:\n- {{name: x, relu}}\n- seq:\n"
            + each(57_000, lambda n: f"  - {{relu, name: a{n}, from: x}}")
        )
    ),
    "names that nothing has, beside many": (
        lambda: (
            f"{FEATURES}layers:\n"
            + each(20_000, lambda n: f"- {{name: a{n}, relu}}")
            + each(20_000, lambda n: f"\n- {{relu, from: {'b' * 60}{n}}}")
        )
    ),
    "names of 1,800 letters": (
        f"{FEATURES}layers: ["
        + nested(28, "{relu, repeat: 250000}", "{name: x" + "n" * 59 + "LEVEL, seq: [INNER]}")
        + "]"
    ),
    "names of 255 letters": (
        f"{FEATURES}layers: ["
        + nested(3, "{relu, repeat: 99000}", "{name: x" + "n" * 59 + "LEVEL, seq: [INNER]}")
        + "]"
    ),
    "names nested deeply, in every list": (
        lambda: (
            f"{FEATURES}layers: ["
            + nested(28, "[" + each(50_000, lambda n: f"{{relu, name: a{n}}}", ", ") + "]", "[{seq: INNER}]")[
                1:
            ]
        )
    ),
    "names that are used twice": (
        lambda: f"{FEATURES}layers:\n" + each(50_000, lambda _: "- {relu, name: a}")
    ),
    "outputs that name everything": (
        lambda: f"{FEATURES}layers: [{{relu, name: a}}]\noutputs: [{'a, ' * 390_000}a]\n"
    ),
    "tensors that nothing uses": (
        lambda: f"{FEATURES}layers:\n" + each(33_000, lambda _: "- {relu, from: input}")
    ),
    "inputs": (lambda: f"inputs:\n{each(60_000, lambda n: f'  a{n}: [3]')}\nlayers: [relu]\n"),
    "few enough inputs": (lambda: f"inputs:\n{each(35_000, lambda n: f'  a{n}: [3]')}\nlayers: [relu]\n"),
}

REPEATED: Mapping[str, str | Callable[[], str]] = {
    "all layers different, 53 bytes": f"{FEATURES}layers: [{{linear: i + 1, repeat: 250000}}]\n",
    "as many different layers as may be": f"{FEATURES}layers: [{{linear: i + 1, repeat: 33000}}]\n",
    "as many different convolutions as may be": (
        "input: [8, 64, 64]\nlayers: [{conv: i + 1, kernel: 1 + 2*(i % 3), pad: i % 3, repeat: 22000}]\n"
    ),
    "different layers that fail at the end": (
        f"{FEATURES}layers: [{{linear: i + 1, repeat: 33000}}, {{conv: 3, kernel: 3}}]\n"
    ),
    "99,999 layers": f"{FEATURES}layers: [{{relu, repeat: 99999}}]\n",
    "99,999 layers that fail at the end": f"{FEATURES}layers: [{{relu, repeat: 99999}}, {{conv: 3, kernel: 3}}]\n",
    "99,990 convolutions with norm and act": (
        "input: [8, 16, 16]\nlayers: [{conv: 8, kernel: 3, pad: 1, norm: batchnorm, act: relu, repeat: 33330}]\n"
    ),
    "norm and act beyond the limit": (
        "params: {n: 99000}\ninput: [8, 16, 16]\n"
        "layers: [{conv: 8, kernel: 3, pad: 1, norm: batchnorm, act: relu, repeat: n}]\n"
    ),
    "additions beyond the limit": (
        f"params: {{n: 60000}}\n{FEATURES}layers: [{{residual: [relu], act: relu, repeat: n}}]\n"
    ),
    "repetitions of repetitions by parameters": (
        f"params: {{n: 1000, m: 1000}}\n{FEATURES}layers: [{{repeat: n, seq: [{{repeat: m, seq: [relu]}}]}}]\n"
    ),
    "names in repeated blocks of two outputs": (
        f"{FEATURES}blocks: {{B: {{inputs: [x, y], outputs: [a, b], layers: [{{name: a, relu}}, {{name: b, relu, from: y}}]}}}}\n"
        "layers: [{name: s, B, from: [input, input], repeat: 24000}]\n"
    ),
    "branches side by side in branches side by side": (
        f"params: {{n: 300}}\n{FEATURES}layers: [{{add: [{{add: [{{relu: , repeat: n}}], repeat: n}}]}}]\n"
    ),
    "many names of frozen weights": (
        f"{FEATURES}layers: [{{linear: 8, frozen: [weight{', bias' * 999}], repeat: 90000}}]\n"
    ),
    "shared weights from many calls away": (
        f"{FEATURES}blocks:\n"
        + each(30, lambda n: f"  B{n}: {{inputs: [x, y], layers: [{{B{n + 1}, from: [x, y]}}]}}")
        + "\n  B30: {inputs: [x, y], layers: [{linear: 8, share: y, from: x, repeat: 50000}]}\n"
        "layers: [{name: a, linear: 8}, {B0, from: [input, a]}]\n"
    ),
    "blocks that call blocks twice": doubling(30, "[relu]"),
    "empty blocks that call blocks twice": doubling(30, "[]"),
    "first repetitions inside of first repetitions": (
        f"{FEATURES}layers: ["
        + nested(20, "relu", "{residual: [INNER], repeat: 1, first: {act: relu}}")
        + "]"
    ),
    "weights shared by different layers": (
        f"{FEATURES}layers: [{{name: a, linear: 8, repeat: 30000}}, {{name: b, linear: 8, repeat: 30000, share: a}}]\n"
    ),
    "groups without layers": f"{FEATURES}layers: [relu, {{seq: [], repeat: 19990}}]\n",
    "groups around each layer": (
        f"{FEATURES}layers: [{{repeat: 49000, seq: [{nested(2, 'relu', '{seq: [INNER]}')}]}}]\n"
    ),
    "blocks around each layer": (
        f"{FEATURES}blocks: {{A: {{layers: [relu]}}, B: {{layers: [A]}}}}\nlayers: [{{B, repeat: 24000}}]\n"
    ),
}

WRITTEN_OUT: Mapping[str, str | Callable[[], str]] = {
    "words": lambda: f"{FEATURES}layers: [{'relu, ' * 60_000}relu]\n",
    "more words": lambda: f"{FEATURES}layers: [{'relu, ' * 390_000}relu]\n",
    "convolutions": lambda: (
        "input: [8, 16, 16]\ndefaults: {conv: {kernel: 3, pad: 1}}\nlayers:\n"
        + "- conv: 8\n- relu\n" * 18_500
    ),
    "more convolutions": lambda: (
        "input: [8, 16, 16]\ndefaults: {conv: {kernel: 3, pad: 1}}\nlayers:\n"
        + "- conv: 8\n- relu\n" * 50_000
    ),
    "different layers": lambda: f"{FEATURES}layers:\n" + each(21_800, lambda n: f"- linear: {n + 1}\n"),
    "different layers that fail at the end": lambda: (
        f"{FEATURES}layers:\n" + each(21_800, lambda n: f"- linear: {n + 1}\n") + "- {conv: 3, kernel: 3}\n"
    ),
    "fields by defaults": lambda: (
        "input: [8, 16, 16]\ndefaults: {conv: {kernel: [3, 3], pad: [[1, 1], [1, 1]], stride: [1, 1], "
        "dilation: [1, 1], norm: {batchnorm: , note: x}, act: {leakyrelu: 0.1}}}\nlayers:\n"
        + "- conv: 8\n"
        * 7_000
    ),
    "more fields by defaults": lambda: (
        "input: [8, 16, 16]\ndefaults: {conv: {kernel: [3, 3], pad: [[1, 1], [1, 1]], stride: [1, 1], "
        "dilation: [1, 1], norm: {batchnorm: , note: x}, act: {leakyrelu: 0.1}}}\nlayers:\n"
        + "- conv: 8\n"
        * 60_000
    ),
    "blocks that nothing calls": lambda: (
        f"{FEATURES}layers: [relu]\nblocks:\n" + each(60_000, lambda n: f"  B{n}: {{layers: []}}")
    ),
    "blocks with defaults of their own": lambda: (
        f"{FEATURES}layers: [relu]\ndefaults: {{conv: {{kernel: 3, pad: 1, stride: 1, groups: 1}}, linear: {{bias: true}}}}\n"
        "blocks:\n" + each(40_000, lambda n: f"  B{n}: {{layers: [], defaults: {{conv: {{pad: 2}}}}}}")
    ),
    "variants": lambda: (
        f"{FEATURES}layers: [relu]\nparams: {{a: 1}}\nvariants:\n"
        + each(120_000, lambda n: f"  v{n}: {{a: 2}}")
    ),
}

TREES: Mapping[str, str | Callable[[], str]] = {
    "a list of small nodes": lambda: f"{FEATURES}layers: [relu]\nnote: [{'1,' * 399_000}1]\n",
    "a list of too many nodes": lambda: filled(
        f"{FEATURES}layers: [relu]\nnote: [", lambda _: "1", "]\n", ","
    ),
    "lines of small nodes": lambda: f"{FEATURES}layers: [relu]\nnote:\n" + "- 1\n" * 399_000,
    "empty lists": lambda: f"{FEATURES}layers: [relu]\nnote: [{'[],' * 399_000}[]]\n",
    "small mappings": lambda: f"{FEATURES}layers: [relu]\nnote: [{'{a: 1},' * 132_000}1]\n",
    "different keys": lambda: (
        f"{FEATURES}layers: [relu]\nnote: {{{each(199_000, lambda n: f'a{n}: {n}', ', ')}}}\n"
    ),
    "different keys, then a fault": lambda: (
        f"{FEATURES}layers: [relu, nothing]\nnote: {{{each(199_000, lambda n: f'a{n}: {n}', ', ')}}}\n"
    ),
    "quoted texts": lambda: f"{FEATURES}layers: [relu]\nnote:\n" + '- "a"\n' * 390_000,
    "different texts": lambda: f"{FEATURES}layers: [relu]\nnote: [{each(350_000, lambda n: f'a{n}', ',')}]\n",
    "empty lines": lambda: f"{FEATURES}layers: [relu]\n" + "\n" * (MOST - 50),
    "short lines of comment": lambda: f"{FEATURES}layers: [relu]\n" + "##\n" * 1_390_000,
    "one long line of text": lambda: f"{FEATURES}layers: [relu]\nnote: {'x ' * 2_090_000}\n",
    "folded text": lambda: f"{FEATURES}layers: [relu]\nnote: >\n" + "  x\n\n" * 800_000,
    "escapes": lambda: f'{FEATURES}layers: [relu]\nnote: "' + "\\x41" * 1_000_000 + '"\n',
    "open brackets": lambda: "[" * (MOST - 1),
    "open questions": lambda: "? " * (MOST // 2 - 1),
    "open dashes": lambda: "- " * (MOST // 2 - 1),
    "nested as deeply as may be": lambda: filled(
        f"{FEATURES}layers: [relu]\nnote:\n", lambda _: "- " + "[" * 60 + "]" * 60
    ),
    "anchors": lambda: f"{FEATURES}layers: [relu]\nnote:\n" + each(250_000, lambda n: f"- &a{n} 1"),
    "aliases of aliases": f"{ALIASES}{FEATURES}layers: [relu]\n",
    "aliases of layers": (
        f"{FEATURES}layers: [{{seq: &a [{'relu, ' * 400}relu]}}, {'{seq: *a}, ' * 900}relu]\n"
    ),
    "aliases that nothing has": lambda: f"{FEATURES}layers: [relu]\nnote:\n" + "- *a\n" * 800_000,
    "tags": lambda: f"{FEATURES}layers: [relu]\nnote:\n" + "- !!int 1\n" * 300_000,
    "split expressions": lambda: f"{FEATURES}layers: [{'max(1, 2), ' * 190_000}relu]\n",
    "duplicate keys": lambda: f"{FEATURES}layers: [relu]\nnote:\n" + "  a: 1\n" * 190_000,
    "large numbers": lambda: f"{FEATURES}layers: [relu]\nnote: [{'9' * 4_000_000}]\n",
    "leading zeros": lambda: f"{FEATURES}layers: [relu]\nnote: [{'0' * 4_000_000}]\n",
    "digits and colons": lambda: f"{FEATURES}layers: [relu]\nnote: [1{':1' * 2_000_000}]\n",
    "digits and underscores": lambda: f"{FEATURES}layers: [relu]\nnote: [1{'_1' * 2_000_000}]\n",
}

LINES: Mapping[str, str | Callable[[], str]] = {
    "directives": lambda: "%FOO bar\n" * 460_000 + f"---\n{FEATURES}layers: [relu]\n",
    "ends of documents": lambda: f"{FEATURES}layers: [relu]\n" + "...\n" * 1_000_000,
    "carriage returns": lambda: f"{FEATURES}layers: [relu]\n" + "\r" * 4_000_000,
    "line separators": lambda: f"{FEATURES}layers: [relu]\nnote: a" + "\u2028" * 1_300_000 + "\n",
    "block texts": lambda: f"{FEATURES}layers: [relu]\nnote:\n" + "- |\n  a\n" * 380_000,
    "quoted texts over lines": lambda: f'{FEATURES}layers: [relu]\nnote: "' + "a\n  " * 1_000_000 + '"\n',
    "questions": lambda: f"{FEATURES}layers: [relu]\nnote:\n" + each(190_000, lambda n: f"  ? a{n}\n  : b"),
    "tabs": lambda: f"{FEATURES}layers: [relu]\n" + "\t\n" * 2_000_000,
    "emoji": lambda: f"{FEATURES}layers: [relu]\nnote: " + "\U0001f600" * 1_000_000 + "\n",
    "many brackets on a line": lambda: (
        f"{FEATURES}layers: [relu]\nnote: ["
        + "[" * 50
        + "]" * 50
        + ("," + "[" * 50 + "]" * 50) * 3_800
        + "]\n"
    ),
    "a layer on every line, with blanks": lambda: (
        f"{FEATURES}layers: [{{custom: '{'x' + chr(0x2003) * 254}', params: 1, macs: 1, repeat: 99990}}]\n"
    ),
    "a layer on every line, wide": lambda: (
        f"{FEATURES}layers: [{{custom: '{chr(0x754C) * 255}', params: 1, macs: 1, repeat: 99990}}]\n"
    ),
}

FAULTY: Mapping[str, str | Callable[[], str]] = {
    "an item of many unknown keys": lambda: (
        f"{FEATURES}layers:\n- {{{each(199_000, lambda n: f'con{n}: 1', ', ')}}}\n"
    ),
    "items of many unknown keys": lambda: (
        f"{FEATURES}layers:\n" + each(190, lambda _: "- {" + each(900, lambda n: f"con{n}: 1", ", ") + "}")
    ),
    "unknown layers": lambda: f"{FEATURES}layers:\n" + each(190_000, lambda n: f"- convol{n}"),
    "unknown fields": lambda: (
        f"{FEATURES}layers:\n" + each(90_000, lambda n: f"- {{conv: 3, kernel: 3, padd{n}: 1}}")
    ),
    "references to what is not inside": lambda: (
        f"{FEATURES}blocks: {{B: {{layers: [{{name: a, relu}}, {{relu, from: a.b}}]}}}}\nlayers:\n"
        + each(20_000, lambda n: f"- {{name: s{n}, B, from: input}}")
    ),
    "unknown names in expressions": lambda: (
        f"{FEATURES}layers:\n" + each(90_000, lambda n: f"- linear: width{n}")
    ),
    "names that follow from an unknown one": lambda: (
        f"{FEATURES}layers:\n- let: {{a: width, {each(60_000, lambda n: f'b{n}: a', ', ')}}}\n"
    ),
    "unknown top-level keys": lambda: (
        each(190_000, lambda n: f"layer{n}: 1") + f"\n{FEATURES}layers: [relu]\n"
    ),
    "a long text used a hundred times": lambda: (
        f'note: &a "{"x" * 4_000_000}\u00a0"\n{FEATURES}layers: [{"*a, " * 99}*a]\n'
    ),
    "a long text as a path": lambda: (
        f"note: &a {'a/' * 2_000_000}\n{FEATURES}layers: [relu]\nimports: {{{each(90, lambda n: f'a{n}: *a', ', ')}}}\n"
    ),
    "faults on a line as long as the file": lambda: (
        f'input: [8]\nnote: "\t{"x" * 4_000_000}"\nlayers: [{"nothing, " * 99}nothing]'.replace(
            "\n", ", "
        ).replace("input", "{input", 1)
        + "}"
    ),
    "a bracket that is never closed": lambda: f"{FEATURES}layers: [" + "[],\n" * 120_000,
    "a late syntax error": lambda: f"{FEATURES}layers: [relu]\nnote:\n" + "- 1\n" * 390_000 + "  - : - :\n",
    "blocks that nothing is called": lambda: (
        f"{FEATURES}blocks:\n"
        + each(20_000, lambda n: f"  A{n}: {{layers: []}}")
        + "\nlayers:"
        + "\n- Bbb" * 90_000
    ),
}


def importing(count: int, text: str) -> Callable[[Path], None]:
    """A spec that imports so many files of one text."""
    return files(
        {
            "n.yaml": f"{FEATURES}imports:\n{each(count, lambda n: f'  a{n}: f{n}.yaml')}\nlayers: [relu]\n",
            **{f"f{n}.yaml": text for n in range(count)},
        }
    )


LONG_TEXTS: Mapping[str, str | Callable[[], str]] = {
    "a long name, on every row": lambda: (
        f"name: {'x' * 4_000_000}\n{FEATURES}layers: [{{relu, repeat: 99999}}]\n"
    ),
    "a long description, on every row": lambda: (
        f"{FEATURES}layers: [{{custom: {'x' * 4_000_000}, params: 1, macs: 1, repeat: 9999}}]\n"
    ),
    "a long description, of many layers": lambda: (
        f"note: &a {'x' * 4_000_000}\n{FEATURES}layers: [{{custom: *a, params: i, macs: 1, repeat: 9999}}]\n"
    ),
    "long names of parameters": lambda: f"{FEATURES}layers: [relu]\nparams: {{{'a' * 4_000_000}: 1}}\n",
    "different keys beside work": lambda: (
        f"{FEATURES}note: {{{each(150_000, lambda n: f'a{n}: {n}', ', ')}}}\nlayers: [{'relu, ' * 90_000}relu]\n"
    ),
    "different keys beside different layers": lambda: (
        f"{FEATURES}note: {{{each(100_000, lambda n: f'a{n}: {n}', ', ')}}}\nlayers: [{{linear: i + 1, repeat: 14000}}]\n"
    ),
    "long expressions beside layers": lambda: (
        f"{FEATURES}layers:\n"
        + each(600, lambda n: f"- dropout: ({n} + {n}" + "-0*1" * 50 + ") * 0\n")
        + "- {repeat: 7000, residual: [relu]}\n- {conv: 3, kernel: 3}\n"
    ),
}

IMPORTS: Mapping[str, Callable[[Path], None]] = {
    "3,000 small imports": importing(3_000, "blocks: {B: {layers: [relu]}}\n"),
    "20 imports of 4 MiB": importing(20, "#\n" * (MOST // 2 - 100)),
    "9 imports of 100,000 values": importing(9, "note: [" + "1," * 100_000 + "1]\n"),
    "one file by 60,000 names": files(
        {
            "n.yaml": f"{FEATURES}imports:\n{each(60_000, lambda n: f'  a{n}: f.yaml')}\nlayers: [relu]\n",
            "f.yaml": "blocks: {}\n",
        }
    ),
}


LARGEST = (
    REPEATED["99,999 layers"],
    REPEATED["as many different layers as may be"],
    REPEATED["99,990 convolutions with norm and act"],
    WRITTEN_OUT["different layers"],
    NAMED["names of 255 letters"],
    NAMED["few enough inputs"],
    LINES["a layer on every line, wide"],
    LINES["a layer on every line, with blanks"],
)
"""What is answered, and large."""

COMMANDS: Mapping[str, Sequence[str]] = {
    "table": ("analyze", "n.yaml"),
    "json": ("analyze", "n.yaml", "--format", "json"),
    "markdown": ("analyze", "n.yaml", "--format", "markdown"),
    "lenet's table": ("analyze", "n.yaml", "--style", "lenet"),
    "depth 1": ("analyze", "n.yaml", "--depth", "1"),
    "sorted": ("analyze", "n.yaml", "--sort", "params"),
    "folded": ("analyze", "n.yaml", "--fold-batchnorm", "--format", "csv"),
    "explained": ("explain", "n.yaml", "relu1.0"),
    "compared": ("diff", "n.yaml", "alexnet"),
    "compared by batch": ("diff", "n.yaml", "n.yaml", "--batch", "2"),
}


COMPARED: Mapping[str, tuple[str, str]] = {
    "different layers": (
        f"{FEATURES}layers: [{{linear: i + 1, repeat: 39000}}]\n",
        "input: [9]\nlayers: [{linear: i + 2, repeat: 39000}]\n",
    ),
    "layers of other names": (
        f"{FEATURES}layers: [{{linear: i + 1, repeat: 39000}}]\n",
        "input: [9]\nlayers: [{name: a, seq: [{linear: i + 2, repeat: 39000}]}]\n",
    ),
    "layers that interleave": (
        f"{FEATURES}layers: [{{relu, repeat: 99000}}]\n",
        f"{FEATURES}layers: [{{seq: [relu, tanh], repeat: 49000}}]\n",
    ),
}
"""Two large specs, side by side."""


def cases() -> Iterator[Case]:
    """All of them."""
    for group in (OPERANDS, VALUES, NAMED, REPEATED, WRITTEN_OUT, TREES, LINES, FAULTY, LONG_TEXTS):
        for name, text in group.items():
            yield Case(name, spec(text), CSV)
    for name, write in IMPORTS.items():
        yield Case(name, write, CSV)
    for form, command in COMMANDS.items():
        for number, text in enumerate(LARGEST):
            yield Case(f"large {number}, {form}", spec(text), command)
    for name, (old, new) in COMPARED.items():
        for form in ("table", "csv", "json", "markdown"):
            write = files({"a.yaml": old, "b.yaml": new})
            yield Case(f"compared, {name}, {form}", write, ("diff", "a.yaml", "b.yaml", "--format", form))
