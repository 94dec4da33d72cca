"""The user's own checkout, where an agent may work: which branch it stood on before, so that it can be put back."""

from __future__ import annotations

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.naming import branch_issue
from soda_tui.services import files
from soda_tui.services.git.gitdir import git_dir

_NOTE = "soda-tui-before"
_LONGEST = 4096


def note(place: Place, branch: str | None) -> None:
    """Note the branch that the checkout stands on, in its git directory.

    A work branch is noted only where nothing else is: it is what a claim that was broken off has left.
    """
    found = git_dir(place.worktree)
    if found is None or branch is None or (branch_issue(branch) is not None and noted(place) is not None):
        return
    files.write(found / _NOTE, branch.encode("utf-8", "surrogateescape"))


def noted(place: Place) -> str | None:
    """The branch that was noted last; None where none was."""
    found = git_dir(place.worktree)
    content = files.read(found / _NOTE, _LONGEST) if found is not None else None
    return content.decode("utf-8", "surrogateescape") if content else None
