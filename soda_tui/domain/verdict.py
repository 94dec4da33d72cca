"""States and actions: for every status of the agent, whether an action is done, asks first, or is refused, and why."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import Repository
from soda_tui.domain.sentences import Sentence
from soda_tui.domain.stopfile import lifting


class Does(Struct, frozen=True):
    """The action goes ahead."""


class Asks(Struct, frozen=True):
    """The action goes ahead once a person has said yes to the question."""

    question: Sentence


class Refuses(Struct, frozen=True):
    """The action does not go ahead, for this reason; the code tells scripts which kind it is."""

    reason: Sentence
    code: ErrorCode = ErrorCode.REFUSED


Verdict = Does | Asks | Refuses

_DOES = Does()
_HOLDING = Refuses(say.ALREADY_HOLDING)
_RUNNING = Refuses(say.AGENT_RUNS)
_ELSEWHERE = Refuses(say.HELD_ELSEWHERE, ErrorCode.TAKEN)
_NO_CLAIM = Refuses(say.NO_CLAIM, ErrorCode.NOTHING_TO_DO)
_NO_RUN = Refuses(say.NO_RUN, ErrorCode.NOTHING_TO_DO)
_HANDING_OVER = Refuses(say.HANDING_OVER)
_UNKNOWN = Refuses(say.STATUS_UNKNOWN)
_FORBIDDEN = Refuses(say.RUN_FORBIDDEN)
_HERE = Refuses(say.HELD_HERE, ErrorCode.NOTHING_TO_DO)
_NOBODY = Refuses(say.HELD_BY_NOBODY, ErrorCode.NOTHING_TO_DO)
_STOP = Asks(say.ASK_STOP)
_RESET = Asks(say.ASK_RESET)


def _row(
    pop: Verdict, bottle: Verdict, reset: Verdict, launch: Verdict, stop: Verdict, takeover: Verdict
) -> Mapping[Verb, Verdict]:
    return {
        Verb.PEEK: _DOES,
        Verb.POP: pop,
        Verb.BOTTLE: bottle,
        Verb.RESET: reset,
        Verb.LAUNCH: launch,
        Verb.STOP: stop,
        Verb.TAKEOVER: takeover,
    }


# fmt: off
TABLE: Mapping[Status, Mapping[Verb, Verdict]] = {
    #                         pop         bottle         reset          launch         stop      takeover
    Status.IDLE:         _row(_DOES,      _NO_CLAIM,     _NO_CLAIM,     _NO_CLAIM,     _NO_RUN,  _NOBODY),
    Status.CLAIMED:      _row(_HOLDING,   _DOES,         _RESET,        _DOES,         _NO_RUN,  _HERE),
    Status.STARTING:     _row(_HOLDING,   _RUNNING,      _RUNNING,      _RUNNING,      _STOP,    _HERE),
    Status.WORKING:      _row(_HOLDING,   _RUNNING,      _RUNNING,      _RUNNING,      _STOP,    _HERE),
    Status.NEEDS_INPUT:  _row(_HOLDING,   _RUNNING,      _RUNNING,      _RUNNING,      _STOP,    _HERE),
    Status.LIMIT:        _row(_HOLDING,   _DOES,         _RESET,        _DOES,         _STOP,    _HERE),
    Status.STALLED:      _row(_HOLDING,   _RUNNING,      _RUNNING,      _RUNNING,      _STOP,    _HERE),
    Status.ENDED:        _row(_HOLDING,   _DOES,         _RESET,        _DOES,         _NO_RUN,  _HERE),
    Status.FAILED:       _row(_HOLDING,   _DOES,         _RESET,        _DOES,         _NO_RUN,  _HERE),
    Status.DONE:         _row(_HOLDING,   _DOES,         _RESET,        _DOES,         _NO_RUN,  _HERE),
    Status.HANDING_OVER: _row(_HANDING_OVER, _DOES,      _RESET,        _HANDING_OVER, _NO_RUN,  _HANDING_OVER),
    Status.ELSEWHERE:    _row(_ELSEWHERE, _ELSEWHERE,    _ELSEWHERE,    _ELSEWHERE,    _STOP,    _DOES),
    Status.UNKNOWN:      _row(_UNKNOWN,   _UNKNOWN,      _UNKNOWN,      _UNKNOWN,      _STOP,    _UNKNOWN),
}
# fmt: on


# Sitting down is a launch whose agent a person talks to, giving up a reset that says more, and who takes up feedback
# claims an issue.
_AS = {Verb.SIT: Verb.LAUNCH, Verb.GIVE_UP: Verb.RESET, Verb.FEEDBACK: Verb.POP}


def verdict(repository: Repository, verb: Verb) -> Verdict:
    """What the table says for a repository as it stands.

    Read-only and archived ones refuse all that changes; a process that runs can always be stopped, and nothing else is
    begun beside it, whatever became of its claim.
    """
    running = repository.agent.run is not None and repository.agent.run.pid is not None
    if verb is Verb.STOP and running:
        return _STOP
    if verb not in {Verb.PEEK, Verb.STOP}:
        if repository.archived:
            return Refuses(say.ARCHIVED)
        if any(drift.kind is DriftKind.LEDGER_NEWER for drift in repository.drift):
            return Refuses(say.DRIFT_LEDGER_NEWER)
        if repository.read_only:
            return Refuses(say.READ_ONLY)
        if repository.viewer_permission in {"READ", "TRIAGE"}:
            return Refuses(say.NO_PUSH)
    if verb in {Verb.REPAIR, Verb.TIDY, Verb.RECOVER, Verb.CLEANUP, Verb.LAND, Verb.BUNDLE}:
        return _DOES
    if verb is Verb.CONTINUE:
        return _DOES if repository.unfinished else _nothing_left(repository)
    if verb is Verb.UNDO:
        return _DOES if repository.undo else Refuses(say.NOTHING_TO_UNDO, ErrorCode.NOTHING_TO_DO)
    if verb in {Verb.LAUNCH, Verb.SIT} and repository.forbidden is not None and not running:
        return _FORBIDDEN
    if verb is Verb.POP and repository.agent.status is Status.IDLE and not repository.queue:
        return Refuses(say.QUEUE_EMPTY, ErrorCode.NOTHING_TO_DO)
    found = TABLE[repository.agent.status][_AS.get(verb, verb)]
    if found is _UNKNOWN:
        return _unknown(repository)
    unclaimed = running and repository.agent.claim is None
    if verb is not Verb.PEEK and (unclaimed or (running and not isinstance(found, Refuses))):
        return _RUNNING
    return found


def _unknown(repository: Repository) -> Refuses:
    """That nobody knows what a repository is doing, or not yet."""
    awaited = repository.fetched_at is None and repository.error is None
    return Refuses(say.NOT_ANSWERED_YET) if awaited else _UNKNOWN


def _nothing_left(repository: Repository) -> Refuses:
    """That nothing is left half done, as far as that is known."""
    if repository.agent.status is Status.UNKNOWN:
        return _unknown(repository)
    return Refuses(say.NOTHING_LEFT, ErrorCode.NOTHING_TO_DO)


def reason(repository: Repository, verb: Verb) -> str | None:
    """The sentence that says why an action is refused now; None where it is not."""
    found = verdict(repository, verb)
    return fill(found.reason, repository) if isinstance(found, Refuses) else None


def question(repository: Repository, verb: Verb) -> str | None:
    """The question that an action asks first; None where it asks nothing."""
    found = verdict(repository, verb)
    return fill(found.question, repository) if isinstance(found, Asks) else None


def no_worktree(repository: Repository) -> str:
    """That there is no worktree with the work of a claim, and what brings one as things stand."""
    if repository.agent.claim is not None and repository.agent.claim.mine:
        return fill(say.NO_WORKTREE, repository)
    return _in_the_way(repository) or fill(say.NO_WORKTREE_YET, repository)


def nobody_runs(repository: Repository, what: str) -> str:
    """That no agent runs with whom something could be done, and what brings one as things stand."""
    first = say.POP_AND_LAUNCH if repository.agent.status is Status.IDLE else say.LAUNCH_FIRST
    return say.NO_AGENT_TO_REACH(repository=repository.name, what=what, then=_in_the_way(repository) or first())


def _in_the_way(repository: Repository) -> str | None:
    """Why nobody can be put to work now: an idle agent needs an issue first."""
    idle = repository.agent.status is Status.IDLE
    return (repository.clone.problem if idle else None) or reason(repository, Verb.POP if idle else Verb.LAUNCH)


def subject(repository: Repository, verb: Verb) -> str | None:
    """What a question is about, to be sent with the yes: the run for stop, the ledger's head for all else."""
    if verb is Verb.STOP:
        return repository.agent.run.id if repository.agent.run else None
    return repository.ledger


def pops_first(repository: Repository) -> bool:
    """Whether launching means popping first: the agent is idle, and there is an issue to pop."""
    idle = repository.agent.status is Status.IDLE and repository.forbidden is None
    return idle and isinstance(verdict(repository, Verb.POP), Does)


def fill(sentence: Sentence, repository: Repository) -> str:
    """A sentence of the table with the repository's own values."""
    agent = repository.agent
    return sentence(
        repository=repository.name,
        agent=agent.id,
        issue=agent.issue if agent.issue is not None else "?",
        branch=agent.branch or "its branch",
        cockpit=(agent.claim.name or agent.claim.cockpit) if agent.claim else "another cockpit",
        since=agent.since.strftime("%Y-%m-%d %H:%M UTC") if agent.since else "an unknown time",
        worktree=agent.worktree.path if agent.worktree else "its worktree",
        permission=repository.viewer_permission or "READ",
        path=repository.forbidden or "STOP",
        lift=lifting(repository.forbidden or ""),
    )
