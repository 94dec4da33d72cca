"""Status, drift and needs: what the facts come to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from given import ENROLMENT, HOLDER, ME, NOW, OTHER, facts, issue, pull_request, remote, run, worktree
from msgspec import structs

from soda_tui.domain.attention import Attention, attention
from soda_tui.domain.choosing import at_limit
from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.configuration.settings import LimitSettings
from soda_tui.domain.facts import CloneFacts, LedgerHead, LocalFacts, RepositoryFacts, WorktreeFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.ledger import Phase
from soda_tui.domain.model import Need, Repository
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.runs.endings import ENDINGS, NEXT_STEPS, Ending, How, Left
from soda_tui.domain.runs.events import Context, Event, EventKind, Tokens
from soda_tui.domain.runs.facts import RunState
from soda_tui.domain.runs.progress import Progress, progress_of
from soda_tui.domain.runs.spending import words, words_of_day
from soda_tui.domain.runs.usage import Sums, Tally
from soda_tui.domain.sentences import RUN_KILLED
from soda_tui.domain.usages import Usage
from soda_tui.domain.view import recalled_view, repository_view, snapshot_of

CLAIMED = issue(12, "route:ready", "agent001")
EXIT_0 = run(RunState.ENDED, exit=0)
ASIDE = worktree(branch="other", aside=2, onward=True)


def view(known: RepositoryFacts) -> Repository:
    return repository_view(ENROLMENT, known, ME, NOW)


def held(tree: WorktreeFacts | None = worktree(), **changes: object) -> RepositoryFacts:
    return facts(remote(CLAIMED, holder=HOLDER), tree, **changes)


@pytest.mark.parametrize(
    "known,status",
    [
        (facts(None), Status.UNKNOWN),
        (facts(remote()), Status.IDLE),
        (held(), Status.CLAIMED),
        (held(run=run(RunState.STARTING, started_at=None)), Status.STARTING),
        (held(run=run()), Status.WORKING),
        (held(run=run(last_output_at=NOW - timedelta(minutes=11))), Status.STALLED),
        (held(run=EXIT_0), Status.DONE),
        (held(worktree(commits=0), run=EXIT_0), Status.ENDED),
        (held(worktree(changes=("a",)), run=EXIT_0), Status.ENDED),
        (held(worktree(commits=0, changes=("a",)), run=EXIT_0), Status.ENDED),
        (held(run=run(RunState.ENDED, exit=1)), Status.FAILED),
        (held(run=run(RunState.KILLED)), Status.FAILED),
        (held(run=run(RunState.UNKNOWN)), Status.UNKNOWN),
        (held(run=run(RunState.ENDED, exit=-15, stopped=True)), Status.CLAIMED),
        (held(run=run(RunState.ENDED, exit=0, issue=7, branch="agent001/7")), Status.CLAIMED),
        (held(run=run(RunState.ENDED, exit=1, attempt=7)), Status.CLAIMED),
        (held(run=run(started_at=NOW - timedelta(hours=2))), Status.WORKING),
        (facts(remote(), run=run()), Status.WORKING),
        (facts(remote(CLAIMED, holder=structs.replace(HOLDER, phase=Phase.BOTTLING))), Status.HANDING_OVER),
        (facts(remote(CLAIMED, holder=structs.replace(HOLDER, cockpit=OTHER))), Status.ELSEWHERE),
        (facts(remote(CLAIMED, holder=structs.replace(HOLDER, cockpit=OTHER)), run=run()), Status.ELSEWHERE),
        (facts(None, run=run()), Status.WORKING),
        (facts(remote(), seen_ledger=True), Status.UNKNOWN),
        (facts(remote(ledger=LedgerHead("x", "what is this", NOW))), Status.UNKNOWN),
    ],
)
def test_status(known: RepositoryFacts, status: Status) -> None:
    assert view(known).agent.status is status


ASKS = Progress(question="Which?")
LIMITED = Progress(limited=True, resets_at=NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("progress", "quiet", "exit", "status", "words"),
    [
        (ASKS, 0, None, Status.NEEDS_INPUT, "answer on 12: Which?"),
        (ASKS, 3600, None, Status.NEEDS_INPUT, "Which?"),
        (LIMITED, 0, None, Status.LIMIT, "resets at 2026"),
        (structs.replace(LIMITED, resets_at=NOW), 0, None, Status.WORKING, None),
        (structs.replace(LIMITED, resets_at=NOW), 3600, None, Status.STALLED, "said nothing"),
        # What only looks like a question is believed once nothing has followed it, and then before silence.
        (structs.replace(ASKS, guessed=True), 5, None, Status.WORKING, None),
        (structs.replace(ASKS, guessed=True), 30, None, Status.NEEDS_INPUT, "Which?"),
        (structs.replace(ASKS, guessed=True), 3600, None, Status.NEEDS_INPUT, "Which?"),
        (Progress(), 3600, None, Status.STALLED, "said nothing"),
        (LIMITED, 0, 1, Status.LIMIT, "resets at 2026"),
        (structs.replace(LIMITED, done=False), 0, 0, Status.LIMIT, "launch it again after that"),
        (structs.replace(LIMITED, guessed=True), 0, 0, Status.DONE, "bottle"),
        (ASKS, 0, 0, Status.ENDED, "ended with a question: Which?"),
        # How it ended is told by its events and its exit; what it asked last is told besides.
        (ASKS, 0, -9, Status.FAILED, "ended by signal 9, after it had made commits."),
        (ASKS, 0, 1, Status.FAILED, "Its last question has no answer: Which?"),
        (structs.replace(ASKS, done=True), 0, 0, Status.DONE, "bottle it. Its last question has no answer: Which?"),
        (structs.replace(ASKS, done=False), 0, 0, Status.FAILED, "has no answer: Which?"),
        (structs.replace(ASKS, guessed=True), 0, 0, Status.DONE, "bottle"),
        (Progress(done=True), 0, 0, Status.DONE, "bottle"),
        (Progress(done=True), 0, 1, Status.FAILED, "made commits"),
        (Progress(done=False), 0, 0, Status.FAILED, "made commits"),
    ],
)
def test_what_a_run_says_comes_before_its_silence(
    progress: Progress, quiet: int, exit: int | None, status: Status, words: str | None
) -> None:
    state = RunState.RUNNING if exit is None else RunState.ENDED
    said = run(state, exit=exit, last_output_at=NOW - timedelta(seconds=quiet), progress=progress)
    found = view(held(run=said))
    assert found.agent.status is status
    assert (found.needs == ()) if words is None else any(words in need.message for need in found.needs)
    if status is Status.LIMIT:
        assert found.agent.run is not None and found.agent.run.resets_at == LIMITED.resets_at


@pytest.mark.parametrize(
    ("attachable", "hears", "way"),
    [
        (True, False, "Attach, and answer"),
        (False, True, "with a message"),
        (False, False, "launch it again with the answer"),
    ],
)
def test_an_agent_that_waits_is_answered_in_the_way_that_it_has(attachable: bool, hears: bool, way: str) -> None:
    [need] = view(held(run=run(progress=ASKS, attachable=attachable, hears=hears))).needs
    assert need.message.startswith("The agent waits for an answer on 12: Which? ") and way in need.message


def test_every_ending_has_a_name_and_a_next_step_and_one_is_done() -> None:
    assert [set(row) for row in ENDINGS.values()] == [set(Left)] * len(How)
    assert {ending for row in ENDINGS.values() for ending in row.values()} == set(Ending) == set(NEXT_STEPS)
    done = [(how, left) for how, row in ENDINGS.items() for left, found in row.items() if found is Ending.DONE]
    assert done == [(How.WELL, Left.COMMITS)]


@pytest.mark.parametrize(
    ("tree", "exit", "ending", "words"),
    [
        (worktree(), 0, Ending.DONE, "bottle it"),
        (worktree(changes=("a",)), 0, Ending.UNCOMMITTED, "asks to commit"),
        (worktree(commits=0, changes=("a",)), 0, Ending.NOTHING_COMMITTED, "asks to commit"),
        (worktree(commits=0), 0, Ending.NO_WORK, "Launch it again"),
        (worktree(commits=None), 0, Ending.UNSEEN, "its log"),
        (ASIDE, 0, Ending.ASTRAY, "on other, not on agent001/12-fix-the-crash, which lacks 2 commits of it. Once"),
        (structs.replace(ASIDE, onward=False), 0, Ending.ASTRAY, "2 commits there would not be handed over"),
        (worktree(branch="other"), 0, Ending.ASTRAY, "The agent on 12 ended well. The worktree stands on other"),
        (structs.replace(ASIDE, busy="a rebase"), 0, Ending.DONE, "bottle it"),
        (ASIDE, 1, Ending.FAILED, "The agent on 12 ended with exit 1. The worktree stands on other"),
        (None, 0, Ending.UNSEEN, "ended well. The worktree for 12 is not there. What was committed is safe"),
        (None, 1, Ending.FAILED, "ended with exit 1. The worktree for 12 is not there."),
        (worktree(), 1, Ending.FAILED_WITH_COMMITS, "ended with exit 1, after it had made commits"),
        (worktree(commits=0, changes=("a",)), -9, Ending.FAILED_WITH_FILES, "ended by signal 9, and left files"),
        (worktree(commits=0), None, Ending.FAILED, "was killed or lost"),
    ],
)
def test_how_a_run_ended_has_a_name_and_a_next_step(
    tree: WorktreeFacts | None, exit: int | None, ending: Ending, words: str
) -> None:
    state = RunState.KILLED if exit is None else RunState.ENDED
    found = view(held(tree, run=run(state, exit=exit)))
    assert found.agent.run is not None and found.agent.run.ending is ending
    assert (found.agent.status is Status.DONE) == (ending is Ending.DONE)
    [told] = [need.message for need in found.needs]
    assert words in told
    misplaced = [drift.message for drift in found.drift if "orktree" in drift.message]
    assert all(message in told for message in misplaced), "what stands in the need is no other thing beside it"


def test_what_the_stop_file_ended_says_so_and_is_no_failure() -> None:
    halted = run(RunState.ENDED, exit=-15, halted=True, problem="The agent on 12 was stopped by the file STOP.")
    found = view(held(run=halted))
    assert found.agent.status is Status.ENDED and found.agent.run is not None
    assert found.agent.run.ending is Ending.HALTED
    assert found.needs == (Need(NeedCode.AGENT_ENDED, halted.problem or ""),)


def test_a_run_that_was_killed_is_told_once_with_its_issue_and_what_to_do_first() -> None:
    killed = run(RunState.KILLED, problem=RUN_KILLED(issue=12))
    found = view(held(run=killed))
    [need], [drift] = found.needs, found.drift
    assert need.message == drift.message == killed.problem
    assert need.message.startswith("The agent on 12 ") and need.message.index("Launch it again") < 100


def test_what_a_person_ended_by_hand_has_not_failed() -> None:
    found = view(held(run=structs.replace(run(RunState.ENDED, exit=130), by_hand=True)))
    assert found.agent.status is Status.ENDED and found.agent.run is not None
    assert found.agent.run.ending is Ending.BY_HAND and "sit down again" in found.needs[0].message
    broken = structs.replace(run(RunState.ENDED, exit=-15), by_hand=True, problem="It was ended at its limit.")
    assert view(held(run=broken)).agent.status is Status.FAILED


@pytest.mark.parametrize(
    ("tree", "exit", "ending", "words"),
    [
        (worktree(oid="old"), 0, Ending.NOTHING_NEW, "added nothing to the commits that were there before it"),
        (worktree(oid="new"), 0, Ending.DONE, "bottle it"),
        (worktree(oid="old", changes=("a",)), 0, Ending.NOTHING_COMMITTED, "committed none of its files"),
        (worktree(oid="old", commits=0), 0, Ending.NO_WORK, "made no commit"),
        (worktree(oid="old"), 1, Ending.FAILED, "Its work is kept"),
        (worktree(oid="new"), 1, Ending.FAILED_WITH_COMMITS, "after it had made commits"),
    ],
)
def test_what_was_committed_before_a_run_is_not_its_own(
    tree: WorktreeFacts, exit: int, ending: Ending, words: str
) -> None:
    found = view(held(tree, run=run(RunState.ENDED, exit=exit, attempt=1, head="old")))
    assert found.agent.run is not None and found.agent.run.ending is ending
    assert words in found.needs[0].message


def test_a_night_asleep_is_no_silence_and_who_sits_there_needs_no_notice() -> None:
    last = NOW - timedelta(hours=8)
    silent = run(started_at=last, last_output_at=last)
    assert view(held(run=silent)).agent.status is Status.STALLED
    woken = structs.replace(silent, awake_since=NOW - timedelta(minutes=9))
    assert view(held(run=woken)).agent.status is Status.WORKING
    assert (
        view(held(run=structs.replace(woken, awake_since=NOW - timedelta(minutes=11)))).agent.status is Status.STALLED
    )
    asks = structs.replace(silent, progress=structs.replace(ASKS, guessed=True))
    assert view(held(run=asks)).agent.status is Status.NEEDS_INPUT
    sits = view(held(run=structs.replace(asks, by_hand=True))).agent
    assert sits.status is Status.WORKING and sits.run is not None and sits.run.question is None
    assert "not counted" in (sits.run.doing or "")


def test_a_newer_ledger_makes_the_repository_read_only() -> None:
    assert view(facts(remote(ledger=LedgerHead("x", 'Soda-State: {"v":9}', NOW)))).read_only


@pytest.mark.parametrize(
    "known,code,words",
    [
        (held(run=EXIT_0), NeedCode.WORK_DONE, "bottle"),
        (held(worktree(commits=0), run=EXIT_0), NeedCode.AGENT_ENDED, "made no commit"),
        (held(worktree(changes=("a",)), run=EXIT_0), NeedCode.AGENT_ENDED, "asks to commit"),
        (held(worktree(commits=0, changes=("a",)), run=EXIT_0), NeedCode.AGENT_ENDED, "asks to commit"),
        (held(run=run(RunState.ENDED, exit=3)), NeedCode.AGENT_FAILED, "exit 3"),
        (held(run=run(RunState.ENDED, exit=-9)), NeedCode.AGENT_FAILED, "signal 9"),
        (held(None), NeedCode.CLAIM_UNFINISHED, "pop"),
        (facts(remote(issue(5, "route:ready_to_merge"))), NeedCode.READY_TO_LAND, "5"),
        (facts(remote(), seen_ledger=True), NeedCode.CRITICAL_DRIFT, "ledger"),
    ],
)
def test_what_needs_a_person(known: RepositoryFacts, code: NeedCode, words: str) -> None:
    needs = view(known).needs
    assert code in {need.code for need in needs}
    assert any(words in need.message for need in needs)


def test_a_name_that_another_repository_has_by_now_is_said_once() -> None:
    moved = remote(name=RepositoryName("github.com", "acme", "booster"), occupied=True)
    clone = CloneFacts("main", None, False, 0, 0, origin=ENROLMENT.name)
    said = view(facts(moved, local=LocalFacts(clone, None))).needs
    assert [need.code for need in said if "booster" in need.message] == [NeedCode.CLONE_PROBLEM]
    said = view(facts(moved)).needs
    assert [need.code for need in said if "booster" in need.message] == [NeedCode.RENAMED]


def test_what_a_former_token_could_not_see_is_not_said_of_one_that_may_read_nothing() -> None:
    unseen = remote(degraded=(Problem(ErrorCode.FORBIDDEN, "The checks are not shown."),))
    before, refused = view(facts(unseen)), Problem(ErrorCode.FORBIDDEN, "Nothing is shown.")
    assert [need.message for need in before.needs] == ["The checks are not shown."]
    for after in (view(facts(unseen, problem=refused)), recalled_view(before, view(facts(None, problem=refused)))):
        assert [need.message for need in after.needs] == ["Nothing is shown."]


def test_a_failed_read_keeps_the_data_and_says_why() -> None:
    stale = view(held(problem=Problem(ErrorCode.NETWORK, "No network.", NOW)))
    assert stale.stale and stale.error is not None and stale.error.retry_at == NOW
    assert stale.agent.issue == 12 and stale.fetched_at == NOW


def test_pull_requests_and_counts() -> None:
    found = view(
        facts(
            remote(
                issue(5, "route:review"),
                issue(6, "route:ready"),
                open_issues=40,
                pull_requests=(pull_request(31, "agent001/5-x"), pull_request(30, open=False)),
            )
        )
    )
    assert [(entry.number, entry.issue) for entry in found.pull_requests] == [(31, 5)]
    assert (found.counts.open, found.counts.routed, found.counts.in_review) == (40, 2, 1)


def test_a_hand_over_needs_a_person_only_where_it_stays() -> None:
    bottling = structs.replace(HOLDER, phase=Phase.BOTTLING)
    seen = remote(CLAIMED, holder=bottling)
    assert seen.ledger is not None

    def after(seconds: int) -> Repository:
        return repository_view(ENROLMENT, facts(seen), ME, NOW + timedelta(seconds=seconds))

    assert after(20).needs == () and attention(after(20)) is Attention.WORKING
    assert [need.code for need in after(120).needs] == [NeedCode.HANDOVER_UNFINISHED]
    assert after(20).unfinished is not None
    assert attention(after(120)) is Attention.NEEDS_PERSON


@pytest.mark.parametrize("code", [ErrorCode.AUTHENTICATION, ErrorCode.SAML, ErrorCode.FORBIDDEN])
def test_who_is_not_admitted_is_needed_with_and_without_earlier_data(code: ErrorCode) -> None:
    refused = view(facts(None, problem=Problem(code, "Make a new token.", NOW)))
    kept = structs.replace(
        view(held()), needs=(Need(NeedCode.NOT_ADMITTED, "as of old"), Need(NeedCode.WORK_DONE, "done"))
    )
    wanted = Need(NeedCode.NOT_ADMITTED, "Make a new token.")
    assert refused.needs == (wanted,)
    assert view(held(problem=Problem(code, "Make a new token."))).needs[0] == wanted
    assert recalled_view(kept, refused).needs == (wanted, kept.needs[1])
    assert recalled_view(kept, view(facts(None))).needs == (kept.needs[1],)


def test_no_network_needs_nobody() -> None:
    assert view(facts(remote(), problem=Problem(ErrorCode.NETWORK, "No network."))).needs == ()


def test_silence_is_told_after_the_minutes_that_are_set() -> None:
    quiet = held(run=run(last_output_at=NOW - timedelta(minutes=5)))
    patient = structs.replace(ENROLMENT, limits=LimitSettings(silent_minutes=4.5))
    assert view(quiet).agent.status is Status.WORKING
    silent = repository_view(patient, quiet, ME, NOW)
    assert silent.agent.status is Status.STALLED
    assert "270 seconds" in silent.needs[0].message


def test_what_the_agent_says_itself_stands_in_the_run() -> None:
    tally = Tally().after(Event(EventKind.USAGE, tokens=Tokens(1000, 20), cost=0.5, context=Context(50, 200)))
    sums = Sums().after(11, "2026-05-03", tally).after(12, "2026-05-04", tally)
    call = Event(EventKind.TOOL_START, "Bash", "make " + "x" * 500, tool_id="a")
    progress = structs.replace(progress_of([call]), tally=tally, missed=7)
    seen = view(held(run=run(progress=progress), sums=sums))
    found = seen.agent.run or pytest.fail()
    assert (found.doing or "").startswith("Bash make xxx") and len(found.doing or "") == 200 and found.question is None
    assert found.usage == Usage(1000, 20, 0, 0, 0, 0.5, 50, 200, complete=False)
    assert words(found.usage) == "at least 1.0k tokens in, 20 out · $0.50 · context 25% full"
    assert seen.spending is not None and [one.issue for one in seen.spending.issues] == [11, 12]
    whole = snapshot_of([seen, structs.replace(seen, name="acme/other")], (), NOW)
    assert (
        words_of_day(whole, "2026-05-04") == "2.0k tokens in, 40 out · $1.00"
        and words_of_day(whole, "2026-05-05") == ""
    )
    asked = view(held(run=run(RunState.ENDED, exit=0, progress=ASKS))).agent.run or pytest.fail()
    assert (asked.question, asked.doing, asked.usage) == ("Which?", None, None)


def test_a_limit_holds_for_its_profile_as_long_as_it_says_and_else_for_its_issue() -> None:
    ended = run(RunState.ENDED, exit=1, progress=LIMITED, profile="claude")
    endless = structs.replace(ended, progress=structs.replace(LIMITED, resets_at=None))
    both = frozenset({"claude"})
    assert at_limit([ended], (), 12, NOW) == at_limit([ended], (), 13, NOW) == both
    assert not at_limit([ended], (), 12, NOW + timedelta(hours=3))
    assert at_limit([endless], (), 12, NOW) == both and not at_limit([endless], (), 13, NOW)
    assert not at_limit([endless], (), 12, NOW + timedelta(hours=6))
    assert not at_limit([run(progress=LIMITED), EXIT_0], (), 12, NOW)
    # A pattern in the words of an agent that ended well tells of no limit.
    guessed = structs.replace(LIMITED, resets_at=None, guessed=True)
    assert not at_limit([structs.replace(EXIT_0, progress=guessed)], (), 12, NOW)


def test_a_limit_is_remembered_while_others_are_tried_and_in_all_repositories() -> None:
    first = run(RunState.ENDED, exit=1, progress=LIMITED, profile="claude", last_output_at=NOW - timedelta(hours=2))
    other = run(RunState.ENDED, exit=1, progress=Progress(messages=3), profile="codex")
    assert at_limit([other, first], (), 12, NOW) == at_limit([other], [first], 12, NOW) == {"claude"}
    # Without an end it is that issue's, whose number others have too; without a name it is that repository's.
    endless = structs.replace(first, progress=structs.replace(LIMITED, resets_at=None))
    assert at_limit([other, endless], (), 12, NOW) == {"claude"} and not at_limit([other], [endless], 12, NOW)
    unnamed = structs.replace(first, profile="")
    assert at_limit([unnamed], (), 12, NOW) == {""} and not at_limit((), [unnamed], 12, NOW)
    # It is over once the same agent has got on anywhere, not by a run that never said anything.
    got_on = structs.replace(other, profile="claude")
    assert not at_limit([first], [got_on], 12, NOW)
    assert at_limit([first], [structs.replace(got_on, progress=Progress())], 12, NOW) == {"claude"}
    assert at_limit([first], [structs.replace(got_on, last_output_at=NOW - timedelta(hours=3))], 12, NOW) == {"claude"}
