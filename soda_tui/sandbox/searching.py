"""GitHub's search of issues and pull requests, by words and by those qualifiers that `gh` gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from soda_tui.sandbox.connections import Connection, connection
from soda_tui.sandbox.context import Context
from soda_tui.sandbox.errors import Refused
from soda_tui.sandbox.merging import review_decision
from soda_tui.sandbox.model import Issue, User
from soda_tui.sandbox.pull_requests import PullRequest

_AT_MOST = 1000
_TERM = re.compile(r'(?P<no>-?)(?:(?P<key>[a-z-]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))')
_STATES: Mapping[str, Callable[[Issue], bool]] = {
    "issue": lambda subject: not isinstance(subject, PullRequest),
    "pr": lambda subject: isinstance(subject, PullRequest),
    "open": lambda subject: not subject.closed,
    "closed": lambda subject: subject.closed,
    "merged": lambda subject: subject.state == "MERGED",
    "unmerged": lambda subject: isinstance(subject, PullRequest) and subject.state != "MERGED",
    "draft": lambda subject: isinstance(subject, PullRequest) and subject.is_draft,
}


class Found(Connection):
    """A page of what was found."""

    @property
    def issue_count(self) -> int:
        """How many issues and pull requests there are."""
        return self.total_count


def search(at: Context, args: Mapping[str, Any]) -> Found:
    """What fits a query, newest first; what the user may not see is left out. Raises Refused for what is not known."""
    if args["type"] != "ISSUE":
        raise Refused("INTERNAL", f"The sandbox does not search for {args['type']}.")
    terms = [
        (match["key"], match["plain"] if match["quoted"] is None else match["quoted"], not match["no"])
        for match in _TERM.finditer(args["query"])
    ]
    found = [
        subject
        for repository in at.world.repositories
        if at.world.permission(repository, at.user) is not None and at.user.login not in repository.saml
        for subject in (*repository.issues.values(), *repository.pull_requests.values())
        if all(_fits(at, subject, key, value) == wanted for key, value, wanted in terms)
    ]
    found.sort(key=lambda subject: (subject.created_at, subject.database_id), reverse=True)
    page = connection(found[:_AT_MOST], args)
    return Found(page.edges, page.page_info, len(found), page.items)


def mentions(subject: Issue, login: str) -> bool:
    """Whether somebody is named in an issue or in its comments."""
    texts = (subject.body, *(comment.body for comment in subject.comments))
    return any(re.search(rf"@{re.escape(login)}\b", text, re.IGNORECASE) for text in texts)


def _fits(at: Context, subject: Issue, key: str | None, value: str) -> bool:
    login = at.user.login if value == "@me" else value
    match key:
        case None:
            return value.casefold() in f"{subject.title}\n{subject.body}".casefold()
        case "repo":
            return subject.repository.full_name.casefold() == value.casefold()
        case "is" | "type" | "state" if value in _STATES:
            return _STATES[value](subject)
        case "draft":
            return _STATES["draft"](subject) == (value == "true")
        case "label":
            return any(subject.repository.label(name) in subject.labels for name in value.split(","))
        case "author":
            return _is(subject.author, login)
        case "assignee":
            return any(_is(user, login) for user in subject.assignees)
        case "mentions":
            return mentions(subject, login)
        case "head" | "base" | "review-requested" | "review":
            return isinstance(subject, PullRequest) and _fits_pull_request(subject, key, login)
        case "sort" if value == "created-desc":
            return True
    raise Refused("INTERNAL", f"The sandbox does not search by {key}:{value}.")


def _fits_pull_request(subject: PullRequest, key: str, value: str) -> bool:
    match key:
        case "head":
            return subject.head_ref_name == value
        case "base":
            return subject.base_ref_name == value
        case "review":
            return (review_decision(subject) or "NONE").casefold() == value.replace("required", "review_required")
    return any(_is(user, value) for user in subject.requested)


def _is(user: User, login: str) -> bool:
    return user.login.casefold() == login.casefold()
