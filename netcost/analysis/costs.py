"""What each layer of a network costs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import prod
from typing import Any

from netcost.dtypes import tensor_bytes
from netcost.layers.layer import Weights, count
from netcost.network import Network, Node
from netcost.report import METRIC_NAMES, Report, Row, Totals, flops


def analyze(network: Network) -> Report:
    """Ask every layer for its weights and operations.

    Returns:
        The report: a row for each layer, totals, all counts as exact integers.
    """
    known: dict[Hashable, Mapping[str, Any]] = {}
    rows = []
    for node in network.nodes:
        key = _likeness(node)
        facts = known.get(key)
        if facts is None:
            facts = known[key] = layer_facts(node)
        rows.append(Row(name=node.name, place=node.place, **facts))
    return Report(
        name=network.name,
        source=network.source,
        precision=network.precision,
        inputs={node.name: node.output for node in network.inputs},
        outputs={node.name: node.output for node in network.outputs},
        rows=rows,
        batch=network.batch,
        warnings=tuple(network.warnings),
    )


def totals(network: Network) -> Totals:
    """Add up what all layers cost, without a row for each: those of the report, in half the time."""
    groups: dict[Hashable, list[Node]] = {}
    for node in network.nodes:
        groups.setdefault(_likeness(node), []).append(node)
    sums = dict.fromkeys(METRIC_NAMES, 0)
    for alike in groups.values():
        for metric, number in layer_costs(alike[0]).items():
            sums[metric] += number * len(alike)
    return Totals(sums | {"flops": flops(sums["macs"], sums["ops"])})


def _likeness(node: Node) -> Hashable:
    """Equal for layers that cost the same."""
    sources = [id(source.output) for source in node.inputs]
    return (id(node.layer), *sources, node.precision, node.frozen, node.training_only, node.shares)


def layer_facts(node: Node) -> Mapping[str, Any]:
    """Everything in a layer's row that does not depend on its name and place."""
    layer, inputs = node.layer, node.input_shapes
    return {
        "type": layer.type,
        "title": layer.title,
        "label": layer.label(*inputs),
        "inputs": inputs,
        "output": node.output,
        "settings": layer.settings(*inputs),
        "precision": node.precision,
        "weights": layer.weights(*inputs),
        **layer_costs(node),
        "elementwise": layer.elementwise,
        "declared_cost": layer.declared_cost,
        "shares": node.shares,
    }


def layer_costs(node: Node) -> Mapping[str, int]:
    """Every metric of a layer but `flops`, which follows from two others."""
    layer, inputs, out = node.layer, node.input_shapes, node.output
    weights = layer.weights(*inputs)
    owned = {} if node.shares else weights
    params = count(owned)
    runs = not node.training_only
    macs, ops = (layer.macs(out, *inputs), layer.ops(out, *inputs)) if runs else (0, 0)
    return {
        "params": params,
        "trainable_params": 0 if node.frozen else params,
        "active_params": layer.active_params(*inputs) if owned and runs else 0,
        "buffers": 0 if node.shares else count(layer.buffers(*inputs)),
        "weight_bytes": weight_bytes(owned, node.precision.weights),
        "activation_elements": out.elements if runs else 0,
        "activation_bytes": tensor_bytes(out.elements, node.precision.activations) if runs else 0,
        "macs": macs,
        "ops": ops,
        "lecture_flops": macs + ops if layer.lecture_ops else macs,
    }


def weight_bytes(weights: Weights, dtype: str) -> int:
    """Bytes of all weights together, each a tensor of its own."""
    return sum(tensor_bytes(prod(shape), dtype) for shape in weights.values())
