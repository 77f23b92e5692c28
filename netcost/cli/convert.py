"""`netcost convert`: a network, whatever it was read from, as a spec."""

from __future__ import annotations

from pathlib import Path

import click

from netcost import escape
from netcost.cli.output import A_FILE, STANDARD_OUTPUT, spelled, write
from netcost.cli.overriding import overriding
from netcost.cli.specs import complete_spec, read
from netcost.overrides import Overrides


@click.command
@click.argument("spec", metavar="SPEC", shell_complete=complete_spec)
@click.option(
    "-o",
    "--output",
    type=A_FILE,
    metavar="PATH",
    default=STANDARD_OUTPUT,
    help="The file to write; without it, or with -, the spec is printed.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@overriding
def command(*, spec: str, output: str, force: bool, overrides: Overrides) -> None:
    """Write a network, whatever it was read from, as a spec.

    What comes again becomes a block, so that it is short enough to read and to change. It costs the same as what it
    was made of: parameters, operations, activations. Overrides are written into it.

    \b
    netcost convert model.onnx -o net.yaml
    netcost convert resnet50 --variant resnet101 --input 3,160,160
    """
    from netcost.convert import ConvertError, spec_of

    output = spelled(output)
    if output != STANDARD_OUTPUT and Path(output).exists() and not force:
        raise click.ClickException(f"{output} exists; replace it with --force")
    network = read(spec, overrides)
    for warning in network.warnings:
        click.echo(escape.line(warning), err=True)
    try:
        text = spec_of(network)
    except ConvertError as error:
        raise click.ClickException(f"{spec} cannot be written as a spec: {error}") from None
    write(output, text)
