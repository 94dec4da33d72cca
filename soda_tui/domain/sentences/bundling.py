"""What is said of bundles: several pull requests that wait for review, as one."""

from soda_tui.domain.sentences.sentence import Sentence

MERGED_BRANCH = Sentence("Merge branch '{branch}'")
NOT_BUNDLED = Sentence("Left out is pull request {number} (issue {issue}): {why}")
BUNDLE_CONFLICT = Sentence(
    "it conflicts with {base} or with what is before it in the bundle, in {files}. Land the bundle first, then merge"
    " {base} into {branch}."
)
BUNDLE_HAS_NOTHING = Sentence("{base} has all of its commits already.")
BUNDLE_GONE = Sentence("its branch {branch} is not on the remote any more.")
BUNDLE_OTHER_BASE = Sentence("it is for {base}, and the bundle for {own}.")
BUNDLE_NOT_BOTTLED = Sentence("the ledger does not say that an agent handed it over. It is landed by itself.")
BUNDLE_HAS_IT = Sentence("it is in pull request {bundle} already. Close that one to bundle it anew.")
BUNDLE_FULL = Sentence("a bundle has {most} at most, and these are the oldest. Bundle the others afterwards.")
NO_REQUEST_OF_ISSUE = Sentence(
    "Issue {issue} of {repository} has no open pull request of an agent, so nothing was bundled. soda-tui status says"
    " what waits for review."
)
NOTHING_TO_BUNDLE = Sentence(
    "A bundle needs two pull requests that agents handed over, and {repository} has {count}. {why}"
)
BUNDLE_UNTRIED = Sentence("git could not merge the branches of {repository}, so nothing was bundled. It says: {words}")
ASK_BUNDLE = Sentence(
    "Open one pull request into {base} of {repository} that has, oldest first, pull request {what}? They stay open, and"
    " are closed with their issues when it is merged."
)
BUNDLE_TITLE = Sentence("Bundle of issues {issues}")
BUNDLE_BODY_HEAD = Sentence("The work on {count:issue} as one, merged oldest first:")
BUNDLE_BODY_ONE = Sentence("- #{number}, {title}")
BUNDLE_BODY_LEFT = Sentence("Left out:")
BUNDLE_BODY_CONFLICT = Sentence("- #{number} conflicts in {files}")
BUNDLE_COMMENT = Sentence(
    "This work is in #{bundle} as well, together with others. Once that is merged, this is closed. New commits here do"
    " not get into it: close #{bundle} first, and bundle again."
)
STEP_PLACE_BUNDLE = Sentence("put {count:branch} together at {oid}, in a worktree of its own")
STEP_PUSH_BUNDLE = Sentence("push {branch} and note it in the ledger")
STEP_CLEAR_BUNDLE = Sentence("remove the worktree of the bundle")
STEP_OPEN_BUNDLE = Sentence("open the pull request of {branch}, which fixes {issues}")
STEP_FOUND_BUNDLE = Sentence("go on with pull request {number} of {branch}")
STEP_TELL_BUNDLED = Sentence("comment on pull request {numbers} that the bundle has it")
STEP_NOTE_BUNDLE = Sentence("note in the ledger that {branch} is complete")
STEP_CLOSE_CONTAINED = Sentence("close pull request {number}, whose work was merged with {bundle}")
BUNDLE_STAYS = Sentence("The worktree of the bundle stays, and the next bundle takes its place: {reason}")
BUNDLE_CHECK_FAILED = Sentence(
    "The check of {repository} fails on the bundle, so nothing was pushed. {words} The bundle is in {path} until the"
    " next one. Name the issues of fewer, or leave the check out with --no-check."
)
WOULD_BUNDLE = Sentence("Would bundle in {repository}; nothing was changed.")
BUNDLED = Sentence("Bundled issues {issues} of {repository}: {url}.")
BUNDLE_AGAIN_COMMAND = Sentence("soda-tui bundle {repository}")
LACK_OUTDATED = Sentence(
    "Pull request {number} has the work on issue {issues} as it was before: its own pull request has other commits now,"
    " or has ended. Close {number}, and bundle again."
)
LACK_WITHIN = Sentence("Pull request {number} is a bundle with work that is not to be landed as it is. {why}")
LACK_UNOPENED = Sentence("Pull request {number} is a bundle that is not complete yet. soda-tui bundle completes it.")
LACK_BUNDLED = Sentence(
    "Pull request {number} is in the bundle of pull request {bundle}. Land that one, or name {number} to land it alone."
)
LANDED_BUNDLE = Sentence("pull request {number}, issues {issues}")
LAND_NAMED_BUNDLE = Sentence("{number} ({title}; issues {issues})")
NOT_CLOSED = Sentence(
    "Pull request {number} stays open, though its work was merged, because GitHub refused to close it: {words} Close it"
    " there."
)
STEP_CHECK_BUNDLE = Sentence("run the repository's check on the bundle")
NOT_ISSUES = Sentence("{text} is not [REPO] [ISSUE…], with numbers of issues. Nothing was bundled.")
