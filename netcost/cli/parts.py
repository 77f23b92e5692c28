"""Folders of parts: each chunk of a sweep is a file that is there as a whole or not at all."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from netcost.cli.draft import draft_of
from netcost.cli.output import STANDARD_OUTPUT, Failure
from netcost.source.files import reason
from netcost.sweeps.fault import AGAIN
from netcost.sweeps.manifest import differences, manifest, written
from netcost.sweeps.plan import Plan
from netcost.sweeps.work import Outcome

MANIFEST = "manifest.json"


class Folder:
    """The parts of one sweep in one format.

    Args:
        path: the folder.
        plan: the sweep.
        form: the format of its parts.

    Raises:
        click.ClickException: the folder belongs to another sweep, or cannot be made.
    """

    def __init__(self, path: str, plan: Plan, form: str) -> None:
        self.path, self.plan, self.form = path, plan, form
        wanted = manifest(plan, form)
        found = self._manifest()
        if found is None:
            self._begin(wanted)
            return
        differing = differences(found, wanted)
        if differing:
            raise Failure(
                f"{path} holds the parts of another sweep; name another folder with -o, or remove this one.",
                *(f"  {each}" for each in differing),
            )

    def _manifest(self) -> Mapping[str, Any] | None:
        """The manifest of a folder that is there; None where there is none, or an empty one."""
        place = Path(self.path)
        try:
            names = set(os.listdir(place))  # noqa: PTH208
            found = json.loads((place / MANIFEST).read_bytes()) if MANIFEST in names else None
        except FileNotFoundError:
            return None
        except NotADirectoryError:
            raise click.ClickException(
                f"{self.path} is a file, and this sweep of {self.plan.size:,} variants is written in parts, into a "
                "folder; name another path, or keep fewer rows with --top"
            ) from None
        except (OSError, ValueError) as error:
            why = reason(error) if isinstance(error, OSError) else "its manifest is no JSON"
            raise click.ClickException(f"cannot read {self.path}: {why}") from None
        if isinstance(found, dict):
            return found
        if found is not None or any(not name.startswith(f".{MANIFEST}.") for name in names):
            raise click.ClickException(
                f"{self.path} holds files that are no parts of a sweep; name a folder that is new or empty"
            )
        return None

    def _begin(self, wanted: Mapping[str, Any]) -> None:
        try:
            Path(self.path).mkdir(exist_ok=True)
        except OSError as error:
            raise click.ClickException(f"cannot make {self.path}: {reason(error)}") from None
        replace_file(self._file(MANIFEST), written(wanted))

    def _file(self, name: str) -> str:
        return os.path.join(self.path, name)  # noqa: PTH118

    def _part(self, chunk: int) -> str:
        return self._file(f"part-{chunk:06}.{self.form}")

    def _outcome(self, chunk: int) -> str:
        return self._file(f"part-{chunk:06}.json")

    def finished(self) -> dict[int, Outcome]:
        """The parts that are there, each with what became of its variants, but without its rows."""
        names = set(os.listdir(self.path))  # noqa: PTH208
        chunks = [
            chunk
            for chunk in range(self.plan.chunks)
            if {os.path.basename(self._part(chunk)), os.path.basename(self._outcome(chunk))} <= names  # noqa: PTH119
        ]
        return {chunk: Outcome.read(json.loads(Path(self._outcome(chunk)).read_bytes())) for chunk in chunks}

    def add(self, outcome: Outcome) -> None:
        """Write a part; what is said of it goes first, so that it is there where the part is."""
        replace_file(self._outcome(outcome.chunk), json.dumps(outcome.written()).encode() + b"\n")
        replace_file(self._part(outcome.chunk), outcome.parts[self.form])


def replace_file(path: str, data: bytes) -> None:
    """Write a file as a whole, or leave what was there.

    Raises:
        click.ClickException: it cannot be written; nothing is torn.
    """
    try:
        with draft_of(os.path.realpath(path)) as draft:
            draft.fill([data])
            draft.move()
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {reason(error)}; {AGAIN}") from error


def send(path: str, data: bytes) -> None:
    """Write a file as a whole, or bytes to standard output."""
    if path == STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    replace_file(path, data)
