"""Property tests of claims: whatever happens in whatever order, one holds a repository, and nothing gets lost.

`SODA_TUI_TEST_SEQUENCES=20000 pytest tests/domain/test_claim_properties.py` is the long setting.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from happenings import BEGINNINGS, EVENTS, happen, toggle
from modelacts import YOURS, commit, look, plan
from modelworld import AGENT, Machine, World
from msgspec import structs
from sequences import Event, seeds, sequence, shortened, told
from story import YES, Story

from soda_tui.domain import ledger
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.failure import Problem
from soda_tui.domain.ledger import LedgerCondition

SEQUENCES = 800
ROUNDS = 8
ENDS = (Verb.POP, Verb.BOTTLE, Verb.RESET, Verb.LAUNCH, Verb.TAKEOVER, Verb.TIDY, Verb.STOP, Verb.CONTINUE)


UNKNOWN = "who holds it is not known here"


def mended(story: Story) -> None:
    """Repairs leave no drift that has one, each cockpit doing its own; a label that nobody knows a person takes off."""
    world = story.world
    for _ in range(ROUNDS):
        left = False
        for machine in world.machines:
            world.wait(minutes=10)
            for kind in dict.fromkeys(drift.kind for drift in look(world, machine).drift if drift.repair):
                refused = story.act(machine, Verb.REPAIR, structs.replace(YES, repair=kind))
                left = left or UNKNOWN not in (refused or "")
                story.check(machine)
        if not left and not unlabelled(world):
            return
    world.wait(minutes=10)
    drifts = [(one.cockpit, drift.kind, drift.message) for one in world.machines for drift in look(world, one).drift]
    raise AssertionError(f"drift that repairs do not mend: {drifts}")


def unlabelled(world: World) -> bool:
    """Whether a person had to take an agent's label off, because no ledger says who holds the issue."""
    if world.ledger is not None and ledger.decode(world.ledger).condition is LedgerCondition.READABLE:
        return False
    labelled = [number for number, issue in world.issues.items() if AGENT in issue.labels]
    for number in labelled:
        toggle(AGENT)(world, number, 0)
    return bool(labelled)


def converges(story: Story, machine: Machine, verb: Verb) -> None:
    """Done again an act finds the rest, and soon nothing: in the end its plan is a refusal."""
    said = []
    for _ in range(ROUNDS):
        refused = story.act(machine, verb)
        said.append(refused)
        planned, _ = plan(story.world, machine, verb, YES)
        if isinstance(planned, Problem) or refused in YOURS:
            return
    raise AssertionError(f"{verb} never comes to an end: {said}")


def able(story: Story, machine: Machine) -> None:
    """Whatever has happened, the repository can be worked in by this cockpit."""
    world = story.world
    for one in world.machines:
        if one.run is not None and one.run.alive:
            story.act(one, Verb.STOP)
        view = look(world, one)
        if view.agent.status is Status.HANDING_OVER or (view.agent.claim is not None and view.agent.claim.mine):
            assert (refused := story.act(one, Verb.RESET)) is None, refused
    number = 20 + world.number()
    world.open_issue(number)
    assert (refused := story.act(machine, Verb.POP, structs.replace(YES, issue=number))) is None, refused
    assert machine.tree is not None and machine.tree.branch is not None
    commit(world, machine)
    assert (refused := story.act(machine, Verb.BOTTLE)) is None, refused
    story.check(machine)
    assert world.open_request_of(machine.tree.branch) is not None and world.state.holder is None


def problem(events: Sequence[Event], end: int) -> str | None:
    """What goes wrong in a sequence, at the end of which one of the acts is done until nothing of it is left."""
    story, done = Story(), 0
    try:
        for event in events:
            happen(story, event)
            done += 1
        for machine in story.world.machines:
            story.die(machine)
        converges(story, story.world.machines[end % 2], ENDS[end // 2 % len(ENDS)])
        mended(story)
        for machine in story.world.machines:
            able(story, machine)
        mended(story)
    except AssertionError as error:
        where = events[done].what if done < len(events) else "the end"
        return f"at {where}: {error}"
    return None


@pytest.mark.parametrize(
    "events",
    [
        (Event("pause in pop", 0, 1), Event("push there", 1)),
        (Event("pop"), Event("switch"), Event("commit")),
        (Event("pop"), Event("commit"), Event("push there", 1), Event("switch", 0, 3)),
    ],
    ids=["pushed before the worktree", "work on no branch", "gone apart and switched away"],
)
@pytest.mark.parametrize("end", range(2 * len(ENDS)))
def test_what_went_wrong_once(events: Sequence[Event], end: int) -> None:
    assert problem(events, end) is None


def test_whatever_happens_one_holds_nothing_is_lost_and_repairs_mend() -> None:
    weights = {name: weight for name, (weight, _) in EVENTS.items()}
    for seed in seeds(SEQUENCES):
        events = (*BEGINNINGS[seed % len(BEGINNINGS)], *sequence(seed, weights, 6, 16))
        if problem(events, seed) is not None:
            short = shortened(events, lambda some, seed=seed: problem(some, seed))  # type: ignore[misc]
            raise AssertionError(told(seed, short, problem(short, seed) or ""))
