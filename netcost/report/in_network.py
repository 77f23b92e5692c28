"""Numbers that take the whole network: each is worked out when it is first looked up, and its declaration loaded then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from netcost.number import Value

if TYPE_CHECKING:
    from netcost.network import Network
    from netcost.report.figures import Figure
    from netcost.report.layer_figures import LayerFigure

FIGURES_KEY = "figures"
"""What figures are asked for by: the word of an option, a key of JSON, a field of a report."""

NO_FIGURES: Mapping[str, Value] = {}
NOT_ASKED: Mapping[str, Mapping[str, Any]] = {}


def _figures() -> Mapping[str, Figure]:
    from netcost.report.figures import FIGURES

    return FIGURES


def _layer_figures() -> Mapping[str, LayerFigure]:
    from netcost.report.layer_figures import LAYER_FIGURES

    return LAYER_FIGURES


class Figures(Mapping[str, Value]):
    """The figures of a network by name, each worked out when it is first looked up.

    Args:
        network: the network.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._found: dict[str, Value] = {}

    @cached_property
    def study(self) -> Any:
        """The network as it is looked at as a whole; what that takes is imported only where it is asked for."""
        return import_module("netcost.analysis.study").Study(self._network)

    def __getitem__(self, name: str) -> Value:
        """Return a figure; None if the network has no such number.

        Raises:
            KeyError: there is no figure of that name.
        """
        if name not in self._found:
            self._found[name] = _figures()[name].of(self.study)
        return self._found[name]

    def rooms(self, device: Any) -> Sequence[Any]:
        """What must fit where on a device, for training where that is asked for: `netcost.report.memory.Room`."""
        fit = import_module("netcost.analysis.fit")
        return list(fit.rooms(self.study, device, training=self.study.optimizer is not None))

    def course(self) -> Any:
        """What is alive when: a `netcost.report.memory.Course`."""
        return import_module("netcost.analysis.memory").course(self.study)

    def roof(self) -> Any:
        """What bounds each layer on the device that is asked for: a `netcost.report.roof.Roof`; None if that is not told."""
        return self.study.roof

    def __iter__(self) -> Iterator[str]:
        return iter(_figures())

    def __len__(self) -> int:
        return len(_figures())


class LayerFigures(Mapping[str, Mapping[str, Any]]):
    """The numbers of all layers by their own names and those of the layers, each worked out when first looked up.

    Args:
        figures: the figures of the network.
    """

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._found: dict[str, Mapping[str, Any]] = {}

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        """Return a number of every layer.

        Raises:
            KeyError: there is no such number.
        """
        if name not in self._found:
            self._found[name] = _layer_figures()[name].of(self._figures.study)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_layer_figures())

    def __len__(self) -> int:
        return len(_layer_figures())
