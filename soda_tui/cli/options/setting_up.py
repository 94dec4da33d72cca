"""The options of the commands that set up."""

from __future__ import annotations

import argparse

from soda_tui.cli.options.common import add_repository
from soda_tui.cli.parsing import (
    commands_of,
    nothing_more,
    offer,
)


def add_replay(parser: argparse.ArgumentParser) -> None:
    """What replay takes."""
    from soda_tui.domain.transcripts import FORMATS

    parser.add_argument("file", metavar="FILE", help="- reads standard input; with --json an event a line is printed")
    parser.add_argument("--format", choices=FORMATS, help="what the agent writes; without it the first lines tell")


def add_enroll(parser: argparse.ArgumentParser) -> None:
    """What enroll takes."""
    parser.add_argument("targets", nargs="*", metavar="PATH", help="clones (default: here); with --path one OWNER/NAME")
    parser.add_argument("--path", metavar="DIR", help="the clone of the OWNER/NAME that is given")
    parser.add_argument("--init", action="store_true", help="create and correct the labels at once")
    parser.add_argument("-y", "--yes", action="store_true", help="put this clone in another's place without asking")


def add_init(parser: argparse.ArgumentParser) -> None:
    """What init takes."""
    add_repository(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="do it without asking")


def add_config(parser: argparse.ArgumentParser) -> None:
    """What config takes."""
    changes = commands_of(parser, metavar="CHANGE", dest="change", required=True)
    get = "Print the settings that hold, and where each comes from; with KEY what it means and may be."
    offer(changes, "get", get, _add_config_get)
    offer(changes, "set", "Set a key in the file; comments and everything else stay as they are.", _add_config_set)
    offer(changes, "unset", "Take a key out of the file.", _add_config_key)
    edit = "Edit the file with $VISUAL or $EDITOR; it is checked before it is put in place."
    offer(changes, "edit", edit, nothing_more)
    offer(changes, "path", "Print where the file is.", nothing_more)
    taken = "Take over what a clone's my-little-soda.toml says of its repository, after showing it (asks)."
    offer(changes, "import", taken, _add_config_import)


def _add_config_get(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", nargs="?", metavar="KEY", help="SECTION.KEY or SECTION; without it all")
    _add_config_repository(parser)


def _add_config_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="SECTION.KEY, as config get lists them")
    _add_config_repository(parser)


def _add_config_set(parser: argparse.ArgumentParser) -> None:
    _add_config_key(parser)
    listed = 'of a list each element, or all as in \'["a", "b"]\''
    parser.add_argument("value", nargs="+", metavar="VALUE", help=listed)


def _add_config_repository(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repo", metavar="REPO", action="append", default=argparse.SUPPRESS, help="of this one alone")


def _add_config_import(parser: argparse.ArgumentParser) -> None:
    add_repository(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="do it without asking")


def add_completion(parser: argparse.ArgumentParser) -> None:
    """What completion takes."""
    first = "what it prints says how it is used"
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help=first)
    # What the scripts ask for while somebody types.
    parser.add_argument("--words", choices=("repositories", "profiles", "keys"), help=argparse.SUPPRESS)


def add_help(parser: argparse.ArgumentParser) -> None:
    """What help takes."""
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="a topic, or a command; without it which there are")
