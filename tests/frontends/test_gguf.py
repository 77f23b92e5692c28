"""GGUF: what its head tells, and the networks of known families.

The format: ggml's docs/gguf.md. Bytes of blocks: `GGML_QUANT_SIZES` of the package gguf 0.19, whose writer and reader agree
with the numbers here.
"""

from __future__ import annotations

import random
import struct
from math import prod
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from netcost.analysis.costs import analyze
from netcost.frontends import Source, load
from netcost.number import UNKNOWN
from netcost.overrides import Overrides
from netcost.source.problem import SpecError

F32, F16, Q5_0, Q8_0, Q4_K, Q6_K = 0, 1, 6, 8, 12, 14
SIZES = {
    F32: (1, 4), F16: (1, 2), 2: (32, 18), 3: (32, 20), Q5_0: (32, 22), 7: (32, 24), Q8_0: (32, 34), 10: (256, 84),
    11: (256, 110), Q4_K: (256, 144), 13: (256, 176), Q6_K: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
    40: (64, 36), 41: (128, 18),
}  # fmt: skip
"""Numbers and bytes of a block, by the type."""


class Stored(NamedTuple):
    """A tensor to be written: its type, and its lengths, rows first."""

    kind: int
    dims: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes of all its blocks."""
        block, size = SIZES[self.kind]
        return prod(self.dims) // block * size


def text(value: str, order: str = "<") -> bytes:
    return struct.pack(f"{order}Q", len(value.encode())) + value.encode()


def value(given: Any, order: str = "<") -> bytes:
    """A value with its kind: a whole number, a fraction, a truth value, a text, or a list of one of these."""
    if isinstance(given, list):
        items = [value(each, order) for each in given]
        return (
            struct.pack(f"{order}I", 9)
            + items[0][:4]
            + struct.pack(f"{order}Q", len(items))
            + b"".join(each[4:] for each in items)
        )
    if isinstance(given, str):
        return struct.pack(f"{order}I", 8) + text(given, order)
    kind, code = (7, "?") if isinstance(given, bool) else (4, "I") if isinstance(given, int) else (6, "f")
    return struct.pack(f"{order}I{code}", kind, given)


def written(facts: dict[str, Any], tensors: dict[str, Stored], order: str = "<", version: int = 3) -> bytes:
    head = bytearray(b"GGUF") + struct.pack(f"{order}IQQ", version, len(tensors), len(facts))
    for key, given in facts.items():
        head += text(key, order) + value(given, order)
    at = 0
    for name, each in tensors.items():
        dims = each.dims[::-1]
        head += text(name, order) + struct.pack(f"{order}I{len(dims)}QIQ", len(dims), *dims, each.kind, at)
        at += -(-each.size // 32) * 32
    return bytes(head) + bytes(-len(head) % 32 + at)


ONE_OF_EACH = {f"t{kind}.weight": Stored(kind, (6, 512)) for kind in SIZES}


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("version", [2, 3])
def test_exact_bytes_of_each_format(order: str, version: int) -> None:
    data = written({"general.name": "all", "list": [1, 2], "words": ["a", "bc"]}, ONE_OF_EACH, order, version)
    report = analyze(load(Source("all.gguf", data)))
    assert {row.name: row.weight_bytes for row in report.rows} == {
        name: each.size for name, each in ONE_OF_EACH.items()
    }
    assert report.totals["params"] == len(SIZES) * 6 * 512
    assert (report.name, report.totals["macs"], report.complete) == ("all", UNKNOWN, False)


# Networks


WIDTH, HIDDEN, VOCAB, HEADS, KV_HEADS = 256, 512, 320, 4, 2


def attention(head_dim: int, values: int, *, bias: bool, fused: bool, qk_norm: bool) -> dict[str, Stored]:
    """The tensors of attention; `values` is the type of those that make values."""
    rows = {"q": HEADS * head_dim, "k": KV_HEADS * head_dim, "v": KV_HEADS * head_dim}
    kinds = {"q": Q4_K, "k": Q4_K, "v": values}
    found = {f"attn_{part}.weight": Stored(kinds[part], (rows[part], WIDTH)) for part in rows}
    if fused:
        found = {"attn_qkv.weight": Stored(Q4_K, (sum(rows.values()), WIDTH))}
    if bias:
        found |= {f"attn_{part}.bias": Stored(F32, (rows[part],)) for part in rows}
    if qk_norm:
        found |= {f"attn_{part}_norm.weight": Stored(F32, (head_dim,)) for part in "qk"}
    return {**found, "attn_output.weight": Stored(Q5_0, (WIDTH, rows["q"]))}


def feed_forward(down: int, experts: int, *, fused: bool, apart: bool) -> dict[str, Stored]:
    """Those of a feed-forward network, or of a mixture of experts; `down` is the type of the last matrix."""
    dims = {"gate": (HIDDEN, WIDTH), "up": (HIDDEN, WIDTH), "down": (WIDTH, HIDDEN)}
    kinds = {"gate": Q4_K, "up": Q4_K, "down": down}
    router = {"ffn_gate_inp.weight": Stored(F32, (experts, WIDTH))}
    if fused:
        return {
            "ffn_up.weight": Stored(Q4_K, (2 * HIDDEN, WIDTH)),
            "ffn_down.weight": Stored(down, dims["down"]),
        }
    if not experts:
        return {f"ffn_{part}.weight": Stored(kinds[part], each) for part, each in dims.items()}
    if apart:
        return router | {
            f"ffn_{part}.{expert}.weight": Stored(kinds[part], each)
            for part, each in dims.items()
            for expert in range(experts)
        }
    return router | {
        f"ffn_{part}_exps.weight": Stored(kinds[part], (experts, *each)) for part, each in dims.items()
    }


def metadata(architecture: str, head_dim: int, experts: int) -> dict[str, Any]:
    """What a file tells of a decoder of two blocks."""
    numbers = {
        "embedding_length": WIDTH,
        "block_count": 2,
        "feed_forward_length": HIDDEN,
        "attention.head_count": HEADS,
        "attention.head_count_kv": KV_HEADS,
        "attention.key_length": head_dim,
        "context_length": 128,
    }
    if experts:
        numbers |= {"expert_count": experts, "expert_used_count": 2}
    return {
        "general.architecture": architecture,
        **{f"{architecture}.{key}": number for key, number in numbers.items()},
        "tokenizer.ggml.tokens": ["a"] * VOCAB,
    }


def llama(
    *,
    architecture: str = "llama",
    experts: int = 0,
    apart: bool = False,
    head_dim: int = 64,
    tied: bool = False,
    bias: bool = False,
    fused: bool = False,
    norms_after: bool = False,
    qk_norm: bool = False,
    **changed: Stored,
) -> bytes:
    """A decoder of two blocks, 256 wide, with 4 heads and 2 of keys and values."""
    norm = Stored(F32, (WIDTH,))
    after = ["post_attention_norm", "post_ffw_norm"] if norms_after else []
    tensors = {"token_embd.weight": Stored(Q4_K, (VOCAB, WIDTH)), "rope_freqs.weight": Stored(F32, (32,))}
    for number, some in enumerate((Q6_K, Q4_K)):
        block = {
            **{f"{name}.weight": norm for name in ("attn_norm", "ffn_norm", *after)},
            **attention(head_dim, some, bias=bias, fused=fused, qk_norm=qk_norm),
            **feed_forward(some, experts, fused=fused, apart=apart),
        }
        tensors |= {f"blk.{number}.{name}": each for name, each in block.items()}
    tensors["output_norm.weight"] = norm
    if not tied:
        tensors["output.weight"] = Stored(Q6_K, (VOCAB, WIDTH))
    return written(metadata(architecture, head_dim, experts), {**tensors, **changed})


def stored_in(data: bytes) -> tuple[int, int]:
    """Parameters and bytes of what a file stores, as it tells of them itself, tensor by tensor."""
    report = analyze(
        load(Source("stored.gguf", data.replace(b"general.architecture", b"general.another_key_")))
    )
    positions = report.rows[1]
    assert positions.name == "rope_freqs.weight"
    return report.totals["params"] - positions.params, report.totals["weight_bytes"] - positions.weight_bytes


@pytest.mark.parametrize(
    ("asked", "params", "size"),
    [
        # parameters and bytes by gguf 0.19's reader of the same tensors, as its writer wrote them
        ({}, 1_344_768, 840_576),
        ({"architecture": "qwen2", "bias": True, "tied": True}, 1_263_872, 777_472),
        ({"architecture": "qwen3", "head_dim": 128, "qk_norm": True}, 1_738_496, 1_088_640),
        (
            {"architecture": "gemma2", "head_dim": 128, "tied": True, "norms_after": True},
            1_657_088,
            1_023_488,
        ),
        ({"architecture": "phi3", "fused": True}, 1_344_768, None),
        ({"experts": 4}, 3_706_112, None),
        ({"experts": 4, "apart": True}, 3_706_112, None),
    ],
)
def test_networks_of_known_families(asked: dict[str, Any], params: int, size: int | None) -> None:
    data = llama(**asked)
    report = analyze(load(Source("net.gguf", data)))
    assert report.complete
    assert (report.totals["params"], report.totals["weight_bytes"]) == stored_in(data)
    assert report.totals["params"] == params
    assert size is None or report.totals["weight_bytes"] == size


@pytest.mark.parametrize("tied", [True, False])
def test_gpt2_with_biases_and_fused_projections(tied: bool) -> None:
    width, hidden = 64, 256
    matrices = {
        "attn_qkv": (3 * width, width),
        "attn_output": (width, width),
        "ffn_up": (hidden, width),
        "ffn_down": (width, hidden),
    }
    tensors = {
        "token_embd.weight": Stored(Q8_0, (100, width)),
        "position_embd.weight": Stored(F32, (32, width)),
    }
    for norm in ("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"):
        tensors |= {f"{norm}.{part}": Stored(F32, (width,)) for part in ("weight", "bias")}
    for name, dims in matrices.items():
        tensors[f"blk.0.{name}.weight"] = Stored(Q8_0, dims)
        tensors[f"blk.0.{name}.bias"] = Stored(F32, dims[:1])
    if not tied:
        tensors["output.weight"] = Stored(F16, (100, width))
    facts = {
        "embedding_length": width,
        "block_count": 1,
        "feed_forward_length": hidden,
        "attention.head_count": 4,
        "context_length": 32,
    }
    head = {"general.architecture": "gpt2", **{f"gpt2.{key}": number for key, number in facts.items()}}
    report = analyze(load(Source("gpt2.gguf", written(head, tensors))))
    assert report.complete
    assert report.totals["params"] == sum(prod(each.dims) for each in tensors.values())
    assert report.totals["weight_bytes"] == sum(each.size for each in tensors.values())


NORMS = ["attn_norm", "ffn_norm"]
QKV = {"attn_q": 256, "attn_k": 128, "attn_v": 128}


@pytest.mark.parametrize(
    ("architecture", "norms", "matrices", "biases"),
    [
        ("granite", NORMS, {**QKV, "ffn_gate": 512, "ffn_up": 512}, ()),
        ("starcoder2", NORMS, {**QKV, "ffn_up": 512}, ("attn", "ffn", "output_norm")),
        ("phi2", NORMS[:1], {"attn_qkv": 512, "ffn_up": 512}, ("attn", "ffn", "output")),
        (
            "glm4",
            [*NORMS, "post_attention_norm", "post_ffw_norm"],
            {**QKV, "ffn_up": 1024},
            ("attn_q", "attn_k", "attn_v"),
        ),
    ],
)
def test_further_families(
    architecture: str, norms: list[str], matrices: dict[str, int], biases: tuple[str, ...]
) -> None:
    """One block each, with the tensors that llama.cpp's converter writes for it."""
    tensors = {
        "token_embd.weight": Stored(Q8_0, (VOCAB, WIDTH)),
        "output.weight": Stored(Q8_0, (VOCAB, WIDTH)),
    }
    tensors |= {
        f"{name}.weight": Stored(F32, (WIDTH,))
        for name in ("output_norm", *(f"blk.0.{each}" for each in norms))
    }
    rows = {**matrices, "attn_output": WIDTH, "ffn_down": WIDTH}
    for name, outputs in rows.items():
        tensors[f"blk.0.{name}.weight"] = Stored(Q8_0, (outputs, HIDDEN if name == "ffn_down" else WIDTH))
    named = [name.removesuffix(".weight") for name in tensors if name != "token_embd.weight"]
    for name in named:
        if name.removeprefix("blk.0.").startswith(biases or (" ",)):
            tensors[f"{name}.bias"] = Stored(F32, tensors[f"{name}.weight"].dims[:1])
    facts = {**metadata(architecture, 64, 0), f"{architecture}.block_count": 1}
    report = analyze(load(Source("net.gguf", written(facts, tensors))))
    assert report.complete, report.notes
    assert report.totals["params"] == sum(prod(each.dims) for each in tensors.values())
    assert report.totals["weight_bytes"] == sum(each.size for each in tensors.values())


def test_macs_of_llama() -> None:
    """By hand: a token meets each number of a matrix once, and two blocks of attention meet 10 tokens twice."""
    matrices = 2 * (256 * 256 + 2 * 128 * 256 + 256 * 256 + 3 * 256 * 512) + 320 * 256
    report = analyze(load(Source("net.gguf", llama()), Overrides(input=(10,))))
    assert report.totals["macs"] == 10 * matrices + 2 * 2 * 10 * 10 * 256


def test_layers_are_placed_at_their_tensors() -> None:
    network = load(Source("net.gguf", llama()))
    assert str(network["lm_head"].place) == "net.gguf: output.weight"


@pytest.mark.parametrize(
    "changed",
    [
        {"output_norm.weight": Stored(F32, (255,))},
        {"blk.1.ffn_down.weight": Stored(Q4_K, (256, 256))},
        {"blk.0.more.weight": Stored(F32, (3,))},
    ],
)
def test_what_is_stored_where_the_metadata_do_not_fit(changed: dict[str, Any]) -> None:
    network = load(Source("net.gguf", llama(**changed)))
    report = analyze(network)
    assert not report.complete
    assert any(note.startswith("its metadata are not those of its tensors") for note in network.notes)


def test_one_of_several_files() -> None:
    data = written({"split.count": 3}, {"w": Stored(F32, (4,))})
    assert "this is one of 3 files, and tells of itself alone" in load(Source("w.gguf", data)).notes


# Refusals


GOOD = written({"general.name": "x"}, {"a": Stored(F32, (8,)), "b": Stored(Q8_0, (2, 32))})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"GGUF", "cut off|goes on"),
        (b"nothing of the kind", "does not begin with `GGUF`"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1 of GGUF"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**40, 0), "at most 100,000"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**40), "10,000 are read"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**60), "the name of a key has"),
        (written({"a": [["b"]]}, {})[:-40], "goes on"),
        (GOOD[:-40], "its tensors go on to byte"),
        (written({"general.alignment": 7}, {}), "not a power of two"),
        (written({"general.alignment": "x"}, {}), "not a power of two"),
        (written({}, {"a": Stored(Q4_K, (2, 128))}), "in blocks of 256"),
        (written({}, {"a": Stored(F32, (1, 1, 1, 1, 1))}), "it has 5 axes, at most 4"),
        (GOOD.replace(struct.pack("<IQ", 1, 8), struct.pack("<IQ", 1, 2**63)), "beyond 2"),
    ],
)
def test_refused(data: bytes, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        load(Source("w.gguf", data))


def test_tensors_that_overlap() -> None:
    at = GOOD.index(struct.pack("<IQ", Q8_0, 32))
    with pytest.raises(SpecError, match="begins at byte 0 of the numbers, and what is before it ends at 32"):
        load(Source("w.gguf", GOOD[:at] + struct.pack("<IQ", Q8_0, 0) + GOOD[at + 12 :]))


def test_two_tensors_of_a_name() -> None:
    with pytest.raises(SpecError, match="two tensors `a`"):
        load(Source("w.gguf", GOOD.replace(text("b"), text("a"))))


@pytest.mark.parametrize("asked", [{"dtype": "int8"}, {"params": {"a": 1}}, {"input": (3, 4)}])
def test_overrides_that_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match=r"cannot be changed by|this input has 1 length"):
        load(Source("w.gguf", llama()), Overrides(**asked))


MUTATIONS = 4 * settings().max_examples


@pytest.mark.parametrize("data", [GOOD, llama(), llama(experts=2)], ids=["plain", "llama", "mixtral"])
def test_mutations_end_in_an_error_or_a_network(data: bytes) -> None:
    seed = random.Random(2)  # noqa: S311  any mutations will do
    head, refused = data.index(bytes(64)), 0
    for _ in range(MUTATIONS):
        mutated = bytearray(data)
        for _ in range(seed.randint(1, 3)):
            mutated[seed.randrange(head)] = seed.choice((0, 1, 255, seed.randrange(256)))
        if seed.random() < 0.1:
            del mutated[seed.randrange(len(mutated)) :]
        try:
            load(Source("w.gguf", bytes(mutated)))
        except SpecError:
            refused += 1
    assert refused > MUTATIONS // 10
