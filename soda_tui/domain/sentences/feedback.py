"""What is said of feedback: pull requests that came back, the rounds of work on them, and what an agent is told."""

from soda_tui.domain.sentences.sentence import Sentence

FAULT_CHECKS = Sentence("checks fail")
FAULT_REVIEW = Sentence("a review asks for changes")
FAULT_CONFLICT = Sentence("it conflicts with {base}")
NO_FEEDBACK = Sentence(
    "No pull request of {repository} waits for more work: none has failing checks, a review that asks for changes, "
    "or a conflict."
)
NO_FEEDBACK_ON = Sentence(
    "Nothing is wrong with pull request {number} of {repository}: no check fails, no review asks for changes, and it "
    "does not conflict. There is nothing to mend."
)
NO_FEEDBACK_YET = Sentence(
    "Nothing is known to be wrong with pull request {number} of {repository}, and its checks are not through. Wait for "
    "them."
)
NO_FEEDBACK_CLOSED = Sentence(
    "{repository} has no open pull request {number} of an agent, so there is nothing to mend. soda-tui land "
    "{repository} says what there is."
)
NO_FEEDBACK_FOREIGN = Sentence(
    "Pull request {number} of {repository} came back ({what}), but the ledger does not say that an agent handed it "
    "over, so no agent mends it. Push to {branch} yourself, or close it and put its issue back in the queue."
)
NO_FEEDBACK_BUNDLED = Sentence(
    "Pull request {number} of {repository} came back ({what}), but its work is in a bundle now. Land the bundle, or "
    "close it: then this one is mended by itself again."
)
NO_FEEDBACK_ISSUE = Sentence(
    "Pull request {number} of {repository} came back ({what}), but its issue, {issue}, is not open any more, and no "
    "agent works on that. Open the issue again, or close the pull request."
)
NO_FEEDBACK_LABEL = Sentence(
    "Pull request {number} of {repository} came back ({what}), but it is labelled {label}: agents leave it to people. "
    "Mend it yourself, or take the label off."
)
NO_FEEDBACK_AGENT = Sentence(
    "Pull request {number} of {repository} came back ({what}), but it is the work of {agent}, and the agent here is "
    "{own}. Take it up where {agent} is configured."
)
NO_FEEDBACK_OLDER = Sentence(
    "A review of pull request {number} of {repository} asked for changes, of commits before its newest ones. Ask for "
    "another review, or have it mended all the same: F on it, or soda-tui feedback {repository} {number}."
)
FEEDBACK_TAKEN = Sentence(
    "Feedback on pull request {number} (issue {issue}) was taken up already as it stands, so no agent tries that "
    "again. Push to its branch yourself, or close it and put the issue back in the queue."
)
FEEDBACK_OF_PEOPLE = Sentence(
    "Issue {issue}, whose work pull request {number} is, is labelled {label}: agents leave it to people. Mend it "
    "yourself, or give it back to agents: soda-tui retry {repository} {issue}."
)
FEEDBACK_USED_UP = Sentence(
    "Pull request {number} (issue {issue}) came back after {count:round} of feedback, which is all that agents get. "
    "Push to its branch yourself, or close it and put the issue back in the queue."
)
ASK_FEEDBACK = Sentence(
    "Claim issue {issue} of {repository} again and have an agent mend pull request {number} ({what})? It is round "
    "{round} of {most}; the work goes to the same branch and the same pull request."
)
GIST_FEEDBACK = Sentence(
    "Pull request {number} was handed over and came back; after {count:round} of feedback it still does not pass: "
    "{what}."
)
COMMENT_FEEDBACK_USED_UP = Sentence(
    "{words}\n\nNo agent works on it by itself any more. Push to the branch `{branch}`, or close the pull request "
    "and put the issue back in the queue; take the label `{label}` off to give it to agents for as many rounds "
    "again.\n\n{mark}"
)
STEP_NOTE_GIVEN = Sentence("note in the ledger that the feedback on {issue} is a person's")
NEED_FEEDBACK = Sentence(
    "Pull request {number} (issue {issue}) came back: {what}. Its key, or soda-tui feedback {repository} {number}, has "
    "an agent mend it (round {round} of {most})."
)
NEED_FEEDBACK_USED_UP = Sentence(
    "Pull request {number} (issue {issue}) came back ({what}) after {count:round} of feedback, which is all that agents"
    " get: push to its branch yourself, or close it and put the issue back in the queue."
)
NEED_REVIEW_GIVEN_UP = Sentence(
    "Pull request {number} (issue {issue}) is for a person now, as agents could not mend it. Push to its branch, or"
    " close it; soda-tui retry gives it back to them: {title}"
)
TAKEN_UP = Sentence(
    "Took up the feedback on pull request {number}: claimed {issue} in {repository} again, on {branch} in {worktree}."
)
LOOP_TAKES_UP = Sentence("Pull request {number} came back ({what}): it is worked on again, round {round} of {most}.")
LOOP_FEEDBACK_USED_UP = Sentence(
    "Pull request {number} came back after {count:round} of feedback: {what}. A person gets it."
)
LOOP_AWAITS_CHECKS = Sentence("The checks of {requests} are awaited.")
BOTTLE_CLOSED = Sentence(
    "Pull request {number}, whose feedback this work on {issue} takes up, is not open any more, so nothing was "
    "handed over and no other one was opened. Open it again on GitHub, or reset."
)
TOLD_FEEDBACK = Sentence(
    "Your work on {issue} was handed over as pull request {number} and came back. It stands on this branch; mend "
    "what is named below, commit, and leave pushing to those who started you."
)
TOLD_NOTHING = Sentence(
    "What is wrong with it could not be read from GitHub. Look at what the branch does, and run its checks yourself."
)
TOLD_CONFLICT = Sentence(
    "It conflicts with its base: merge origin/{base} into the branch, so that both sides keep what they mean, and "
    "commit."
)
TOLD_UNREADABLE = Sentence("GitHub does not let this token read what the checks said. Run them yourself and see.")
TOLD_LEFT_OUT = Sentence(
    "{comments:comment} by people whom the repository's owner has not let in stand on GitHub only."
)
