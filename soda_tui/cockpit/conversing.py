"""Conversations with agents: which one was the last on a claim, and with which profile."""

from __future__ import annotations

from soda_tui.cockpit.ports.world import World
from soda_tui.domain.choosing import wanted
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RemoteFacts, find_issue
from soda_tui.domain.failure import Failure
from soda_tui.domain.ledger import Holder
from soda_tui.domain.runs.conversation import Conversation
from soda_tui.domain.runs.facts import RunFacts

_RUNS = 20


async def last_conversation(world: World, enrolment: Enrolment, remote: RemoteFacts, holder: Holder) -> Conversation:
    """The newest conversation on the claim that has a name, else one without with the profile of the newest run."""
    newest: Profile | None = None
    for run in (await world.runs.runs(enrolment.key))[:_RUNS]:
        # A claim has several attempts on its branch, and what was said in any of them can be gone on with.
        on_claim = (run.issue, run.branch) == (holder.issue, holder.branch)
        profile = profile_of(world, enrolment, run) if on_claim else None
        if profile is None:
            continue
        newest = newest or profile
        session = await _session(world, enrolment.key, run)
        if session:
            return Conversation(profile, session)
    issue = find_issue(remote, holder.issue)
    return Conversation(newest or wanted(enrolment, issue.labels if issue else ()).profiles[0])


def profile_of(world: World, enrolment: Enrolment, run: RunFacts) -> Profile | None:
    """The profile of a run as it is now; None where it is configured no longer."""
    for profile in (*enrolment.profiles, enrolment.agent):
        if profile.name == run.profile:
            return profile
    try:
        return world.profiles.named(run.profile)
    except Failure:
        return None


async def _session(world: World, key: str, run: RunFacts) -> str:
    """What the agent called the conversation of a run; empty where it told nothing that can be used."""
    if run.progress is None:
        run, _ = (await world.runs.listen({key: run}, thoroughly=True)).get(key, (run, None))
    return run.progress.session if run.progress else ""
