"""`issue new`, `issue label` and `issue comment`: what the screen's dialogues do, by command."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.cockpit.issues import Edited, IssueDesk
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.relabelling import Relabelling

_BODY = 65536  # GitHub's own limit, in characters

Edit = Callable[[IssueDesk], Awaitable[Edited]]


def issue(arguments: argparse.Namespace) -> Exit:
    """Edit an issue as the command says."""
    match arguments.edit:
        case "new":
            repository = arguments.repository
            body = _body(arguments)
            return _run(arguments, repository, lambda desk: desk.open(arguments.title, body, arguments.label))
        case "label":
            repository, number = _where(arguments.where)
            change = Relabelling(tuple(arguments.add), tuple(arguments.remove))
            return _run(arguments, repository, lambda desk: desk.relabel(number, change))
        case _:
            repository, number = _where(arguments.where)
            body = _body(arguments)
            if not body.strip():
                raise Failure(Problem(ErrorCode.USAGE, say.EMPTY_TEXT()))
            return _run(arguments, repository, lambda desk: desk.comment(number, body))


def retry(arguments: argparse.Namespace) -> Exit:
    """Put an issue back into the queue that agents had given up."""
    repository, number = _where(arguments.where)
    return _run(arguments, repository, lambda desk: desk.retry(number))


def _where(words: list[str]) -> tuple[str | None, int]:
    """`[REPO] N`."""
    *repository, number = words
    if len(repository) > 1 or not number.removeprefix("#").isdecimal():
        raise Failure(Problem(ErrorCode.USAGE, say.NOT_AN_ISSUE(text=" ".join(words))))
    return (repository[0] if repository else None), int(number.removeprefix("#"))


def _body(arguments: argparse.Namespace) -> str:
    text = str(arguments.body) if arguments.body_file is None else _read(arguments.body_file)
    if len(text) > _BODY:
        raise Failure(Problem(ErrorCode.USAGE, say.WRITTEN_TOO_LONG(limit=_BODY)))
    return text


def _read(path: str) -> str:
    """The text, or as much of it as shows that it is too long."""
    try:
        if path == "-":
            return sys.stdin.read(_BODY + 1)
        with Path(path).open(encoding="utf-8") as file:
            return file.read(_BODY + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(Problem(ErrorCode.USAGE, say.UNREADABLE_TEXT(path=path, error=error))) from error


def _run(arguments: argparse.Namespace, repository: str | None, edit: Edit) -> Exit:
    async def run() -> Exit:
        async with opening(arguments) as opened:
            desk = await opened.engine.desk(opened.resolve(repository).key)
            edited = await edit(desk.rehearsing() if arguments.dry_run else desk)
        if arguments.json:
            report.document(wiring.encode_result(edited))
        else:
            report.say(f"{edited.message} {edited.url or ''}".strip())
        return Exit.OK

    return asyncio.run(run())
