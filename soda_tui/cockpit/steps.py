"""The steps of plans: what each says of itself, and how it is done."""

from __future__ import annotations

from dataclasses import replace

from soda_tui.cockpit.execution import DOUBTFUL, Execution, Moved
from soda_tui.cockpit.ports import Launch, RefUpdate
from soda_tui.cockpit.prompting import Claimed, brief
from soda_tui.domain import ledger
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import (
    AddLabels,
    Assign,
    Change,
    Changed,
    OpenPullRequest,
    RemoveLabels,
    RequestReviews,
    Unassign,
)
from soda_tui.domain.facts import Issue
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.labels import has
from soda_tui.domain.model import ErrorCode
from soda_tui.domain.pull_request import TEMPLATES, pull_request_text


def describe(step: steps.Step, execution: Execution) -> str:
    """A step in words, for dry runs and for the list of what was done."""
    login = execution.remote.viewer.login if execution.facts.remote else ""
    match step:
        case steps.ClaimIssue(holder=holder, kept=None, local=None):
            return say.STEP_CLAIM_NEW(issue=holder.issue, branch=holder.branch, base=step.base_branch)
        case steps.ClaimIssue(holder=holder):
            return say.STEP_CLAIM_KEPT(issue=holder.issue, branch=holder.branch)
        case steps.MarkIssue(assign=True):
            return say.STEP_MARK(issue=step.issue.number, label=step.label, login=login)
        case steps.MarkIssue():
            return say.STEP_MARK_ONLY_LABEL(issue=step.issue.number, label=step.label)
        case steps.PrepareWorktree():
            return say.STEP_PREPARE(branch=step.branch)
        case steps.PushWork():
            return say.STEP_PUSH_WORK(branch=step.branch)
        case steps.OpenReview(number=None):
            return say.STEP_OPEN_REVIEW(branch=step.branch, issue=step.issue)
        case steps.OpenReview():
            return say.STEP_FOUND_REVIEW(number=step.number)
        case steps.MoveLabels():
            return say.STEP_MOVE_LABELS(issue=step.issue.number)
        case steps.FreeAgent():
            return say.STEP_FREE()
        case steps.UnmarkIssue(unassign=True):
            return say.STEP_UNMARK_UNASSIGN(issue=step.issue.number, label=step.label, login=login)
        case steps.UnmarkIssue():
            return say.STEP_UNMARK(issue=step.issue.number, label=step.label)
        case steps.ReleaseClaim():
            return say.STEP_RELEASE(issue=step.issue)
        case steps.StartAgent():
            return say.STEP_START(issue=step.issue, worktree=step.directory)
        case steps.StopAgent():
            return say.STEP_STOP()


async def perform(step: steps.Step, execution: Execution) -> None:
    """Do a step and verify it; raises Failure, or Moved when the plan is out of date."""
    match step:
        case steps.ClaimIssue():
            await _claim(step, execution)
        case steps.MarkIssue():
            await _mark(step, execution)
        case steps.PrepareWorktree():
            await _prepare(step, execution)
        case steps.PushWork():
            update = RefUpdate(step.branch, step.oid, step.remote_oid)
            state = ledger.bottling(execution.ledger.state)
            await execution.append("bottling", execution.holder, state, update, hooks=True)
        case steps.OpenReview():
            await _open_review(step, execution)
        case steps.MoveLabels():
            await _move_labels(step, execution)
        case steps.FreeAgent():
            state = ledger.bottled(execution.ledger.state, execution.pull_request_number)
            await execution.append("bottled", execution.holder, state)
        case steps.UnmarkIssue():
            await _unmark(step, execution)
        case steps.ReleaseClaim():
            await execution.append("released", execution.holder, ledger.released(execution.ledger.state))
        case steps.StartAgent():
            await _start(step, execution)
        case steps.StopAgent():
            execution.facts = replace(execution.facts, run=await execution.world.runs.stop(execution.enrolment.key))


async def _claim(step: steps.ClaimIssue, execution: Execution) -> None:
    holder = step.holder
    place = execution.place(holder.issue)
    wanted = (step.base_branch,) if step.kept is None else (step.base_branch, holder.branch)
    fetched = await execution.world.git.fetch(place, wanted)
    seen = fetched.ledger.oid if fetched.ledger else None
    base = fetched.branches.get(step.base_branch)
    if seen != execution.ledger.head or (step.kept is not None and fetched.branches.get(holder.branch) != step.kept):
        raise Moved
    if base is None:
        raise Failure(
            Problem(ErrorCode.REFUSED, say.NO_BASE(base=step.base_branch, repository=execution.enrolment.name.full))
        )
    start = step.kept or base
    if step.kept is None and step.local is not None:
        # What is only here is pushed by bottle, with the user's hooks; the branch begins where both histories meet.
        start = await execution.world.git.merge_base(place, base, step.local) or base
    await execution.world.git.can_prepare(place, holder.branch, start)
    holder = replace(holder, base=base, name=execution.cockpit_name)
    execution.start = start
    update = RefUpdate(holder.branch, start, step.kept)
    await execution.append("popped", holder, ledger.popped(step.state, holder), update)


async def _mark(step: steps.MarkIssue, execution: Execution) -> None:
    changes: list[Change] = [AddLabels(step.issue.id, (await execution.label_id(step.label),))]
    viewer = execution.remote.viewer
    if step.assign and viewer.id is not None:
        changes.append(Assign(step.issue.id, viewer.id))
    changed = await execution.change_issue(f"label {step.label}", step.issue, changes)
    _raise_refused(changed[0], step.label, execution)
    issue = _as_changed(step.issue, changed)
    execution.note_issue(issue)
    if not has(issue.labels, step.label):
        raise execution.not_verified(f"label {step.label}", issue.number)
    if viewer.id is None or (step.assign and not has(issue.assignees, viewer.login)):
        execution.notes.append(say.NOT_ASSIGNED(issue=issue.number, login=viewer.login))


async def _prepare(step: steps.PrepareWorktree, execution: Execution) -> None:
    start = execution.start or step.start or execution.holder.base
    await execution.world.git.prepare(execution.place(execution.holder.issue), step.branch, start)


class NothingToReview(Exception):
    """The branch has no commit that its base has not: a person landed the work meanwhile."""


async def _open_review(step: steps.OpenReview, execution: Execution) -> None:
    if step.number is not None:
        execution.pull_request, execution.pull_request_number = step.url, step.number
        return
    try:
        opened = await _open(step, execution)
    except NothingToReview:
        execution.notes.append(say.NOTHING_TO_REVIEW(branch=step.branch, base=step.base))
        return
    if opened is None:
        found = await execution.world.github.pull_requests(execution.remote.name, (step.branch,))
        one = next((one for one in found if one.open and one.same_repository), None)
        if one is None:
            raise execution.not_verified("an open pull request", step.issue)
        opened = Changed(id=one.id, number=one.number, url=one.url)
    execution.pull_request, execution.pull_request_number = opened.url, opened.number
    execution.pull_request_id = opened.id


async def _open(step: steps.OpenReview, execution: Execution) -> Changed | None:
    """Open the pull request; None when the outcome is to be read again (in doubt, or there is one already)."""
    settings = execution.enrolment.pull_request
    title, body = await _review_text(step, execution)
    change = OpenPullRequest(execution.remote.id, step.base, step.branch, title, body, settings.draft)
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
    _raise_refused(opened, "the pull request", execution)
    return opened


async def _review_text(step: steps.OpenReview, execution: Execution) -> tuple[str, str]:
    git, place = execution.world.git, execution.place(step.issue)
    work = step.work
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


async def _move_labels(step: steps.MoveLabels, execution: Execution) -> None:
    names, settings = execution.enrolment.labels, execution.enrolment.pull_request
    ids = execution.remote.label_ids
    agent = execution.holder.agent
    off = [name for name in (names.ready, agent) if has(step.issue.labels, name)]
    changes: list[Change] = [AddLabels(step.issue.id, (await execution.label_id(names.review),))]
    known = [await execution.known_label_id(name) for name in off]
    if gone := tuple(found for found in known if found is not None):
        changes.append(RemoveLabels(step.issue.id, gone))
    core = len(changes)
    if execution.pull_request_id is not None:
        if wanted := tuple(ids[name.lower()] for name in settings.labels if name.lower() in ids):
            changes.append(AddLabels(execution.pull_request_id, wanted))
        if settings.reviewers:
            changes.append(RequestReviews(execution.pull_request_id, settings.reviewers))
    changed = await execution.change_issue("the labels", step.issue, changes)
    for one in changed[:core]:
        _raise_refused(one, "the labels", execution)
    issue = _as_changed(step.issue, changed[:core])
    execution.note_issue(issue)
    if not has(issue.labels, names.review) or any(has(issue.labels, name) for name in off):
        raise execution.not_verified(f"label {names.review} alone", issue.number)
    execution.notes.extend(
        say.EXTRA_REFUSED(words=one.problem.message) for one in changed[core:] if one.problem is not None
    )


async def _unmark(step: steps.UnmarkIssue, execution: Execution) -> None:
    changes: list[Change] = []
    if has(step.issue.labels, step.label) and (label := await execution.known_label_id(step.label)) is not None:
        changes.append(RemoveLabels(step.issue.id, (label,)))
    if step.unassign and execution.remote.viewer.id is not None:
        changes.append(Unassign(step.issue.id, execution.remote.viewer.id))
    if not changes:
        return
    changed = await execution.change_issue(f"taking {step.label} off", step.issue, changes)
    issue = _as_changed(step.issue, changed)
    execution.note_issue(issue)
    if has(issue.labels, step.label) and not any(one.problem for one in changed):
        raise execution.not_verified(f"that {step.label} is off", issue.number)
    for one in changed:
        if one.problem is not None:
            execution.notes.append(say.NOT_UNMARKED(issue=step.issue.number, words=one.problem.message))


async def _start(step: steps.StartAgent, execution: Execution) -> None:
    enrolment = execution.enrolment
    attempt = execution.holder.attempt
    claim = Claimed(step.issue, attempt, step.branch, step.base)
    briefing = await brief(execution.world, enrolment, execution.remote.name, claim)
    if not briefing.is_open:
        message = say.ISSUE_NOT_OPEN(issue=step.issue, repository=enrolment.name.full)
        raise Failure(Problem(ErrorCode.REFUSED, message))
    launch = Launch(
        enrolment.key,
        execution.remote.id,
        step.issue,
        step.branch,
        attempt,
        step.directory,
        enrolment.agent,
        briefing.prompt,
        {
            "SODA_ISSUE": str(step.issue),
            "SODA_TITLE": briefing.title,
            "SODA_REPOSITORY": enrolment.name.full,
            "SODA_BRANCH": step.branch,
            "SODA_SUMMARY": briefing.summary,
        },
    )
    execution.facts = replace(execution.facts, run=await execution.world.runs.start(launch))


def _as_changed(issue: Issue, changed: tuple[Changed, ...]) -> Issue:
    """The issue with the labels and assignees that GitHub last showed."""
    for one in changed:
        if one.labels is not None:
            issue = replace(issue, labels=one.labels)
        if one.assignees is not None:
            issue = replace(issue, assignees=one.assignees)
    return issue


def _raise_refused(changed: Changed, what: str, execution: Execution) -> None:
    if changed.problem is not None:
        words, name = changed.problem.message, execution.enrolment.name.full
        raise Failure(Problem(changed.problem.code, say.CHANGE_REFUSED(what=what, repository=name, words=words)))
