"""The head of a pane: whether it needs a person, and what its agent is doing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from textual.reactive import var

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.model import Agent, NeedCode, Repository, Status
from soda_tui.tui.looks import BUSY, DOING, DRIFT, GROUND, NEED, STALE, STATUS, Look
from soda_tui.tui.run_end import run_end
from soda_tui.tui.text import Line, Span, make_line, plain, wrap
from soda_tui.tui.times import age, stopwatch
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines

_FOLDED = 2
_SHARE = 0.4
_RUNNING = frozenset({Status.STARTING, Status.WORKING, Status.NEEDS_INPUT, Status.STALLED})


class PaneHead(Lines):
    """Notices first, then the agent; in less `room`, in rows, each says less."""

    repository: var[Repository | None] = var(None)
    busy: var[Verb | None] = var(None)
    now: var[datetime | None] = var(None)
    room = var(0)

    def make(self) -> Sequence[Line]:
        return self.lines(self.size.width)

    def lines(self, width: int) -> Sequence[Line]:
        """The lines at a width; a pane asks before it gives the room."""
        if self.repository is None or self.now is None or width <= 0:
            return ()
        if self.room <= _FOLDED:
            return folded_lines(self.repository, self.busy, self.now, width)
        return head_lines(self.repository, self.busy, self.now, width, self.room)

    def watch_repository(self) -> None:
        self.renew()

    def watch_busy(self) -> None:
        self.renew()

    def watch_now(self) -> None:
        self.renew()

    def watch_room(self) -> None:
        self.renew()


def head_lines(repository: Repository, busy: Verb | None, now: datetime, width: int, room: int) -> list[Line]:
    """All notices, on two lines each while that leaves most of the room to the rest, then two lines on the agent."""
    notices = list(_notices(repository, now))
    most = 2 if len(notices) * 2 <= room * _SHARE else 1
    lines = [line for look, message in notices for line in _notice(look, message, width, most)]
    lines.append(_agent_line(repository.agent, busy, now, width))
    work = _work_line(repository, width)
    return [*lines, work] if work else lines


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
    for need in repository.needs:
        if need.message not in said:
            said.add(need.message)
            yield NEED[need.code], plain(need.message)
    for drift in repository.drift:
        if drift.message not in said:
            said.add(drift.message)
            since = f" ({age(drift.since, now)})" if drift.since else ""
            yield DRIFT[drift.severity], plain(drift.message) + since
    if repository.clone.problem and repository.clone.problem not in said:
        yield NEED[NeedCode.CLONE_PROBLEM], plain(repository.clone.problem)
    if repository.error:
        yield STALE, _error(repository, now)


def _error(repository: Repository, now: datetime) -> str:
    assert repository.error is not None
    seen = f"{STALE.word} {age(repository.fetched_at, now)}" if repository.fetched_at else "never read"
    retry = repository.error.retry_at
    again = f" Next try {retry:%H:%M} UTC." if retry is not None and retry > now else ""
    return f"{seen}: {plain(repository.error.message)}{again}"


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
        spans.append(Span(f" {time}", Tone.QUIET, rank=1))
    if agent.issue is not None:
        spans.append(Span(f"  #{agent.issue}", Tone.STRONG))
        spans.append(Span(f" {plain(agent.title or '')}", Tone.TEXT, shrink=True))
    return make_line(width, spans)


def elapsed(agent: Agent, now: datetime) -> str:
    """How long the agent has run, or has been what it is; empty where that is not known."""
    running = agent.status in _RUNNING
    since = agent.run.started_at if running and agent.run and agent.run.started_at else agent.since
    if since is None:
        return ""
    return stopwatch(since, now) if running else age(since, now)


def _work_line(repository: Repository, width: int) -> Line | None:
    agent, worktree = repository.agent, repository.agent.worktree
    if agent.issue is None:
        return None
    branch = (worktree.branch if worktree else None) or agent.branch or ""
    facts: list[str] = []
    if agent.status is Status.ELSEWHERE and agent.claim is not None:
        facts.append(f"by {plain(agent.claim.name or agent.claim.cockpit)}")
    if agent.attempt is not None and agent.attempt > 1:
        facts.append(f"attempt {agent.attempt}")
    if worktree is not None and worktree.commits is not None:
        facts.append(f"{worktree.commits} commit{'' if worktree.commits == 1 else 's'}")
    if worktree is not None and worktree.dirty:
        facts.append("uncommitted files")
    if (end := run_end(agent)) is not None and agent.status is not Status.DONE:
        facts.append(end)
    right = [Span("  " + " · ".join(facts), Tone.QUIET)] if facts else []
    return make_line(width, [Span(f"   {plain(branch)}", Tone.FAINT, shrink=True)], right)
