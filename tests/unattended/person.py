"""The people and the checks on GitHub: each turn they look at every repository, and do what is theirs to do."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable

from unattended.scenery import FEEDBACK, LABELS, QUEUE, Deed, Stage

from soda_tui.domain.naming import branch_issue
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.model import Repository
from soda_tui.sandbox.pull_requests import PullRequest

# How long a person waits before doing by hand what nobody else does.
_PATIENCE = 4.0
# Out of so many turns one in which GitHub fails somebody's request.
_WEATHER = 0.03
_FAULTS = (Fault.BAD_GATEWAY, Fault.DROP_BEFORE, Fault.DROP_AFTER)
_URGENT = LABELS.priority_very_high


class Person:
    """A person who merges, labels, reviews, closes and relabels; and the checks, which run on every head.

    `touched` are the issues on which they did what should have gone by itself.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._people = stage.people
        self._chance = random.Random(f"person {stage.play.seed}")
        self._since: dict[str, float] = {}
        self._asked: dict[str, str] = {}
        self._marked: dict[str, int | None] = {}
        self._done: set[tuple[str, Deed]] = set()
        self.touched: set[tuple[str, int]] = set()
        self.closed: set[tuple[str, int]] = set()

    def turn(self) -> None:
        """Look around once."""
        with self._stage.world.lock:
            self._stage.world.settle()
            for name in self._stage.play.scripts:
                repository = self._stage.world.repository(name)
                for request in [one for one in repository.pull_requests.values() if not one.closed]:
                    self._look_at(name, repository, request)
                self._meddle(name, repository)
        self._change_the_base()
        if self._chance.random() < _WEATHER:
            self._stage.world.faults.order(self._chance.choice(_FAULTS), matching=self._chance.choice(("", "git git-")))

    def _look_at(self, name: str, repository: Repository, request: PullRequest) -> None:
        issue, head = branch_issue(request.head_ref_name) or 0, request.head_oid
        states = [one.state for one in repository.checks.get(head, ())]
        if not states:
            self._people.set_checks(name, request.number, ci="PENDING")
        elif states == ["PENDING"]:
            broken = repository.remote.git("ls-tree", "--name-only", head, "--", f"ci/{issue}.txt")
            self._people.set_checks(name, request.number, ci="FAILURE" if broken else "SUCCESS")
        elif states == ["FAILURE"]:
            if self._mends_by_hand(name, issue, head):
                self._people.push(name, request.head_ref_name, {f"ci/{issue}.txt": None}, "Mend by hand")
        elif "review" not in self._stage.play.scripts[name][issue] or self._is_content(name, request, issue):
            self._release(name, request, issue)

    def _mends_by_hand(self, name: str, issue: int, what: str) -> bool:
        """Whether a person does now what nobody has done for a while."""
        waited = time.monotonic() - self._since.setdefault(what, time.monotonic())
        if FEEDBACK or waited < _PATIENCE:
            return False
        self.touched.add((name, issue))
        return True

    def _is_content(self, name: str, request: PullRequest, issue: int) -> bool:
        """Whether the reviewer, who wants something changed at first, has nothing more to say."""
        asked = self._asked.get(request.id)
        if asked is None:
            self._people.review(name, request.number, "CHANGES_REQUESTED", "Say it in other words.")
            self._asked[request.id] = request.head_oid
        elif asked and (asked != request.head_oid or self._mends_by_hand(name, issue, request.id)):
            self._people.review(name, request.number, "APPROVED")
            self._asked[request.id] = ""
        return self._asked[request.id] == ""

    def _release(self, name: str, request: PullRequest, issue: int) -> None:
        """Mark it to be landed, anew where new commits took the mark off, or merge it oneself.

        Where all that is ready is landed, merge but a few.
        """
        if request.id not in self._marked:
            chance = self._chance.random()
            self._marked[request.id] = None
            if chance < 0.15 and name != QUEUE:
                self._people.merge(name, request.number)
            elif self._stage.play.land == "labelled":
                self._marked[request.id] = issue if chance < 0.6 else request.number
        number = self._marked[request.id]
        if number is not None:
            self._people.label(name, number, LABELS.ready_to_merge)

    def _meddle(self, name: str, repository: Repository) -> None:
        """Do the deeds that are due: what concerns an issue that nobody has taken yet, or to cut off work on one."""
        through = sum(issue.closed for issue in repository.issues.values())
        for deed in self._due(name, through):
            issue = repository.issues[deed.issue]
            held = any(label.name.startswith("agent") for label in issue.labels)
            if deed.what == "cut" and not held and not issue.closed:
                continue
            self._done.add((name, deed))
            if issue.closed or (held and deed.what != "cut"):
                continue
            match deed.what:
                case "close" | "cut":
                    self.closed.add((name, deed.issue))
                    self._people.close_issue(name, deed.issue, "NOT_PLANNED")
                case "keep":
                    self._people.label(name, deed.issue, LABELS.human_only)
                case "release":
                    self._people.unlabel(name, deed.issue, LABELS.human_only)
                case _:
                    self._people.label(name, deed.issue, _URGENT)

    def _due(self, name: str, through: int) -> Iterable[Deed]:
        deeds = self._stage.play.deeds[name]
        return [deed for deed in deeds if deed.after <= through and (name, deed) not in self._done]

    def _change_the_base(self) -> None:
        """Change on the base what an agent has changed too, and let it go on."""
        for wanted in (self._stage.folder / "wants").iterdir():
            name, _, issue = wanted.name.partition(".")
            self._people.push(name.replace("-", "/"), "main", {f"both/{issue}.txt": "theirs\n"}, "Change it here too")
            wanted.unlink()
