"""State spaces: what they learn, what their scans cost, and the state that they carry on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from cases import Case, Fault
from examples import make

from netcost.shapes import Image, Sequence, Shape, Vector

X = Sequence((2, 100, 1536))
STEPS = Sequence((2, 300, 24))

# Parameters and MACs are those of transformers 5.24's MambaMixer and Mamba2Mixer of the sizes of 130m, less their
# projections into and out of the block, short convolutions and norms, as PyTorch's flop counter tells them apart.
CASES = [
    Case(
        "of Mamba-130m",
        make("selective_scan", state_size=16, rank=48),
        X,
        X,
        params=1536 * 80 + 48 * 1536 + 1536 + 1536 * 16 + 1536,
        # x_proj and dt_proj are linear layers; the state is read by a matrix product a token.
        macs=2 * 100 * (1536 * 80 + 48 * 1536 + 1536 * 16),
        # bias, softplus, step times input, skip: 1 + 1 + 1 + 2; step times rate, exponential, gain, update: 1 + 1 + 1 + 2
        ops=2 * 100 * 1536 * (5 + 5 * 16),
    ),
    Case(
        "of Jamba, with norms",
        make("selective_scan", state_size=16, rank=256, norms=True),
        Sequence((1, 10, 8192)),
        Sequence((1, 10, 8192)),
        # JambaMambaMixer less in_proj, out_proj and conv1d; its MACs less theirs, 4096 * 16384 and 8192 * 4096 a token.
        params=4_604_192,
        macs=1_051_197_440 - 10 * (4096 * 16384 + 8192 * 4096) + 1_310_720,
        ops=10 * 8192 * (5 + 5 * 16) + 10 * (256 + 2 * 16) * 5,
    ),
    Case(
        "of Falcon Mamba's defaults in transformers, with norms that learn nothing",
        make("selective_scan", state_size=16, rank=48, norms="plain"),
        X,
        X,
        params=224_256,  # FalconMambaMixer less in_proj, out_proj and conv1d
        macs=2 * 100 * (1536 * 80 + 48 * 1536 + 1536 * 16),
        ops=2 * 100 * 1536 * (5 + 5 * 16) + 2 * 100 * 80 * 4,
    ),
    Case(
        "of Mamba-2-130m, two chunks",
        make("ssd", state_size=128, heads=24),
        (Sequence((2, 300, 1536 + 2 * 128)), STEPS),
        Sequence((2, 300, 1536)),
        params=3 * 24,
        # 24 blocks of one sample take 19,369,820,160 in batched matrix products.
        macs=2 * 19_369_820_160 // 24,
        ops=2
        * (
            300 * 24 * 3  # bias, softplus, rate
            + 300 * 1536 * 3  # times step, times D, sum
            + 24 * 512 * 256 * 3  # difference, exponential, product with what B and C make
            + 24 * 512 * (1 + 2 + 2)  # sum of steps, decays to the end and from the start of a chunk
            + 24 * 512 * (128 + 2 * 64)  # B decayed; what states put out decayed, and added
            + 24 * 3 * 3 * 2  # decays between two chunks and the state before them
        ),
    ),
    Case(
        "of one chunk, steps at the end of the input",
        make("ssd", state_size=128, heads=24, chunk=256),
        Sequence((1, 256, 1536 + 2 * 128 + 24)),
        Sequence((1, 256, 1536)),
        params=3 * 24,
        macs=9_682_550_784 // 24,
        ops=256 * 24 * 3
        + 256 * 1536 * 3
        + 24 * 256 * (256 * 3 + 5 + 128 + 2 * 64)
        + 24 * 2 * 2 * 2,
    ),
    Case(
        "of Mamba-2-130m, one position after another",
        make("ssd", state_size=128, heads=24, chunk=0),
        (Sequence((2, 7, 1536 + 2 * 128)), Sequence((2, 7, 24))),
        Sequence((2, 7, 1536)),
        params=3 * 24,
        # A step of transformers takes 4,718,592 in batched products in 24 blocks, to read the state; the rest of its lines:
        # bias, softplus, rate, exponential; dt * B; state * dA + dB * x; x * D and the sum.
        macs=2 * 7 * 4_718_592 // 24,
        ops=2 * 7 * (24 * (4 + 128) + 24 * 64 * 128 * 3 + 1536 * 2),
    ),
    Case(
        "of eight groups, a short chunk",
        make("ssd", state_size=16, heads=8, groups=4, chunk=4),
        Sequence((1, 6, 32 + 2 * 4 * 16 + 8)),
        Sequence((1, 6, 32)),
        params=3 * 8,
        macs=8 * (8 * (4 * (16 + 4) + 2 * 16 * 4) + 3 * 3 * 16 * 4),
        ops=6 * 8 * 3 + 6 * 32 * 3 + 8 * 8 * (4 * 3 + 5 + 16 + 2 * 4) + 8 * 3 * 3 * 2,
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_a_scan_learns_and_costs(case: Case) -> None:
    """Parameters and multiply-accumulates are PyTorch's, operations are counted one by one."""
    assert case.found == case.wanted


STATES = [
    (("selective_scan", {"state_size": 16, "rank": 48}), (X,), {"state": (2, 1536, 16)}),
    (("ssd", {"state_size": 128, "heads": 24}), (Sequence((2, 9, 1792)), Sequence((2, 9, 24))), {"state": (2, 24, 64, 128)}),
    (("ssd", {"state_size": 128, "heads": 24}), (Sequence((2, 99, 1816)),), {"state": (2, 24, 64, 128)}),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "inputs", "state"), STATES)
def test_its_state_is_as_large_after_any_number_of_tokens(
    layer: tuple[str, dict[str, Any]], inputs: tuple[Shape, ...], state: Mapping[str, tuple[int, ...]]
) -> None:
    """As transformers' cache holds it."""
    head, fields = layer
    assert make(head, **fields).state(*inputs) == state


FAULTS = [
    Fault(
        "an image",
        lambda: make("selective_scan", state_size=16, rank=4).output(Image((1, 8, 4, 4))),
        "selective_scan needs a sequence, got an image 8 x 4 x 4",
        hint="add `to_tokens` before it",
    ),
    Fault(
        "no room for x",
        lambda: make("ssd", state_size=16, heads=8).output(Sequence((1, 10, 40))),
        "the input has 40 channels, B, C and dt alone take 40",
        hint="x, B, C and dt stand side by side in it",
    ),
    Fault(
        "no room for x beside steps of their own",
        lambda: make("ssd", state_size=16, heads=8).output(Sequence((1, 10, 32)), Sequence((1, 10, 8))),
        "the input has 32 channels, B and C alone take 32",
        hint="x, B and C stand side by side in it",
    ),
    Fault(
        "a part of a head",
        lambda: make("ssd", state_size=16, heads=8).output(Sequence((1, 10, 52))),
        "channels of x beside 40 of B, C and dt (12) is not divisible by heads (8)",
        "heads",
        "heads could be 6 or 12",
    ),
    Fault(
        "a part of a group",
        lambda: make("ssd", state_size=16, heads=8, groups=3),
        "heads (8) is not divisible by groups (3)",
        "groups",
        "groups could be 2 or 4",
    ),
    Fault(
        "steps for other heads",
        lambda: make("ssd", state_size=16, heads=8).output(Sequence((1, 10, 64)), Sequence((1, 10, 4))),
        "`dt` is a sequence 10 x 4, 8 heads need a sequence 10 x 8",
        hint="a number for each head and position",
    ),
    Fault(
        "steps for other tokens",
        lambda: make("ssd", state_size=16, heads=8).output(Sequence((1, 10, 64)), Sequence((1, 9, 8))),
        "`dt` is a sequence 9 x 8, 8 heads need a sequence 10 x 8",
        hint="a number for each head and position",
    ),
    Fault(
        "steps that are a vector",
        lambda: make("ssd", state_size=16, heads=8).output(Sequence((1, 10, 64)), Vector((1, 8))),
        "`dt` is a vector 8, 8 heads need a sequence 10 x 8",
        hint="a number for each head and position",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both numbers."""
    assert fault.found == fault.wanted
