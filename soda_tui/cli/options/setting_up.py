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
    targets = "clones (default: here); with --path one OWNER/NAME; with --scan or --org names of what it lists, or all"
    parser.add_argument("targets", nargs="*", metavar="PATH", help=targets)
    parser.add_argument("--path", metavar="DIR", help="the clone of the OWNER/NAME that is given")
    scan = "list the clones below a folder, and enrol those that are chosen; with --org also where others are cloned to"
    parser.add_argument("--scan", metavar="DIR", help=scan)
    org = "list what an organisation or a person has on GitHub, and clone and enrol what is chosen (asks)"
    parser.add_argument("--org", metavar="[HOST/]ORG", help=org)
    parser.add_argument("--init", action="store_true", help="create and correct the labels of all that is enrolled")
    dry = "say what would be enrolled, write nothing; with --scan or --org only list"
    parser.add_argument("--dry-run", action="store_true", help=dry)
    yes = "enrol, clone, and put a clone in another's place without asking; with --scan or --org alone those with *"
    parser.add_argument("-y", "--yes", action="store_true", help=yes)


def add_unenroll(parser: argparse.ArgumentParser) -> None:
    """What unenroll takes."""
    add_repository(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what would be left behind, change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="do it without asking")


def add_init(parser: argparse.ArgumentParser) -> None:
    """What init takes."""
    add_repository(parser)
    template = "then add an issue template that asks for acceptance criteria to the clone (asks); you commit it"
    parser.add_argument("--issue-template", action="store_true", help=template)
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
    parser.epilog = "Words that begin with - come after --, and options before: config set KEY -- WORD --WORD"
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
