"""The turns of the ledger: the state after each thing that a cockpit does."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import structs

from soda_tui.domain.ledger.state import Bundle, HandedOver, Holder, LedgerState, Phase

# So many issues can have their attempts counted: an entry stays smaller than a screen of text.
_COUNTED = 200


def popped(state: LedgerState, holder: Holder) -> LedgerState:
    """The state after a claim: the holder set, its attempt counted, its issue no longer handed over."""
    return structs.replace(
        state,
        holder=holder,
        handed_over=tuple(done for done in state.handed_over if done.issue != holder.issue),
        attempts={**state.attempts, holder.issue: holder.attempt},
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
    freed = structs.replace(state, holder=None)
    freed = freed if before is None else waiting(freed, before)
    return given(freed, issue) if given_up else freed


def given(state: LedgerState, issue: int) -> LedgerState:
    """The state once a person is given an issue: tries and rounds of feedback begin anew where it comes back."""
    return structs.replace(
        state,
        forgiven={**state.forgiven, issue: state.attempts.get(issue, 0)},
        handed_over=tuple(
            structs.replace(done, rounds=()) if done.issue == issue else done for done in state.handed_over
        ),
    )


def merging(state: LedgerState, number: int, head: str | None) -> LedgerState:
    """The state once GitHub is told to merge a pull request by itself at that head; at none, no longer to."""
    others = {other: oid for other, oid in state.merging.items() if other != number}
    return structs.replace(state, merging=others if head is None else {**others, number: head})


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
    return structs.replace(
        state,
        holder=None if state.holder is not None and state.holder.issue in issues else state.holder,
        handed_over=tuple(done for done in state.handed_over if done.issue not in issues),
        attempts={
            issue: count for issue, count in state.attempts.items() if issue not in issues or issue in still_open
        },
        forgiven={
            issue: count for issue, count in state.forgiven.items() if issue not in issues or issue in still_open
        },
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
    """The state without what has ended: bundles, merges to come, and attempts at closed issues or at more than 200.

    `known` says of issues whether they are open. One that it does not say may be open, and be routed again: of those
    the lowest numbers go first.
    """
    spoken = {done.issue for done in state.handed_over} | ({state.holder.issue} if state.holder else set())
    counted = [number for number in state.attempts if number in spoken or known.get(number, True)]
    counted.sort(key=lambda number: (number in spoken, number in known, number), reverse=True)
    attempts = {number: state.attempts[number] for number in counted[:_COUNTED]}
    forgiven = {number: count for number, count in state.forgiven.items() if number in attempts}
    bundles = tuple(bundle for bundle in state.bundles if spoken & set(bundle.issues))
    waiting = {*(one.pull_request for one in state.handed_over), *(one.pull_request for one in bundles)}
    merging = {number: head for number, head in state.merging.items() if number in waiting}
    return structs.replace(state, attempts=attempts, forgiven=forgiven, bundles=bundles, merging=merging)
