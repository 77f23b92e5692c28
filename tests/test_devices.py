"""Devices: what the bundled files tell, and what is refused in one's own."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from netcost.devices import FOLDER, NAMES, load
from netcost.source.problem import SpecError

FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_number_has_its_source(path: Path) -> None:
    """A name, memory, and for whatever else it tells a value with a unit and where it is from."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    rates = document.pop("rates")
    name = document.pop("name")
    numbers = [*document.values(), *rates.values()]
    assert name
    assert "memory" in document
    for number in numbers:
        assert set(number) == {"value", "source"}
        assert len(number["source"]) > 3
    device = load(path.stem)
    assert device.name == name
    assert set(device.rates) == set(rates)


@pytest.mark.parametrize(
    ("name", "memory", "bandwidth"),
    [
        ("gtx580", 3 * 2**30, 192_400_000_000),
        ("a100", 85_198_045_184, 2_039_000_000_000),
        ("rtx4090", 24 * 2**30, 1_008_000_000_000),
        ("stm32h743", 2**20, None),
    ],
)
def test_memory_is_in_powers_of_1024_and_bandwidth_of_1000(
    name: str, memory: int, bandwidth: int | None
) -> None:
    """As makers sell the one and quote the other."""
    device = load(name)
    assert device.memory
    assert device.memory.number == memory
    assert (device.bandwidth and device.bandwidth.number) == bandwidth


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("1.5 TFLOP/s", 1_500_000_000_000),
        ("20 TOP/s", 20 * 10**12),
        ("0.96 GMAC/s", 1_920_000_000),
        ("5 MFLOP/s", 5_000_000),
    ],
)
def test_a_multiply_accumulate_is_two_operations(tmp_path: Path, text: str, rate: int) -> None:
    """Exactly, whatever the decimals."""
    path = tmp_path / "own.yaml"
    path.write_text(f"rates: {{int8: {{value: {text}, source: made up}}}}\n", encoding="utf-8")
    found = load(str(path)).rate("int8")
    assert found is not None
    assert found.number == Fraction(rate)
    assert load(str(path)).rate("float32") is None


EXAMPLE = "write `memory: {value: 8 GB, source: where it is from}`"
AMOUNT = "a number and one of B, KiB, MiB, GiB, TiB, KB, MB, GB"

FAULTS = [
    ("[1, 2]", "1:1: error: a device is a mapping", "write `memory: {value: 8 GB, source: ...}`"),
    (
        "ram: {value: 8 GB, source: x}",
        "1:1: error: unknown field `ram` for a device",
        "a device has name, note, memory,",
    ),
    ("memory: 8 GB", "1:9: error: memory needs a value and its source", EXAMPLE),
    ("memory: {value: 8 GB}", "1:1: error: memory has no source", EXAMPLE),
    ("memory: {source: x}", "1:1: error: memory has no value", EXAMPLE),
    (
        "memory: {value: 8 GB, source: x, unit: B}",
        "1:34: error: unknown field `unit` for memory",
        "memory has value, source",
    ),
    ("memory: {value: lots, source: x}", "1:17: error: `lots` is no amount", AMOUNT),
    ("memory: {value: -8 GB, source: x}", "1:17: error: `-8 GB` is no amount", AMOUNT),
    ("memory: {value: 8 GiG, source: x}", "1:17: error: unknown unit `GiG`", "did you mean `GiB`?"),
    ("memory: {value: 8 GB/s, source: x}", "1:17: error: unknown unit `GB/s`", "did you mean `GB`?"),
    (
        "memory: {value: 0 GB, source: x}",
        "1:17: error: a device has more than nothing of it",
        "leave it out if it is not known",
    ),
    ("bandwidth: {value: 8 GB, source: x}", "1:20: error: unknown unit `GB`", "did you mean `GB/s`?"),
    (
        "rates: 5",
        "1:8: error: rates are by number format",
        "write `rates: {float32: {value: 1 TFLOP/s, ...}}`",
    ),
    (
        "rates: {fp33: {value: 1 TFLOP/s, source: x}}",
        "1:9: error: unknown number format `fp33`",
        "there are float64, float32,",
    ),
    (
        "rates: {int8: {value: 1 TB/s, source: x}}",
        "1:23: error: unknown unit `TB/s`",
        "did you mean `TOP/s`?",
    ),
]


@pytest.mark.parametrize(("text", "message", "hint"), FAULTS)
def test_a_faulty_file_is_refused_at_its_place(tmp_path: Path, text: str, message: str, hint: str) -> None:
    """With what to write instead."""
    path = tmp_path / "own.yaml"
    path.write_text(f"{text}\n", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load(str(path))
    assert message in str(caught.value)
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gtx508", "there is no device `gtx508`"),
        ("", "there is no device ``"),
        ("../devices/a100", "../devices/a100"),
        ("missing.yaml", "missing.yaml"),
    ],
)
def test_a_device_that_is_not_there(name: str, message: str) -> None:
    """Names are those of the folder; anything with a slash or a suffix is a file."""
    with pytest.raises(SpecError, match="error") as caught:
        load(name)
    assert message in str(caught.value)


def test_a_name_is_found_whatever_its_case() -> None:
    """As people write them."""
    assert load("GTX580") == load("gtx580")
    assert {path.stem for path in FILES} == set(NAMES)
