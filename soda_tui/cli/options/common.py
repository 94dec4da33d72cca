"""Options that several commands have."""

from __future__ import annotations

import argparse
from functools import partial

from soda_tui.cli.parsing import (
    seconds,
)
from soda_tui.domain.actions import ACTIONS, Verb, action_of

REPO = "OWNER/NAME, HOST/OWNER/NAME, a unique NAME, or a path; without it the repository here, or the only one"
MAX_AGE = "take what another soda-tui here has read, where that is at most so old; read the rest"

_WITHOUT_A_SCREEN = {
    Verb.POP: "Claim the first issue of the queue, or that of --issue: create its branch and its worktree.",
    Verb.PEEK: "Look at what pop would take, or at the issue of --issue, changing nothing.",
    Verb.LAUNCH: "Start the agent on the claimed issue; pop claims one, and pop --launch does both.",
    Verb.LAND: "Merge the pull request that is named, or all that are ready, and tidy up after them (asks).",
    Verb.FEEDBACK: "Have an agent mend the pull request that is named, or the first that came back (asks).",
}


def add_status_options(parser: argparse.ArgumentParser) -> None:
    """What status takes, and --refresh with it."""
    add = partial(parser.add_argument, default=argparse.SUPPRESS)
    add("--watch", action="store_true", help="go on, one JSON document a line per change")
    add("--check", action="store_true", help="exit 10 when a repository needs a person")
    add("--repo", metavar="REPO", action="append", help="only this one (can be repeated)")
    add("--max-age", type=seconds, metavar="SECONDS", help=MAX_AGE)


def add_repository(parser: argparse.ArgumentParser, help: str = REPO) -> None:
    """The repository, which may be left out."""
    parser.add_argument("repository", nargs="?", metavar="REPO", help=help)


def add_dry_act(parser: argparse.ArgumentParser) -> None:
    """The plan instead of the act, and the yes to its question."""
    parser.add_argument("--dry-run", action="store_true", help="show the plan, change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="answer yes to the question that is asked first")


def add_seen(parser: argparse.ArgumentParser) -> None:
    """The mark that came with a question."""
    help = "with --yes: the mark that came with the question; files that go for good and changed texts need it"
    parser.add_argument("--seen", metavar="MARK", help=help)


def verb_help(verb: Verb) -> str:
    """What a verb's command does: the registry's words, but where those speak of the screen."""
    return _WITHOUT_A_SCREEN.get(verb) or action_of(verb).help


def help_of(action: str) -> str:
    """The help of an action, as the registry has it."""
    return next(found.help for found in ACTIONS if found.name == action)


def add_dry_edit(parser: argparse.ArgumentParser) -> None:
    """The plan instead of the edit."""
    parser.add_argument("--dry-run", action="store_true", help="say what would be sent, change nothing")
