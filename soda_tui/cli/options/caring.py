"""The options of the commands that repair, and of those that work unattended."""

from __future__ import annotations

import argparse

from soda_tui.cli.options.common import REPO, add_dry_act, add_dry_edit, add_repository, add_seen
from soda_tui.cli.options.daily import add_where
from soda_tui.cli.parsing import (
    commands_of,
    count,
    nothing_more,
    offer,
    span,
)


def add_auto(parser: argparse.ArgumentParser) -> None:
    """What auto takes."""
    named = f"{REPO}; without any, those with auto.enabled"
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


def add_retry(parser: argparse.ArgumentParser) -> None:
    """What retry takes."""
    add_where(parser)
    add_dry_edit(parser)


def add_drift(parser: argparse.ArgumentParser) -> None:
    """What drift takes."""
    from soda_tui.domain.repairs import REPAIRS

    add_repository(parser, help="only this one; without it all, or with --repair the one that is meant here")
    kinds = [kind.value for kind, repair in REPAIRS.items() if repair is not None]
    parser.add_argument("--repair", metavar="KIND", choices=kinds, help="repair this kind of drift (asks)")
    named = "with --repair: push this file too, though it is over 5 MB or looks like credentials; can be repeated"
    parser.add_argument("--include", action="append", default=[], metavar="PATH", help=named)
    add_dry_act(parser)
    add_seen(parser)


def add_doctor(parser: argparse.ArgumentParser) -> None:
    """What doctor takes."""
    named = f"{REPO.partition(';')[0]}; without any, all"
    parser.add_argument("repositories", nargs="*", metavar="REPO", help=named)
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--quick", action="store_true", help="ask nobody over the network")
    one.add_argument("--probe", action="store_true", help="ask GitHub, by reading, what its documents leave open")


def add_recover(parser: argparse.ArgumentParser) -> None:
    """What recover takes."""
    parser.add_argument("where", nargs="*", metavar="[REPO] [BRANCH]", help=f"what is listed there, in {REPO}")
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
    add_dry_act(parser)
    add_seen(parser)


def add_cleanup(parser: argparse.ArgumentParser) -> None:
    """What cleanup takes."""
    add_repository(parser)
    add_dry_act(parser)
    add_seen(parser)


def add_service(parser: argparse.ArgumentParser) -> None:
    """What service takes."""
    changes = commands_of(parser, metavar="CHANGE", dest="change", required=True)
    install = "Install a user service of systemd or launchd, after showing it, and start it (asks)."
    offer(changes, "install", install, _add_service_install)
    offer(changes, "status", "Say how the service stands.", nothing_more)
    offer(changes, "uninstall", "Stop and remove the service; agents at work go on (asks).", _add_service_uninstall)


def _add_service_install(parser: argparse.ArgumentParser) -> None:
    named = f"{REPO.partition(';')[0]}; without any, those with auto.enabled"
    parser.add_argument("repositories", nargs="*", metavar="REPO", help=named)
    parser.add_argument("--dry-run", action="store_true", help="show what would be written, change nothing")
    _add_service_uninstall(parser)


def _add_service_uninstall(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-y", "--yes", action="store_true", help="do it without asking")
