"""What the world holds: users, repositories, labels, issues, pull requests. Plain and mutable; `acts` changes it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from soda_tui.sandbox.remote import Remote

if TYPE_CHECKING:
    from soda_tui.sandbox.pull_requests import Check, PullRequest, QueueEntry


class Permission(IntEnum):
    """What a user may do in a repository, least first."""

    READ = 1
    TRIAGE = 2
    WRITE = 3
    MAINTAIN = 4
    ADMIN = 5


def node_id(prefix: str, *numbers: int) -> str:
    """A stable opaque id in the looks of GitHub's: a prefix that names the type, and base64."""
    packed = b"\x93\x00" + b"".join(b"\xce" + number.to_bytes(4, "big") for number in numbers)
    return f"{prefix}_{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


@dataclass(slots=True, eq=False)
class User:
    """A person, or an app's bot (its login ends with `[bot]`), or an organization (`organization`)."""

    database_id: int
    login: str
    name: str | None = None
    organization: bool = False

    @property
    def bot(self) -> bool:
        """Whether this is an app."""
        return self.login.endswith("[bot]")

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("O" if self.organization else "BOT" if self.bot else "U", self.database_id)


@dataclass(slots=True, eq=False)
class Label:
    """A label of a repository."""

    repository: Repository
    database_id: int
    name: str
    color: str
    description: str | None
    created_at: datetime
    updated_at: datetime

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("LA", self.repository.database_id, self.database_id)


@dataclass(frozen=True, slots=True)
class Event:
    """Something in an issue's timeline; `label` where one was put on, else the title was changed."""

    database_id: int
    actor: User
    created_at: datetime
    label: Label | None = None

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("RTE" if self.label is None else "LE", self.database_id)


@dataclass(frozen=True, slots=True)
class ContentEdit:
    """A change of a body."""

    database_id: int
    editor: User
    edited_at: datetime

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("UCE", self.database_id)


@dataclass(slots=True, eq=False)
class Comment:
    """A comment on an issue or a pull request."""

    subject: Issue
    database_id: int
    author: User
    body: str
    created_at: datetime
    updated_at: datetime

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("IC", self.subject.repository.database_id, self.database_id)


@dataclass(slots=True, eq=False)
class Issue:
    """An issue, and what a pull request shares with it."""

    repository: Repository
    database_id: int
    number: int
    title: str
    body: str
    author: User
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    state_reason: str | None = None
    edits: list[ContentEdit] = field(default_factory=list)
    timeline: list[Event] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    assignees: list[User] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    blocked_by: list[Issue] = field(default_factory=list)
    sub_issues: list[Issue] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("I", self.repository.database_id, self.database_id)

    @property
    def state(self) -> str:
        """GitHub's IssueState."""
        return "OPEN" if self.closed_at is None else "CLOSED"

    @property
    def edited_at(self) -> datetime | None:
        """When the body was changed last."""
        return self.edits[-1].edited_at if self.edits else None

    @property
    def editor(self) -> User | None:
        """Who changed the body last."""
        return self.edits[-1].editor if self.edits else None

    @property
    def closed(self) -> bool:
        """Whether it is not open."""
        return self.closed_at is not None


@dataclass(slots=True, eq=False)
class Repository:
    """A repository with its real bare remote.

    `permissions` maps logins to what they may do; who is not in it may read a public repository and does not see a
    private one. `saml` lists logins whose tokens the organization's single sign-on keeps out. `queue` is None where the
    default branch has no merge queue; one that is `queue_held` merges nothing.
    """

    database_id: int
    owner: User
    name: str
    remote: Remote
    created_at: datetime
    updated_at: datetime
    private: bool = True
    archived: bool = False
    fork: bool = False
    has_issues_enabled: bool = True
    description: str | None = None
    permissions: dict[str, Permission] = field(default_factory=dict)
    saml: set[str] = field(default_factory=set)
    labels: dict[str, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    pull_requests: dict[int, PullRequest] = field(default_factory=dict)
    checks: dict[str, tuple[Check, ...]] = field(default_factory=dict)
    merge_methods: frozenset[str] = frozenset({"MERGE", "SQUASH", "REBASE"})
    default_merge_method: str = "MERGE"
    auto_merge_allowed: bool = False
    queue: list[QueueEntry] | None = None
    queue_held: bool = False
    delete_branch_on_merge: bool = False
    required_approvals: int = 0
    required_checks: tuple[str, ...] = ()
    last_number: int = 0

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("R", self.database_id)

    @property
    def full_name(self) -> str:
        """OWNER/NAME."""
        return f"{self.owner.login}/{self.name}"

    @property
    def is_empty(self) -> bool:
        """Whether it has no branch."""
        return not any(name.startswith("refs/heads/") for name in self.remote.refs())

    def label(self, name: str) -> Label | None:
        """The label of that name, case ignored."""
        return self.labels.get(name.casefold())

    def subject(self, number: int) -> Issue | None:
        """The issue or pull request of that number."""
        return self.issues.get(number) or self.pull_requests.get(number)
