"""`enroll`, `unenroll` and `init`: which repositories the cockpit watches, and their labels."""

from __future__ import annotations

import argparse
import asyncio
import sys

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.cockpit.labelling import label_changes, make_labels
from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.label_plan import LabelChange
from soda_tui.domain.naming import RepositoryName, parse_name


def enroll(arguments: argparse.Namespace) -> Exit:
    """Write clones into the configuration, and say which labels their repositories lack."""
    if arguments.scan is not None or arguments.org is not None:
        from soda_tui.cli.choosing import enroll_chosen

        return enroll_chosen(arguments)
    invocation = wiring.invocation(arguments)
    if arguments.path is not None:
        clones = [(_name(arguments.targets), asyncio.run(wiring.toplevel(arguments.path)))]
    else:
        clones = [asyncio.run(wiring.identify(path)) for path in arguments.targets or ["."]]
    if arguments.json:
        raise Failure(Problem(ErrorCode.USAGE, say.NO_JSON_HERE(command="enroll")))
    if arguments.dry_run:
        for name, path in clones:
            report.say(wiring.enroll(invocation, name, path, dry_run=True))
        return Exit.OK
    for name, path in clones:
        other = wiring.other_clone(invocation, name, path)
        if other is not None:
            agree(arguments, name, say.ENROLL_ASK_MOVE(repository=name.full, other=other, path=path))
        report.say(wiring.enroll(invocation, name, path))
    return asyncio.run(look_at_labels(arguments, [name.key for name, _ in clones]))


def unenroll(arguments: argparse.Namespace) -> Exit:
    """Take a repository out of the configuration, after a question where an agent or a claim is left behind."""
    invocation = wiring.invocation(arguments)
    enrolment = wiring.resolve(invocation, arguments.repository)
    name = enrolment.name.full
    left = asyncio.run(_left_behind(arguments, enrolment))
    if arguments.dry_run:
        report.say(" ".join((say.UNENROLL_WOULD(repository=name), *left)))
        return Exit.OK
    if left:
        agree(arguments, enrolment.name, " ".join((*left, say.UNENROLL_ASK(repository=name))))
    wiring.unenroll(invocation, enrolment.key)
    report.say(say.UNENROLLED(repository=name))
    return Exit.OK


async def _left_behind(arguments: argparse.Namespace, enrolment: Enrolment) -> list[str]:
    """What goes on without anybody here who sees it: the agent that runs, and the claim as it was known last."""
    key, name = enrolment.key, enrolment.name.full
    async with opening(arguments) as opened:
        run = (await opened.world.runs.current([key])).get(key)
    last = wiring.last_snapshot(wiring.invocation(arguments))
    agent = next((part.agent for part in (last.repositories if last else ()) if part.key == key), None)
    left = [say.UNENROLL_RUN(repository=name, issue=run.issue)] if run is not None and run.alive else []
    if agent is not None and agent.claim is not None and agent.claim.mine:
        left.append(say.UNENROLL_CLAIM(repository=name, issue=agent.issue))
    return left


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
    if changes and not arguments.dry_run:
        agree(arguments, enrolment.name, say.LABELS_ASK(repository=name))
        asyncio.run(_make(arguments, enrolment, changes))
    if arguments.issue_template:
        _add_template(arguments, enrolment)
    return Exit.OK


def _add_template(arguments: argparse.Namespace, enrolment: Enrolment) -> None:
    path = wiring.add_issue_template(enrolment, dry_run=True)
    if arguments.dry_run:
        said = say.TEMPLATE_WOULD(path=path)
    else:
        agree(arguments, enrolment.name, say.TEMPLATE_ASK(path=path))
        said = say.TEMPLATE_ADDED(path=wiring.add_issue_template(enrolment, dry_run=False))
    if not arguments.json:
        report.say(said)


def agree(arguments: argparse.Namespace, name: RepositoryName, question: str) -> None:
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


async def look_at_labels(arguments: argparse.Namespace, keys: list[str]) -> Exit:
    """Say what is missing; that GitHub cannot be asked now does not undo the enrolment."""
    async with opening(arguments) as opened:
        for key in keys:
            enrolment = opened.resolve(key)
            try:
                changes = await label_changes(opened.world.github, enrolment)
                if changes and arguments.init:
                    report.say(await make_labels(opened.world.github, enrolment, changes))
                elif changes:
                    report.say(say.LABELS_MISSING(repository=enrolment.name.full, count=len(changes)))
            except Failure as failure:
                name = enrolment.name.full
                report.warn(say.LABELS_UNKNOWN(repository=name, problem=failure.problem.message))
    return Exit.OK


async def _wanted(arguments: argparse.Namespace) -> tuple[Enrolment, tuple[LabelChange, ...]]:
    async with opening(arguments) as opened:
        enrolment = opened.resolve(arguments.repository)
        return enrolment, await label_changes(opened.world.github, enrolment)


async def _make(arguments: argparse.Namespace, enrolment: Enrolment, changes: tuple[LabelChange, ...]) -> None:
    async with wiring.cockpit(wiring.invocation(arguments)) as opened:
        done = await make_labels(opened.world.github, enrolment, changes)
    if not arguments.json:
        report.say(done)
