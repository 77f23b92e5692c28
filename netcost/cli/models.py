"""`netcost models`: the bundled networks with their totals, or all about one of them."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

import click

from netcost import zoo
from netcost.analysis.costs import totals
from netcost.budget.selector import WILD
from netcost.cli.choice import metric_of
from netcost.cli.output import STANDARD_OUTPUT, Misuse, write
from netcost.cli.printing import Printing, page_width, printing
from netcost.render.bundled import BundledNetwork, BundledNetworks
from netcost.report import METRICS
from netcost.source.problem import SpecError

NAME = "name"


def complete_name(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the names of bundled networks."""
    del ctx, param
    return [name for name in zoo.networks() if name.startswith(incomplete)]


@click.command
@click.argument("names", metavar="[NAME|GLOB]...", nargs=-1, shell_complete=complete_name)
@click.option("--spec", "as_spec", is_flag=True, help="Print the YAML of a network, to start from.")
@click.option(
    "--sort",
    metavar=f"{NAME}|METRIC",
    type=metric_of([name for name, metric in METRICS.items() if metric.has_total], {NAME: NAME}),
    help="Order by name, or by a metric, the largest first: params, macs, memory, ...  [default: families]",
)
@printing("models")
def command(
    *,
    names: Sequence[str],
    as_spec: bool,
    sort: str | None,
    printing: Printing,
) -> None:
    """List the bundled networks with their totals, or tell all about one.

    Input size, parameters, multiply-accumulates and activation memory of each, for one sample. One NAME alone tells
    what the network is, the parameters and variants it has, and where its file is.

    \b
    netcost models resnet50
    netcost models resnet50 --spec
    netcost models 'efficientnet*' --sort macs
    """
    if as_spec:
        network = _the_only(names)
        if not printing.usual:
            raise Misuse(f"`netcost init {names[0]} -o FILE` writes the spec of a bundled network.")
        write(STANDARD_OUTPUT, network.text)
    elif len(names) == 1 and not WILD & set(names[0]) and printing.usual:
        from netcost.cli.about import page

        name = _known(names[0])
        printing.write_page(lambda screen: page(name, page_width(screen)))
    else:
        printing.write(BundledNetworks(_sorted(_bundled(_chosen(names)), sort)))


def _the_only(names: Sequence[str]) -> zoo.Bundled:
    if len(names) != 1:
        raise Misuse("--spec prints one network; name it, as in `netcost models alexnet --spec`.")
    return zoo.find(_known(names[0]))


def _known(name: str) -> str:
    """The name of a bundled network.

    Raises:
        click.BadParameter: there is none; the message names the one that was likely meant.
    """
    try:
        zoo.find(name)
    except SpecError as error:
        hint = error.problems[0].hint or ""
        raise click.BadParameter(f"There is no bundled network `{name}`; {hint}") from None
    return name


def _chosen(patterns: Sequence[str]) -> list[str]:
    """The networks that are meant, each once, in the order of the list; all where nothing is said."""
    names = list(zoo.networks())
    if not patterns:
        return names
    meant: set[str] = set()
    for pattern in patterns:
        if WILD & set(pattern):
            found = {name for name in names if fnmatchcase(name, pattern)}
            if not found:
                raise click.BadParameter(f"No bundled network matches `{pattern}`.")
            meant |= found
        else:
            meant |= {name for name in names if name == _known(pattern).removesuffix(zoo.SUFFIX)}
    return [name for name in names if name in meant]


def _bundled(names: Sequence[str]) -> list[BundledNetwork]:
    """Read bundled networks and add up their costs."""
    found = []
    for name in names:
        network = zoo.networks()[name].load()
        inputs = {node.name: node.output for node in network.inputs}
        found.append(BundledNetwork(name, inputs, totals(network)))
    return found


def _sorted(networks: list[BundledNetwork], key: str | None) -> list[BundledNetwork]:
    if key == NAME:
        return sorted(networks, key=lambda each: each.name)
    if key:
        return sorted(networks, key=lambda each: each.totals[key], reverse=True)
    return networks
