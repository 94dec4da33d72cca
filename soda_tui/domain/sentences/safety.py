"""What is said where work is kept from getting lost."""

from soda_tui.domain.sentences.sentence import Sentence

NOT_INSPECTED = Sentence(
    "It cannot be said what would get lost in {path} ({words}), so nothing there was touched. Put that right, or keep"
    " the work by hand, then try again."
)
TOO_MANY_FILES = Sentence("more files than can be looked through")
WORKTREES_UNTOLD = Sentence("git does not tell all worktrees of the clone in a way that can be read")
A_CONFLICT = Sentence("a conflict")
WORKTREE_GONE = Sentence(
    "{path} is not there or is no worktree of this clone any more, so nothing in it can be kept. Bring the folder back,"
    " or pop to have it made again."
)
NOT_KEEPABLE = Sentence(
    "{path} has repositories or submodules with work of their own, which no commit here can hold: {files}. Nothing was"
    " touched; commit and push what is in them, or move them away, then try again."
)
FILTER_FAILED = Sentence(
    "A program that git needs to take in files of {path} did not work ({words}), so nothing was touched. Install or"
    " mend it, then try again."
)
RESCUE_DIFFERS = Sentence(
    "The work in {path} could not be kept byte for byte: {files}. Nothing was touched; if something still writes there,"
    " end it, else commit these files by hand, then try again."
)
RESCUED = Sentence(
    "What no branch had, {work}, is kept on {branch}. This brings it back, in a folder beside the clone: {undo}"
)
ASK_RESET_RESCUE = Sentence(
    "Let go of {issue} in {repository}? In {worktree} stands what no branch has, {work}: it is kept on a local"
    " branch soda-rescue/{issue}-… and taken out of the worktree. The issue goes back into the queue; branch {branch}"
    " and all commits are kept."
)
ASK_STRANDED = Sentence(
    "The worktree {worktree} stands on {branch} with work that nobody claims and no branch has, {work}. Keep it"
    " on a local branch soda-rescue/…, clear the worktree, and go on with {issue} in {repository}?"
)
ASK_OVERTAKEN = Sentence(
    "The worktree {worktree} has work that no branch has, {work}, and {branch} has gone on without it on GitHub."
    " Keep it on a local branch soda-rescue/…, clear the worktree, and go on with {issue} in {repository}?"
)
STEP_RESCUE = Sentence("put what no branch has of {worktree} on a branch soda-rescue/{issue}-…, and clear it")
STEP_COMMIT_ALL = Sentence("commit {files} as “{message}”")
ASK_COMMIT_ALL = Sentence(
    "Commit {files} on {branch} as “{message}”, with your name and your hooks, and hand {issue} of {repository} over?"
)
ASKS_TO_COMMIT = Sentence(
    "{question} Nothing was changed: say --commit-all --yes to do it without a terminal, or commit by hand."
)
COMMIT_DOUBTFUL = Sentence(
    "{repository} has uncommitted files that are not taken into a commit unseen: {files}. Nothing was committed or"
    " pushed. Have git ignore them or move them away, or name each: soda-tui bottle --commit-all --include PATH."
)
COMMIT_MOVED = Sentence(
    "The files in {path} are no longer those that were listed, so nothing was committed. Do it again to see them."
)
COMMIT_REFUSED = Sentence(
    "Git or a hook did not make the commit in {path}: {words} What is staged is as it was; put that right, then bottle"
    " again."
)
COMMIT_UNNAMED = Sentence(
    "In {path} is staged what was not named, so nothing was committed: {files}. Take it out with git restore --staged,"
    " then bottle again."
)
COMMIT_HOLDS_MORE = Sentence(
    "A hook put into the commit {oid} in {path} what is not pushed unseen: {files}. It was not pushed. Look at it with"
    " git show and take it back: git -C {word} reset --soft {oid}^. Or bottle again: that pushes it where nothing in it"
    " looks like credentials or is over 5 MB, else where each is named, soda-tui bottle --include PATH."
)
PUSH_UNSEEN = Sentence(
    "What was committed on {branch} after {since} was not looked through, and holds what is not pushed unseen: {files}."
    " Nothing was pushed. Take it out of the commits (git reset --soft {since} takes them all back), or name each"
    " that may go: bottle, recover and drift --repair take --include PATH."
)
STAGED_KEPT = Sentence(
    "What was staged otherwise than it stands on disk is kept on {branch}^2; git -C {word} diff {branch}^2 {branch}"
    " shows it."
)
INCLUDE_UNKNOWN = Sentence(
    "{path} is no uncommitted file of {repository}, so nothing was done. Name it as git status does, from the top."
)
DOUBT_LARGE = Sentence("{size} MB")
DOUBT_NAME = Sentence("named like credentials")
DOUBT_CONTENT = Sentence("holds what looks like a token or a key")
RESCUE_NAME_TAKEN = Sentence(
    "The branch {branch} for the work in {path} could not be made ({words}), so nothing was touched. Put that right,"
    " then try again."
)
RESCUE_GONE = Sentence(
    "{branch} does not hold what is in {path} (any more), so nothing there was touched. Do the same again."
)
CLEAR_OBSTACLES = Sentence(
    "In {path} files that git ignores stand where files of HEAD belong, so nothing was cleared: {files}. The work is on"
    " {branch}; move them away, then do the same again."
)
CLEAR_STOPPED = Sentence(
    "Clearing {path} stopped ({words}); all that was taken away is on {branch}, and so is what is left. Put that right,"
    " then do the same again."
)
CLEAR_MOVING = Sentence(
    "Something changed in {path} while it was cleared: {files}. These were left as they are, all else is on {branch};"
    " do the same again."
)
