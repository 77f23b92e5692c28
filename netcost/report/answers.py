"""What a layer answers, for metrics to count."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from netcost.layers.layer import NO_WEIGHTS, count, without

if TYPE_CHECKING:
    from netcost.network import Node


class Answers:
    """A layer on its inputs, whatever its name and place; each question is asked once.

    Layers that are alike in all of this cost the same: a metric that is counted from here is counted once for
    all of them.

    Args:
        node: the layer in its place.

    Attributes:
        layer: the layer and its fields.
        inputs: what goes in.
        output: what comes out.
        precision: number formats of its weights and output.
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

    def __init__(self, node: Node) -> None:
        self.layer = layer = node.layer
        self.inputs = inputs = node.input_shapes
        self.output = output = node.output
        self.precision = node.precision
        self.runs = runs = node.runs
        self.weights = layer.weights(*inputs)
        tied = [tie.weight for tie in node.ties] if node.ties else ()
        self.own_weights = own = NO_WEIGHTS if node.shares else without(self.weights, tied)
        self.own_buffers = NO_WEIGHTS if node.shares else layer.buffers(*inputs)
        self.params = count(own)
        self.trained_params = self._trained(node.frozen) if node.frozen else self.params
        self.active_params = self._active(tied) if own and not node.training_only else 0
        self.computing_params = self.active_params
        if node.multiplies_table and not node.training_only:
            self.computing_params = count(self.weights)
        if layer.looks_up:
            self.computing_params = 0
        self.elements = output.elements if runs else 0
        self.macs = layer.macs(output, *inputs) if runs else 0
        self.ops = layer.ops(output, *inputs) if runs else 0

    def _trained(self, frozen: bool | Collection[str]) -> int:
        """Those of its own weights that are trained."""
        return 0 if frozen is True else count(without(self.own_weights, frozen or ()))

    def _active(self, tied: Collection[str]) -> int:
        """Those of its weights that take part in computing one sample."""
        active = self.layer.active_of(self.weights, *self.inputs)
        return active - count({name: self.weights[name] for name in tied}) if active and tied else active

    def told(self, **answers: Any) -> Answers:
        """The same layer with some answers given instead of asked for."""
        other = object.__new__(Answers)
        other.__dict__.update({**self.__dict__, **answers})
        return other
