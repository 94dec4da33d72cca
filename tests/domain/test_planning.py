"""Planning: what each action would do, from facts alone; what is done already is not planned again."""

from __future__ import annotations

import pytest
from given import (
    BASE,
    ENROLMENT,
    HOLDER,
    ME,
    NOW,
    OTHER,
    facts,
    issue,
    ledger_head,
    pull_request,
    remote,
    run,
    worktree,
)
from msgspec import structs

from soda_tui.domain import plan as steps
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Unseen
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.configuration.settings import Enrolment, HandoverSettings
from soda_tui.domain.facts import Branch, CloneFacts, LocalFacts, RepositoryFacts, Viewer, WorktreeFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.ledger import HandedOver, Holder, LedgerState, Phase
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Plan
from soda_tui.domain.planning import make_plan
from soda_tui.domain.runs.facts import RunState
from soda_tui.domain.stakes import Stakes
from soda_tui.domain.view import repository_view

CLAIMED = issue(12, "route:ready", "agent001", assignees=("you",))


def plan(
    verb: Verb, known: RepositoryFacts, options: Options = Options(), enrolment: Enrolment = ENROLMENT
) -> Plan | Problem:
    return make_plan(verb, enrolment, known, repository_view(enrolment, known, ME, NOW), options, ME, NOW)


def names(planned: Plan | Problem) -> list[str]:
    assert isinstance(planned, Plan), planned
    return [type(step).__name__ for step in planned.steps]


def held(tree: WorktreeFacts | None = None, holder: Holder = HOLDER, **changes: object) -> RepositoryFacts:
    return facts(remote(CLAIMED, holder=holder), tree, **changes)


def test_pop_claims_marks_and_prepares() -> None:
    planned = plan(Verb.POP, facts(remote(issue(9, "route:ready"), issue(8, "route:unblocker"))))
    assert names(planned) == ["ClaimIssue", "MarkIssue", "PrepareWorktree"]
    assert isinstance(planned, Plan) and planned.question is None
    assert (planned.issue, planned.branch) == (8, "agent001/8-fix-the-crash")
    claim = planned.steps[0]
    assert isinstance(claim, steps.ClaimIssue)
    assert (claim.base_branch, claim.kept, claim.holder.assigned, claim.holder.attempt) == ("main", None, "you", 1)


def test_pop_takes_the_issue_that_is_named() -> None:
    known = facts(remote(issue(8, "route:unblocker"), issue(9, "route:ready"), issue(10, "route:blocked")))
    planned = plan(Verb.POP, known, Options(issue=9))
    assert isinstance(planned, Plan) and planned.issue == 9
    for number, word in ((10, "route:blocked"), (77, "not in the queue")):
        refused = plan(Verb.POP, known, Options(issue=number))
        assert isinstance(refused, Problem) and word in refused.message and refused.code is ErrorCode.REFUSED


def test_pop_says_that_blockers_are_hidden_and_takes_it_for_nobody_but_a_person() -> None:
    known = facts(remote(issue(9, "route:ready", hidden=(Unseen.BLOCKERS,))))
    planned = plan(Verb.POP, known)
    assert isinstance(planned, Plan) and "issue 9 waits for others is hidden" in planned.notes[0]
    refused = plan(Verb.POP, known, Options(issue=9, unattended=True))
    assert isinstance(refused, Problem) and "unattended" in refused.message


def test_pop_begins_at_the_configured_base() -> None:
    planned = plan(Verb.POP, facts(remote(issue(9, "route:ready"))), enrolment=structs.replace(ENROLMENT, base="trunk"))
    assert isinstance(planned, Plan) and isinstance(planned.steps[0], steps.ClaimIssue)
    assert planned.steps[0].base_branch == "trunk"


def test_who_cannot_be_assigned_is_not() -> None:
    app = remote(issue(9, "route:ready"), viewer=Viewer(None, "bot[bot]"))
    planned = plan(Verb.POP, facts(app))
    assert isinstance(planned, Plan)
    claim, mark = planned.steps[:2]
    assert isinstance(claim, steps.ClaimIssue) and claim.holder.assigned is None
    assert isinstance(mark, steps.MarkIssue) and not mark.assign


def test_pop_again_goes_on_with_the_kept_branch() -> None:
    branches = (Branch("agent001/12-fix-the-crash", "k1"), Branch("agent001/12-fix-the-crash-2", "k2"))
    known = facts(
        remote(issue(12, "route:ready"), branches=branches, ledger=ledger_head(LedgerState(None, (), {12: 1})))
    )
    planned = plan(Verb.POP, known)
    assert isinstance(planned, Plan) and isinstance(planned.steps[0], steps.ClaimIssue)
    assert (planned.branch, planned.steps[0].kept) == ("agent001/12-fix-the-crash-2", "k2")
    assert planned.steps[0].holder.attempt == 2
    fresh = plan(Verb.POP, known, Options(fresh=True))
    assert isinstance(fresh, Plan) and fresh.branch == "agent001/12-fix-the-crash-3"


def test_a_merged_branch_is_not_gone_on_with() -> None:
    branch = "agent001/12-fix-the-crash"
    merged = pull_request(31, branch, open=False, merged=True)
    known = facts(remote(issue(12, "route:ready"), branches=(Branch(branch, "k1"),), pull_requests=(merged,)))
    planned = plan(Verb.POP, known)
    assert isinstance(planned, Plan) and planned.branch == f"{branch}-2"


@pytest.mark.parametrize("remembered", ["by its pull request", "by the clone"])
def test_a_name_is_never_used_again(remembered: str) -> None:
    """Its branch is gone from everywhere; a new one would come into its old pull request."""
    first = "agent001/12-fix-the-crash"
    local = LocalFacts(CloneFacts("main", BASE, False, 0, 0), None)
    if remembered == "by the clone":
        known = facts(remote(issue(12, "route:ready")), local=structs.replace(local, names=(first, f"{first}-2")))
    else:
        closed = tuple(pull_request(30 + n, f"{first}{end}", open=False) for n, end in enumerate(("", "-2")))
        known = facts(remote(issue(12, "route:ready"), pull_requests=closed))
    planned = plan(Verb.POP, known)
    assert isinstance(planned, Plan) and planned.branch == f"{first}-3"


@pytest.mark.parametrize("branch", ["agent001/12", "work-12", "agent001/12-an-old-title"])
def test_legacy_branches_are_gone_on_with(branch: str) -> None:
    planned = plan(Verb.POP, facts(remote(issue(12, "route:ready"), branches=(Branch(branch, "k1"),))))
    assert isinstance(planned, Plan) and planned.branch == branch


def test_commits_of_no_branch_are_named_before_they_are_put_away() -> None:
    known = held(worktree(branch=None))
    assert known.local is not None
    lone = Stakes((), (), 0, 0, 2, (), (), (), False, None, lone=True)
    for stakes, told in ((lone, "2 commits:"), (structs.replace(lone, untracked=("a",)), "1 file (a) and 2 commits:")):
        planned = plan(Verb.RESET, structs.replace(known, local=structs.replace(known.local, stakes=stakes)))
        assert isinstance(planned, Plan) and told in (planned.question or ""), planned


def test_another_agents_branch_is_left_alone() -> None:
    planned = plan(Verb.POP, facts(remote(issue(12, "route:ready"), branches=(Branch("agent002/12-x", "k1"),))))
    assert isinstance(planned, Plan) and planned.branch == "agent001/12-fix-the-crash"


def test_pop_while_holding_is_refused_in_the_promised_words() -> None:
    refused = plan(Verb.POP, held(worktree()))
    assert isinstance(refused, Problem) and refused.code is ErrorCode.REFUSED
    assert "already holding 12" in refused.message


def test_pop_finishes_what_an_earlier_pop_left() -> None:
    unmarked = facts(remote(issue(12, "route:ready"), holder=HOLDER), None)
    assert names(plan(Verb.POP, unmarked)) == ["MarkIssue", "PrepareWorktree"]
    assert names(plan(Verb.POP, held(None))) == ["PrepareWorktree"]
    assert names(plan(Verb.POP, held(worktree(branch="main")))) == ["PrepareWorktree"]


def test_pop_leaves_finished_work_in_the_ledger_until_it_is_tidied_up_after() -> None:
    done = (HandedOver(7, "agent001/7-x", 31), HandedOver(8, "agent001/8-y", 32))
    merged = (pull_request(31, "agent001/7-x", open=False, merged=True),)
    known = remote(
        issue(9, "route:ready"), ledger=ledger_head(LedgerState(None, done, {7: 1, 8: 1})), pull_requests=merged
    )
    planned = plan(Verb.POP, facts(known))
    assert isinstance(planned, Plan) and isinstance(planned.steps[0], steps.ClaimIssue)
    state = planned.steps[0].state
    assert state == LedgerState(None, done, {7: 1, 8: 1})


def test_pop_leaves_no_branch_whose_work_is_finished() -> None:
    known = remote(issue(9, "route:ready"), ledger=ledger_head(LedgerState(None, (), {8: 1})))
    for number, left in ((7, ["DropBranch"]), (8, [])):
        branch = f"agent001/{number}-x"
        here = facts(known, worktree(branch=branch))
        assert here.local is not None
        stands = structs.replace(here.local, branches=(Branch(branch, "work"),))
        assert names(plan(Verb.POP, structs.replace(here, local=stands)))[3:] == left


@pytest.mark.parametrize("verb", [Verb.POP, Verb.BOTTLE, Verb.RESET, Verb.LAUNCH])
def test_what_another_cockpit_holds_is_taken(verb: Verb) -> None:
    refused = plan(verb, held(None, structs.replace(HOLDER, cockpit=OTHER)))
    assert isinstance(refused, Problem) and refused.code is ErrorCode.TAKEN
    assert OTHER in refused.message


def test_bottle_pushes_opens_moves_and_frees() -> None:
    planned = plan(Verb.BOTTLE, held(worktree()))
    assert names(planned) == ["PushWork", "OpenReview", "MoveLabels", "FreeAgent"]
    assert isinstance(planned, Plan) and isinstance(planned.steps[0], steps.PushWork)
    assert (planned.steps[0].oid, planned.steps[0].remote_oid) == ("work2", BASE)


def test_bottle_first_makes_sure_that_the_work_can_be_taken() -> None:
    wanted = structs.replace(ENROLMENT, handover=HandoverSettings("make test"))
    behind = facts(remote(CLAIMED, holder=HOLDER, behind=3), worktree())
    readied = names(plan(Verb.BOTTLE, behind, enrolment=wanted))
    assert readied[:3] == ["UpdateBranch", "RunCheck", "PushWork"]
    assert names(plan(Verb.BOTTLE, behind, Options(unchecked=True, as_is=True), enrolment=wanted))[0] == "PushWork"
    unknown = facts(remote(CLAIMED, holder=HOLDER, behind=None), worktree())
    assert names(plan(Verb.BOTTLE, unknown))[0] == "UpdateBranch"
    off = structs.replace(ENROLMENT, handover=HandoverSettings(update="off"))
    assert names(plan(Verb.BOTTLE, unknown, enrolment=off))[0] == "PushWork"
    half = facts(remote(CLAIMED, holder=HOLDER, behind=3), worktree(changes=("theirs.txt",), half_done=True))
    assert names(plan(Verb.BOTTLE, half, Options(commit_all=True)))[:2] == ["PrepareWorktree", "UpdateBranch"]
    pushed = structs.replace(HOLDER, phase=Phase.BOTTLING)
    rest = facts(remote(CLAIMED, holder=pushed, behind=3), worktree())
    assert names(plan(Verb.BOTTLE, rest, enrolment=wanted))[0] == "OpenReview"


@pytest.mark.parametrize(
    "tree,words",
    [
        (worktree(commits=0), "no commit"),
        (worktree(changes=("a.py", "b.py", "c.py", "d.py")), "a.py, b.py, c.py and 1 more"),
        (worktree(branch="main"), "stands on main"),
        (worktree(busy="a rebase"), "a rebase"),
        (worktree(behind=1), "does not contain what the branch"),
        (worktree(ahead=None, behind=None), "does not contain what the branch"),
        (None, "no worktree"),
    ],
)
def test_bottle_refuses_what_is_not_ready(tree: WorktreeFacts | None, words: str) -> None:
    refused = plan(Verb.BOTTLE, held(tree))
    assert isinstance(refused, Problem) and words in refused.message


@pytest.mark.parametrize("cockpit", [ME, OTHER])
def test_anyone_finishes_a_hand_over(cockpit: str) -> None:
    half = structs.replace(HOLDER, phase=Phase.BOTTLING, cockpit=cockpit)
    planned = plan(Verb.BOTTLE, held(None, half))
    assert names(planned) == ["OpenReview", "MoveLabels", "FreeAgent"]


def test_bottle_keeps_the_pull_request_that_is_there() -> None:
    there = remote(CLAIMED, holder=HOLDER, pull_requests=(pull_request(31, HOLDER.branch),))
    planned = plan(Verb.BOTTLE, facts(there, worktree()))
    assert isinstance(planned, Plan) and isinstance(planned.steps[1], steps.OpenReview)
    assert planned.steps[1].number == 31


def test_reset_takes_back_just_what_pop_did_and_asks() -> None:
    planned = plan(Verb.RESET, held(worktree(changes=("a.py",))))
    assert names(planned) == ["UnmarkIssue", "ReleaseClaim"]
    assert isinstance(planned, Plan) and "12" in (planned.question or "")
    assert isinstance(planned.steps[0], steps.UnmarkIssue) and planned.steps[0].unassign
    kept = plan(Verb.RESET, held(worktree(), structs.replace(HOLDER, assigned=None)))
    assert isinstance(kept, Plan) and isinstance(kept.steps[0], steps.UnmarkIssue) and not kept.steps[0].unassign
    unmarked = facts(remote(issue(12, "route:ready"), holder=HOLDER), worktree())
    assert names(plan(Verb.RESET, unmarked)) == ["ReleaseClaim"]


def test_launch_needs_a_command_an_open_issue_and_the_right_branch() -> None:
    assert names(plan(Verb.LAUNCH, held(worktree()))) == ["StartAgent"]
    bare = plan(Verb.LAUNCH, held(worktree()), enrolment=structs.replace(ENROLMENT, agent=Profile()))
    assert isinstance(bare, Problem) and bare.code is ErrorCode.CONFIGURATION
    closed = facts(remote(structs.replace(CLAIMED, open=False), holder=HOLDER), worktree())
    assert isinstance(plan(Verb.LAUNCH, closed), Problem)
    assert isinstance(plan(Verb.LAUNCH, held(worktree(branch="main"))), Problem)


def test_a_running_agent_is_stopped_first() -> None:
    running = held(worktree(), run=run())
    for verb in (Verb.BOTTLE, Verb.RESET, Verb.LAUNCH):
        refused = plan(verb, running)
        assert isinstance(refused, Problem) and "stop it first" in refused.message
    planned = plan(Verb.STOP, running)
    assert names(planned) == ["StopAgent"] and isinstance(planned, Plan) and planned.question


@pytest.mark.parametrize("verb", [Verb.POP, Verb.BOTTLE, Verb.RESET, Verb.LAUNCH])
def test_nothing_is_begun_beside_a_running_agent_whatever_became_of_its_claim(verb: Verb) -> None:
    for seen in (
        remote(issue(9, "route:ready"), ledger=ledger_head(LedgerState())),
        remote(CLAIMED, holder=structs.replace(HOLDER, phase=Phase.BOTTLING)),
        remote(CLAIMED, holder=HOLDER),
    ):
        refused = plan(verb, facts(seen, worktree(), run=run()))
        assert isinstance(refused, Problem), (verb, seen)
    assert isinstance(plan(verb, held(worktree(), runs_problem=Problem(ErrorCode.AGENT, "No records."))), Problem)


def test_a_fork_with_a_branch_of_the_same_name_is_nobodys_pull_request() -> None:
    fork = pull_request(31, HOLDER.branch, same_repository=False)
    planned = plan(Verb.BOTTLE, facts(remote(CLAIMED, holder=HOLDER, pull_requests=(fork,)), worktree()))
    assert isinstance(planned, Plan) and isinstance(planned.steps[1], steps.OpenReview)
    assert planned.steps[1].number is None


def test_work_that_is_only_here_is_gone_on_with_unless_a_fresh_start_is_asked_for() -> None:
    local = LocalFacts(
        CloneFacts("main", BASE, False, 0, 0), None, branches=(Branch("agent001/12-fix-the-crash", "l1"),)
    )
    known = structs.replace(facts(remote(issue(12, "route:ready"))), local=local)
    planned = plan(Verb.POP, known)
    assert isinstance(planned, Plan) and isinstance(planned.steps[0], steps.ClaimIssue)
    assert (planned.branch, planned.steps[0].kept, planned.steps[0].local) == ("agent001/12-fix-the-crash", None, "l1")
    fresh = plan(Verb.POP, known, Options(fresh=True))
    assert isinstance(fresh, Plan) and fresh.branch == "agent001/12-fix-the-crash-2"


@pytest.mark.parametrize("changes", [{"archived": True}, {}])
def test_a_claim_is_not_finished_where_nothing_may_be_changed(changes: dict[str, bool]) -> None:
    known = facts(remote(issue(12, "route:ready"), holder=HOLDER, **changes))
    refused = plan(Verb.POP, known, enrolment=structs.replace(ENROLMENT, read_only=not changes))
    assert isinstance(refused, Problem)


def test_odd_digits_in_a_branch_name_are_no_number() -> None:
    branches = (Branch("agent001/12-fix-the-crash-²", "k1"), Branch("agent001/12-fix-the-crash-2", "k2"))
    planned = plan(Verb.POP, facts(remote(issue(12, "route:ready"), branches=branches)))
    assert isinstance(planned, Plan) and planned.branch == "agent001/12-fix-the-crash-2"


def test_stop_works_without_github() -> None:
    offline = facts(None, worktree(), run=run(), problem=Problem(ErrorCode.NETWORK, "No network."))
    assert names(plan(Verb.STOP, offline)) == ["StopAgent"]
    ended = plan(Verb.STOP, held(worktree(), run=run(RunState.ENDED, exit=0)))
    assert isinstance(ended, Problem) and ended.code is ErrorCode.NOTHING_TO_DO


@pytest.mark.parametrize("verb", [Verb.POP, Verb.BOTTLE, Verb.RESET, Verb.LAUNCH])
def test_nothing_is_decided_from_stale_facts(verb: Verb) -> None:
    stale = held(worktree(), problem=Problem(ErrorCode.NETWORK, "No network."))
    assert plan(verb, stale) == Problem(ErrorCode.NETWORK, "No network.")


def test_a_repository_without_commits_is_refused() -> None:
    refused = plan(Verb.POP, facts(remote(issue(1, "route:ready"), default_branch=None)))
    assert isinstance(refused, Problem) and "no commit" in refused.message


@pytest.mark.parametrize("verb", [Verb.RESET, Verb.BOTTLE, Verb.LAUNCH])
def test_a_rebase_in_the_clone_is_no_matter_for_a_claim_beside_it(verb: Verb) -> None:
    known = held(worktree())
    assert known.local is not None
    problem = Problem(ErrorCode.CLONE, "In the middle of a rebase.")
    busy = structs.replace(
        known, local=structs.replace(known.local, clone=structs.replace(known.local.clone, problem=problem, busy=True))
    )
    assert names(plan(verb, busy)) == names(plan(verb, known))
    lost = structs.replace(
        known, local=structs.replace(known.local, clone=structs.replace(known.local.clone, problem=problem))
    )
    assert plan(verb, lost) == problem
    assert plan(Verb.POP, busy) == problem
