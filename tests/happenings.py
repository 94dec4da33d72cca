"""What may happen in the model world, and how often: acts of cockpits, of people, of agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from modelacts import commit, ended, supervise
from modelworld import AGENT, MAIN, ROUTES, Machine, World
from msgspec import structs
from sequences import Event
from story import YES, Story

from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import LedgerHead, PullRequest
from soda_tui.domain.runs.facts import RunState


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


def toggle(label: str) -> Callable[[World, int, int], None]:
    """A label put on or taken off."""

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
    "agent's label": (2, _issue(toggle(AGENT))),
    "ready's label": (2, _issue(toggle(ROUTES.ready))),
    "review's label": (1, _issue(toggle(ROUTES.review))),
    "blocked's label": (1, _issue(toggle(ROUTES.blocked))),
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


def happen(story: Story, event: Event) -> None:
    """Let an event happen, and look at everything."""
    machine = story.world.machines[event.where]
    story.world.wait(seconds=1)
    EVENTS[event.what][1](story, machine, event.pick)
    story.check(machine)


# Chance alone seldom comes as far as to what happens to work and to reviews.
BEGINNINGS: tuple[tuple[Event, ...], ...] = (
    (),
    (Event("pop"), Event("commit")),
    (Event("pop"), Event("commit"), Event("bottle")),
)
