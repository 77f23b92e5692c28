"""Configs of Hugging Face: counts against transformers, faults at the keys that they come from.

`huggingface/*.json` have configs of published models, by their keys, and small ones with odd values; with each stand
parameters and multiply-accumulates by transformers 5.24 on the meta device (`FlopCounterMode`, halved) with the lengths
named. Sums of published models are those of their pages: 8,030,261,248 of Llama 3 8B, 671,026,404,352 of DeepSeek-V3 and
14,848 buffers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quick import others_slow

from netcost import zoo
from netcost.analysis.costs import analyze
from netcost.frontends import Source, load, load_path
from netcost.frontends.huggingface.families import MODULES
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.source.problem import SpecError

HERE = Path(__file__).parent / "huggingface"
DECODERS = json.loads((HERE / "decoders.json").read_text(encoding="utf-8"))
DRAWN = tuple(f"_{number}" for number in range(1, 10))
"""How the names of configs end whose values were drawn, beyond one of each type; they are for slow tests."""
TYPES = sorted(name for names in MODULES.values() for name in names)

LLAMA: Mapping[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "num_key_value_heads": 2,
    "vocab_size": 100,
}
"""Parameters: 2 x 100 x 64 of words, 64 of the last norm; a block has 2 x 64 of norms, 2 x 64 x 64 + 2 x 64 x 32 of
attention and 3 x 64 x 96 of feed-forward: 30,848. Together 74,560.
"""
PARAMS = 74_560


def read(config: object, beside: Mapping[str, bytes] | None = None, **overrides: Any) -> Network:
    def found(path: str) -> bytes:
        try:
            return (beside or {})[path]
        except KeyError:
            raise FileNotFoundError(path) from None

    text = config if isinstance(config, bytes) else json.dumps(config, indent=1).encode()
    return load(Source("config.json", text, found), Overrides(**overrides))


def total(network: Network, metric: str = "params") -> int:
    return int(analyze(network).totals[metric])


def fault(config: object, **overrides: Any) -> tuple[str, str]:
    """Where the first fault is, and all that is said of them."""
    with pytest.raises(SpecError) as caught:
        read(config, **overrides)
    return str(caught.value.problems[0].place), str(caught.value)


# Counts


def is_more(name: str) -> bool:
    """Tell whether a config is one more of those with values that were drawn."""
    return name.startswith("rnd_") and name.endswith(DRAWN)


@pytest.mark.parametrize(
    "case",
    others_slow(DECODERS, [case for case in DECODERS if not is_more(case["name"])]),
    ids=lambda case: case["name"],
)
def test_counts_are_those_of_transformers(case: Mapping[str, Any]) -> None:
    network = read(case["config"], input=tuple(case["input"]))
    totals = analyze(network).totals
    assert (totals["params"], totals["macs"]) == (case["params"], case["macs"])
    assert not network.warnings


@pytest.mark.parametrize("name", others_slow(TYPES, TYPES[::2]))
def test_each_type_is_known_without_any_key(name: str) -> None:
    """Its class has a default for each; the head is told."""
    if name.startswith("deberta"):
        assert "relative_attention" in fault({"model_type": name})[1]
        return
    network = read({"model_type": name})
    assert total(network) > 0
    assert any("architectures" in note for note in network.notes)


def test_arithmetic() -> None:
    assert total(read(LLAMA)) == PARAMS


@pytest.mark.parametrize(
    ("more", "params"),
    [
        ({"tie_word_embeddings": True}, PARAMS - 100 * 64),
        ({"attention_bias": True}, PARAMS + 2 * (64 + 2 * 32 + 64)),
        ({"mlp_bias": True}, PARAMS + 2 * (2 * 96 + 64)),
        ({"num_key_value_heads": None}, PARAMS + 2 * 2 * 64 * 32),
        ({"head_dim": None}, PARAMS),
        ({"head_dim": 32}, PARAMS + 2 * (2 * 64 * 64 + 2 * 64 * 32)),
        ({"architectures": ["LlamaModel"]}, PARAMS - 100 * 64),
        ({"architectures": ["LlamaForSequenceClassification"], "num_labels": 5}, PARAMS - 100 * 64 + 5 * 64),
        (
            {"architectures": ["LlamaForSequenceClassification"], "id2label": {"0": "a", "1": "b", "2": "c"}},
            PARAMS - 100 * 64 + 3 * 64,
        ),
    ],
)
def test_keys_change_the_count(more: Mapping[str, Any], params: int) -> None:
    assert total(read({**LLAMA, **more})) == params


def test_null_is_none_where_the_class_has_a_number() -> None:
    """Mistral's class has a window of 4096, which `null` takes away: 8192 tokens meet all keys, not half of them."""
    mistral = {**LLAMA, "model_type": "mistral", "architectures": ["MistralForCausalLM"]}
    full, windowed = (
        total(read(config, input=(8192,)), "macs")
        for config in ({**mistral, "sliding_window": None}, mistral)
    )
    assert full - windowed == 2 * 2 * 64 * 8192 * (8192 - 4096)


def test_a_type_follows_from_the_class() -> None:
    config = {key: value for key, value in LLAMA.items() if key != "model_type"}
    assert total(read(config)) == PARAMS


def test_the_page_tells_what_is_held_here() -> None:
    """Each row of its table, and each type."""
    page = (HERE.parents[2] / "docs" / "huggingface.md").read_text(encoding="utf-8")
    cases = [
        each for path in HERE.glob("*coders.json") for each in json.loads(path.read_text(encoding="utf-8"))
    ]
    held = {case["name"]: f"| {case['params']:,} | {case['macs'] or 0:,} |" for case in cases}
    rows = [line.split(" | ") for line in page.splitlines() if line.count(" | ") == 5 and "," in line]
    assert rows
    assert all(held[row[1]] == f"| {row[4]} | {row[5]}" for row in rows)
    assert all(name in page for name in TYPES)


# Number formats


def test_the_format_is_that_of_the_config() -> None:
    assert read({**LLAMA, "torch_dtype": "bfloat16"}).precision.short == "bfloat16"
    assert read({**LLAMA, "dtype": "torch.float16"}).precision.short == "float16"
    assert read({**LLAMA, "torch_dtype": "bfloat16"}, dtype="int8").precision.short == "int8"


MATRICES = 2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 96)
"""Numbers in the matrices of the blocks, all in rows of 64 but those of the last, of 96."""
ROWS = 2 * (2 * 64 + 2 * 32 + 2 * 96)
REST = 2 * (PARAMS - MATRICES)


@pytest.mark.parametrize(
    ("told", "size"),
    [
        # A scale of 2 bytes and a zero point of half a byte for each 32 of a row.
        ({"quant_method": "awq", "bits": 4, "group_size": 32}, MATRICES // 2 + MATRICES // 32 * 5 // 2),
        ({"quant_method": "gptq", "bits": 8, "group_size": 32}, MATRICES + MATRICES // 32 * 3),
        # A float32 for each 64.
        (
            {"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4"},
            MATRICES // 2 + MATRICES // 16,
        ),
        # A float32 for each row of outputs: 64 rows of the last matrix.
        ({"load_in_8bit": True}, MATRICES + 4 * (ROWS + 2 * 64)),
        ({"quant_method": "unheard of"}, 2 * MATRICES),
    ],
    ids=str,
)
def test_stored_weights(told: Mapping[str, Any], size: int) -> None:
    """Word table, output layer and norms stay in bfloat16."""
    network = read({**LLAMA, "torch_dtype": "bfloat16", "quantization_config": told})
    assert total(network, "weight_bytes") == size + REST
    assert total(network) == PARAMS
    assert any("quantization_config" in note or "stored in" in note for note in network.notes)


# What a caller changes


def test_settings_take_the_place_of_keys() -> None:
    network = read(LLAMA, params={"num_hidden_layers": 1, "vocab_size": "50"})
    assert total(network) == PARAMS - 30_848 - 2 * 50 * 64
    assert network.overrides == {"set": {"num_hidden_layers": 1, "vocab_size": 50}}


def test_a_class_can_be_set() -> None:
    assert total(read(LLAMA, params={"architectures": "LlamaModel"})) == PARAMS - 100 * 64


def test_the_number_of_tokens() -> None:
    network = read(LLAMA, input=(7,), batch=3)
    assert network.inputs[0].output == (3, 7)
    assert network.overrides == {"batch": 3, "input": (7,)}
    assert not network.notes
    assert read(LLAMA).notes == ["read with 512 tokens; `--input N` takes another number"]


def test_one_token_more_tells_nothing_of_a_prompt() -> None:
    assert read(LLAMA, decode=100).notes == []


def test_little_work_is_an_error_as_any_other() -> None:
    source = Source("config.json", json.dumps(LLAMA).encode())
    for most in (1, 20, 100, 200):
        with pytest.raises(SpecError, match="more work"):
            load(source, work=Work(most))


@pytest.mark.parametrize(
    ("overrides", "place", "message"),
    [
        ({"params": {"hidden": 3}}, "hidden=3", "no key `hidden` that changes a count"),
        ({"params": {"rope_theta": 3}}, "rope_theta=3", "changes a count"),
        ({"params": {"family_norm": "x"}}, "family_norm=x", "changes a count"),
        ({"params": {"num_hidden_layers": "two"}}, "num_hidden_layers=two", "`num_hidden_layers`"),
        ({"input": (3, 4)}, "--input", "1 length"),
        ({"input": {"image": (3,)}}, "--input", "no input `image`"),
        ({"variant": "large"}, "--variant", "cannot be changed"),
    ],
)
def test_what_cannot_be_changed_is_refused(overrides: Mapping[str, Any], place: str, message: str) -> None:
    found, text = fault(LLAMA, **overrides)
    assert found.startswith(place)
    assert message in text


# Faults


@pytest.mark.parametrize(
    ("more", "place", "message"),
    [
        ({"num_key_value_heads": 3}, "config.json:10:2", "not divisible by kv_heads (3)"),
        ({"hidden_size": "64"}, "config.json:6:17", "`hidden_size` is a value like"),
        ({"hidden_size": -64}, "config.json:6:17", "`hidden_size`"),
        ({"hidden_size": 0}, "config.json:6:", ""),
        ({"attention_bias": 1}, "config.json:12:20", "`attention_bias`"),
        ({"hidden_act": "swoosh"}, "config.json:12:16", "no activation that is known"),
        ({"num_experts": 8}, "config.json:12:2", "`--set num_experts=null` leaves it out"),
        ({"extra_heads": True}, "config.json:12:2", "not known for llama"),
        (
            {"model_type": "qwen3", "layer_types": ["full_attention"]},
            "config.json:12:2",
            "1 kinds of blocks are given for 2 blocks",
        ),
        (
            {"model_type": "qwen3", "layer_types": ["full_attention", "chunked"]},
            "config.json:12:2",
            "'chunked'",
        ),
        ({"num_hidden_layers": 1_000_001}, "config.json:9:2", "1,000,001 blocks"),
        ({"model_type": "lama"}, "config.json:5:16", "`llama`"),
        ({"model_type": "timesformer"}, "config.json:5:16", "torch.export.save"),
        ({"architectures": ["LlamaForVision"]}, "config.json:3:3", "`LlamaForVision`"),
    ],
    ids=str,
)
def test_a_fault_stands_at_its_key(more: Mapping[str, Any], place: str, message: str) -> None:
    found, text = fault({**LLAMA, **more})
    assert found.startswith(place), text
    assert message in text


def test_a_key_that_the_template_takes_for_granted() -> None:
    config = {"model_type": "bert", "position_embedding_type": "relative_key"}
    assert "known with 'absolute' only" in fault(config)[1].replace('"', "'").replace("`", "'")


def test_two_names_of_one_key_must_agree() -> None:
    config = {"model_type": "gpt2", "n_embd": 48, "hidden_size": 24}
    assert "by another name" in fault(config)[1]
    assert total(read({**config, "hidden_size": 48, "n_head": 4})) > 0


@pytest.mark.parametrize(
    "text",
    [
        b'{"model_type": "llama"',
        b'{"model_type": "llama", "hidden_size": 1, "hidden_size": 2}',
        b'["model_type"]',
        b'{"model_type": ' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"model_type": "llama", "hidden_size": 1e400}',
        b'{"model_type": "llama", "vocab_size": 99999999999999999999}',
        b'{"model_type": {"a": 1}}',
        b'{"architectures": []}',
        b'{"model_type": "\xff"}',
    ],
)
def test_broken_files_are_refused(text: bytes) -> None:
    assert fault(text)[0].startswith("config.json")


def test_unknown_words_and_fractions_are_told() -> None:
    notes = read({**LLAMA, "sampler": "best", "warmth": 0.5, "eager": False}, input=(4,)).notes
    assert notes == ["`sampler` and `warmth`: not known, and taken to change no count"]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(LLAMA, indent="\t"),
        json.dumps({**LLAMA, "id2label": {"0": "\N{GRINNING FACE}", "1": "\\ud83d"}}),
        "\ufeff" + json.dumps(LLAMA, separators=(",", ":")),
        json.dumps(LLAMA, indent=2).replace("\n", "\r\n"),
    ],
)
def test_spellings_of_json(text: str) -> None:
    """Tabs, characters in two halves, a mark of the order of bytes, ends of lines of Windows."""
    assert total(read(text.encode())) == PARAMS


def test_a_key_of_another_class_is_passed_over() -> None:
    """Llama's class knows no windows and no bias but its own two, as that of Mistral and StarCoder 2 do."""
    network = read({**LLAMA, "sliding_window": 2, "use_bias": True, "use_sliding_window": False}, input=(8,))
    assert network.notes == ["`sliding_window` and `use_bias`: no keys that llama reads, and passed over"]
    assert (total(network), total(network, "macs")) == (PARAMS, total(read(LLAMA, input=(8,)), "macs"))


def test_layers_stand_where_the_config_has_their_keys() -> None:
    network = read(LLAMA)
    lines = {node.name.rpartition(".")[2]: node.place.line for node in network.nodes if node.place}
    assert lines["embed"] in {6, 11}
    assert all(node.place is None or node.place.path == "config.json" for node in network.nodes)


# Weights beside


def weights(*shapes: tuple[str, list[int]]) -> bytes:
    head, at = {}, 0
    for name, shape in shapes:
        size = 4
        for length in shape:
            size *= length
        head[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(head).encode()
    return len(text).to_bytes(8, "little") + text


def test_weights_beside_agree_or_it_is_told() -> None:
    rest = ("model.rest", [PARAMS - 100 * 64])
    right, wrong = weights(("lm_head.weight", [100, 64]), rest), weights(rest)
    assert read(LLAMA, {"model.safetensors": right}, input=(4,)).notes == []
    assert read(LLAMA, {"model.safetensors": wrong}, input=(4,)).notes == [
        "model.safetensors stores 68,160 parameters, and the config describes 74,560"
    ]
    tied = {**LLAMA, "tie_word_embeddings": True}
    assert read(tied, {"model.safetensors": wrong}, input=(4,)).notes == []
    assert read(tied, {"model.safetensors": right}, input=(4,)).notes == []


def test_weights_in_several_files() -> None:
    index = {"weight_map": {"lm_head.weight": "a.safetensors", "model.rest": "b.safetensors"}}
    files = {
        "model.safetensors.index.json": json.dumps(index).encode(),
        "a.safetensors": weights(("lm_head.weight", [100, 64])),
        "b.safetensors": weights(("model.rest", [PARAMS])),
    }
    assert read(LLAMA, files, input=(4,)).notes == [
        "model.safetensors.index.json stores 80,960 parameters, and the config describes 74,560"
    ]


def test_broken_weights_are_told() -> None:
    (note,) = read(LLAMA, {"model.safetensors": b"\x09" * 20}, input=(4,)).notes
    assert note.startswith("model.safetensors cannot be read")


# The rest


def test_templates_are_no_bundled_networks() -> None:
    files = {Path(path).name for path in zoo.files().values()}
    templates = {path.name for path in (Path(zoo.folder()) / "huggingface").glob("*.yaml")}
    assert templates
    assert all(Path(path).parent == Path(zoo.folder()) for path in zoo.files().values())
    assert "decoder.yaml" in templates - files


def test_a_file_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "tiny-llama"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(LLAMA))
    network = load_path(folder / "config.json")
    assert (network.name, total(network)) == ("tiny-llama", PARAMS)


ODD = st.one_of(
    st.integers(),
    st.booleans(),
    st.none(),
    st.floats(),
    st.text(max_size=8),
    st.lists(st.one_of(st.integers(-2, 9), st.just("full_attention")), max_size=6),
    st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=2),
)


@settings(max_examples=2 * settings().max_examples)
@given(data=st.data())
def test_any_values_are_read_or_refused(data: st.DataObject) -> None:
    config = dict(data.draw(st.sampled_from(DECODERS))["config"])
    for key in data.draw(st.lists(st.sampled_from(sorted(config)), min_size=1, max_size=3)):
        config[key] = data.draw(ODD)
    with suppress(SpecError):
        assert isinstance(read(config), Network)
