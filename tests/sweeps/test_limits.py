"""What variants are held to, as it is written."""

from __future__ import annotations

from fractions import Fraction

import pytest

from netcost.sweeps.fault import SweepError
from netcost.sweeps.limits import Aim, Limit, quantity, read_aim, read_limit


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("params=5M", Limit("params", most=5_000_000, text="5M")),
        ("macs=1e9", Limit("macs", most=10**9, text="1e9")),
        ("weight_bytes=1MiB", Limit("weight_bytes", most=2**20, text="1MiB")),
        ("peak_activation_bytes=256kB", Limit("peak_activation_bytes", most=256_000, text="256kB")),
        ("layer1.macs=3M", Limit("layer1.macs", most=3_000_000, text="3M")),
        ("width=0.75", Limit("width", most=Fraction(3, 4), text="0.75")),
    ],
)
def test_a_limit_has_the_units_of_its_metric(text: str, limit: Limit) -> None:
    """An axis has none."""
    assert read_limit(text, ["width"]) == limit


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("params", "is no metric with an amount; write --limit params=5M"),
        ("params=", "is no metric with an amount"),
        ("parms=5M", "there is no metric `parms`; did you mean `params`?"),
        ("layer1.mac=5M", "did you mean `layer1.macs`?"),
        ("params=5Q", "`Q` is not a unit"),
        ("params=-5", "negative"),
        ("params=5%", "is a share"),
        ("weight_bytes=5M", "could mean powers of 1000 or of 1024"),
        ("width=x", "is no number"),
    ],
)
def test_what_is_no_limit_is_refused(text: str, told: str) -> None:
    """With what was probably meant."""
    with pytest.raises(SweepError) as refused:
        read_limit(text, ["width"])
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("text", "aim"),
    [
        ("params=1e9", Aim("params", 10**9)),
        ("params=1e9:2%", Aim("params", 10**9, Limit("params", 98 * 10**7, 102 * 10**7, "1e9:2%"))),
        ("params=1000:10", Aim("params", 1000, Limit("params", 990, 1010, "1000:10"))),
    ],
)
def test_an_aim_may_have_a_tolerance(text: str, aim: Aim) -> None:
    """In percent of the target, or in what is counted."""
    assert read_aim(text) == aim


@pytest.mark.parametrize("text", ["params=1e9:", "params=1e9:x%", "params=1e9:-2%", "foo=1"])
def test_what_is_no_aim_is_refused(text: str) -> None:
    """A tolerance is a number that is not negative."""
    with pytest.raises(SweepError):
        read_aim(text)


def test_what_has_no_metric_is_refused() -> None:
    """A figure of one layer is no column: it is the network that has figures."""
    with pytest.raises(SweepError, match="there is no metric"):
        quantity("layer1.arena_bytes")
