"""Property tests of claims: whatever happens in whatever order, one holds a repository, and nothing gets lost.

`SODA_TUI_TEST_SEQUENCES=20000 pytest tests/domain/test_claim_properties.py` is the long setting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest
from given import ENROLMENT
from modelacts import YOURS, Act, Moved, act, begin, commit, ended, look, plan, supervise
from modelworld import AGENT, MAIN, ROUTES, Machine, World
from msgspec import structs
from sequences import Event, seeds, sequence, shortened, told

from soda_tui.domain import ledger
from soda_tui.domain import plan as steps
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.facts import LedgerHead, PullRequest, RunState
from soda_tui.domain.failure import Problem
from soda_tui.domain.ledger import LedgerCondition
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Plan
from soda_tui.domain.view import queue_of

SEQUENCES = 800
ROUNDS = 8
ENDS = (Verb.POP, Verb.BOTTLE, Verb.RESET, Verb.LAUNCH, Verb.TAKEOVER, Verb.TIDY, Verb.STOP, Verb.CONTINUE)
YES = Options(yes=True, commit_all=True)


class Story:
    """A world, and the acts in it that stand still in their middle."""

    def __init__(self) -> None:
        self.world = World()
        self.paused: dict[str, Act] = {}

    def happen(self, event: Event) -> None:
        """Let an event happen, and look at everything."""
        world, machine = self.world, self.world.machines[event.where]
        world.wait(seconds=1)
        EVENTS[event.what][1](self, machine, event.pick)
        self.check(machine)

    def check(self, machine: Machine) -> None:
        """What is true after every event; one cockpit looks closely, both have a queue."""
        world = self.world
        assert world.made <= world.held(), f"lost: {world.made - world.held()}"
        holder = world.state.holder
        for one in world.machines if holder is not None else ():
            remote = world.facts(one).remote
            offered = {entry.number for entry in queue_of(ENROLMENT, remote).entries} if remote else set()
            assert holder is not None and holder.issue not in offered, "the held issue is offered"
        claim = look(world, machine).agent.claim
        assert (claim is not None and claim.mine) == (holder is not None and holder.cockpit == machine.cockpit)

    # --- what cockpits do ---

    def act(self, machine: Machine, verb: Verb, options: Options = YES) -> str | None:
        """An act from beginning to end; what stood still at this machine has died."""
        self.die(machine)
        self.judge(machine, verb, options)
        refused = act(self.world, machine, verb, options)
        if refused is not None:
            is_sentence(refused)
        return refused

    def pause(self, machine: Machine, verb: Verb, many: int, options: Options = YES) -> None:
        """An act that stands still after some steps."""
        self.die(machine)
        begun = begin(self.world, machine, verb, options)
        if isinstance(begun, Problem):
            is_sentence(begun.message)
            return
        self.paused[machine.cockpit] = begun
        self.resume(machine, many)

    def resume(self, machine: Machine, many: int | None = None) -> None:
        """It goes on, with what it knew."""
        paused = self.paused.get(machine.cockpit)
        if paused is None:
            return
        try:
            if paused.go_on(many):
                del self.paused[machine.cockpit]
        except Moved:
            del self.paused[machine.cockpit]

    def die(self, machine: Machine) -> None:
        """It never goes on."""
        paused = self.paused.pop(machine.cockpit, None)
        if paused is not None:
            paused.die()

    def judge(self, machine: Machine, verb: Verb, options: Options) -> None:
        """That a plan takes nothing away which nothing else holds."""
        planned, _ = plan(self.world, machine, verb, options)
        if isinstance(planned, Plan):
            judge(self.world, machine, planned)

    def repair(self, machine: Machine, pick: int) -> None:
        """One repair of those that are offered."""
        found = [drift.kind for drift in look(self.world, machine).drift if drift.repair]
        if found:
            self.act(machine, Verb.REPAIR, structs.replace(YES, repair=found[pick % len(found)]))

    # --- what a person removes is not lost but removed ---

    def remove(self, removal: Callable[[], None]) -> None:
        """Let a person remove something with all that only it held."""
        removal()
        self.world.made &= self.world.held()


def judge(world: World, machine: Machine, planned: Plan) -> None:
    """That a plan has no step which removes what is held by nothing else."""
    kept, stands = False, machine.tree.branch if machine.tree else None
    for step in planned.steps:
        match step:
            case steps.RescueWork():
                kept = True
            case steps.PrepareWorktree(branch=branch):
                tree = machine.tree
                moves = tree is not None and tree.branch != branch and bool(tree.dirt or world.lone(machine))
                # A take-over is refused by what prepares the worktree, before it takes anything.
                assert kept or not moves or planned.verb is Verb.TAKEOVER, planned
                stands = branch
            case steps.DropBranch(branch=branch, oid=oid):
                assert machine.branches.get(branch) == oid, planned
                assert stands != branch, planned
            case steps.ClaimIssue(kept=str() as head, holder=holder):
                assert world.heads[holder.branch] == head, planned


def is_sentence(said: str) -> None:
    """A refusal is made for people."""
    assert re.fullmatch(r"[A-Z`\"'0-9a-z].*[.!?]", said, re.DOTALL) and len(said.split()) > 2, said
    assert not re.search(r"[{}]|\bNone\b|<[a-z]|object at", said), said


# --- events ---


def _verb(verb: Verb) -> Callable[[Story, Machine, int], None]:
    return lambda story, machine, _: void(story.act(machine, verb))


def void(_: object) -> None:
    """An event has no value."""


def _paused(verb: Verb) -> Callable[[Story, Machine, int], None]:
    return lambda story, machine, pick: story.pause(machine, verb, pick % 4)


def _named(story: Story, machine: Machine, pick: int) -> None:
    numbers = sorted(story.world.issues)
    if numbers:
        story.act(machine, Verb.POP, structs.replace(YES, issue=numbers[pick % len(numbers)], fresh=pick > 3))


def _held(story: Story, pick: int) -> int | None:
    """The held issue, sometimes another one."""
    holder, numbers = story.world.state.holder, sorted(story.world.issues)
    if holder is not None and holder.issue in story.world.issues and pick % 3:
        return holder.issue
    return numbers[pick % len(numbers)] if numbers else None


def _issue(change: Callable[[World, int, int], None]) -> Callable[[Story, Machine, int], None]:
    def happen(story: Story, _: Machine, pick: int) -> None:
        number = _held(story, pick)
        if number is not None:
            change(story.world, number, pick)

    return happen


def _toggle(label: str) -> Callable[[World, int, int], None]:
    def change(world: World, number: int, _: int) -> None:
        labels = world.issues[number].labels
        world.change_issue(
            number, labels=tuple(one for one in labels if one != label) if label in labels else (*labels, label)
        )

    return change


def _close(world: World, number: int, _: int) -> None:
    world.change_issue(number, open=not world.issues[number].open)


def _assign(world: World, number: int, pick: int) -> None:
    world.change_issue(number, assignees=((), ("grace",), ("you",))[pick % 3])


def _edit(world: World, number: int, _: int) -> None:
    world.change_issue(number, edited_at=world.now, editor="grace")


def _delete(world: World, number: int, _: int) -> None:
    del world.issues[number]


def _open(story: Story, _: Machine, __: int) -> None:
    story.world.open_issue(20 + story.world.number())


def _branches(story: Story) -> list[str]:
    return sorted(name for name in story.world.heads if name != MAIN)


def _branch(change: Callable[[Story, str], None]) -> Callable[[Story, Machine, int], None]:
    def happen(story: Story, _: Machine, pick: int) -> None:
        holder, names = story.world.state.holder, _branches(story)
        if names:
            held = holder is not None and holder.branch in names and pick % 3
            change(story, holder.branch if holder and held else names[pick % len(names)])

    return happen


def _push(story: Story, branch: str) -> None:
    story.world.move(branch, story.world.commit(story.world.heads[branch]))


def _push_main(story: Story, _: Machine, __: int) -> None:
    story.world.move(MAIN, story.world.commit(story.world.heads[MAIN]))


def _delete_branch(story: Story, branch: str) -> None:
    """What clones remember of it is no promise: another branch of that name takes its place."""
    story.world.move(branch, None)
    story.world.made &= story.world.held(forgetting=branch)


def _request(story: Story, branch: str) -> None:
    world = story.world
    if world.open_request_of(branch) is None and world.beyond(world.heads[branch], world.heads[MAIN]):
        world.open_request(branch, "Fixes #12" if world.count % 2 else "")


def _requests(change: Callable[[World, PullRequest], None]) -> Callable[[Story, Machine, int], None]:
    def happen(story: Story, _: Machine, pick: int) -> None:
        found = [one for one in story.world.requests.values() if not one.merged]
        if found:
            change(story.world, found[pick % len(found)])

    return happen


def _merge(world: World, request: PullRequest) -> None:
    if request.open:
        world.merge(request.number)


def _close_request(world: World, request: PullRequest) -> None:
    if request.open:
        world.change_request(request.number, open=False, closed_at=world.now)
    elif world.heads.get(request.branch) == request.head_oid and world.open_request_of(request.branch) is None:
        world.change_request(request.number, open=True, closed_at=None)


def _lose_ledger(story: Story, _: Machine, __: int) -> None:
    story.world.ledger = None


def _spoil_ledger(story: Story, _: Machine, __: int) -> None:
    world = story.world
    if world.ledger is not None:
        world.ledger = LedgerHead(f"{world.number():040x}", "Tidy up", world.now)


def _work(story: Story, machine: Machine, _: int) -> None:
    if machine.tree is not None:
        commit(story.world, machine)


def _dirt(story: Story, machine: Machine, _: int) -> None:
    if machine.tree is not None:
        content = f"file{story.world.number()}"
        story.world.made.add(content)
        machine.tree = replace(machine.tree, dirt=machine.tree.dirt | {content})


def _switch(story: Story, machine: Machine, pick: int) -> None:
    """Git takes what is uncommitted along to a branch at the same commit, or to no branch at all."""
    if machine.tree is None:
        return
    if pick % 2:
        name = ("scratch", "topic")[pick % 4 // 2]
        if name not in machine.branches:
            machine.branches[name] = machine.tree.oid
        if machine.branches[name] == machine.tree.oid:
            machine.tree = replace(machine.tree, branch=name)
    else:
        machine.tree = replace(machine.tree, branch=None)


def _remove_worktree(story: Story, machine: Machine, _: int) -> None:
    story.remove(lambda: setattr(machine, "tree", None))


def _forget_branch(story: Story, machine: Machine, pick: int) -> None:
    names = sorted(name for name in machine.branches if machine.tree is None or machine.tree.branch != name)
    if names:
        story.remove(lambda: void(machine.branches.pop(names[pick % len(names)])))


def _push_by_hand(story: Story, machine: Machine, _: int) -> None:
    tree, world = machine.tree, story.world
    if tree is None or tree.branch is None:
        return
    there = world.heads.get(tree.branch)
    if there is None or world.holds(there, tree.oid):
        world.move(tree.branch, tree.oid)
        machine.tracked[tree.branch] = tree.oid


def _fetch(story: Story, machine: Machine, _: int) -> None:
    story.world.fetch(machine, tuple(story.world.heads))


def _end_agent(story: Story, machine: Machine, pick: int) -> None:
    run = machine.run
    if run is not None and run.alive:
        killed = pick % 3 == 2
        state = RunState.KILLED if killed else RunState.ENDED
        machine.run = ended(run, story.world, state, exit=None if killed else pick % 3)


def _wait(story: Story, _: Machine, pick: int) -> None:
    story.world.wait(minutes=(2, 7, 2000)[pick % 3])


def _always(story: Story, machine: Machine, pick: int) -> None:
    story.resume(machine, None if pick % 2 else 1)


EVENTS: Mapping[str, tuple[int, Callable[[Story, Machine, int], None]]] = {
    "pop": (8, _verb(Verb.POP)),
    "pop a named one": (3, _named),
    "bottle": (6, _verb(Verb.BOTTLE)),
    "reset": (4, _verb(Verb.RESET)),
    "launch": (4, _verb(Verb.LAUNCH)),
    "stop": (2, _verb(Verb.STOP)),
    "takeover": (5, _verb(Verb.TAKEOVER)),
    "continue": (3, _verb(Verb.CONTINUE)),
    "undo": (2, _verb(Verb.UNDO)),
    "tidy": (2, _verb(Verb.TIDY)),
    "repair": (4, lambda story, machine, pick: story.repair(machine, pick)),
    "pause in pop": (3, _paused(Verb.POP)),
    "pause in bottle": (3, _paused(Verb.BOTTLE)),
    "pause in reset": (2, _paused(Verb.RESET)),
    "pause in takeover": (3, _paused(Verb.TAKEOVER)),
    "go on": (4, _always),
    "supervise": (2, lambda story, machine, _: supervise(story.world, machine)),
    "agent's label": (2, _issue(_toggle(AGENT))),
    "ready's label": (2, _issue(_toggle(ROUTES.ready))),
    "review's label": (1, _issue(_toggle(ROUTES.review))),
    "blocked's label": (1, _issue(_toggle(ROUTES.blocked))),
    "close or reopen": (3, _issue(_close)),
    "assign": (2, _issue(_assign)),
    "edit": (1, _issue(_edit)),
    "delete issue": (1, _issue(_delete)),
    "open issue": (3, _open),
    "push there": (2, _branch(_push)),
    "push to main": (1, _push_main),
    "delete branch there": (2, _branch(_delete_branch)),
    "open request": (2, _branch(_request)),
    "merge": (3, _requests(_merge)),
    "close or reopen request": (2, _requests(_close_request)),
    "lose ledger": (1, _lose_ledger),
    "spoil ledger": (1, _spoil_ledger),
    "commit": (6, _work),
    "leave a file": (4, _dirt),
    "switch": (2, _switch),
    "remove worktree": (1, _remove_worktree),
    "forget branch": (1, _forget_branch),
    "push by hand": (2, _push_by_hand),
    "fetch": (1, _fetch),
    "agent ends": (3, _end_agent),
    "wait": (4, _wait),
}


# Chance alone seldom comes as far as to what happens to work and to reviews.
BEGINNINGS: tuple[tuple[Event, ...], ...] = (
    (),
    (Event("pop"), Event("commit")),
    (Event("pop"), Event("commit"), Event("bottle")),
)

# --- what must hold at the end of every sequence ---

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
        _toggle(AGENT)(world, number, 0)
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
            story.happen(event)
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
