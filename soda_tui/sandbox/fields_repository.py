"""Answers for repositories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from soda_tui.sandbox.connections import Connection, Edge, connection
from soda_tui.sandbox.context import CommitNode, Context, RefNode, commit_node
from soda_tui.sandbox.errors import not_found
from soda_tui.sandbox.fields_git import ref_node
from soda_tui.sandbox.fields_queue import MergeQueue
from soda_tui.sandbox.model import Issue, Label, Permission, Repository, User
from soda_tui.sandbox.pull_requests import PullRequest
from soda_tui.sandbox.searching import mentions

Args = Mapping[str, Any]
_T = TypeVar("_T")
_I = TypeVar("_I", bound=Issue)
_ORDERS = {"CREATED_AT": "created_at", "UPDATED_AT": "updated_at"}


class RepositoryFields:
    """A repository; what is a constant here is nothing that the world can change."""

    homepage_url = None
    is_disabled = is_locked = is_mirror = is_template = False
    has_pull_requests_enabled = True
    has_projects_enabled = has_wiki_enabled = has_discussions_enabled = False
    allow_update_branch = False
    parent = None
    issue_templates: tuple[object, ...] = ()
    pull_request_templates: tuple[object, ...] = ()

    @staticmethod
    def is_fork(_: Context, repository: Repository, __: Args) -> bool:
        return repository.fork

    @staticmethod
    def name_with_owner(_: Context, repository: Repository, __: Args) -> str:
        return repository.full_name

    @staticmethod
    def url(at: Context, repository: Repository, __: Args) -> str:
        return at.world.url(repository)

    @staticmethod
    def ssh_url(at: Context, repository: Repository, __: Args) -> str:
        return f"git@{at.world.host}:{repository.full_name}.git"

    @staticmethod
    def resource_path(_: Context, repository: Repository, __: Args) -> str:
        return f"/{repository.full_name}"

    @staticmethod
    def visibility(_: Context, repository: Repository, __: Args) -> str:
        return "PRIVATE" if repository.private else "PUBLIC"

    @staticmethod
    def is_private(_: Context, repository: Repository, __: Args) -> bool:
        return repository.private

    @staticmethod
    def is_archived(_: Context, repository: Repository, __: Args) -> bool:
        return repository.archived

    @staticmethod
    def archived_at(_: Context, repository: Repository, __: Args) -> datetime | None:
        return repository.updated_at if repository.archived else None

    @staticmethod
    def is_in_organization(_: Context, repository: Repository, __: Args) -> bool:
        return repository.owner.organization

    @staticmethod
    def pushed_at(_: Context, repository: Repository, __: Args) -> datetime | None:
        heads = (
            repository.remote.commit(oid)
            for name, oid in repository.remote.refs().items()
            if name.startswith("refs/heads/")
        )
        return max((commit.committer.date for commit in heads if commit), default=None)

    @staticmethod
    def viewer_permission(at: Context, repository: Repository, __: Args) -> str | None:
        may = at.world.permission(repository, at.user)
        return may.name if may else None

    @staticmethod
    def viewer_can_administer(at: Context, repository: Repository, __: Args) -> bool:
        return at.world.permission(repository, at.user) is Permission.ADMIN

    @staticmethod
    def merge_commit_allowed(_: Context, repository: Repository, __: Args) -> bool:
        return "MERGE" in repository.merge_methods

    @staticmethod
    def squash_merge_allowed(_: Context, repository: Repository, __: Args) -> bool:
        return "SQUASH" in repository.merge_methods

    @staticmethod
    def rebase_merge_allowed(_: Context, repository: Repository, __: Args) -> bool:
        return "REBASE" in repository.merge_methods

    @staticmethod
    def viewer_default_merge_method(_: Context, repository: Repository, __: Args) -> str:
        allowed = repository.merge_methods
        return repository.default_merge_method if repository.default_merge_method in allowed else min(allowed)

    @staticmethod
    def merge_queue(_: Context, repository: Repository, args: Args) -> MergeQueue | None:
        branch = args.get("branch") or repository.remote.default_branch
        return (
            MergeQueue(repository)
            if repository.queue is not None and branch == repository.remote.default_branch
            else None
        )

    @staticmethod
    def default_branch_ref(_: Context, repository: Repository, __: Args) -> RefNode | None:
        return ref_node(repository, f"refs/heads/{repository.remote.default_branch}")

    @staticmethod
    def ref(_: Context, repository: Repository, args: Args) -> RefNode | None:
        name = args["qualifiedName"]
        tried = [name] if name.startswith("refs/") else [f"refs/heads/{name}", f"refs/tags/{name}"]
        return next((found for each in tried if (found := ref_node(repository, each))), None)

    @staticmethod
    def refs(at: Context, repository: Repository, args: Args) -> Connection | None:
        prefix = args["refPrefix"]
        if not prefix.startswith(("refs/heads/", "refs/tags/")) or not prefix.endswith("/"):
            return connection((), args) if prefix.endswith("/") else None
        wanted = (args.get("query") or "").casefold()
        space = prefix if at.world.open_questions.relative_ref_names else "/".join(prefix.split("/")[:2]) + "/"
        found = [
            RefNode(repository, space, name.removeprefix(space), oid)
            for name, oid in repository.remote.refs().items()
            if name.startswith(prefix) and wanted in name.casefold()
        ]
        order = args.get("orderBy") or {}
        backwards = "DESC" in {order.get("direction"), args.get("direction")}
        return connection(found[::-1] if backwards else found, args, key=lambda ref: str(ref.full_name))

    @staticmethod
    def object(_: Context, repository: Repository, args: Args) -> CommitNode | None:
        name = args.get("oid") or args.get("expression") or ""
        oid = name if len(name) == 40 else repository.remote.ref(f"refs/heads/{name}") or repository.remote.ref(name)
        return commit_node(repository, oid) if oid else None

    @staticmethod
    def label(_: Context, repository: Repository, args: Args) -> Label | None:
        return repository.label(args["name"])

    @staticmethod
    def labels(_: Context, repository: Repository, args: Args) -> Connection:
        wanted = (args.get("query") or "").casefold()
        found = [
            label for label in repository.labels.values() if wanted in f"{label.name} {label.description}".casefold()
        ]
        order = args.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
        keys = {
            "NAME": lambda label: label.name.casefold(),
            "CREATED_AT": lambda label: (label.created_at, label.database_id),
        }
        found.sort(key=keys[order["field"]], reverse=order["direction"] == "DESC")
        return connection(found, args)

    @staticmethod
    def issue(_: Context, repository: Repository, args: Args) -> Issue:
        return _numbered(repository.issues, args["number"], "an Issue")

    @staticmethod
    def pull_request(_: Context, repository: Repository, args: Args) -> PullRequest:
        return _numbered(repository.pull_requests, args["number"], "a PullRequest")

    @staticmethod
    def issue_or_pull_request(_: Context, repository: Repository, args: Args) -> Issue:
        both = {**repository.issues, **repository.pull_requests}
        return _numbered(both, args["number"], "an issue or pull request")

    @staticmethod
    def issues(at: Context, repository: Repository, args: Args) -> Connection:
        rules = args.get("filterBy") or {}
        found = [issue for issue in repository.issues.values() if _issue_fits(at, issue, args, rules)]
        return connection(_ordered(found, args), args)

    @staticmethod
    def pull_requests(at: Context, repository: Repository, args: Args) -> Connection:
        found = [
            each
            for each in repository.pull_requests.values()
            if _has_state(each, args.get("states"))
            and _has_labels(at, each, args.get("labels"))
            and args.get("headRefName") in {None, each.head_ref_name}
            and args.get("baseRefName") in {None, each.base_ref_name}
        ]
        return connection(_ordered(found, args), args)

    @staticmethod
    def assignable_users(at: Context, repository: Repository, args: Args) -> Connection:
        return connection(_people(at, repository, Permission.TRIAGE, args.get("query")), args)

    @staticmethod
    def mentionable_users(at: Context, repository: Repository, args: Args) -> Connection:
        return connection(_people(at, repository, Permission.READ, args.get("query")), args)

    @staticmethod
    def collaborators(at: Context, repository: Repository, args: Args) -> Connection:
        page = connection(_people(at, repository, Permission.READ, args.get("query")), args)
        edges = tuple(Edge(e.node, e.cursor, repository.permissions[e.node.login].name) for e in page.edges)
        return Connection(edges, page.page_info, page.total_count, page.items)

    @staticmethod
    def milestones(_: Context, __: Repository, args: Args) -> Connection:
        return connection((), args)

    @staticmethod
    def rulesets(_: Context, repository: Repository, args: Args) -> Connection:
        found = [
            {
                "id": f"RRS_{repository.database_id}{place}",
                "name": f"rules {place + 1}",
                "target": "BRANCH",
                "enforcement": "ACTIVE",
                "updatedAt": repository.updated_at,
                "conditions": {"refName": {"include": _as_ruleset(rule.pattern), "exclude": []}},
                "rules": connection(
                    [{"id": f"RRU_{repository.database_id}{kind}", "type": kind} for kind in rule.kinds],
                    {"first": 100},
                    key=lambda each: str(each["id"]),
                ),
            }
            for place, rule in enumerate(repository.remote.rules)
            if not rule.classic
        ]
        return connection(found, args, key=lambda each: str(each["id"]))


def _as_ruleset(pattern: str) -> list[str]:
    """The pattern as rulesets have it, in which `*` stands for no slash."""
    return [pattern, f"{pattern}/**/*"] if pattern.endswith("*") else [pattern]


def _numbered(items: Mapping[int, _T], number: int, kind: str) -> _T:
    found = items.get(number)
    if found is None:
        raise not_found(f"{kind} with the number of {number}")
    return found


def _issue_fits(at: Context, issue: Issue, args: Args, rules: Args) -> bool:
    author, since, mentioned = rules.get("createdBy"), rules.get("since"), rules.get("mentioned")
    return (
        _has_state(issue, args.get("states"))
        and _has_state(issue, rules.get("states"))
        and _has_labels(at, issue, args.get("labels"))
        and _has_labels(at, issue, rules.get("labels"))
        and (author is None or author.casefold() == issue.author.login.casefold())
        and ("assignee" not in rules or _is_assigned(issue, rules["assignee"]))
        and (mentioned is None or mentions(issue, mentioned))
        and (since is None or issue.updated_at >= datetime.fromisoformat(since))
    )


def _is_assigned(issue: Issue, login: str | None) -> bool:
    """Whether the login is an assignee; `*` is anybody, None nobody."""
    logins = {user.login.casefold() for user in issue.assignees}
    return not logins if login is None else bool(logins) if login == "*" else login.casefold() in logins


def _has_state(subject: Issue, states: Sequence[str] | None) -> bool:
    return not states or subject.state in states


def _has_labels(at: Context, subject: Issue, labels: Sequence[str] | None) -> bool:
    if not labels:
        return True
    own = {label.name.casefold() for label in subject.labels}
    wanted = {label.casefold() for label in labels}
    return wanted <= own if at.world.open_questions.labels_need_all else not wanted.isdisjoint(own)


def _ordered(found: Iterable[_I], args: Args) -> list[_I]:
    order = args.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}

    def key(subject: Issue) -> tuple[Any, int]:
        if order["field"] == "COMMENTS":
            return len(subject.comments), subject.number
        return getattr(subject, _ORDERS[order["field"]]), subject.number

    return sorted(found, key=key, reverse=order["direction"] == "DESC")


def _people(at: Context, repository: Repository, least: Permission, query: str | None) -> list[User]:
    logins = [login for login, may in repository.permissions.items() if may >= least]
    return [at.world.user(login) for login in logins if (query or "").casefold() in login.casefold()]
