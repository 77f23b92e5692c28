"""The process: `netcost` and `python -m netcost`, from its first instant to its exit code."""

from __future__ import annotations

import gc
import signal
import sys

from netcost import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType
    from typing import Any, NoReturn

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Those that end a run; Windows has no SIGHUP."""


def run() -> NoReturn:
    """Run the command line of this process.

    A signal ends it as Ctrl-C does, with what is half done cleared away, unless whoever started the process lets
    it ignore the signal, as `nohup` does.
    """
    try:
        heeded = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        _handle(heeded, _stop)
        gc.disable()  # a run is short and makes hardly any cycles; to look for them took a third of a long one
        from netcost.cli import main

        code = main(sys.argv[1:])
    except KeyboardInterrupt as stopped:
        code = stopped.args[0]
    _handle(heeded, signal.SIG_DFL)  # nothing is left to be cleared away
    gc.freeze()  # nor is there a point in looking for cycles at the end
    sys.exit(code)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """End the run with what shells report of a program that this signal ended; a second one does not disturb."""
    del frame
    _handle(SIGNALS, signal.SIG_IGN)
    raise KeyboardInterrupt(128 + number)


def _handle(numbers: Iterable[int], handler: Any) -> None:
    for number in numbers:
        signal.signal(number, handler)


if __name__ == "__main__":
    run()
