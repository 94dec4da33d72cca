"""The ledger: what is written is read again; what cannot be read is a condition, never an error."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from given import HOLDER, ME, NOW, ledger_head
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import Failure
from soda_tui.domain.ledger import (
    Entry,
    HandedOver,
    LedgerCondition,
    LedgerState,
    Phase,
    bottled,
    bottling,
    bounded,
    decode,
    encode,
    finished,
    popped,
    released,
)

STATE = LedgerState(HOLDER, (HandedOver(7, "agent001/7-x", 31),), {7: 2, 12: 1})


def test_what_is_written_is_read() -> None:
    found = decode(ledger_head(STATE))
    assert (found.condition, found.head, found.state) == (LedgerCondition.READABLE, "led0", STATE)


def test_messages_refer_to_nothing_on_github() -> None:
    message = encode(Entry("popped", 12, ME, "7d0e", STATE))
    assert message.startswith("popped 12 [skip ci]\n\nSoda-Event: popped\n")
    assert "#" not in message and "Nonce: 7d0e" in message and "@" not in message


def test_a_claim_goes_through_its_phases() -> None:
    state = popped(LedgerState(handed_over=(HandedOver(12, "old", 3),)), structs.replace(HOLDER, attempt=2))
    assert (state.holder, state.handed_over, state.attempts) == (structs.replace(HOLDER, attempt=2), (), {12: 2})
    pushing = bottling(state)
    assert pushing.holder is not None and pushing.holder.phase is Phase.BOTTLING
    done = bottled(pushing, 31)
    assert done.holder is None and done.handed_over == (HandedOver(12, HOLDER.branch, 31),)
    assert released(state).holder is None and released(state).attempts == {12: 2}


@pytest.mark.parametrize(
    "line,condition",
    [
        ("", LedgerCondition.UNREADABLE),
        ("Soda-State: {", LedgerCondition.UNREADABLE),
        ("Soda-State: null", LedgerCondition.UNREADABLE),
        ('Soda-State: {"v":1}', LedgerCondition.UNREADABLE),
        ('Soda-State: {"v":0,"holder":null,"handed_over":[],"attempts":{}}', LedgerCondition.UNREADABLE),
        ('Soda-State: {"v":1,"holder":{"agent":7},"handed_over":[],"attempts":{}}', LedgerCondition.UNREADABLE),
        ('Soda-State: {"v":2,"holder":"who knows"}', LedgerCondition.NEWER),
        ('Soda-State: {"v":1,"holder":null,"handed_over":[],"attempts":{}}', LedgerCondition.READABLE),
    ],
)
def test_what_a_head_may_say(line: str, condition: LedgerCondition) -> None:
    assert decode(LedgerHead("x", f"popped 1\n\nSoda-Event: popped\n{line}\n", NOW)).condition is condition


@pytest.mark.parametrize(
    "changes",
    [
        {"branch": "main"},
        {"branch": "agent001/13-another-issue"},
        {"branch": "refs/heads/main"},
        {"branch": "--upload-pack=x"},
        {"branch": "agent001/12-" + "x" * 300},
        {"branch": "agent001/12-\x1b[31m"},
        {"agent": "../../x"},
        {"agent": "agent"},
        {"issue": 0},
        {"issue": 2**40},
        {"attempt": -1},
        {"base": "--all"},
        {"base": ""},
        {"cockpit": ""},
        {"since": datetime(1, 1, 1, 12, tzinfo=UTC)},
        {"name": ""},
    ],
)
def test_a_holder_that_no_cockpit_believes_is_none_that_it_would_write(changes: dict[str, object]) -> None:
    bad = structs.replace(STATE, holder=structs.replace(HOLDER, **changes))
    with pytest.raises(Failure, match="was not written"):
        ledger_head(bad)
    begun, _, state = ledger_head(STATE).message.partition("Soda-State: ")
    written = json.loads(state)
    written["holder"].update({name: str(value) if name == "since" else value for name, value in changes.items()})
    head = LedgerHead("x", f"{begun}Soda-State: {json.dumps(written)}\n", NOW)
    assert decode(head).condition is LedgerCondition.UNREADABLE


def test_what_no_cockpit_could_read_again_is_not_written() -> None:
    crowd = dict.fromkeys(range(1, 10_002), 1)
    for state in (
        LedgerState(attempts=crowd),
        LedgerState(attempts={7: 0}),
        LedgerState(None, (HandedOver(7, "x", 1),)),
    ):
        with pytest.raises(Failure, match="was not written"):
            ledger_head(state)
    assert ledger_head(structs.replace(STATE, holder=structs.replace(HOLDER, since=NOW.replace(microsecond=7))))


def test_attempts_are_forgotten_only_at_issues_that_are_known_to_be_closed() -> None:
    state = LedgerState(HOLDER, (HandedOver(7, "agent001/7-x", 31),), {5: 2, 7: 2, 8: 1, 9: 3, 12: 1})
    known = {7: False, 8: False, 9: True, 12: False}
    assert bounded(state, known).attempts == {5: 2, 7: 2, 9: 3, 12: 1}, "5 may be open and not be routed for now"
    assert finished(state, (5, 7), {5}).attempts == {5: 2, 8: 1, 9: 3, 12: 1}


def test_the_attempts_that_are_counted_have_a_bound() -> None:
    state = LedgerState(HOLDER, (HandedOver(7, "agent001/7-x", 31),), dict.fromkeys(range(1, 400), 1))
    kept = set(bounded(state, {3: True}).attempts)
    assert len(kept) == 200 and {3, 7, HOLDER.issue, 399} <= kept and 4 not in kept


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00", "2026-05-04", "now"])
def test_an_odd_time_is_not_believed(since: str) -> None:
    message = ledger_head(STATE).message.replace("2026-05-04T11:00:00Z", since)
    assert since in message
    assert decode(LedgerHead("x", message, NOW)).condition is LedgerCondition.UNREADABLE


def test_no_branch_is_no_ledger() -> None:
    assert decode(None).condition is LedgerCondition.ABSENT


@given(st.text(), st.text())
def test_no_text_breaks_the_reader(message: str, state: str) -> None:
    decode(LedgerHead("x", message, NOW))
    decode(LedgerHead("x", f"Soda-State: {state}", NOW))
