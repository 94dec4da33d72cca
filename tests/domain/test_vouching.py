"""Vouching: who stands for the text of an issue, and what of it an agent is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from given import ENROLMENT, HOLDER, NOW, facts, issue, remote, run, worktree
from msgspec import structs

from soda_tui.domain.drift import find_drift
from soda_tui.domain.facts import IssueDetail
from soda_tui.domain.history import Comment, Edit, History, Labelled
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.ledger import decode
from soda_tui.domain.model import Drift
from soda_tui.domain.vouching import doubt, heard, unvouched

NAMES = LabelNames()
LABELLED = NOW - timedelta(hours=3)
BEFORE, AFTER = LABELLED - timedelta(hours=1), LABELLED + timedelta(hours=1)
BY_ADA = History("mallory", "NONE", (Labelled("Route:Ready", LABELLED, "ada"), Labelled("bug", NOW, "grace")))


def edited(login: str | None, history: History = BY_ADA, **more: object) -> History:
    """The history with a change by somebody after the label."""
    return structs.replace(history, edits=(Edit(BEFORE, "mallory"), Edit(AFTER, login, **more)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "history",
    [
        edited("mallory"),
        edited("mallory", title=True),
        edited("grace"),
        edited(None),
        edited("mallory", structs.replace(BY_ADA, labelled=(Labelled("route:ready", LABELLED, "mallory"),))),
        edited("mallory", structs.replace(BY_ADA, labelled=())),
        edited("ada", structs.replace(BY_ADA, labelled=(Labelled("route:ready", LABELLED, None),))),
    ],
)
def test_what_others_made_of_a_text_since_it_was_labelled_is_in_doubt(history: History) -> None:
    assert unvouched(history, NAMES, "you") == history.edits[1]


@pytest.mark.parametrize(
    "history",
    [
        BY_ADA,
        edited("Ada"),
        edited("You"),
        edited("mallory", structs.replace(BY_ADA, association="COLLABORATOR")),
        structs.replace(edited("mallory"), labelled=(*BY_ADA.labelled, Labelled("route:unblocker", NOW, "ada"))),
    ],
)
def test_who_labelled_it_or_belongs_to_the_repository_vouches(history: History) -> None:
    assert unvouched(history, NAMES, "you") is None


def test_a_trusted_change_later_does_not_cover_a_strangers() -> None:
    history = structs.replace(BY_ADA, edits=(Edit(NOW, "ada"), Edit(AFTER, "mallory")))
    assert unvouched(history, NAMES, "you") == Edit(AFTER, "mallory")


def test_a_yes_to_one_text_is_none_to_another() -> None:
    detail = IssueDetail(issue(12), "Do this.", edited("mallory"))
    first, other = doubt(detail, NAMES, "you"), doubt(structs.replace(detail, body="Do that."), NAMES, "you")
    assert first is not None and other is not None and first.mark != other.mark
    assert "mallory changed the text of issue 12 on 2026-05-04 10:00 UTC" in first.question


def test_comments_of_those_let_in_are_told_and_the_authors_from_before_the_label() -> None:
    said = (
        Comment("mallory", "NONE", BEFORE, "early"),
        Comment("mallory", "NONE", BEFORE, "changed", AFTER),
        Comment("mallory", "NONE", AFTER, "late"),
        Comment("eve", "CONTRIBUTOR", BEFORE, "other"),
        Comment("ada", "MEMBER", AFTER, "trusted", NOW),
        Comment("ada", "OWNER", AFTER, "minimized", None, True),
    )
    assert [one.body for one in heard(said, BY_ADA, NAMES)] == ["early", "trusted"]
    assert [one.body for one in heard(said, None, NAMES)] == ["trusted"]


def test_it_is_drift_until_an_agent_was_launched_on_it() -> None:
    claimed = issue(12, "agent001", "route:ready", assignees=("you",), edited_at=AFTER, editor="mallory")
    holder = structs.replace(HOLDER, since=NOW - timedelta(hours=1))
    known = facts(remote(claimed, holder=holder, history=edited("mallory")), worktree())

    def found(known: object) -> list[Drift]:
        assert isinstance(known, type(facts(None)))
        assert known.remote is not None
        drift, _ = find_drift(known, decode(known.remote.ledger), holder.cockpit, ENROLMENT, NOW)
        return [one for one in drift if one.kind == "issue_edited"]

    [one] = found(known)
    assert "nobody vouches" in one.message and one.since == AFTER
    assert not found(structs.replace(known, run=run(started_at=NOW)))
    assert found(structs.replace(known, run=run(started_at=BEFORE)))
