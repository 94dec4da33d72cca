"""The ledger: what is written is read again; what cannot be read is a condition, never an error."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from given import HOLDER, ME, NOW, ledger_head
from hypothesis import given
from hypothesis import strategies as st

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
    decode,
    encode,
    popped,
    released,
    without_closed,
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
    state = popped(LedgerState(handed_over=(HandedOver(12, "old", 3),)), replace(HOLDER, attempt=2))
    assert (state.holder, state.handed_over, state.attempts) == (replace(HOLDER, attempt=2), (), {12: 2})
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
    bad = replace(STATE, holder=replace(HOLDER, **changes))  # type: ignore[arg-type]  # fields of Holder
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
    assert ledger_head(replace(STATE, holder=replace(HOLDER, since=NOW.replace(microsecond=7))))


def test_attempts_at_closed_issues_are_forgotten_unless_the_ledger_speaks_of_them() -> None:
    state = LedgerState(HOLDER, (HandedOver(7, "agent001/7-x", 31),), {7: 2, 8: 1, 9: 3, 12: 1})
    assert without_closed(state, {9}).attempts == {7: 2, 9: 3, 12: 1}


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
