"""How fields are answered: by the type's class of this package, else by the attribute of the same name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLAbstractType, GraphQLResolveInfo

from soda_tui.sandbox.context import CommitNode, Context, RefNode
from soda_tui.sandbox.errors import Refused
from soda_tui.sandbox.fields_checks import CheckRunFields, RollupFields, StatusContextFields
from soda_tui.sandbox.fields_git import CommitFields, GitActorFields, RefFields
from soda_tui.sandbox.fields_issues import CommentFields, IssueFields, LabelFields
from soda_tui.sandbox.fields_pull_requests import (
    PullRequestFields,
    ReviewCommentFields,
    ReviewFields,
    Team,
    ThreadFields,
)
from soda_tui.sandbox.fields_queue import MergeQueue, MergeQueueFields, QueueEntryFields
from soda_tui.sandbox.fields_repository import RepositoryFields
from soda_tui.sandbox.fields_root import QueryFields, RateLimitFields, UserFields
from soda_tui.sandbox.model import Comment, ContentEdit, Event, Issue, Label, Repository, User
from soda_tui.sandbox.mutations import Mutations
from soda_tui.sandbox.pull_requests import Check, CheckRun, PullRequest, QueueEntry, Review
from soda_tui.sandbox.schema import snake

_FIELDS: Mapping[str, type] = {
    "Query": QueryFields,
    "Mutation": Mutations,
    "RateLimit": RateLimitFields,
    "User": UserFields,
    "Bot": UserFields,
    "Organization": UserFields,
    "Repository": RepositoryFields,
    "Label": LabelFields,
    "Issue": IssueFields,
    "PullRequest": PullRequestFields,
    "PullRequestReview": ReviewFields,
    "MergeQueue": MergeQueueFields,
    "MergeQueueEntry": QueueEntryFields,
    "IssueComment": CommentFields,
    "Ref": RefFields,
    "Commit": CommitFields,
    "GitActor": GitActorFields,
    "StatusCheckRollup": RollupFields,
    "StatusContext": StatusContextFields,
    "CheckRun": CheckRunFields,
    "PullRequestReviewThread": ThreadFields,
    "PullRequestReviewComment": ReviewCommentFields,
}
_TYPES: tuple[tuple[type, str], ...] = (
    (PullRequest, "PullRequest"),
    (Issue, "Issue"),
    (Repository, "Repository"),
    (Label, "Label"),
    (Comment, "IssueComment"),
    (Review, "PullRequestReview"),
    (ContentEdit, "UserContentEdit"),
    (RefNode, "Ref"),
    (CommitNode, "Commit"),
    (CheckRun, "CheckRun"),
    (Check, "StatusContext"),
    (Team, "Team"),
    (QueueEntry, "MergeQueueEntry"),
    (MergeQueue, "MergeQueue"),
)


def resolve_field(source: Any, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
    """Answer one field; raises Refused in GitHub's words, and loudly where the world does not know the field."""
    context: Context = info.context
    where = f"{info.parent_type.name}.{info.field_name}"
    if (kept := context.token.forbidden) and (where in kept or f"{_place(source)}:{where}" in kept):
        raise Refused("FORBIDDEN", "Resource not accessible by personal access token", saml_failure=False)
    return _told(_answer(source, info, where, context, arguments))


def _place(source: Any) -> str:
    """The repository in which something is."""
    return getattr(getattr(source, "repository", source), "full_name", "")


def _answer(
    source: Any, info: GraphQLResolveInfo[Context], where: str, context: Context, arguments: dict[str, Any]
) -> Any:
    name = snake(info.field_name)
    own: Callable[..., Any] | Any = getattr(_FIELDS.get(info.parent_type.name), name, _MISSING)
    if callable(own):
        return own(context, source, arguments)
    if own is not _MISSING:
        return own
    if isinstance(source, Mapping):
        return source.get(info.field_name)
    found = getattr(source, name, _MISSING)
    if found is _MISSING:
        raise Refused("INTERNAL", f"The sandbox has no answer for {where}.")
    return found


def resolve_type(value: Any, _info: GraphQLResolveInfo[Context], _kind: GraphQLAbstractType) -> str:
    """The name of the object type that a value of the world is."""
    if isinstance(value, User):
        return "Organization" if value.organization else "Bot" if value.bot else "User"
    if isinstance(value, Event):
        return "RenamedTitleEvent" if value.label is None else "LabeledEvent"
    return next(name for kind, name in _TYPES if isinstance(value, kind))


def _told(value: Any) -> Any:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value


_MISSING: Any = object()
