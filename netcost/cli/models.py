"""`netcost models`: the bundled networks with their totals."""

from __future__ import annotations

from collections.abc import Sequence

import click

from netcost import zoo
from netcost.analysis.costs import totals
from netcost.cli.output import write_all
from netcost.cli.targets import format_option, output_option, parse_targets
from netcost.cli.terminal import TABLE, Color, color_option, rendered, width_option
from netcost.render.bundled import BundledNetwork, BundledNetworks


def bundled() -> BundledNetworks:
    """Read every bundled network and add up its costs."""
    found = []
    for name, each in zoo.networks().items():
        network = each.load()
        inputs = {node.name: node.output for node in network.inputs}
        found.append(BundledNetwork(name, inputs, totals(network)))
    return BundledNetworks(found)


@click.command
@format_option("models", TABLE)
@output_option()
@width_option
@color_option
def command(asked: str | None, outputs: Sequence[str], asked_width: int | None, color: Color) -> None:
    """List the bundled networks with their totals.

    Input size, parameters, multiply-accumulates and activation memory of each, for one sample. `netcost analyze NAME`
    tells more of one; its file is a spec to start from.
    """
    targets = parse_targets(outputs, "models", asked or "", TABLE)
    networks = bundled()
    write_all(rendered(networks, target, asked_width, color) for target in targets)
