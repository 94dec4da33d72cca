"""The options of each day's commands."""

from __future__ import annotations

import argparse

from soda_tui.cli.options.common import MAX_AGE, REPO, add_dry_act, add_dry_edit, add_repository, add_seen
from soda_tui.cli.parsing import (
    commands_of,
    count,
    issue_number,
    offer,
    seconds,
    span,
)
from soda_tui.domain.actions import Verb
from soda_tui.domain.strategy import Strategy


def add_message(parser: argparse.ArgumentParser) -> None:
    """What message takes."""
    parser.add_argument("words", nargs="+", metavar="[REPO] TEXT", help=f"what it is told, in {REPO}")


def add_logs(parser: argparse.ArgumentParser) -> None:
    """What logs takes."""
    add_repository(parser)
    parser.add_argument("-f", "--follow", action="store_true", help="go on until the run has ended")
    parser.add_argument("--run", metavar="ID", help="this run, by its number or the beginning of it")
    parser.add_argument("--tail", type=count, metavar="N", help="of what is there already, only the last N lines")
    parser.add_argument("--raw", action="store_true", help="bytes as the agent wrote them, escape sequences included")


def add_history(parser: argparse.ArgumentParser) -> None:
    """What history takes."""
    add_repository(parser, help=f"{REPO.partition(';')[0]}; without it all")


def add_report(parser: argparse.ArgumentParser) -> None:
    """What report takes."""
    day = 24 * 3600.0
    parser.add_argument("--since", dest="seconds", type=span, default=day, metavar="TIME", help="24h (default), 7d")
    parser.add_argument("--format", choices=("md", "json", "html"), default="md", help="default: md, Markdown")
    parser.add_argument("--max-age", type=seconds, default=0.0, metavar="SECONDS", help=MAX_AGE)


def add_verb(parser: argparse.ArgumentParser, verb: Verb) -> None:
    """What the command of an act takes."""
    if verb is Verb.LAND:
        _add_land(parser)
    elif verb is Verb.BUNDLE:
        _add_bundle(parser)
    elif verb is Verb.FEEDBACK:
        help = f"the pull request to mend, in {REPO}; without a number the first that came back"
        parser.add_argument("where", nargs="*", metavar="[REPO] [PR]", help=help)
    else:
        add_repository(parser)
    parser.set_defaults(issue=None, fresh=False, yes=False, dry_run=False, show_prompt=False)
    parser.set_defaults(unchecked=False, as_is=False)
    parser.set_defaults(commit_all=False, include=None, profile=None, extra="", launch=False, going_on=False)
    if verb in {Verb.POP, Verb.PEEK}:
        parser.add_argument("--issue", type=issue_number, metavar="N", help="this issue, not the first of the queue")
    if verb is Verb.POP:
        parser.add_argument("--fresh", action="store_true", help="begin a new branch although one is kept")
        parser.add_argument("--launch", action="store_true", help="then launch an agent; without one, claim nothing")
    if verb is Verb.BOTTLE:
        parser.add_argument("--commit-all", action="store_true", help="first commit what is uncommitted, and list it")
        named = "this file too, though it is over 5 MB or looks like credentials; can be repeated"
        parser.add_argument("--include", action="append", metavar="PATH", help=named)
        behind = "hand over the branch as it is, and merge nothing from its base before"
        parser.add_argument("--as-is", action="store_true", help=behind)
    if verb in {Verb.BOTTLE, Verb.BUNDLE}:
        without = "leave out the repository's check"
        parser.add_argument("--no-check", dest="unchecked", action="store_true", help=without)
    if verb is Verb.LAUNCH:
        one = parser.add_mutually_exclusive_group()
        one.add_argument("--show-prompt", action="store_true", help="print what the agent would be told, and exit")
        resumed = "go on with the agent's last conversation on the issue, by its own resume"
        one.add_argument("--continue", action="store_true", dest="going_on", help=resumed)
    if verb in {Verb.POP, Verb.LAUNCH, Verb.FEEDBACK}:
        with_launch = "with --launch: " if verb is Verb.POP else ""
        parser.add_argument("--profile", metavar="NAME", help=f"{with_launch}this profile, not the configured one")
        parser.add_argument("--extra", default="", metavar="WORDS", help=f"{with_launch}tell the agent this besides")
    if verb is not Verb.PEEK:
        add_dry_act(parser)
        add_seen(parser)


def _add_land(parser: argparse.ArgumentParser) -> None:
    help = f"the pull request to land, in {REPO}; without a number all that are ready, or why none is"
    parser.add_argument("where", nargs="*", metavar="[REPO] [PR]", help=help)
    parser.add_argument("--strategy", choices=list(Strategy), help="how it is merged, not as configured or preferred")


def _add_bundle(parser: argparse.ArgumentParser) -> None:
    named = f"{REPO}; with numbers of issues only their work, else all that waits for review"
    parser.add_argument("where", nargs="*", metavar="[REPO] [ISSUE]", help=named)


def add_issue(parser: argparse.ArgumentParser) -> None:
    """What issue takes."""
    edits = commands_of(parser, metavar="EDIT", dest="edit", required=True)
    offer(edits, "new", "Open an issue.", _add_new)
    offer(edits, "label", "Add labels to an issue, or take them off.", _add_label)
    offer(edits, "comment", "Comment on an issue.", _add_comment)


def _add_new(parser: argparse.ArgumentParser) -> None:
    add_repository(parser)
    parser.add_argument("--title", required=True, metavar="TEXT")
    parser.add_argument("--label", action="append", default=[], metavar="LABEL", help="can be repeated")
    _add_body(parser)
    add_dry_edit(parser)


def _add_label(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--add", action="append", default=[], metavar="LABEL", help="can be repeated")
    parser.add_argument("--remove", action="append", default=[], metavar="LABEL", help="can be repeated")
    add_where(parser)
    add_dry_edit(parser)


def _add_comment(parser: argparse.ArgumentParser) -> None:
    add_where(parser)
    _add_body(parser)
    add_dry_edit(parser)


def add_where(parser: argparse.ArgumentParser) -> None:
    """What where takes."""
    parser.add_argument("where", nargs="+", metavar="[REPO] N", help=f"the issue, in {REPO}")


def _add_body(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--body", default="", metavar="TEXT")
    parser.add_argument("--body-file", metavar="FILE", help="- reads standard input")
