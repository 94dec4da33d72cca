"""Cleanup takes what nothing needs and nobody would miss, and says why the rest stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from domain.leftovers import PARKED, SAFE, directory, looked, names, standing
from given import ENROLMENT, HOLDER, ME, NOW, facts, remote, run
from msgspec import structs

from soda_tui.domain import plan as steps
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.kept_work import KeptDirectory, KeptWork
from soda_tui.domain.ledger import LedgerState
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Plan
from soda_tui.domain.planning.cleanup import plan_cleanup
from soda_tui.domain.planning.recover import Here
from soda_tui.domain.recovery import Looked, Standing
from soda_tui.domain.remains import Remains, RemainsKind
from soda_tui.domain.stakes import Ignored, Stakes
from soda_tui.domain.view import repository_view


def remains(kind: RemainsKind, path: str, number: int | None = None) -> Remains:
    return Remains(kind, path, NOW - timedelta(days=90), 10, number)


OLD = (
    remains(RemainsKind.RUN, "/state/run"),
    remains(RemainsKind.DAMAGED, "/state/damaged"),
    remains(RemainsKind.SUMMARY, "/state/12-1.md", 12),
    remains(RemainsKind.SUMMARY, "/state/9-1.md", 9),
)


@pytest.mark.parametrize(
    ("owner", "known", "paths"),
    [
        (standing(), facts(remote()), {"run", "damaged", "12-1.md", "9-1.md"}),
        (standing(LedgerState(HOLDER)), facts(remote()), {"run", "damaged", "9-1.md"}),
        (standing(unsure=True), facts(remote()), {"run", "damaged"}),
        (standing(), facts(remote(), run=run()), {"run", "damaged"}),
        (standing(), facts(remote(), runs_problem=Problem(ErrorCode.AGENT, "no")), {"run", "damaged"}),
    ],
)
def test_cleanup_keeps_the_summaries_that_may_be_needed(
    owner: Standing, known: RepositoryFacts, paths: set[str]
) -> None:
    planned = cleanup(looked(KeptWork(), remains=OLD, standing=owner), known)
    assert isinstance(planned, Plan) and planned.question is not None
    gone = [step.remains.path for step in planned.steps if isinstance(step, steps.RemoveRemains)]
    assert {path.rpartition("/")[2] for path in gone} == paths and len(gone) == len(planned.steps)


def cleanup(found: Looked, known: RepositoryFacts) -> Plan | Problem:
    return plan_cleanup(Here(known, repository_view(ENROLMENT, known, ME, NOW), Options()), found)


@pytest.mark.parametrize(
    ("one", "stakes", "expected"),
    [
        (directory(), SAFE, ["RemoveWorktree"]),
        (directory(), structs.replace(SAFE, changes=("work.txt",)), ["RescueWork", "RemoveWorktree"]),
        (directory(used_at=NOW - timedelta(days=2)), SAFE, None),
        (directory(used_at=None), SAFE, None),
        (directory("/elsewhere/12"), SAFE, None),
        (directory(f"{PARKED}-too/12"), SAFE, None),
        (directory(gone=True), SAFE, None),
        (directory(known=False), SAFE, None),
        (directory(), None, None),
    ],
)
def test_cleanup_takes_only_parked_worktrees_that_are_old(
    one: KeptDirectory, stakes: Stakes | None, expected: list[str] | None
) -> None:
    found = looked(KeptWork(directories=(one,)), stakes={one.path: stakes} if stakes else {})
    planned = cleanup(found, facts(remote()))
    assert isinstance(planned, Problem) if expected is None else names(planned) == expected
    for unsafe in (
        cleanup(found, facts(remote(), run=run())),
        cleanup(structs.replace(found, standing=standing(unsure=True)), facts(remote())),
        cleanup(structs.replace(found, standing=standing(own=one.path)), facts(remote())),
    ):
        assert isinstance(unsafe, Problem)


def test_a_yes_to_a_cleanup_is_no_yes_to_another() -> None:
    marks = set()
    for kept in (OLD, OLD[1:]):
        for ignored in (Ignored(), Ignored(("built",), "one"), Ignored(("built",), "other")):
            found = looked(KeptWork(directories=(directory(),)), remains=kept, ignored={directory().path: ignored})
            planned = cleanup(found, facts(remote()))
            assert isinstance(planned, Plan)
            marks.add(planned.about)
    assert len(marks) == 6


def test_a_worktree_that_stays_is_told_with_the_reason() -> None:
    locked, busy, free = (directory(f"{PARKED}/{number}", locked=number == 1) for number in (1, 2, 3))
    reason = Problem(ErrorCode.REFUSED, "cat (7) works in it.")
    found = looked(KeptWork(directories=(locked, busy, free)), stays={busy.path: reason})
    planned = cleanup(found, facts(remote()))
    assert isinstance(planned, Plan) and names(planned) == ["RemoveWorktree"]
    nothing = cleanup(structs.replace(found, work=KeptWork(directories=(locked, busy))), facts(remote()))
    assert isinstance(nothing, Problem)
    for told in (planned.question or "", " ".join(planned.notes), nothing.message):
        assert all(words in told for words in (locked.path, "unlock", busy.path, reason.message))
