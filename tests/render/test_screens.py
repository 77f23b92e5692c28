"""Ten networks of ten kinds as they are printed on narrow, on usual and on endless screens; to be read by a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bundled import report_of
from handmade import printed
from running import Run

NETWORKS = [
    "alexnet",
    "lenet",
    "resnet50",
    "densenet121",
    "unet",
    "bert_base",
    "llama3_8b",
    "mixtral_8x7b",
    "lstm_medium",
    "r3d_18",
]
"""Two of the lecture, a deep one, one of many inputs, one that grows again, an encoder, a decoder, one of experts, a
recurrent one, one over three axes."""


@pytest.mark.parametrize("width", [80, 100, None])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_as_printed(golden_files: Callable[[str, str], None], name: str, width: int | None) -> None:
    """No line is wider than the screen."""
    text = printed("table", report_of(name), width=width)
    golden_files(f"screens/{name}_{width or 'unlimited'}.txt", text)
    assert width is None or max(map(len, text.splitlines())) <= width


COMPARISONS = {
    "deeper": ("resnet50", "resnet101"),
    "experts": ("llama3_8b", "mixtral_8x7b"),
    "int8": ("bert_base", "--dtype-b", "int8"),
}
"""One block that changes, layers that come and go, numbers that change in some metrics only."""


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("name", COMPARISONS)
def test_a_comparison_as_printed(
    golden: Callable[[str, str], None], netcost: Run, name: str, width: int
) -> None:
    """Changes and percentages are there on a narrow screen, too."""
    text = netcost("diff", *COMPARISONS[name], "--depth", "1", "--width", str(width)).out
    golden(f"screens/diff_{name}_{width}.txt", text)
    assert max(map(len, text.splitlines())) <= width
