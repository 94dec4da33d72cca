"""Answers for pull requests and reviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from soda_tui.sandbox.acts import closing_references
from soda_tui.sandbox.connections import Connection, connection
from soda_tui.sandbox.context import CommitNode, Context, RefNode, commit_node
from soda_tui.sandbox.fields_checks import Rollup, rollup_node
from soda_tui.sandbox.fields_git import ref_node
from soda_tui.sandbox.fields_issues import Authored, IssueFields
from soda_tui.sandbox.merging import auto_merge_problem, has_queue, merge_state, mergeable, queue_entry, review_decision
from soda_tui.sandbox.model import Repository, User
from soda_tui.sandbox.pull_requests import AutoMerge, PullRequest, QueueEntry, Review, ReviewThread

Args = Mapping[str, Any]


class PullRequestFields(IssueFields):
    """A pull request."""

    is_cross_repository = False
    maintainer_can_modify = False
    potential_merge_commit = None
    viewer_can_merge_as_admin = False

    @staticmethod
    def is_merge_queue_enabled(_: Context, pull_request: PullRequest, __: Args) -> bool:
        return has_queue(pull_request)

    @staticmethod
    def is_in_merge_queue(_: Context, pull_request: PullRequest, __: Args) -> bool:
        return queue_entry(pull_request) is not None

    @staticmethod
    def merge_queue_entry(_: Context, pull_request: PullRequest, __: Args) -> QueueEntry | None:
        return queue_entry(pull_request)

    @staticmethod
    def auto_merge_request(_: Context, pull_request: PullRequest, __: Args) -> AutoMerge | None:
        return pull_request.auto_merge

    @staticmethod
    def viewer_can_enable_auto_merge(_: Context, pull_request: PullRequest, __: Args) -> bool:
        return pull_request.auto_merge is None and auto_merge_problem(pull_request) is None

    @staticmethod
    def viewer_can_disable_auto_merge(_: Context, pull_request: PullRequest, __: Args) -> bool:
        return pull_request.auto_merge is not None

    @staticmethod
    def permalink(at: Context, pull_request: PullRequest, __: Args) -> str:
        return at.world.subject_url(pull_request)

    @staticmethod
    def merged(_: Context, pull_request: PullRequest, __: Args) -> bool:
        return pull_request.merged_at is not None

    @staticmethod
    def base_ref_oid(_: Context, pull_request: PullRequest, __: Args) -> str:
        base = pull_request.repository.remote.ref(f"refs/heads/{pull_request.base_ref_name}")
        return pull_request.base_oid if pull_request.closed or base is None else base

    @staticmethod
    def head_ref_oid(_: Context, pull_request: PullRequest, __: Args) -> str:
        return pull_request.head_oid

    @staticmethod
    def base_ref(_: Context, pull_request: PullRequest, __: Args) -> RefNode | None:
        return ref_node(pull_request.repository, f"refs/heads/{pull_request.base_ref_name}")

    @staticmethod
    def head_ref(_: Context, pull_request: PullRequest, __: Args) -> RefNode | None:
        return ref_node(pull_request.repository, f"refs/heads/{pull_request.head_ref_name}")

    @staticmethod
    def base_repository(_: Context, pull_request: PullRequest, __: Args) -> Repository:
        return pull_request.repository

    head_repository = base_repository

    @staticmethod
    def head_repository_owner(_: Context, pull_request: PullRequest, __: Args) -> User:
        return pull_request.repository.owner

    @staticmethod
    def merge_commit(_: Context, pull_request: PullRequest, __: Args) -> CommitNode | None:
        oid = pull_request.merge_commit
        return commit_node(pull_request.repository, oid) if oid else None

    @staticmethod
    def mergeable(_: Context, pull_request: PullRequest, __: Args) -> str:
        return mergeable(pull_request)

    @staticmethod
    def merge_state_status(_: Context, pull_request: PullRequest, __: Args) -> str:
        return merge_state(pull_request)

    @staticmethod
    def can_be_rebased(_: Context, pull_request: PullRequest, __: Args) -> bool:
        return mergeable(pull_request) == "MERGEABLE"

    viewer_can_update_branch = can_be_rebased

    @staticmethod
    def review_decision(_: Context, pull_request: PullRequest, __: Args) -> str | None:
        return review_decision(pull_request)

    @staticmethod
    def status_check_rollup(_: Context, pull_request: PullRequest, __: Args) -> Rollup | None:
        return rollup_node(pull_request.repository, pull_request.head_oid)

    @staticmethod
    def additions(_: Context, pull_request: PullRequest, __: Args) -> int:
        return sum(added for _path, added, _gone in _files(pull_request))

    @staticmethod
    def deletions(_: Context, pull_request: PullRequest, __: Args) -> int:
        return sum(gone for _path, _added, gone in _files(pull_request))

    @staticmethod
    def changed_files(_: Context, pull_request: PullRequest, __: Args) -> int:
        return len(_files(pull_request))

    @staticmethod
    def files(_: Context, pull_request: PullRequest, args: Args) -> Connection:
        found = [
            {"path": path, "additions": added, "deletions": gone, "changeType": "MODIFIED"}
            for path, added, gone in _files(pull_request)
        ]
        return connection(found, args, key=lambda each: str(each["path"]))

    @staticmethod
    def commits(_: Context, pull_request: PullRequest, args: Args) -> Connection:
        remote = pull_request.repository.remote
        found = [
            {"id": f"PURC_{oid}", "commit": commit_node(pull_request.repository, oid)}
            for oid in remote.between(pull_request.base_oid, pull_request.head_oid)
        ]
        return connection(found, args, key=lambda each: str(each["id"]))

    @staticmethod
    def closing_issues_references(_: Context, pull_request: PullRequest, args: Args) -> Connection:
        return connection(closing_references(pull_request, [pull_request.body]), args)

    @staticmethod
    def reviews(_: Context, pull_request: PullRequest, args: Args) -> Connection:
        states = args.get("states")
        return connection([each for each in pull_request.reviews if not states or each.state in states], args)

    @staticmethod
    def latest_reviews(_: Context, pull_request: PullRequest, args: Args) -> Connection:
        return connection(tuple({each.author.login: each for each in pull_request.reviews}.values()), args)

    @staticmethod
    def latest_opinionated_reviews(_: Context, pull_request: PullRequest, args: Args) -> Connection:
        decisive = [each for each in pull_request.reviews if each.state != "COMMENTED"]
        return connection(tuple({each.author.login: each for each in decisive}.values()), args)

    @staticmethod
    def review_requests(at: Context, pull_request: PullRequest, args: Args) -> Connection:
        teams = [team(at, name) for name in pull_request.requested_teams]
        asked: list[User | Team] = [*pull_request.requested, *teams]
        found = [{"id": f"RR_{who.id}", "requestedReviewer": who} for who in asked]
        return connection(found, args, key=lambda each: str(each["id"]))

    @staticmethod
    def review_threads(_: Context, pull_request: PullRequest, args: Args) -> Connection:
        return connection(pull_request.threads, args)


class ThreadFields:
    """A thread on a line."""

    is_outdated = False

    @staticmethod
    def comments(_: Context, thread: ReviewThread, args: Args) -> Connection:
        return connection(thread.comments, args)


@dataclass(frozen=True, slots=True)
class Team:
    """A team of an organization."""

    organization: User
    slug: str

    @property
    def id(self) -> str:
        """The node id."""
        return f"T_{self.organization.database_id}{self.slug}"

    @property
    def name(self) -> str:
        """The name that is shown."""
        return self.slug


def team(at: Context, name: str) -> Team:
    """The team OWNER/SLUG."""
    owner, _, slug = name.partition("/")
    return Team(at.world.user(owner, organization=True), slug)


def _files(pull_request: PullRequest) -> tuple[tuple[str, int, int], ...]:
    remote = pull_request.repository.remote
    base = remote.merge_base(pull_request.base_oid, pull_request.head_oid)
    return remote.changed_files(base, pull_request.head_oid) if base else ()


class ReviewCommentFields(Authored):
    """A comment in a thread."""

    is_minimized = False


class ReviewFields(Authored):
    """A review."""

    @staticmethod
    def submitted_at(_: Context, review: Review, __: Args) -> datetime:
        return review.created_at

    @staticmethod
    def url(at: Context, review: Review, __: Args) -> str:
        return f"{at.world.subject_url(review.pull_request)}#pullrequestreview-{review.database_id}"

    @staticmethod
    def commit(_: Context, review: Review, __: Args) -> CommitNode | None:
        return commit_node(review.pull_request.repository, review.oid)
