"""The command line: commands, options and their help; what acts has its help from the registry of actions."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias

from soda_tui import __version__
from soda_tui.domain.actions import ACTIONS, COMMANDS, Verb, action_of

_DESCRIPTION = "The terminal cockpit for one autonomous coding agent per repository."
_REPO = "OWNER/NAME, HOST/OWNER/NAME, a unique NAME, or a path; without it the repository here, or the only one"
_EPILOG = (
    "exit codes: 0 done, 1 unexpected or no answer, 2 usage, 3 configuration, 4 authentication, 5 rate limit,"
    " 6 some repositories failed, 7 refused, 8 taken by another, 9 nothing to do, 10 a check found something"
)


class Layout(argparse.HelpFormatter):
    """Help as wide as the terminal; argparse makes one for every argument, and each would ask for the width anew."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


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


class Command:
    """A command, whose parser is made only when it is the one that is meant: making all takes longer than any does."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self.arguments: Callable[[argparse.ArgumentParser], None] = _add_nothing

    def parse_known_args(
        self, args: Sequence[str], namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Make the parser, then parse, which is all that argparse asks of a command."""
        parser = argparse.ArgumentParser(**self._options)
        _add_common(parser)
        self.arguments(parser)
        return parser.parse_known_args(args, namespace)


if TYPE_CHECKING:
    _SubParsers = argparse._SubParsersAction[Any]
else:
    _SubParsers = argparse._SubParsersAction


class Commands(_SubParsers):
    """The choice of a command, after which an option that can be repeated goes on with what was said before it."""

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


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser("soda-tui", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=Layout)
    _add_common(parser)
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
    parser.add_argument(
        "--version", action=Version, nargs=0, default=argparse.SUPPRESS, help="show program's version number and exit"
    )
    parser.add_argument("--refresh", action="store_true", help="fetch once, print a table, exit (the same as status)")
    parser.add_argument("--status-line", action="store_true", help="the last snapshot in one line")
    _add_status_options(parser)
    commands = _choice(parser, metavar="COMMAND", dest="command", title="commands", prog=parser.prog)
    _add(commands, "status", "Fetch all repositories once and print what they do.", _add_status_options)
    for verb in COMMANDS:
        _add(commands, verb.value, action_of(verb).help, partial(_add_verb, verb=verb))
    _add(commands, "attach", _help("repo.attach"), _add_repository)
    _add(commands, "message", _help("repo.message"), _add_message)
    _add(commands, "logs", "Print the log of a run, the newest unless another one is named.", _add_logs)
    replay = "Read what an agent wrote, from a file, as a run's log shows it."
    _add(commands, "replay", replay, _add_replay)
    _add(commands, "path", 'Print the worktree, for cd "$(soda-tui path REPO)".', _add_repository)
    profiles = "Print the profiles of agents: what is installed, in which version, and which repository uses which."
    _add(commands, "profiles", profiles, _add_nothing)
    _add(commands, "keys", "Print the keys of the screen and what they do.", _add_nothing)
    _add(commands, "diff", "Print the work on the claim so far: its files and their difference.", _add_repository)
    drift = "Print what has drifted apart, and what repairs it; exits 10 where something has."
    _add(commands, "drift", drift, _add_drift)
    recover = "List what was left over, work and places that nobody claims, or do something about it."
    _add(commands, "recover", recover, _add_recover)
    cleanup = "Remove the cockpit's own files and parked worktrees that are older than [retention] says (asks)."
    _add(commands, "cleanup", cleanup, _add_cleanup)
    _add(commands, "issue", "Open, label or comment on an issue.", _add_issue)
    _add(commands, "enroll", "Put clones, and the repositories that they belong to, under the cockpit.", _add_enroll)
    unenroll = "Take a repository out of the configuration; nothing else is touched."
    _add(commands, "unenroll", unenroll, _add_repository)
    init = "Create or correct the labels on GitHub, after showing what would change (asks)."
    _add(commands, "init", init, _add_init)
    return parser


_Commands: TypeAlias = "argparse._SubParsersAction[Any]"


def _choice(parser: argparse.ArgumentParser, **options: Any) -> _Commands:
    # A command is no parser, but has the one method of a parser that is called.
    return parser.add_subparsers(action=Commands, parser_class=Command, **options)


def _add(commands: _Commands, name: str, text: str, arguments: Callable[[argparse.ArgumentParser], None]) -> None:
    commands.add_parser(name, help=text, description=text, formatter_class=Layout).arguments = arguments


def _add_nothing(_: argparse.ArgumentParser) -> None:
    """Some commands have only what all have."""


def _add_common(parser: argparse.ArgumentParser) -> None:
    """Options that may stand before and after the command."""
    add = partial(parser.add_argument, default=argparse.SUPPRESS)
    add("--config", metavar="FILE", help="the configuration file (also SODA_TUI_CONFIG)")
    add("--set", dest="settings", metavar="SECTION.KEY=VALUE", action="append", help="a setting for this call only")
    add("--demo", action="store_true", help="an embedded GitHub with three repositories; no set-up")
    add("--log-level", choices=["debug", "info", "warning", "error"], help="of the program's own log")
    add("--json", action="store_true", help="one JSON document on standard output, nothing else")


def _add_status_options(parser: argparse.ArgumentParser) -> None:
    add = partial(parser.add_argument, default=argparse.SUPPRESS)
    add("--watch", action="store_true", help="go on, one JSON document a line per change")
    add("--check", action="store_true", help="exit 10 when a repository needs a person")
    add("--repo", metavar="REPO", action="append", help="only this one (can be repeated)")
    add("--max-age", type=seconds, metavar="SECONDS", help="accept a snapshot on disk that is at most so old")


def seconds(text: str) -> float:
    """A number of seconds; argparse says this function's name where the text is none."""
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError("must be 0 or more seconds")
    return value


def count(text: str) -> int:
    """How many; argparse says this function's name where the text is no number."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return value


def issue_number(text: str) -> int:
    """An issue's number, with or without its #; GitHub's numbers have 32 bits."""
    value = int(text.removeprefix("#"))
    if not 0 < value < 2**31:
        raise argparse.ArgumentTypeError("must be a positive number")
    return value


def _add_repository(parser: argparse.ArgumentParser, help: str = _REPO) -> None:
    parser.add_argument("repository", nargs="?", metavar="REPO", help=help)


def _add_drift(parser: argparse.ArgumentParser) -> None:
    from soda_tui.domain.repairs import REPAIRS

    _add_repository(parser, help="only this one; without it all, or with --repair the one that is meant here")
    kinds = [kind.value for kind, repair in REPAIRS.items() if repair is not None]
    parser.add_argument("--repair", metavar="KIND", choices=kinds, help="repair this kind of drift (asks)")
    parser.add_argument("--dry-run", action="store_true", help="show the plan of the repair, change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="answer yes to the question that is asked first")


def _add_recover(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("where", nargs="*", metavar="[REPO] [BRANCH]", help=f"what is listed there, in {_REPO}")
    parser.add_argument("--pattern", metavar="P", help="all that are called so, as in 'agent001/*'")
    choices = parser.add_mutually_exclusive_group()
    for choice, help in (
        ("adopt", "claim the issue on that branch, and put the worktree on it"),
        ("pull_request", "push it, and open the pull request as bottle does (asks)"),
        ("archive", "keep it as a tag soda-archive/NAME, and remove the local branch (asks)"),
        ("keep", "leave it as it is, and do not list it again until it changes"),
        ("clean_up", "remove it here, where all of it is held elsewhere (asks)"),
    ):
        option = f"--{choice.replace('_', '-')}"
        choices.add_argument(option, dest="choice", action="store_const", const=choice, help=help)
    choices.add_argument("--push", metavar="NAME", help="push this rescue branch, after listing what it holds (asks)")
    named = "with --push: this file too, though it is over 5 MB or looks like credentials; can be repeated"
    parser.add_argument("--include", action="append", default=[], metavar="PATH", help=named)
    _add_dry_act(parser)
    _add_seen(parser)


def _add_cleanup(parser: argparse.ArgumentParser) -> None:
    _add_repository(parser)
    _add_dry_act(parser)
    _add_seen(parser)


def _add_dry_act(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="show the plan, change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="answer yes to the question that is asked first")


def _add_seen(parser: argparse.ArgumentParser) -> None:
    help = "with --yes: the mark that came with the question, which ignored files need that go for good"
    parser.add_argument("--seen", metavar="MARK", help=help)


def _help(action: str) -> str:
    return next(found.help for found in ACTIONS if found.name == action)


def _add_message(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", metavar="[REPO] TEXT", help=f"what it is told, in {_REPO}")


def _add_logs(parser: argparse.ArgumentParser) -> None:
    _add_repository(parser)
    parser.add_argument("-f", "--follow", action="store_true", help="go on until the run has ended")
    parser.add_argument("--run", metavar="ID", help="this run, by its number or the beginning of it")
    parser.add_argument("--tail", type=count, metavar="N", help="of what is there already, only the last N lines")
    parser.add_argument("--raw", action="store_true", help="bytes as the agent wrote them, escape sequences included")


def _add_replay(parser: argparse.ArgumentParser) -> None:
    from soda_tui.domain.transcripts import FORMATS

    parser.add_argument("file", metavar="FILE", help="- reads standard input; with --json an event a line is printed")
    parser.add_argument("--format", choices=FORMATS, help="what the agent writes; without it the first lines tell")


def _add_verb(parser: argparse.ArgumentParser, verb: Verb) -> None:
    _add_repository(parser)
    parser.set_defaults(issue=None, fresh=False, yes=False, dry_run=False, show_prompt=False)
    parser.set_defaults(commit_all=False, include=None, profile=None, extra="", launch=False)
    if verb in {Verb.POP, Verb.PEEK}:
        parser.add_argument("--issue", type=issue_number, metavar="N", help="this issue, not the first of the queue")
    if verb is Verb.POP:
        parser.add_argument("--fresh", action="store_true", help="begin a new branch although one is kept")
        parser.add_argument("--launch", action="store_true", help="then launch an agent; without one, claim nothing")
    if verb is Verb.BOTTLE:
        parser.add_argument("--commit-all", action="store_true", help="first commit what is uncommitted, and list it")
        named = "this file too, though it is over 5 MB or looks like credentials; can be repeated"
        parser.add_argument("--include", action="append", metavar="PATH", help=named)
    if verb is Verb.LAUNCH:
        parser.add_argument("--show-prompt", action="store_true", help="print what the agent would be told, and exit")
    if verb in {Verb.POP, Verb.LAUNCH}:
        with_launch = "with --launch: " if verb is Verb.POP else ""
        parser.add_argument("--profile", metavar="NAME", help=f"{with_launch}this profile, not the configured one")
        parser.add_argument("--extra", default="", metavar="WORDS", help=f"{with_launch}tell the agent this besides")
    if verb is not Verb.PEEK:
        parser.add_argument("--dry-run", action="store_true", help="show the plan, change nothing")
        parser.add_argument("-y", "--yes", action="store_true", help="answer yes to the question that is asked first")


def _add_issue(parser: argparse.ArgumentParser) -> None:
    edits = _choice(parser, metavar="EDIT", dest="edit", required=True)
    _add(edits, "new", "Open an issue.", _add_new)
    _add(edits, "label", "Add labels to an issue, or take them off.", _add_label)
    _add(edits, "comment", "Comment on an issue.", _add_comment)


def _add_new(parser: argparse.ArgumentParser) -> None:
    _add_repository(parser)
    parser.add_argument("--title", required=True, metavar="TEXT")
    parser.add_argument("--label", action="append", default=[], metavar="LABEL", help="can be repeated")
    _add_body(parser)
    _add_dry_edit(parser)


def _add_label(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--add", action="append", default=[], metavar="LABEL", help="can be repeated")
    parser.add_argument("--remove", action="append", default=[], metavar="LABEL", help="can be repeated")
    _add_where(parser)
    _add_dry_edit(parser)


def _add_comment(parser: argparse.ArgumentParser) -> None:
    _add_where(parser)
    _add_body(parser)
    _add_dry_edit(parser)


def _add_dry_edit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="say what would be sent, change nothing")


def _add_where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("where", nargs="+", metavar="[REPO] N", help=f"the issue, in {_REPO}")


def _add_body(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--body", default="", metavar="TEXT")
    parser.add_argument("--body-file", metavar="FILE", help="- reads standard input")


def _add_enroll(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("targets", nargs="*", metavar="PATH", help="clones (default: here); with --path one OWNER/NAME")
    parser.add_argument("--path", metavar="DIR", help="the clone of the OWNER/NAME that is given")
    parser.add_argument("--init", action="store_true", help="create and correct the labels at once")


def _add_init(parser: argparse.ArgumentParser) -> None:
    _add_repository(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="do it without asking")
