"""People at work in the world: what tests, the demo and the control endpoint let them do, by names and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from soda_tui.sandbox import acts, merging
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.model import Issue, Label, Permission, Repository
from soda_tui.sandbox.pull_requests import Check, CheckRun, PullRequest
from soda_tui.sandbox.remote import ZERO
from soda_tui.sandbox.rules import Rule
from soda_tui.sandbox.world import World

_Act = TypeVar("_Act", bound=Callable[..., Any])


def _at_work(act: _Act) -> _Act:
    """The act alone in the world, after what was pushed has been noticed."""

    @wraps(act)
    def alone(people: People, *args: Any, **kwargs: Any) -> Any:
        with people.world.lock:
            people.world.settle()
            merging.proceed(people.world)
            return act(people, *args, **kwargs)

    return cast("_Act", alone)


class People:
    """Acts of people with every permission; each moves `updatedAt` as on GitHub, and may raise Refused."""

    def __init__(self, world: World) -> None:
        self.world = world

    @_at_work
    def open_issue(
        self,
        repository: str,
        title: str,
        body: str = "",
        labels: Sequence[str] = (),
        assignees: Sequence[str] = (),
        by: str = "ada",
    ) -> int:
        """Open an issue; its number. Raises KeyError for a label that does not exist."""
        place = self.world.repository(repository)
        issue = acts.open_issue(self.world, place, self.world.user(by), title, body, self._labels(place, labels))
        acts.assign(self.world, issue, [self.world.user(login) for login in assignees])
        return issue.number

    @_at_work
    def close_issue(self, repository: str, number: int, reason: str = "COMPLETED") -> None:
        """Close an issue."""
        acts.close(self.world, self._subject(repository, number), reason)

    @_at_work
    def reopen(self, repository: str, number: int) -> None:
        """Open an issue or a pull request again."""
        acts.reopen(self.world, self._subject(repository, number))

    @_at_work
    def label(self, repository: str, number: int, *names: str, by: str = "ada") -> None:
        """Put labels on."""
        subject = self._subject(repository, number)
        acts.add_labels(self.world, subject, self._labels(subject.repository, names), self.world.user(by))

    @_at_work
    def unlabel(self, repository: str, number: int, *names: str) -> None:
        """Take labels off."""
        subject = self._subject(repository, number)
        acts.remove_labels(self.world, subject, self._labels(subject.repository, names))

    @_at_work
    def assign(self, repository: str, number: int, *logins: str) -> None:
        """Add assignees."""
        acts.assign(self.world, self._subject(repository, number), [self.world.user(login) for login in logins])

    @_at_work
    def unassign(self, repository: str, number: int, *logins: str) -> None:
        """Remove assignees."""
        acts.unassign(self.world, self._subject(repository, number), [self.world.user(login) for login in logins])

    @_at_work
    def edit(
        self, repository: str, number: int, title: str | None = None, body: str | None = None, by: str = "ada"
    ) -> None:
        """Change the title or the body."""
        acts.edit(self.world, self._subject(repository, number), title, body, self.world.user(by))

    @_at_work
    def delete_issue(self, repository: str, number: int) -> None:
        """Delete an issue."""
        acts.delete_issue(self.world, self.world.repository(repository).issues[number])

    @_at_work
    def comment(self, repository: str, number: int, body: str, by: str = "ada") -> None:
        """Write a comment."""
        acts.comment(self.world, self._subject(repository, number), self.world.user(by), body)

    @_at_work
    def block(self, repository: str, number: int, by: str) -> None:
        """Have an issue wait for another one, OWNER/NAME#NUMBER; that moves no `updatedAt`, the harder case to see."""
        self._subject(repository, number).blocked_by.append(self._named(by))

    @_at_work
    def add_sub_issue(self, repository: str, number: int, part: str) -> None:
        """Make an issue, OWNER/NAME#NUMBER, a part of another one."""
        self._subject(repository, number).sub_issues.append(self._named(part))

    @_at_work
    def create_label(self, repository: str, name: str, color: str = "ededed", description: str | None = None) -> None:
        """Create a label."""
        acts.create_label(self.world, self.world.repository(repository), name, color, description)

    @_at_work
    def delete_label(self, repository: str, name: str) -> None:
        """Delete a label."""
        acts.delete_label(self.world, self.world.label(self.world.repository(repository), name))

    @_at_work
    def push(
        self,
        repository: str,
        branch: str,
        files: Mapping[str, str | None],
        message: str = "Work",
        by: str = "ada",
        start: str | None = None,
    ) -> str:
        """Push one commit (None deletes a file); a new branch begins at `start`, else at the default branch."""
        place = self.world.repository(repository)
        author = f"{by} <{by}@users.noreply.{self.world.host}>"
        change = Change(message, files, author, self.world.now())
        return place.remote.append_all({branch: [change]}, start or place.remote.default_branch)[branch]

    @_at_work
    def delete_branch(self, repository: str, branch: str) -> None:
        """Delete a branch; its open pull requests close."""
        self.world.repository(repository).remote.update_all([(f"refs/heads/{branch}", ZERO, None)])
        self.world.settle()

    @_at_work
    def open_pull_request(
        self,
        repository: str,
        head: str,
        title: str,
        body: str = "",
        base: str | None = None,
        draft: bool = False,
        by: str = "ada",
    ) -> int:
        """Open a pull request; its number."""
        place = self.world.repository(repository)
        target = base or place.remote.default_branch
        made = acts.open_pull_request(self.world, place, self.world.user(by), target, head, title, body, draft=draft)
        return made.number

    @_at_work
    def close_pull_request(self, repository: str, number: int) -> None:
        """Close a pull request unmerged."""
        acts.close(self.world, self._pull_request(repository, number))

    @_at_work
    def set_draft(self, repository: str, number: int, draft: bool) -> None:
        """Mark a pull request as draft or as ready."""
        acts.set_draft(self.world, self._pull_request(repository, number), draft)

    @_at_work
    def review(self, repository: str, number: int, state: str = "APPROVED", body: str = "", by: str = "grace") -> None:
        """Review a pull request: APPROVED, CHANGES_REQUESTED or COMMENTED."""
        acts.review(self.world, self._pull_request(repository, number), self.world.user(by), state, body)

    @_at_work
    def set_checks(self, repository: str, number: int, **states: str) -> None:
        """Set the checks on a pull request's head, by name: SUCCESS, FAILURE, PENDING or ERROR; none removes all."""
        pull_request = self._pull_request(repository, number)
        now = self.world.now()
        checks = tuple(Check(context, state, now) for context, state in states.items())
        pull_request.repository.checks[pull_request.head_oid] = checks

    @_at_work
    def run_check(
        self,
        repository: str,
        number: int,
        name: str,
        state: str = "FAILURE",
        text: str = "",
        log: str = "",
        notes: Sequence[tuple[str, int, str]] = (),
    ) -> None:
        """Let an app's check end so on a pull request's head; the other checks there stay."""
        pull_request = self._pull_request(repository, number)
        made = CheckRun(name, state, self.world.now(), self.world.next_id(), text, log, tuple(notes))
        checks = pull_request.repository.checks
        others = [one for one in checks.get(pull_request.head_oid, ()) if one.context != name]
        checks[pull_request.head_oid] = (*others, made)

    @_at_work
    def comment_on_line(self, repository: str, number: int, path: str, line: int, body: str, by: str = "grace") -> None:
        """Say something of a line of a pull request."""
        author = self.world.user(by)
        acts.comment_on_line(self.world, self._pull_request(repository, number), author, path, line, body)

    @_at_work
    def resolve(self, repository: str, number: int) -> None:
        """Resolve all threads of a pull request."""
        for thread in self._pull_request(repository, number).threads:
            thread.is_resolved = True

    @_at_work
    def merge(self, repository: str, number: int, method: str = "MERGE", by: str = "ada") -> str:
        """Merge a pull request; the commit that the base branch has now."""
        pull_request = self._pull_request(repository, number)
        merging.merge(self.world, pull_request, self.world.user(by), method=method)
        return pull_request.merge_commit or ZERO

    @_at_work
    def rename(self, repository: str, new_name: str) -> None:
        """Rename to NAME, or transfer to OWNER/NAME."""
        place = self.world.repository(repository)
        self.world.move(place, new_name if "/" in new_name else f"{place.owner.login}/{new_name}")

    @_at_work
    def set_default_branch(self, repository: str, branch: str) -> None:
        """Let another branch be the default one."""
        self.world.repository(repository).remote.set_default_branch(branch)

    @_at_work
    def archive(self, repository: str, archived: bool = True) -> None:
        """Make a repository read-only, or not any more."""
        place = self.world.repository(repository)
        place.archived, place.updated_at = archived, self.world.now()

    @_at_work
    def delete_repository(self, repository: str) -> None:
        """Delete a repository."""
        self.world.remove(self.world.repository(repository))

    @_at_work
    def permit(self, repository: str, login: str, permission: str | None) -> None:
        """Give a user a permission (READ to ADMIN), or take it away."""
        place = self.world.repository(repository)
        place.permissions.pop(login, None)
        if permission is not None:
            place.permissions[login] = Permission[permission]

    @_at_work
    def require_sso(self, repository: str, login: str, required: bool = True) -> None:
        """Let the organization's single sign-on keep a user's tokens out."""
        place = self.world.repository(repository)
        (place.saml.add if required else place.saml.discard)(login)

    @_at_work
    def set_rules(self, repository: str, *rules: Rule | Mapping[str, object]) -> None:
        """Replace the rules on the repository's refs."""
        made = [rule if isinstance(rule, Rule) else Rule(**rule) for rule in rules]  # type: ignore[arg-type]  # as JSON has it
        self.world.repository(repository).remote.set_rules(made)

    @_at_work
    def require(self, repository: str, approvals: int = 0, checks: Sequence[str] = ()) -> None:
        """What a merge into the repository needs."""
        place = self.world.repository(repository)
        place.required_approvals, place.required_checks = approvals, tuple(checks)

    @_at_work
    def allow_merges(
        self,
        repository: str,
        methods: Sequence[str] = ("MERGE", "SQUASH", "REBASE"),
        default: str = "MERGE",
        auto: bool = False,
        queue: bool = False,
        queue_held: bool = False,
        delete_branch: bool = False,
    ) -> None:
        """How the repository merges; a queue that is held merges nothing until it is not."""
        place = self.world.repository(repository)
        place.merge_methods, place.default_merge_method = frozenset(methods), default
        place.auto_merge_allowed, place.delete_branch_on_merge = auto, delete_branch
        place.queue = (place.queue or []) if queue else None
        place.queue_held = queue_held

    def _subject(self, repository: str, number: int) -> Issue:
        found = self.world.repository(repository).subject(number)
        if found is None:
            raise KeyError(f"{repository}#{number}")
        return found

    def _named(self, name: str) -> Issue:
        repository, _, number = name.partition("#")
        return self._subject(repository, int(number))

    def _pull_request(self, repository: str, number: int) -> PullRequest:
        return self.world.repository(repository).pull_requests[number]

    def _labels(self, repository: Repository, names: Sequence[str]) -> list[Label]:
        return [self.world.label(repository, name) for name in names]
