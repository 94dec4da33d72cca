"""Vouching: who labels an issue for agents stands for its text as it was then, not for what others make of it later.

The text of an issue can be changed by its author, whoever that is, and by people who may write to the repository.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.facts import IssueDetail
from soda_tui.domain.history import Comment, Edit, History, Labelled
from soda_tui.domain.labels import LabelNames, has
from soda_tui.domain.stakes import mark

# CommentAuthorAssociation: those whom the repository's owner has let in.
_TRUSTED = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})


class Doubt(Struct, frozen=True):
    """A text that nobody vouches for: the newest such change, and a short name of just this text."""

    issue: int
    edit: Edit
    mark: str

    @property
    def warning(self) -> str:
        """What happened, what it means, and what to do."""
        return warning(self.issue, self.edit)

    @property
    def question(self) -> str:
        """What a person is asked before an agent is told this text."""
        return say.ASK_UNVOUCHED(warning=self.warning, issue=self.issue)


def doubt(detail: IssueDetail, names: LabelNames, viewer: str) -> Doubt | None:
    """Why no agent is told the text of an issue unless a person says so; `viewer` is whose cockpit it is."""
    edit = unvouched(detail.history, names, viewer) if detail.history else None
    if edit is None:
        return None
    return Doubt(detail.issue.number, edit, mark((detail.issue.title, detail.body)))


def unvouched(history: History, names: LabelNames, viewer: str) -> Edit | None:
    """The newest change since the label that offers the issue to agents, by somebody who does not vouch for it.

    Those do who put that label on, whose cockpit it is, and the author where the repository's owner has let them in. A
    label that a form of the repository put on in an author's name makes nobody of them.
    """
    label = _labelling(history, names)
    known = [viewer, history.author if history.association in _TRUSTED else None]
    if label is not None and not _same(label.login, history.author):
        known.append(label.login)
    later = (
        edit
        for edit in history.edits
        if (label is None or edit.at > label.at) and not any(_same(edit.login, login) for login in known)
    )
    return max(later, key=lambda edit: edit.at, default=None)


def warning(issue: int, edit: Edit) -> str:
    """That an issue has a text that nobody vouches for."""
    what = "title" if edit.title else "text"
    when = f"{edit.at:%Y-%m-%d %H:%M} UTC"
    return say.TEXT_UNVOUCHED(login=edit.login or "Somebody", what=what, issue=issue, when=when)


def heard(comments: Iterable[Comment], history: History | None, names: LabelNames) -> tuple[Comment, ...]:
    """The comments that an agent is told: of those let in, and what the author wrote before the issue was labelled."""
    label = _labelling(history, names) if history else None
    author, until = (history.author, label.at) if history and label else (None, None)

    def told(one: Comment) -> bool:
        if one.hidden or one.association in _TRUSTED:
            return not one.hidden
        return until is not None and _same(one.author, author) and (one.edited_at or one.at) <= until

    return tuple(filter(told, comments))


def is_let_in(author: str, association: str, viewer: str) -> bool:
    """Whether the repository's owner has let somebody in, or it is whose cockpit this is."""
    return association in _TRUSTED or _same(author, viewer)


def _labelling(history: History, names: LabelNames) -> Labelled | None:
    """When the issue was last offered to agents, and by whom."""
    offers = (one for one in history.labelled if has((names.ready, names.unblocker), one.label))
    return max(offers, key=lambda one: one.at, default=None)


def _same(login: str | None, other: str | None) -> bool:
    return login is not None and other is not None and login.casefold() == other.casefold()
