"""`netcost explain`: how the numbers of a layer, a block or a network come about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import click

from netcost.analysis.explain import explain
from netcost.cli.choice import metric_of
from netcost.cli.output import Failure, Misuse
from netcost.cli.overriding import overriding_run
from netcost.cli.printing import Page, Printing, printing_to
from netcost.cli.specs import STANDARD_INPUT, complete_spec, depth_option, read
from netcost.derivation import Breakdown, Derivation
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.render import derivation
from netcost.report import METRICS
from netcost.report.figures import FIGURES
from netcost.source.problem import SpecError, nearest

SHOWN = 12
"""Layers that an error lists at most."""

TOTALS = (*METRICS, *FIGURES)


class Asked(NamedTuple):
    """The number to be told, and how many levels of blocks are unfolded; None for the usual ones."""

    total: str | None
    depth: int | None


def complete_layer(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the names of the layers and blocks of the spec that comes before."""
    del param
    try:
        names = read(ctx.params["spec"]).names
    except SpecError:
        return []
    return [name for name in _explained(names) if name.startswith(incomplete)]


@click.command
@click.argument("spec", shell_complete=complete_spec)
@click.argument("layer", required=False, shell_complete=complete_layer)
@click.option(
    "--total",
    metavar="METRIC",
    type=metric_of(TOTALS),
    help="Tell from which layers a number of the network, or of a block, comes: params, memory, macs, ...",
)
@depth_option
@overriding_run
@printing_to()
def command(
    *,
    spec: str,
    layer: str | None,
    total: str | None,
    depth: int | None,
    overrides: Overrides,
    printing: Printing,
) -> None:
    """Derive the numbers of a layer, a block or a network.

    Of a layer: output size, memory, parameters and operations, what it sees of the input, keeps for backward and
    holds while it runs: in words, in figures, and the result, as netcost's own rules compute them. Of a block its
    parameters, memory and multiply-accumulates, layer by layer, parts that are alike once. SPEC is a file, a bundled
    network's name, or - for standard input; LAYER is a layer or a block as `netcost analyze SPEC` prints it, with
    or without --depth. Without LAYER, the layers are listed.

    \b
    netcost explain alexnet
    netcost explain alexnet conv1
    netcost explain net.yaml layer1.0.conv2 --batch 8
    netcost explain resnet50 layer1
    netcost explain alexnet --total params
    """
    network = read(spec, overrides)
    if layer is not None and layer not in _explained(network.names):
        raise Failure(_unknown(layer, network))
    if layer is not None and layer in network and total is None:
        text = _of_one(explain(network, layer))
    else:
        text = _of_several(spec, network, layer, Asked(total, depth))
    printing.write_page(text)


def _of_one(told: Derivation) -> Page:
    """What is told of a layer."""
    return lambda screen: derivation.render(told, width=screen.width or derivation.WIDTH, color=screen.color)


def _of_several(spec: str, network: Network, layer: str | None, asked: Asked) -> Page:
    """What is told of more than one layer."""
    from netcost.analysis.explain_block import explain_block, explain_total
    from netcost.render import breakdown

    total, depth = asked
    if layer is not None and total in FIGURES:
        raise Misuse(f"{total} is told of the network as a whole: leave `{layer}` out.")
    if layer is not None:
        told = explain_block(network, layer, [total] if total else None, depth)
    elif total is not None:
        told = explain_total(network, total, depth or 1)
    else:
        from netcost.analysis.contents import contents

        listed = contents(network, depth)
        return lambda screen: breakdown.listing(network.name, listed, color=screen.color)
    hint = _hint(spec, layer, told)
    return lambda screen: breakdown.render(
        told,
        hint="" if screen.quiet else hint,
        width=screen.width or derivation.WIDTH,
        color=screen.color,
    )


def _hint(spec: str, layer: str | None, told: Breakdown) -> str:
    """How to see what is in the first block that is not unfolded."""
    from shlex import quote

    [first, *_] = told.sums
    folded = next((part.names[0] for part in first.parts if part.layers), "")
    if not folded or first.name not in METRICS or spec == STANDARD_INPUT:
        return ""
    is_short = layer is not None and not folded.startswith(f"{layer}.")
    block = f"{layer}.{folded}" if is_short else folded
    return f"`netcost explain {quote(spec)} {quote(block)}` unfolds one block, --depth N all of them to N levels."


def _explained(names: Sequence[str]) -> list[str]:
    """What can be asked for: the layers, and the blocks that their names tell."""
    from netcost.analysis.explain_sum import blocks

    return list(dict.fromkeys([*blocks(names), *names]))


def _unknown(layer: str, network: Network) -> str:
    names = network.names
    near = _near(layer, names)
    if near:
        return f"{network.name} has no layer `{layer}`. Did you mean `{near}`?"
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return f"{network.name} has no layer `{layer}`; it has {', '.join(names[:SHOWN])}{more}."


def _near(word: str, names: Sequence[str]) -> str | None:
    """What was most likely meant: the first name that begins so, or of which a part does, or one like it, as deep if any."""
    low, candidates = word.lower(), _explained(names)
    begin = (name for name in candidates if name.lower().startswith(low))
    inside = (name for name in candidates if f".{low}" in name.lower())
    as_deep = [name for name in candidates if name.count(".") == low.count(".")]
    return next(begin, None) or next(inside, None) or nearest(word, as_deep) or nearest(word, candidates)
