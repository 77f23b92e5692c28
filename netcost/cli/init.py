"""`netcost init`: a spec to start from."""

from __future__ import annotations

from pathlib import Path

import click

from netcost import zoo
from netcost.cli.models import complete_name
from netcost.cli.output import STANDARD_OUTPUT, write
from netcost.cli.printing import YAML, Printing, force_option, printing_to

DEFAULT = "net.yaml"

SPEC = """\
# A network, layer by layer: `netcost analyze {file}` prints what it costs.
# `netcost layers` lists the layer types, `netcost layers conv` describes one.
netcost: 1
params: {{width: 32, classes: 10}}     # numbers with names; `--set width=64` changes one
input: [3, 32, 32]                   # channels, height, width; the batch is a key of its own
defaults: {{conv: {{norm: batchnorm, act: relu}}}}
blocks:                              # parts that are used several times
  Block:
    params: [filters, stride: 1]
    layers:
      - residual:                    # the input is added to what these layers make of it
          - {{conv: filters, kernel: 3, stride: stride, pad: 1}}
          - {{conv: filters, kernel: 3, pad: 1, act: none}}
        shortcut:
          - {{conv: filters, kernel: 1, stride: stride, act: none, if: stride != 1}}
        act: relu
layers:
  - {{name: stem, conv: width, kernel: 3, pad: 1}}
  - {{name: stage1, Block: width, repeat: 2}}
  - {{name: stage2, Block: 2 * width, repeat: 2, first: {{stride: 2}}}}
  - gap                              # the mean over all positions of each channel
  - {{name: classifier, linear: classes}}
"""


@click.command
@click.argument("name", metavar="[NAME]", required=False, shell_complete=complete_name)
@printing_to(DEFAULT)
@force_option
def command(name: str | None, *, printing: Printing, force: bool) -> None:
    """Write a spec to start from: a small one with remarks, or that of a bundled network.

    \b
    netcost init
    netcost init resnet50 -o mine.yaml
    """
    output = printing.new_path(YAML, force=force, instead="choose another file with -o")
    file = DEFAULT if output == STANDARD_OUTPUT else output
    variant = ""
    if name:
        bundled = zoo.find(name)
        variant = bundled.variant
        text = bundled.text
    else:
        text = SPEC.format(file=Path(file).name)
    write(output, text)
    if output != STANDARD_OUTPUT:
        option = f" --variant {variant}" if variant else ""
        printing.remark(f"{output} is written; `netcost analyze {output}{option}` prints what it costs")
