"""`enroll`, `unenroll` and `init`: which repositories the cockpit watches, and their labels."""

from __future__ import annotations

import argparse
import asyncio
import sys

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.label_plan import LabelChange, label_plan
from soda_tui.domain.labels import definitions
from soda_tui.domain.naming import RepositoryName, parse_name
from soda_tui.domain.settings import Enrolment

# GitHub advises few mutations in one request; the port takes at most five.
_AT_ONCE = 5


def enroll(arguments: argparse.Namespace) -> Exit:
    """Write clones into the configuration, and say which labels their repositories lack."""
    invocation = wiring.invocation(arguments)
    if arguments.path is not None:
        clones = [(_name(arguments.targets), asyncio.run(wiring.toplevel(arguments.path)))]
    else:
        clones = [asyncio.run(wiring.identify(path)) for path in arguments.targets or ["."]]
    if arguments.json:
        raise Failure(Problem(ErrorCode.USAGE, say.NO_JSON_HERE(command="enroll")))
    for name, path in clones:
        other = wiring.other_clone(invocation, name, path)
        if other is not None:
            _agree(arguments, name, say.ENROLL_ASK_MOVE(repository=name.full, other=other, path=path))
        report.say(wiring.enroll(invocation, name, path))
    return asyncio.run(_look_at_labels(arguments, [name.key for name, _ in clones]))


def unenroll(arguments: argparse.Namespace) -> Exit:
    """Take a repository out of the configuration."""
    invocation = wiring.invocation(arguments)
    enrolment = wiring.resolve(invocation, arguments.repository)
    wiring.unenroll(invocation, enrolment.key)
    report.say(say.UNENROLLED(repository=enrolment.name.full))
    return Exit.OK


def init(arguments: argparse.Namespace) -> Exit:
    """Create and correct labels, after showing what would change."""
    enrolment, changes = asyncio.run(_wanted(arguments))
    name = enrolment.name.full
    if arguments.json:
        report.document(wiring.encode_result({"changes": [change.what for change in changes]}))
    for change in () if arguments.json else changes:
        report.say(change.what)
    if not changes and not arguments.json:
        report.say(say.LABELS_FINE(repository=name))
    if not changes or arguments.dry_run:
        return Exit.OK
    _agree(arguments, enrolment.name, say.LABELS_ASK(repository=name))
    asyncio.run(_make(arguments, enrolment, changes))
    return Exit.OK


def _agree(arguments: argparse.Namespace, name: RepositoryName, question: str) -> None:
    """Ask, while no event loop runs, so that Ctrl-C ends the question at once; raises Failure without a yes."""
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Failure(Problem(ErrorCode.REFUSED, say.ASKS_FIRST(question=question)))
    if not report.confirm(question):
        raise Failure(Problem(ErrorCode.REFUSED, say.CANCELLED(repository=name.full)))


def _name(targets: list[str]) -> RepositoryName:
    if len(targets) != 1:
        raise Failure(Problem(ErrorCode.USAGE, say.ENROLL_ONE()))
    name = parse_name(targets[0])
    if name is None:
        raise Failure(Problem(ErrorCode.USAGE, say.ENROLL_NAME(text=targets[0])))
    return name


async def _look_at_labels(arguments: argparse.Namespace, keys: list[str]) -> Exit:
    """Say what is missing; that GitHub cannot be asked now does not undo the enrolment."""
    async with opening(arguments) as opened:
        for key in keys:
            enrolment = opened.resolve(key)
            try:
                changes = await _changes(opened, enrolment)
                if changes and arguments.init:
                    await _apply(arguments, opened, enrolment, changes)
                elif changes:
                    report.say(say.LABELS_MISSING(repository=enrolment.name.full, count=len(changes)))
            except Failure as failure:
                name = enrolment.name.full
                report.warn(say.LABELS_UNKNOWN(repository=name, problem=failure.problem.message))
    return Exit.OK


async def _wanted(arguments: argparse.Namespace) -> tuple[Enrolment, tuple[LabelChange, ...]]:
    async with opening(arguments) as opened:
        enrolment = opened.resolve(arguments.repository)
        return enrolment, await _changes(opened, enrolment)


async def _make(arguments: argparse.Namespace, enrolment: Enrolment, changes: tuple[LabelChange, ...]) -> None:
    async with wiring.cockpit(wiring.invocation(arguments)) as opened:
        await _apply(arguments, opened, enrolment, changes)


async def _changes(opened: wiring.Opened, enrolment: Enrolment) -> tuple[LabelChange, ...]:
    repository, present = await opened.world.github.labels(enrolment.name)
    return label_plan(repository, present, definitions(enrolment.labels, enrolment.agent_id))


async def _apply(
    arguments: argparse.Namespace, opened: wiring.Opened, enrolment: Enrolment, changes: tuple[LabelChange, ...]
) -> None:
    name = enrolment.name.full
    for start in range(0, len(changes), _AT_ONCE):
        part = [change.change for change in changes[start : start + _AT_ONCE]]
        for changed in await opened.world.github.change(enrolment.name, part):
            if changed.problem is not None:
                words = changed.problem.message
                refused = say.CHANGE_REFUSED(what="a label", repository=name, words=words)
                raise Failure(Problem(changed.problem.code, refused))
    if not arguments.json:
        report.say(say.LABELS_DONE(repository=name, count=len(changes)))
