"""How shells ask what a line could go on with, and how they are answered."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import ClassVar

import click
from click.shell_completion import CompletionItem, ShellComplete, split_arg_string

LINE = "COMP_LINE"
"""The environment variable that has the line as far as the cursor."""

BREAKS = "COMP_WORDBREAKS"
"""The one that has what ends a word for bash, which has only the rest of it replaced."""

CURSOR = "\x1f"
"""Stands where the cursor is while the line is split; nobody types it."""

PLAIN = re.compile(r"[^\w@%+=:,./-]", re.ASCII)
"""What bash would take for something else than itself."""

SCRIPT_BASH = """\
%(complete_func)s() {
    local type value
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                COMPREPLY+=("$value")
                if [[ $value == *[=:] ]]; then compopt -o nospace; fi ;;
        esac
    done < <(COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" %(complete_var)s=bash_complete "$1")
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

SCRIPT_ZSH = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local -a plain open described response
    local type key descr
    (( ! $+commands[%(prog_name)s] )) && return 1
    response=("${(@f)$(COMP_LINE="${words[1,CURRENT]}" %(complete_var)s=zsh_complete %(prog_name)s)}")
    for type key descr in ${response}; do
        case $type in
            plain)
                if [[ $descr != _ ]]; then described+=("$key:$descr")
                elif [[ $key == *[=:] ]]; then open+=("$key")
                else plain+=("$key"); fi ;;
            dir) _path_files -/ ;;
            file)
                compset -P '*:'
                _path_files -f ;;
        esac
    done
    (( $#described )) && _describe -V unsorted described -U
    (( $#open )) && compadd -U -S '' -V unsorted -a open
    (( $#plain )) && compadd -U -V unsorted -a plain
    return 0
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""

SCRIPT_FISH = """\
function %(complete_func)s
    set -l line (commandline -cp | string collect)
    for completion in (COMP_LINE=$line %(complete_var)s=fish_complete %(prog_name)s)
        set -l parts (string split -m 1 , -- $completion)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                echo $parts[2]
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class Shell(ShellComplete):
    """A shell that says what is typed by the line as far as the cursor."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is typed, without the command; and what there is of that."""
        words = split_arg_string(os.environ.get(LINE, "") + CURSOR)
        return words[1:-1], words[-1].removesuffix(CURSOR)

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """What the word may become; of a value behind `=`, all of the word."""
        found = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if equals and option.startswith("--"):
            for item in found:
                if item.type == "plain":
                    item.value = f"{option}={item.value}"
        return found


class Bash(Shell):
    """It replaces only what follows the last of its breaks, and takes what is offered as it is."""

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = SCRIPT_BASH

    def format_completion(self, item: CompletionItem) -> str:
        """The kind and the word, or the rest of it, on a line."""
        return f"{item.type},{self._rest(str(item.value)) if item.type == 'plain' else item.value}"

    def _rest(self, word: str) -> str:
        line = os.environ.get(LINE, "")
        if _is_quoted(line):
            return word
        _, typed = self.get_completion_args()
        breaks = [typed.rfind(each) for each in "=:" if each in os.environ.get(BREAKS, "=:")]
        before = typed[: max(breaks, default=-1) + 1]
        return PLAIN.sub(r"\\\g<0>", word.removeprefix(before))


class Zsh(Shell):
    """It quotes by itself."""

    name: ClassVar[str] = "zsh"
    source_template: ClassVar[str] = SCRIPT_ZSH

    def format_completion(self, item: CompletionItem) -> str:
        """The kind, the word, and what it is, each on a line."""
        value = str(item.value).replace(":", r"\:") if item.help else item.value
        return f"{item.type}\n{value}\n{item.help or '_'}"


class Fish(Shell):
    """It quotes by itself, too."""

    name: ClassVar[str] = "fish"
    source_template: ClassVar[str] = SCRIPT_FISH

    def format_completion(self, item: CompletionItem) -> str:
        """The kind, the word, and what it is, on a line."""
        return f"{item.type},{item.value}" + (f"\t{' '.join(item.help.split())}" if item.help else "")


SHELLS: Mapping[str, type[Shell]] = {each.name: each for each in (Bash, Zsh, Fish)}


def script(shell: str, command: click.Command, asking: str) -> str:
    """The script that completes a command in a shell, which asks by an environment variable of that name."""
    return SHELLS[shell](command, {}, "netcost", asking).source()


def answer(asked: str, command: click.Command, asking: str) -> str:
    """What a line may go on with, as the shell that asks has it; nothing for one that is not known.

    Args:
        asked: who asks: `bash_complete`.
        command: what is completed.
        asking: the environment variable by which it asks.
    """
    shell = SHELLS.get(asked.partition("_")[0])
    return shell(command, {}, "netcost", asking).complete() if shell else ""


def _is_quoted(line: str) -> bool:
    """Tell whether a line ends inside of quotes."""
    quote = ""
    characters = iter(line)
    for each in characters:
        if each == "\\" and quote != "'":
            next(characters, "")
        elif quote:
            quote = "" if each == quote else quote
        elif each in "\"'":
            quote = each
    return bool(quote)
