"""The operations of one `torch.nn.MultiheadAttention`, which a program has one by one, as the single row that they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netcost.frontends.aten.names import ATTENTION
from netcost.frontends.aten.values import Call, Meta, Moved, Value
from netcost.frontends.pt2.step import Step

SWAPPED = (1, 0, 2)
TURNS = {"transpose", "unsqueeze", "squeeze"}
PRODUCTS = {"scaled_dot_product_attention", "bmm", "baddbmm"}
PARAMETERS = {
    "in_proj_weight": "in_proj_weight",
    "in_proj_bias": "in_proj_bias",
    "q_proj_weight": "q_proj_weight",
    "k_proj_weight": "k_proj_weight",
    "v_proj_weight": "v_proj_weight",
    "out_proj_weight": "out_proj.weight",
    "out_proj_bias": "out_proj.bias",
}
"""By the names of the function: what the module calls them."""


class Folded(NamedTuple):
    """What stands for the operations.

    Args:
        call: the one that all of them are.
        outputs: the tensors of them that others use, by name.
    """

    call: Call
    outputs: Mapping[str, Meta]


def as_used(made: Value, meta: Meta) -> Value:
    """What the row puts out as it is used: positions first, samples first, or the shares of the values."""
    first, second, *rest = made.shape
    if meta.shape == made.shape:
        return made
    if meta.shape == (second, first, *rest):
        return made.moved(meta, Moved("transpose", SWAPPED))
    return made.moved(meta, Moved("shares", is_part=True))


def end_of(steps: Sequence[Step], start: int) -> int:
    """Where the operations of one call of a module of attention end; the start where it is none."""
    module, end = steps[start].module, start
    if module.kind != ATTENTION:
        return start
    while end < len(steps) and steps[end].module == module:
        end += 1
    return end


def folded(
    steps: Sequence[Step],
    used: Sequence[str],
    scope: Mapping[str, Value],
    parameters: Mapping[str, Value],
) -> Folded | None:
    """All operations of a module as one; None where they are not as PyTorch's own module has them.

    Args:
        steps: its operations.
        used: the tensors among them that others use.
        scope: what is known before.
        parameters: by the names of the model.
    """
    if any(step.operation == "cat" or step.library != "aten" for step in steps):
        return None
    sources = _sources(steps, scope)
    linear = [step for step in steps if step.operation == "linear"]
    heads = _heads(steps)
    if not 2 <= len(linear) <= 4 or not heads:  # noqa: PLR2004
        return None
    inputs = [sources.get(next(iter(step.inputs), "")) for step in linear[:-1]]
    given = [each for each in inputs if each is not None]
    if len(given) != len(inputs):
        return None
    query, key, value = (given * 3)[:3] if len(given) == 1 else (given[0], given[1], given[-1])
    own = {
        name: parameters[f"{steps[0].module.path}.{word}"]
        for name, word in PARAMETERS.items()
        if f"{steps[0].module.path}.{word}" in parameters
    }
    masks = {
        name: scope[name]
        for step in steps
        for name in step.inputs
        if name in scope and not scope[name].is_learned
    }
    others = [each for each in masks.values() if all(each is not source.value for source in given)]
    turned = query.turned()
    call = Call(
        "multi_head_attention",
        {
            "query": turned,
            "key": key.turned(),
            "value": value.turned(),
            "attn_mask": others[0] if others else None,
            **own,
            "num_heads": heads,
        },
        [Meta(turned.shape, turned.dtype)],
        steps[0].module.path,
        steps[-1].place,
    )
    outputs = {
        name: meta for step in steps for name, meta in step.outputs if name in used and meta is not None
    }
    return Folded(call, outputs)


class Given(NamedTuple):
    """A tensor that goes in, and whether its samples stand first, so that the module turns it round."""

    value: Value
    samples_first: bool

    def turned(self) -> Value:
        """The tensor with its positions first."""
        if not self.samples_first:
            return self.value
        first, second, *rest = self.value.shape
        return self.value.moved(Meta((second, first, *rest), self.value.dtype), Moved("transpose", SWAPPED))


def _sources(steps: Sequence[Step], scope: Mapping[str, Value]) -> dict[str, Given]:
    """The tensors that go in, by the names under which the products take them."""
    found = {
        name: Given(scope[name], samples_first=False)
        for step in steps
        for name in step.inputs
        if name in scope and not scope[name].is_learned and len(scope[name].shape) == 3  # noqa: PLR2004
    }
    for step in steps:
        name = next(iter(step.inputs), "")
        if step.operation == "transpose" and name in found and len(step.outputs) == 1:
            found[step.outputs[0][0]] = found[name]._replace(samples_first=not found[name].samples_first)
    return found


def _heads(steps: Sequence[Step]) -> int:
    """Number of heads: of the tensors that are multiplied the matrices, for each sample."""
    shapes = {name: meta.shape for step in steps for name, meta in step.outputs if meta is not None}
    for step in steps:
        query = shapes.get(next(iter(step.inputs), ""), ())
        if step.operation == "scaled_dot_product_attention" and len(query) == 4:  # noqa: PLR2004
            return query[1]
        if step.operation in {"bmm", "baddbmm"}:
            operands = [shapes[name] for name in step.inputs if name in shapes and len(shapes[name]) == 3]  # noqa: PLR2004
            projected = next(
                (shapes[each.outputs[0][0]] for each in steps if each.operation == "linear" and each.outputs),
                (),
            )
            samples = projected[1] if len(projected) == 3 else 0  # noqa: PLR2004
            return operands[-1][0] // samples if operands and samples else 0
    return 0
