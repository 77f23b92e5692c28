"""Products with filters that are computed or chosen by the data, as an imported graph may hold."""

from __future__ import annotations

from math import prod

from netcost.layers.kept import Kept
from netcost.layers.layer import declare, field
from netcost.layers.tensor import Raw
from netcost.layers.values import Count, Flag
from netcost.shapes import Shape


@declare
class Filtered(Raw):
    """Slide filters that come in as an input over a map; they may be computed, or normalised at each pass.

    Shapes: any -> as stated.
    Counts: `taps` MACs for each output element; of a transposed one for each element of the first input.
    Source: torch.nn.functional.conv2d.
    """

    type = "filtered"
    title = "Conv"
    keeps = Kept(inputs=(0, 1))

    taps: Count = field(help="multiply-accumulates of one element")
    transposed: Flag = field(default=False, shown=False, help="spread each input element over a window")

    def macs(self, out: Shape, *inputs: Shape) -> int:
        """As many as taps for each element."""
        return prod(inputs[0] if self.transposed else out) * self.taps
