"""The command line: commands, options and their help; what acts has its help from the registry of actions."""

from __future__ import annotations

import argparse
from functools import partial

from soda_tui.cli.parsing import (
    Layout,
    Version,
    add_common,
    commands_of,
    count,
    issue_number,
    nothing_more,
    offer,
    seconds,
    span,
)
from soda_tui.domain.actions import ACTIONS, COMMANDS, Verb, action_of
from soda_tui.domain.strategy import Strategy

_DESCRIPTION = "The terminal cockpit for one autonomous coding agent per repository."
_REPO = "OWNER/NAME, HOST/OWNER/NAME, a unique NAME, or a path; without it the repository here, or the only one"
_MAX_AGE = "take what another soda-tui here has read, where that is at most so old; read the rest"
_EPILOG = (
    "exit codes: 0 done, 1 unexpected or no answer, 2 usage, 3 configuration, 4 authentication, 5 rate limit,"
    " 6 some repositories failed, 7 refused, 8 taken by another, 9 nothing to do, 10 a check found something"
)

_REPAIRS = frozenset({Verb.RESET, Verb.TAKEOVER, Verb.CONTINUE, Verb.UNDO})


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser("soda-tui", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=Layout)
    add_common(parser)
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
    commands = commands_of(parser, metavar="COMMAND", dest="command", title="commands", prog=parser.prog)
    commands.group("daily")
    offer(commands, "status", "Fetch all repositories once and print what they do.", _add_status_options)
    for verb in (verb for verb in COMMANDS if verb not in _REPAIRS):
        offer(commands, verb.value, action_of(verb).help, partial(_add_verb, verb=verb))
    offer(commands, "attach", _help("repo.attach"), _add_repository)
    offer(commands, "message", _help("repo.message"), _add_message)
    offer(commands, "logs", "Print the log of a run, the newest unless another one is named.", _add_logs)
    offer(commands, "diff", "Print the work on the claim so far: its files and their difference.", _add_repository)
    offer(commands, "path", 'Print the worktree, for cd "$(soda-tui path REPO)".', _add_repository)
    offer(commands, "issue", "Open, label or comment on an issue.", _add_issue)
    offer(commands, "history", _help("view.history"), _add_history)
    report = "Say what was done, what waits for a person, and what failed and would mend that."
    offer(commands, "report", report, _add_report)
    offer(commands, "keys", "Print the keys of the screen and what they do.", nothing_more)
    commands.group("repair")
    drift = "Print what has drifted apart, and what repairs it; exits 10 where something has."
    offer(commands, "drift", drift, _add_drift)
    doctor = "Look for whatever may keep the cockpit from working, and say what mends it; only reads."
    offer(commands, "doctor", doctor, _add_doctor)
    for verb in (verb for verb in COMMANDS if verb in _REPAIRS):
        offer(commands, verb.value, action_of(verb).help, partial(_add_verb, verb=verb))
    recover = "List what was left over, work and places that nobody claims, or do something about it."
    offer(commands, "recover", recover, _add_recover)
    retry = "Put an issue back into the queue that agents had given up: its attempts are counted anew."
    offer(commands, "retry", retry, _add_retry)
    cleanup = "Remove the cockpit's own files and parked worktrees that are older than [retention] says (asks)."
    offer(commands, "cleanup", cleanup, _add_cleanup)
    commands.group("unattended")
    auto = "Let agents work queues by themselves: pop, launch, wait, bottle, and again, within the caps of [auto]."
    offer(commands, "auto", auto, _add_auto)
    estop = "Stop all agents of this machine at once, keep their work, and let none be started until resume."
    offer(commands, "estop", estop, nothing_more)
    offer(commands, "resume", "Lift the stop of this machine, and nothing else.", nothing_more)
    service = "Have the system run soda-tui auto where nobody is logged in: install, look at, remove (asks)."
    offer(commands, "service", service, _add_service)
    commands.group("set-up")
    offer(commands, "enroll", "Put clones, and the repositories that they belong to, under the cockpit.", _add_enroll)
    unenroll = "Take a repository out of the configuration; nothing else is touched."
    offer(commands, "unenroll", unenroll, _add_repository)
    init = "Create or correct the labels on GitHub, after showing what would change (asks)."
    offer(commands, "init", init, _add_init)
    profiles = "Print the profiles of agents: what is installed, in which version, and which repository uses which."
    offer(commands, "profiles", profiles, nothing_more)
    offer(commands, "config", "Read, set and edit the configuration; take over the ancestor's.", _add_config)
    completion = "Print the completion for a shell: commands, options, repositories, profiles and settings."
    offer(commands, "completion", completion, _add_completion)
    replay = "Read what an agent wrote, from a file, as a run's log shows it."
    offer(commands, "replay", replay, _add_replay)
    offer(commands, "help", "Print a topic: incidents, recovery, machines, security; or a command's help.", _add_help)
    return parser


def _add_status_options(parser: argparse.ArgumentParser) -> None:
    add = partial(parser.add_argument, default=argparse.SUPPRESS)
    add("--watch", action="store_true", help="go on, one JSON document a line per change")
    add("--check", action="store_true", help="exit 10 when a repository needs a person")
    add("--repo", metavar="REPO", action="append", help="only this one (can be repeated)")
    add("--max-age", type=seconds, metavar="SECONDS", help=_MAX_AGE)


def _add_repository(parser: argparse.ArgumentParser, help: str = _REPO) -> None:
    parser.add_argument("repository", nargs="?", metavar="REPO", help=help)


def _add_auto(parser: argparse.ArgumentParser) -> None:
    named = f"{_REPO}; without any, those with auto.enabled"
    parser.add_argument("repositories", nargs="*", metavar="REPO", help=named)
    parser.add_argument("--for", dest="seconds", type=span, metavar="TIME", help="pop nothing after, as in 90m or 8h")
    parser.add_argument("--max-issues", type=count, metavar="N", help="pop no more issues than these, in each REPO")
    parser.add_argument("--profile", metavar="NAME", help="launch with this profile, not the configured one")
    one = parser.add_mutually_exclusive_group()
    stay = "as a service: leave each loop as it was told, and stay until ended, also when all are off"
    one.add_argument("--stay", action="store_true", help=stay)
    one.add_argument("--status", action="store_true", help="say what the loops do, why, and until when")
    for name, mode, help in (
        ("on", "on", "turn a loop on and exit: an open cockpit, or soda-tui auto, works it"),
        ("drain", "draining", "finish what is claimed, pop nothing more"),
        ("pause", "paused", "begin nothing until it is turned on again; what runs goes on"),
        ("off", "off", "begin nothing any more; what runs goes on"),
    ):
        one.add_argument(f"--{name}", dest="mode", action="store_const", const=mode, help=help)


def _add_retry(parser: argparse.ArgumentParser) -> None:
    _add_where(parser)
    _add_dry_edit(parser)


def _add_drift(parser: argparse.ArgumentParser) -> None:
    from soda_tui.domain.repairs import REPAIRS

    _add_repository(parser, help="only this one; without it all, or with --repair the one that is meant here")
    kinds = [kind.value for kind, repair in REPAIRS.items() if repair is not None]
    parser.add_argument("--repair", metavar="KIND", choices=kinds, help="repair this kind of drift (asks)")
    named = "with --repair: push this file too, though it is over 5 MB or looks like credentials; can be repeated"
    parser.add_argument("--include", action="append", default=[], metavar="PATH", help=named)
    _add_dry_act(parser)
    _add_seen(parser)


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    named = f"{_REPO.partition(';')[0]}; without any, all"
    parser.add_argument("repositories", nargs="*", metavar="REPO", help=named)
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--quick", action="store_true", help="ask nobody over the network")
    one.add_argument("--probe", action="store_true", help="ask GitHub, by reading, what its documents leave open")


def _add_recover(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("where", nargs="*", metavar="[REPO] [BRANCH]", help=f"what is listed there, in {_REPO}")
    parser.add_argument("--pattern", metavar="P", help="all that are called so, as in 'agent001/*'")
    choices = parser.add_mutually_exclusive_group()
    for choice, help in (
        ("adopt", "claim the issue on that branch, and put the worktree on it"),
        ("pull_request", "push it, and open the pull request as bottle does (asks)"),
        ("archive", "keep it as a tag soda-archive/NAME, and remove the local branch (asks)"),
        ("keep", "leave it as it is, and list it again only once it changes; --all does, and --unkeep takes it back"),
        ("unkeep", "list again what was to be kept"),
        ("clean_up", "remove it here, where the remote has it, or nothing in a worktree gets lost (asks)"),
    ):
        option = f"--{choice.replace('_', '-')}"
        choices.add_argument(option, dest="choice", action="store_const", const=choice, help=help)
    choices.add_argument("--push", metavar="NAME", help="push this rescue branch, after listing what it holds (asks)")
    parser.add_argument("--all", action="store_true", help="list what is to be kept as well")
    named = "with --push or --pull-request: this file too, though it is large or like credentials; can be repeated"
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
    help = "with --yes: the mark that came with the question; files that go for good and changed texts need it"
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


def _add_history(parser: argparse.ArgumentParser) -> None:
    _add_repository(parser, help=f"{_REPO.partition(';')[0]}; without it all")


def _add_report(parser: argparse.ArgumentParser) -> None:
    day = 24 * 3600.0
    parser.add_argument("--since", dest="seconds", type=span, default=day, metavar="TIME", help="24h (default), 7d")
    parser.add_argument("--format", choices=("md", "json", "html"), default="md", help="default: md, Markdown")
    parser.add_argument("--max-age", type=seconds, default=0.0, metavar="SECONDS", help=_MAX_AGE)


def _add_verb(parser: argparse.ArgumentParser, verb: Verb) -> None:
    if verb is Verb.LAND:
        _add_land(parser)
    elif verb is Verb.BUNDLE:
        _add_bundle(parser)
    elif verb is Verb.FEEDBACK:
        help = f"the pull request to mend, in {_REPO}; without a number the first that came back"
        parser.add_argument("where", nargs="*", metavar="[REPO] [PR]", help=help)
    else:
        _add_repository(parser)
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
        _add_dry_act(parser)
        _add_seen(parser)


def _add_land(parser: argparse.ArgumentParser) -> None:
    help = f"the pull request to land, in {_REPO}; without a number all that are ready, or why none is"
    parser.add_argument("where", nargs="*", metavar="[REPO] [PR]", help=help)
    parser.add_argument("--strategy", choices=list(Strategy), help="how it is merged, not as configured or preferred")


def _add_bundle(parser: argparse.ArgumentParser) -> None:
    named = f"{_REPO}; with numbers of issues only their work, else all that waits for review"
    parser.add_argument("where", nargs="*", metavar="[REPO] [ISSUE]", help=named)


def _add_issue(parser: argparse.ArgumentParser) -> None:
    edits = commands_of(parser, metavar="EDIT", dest="edit", required=True)
    offer(edits, "new", "Open an issue.", _add_new)
    offer(edits, "label", "Add labels to an issue, or take them off.", _add_label)
    offer(edits, "comment", "Comment on an issue.", _add_comment)


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
    parser.add_argument("-y", "--yes", action="store_true", help="put this clone in another's place without asking")


def _add_init(parser: argparse.ArgumentParser) -> None:
    _add_repository(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="do it without asking")


def _add_config(parser: argparse.ArgumentParser) -> None:
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
    _add_repository(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="do it without asking")


def _add_completion(parser: argparse.ArgumentParser) -> None:
    first = "what it prints says how it is used"
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help=first)
    # What the scripts ask for while somebody types.
    parser.add_argument("--words", choices=("repositories", "profiles", "keys"), help=argparse.SUPPRESS)


def _add_help(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="a topic, or a command; without it which there are")


def _add_service(parser: argparse.ArgumentParser) -> None:
    changes = commands_of(parser, metavar="CHANGE", dest="change", required=True)
    install = "Install a user service of systemd or launchd, after showing it, and start it (asks)."
    offer(changes, "install", install, _add_service_install)
    offer(changes, "status", "Say how the service stands.", nothing_more)
    offer(changes, "uninstall", "Stop and remove the service; agents at work go on (asks).", _add_service_uninstall)


def _add_service_install(parser: argparse.ArgumentParser) -> None:
    named = f"{_REPO.partition(';')[0]}; without any, those with auto.enabled"
    parser.add_argument("repositories", nargs="*", metavar="REPO", help=named)
    parser.add_argument("--dry-run", action="store_true", help="show what would be written, change nothing")
    _add_service_uninstall(parser)


def _add_service_uninstall(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-y", "--yes", action="store_true", help="do it without asking")
