"""`netcost explain`: the lecture's derivations from the command line."""

from __future__ import annotations

import pytest
from running import Run


def test_the_lecture_s_derivation_is_printed(netcost: Run) -> None:
    """Output size, parameters, operations and memory of AlexNet's first layer, as on the slides."""
    ended = netcost("explain", "alexnet", "conv1")
    assert (ended.code, ended.err) == (0, "")
    for derived in (
        "(H - K + 2 * P) / S + 1 = (227 - 11 + 2 * 2) / 4 + 1 = 56",
        "64 * 3 * 11 * 11 + 64 = 23,296",
        "72,855,552",
        "784",
    ):
        assert derived in ended.out


def test_an_override_shows_in_the_derivation(netcost: Run) -> None:
    """4096 * 1000 weights for each of 8 samples."""
    assert "8 * 4096 * 1000 = 32,768,000" in netcost("explain", "alexnet", "fc8", "--batch", "8").out


def test_a_spec_may_come_from_standard_input(netcost: Run) -> None:
    """3 channels of 8 x 8 are 192 features."""
    spec = b"input: [3, 8, 8]\nlayers: [{name: flat, flatten}, {name: fc, linear: 10}]\n"
    assert "192 * 10 + 10 = 1930" in netcost("explain", "-", "fc", stdin=spec).out


@pytest.mark.parametrize("name", ["input", "conv1.act", "pool1", "dropout1", "flatten"])
def test_every_node_can_be_explained(netcost: Run, name: str) -> None:
    """Also one that computes nothing."""
    ended = netcost("explain", "alexnet", name)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{name}: ")


def test_lines_fit_the_width(netcost: Run) -> None:
    """They are broken where formulas allow it."""
    assert max(map(len, netcost("explain", "alexnet", "conv1", "--width", "50").out.splitlines())) <= 50


def test_results_can_be_set_off(netcost: Run) -> None:
    """In colour if that is asked for."""
    assert "\x1b[" in netcost("explain", "alexnet", "conv1", "--color", "always").out
    assert "\x1b[" not in netcost("explain", "alexnet", "conv1").out


def test_a_long_list_of_layers_is_shortened(netcost: Run) -> None:
    """An error fits on the screen."""
    message = netcost("explain", "resnet50", "xyzzy").err
    assert "resnet50 has no layer `xyzzy`; it has input, conv1" in message
    assert " more." in message
