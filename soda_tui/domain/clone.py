"""Whether a clone can be used for a repository's work."""

from __future__ import annotations

from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.sentences import CLONE_NAME_TAKEN, CLONE_OF_ANOTHER


def clone_problem(enrolment: Enrolment, facts: RepositoryFacts) -> Problem | None:
    """What is wrong with the clone, that it belongs to another repository included; None where nothing is known to be.

    The host is not compared: people reach it by aliases and mirrors. A renamed repository is right by either name,
    until another one takes the former.
    """
    clone = facts.local.clone if facts.local else None
    if clone is None or clone.problem is not None:
        return clone.problem if clone else None
    origin, remote = clone.origin, facts.remote
    if origin is None or remote is None or _names(origin) == _names(remote.name):
        return None
    if _names(origin) == _names(enrolment.name):
        return left_behind(enrolment, facts)
    words = CLONE_OF_ANOTHER(path=enrolment.path, origin=origin.full, repository=enrolment.name.full)
    return Problem(ErrorCode.CLONE, words)


def left_behind(enrolment: Enrolment, facts: RepositoryFacts) -> Problem | None:
    """That the clone goes by a former name that another repository has by now; None where it does not."""
    remote, clone = facts.remote, facts.local.clone if facts.local else None
    if remote is None or not remote.occupied or clone is None or clone.problem is not None or clone.origin is None:
        return None
    if _names(clone.origin) != _names(enrolment.name):
        return None
    words = CLONE_NAME_TAKEN(path=enrolment.path, origin=enrolment.name.full, repository=remote.name.full)
    return Problem(ErrorCode.CLONE, words)


def _names(name: RepositoryName) -> tuple[str, str]:
    return name.owner.lower(), name.name.lower()
