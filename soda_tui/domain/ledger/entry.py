"""The entries of the ledger: a state as the message of a commit, and back."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from msgspec import Struct, structs

from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.labels import is_agent_label
from soda_tui.domain.ledger.state import Bundle, Entry, HandedOver, Holder, Ledger, LedgerCondition, LedgerState, Phase
from soda_tui.domain.naming import branch_issue, bundle_issues
from soda_tui.domain.sentences import LEDGER_UNWRITABLE

VERSION = 1
_MOST = 10_000
_LONGEST = 255
_ROUNDS = 100
_COCKPIT = re.compile(r"[0-9a-f]{8}")
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def encode(entry: Entry) -> str:
    """The commit message of an entry: no `#` and no title, which would make references on GitHub.

    Raises a Failure where it could not be read again: such a head would keep every cockpit from acting.
    """
    message = _message(entry)
    read = decode(LedgerHead("", message, None))
    if read.condition is not LedgerCondition.READABLE or _state_json(read.state) != _state_json(entry.state):
        raise Failure(Problem(ErrorCode.REFUSED, LEDGER_UNWRITABLE(issue=entry.issue)))
    return message


def _message(entry: Entry) -> str:
    return (
        f"{entry.event} {entry.issue} [skip ci]\n\n"
        f"Soda-Event: {entry.event}\n"
        f"Soda-Cockpit: {entry.cockpit}\n"
        f"Soda-Nonce: {entry.nonce}\n"
        f"Soda-State: {_state_json(entry.state)}\n"
    )


class Event(Struct, frozen=True):
    """What a ledger commit says to people: what was done to which issue, and by which cockpit."""

    name: str
    issue: int
    cockpit: str


_EVENT = re.compile(
    r"[a-z-]+ (?P<issue>[1-9][0-9]{0,9})\b.*?^Soda-Event: (?P<name>[a-z-]+)$"
    r".*?^Soda-Cockpit: (?P<cockpit>[0-9a-f]{8})$",
    re.MULTILINE | re.DOTALL,
)


def read_event(head: LedgerHead) -> Event | None:
    """The event of a ledger commit, for histories; None where it has none. Nothing is decided by it."""
    found = _EVENT.match(head.message)
    return Event(found["name"], int(found["issue"]), found["cockpit"]) if found else None


def decode(head: LedgerHead | None) -> Ledger:
    """What the ledger's head says; unreadable and newer states are conditions, never errors."""
    if head is None:
        return Ledger(LedgerCondition.ABSENT)
    line = next((line for line in reversed(head.message.splitlines()) if line.startswith("Soda-State: ")), None)
    try:
        value = json.loads(line.removeprefix("Soda-State: ")) if line else None
        if isinstance(value, dict) and isinstance(value.get("v"), int) and value["v"] > VERSION:
            return Ledger(LedgerCondition.NEWER, head.oid)
        return Ledger(LedgerCondition.READABLE, head.oid, _state(value))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
        return Ledger(LedgerCondition.UNREADABLE, head.oid)


def _state_json(state: LedgerState) -> str:
    value = {
        "v": VERSION,
        "holder": state.holder
        and {
            **structs.asdict(state.holder),
            "review": state.holder.review and structs.asdict(state.holder.review),
            "since": state.holder.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "handed_over": [structs.asdict(done) for done in state.handed_over],
        "attempts": {str(issue): count for issue, count in sorted(state.attempts.items())},
        "forgiven": {str(issue): count for issue, count in sorted(state.forgiven.items())},
        "bundles": [structs.asdict(bundle) for bundle in state.bundles],
        "merging": {str(number): head for number, head in sorted(state.merging.items())},
    }
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)


def _state(value: object) -> LedgerState:
    if not isinstance(value, dict) or value["v"] != VERSION:
        raise ValueError("not a state of this version")
    holder, handed_over, attempts = value["holder"], value["handed_over"], value["attempts"]
    forgiven, bundles, merging = value.get("forgiven", {}), value.get("bundles", []), value.get("merging", {})
    if max(map(len, (handed_over, attempts, forgiven, bundles, merging))) > _MOST:
        raise ValueError("too much for one state")
    return LedgerState(
        None if holder is None else _holder(holder),
        tuple(_handed_over(done) for done in handed_over),
        {_number(int(issue)): _number(count) for issue, count in attempts.items()},
        {_number(int(issue)): _number(count) for issue, count in forgiven.items()},
        tuple(_bundle(bundle) for bundle in bundles),
        {_number(int(number)): _matching(_OID, head) for number, head in merging.items()},
    )


def _bundle(value: dict[str, object]) -> Bundle:
    branch, works, number = _text(value["branch"]), value["works"], value["pull_request"]
    if not isinstance(works, list):
        raise ValueError("not a bundle")
    pairs = tuple((_number(issue), _matching(_OID, head)) for issue, head in works)
    if sorted(issue for issue, _ in pairs) != list(bundle_issues(branch)):
        raise ValueError("not a bundle's branch")
    return Bundle(branch, pairs, None if number is None else _number(number))


def _handed_over(value: object) -> HandedOver:
    if not isinstance(value, dict):
        raise TypeError("not work")
    pull_request = value["pull_request"]
    issue = _number(value["issue"])
    head, rounds = value.get("head"), value.get("rounds", [])
    if not isinstance(rounds, list) or len(rounds) > _ROUNDS:
        raise ValueError("not rounds")
    return HandedOver(
        issue,
        _branch(value["branch"], issue),
        None if pull_request is None else _number(pull_request),
        None if head is None else _matching(_OID, head),
        tuple(_matching(_OID, each) for each in rounds),
    )


def _holder(value: dict[str, object]) -> Holder:
    assigned, name, review = value.get("assigned"), value.get("name"), value.get("review")
    issue = _number(value["issue"])
    agent = _text(value["agent"])
    if not is_agent_label(agent):
        raise ValueError("not an agent")
    return Holder(
        cockpit=_matching(_COCKPIT, value["cockpit"]),
        agent=agent,
        issue=issue,
        branch=_branch(value["branch"], issue),
        base=_matching(_OID, value["base"]),
        since=_moment(value["since"]),
        attempt=_number(value["attempt"]),
        phase=Phase(_text(value["phase"])),
        assigned=None if assigned is None else _text(assigned),
        name=None if name is None else _text(name),
        review=None if review is None else _handed_over(review),
    )


def _branch(value: object, issue: int) -> str:
    """A work branch of that issue: whoever writes the ledger must not choose what the cockpit pushes to."""
    branch = _text(value)
    if branch_issue(branch) != issue:
        raise ValueError("not a work branch of the issue")
    return branch


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None or not 2000 <= moment.year <= 2200:
        raise ValueError("not a time")
    return moment.astimezone(UTC)


def _matching(pattern: re.Pattern[str], value: object) -> str:
    text = _text(value)
    if pattern.fullmatch(text) is None:
        raise ValueError("not an id")
    return text


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= _LONGEST:
        raise ValueError("not a text")
    return value


def _number(value: object) -> int:
    # GitHub's numbers are 32-bit; a larger one would make it refuse the whole document that asks for it.
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise ValueError("not a number")
    return value
