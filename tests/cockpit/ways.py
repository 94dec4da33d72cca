"""The ways of the crash matrix: each action, with its steps to be disturbed at and the settings that it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planting import (
    Scene,
    change_under_review,
    close,
    delete_branch,
    forget_branch,
    label_another,
    lose_ledger,
    merge_under_work,
    push_from_elsewhere,
    remove_worktree,
    spoil_ledger,
    switch,
    unlabel,
)

from soda_tui.domain.actions import Verb
from soda_tui.domain.choices import Choice
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.configuration.settings import HandoverSettings, RetentionSettings, Workspace, WorkspaceSettings
from soda_tui.domain.outcome import Options
from soda_tui.domain.strategy import Strategy

YES = Options(yes=True)

LEFT, OTHERS = "agent001/4-left-behind", "work-4"


@dataclass(frozen=True)
class Way:
    """An action: its steps to be disturbed at, what is said along, and settings of the repository that it needs."""

    verb: Verb
    steps: tuple[str, ...]
    options: Options = YES
    settings: tuple[tuple[str, object], ...] = ()


def recovering(choice: Choice, wanted: str, *steps: str) -> Way:
    return Way(Verb.RECOVER, steps, Options(yes=True, choice=choice, wanted=wanted), FRESH)


def repairing(kind: DriftKind, *steps: str) -> Way:
    return Way(Verb.REPAIR, steps, Options(yes=True, repair=kind))


CHECKOUT = (("workspace", Workspace.CHECKOUT),)

ELSEWHERE = (*CHECKOUT, ("base", "develop"))

FRESH = (("workspace", Workspace.FRESH),)

CHECKED = (*FRESH, ("handover", HandoverSettings("echo built > out.ignored")))

OLD = (*FRESH, ("retention", RetentionSettings(run_days=1, parked_days=1, damaged_days=1)))

BROUGHT = (("setup", WorkspaceSettings("cat .env deps/one; echo once >> ../times", copy=(".env",), link=("deps",))),)

BASIC = {
    "pop": Way(Verb.POP, ("ClaimIssue", "MarkIssue", "PrepareWorktree")),
    "bottle": Way(Verb.BOTTLE, ("PushWork", "OpenReview", "MoveLabels", "FreeAgent")),
    "reset": Way(Verb.RESET, ("RescueWork", "UnmarkIssue", "ReleaseClaim")),
    "takeover": Way(Verb.TAKEOVER, ("ClaimIssue", "PrepareWorktree")),
    "tidy": Way(Verb.TIDY, ("TakeOffLabels", "ForgetFinished")),
    "launch": Way(Verb.LAUNCH, ("StartAgent",)),
    "stop": Way(Verb.STOP, ("StopAgent",)),
    "land": Way(Verb.LAND, ("LandPullRequest",)),
}

FURTHER = {
    "pop in the checkout": Way(Verb.POP, ("ClaimIssue", "PrepareWorktree"), settings=CHECKOUT),
    "bottle in the checkout": Way(Verb.BOTTLE, ("PutBack", "FreeAgent"), settings=CHECKOUT),
    "undo in the checkout": Way(Verb.UNDO, ("UnmarkIssue", "PutBack", "ReleaseClaim"), settings=CHECKOUT),
    "furnish": Way(Verb.POP, ("PrepareWorktree", "FurnishWorktree"), settings=BROUGHT),
    "set up": Way(Verb.LAUNCH, ("FurnishWorktree", "StartAgent"), settings=BROUGHT),
    "adopt": recovering(Choice.ADOPT, OTHERS, "NameBranch", "ClaimIssue", "MarkIssue", "PrepareWorktree"),
    "hand over": recovering(
        Choice.PULL_REQUEST, OTHERS, "NameBranch", "ClaimIssue", "PushKept", "OpenReview", "MoveLabels", "FreeAgent"
    ),
    "archive": recovering(Choice.ARCHIVE, LEFT, "ArchiveBranch"),
    "drop": recovering(Choice.CLEAN_UP, LEFT, "DropHeld"),
    "keep": recovering(Choice.KEEP, LEFT, "KeepLeftover"),
    "remove": recovering(Choice.CLEAN_UP, "*/4", "RescueWork", "RemoveWorktree"),
    "forget": recovering(Choice.CLEAN_UP, "*/4", "ForgetWorktree"),
    "push": Way(Verb.RECOVER, ("PushRescue",), settings=FRESH),
    "clean up": Way(Verb.CLEANUP, ("RemoveRemains", "RescueWork", "RemoveWorktree"), settings=OLD),
    "bottle what is behind": Way(
        Verb.BOTTLE, ("UpdateBranch", "RunCheck", "PushWork"), settings=(("handover", HandoverSettings("test -e new")),)
    ),
    "commit all": Way(Verb.BOTTLE, ("CommitAll", "PushWork"), Options(yes=True, commit_all=True)),
    "tidy in the checkout": Way(Verb.TIDY, ("TakeOffLabels", "DropBranch", "ForgetFinished"), settings=CHECKOUT),
    "land in the checkout": Way(
        Verb.LAND, ("CloseIssue", "TakeOffLabels", "DropBranch", "ForgetFinished"), settings=ELSEWHERE
    ),
    "take up feedback": Way(Verb.FEEDBACK, ("ClaimIssue", "MarkIssue", "PrepareWorktree")),
    "bundle": Way(
        Verb.BUNDLE,
        ("PlaceBundle", "CheckBundle", "PushBundle", "ClearBundle", "OpenBundle", "TellBundled", "NoteBundle"),
        settings=CHECKED,
    ),
    "land a bundle": Way(
        Verb.LAND,
        ("LandPullRequest", "CloseContained", "TakeOffLabels", "DropBranch", "ForgetFinished"),
        Options(yes=True, strategy=Strategy.SQUASH),
        CHECKED,
    ),
    "take over with work here": Way(Verb.TAKEOVER, ("RescueWork", "ClaimIssue", "MarkIssue", "PrepareWorktree")),
    "reset a hand-over": Way(Verb.RESET, ("UnmarkIssue", "ReleaseClaim")),
    "repair the label": repairing(DriftKind.CLAIM_WITHOUT_LABEL, "MarkIssue"),
    "repair a stray label": repairing(DriftKind.LABEL_WITHOUT_CLAIM, "UnmarkIssue"),
    "repair the remote": repairing(DriftKind.BRANCH_GONE, "RestoreBranch"),
    "repair the clone": repairing(DriftKind.BRANCH_NOT_HERE, "FetchWork", "PrepareWorktree"),
    "repair what is behind": repairing(DriftKind.FOREIGN_COMMITS, "FetchWork", "PrepareWorktree"),
    "repair the branch": repairing(DriftKind.UNEXPECTED_BRANCH, "PrepareWorktree"),
    "repair the worktree": repairing(DriftKind.WORKTREE_GONE, "PrepareWorktree"),
    "repair a closed issue": repairing(DriftKind.ISSUE_CLOSED, "UnmarkIssue", "ReleaseClaim"),
    "repair a merged one": repairing(DriftKind.PULL_REQUEST_MERGED, "TakeOffLabels", "ForgetFinished"),
    "repair what is noted": repairing(DriftKind.PULL_REQUEST_CHANGED, "NoteHeads"),
    "repair a lost ledger": repairing(DriftKind.LEDGER_GONE, "WriteLedger"),
    "repair a spoilt ledger": repairing(DriftKind.LEDGER_UNREADABLE, "WriteLedger"),
}

PLANTS: dict[str, Callable[[Scene], None]] = {
    "repair the label": unlabel,
    "repair a stray label": label_another,
    "repair the remote": delete_branch,
    "repair the clone": forget_branch,
    "repair what is behind": push_from_elsewhere,
    "repair the branch": switch,
    "repair the worktree": remove_worktree,
    "repair a closed issue": close,
    "repair a merged one": merge_under_work,
    "repair what is noted": change_under_review,
    "repair a lost ledger": lose_ledger,
    "repair a spoilt ledger": spoil_ledger,
}

WAYS = {**BASIC, **FURTHER}
