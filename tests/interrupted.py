"""Runs of netcost that are killed or stopped in the middle of a sweep, however quick or slow the machine is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from signal import Signals

CODE = """
import os
import sys

from netcost.cli import main
from netcost.cli.draft import Draft

number, signal = map(int, sys.argv[1:3])
move, written = Draft.move, 0

def interrupted(draft):
    global written
    if draft.file.endswith(".jsonl"):
        written += 1
        if written == number:
            os.kill(os.getpid(), signal)
    move(draft)

Draft.move = interrupted
sys.exit(main(sys.argv[3:]))
"""


def interrupted(part: int, signal: Signals, *args: str) -> subprocess.Popen[bytes]:
    """Start a command line that sends itself a signal where a part of lines of JSON is written but not yet in its place.

    It has been stopped or killed by then, or is at its end.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, str(part), str(int(signal)), *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    return process


def parts(folder: Path) -> int:
    """How many parts a folder has."""
    return len(list(folder.glob("part-*.jsonl")))
