"""One repository while it is read: what came so far, and what is still to be asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from msgspec import Raw, Struct

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain import ledger
from soda_tui.domain.facts import Branch, LedgerHead, RemoteFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.text import one_line
from soda_tui.services.github import decode, errors, watching, wire
from soda_tui.services.github.cache import Cache, Known, More, Watch
from soda_tui.services.github.connection import Reply
from soda_tui.services.github.faulting import Faulting
from soda_tui.services.github.held_text import HeldText
from soda_tui.services.github.merging import Merging
from soda_tui.services.github.queries import Document, LabelSet

_MAX_PAGES = 10
_MAX_WATCHES = 50
_PULLS, _BRANCHES = "pullRequests", "refs"
# Without these a repository would look free, or an issue open to all, when it is not.
_ESSENTIAL = re.compile(r"b\d+|ledger|refs|open|labels|assignees")


class Ask(Struct, frozen=True):
    """One field of a document: how it is added, what is done with its answer, and whom a failure concerns."""

    add: Callable[[Document], str]
    take: Callable[[Reply, str], None]
    concerns: tuple[Progress, ...]


@dataclass(eq=False, slots=True)
class Progress:
    """A repository being read; `problem` ends that."""

    target: Target
    cache: Cache
    problem: Problem | None = None
    truncated: bool = False
    row: wire.Repository | None = None
    head: LedgerHead | None = None
    degraded: dict[str, Problem] = field(default_factory=dict)
    label_ids: dict[str, str] = field(default_factory=dict)
    branches: dict[str, Branch] = field(default_factory=dict)
    labels: LabelSet = field(init=False)
    known: Known | None = field(init=False)
    merging: Merging = field(init=False)
    held: HeldText = field(init=False)
    faulting: Faulting = field(init=False)
    _issues: dict[str, wire.IssueRow] = field(default_factory=dict)
    _pulls: dict[str, wire.PullRow] = field(default_factory=dict)
    _members: dict[str, set[str]] = field(default_factory=dict)
    _open: dict[str, str] = field(default_factory=dict)
    _cut: set[str] = field(default_factory=set)
    _pages: Counter[str] = field(default_factory=Counter)
    _kept: dict[str, More] = field(default_factory=dict)
    _seen: dict[Watch, tuple[wire.IssueRow | wire.PullRow, ...]] = field(default_factory=dict)
    _behind: int | None = None

    def __post_init__(self) -> None:
        self.labels = LabelSet.of(self.target.labels, self.target.agent, self.target.extra_labels)
        self.known = self.cache.repository(self.target.name.key)
        self.merging = Merging(self.known.merges if self.known else ())
        self.held = HeldText(self.known.held if self.known else None)
        self.faulting = Faulting(self.known.faulted if self.known else ())

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
        if raw is None or row is None:
            self._refuse(reply.rows_of(*path), reply, absent=raw is None or bytes(raw) == b"null")
            return
        self.judge(reply, *path)
        self.row, self.head = row, decode.ledger(row.ledger)
        fields = wire.read(raw, dict[str, Raw]) or {}
        for place, label in enumerate(self.labels.buckets):
            self._take_list(label, wire.read(fields.get(f"b{place}"), wire.Page[wire.IssueRow]), reply)
        for place, label in enumerate(self.labels.wanted):
            if found := wire.read(fields.get(f"l{place}"), wire.Identified):
                self.label_ids[label.lower()] = found.id
        self._take_list(_PULLS, row.pull_requests, reply)
        if row.refs is not None:
            self._take_list(_BRANCHES, row.refs, reply)

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
        pages = [self._next_page(self.row.id, name, cursor) for name, cursor in self._open.items()]
        if pages:
            return pages
        return list(self.watch([w for w in self.wanted() if w not in self._seen], self.row.id, more=True))

    def dear(self) -> list[Ask]:
        """What GitHub is slow to say of the ledger's pull requests and its issue, where these have moved."""
        branch = self.row.default_branch_ref if self.row else None
        state = ledger.decode(self.head).state
        ours = watching.of_the_ledger(state, self._pulls.values())
        ids, faulted = self.merging.due(ours, branch), self.faulting.due(ours)
        number = state.holder.issue if state.holder else None
        text = self.held.due(next((row for row in self.issues().values() if row.number == number), None))
        # They concern nobody: without an answer the rest of what was read is as good.
        asks = [Ask(partial(Document.mergeable, ids=ids), self._take_mergeable, ())] if ids else []
        if faulted:
            asks.append(Ask(partial(Document.faults, ids=faulted), self._take_faults, ()))
        return [*asks, Ask(partial(Document.history, id=text), self._take_history, ())] if text else asks

    def wanted(self) -> tuple[Watch, ...]:
        """What the ledger speaks of and the lists do not show."""
        state = ledger.decode(self.head).state
        found = watching.wanted(state, self.labels.agent, self._issues.values(), self._pulls.values())
        self.truncated |= len(found) > _MAX_WATCHES
        return tuple(found[:_MAX_WATCHES])

    def issues(self) -> dict[str, wire.IssueRow]:
        """All issues by node id."""
        return self._issues | {row.id: row for row in self._watched() if isinstance(row, wire.IssueRow)}

    def pulls(self) -> dict[str, wire.PullRow]:
        """All pull requests by node id."""
        return self._pulls | {row.id: row for row in self._watched() if isinstance(row, wire.PullRow)}

    def stale(self, row: wire.IssueRow | wire.PullRow) -> bool:
        """Whether what is kept of an item is older than its row, or says other labels than the lists do."""
        more = self._kept.get(row.id) or self.cache.items.get(row.id)
        if more is None or more.updated_at != row.updated_at or not more.settled:
            return True
        # Held until the reading is done: another one may make room in the cache meanwhile.
        self._kept[row.id] = more
        if row.id not in self._issues:
            return False
        labels = {label.casefold() for label in more.labels}
        unsure = self._cut.union(self._open)
        return any(
            (label.casefold() in labels) != (row.id in members) and (row.id in members or label not in unsure)
            for label, members in self._members.items()
        )

    def keep(self, id: str, more: More) -> None:
        """Take the rest of an issue or a pull request, for this reading and later ones."""
        self._kept[id] = more
        self.cache.put(id, more)

    def facts(self, viewer: wire.Viewer) -> RemoteFacts:
        """Everything together; only for a repository that was read without a problem."""
        row, kept = self.row, self._kept
        assert row is not None
        issues, pulls = self.issues(), self.pulls()
        # What did not come in as many rounds as a reading may take is left out, and that is said.
        self.truncated |= not (issues.keys() | pulls.keys()) <= kept.keys()
        return RemoteFacts(
            id=row.id,
            name=decode.repository_name(self.host, row.name_with_owner),
            url=one_line(row.url),
            default_branch=one_line(row.default_branch_ref.name) if row.default_branch_ref else None,
            archived=row.is_archived,
            permission=row.viewer_permission,
            open_issues=row.open.total_count,
            issues=tuple(decode.issue(each, kept[id], row.url) for id, each in issues.items() if id in kept),
            pull_requests=tuple(
                decode.pull_request(each, kept[id], row.url, self.merging.conflicting(id), self.faulting.faulted(id))
                for id, each in pulls.items()
                if id in kept
            ),
            branches=tuple(self.branches.values()),
            ledger=self.head,
            label_ids=self.label_ids,
            truncated=self.truncated,
            viewer=decode.viewer(viewer),
            degraded=tuple(self.degraded.values()),
            behind=self._behind,
            history=self.held.history,
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
        if name == _PULLS:
            add = partial(Document.pull_request_page, repository=id, after=cursor)
        elif name == _BRANCHES:
            add = partial(Document.branch_page, repository=id, agent=self.labels.agent, after=cursor)
        else:
            add = partial(Document.issue_page, repository=id, label=name, after=cursor)
        return Ask(add, partial(self._take_page, name), (self,))

    def _take_page(self, name: str, reply: Reply, alias: str) -> None:
        raw = reply.data.get(alias)
        answer: wire.PullPage | wire.RefPage | wire.IssuePage | None
        if name == _PULLS:
            answer = wire.read(raw, wire.PullPage)
        elif name == _BRANCHES:
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
        members = self._members.setdefault(name, set()) if name not in {_PULLS, _BRANCHES} else set()
        for node in page.nodes or ():
            match node:
                case wire.IssueRow(id=id):
                    self._issues[id] = node
                    members.add(id)
                case wire.PullRow(id=id):
                    self._pulls[id] = node
                case wire.RefRow():
                    self._take_branch(node)
        self._pages[name] += 1
        self._open.pop(name, None)
        if page.page_info.has_next_page:
            if page.page_info.end_cursor and self._pages[name] < _MAX_PAGES:
                self._open[name] = page.page_info.end_cursor
            else:
                self.truncated = True
                self._cut.add(name)

    def _take_branch(self, row: wire.RefRow) -> None:
        if branch := decode.branch(row):
            self.branches[branch.name] = branch

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
            self._take_branch(answer.ref)
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

    def _take_mergeable(self, reply: Reply, alias: str) -> None:
        self.merging.take(decode.present(wire.read(reply.data.get(alias), list[wire.Mergeable | None])))

    def _take_faults(self, reply: Reply, alias: str) -> None:
        found = decode.present(wire.read(reply.data.get(alias), list[wire.Opinions | None]))
        self.faulting.take(found, reply.at)

    def _take_history(self, reply: Reply, alias: str) -> None:
        found = decode.present(wire.read(reply.data.get(alias), list[wire.IssueHistory | None]))
        self.held.take(found[0] if found else None, reply.at)

    def _drop(self, id: str) -> None:
        self._issues.pop(id, None)
        self._pulls.pop(id, None)
        self._seen = {watch: tuple(row for row in rows if row.id != id) for watch, rows in self._seen.items()}

    def _watched(self) -> Iterator[wire.IssueRow | wire.PullRow]:
        for watch in self.wanted():
            yield from self._seen.get(watch, ())
