"""What is said of the queue, of what a person has to see to, and of what drifted apart."""

from soda_tui.domain.sentences.sentence import Sentence

LEFT_OUT_HELD = Sentence("{agent} holds it.")
LEFT_OUT_HUMAN_ONLY = Sentence("{label}: a person does this one.")
LEFT_OUT_REVIEW = Sentence("{label}: it is in review.")
LEFT_OUT_READY_TO_MERGE = Sentence("{label}: its work is ready to land.")
LEFT_OUT_BLOCKED = Sentence("{label}: it waits for something else.")
LEFT_OUT_WAITS_FOR = Sentence("It waits for {blockers}; it is offered once that is closed.")
LEFT_OUT_WAITS = Sentence("It waits for {count:open issue} on GitHub; it is offered once nothing is left to wait for.")
BLOCKERS_HIDDEN = Sentence("Whether issue {issue} waits for others is hidden from your token: look at it on GitHub.")
LEFT_OUT_AGENT_LABEL = Sentence("It carries {label}, but no claim holds it; take the label off to offer it again.")
LEFT_OUT_PULL_REQUEST = Sentence("Open pull request {number} closes it.")
LEFT_OUT_ASSIGNED = Sentence("It is assigned to {login}.")
LEFT_OUT_NOT_MINE = Sentence("It is not assigned to {login}, and only your own are offered (mine = true).")
LEFT_OUT_EXCLUDED_LABEL = Sentence("It carries {label}, which is left out by exclude_labels.")
LEFT_OUT_NO_INCLUDED_LABEL = Sentence("It carries none of {labels}, which include_labels asks for.")

LEFT_OUT_LIST = Sentence("{count} left out of the queue: {issues}.")

STANDS_CLOSED = Sentence("It is closed.")
STANDS_FIRST = Sentence("Pop takes it now: it is the first of {count} in the queue.")
STANDS_NEXT = Sentence("It is the first of {count} in the queue, for when {agent} is free: it holds {held} now.")
STANDS_AT = Sentence("It is number {position} of {count} in the queue; {first} comes first.")
STANDS_OUT = Sentence("It is not in the queue. {reason}")
STANDS_UNROUTED = Sentence("It is not in the queue: it carries no routing label.")

DRIFT_LEDGER_GONE = Sentence(
    "The ledger branch soda/ledger is gone, so nobody knows who works here. Nothing is started;"
    " restore the branch on GitHub (Branches, deleted), or write it anew."
)
DRIFT_NO_LEDGER = Sentence(
    "There is no branch soda/ledger, but an agent's label is on {issues}: somebody may be at work there. Nothing is"
    " started; take the label off once nobody is."
)
DRIFT_RUN_WITHOUT_CLAIM = Sentence(
    "An agent works on {issue} here (process {pid}) without holding the claim. Stop it: its work is kept,"
    " and soda-tui recover lists it then."
)
DRIFT_LEDGER_UNREADABLE = Sentence(
    "The newest entry of soda/ledger cannot be read, so nobody knows who works here. Nothing is started;"
    " see who pushed to that branch, then write on from what is known."
)
DRIFT_LEDGER_NEWER = Sentence(
    "A newer soda-tui wrote the ledger, so this one only watches. Update soda-tui to act here again."
)
DRIFT_LABEL_WITHOUT_CLAIM = Sentence(
    "Issue {issue} carries {label}, but no claim holds it: nobody works on it. Take the label off to offer it again;"
    " soda-tui recover lists work that was left over."
)
LET_GO_HERE = Sentence("reset lets go of it, and soda-tui recover lists it then")
LET_GO_THERE = Sentence("reset in cockpit {cockpit}, which holds it, lets go of it")
DRIFT_ISSUE_CLOSED = Sentence("Issue {issue} was closed while it is held. The work is kept; {let_go}.")
DRIFT_ISSUE_GONE = Sentence("Issue {issue} was deleted or moved away while it is held. The work is kept; {let_go}.")
DRIFT_ISSUE_REASSIGNED = Sentence(
    "Issue {issue} is assigned to {logins} now, while it is held. Talk to them; {let_go}."
)
DRIFT_ISSUE_RELABELLED = Sentence(
    "Issue {issue} is held, but its labels keep agents from it: {labels}. Set them right; {let_go}."
)
DRIFT_ISSUE_EDITED = Sentence(
    "{login} changed the text of issue {issue} since work on it began. See whether the work still fits."
)
TEXT_UNVOUCHED = Sentence(
    "{login} changed the {what} of issue {issue} on {when}, after it was labelled for agents, so nobody vouches for it:"
    " an agent is told it only once a person has read it and says so. To vouch for it, put the label on anew."
)
DRIFT_CLAIM_IDLE = Sentence(
    "Issue {issue} is held by cockpit {cockpit} without a commit for more than {hours:hour}. See whether it is alive."
)
DRIFT_CLAIM_WITHOUT_LABEL = Sentence(
    "Issue {issue} is held but does not carry {label}. Its repair puts the label back."
)
DRIFT_BRANCH_GONE = Sentence(
    "Branch {branch} is gone from the remote. The commits in the worktree are safe; bottle pushes them again."
)
DRIFT_BRANCH_GONE_HERE_TOO = Sentence(
    "Branch {branch} is gone from the remote, and this clone does not have it. Restore it on GitHub (Branches, deleted)"
    " or where the work was done."
)
DRIFT_BRANCH_NOT_HERE = Sentence("Branch {branch} is not in the clone {path} any more. What was pushed of it is safe.")
DRIFT_BRANCH_BEHIND = Sentence("Branch {branch} lacks {count:commit} of its base. Merge or rebase it when it suits.")
DRIFT_BRANCH_DIVERGED = Sentence(
    "Branch {branch} here has {ahead:commit} that the remote lacks, which has {behind:other}. Nothing can be pushed"
    " until both are merged or rebased in the worktree."
)
DRIFT_FOREIGN_COMMITS = Sentence(
    "The remote has {count:commit} on {branch} that somebody else pushed. Nothing can be pushed until the work here"
    " contains them."
)
DRIFT_MERGED_UNDER_WORK = Sentence(
    "Pull request {number} was merged while issue {issue} is still held. Its claim can end; later commits are kept."
)
DRIFT_CLOSED_UNDER_WORK = Sentence(
    "Pull request {number} was closed while issue {issue} is still held. The work is kept; {let_go}."
)
DRIFT_UNEXPECTED_BRANCH = Sentence(
    "The worktree stands on {branch}, not on {expected}. Pop puts it back once everything there is committed."
)
DRIFT_COMMITS_ONWARD = Sentence(
    "The worktree stands on {branch}, not on {expected}, which lacks {count:commit} of it. Once everything there is"
    " committed, pop puts the worktree back and takes them along."
)
DRIFT_COMMITS_ASIDE = Sentence(
    "The worktree stands on {branch}, not on {expected}, and both have commits of their own: {count:commit} there"
    " would not be handed over. Merge or pick what belongs; pop puts the worktree back, and soda-tui recover lists what"
    " stays."
)
DRIFT_WORKTREE_GONE = Sentence(
    "The worktree for {issue} is not there. What was committed is safe in the clone; pop makes the worktree again."
)
DRIFT_DIRTY_WORKTREE = Sentence(
    "Nobody works in {worktree}, but files there are in no commit: {files}. Commit them, or put them away."
)
DRIFT_RUN_GONE = Sentence("The agent on {issue} went away in the middle of its work. What it wrote is kept.")
DRIFT_MERGED_UNTIDY = Sentence(
    "Pull request {number} was merged, but the labels of {issue} and the ledger were not tidied up after it."
)
DRIFT_CLOSED_UNTIDY = Sentence(
    "Pull request {number} was closed without a merge, but the labels of {issue} and the ledger were not tidied up."
)
DRIFT_PULL_REQUEST_CHANGED = Sentence(
    "Pull request {number} for {issue} has other commits than those that were handed over. Review what came since."
)
DRIFT_PULL_REQUEST_CONFLICTING = Sentence(
    "Pull request {number} for {issue} conflicts with its base and cannot be merged. Merge or rebase its branch."
)
DRIFT_CHECKS_FAILING = Sentence("The checks of pull request {number} for {issue} fail. See what they say.")

NEED_AGENT_INPUT = Sentence("The agent waits for an answer on {issue}: {question} {way}")
ANSWER_AT_TERMINAL = Sentence("Attach, and answer it at its terminal.")
ANSWER_BY_MESSAGE = Sentence("Answer it with a message.")
ANSWER_ANEW = Sentence("Nothing can be said to it while it runs: stop it, and launch it again with the answer.")
NEED_ASKED = Sentence(
    "The agent on {issue} ended with a question: {question} Answer it on the issue, then launch it again."
)
NEED_TIME_OUT = Sentence(
    "The agent on {issue} was ended at its time limit. Its work is kept; launch it again, or reset."
)
NEED_AGENT_FAILED = Sentence("The agent on {issue} {outcome}. Its work is kept; launch it again, or reset.")
NEED_FAILED_WITH_FILES = Sentence(
    "The agent on {issue} {outcome}, and left files that are in no commit. They are kept; launch it again to go on, "
    "bottle asks to commit them, or reset."
)
NEED_FAILED_WITH_COMMITS = Sentence(
    "The agent on {issue} {outcome}, after it had made commits. They are kept; launch it again to go on, look at diff "
    "and bottle what is there, or reset."
)
NEED_AGENT_STALLED = Sentence("The agent on {issue} has said nothing for {silence}. Look at its log, or stop it.")
NEED_AGENT_LIMIT = Sentence(
    "The agent on {issue} has used up its limit, which resets {resets}. Its work is kept; launch it again after that."
)
NEED_WORK_DONE = Sentence("The work on {issue} is done: bottle it.")
NEED_COMMIT = Sentence(
    "The agent on {issue} ended well with commits, but left files that are in none: bottle it, which asks to commit "
    "them."
)
NEED_NOTHING_COMMITTED = Sentence(
    "The agent on {issue} ended well but committed none of its files: bottling asks to commit them; or launch it again."
)
NEED_NO_WORK = Sentence(
    "The agent on {issue} ended well but made no commit and left no file. Launch it again, or reset."
)
NEED_NOTHING_NEW = Sentence(
    "The agent on {issue} ended well, but added nothing to the commits that were there before it. Its log says why: "
    "look at diff and bottle what is there where that is all, else launch it again, or reset."
)
HAD_ASKED = Sentence("Its last question has no answer: {question}")
NEED_UNSEEN = Sentence(
    "The agent on {issue} ended well, but its worktree does not show what it did. Look into its log, then launch it "
    "again, or reset."
)
NEED_ENDED = Sentence("The agent on {issue} {outcome}.")
NEED_BY_HAND = Sentence(
    "The conversation on {issue} that was gone on with by hand {outcome}. What is in the worktree is kept: look at "
    "diff and bottle it, sit down again, launch the agent, or reset."
)
NO_RUNS_ALLOWED = Sentence(
    "STOP (! on the screen or soda-tui resume lifts it): no agent may run on this machine ({path})."
)
STOP_ON_SCREEN = Sentence("STOP ({key} lifts it)")
STOP_MEANS = Sentence(": no agent may run on this machine ({path}).")
NO_RUNS_HERE = Sentence("STOP: no agent may run here until {path} is removed.")
NEED_HALTED = Sentence(
    "The agent on {issue} was stopped by a STOP file; its work is kept. Lift that when agents may work again, then "
    "launch it; a loop that is on does so by itself."
)
NEED_HANDOVER_UNFINISHED = Sentence("Handing over {issue} is not finished: bottle finishes it.")
NEED_CLAIM_UNFINISHED = Sentence("Claiming {issue} is not finished, it has no worktree: pop finishes it.")
NEED_NAME_TAKEN = Sentence(
    "{repository} is called {name} on GitHub now, and another repository has its old name. "
    "All goes on in {name}; enrol it by that name before anything is confused."
)
NEED_RENAMED = Sentence("{repository} is called {name} on GitHub now. All goes on working under its old name here.")
NEED_GIVEN_UP = Sentence(
    "{issue} is for a person now, as agents had come to nothing (soda-tui retry gives it back to them): {title}"
)
WAITS_IN_REVIEW = Sentence("Pull request {number} waits for a person ({what}): {title}")
NEED_READY_TO_LAND = Sentence("Ready to land: {issues}.")
