"""`netcost completion`: the script that completes commands in a shell."""

from __future__ import annotations

import click

from netcost.cli import COMPLETE, netcost

SHELLS = ("bash", "zsh", "fish")


@click.command
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script that completes commands in a shell.

    Commands, options, bundled networks, layers and files are completed. Put the line for your shell where it
    reads its settings:

    \b
    bash   eval "$(netcost completion bash)"           in ~/.bashrc
    zsh    eval "$(netcost completion zsh)"            in ~/.zshrc
    fish   netcost completion fish | source            in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"there is no completion for {shell}")
    click.echo(found(netcost, {}, "netcost", COMPLETE).source())
