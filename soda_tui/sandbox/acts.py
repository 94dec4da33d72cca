"""What can be done in the world, by a person or by a mutation; each act refuses what GitHub would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from soda_tui.sandbox.errors import Refused, unprocessable
from soda_tui.sandbox.model import Comment, ContentEdit, Event, Issue, Label, Permission, Repository, User
from soda_tui.sandbox.pull_requests import PullRequest, Review, ReviewComment, ReviewThread
from soda_tui.sandbox.world import World

_COLOR = re.compile(r"[0-9a-fA-F]{6}")
_CLOSING = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:(?P<repo>[\w.-]+/[\w.-]+))?#(?P<number>\d+)", re.I
)


def create_label(world: World, repository: Repository, name: str, color: str, description: str | None) -> Label:
    """A new label; refused where the name is taken, case ignored, or the colour is none."""
    check_label(repository, name, color, description)
    now = world.now()
    label = Label(repository, world.next_id(), name, color.lower(), description, now, now)
    repository.labels[name.casefold()] = world.nodes[label.id] = label
    return label


def update_label(world: World, label: Label, name: str | None, color: str | None, description: str | None) -> None:
    """Change what is given."""
    check_label(label.repository, name or label.name, color or label.color, description, unless=label)
    del label.repository.labels[label.name.casefold()]
    label.name = name or label.name
    label.color = (color or label.color).lower()
    label.description = label.description if description is None else description
    label.updated_at = world.now()
    label.repository.labels[label.name.casefold()] = label


def check_label(
    repository: Repository, name: str, color: str, description: str | None, *, unless: Label | None = None
) -> None:
    """Refuse what cannot be a label of the repository."""
    if not name.strip():
        raise unprocessable("Name can't be blank")
    if len(name) > 50:
        raise unprocessable("Name is too long (maximum is 50 characters)")
    if not _COLOR.fullmatch(color):
        raise unprocessable("Color is invalid")
    if description is not None and len(description) > 100:
        raise unprocessable("Description is too long (maximum is 100 characters)")
    if repository.label(name) not in {None, unless}:
        raise unprocessable("Name has already been taken")


def delete_label(world: World, label: Label) -> None:
    """Remove a label from its repository and from everything that has it."""
    repository = label.repository
    del repository.labels[label.name.casefold()]
    del world.nodes[label.id]
    for subject in (*repository.issues.values(), *repository.pull_requests.values()):
        if label in subject.labels:
            subject.labels.remove(label)


def open_issue(
    world: World, repository: Repository, author: User, title: str, body: str, labels: Sequence[Label] = ()
) -> Issue:
    """A new issue."""
    if not title.strip():
        raise unprocessable("Title can't be blank")
    if len(title) > 256:
        raise unprocessable("Title is too long (maximum is 256 characters)")
    now = world.now()
    repository.last_number += 1
    issue = Issue(repository, world.next_id(), repository.last_number, title, body, author, now, now)
    _put_on(world, issue, labels, author)
    repository.issues[issue.number] = issue
    world.nodes[issue.id] = issue
    return issue


def close(world: World, subject: Issue, reason: str = "COMPLETED") -> None:
    """Close an issue or a pull request; closed already is fine."""
    if subject.closed:
        return
    subject.closed_at = subject.updated_at = world.now()
    subject.state_reason = None if isinstance(subject, PullRequest) else reason


def reopen(world: World, subject: Issue) -> None:
    """Open again; refused for merged pull requests and for those whose branch is gone."""
    if isinstance(subject, PullRequest):
        if subject.merged_at is not None:
            raise unprocessable("Could not open the pull request.")
        if subject.repository.remote.ref(f"refs/heads/{subject.head_ref_name}") is None:
            raise unprocessable(
                f"state cannot be changed. The {subject.head_ref_name} branch was force-pushed or recreated."
            )
    subject.closed_at, subject.updated_at = None, world.now()
    subject.state_reason = None if isinstance(subject, PullRequest) else "REOPENED"


def add_labels(world: World, subject: Issue, labels: Iterable[Label], by: User) -> None:
    """Put labels on; those that are there stay, and then nothing has changed."""
    labels = tuple(labels)
    for label in labels:
        if label.repository is not subject.repository:
            raise Refused("NOT_FOUND", f"Could not resolve to a node with the global id of '{label.id}'.")
    _put_on(world, subject, labels, by)


def _put_on(world: World, subject: Issue, labels: Iterable[Label], by: User) -> None:
    for label in labels:
        if label not in subject.labels:
            subject.labels.append(label)
            subject.updated_at = world.now()
            subject.timeline.append(Event(world.next_id(), by, subject.updated_at, label))


def remove_labels(world: World, subject: Issue, labels: Iterable[Label]) -> None:
    """Take labels off; those that are not there do not matter."""
    for label in labels:
        if label in subject.labels:
            subject.labels.remove(label)
            subject.updated_at = world.now()


def assign(world: World, subject: Issue, users: Iterable[User]) -> None:
    """Add assignees; GitHub silently leaves out who cannot be assigned, and everybody after the tenth."""
    for user in users:
        may = world.permission(subject.repository, user)
        assignable = may is not None and (may > Permission.READ or user is subject.author)
        if assignable and user not in subject.assignees and len(subject.assignees) < 10:
            subject.assignees.append(user)
            subject.updated_at = world.now()


def unassign(world: World, subject: Issue, users: Iterable[User]) -> None:
    """Remove assignees; those who are none do not matter."""
    for user in users:
        if user in subject.assignees:
            subject.assignees.remove(user)
            subject.updated_at = world.now()


def comment(world: World, subject: Issue, author: User, body: str) -> Comment:
    """A new comment."""
    if not body.strip():
        raise unprocessable("Body cannot be blank")
    now = world.now()
    made = Comment(subject, world.next_id(), author, body, now, now)
    subject.comments.append(made)
    subject.updated_at = now
    world.nodes[made.id] = made
    return made


def edit(world: World, subject: Issue, title: str | None, body: str | None, by: User) -> None:
    """Change title or body; GitHub notes who changed which, and when."""
    if title is not None and not title.strip():
        raise unprocessable("Title can't be blank")
    subject.updated_at = world.now()
    if title is not None and title != subject.title:
        subject.title = title
        subject.timeline.append(Event(world.next_id(), by, subject.updated_at))
    if body is not None and body != subject.body:
        subject.body = body
        subject.edits.append(ContentEdit(world.next_id(), by, subject.updated_at))


def delete_issue(world: World, issue: Issue) -> None:
    """Delete an issue for good."""
    del issue.repository.issues[issue.number]
    del world.nodes[issue.id]


def open_pull_request(
    world: World, repository: Repository, author: User, base: str, head: str, title: str, body: str, *, draft: bool
) -> PullRequest:
    """A new pull request between two branches of the repository."""
    head = head.removeprefix(f"{repository.owner.login}:").removeprefix("refs/heads/")
    base = base.removeprefix("refs/heads/")
    base_oid, head_oid = (repository.remote.ref(f"refs/heads/{name}") for name in (base, head))
    problems = []
    if head_oid is None:
        problems += ["Head sha can't be blank"]
    if base_oid is None:
        problems += ["Base sha can't be blank"]
    if head_oid is None or base_oid is None or repository.remote.contains(base_oid, head_oid):
        problems += [f"No commits between {base} and {head}"]
    if head_oid is None:
        problems += ["Head ref must be a branch"]
    if base_oid is None:
        problems += ["Base ref must be a branch"]
    if not title.strip():
        problems += ["Title can't be blank"]
    if problems or head_oid is None or base_oid is None:
        raise unprocessable(", ".join(problems))
    for other in repository.pull_requests.values():
        if not other.closed and (other.base_ref_name, other.head_ref_name) == (base, head):
            raise unprocessable(f"A pull request already exists for {repository.owner.login}:{head}.")
    if repository.remote.merge_base(base_oid, head_oid) is None:
        raise unprocessable(f"The {head} branch has no history in common with {base}")
    now = world.now()
    repository.last_number += 1
    made = PullRequest(repository, world.next_id(), repository.last_number, title, body, author, now, now)
    made.base_ref_name, made.head_ref_name, made.base_oid, made.head_oid = base, head, base_oid, head_oid
    made.is_draft = draft
    repository.remote.update_all([(made.kept_ref, head_oid, None)])
    repository.pull_requests[made.number] = made
    world.nodes[made.id] = made
    return made


def change_base(world: World, pull_request: PullRequest, base: str) -> None:
    """Let a pull request go to another branch."""
    oid = pull_request.repository.remote.ref(f"refs/heads/{base}")
    if oid is None:
        raise unprocessable(f"Proposed base branch '{base}' was not found")
    pull_request.base_ref_name, pull_request.base_oid, pull_request.updated_at = base, oid, world.now()


def set_draft(world: World, pull_request: PullRequest, draft: bool) -> None:
    """Mark as draft or as ready for review; so already is fine."""
    if pull_request.is_draft != draft:
        pull_request.is_draft, pull_request.updated_at = draft, world.now()


def request_reviews(
    world: World, pull_request: PullRequest, users: Sequence[User], teams: Sequence[str], union: bool
) -> None:
    """Ask for reviews; the author and people without access are refused as GitHub does."""
    for user in users:
        if user is pull_request.author:
            raise unprocessable("Review cannot be requested from pull request author.")
        if world.permission(pull_request.repository, user) is None:
            raise unprocessable(
                "Reviews may only be requested from collaborators. One or more of the users or teams you specified "
                f"is not a collaborator of the {pull_request.repository.full_name} repository."
            )
    kept = pull_request.requested if union else []
    pull_request.requested = [*kept, *(user for user in users if user not in kept)]
    pull_request.requested_teams = [*(pull_request.requested_teams if union else []), *teams]
    pull_request.updated_at = world.now()


def review(world: World, pull_request: PullRequest, author: User, state: str, body: str = "") -> Review:
    """A review: APPROVED, CHANGES_REQUESTED or COMMENTED."""
    if author is pull_request.author and state != "COMMENTED":
        raise unprocessable("Can not approve your own pull request")
    made = Review(pull_request, world.next_id(), author, state, body, world.now(), pull_request.head_oid)
    pull_request.reviews.append(made)
    pull_request.requested = [user for user in pull_request.requested if user is not author]
    pull_request.updated_at = world.now()
    world.nodes[made.id] = made
    return made


def comment_on_line(
    world: World, pull_request: PullRequest, author: User, path: str, line: int, body: str
) -> ReviewThread:
    """A comment on a line, in the open thread there or a new one."""
    there = (one for one in pull_request.threads if (one.path, one.line) == (path, line) and not one.is_resolved)
    thread = next(there, None)
    if thread is None:
        thread = ReviewThread(pull_request, world.next_id(), path, line)
        pull_request.threads.append(thread)
    thread.comments.append(ReviewComment(pull_request, world.next_id(), author, body, world.now()))
    pull_request.updated_at = world.now()
    return thread


def closing_references(pull_request: PullRequest, texts: Iterable[str]) -> tuple[Issue, ...]:
    """The repository's issues that the texts close by GitHub's keywords, where the base is the default branch."""
    repository = pull_request.repository
    if pull_request.base_ref_name != repository.remote.default_branch:
        return ()
    found: dict[int, Issue] = {}
    for text in texts:
        for match in _CLOSING.finditer(text):
            issue = repository.issues.get(int(match["number"]))
            if (
                issue is not None
                and (match["repo"] or repository.full_name).casefold() == repository.full_name.casefold()
            ):
                found[issue.number] = issue
    return tuple(found.values())
