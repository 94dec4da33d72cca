"""Answers for issues, labels and comments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from soda_tui.sandbox.acts import closing_references
from soda_tui.sandbox.connections import Connection, connection
from soda_tui.sandbox.context import Context
from soda_tui.sandbox.model import Comment, ContentEdit, Issue, Label, Permission, Repository
from soda_tui.sandbox.pull_requests import Review, ReviewComment

Args = Mapping[str, Any]
_EVENTS = ("LABELED_EVENT", "RENAMED_TITLE_EVENT")


class LabelFields:
    """A label."""

    is_default = False

    @staticmethod
    def url(at: Context, label: Label, __: Args) -> str:
        return at.world.url(label.repository, f"/labels/{label.name}")

    @staticmethod
    def resource_path(_: Context, label: Label, __: Args) -> str:
        return f"/{label.repository.full_name}/labels/{label.name}"


class Authored:
    """What everything that somebody wrote has."""

    last_edited_at: Any = None
    reaction_groups: tuple[object, ...] = ()

    @staticmethod
    def author_association(at: Context, thing: Issue | Comment | Review | ReviewComment, __: Args) -> str:
        repository = thing.subject.repository if isinstance(thing, Comment) else _repository(thing)
        may = at.world.permission(repository, thing.author)
        return "OWNER" if thing.author is repository.owner else "MEMBER" if may and may > Permission.READ else "NONE"

    @staticmethod
    def viewer_did_author(at: Context, thing: Issue | Comment, __: Args) -> bool:
        return thing.author is at.user


def _repository(thing: Issue | Review | ReviewComment) -> Repository:
    return thing.repository if isinstance(thing, Issue) else thing.pull_request.repository


class IssueFields(Authored):
    """An issue, and what a pull request shares with it."""

    locked = False
    is_pinned = False
    milestone = None
    issue_type = None
    parent = None

    @staticmethod
    def full_database_id(_: Context, subject: Issue, __: Args) -> str:
        return str(subject.database_id)

    @staticmethod
    def last_edited_at(_: Context, subject: Issue, __: Args) -> datetime | None:
        return subject.edited_at

    @staticmethod
    def body_text(_: Context, subject: Issue, __: Args) -> str:
        return subject.body

    @staticmethod
    def url(at: Context, subject: Issue, __: Args) -> str:
        return at.world.subject_url(subject)

    @staticmethod
    def resource_path(at: Context, subject: Issue, __: Args) -> str:
        return at.world.subject_url(subject).removeprefix(f"https://{at.world.host}")

    @staticmethod
    def viewer_can_update(at: Context, subject: Issue, __: Args) -> bool:
        may = at.world.permission(subject.repository, at.user)
        return subject.author is at.user or (may is not None and may > Permission.READ)

    @staticmethod
    def labels(_: Context, subject: Issue, args: Args) -> Connection:
        return connection(subject.labels, args)

    @staticmethod
    def assignees(_: Context, subject: Issue, args: Args) -> Connection:
        return connection([user for user in subject.assignees if not user.bot], args)

    @staticmethod
    def assigned_actors(_: Context, subject: Issue, args: Args) -> Connection:
        return connection(subject.assignees, args)

    @staticmethod
    def comments(_: Context, subject: Issue, args: Args) -> Connection:
        return connection(subject.comments, args)

    @staticmethod
    def timeline_items(_: Context, subject: Issue, args: Args) -> Connection:
        wanted = args.get("itemTypes") or _EVENTS
        events = [each for each in subject.timeline if _EVENTS[each.label is None] in wanted]
        return connection(events, args)

    @staticmethod
    def user_content_edits(_: Context, subject: Issue, args: Args) -> Connection:
        # The first one stands for what was there before anybody changed it.
        first = [ContentEdit(subject.database_id, subject.author, subject.created_at)] if subject.edits else []
        return connection([*first, *subject.edits][::-1], args)

    @staticmethod
    def nothing(_: Context, __: Issue, args: Args) -> Connection:
        return connection((), args)

    project_cards = project_items = blocking = linked_branches = nothing

    @staticmethod
    def sub_issues(_: Context, issue: Issue, args: Args) -> Connection:
        return connection(issue.sub_issues, args)

    @staticmethod
    def sub_issues_summary(_: Context, issue: Issue, __: Args) -> dict[str, int]:
        total, completed = len(issue.sub_issues), sum(each.closed for each in issue.sub_issues)
        return {"total": total, "completed": completed, "percentCompleted": completed * 100 // max(total, 1)}

    @staticmethod
    def blocked_by(_: Context, issue: Issue, args: Args) -> Connection:
        return connection(issue.blocked_by, args)

    @staticmethod
    def issue_dependencies_summary(_: Context, issue: Issue, __: Args) -> dict[str, int]:
        count = sum(not each.closed for each in issue.blocked_by)
        return {"blockedBy": count, "blocking": 0, "totalBlockedBy": len(issue.blocked_by), "totalBlocking": 0}

    @staticmethod
    def closed_by_pull_requests_references(_: Context, issue: Issue, args: Args) -> Connection:
        closed_too = bool(args.get("includeClosedPrs"))
        found = [
            each
            for each in issue.repository.pull_requests.values()
            if (closed_too or not each.closed) and issue in closing_references(each, [each.body])
        ]
        return connection(found, args)


class CommentFields(Authored):
    """A comment."""

    includes_created_edit = False
    is_minimized = False
    minimized_reason = None

    @staticmethod
    def url(at: Context, comment: Comment, __: Args) -> str:
        return f"{at.world.subject_url(comment.subject)}#issuecomment-{comment.database_id}"
