"""`netcost completion`: the script that completes commands in a shell."""

from __future__ import annotations

import click

from netcost.cli import ASKING, netcost
from netcost.cli.choice import Choice
from netcost.cli.shells import SHELLS, script


@click.command
@click.argument("shell", type=Choice(list(SHELLS)))
def command(shell: str) -> None:
    """Print the script that completes commands in a shell.

    Commands, options and their words, bundled networks, files, layers, and what a spec declares are completed. Put
    the line for your shell where it reads its settings:

    \b
    bash   eval "$(netcost completion bash)"           in ~/.bashrc
    zsh    eval "$(netcost completion zsh)"            in ~/.zshrc
    fish   netcost completion fish | source            in ~/.config/fish/config.fish
    """
    click.echo(script(shell, netcost, ASKING), nl=False)
