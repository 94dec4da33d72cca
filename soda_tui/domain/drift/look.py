"""What drift is looked for in: the facts of one repository, whose eyes see them, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import DriftKind, Severity
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.drift.kinds import KINDS
from soda_tui.domain.facts import Issue, LocalFacts, RemoteFacts, RepositoryFacts, find_issue
from soda_tui.domain.ledger import Holder, Ledger
from soda_tui.domain.model import Drift
from soda_tui.domain.repairs import REPAIRS, Repair

# A cockpit takes its steps one after the other; within this time after one the next is only on its way.
SETTLING = timedelta(minutes=1)


def claimed_at(remote: RemoteFacts, holder: Holder, now: datetime) -> datetime:
    """When the claim was made: where its cockpit's clock was far ahead, when GitHub saw its issue change last."""
    issue = find_issue(remote, holder.issue)
    return issue.updated_at if issue is not None and holder.since - now > SETTLING else holder.since


class Seen(NamedTuple):
    """What is seen; `counts_from` is when it is drift, where somebody may yet be in the middle of something."""

    drift: Drift
    counts_from: datetime | None


class Look(Struct, frozen=True):
    """A repository that GitHub has answered for."""

    enrolment: Enrolment
    facts: RepositoryFacts
    remote: RemoteFacts
    ledger: Ledger
    cockpit: str
    now: datetime

    @property
    def holder(self) -> Holder | None:
        """The claim."""
        return self.ledger.state.holder

    @property
    def mine(self) -> bool:
        """Whether this cockpit holds the claim."""
        return self.holder is not None and self.holder.cockpit == self.cockpit

    @property
    def let_go(self) -> str:
        """How the claim is let go of: by its holder alone."""
        if self.mine or self.holder is None:
            return say.LET_GO_HERE()
        return say.LET_GO_THERE(cockpit=self.holder.shown)

    @property
    def local(self) -> LocalFacts | None:
        """What git shows here, where the clone can be used."""
        local = self.facts.local
        return local if local is not None and local.clone.problem is None else None

    @property
    def running(self) -> bool:
        """Whether an agent is at work here."""
        return self.facts.run is not None and self.facts.run.alive

    @property
    def may_act(self) -> bool:
        """Whether anything can be mended on GitHub at all."""
        readers = {"READ", "TRIAGE"}
        return not (self.remote.archived or self.enrolment.read_only or self.remote.permission in readers)

    def issue(self, number: int) -> Issue | None:
        """The issue among those that were read."""
        return find_issue(self.remote, number)

    def branch_head(self, name: str) -> str | None:
        """The head of a branch on the remote."""
        return next((branch.oid for branch in self.remote.branches if branch.name == name), None)

    def settles(self, *moments: datetime | None) -> datetime | None:
        """When nobody can be in the middle of it any more; None where that is over. A clock far ahead hides nothing."""
        lately = [moment for moment in moments if moment is not None and abs(self.now - moment) <= SETTLING]
        return max(lately) + SETTLING if lately else None

    def drift(
        self,
        kind: DriftKind,
        message: str,
        since: datetime | None = None,
        *,
        severity: Severity | None = None,
        mends: bool = True,
        repair: Repair | None = None,
        settles: datetime | None = None,
    ) -> Seen:
        """A drift as it is shown; `mends` says whether its repair is possible as things stand."""
        named = repair or REPAIRS[kind]
        possible = mends and (self.may_act or named is Repair.STOP)
        drift = Drift(kind, severity or KINDS[kind].severity, message, since, named if possible else None)
        return Seen(drift, settles)
