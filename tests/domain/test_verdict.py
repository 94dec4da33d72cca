"""States and actions: the table is whole, and each of its sentences can be said."""

from __future__ import annotations

import pytest
from given import ENROLMENT, HOLDER, ME, NOW, facts, issue, remote, worktree
from msgspec import structs

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import Error
from soda_tui.domain.verdict import TABLE, Asks, Does, Refuses, question, reason, verdict
from soda_tui.domain.view import repository_view

VIEW = repository_view(
    ENROLMENT, facts(remote(issue(12, "route:ready", "agent001"), holder=HOLDER), worktree()), ME, NOW
)
# One letter for each verb in the order pop, bottle, reset, launch, stop: Does, Asks, Refuses.
EXPECTED = {
    Status.IDLE: "DRRRR",
    Status.CLAIMED: "RDADR",
    Status.STARTING: "RRRRA",
    Status.WORKING: "RRRRA",
    Status.NEEDS_INPUT: "RRRRA",
    Status.LIMIT: "RDADA",
    Status.STALLED: "RRRRA",
    Status.ENDED: "RDADR",
    Status.FAILED: "RDADR",
    Status.DONE: "RDADR",
    Status.HANDING_OVER: "RDARR",
    Status.ELSEWHERE: "RRRRA",
    Status.UNKNOWN: "RRRRA",
}
VERBS = (Verb.POP, Verb.BOTTLE, Verb.RESET, Verb.LAUNCH, Verb.STOP)


@pytest.mark.parametrize("status", list(Status))
def test_every_state_answers_every_action(status: Status) -> None:
    letters = {Does: "D", Asks: "A", Refuses: "R"}
    assert "".join(letters[type(TABLE[status][verb])] for verb in VERBS) == EXPECTED[status]
    assert isinstance(TABLE[status][Verb.PEEK], Does)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("verb", list(Verb))
def test_every_refusal_and_question_is_a_sentence(status: Status, verb: Verb) -> None:
    view = structs.replace(VIEW, agent=structs.replace(VIEW.agent, status=status))
    for sentence in (reason(view, verb), question(view, verb)):
        if sentence is not None:
            assert "{" not in sentence
            assert sentence[-1] in ".?"
            assert "acme/rocket" in sentence


@pytest.mark.parametrize("verb", [Verb.POP, Verb.CONTINUE])
def test_what_github_has_not_answered_yet_is_told_from_what_cannot_be_known(verb: Verb) -> None:
    unknown = structs.replace(VIEW, agent=structs.replace(VIEW.agent, status=Status.UNKNOWN), fetched_at=NOW)
    assert "soda-tui status says why" in (reason(unknown, verb) or "")
    unread = structs.replace(unknown, fetched_at=None)
    assert "has not answered yet" in (reason(unread, verb) or "")
    failed = structs.replace(unread, error=Error(ErrorCode.NETWORK, "Gone.", None))
    assert "soda-tui status says why" in (reason(failed, verb) or "")


def test_holding_is_refused_in_the_words_of_the_promise() -> None:
    assert "already holding 12" in (reason(VIEW, Verb.POP) or "")


def test_taken_and_nothing_to_do_have_codes_of_their_own() -> None:
    elsewhere = TABLE[Status.ELSEWHERE][Verb.POP]
    idle = TABLE[Status.IDLE][Verb.BOTTLE]
    assert isinstance(elsewhere, Refuses) and elsewhere.code is ErrorCode.TAKEN
    assert isinstance(idle, Refuses) and idle.code is ErrorCode.NOTHING_TO_DO


@pytest.mark.parametrize("changes", [{"archived": True}, {"read_only": True}])
def test_archived_and_read_only_repositories_are_only_watched(changes: dict[str, bool]) -> None:
    view = structs.replace(VIEW, **changes)
    for verb in (Verb.POP, Verb.BOTTLE, Verb.RESET, Verb.LAUNCH):
        assert isinstance(verdict(view, verb), Refuses)
    assert isinstance(verdict(view, Verb.PEEK), Does)
