"""The execution of one plan: each step is done, verified and noted; the first failure stops it.

What a step changes is put into the facts at once, so that the next step and the screen see it without another read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import structs

from soda_tui.cockpit.ports.git import Pushed, RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.cockpit.ports.world import World
from soda_tui.domain import ledger
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import Change, Changed, CreateLabel
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import Branch, Issue, RemoteFacts, RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.labels import LabelDefinition, definitions
from soda_tui.domain.ledger import Entry, Holder, Ledger, LedgerState
from soda_tui.domain.stakes import Rescue

# After these the change may have been made or not.
DOUBTFUL = frozenset({ErrorCode.TIMEOUT, ErrorCode.NETWORK, ErrorCode.SERVER, ErrorCode.BAD_ANSWER})
# Seconds for which a look at the ledger is good enough: those of a machine asleep count as well.
TRUSTED = 10.0


class Moved(Exception):
    """The facts are no longer what the plan was made from; it is to be made anew."""


@dataclass(slots=True)
class Execution:
    """What the steps of one action share; `facts` follow what was done, `notes` are said with the outcome.

    `kept` and the `rescues` by worktree are said however the action ends; `committed` is the head of the work
    where a step has moved it. `closed` are the issues that the ledger speaks of no more since somebody closed them.
    `confirmed` is when the ledger was asked for that the facts have, by `ticks`, which counts seconds asleep as well.
    `start` is the commit that a claim's branch was pushed at, `claimed` that claim where no work can be on it yet;
    `withdrawn` says that it was let go of again, so that nothing of the act is left to be finished.
    """

    world: World
    enrolment: Enrolment
    facts: RepositoryFacts
    cockpit: str
    cockpit_name: str | None
    nonce: Callable[[], str]
    clock: Callable[[], datetime]
    ticks: Callable[[], float]
    confirmed: float
    notes: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    rescues: dict[str, Rescue] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    committed: str | None = None
    start: str | None = None
    claimed: RefUpdate | None = None
    withdrawn: bool = False
    pull_request: str | None = None
    pull_request_id: str | None = None
    pull_request_number: int | None = None

    @property
    def kept_told(self) -> list[str]:
        """What was kept, and the lines that bring it back."""
        rescued = (say.RESCUED(work=one.work, branch=one.branch, undo=one.undo) for one in self.rescues.values())
        return [*rescued, *self.kept]

    @property
    def remote(self) -> RemoteFacts:
        """GitHub's part of the facts; raises Failure where there is none."""
        if self.facts.remote is None:
            raise Failure(Problem(ErrorCode.REFUSED, say.STATUS_UNKNOWN(repository=self.enrolment.name.full)))
        return self.facts.remote

    @property
    def ledger(self) -> Ledger:
        """The ledger as far as it is known here."""
        return ledger.decode(self.remote.ledger)

    @property
    def holder(self) -> Holder:
        """The claim that is worked on; raises Moved where it is no longer there."""
        if self.ledger.state.holder is None:
            raise Moved
        return self.ledger.state.holder

    def branch_head(self, name: str) -> str | None:
        """The head of a work branch on the remote, as far as it is known here."""
        return next((branch.oid for branch in self.remote.branches if branch.name == name), None)

    def place(self, issue: int) -> Place:
        """Clone and worktree for the claim of an issue."""
        worktree = self.world.store.worktree_path(self.enrolment, issue)
        return Place(self.enrolment.name, self.enrolment.path, worktree)

    async def append(
        self, event: str, held: Holder, state: LedgerState, update: RefUpdate | None = None, *, hooks: bool = False
    ) -> None:
        """Append to the ledger on top of the head that is known, and move the branch with it; all or nothing.

        Raises Failure when another cockpit was faster or the push was refused, Moved when the ledger went on otherwise.
        """
        pushed = await self._append(event, held.issue, state, update, hooks=hooks)
        if not pushed.mine or pushed.superseded:
            self._raise_lost(pushed)

    async def note(
        self, event: str, issue: int, state: LedgerState, update: RefUpdate | None = None, place: Place | None = None
    ) -> None:
        """Append what needs no claim, and move a branch with it; all or nothing.

        The user's hooks are asked about the branch in `place`. Raises Moved where the ledger went on, whoever it was,
        else Failure.
        """
        pushed = await self._append(event, issue, state, update, hooks=update is not None, place=place)
        if pushed.refusal is not None:
            raise self._refused(pushed, pushed.refusal)
        if not pushed.mine:
            raise Moved

    async def _append(
        self,
        event: str,
        issue: int,
        state: LedgerState,
        update: RefUpdate | None,
        *,
        hooks: bool,
        place: Place | None = None,
    ) -> Pushed:
        known = {one.number: one.open for one in self.remote.issues}
        tried, state = state.attempts, ledger.bounded(state, known)
        entry = Entry(event, issue, self.cockpit, self.nonce(), state)
        asked = self.ticks()
        where = place or self.place(issue)
        pushed = await self.world.git.append(where, entry, self.ledger.head, update, hooks=hooks)
        self._note_push(pushed, update)
        self.confirmed = asked
        if pushed.mine:
            self.closed |= {number for number in tried.keys() - state.attempts.keys() if known.get(number) is False}
        return pushed

    def _note_push(self, pushed: Pushed, update: RefUpdate | None) -> None:
        branches = self.remote.branches
        if pushed.mine and update is not None:
            others = (branch for branch in branches if branch.name != update.branch)
            branches = (*others, *((Branch(update.branch, update.oid),) if update.oid else ()))
        self.facts = structs.replace(
            self.facts,
            remote=structs.replace(self.remote, ledger=pushed.head, branches=branches),
            seen_ledger=self.facts.seen_ledger or pushed.head is not None,
        )

    def _refused(self, pushed: Pushed, words: str) -> Failure:
        sentence = say.PUSH_WITHOUT_SCOPE if pushed.code is ErrorCode.WORKFLOW_SCOPE else say.PUSH_REFUSED
        message = sentence(repository=self.enrolment.name.full, host=self.enrolment.name.host, words=words)
        return Failure(Problem(pushed.code, message, detail=pushed.detail))

    def _raise_lost(self, pushed: Pushed) -> None:
        name = self.enrolment.name.full
        if pushed.refusal is not None:
            raise self._refused(pushed, pushed.refusal)
        holder = self.ledger.state.holder
        if holder is None or holder.cockpit == self.cockpit:
            if pushed.superseded:
                return
            raise Moved
        sentence = say.TAKEN_SINCE if pushed.superseded else say.TAKEN_BY
        raise Failure(Problem(ErrorCode.TAKEN, sentence(cockpit=holder.shown, issue=holder.issue, repository=name)))

    async def confirm(self, issue: int) -> None:
        """Look whether the ledger still says of an issue what the plan was made from; raises Moved or Failure else.

        To be asked before whatever GitHub does not fence as it does a push: a machine that slept wakes up in the
        middle of a plan whose claim may be another's.
        """
        # Until the request arrives somebody may still be faster, by seconds and not by a night. No harm comes of it:
        # the ledger decides who holds an issue and refuses the next append of this plan. A label taken off or put on is
        # drift with a repair; of a pull request that is open already every cockpit takes note.
        now = self.ticks()
        if 0 <= now - self.confirmed <= TRUSTED:
            return
        before, head = self.ledger, await self.world.git.ledger_now(self.place(issue))
        found = ledger.decode(head)
        if (found.condition, ledger.on_issue(found.state, issue)) != (
            before.condition,
            ledger.on_issue(before.state, issue),
        ):
            # What is known stays as it was: an append on top of it cannot be taken for one of the new holder.
            held, holder = before.state.holder, found.state.holder
            if held is None or held.cockpit != self.cockpit or holder is None or holder.cockpit == self.cockpit:
                raise Moved
            values = {"issue": holder.issue, "repository": self.enrolment.name.full}
            raise Failure(Problem(ErrorCode.TAKEN, say.TAKEN_MEANWHILE(cockpit=holder.shown, **values)))
        self.facts = structs.replace(self.facts, remote=structs.replace(self.remote, ledger=head))
        self.confirmed = now

    async def change_issue(self, issue: Issue, changes: Sequence[Change]) -> tuple[Changed, ...]:
        """Change labels and assignees of an issue, leniently; after a doubtful answer what GitHub shows now counts."""
        await self.confirm(issue.number)
        try:
            return await self.world.github.change(self.remote.name, changes)
        except Failure as failure:
            if failure.problem.code not in DOUBTFUL:
                raise
            now = (await self.world.github.detail(self.remote.name, issue.number)).issue
            return tuple(Changed(labels=now.labels, assignees=now.assignees, open=now.open) for _ in changes)

    def raise_refused(self, changed: Changed, what: str) -> None:
        """Raise the Failure of a change that GitHub refused; `what` names it."""
        if changed.problem is not None:
            words, name = changed.problem.message, self.enrolment.name.full
            message = say.CHANGE_REFUSED(what=what, repository=name, words=words)
            raise Failure(Problem(changed.problem.code, message))

    async def label_id(self, name: str, issue: int) -> str:
        """The node id of a label for an issue, which is created where the repository lacks it."""
        known = self.remote.label_ids.get(name.lower())
        if known is not None:
            return known
        wanted = {found.name: found for found in definitions(self.enrolment.labels, self.enrolment.agent_id)}
        label = wanted.get(name, LabelDefinition(name, "ededed", ""))
        create = CreateLabel(self.remote.id, label.name, label.color, label.description)
        await self.confirm(issue)
        (created,) = await self.world.github.change(self.remote.name, (create,))
        self.raise_refused(created, f"label {name}")
        if created.id is None:
            raise self.not_verified(f"label {name}", 0)
        ids = {**self.remote.label_ids, name.lower(): created.id}
        self.facts = structs.replace(self.facts, remote=structs.replace(self.remote, label_ids=ids))
        return created.id

    async def known_label_id(self, name: str) -> str | None:
        """The node id of a label that the repository has; None where it has none of that name."""
        known = self.remote.label_ids.get(name.lower())
        if known is None:
            _, labels = await self.world.github.labels(self.remote.name)
            known = next((label.id for label in labels if label.name.casefold() == name.casefold()), None)
        return known

    def note_issue(self, issue: Issue) -> None:
        """Put an issue as it is now into the facts."""
        issues = tuple(issue if one.number == issue.number else one for one in self.remote.issues)
        self.facts = structs.replace(self.facts, remote=structs.replace(self.remote, issues=issues))

    def not_verified(self, what: str, issue: int) -> Failure:
        """The failure of a step whose effect is not to be seen."""
        name = self.enrolment.name.full
        return Failure(Problem(ErrorCode.BAD_ANSWER, say.NOT_VERIFIED(what=what, issue=issue, repository=name)))
