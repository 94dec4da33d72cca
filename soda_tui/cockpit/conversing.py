"""Conversations with agents: which one was the last on a claim, and reaching the agent that runs."""

from __future__ import annotations

from soda_tui.cockpit.ports import World
from soda_tui.domain import sentences as say
from soda_tui.domain.choosing import wanted
from soda_tui.domain.conversation import Conversation, is_session
from soda_tui.domain.facts import RemoteFacts, RunFacts, find_issue
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.ledger import Holder
from soda_tui.domain.profiles import Profile
from soda_tui.domain.settings import Enrolment
from soda_tui.domain.status import claim_run
from soda_tui.domain.transcripts import parser

_RUNS = 20
# Agents tell their conversation's name first, and many do so again at the end.
_PIECE = 256 * 1024


async def last_conversation(world: World, enrolment: Enrolment, remote: RemoteFacts, holder: Holder) -> Conversation:
    """The newest conversation on the claim that has a name, else one without with the profile of the newest run."""
    newest: Profile | None = None
    for run in (await world.runs.runs(enrolment.key))[:_RUNS]:
        profile = _profile(world, enrolment, run) if claim_run(holder, run) is not None else None
        if profile is None:
            continue
        newest = newest or profile
        session = await _session(world, run)
        if session:
            return Conversation(profile, session)
    issue = find_issue(remote, holder.issue)
    return Conversation(newest or wanted(enrolment, issue.labels if issue else ()).profiles[0])


async def reachable(world: World, key: str, name: str, what: str) -> RunFacts:
    """The run of the agent that works now; raises Failure where none does, so that it cannot be done."""
    run = (await world.runs.current((key,))).get(key)
    if run is None or not run.alive:
        raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.NO_AGENT_TO_REACH(repository=name, what=what)))
    if run.started_at is None:
        raise Failure(Problem(ErrorCode.REFUSED, say.AGENT_NOT_UP_YET(repository=name)))
    return run


def _profile(world: World, enrolment: Enrolment, run: RunFacts) -> Profile | None:
    """The profile of a run as it is now; None where it is configured no longer."""
    for profile in (*enrolment.profiles, enrolment.agent):
        if profile.name == run.profile:
            return profile
    try:
        return world.profiles.named(run.profile)
    except Failure:
        return None


async def _session(world: World, run: RunFacts) -> str:
    """What the agent called the conversation of a run, last where it has changed; empty where it told nothing."""
    size = await world.runs.size(run)
    for offset in dict.fromkeys((max(size - _PIECE, 0), 0)):
        reads = parser(run.format)
        events = [*reads.feed(await world.runs.read(run, offset, _PIECE)), *reads.end()]
        told = [event.session for event in events if is_session(event.session)]
        if told:
            return told[-1]
    return ""
