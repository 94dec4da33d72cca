"""Acts in the model world: planned by the product's own planning, their steps done as the cockpit does them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from given import ENROLMENT
from modelworld import MAIN, ROUTES, Machine, Tree, World
from msgspec import structs

from soda_tui.cockpit.execution import TRUSTED
from soda_tui.domain import ledger
from soda_tui.domain import plan as steps
from soda_tui.domain.actions import Verb
from soda_tui.domain.claim_loss import Undecided, how_lost
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.facts import LedgerHead, RepositoryFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.intentions import plan_action
from soda_tui.domain.journal import JournalEntry, JournalOutcome, JournalStep
from soda_tui.domain.labels import has, is_agent_label
from soda_tui.domain.ledger import LedgerCondition, LedgerState
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Plan
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.domain.view import repository_view

PLANNINGS = 3

# What a person has to settle before the act can go on; all else it must get over by itself.
APART = "The branch here and the one on GitHub went apart."
IN_THE_WAY = "The worktree holds what no commit has."
NO_BRANCH = "The branch is not on GitHub."
YOURS = frozenset({APART, IN_THE_WAY, NO_BRANCH})


class Refused(Exception):
    """A step was refused, in a sentence of the service that would do it."""


class Moved(Exception):
    """The ledger went on meanwhile: the plan is to be made anew."""


def look(world: World, machine: Machine) -> Repository:
    """What the cockpit of a machine shows after it has read everything."""
    return repository_view(ENROLMENT, world.facts(machine), machine.cockpit, world.now)


def plan(world: World, machine: Machine, verb: Verb, options: Options) -> tuple[Plan | Problem, RepositoryFacts]:
    """What an act would do now, and the facts that this was decided from."""
    facts = world.facts(machine)
    remote, local = facts.remote, facts.local
    assert remote is not None and local is not None
    if verb is Verb.POP:
        facts = structs.replace(facts, remote=structs.replace(remote, pull_requests=tuple(world.requests.values())))
    if options.repair in {DriftKind.LEDGER_GONE, DriftKind.LEDGER_UNREADABLE}:
        readable = ledger.decode(machine.ledger).condition is LedgerCondition.READABLE
        facts = structs.replace(facts, kept_ledger=machine.ledger if readable else None)
    if machine.tree is not None:
        facts = structs.replace(
            facts, local=structs.replace(local, stakes=world.stakes(machine), intake=world.intake(machine))
        )
    view = repository_view(ENROLMENT, facts, machine.cockpit, world.now)
    return plan_action(verb, ENROLMENT, facts, view, options, machine.cockpit, world.now), facts


@dataclass
class Act:
    """An act on its way; it can be left alone in the middle, and gone on with when the world has changed."""

    world: World
    machine: Machine
    plan: Plan
    entry: JournalEntry
    head: LedgerHead | None
    heads: dict[str, str]
    confirmed: datetime
    start: str | None = None
    claimed: steps.ClaimIssue | None = None
    committed: str | None = None
    request: int | None = None
    begun: int = 0
    problem: str | None = None

    @property
    def state(self) -> LedgerState:
        """What the ledger said when it was last read here."""
        return ledger.decode(self.head).state

    def go_on(self, many: int | None = None) -> bool:
        """Do so many of the remaining steps, or all; whether it has come to an end. Raises Moved."""
        last = len(self.plan.steps) if many is None else min(self.begun + many, len(self.plan.steps))
        while self.begun < last:
            index, self.begun = self.begun, self.begun + 1
            self._note(self.entry.begin_step(index, self.world.now))
            try:
                self._perform(self.plan.steps[index])
            except Refused as refused:
                self.problem = str(refused)
                self._note(self.entry.end_step(index, self.world.now).end(self.world.now, self.problem, well=False))
                return True
            except Moved:
                self._note(self.entry.end(self.world.now, "The ledger went on.", well=False))
                raise
            self._note(self.entry.end_step(index, self.world.now))
        if self.begun == len(self.plan.steps):
            self._note(self.entry.end(self.world.now, "Done.", well=True))
            return True
        return False

    def die(self) -> None:
        """Its process ends in the middle."""
        if self.entry.outcome is JournalOutcome.UNDER_WAY:
            self._note(structs.replace(self.entry, outcome=JournalOutcome.BROKEN_OFF))

    def _note(self, entry: JournalEntry) -> None:
        self.entry = entry
        if self.plan.verb is not Verb.TIDY:
            self.machine.last = entry

    # --- the ledger ---

    def _append(self, event: str, number: int, state: LedgerState, update: Update | None = None) -> None:
        """One push, all or nothing, on top of what was seen."""
        world = self.world
        if (world.ledger and world.ledger.oid) != (self.head and self.head.oid):
            self.head = self.machine.ledger = world.ledger
            holder = self.state.holder
            alone = event in {"finished", "noted", "repaired"}
            if alone or holder is None or holder.cockpit == self.machine.cockpit:
                raise Moved
            raise Refused("Somebody else holds it.")
        if update is not None:
            self._check(update)
        world.check_entry(self.machine, event, state)
        self.head, self.confirmed = world.write(self.machine, event, number, state), world.now
        if update is not None and update.oid != world.heads.get(update.branch):
            world.move(update.branch, update.oid)
            self.heads.pop(update.branch, None)
            if update.oid is not None:
                self.heads[update.branch] = self.machine.tracked[update.branch] = update.oid

    def _confirm(self, number: int) -> None:
        """Before GitHub is changed: who slept looks whether the ledger still says the same of the issue."""
        if (self.world.now - self.confirmed).total_seconds() <= TRUSTED:
            return
        before, now = ledger.decode(self.head), ledger.decode(self.world.ledger)
        if (before.condition, ledger.on_issue(before.state, number)) != (
            now.condition,
            ledger.on_issue(now.state, number),
        ):
            raise Moved
        self.head = self.machine.ledger = self.world.ledger
        self.confirmed = self.world.now

    def _check(self, update: Update) -> None:
        world, machine = self.world, self.machine
        if world.heads.get(update.branch) != update.expected:
            raise Refused("The branch moved.")
        if update.oid is None:
            assert world.commits[update.expected or ""].ancestors <= world.commits[world.heads[MAIN]].ancestors
            return
        assert update.oid in machine.objects, "only what is here can be pushed"
        if update.expected is not None and not world.holds(update.expected, update.oid):
            raise Refused(APART)

    # --- steps ---

    def _perform(self, step: steps.Step) -> None:
        world, machine = self.world, self.machine
        match step:
            case steps.MarkIssue(issue=issue) | steps.MoveLabels(issue=issue) | steps.UnmarkIssue(issue=issue):
                self._confirm(issue.number)
            case steps.TakeOffLabels(issue=issue):
                self._confirm(issue.number)
            case steps.OpenReview(issue=number) | steps.StartAgent(issue=number):
                self._confirm(number)
        state = self.state
        match step:
            case steps.ClaimIssue():
                self._claim(step)
            case steps.MarkIssue():
                self._mark(step)
            case steps.PrepareWorktree():
                self._prepare(step.branch, self.start or step.start or self._holder().base)
            case steps.PushWork():
                update = Update(step.branch, self.committed or step.oid, step.remote_oid)
                self._append("bottling", step.issue, ledger.bottling(self._held()), update)
            case steps.OpenReview():
                self._review(step)
            case steps.MoveLabels():
                self._relabel(step.issue.number, (ROUTES.ready, self._holder().agent), (ROUTES.review,))
            case steps.FreeAgent():
                head = self.heads.get(self._holder().branch)
                self._append("bottled", step.issue, ledger.bottled(state, self.request, head))
            case steps.UnmarkIssue():
                self._relabel(step.issue.number, (step.label,), lenient=True)
                if step.unassign:
                    self._assign(step.issue.number, off=machine.login)
            case steps.ReleaseClaim():
                self._append("released", step.issue, ledger.released(self._held()))
            case steps.StartAgent():
                self._start(step)
            case steps.StopAgent():
                if machine.run and machine.run.alive:
                    machine.run = ended(machine.run, world, stopped=True)
            case steps.RescueWork():
                self._rescue()
            case steps.CommitAll():
                self._commit_all(step)
            case steps.TakeOffLabels():
                self._relabel(step.issue.number, step.labels, lenient=True)
            case steps.ForgetFinished():
                open_issues = {one.number for one in world.issues.values() if one.open}
                self._append("finished", step.issues[0], ledger.finished(state, step.issues, open_issues))
            case steps.DropBranch():
                self._drop(step)
            case steps.RestoreBranch():
                self._append("restored", step.issue, self._held(), Update(step.branch, step.oid, None))
            case steps.FetchWork():
                world.fetch(machine, (step.branch,))
            case steps.NoteHeads():
                self._append("noted", step.heads[0][0], ledger.noted(state, dict(step.heads)))
            case steps.WriteLedger():
                self._write_ledger(step)

    def _holder(self) -> ledger.Holder:
        holder = self.state.holder
        if holder is None:
            raise Moved
        return holder

    def _held(self) -> LedgerState:
        self._holder()
        return self.state

    def _claim(self, step: steps.ClaimIssue) -> None:
        world, machine, holder = self.world, self.machine, step.holder
        known = step.kept is not None or step.local is not None
        fetched = world.fetch(machine, (step.base_branch, *((holder.branch,) if known else ())))
        base, kept = fetched[step.base_branch], fetched.get(holder.branch)
        if (world.ledger and world.ledger.oid) != (self.head and self.head.oid):
            raise Moved
        if step.kept is not None and kept != step.kept:
            raise Moved
        start = kept or base
        if kept is None and step.local is not None:
            common = world.commits[base].ancestors & world.commits[step.local].ancestors
            start = max(common, key=lambda oid: len(world.commits[oid].ancestors))
        self._can_prepare(holder.branch, start)
        holder = structs.replace(holder, base=holder.base or base)
        self.start = start
        event = "taken-over" if step.taken_over else "popped"
        self._append(event, holder.issue, ledger.popped(step.state, holder), Update(holder.branch, start, kept))
        self.claimed = None if step.taken_over else step

    def _mark(self, step: steps.MarkIssue) -> None:
        number = step.issue.number
        now = self.world.issues.get(number)
        others = () if now is None else (*now.assignees, *(one for one in now.labels if is_agent_label(one)))
        before = (*step.issue.assignees, *step.issue.labels, step.label, self.machine.login)
        if self.claimed is not None and (now is None or not now.open or any(not has(before, one) for one in others)):
            self._withdraw(self.claimed)
        if now is None:
            raise Refused("The issue is gone.")
        self._relabel(number, (), (step.label,))
        if step.assign:
            self._assign(number, on=self.machine.login)
        if step.replaced is not None:
            self._assign(number, off=step.replaced)

    def _withdraw(self, claim: steps.ClaimIssue) -> None:
        """Let go of a claim that has become pointless, and of its branch where that was made for it."""
        branch, released = claim.holder.branch, ledger.released(self.state)
        if claim.kept is None and self.world.heads.get(branch) == self.start:
            self._append("released", claim.holder.issue, released, Update(branch, None, self.start))
        else:
            self._append("released", claim.holder.issue, released)
        raise Refused("The issue was closed or taken meanwhile.")

    def _relabel(self, number: int, off: tuple[str, ...], on: tuple[str, ...] = (), *, lenient: bool = False) -> None:
        now = self.world.issues.get(number)
        if now is None:
            if lenient:
                return
            raise Refused("The issue is gone.")
        labels = (*(one for one in now.labels if not has((*off, *on), one)), *on)
        if set(labels) != set(now.labels):
            self.world.change_issue(number, labels=labels)

    def _assign(self, number: int, on: str | None = None, off: str | None = None) -> None:
        now = self.world.issues.get(number)
        if now is not None:
            logins = tuple(one for one in now.assignees if one not in {on, off})
            self.world.change_issue(number, assignees=(*logins, *((on,) if on else ())))

    def _can_prepare(self, branch: str, start: str) -> tuple[str | None, bool]:
        """The branch's head here, and whether it has to go forward; raises Refused."""
        world, machine = self.world, self.machine
        if start not in machine.objects:
            raise Refused("The clone does not have the commit.")
        local, tree = machine.branches.get(branch), machine.tree
        forward = local is not None and local != start and world.holds(local, start)
        if local is not None and not forward and not world.holds(start, local):
            raise Refused(APART)
        there = tree is not None and tree.branch == branch
        if tree is not None and not (there and not forward) and (tree.dirt or world.lone(machine)):
            raise Refused(IN_THE_WAY)
        return local, forward

    def _prepare(self, branch: str, start: str) -> None:
        machine = self.machine
        local, forward = self._can_prepare(branch, start)
        if machine.tree is not None and machine.tree.branch == branch and not forward:
            return
        machine.branches[branch] = start if local is None or forward else local
        machine.tree = Tree(branch, machine.branches[branch])

    def _review(self, step: steps.OpenReview) -> None:
        world = self.world
        if step.number is not None:
            self.request = step.number
            return
        number = world.open_request_of(step.branch)
        if number is None:
            if step.branch not in world.heads:
                raise Refused(NO_BRANCH)
            if world.holds(world.heads[step.branch], world.heads[MAIN]):
                return
            number = world.open_request(step.branch, f"Fixes #{step.issue}")
        self.request = number

    def _start(self, step: steps.StartAgent) -> None:
        world, machine, holder = self.world, self.machine, self._holder()
        now = world.issues.get(step.issue)
        if now is None or not now.open:
            raise Refused("The issue is not open.")
        machine.run = RunFacts(
            f"r{world.number()}", step.issue, step.branch, RunState.RUNNING, 4711, world.now, None, world.now, None,
            False, "/log", attempt=holder.attempt,
        )  # fmt: skip

    def _rescue(self) -> None:
        machine, tree = self.machine, self.machine.tree
        if tree is not None and (tree.dirt or self.world.lone(machine)):
            machine.rescues.append((tree.oid, tree.dirt))
            machine.tree = replace(tree, dirt=frozenset())

    def _commit_all(self, step: steps.CommitAll) -> None:
        machine, tree = self.machine, self.machine.tree
        if tree is None or {one.path for one in step.files} != tree.dirt or tree.branch != self.plan.branch:
            raise Refused("The files are others now.")
        self.committed = commit(self.world, machine)

    def _drop(self, step: steps.DropBranch) -> None:
        machine, world = self.machine, self.world
        if machine.branches.get(step.branch) != step.oid or (machine.tree and machine.tree.branch == step.branch):
            return
        holders = (*machine.tracked.values(), *(parent for parent, _ in machine.rescues))
        if any(world.holds(step.oid, oid) for oid in holders):
            del machine.branches[step.branch]

    def _write_ledger(self, step: steps.WriteLedger) -> None:
        world, machine, state = self.world, self.machine, step.state
        holder = state.holder
        if holder is not None and not holder.base:
            fetched = world.fetch(machine, (step.base_branch, holder.branch))
            work = machine.branches.get(holder.branch) or fetched.get(holder.branch)
            base = fetched[step.base_branch]
            if work is not None:
                common = world.commits[base].ancestors & world.commits[work].ancestors
                base = max(common, key=lambda oid: len(world.commits[oid].ancestors))
            state = structs.replace(state, holder=structs.replace(holder, base=base))
        self._append("repaired", holder.issue if holder else 0, state)


@dataclass(frozen=True)
class Update:
    """A branch that is pushed along; `oid` None takes it away."""

    branch: str
    oid: str | None
    expected: str | None


def commit(world: World, machine: Machine) -> str:
    """Commit all that lies in a worktree."""
    tree = machine.tree
    assert tree is not None
    oid = world.commit(tree.oid, tree.dirt)
    machine.objects.add(oid)
    machine.tree = Tree(tree.branch, oid)
    if tree.branch is not None:
        machine.branches[tree.branch] = oid
    return oid


def ended(run: RunFacts, world: World, state: RunState = RunState.ENDED, **changes: object) -> RunFacts:
    """A run whose process is no longer there."""
    gone = structs.replace(run, state=state, pid=None, exit=143, ended_at=world.now)
    return structs.replace(gone, **changes)


def begin(world: World, machine: Machine, verb: Verb, options: Options) -> Act | Problem:
    """An act that is planned and has not begun its first step."""
    planned, facts = plan(world, machine, verb, options)
    if isinstance(planned, Problem):
        return planned
    remote = facts.remote
    assert remote is not None
    holder = ledger.decode(remote.ledger).state.holder
    claimed = next((step.holder for step in planned.steps if isinstance(step, steps.ClaimIssue)), holder)
    entry = JournalEntry(
        f"j{world.number()}",
        ENROLMENT.key,
        planned.verb,
        planned.issue,
        planned.branch,
        claimed.attempt if claimed else None,
        machine.cockpit,
        world.now,
        steps=tuple(JournalStep(type(step).__name__, "") for step in planned.steps),
    )
    heads = {branch.name: branch.oid for branch in remote.branches}
    return Act(world, machine, planned, entry, remote.ledger, heads, world.now)


def act(world: World, machine: Machine, verb: Verb, options: Options = Options(yes=True)) -> str | None:
    """Do it, as often as the ledger went on meanwhile; the reason why it was not done."""
    for _ in range(PLANNINGS):
        begun = begin(world, machine, verb, options)
        if isinstance(begun, Problem):
            return begun.message
        try:
            begun.go_on()
        except Moved:
            continue
        return begun.problem
    return "The ledger does not come to rest."


def supervise(world: World, machine: Machine) -> None:
    """A supervisor looks at the ledger: an agent whose claim was lost is ended, and what it left is kept."""
    run, tree = machine.run, machine.tree
    if run is None or not run.alive:
        return
    try:
        lost = how_lost(ledger.decode(world.ledger), machine.cockpit, run.issue, run.attempt or 1, "acme/rocket")
    except Undecided:
        return
    if lost is None:
        return
    machine.run = ended(run, world, claim_lost=True, problem=lost)
    if tree is not None and tree.dirt:
        machine.rescues.append((tree.oid, tree.dirt))
