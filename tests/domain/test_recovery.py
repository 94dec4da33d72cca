"""Recovery: what belongs to nobody, what may be done about it, and what each choice and a cleanup would do."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from domain.leftovers import CLONE, OWN, READY, RESCUE, SAFE, WORK, branch, directory, looked, names, rescue, standing
from given import ENROLMENT, HOLDER, ME, NAME, NOW, OTHER, facts, issue, pull_request, remote, run, worktree
from msgspec import structs

from soda_tui.domain import plan as steps
from soda_tui.domain.actions import Verb
from soda_tui.domain.choices import Choice
from soda_tui.domain.facts import Branch, RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.intentions import resumed
from soda_tui.domain.journal import JournalEntry, JournalOutcome, JournalStep
from soda_tui.domain.kept_work import KeptBranch, KeptDirectory, KeptWork
from soda_tui.domain.ledger import HandedOver, LedgerState, decode
from soda_tui.domain.leftover import LeftoverKind
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Plan
from soda_tui.domain.planning.recover import Here, plan_recover
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.recovery import Looked, Standing, leftovers
from soda_tui.domain.runs.facts import RunState
from soda_tui.domain.stakes import Intake, Stakes
from soda_tui.domain.view import repository_view

ADOPT, REVIEW, ARCHIVE, CLEAN, KEEP = Choice.ADOPT, Choice.PULL_REQUEST, Choice.ARCHIVE, Choice.CLEAN_UP, Choice.KEEP


def recover(
    found: Looked, choice: Choice | None, wanted: str = WORK, known: RepositoryFacts | None = None, **said: object
) -> Plan | Problem:
    """The plan for a choice, where GitHub has answered unless `known` has nothing of it."""
    known = known or facts(remote(READY))
    options = structs.replace(Options(choice=choice, wanted=wanted), **said)
    view = repository_view(ENROLMENT, known, ME, NOW)
    situation = Situation(ENROLMENT, known, known.remote, view, options, ME, NOW) if known.remote else None
    if known.remote is not None and found.standing.state == LedgerState():
        found = structs.replace(
            found, standing=structs.replace(found.standing, state=decode(known.remote.ledger).state)
        )
    return plan_recover(Here(known, view, options), found, situation)


@pytest.mark.parametrize(
    ("one", "choices"),
    [
        (branch(), (ADOPT, REVIEW, ARCHIVE, KEEP)),
        (branch(commits=None, base=None), (ADOPT, REVIEW, ARCHIVE, KEEP)),
        (branch(held=True), (ADOPT, REVIEW, ARCHIVE, CLEAN, KEEP)),
        (branch(directory="/else", held=True), (ADOPT, REVIEW, KEEP)),
        (branch(there="b" * 40, diverged=True), (ARCHIVE, KEEP)),
        (branch(commits=0, held=True), (ARCHIVE, CLEAN, KEEP)),
        (branch("bundle/one", held=True), (ARCHIVE, CLEAN, KEEP)),
        (branch(here=None, there="b" * 40), (ADOPT, REVIEW, KEEP)),
        (branch(here=None, there="b" * 40, archived=True), None),
        (branch(here=None, there="b" * 40, commits=0), None),
        (branch(within=("agent001/12-other",)), (ADOPT, REVIEW, ARCHIVE, KEEP)),
    ],
)
def test_what_can_be_done_about_a_branch(one: KeptBranch, choices: tuple[Choice, ...] | None) -> None:
    found = leftovers(KeptWork((one,)), standing())
    assert [each.choices for each in found] == ([] if choices is None else [choices])


@pytest.mark.parametrize(
    ("owner", "shown"),
    [
        (standing(LedgerState(structs.replace(HOLDER, branch=WORK))), False),
        (standing(LedgerState(structs.replace(HOLDER, branch=WORK)), mine=False), True),
        (standing(LedgerState(handed_over=(HandedOver(12, WORK, 5, "a" * 40),))), False),
        (standing(LedgerState(handed_over=(HandedOver(12, WORK, 5, "b" * 40),))), True),
        (standing(reviewed={WORK: "a" * 40}), False),
        (standing(reviewed={"somebody/else": "c" * 40}), False),
        (standing(reviewed={WORK: "b" * 40}), True),
        (standing(kept={WORK: "a" * 40}), False),
        (standing(kept={WORK: "b" * 40}), True),
        (standing(LedgerState(structs.replace(HOLDER, issue=9, branch="agent001/9-other"))), True),
    ],
)
def test_commits_that_somebody_owns_or_that_are_to_be_kept_are_not_told(owner: Standing, shown: bool) -> None:
    kept = KeptWork((branch(within=("c" * 40,)), branch("agent001/9-other", here="d" * 40, commits=1)))
    told = {each.name: each for each in leftovers(kept, owner) if not each.kept}
    assert (WORK in told) is shown
    if WORK in owner.reviewed and shown:
        assert told[WORK].choices == (ARCHIVE, KEEP), "somebody goes on with that branch already"


def test_the_head_that_the_remote_has_is_owned_by_whoever_holds_the_claim() -> None:
    theirs = standing(LedgerState(structs.replace(HOLDER, branch=WORK)), mine=False)
    behind = branch(there="b" * 40, unpushed=0)
    assert not leftovers(KeptWork((behind,)), theirs)
    assert not leftovers(KeptWork((branch(commits=0),)), theirs)
    (ahead,) = leftovers(KeptWork((branch(there="b" * 40, unpushed=1),)), theirs)
    assert ahead.choices == (ARCHIVE, KEEP) and "without these commits" in ahead.what


def test_what_is_kept_can_be_seen_named_and_no_longer_be_kept() -> None:
    found = looked(KeptWork((branch(),)), standing=standing(kept={WORK: "a" * 40}))
    (one,) = leftovers(found.work, found.standing)
    assert one.kept and Choice.UNKEEP in one.choices and KEEP not in one.choices
    assert recover(found, Choice.UNKEEP, "agent001/*") == recover(found, Choice.UNKEEP)
    planned = recover(found, Choice.UNKEEP)
    assert isinstance(planned, Plan) and planned.steps == (steps.KeepLeftover(WORK, None),)
    assert isinstance(recover(found, ARCHIVE, "agent001/*"), Problem), "a pattern does not mean what is to be kept"
    assert names(recover(found, ARCHIVE)) == ["ArchiveBranch"]


def test_a_claim_without_a_branch_is_told_only_where_the_remote_was_asked() -> None:
    held = standing(LedgerState(HOLDER))
    (told,) = leftovers(KeptWork(), held)
    assert (told.kind, told.name, told.choices) == (LeftoverKind.CLAIM, HOLDER.branch, ())
    assert not leftovers(KeptWork(problem=Problem(ErrorCode.NETWORK, "no")), held)


@pytest.mark.parametrize(
    ("one", "unsure", "choices"),
    [
        (directory(), False, (CLEAN, KEEP)),
        (directory(), True, None),
        (directory(OWN), False, None),
        (directory(OWN, gone=True), False, (CLEAN, KEEP)),
        (directory(gone=True, held=False), True, (KEEP,)),
        (directory(locked=True), False, (KEEP,)),
        (directory(known=False), False, (KEEP,)),
    ],
)
def test_what_can_be_done_about_a_worktree(
    one: KeptDirectory, unsure: bool, choices: tuple[Choice, ...] | None
) -> None:
    found = leftovers(KeptWork(directories=(one,)), standing(unsure=unsure))
    assert [each.choices for each in found] == ([] if choices is None else [choices])


@pytest.mark.parametrize(("held", "choices"), [(False, (ARCHIVE, KEEP)), (True, (ARCHIVE, CLEAN, KEEP))])
def test_a_rescue_goes_only_where_all_of_it_is_held(held: bool, choices: tuple[Choice, ...]) -> None:
    (one,) = leftovers(KeptWork(rescues=(rescue(held=held),)), standing())
    assert one.choices == choices and one.issue == 12 and one.undo is not None
    assert one.undo.startswith(f"git -C {CLONE} worktree add") and OWN not in one.undo, "it has other work by then"


def test_work_is_gone_on_with_or_handed_over() -> None:
    found = looked(KeptWork((branch(),)))
    assert names(recover(found, ADOPT)) == ["ClaimIssue", "MarkIssue", "PrepareWorktree"]
    planned = recover(found, REVIEW)
    assert names(planned) == ["ClaimIssue", "PushKept", "OpenReview", "MoveLabels", "FreeAgent"]
    assert isinstance(planned, Plan) and planned.question is not None and planned.branch == WORK
    moved = recover(looked(KeptWork((branch(here="d" * 40),))), REVIEW)
    assert isinstance(moved, Plan) and moved.about != planned.about, "a yes to one head is no yes to another"


@pytest.mark.parametrize("name", ["work-12", "agent007/12-theirs"])
def test_the_work_of_others_gets_a_name_of_our_own_that_is_free(name: str) -> None:
    found = looked(KeptWork((branch(name), branch())))
    known = facts(remote(READY, branches=(Branch(WORK, "e" * 40),)))
    planned = recover(found, ADOPT, name, known)
    assert names(planned) == ["NameBranch", "ClaimIssue", "MarkIssue", "PrepareWorktree"]
    assert isinstance(planned, Plan) and planned.branch not in {WORK, name} and planned.branch.startswith("agent001/12")


@pytest.mark.parametrize(
    ("choice", "labels", "expected"),
    [
        (ADOPT, ("agent001",), ["PrepareWorktree"]),
        (ADOPT, (), ["MarkIssue", "PrepareWorktree"]),
        (REVIEW, ("agent001",), ["PushKept", "OpenReview", "MoveLabels", "FreeAgent"]),
    ],
)
def test_what_was_broken_off_after_its_claim_goes_on(
    choice: Choice, labels: tuple[str, ...], expected: list[str]
) -> None:
    claimed = issue(12, "route:ready", *labels)
    known = facts(remote(claimed, holder=structs.replace(HOLDER, branch=WORK)))
    assert names(recover(looked(KeptWork((branch(),)), issue=claimed), choice, known=known)) == expected


REFUSALS: Mapping[str, tuple[Looked, RepositoryFacts | None, ErrorCode]] = {
    "its issue is closed": (
        looked(KeptWork((branch(),)), issue=structs.replace(READY, open=False)),
        None,
        ErrorCode.REFUSED,
    ),
    "it has no issue": (looked(KeptWork((branch(),)), issue=None), None, ErrorCode.REFUSED),
    "it was merged": (looked(KeptWork((branch(),)), merged=7), None, ErrorCode.REFUSED),
    "heads went apart": (looked(KeptWork((branch(there="b" * 40, diverged=True),))), None, ErrorCode.REFUSED),
    "there is no such thing": (looked(KeptWork()), None, ErrorCode.NOTHING_TO_DO),
    "an agent is at work": (looked(KeptWork((branch(),))), facts(remote(READY), run=run()), ErrorCode.REFUSED),
    "nobody knows whether one is": (
        looked(KeptWork((branch(),))),
        facts(remote(READY), run=run(RunState.UNKNOWN)),
        ErrorCode.REFUSED,
    ),
    "the repository is held for another issue": (
        looked(KeptWork((branch(),))),
        facts(remote(READY, holder=structs.replace(HOLDER, issue=9, branch="agent001/9-other"))),
        ErrorCode.REFUSED,
    ),
    "another cockpit holds it": (
        looked(KeptWork((branch(),))),
        facts(remote(READY, holder=structs.replace(HOLDER, cockpit=OTHER))),
        ErrorCode.NOTHING_TO_DO,
    ),
    "its issue is under review": (
        looked(KeptWork((branch(),))),
        facts(remote(READY, pull_requests=(pull_request(5, "agent002/12-theirs", "Fixes #12"),))),
        ErrorCode.REFUSED,
    ),
    "GitHub has not answered": (
        looked(KeptWork((branch(),))),
        facts(None, problem=Problem(ErrorCode.NETWORK, "no")),
        ErrorCode.NETWORK,
    ),
}


@pytest.mark.parametrize("choice", [ADOPT, REVIEW])
@pytest.mark.parametrize("why", REFUSALS)
def test_work_is_not_gone_on_with_where(why: str, choice: Choice) -> None:
    found, known, code = REFUSALS[why]
    refused = recover(found, choice, known=known)
    assert isinstance(refused, Problem) and refused.code is code, refused


@pytest.mark.parametrize(
    ("changes", "verb"),
    [
        ({}, Verb.RECOVER),
        ({"outcome": JournalOutcome.DONE}, Verb.CONTINUE),
        ({"issue": 9}, Verb.CONTINUE),
        ({"verb": "pop"}, Verb.CONTINUE),
        ({"steps": (JournalStep("ClaimIssue", "claim 12"), JournalStep("MarkIssue", "mark 12"))}, Verb.CONTINUE),
    ],
)
def test_going_on_with_a_hand_over_of_kept_work_hands_it_over(changes: dict[str, object], verb: Verb) -> None:
    begun = (JournalStep("ClaimIssue", "claim 12", NOW, NOW), JournalStep("PushKept", "push", NOW))
    last = JournalEntry("a1", NAME.key, "recover", 12, WORK, 1, ME, NOW, None, JournalOutcome.BROKEN_OFF, "", begun)
    last = structs.replace(last, **changes)
    view = repository_view(ENROLMENT, facts(remote(READY, holder=structs.replace(HOLDER, branch=WORK))), ME, NOW)
    asked, options = resumed(Verb.CONTINUE, last, view, Options())
    assert (asked, options.wanted) == (verb, WORK if verb is Verb.RECOVER else None)
    assert resumed(Verb.BOTTLE, last, view, Options()) == (Verb.BOTTLE, Options())


def test_several_are_not_gone_on_with_at_once() -> None:
    found = looked(KeptWork((branch(), branch("agent001/9-other"))))
    assert isinstance(recover(found, ADOPT, "agent001/*"), Problem)
    assert names(recover(found, ARCHIVE, "agent001/*")) == ["ArchiveBranch"] * 2


def test_stranded_files_are_kept_first_and_asked_about_along_with_the_branch() -> None:
    tree = worktree(branch="agent001/9-other")
    local = facts(None, tree).local
    assert local is not None
    stakes = structs.replace(SAFE, untracked=("notes",))
    known = facts(remote(READY), local=structs.replace(local, stakes=stakes))
    planned = recover(looked(KeptWork((branch(),))), REVIEW, known=known)
    assert names(planned)[:2] == ["RescueWork", "ClaimIssue"]
    moved = recover(looked(KeptWork((branch(here="d" * 40),))), REVIEW, known=known)
    assert isinstance(planned, Plan) and isinstance(moved, Plan) and planned.about != moved.about


@pytest.mark.parametrize(
    ("one", "stakes", "expected"),
    [
        (directory(), SAFE, ["RemoveWorktree"]),
        (directory(), structs.replace(SAFE, untracked=("notes",)), ["RescueWork", "RemoveWorktree"]),
        (directory(), structs.replace(SAFE, lone=True), ["RescueWork", "RemoveWorktree"]),
        (directory(gone=True), None, ["ForgetWorktree"]),
        (directory(), None, None),
        (directory(), structs.replace(SAFE, submodules=("inner",)), None),
        (directory(), structs.replace(SAFE, busy="a merge"), None),
        (directory(), structs.replace(SAFE, locks=("index.lock",)), None),
        (directory(locked=True), SAFE, None),
        (directory(known=False), SAFE, None),
    ],
)
def test_a_worktree_goes_only_where_what_is_in_it_is_kept(
    one: KeptDirectory, stakes: Stakes | None, expected: list[str] | None
) -> None:
    found = looked(KeptWork(directories=(one,)), stakes={one.path: stakes} if stakes else {})
    planned = recover(found, CLEAN, one.path)
    assert isinstance(planned, Problem) if expected is None else names(planned) == expected
    assert isinstance(recover(found, CLEAN, one.path, facts(remote(READY), run=run())), Problem), "an agent is at work"


def test_branches_are_cleaned_up_where_held_and_kept_without_a_question() -> None:
    found = looked(KeptWork((branch(), branch("agent001/9-held", held=True)), (rescue(held=True),)))
    assert names(recover(found, CLEAN, "agent001/*")) == ["DropHeld"]
    assert names(recover(found, CLEAN, RESCUE)) == ["DropHeld"]
    assert isinstance(recover(found, CLEAN), Problem)
    kept = recover(found, KEEP, "agent001/*")
    assert names(kept) == ["KeepLeftover"] * 2 and isinstance(kept, Plan) and kept.question is None
    one, other = recover(found, ARCHIVE, "agent001/*"), recover(found, ARCHIVE, "agent001/9*")
    assert isinstance(one, Plan) and isinstance(other, Plan) and one.question and one.about != other.about


@pytest.mark.parametrize("choice", [ARCHIVE, CLEAN, KEEP])
def test_what_is_here_needs_no_answer_from_github(choice: Choice) -> None:
    known = facts(None, problem=Problem(ErrorCode.NETWORK, "no"))
    assert isinstance(recover(looked(KeptWork((branch(held=True),))), choice, known=known), Plan)


@pytest.mark.parametrize(
    ("name", "include", "code"),
    [
        (RESCUE, (), ErrorCode.REFUSED),
        (RESCUE, ("nothing",), ErrorCode.REFUSED),
        ("soda-rescue/9-none", (".env",), ErrorCode.NOTHING_TO_DO),
        (RESCUE, (".env",), None),
    ],
)
def test_a_rescue_is_pushed_when_what_is_doubtful_in_it_was_named(
    name: str, include: tuple[str, ...], code: ErrorCode | None
) -> None:
    files = (Intake("notes", "notes", 5, new=True), Intake(".env", ".env", 5, "it looks like credentials", new=True))
    found = looked(KeptWork(rescues=(rescue(),)), rescued=files, below=3)
    planned = recover(found, None, push=name, include=include)
    if code is None:
        assert names(planned) == ["PushRescue"] and isinstance(planned, Plan)
        assert planned.question and all(word in planned.question for word in ("notes", ".env", "3 commits"))
    else:
        assert isinstance(planned, Problem) and planned.code is code
