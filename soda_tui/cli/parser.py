"""The command line: commands, options and their help; what acts has its help from the registry of actions."""

from __future__ import annotations

import argparse
from typing import TypeAlias

from soda_tui import __version__
from soda_tui.domain.actions import Verb, action_of

_DESCRIPTION = "The terminal cockpit for one autonomous coding agent per repository."
_REPO = "OWNER/NAME, HOST/OWNER/NAME, a unique NAME, or a path; without it the repository here, or the only one"
_EPILOG = (
    "exit codes: 0 done, 1 unexpected or no answer, 2 usage, 3 configuration, 4 authentication, 5 rate limit,"
    " 6 some repositories failed, 7 refused, 8 taken by another, 9 nothing to do, 10 a check found something"
)


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser("soda-tui", description=_DESCRIPTION, epilog=_EPILOG, parents=[_common()])
    parser.set_defaults(
        command=None,
        config=None,
        demo=False,
        settings=[],
        json=False,
        repo=[],
        max_age=0.0,
        log_level=None,
        watch=False,
        check=False,
    )
    parser.add_argument("--version", action="version", version=f"soda-tui {__version__}")
    parser.add_argument("--refresh", action="store_true", help="fetch once, print a table, exit (the same as status)")
    parser.add_argument("--status-line", action="store_true", help="the last snapshot in one line")
    _add_status_options(parser)
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", title="commands")
    status = _add(commands, "status", "Fetch all repositories once and print what they do.")
    _add_status_options(status)
    for verb in Verb:
        _add_verb(commands, verb)
    logs = _add(commands, "logs", "Print the log of the newest run.")
    logs.add_argument("repository", nargs="?", metavar="REPO", help=_REPO)
    logs.add_argument("-f", "--follow", action="store_true", help="go on until the run has ended")
    logs.add_argument("--raw", action="store_true", help="bytes as the agent wrote them, escape sequences included")
    path = _add(commands, "path", 'Print the worktree, for cd "$(soda-tui path REPO)".')
    path.add_argument("repository", nargs="?", metavar="REPO", help=_REPO)
    _add(commands, "keys", "Print the keys of the screen and what they do.")
    diff = _add(commands, "diff", "Print the work on the claim so far: its files and their difference.")
    diff.add_argument("repository", nargs="?", metavar="REPO", help=_REPO)
    drift = _add(commands, "drift", "Print what has drifted apart, and what repairs it; exits 10 where something has.")
    drift.add_argument("repository", nargs="?", metavar="REPO", help="only this one; without it all")
    _add_issue(commands)
    _add_enrolling(commands)
    return parser


def _common() -> argparse.ArgumentParser:
    """Options that may stand before and after the command."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--config", metavar="FILE", help="the configuration file (also SODA_TUI_CONFIG)")
    common.add_argument(
        "--set", dest="settings", metavar="SECTION.KEY=VALUE", action="append", help="a setting for this call only"
    )
    common.add_argument("--demo", action="store_true", help="an embedded GitHub with three repositories; no set-up")
    common.add_argument("--log-level", choices=["debug", "info", "warning", "error"], help="of the program's own log")
    common.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else")
    return common


def _add_status_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--watch", action="store_true", default=argparse.SUPPRESS, help="go on, one JSON document a line per change"
    )
    parser.add_argument(
        "--check", action="store_true", default=argparse.SUPPRESS, help="exit 10 when a repository needs a person"
    )
    parser.add_argument(
        "--repo", metavar="REPO", action="append", default=argparse.SUPPRESS, help="only this one (can be repeated)"
    )
    parser.add_argument(
        "--max-age",
        type=seconds,
        metavar="SECONDS",
        default=argparse.SUPPRESS,
        help="accept a snapshot on disk that is at most so old",
    )


def seconds(text: str) -> float:
    """A number of seconds; argparse says this function's name where the text is none."""
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError("must be 0 or more seconds")
    return value


def issue_number(text: str) -> int:
    """An issue's number, with or without its #; GitHub's numbers have 32 bits."""
    value = int(text.removeprefix("#"))
    if not 0 < value < 2**31:
        raise argparse.ArgumentTypeError("must be a positive number")
    return value


_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add(commands: _Commands, name: str, text: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=text, description=text, parents=[_common()])


def _add_verb(commands: _Commands, verb: Verb) -> None:
    parser = _add(commands, verb.value, action_of(verb).help)
    parser.add_argument("repository", nargs="?", metavar="REPO", help=_REPO)
    parser.set_defaults(issue=None, fresh=False, yes=False, dry_run=False, show_prompt=False)
    if verb in {Verb.POP, Verb.PEEK}:
        parser.add_argument("--issue", type=issue_number, metavar="N", help="this issue, not the first of the queue")
    if verb is Verb.POP:
        parser.add_argument("--fresh", action="store_true", help="begin a new branch although one is kept")
    if verb is Verb.LAUNCH:
        parser.add_argument("--show-prompt", action="store_true", help="print what the agent would be told, and exit")
    if verb is not Verb.PEEK:
        parser.add_argument("--dry-run", action="store_true", help="show the plan, change nothing")
        parser.add_argument("-y", "--yes", action="store_true", help="answer yes to the question that is asked first")


def _add_issue(commands: _Commands) -> None:
    edits = _add(commands, "issue", "Open, label or comment on an issue.").add_subparsers(
        metavar="EDIT", dest="edit", required=True
    )
    new = _add(edits, "new", "Open an issue.")
    new.add_argument("repository", nargs="?", metavar="REPO", help=_REPO)
    new.add_argument("--title", required=True, metavar="TEXT")
    new.add_argument("--label", action="append", default=[], metavar="LABEL", help="can be repeated")
    label = _add(edits, "label", "Add labels to an issue, or take them off.")
    label.add_argument("--add", action="append", default=[], metavar="LABEL", help="can be repeated")
    label.add_argument("--remove", action="append", default=[], metavar="LABEL", help="can be repeated")
    comment = _add(edits, "comment", "Comment on an issue.")
    for parser in (label, comment):
        parser.add_argument("where", nargs="+", metavar="[REPO] N", help=f"the issue, in {_REPO}")
    for parser in (new, comment):
        parser.add_argument("--body", default="", metavar="TEXT")
        parser.add_argument("--body-file", metavar="FILE", help="- reads standard input")


def _add_enrolling(commands: _Commands) -> None:
    enroll = _add(commands, "enroll", "Put clones, and the repositories that they belong to, under the cockpit.")
    enroll.add_argument("targets", nargs="*", metavar="PATH", help="clones (default: here); with --path one OWNER/NAME")
    enroll.add_argument("--path", metavar="DIR", help="the clone of the OWNER/NAME that is given")
    enroll.add_argument("--init", action="store_true", help="create and correct the labels at once")
    unenroll = _add(commands, "unenroll", "Take a repository out of the configuration; nothing else is touched.")
    unenroll.add_argument("repository", nargs="?", metavar="REPO", help=_REPO)
    init = _add(commands, "init", "Create or correct the labels on GitHub, after showing what would change (asks).")
    init.add_argument("repository", nargs="?", metavar="REPO", help=_REPO)
    init.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    init.add_argument("-y", "--yes", action="store_true", help="do it without asking")
