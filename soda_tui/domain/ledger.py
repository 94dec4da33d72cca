"""The ledger: an agent's claims as commits on one branch of the repository, each carrying the whole state after it.

The head's `Soda-State` alone decides; `Soda-Event` is a word for people and the log is never walked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct, field, structs

from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.labels import is_agent_label
from soda_tui.domain.naming import branch_issue, bundle_issues
from soda_tui.domain.sentences import LEDGER_UNWRITABLE

VERSION = 1

_MOST = 10_000
# So many issues can have their attempts counted: an entry stays smaller than a screen of text.
_COUNTED = 200
_LONGEST = 255
_ROUNDS = 100
_COCKPIT = re.compile(r"[0-9a-f]{8}")
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Phase(StrEnum):
    """How far a claim is."""

    WORKING = "working"
    BOTTLING = "bottling"


class HandedOver(Struct, frozen=True):
    """Work that became a pull request and is not finished yet; `head` is the commit that was handed over.

    `rounds` are the heads of its pull request for which feedback was taken up, each once.
    """

    issue: int
    branch: str
    pull_request: int | None
    head: str | None = None
    rounds: tuple[str, ...] = ()


class Holder(Struct, frozen=True):
    """The one claim of a repository.

    `cockpit` is the installation that holds it, `name` what it calls itself; `base` is the commit that its branch
    began at; `attempt` counts the claims of the issue; `assigned` is whom pop itself assigned on GitHub, so that reset
    takes back just that. `review` is the work that was handed over before, where the claim takes up feedback on it.
    """

    cockpit: str
    agent: str
    issue: int
    branch: str
    base: str
    since: datetime
    attempt: int = 1
    phase: Phase = Phase.WORKING
    assigned: str | None = None
    name: str | None = None
    review: HandedOver | None = None

    @property
    def shown(self) -> str:
        """What people see of the holding cockpit: the name that its owner gave it, else its id."""
        return self.name or self.cockpit


class Bundle(Struct, frozen=True):
    """Several handed-over works as one pull request, whose number is None until all of it is done.

    `works` are the issues, each with the head of its own pull request that was merged into the bundle.
    """

    branch: str
    works: tuple[tuple[int, str], ...]
    pull_request: int | None = None

    @property
    def issues(self) -> tuple[int, ...]:
        """The issues whose work is in it, oldest pull request first."""
        return tuple(issue for issue, _ in self.works)


class LedgerState(Struct, frozen=True):
    """What one ledger commit says.

    `attempts` counts the claims and runs of an issue, `forgiven` those of them before a person was given the issue:
    they count no more once that one puts it back into the queue.
    """

    holder: Holder | None = None
    handed_over: tuple[HandedOver, ...] = ()
    attempts: Mapping[int, int] = field(default_factory=dict)
    forgiven: Mapping[int, int] = field(default_factory=dict)
    bundles: tuple[Bundle, ...] = ()


class LedgerCondition(StrEnum):
    """What a look at the ledger branch found."""

    ABSENT = "absent"
    READABLE = "readable"
    UNREADABLE = "unreadable"
    NEWER = "newer"


class Ledger(Struct, frozen=True):
    """The ledger as read: its head's object id, and the state where that is readable."""

    condition: LedgerCondition
    head: str | None = None
    state: LedgerState = LedgerState()


class Entry(Struct, frozen=True):
    """A ledger commit to be made: the word for people, who makes it, a nonce that makes it unique, and the state."""

    event: str
    issue: int
    cockpit: str
    nonce: str
    state: LedgerState


def popped(state: LedgerState, holder: Holder) -> LedgerState:
    """The state after a claim: the holder set, its attempt counted, its issue no longer handed over."""
    return LedgerState(
        holder,
        tuple(done for done in state.handed_over if done.issue != holder.issue),
        {**state.attempts, holder.issue: holder.attempt},
        state.forgiven,
        state.bundles,
    )


def bottling(state: LedgerState) -> LedgerState:
    """The state while the work is handed over; from here on anyone may finish it."""
    return structs.replace(state, holder=state.holder and structs.replace(state.holder, phase=Phase.BOTTLING))


def bottled(state: LedgerState, pull_request: int | None, head: str | None = None) -> LedgerState:
    """The state after the hand-over: the agent is free, the work waits for review."""
    if state.holder is None:
        return state
    before = state.holder.review
    # Another pull request begins anew.
    rounds = before.rounds if before is not None and before.pull_request == pull_request else ()
    done = HandedOver(state.holder.issue, state.holder.branch, pull_request, head, rounds)
    return structs.replace(
        state,
        holder=None,
        handed_over=(*(entry for entry in state.handed_over if entry.issue != done.issue), done),
    )


def waiting(state: LedgerState, done: HandedOver) -> LedgerState:
    """The state once it is known that this work waits, which the ledger did not speak of."""
    others = (entry for entry in state.handed_over if entry.issue != done.issue)
    return structs.replace(state, handed_over=(*others, done))


def released(state: LedgerState, *, given_up: bool = False) -> LedgerState:
    """The state after a reset: no holder; attempts stay counted, but for those of an issue that is given up.

    Work on which feedback was taken up waits again as it did before, with that round counted.
    """
    if state.holder is None:
        return state
    issue, before = state.holder.issue, state.holder.review
    forgiven = {issue: state.attempts.get(issue, 0)} if given_up else {}
    freed = structs.replace(state, holder=None, forgiven={**state.forgiven, **forgiven})
    return freed if before is None else waiting(freed, before)


def taken_up(state: LedgerState, done: HandedOver, head: str) -> tuple[LedgerState, HandedOver]:
    """The state for a claim that takes up feedback on that head, and what it is to be noted as.

    What was tried before counts no more: the tries are those of this round.
    """
    forgiven = {**state.forgiven, done.issue: state.attempts.get(done.issue, 0)}
    round = structs.replace(done, head=head, rounds=tuple(dict.fromkeys((*done.rounds, head))))
    return structs.replace(state, forgiven=forgiven), round


def tries(state: LedgerState, holder: Holder) -> int:
    """Which try at its issue a claim is, since a person had it last or feedback was taken up."""
    return holder.attempt - state.forgiven.get(holder.issue, 0)


def again(state: LedgerState) -> LedgerState:
    """The state once another run begins on the claim: its attempt is the next one."""
    if state.holder is None:
        return state
    holder = structs.replace(state.holder, attempt=state.holder.attempt + 1)
    return structs.replace(state, holder=holder, attempts={**state.attempts, holder.issue: holder.attempt})


def finished(state: LedgerState, issues: Collection[int], still_open: Collection[int]) -> LedgerState:
    """The state once the work on these issues has ended: neither held nor handed over.

    Their attempts are forgotten, but for those `still_open`, whose work was turned down: they can be tried again.
    """
    return LedgerState(
        None if state.holder is not None and state.holder.issue in issues else state.holder,
        tuple(done for done in state.handed_over if done.issue not in issues),
        {issue: count for issue, count in state.attempts.items() if issue not in issues or issue in still_open},
        {issue: count for issue, count in state.forgiven.items() if issue not in issues or issue in still_open},
        state.bundles,
    )


def unbundled(state: LedgerState, branch: str) -> LedgerState:
    """The state once nothing came of a bundle: its works wait as they did before."""
    return structs.replace(state, bundles=tuple(one for one in state.bundles if one.branch != branch))


def bundled(state: LedgerState, bundle: Bundle) -> LedgerState:
    """The state once these works are one pull request, or about to be: no other bundle has any of them."""
    others = (one for one in state.bundles if one.branch != bundle.branch and not set(one.issues) & set(bundle.issues))
    return structs.replace(state, bundles=(*others, bundle))


def noted(state: LedgerState, heads: Mapping[int, str]) -> LedgerState:
    """The state once it is known that the work handed over for these issues has other heads now."""
    return structs.replace(
        state,
        handed_over=tuple(structs.replace(done, head=heads.get(done.issue, done.head)) for done in state.handed_over),
    )


def on_issue(state: LedgerState, issue: int) -> tuple[Holder | None, tuple[HandedOver, ...]]:
    """What a state says of an issue: the claim that it is under, and the work on it that waits."""
    held = state.holder if state.holder is not None and state.holder.issue == issue else None
    return held, tuple(done for done in state.handed_over if done.issue == issue)


def bounded(state: LedgerState, known: Mapping[int, bool]) -> LedgerState:
    """The state without bundles that have come to their end, and attempts at closed issues, or at more than 200.

    `known` says of issues whether they are open. One that it does not say may be open, and be routed again: of those
    the lowest numbers go first.
    """
    spoken = {done.issue for done in state.handed_over} | ({state.holder.issue} if state.holder else set())
    counted = [number for number in state.attempts if number in spoken or known.get(number, True)]
    counted.sort(key=lambda number: (number in spoken, number in known, number), reverse=True)
    attempts = {number: state.attempts[number] for number in counted[:_COUNTED]}
    forgiven = {number: count for number, count in state.forgiven.items() if number in attempts}
    bundles = tuple(bundle for bundle in state.bundles if spoken & set(bundle.issues))
    return structs.replace(state, attempts=attempts, forgiven=forgiven, bundles=bundles)


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
    }
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)


def _state(value: object) -> LedgerState:
    if not isinstance(value, dict) or value["v"] != VERSION:
        raise ValueError("not a state of this version")
    holder, handed_over, attempts = value["holder"], value["handed_over"], value["attempts"]
    forgiven, bundles = value.get("forgiven", {}), value.get("bundles", [])
    if max(len(handed_over), len(attempts), len(forgiven), len(bundles)) > _MOST:
        raise ValueError("too much for one state")
    return LedgerState(
        None if holder is None else _holder(holder),
        tuple(_handed_over(done) for done in handed_over),
        {_number(int(issue)): _number(count) for issue, count in attempts.items()},
        {_number(int(issue)): _number(count) for issue, count in forgiven.items()},
        tuple(_bundle(bundle) for bundle in bundles),
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
