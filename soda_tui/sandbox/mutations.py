"""Answers for mutations: who may do it, and then the act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from soda_tui.sandbox import acts, merging
from soda_tui.sandbox.connections import connection
from soda_tui.sandbox.context import Context
from soda_tui.sandbox.errors import Refused, not_found
from soda_tui.sandbox.fields_pull_requests import team
from soda_tui.sandbox.model import Comment, Issue, Permission, Repository, User
from soda_tui.sandbox.mutations_git import GitMutations
from soda_tui.sandbox.mutations_labels import AssigneeMutations, LabelMutations, labels_of, payload
from soda_tui.sandbox.permits import of_kind, permit, users
from soda_tui.sandbox.pull_requests import PullRequest

Args = Mapping[str, Any]
Payload = dict[str, Any]


class IssueMutations:
    """Issues and comments."""

    @staticmethod
    def create_issue(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        repository = of_kind(at, given["repositoryId"], Repository)
        permit(at, repository, Permission.READ, "CreateIssue")
        labels = labels_of(at, repository, given.get("labelIds") or ())
        issue = acts.open_issue(at.world, repository, at.user, given["title"], given.get("body") or "", labels)
        acts.assign(at.world, issue, users(at, given.get("assigneeIds") or ()))
        return payload(args, issue=issue)

    @staticmethod
    def update_issue(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        issue = of_kind(at, given["id"], Issue)
        _author_or(at, issue, Permission.TRIAGE, "UpdateIssue")
        if given.get("title") is not None or given.get("body") is not None:
            acts.edit(at.world, issue, given.get("title"), given.get("body"), at.user)
        _replace(at, issue, given)
        if given.get("state") == "CLOSED":
            acts.close(at.world, issue)
        elif given.get("state") == "OPEN" and issue.closed:
            acts.reopen(at.world, issue)
        return payload(args, issue=issue, actor=at.user)

    @staticmethod
    def close_issue(at: Context, _: Any, args: Args) -> Payload:
        issue = of_kind(at, args["input"]["issueId"], Issue)
        _author_or(at, issue, Permission.TRIAGE, "CloseIssue")
        acts.close(at.world, issue, args["input"].get("stateReason") or "COMPLETED")
        return payload(args, issue=issue)

    @staticmethod
    def reopen_issue(at: Context, _: Any, args: Args) -> Payload:
        issue = of_kind(at, args["input"]["issueId"], Issue)
        _author_or(at, issue, Permission.TRIAGE, "ReopenIssue")
        acts.reopen(at.world, issue)
        return payload(args, issue=issue)

    @staticmethod
    def add_comment(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        subject = of_kind(at, given["subjectId"], Issue)
        permit(at, subject.repository, Permission.READ, "AddComment")
        acts.comment(at.world, subject, at.user, given["body"])
        edge = connection(subject.comments, {"last": 1}).edges[0]
        return payload(args, subject=subject, commentEdge=edge)

    @staticmethod
    def update_issue_comment(at: Context, _: Any, args: Args) -> Payload:
        comment = of_kind(at, args["input"]["id"], Comment)
        _author_or(at, comment, Permission.WRITE, "UpdateIssueComment")
        comment.body, comment.updated_at = args["input"]["body"], at.world.now()
        return payload(args, issueComment=comment)

    @staticmethod
    def delete_issue_comment(at: Context, _: Any, args: Args) -> Payload:
        comment = of_kind(at, args["input"]["id"], Comment)
        _author_or(at, comment, Permission.WRITE, "DeleteIssueComment")
        comment.subject.comments.remove(comment)
        del at.world.nodes[comment.id]
        return payload(args)


def _author_or(at: Context, thing: Issue | Comment, least: Permission, mutation: str) -> None:
    repository = thing.subject.repository if isinstance(thing, Comment) else thing.repository
    permit(at, repository, Permission.READ if thing.author is at.user else least, mutation)


def _replace(at: Context, subject: Issue, given: Args) -> None:
    """Set the whole list of labels or assignees where it is given."""
    if given.get("labelIds") is not None:
        wanted = labels_of(at, subject.repository, given["labelIds"])
        acts.remove_labels(at.world, subject, [label for label in subject.labels if label not in wanted])
        acts.add_labels(at.world, subject, wanted, at.user)
    if given.get("assigneeIds") is not None:
        people = users(at, given["assigneeIds"])
        acts.unassign(at.world, subject, [user for user in subject.assignees if user not in people])
        acts.assign(at.world, subject, people)


class PullRequestMutations:
    """Pull requests."""

    @staticmethod
    def create_pull_request(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        repository = of_kind(at, given["repositoryId"], Repository)
        permit(at, repository, Permission.WRITE, "CreatePullRequest")
        made = acts.open_pull_request(
            at.world,
            repository,
            at.user,
            given["baseRefName"],
            given["headRefName"],
            given["title"],
            given.get("body") or "",
            draft=bool(given.get("draft")),
        )
        return payload(args, pullRequest=made)

    @staticmethod
    def update_pull_request(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        pull_request = of_kind(at, given["pullRequestId"], PullRequest)
        _author_or(at, pull_request, Permission.WRITE, "UpdatePullRequest")
        if given.get("title") is not None or given.get("body") is not None:
            acts.edit(at.world, pull_request, given.get("title"), given.get("body"), at.user)
        if given.get("baseRefName") is not None:
            acts.change_base(at.world, pull_request, given["baseRefName"])
        _replace(at, pull_request, given)
        if given.get("state") == "CLOSED":
            acts.close(at.world, pull_request)
        elif given.get("state") == "OPEN" and pull_request.closed:
            acts.reopen(at.world, pull_request)
        return payload(args, pullRequest=pull_request, actor=at.user)

    @staticmethod
    def close_pull_request(at: Context, _: Any, args: Args) -> Payload:
        pull_request = of_kind(at, args["input"]["pullRequestId"], PullRequest)
        _author_or(at, pull_request, Permission.TRIAGE, "ClosePullRequest")
        acts.close(at.world, pull_request)
        return payload(args, pullRequest=pull_request)

    @staticmethod
    def reopen_pull_request(at: Context, _: Any, args: Args) -> Payload:
        pull_request = of_kind(at, args["input"]["pullRequestId"], PullRequest)
        _author_or(at, pull_request, Permission.TRIAGE, "ReopenPullRequest")
        acts.reopen(at.world, pull_request)
        return payload(args, pullRequest=pull_request)

    @staticmethod
    def mark_pull_request_ready_for_review(at: Context, _: Any, args: Args) -> Payload:
        return _drafted(at, args, "MarkPullRequestReadyForReview", draft=False)

    @staticmethod
    def convert_pull_request_to_draft(at: Context, _: Any, args: Args) -> Payload:
        return _drafted(at, args, "ConvertPullRequestToDraft", draft=True)

    @staticmethod
    def request_reviews(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        known = {team(at, name).id: name for name in at.world.teams}
        ids = given.get("teamIds") or ()
        for unknown in (each for each in ids if each not in known):
            raise not_found(f"Team node with the global id of '{unknown}'")
        people = users(at, given.get("userIds") or ())
        return _asked(at, args, "RequestReviews", people, [known[each] for each in ids])

    @staticmethod
    def request_reviews_by_login(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        people = []
        for login in given.get("userLogins") or ():
            user = at.world.users.get(login.casefold())
            if user is None:
                raise not_found(f"user with login '{login}'")
            people.append(user)
        for slug in given.get("teamSlugs") or ():
            if slug not in at.world.teams:
                raise not_found(f"team with slug '{slug}'")
        return _asked(at, args, "RequestReviewsByLogin", people, given.get("teamSlugs") or ())

    @staticmethod
    def add_pull_request_review(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        pull_request = of_kind(at, given["pullRequestId"], PullRequest)
        permit(at, pull_request.repository, Permission.READ, "AddPullRequestReview")
        states = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}
        state = states.get(given.get("event") or "")
        if state is None:
            raise Refused("INTERNAL", "The sandbox keeps no pending reviews: give an event.")
        review = acts.review(at.world, pull_request, at.user, state, given.get("body") or "")
        return payload(args, pullRequestReview=review)

    @staticmethod
    def merge_pull_request(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        pull_request = of_kind(at, given["pullRequestId"], PullRequest)
        permit(at, pull_request.repository, Permission.WRITE, "MergePullRequest")
        merging.merge(
            at.world,
            pull_request,
            at.user,
            method=given["mergeMethod"],
            expected_head=given.get("expectedHeadOid"),
            headline=given.get("commitHeadline"),
            body=given.get("commitBody"),
        )
        return payload(args, pullRequest=pull_request, actor=at.user)

    @staticmethod
    def enable_pull_request_auto_merge(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        pull_request = of_kind(at, given["pullRequestId"], PullRequest)
        permit(at, pull_request.repository, Permission.WRITE, "EnablePullRequestAutoMerge")
        said = given.get("commitHeadline"), given.get("commitBody")
        merging.enable_auto_merge(
            at.world, pull_request, at.user, given["mergeMethod"], given.get("expectedHeadOid"), *said
        )
        return payload(args, pullRequest=pull_request, actor=at.user)

    @staticmethod
    def disable_pull_request_auto_merge(at: Context, _: Any, args: Args) -> Payload:
        pull_request = of_kind(at, args["input"]["pullRequestId"], PullRequest)
        permit(at, pull_request.repository, Permission.WRITE, "DisablePullRequestAutoMerge")
        pull_request.auto_merge, pull_request.updated_at = None, at.world.now()
        return payload(args, pullRequest=pull_request, actor=at.user)

    @staticmethod
    def enqueue_pull_request(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        pull_request = of_kind(at, given["pullRequestId"], PullRequest)
        permit(at, pull_request.repository, Permission.WRITE, "EnqueuePullRequest")
        expected = given.get("expectedHeadOid")
        entry = merging.enqueue(at.world, pull_request, at.user, expected, jump=bool(given.get("jump")))
        return payload(args, mergeQueueEntry=entry)

    @staticmethod
    def dequeue_pull_request(at: Context, _: Any, args: Args) -> Payload:
        pull_request = of_kind(at, args["input"]["id"], PullRequest)
        permit(at, pull_request.repository, Permission.WRITE, "DequeuePullRequest")
        return payload(args, mergeQueueEntry=merging.dequeue(at.world, pull_request))


def _drafted(at: Context, args: Args, mutation: str, *, draft: bool) -> Payload:
    pull_request = of_kind(at, args["input"]["pullRequestId"], PullRequest)
    _author_or(at, pull_request, Permission.WRITE, mutation)
    acts.set_draft(at.world, pull_request, draft)
    return payload(args, pullRequest=pull_request)


def _asked(at: Context, args: Args, mutation: str, people: Sequence[User], teams: Sequence[str]) -> Payload:
    pull_request = of_kind(at, args["input"]["pullRequestId"], PullRequest)
    _author_or(at, pull_request, Permission.WRITE, mutation)
    acts.request_reviews(at.world, pull_request, people, teams, bool(args["input"].get("union")))
    return payload(args, pullRequest=pull_request, actor=at.user)


class Mutations(LabelMutations, AssigneeMutations, IssueMutations, PullRequestMutations, GitMutations):
    """Every mutation that the world can make; others are refused loudly."""
