"""Reviewing: the pull request of handed-over work, and the labels that say that it waits for a person."""

from __future__ import annotations

from collections.abc import Iterable

from soda_tui.cockpit.execution import DOUBTFUL, Execution, Moved
from soda_tui.cockpit.steps.answers import as_changed
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import AddLabels, Change, Changed, OpenPullRequest, RemoveLabels, RequestReviews
from soda_tui.domain.failure import Failure
from soda_tui.domain.labels import has
from soda_tui.domain.pull_request import TEMPLATES, pull_request_text


class NothingToReview(Exception):
    """The branch has no commit that its base has not: a person landed the work meanwhile."""


async def open_review(step: steps.OpenReview, execution: Execution) -> None:
    """Open the pull request, or find the one that is open; where there is nothing to review that is noted."""
    if step.number is not None:
        execution.pull_request, execution.pull_request_number = step.url, step.number
        return
    title, body = await _review_text(step, execution)
    draft = execution.enrolment.pull_request.draft
    change = OpenPullRequest(execution.remote.id, step.base, step.branch, title, body, draft)
    try:
        await open_request(change, step.issue, execution)
    except NothingToReview:
        execution.notes.append(say.NOTHING_TO_REVIEW(branch=step.branch, base=step.base))


async def open_request(change: OpenPullRequest, issue: int, execution: Execution) -> None:
    """Open a pull request, or find the one that is open after all; raises NothingToReview where it would be empty."""
    opened = await _open(change, issue, execution)
    if opened is None:
        found = await execution.world.github.pull_requests(execution.remote.name, (change.head,))
        one = next((one for one in found if one.open and one.same_repository), None)
        if one is None:
            raise execution.not_verified("an open pull request", issue)
        opened = Changed(id=one.id, number=one.number, url=one.url)
    execution.pull_request, execution.pull_request_number = opened.url, opened.number
    execution.pull_request_id = opened.id


async def _open(change: OpenPullRequest, issue: int, execution: Execution) -> Changed | None:
    """Open the pull request; None when the outcome is to be read again (in doubt, or there is one already)."""
    await execution.confirm(issue)
    try:
        (opened,) = await execution.world.github.change(execution.remote.name, (change,))
    except Failure as failure:
        if failure.problem.code in DOUBTFUL:
            return None
        raise
    said = opened.problem.message if opened.problem else ""
    if "already exists" in said:
        return None
    if "No commits between" in said:
        raise NothingToReview
    execution.raise_refused(opened, "the pull request")
    return opened


async def _review_text(step: steps.OpenReview, execution: Execution) -> tuple[str, str]:
    git, place = execution.world.git, execution.place(step.issue)
    work = execution.committed or step.work
    if work is None:
        fetched = await git.fetch(place, (step.branch,))
        work = fetched.branches.get(step.branch)
    if work is None:
        raise Moved
    commits = await git.commits(place, step.since, work)
    wanted = execution.enrolment.pull_request.template
    template = await git.file(place, work, TEMPLATES) if wanted else None
    summary = execution.world.store.summary(execution.enrolment.key, step.issue, execution.holder.attempt)
    return pull_request_text(step.issue, step.title, summary, [commit.subject for commit in commits], template)


def extra_labels(execution: Execution) -> list[Change]:
    """The labels that a pull request gets that was just opened."""
    settings, ids, made = execution.enrolment.pull_request, execution.remote.label_ids, execution.pull_request_id
    wanted = tuple(ids[name.lower()] for name in settings.labels if name.lower() in ids)
    return [AddLabels(made, wanted)] if made is not None and wanted else []


async def ask_reviewers(execution: Execution) -> None:
    """Ask for the reviews of a pull request that was just opened; a refusal is noted.

    In a request of its own: a server that cannot ask by login refuses all that came with it.
    """
    made, reviewers = execution.pull_request_id, execution.enrolment.pull_request.reviewers
    if made is None or not reviewers:
        return
    try:
        changed = await execution.world.github.change(execution.remote.name, (RequestReviews(made, reviewers),))
    except Failure as failure:
        execution.notes.append(say.EXTRA_REFUSED(words=failure.problem.message))
        return
    note_refused(changed, execution)


def note_refused(changed: Iterable[Changed], execution: Execution) -> None:
    """Note which extras GitHub refused."""
    refused = (one.problem.message for one in changed if one.problem is not None)
    execution.notes.extend(say.EXTRA_REFUSED(words=words) for words in refused)


async def move_labels(step: steps.MoveLabels, execution: Execution) -> None:
    """Put the review label in the place of those of queue and agent; extras of the pull request may fail."""
    names = execution.enrolment.labels
    agent = execution.holder.agent
    off = [name for name in (names.ready, agent) if has(step.issue.labels, name)]
    changes: list[Change] = [AddLabels(step.issue.id, (await execution.label_id(names.review, step.issue.number),))]
    known = [await execution.known_label_id(name) for name in off]
    if gone := tuple(found for found in known if found is not None):
        changes.append(RemoveLabels(step.issue.id, gone))
    core = len(changes)
    changes += extra_labels(execution)
    changed = await execution.change_issue(step.issue, changes)
    for one in changed[:core]:
        execution.raise_refused(one, "the labels")
    issue = as_changed(step.issue, changed[:core])
    execution.note_issue(issue)
    if not has(issue.labels, names.review) or any(has(issue.labels, name) for name in off):
        raise execution.not_verified(f"label {names.review} alone", issue.number)
    note_refused(changed[core:], execution)
    await ask_reviewers(execution)
