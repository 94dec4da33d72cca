"""The world: everything that the embedded GitHub knows, with an injected clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from soda_tui.domain.naming import DEFAULT_HOST
from soda_tui.sandbox.errors import Refused, not_found
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.faults import Faults
from soda_tui.sandbox.limits import Limiter, Limits
from soda_tui.sandbox.model import Issue, Label, Permission, Repository, User
from soda_tui.sandbox.pull_requests import PullRequest
from soda_tui.sandbox.remote import Remote

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Token:
    """What a token stands for; `forbidden` names `Type.field`s that it may not touch (a fine-grained token).

    With `OWNER/NAME:` in front, those of one repository alone. Such a one is for what its `owner` has, and finds no
    other repository, where that is said. `scopes` is what the header says of a classic one, None for others; one
    without `expires` never does.
    """

    user: User
    forbidden: frozenset[str] = frozenset()
    scopes: str | None = "read:org, repo, workflow"
    expires: datetime | None = None
    owner: str | None = None

    def reaches(self, repository: Repository) -> bool:
        """Whether it is for that repository at all."""
        return self.owner is None or repository.owner.login.lower() == self.owner.lower()


@dataclass(slots=True)
class OpenQuestions:
    """What nobody could ask GitHub yet; clients must be right either way, so tests can have it both ways.

    `labels_need_all`: whether `issues(labels: [a, b])` means all of them. `relative_ref_names`: whether the names in
    `refs(refPrefix: "refs/heads/x/")` leave out `x/`.
    """

    labels_need_all: bool = False
    relative_ref_names: bool = False


class World:
    """Users, tokens and repositories; `root/remotes` holds the bare repositories.

    `clock` tells the time (aware, UTC). Whoever reads or changes anything holds `lock`. `requests` counts the requests
    to the API since the beginning. `ahead` is by how much its web server's clock goes ahead of all others. `lacks`
    names the fields that an older server's schema does not have yet.
    """

    def __init__(self, root: Path, clock: Clock, *, host: str = DEFAULT_HOST, limits: Limits | None = None) -> None:
        self.root = root
        self.clock = clock
        self.host = host
        self.lock = threading.RLock()
        self.faults = Faults()
        self.limiter = Limiter(limits or Limits())
        self.requests = 0
        self.lacks: frozenset[str] = frozenset()
        self.ahead = timedelta(0)
        self.open_questions = OpenQuestions()
        self.users: dict[str, User] = {}
        self.tokens: dict[str, Token] = {}
        self.teams: set[str] = set()
        self.nodes: dict[str, object] = {}
        self._repositories: dict[str, Repository] = {}
        self._moved: dict[str, Repository] = {}
        self._seen: dict[str, tuple[str | None, str | None]] = {}
        self._last_id = 1000

    def now(self) -> datetime:
        """The time, in whole seconds as GitHub tells it."""
        return self.clock().replace(microsecond=0)

    def next_id(self) -> int:
        """A fresh database id."""
        self._last_id += 1
        return self._last_id

    def user(self, login: str, name: str | None = None, *, organization: bool = False) -> User:
        """The user of that login, made on first use."""
        known = self.users.get(login.casefold())
        if known is None:
            known = User(self.next_id(), login, name, organization)
            self.users[login.casefold()] = known
            self.nodes[known.id] = known
        return known

    def add_token(self, token: str, login: str, forbidden: Iterable[str] = ()) -> Token:
        """Let a token stand for a user; `forbidden` are `Type.field` names that it may not touch."""
        self.tokens[token] = Token(self.user(login), frozenset(forbidden))
        return self.tokens[token]

    def create_repository(
        self,
        full_name: str,
        *,
        default_branch: str = "main",
        private: bool = True,
        permissions: Mapping[str, str] | None = None,
        history: Iterable[Change] | None = None,
    ) -> Repository:
        """A repository whose default branch holds `history`: by default one commit, with `()` it is empty.

        `permissions` maps logins to READ, TRIAGE, WRITE, MAINTAIN or ADMIN.
        """
        owner, _, name = full_name.partition("/")
        remote = Remote.create(self.remote_path(full_name), default_branch)
        made = self.add_repository(full_name, remote, private=private, permissions=permissions)
        author = f"{owner} <{owner}@users.noreply.{self.host}>"
        first = Change("Begin", {"README.md": f"# {name}\n"}, author, self.now())
        changes = (first,) if history is None else tuple(history)
        if changes:
            remote.append(default_branch, changes)
        return made

    def remote_path(self, full_name: str) -> Path:
        """Where a bare repository of that name is put, which one that was called so may be already."""
        path = self.root / "remotes" / f"{full_name}.git"
        return path if not path.exists() else path.with_name(f"{path.stem}-{self.next_id()}.git")

    def add_repository(
        self, full_name: str, remote: Remote, *, private: bool = True, permissions: Mapping[str, str] | None = None
    ) -> Repository:
        """A repository on a remote that is there; `permissions` as in `create_repository`."""
        owner, _, name = full_name.partition("/")
        now, number = self.now(), self.next_id()
        owning = self.users.get(owner.casefold()) or self.user(owner, owner.title(), organization=True)
        made = Repository(number, owning, name, remote, now, now, private=private)
        made.permissions.update({login: Permission[level] for login, level in (permissions or {}).items()})
        self._repositories[full_name.casefold()] = made
        self.nodes[made.id] = made
        return made

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """All repositories, oldest first."""
        return tuple(self._repositories.values())

    def repository(self, full_name: str, *, follow_renames: bool = True) -> Repository:
        """The repository of that name, or the one that had it; raises Refused (NOT_FOUND)."""
        key = full_name.casefold()
        found = self._repositories.get(key) or (self._moved.get(key) if follow_renames else None)
        if found is None:
            raise not_found(f"a Repository with the name '{full_name}'")
        return found

    def move(self, repository: Repository, full_name: str) -> None:
        """Rename or transfer a repository; its old name leads to it until somebody else takes that."""
        old = repository.full_name.casefold()
        del self._repositories[old]
        self._moved[old] = repository
        owner, _, repository.name = full_name.partition("/")
        repository.owner = self.users.get(owner.casefold()) or self.user(owner, owner.title(), organization=True)
        self._repositories[full_name.casefold()] = repository
        repository.updated_at = self.now()

    def remove(self, repository: Repository) -> None:
        """Delete a repository as GitHub does: nobody finds it again, by no name and no id."""
        del self._repositories[repository.full_name.casefold()]
        self._moved = {name: other for name, other in self._moved.items() if other is not repository}
        owned: list[Repository | Issue | Label] = [
            repository,
            *repository.issues.values(),
            *repository.pull_requests.values(),
            *repository.labels.values(),
        ]
        for thing in owned:
            self.nodes.pop(thing.id, None)

    def permission(self, repository: Repository, user: User) -> Permission | None:
        """What the user may do there; None where the repository is hidden from them."""
        given = repository.permissions.get(user.login)
        if user is repository.owner:
            return Permission.ADMIN
        return given if given is not None else None if repository.private else Permission.READ

    def visible(self, repository: Repository, token: Token) -> None:
        """Raise what GitHub says where the token may not see the repository."""
        user = token.user
        if user.login in repository.saml:
            raise Refused(
                "FORBIDDEN",
                "Resource protected by organization SAML enforcement. "
                "You must grant your Personal Access token access to this organization.",
                saml_failure=True,
            )
        if self.permission(repository, user) is None or not token.reaches(repository):
            raise not_found(f"a Repository with the name '{repository.full_name}'")

    def node(self, node_id: str, token: Token) -> object:
        """What a node id names, if the token may see it; raises Refused (NOT_FOUND)."""
        found = self.nodes.get(node_id)
        place = found if isinstance(found, Repository) else getattr(found, "repository", None)
        if isinstance(place, Repository):
            try:
                self.visible(place, token)
            except Refused as refused:
                if refused.kind != "NOT_FOUND":
                    raise
                found = None
        if found is None:
            raise not_found(f"a node with the global id of '{node_id}'")
        return found

    def url(self, repository: Repository, path: str = "") -> str:
        """The address of a page of the repository."""
        return f"https://{self.host}/{repository.full_name}{path}"

    def subject_url(self, subject: Issue) -> str:
        """The address of an issue or a pull request."""
        kind = "pull" if isinstance(subject, PullRequest) else "issues"
        return self.url(subject.repository, f"/{kind}/{subject.number}")

    def settle(self) -> None:
        """Let pull requests follow what was pushed: new heads, branches that are gone, work that was merged by hand."""
        for repository in self._repositories.values():
            opened = [one for one in repository.pull_requests.values() if not one.closed]
            refs = repository.remote.refs() if opened else {}
            for pull_request in opened:
                self._settle(repository.remote, refs, pull_request)

    def _settle(self, remote: Remote, refs: Mapping[str, str], pull_request: PullRequest) -> None:
        head = refs.get(f"refs/heads/{pull_request.head_ref_name}")
        base = refs.get(f"refs/heads/{pull_request.base_ref_name}")
        if self._seen.get(pull_request.id) == (head, base):
            return
        self._seen[pull_request.id] = (head, base)
        now = self.now()
        if head is not None and head != pull_request.head_oid:
            pull_request.head_oid, pull_request.updated_at = head, now
            remote.update_all([(pull_request.kept_ref, head, None)])
        merged = base is not None and base != pull_request.base_oid and remote.contains(base, pull_request.head_oid)
        if merged or head is None or base is None:
            pull_request.closed_at = pull_request.updated_at = now
        if merged:
            pull_request.merged_at, pull_request.merge_commit = now, pull_request.head_oid

    def label(self, repository: Repository, name: str) -> Label:
        """The label of that name; raises KeyError."""
        found = repository.label(name)
        if found is None:
            raise KeyError(f"{repository.full_name} has no label {name!r}")
        return found
