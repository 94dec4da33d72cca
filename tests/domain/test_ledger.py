"""The ledger: what is written is read again; what cannot be read is a condition, never an error."""

from __future__ import annotations

from dataclasses import replace

import pytest
from given import HOLDER, ME, NOW, ledger_head
from hypothesis import given
from hypothesis import strategies as st

from soda_tui.domain.facts import LedgerHead
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
        {"agent": "../../x"},
        {"agent": "agent"},
        {"issue": 0},
        {"issue": 2**40},
        {"attempt": -1},
        {"base": "--all"},
        {"base": ""},
        {"cockpit": ""},
        {"since": NOW.replace(year=1)},
        {"name": ""},
    ],
)
def test_a_holder_that_no_cockpit_would_write_is_not_believed(changes: dict[str, object]) -> None:
    bad = replace(STATE, holder=replace(HOLDER, **changes))  # type: ignore[arg-type]  # fields of Holder
    assert decode(ledger_head(bad)).condition is LedgerCondition.UNREADABLE


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


def test_a_branch_with_control_characters_is_not_believed() -> None:
    bad = replace(STATE, holder=replace(HOLDER, branch="agent001/12-\x1b[31m"))
    assert decode(ledger_head(bad)).condition is LedgerCondition.UNREADABLE
