"""A small world to try plans in: GitHub, two machines with a clone and a worktree each, and what was ever made there.

Nothing of it is real, but what the ports promise holds: a push is a compare-and-swap, a worktree is moved only where
nothing in it could get lost, a branch goes only where something else holds its commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from given import ENROLMENT, ME, NAME, NOW, OTHER, issue, pull_request
from msgspec import structs

from soda_tui.domain import ledger
from soda_tui.domain.facts import (
    Branch,
    CloneFacts,
    Issue,
    LedgerHead,
    LocalFacts,
    PullRequest,
    RemoteFacts,
    RepositoryFacts,
    Viewer,
    WorktreeFacts,
)
from soda_tui.domain.journal import JournalEntry
from soda_tui.domain.labels import has_any, is_agent_label
from soda_tui.domain.ledger import Entry, Holder, LedgerState, Phase
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.stakes import Intake, Stakes

AGENT = "agent001"
MAIN = "main"
ROUTES = ENROLMENT.labels


@dataclass(frozen=True)
class Commit:
    """A commit: the commits that it contains, itself among them, and the contents that stand in them."""

    oid: str
    ancestors: frozenset[str]
    contents: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class Tree:
    """A worktree: the branch it stands on, its commit, and contents that are in no commit."""

    branch: str | None
    oid: str
    dirt: frozenset[str] = frozenset()


@dataclass
class Machine:
    """What one cockpit's machine has; `tracked` are the remote's branches as they were fetched last."""

    cockpit: str
    login: str
    branches: dict[str, str] = field(default_factory=dict)
    tracked: dict[str, str] = field(default_factory=dict)
    rescues: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    objects: set[str] = field(default_factory=set)
    tree: Tree | None = None
    run: RunFacts | None = None
    last: JournalEntry | None = None
    seen_ledger: bool = False
    ledger: LedgerHead | None = None

    @property
    def path(self) -> str:
        """Where its worktree is."""
        return f"/work/{self.cockpit}"


class World:
    """GitHub and two machines."""

    def __init__(self) -> None:
        self.now = NOW
        self.count = 0
        self.commits: dict[str, Commit] = {}
        self.made: set[str] = set()
        self.heads: dict[str, str] = {}
        self.issues: dict[int, Issue] = {}
        self.requests: dict[int, PullRequest] = {}
        self.ledger: LedgerHead | None = None
        self.heads[MAIN] = self.commit(None)
        self.machines = (Machine(ME, "you"), Machine(OTHER, "mate"))
        for machine in self.machines:
            self.fetch(machine, (MAIN,))
        for number in (11, 12):
            self.open_issue(number)

    # --- commits ---

    def number(self) -> int:
        """A number that nothing else has."""
        self.count += 1
        return self.count

    def commit(self, parent: str | None, contents: Iterable[str] = ()) -> str:
        """A new commit on top of another one."""
        oid = f"{self.number():040x}"
        before = self.commits[parent] if parent else Commit("", frozenset(), frozenset(), self.now)
        made = Commit(oid, before.ancestors | {oid}, before.contents | set(contents), self.now)
        self.commits[oid] = made
        self.made.add(oid)
        return oid

    def holds(self, ancestor: str, oid: str) -> bool:
        """Whether a commit is contained in another one."""
        return ancestor in self.commits[oid].ancestors

    def beyond(self, oid: str, other: str) -> int:
        """How many commits one has that the other has not."""
        return len(self.commits[oid].ancestors - self.commits[other].ancestors)

    def held(self, forgetting: str | None = None) -> set[str]:
        """All that some ref or worktree holds; without what was fetched of the branch to be forgotten."""
        heads = set(self.heads.values()) | {request.head_oid for request in self.requests.values()}
        found: set[str] = set()
        for machine in self.machines:
            heads |= {*machine.branches.values()}
            heads |= {oid for name, oid in machine.tracked.items() if name != forgetting}
            for parent, contents in machine.rescues:
                heads.add(parent)
                found |= contents
            if machine.tree:
                heads.add(machine.tree.oid)
                found |= machine.tree.dirt
        for oid in heads:
            found |= self.commits[oid].ancestors | self.commits[oid].contents
        return found

    def fetch(self, machine: Machine, names: Iterable[str]) -> dict[str, str]:
        """The branches that exist, known to the clone from now on; the ledger comes along, and goes along."""
        machine.ledger = self.ledger
        found = {name: self.heads[name] for name in names if name in self.heads}
        machine.tracked.update(found)
        for oid in found.values():
            machine.objects |= self.commits[oid].ancestors
        return found

    # --- GitHub ---

    @property
    def state(self) -> LedgerState:
        """What the ledger says."""
        return ledger.decode(self.ledger).state

    def write(self, machine: Machine, event: str, number: int, state: LedgerState) -> LedgerHead:
        """Put an entry on top of the ledger."""
        message = ledger.encode(Entry(event, number, machine.cockpit, f"n{self.number()}", state))
        self.ledger = machine.ledger = LedgerHead(f"{self.number():040x}", message, self.now)
        return self.ledger

    def open_issue(self, number: int) -> None:
        """Somebody asks for work."""
        self.issues[number] = issue(number, ROUTES.ready, updated_at=self.now)

    def change_issue(self, number: int, **changes: object) -> Issue:
        """Change an issue; that is seen by its time."""
        changed = structs.replace(self.issues[number], updated_at=self.now, **changes)
        self.issues[number] = changed
        return changed

    def change_request(self, number: int, **changes: object) -> None:
        """Change a pull request; that is seen by its time."""
        self.requests[number] = structs.replace(self.requests[number], updated_at=self.now, **changes)

    def open_request(self, branch: str, body: str = "") -> int:
        """Open a pull request."""
        number = 100 + self.number()
        self.requests[number] = pull_request(number, branch, body, head_oid=self.heads[branch], updated_at=self.now)
        return number

    def open_request_of(self, branch: str) -> int | None:
        """The open pull request of a branch."""
        found = (number for number, request in self.requests.items() if request.open and request.branch == branch)
        return next(found, None)

    def move(self, branch: str, oid: str | None) -> None:
        """A branch on GitHub has another head now, or is gone; open pull requests follow."""
        number = self.open_request_of(branch)
        if oid is None:
            del self.heads[branch]
            if number is not None:
                self.change_request(number, open=False, closed_at=self.now)
            return
        self.heads[branch] = oid
        if number is not None:
            self.change_request(number, head_oid=oid)

    def merge(self, number: int) -> None:
        """Merge a pull request; the issues that it names are closed by it."""
        request = self.requests[number]
        merged = self.commits[self.commit(self.heads[MAIN])]
        theirs = self.commits[request.head_oid]
        self.commits[merged.oid] = replace(
            merged, ancestors=merged.ancestors | theirs.ancestors, contents=merged.contents | theirs.contents
        )
        self.heads[MAIN] = merged.oid
        self.change_request(number, open=False, merged=True, closed_at=self.now)
        closed = branch_issue(request.branch)
        if "Fixes" in request.body and closed in self.issues:
            self.change_issue(closed, open=False)

    def wait(self, **time: float) -> None:
        """Time goes by."""
        self.now += timedelta(**time)

    # --- what a cockpit reads ---

    def facts(self, machine: Machine) -> RepositoryFacts:
        """All facts, as the services would read them now."""
        machine.seen_ledger |= self.ledger is not None
        return RepositoryFacts(
            self._remote(machine),
            self.now,
            None,
            self._local(machine),
            machine.run,
            seen_ledger=machine.seen_ledger,
            last=machine.last,
        )

    def _remote(self, machine: Machine) -> RemoteFacts:
        state = self.state
        spoken = {done.issue for done in state.handed_over} | ({state.holder.issue} if state.holder else set())
        marks = (*ROUTES.routing, AGENT)
        held = state.holder.branch if state.holder else None
        return RemoteFacts(
            id="R_1",
            name=NAME,
            url="https://github.com/acme/rocket",
            default_branch=MAIN,
            archived=False,
            permission="WRITE",
            open_issues=sum(one.open for one in self.issues.values()),
            issues=tuple(
                one
                for number, one in self.issues.items()
                if (one.open and has_any(one.labels, marks)) or number in spoken
            ),
            pull_requests=tuple(self._requests(state)),
            branches=tuple(
                Branch(name, oid, self.commits[oid].at)
                for name, oid in self.heads.items()
                if name.startswith(f"{AGENT}/") or name == held
            ),
            ledger=self.ledger,
            label_ids={},
            truncated=False,
            viewer=Viewer(f"U_{machine.login}", machine.login),
            behind=self.beyond(self.heads[MAIN], self.heads[held]) if held in self.heads and held else None,
        )

    def _requests(self, state: LedgerState) -> Iterator[PullRequest]:
        """The open ones, and of those that the ledger speaks of the closed ones that are read besides."""
        branches = {done.branch for done in state.handed_over if done.pull_request is None}
        branches |= {state.holder.branch} if state.holder else set()
        numbers = {done.pull_request for done in state.handed_over}
        watched = {branch for branch in branches if self.open_request_of(branch) is None}
        for number, request in self.requests.items():
            if request.open or number in numbers or request.branch in watched:
                yield request

    def _local(self, machine: Machine) -> LocalFacts:
        holder = self.state.holder
        branches = tuple(
            Branch(name, oid, self.commits[oid].at)
            for name, oid in machine.branches.items()
            if branch_issue(name) is not None
        )
        work = machine.branches.get(holder.branch) if holder else None
        clone = CloneFacts(MAIN, self.heads[MAIN], False, 0, 0)
        return LocalFacts(clone, self._worktree(machine, holder), work, branches)

    def _worktree(self, machine: Machine, holder: Holder | None) -> WorktreeFacts | None:
        tree = machine.tree
        if tree is None:
            return None
        known = holder is not None and holder.base in machine.objects
        commits = self.beyond(tree.oid, holder.base) if holder and known else None
        pushed = self.heads.get(holder.branch) if holder and tree.branch == holder.branch else None
        ahead = behind = None
        if pushed in machine.objects and pushed:
            ahead, behind = self.beyond(tree.oid, pushed), self.beyond(pushed, tree.oid)
        dirt = tuple(sorted(tree.dirt))
        return WorktreeFacts(machine.path, tree.branch, tree.oid, dirt, commits, None, ahead, behind)

    def stakes(self, machine: Machine) -> Stakes:
        """What would get lost with the worktree."""
        tree = machine.tree
        assert tree is not None
        return Stakes(tuple(sorted(tree.dirt)), (), 0, 0, 0, (), (), (), False, None, self.lone(machine))

    def lone(self, machine: Machine) -> bool:
        """Whether HEAD alone holds its commits."""
        tree = machine.tree
        if tree is None or tree.branch is not None:
            return False
        refs = (*machine.branches.values(), *machine.tracked.values(), *(parent for parent, _ in machine.rescues))
        return not any(self.holds(tree.oid, oid) for oid in refs)

    def intake(self, machine: Machine) -> tuple[Intake, ...]:
        """What a commit of everything would take in."""
        return tuple(Intake(name, name, 1) for name in sorted(machine.tree.dirt)) if machine.tree else ()

    # --- invariants ---

    def agents(self, number: int) -> tuple[str, ...]:
        """The agents' labels on an issue."""
        return tuple(label for label in self.issues[number].labels if is_agent_label(label))

    def check_entry(self, machine: Machine, event: str, after: LedgerState) -> None:
        """That this entry may follow: nobody gets what somebody else holds but by taking it over."""
        before, mine = self.state.holder, machine.cockpit
        now = after.holder
        said = f"{event} by {mine}: {before} became {now}"
        match event:
            case "popped":
                assert before is None and now is not None and now.cockpit == mine, said
            case "taken-over":
                assert before is not None and before.cockpit != mine and before.phase is Phase.WORKING, said
                assert now is not None and now.cockpit == mine and now.attempt > before.attempt, said
                assert (now.issue, now.branch) == (before.issue, before.branch), said
            case "bottling":
                assert before is not None and before.cockpit == mine and now is not None, said
                assert (before.phase, now.phase) == (Phase.WORKING, Phase.BOTTLING), said
            case "bottled":
                assert before is not None and before.phase is Phase.BOTTLING and now is None, said
            case "released":
                assert before is not None and now is None, said
                assert before.cockpit == mine or before.phase is Phase.BOTTLING, said
            case "finished":
                assert now == before or (now is None and before is not None and before.cockpit == mine), said
            case "repaired":
                assert before is None, said
            case _:
                assert now == before, said
