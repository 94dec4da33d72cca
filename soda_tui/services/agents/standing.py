"""Where a claim's work is: told from git's own files, in the moment before anything is started there."""

from __future__ import annotations

from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.services.agents.records import Spec
from soda_tui.services.git.gitdir import busy, git_dir, same_clone
from soda_tui.services.git.refs import HEADS

_REFERENCE = f"ref: {HEADS}"
# What HEAD says where refs are kept in tables (reftable): only git could tell then.
_UNTOLD = ".invalid"


def misplaced(spec: Spec) -> str | None:
    """Why the run's directory is not where its claim's work is, in a sentence; None where it is, or there is no claim.

    Whether the directory can be entered is seen by whoever enters it.
    """
    directory = spec.directory
    if spec.watched is None or not Path(directory).is_dir():
        return None
    found = git_dir(directory)
    if found is None or not same_clone(directory, spec.watched.path):
        return sentences.AGENT_ELSEWHERE(directory=directory, path=spec.watched.path)
    doing = busy(directory)
    if doing is not None:
        return sentences.BUSY_WORKTREE(busy=doing, worktree=directory, repository=spec.key)
    try:
        head = (found / "HEAD").read_text("utf-8", "surrogateescape").strip()
    except OSError as error:
        return sentences.AGENT_DIRECTORY(directory=directory, reason=error.strerror)
    branch = head.removeprefix(_REFERENCE) if head.startswith(_REFERENCE) else "no branch"
    if branch in {spec.branch, _UNTOLD}:
        return None
    return sentences.WRONG_BRANCH(repository=spec.key, branch=branch, expected=spec.branch)
