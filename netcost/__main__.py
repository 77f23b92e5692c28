"""The process: `netcost` and `python -m netcost`, from its first instant to its exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress

from netcost import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType
    from typing import Any, NoReturn

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Those that end a run; Windows has no SIGHUP."""

ORDERLY = {"_lsprof", "coverage", "multiprocessing", "netcost.frontends.torch_module"}
"""What may have something left to do at the end: what measures a run, other processes, a person's own code."""


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
    _leave(code)


def _leave(code: int) -> NoReturn:
    """End the process at once, unless others have a part in it.

    To free whatever a run has made, object by object, takes a twentieth of a short one. What was printed has been
    handed over, and files are whole.
    """
    if sys.gettrace() or sys.getprofile() or not ORDERLY.isdisjoint(sys.modules):
        gc.freeze()  # there is no point in looking for cycles now
        sys.exit(code)
    if sys.stderr is not None:
        with suppress(OSError, ValueError):  # nobody reads it, or it is closed
            sys.stderr.flush()
    os._exit(code)


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
