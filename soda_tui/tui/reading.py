"""What keys do that read one repository, go outside with it, or write on GitHub."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from soda_tui.cockpit.issues import Edited, IssueDesk
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import Failure
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options, Peek
from soda_tui.domain.relabelling import exact
from soda_tui.domain.runs.attachment import Ending
from soda_tui.domain.verdict import pops_first
from soda_tui.tui import outside
from soda_tui.tui.acting import loudness
from soda_tui.tui.actions import LAUNCH_WITH

if TYPE_CHECKING:
    from soda_tui.tui.deeds import Deeds
    from soda_tui.tui.screens.peek import PeekScreen

REACHING = frozenset({"repo.browse", "repo.copy_number", "repo.copy_url"})
"""The actions on what is under the cursor, be it an issue or a pull request."""


_NOT_STARTED = (126, 127)


class Subject(Struct, frozen=True):
    """An issue or a pull request, and where it is to be seen."""

    number: int
    url: str | None


def perform(app: Deeds, name: str, repository: Repository, issue: int | None) -> None:
    """Do an action that is about reading or writing; `issue` is the one under the cursor."""
    number = issue if issue is not None else repository.agent.issue
    if name in _SCREENS:
        _SCREENS[name](app, repository, issue)
    elif name in _OUTSIDE:
        _run(app, _visit(app, repository, _OUTSIDE[name]))
    elif name in _REACHING:
        _run(app, _REACHING[name](app, repository))
    elif name == LAUNCH_WITH:
        _run(app, _launch_with(app, repository, issue))
    elif name == "repo.new_issue":
        _run(app, _new_issue(app, repository))
    elif number is None:
        app.say(say.NO_ISSUE_HERE(repository=repository.name), "warning")
    elif name in REACHING:
        reach(app, name, repository, Subject(number, _url(repository, number)))
    else:
        _run(app, _WRITING[name](app, repository, number))


async def peek_screen(app: Deeds, repository: Repository, peek: Peek) -> PeekScreen:
    """The screen of an issue, which reads its prompt and its plan when they are opened."""
    from soda_tui.tui.peek_lines import issue_lines
    from soda_tui.tui.screens.peek import PeekScreen

    key, number = repository.key, peek.entry.number
    requests = [found for found in repository.pull_requests if found.issue == number]
    plan = partial(app.cockpit.act, key, Verb.POP, Options(issue=number, dry_run=True))
    # A body of GitHub's greatest length can take some tenths of a second.
    lines = await asyncio.to_thread(issue_lines, peek, requests)
    return PeekScreen(f"{peek.repository} #{number}", lines, partial(app.cockpit.prompt, key, number), plan)


def reach(app: Deeds, name: str, repository: Repository, subject: Subject) -> None:
    """Open or copy an issue or a pull request."""
    url = outside.own_url(subject.url, repository.host)
    if name == "repo.copy_number":
        app.copy_to_clipboard(str(subject.number))
        app.say(say.COPIED(text=subject.number))
    elif url is None:
        app.say(say.FOREIGN_URL(number=subject.number, host=repository.host), "warning")
    elif name == "repo.copy_url":
        app.copy_to_clipboard(url)
        app.say(say.COPIED(text=url))
    else:
        _run(app, _browse(app, url))


def _run(app: Deeds, doing: Coroutine[Any, Any, None]) -> None:
    async def guarded() -> None:
        try:
            await doing
        except Failure as failure:
            app.say(failure.problem.message, loudness(failure.problem))

    app.run_worker(guarded(), group="reading", exit_on_error=False)


def _url(repository: Repository, number: int) -> str | None:
    queued = next((entry.url for entry in repository.queue if entry.number == number), None)
    return queued or (f"{repository.url}/issues/{number}" if repository.url else None)


def _zoom(app: Deeds, repository: Repository, issue: int | None) -> None:
    from soda_tui.tui.screens.zoom import ZoomScreen

    app.push_screen(ZoomScreen(repository, issue=issue))


def _drift(app: Deeds, repository: Repository, issue: int | None) -> None:
    from soda_tui.tui.screens.zoom import DRIFT, ZoomScreen

    app.push_screen(ZoomScreen(repository, DRIFT, issue))


def _log(app: Deeds, repository: Repository, issue: int | None) -> None:
    from soda_tui.tui.screens.log import LogScreen

    app.push_screen(LogScreen(repository))


def _work(app: Deeds, repository: Repository, issue: int | None) -> None:
    from soda_tui.tui.screens.diff import DiffScreen

    app.push_screen(DiffScreen(repository))


async def _visit(app: Deeds, repository: Repository, program: Callable[[dict[str, str]], list[str]]) -> None:
    assert repository.agent.worktree is not None
    environ = dict(os.environ)
    words = program(environ)
    status = await outside.visit(app, words, repository.agent.worktree.path)
    if status and (program is outside.editor or status in _NOT_STARTED):
        app.say(say.PROGRAM_ENDED(program=words[0], status=status), "warning")
    await app.cockpit.refresh((repository.key,))


async def _browse(app: Deeds, url: str) -> None:
    words = outside.browser(dict(os.environ))
    if words is None:
        app.copy_to_clipboard(url)
        app.say(say.NO_BROWSER(url=url), "warning")
    else:
        await outside.browse(words, url)
        app.say(say.BROWSING(url=url))


async def _launch_with(app: Deeds, repository: Repository, issue: int | None) -> None:
    from soda_tui.tui.screens.dialogues.launching import Launching

    number = issue if pops_first(repository) else None
    candidates = await app.cockpit.profiles(repository.key, number)
    chosen = await app.push_screen_wait(Launching(f"Launch · {repository.name}", candidates))
    if chosen is not None:
        await app.acting.act(repository, Verb.LAUNCH, number, chosen=chosen)


async def _attach(app: Deeds, repository: Repository) -> None:
    words = await app.cockpit.attaching(repository.key)
    status = await outside.visit(app, words, "/")
    try:
        ending = Ending(status)
    except ValueError:
        ending = Ending.BROKEN_OFF
    app.say(ending.words, "warning" if ending in {Ending.BROKEN_OFF, Ending.REFUSED} else "information")


async def _sit(app: Deeds, repository: Repository) -> None:
    if await app.acting.act(repository, Verb.SIT):
        await _attach(app, repository)


async def _message(app: Deeds, repository: Repository) -> None:
    from soda_tui.tui.screens.dialogues.writing import Writing

    await app.cockpit.hearing(repository.key)
    written = await app.push_screen_wait(Writing(f"Message to the agent · {repository.name}", quick=True))
    if written is not None:
        app.say(await app.cockpit.message(repository.key, written.body))


async def _new_issue(app: Deeds, repository: Repository) -> None:
    from soda_tui.tui.screens.dialogues.writing import Writing

    desk = await app.cockpit.desk(repository.key)
    labels = await desk.labels()
    written = await app.push_screen_wait(Writing(f"New issue · {repository.name}", titled=True, labels=labels))
    if written is not None:
        await _edited(app, repository, desk.open(written.title, written.body, written.labels))


async def _comment(app: Deeds, repository: Repository, number: int) -> None:
    from soda_tui.tui.screens.dialogues.writing import Writing

    written = await app.push_screen_wait(Writing(f"Comment on #{number} · {repository.name}"))
    if written is not None:
        desk = await app.cockpit.desk(repository.key)
        await _edited(app, repository, desk.comment(number, written.body))


async def _labels(app: Deeds, repository: Repository, number: int) -> None:
    from soda_tui.tui.screens.dialogues.labels import LabelPicker

    desk = await app.cockpit.desk(repository.key)
    labels = await desk.labels()
    present = (await app.cockpit.peek(repository.key, number)).entry.labels
    wanted = await app.push_screen_wait(LabelPicker(f"Labels of #{number} · {repository.name}", labels, present))
    if wanted is not None:
        await _edited(app, repository, desk.relabel(number, exact(present, wanted)))


async def _prioritise(step: int, app: Deeds, repository: Repository, number: int) -> None:
    # Each step begins where the one before has led to, however fast the key is pressed.
    async with app.prioritising:
        desk: IssueDesk = await app.cockpit.desk(repository.key)
        await _edited(app, repository, desk.prioritise(number, step))


async def _edited(app: Deeds, repository: Repository, editing: Awaitable[Edited]) -> None:
    with app.acting.doing(f"what was sent to {repository.name}"):
        app.say((await editing).message)
    await app.cockpit.refresh((repository.key,))


async def _auto(app: Deeds, repository: Repository) -> None:
    asked = await app.cockpit.auto_question(repository.key)
    if asked is None or await app.ask(f"auto · {repository.name}", asked):
        app.say(await app.cockpit.auto(repository.key))


_SCREENS: dict[str, Callable[[Deeds, Repository, int | None], None]] = {
    "repo.zoom": _zoom,
    "repo.drift": _drift,
    "repo.log": _log,
    "repo.work": _work,
}
_OUTSIDE: dict[str, Callable[[dict[str, str]], list[str]]] = {
    "repo.shell": outside.shell,
    "repo.editor": outside.editor,
}
_REACHING: dict[str, Callable[[Deeds, Repository], Coroutine[Any, Any, None]]] = {
    "repo.attach": _attach,
    "repo.sit": _sit,
    "repo.message": _message,
    "repo.auto": _auto,
}
_WRITING: dict[str, Callable[[Deeds, Repository, int], Coroutine[Any, Any, None]]] = {
    "repo.comment": _comment,
    "repo.labels": _labels,
    "repo.raise": partial(_prioritise, 1),
    "repo.lower": partial(_prioritise, -1),
}
