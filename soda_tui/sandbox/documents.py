"""One representative of every operation that the cockpit sends: what the schema is pruned to and checked against."""

from __future__ import annotations

from soda_tui.domain.changes import (
    AddComment,
    AddLabels,
    Assign,
    CloseIssue,
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
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.strategy import Strategy, Way
from soda_tui.services.github.fragments import LabelSet
from soda_tui.services.github.queries import Document


def documents() -> tuple[str, ...]:
    """Their texts."""
    name = RepositoryName("github.com", "octo", "soda")
    labels = LabelSet.of(LabelNames(), "agent001", ("ai",))
    first, steady, more, detail, all_labels, branch = (Document() for _ in range(6))
    first.repository(name, labels)
    first.repository(name, LabelSet.of(LabelNames(), "agent002"))
    steady.repositories(["R_1"], labels)
    for document, full in ((steady, False), (more, True)):
        document.issue("R_1", 1, more=full)
        document.pull_request("R_1", 2, more=full)
        document.pull_requests_of("R_1", "agent001/1-a", more=full)
        document.branch("R_1", "agent002/1-a")
    first.signs(name)
    first.occupant(name)
    steady.newest(["R_1"])
    steady.signs_of(["R_1"])
    steady.checked(["PR_1"])
    more.issue_page("R_1", "route:ready", "cursor")
    more.pull_request_page("R_1", "cursor")
    more.branch_page("R_1", "agent001", "cursor")
    steady.behind("R_1", None, "agent001/1-a")
    more.behind("R_1", "main", "agent001/1-a")
    more.mergeable(["PR_1"])
    more.issues(["I_1"])
    more.pull_requests(["PR_1"])
    more.history("I_1")
    more.blockers(["I_1"])
    more.fields_of("Issue")
    detail.detail(name, 1)
    all_labels.labels(name, None)
    closely = Document()
    closely.terms("R_1")
    closely.looks(["PR_1"])
    closely.whole_issues(["I_1"])
    closely.remarks(name, 1)
    closely.faults(["PR_1"])
    branch.work(name, "agent001/1-a")
    branch.standing(name, "agent001", "main")
    branch.owner("octo", None)
    branch.owned("octo", "one")
    branch.questions(name, ("route:ready", "route:review"))
    work, pull, reviews = (Document(mutation=True) for _ in range(3))
    for change in (
        AddLabels("I_1", ("LA_1",)),
        RemoveLabels("I_1", ("LA_1",)),
        Assign("I_1", "U_1"),
        Unassign("I_1", "U_1"),
        CreateLabel("R_1", "route:ready", "0052cc", "Available"),
    ):
        work.change(change)
    reviews.change(CreateIssue("R_1", "A", "", ("LA_1",)))
    reviews.change(AddComment("I_1", "A"))
    pull.change(OpenPullRequest("R_1", "main", "agent001/1-a", "A", "Fixes #1", False))
    reviews.change(RequestReviews("PR_1", ("hubot", "octo/team")))
    reviews.change(UpdateLabel("LA_1", "route:ready", "0052cc", "Available"))
    merges = Document(mutation=True)
    merges.change(CloseIssue("I_1"))
    for way in Way:
        merges.change(Merge("PR_1", "0" * 40, way, Strategy.SQUASH))
    merges.change(DisableAutoMerge("PR_1"))
    merges.change(Dequeue("PR_1"))
    questions = (first, steady, more, detail, all_labels, branch, closely)
    return tuple(document.text for document in (*questions, work, pull, reviews, merges))
