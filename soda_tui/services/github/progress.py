"""One repository while it is read: what came so far, and what is still to be asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from msgspec import Raw, structs

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain import ledger
from soda_tui.domain.facts import LedgerHead, RemoteFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.text import one_line
from soda_tui.services.github import decode, errors, watching, wire
from soda_tui.services.github.asks import Ask
from soda_tui.services.github.cache import Cache, Known, More, Watch
from soda_tui.services.github.connection import Reply
from soda_tui.services.github.dear import Dear
from soda_tui.services.github.fragments import LabelSet
from soda_tui.services.github.lists import BRANCHES, PULLS, Lists
from soda_tui.services.github.queries import Document

_MAX_WATCHES = 50
# Without these a repository would look free, or an issue open to all, when it is not.
_ESSENTIAL = re.compile(r"b\d+|ledger|refs|open|labels|assignees")


@dataclass(eq=False, slots=True)
class Progress:
    """A repository being read; `problem` ends that."""

    target: Target
    cache: Cache
    problem: Problem | None = None
    truncated: bool = False
    row: wire.Repository | None = None
    head: LedgerHead | None = None
    occupied: bool = False
    degraded: dict[str, Problem] = field(default_factory=dict)
    label_ids: dict[str, str] = field(default_factory=dict)
    lists: Lists = field(default_factory=Lists)
    labels: LabelSet = field(init=False)
    known: Known | None = field(init=False)
    _dear: Dear = field(init=False)
    _kept: dict[str, More] = field(default_factory=dict)
    _seen: dict[Watch, tuple[wire.IssueRow | wire.PullRow, ...]] = field(default_factory=dict)
    _behind: int | None = None
    _at: datetime | None = None

    def __post_init__(self) -> None:
        self.labels = LabelSet.of(self.target.labels, self.target.agent, self.target.extra_labels)
        self.known = self.cache.repository(self.target.name.key)
        self._dear = Dear(self.known)

    @property
    def host(self) -> str:
        """The host that the repository is on."""
        return self.target.name.host

    def fail(self, problem: Problem) -> None:
        """End the reading of this repository; the first problem stands."""
        self.problem = self.problem or problem

    def take(self, raw: Raw | None, reply: Reply, *path: str | int) -> None:
        """The repository itself, which stood at this path of the answer."""
        row = wire.read(raw, wire.Repository)
        if row is not None and self.known is not None and row.id != self.known.id:
            self.fail(errors.bad_answer(self.host, f"it is of another repository than {self.target.name.full}"))
            return
        if raw is None or row is None:
            self._refuse(reply.rows_of(*path), reply, absent=raw is None or bytes(raw) == b"null")
            return
        self.judge(reply, *path)
        self.row, self.head, self._at = row, decode.ledger(row.ledger), reply.at
        fields = wire.read(raw, dict[str, Raw]) or {}
        for place, label in enumerate(self.labels.buckets):
            self._take_list(label, wire.read(fields.get(f"b{place}"), wire.Page[wire.IssueRow]), reply)
        for place, label in enumerate(self.labels.wanted):
            if found := wire.read(fields.get(f"l{place}"), wire.Identified):
                self.label_ids[label.lower()] = found.id
        self._take_list(PULLS, row.pull_requests, reply)
        if row.refs is not None:
            self._take_list(BRANCHES, row.refs, reply)

    def is_whole(self) -> bool:
        """Whether all of it has come that is needed."""
        if self.row is None or self.problem or self.unfinished():
            return False
        return not any(map(self.stale, self.issues().values())) and not any(map(self.stale, self.pulls().values()))

    def watch(self, watches: Sequence[Watch], repository: str, *, more: bool) -> Iterator[Ask]:
        """What to ask for besides the lists; with `more`, whole."""
        for watch in watches:
            add = watching.question(watch, repository, self.target.base, more=more)
            take = self._take_behind if watch.kind == "behind" else self._take_watch
            yield Ask(add, partial(take, watch, more), (self,))

    def unfinished(self) -> list[Ask]:
        """The next pages; when all lists are whole, what the ledger speaks of and they do not show."""
        if self.row is None or self.problem:
            return []
        pages = [self._next_page(self.row.id, name, cursor) for name, cursor in self.lists.unfinished.items()]
        if pages:
            return pages
        return list(self.watch([w for w in self.wanted() if w not in self._seen], self.row.id, more=True))

    def dear(self) -> list[Ask]:
        """What GitHub is slow to say, where something has moved."""
        if self.row is None or self._at is None or self.problem:
            return []
        return self._dear.asks(ledger.decode(self.head).state, self.row, self.lists, self.issues(), self._at)

    def renamed(self) -> bool:
        """Whether it is called otherwise than it is enrolled, as far as it was read."""
        row = self.row
        return row is not None and decode.repository_name(self.host, row.name_with_owner).key != self.target.name.key

    def memory(self, row: wire.Repository) -> Known:
        """What later readings need to know."""
        return structs.replace(self._dear.memory(row.id, self.wanted()), renamed=self.renamed())

    def wanted(self) -> tuple[Watch, ...]:
        """What the ledger speaks of and the lists do not show."""
        state = ledger.decode(self.head).state
        found = watching.wanted(state, self.labels.agent, self.lists.issues.values(), self.lists.pulls.values())
        self.truncated |= len(found) > _MAX_WATCHES
        return tuple(found[:_MAX_WATCHES])

    def issues(self) -> dict[str, wire.IssueRow]:
        """All issues by node id."""
        return self.lists.issues | {row.id: row for row in self._watched() if isinstance(row, wire.IssueRow)}

    def pulls(self) -> dict[str, wire.PullRow]:
        """All pull requests by node id."""
        return self.lists.pulls | {row.id: row for row in self._watched() if isinstance(row, wire.PullRow)}

    def stale(self, row: wire.IssueRow | wire.PullRow) -> bool:
        """Whether what is kept of an item is older than its row, or says other labels than the lists do."""
        more = self._kept.get(row.id) or self.cache.items.get(row.id)
        if more is None or more.updated_at != row.updated_at or not more.settled:
            return True
        # Held until the reading is done: another one may make room in the cache meanwhile.
        self._kept[row.id] = more
        return self.lists.contradict(row.id, more.labels)

    def keep(self, id: str, more: More) -> None:
        """Take the rest of an issue or a pull request, for this reading and later ones."""
        self._kept[id] = more
        self.cache.put(id, more)

    def facts(self, viewer: wire.Viewer) -> RemoteFacts:
        """Everything together; only for a repository that was read without a problem."""
        row, kept, dear = self.row, self._kept, self._dear
        assert row is not None
        issues, pulls = self.issues(), self.pulls()
        # What did not come in as many rounds as a reading may take is left out, and that is said.
        self.truncated |= bool(self.lists.cut) or not (issues.keys() | pulls.keys()) <= kept.keys()
        return RemoteFacts(
            id=row.id,
            name=decode.repository_name(self.host, row.name_with_owner),
            url=one_line(row.url),
            default_branch=one_line(row.default_branch_ref.name) if row.default_branch_ref else None,
            archived=row.is_archived,
            permission=row.viewer_permission,
            open_issues=row.open.total_count,
            issues=tuple(
                decode.issue(each, kept[id], row.url, dear.blocking.waits(each))
                for id, each in issues.items()
                if id in kept
            ),
            pull_requests=tuple(
                decode.pull_request(each, kept[id], row.url, dear.merging.conflicting(id), dear.faulting.faulted(id))
                for id, each in pulls.items()
                if id in kept
            ),
            branches=tuple(self.lists.branches.values()),
            ledger=self.head,
            label_ids=self.label_ids,
            truncated=self.truncated,
            viewer=decode.viewer(viewer),
            degraded=tuple(self.degraded.values()),
            behind=self._behind,
            history=dear.held.history,
            occupied=self.occupied,
        )

    def judge(self, reply: Reply, *path: str | int) -> None:
        """Heed the rows at or below a path: what is only forbidden is missing, unless all depends on it."""
        for row in reply.rows_of(*path):
            steps = [step for step in (row.path or ())[len(path) :] if isinstance(step, str)]
            if row.type == "FORBIDDEN" and steps and not _ESSENTIAL.fullmatch(steps[0]):
                name = self.target.name.full
                self.degraded.setdefault(steps[-1], errors.field_forbidden(row, self.host, name, reply.sso))
            else:
                self._refuse((row,), reply)

    def lacks(self, hidden: Mapping[str, wire.ErrorRow]) -> None:
        """Say of fields that were not asked for that the token may not see them."""
        for name, row in hidden.items():
            self.degraded.setdefault(name, errors.field_forbidden(row, self.host, self.target.name.full, None))

    def judge_item(self, reply: Reply, id: str, *path: str | int, present: bool) -> None:
        """Heed the rows of an issue or pull request asked for by id: one that is gone by now is left out."""
        rows = reply.rows_of(*path)
        if not present and all(row.type == "NOT_FOUND" for row in rows) and reply.holds(path[0]):
            self._drop(id)
        elif present:
            self.judge(reply, *path)
        else:
            self._refuse(rows or reply.rows, reply)

    def _refuse(self, rows: Sequence[wire.ErrorRow], reply: Reply, *, absent: bool = False) -> None:
        name = self.target.name.full
        if row := errors.first(rows):
            self.fail(errors.problem(row, self.host, name, reply.sso))
        elif absent:
            self.fail(errors.not_found(self.host, name))
        else:
            self.fail(errors.bad_answer(self.host, f"a part of {name} is missing"))

    def _next_page(self, id: str, name: str, cursor: str) -> Ask:
        add: Callable[[Document], str]
        if name == PULLS:
            add = partial(Document.pull_request_page, repository=id, after=cursor)
        elif name == BRANCHES:
            add = partial(Document.branch_page, repository=id, agent=self.labels.agent, after=cursor)
        else:
            add = partial(Document.issue_page, repository=id, label=name, after=cursor)
        return Ask(add, partial(self._take_page, name), (self,))

    def _take_page(self, name: str, reply: Reply, alias: str) -> None:
        raw = reply.data.get(alias)
        answer: wire.PullPage | wire.RefPage | wire.IssuePage | None
        if name == PULLS:
            answer = wire.read(raw, wire.PullPage)
        elif name == BRANCHES:
            answer = wire.read(raw, wire.RefPage)
        else:
            answer = wire.read(raw, wire.IssuePage)
        self.judge(reply, alias, "page")
        self._take_list(name, answer.page if answer else None, reply, alias)

    def _take_list(
        self,
        name: str,
        page: wire.Page[wire.IssueRow] | wire.Page[wire.PullRow] | wire.Page[wire.RefRow] | None,
        reply: Reply,
        *path: str,
    ) -> None:
        if page is None:
            self._refuse(reply.rows_of(*path) if path else (), reply)
            return
        self.lists.take(name, page)

    def _take_watch(self, watch: Watch, more: bool, reply: Reply, alias: str) -> None:
        field = watching.answer_field(watch)
        gone = any(row.type == "NOT_FOUND" and row.path == (alias, field) for row in reply.rows_of(alias))
        if not gone:
            self.judge(reply, alias, field)
        answer = wire.read(reply.data.get(alias), wire.Watched)
        if answer is None:
            self._refuse(reply.rows_of(alias), reply)
            return
        rows: list[wire.IssueWhole | wire.PullWhole] = []
        if answer.issue:
            rows.append(answer.issue)
        if answer.pull_request:
            rows.append(answer.pull_request)
        if answer.page:
            rows += decode.present(answer.page.nodes)
        if answer.ref:
            self.lists.take_branch(answer.ref)
        for row in rows if more else ():
            kept = (
                decode.issue_more(row, row.updated_at, reply.at)
                if isinstance(row, wire.IssueWhole)
                else decode.pull_more(row, row.updated_at, reply.at)
            )
            self.keep(row.id, kept)
        self._seen[watch] = tuple(rows)

    def _take_behind(self, watch: Watch, more: bool, reply: Reply, alias: str) -> None:
        """How far the claim's branch is behind; what GitHub cannot compare is not known, and harms nothing else."""
        answer = wire.read(reply.data.get(alias), wire.Watched)
        compared = answer.base.compare if answer and answer.base else None
        self._behind = compared.behind_by if compared else None
        self._seen[watch] = ()

    def _drop(self, id: str) -> None:
        self.lists.drop(id)
        self._seen = {watch: tuple(row for row in rows if row.id != id) for watch, rows in self._seen.items()}

    def _watched(self) -> Iterator[wire.IssueRow | wire.PullRow]:
        for watch in self.wanted() if self._seen else ():
            yield from self._seen.get(watch, ())
