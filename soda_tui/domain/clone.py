"""Whether a clone can be used for a repository's work."""

from __future__ import annotations

from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.sentences import CLONE_OF_ANOTHER
from soda_tui.domain.settings import Enrolment


def clone_problem(enrolment: Enrolment, facts: RepositoryFacts) -> Problem | None:
    """What is wrong with the clone, that it belongs to another repository included; None where nothing is known to be.

    The host is not compared: people reach it by aliases and mirrors. A renamed repository is right by either name.
    """
    clone = facts.local.clone if facts.local else None
    if clone is None or clone.problem is not None:
        return clone.problem if clone else None
    origin, remote = clone.origin, facts.remote
    if origin is None or remote is None or _names(origin) in {_names(enrolment.name), _names(remote.name)}:
        return None
    words = CLONE_OF_ANOTHER(path=enrolment.path, origin=origin.full, repository=enrolment.name.full)
    return Problem(ErrorCode.CLONE, words)


def _names(name: RepositoryName) -> tuple[str, str]:
    return name.owner.lower(), name.name.lower()
