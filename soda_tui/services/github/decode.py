"""GitHub's shapes made into facts; foreign text is cleaned here, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from sys import intern

from soda_tui.domain.changes import Changed
from soda_tui.domain.codes import Checks, Review
from soda_tui.domain.facts import Branch, Issue, IssueDetail, LedgerHead, PullRequest, Viewer
from soda_tui.domain.history import Comment, Edit, History, Labelled
from soda_tui.domain.label_plan import Label
from soda_tui.domain.merging import Look, Terms
from soda_tui.domain.model import SubIssues
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.strategy import Strategy
from soda_tui.domain.text import clean, one_line
from soda_tui.services.github import wire
from soda_tui.services.github.cache import More

# An item read this close after its last change may have changed once more within the same second of GitHub's clock.
_SETTLING = 2.0

_CHECKS = {
    "SUCCESS": Checks.SUCCESS,
    "FAILURE": Checks.FAILURE,
    "ERROR": Checks.FAILURE,
    "PENDING": Checks.PENDING,
    "EXPECTED": Checks.PENDING,
}
_REVIEWS = {
    None: Review.NONE,
    "APPROVED": Review.APPROVED,
    "CHANGES_REQUESTED": Review.CHANGES_REQUESTED,
    "REVIEW_REQUIRED": Review.REQUIRED,
}
# None of these says that the repository's rules want something more than is looked at by itself.
_UNBLOCKED = {"BEHIND", "CLEAN", "DIRTY", "DRAFT", "HAS_HOOKS", "UNKNOWN", "UNSTABLE"}


def issue(
    row: wire.IssueRow, more: More, repository_url: str, waits: tuple[int, tuple[str, ...]] | None = None
) -> Issue:
    """An issue from its row and the rest; `waits` is for how many it waits, and their names."""
    parts, summary = row.sub_issues_summary, row.issue_dependencies_summary
    blocked_by, blockers = waits or (summary.blocked_by if summary else 0, ())
    return Issue(
        id=row.id,
        number=row.number,
        title=one_line(row.title),
        url=f"{repository_url}/issues/{row.number}",
        author=more.author,
        labels=more.labels,
        assignees=more.assignees,
        open=row.state == "OPEN",
        updated_at=row.updated_at,
        edited_at=more.edited_at,
        editor=more.editor,
        blocked_by=blocked_by,
        blockers=blockers,
        sub_issues=SubIssues(parts.total, parts.completed) if parts and parts.total else None,
    )


def pull_request(
    row: wire.PullRow,
    more: More,
    repository_url: str,
    conflicting: bool | None = None,
    faulted: tuple[str, ...] | None = None,
) -> PullRequest:
    """A pull request from its row and the rest."""
    return PullRequest(
        id=row.id,
        number=row.number,
        title=one_line(row.title),
        url=f"{repository_url}/pull/{row.number}",
        body=more.body,
        branch=one_line(row.head_ref_name),
        head_oid=row.head_ref_oid,
        base=one_line(row.base_ref_name),
        open=row.state == "OPEN",
        merged=row.state == "MERGED",
        draft=row.is_draft,
        same_repository=not row.is_cross_repository,
        checks=checks(row.status_check_rollup),
        review=review(row.review_decision),
        labels=more.labels,
        updated_at=row.updated_at,
        closed_at=row.closed_at,
        conflicting=conflicting,
        faulted=faulted,
        auto_merge=row.auto_merge_request is not None,
        queued=row.merge_queue_entry.position if row.merge_queue_entry else None,
    )


def review(decision: str | None) -> Review:
    """What reviews have decided; a decision that we do not know is no approval."""
    return _REVIEWS.get(decision, Review.REQUIRED)


def checks(rollup: wire.Rollup | None) -> Checks:
    """The combined state of the checks; a state that we do not know has not succeeded."""
    return Checks.NONE if rollup is None else _CHECKS.get(rollup.state, Checks.PENDING)


def issue_more(more: wire.IssueMore | wire.IssueWhole, updated_at: datetime, read_at: datetime) -> More:
    """The part of an issue that is kept."""
    return More(
        updated_at=updated_at,
        settled=settled(updated_at, read_at),
        labels=names(more.labels),
        assignees=logins(more.assignees),
        author=intern(one_line(more.author.login)) if more.author else None,
        edited_at=more.last_edited_at,
        editor=one_line(more.editor.login) if more.editor else None,
    )


def pull_more(more: wire.PullMore | wire.PullWhole, updated_at: datetime, read_at: datetime) -> More:
    """The part of a pull request that is kept."""
    return More(
        updated_at=updated_at,
        settled=settled(updated_at, read_at),
        labels=names(more.labels),
        body=clean(more.body),
    )


def issue_detail(whole: wire.IssueTold, repository_url: str) -> IssueDetail:
    """One issue with its body and what was said below it."""
    more = issue_more(whole, whole.updated_at, whole.updated_at)
    listed = whole.comments
    return IssueDetail(
        issue(whole, more, repository_url),
        clean(whole.body),
        history(whole),
        tuple(_comment(row) for row in present(listed.nodes)) if listed else (),
        listed.total_count if listed else 0,
    )


def history(row: wire.IssueHistory | wire.IssueTold) -> History:
    """How an issue came to its text; the last change of all counts, whether or not the list has it."""
    events = _nodes(row.timeline_items)
    texts = [Edit(each.edited_at, _login(each.editor)) for each in _nodes(row.user_content_edits)]
    if row.last_edited_at is not None:
        texts.append(Edit(row.last_edited_at, _login(row.editor)))
    labels = ((each, each.label.name) for each in events if each.label)
    titles = [Edit(each.created_at, _login(each.actor), title=True) for each in events if each.label is None]
    return History(
        _login(row.author),
        row.author_association,
        tuple(Labelled(one_line(name), each.created_at, _login(each.actor)) for each, name in labels),
        tuple(dict.fromkeys([*texts, *titles])),
    )


def _comment(row: wire.Comment) -> Comment:
    who = row.author_association
    return Comment(_login(row.author), who, row.created_at, clean(row.body), row.last_edited_at, row.is_minimized)


def _login(who: wire.Login | None) -> str | None:
    return one_line(who.login) if who else None


def _nodes(listed: wire.Nodes[wire.T] | None) -> list[wire.T]:
    return present(listed.nodes if listed else None)


def branch(row: wire.RefRow) -> Branch | None:
    """A branch by its short name, whichever part of it GitHub calls the prefix."""
    if row.target is None:
        return None
    folder = row.prefix.removeprefix("refs/heads/")
    name = row.name if row.name.startswith(folder) else folder + row.name
    return Branch(one_line(name), row.target.oid, row.target.committed_date)


def ledger(ref: wire.LedgerRef | None) -> LedgerHead | None:
    """The ledger's head, its message as it is: the domain reads it with suspicion."""
    if ref is None or ref.target is None:
        return None
    return LedgerHead(ref.target.oid, ref.target.message or "", ref.target.committed_date)


def viewer(who: wire.Viewer) -> Viewer:
    """Whose token it is; an app's login ends with `[bot]`, and it cannot be assigned."""
    return Viewer(None if who.login.endswith("[bot]") else who.id, one_line(who.login))


def repository_name(host: str, name_with_owner: str) -> RepositoryName:
    """The name that GitHub gives the repository now."""
    owner, _, name = one_line(name_with_owner).partition("/")
    return RepositoryName(host, owner, name)


def label(row: wire.LabelRow) -> Label:
    """A label for `init`."""
    return Label(row.id, one_line(row.name), row.color, one_line(row.description or ""))


def changed(payload: wire.Payload) -> Changed:
    """What a mutation says that is now."""
    subject = payload.labelable or payload.assignable
    created = payload.label or payload.pull_request or payload.issue
    comment = payload.comment_edge.node if payload.comment_edge else None
    url = created.url if created else comment.url if comment else None
    return Changed(
        labels=names(subject.labels) if subject and subject.labels else None,
        assignees=logins(subject.assignees) if subject and subject.assignees else None,
        people={one.login: one.id for one in present(subject.assignees.nodes) if one.id}
        if subject and subject.assignees
        else {},
        open=_open(subject or created),
        id=created.id if created else None,
        number=created.number if created else None,
        url=one_line(url) if url else None,
        merged=created.merged if created else None,
        queued=payload.merge_queue_entry.position if payload.merge_queue_entry else None,
    )


def _open(subject: wire.Subject | wire.Created | None) -> bool | None:
    return not subject.closed if subject and subject.closed is not None else None


def terms(row: wire.TermsOf) -> Terms:
    """How a repository merges; a strategy that we do not know is none that we would choose."""
    allowed = {
        Strategy.MERGE: row.merge_commit_allowed,
        Strategy.SQUASH: row.squash_merge_allowed,
        Strategy.REBASE: row.rebase_merge_allowed,
    }
    strategies = tuple(strategy for strategy, is_allowed in allowed.items() if is_allowed)
    named = row.viewer_default_merge_method.lower()
    preferred = next((strategy for strategy in strategies if strategy == named), next(iter(strategies), Strategy.MERGE))
    return Terms(strategies, preferred, row.auto_merge_allowed)


def look(row: wire.PullLook) -> Look:
    """What a close look at a pull request shows."""
    return Look(
        approvals=sum(
            one.state == "APPROVED" and one.commit is not None and one.commit.oid == row.head_ref_oid
            for one in _nodes(row.latest_opinionated_reviews)
        ),
        # What we do not know may be another way to say no, which an administrator's merge would get past.
        blocked=row.merge_state_status not in _UNBLOCKED,
        behind=row.merge_state_status == "BEHIND",
        has_queue=row.is_merge_queue_enabled,
        queued=row.merge_queue_entry.position if row.merge_queue_entry else None,
        waits=row.auto_merge_request is not None,
    )


def conflicting(mergeable: str) -> bool | None:
    """Whether a pull request conflicts; None where GitHub does not know yet."""
    return {"CONFLICTING": True, "MERGEABLE": False}.get(mergeable)


def names(nodes: wire.Nodes[wire.Named] | None) -> tuple[str, ...]:
    """The names in a list, which thousands of issues share."""
    return tuple(intern(one_line(node.name)) for node in _nodes(nodes))


def logins(nodes: wire.Nodes[wire.Login] | None) -> tuple[str, ...]:
    """The logins in a list, which thousands of issues share."""
    return tuple(intern(one_line(node.login)) for node in _nodes(nodes))


def present(nodes: Iterable[wire.T | None] | None) -> list[wire.T]:
    """The nodes that are not null."""
    return [node for node in nodes or () if node is not None]


def settled(updated_at: datetime, read_at: datetime) -> bool:
    """Whether something was read so long after its last change that no later one can bear the same time."""
    return (read_at - updated_at).total_seconds() >= _SETTLING
