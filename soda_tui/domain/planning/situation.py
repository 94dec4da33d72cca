"""The situation that an action is planned in: everything that a planning function looks at."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from soda_tui.domain import ledger
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.drift.worktree import astray
from soda_tui.domain.facts import PullRequest, RemoteFacts, RepositoryFacts, WorktreeFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.ledger import Holder, LedgerState
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options
from soda_tui.domain.sentences import BUSY_WORKTREE, GIT_LOCKED, NOT_KEEPABLE, WRONG_BRANCH, Sentence
from soda_tui.domain.stakes import Stakes
from soda_tui.domain.verdict import fill
from soda_tui.domain.vouching import Doubt, doubt


class Situation(Struct, frozen=True):
    """A repository that GitHub has answered for, what a person said along with the action, who acts, and when."""

    enrolment: Enrolment
    facts: RepositoryFacts
    remote: RemoteFacts
    view: Repository
    options: Options
    cockpit: str
    now: datetime

    @property
    def state(self) -> LedgerState:
        """What the ledger says; empty where it cannot be read."""
        return ledger.decode(self.remote.ledger).state

    @property
    def worktree(self) -> WorktreeFacts | None:
        """The agent's directory."""
        return self.facts.local.worktree if self.facts.local else None

    @property
    def stakes(self) -> Stakes | None:
        """What would get lost with the worktree, where it was looked at."""
        return self.facts.local.stakes if self.facts.local else None

    def doubt(self, number: int) -> Doubt | None:
        """Why no agent is told the text of an issue unless a person says so, where it was looked at."""
        told = self.facts.told
        named = told is not None and told.issue.number == number
        return doubt(told, self.enrolment.labels, self.remote.viewer.login) if told is not None and named else None

    def not_clearable(self, stakes: Stakes, worktree: WorktreeFacts) -> Problem | None:
        """Why the worktree cannot be cleared although its work would be kept; None where it can."""
        if stakes.submodules:
            files = ", ".join(stakes.submodules[:3])
            return Problem(ErrorCode.REFUSED, NOT_KEEPABLE(path=worktree.path, files=files))
        if stakes.busy:
            return self.refusal(BUSY_WORKTREE, busy=stakes.busy, worktree=worktree.path)
        if stakes.locks:
            return Problem(ErrorCode.REFUSED, GIT_LOCKED(path=worktree.path, words=stakes.locks[0]))
        return None

    def refusal(self, sentence: Sentence, **values: object) -> Problem:
        """A refusal in this sentence, with the repository's own values where none are given."""
        said = sentence(repository=self.view.name, **values) if values else fill(sentence, self.view)
        return Problem(ErrorCode.REFUSED, said)

    def branch_head(self, name: str) -> str | None:
        """The head of a work branch on the remote; None where it is not there."""
        return next((branch.oid for branch in self.remote.branches if branch.name == name), None)

    def open_pull_request(self, branch: str) -> PullRequest | None:
        """The open pull request from this branch of the repository itself; a fork may call its branch the same."""
        ours = (found for found in self.remote.pull_requests if found.open and found.same_repository)
        return next((found for found in ours if found.branch == branch), None)

    def unfit(self, holder: Holder, worktree: WorktreeFacts) -> Problem | None:
        """Why the worktree does not stand where the claim's work is; None where it does."""
        if worktree.busy:
            return self.refusal(BUSY_WORKTREE, busy=worktree.busy, worktree=worktree.path)
        if worktree.branch != holder.branch and worktree.aside:
            return Problem(ErrorCode.REFUSED, astray(self.enrolment, worktree, holder.branch))
        if worktree.branch != holder.branch:
            return self.refusal(WRONG_BRANCH, branch=worktree.branch or "no branch", expected=holder.branch)
        return None
