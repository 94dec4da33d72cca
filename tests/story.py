"""A story in the model world: what its cockpits do, and what is true after each thing that happens."""

from __future__ import annotations

import re
from collections.abc import Callable

from given import ENROLMENT
from modelacts import Act, Moved, act, begin, look, plan
from modelworld import Machine, World
from msgspec import structs

from soda_tui.domain import plan as steps
from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import Problem
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Plan
from soda_tui.domain.view import queue_of

YES = Options(yes=True, commit_all=True)


class Story:
    """A world, and the acts in it that stand still in their middle."""

    def __init__(self) -> None:
        self.world = World()
        self.paused: dict[str, Act] = {}

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
