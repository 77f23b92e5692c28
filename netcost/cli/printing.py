"""The options of every command that prints: where its results go, in which format, how wide and in which colours."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

import click

from netcost.cli.choice import Choice
from netcost.cli.output import A_FILE, STANDARD_OUTPUT, Misuse, Output, place_of, spelled, write_all
from netcost.cli.targets import FormatName, Target, parse_targets
from netcost.cli.terminal import COLOR, WIDTH, Color, encoding, has_color, has_line_characters, width
from netcost.frontends.known import parted
from netcost.record import Record, replace
from netcost.render import FORMATS, Content, Screen, formats_of, render
from netcost.wording import listed

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command: TypeAlias = Callable[..., Any]

Page: TypeAlias = Callable[[Screen], str]
"""A text for a person, as a screen has it."""

TABLE, TEXT = "table", "text"
"""The format of standard output where nothing else is said."""

PAGE = 100
"""The longest line of a text for a person."""

width_option = click.option(
    WIDTH,
    "asked_width",
    type=click.IntRange(min=1),
    metavar="N",
    help="Longest line.  [default: the terminal's]",
)
color_option = click.option(
    COLOR, type=Choice(get_args(Color)), default="auto", show_default=True, help="Use colours."
)
quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="Print the matter itself alone: no lines below tables, no remarks."
)

YAML = (".yaml", ".yml")
"""How files of YAML end."""

force_option = click.option("--force", is_flag=True, help="Replace a file that exists.")


class Printing(Record):
    """How a command is to print.

    Args:
        targets: where, and in which format.
        asked_width: the longest line, if that was said.
        color: whether to use colours.
        quiet: whether to leave out what is said besides.
        usual: whether neither a format nor a file was named.
    """

    targets: Sequence[Target]
    asked_width: int | None = None
    color: Color = "auto"
    quiet: bool = False
    usual: bool = True

    def shows(self, format: str) -> bool:  # noqa: A002
        """Tell whether standard output is of that format."""
        return Target(format, STANDARD_OUTPUT) in self.targets

    def write(self, content: Content, *, append: Callable[[str], bool] = lambda _: False) -> None:
        """Write what a command has to tell to every target, or to none if one of them fails.

        Args:
            content: what it has to tell.
            append: tells files that are added to.
        """
        write_all([replace(self._output(content, each), append=append(each.path)) for each in self.targets])
        self.written(each.path for each in self.targets)

    def write_page(self, page: Page) -> None:
        """Write a text for a person in the same way, as the screen has it."""
        write_all(
            [
                Output(path, page(self._screen(path)), encoding=self._encoding(path))
                for path in [target.path for target in self.targets]
            ]
        )
        self.written(each.path for each in self.targets)

    def write_text(self, text: str) -> None:
        """Write a text for a program in the same way."""
        write_all([Output(each.path, text) for each in self.targets])
        self.written(each.path for each in self.targets)

    def new_path(self, suffixes: Sequence[str], *, force: bool, instead: str = "") -> str:
        """The path of the only target, where nothing is lost.

        Args:
            suffixes: how its name may end, if it has a suffix.
            force: whether a file that exists may be replaced.
            instead: what else could be done.

        Raises:
            click.ClickException: there is such a file, or its name says that it holds something else.
        """
        path = self.targets[0].path
        suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122
        if suffix and suffix not in suffixes and path != STANDARD_OUTPUT:
            ways = listed(suffixes, most=None, word="or")
            raise Misuse(f"What is written to `{path}` would not be what its name says; end it with {ways}.")
        if path != STANDARD_OUTPUT and os.path.exists(path) and not force:  # noqa: PTH110
            ways = ", or ".join(filter(None, (instead, "replace it with --force")))
            raise click.ClickException(f"{path} exists; {ways}")
        return path

    def written(self, paths: Iterable[str]) -> None:
        """Say which files and folders were written; a pipe or a device is none."""
        named = [path for path in paths if path != STANDARD_OUTPUT]
        files = [path for path in named if os.path.isfile(path) or os.path.isdir(path)]  # noqa: PTH112, PTH113
        if files:
            self.remark(f"{listed(files, most=None)} {'are' if files[1:] else 'is'} written")

    def remark(self, text: str) -> None:
        """Say on standard error what was done."""
        if not self.quiet:
            from netcost.cli.messages import look, remark

            remark(text, look(self.asked_width, self.color))

    def warn(self, warnings: Iterable[str]) -> None:
        """Say on standard error what is odd about a network."""
        told = list(warnings)
        if told:
            from netcost.cli.messages import look, warn

            warn(told, look(self.asked_width, self.color))

    def _output(self, content: Content, target: Target) -> Output:
        """What a target gets; what a person reads on standard output takes the shape that the terminal can show."""
        read = FORMATS[target.format].read_at_terminal
        screen = self._screen(target.path) if read else self._plain()
        codec = self._encoding(target.path) if read else "utf-8"
        return Output(target.path, render(content, target.format, screen), encoding=codec)

    def _screen(self, path: str) -> Screen:
        if path != STANDARD_OUTPUT:
            return self._plain()
        return Screen(
            width(self.asked_width), has_color(self.color), ascii=not has_line_characters(), quiet=self.quiet
        )

    def _plain(self) -> Screen:
        return Screen(self.asked_width, self.color == "always", quiet=self.quiet)

    @staticmethod
    def _encoding(path: str) -> str:
        return encoding() if path == STANDARD_OUTPUT else "utf-8"


def page_width(screen: Screen) -> int:
    """The longest line of a text for a person: where there is much room, it is not as wide."""
    return min(screen.width or PAGE, PAGE)


def printing(command: str, default: str = TABLE) -> Callable[[Command], Command]:
    """Give a command the options that say how to print; it receives a `Printing` as `printing`.

    Args:
        command: its name, by which formats are known.
        default: the format of standard output where nothing else is said.
    """
    formats = ", ".join(formats_of(command))
    format_option = click.option(
        "--format", "asked", type=FormatName(command), help=f"Format of the output.  [default: {default}]"
    )
    output_option = click.option(
        *("-o", "--output", "outputs"),
        type=A_FILE,
        shell_complete=partial(_complete_output, command),
        metavar="[FORMAT:]PATH",
        multiple=True,
        help=f"Write to a file, or to standard output with -; the suffix tells the format, or one of {formats} before a colon. Repeatable.",
    )

    def targets(asked: str | None, outputs: Sequence[str]) -> Sequence[Target]:
        return parse_targets(outputs, command, asked or "", default)

    return _with_options(("asked", "outputs"), targets, format_option, output_option)


def printing_to(default: str = STANDARD_OUTPUT) -> Callable[[Command], Command]:
    """The same for a command that writes one text, in one format.

    Args:
        default: the file; without it, or with -, the text is printed.
    """
    to_print = "without it, or with -, it is printed" if default == STANDARD_OUTPUT else "- prints it"
    option = click.option(
        *("-o", "--output"),
        type=A_FILE,
        metavar="PATH",
        default=default,
        show_default=default != STANDARD_OUTPUT,
        help=f"The file to write; {to_print}.",
    )

    def targets(output: str) -> Sequence[Target]:
        return [Target(TEXT, spelled(output))]

    return _with_options(("output",), targets, option)


def telling(command: Command) -> Command:
    """The same for a command that only tells what it does, on standard output."""
    return _with_options((), lambda: [Target(TEXT, STANDARD_OUTPUT)])(command)


def _complete_output(
    command: str, ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the formats that may stand before a path, and leave files to the shell."""
    from click.shell_completion import CompletionItem

    del ctx, param
    name, colon, path = incomplete.partition(":")
    if colon and name in formats_of(command):
        return [CompletionItem(path, type="file")]
    prefixes = [f"{name}:" for name in formats_of(command)]
    words = [CompletionItem(word) for word in prefixes if incomplete and word.startswith(incomplete)]
    return [CompletionItem(incomplete, type="file"), *words]


def _spare(targets: Sequence[Target], arguments: Mapping[str, Any]) -> None:
    """Refuse to write over what is read.

    Raises:
        Misuse: an output is one of the models.
    """
    given = filter(None, [arguments.get("spec"), *arguments.get("specs", ())])
    read = [parted(each.partition("#")[0])[0] for each in given if each != STANDARD_OUTPUT]
    for path in [target.path for target in targets]:
        is_file = path != STANDARD_OUTPUT and os.path.isfile(path)  # noqa: PTH113
        if is_file and place_of(path) in set(map(place_of, read)):
            raise Misuse(
                f"`{path}` is read, and would be lost if it were written; name another file with -o."
            )


def _with_options(
    names: Sequence[str],
    targets: Callable[..., Sequence[Target]],
    *options: Callable[[Command], Command],
) -> Callable[[Command], Command]:
    """Give a command options, and those that all have in common, and make one argument of their values.

    Args:
        names: what tells the targets.
        targets: makes them of those.
        options: the options of those names.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def wrapped(*, asked_width: int | None, color: Color, quiet: bool, **arguments: Any) -> Any:
            said = [arguments.pop(name) for name in names]
            printing = Printing(targets(*said), asked_width, color, quiet, usual=not any(said))
            if not arguments.get("force"):
                _spare(printing.targets, arguments)
            return command(printing=printing, **arguments)

        for option in reversed((*options, width_option, color_option, quiet_option)):
            wrapped = option(wrapped)
        return wrapped

    return decorate
