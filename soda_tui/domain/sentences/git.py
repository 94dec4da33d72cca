"""What is said of git, clones and worktrees."""

from soda_tui.domain.sentences.sentence import Sentence

NO_GIT = Sentence(
    "Git was not found on this machine or does not start, so no clone can be read or changed. "
    "Install git 2.31 or newer, see that `git --version` works, and try again."
)
GIT_TOO_OLD = Sentence("This git is version {version}, and the cockpit needs 2.31. Nothing was changed; update git.")
GIT_NOT_STARTED = Sentence("Git could not be started ({words}). Nothing was changed; try again.")
GIT_SILENT = Sentence("git gave no reason")
GIT_TIMEOUT = Sentence(
    "Git gave no answer in {path} within its time and was stopped. Nothing is lost; "
    "see whether the disk or the network is slow, and try again."
)
GIT_FAILED = Sentence(
    "Git failed in {path} ({words}), so this step was not done. Put right what it names, then try again."
)
DISK_FULL = Sentence(
    "There is no room left on the disk at {path} ({words}), so this was not done; all that stood there before still "
    "does. Make room (`soda-tui cleanup` removes what is old), then try again."
)
GIT_LOCKED = Sentence(
    "Another git is at work in {path}, so this step was not done. Try again when it has finished; "
    "if none runs, remove the lock file that it names ({words})."
)
GIT_NOT_AUTHENTICATED = Sentence(
    "The remote of {path} does not accept who you are ({words}), so nothing was fetched or pushed. "
    "Check the token or the ssh key for it."
)
GIT_ASKED_AS = Sentence(
    "{said} That was asked as the account {account}: check what its token_command prints, and that it has access."
)
GIT_DENIED = Sentence(
    "You may not do this at the remote of {path} ({words}), so nothing was changed. "
    "Ask for write access or use another token."
)
REMOTE_NOT_FOUND = Sentence(
    "The remote of {path} is not there, or you may not see it ({words}), so nothing was fetched or pushed. "
    "Check `git remote -v` and your access."
)
REMOTE_UNREACHABLE = Sentence(
    "The remote of {path} cannot be reached ({words}), so nothing was fetched or pushed as far as can be seen. "
    "Check the network and try again."
)
CLONE_MISSING = Sentence(
    "The clone {path} is not there, so no work can start in it. "
    "Clone the repository to that place again, or enrol it with its new path."
)
CLONE_NOT_A_REPOSITORY = Sentence(
    "{path} is not the top of a git clone, so no work can start in it. "
    "Clone the repository to that place, or enrol it with the right path."
)
CLONE_BARE = Sentence(
    "The clone {path} is bare and has no files to work on. Enrol a clone made without `--bare` or `--mirror`."
)
CLONE_NOT_OWNED = Sentence(
    "Git does not trust {path} because another user owns it, so it cannot be read. "
    "If you trust it, run: git config --global --add safe.directory {word}"
)
CLONE_OF_ANOTHER = Sentence(
    "The clone {path} belongs to {origin}, not to {repository}, so nothing is done there. Enrol it with its own clone."
)
CLONE_NAME_TAKEN = Sentence(
    "{origin} is called {repository} on GitHub now, and another repository has its old name: what is pushed from "
    "{path} would go there, so nothing is done. Set the address of that clone's origin to {repository} with "
    "`git remote set-url`, and enrol it by that name."
)
CLONE_NO_ORIGIN = Sentence(
    "The clone {path} has no remote called origin, so nothing can be fetched or pushed. "
    "Add it there with `git remote add origin URL`."
)
CLONE_PUSHES_ELSEWHERE = Sentence(
    "The clone {path} pushes to {url}, which is not what it fetches from, so what is pushed cannot be read back and "
    "nothing was pushed. Make both one: git -C {word} remote set-url --push origin URL"
)
CLONE_BUSY = Sentence(
    "The clone {path} is in the middle of {doing}, so the cockpit leaves it alone. "
    "Finish or abort that there, then try again."
)
WORKTREE_UNREADABLE = Sentence("something that git cannot read ({words})")
WORKTREE_OCCUPIED = Sentence(
    "{path} holds files and is not a worktree of this clone, so it was left alone and the work has no place. "
    "Move that folder away and try again."
)
WORKTREE_BUSY = Sentence(
    "The worktree {path} is in the middle of {doing}, so it was not switched. Finish or abort that there first."
)
WORKTREE_DIRTY = Sentence(
    "The worktree {path} has changes that are in no commit, so it was not switched: {files}. "
    "Commit, stash or remove them first."
)
WORKTREE_DETACHED = Sentence(
    "The worktree {path} stands on commit {commit}, which no branch holds, so it was not switched. "
    "Keep it with `git branch NAME {commit}` there first."
)
WORKTREE_REFUSED = Sentence(
    "The worktree {path} could not be brought to the branch ({words}). What is in it is untouched; "
    "put right what git names first."
)
WORKTREE_OBSTACLES = Sentence(
    "The worktree {path} has files that git ignores and that the branch brings as its own, so it was not switched: "
    "{files}. Move them away first."
)
WORKTREE_LOCKED = Sentence(
    "The worktree {path} is gone, but git was told to keep its place, so it was not made again. "
    "Bring the folder back, or run `git -C {clone} worktree unlock {word}`, then try again."
)
CHECKOUT_ALIVE = Sentence(
    "An earlier git still fills the worktree {path} with files, so it was left alone. "
    "Wait until that has finished, or end that process where it hangs."
)
CHECKOUT_HALF_DONE = Sentence(
    "Filling the worktree {path} with files was cut off, and not all that is in it now comes from that ({files}), so "
    "it was left alone. To set all of it aside in a stash, run: {command}"
)
AND_MORE = Sentence("{files} and {more} more")
BRANCH_ELSEWHERE = Sentence(
    "The branch {branch} is checked out in {path}, and git lets no two directories share a branch. "
    "Switch that one to another branch first (or run `git worktree prune` if it is gone)."
)
BRANCH_DIVERGED = Sentence(
    "The branch {branch} stands at {local} in the clone {path} and would have to begin at {start}, and neither "
    "contains the other, so its work could not be handed over and nothing was changed. Merge {start} into the branch "
    "or rebase it onto that, or rename it with `git branch -m`, then try again."
)
BRANCH_IN_THE_WAY = Sentence(
    "The clone {path} has a branch {other}, and git cannot have {branch} beside it, so nothing was changed. "
    "Rename that one with `git branch -m`, then try again."
)
BRANCH_NAME_REFUSED = Sentence("Git accepts no branch called {branch}, so nothing was done with it.")
BRANCH_MOVED = Sentence(
    "The branch {branch} was changed on the remote since it was read, so nothing was pushed. "
    "Do the same again: it is read anew then."
)
BRANCH_NOT_FORWARD = Sentence(
    "The work here does not contain what the branch {branch} holds on the remote, so nothing was pushed. "
    "Merge or rebase onto that branch in the worktree, then try again."
)
COMMIT_MISSING = Sentence(
    "The clone {path} lacks the commit {commit}, so this step was not done. Do the same again: it is fetched then."
)
HOOK_REFUSED = Sentence("the pre-push hook of the clone stopped it ({words}).")
HOOK_TIMEOUT = Sentence(
    "The pre-push hook in {path} did not end within {limit} and was ended: nothing was pushed. The work is "
    "safe here; run the hook by hand to see what it waits for, then try again."
)
PUSH_UNANSWERED = Sentence(
    "The push from {path} did not end in time, held up by the remote or a hook; the ledger has not moved so far, "
    "and the work is safe here. Try again: if the push arrives late, that is noticed."
)
PUSH_OUTCOME_UNKNOWN = Sentence(
    "The connection broke while pushing, and the remote could not be asked what it took, so the outcome is not known. "
    "The work is safe here; repeat the action when the remote answers, which finishes what is missing. {words}"
)
