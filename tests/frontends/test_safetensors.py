"""safetensors: what its header tells, and what is refused. The format: the README of huggingface/safetensors."""

from __future__ import annotations

import json
import random
from math import ceil, prod
from pathlib import Path

import pytest

from netcost.analysis.costs import analyze
from netcost.frontends import Source, load, load_path
from netcost.frontends.safetensors import header
from netcost.number import UNKNOWN
from netcost.overrides import Overrides
from netcost.render import render
from netcost.render.reports import Reports
from netcost.render.reports.view import View
from netcost.report.read import read_report
from netcost.source.problem import SpecError

BYTES = {"F32": 4, "BF16": 2, "F16": 2, "I64": 8, "U8": 1, "F4": 0.5}

BERT = {
    "embeddings.word.weight": ("F32", [100, 8]),
    "encoder.0.dense.weight": ("BF16", [8, 8]),
    "encoder.0.dense.bias": ("BF16", [8]),
    "bn.running_mean": ("F32", [8]),
    "bn.num_batches_tracked": ("I64", []),
}


def head_of(tensors: dict[str, tuple[str, list[int]]], **more: object) -> dict[str, object]:
    found, at = {}, 0
    for name, (dtype, shape) in tensors.items():
        end = at + ceil(prod(shape) * BYTES[dtype])
        found[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, end]}
        at = end
    return {**found, **more}


def written(head: object, size: int = 0) -> bytes:
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return len(text).to_bytes(8, "little") + text + bytes(size)


def file_of(tensors: dict[str, tuple[str, list[int]]]) -> bytes:
    size = sum(ceil(prod(shape) * BYTES[dtype]) for dtype, shape in tensors.values())
    return written(head_of(tensors, __metadata__={"format": "pt"}), size)


def test_header_tells_of_each_tensor() -> None:
    found = header(file_of(BERT))
    assert {name: tuple(each) for name, each in found.items()} == {
        "embeddings.word.weight": ("F32", (100, 8), 3200),
        "encoder.0.dense.weight": ("BF16", (8, 8), 128),
        "encoder.0.dense.bias": ("BF16", (8,), 16),
        "bn.running_mean": ("F32", (8,), 32),
        "bn.num_batches_tracked": ("I64", (), 8),
    }


def test_parameters_and_bytes_are_exact_and_all_else_unknown() -> None:
    report = analyze(load(Source("bert.safetensors", file_of(BERT))))
    totals = report.totals
    assert totals["params"] == 800 + 64 + 8
    assert totals["weight_bytes"] == 3200 + 128 + 16
    assert totals["buffers"] == 8 + 1
    assert [totals[name] for name in ("macs", "ops", "activation_bytes", "activation_elements")] == [
        UNKNOWN
    ] * 4
    assert not report.complete
    assert [row.name for row in report.rows] == list(BERT)


@pytest.mark.parametrize("figure", ["peak_activation_bytes", "arena_bytes", "kept_bytes", "training_macs"])
def test_figures_are_unknown(figure: str) -> None:
    assert analyze(load(Source("bert.safetensors", file_of(BERT)))).figures[figure] == UNKNOWN


def test_what_inference_takes_is_at_least_the_weights() -> None:
    found = analyze(load(Source("bert.safetensors", file_of(BERT)))).figures["inference_bytes"]
    assert str(found) == f">= {3200 + 128 + 16:,}"


def test_half_a_byte_a_number_is_rounded_up() -> None:
    assert header(written(head_of({"w": ("F4", [3, 3])}), 5))["w"].bytes == 5


def test_a_header_alone_will_do() -> None:
    assert list(header(written(head_of(BERT)))) == list(BERT)


def test_an_index_reads_the_headers_beside_it(tmp_path: Path) -> None:
    halves = [{name: BERT[name]} for name in list(BERT)[:2]]
    for number, half in enumerate(halves, 1):
        (tmp_path / f"m-{number}.safetensors").write_bytes(file_of(half))
    index = tmp_path / "model.safetensors.index.json"
    where = {name: f"m-{number}.safetensors" for number, half in enumerate(halves, 1) for name in half}
    index.write_text(json.dumps({"metadata": {"total_size": 3328}, "weight_map": where}))
    totals = analyze(load_path(index)).totals
    assert (totals["params"], totals["weight_bytes"]) == (864, 3328)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"a": "../m.safetensors"}, "outside the folder"),
        ({"a": "none.safetensors"}, "no such file"),
        ({"a": 3}, "does not tell the file"),
        ([], "does not tell the file"),
    ],
)
def test_refused_indices(tmp_path: Path, where: object, message: str) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "m.safetensors").write_bytes(file_of(BERT))
    index = tmp_path / "below" / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": where}))
    with pytest.raises(SpecError, match=message):
        load_path(index)


def test_an_index_whose_files_lack_a_tensor(tmp_path: Path) -> None:
    (tmp_path / "m.safetensors").write_bytes(file_of(BERT))
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"lost": "m.safetensors"}}))
    with pytest.raises(SpecError, match="its files lack lost"):
        load_path(index)


def one(**changes: object) -> bytes:
    return written({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changes}}, 8)


def two(start: int, end: int) -> bytes:
    first = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    return written({"a": first, "b": {**first, "data_offsets": [start, end]}}, 16)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff" * 12, "at most 16,777,216 are read"),
        (written({})[:6], "cut off"),
        ((100).to_bytes(8, "little") + b"{}", "has 100 bytes, and 2 are there"),
        (written(b"{"), "not the JSON"),
        (written(b"[" * 100_000), "nested too deep|not the JSON"),
        (written(b"[]"), "not a JSON object"),
        (written(b'{"a": NaN}'), "NaN is no number"),
        (written(b'{"a": 1, "a": 2}'), "`a` is given twice"),
        (one(dtype="F33"), "no number format `F33`"),
        (one(dtype=["F32"]), "no number format"),
        (one(shape=[-2]), "no list of lengths"),
        (one(shape=[True]), "no list of lengths"),
        (one(shape=[2.0]), "no list of lengths"),
        (one(shape=[2**63]), "no list of lengths"),
        (one(shape=[1] * 65), "no list of lengths"),
        (one(shape=[3]), "3 of F32 take 12 bytes, and it has 8"),
        (one(data_offsets=[8, 0]), "take 8 bytes, and it has -8"),
        (one(data_offsets=[0]), "no start and end"),
        (one(data_offsets=[8, 16]), "leaves a gap"),
        (two(4, 12), "it overlaps `a`"),
        (two(9, 17), "leaves a gap"),
        (one()[:-1], "tells of 8 bytes, and 7 follow"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "pointer of Git LFS"),
    ],
)
def test_refused(data: bytes, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        load(Source("w.safetensors", data))


@pytest.mark.parametrize("asked", [{"batch": 2}, {"input": (3, 4)}, {"dtype": "int8"}, {"params": {"a": 1}}])
def test_overrides_are_refused(asked: dict[str, object]) -> None:
    with pytest.raises(SpecError, match="cannot be changed by"):
        load(Source("w.safetensors", one()), Overrides(**asked))


def test_mutations_end_in_an_error_or_a_network() -> None:
    seed = random.Random(1)  # noqa: S311  any mutations will do
    data, refused = file_of(BERT), 0
    for _ in range(2_000):
        mutated = bytearray(data)
        for _ in range(seed.randint(1, 4)):
            at = seed.randrange(len(mutated) if seed.random() < 0.1 else 500)
            mutated[at] = seed.randrange(256)
        if seed.random() < 0.2:
            del mutated[seed.randrange(len(mutated)) :]
        try:
            load(Source("w.safetensors", bytes(mutated)))
        except SpecError:
            refused += 1
    assert refused > 100


def test_a_report_of_what_is_stored_can_be_read_again() -> None:
    report = analyze(load(Source("bert.safetensors", file_of({**BERT, "nothing": ("F32", [0, 4])}))))
    text = "".join(render(Reports([report], View()), "json"))
    (again,) = read_report(text)
    assert [row.output for row in again.rows] == [row.output for row in report.rows]
    assert again.totals["params"] == report.totals["params"]
    assert again.totals["macs"] == UNKNOWN
