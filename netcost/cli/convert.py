"""`netcost convert`: a network, whatever it was read from, as a spec."""

from __future__ import annotations

import click

from netcost.cli.choice import Choice
from netcost.cli.overriding import overriding
from netcost.cli.printing import YAML, Printing, force_option, printing_to
from netcost.cli.specs import complete_spec, read
from netcost.overrides import Overrides

JSON = (".json",)


@click.command
@click.argument("spec", metavar="SPEC", shell_complete=complete_spec)
@click.option(
    "--format",
    "asked",
    type=Choice(("yaml", "json")),
    help="Format of the spec.  [default: by the suffix, else yaml]",
)
@printing_to()
@force_option
@overriding
def command(*, spec: str, asked: str | None, printing: Printing, force: bool, overrides: Overrides) -> None:
    """Write a network, whatever it was read from, as a spec.

    What comes again becomes a block, so that it is short enough to read and to change. It costs the same as what it
    was made of: parameters, operations, activations. Overrides are written into it.

    \b
    netcost convert model.onnx -o net.yaml
    netcost convert resnet50 --variant resnet101 --input 3,160,160
    """
    from netcost.convert import ConvertError, spec_of

    path = printing.new_path(JSON if asked == "json" else YAML if asked else YAML + JSON, force=force)
    form = asked or ("json" if path.lower().endswith(JSON) else "yaml")
    network = read(spec, overrides)
    printing.warn(network.warnings)
    try:
        text = spec_of(network)
    except ConvertError as error:
        raise click.ClickException(f"{spec} cannot be written as a spec: {error}") from None
    if form == "json":
        from netcost.convert.json import json_of

        text = json_of(text)
    printing.write_text(text)
