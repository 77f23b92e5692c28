"""Running a file of Python that a person has named, and what its author is told where it fails."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Never, TypeVar

import torch

from netcost.frontends import Source
from netcost.frontends.honoured import refused
from netcost.frontends.torch_module.arguments import check_arguments
from netcost.frontends.torch_module.meta import PARTLY, to_meta
from netcost.place import Place
from netcost.source.fault import Placed
from netcost.source.problem import Problem, SpecError, nearest
from netcost.wording import listed

MAX_PRINTED = 64 * 1024
"""Characters of what the file prints that are shown."""

MAX_MESSAGE = 400
"""Characters of what an exception says."""

T = TypeVar("T")

TORCH = f"{Path(torch.__file__).parent}{os.sep}"
OWN = f"{Path(__file__).parents[2]}{os.sep}"


class Shown(io.TextIOBase):
    """What the file prints, on standard error: the beginning of it, however long it goes on."""

    def __init__(self) -> None:
        self.left = MAX_PRINTED

    def writable(self) -> bool:
        """Text can be written."""
        return True

    def write(self, text: str) -> int:
        """Show a text, as long as there is room."""
        if self.left > 0:
            sys.stderr.write(text[: self.left])
            self.left -= len(text)
            if self.left <= 0:
                sys.stderr.write("\n... what the file prints is no longer shown\n")
        return len(text)

    def flush(self) -> None:
        """Show what has been written."""
        sys.stderr.flush()


class Code:
    """A file as it is run.

    Args:
        source: the file.
    """

    def __init__(self, source: Source) -> None:
        self.path = source.path.removesuffix(f":{source.member}")
        self.shown = source.path
        self.file = str(Path(source.file or self.path).resolve())
        self.module: ModuleType | None = None
        self.text = bytes(source.data)

    def run(self) -> None:
        """Run the file from its first line.

        Raises:
            SpecError: it is no Python, or raises an error.
        """
        module = ModuleType(Path(self.file).stem)
        module.__file__ = self.file
        sys.modules[module.__name__] = module
        self.module = module

        def run() -> None:
            exec(compile(self.text, self.file, "exec"), vars(module))  # noqa: S102  this is what a person asked for

        self.guarded(run)

    def guarded(self, run: Callable[[], T]) -> T:
        """Run a part of the author's code.

        Raises:
            SpecError: it raises an error, or ends the program.
        """
        try:
            return run()
        except (KeyboardInterrupt, SpecError, Placed):
            raise
        except BaseException as error:  # noqa: BLE001  whatever the author's code raises is theirs to read
            return self.fail(error)

    def fail(self, error: BaseException) -> Never:
        """Tell the author of an error in their code.

        Raises:
            SpecError: always.
        """
        place = self._place(error)
        said = " ".join(str(error).split())[:MAX_MESSAGE]
        if isinstance(error, SystemExit):
            message = f"the file ends the program here: SystemExit({said})"
            raise SpecError(
                [Problem(place, message, "put what only a script does under `if __name__ == '__main__':`")],
                self.lines(place),
            ) from None
        message = f"{type(error).__name__}: {said}" if said else type(error).__name__
        raise SpecError([Problem(place, message)], self.lines(place)) from None

    def _place(self, error: BaseException) -> Place:
        if isinstance(error, SyntaxError) and error.filename == self.file and error.lineno:
            return Place(self.path, error.lineno, max(error.offset or 1, 1))
        frames = list(_frames(error.__traceback__))
        own = [frame for frame in frames if frame[0] == self.file]
        others = [frame for frame in frames if not is_inside(frame[0])]
        file, line = (own or others or [("", 0)])[-1]
        return self.place(file, line) if line else Place(self.shown, 0, 0)

    def place(self, file: str, line: int) -> Place:
        """A line of the file, or of another one that it uses."""
        if file == self.file:
            return Place(self.path, line, 1)
        return Place(Path(file).name, line, 1, via=self.shown)

    def lines(self, place: Place) -> Mapping[str, Sequence[str]]:
        """The text in which the place is, where it is this file's."""
        return {self.path: self.text.decode(errors="replace").splitlines()} if place.path == self.path else {}

    def model(self, member: str, arguments: Mapping[str, Any]) -> torch.nn.Module:
        """The module that is meant: as it is, or as its class or function makes it, in evaluation.

        Raises:
            SpecError: there is no such name, it is no module, or making it fails.
        """
        place = Place(self.shown, 0, 0)
        if not hasattr(self.module, member):
            names = [
                name for name in vars(self.module) if not name.startswith("_") and self._is_candidate(name)
            ]
            near = nearest(member, names)
            hint = f"did you mean `{near}`?" if near else f"it has {listed(names)}" if names else ""
            raise refused(place, f"there is no `{member}` in {self.path}", hint)
        found = getattr(self.module, member)
        if not isinstance(found, torch.nn.Module):
            if not callable(found):
                raise refused(
                    place,
                    f"`{member}` is of type {type(found).__name__}, no module of PyTorch",
                    "name a class, a function or a module",
                )
            check_arguments(found, member, arguments, place)
            found = self._made(found, {name: _argument(value) for name, value in arguments.items()})
        elif arguments:
            raise refused(Place("--arg", 0, 0), f"`{member}` is made already, and takes no arguments")
        if not isinstance(found, torch.nn.Module):
            raise refused(
                place, f"`{member}` makes what is of type {type(found).__name__}, no module of PyTorch"
            )
        made = found
        return self.guarded(lambda: to_meta(made).eval())

    def _is_candidate(self, name: str) -> bool:
        found = getattr(self.module, name, None)
        return getattr(found, "__module__", "") == getattr(self.module, "__name__", None) or isinstance(
            found, torch.nn.Module
        )

    def _made(self, make: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
        """Call a class or a function without numbers; some look at numbers as they are made, and get a few of them."""
        faults: list[BaseException] = []
        for way in (torch.device("meta"), PARTLY(), nullcontext()):
            try:
                with way:
                    return make(**arguments)
            except (KeyboardInterrupt, SpecError, Placed):
                raise
            except BaseException as error:  # noqa: BLE001  it is told if the other ways fail, too
                faults.append(error)
                if "meta" not in str(error):
                    break
        alike = type(faults[-1]) is type(faults[0])
        return self.fail(faults[-1 if alike else 0])


def is_inside(file: str) -> bool:
    """True for what is PyTorch's or netcost's own, or no file."""
    return file.startswith((TORCH, OWN, "<"))


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, int]]:
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


WORDS = {"true": True, "True": True, "false": False, "False": False, "none": None, "None": None, "null": None}


def _argument(value: Any) -> Any:
    """An argument as it is written: a number, true, false, none, a list of these; else a text."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text in WORDS:
        return WORDS[text]
    import ast

    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return text


@contextmanager
def running(source: Source) -> Iterator[Code]:
    """Run a file as `python FILE` does, but for its output, its input and its arguments; leave all as it was before."""
    code = Code(source)
    before = sys.path[:], sys.argv[:], sys.stdin, sys.dont_write_bytecode, set(sys.modules)
    name = Path(code.file).stem
    shadowed = sys.modules.get(name)
    sys.path.insert(0, str(Path(code.file).parent))
    sys.argv[:] = [code.path]
    sys.stdin, sys.dont_write_bytecode = io.StringIO(), True
    try:
        with redirect_stdout(Shown()):
            code.run()
            yield code
    finally:
        sys.path[:], sys.argv[:], sys.stdin, sys.dont_write_bytecode = before[:4]
        if shadowed is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = shadowed
