"""Taking back: what was said of a pull request's commits is not said of those that come after them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from soda_tui.cockpit.execution import DOUBTFUL, Execution
from soda_tui.domain import ledger
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import AddComment, Change, Dequeue, DisableAutoMerge, RemoveLabels
from soda_tui.domain.facts import Issue, PullRequest
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.labels import has, spellings
from soda_tui.domain.merging import Look

# What waits for its rules may come into the queue meanwhile.
_TRIES = 2


async def take_back(step: steps.TakeBackMerge, execution: Execution) -> None:
    """Have GitHub not merge it by itself any more; raises Failure where it still shows that it would."""
    await execution.confirm(step.issue)
    asked, words = 0, ""
    while True:
        seen = await execution.world.github.closely(execution.remote.name, execution.remote.id, (step.id,), ())
        look = seen.landing.looks.get(step.number)
        if look is None or not look.merges_itself:
            break
        if asked == _TRIES:
            told = {"number": step.number, "words": words or say.SHOWS_NO_CHANGE(), "why": step.why}
            raise Failure(Problem(ErrorCode.REFUSED, say.MERGE_NOT_TAKEN_BACK(**told)))
        asked, words = asked + 1, await _ask(step, look, execution)
    merged = any(one.merged for one in seen.pull_requests)
    execution.notes.append((say.MERGED_BEFORE if merged else say.MERGE_TAKEN_BACK)(number=step.number, why=step.why))
    state = execution.ledger.state
    if step.number in state.merging:
        await execution.note("not-merging", step.issue, ledger.merging(state, step.number, None))
    remote = execution.remote
    requests = (
        structs.replace(one, auto_merge=False, queued=None) if one.number == step.number else one
        for one in remote.pull_requests
    )
    remote = structs.replace(remote, pull_requests=tuple(requests))
    execution.facts = structs.replace(execution.facts, remote=remote)


async def _ask(step: steps.TakeBackMerge, look: Look, execution: Execution) -> str:
    """Ask GitHub to; what it says against it."""
    changes: tuple[Change, ...] = (DisableAutoMerge(step.id),) if look.waits else ()
    changes += (Dequeue(step.id),) if look.queued is not None else ()
    try:
        made = await execution.world.github.change(execution.remote.name, changes)
    except Failure as failure:
        if failure.problem.code not in DOUBTFUL:
            raise
        return failure.problem.message
    return next((one.problem.message for one in made if one.problem is not None), "")


async def take_off_marks(step: steps.TakeOffMarks, execution: Execution) -> None:
    """Take the marks off both as they are now, and say on the pull request why; raises Failure where one stays."""
    await execution.confirm(step.issue.number)
    github, name = execution.world.github, execution.remote.name
    seen = await github.closely(name, execution.remote.id, (step.request.id,), (step.issue.id,))
    label = execution.enrolment.labels.ready_to_merge
    worn = [
        *((one.id, _marks(one, label)) for one in seen.issues),
        *((one.id, _marks(one, label)) for one in seen.pull_requests),
    ]
    changes: list[Change] = []
    for subject, names in worn:
        ids = [await execution.known_label_id(one) for one in names]
        if gone := tuple(one for one in ids if one is not None):
            changes.append(RemoveLabels(subject, gone))
    if not changes:
        return
    head = execution.branch_head(step.request.branch) or step.request.head_oid
    said = AddComment(step.request.id, say.COMMENT_NEW_COMMITS(head=head, label=label))
    *removed, commented = await github.change(name, (*changes, said))
    for one in removed:
        execution.raise_refused(one, f"label {label}")
    if commented.problem is not None:
        execution.notes.append(say.EXTRA_REFUSED(words=commented.problem.message))
    for issue in seen.issues:
        left = tuple(worn for worn in issue.labels if worn not in set(_marks(issue, label)))
        execution.note_issue(structs.replace(issue, labels=left))


def _marks(subject: Issue | PullRequest, label: str) -> Iterable[str]:
    return [worn for worn in subject.labels if has(spellings(label), worn)]
