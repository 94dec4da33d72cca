"""The fragments that our documents share, and those of their fields that a host may do without.

What costs points is a list inside a list, so the poll has flat lists only (one for each label), and labels and
assignees come by node id for those issues that moved.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from msgspec import Struct

from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import LEDGER_BRANCH

PAGE = 100
NEWEST = "orderBy:{field:UPDATED_AT,direction:DESC}"
PAGE_INFO = "pageInfo{hasNextPage endCursor}"

FRAGMENTS = {
    "IssueRow": "fragment IssueRow on Issue{id number title state updatedAt "
    "issueDependenciesSummary{blockedBy} subIssuesSummary{total completed}}",
    "IssueMore": "fragment IssueMore on Issue{id author{login} lastEditedAt editor{login} "
    "labels(first:100){nodes{name}} assignees(first:10){nodes{login}}}",
    "IssueHistory": "fragment IssueHistory on Issue{id author{login} authorAssociation lastEditedAt editor{login} "
    "timelineItems(last:100,itemTypes:[LABELED_EVENT,RENAMED_TITLE_EVENT]){nodes{"
    "... on LabeledEvent{createdAt actor{login} label{name}} ... on RenamedTitleEvent{createdAt actor{login}}}} "
    "userContentEdits(first:100){nodes{editedAt editor{login}}}}",
    "IssueRows": f"fragment IssueRows on IssueConnection{{{PAGE_INFO} nodes{{...IssueRow}}}}",
    "PullRow": "fragment PullRow on PullRequest{id number title state isDraft updatedAt closedAt headRefName "
    "headRefOid baseRefName isCrossRepository reviewDecision statusCheckRollup{state} "
    "mergeQueueEntry{position} autoMergeRequest{enabledAt}}",
    "PullMore": "fragment PullMore on PullRequest{id body labels(first:100){nodes{name}}}",
    "PullRows": f"fragment PullRows on PullRequestConnection{{{PAGE_INFO} nodes{{...PullRow}}}}",
    "RefRow": "fragment RefRow on Ref{name prefix target{oid ... on Commit{committedDate}}}",
    "RefRows": f"fragment RefRows on RefConnection{{{PAGE_INFO} nodes{{...RefRow}}}}",
    "PullLook": "fragment PullLook on PullRequest{mergeable mergeStateStatus isMergeQueueEnabled "
    "latestOpinionatedReviews(first:100,writersOnly:true){nodes{state commit{oid}}}}",
    "PullRemarks": "fragment PullRemarks on PullRequest{headRefOid mergeable "
    "statusCheckRollup{contexts(first:100){nodes{__typename "
    "... on CheckRun{databaseId name conclusion title summary text detailsUrl annotations(first:20){nodes{"
    "path location{start{line}} title message rawDetails}}} "
    "... on StatusContext{context state description targetUrl}}}} "
    "reviewThreads(last:50){nodes{id isResolved path line comments(first:20){nodes{"
    "author{login} authorAssociation createdAt isMinimized body}}}} "
    "latestOpinionatedReviews(first:20,writersOnly:true){nodes{id state body submittedAt author{login} "
    "authorAssociation}}}",
    "Signs": "fragment Signs on Repository{id nameWithOwner isArchived viewerPermission pushedAt "
    "defaultBranchRef{target{oid}} "
    f"issues(first:1,{NEWEST}){{totalCount nodes{{id updatedAt}}}} "
    f"pullRequests(first:1,{NEWEST}){{totalCount nodes{{id updatedAt}}}} "
    f'ledger:ref(qualifiedName:"refs/heads/{LEDGER_BRANCH}"){{target{{oid}}}}}}',
    "Waiting": "fragment Waiting on Issue{id issueDependenciesSummary{blockedBy}}",
    "Checked": "fragment Checked on PullRequest{id headRefOid reviewDecision statusCheckRollup{state}}",
    "LabelRow": "fragment LabelRow on Label{id name color description}",
    "IssueNow": "fragment IssueNow on Issue{closed labels(first:100){nodes{name}} "
    "assignees(first:10){nodes{login id}}}",
    "PullNow": "fragment PullNow on PullRequest{labels(first:100){nodes{name}} assignees(first:10){nodes{login}}}",
}

OPTIONAL = {
    "Issue": frozenset({"issueDependenciesSummary", "subIssuesSummary"}),
    "PullRequest": frozenset({"mergeQueueEntry", "autoMergeRequest", "isMergeQueueEnabled", "mergeStateStatus"}),
    "Repository": frozenset({"rulesets"}),
}
"""The fields that an older server's schema may lack, by their types."""

ELSEWHERE = {"PullRequest": {"statusCheckRollup": ("headRef{target{... on Commit{", "}}}")}}
"""Those that an older server has in another place, by their types, and what stands there before and after them."""

_PLACES = {name: place for fields in ELSEWHERE.values() for name, place in fields.items()}


class LabelSet(Struct, frozen=True):
    """The labels that one repository is read by: repositories with equal sets share a fragment.

    `buckets` are listed one by one; `wanted` are those whose node ids are asked for.
    """

    agent: str
    buckets: tuple[str, ...]
    wanted: tuple[str, ...]

    @classmethod
    def of(cls, names: LabelNames, agent: str, extra: Sequence[str] = ()) -> LabelSet:
        """The set for a repository's label names, each label once, case ignored."""
        return cls(
            agent,
            _distinct((*names.routing, agent)),
            _distinct((agent, names.ready, names.review, *extra)),
        )


def polled(name: str, labels: LabelSet) -> tuple[str, dict[str, str]]:
    """The fragment of that name with all that a poll asks of a repository, and the variables that it needs."""
    values = {
        f"{name}prefix": prefix(labels.agent),
        **{f"{name}b{place}": label for place, label in enumerate(labels.buckets)},
        **{f"{name}l{place}": label for place, label in enumerate(labels.wanted)},
    }
    buckets = " ".join(
        f"b{place}:issues(first:{PAGE},states:OPEN,labels:[${name}b{place}],{NEWEST}){{...IssueRows}}"
        for place in range(len(labels.buckets))
    )
    wanted = " ".join(f"l{place}:label(name:${name}l{place}){{id name}}" for place in range(len(labels.wanted)))
    text = (
        f"fragment {name} on Repository{{id nameWithOwner url isArchived viewerPermission "
        f"defaultBranchRef{{name target{{oid}}}} open:issues(states:OPEN){{totalCount}} {buckets} "
        f"pullRequests(first:{PAGE},states:OPEN,{NEWEST}){{...PullRows}} "
        f"refs(refPrefix:${name}prefix,first:{PAGE}){{...RefRows}} "
        f'ledger:ref(qualifiedName:"refs/heads/{LEDGER_BRANCH}")'
        f"{{target{{oid ... on Commit{{message committedDate}}}}}} {wanted}}}"
    )
    return text, values


def prefix(agent: str) -> str:
    """Below which the work branches of an agent are."""
    return f"refs/heads/{agent}/"


def without(text: str, fields: Collection[str]) -> str:
    """A fragment or a document's field without these of its fields, with their arguments and all that is in them.

    What an older server has elsewhere is asked for there.
    """
    name = re.compile(rf" (?:{'|'.join(sorted(fields))})\b")
    while fields and (place := name.search(text)):
        end = _beyond(text, _beyond(text, place.end(), "()"), "{}")
        before, after = _PLACES.get(place[0].strip(), (None, ""))
        moved = f" {before}{text[place.start() + 1 : end]}{after}" if before else ""
        text = text[: place.start()] + moved + text[end:]
    return text


def _beyond(text: str, start: int, brackets: str) -> int:
    """The end of what stands in brackets from there on; where none does, that place itself."""
    depth, place = 0, start
    while text[place : place + 1] == brackets[0] or depth:
        depth += (text[place] == brackets[0]) - (text[place] == brackets[1])
        place += 1
        if not depth:
            break
    return place


def _distinct(labels: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for label in labels:
        found.setdefault(label.casefold(), label)
    return tuple(found.values())
