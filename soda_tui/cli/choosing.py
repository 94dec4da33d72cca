"""`enroll --scan` and `enroll --org`: a list of what there is, and of that what a person chooses."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from soda_tui import report, wiring
from soda_tui.cli.enrolling import look_at_labels
from soda_tui.cockpit.enrolling import Enrolled, Look
from soda_tui.domain import sentences as say
from soda_tui.domain.enrolling import Offer, Standing, enrol_question, picked, suggested
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.text import one_line


def enroll_chosen(arguments: argparse.Namespace) -> Exit:
    """List, choose, clone what is missing, enrol; then say which labels are lacking."""
    if arguments.path is not None:
        raise Failure(Problem(ErrorCode.USAGE, say.ENROLL_ONE_WAY()))
    call = wiring.invocation(arguments)
    look = asyncio.run(wiring.look(call, arguments.scan, arguments.org, arguments.targets))
    if not arguments.json:
        _list(look.offers)
        for remark in look.remarks:
            report.warn(remark)
        if not look.offers and arguments.org is None:
            report.warn(say.SCAN_WAY_ON())
    if arguments.dry_run or (arguments.json and not arguments.yes):
        _document(arguments, look, ())
        return Exit.OK
    chosen = _chosen(arguments, look.offers)
    done = asyncio.run(wiring.carry_out(call, chosen, lambda one: _tell(arguments, one)))
    _document(arguments, look, done)
    keys = [one.offer.name.key for one in done if one.offer.name is not None and one.problem is None]
    if keys and not arguments.json:
        asyncio.run(look_at_labels(arguments, keys))
    failed = [one.problem for one in done if one.problem is not None]
    if failed and not keys:
        return failed[0].exit
    return Exit.PARTIAL if failed else Exit.OK


def _chosen(arguments: argparse.Namespace, offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """What is meant, once the question that it needs has a yes; raises a Failure where nothing is."""
    usual = suggested(offers)
    if arguments.targets:
        rows = picked(arguments.targets, offers)
    elif arguments.yes or not any(offer.able for offer in offers):
        rows = usual
    elif not sys.stdin.isatty():
        raise Failure(Problem(ErrorCode.REFUSED, say.PICK_NEEDS_YES()))
    else:
        said = report.ask(say.PICK_ASK(usual=say.PICK_USUAL() if usual else say.PICK_NONE()))
        rows = picked(said.replace(",", " ").split(), offers) if said else usual if said == "" else ()
    chosen = tuple(offers[at] for at in rows)
    if not chosen:
        raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.ENROL_NOTHING_CHOSEN()))
    if not arguments.yes and any(offer.standing is Standing.MISSING for offer in chosen):
        question = enrol_question(chosen, str(wiring.config_file(wiring.invocation(arguments))))
        if not sys.stdin.isatty():
            raise Failure(Problem(ErrorCode.REFUSED, say.ASKS_FIRST(question=question)))
        if not report.confirm(question):
            raise Failure(Problem(ErrorCode.REFUSED, say.ENROL_NOTHING_CHOSEN()))
    return chosen


def _list(offers: Sequence[Offer]) -> None:
    """A numbered line for each, with a star before what is meant where nothing else is said."""
    usual, width = suggested(offers), max((len(offer.title) for offer in offers), default=0)
    for at, offer in enumerate(offers):
        mark = "*" if at in usual else " " if offer.able else "-"
        path = f"  {one_line(offer.path)}" if offer.name is not None else ""
        why = f"  ({offer.why})" if offer.why else ""
        report.say(f"{at + 1:>4} {mark} {one_line(offer.title):<{width}}{path}{why}")


def _tell(arguments: argparse.Namespace, one: Enrolled) -> None:
    if not arguments.json:
        (report.say if one.problem is None else report.warn)(one.message)


def _document(arguments: argparse.Namespace, look: Look, done: Sequence[Enrolled]) -> None:
    if arguments.json:
        report.document(wiring.encode_result({"offers": look.offers, "remarks": look.remarks, "done": done}))
