"""The command line as a table: at each place the commands, options and values that can follow, read off the parser."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import NamedTuple

from soda_tui.cli.parsing import Command, Commands
from soda_tui.help import TOPICS

FILES, FOLDERS, REPOSITORIES, PROFILES, KEYS, NOTHING = (
    "files",
    "folders",
    "repositories",
    "profiles",
    "keys",
    "nothing",
)

_KINDS = {
    "TOPIC": f"words:{' '.join(TOPICS)}",
    "REPO": REPOSITORIES,
    "FILE": FILES,
    "DIR": FOLDERS,
    "PATH": FILES,
    "KEY": KEYS,
}


class Option(NamedTuple):
    """An option with its help, and the kind of its value: None where it has none; `words:a b` are the only ones."""

    flag: str
    help: str
    kind: str | None


class Place(NamedTuple):
    """What can follow after some commands: further commands, options, and a kind of what is neither."""

    at: str
    commands: tuple[tuple[str, str], ...]
    options: tuple[Option, ...]
    kind: str


def places(parser: argparse.ArgumentParser, at: str = "") -> Iterator[Place]:
    """Every place of a command line, the whole program first."""
    commands: dict[str, tuple[str, Command]] = {}
    options: list[Option] = []
    kind = NOTHING
    for action in parser._actions:
        if isinstance(action, Commands):
            helps = {one.dest: one.help or "" for one in action._get_subactions()}
            commands = {name: (helps.get(name, ""), command) for name, command in action.choices.items()}
        elif action.help is argparse.SUPPRESS:
            continue
        elif action.option_strings:
            value = None if action.nargs == 0 else _kind(action)
            options += [Option(flag, action.help or "", value) for flag in action.option_strings]
        elif kind == NOTHING:
            kind = _kind(action)
    yield Place(at, tuple((name, text) for name, (text, _) in commands.items()), tuple(options), kind)
    for name, (_, command) in commands.items():
        yield from places(command.parser(), f"{at} {name}".lstrip())


def _kind(action: argparse.Action) -> str:
    """What a value can be; `[REPO] TEXT` begins with a repository."""
    if action.choices is not None:
        return f"words:{' '.join(map(str, action.choices))}"
    if "--profile" in action.option_strings:
        return PROFILES
    said = action.metavar if isinstance(action.metavar, str) else ""
    if "--path" in action.option_strings:
        return FOLDERS
    return _KINDS.get((said.split() or [""])[0].strip("[]…"), NOTHING)
