"""Planning bundle: several pull requests that wait for review as one, or the rest of one that was broken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.bundles import begun, request_of
from soda_tui.domain.bundling import Piece, bundle_text, choose, left_out, not_joined, pieces_of
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.facts import PullRequest
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.ledger import Bundle
from soda_tui.domain.naming import bundle_branch
from soda_tui.domain.plan import (
    CheckBundle,
    ClearBundle,
    NoteBundle,
    OpenBundle,
    PlaceBundle,
    Plan,
    PushBundle,
    Step,
    TellBundled,
)
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.stakes import mark

_NAMED = 8
_OF_THE_LEDGER = frozenset({DriftKind.LEDGER_GONE, DriftKind.LEDGER_UNREADABLE, DriftKind.LEDGER_NEWER})


def plan_bundle(situation: Situation) -> Plan | Problem:
    """Merge in a place apart, check, push with the ledger's word for it, open, tell the originals; then all is done."""
    # What the ledger said must not be written over.
    if situation.view.base is None or any(drift.kind in _OF_THE_LEDGER for drift in situation.view.drift):
        return situation.refusal(say.STATUS_UNKNOWN)
    rest = begun(situation.remote, situation.state)
    return _rest(situation, rest) if rest is not None else _anew(situation, situation.view.base)


def _rest(situation: Situation, bundle: Bundle) -> Plan:
    """What is missing of a bundle that was pushed: nobody is asked again, as it is what was said yes to."""
    pieces = pieces_of(bundle, situation.remote)
    steps = (ClearBundle(), *_opening(situation, bundle, pieces, request_of(situation.remote, bundle), ((), {})))
    return Plan(Verb.BUNDLE, bundle.issues[0], bundle.branch, steps)


def _anew(situation: Situation, base: str) -> Plan | Problem:
    joined, name, options = situation.facts.joined, situation.view.name, situation.options
    chosen = choose(situation.remote, situation.state, situation.enrolment, base, options.issues)
    unknown = next((one for one in options.issues if one not in chosen.issues), None)
    if unknown is not None:
        return Problem(ErrorCode.REFUSED, say.NO_REQUEST_OF_ISSUE(issue=unknown, repository=name))
    why = list(chosen.left)
    if joined is None:
        return _too_few(chosen.pieces, why, name)
    if joined.untried is not None:
        return Problem(ErrorCode.GIT, say.BUNDLE_UNTRIED(repository=name, words=joined.untried))
    reasons = {one.number: not_joined(one, joined, base) for one in chosen.pieces}
    why += [left_out(one, reason) for one in chosen.pieces if (reason := reasons[one.number])]
    taken = [one for one in chosen.pieces if reasons[one.number] is None]
    if len(taken) < 2:
        return _too_few(taken, why, name)
    left = [one for one in chosen.pieces if reasons[one.number] is not None]
    works = tuple((one.number, joined.heads[one.request.branch]) for one in taken)
    bundle = Bundle(bundle_branch((one.number for one in taken), situation.now), works)
    first = taken[0].number
    steps: list[Step] = [PlaceBundle(first, joined.oid, len(taken))]
    if situation.enrolment.handover.check and not options.unchecked:
        steps.append(CheckBundle(first, bundle.branch, joined.oid))
    steps += [PushBundle(bundle, joined.oid), ClearBundle()]
    steps += _opening(situation, bundle, taken, None, (left, joined.conflicts))
    named = (say.LAND_NAMED(number=one.request.number, title=one.title, issue=one.number) for one in taken)
    question = say.ASK_BUNDLE(base=base, repository=name, what=", ".join(named))
    about = mark([f"{number} {head}" for number, head in works])
    notes = tuple(why[:_NAMED])
    return Plan(Verb.BUNDLE, first, bundle.branch, tuple(steps), " ".join((question, *notes)), about, notes)


def _opening(
    situation: Situation,
    bundle: Bundle,
    pieces: Sequence[Piece],
    known: PullRequest | None,
    left: tuple[Sequence[Piece], Mapping[str, tuple[str, ...]]],
) -> list[Step]:
    title, body = bundle_text(pieces, *left)
    number, url = (known.number, known.url) if known is not None else (None, None)
    told = tuple((one.request.id, one.request.number) for one in pieces if one.request.open)
    return [
        OpenBundle(bundle.issues, bundle.branch, situation.view.base or "", title, body, number, url),
        TellBundled(bundle.issues[0], bundle.branch, told),
        NoteBundle(bundle),
    ]


def _too_few(taken: Sequence[Piece], why: Sequence[str], name: str) -> Problem:
    said = " ".join(why[:_NAMED])
    message = say.NOTHING_TO_BUNDLE(repository=name, count=len(taken), why=said)
    return Problem(ErrorCode.NOTHING_TO_DO, message.rstrip())
