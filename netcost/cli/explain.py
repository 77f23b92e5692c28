"""`netcost explain`: the derivation of one layer's every number."""

from __future__ import annotations

import click

from netcost.analysis.explain import explain
from netcost.cli.output import STANDARD_OUTPUT, write
from netcost.cli.overriding import overriding_run
from netcost.cli.specs import complete_spec, read
from netcost.cli.terminal import Color, color_option, encoding, has_color, width, width_option
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.render import derivation
from netcost.source.problem import SpecError, nearest

SHOWN = 12
"""Layers that an error lists at most."""


def complete_layer(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the names of the layers of the spec that comes before."""
    del param
    try:
        names = read(ctx.params["spec"]).names
    except SpecError:
        return []
    return [name for name in names if name.startswith(incomplete)]


@click.command
@click.argument("spec", shell_complete=complete_spec)
@click.argument("layer", shell_complete=complete_layer)
@overriding_run
@width_option
@color_option
def command(spec: str, layer: str, overrides: Overrides, asked_width: int | None, color: Color) -> None:
    """Derive every number of one layer, formula by formula.

    Output size, memory, parameters and operations, what it sees of the input, keeps for backward and holds while it
    runs: in words, in figures, and the result, as netcost's own rules compute them. SPEC is a file, a bundled
    network's name, or - for standard input; LAYER is the name that `netcost analyze SPEC` prints.

    \b
    netcost explain alexnet conv1
    netcost explain net.yaml layer1.0.conv2 --batch 8
    """
    network = read(spec, overrides)
    if layer not in network:
        raise click.UsageError(_unknown(layer, network))
    room = width(asked_width) or derivation.WIDTH
    text = derivation.render(explain(network, layer), width=room, color=has_color(color))
    write(STANDARD_OUTPUT, text, encoding=encoding())


def _unknown(layer: str, network: Network) -> str:
    near = nearest(layer, network.names)
    if near:
        return f"{network.name} has no layer `{layer}`. Did you mean `{near}`?"
    names = network.names
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return f"{network.name} has no layer `{layer}`; it has {', '.join(names[:SHOWN])}{more}."
