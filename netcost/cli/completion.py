"""`netcost completion`: the script that completes commands in a shell."""

from __future__ import annotations

from collections.abc import Mapping

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from netcost.cli import COMPLETE, netcost
from netcost.cli.choice import Choice

SHELLS: Mapping[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command
@click.argument("shell", type=Choice(list(SHELLS)))
def command(shell: str) -> None:
    """Print the script that completes commands in a shell.

    Commands, options, bundled networks, layers and files are completed. Put the line for your shell where it
    reads its settings:

    \b
    bash   eval "$(netcost completion bash)"           in ~/.bashrc
    zsh    eval "$(netcost completion zsh)"            in ~/.zshrc
    fish   netcost completion fish | source            in ~/.config/fish/config.fish
    """
    click.echo(SHELLS[shell](netcost, {}, "netcost", COMPLETE).source())
