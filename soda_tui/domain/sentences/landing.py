"""What is said of landing: what a pull request lacks, what is asked, and what was done."""

from soda_tui.domain.sentences.sentence import Sentence

LACK_MERGED = Sentence("Pull request {number} is merged already.")
LACK_CLOSED = Sentence("Pull request {number} was closed without a merge. Open it again on GitHub to land it.")
LACK_FOREIGN = Sentence("Pull request {number} comes from a fork, which only people land. Merge it on GitHub.")
LACK_NOT_OURS = Sentence(
    "Pull request {number} is from {branch}, which is no agent's branch. It is for people: merge it on GitHub."
)
LACK_AT_WORK = Sentence(
    "Pull request {number} is not landed while cockpit {cockpit} holds its issue, {issue}: more work may be on the way."
    " Bottle or reset it first."
)
LACK_QUEUED = Sentence(
    "Pull request {number} is number {place} in the merge queue already. Its issue and branches are tidied up once"
    " GitHub has merged it."
)
LACK_WAITS = Sentence(
    "GitHub merges pull request {number} by itself, once the repository's rules are met. Its issue and branches are"
    " tidied up then."
)
LACK_DRAFT = Sentence("Pull request {number} is a draft. Mark it as ready for review on GitHub.")
LACK_CONFLICT = Sentence("Pull request {number} conflicts with {base}. Merge {base} into {branch} and push that.")
LACK_UNCERTAIN = Sentence(
    "GitHub does not say yet whether pull request {number} can be merged into {base}. Ask again in a minute."
)
LACK_BEHIND = Sentence(
    "Pull request {number} lacks the newest commits of {base}, which its rules ask for. Bring {branch} up to date."
)
LACK_CHECKS_FAILED = Sentence("Checks of pull request {number} have failed. Have them mended, or run again on GitHub.")
LACK_CHECKS_PENDING = Sentence("Checks of pull request {number} are under way. Wait for them.")
LACK_CHECKS_HIDDEN = Sentence(
    "Your token may not see the checks of pull request {number}, so nothing here says that it works. Give the token"
    " read access to checks and commit statuses, or look at its page on GitHub and merge it there."
)
LACK_NO_CHECKS = Sentence(
    "Pull request {number} has no checks, so nothing says that it works. Set land.without_checks = true where that is"
    " how it should be."
)
LACK_CHANGES_WANTED = Sentence("A review of pull request {number} asks for changes. Make them, or have it reviewed.")
LACK_REVIEW_WANTED = Sentence("Pull request {number} waits for the review that its repository asks for.")
LACK_TOO_FEW_REVIEWS = Sentence(
    "Pull request {number} has {count:approval} and needs {wanted} by land.require_reviews. Have it reviewed."
)
LACK_LABEL = Sentence(
    "Pull request {number} or its issue is labelled {labels}, which keeps it from being landed. Who has looked into"
    " that takes the label off."
)
LACK_RULES = Sentence(
    "The rules of {base} want something more of pull request {number}, a check that has not begun or a review for"
    " example. Its page on GitHub says what."
)
LACK_NOT_RELEASED = Sentence("Pull request {number} is not landed unattended, as {why}. A person can land it.")
UNRELEASED_NEVER = Sentence("auto.land is never")
UNRELEASED_NOT_OURS = Sentence("the ledger does not say that an agent handed it over")
UNRELEASED_BASE = Sentence("it goes into {base}, and work returns to {own}")
UNRELEASED_MARK = Sentence("neither it nor its issue is labelled {mark}")
LACK_NEW_COMMITS = Sentence(
    "Pull request {number} has other commits than when it was to be merged. Look at them, and land it again."
)
NEW_COMMITS_TO_COME = Sentence("New commits are on the way to it.")
WORK_LET_GO = Sentence("The claim on its issue {issue} is let go of; land it yourself where it is done.")
STEP_NOTE_MERGING = Sentence("note in the ledger that GitHub is to merge pull request {number}, at {head}")
STEP_TAKE_BACK_MERGE = Sentence("have GitHub no longer merge pull request {number} by itself")
MERGE_TAKEN_BACK = Sentence("GitHub no longer merges pull request {number} by itself. {why}")
MERGED_BEFORE = Sentence("GitHub had merged pull request {number} before that could be taken back. {why}")
SHOWS_NO_CHANGE = Sentence("It says yes and shows no change.")
MERGE_NOT_TAKEN_BACK = Sentence(
    "GitHub still merges pull request {number} by itself, and did not let that go: {words} Turn auto-merge off on its"
    " page, or take it out of the merge queue there. {why}"
)
STEP_TAKE_OFF_MARKS = Sentence("take what says that it may be merged off {issue} and pull request {number}")
COMMENT_NEW_COMMITS = Sentence(
    "There are new commits here: {head}. What said that this may be merged was said of the commits before them, so"
    " `{label}` was taken off. Look at the new ones, and mark it again."
)
NO_SUCH_REQUEST = Sentence(
    "{repository} has no open pull request {number}, so nothing was landed. soda-tui land {repository} says what"
    " there is."
)
NOT_A_REQUEST = Sentence("{text} is not [REPO] [PR], with PR a pull request's number. Nothing was landed.")
NOTHING_TO_LAND = Sentence("{repository} has no open pull request of an agent, so there is nothing to land.")
NONE_READY = Sentence("Nothing in {repository} is ready to land. {why}")
STRATEGY_NOT_ALLOWED = Sentence(
    "{repository} does not allow {wanted}, so nothing was landed. It allows: {allowed}. Choose one with --strategy, or"
    " set land.strategy."
)
LAND_NAMED = Sentence("{number} ({title}; issue {issue})")
ASK_LAND = Sentence(
    "Merge into {base} of {repository}, by {strategy}: pull request {what}? Each issue is closed then, and its branch"
    " here removed where GitHub or the remote holds its commits."
)
ASK_LAND_LATER = Sentence(
    "Have GitHub merge into {base} of {repository}, by {strategy} and once its rules are met: pull request {what}?"
)
ASK_LAND_IN_QUEUE = Sentence("Put into the merge queue of {base} in {repository}: pull request {what}?")
LAND_HEAD_MOVED = Sentence(
    "Pull request {number} of {repository} was not merged: it has new commits since it was looked at. Look at them, and"
    " land it again."
)
LAND_REFUSED = Sentence("GitHub refused to merge pull request {number} of {repository}: {words} Nothing was merged.")
LAND_UNVERIFIED = Sentence(
    "GitHub does not show pull request {number} of {repository} as merged, after it said so. Look there, then land it"
    " again: what is done is not done twice."
)
LAND_AGAIN_COMMAND = Sentence("soda-tui land {repository}")
WOULD_LAND = Sentence("Would land in {repository}; nothing was changed.")
LANDED = Sentence("Landed in {repository}: {what}.")
LANDED_NOW = Sentence("pull request {number}, issue {issue}")
LANDED_AUTO = Sentence("pull request {number} is merged by GitHub once the rules are met")
LANDED_QUEUE = Sentence("pull request {number} is in the merge queue")
LANDED_REST = Sentence("Tidied up after what was merged in {repository}.")
STEP_LAND = Sentence("merge pull request {number} into {base} by {strategy}, at {head}")
STEP_LAND_LATER = Sentence("have GitHub merge pull request {number} into {base} by {strategy}, at {head}")
STEP_LAND_IN_QUEUE = Sentence("put pull request {number} into the merge queue of {base}, at {head}")
STEP_NOTE_WAITING = Sentence("note in the ledger that pull request {number} waits for {issue}")
STEP_CLOSE_ISSUE = Sentence("close issue {issue}")
