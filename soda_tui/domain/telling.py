"""Telling: what a person is to hear of without looking, as events of a snapshot, each of which is told once.

An event's identity comes from facts alone, so that every cockpit gives it the same one: the run and what became of it,
the claim and how it drifted. What can happen again to the same run or claim has a moment too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from zlib import crc32

from msgspec import Struct, structs

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import DriftKind, NeedCode, Severity
from soda_tui.domain.model import Need, Repository, Run, Snapshot
from soda_tui.domain.text import shorten

MOST_AT_ONCE = 3
_NAMED = 3
_TITLE, _BODY = 100, 300


class NoticeKind(StrEnum):
    """What a person is told of."""

    INPUT = "input"
    ENDED = "ended"
    FAILED = "failed"
    DONE = "done"
    LIMIT = "limit"
    STALLED = "stalled"
    DRIFT = "drift"
    LOST = "lost"
    LOOP = "loop"


_KINDS = {
    NeedCode.AGENT_INPUT: NoticeKind.INPUT,
    NeedCode.AGENT_ENDED: NoticeKind.ENDED,
    NeedCode.AGENT_FAILED: NoticeKind.FAILED,
    NeedCode.WORK_DONE: NoticeKind.DONE,
    NeedCode.AGENT_LIMIT: NoticeKind.LIMIT,
    NeedCode.AGENT_STALLED: NoticeKind.STALLED,
}
_HEADS = {
    NoticeKind.INPUT: say.NOTICE_INPUT,
    NoticeKind.ENDED: say.NOTICE_ENDED,
    NoticeKind.FAILED: say.NOTICE_FAILED,
    NoticeKind.DONE: say.NOTICE_DONE,
    NoticeKind.LIMIT: say.NOTICE_LIMIT,
    NoticeKind.STALLED: say.NOTICE_STALLED,
    NoticeKind.DRIFT: say.NOTICE_DRIFT,
    NoticeKind.LOST: say.NOTICE_LOST,
    NoticeKind.LOOP: say.NOTICE_LOOP,
}
# What begins anew so soon is the same: an agent writes on while it waits, cockpits look at different seconds, when
# a limit ends is told more or less exactly. Drift is seen when GitHub is asked, which others do up to an hour later.
_SAME = {
    NoticeKind.INPUT: timedelta(minutes=1),
    NoticeKind.STALLED: timedelta(minutes=1),
    NoticeKind.LIMIT: timedelta(minutes=10),
    NoticeKind.DRIFT: timedelta(hours=2),
}


class Notice(Struct, frozen=True):
    """One event, with the facts that a person or their own program may want; `event` is its identity.

    `moment` is when it began, or when a limit ends, where it can happen again to the same run or claim. `run` is the
    run's id, `log` its file, `path` the clone; the message is the need or the drift in a sentence.
    """

    event: str
    kind: NoticeKind
    at: datetime
    moment: datetime | None
    host: str
    repository: str
    url: str | None
    path: str
    agent: str
    issue: int | None
    title: str | None
    branch: str | None
    worktree: str | None
    run: str | None
    log: str | None
    drift: DriftKind | None
    message: str
    resets_at: datetime | None = None

    @property
    def key(self) -> str:
        """The repository's name in the cockpit."""
        return f"{self.host}/{self.repository}".lower()


def standing(snapshot: Snapshot, *, recalled: bool = False) -> dict[str, Notice]:
    """The events that a snapshot shows, by identity; with `recalled` also what may have passed since it was read."""
    found = (_events(each, snapshot.taken_at, recalled) for each in snapshot.repositories)
    return {notice.event: notice for notices in found for notice in notices}


def news(
    notices: Iterable[Notice], recalled: Collection[str], told: Mapping[str, datetime | None]
) -> tuple[Notice, ...]:
    """Those that were not told yet; `told` holds the moment of each event that was.

    `recalled` are the events that stood already in what was kept from before this cockpit was opened, and still do.
    """
    return tuple(notice for notice in notices if _is_new(notice, recalled, told))


def headlines(notices: Sequence[Notice]) -> tuple[tuple[str, str], ...]:
    """Title and text of each, on one line and bounded; of more than three, one pair that speaks of all."""
    if len(notices) > MOST_AT_ONCE:
        names = list(dict.fromkeys(notice.repository for notice in notices))
        more = len(names) - _NAMED
        words = ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        return ((say.NOTICE_MANY(count=len(notices)), _words(say.NOTICE_MANY_IN(names=words), _BODY)),)
    return tuple((_words(_HEADS[one.kind](repository=one.repository), _TITLE), _body(one)) for one in notices)


def _body(notice: Notice) -> str:
    return _words(f"{notice.message} ({notice.title})" if notice.title else notice.message, _BODY)


def _words(text: str, characters: int) -> str:
    """Cleaned and bounded; half a surrogate pair, which nothing could write, becomes a question mark."""
    return shorten(text, characters).encode("utf-8", "replace").decode()


def _is_new(notice: Notice, recalled: Collection[str], told: Mapping[str, datetime | None]) -> bool:
    if notice.event not in told:
        return True
    last = told[notice.event]
    if notice.moment is None or last is None:
        return notice.moment is not None
    # A clock may have been set back since.
    return notice.event not in recalled and abs(notice.moment - last) > _SAME[notice.kind]


def _events(repository: Repository, at: datetime, recalled: bool) -> Iterator[Notice]:
    """What was read some other day is only recalled; without an answer from GitHub this machine's runs are known."""
    agent = repository.agent
    elsewhere = agent.claim is not None and not agent.claim.mine
    if repository.answered or repository.error is not None or recalled:
        run = agent.run.id if agent.run else f"{agent.issue}-{agent.attempt}"
        for need in repository.needs:
            if need.code is NeedCode.CLAIM_LOST:
                yield _loss(repository, need, at)
            elif need.code is NeedCode.LOOP:
                # Where nothing is held, what it is about is all that tells one from the next.
                what = f" {crc32(need.message.encode('utf-8', 'replace')):08x}" if agent.issue is None else ""
                name = f"{run} {NoticeKind.LOOP}{what}"
                yield _notice(repository, NoticeKind.LOOP, name, need.message, at, None)
            elif (kind := _KINDS.get(need.code)) is not None and not elsewhere:
                yield _notice(repository, kind, f"{run} {kind}", need.message, at, _moment(kind, agent.run))
    if not elsewhere and (repository.answered or recalled):
        claim = f"{agent.issue}-{agent.attempt}" if agent.claim else "unclaimed"
        for drift in repository.drift:
            if drift.severity is Severity.CRITICAL:
                name, begun = f"{claim} {drift.kind}", drift.since or at
                yield _notice(repository, NoticeKind.DRIFT, name, drift.message, at, begun, drift.kind)


def _loss(repository: Repository, need: Need, at: datetime) -> Notice:
    """The loss of a claim, of which nothing but its run and its issue is this cockpit's own any more."""
    found = _notice(repository, NoticeKind.LOST, f"{need.run} {NoticeKind.LOST}", need.message, at, None)
    title = found.title if need.issue == found.issue else None
    return structs.replace(found, run=need.run, issue=need.issue, title=title, branch=None, worktree=None, log=None)


def _moment(kind: NoticeKind, run: Run | None) -> datetime | None:
    if run is None or kind not in _SAME:
        return None
    return run.resets_at if kind is NoticeKind.LIMIT else run.last_output_at


def _notice(
    repository: Repository,
    kind: NoticeKind,
    name: str,
    message: str,
    at: datetime,
    moment: datetime | None,
    drift: DriftKind | None = None,
) -> Notice:
    agent = repository.agent
    return Notice(
        event=f"{repository.key} {name}",
        kind=kind,
        at=at,
        moment=moment.replace(microsecond=0) if moment else None,
        host=repository.host,
        repository=repository.name,
        url=repository.url,
        path=repository.path,
        agent=agent.id,
        issue=agent.issue,
        title=agent.title,
        branch=agent.branch,
        worktree=agent.worktree.path if agent.worktree else None,
        run=agent.run.id if agent.run else None,
        log=agent.run.log if agent.run else None,
        drift=drift,
        message=message,
        resets_at=agent.run.resets_at if agent.run and kind is NoticeKind.LIMIT else None,
    )
