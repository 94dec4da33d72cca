"""The head of a pane: whether it needs a person, and what its agent is doing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from textual.reactive import var

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.host_trouble import PASSING
from soda_tui.domain.loop.machine import Mode
from soda_tui.domain.model import Agent, Loop, Repository, Worktree
from soda_tui.domain.stopfile import is_own, waiting
from soda_tui.domain.text import counted
from soda_tui.domain.times import age, stopwatch
from soda_tui.tui.looks import BUSY, DOING, DRIFT, GROUND, LOOP, NEED, STALE, STATUS, Look
from soda_tui.tui.run_end import run_end
from soda_tui.tui.text import Line, Span, make_line, plain, wrap
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines

_FOLDED = 2
_SHARE = 0.4
_ALL = 20
_ADDRESS = re.compile(r"https://\S+")


class PaneHead(Lines):
    """Notices first, then the agent; in less `room`, in rows, each says less."""

    repository: var[Repository | None] = var(None)
    busy: var[Verb | None] = var(None)
    now: var[datetime | None] = var(None)
    room = var(0)

    def __init__(self) -> None:
        super().__init__()
        self._asked: object = None
        self._answer: Sequence[Line] = ()

    def make(self) -> Sequence[Line]:
        return self.lines(self.size.width)

    def lines(self, width: int) -> Sequence[Line]:
        """The lines at a width; a pane asks before it gives the room."""
        if self.repository is None or self.now is None or width <= 0:
            return ()
        asked = (self.repository, self.busy, self.now, width, self.room)
        if asked != self._asked:
            self._asked, self._answer = asked, _lines(*asked)
        return self._answer

    watch_repository = watch_busy = watch_now = watch_room = Lines.renew


def _lines(repository: Repository, busy: Verb | None, now: datetime, width: int, room: int) -> Sequence[Line]:
    if room <= _FOLDED:
        return folded_lines(repository, busy, now, width)
    return head_lines(repository, busy, now, width, room)


def head_lines(repository: Repository, busy: Verb | None, now: datetime, width: int, room: int) -> list[Line]:
    """All notices, whole while that leaves most of the room to the rest, then two lines on the agent."""
    notices = list(_notices(repository, now))
    wanted = [len(wrap(message, width - 3, _ALL)) for _, message in notices]
    least = [min(_least(message, width - 3), max(room - _FOLDED, 1)) for _, message in notices]
    lines: list[Line] = []
    for (look, message), most in zip(notices, _shared(wanted, least, int(room * _SHARE)), strict=True):
        lines += _notice(look, message, width, most)
    lines.append(_agent_line(repository.agent, busy, now, width))
    if repository.loop is not None and not repository.loop.person:
        lines.append(_loop_line(repository.loop, now, width))
    work = _work_line(repository, width)
    return [*lines, work] if work else lines


def _least(message: str, cells: int) -> int:
    """How many lines a message needs: one, and so many that an address in it is whole; what is cut leads nowhere."""
    address = _ADDRESS.search(message)
    return len(wrap(message[: address.end()], cells, _ALL)) if address else 1


def _shared(wanted: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """How many lines each gets of so many: what it needs at least, then one more in turn, the first first."""
    given = [*least]
    while sum(given) < room and any(has < most for has, most in zip(given, wanted, strict=True)):
        for at, most in enumerate(wanted):
            if given[at] < most and sum(given) < room:
                given[at] += 1
    return given


def folded_lines(repository: Repository, busy: Verb | None, now: datetime, width: int) -> list[Line]:
    """One line on the agent and one for the first notice, with a count of those that are not shown."""
    lines = [_agent_line(repository.agent, busy, now, width)]
    notices = list(_notices(repository, now))
    if notices:
        look, message = notices[0]
        more = [Span(f" +{len(notices) - 1}", Tone.QUIET)] if len(notices) > 1 else []
        spans = [Span(f" {look.glyph} ", look.tone), Span(message, Tone.STRONG, shrink=True)]
        lines.insert(0, make_line(width, spans, more, ground=GROUND.get(look.tone)))
    elif repository.queue:
        first = repository.queue[0]
        title = Span(plain(first.title), Tone.QUIET, shrink=True)
        count = Span(f"  {len(repository.queue)} in the queue", Tone.FAINT, rank=1)
        lines.append(
            make_line(width, [Span("   next ", Tone.FAINT), Span(f"#{first.number} ", Tone.QUIET), title], [count])
        )
    else:
        sentence = say.QUEUE_IS_EMPTY() if repository.fetched_at else say.NOT_READ_YET()
        lines.append(make_line(width, [Span(f"   {sentence}", Tone.FAINT, shrink=True)]))
    return lines


def _notices(repository: Repository, now: datetime) -> Iterator[tuple[Look, str]]:
    said: set[str] = set()
    path, loop = repository.forbidden, repository.loop
    if path is not None and is_own(path) and (loop is None or loop.why != waiting(path)):
        yield NEED[NeedCode.LOOP], plain(waiting(path))
    left = [need for need in repository.needs if need.code is NeedCode.GIVEN_UP]
    for need in repository.needs:
        if need in left[1:]:
            continue
        more = f" {say.AND_MORE_WAIT(count=len(left) - 1)}" if need in left and len(left) > 1 else ""
        if need.code is NeedCode.NOT_ADMITTED and repository.error:
            said.add(need.message)
            yield NEED[need.code], _error(repository, now)
        elif need.message not in said:
            said.add(need.message)
            yield NEED[need.code], plain(need.message) + more
    for drift in repository.drift:
        if not any(drift.message in message for message in said):
            said.add(drift.message)
            since = f" ({age(drift.since, now)})" if drift.since else ""
            yield DRIFT[drift.severity], plain(drift.message) + since
    if repository.clone.problem and repository.clone.problem not in said:
        yield NEED[NeedCode.CLONE_PROBLEM], plain(repository.clone.problem)
    if repository.error and repository.error.message not in said:
        yield STALE, _error(repository, now)
    if repository.late and repository.fetched_at:
        yield STALE, f"{STALE.word} {age(repository.fetched_at, now)}: {plain(repository.late)}"


def _error(repository: Repository, now: datetime) -> str:
    """Why it could not be read; what is its whole host's trouble, which the bar at the top tells, in few words."""
    assert repository.error is not None
    seen = f"{STALE.word} {age(repository.fetched_at, now)}" if repository.fetched_at else "never read"
    retry = repository.error.retry_at
    again = f", next try {retry:%H:%M} UTC" if retry is not None and retry > now else ""
    return f"{seen}{again}: {PASSING.get(repository.error.code) or plain(repository.error.message)}"


def _notice(look: Look, message: str, width: int, most: int) -> list[Line]:
    ground = GROUND.get(look.tone)
    rows = wrap(message, width - 3, most)
    tone = Tone.STRONG if ground else Tone.QUIET
    return [
        make_line(width, [Span(f" {look.glyph} " if index == 0 else "   ", look.tone), Span(row, tone)], ground=ground)
        for index, row in enumerate(rows)
    ]


def _agent_line(agent: Agent, busy: Verb | None, now: datetime, width: int) -> Line:
    look = STATUS[agent.status]
    spans = [Span(f" {look.glyph} {look.word}", look.tone)]
    if busy is not None:
        spans = [Span(f" {BUSY.glyph} {DOING[busy]}…", BUSY.tone)]
    elif time := elapsed(agent, now):
        # Only of what runs is it known how long that has been so.
        spans.append(Span(f" {time}" if agent.status.at_work else f" held {time}", Tone.QUIET, rank=1))
    if agent.issue is not None:
        spans.append(Span(f"  #{agent.issue}", Tone.STRONG))
        spans.append(Span(f" {plain(agent.title or '')}", Tone.TEXT, shrink=True))
    return make_line(width, spans)


def _loop_line(loop: Loop, now: datetime, width: int) -> Line:
    """What agents do by themselves here, and why, and how long that still is so."""
    left = []
    if loop.until is not None and loop.until > now:
        left = [Span(f"  {stopwatch(now, loop.until)} left, until {loop.until.astimezone():%H:%M}", Tone.QUIET, rank=1)]
    off = loop.mode is Mode.OFF
    word = LOOP.word if loop.mode is Mode.ON else f"{LOOP.word} {loop.mode}"
    spans = [Span(f" {LOOP.glyph} {word}", Tone.QUIET if off else LOOP.tone)]
    return make_line(width, [*spans, Span(f"  {plain(loop.why)}", Tone.QUIET, shrink=True)], left)


def elapsed(agent: Agent, now: datetime) -> str:
    """How long the agent has run, or has been what it is; empty where that is not known."""
    running = agent.status.at_work
    since = agent.run.started_at if running and agent.run and agent.run.started_at else agent.since
    if since is None:
        return ""
    return stopwatch(since, now) if running else age(since, now)


def _work_line(repository: Repository, width: int) -> Line | None:
    """The claim's branch, and the work on it; beside another cockpit's claim, what is here is named as that."""
    agent, worktree = repository.agent, repository.agent.worktree
    if agent.issue is None and not (worktree and worktree.dirty):
        return None
    facts: list[str] = []
    elsewhere = agent.claim is not None and not agent.claim.mine
    if elsewhere and agent.claim is not None:
        facts.append(f"by {plain(agent.claim.name or agent.claim.cockpit)}")
    if agent.attempt is not None and agent.attempt > 1:
        facts.append(f"attempt {agent.attempt}")
    work = list(_work(agent, worktree, mine=not elsewhere)) if worktree else []
    facts += [f"left here: {', '.join(work)}"] if elsewhere and work else work
    if (end := run_end(agent)) is not None and agent.status is not Status.DONE:
        facts.append(end)
    right = [Span("  " + " · ".join(facts), Tone.QUIET)] if facts else []
    here = None if elsewhere else worktree
    branch = (here.branch if here else None) or agent.branch or ("detached" if here else "")
    left = [Span(f"   {plain(branch)}", Tone.FAINT, shrink=True)]
    if here is not None:
        left += arrows(here.ahead, here.behind)
    return make_line(width, left, right)


def _work(agent: Agent, worktree: Worktree, *, mine: bool) -> Iterator[str]:
    """What is in a worktree; what was left there of another's claim are only commits on the claim's branch."""
    left = worktree.commits if worktree.branch == agent.branch else None
    if worktree.commits is not None and (mine or left):
        yield counted(worktree.commits, "commit")
    if worktree.dirty:
        yield "uncommitted files"


def arrows(ahead: int | None, behind: int | None) -> list[Span]:
    """How far a branch and its remote one are apart."""
    return [Span(f" {arrow}{count}", Tone.QUIET, rank=1) for arrow, count in (("↑", ahead), ("↓", behind)) if count]
