"""Changes as mutations: the field's name, what is read back from it, and its input."""

from __future__ import annotations

from collections.abc import Mapping

from soda_tui.domain.changes import (
    AddComment,
    AddLabels,
    Assign,
    Change,
    CloseIssue,
    ClosePullRequest,
    CreateIssue,
    CreateLabel,
    Dequeue,
    DisableAutoMerge,
    Merge,
    OpenPullRequest,
    RemoveLabels,
    RequestReviews,
    Unassign,
    UpdateLabel,
)
from soda_tui.domain.strategy import Way

_LABELLED = "labelable{...IssueNow ...PullNow}"
_ASSIGNED = "assignable{...IssueNow ...PullNow}"
_LABEL = "label{id}"
_ISSUE = "issue{id number url}"
_COMMENT = "commentEdge{node{url}}"
_PULL_REQUEST = "pullRequest{id number url}"
_CLOSED = "issue{id number url closed}"
_ENDED = "pullRequest{id number url closed}"
_MERGED = "pullRequest{id number url merged}"
_ENQUEUED = "mergeQueueEntry{position}"
_DEQUEUED = "clientMutationId"


def mutation(change: Change) -> tuple[str, str, Mapping[str, object]]:
    """The mutation of a change; teams are written `org/team`, and reviewers who were asked before stay asked."""
    match change:
        case AddLabels(subject, labels):
            return "addLabelsToLabelable", _LABELLED, {"labelableId": subject, "labelIds": list(labels)}
        case RemoveLabels(subject, labels):
            return "removeLabelsFromLabelable", _LABELLED, {"labelableId": subject, "labelIds": list(labels)}
        case Assign(issue, user):
            return "addAssigneesToAssignable", _ASSIGNED, {"assignableId": issue, "assigneeIds": [user]}
        case Unassign(issue, user):
            return "removeAssigneesFromAssignable", _ASSIGNED, {"assignableId": issue, "assigneeIds": [user]}
        case CreateLabel(repository, name, color, description):
            values = {"repositoryId": repository, "name": name, "color": color, "description": description}
            return "createLabel", _LABEL, values
        case UpdateLabel(label, name, color, description):
            return "updateLabel", _LABEL, {"id": label, "name": name, "color": color, "description": description}
        case OpenPullRequest(repository, base, head, title, body, draft):
            return (
                "createPullRequest",
                _PULL_REQUEST,
                {
                    "repositoryId": repository,
                    "baseRefName": base,
                    "headRefName": head,
                    "title": title,
                    "body": body,
                    "draft": draft,
                },
            )
        case CreateIssue(repository, title, body, labels):
            written = {"repositoryId": repository, "title": title, "body": body, "labelIds": list(labels)}
            return "createIssue", _ISSUE, written
        case AddComment(subject, body):
            return "addComment", _COMMENT, {"subjectId": subject, "body": body}
        case CloseIssue(issue):
            return "closeIssue", _CLOSED, {"issueId": issue, "stateReason": "COMPLETED"}
        case ClosePullRequest(pull_request):
            return "closePullRequest", _ENDED, {"pullRequestId": pull_request}
        case Merge(pull_request, head, Way.QUEUE):
            return "enqueuePullRequest", _ENQUEUED, {"pullRequestId": pull_request, "expectedHeadOid": head}
        case Merge(pull_request, head, way, strategy):
            name = "mergePullRequest" if way is Way.NOW else "enablePullRequestAutoMerge"
            method = strategy.value.upper()
            return name, _MERGED, {"pullRequestId": pull_request, "expectedHeadOid": head, "mergeMethod": method}
        case DisableAutoMerge(pull_request):
            return "disablePullRequestAutoMerge", _PULL_REQUEST, {"pullRequestId": pull_request}
        case Dequeue(pull_request):
            return "dequeuePullRequest", _DEQUEUED, {"id": pull_request}
        case RequestReviews(pull_request, reviewers):
            return (
                "requestReviewsByLogin",
                _PULL_REQUEST,
                {
                    "pullRequestId": pull_request,
                    "userLogins": [name for name in reviewers if "/" not in name],
                    "teamSlugs": [name for name in reviewers if "/" in name],
                    "union": True,
                },
            )
