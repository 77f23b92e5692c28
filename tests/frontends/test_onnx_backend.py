"""Operators against the cases of ONNX's own backend test: every shape that is worked out is that of the case."""

from __future__ import annotations

import itertools
import warnings
from functools import cache
from typing import Any

import pytest
from onnx_files import read

from netcost.analysis.costs import analyze
from netcost.frontends.onnx.file import read_model
from netcost.frontends.onnx.inputs import Sizes
from netcost.frontends.onnx.shapes import Evaluation
from netcost.language.work import Work
from netcost.source.problem import SpecError

pytest.importorskip("onnx")
np = pytest.importorskip("numpy")

KNOWN_NUMBERS = 64
"""Elements of an input of a case that are told, as a shape is; without them many cases have no shape."""

OF_NO_NETWORK = {"preview.training", "ai.onnx.ml", "String", "Regex", "TfIdf", "ImageDecoder"}
"""Operators that train, or that read texts and pictures."""

ALLOWED = 12
"""Cases that are refused: sequences and nothing as inputs, a scan of version 8."""


@cache
def cases() -> list[Any]:
    """The cases with tensors alone."""
    pooling = pytest.importorskip("onnx.reference.ops.op_pool_common")
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")
        patch.setattr(pooling, "pool", unpooled)
        node = pytest.importorskip("onnx.backend.test.case.node")
        found = node.collect_testcases(None)
    return [case for case in found if all(map(is_tensor, itertools.chain(*case.data_sets[0])))]


def unpooled(
    padded: Any,
    shape: tuple[int, ...],
    _kernel: object,
    _strides: object,
    lengths: tuple[int, ...],
    *_: object,
    **__: object,
) -> Any:
    """Numbers for a pooled tensor, of which the shape is looked at alone: to pool takes more than all else."""
    return np.zeros((*shape[:2], *lengths), dtype=padded.dtype)


def is_tensor(value: object) -> bool:
    return isinstance(value, (np.ndarray, np.generic))


def of_no_network(case: Any) -> bool:
    """Tell whether a case is about something else than networks."""
    ops = {f"{node.domain}:{node.op_type}" for node in case.model.graph.node}
    return any(word in op for op in ops for word in OF_NO_NETWORK)


def outputs_of(case: Any) -> list[tuple[bool, tuple[int, ...]]]:
    """Whether each output is a guess, and its lengths; small inputs are known."""
    inputs, _ = case.data_sets[0]
    model = read_model(memoryview(case.model.SerializeToString()))
    arrays = dict(zip([info.name for info in model.graph.inputs], map(np.asarray, inputs), strict=True))
    sizes = Sizes({name: each.shape for name, each in arrays.items()})
    known = {
        name: each.ravel().tolist()
        for name, each in arrays.items()
        if each.dtype.kind in "iubf" and each.size <= KNOWN_NUMBERS
    }
    run = Evaluation(model, case.name, sizes, Work(), known)
    flow = run.run()
    unknown = any(step.unknown for step in flow.steps)
    return [(unknown or each.guessed, each.dims) for each in flow.outputs]


def test_shapes_of_the_backend_cases() -> None:
    """Of some 1,800 cases those that are worked out are right, and no more than a few are not."""
    wrong, refused, guessed, right = [], [], 0, 0
    for case in cases():
        _, outputs = case.data_sets[0]
        try:
            found = outputs_of(case)
        except SpecError:
            refused.append(case.name)
            continue
        for (is_guess, dims), wanted in zip(found, outputs, strict=True):
            guessed += is_guess and not of_no_network(case)
            right += dims == wanted.shape
            if dims != wanted.shape and not is_guess:
                wrong.append((case.name, dims, wanted.shape))
    assert not wrong
    assert len(refused) <= ALLOWED, refused
    assert guessed < right // 20


@pytest.mark.parametrize(
    "step", [pytest.param(1, marks=pytest.mark.slow, id="all"), pytest.param(10, id="a tenth")]
)
def test_every_backend_case_is_read_or_refused(step: int) -> None:
    """As a file of a stranger: a network with its costs, or an error with a place."""
    for case in cases()[::step]:
        try:
            network = read(case.model.SerializeToString())
        except SpecError:
            continue
        analyze(network)
