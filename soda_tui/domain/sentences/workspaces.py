"""What is said of the places where agents work."""

from soda_tui.domain.sentences.sentence import Sentence

SETUP_BEGINS = Sentence("setting the worktree up")
SETUP_DONE = Sentence("the worktree is set up")
SETUP_FAILED = Sentence(
    "The set-up of the worktree {how}, so no agent was started; the claim is kept. Its output is in the log: put that"
    " right, then launch again, which runs it again."
)
SETUP_LATE = Sentence(
    "The set-up of the worktree was ended at its limit of {limit}, so no agent was started; the claim is"
    " kept. Its output is in the log: put that right or raise setup_minutes, then launch again."
)
FURNISH_OUTSIDE = Sentence(
    "{name} leads out of {path} or into git's own folder, so it was not brought into the worktree. Correct copy or link"
    " in the configuration, or what stands there."
)
FURNISH_NO_FILE = Sentence(
    "{name} in {path} is no file of at most {size} MiB, so it was not copied into the worktree. Link it instead, or"
    " take it out of copy in the configuration."
)
FURNISH_NOT_IGNORED = Sentence(
    "Git does not ignore {name} in the worktree {path}, so an agent could commit it, and it was not brought there. Add"
    " the line /{name} to {exclude}, without a slash at its end, then try again."
)
FURNISH_MISSING = Sentence("{name} is not in {path}, so the worktree goes without it.")
FURNISH_TRACKED = Sentence("{name} is the repository's own in the worktree, so it was left as it is.")
FURNISH_FOREIGN = Sentence(
    "{name} in the worktree is not what was brought there, so it was left as it is: remove it to have it brought anew."
)
FURNISH_LATER = Sentence("{reason} Launch insists on that.")
STEP_FURNISH = Sentence("bring {names} from the clone into the worktree")
STEP_PREPARE_CHECKOUT = Sentence(
    "switch your own checkout to {branch}; bottle and reset switch it back to the branch that it is on now"
)
STEP_PUT_BACK = Sentence("switch your own checkout back to the branch that it was on, if it is clean")
CHECKOUT_DIRTY = Sentence(
    "Your checkout {path} of {repository} has files that are in no commit: {files}. The agent would work among them,"
    " so nothing was done. Commit or stash them, then try again."
)
CHECKOUT_DETACHED = Sentence(
    "Your checkout {path} of {repository} stands on no branch, so it could not be put back when the work is handed"
    " over, and nothing was done. Switch it to a branch, then try again."
)
CHECKOUT_BACK = Sentence("Your checkout {path} stands on {branch} again.")
CHECKOUT_STAYS = Sentence("Your checkout {path} stays on {branch}: {reason}")
CHECKOUT_STAYS_UNTIL = Sentence("{reason} Then run: {command}")
CHECKOUT_LEFT_NOTHING = Sentence("it is not known where it stood before. Switch it yourself.")
CHECKOUT_LEFT_GONE = Sentence("{before}, where it stood before, is gone. Switch it yourself.")
