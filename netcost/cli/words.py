"""Words that people type for something else: commands, options and choices as other programs call them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import click

COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("list", "ls", "networks", "zoo", "show-models"), "netcost models"),
    **dict.fromkeys(
        (
            "summary",
            "summarize",
            "info",
            "profile",
            "table",
            "run",
            "count",
            "flops",
            "stats",
            "show",
            "print",
        ),
        "netcost analyze SPEC",
    ),
    **dict.fromkeys(("compare", "delta", "cmp"), "netcost diff A B"),
    **dict.fromkeys(("validate", "lint", "verify", "test"), "netcost check"),
    **dict.fromkeys(("describe", "derive", "why"), "netcost explain SPEC LAYER"),
    **dict.fromkeys(("ram", "vram", "peak"), "netcost memory SPEC"),
    **dict.fromkeys(
        ("visualize", "visualise", "plot", "draw", "chart", "picture", "render"),
        "netcost analyze SPEC -o report.html",
    ),
    **dict.fromkeys(("receptive-field", "receptive_field", "rf"), "netcost explain SPEC LAYER"),
    **dict.fromkeys(("import", "export", "translate"), "netcost convert MODEL"),
    **dict.fromkeys(("search", "grid", "tune"), "netcost sweep SPEC"),
    **dict.fromkeys(("types", "ops", "layer"), "netcost layers"),
    **dict.fromkeys(("tighten", "lower", "update"), "netcost budget update --tighten"),
    **dict.fromkeys(("create", "write", "new"), "netcost budget init SPEC"),
}
"""Commands that there are not, and what does the same."""

OPTIONS: Mapping[str, str] = {
    **{f"--{name}": f"--format {name}" for name in ("json", "csv", "markdown", "table")},
    "--md": "--format markdown",
    **dict.fromkeys(("-f", "--fmt", "--output-format", "--type"), "--format"),
    **dict.fromkeys(("--no-color", "--no-colour", "--nocolor"), "--color never"),
    "--colour": "--color",
    **dict.fromkeys(("--batch-size", "--batchsize", "--bs", "-b", "-n"), "--batch"),
    **dict.fromkeys(("--precision", "--data-type", "--datatype"), "--dtype"),
    **dict.fromkeys(("--fp16", "--half"), "--dtype float16"),
    "--bf16": "--dtype bfloat16",
    "--int8": "--dtype int8",
    **dict.fromkeys(("--input-size", "--input-shape", "--shape", "--size", "--resolution"), "--input"),
    **dict.fromkeys(("--param", "--params", "-D"), "--set"),
    **dict.fromkeys(("--out", "--save", "--file"), "--output"),
    "--threshold": "--limit",
    "-v": "-V",
    "--max-depth": "--depth",
    **dict.fromkeys(("--silent", "--no-footer", "--brief"), "--quiet"),
    **dict.fromkeys(("--parameters", "--variables"), "--set"),
}
"""Options that there are not, and those that do the same, where a command has them."""

CHOICES: Mapping[str, str] = {
    **dict.fromkeys(("parameters", "parameter", "param", "#params"), "params"),
    **dict.fromkeys(("mac", "mult-adds", "multadds", "madds"), "macs"),
    **dict.fromkeys(("mem", "ram"), "memory"),
    **dict.fromkeys(("operations", "op"), "ops"),
    **dict.fromkeys(("weights", "weight"), "weight_bytes"),
    "activations": "activation_bytes",
    **dict.fromkeys(("on", "yes", "true", "force"), "always"),
    **dict.fromkeys(("off", "no", "false", "none"), "never"),
}
"""Words of choices that are not among them, and those that are meant."""


def no_choice(text: str, choices: Collection[str]) -> str:
    """Say that a word is none of several, and which was probably meant."""
    told = f"`{text}` is none of {', '.join(choices)}."
    other = CHOICES.get(text.lower())
    meant = other if other in choices else likely(text, choices)
    return f"{told} Did you mean `{meant}`?" if meant else told


def likely(word: str, known: Iterable[str]) -> str:
    """The word that was probably meant: one that begins so, one that is like it, or one that has it within."""
    from netcost.source.problem import nearest

    words, start = list(known), word.lower()
    within = [each for each in words if start and start in each.lower()]
    begun = [each for each in within if each.lower().startswith(start)]
    told = begun if len(start) >= TELLING else []
    return next(filter(None, [*told, nearest(start, words), *begun, *within]), "")


def no_command(name: str, commands: Collection[str], path: str, ctx: click.Context) -> click.UsageError:
    """Say that there is no command of a name, and what was probably meant.

    Args:
        name: what was typed.
        commands: the commands there are.
        path: what is typed before them.
        ctx: where it was typed.
    """
    told = f"There is no command `{name}`."
    others = {word: meant for word, meant in COMMANDS.items() if meant.startswith(path)}
    meant = others.get(name.lower(), "")
    if not meant and path == "netcost" and is_spec(name):
        meant = f"netcost analyze {name}"
    meant = (
        meant
        or very_like(name, commands)
        or others.get(very_like(name, others), "")
        or likely(name, commands)
    )
    if not meant and path == "netcost" and (near := spec_near(name)):
        meant = f"netcost analyze {near}"
    return click.UsageError(f"{told} Did you mean `{meant}`?" if meant else told, ctx)


def is_spec(name: str) -> bool:
    """Tell whether a word is a file or a bundled network."""
    from netcost import zoo

    return zoo.is_path(name) or name.removesuffix(zoo.SUFFIX) in zoo.networks()


def spec_near(name: str) -> str:
    """The file or the bundled network that a word was probably meant for; empty if there is none."""
    from netcost import frontends, zoo

    return frontends.file_near(name) or very_like(name, zoo.networks())


def very_like(word: str, known: Iterable[str]) -> str:
    """The word that another differs from by a letter or two; empty if there is none."""
    from netcost.source.problem import nearest

    return nearest(word.lower(), known, VERY_LIKE) or ""


VERY_LIKE = 0.8
LONG = "--"
TELLING = 3
"""Letters that tell a word by its beginning."""


def no_option(error: click.NoSuchOption) -> str:
    """Say that there is no such option, and which does the same in the command."""
    name = error.option_name
    known = (
        [each for param in error.ctx.command.get_params(error.ctx) for each in param.opts]
        if error.ctx
        else []
    )
    other = OPTIONS.get(name, "")
    meant = other if other.partition(" ")[0] in known else _option_like(name, known)
    return f"No such option '{name}'. Did you mean '{meant}'?" if meant else f"No such option '{name}'."


def _option_like(name: str, known: Iterable[str]) -> str:
    """The long option that a misspelt one was probably meant for; of a letter, the only one that begins so."""
    words = [each[len(LONG) :] for each in known if each.startswith(LONG)]
    bare = name.lstrip("-")  # dashes make none more like another
    begun = [each for each in words if each.startswith(bare)]
    near = likely(bare, words) if name.startswith(LONG) else begun[0] if len(begun) == 1 else ""
    return near and f"{LONG}{near}"
