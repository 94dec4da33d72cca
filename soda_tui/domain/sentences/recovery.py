"""What recover and cleanup ask and do."""

from soda_tui.domain.sentences.sentence import Sentence

LEFT_CLAIM = Sentence(
    "Cockpit {cockpit} holds {issue}, but its branch {branch} is neither here nor on the remote. soda-tui drift tells"
    " what mends it; reset, or takeover where it is another's, frees the issue."
)
LEFT_WORK_HERE = Sentence("work that is only in this clone")
LEFT_WORK_HELD = Sentence("work that the remote has under another name")
LEFT_WORK_THERE = Sentence("work that is only on the remote")
LEFT_WORK_BOTH = Sentence("work that is here and on the remote")
LEFT_WORK_AHEAD = Sentence("work here and on the remote, with {count:commit} that only this clone has")
LEFT_WORK_DIVERGED = Sentence("work here and on the remote that has gone different ways: merge or rebase it by hand")
LEFT_WORK_NONE = Sentence("nothing that its base does not have")
LEFT_WORK_NOT_THEIRS = Sentence(
    "{what}; somebody holds the branch of this name, or has it under review, without these commits: archive them, or"
    " push them there by hand"
)
LEFT_WORK_STOOD_ON = Sentence("{path} stands on it, so it stays where it is")
LEFT_MERGED = Sentence(
    "{branch} in {repository} was merged as pull request {number}, so it is not gone on with. Archive it, or clean it"
    " up."
)
LEFT_RESCUE = Sentence("{files} kept from a worktree, {untracked} of them untracked there")
SOME_FILES = Sentence("files")
LEFT_DIRECTORY = Sentence("a worktree of the cockpit on {branch} that no claim has")
LEFT_DIRECTORY_UNKNOWN = Sentence("in the cockpit's own place, but no worktree of this clone: look into it by hand")
LEFT_DIRECTORY_LOCKED = Sentence("a worktree that somebody has locked: git worktree unlock frees it")
LEFT_DIRECTORY_GONE = Sentence("a worktree whose folder is gone; all that git remembers of it is held elsewhere")
LEFT_DIRECTORY_GONE_WITH_WORK = Sentence(
    "a worktree whose folder is gone, but git still has staged files or commits of it that nothing else holds: bring"
    " the folder back with git worktree repair, or keep them by hand"
)
NO_BRANCH = Sentence("no branch")
LEFT_ANCESTOR = Sentence("left by My Little Soda, not used by soda-tui; remove it by hand once you do without")
LEFT_ANCESTOR_STATE = Sentence(
    "state of My Little Soda, perhaps with a token in credentials; not used by soda-tui, remove it by hand once you do"
    " without"
)
NOTHING_LEFT_OVER = Sentence("Nothing was left over in {repository}.")
LEFTOVERS_KEPT = Sentence(
    "To be kept, and so not listed: {count}. soda-tui recover {repository} --all shows what; --unkeep takes it back."
)
LEFTOVER_KEPT = Sentence("kept as it stands, for you wanted that")
LEFTOVERS_CUT = Sentence("There is more than is listed; do something about these first.")
LEFTOVERS_LOCAL = Sentence("The remote or GitHub could not be asked, so this is what is known here: {problem}")
NO_SUCH_LEFTOVER = Sentence(
    "Nothing that was left over in {repository} is called {name}. soda-tui recover lists what there is."
)
LEFTOVER_CANNOT = Sentence("--{choice} is not possible for {name}: {what}. Possible is: {can}. Nothing was changed.")
NOTHING_HERE = Sentence("nothing from here")
ONE_AT_A_TIME = Sentence(
    "{wanted} means {count} branches, and one agent works on one issue at a time. Name one of them; nothing was"
    " changed."
)
RECOVER_CHOICE_MISSING = Sentence(
    "Say what to do with {name}: --adopt, --pull-request, --archive, --keep, --unkeep or --clean-up."
)
RECOVER_NAME_MISSING = Sentence("Say which: the name that soda-tui recover lists, or --pattern 'agent001/*'.")
RECOVER_PUSH_ALONE = Sentence("--push takes the name of one rescue branch, and no other choice beside it.")
ASK_RECOVER_REVIEW = Sentence(
    "Push {branch} with {commits:commit}, and open a pull request for {issue} of {repository} as bottle does?"
)
ASK_ARCHIVE = Sentence("Keep in {repository} as tags soda-archive/…, and remove the local branches: {names}?")
ASK_CLEAN_UP = Sentence(
    "Remove here, of {repository}: {names}? The remote has all commits of the branches, those of a worktree stay in the"
    " clone, and what is in no commit is kept on a rescue branch first; ignored files that are named go for good."
)
WITH_IGNORED = Sentence("{path} with what git ignores there, {files}")
STAYS_LOCKED = Sentence("somebody has locked it; git worktree unlock frees it.")
RUN_NEAR_WORKTREE = Sentence(
    "An agent runs in {repository}, or it cannot be said whether one does, so {path} stays. Stop it, then try again."
)
NOT_LOOKED_AT = Sentence("it could not be looked into")
NOT_REMOVED = Sentence("{path} was not removed: {words}")
REPOSITORIES_INSIDE = Sentence(
    "repositories of their own are in it, which nobody looked at: {files}. Move them away first."
)
ANCESTOR_INSIDE = Sentence(
    "files are in it that no commit holds, My Little Soda's or a stop of yours: {files}. Move them away or remove them "
    "first."
)
SOMEBODY_INSIDE = Sentence("somebody works in it: {processes}. Let them leave the folder, or end them, first.")
TOO_MANY_COMMITS = Sentence("more commits than can be looked through")
IT_IS_THE_CLONE = Sentence("it is your own clone.")
STILL_AT_STAKE = Sentence("something there stands in no commit that is held elsewhere: {files}. Do the same again.")
IGNORED_CHANGED = Sentence("the ignored files there are no longer those that were named. Do the same again.")
NOT_HELD_ELSEWHERE = Sentence("not all of it is held elsewhere.")
NOT_ARCHIVED = Sentence(
    "{branch} could not be kept as the tag {tag} ({words}), so the branch is as it was. Put that right, then try again."
)
NAMES_TAKEN = Sentence("all names are taken")
NOT_DROPPED = Sentence(
    "{branch} in {path} was not removed: it has moved, a directory stands on it, or nothing else holds its commits."
    " No work is lost; look at it with git log, then try again."
)
ARCHIVED_BRANCH = Sentence(
    "{branch} is kept as the tag {tag}, and without it under its own id. This brings it back: git -C {clone} branch"
    " {branch} {oid}"
)
DROPPED_BRANCH = Sentence(
    "{branch} is removed here; its commits are on the remote, and stay in the clone under their own id. This brings it"
    " back: git -C {clone} branch {branch} {oid}"
)
NO_SUCH_RESCUE = Sentence("{branch} is no rescue branch in {path}. soda-tui recover lists those that there are.")
PUSH_DOUBTFUL = Sentence(
    "{branch} holds what is not pushed unseen: {files}. Nothing was pushed. Name each that may go: --include PATH."
)
INCLUDE_NOT_RESCUED = Sentence("{path} is no file that {branch} holds, so nothing was done. Name it from the top.")
ASK_PUSH_RESCUE = Sentence(
    "Push {branch} to {repository}, where everybody who reads the repository can see it? It holds {files}; untracked"
    " before were {untracked}."
)
WITH_COMMITS = Sentence("It goes with {count:commit} below it that the remote does not have.")
RESCUE_NOT_PUSHED = Sentence(
    "{branch} is not on the remote as it is here: {words} It is kept here as it was; put that right, then try again."
)
STEP_NAME_BRANCH = Sentence("make the branch {branch} at {oid}")
STEP_ARCHIVE = Sentence("keep {branch} as a tag soda-archive/…, and remove the local branch")
STEP_KEEP = Sentence("remember that {name} is to be kept as it stands")
STEP_UNKEEP = Sentence("forget that {name} was to be kept, and list it again")
STEP_REMOVE_WORKTREE = Sentence("remove the worktree {path}")
STEP_REMOVE_WORKTREE_IGNORED = Sentence("remove the worktree {path} with what git ignores there, {files}")
STEP_FORGET_WORKTREE = Sentence("let git forget the worktree {path}, whose folder is gone")
STEP_PUSH_RESCUE = Sentence("push {branch}")
STEP_REMOVE_REMAINS = Sentence("remove the {kind} {path}, last used {at}")
RECOVERED = Sentence("Done in {repository}: {what}.")
RECOVERED_REVIEW = Sentence("The pull request is {url}.")
WOULD_RECOVER = Sentence("Would do this in {repository}; nothing was changed.")
RECOVER_COMMAND = Sentence("soda-tui recover {repository} {what}")
CLEANUP_COMMAND = Sentence("soda-tui cleanup {repository}")
WORKTREE_STAYS = Sentence("{path} stays: {reason}")
MORE_STAY = Sentence("So it is with {count:other worktree}.")
NOTHING_TO_CLEAN = Sentence("Nothing in {repository} is older, or more, than it may be. [retention] says what may be.")
CLEAN_RUNS = Sentence("{count:ended run}, log included ({size} MiB)")
CLEAN_SUMMARIES = Sentence("{count:summary} that agents wrote")
CLEAN_DAMAGED = Sentence("{count:file}, damaged and put aside ({size} MiB)")
CLEAN_REFS = Sentence("{count:ref} of its own on commits that GitHub keeps")
STEP_FORGET_REFS = Sentence("take away {count:ref} under refs/soda, on commits that GitHub keeps")
ASK_CLEANUP = Sentence(
    "Remove for {repository} what is older, or more, than it may be: {what}? No branch goes and no commit that only"
    " this clone has; what is in no commit is kept on a rescue branch first, ignored files that are named go for good."
)
REMAINS_NOT_OURS = Sentence("{path} does not lie in the cockpit's own folders, so it was not touched.")
REMAINS_KEPT = Sentence("{path} could not be removed ({reason}). Make it writable for you, then run cleanup again.")
