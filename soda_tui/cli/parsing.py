"""Parsing: commands whose parsers are made only when they are meant, options that all have, kinds of values."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NoReturn

from soda_tui import __version__


class Layout(argparse.HelpFormatter):
    """Help as wide as the terminal; argparse makes one for every argument, and each would ask for the width anew."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)

    def _format_action(self, action: argparse.Action) -> str:
        if isinstance(action, Heading):
            return f"\n  {action.dest}:\n"
        text = super()._format_action(action)
        # Above headings the one for all says nothing.
        return text.partition("\n")[2].removeprefix("\n") if "\n\n" in text else text


class Heading(argparse.Action):
    """Stands above a group of commands in the help."""

    def __init__(self, title: str) -> None:
        super().__init__((), title, metavar=title)

    def __call__(self, *_: object) -> None:
        """Nobody types it."""


@cache
def _columns() -> int:
    """The terminal's columns, found as shutil does, whose import takes longer than all else that help needs."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (AttributeError, ValueError, OSError):
        return 80


class Parser(argparse.ArgumentParser):
    """Says in people's words what cannot be understood, and what was perhaps meant."""

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Parse all; what is left over is wrong. Of argparse's overloads this is the one in use."""
        known, left = self.parse_known_args(args, namespace)
        if left:
            self.surplus(left)
        return known

    def surplus(self, words: Sequence[str], more: str = "") -> NoReturn:
        """End with what was given and has no place here, and with more words about that."""
        from soda_tui.domain import sentences as say

        option = next((word.partition("=")[0] for word in words if word.startswith("-")), None)
        if option is not None:
            known = [name for name in self._option_string_actions if name.startswith("--")]
            said = say.NO_SUCH_OPTION(option=option, hint=_hint(option, known, self.prog))
        else:
            said = say.TOO_MANY_WORDS(words=" ".join(words))
        self.error(f"{said} {more}".rstrip())

    def error(self, message: str) -> NoReturn:
        """End with the usage and with what is wrong."""
        from soda_tui.domain.text import one_line

        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {one_line(message.removeprefix('argument '))}\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        from soda_tui.domain import sentences as say

        if isinstance(action, Commands):
            hint = _hint(value, list(action.choices), self.prog)
            raise argparse.ArgumentError(None, say.NO_SUCH_COMMAND(word=value, hint=hint))
        hint = _hint(value, list(map(str, action.choices)), self.prog)
        choices = ", ".join(map(str, action.choices))
        raise argparse.ArgumentError(action, say.NO_SUCH_CHOICE(word=value, choices=choices, hint=hint))


def _hint(word: str, known: Sequence[str], command: str) -> str:
    from soda_tui.domain import sentences as say
    from soda_tui.domain.nearness import nearest

    near = nearest(word, known)
    return say.DID_YOU_MEAN(name=near) if near else say.HELP_LISTS(command=command)


class Command:
    """A command, whose parser is made only when it is the one that is meant: making all takes longer than any does."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self.arguments: Callable[[argparse.ArgumentParser], None] = nothing_more

    def parse_known_args(
        self, args: Sequence[str], namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Make the parser, then parse, which is all that argparse asks of a command; what is left over is wrong."""
        parser = self.parser()
        known, more = parser.parse_known_args(args, namespace)
        if more:
            parser.surplus(more, parser.epilog or "")
        return known, more

    def parser(self) -> Parser:
        """The command's parser, made anew."""
        parser = Parser(**self._options)
        add_common(parser)
        self.arguments(parser)
        return parser


if TYPE_CHECKING:
    Parsers = argparse._SubParsersAction[Any]
else:
    Parsers = argparse._SubParsersAction


class Commands(Parsers):
    """The choice of a command, after which an option that can be repeated goes on with what was said before it."""

    def group(self, title: str) -> None:
        """Begin a group of commands."""
        self._choices_actions.append(Heading(title))

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        """Parse what belongs to the command."""
        before = {name: getattr(namespace, name, []) for name in _REPEATED}
        super().__call__(parser, namespace, values, option)
        for name, said in before.items():
            after = getattr(namespace, name, said)
            if after is not said:
                setattr(namespace, name, [*said, *after])


_REPEATED = ("settings", "repo")


class Version(argparse.Action):
    """Prints the version; argparse's own action would lay it out as it does help, for which it imports a fifth more."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        sys.stdout.write(f"soda-tui {__version__}\n")
        parser.exit()


def commands_of(parser: argparse.ArgumentParser, **options: Any) -> Commands:
    """Where the commands of a parser are added."""
    # A command is no parser, but has the one method of a parser that is called.
    made: Any = parser.add_subparsers(action=Commands, parser_class=Command, **options)
    found: Commands = made
    return found


def offer(commands: Parsers, name: str, text: str, arguments: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add a command, whose `arguments` are added once it is meant."""
    commands.add_parser(name, help=text, description=text, formatter_class=Layout).arguments = arguments


def nothing_more(_: argparse.ArgumentParser) -> None:
    """Some commands have only what all have."""


def add_common(parser: argparse.ArgumentParser) -> None:
    """Options that may stand before and after the command."""
    add = partial(parser.add_argument, default=argparse.SUPPRESS)
    add("--config", metavar="FILE", help="the configuration file (also SODA_TUI_CONFIG)")
    add("--set", dest="settings", metavar="SECTION.KEY=VALUE", action="append", help="a setting for this call only")
    add("--demo", action="store_true", help="an embedded GitHub with three repositories; no set-up")
    add("--log-level", choices=["debug", "info", "warning", "error"], help="of the program's own log")
    add("--json", action="store_true", help="one JSON document on standard output, nothing else")


def seconds(text: str) -> float:
    """A number of seconds."""
    return _number(text, float, 0, "should be a number of seconds, such as 30")


def span(text: str) -> float:
    """A span of time in seconds: 90s, 45m, 8h, 2d."""
    unit = {"s": 1, "m": 60, "h": 3600, "d": 86400}.get(text[-1:], 0)
    right = "should be a number with its unit, such as 90s, 45m, 8h or 2d"
    if not unit:
        raise argparse.ArgumentTypeError(right)
    value = unit * _number(text[:-1], float, 0, right)
    if not value:
        raise argparse.ArgumentTypeError("must be more than nothing")
    return value


def count(text: str) -> int:
    """How many."""
    return int(_number(text, int, 0, "should be how many: 0, or a whole number such as 20"))


def issue_number(text: str) -> int:
    """An issue's number, with or without its #."""
    return int(_number(text.removeprefix("#"), int, 1, "should be the number of an issue, such as 12"))


def _number(text: str, kind: type[int] | type[float], least: int, right: str) -> float:
    """A number of this kind and not below the least; GitHub's numbers, and all that is meant here, have 32 bits."""
    try:
        value = kind(text)
    except ValueError:
        value = -1
    if not least <= value < 2**31:
        raise argparse.ArgumentTypeError(f"{right}, and not {text or 'nothing'}")
    return value
