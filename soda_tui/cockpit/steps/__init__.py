"""The steps of plans: what each says of itself, and how it is done; a module for each idea of doing."""

from __future__ import annotations

from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.cockpit.stakes import commit_all, rescue_work
from soda_tui.cockpit.steps import landing
from soda_tui.cockpit.steps.agent import start, stop
from soda_tui.cockpit.steps.claiming import claim, prepare
from soda_tui.cockpit.steps.handing import hand_to_person
from soda_tui.cockpit.steps.marking import mark
from soda_tui.cockpit.steps.readying import bring_up_to_date, run_check
from soda_tui.cockpit.steps.reviewing import move_labels, open_review
from soda_tui.cockpit.steps.unmarking import unmark
from soda_tui.cockpit.steps.workplace import furnish, put_back
from soda_tui.domain import ledger
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.settings import Workspace
from soda_tui.domain.stakes import told


def describe(step: steps.Step, execution: Execution) -> str:
    """A step in words, for dry runs and for the list of what was done."""
    login = execution.remote.viewer.login if execution.facts.remote else ""
    match step:
        case steps.ClaimIssue(holder=holder, taken_over=True):
            return say.STEP_TAKE_OVER(issue=holder.issue, branch=holder.branch)
        case steps.ClaimIssue(holder=holder, kept=None, local=None):
            return say.STEP_CLAIM_NEW(issue=holder.issue, branch=holder.branch, base=step.base_branch)
        case steps.ClaimIssue(holder=holder):
            return say.STEP_CLAIM_KEPT(issue=holder.issue, branch=holder.branch)
        case steps.MarkIssue(replaced=str() as replaced):
            return say.STEP_MARK_INSTEAD(issue=step.issue.number, label=step.label, login=login, replaced=replaced)
        case steps.MarkIssue(assign=True):
            return say.STEP_MARK(issue=step.issue.number, label=step.label, login=login)
        case steps.MarkIssue():
            return say.STEP_MARK_ONLY_LABEL(issue=step.issue.number, label=step.label)
        case steps.PrepareWorktree() if execution.enrolment.workspace is Workspace.CHECKOUT:
            return say.STEP_PREPARE_CHECKOUT(branch=step.branch)
        case steps.FurnishWorktree():
            return say.STEP_FURNISH(names=", ".join(dict.fromkeys((*step.copy, *step.link))))
        case steps.PutBack():
            return say.STEP_PUT_BACK()
        case steps.PrepareWorktree():
            return say.STEP_PREPARE(branch=step.branch)
        case steps.UpdateBranch():
            return say.STEP_UPDATE(base=step.base, branch=step.branch)
        case steps.RunCheck():
            return say.STEP_CHECK(command=execution.enrolment.handover.check)
        case steps.PushWork():
            return say.STEP_PUSH_WORK(branch=step.branch)
        case steps.OpenReview(number=None):
            return say.STEP_OPEN_REVIEW(branch=step.branch, issue=step.issue)
        case steps.OpenReview():
            return say.STEP_FOUND_REVIEW(number=step.number)
        case steps.MoveLabels():
            return say.STEP_MOVE_LABELS(issue=step.issue.number)
        case steps.FreeAgent():
            return say.STEP_FREE()
        case steps.UnmarkIssue(unassign=True):
            return say.STEP_UNMARK_UNASSIGN(issue=step.issue.number, label=step.label, login=login)
        case steps.UnmarkIssue():
            return say.STEP_UNMARK(issue=step.issue.number, label=step.label)
        case steps.ReleaseClaim():
            return say.STEP_RELEASE(issue=step.issue)
        case steps.StartAgent(going_on=True):
            return say.STEP_GO_ON(agent=step.profiles[0].shown, issue=step.issue, worktree=step.directory)
        case steps.CountAttempt():
            return say.STEP_COUNT(issue=step.issue, attempt=step.attempt)
        case steps.HandToPerson():
            return say.STEP_HAND_TO_PERSON(issue=step.issue.number, label=execution.enrolment.labels.human_only)
        case steps.StartAgent(by_hand=True):
            return say.STEP_SIT(agent=step.profiles[0].shown, issue=step.issue, worktree=step.directory)
        case steps.StartAgent():
            agent = step.profiles[0].name or "the agent"
            return say.STEP_START(agent=agent, issue=step.issue, worktree=step.directory)
        case steps.StopAgent():
            return say.STEP_STOP()
        case steps.RescueWork():
            return say.STEP_RESCUE(issue=step.issue, worktree=step.worktree)
        case steps.CommitAll():
            names = [one.shown for one in step.files]
            return say.STEP_COMMIT_ALL(message=step.message, files=told(len(names), names))
        case _:
            return landing.describe(step)


async def perform(step: steps.Step, execution: Execution) -> None:
    """Do a step and verify it; raises Failure, or Moved when the plan is out of date."""
    match step:
        case steps.ClaimIssue():
            await claim(step, execution)
        case steps.MarkIssue():
            await mark(step, execution)
        case steps.PrepareWorktree():
            await prepare(step, execution)
        case steps.FurnishWorktree():
            await furnish(step, execution)
        case steps.PutBack():
            await put_back(step, execution)
        case steps.UpdateBranch():
            await bring_up_to_date(step, execution)
        case steps.RunCheck():
            await run_check(step, execution)
        case steps.PushWork():
            oid = execution.committed or step.oid
            update = RefUpdate(step.branch, oid, step.remote_oid, step.included)
            state = ledger.bottling(execution.ledger.state)
            await execution.append("bottling", execution.holder, state, update, hooks=True)
        case steps.OpenReview():
            await open_review(step, execution)
        case steps.MoveLabels():
            await move_labels(step, execution)
        case steps.FreeAgent():
            head = execution.branch_head(execution.holder.branch)
            state = ledger.bottled(execution.ledger.state, execution.pull_request_number, head)
            await execution.append("bottled", execution.holder, state)
        case steps.UnmarkIssue():
            await unmark(step, execution)
        case steps.ReleaseClaim():
            state = ledger.released(execution.ledger.state, given_up=step.given_up)
            await execution.append("given-up" if step.given_up else "released", execution.holder, state)
        case steps.CountAttempt():
            await execution.append("again", execution.holder, ledger.again(execution.ledger.state))
        case steps.HandToPerson():
            await hand_to_person(step, execution)
        case steps.StartAgent():
            await execution.confirm(step.issue)
            await start(step, execution)
        case steps.StopAgent():
            await stop(step, execution)
        case steps.RescueWork():
            await rescue_work(step, execution)
        case steps.CommitAll():
            await commit_all(step, execution)
        case _:
            await landing.perform(step, execution)
