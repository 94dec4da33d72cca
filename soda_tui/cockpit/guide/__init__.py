"""The guide: the steps from nothing to a first pop; each can be skipped, and writes or sends nothing unasked."""

from __future__ import annotations

from soda_tui.cockpit.guide.page import Step
from soda_tui.cockpit.guide.reaching import LabelsStep, RepositoriesStep, SignInStep
from soda_tui.cockpit.guide.working import AgentsStep, FirstStep, WorktreesStep
from soda_tui.cockpit.setting_up import SetUp


def steps(setup: SetUp) -> tuple[Step, ...]:
    """All steps, in their order."""
    return (
        SignInStep(setup),
        RepositoriesStep(setup),
        LabelsStep(setup),
        AgentsStep(setup),
        WorktreesStep(setup),
        FirstStep(setup),
    )
