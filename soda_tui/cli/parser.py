"""The command line: commands, options and their help; what acts has its help from the registry of actions."""

from __future__ import annotations

import argparse
from functools import partial

from soda_tui.cli.options import caring, daily, setting_up
from soda_tui.cli.options.common import add_repository, add_status_options, help_of, verb_help
from soda_tui.cli.parsing import (
    Layout,
    Parser,
    Version,
    add_common,
    commands_of,
    nothing_more,
    offer,
)
from soda_tui.domain.actions import COMMANDS, Verb

_DESCRIPTION = "The terminal cockpit for one autonomous coding agent per repository."
_EPILOG = (
    "exit codes: 0 done, 1 unexpected or no answer, 2 usage, 3 configuration, 4 authentication, 5 rate limit,"
    " 6 some repositories failed, 7 refused, 8 taken by another, 9 nothing to do, 10 a check found something"
)
_REPAIRS = frozenset({Verb.RESET, Verb.TAKEOVER, Verb.CONTINUE, Verb.UNDO})


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = Parser("soda-tui", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=Layout)
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
    add_status_options(parser)
    commands = commands_of(parser, metavar="COMMAND", dest="command", title="commands", prog=parser.prog)
    commands.group("daily")
    offer(commands, "status", "Fetch all repositories once and print what they do.", add_status_options)
    for verb in (verb for verb in COMMANDS if verb not in _REPAIRS):
        offer(commands, verb.value, verb_help(verb), partial(daily.add_verb, verb=verb))
    offer(commands, "attach", help_of("repo.attach"), add_repository)
    offer(commands, "message", help_of("repo.message"), daily.add_message)
    offer(commands, "logs", "Print the log of a run, the newest unless another one is named.", daily.add_logs)
    offer(commands, "diff", "Print the work on the claim so far: its files and their difference.", add_repository)
    offer(commands, "path", 'Print the worktree, for cd "$(soda-tui path REPO)".', add_repository)
    offer(commands, "issue", "Open, label or comment on an issue.", daily.add_issue)
    offer(commands, "history", help_of("view.history"), daily.add_history)
    report = "Say what was done, what waits for a person, and what failed and would mend that."
    offer(commands, "report", report, daily.add_report)
    offer(commands, "keys", "Print the keys of the screen and what they do.", nothing_more)
    commands.group("repair")
    drift = "Print what has drifted apart, and what repairs it; exits 10 where something has."
    offer(commands, "drift", drift, caring.add_drift)
    doctor = "Look for whatever may keep the cockpit from working, and say what mends it; only reads."
    offer(commands, "doctor", doctor, caring.add_doctor)
    for verb in (verb for verb in COMMANDS if verb in _REPAIRS):
        offer(commands, verb.value, verb_help(verb), partial(daily.add_verb, verb=verb))
    recover = "List what was left over, work and places that nobody claims, or do something about it."
    offer(commands, "recover", recover, caring.add_recover)
    retry = "Give an issue back to agents that had given it up: its attempts and rounds of feedback are counted anew."
    offer(commands, "retry", retry, caring.add_retry)
    cleanup = "Remove the cockpit's own files and parked worktrees that are older than [retention] says (asks)."
    offer(commands, "cleanup", cleanup, caring.add_cleanup)
    commands.group("unattended")
    auto = "Let agents work queues by themselves: pop, launch, wait, bottle, and again, within the caps of [auto]."
    offer(commands, "auto", auto, caring.add_auto)
    estop = "Stop all agents of this machine at once, keep their work, and let none be started until resume."
    offer(commands, "estop", estop, nothing_more)
    offer(commands, "resume", "Lift the stop of this machine, and nothing else.", nothing_more)
    service = "Have the system run soda-tui auto where nobody is logged in: install, look at, remove (asks)."
    offer(commands, "service", service, caring.add_service)
    commands.group("set-up")
    offer(
        commands,
        "enroll",
        "Put clones, and the repositories that they belong to, under the cockpit.",
        setting_up.add_enroll,
    )
    unenroll = "Take a repository out of the configuration; nothing else is touched (asks where an agent is at work)."
    offer(commands, "unenroll", unenroll, setting_up.add_unenroll)
    init = "Create or correct the labels on GitHub, after showing what would change (asks)."
    offer(commands, "init", init, setting_up.add_init)
    profiles = "Print the profiles of agents: what is installed, in which version, and which repository uses which."
    offer(commands, "profiles", profiles, nothing_more)
    offer(commands, "config", "Read, set and edit the configuration; take over the ancestor's.", setting_up.add_config)
    completion = "Print the completion for a shell: commands, options, repositories, profiles and settings."
    offer(commands, "completion", completion, setting_up.add_completion)
    replay = "Read what an agent wrote, from a file, as a run's log shows it."
    offer(commands, "replay", replay, setting_up.add_replay)
    offer(
        commands,
        "help",
        "Print a topic: incidents, recovery, machines, security; or a command's help.",
        setting_up.add_help,
    )
    return parser
