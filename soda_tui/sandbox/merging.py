"""Merging pull requests, really, in the bare repository; and whether they can be merged."""

from __future__ import annotations

from contextlib import suppress

from soda_tui.sandbox.acts import close, closing_references
from soda_tui.sandbox.errors import Refused, unprocessable
from soda_tui.sandbox.git import GitError
from soda_tui.sandbox.model import Repository, User
from soda_tui.sandbox.objects import Signature
from soda_tui.sandbox.pull_requests import AutoMerge, PullRequest, QueueEntry
from soda_tui.sandbox.remote import ZERO
from soda_tui.sandbox.world import World

_REFUSED_METHODS = {
    "MERGE": "Merge commits are not allowed on this repository.",
    "SQUASH": "Squash merges are not allowed on this repository.",
    "REBASE": "Rebase merges are not allowed on this repository.",
}
_MERGES = frozenset({"CLEAN", "UNSTABLE"})
_WORST_FIRST = ("ERROR", "FAILURE", "PENDING", "EXPECTED", "SUCCESS")


def rollup(repository: Repository, oid: str) -> str | None:
    """The combined StatusState of a commit's checks; None without checks."""
    states = {check.state for check in repository.checks.get(oid, ())}
    return next((state for state in _WORST_FIRST if state in states), None)


def review_decision(pull_request: PullRequest) -> str | None:
    """GitHub's PullRequestReviewDecision, from the last review of each person that decides something."""
    last = {review.author.login: review.state for review in pull_request.reviews if review.state != "COMMENTED"}
    if "CHANGES_REQUESTED" in last.values():
        return "CHANGES_REQUESTED"
    approvals = sum(state == "APPROVED" for state in last.values())
    if approvals and approvals >= pull_request.repository.required_approvals:
        return "APPROVED"
    return "REVIEW_REQUIRED" if pull_request.repository.required_approvals else None


def mergeable(pull_request: PullRequest) -> str:
    """GitHub's MergeableState; a closed or merged one is UNKNOWN for ever."""
    repository = pull_request.repository
    base = repository.remote.ref(f"refs/heads/{pull_request.base_ref_name}")
    if pull_request.closed or base is None:
        return "UNKNOWN"
    return "CONFLICTING" if repository.remote.merged_tree(base, pull_request.head_oid) is None else "MERGEABLE"


def obstacle(pull_request: PullRequest) -> str | None:
    """What the repository's rules still want before a merge, in GitHub's words; None where they want nothing."""
    repository = pull_request.repository
    decision = review_decision(pull_request)
    if repository.required_approvals and decision != "APPROVED":
        if decision == "CHANGES_REQUESTED":
            return "Changes have been requested."
        count = repository.required_approvals
        plural = "s are" if count > 1 else " is"
        return f"At least {count} approving review{plural} required by reviewers with write access."
    states = {check.context: check.state for check in repository.checks.get(pull_request.head_oid, ())}
    for context in repository.required_checks:
        state = states.get(context)
        if state is None:
            return f'Required status check "{context}" is expected.'
        if state != "SUCCESS":
            verb = "is in progress" if state == "PENDING" else "is failing"
            return f'Required status check "{context}" {verb}.'
    return None


def merge_state(pull_request: PullRequest) -> str:
    """GitHub's MergeStateStatus."""
    state = mergeable(pull_request)
    if state != "MERGEABLE":
        return "DIRTY" if state == "CONFLICTING" else "UNKNOWN"
    if pull_request.is_draft:
        return "DRAFT"
    if obstacle(pull_request) is not None:
        return "BLOCKED"
    return "CLEAN" if rollup(pull_request.repository, pull_request.head_oid) in {None, "SUCCESS"} else "UNSTABLE"


def has_queue(pull_request: PullRequest) -> bool:
    """Whether its base is reached only through the merge queue."""
    repository = pull_request.repository
    return repository.queue is not None and pull_request.base_ref_name == repository.remote.default_branch


def queue_entry(pull_request: PullRequest) -> QueueEntry | None:
    """Its place in the queue."""
    return next((one for one in pull_request.repository.queue or () if one.pull_request is pull_request), None)


def auto_merge_problem(pull_request: PullRequest) -> str | None:
    """Why it cannot be left to GitHub to merge it, in GitHub's words; None where it can."""
    if not pull_request.repository.auto_merge_allowed:
        return "Auto merge is not allowed for this repository"
    if pull_request.closed:
        return "Pull request is closed"
    return "Pull request is in clean status" if merge_state(pull_request) == "CLEAN" else None


def enable_auto_merge(
    world: World, pull_request: PullRequest, actor: User, method: str, expected_head: str | None, *said: str | None
) -> None:
    """Have it merged once the rules are met; `said` are headline and body."""
    _expect(pull_request, expected_head)
    if (problem := auto_merge_problem(pull_request)) is not None:
        raise unprocessable(f"Pull request {problem}")
    if method not in pull_request.repository.merge_methods:
        raise unprocessable(_REFUSED_METHODS[method])
    pull_request.auto_merge = AutoMerge(actor, world.now(), method, *said)
    pull_request.updated_at = world.now()


def enqueue(
    world: World, pull_request: PullRequest, actor: User, expected_head: str | None, *, jump: bool
) -> QueueEntry:
    """Put it into the queue, at the end unless it may jump."""
    queue = pull_request.repository.queue
    if queue is None or not has_queue(pull_request):
        raise unprocessable("Merge queue is not enabled on this branch")
    _expect(pull_request, expected_head)
    if queue_entry(pull_request) is not None:
        raise unprocessable("Pull request is already in the queue")
    if pull_request.closed or mergeable(pull_request) != "MERGEABLE":
        raise unprocessable("Pull Request is not mergeable")
    if pull_request.is_draft:
        raise unprocessable("Pull Request is still a draft")
    if (wanted := obstacle(pull_request)) is not None:
        raise unprocessable(wanted)
    entry = QueueEntry(pull_request, world.next_id(), actor, world.now(), jump=jump)
    queue.insert(0 if jump else len(queue), entry)
    _number(queue)
    pull_request.updated_at = world.now()
    return entry


def dequeue(world: World, pull_request: PullRequest) -> QueueEntry:
    """Take it out of the queue."""
    entry, queue = queue_entry(pull_request), pull_request.repository.queue
    if entry is None or queue is None:
        raise unprocessable("Pull request is not in the queue")
    queue.remove(entry)
    _number(queue)
    pull_request.updated_at = world.now()
    return entry


def proceed(world: World) -> None:
    """Merge what the queues and those who wait for the rules have come to; what no longer can be leaves the queue."""
    for repository in world.repositories:
        for pull_request in tuple(repository.pull_requests.values()):
            if pull_request.auto_merge is not None:
                _come_to(world, pull_request, pull_request.auto_merge)
        while repository.queue and not repository.queue_held:
            entry = repository.queue.pop(0)
            _number(repository.queue)
            if not entry.pull_request.closed and merge_state(entry.pull_request) in _MERGES:
                with suppress(Refused):
                    _carry_out(world, entry.pull_request, entry.enqueuer, repository.default_merge_method)


def _come_to(world: World, pull_request: PullRequest, auto: AutoMerge) -> None:
    if not pull_request.closed and merge_state(pull_request) not in _MERGES:
        return
    pull_request.auto_merge = None
    with suppress(Refused):
        if has_queue(pull_request):
            enqueue(world, pull_request, auto.enabled_by, None, jump=False)
        elif not pull_request.closed:
            said = auto.commit_headline, auto.commit_body
            _carry_out(world, pull_request, auto.enabled_by, auto.merge_method, *said)


def _number(queue: list[QueueEntry]) -> None:
    for position, entry in enumerate(queue, 1):
        entry.position = position


def _expect(pull_request: PullRequest, expected_head: str | None) -> None:
    if expected_head is not None and expected_head != pull_request.head_oid:
        raise unprocessable("Head branch was modified. Review and try the merge again.")


def merge(
    world: World,
    pull_request: PullRequest,
    actor: User,
    *,
    method: str = "MERGE",
    expected_head: str | None = None,
    headline: str | None = None,
    body: str | None = None,
) -> None:
    """Merge into the base branch, close what it fixes, delete the branch where the repository says so."""
    repository = pull_request.repository
    base = repository.remote.ref(f"refs/heads/{pull_request.base_ref_name}")
    if pull_request.merged_at is not None:
        raise unprocessable("Pull Request already merged")
    if pull_request.closed or base is None:
        raise unprocessable("Pull Request is not mergeable")
    if pull_request.is_draft:
        raise unprocessable("Pull Request is still a draft")
    if method not in repository.merge_methods:
        raise unprocessable(_REFUSED_METHODS[method])
    _expect(pull_request, expected_head)
    if (wanted := obstacle(pull_request)) is not None:
        raise unprocessable(wanted)
    if has_queue(pull_request):
        raise unprocessable("Repository rule violations found\n\nChanges must be made through the merge queue")
    _carry_out(world, pull_request, actor, method, headline, body)


def _carry_out(
    world: World,
    pull_request: PullRequest,
    actor: User,
    method: str,
    headline: str | None = None,
    body: str | None = None,
) -> None:
    """Merge it, whatever its rules say."""
    repository = pull_request.repository
    base_ref = f"refs/heads/{pull_request.base_ref_name}"
    base = repository.remote.ref(base_ref)
    if base is None:
        raise unprocessable("Pull Request is not mergeable")
    messages = [
        commit.message
        for oid in repository.remote.between(base, pull_request.head_oid)
        if (commit := repository.remote.commit(oid))
    ]
    result = _result(world, pull_request, actor, base, method, headline, body, messages)
    if result is None:
        raise unprocessable("Pull Request has merge conflicts")
    try:
        repository.remote.update(base_ref, result, base)
    except GitError:
        raise unprocessable("Base branch was modified. Review and try the merge again.") from None
    now = world.now()
    pull_request.base_oid = base
    pull_request.merged_at = pull_request.closed_at = pull_request.updated_at = now
    pull_request.merged_by, pull_request.merge_commit = actor, result
    for issue in closing_references(pull_request, [pull_request.body, *messages]):
        close(world, issue)
    _see_contained(pull_request, actor, result)
    if repository.delete_branch_on_merge:
        repository.remote.update(f"refs/heads/{pull_request.head_ref_name}", ZERO, pull_request.head_oid)


def _see_contained(merged: PullRequest, actor: User, result: str) -> None:
    """Take those for merged whose very commits are in the base now, as GitHub does."""
    for other in merged.repository.pull_requests.values():
        if other.closed or other.base_ref_name != merged.base_ref_name:
            continue
        if not merged.repository.remote.between(result, other.head_oid):
            other.merged_at = other.closed_at = other.updated_at = merged.updated_at
            other.merged_by, other.merge_commit = actor, result


def _result(
    world: World,
    pull_request: PullRequest,
    actor: User,
    base: str,
    method: str,
    headline: str | None,
    body: str | None,
    messages: list[str],
) -> str | None:
    """The commit that the base branch will point to; None where there is a conflict."""
    remote = pull_request.repository.remote
    who = signature(world, actor)
    web = Signature("GitHub", f"noreply@{world.host}", world.now())
    if method == "REBASE":
        return remote.replay(base, pull_request.head_oid, who)
    if method == "SQUASH":
        tree = remote.merged_tree(base, pull_request.head_oid)
        text = body if body is not None else "\n\n".join(f"* {message.strip()}" for message in messages)
        first = headline or f"{pull_request.title} (#{pull_request.number})"
        return tree and remote.store(tree, (base,), f"{first}\n\n{text}".strip() + "\n", who, web)
    owner = pull_request.repository.owner.login
    first = headline or f"Merge pull request #{pull_request.number} from {owner}/{pull_request.head_ref_name}"
    text = pull_request.title if body is None else body
    return remote.merge(base, pull_request.head_oid, f"{first}\n\n{text}".strip() + "\n", who, web)


def signature(world: World, user: User) -> Signature:
    """The user as git writes an author, now."""
    email = f"{user.database_id}+{user.login}@users.noreply.{world.host}"
    return Signature(user.name or user.login, email, world.now())
