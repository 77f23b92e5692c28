"""What a layer answers, for metrics to count."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from netcost.dtypes import Precision
from netcost.layers.layer import NO_WEIGHTS, Layer, count, without
from netcost.shapes import Shape


class Answers:
    """A layer on its inputs, whatever its name and place; each question is asked once.

    Layers that are alike in all of this cost the same: a metric that is counted from here is counted once for
    all of them.

    Args:
        layer: the layer and its fields.
        inputs: what goes in.
        output: what comes out.
        precision: number formats of its weights and output.
        frozen: the weights are not trained, or those of such names.
        shares: the layer whose weights it uses; empty if it has its own.
        tied: the names of weights that are another layer's, where it has others of its own.
        training_only: it has weights, but does not run once the network is trained.
        ran_before: it ran before what is looked at, for which it costs nothing.
        multiplies_table: it computes with a table that is only looked up elsewhere.

    Attributes:
        runs: it runs in what is looked at.
        weights: shapes of all weights that it works with, by name.
        own_weights: the same without those of another layer.
        own_buffers: shapes of numbers that are stored but not learned, without those of another layer.
        params: learnable numbers of its own.
        trained_params: those of them that are trained.
        active_params: those of them that take part in computing one sample.
        computing_params: the same without tables that are only looked up; what multiplies by one has it.
        elements: elements of the output.
        macs: multiply-accumulates.
        ops: all other operations.
    """

    def __init__(
        self,
        layer: Layer,
        inputs: tuple[Shape, ...],
        output: Shape,
        precision: Precision,
        *,
        frozen: bool | Collection[str] = False,
        shares: str = "",
        tied: Collection[str] = (),
        training_only: bool = False,
        ran_before: bool = False,
        multiplies_table: bool = False,
    ) -> None:
        self.layer = layer
        self.inputs = inputs
        self.output = output
        self.precision = precision
        self.shares = shares
        self.runs = runs = not (training_only or ran_before)
        self.weights = layer.weights(*inputs)
        self.own_weights = own = NO_WEIGHTS if shares else without(self.weights, tied)
        self.own_buffers = NO_WEIGHTS if shares else layer.buffers(*inputs)
        self.params = count(own)
        self.trained_params = 0 if frozen is True else count(without(own, frozen)) if frozen else self.params
        self.active_params = self._active(tied) if own and not training_only else 0
        self.computing_params = (
            count(self.weights) if multiplies_table and not training_only else self.active_params
        )
        if layer.looks_up:
            self.computing_params = 0
        self.elements = output.elements if runs else 0
        self.macs = layer.macs(output, *inputs) if runs else 0
        self.ops = layer.ops(output, *inputs) if runs else 0

    def _active(self, tied: Collection[str]) -> int:
        """Those of its weights that take part in computing one sample."""
        active = self.layer.active_of(self.weights, *self.inputs)
        return active - count({name: self.weights[name] for name in tied}) if active and tied else active

    def told(self, **answers: Any) -> Answers:
        """The same layer with some answers given instead of asked for."""
        other = object.__new__(Answers)
        other.__dict__.update({**self.__dict__, **answers})
        return other
