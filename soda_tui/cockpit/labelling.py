"""Labels: what a repository lacks, and making it so."""

from __future__ import annotations

from collections.abc import Sequence

from soda_tui.cockpit.ports.github import GitHub
from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.label_plan import LabelChange, label_plan
from soda_tui.domain.labels import definitions

# GitHub advises few mutations in one request; the port takes at most five.
_AT_ONCE = 5


async def label_changes(github: GitHub, enrolment: Enrolment) -> tuple[LabelChange, ...]:
    """What would make the repository's labels as they should be; raises a Failure where they cannot be read."""
    repository, present = await github.labels(enrolment.name)
    return label_plan(repository, present, definitions(enrolment.labels, enrolment.agent_id))


async def make_labels(github: GitHub, enrolment: Enrolment, changes: Sequence[LabelChange]) -> str:
    """Make these changes, and say so; raises a Failure at the first one that is refused."""
    name = enrolment.name.full
    for start in range(0, len(changes), _AT_ONCE):
        part = [change.change for change in changes[start : start + _AT_ONCE]]
        for changed in await github.change(enrolment.name, part):
            if changed.problem is not None:
                refused = say.CHANGE_REFUSED(what="a label", repository=name, words=changed.problem.message)
                raise Failure(Problem(changed.problem.code, refused))
    return say.LABELS_DONE(repository=name, count=len(changes))
