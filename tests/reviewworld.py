"""What becomes of work that a simulated loop hands over: checks that end as chance has it, and people who review."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from soda_tui.domain.feedback import MOST_ROUNDS, Feedback, Standing


class Wrong(Exception):
    """A round that no pull request may have."""


@dataclass
class Request:
    """A pull request; `came` says what it came back for, empty where nothing is wrong with it."""

    number: int
    issue: int
    head: int
    pending: bool = True
    came: str = ""
    rounds: list[int] = field(default_factory=list)
    person: bool = False


@dataclass
class Reviews:
    """All pull requests by their issues; that of the claimed issue is not looked at."""

    chance: Random
    requests: dict[int, Request] = field(default_factory=dict)
    heads: int = 0

    def found(self, held: int | None) -> tuple[Feedback, ...]:
        """Those that came back, or may yet."""
        known = sorted(self.requests.values(), key=lambda one: one.number)
        return tuple(
            self._of(one) for one in known if one.issue != held and not one.person and (one.came or one.pending)
        )

    def _of(self, one: Request) -> Feedback:
        standing = Standing.DUE if one.came else Standing.AWAITED
        if one.came and len(one.rounds) >= MOST_ROUNDS:
            standing = Standing.USED_UP
        if one.head in one.rounds:
            standing = Standing.TAKEN
        return Feedback(one.number, one.issue, str(one.head), standing, one.came, len(one.rounds), one.pending)

    def handed_over(self, issue: int) -> None:
        """Work on an issue becomes a pull request, or a new head of the one that came back."""
        self.heads += 1
        before = self.requests.get(issue)
        if before is None or before.person:
            self.requests[issue] = Request(1000 + self.heads, issue, self.heads)
        else:
            before.head, before.pending, before.came = self.heads, True, ""

    def given_up(self, issue: int) -> None:
        """A person has the issue."""
        if issue in self.requests:
            self.requests[issue].person = True

    def taken_up(self, number: int | None) -> Request:
        """A loop takes it up, or hands it to a person after all rounds; raises Wrong where it must not."""
        one = next((one for one in self.requests.values() if one.number == number), None)
        if one is None or one.person or not one.came:
            raise Wrong("took up what did not come back")
        if one.head in one.rounds:
            raise Wrong("a second round for one head")
        if len(one.rounds) >= MOST_ROUNDS:
            one.person = True
            return one
        one.rounds.append(one.head)
        return one

    def happen(self) -> None:
        """Checks end, or somebody reviews, or merges."""
        waiting = [one for one in self.requests.values() if not one.person]
        if not waiting:
            return
        one = self.chance.choice(waiting)
        what = self.chance.random()
        if one.pending and what < 0.7:
            one.pending, one.came = False, "checks fail" if self.chance.random() < 0.8 else ""
        elif what < 0.8:
            one.came = one.came or "a review asks for changes"
        elif not one.came and not one.pending:
            del self.requests[one.issue]
