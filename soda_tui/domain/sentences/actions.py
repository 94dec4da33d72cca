"""What actions ask, refuse, do and have done."""

from soda_tui.domain.sentences.sentence import Sentence

ALREADY_HOLDING = Sentence(
    "{repository} is already holding {issue}: {agent} works on one issue at a time. Bottle or reset it first."
)
AGENT_RUNS = Sentence("The agent is working on {issue} in {repository}. Wait for it, or stop it first.")
HELD_ELSEWHERE = Sentence(
    "{repository} is held by cockpit {cockpit} for issue {issue} since {since}. Nothing was changed here; wait for it,"
    " or take it over."
)
STEP_UNDONE = Sentence("not done: ")
NO_CLAIM = Sentence("{agent} holds no issue in {repository}, so there is nothing to do. Pop one first.")
NO_RUN = Sentence("No agent runs in {repository}, so there is nothing to stop.")
HANDING_OVER = Sentence(
    "Handing over {issue} in {repository} was begun and is not finished. Bottle finishes it; nothing is lost."
)
STATUS_UNKNOWN = Sentence(
    "What {repository} is doing is not known now, so nothing is changed. soda-tui status says why."
)
NOT_ANSWERED_YET = Sentence(
    "GitHub has not answered yet what {repository} is doing, so nothing was changed. Do it again in a moment."
)
READ_ONLY = Sentence("{repository} is read-only here, so it is only watched. Set read_only = false to act on it.")
NO_PUSH = Sentence(
    "You may only read {repository} ({permission}), so it is only watched. Ask for write access to act on it."
)
ARCHIVED = Sentence("{repository} is archived on GitHub, so nothing can be changed. Unarchive or unenroll it.")
QUEUE_EMPTY = Sentence("The queue of {repository} is empty: no open issue is ready. Label one route:ready.")
HELD_HERE = Sentence("This cockpit holds {issue} of {repository} already, so there is nothing to take over.")
HELD_BY_NOBODY = Sentence("Nobody holds an issue of {repository}, so there is nothing to take over. Pop one.")
ASK_TAKEOVER = Sentence(
    "Take over {issue} of {repository} from cockpit {cockpit}, which holds it since {since}? {pushed} That cockpit"
    " stops its agent when it notices, within minutes; what it has not pushed stays there, under a rescue name."
)
LAST_PUSHED = Sentence("The newest commit that it pushed is {age} old.")
NEVER_PUSHED = Sentence("Nothing of its work is on GitHub.")
ASK_STOP = Sentence("Stop the agent on {issue} in {repository}? Its commits and files stay in {worktree}.")
ASK_STOP_UNKNOWN = Sentence("{why} Stop it now in {repository}? Commits and files stay.")
ASK_RESET = Sentence(
    "Let go of {issue} in {repository}? It goes back into the queue; branch {branch}, worktree and all work are kept."
)

EMPTY_REPOSITORY = Sentence("{repository} has no commit yet, so no branch can begin there. Push a first commit.")
NO_SUCH_ISSUE = Sentence(
    "{repository} has no issue {issue} that your token can see, so nothing was popped. Check the number: pull requests "
    "have one too."
)
POP_CLOSED = Sentence("Issue {issue} of {repository} is closed, so nothing was popped. Open it again to have it done.")
NOT_ROUTED = Sentence(
    "Issue {issue} of {repository} carries no routing label, so it is not in the queue. Give it one: soda-tui issue "
    "label {repository} {issue} --add {label}."
)
LEFT_OUT = Sentence("Issue {issue} of {repository} cannot be popped. {reason}")
NO_WORKTREE = Sentence("The claim of {issue} in {repository} has no worktree here. Pop makes it again.")
BUSY_WORKTREE = Sentence(
    "Git is in the middle of {busy} in {worktree}. Finish or abort it there; nothing was changed in {repository}."
)
WRONG_BRANCH = Sentence(
    "The worktree of {repository} stands on {branch}, not on {expected}. Commit what is there, then pop puts it back."
)
DIRTY = Sentence(
    "{repository} has uncommitted files: {files}. Nothing was pushed; commit or remove them in {worktree},"
    " or say bottle --commit-all."
)
UNKNOWN_COMMITS = Sentence(
    "Git cannot say how many commits {branch} has in {repository}, so nothing is handed over. See if its base is here."
)
NO_COMMITS = Sentence("There is no commit on {branch} in {repository} yet, so there is nothing to hand over.")
NO_AGENT_COMMAND = Sentence(
    'No agent is configured for {repository}. Put profile = "claude" under [defaults] in the configuration, or a '
    "command of your own under [agent]; soda-tui profiles lists what there is."
)
AGENT_NOT_INSTALLED = Sentence(
    "The agent of {repository} cannot be started: {faults}. "
    "Install what is missing, or choose another profile; soda-tui profiles lists what there is."
)
PROGRAM_NOT_HERE = Sentence("{program} is not on this machine")
INTERPRETER_NOT_HERE = Sentence("{program} lacks its interpreter, {interpreter}")
AGENT_PASSED_OVER = Sentence("{profile} was passed over for {taken}: {fault}.")
AGENT_AT_LIMIT = Sentence("{profile} was passed over for {taken}: its last run came to a usage limit that holds yet.")
AGENT_FELL_BACK = Sentence("{profile} could not be started, so {taken} was. What was said of {profile}: {problem}")
CHOSEN_BY_LABEL = Sentence("for issues labelled {label}")
CHOSEN_BY_NAME = Sentence("profile says {names}")
CHOSEN_BY_NOBODY = Sentence("no profile is named")
ISSUE_NOT_OPEN = Sentence(
    "Issue {issue} of {repository} is closed, so no agent is started on it. Reset lets go of it; the work is kept."
)
TAKEN_BY = Sentence("{cockpit} was faster: it holds issue {issue} of {repository}. Nothing was changed here.")
TAKEN_SINCE = Sentence(
    "{cockpit} holds issue {issue} of {repository} now: it went on from what was just pushed here. That push stands, "
    "nothing more was done after it, and the work here is kept."
)
TAKEN_MEANWHILE = Sentence(
    "{cockpit} holds issue {issue} of {repository} now, so nothing more was done for the claim that was here. What was "
    "done before that stands, and the work here is kept."
)
LEDGER_UNWRITABLE = Sentence(
    "What the ledger would say of {issue} could not be read again by any cockpit, so it was not written. See that the "
    "name of this cockpit and the name of the branch are short and printable, then do it again."
)
LEDGER_MOVED = Sentence("The ledger of {repository} moved on while this was done. What was done stands; do it again.")
PUSH_REFUSED = Sentence("The push to {repository} was refused: {words} Nothing was claimed or handed over by it.")
PUSH_WITHOUT_SCOPE = Sentence(
    "The work changes workflows of GitHub Actions, which the token for {repository} may not: {words} Nothing was "
    "handed over, the work is safe here. Let it have the scope `workflow` (`gh auth refresh --hostname {host} --scopes "
    "workflow`; a fine-grained token: the permission Workflows), then try again."
)
NOT_VERIFIED = Sentence(
    "GitHub does not show {what} on issue {issue} of {repository} after it was set. Do the same again to finish."
)
CHANGE_REFUSED = Sentence("GitHub refused {what} in {repository}: {words} Do the same again to finish.")
STOPPED_AT = Sentence("{problem} Done so far, and kept: {done} of {count:step}. {command} goes on.")
CONTINUE_COMMAND = Sentence("soda-tui continue {repository}")
ASKS_FIRST = Sentence("{question} Nothing was changed: say --yes to do it without a terminal.")
ASKS_TO_LOSE = Sentence(
    "{question} Nothing was changed: say --yes --seen {seen} to do it without a terminal, as long as these files are as"
    " they are now."
)
CANCELLED = Sentence("Nothing was changed in {repository}.")
BUSY_HERE = Sentence("{repository} is busy with {verb}. Wait until that has ended.")
NOT_WATCHED = Sentence("{repository} is not enrolled, so nothing was done. Enrol it with soda-tui enroll.")
UNEXPECTED = Sentence(
    "Something unexpected went wrong in {repository}: {error}. The details are in the program's log, {log}."
)

NO_BASE = Sentence("{repository} has no branch {base} on the remote, so no work can begin there. Set base to another.")
WITHDRAWN_CLOSED = Sentence(
    "Issue {issue} of {repository} was closed just before it was popped, so the claim was let go of again. "
    "Pop takes the next one."
)
WITHDRAWN_GONE = Sentence(
    "Issue {issue} of {repository} is not there any more, so the claim was let go of again. Pop takes the next one."
)
WITHDRAWN_TAKEN = Sentence(
    "{who} took issue {issue} of {repository} just before it was popped, so the claim was let go of again. "
    "Pop takes the next one."
)
BRANCH_KEPT = Sentence("The new branch {branch} stays on the remote: {words}")
MARK_KEPT = Sentence("Its label {label} could not be taken off: {words}")
STILL_ASSIGNED = Sentence("{login} stays assigned to {issue} as well; take that off by hand if it should not be so.")
NOT_ASSIGNED = Sentence("GitHub does not let {login} be assigned to {issue}; the claim holds without that.")
EXTRA_REFUSED = Sentence("The pull request is open, but GitHub refused an extra: {words}")

NOT_UNMARKED = Sentence("GitHub did not take back what was put on {issue}: {words} Take the agent's label off by hand.")
NOTHING_TO_REVIEW = Sentence("{base} has all commits of {branch} already, so no pull request was needed.")

POPPED = Sentence("Popped {issue} in {repository}: {branch} is ready in {worktree}.")
POP_FINISHED = Sentence("The claim of {issue} in {repository} is complete again: {branch} is ready in {worktree}.")
BOTTLED = Sentence("Bottled {issue} of {repository}: {url}")
RESET_DONE = Sentence("Let go of {issue} in {repository}. Its work stays on {branch}.")
TAKEN_OVER = Sentence("Took over {issue} of {repository}: {branch} is ready in {worktree}.")
LAUNCHED = Sentence("The agent works on {issue} in {repository} ({profile}, process {pid}).")
STOPPED = Sentence("The agent on {issue} in {repository} was stopped. Its commits and files are kept.")
STOPPED_UNKNOWN = Sentence("Nothing of the agent in {repository} runs here any more. Its commits and files are kept.")
WOULD = Sentence("Would {verb} {issue} in {repository}; nothing was changed.")
WOULD_TAKE_OVER = Sentence("Would take over {issue} in {repository}; nothing was changed.")
WOULD_SIT = Sentence("Would sit down with the agent on {issue} in {repository}; nothing was changed.")
WOULD_STOP_UNKNOWN = Sentence("Would {verb} the agent in {repository}; nothing was changed.")

STEP_CLAIM_NEW = Sentence("claim {issue} in the ledger and push {branch} from {base}")
STEP_CLAIM_KEPT = Sentence("claim {issue} in the ledger and go on with {branch}")
STEP_TAKE_OVER = Sentence("take over the claim of {issue} in the ledger and go on with {branch}")
STEP_MARK = Sentence("label {issue} {label} and assign {login}")
STEP_MARK_INSTEAD = Sentence("label {issue} {label} and assign {login} in place of {replaced}")
STEP_MARK_ONLY_LABEL = Sentence("label {issue} {label}")
STEP_PREPARE = Sentence("put the worktree on {branch}")
STEP_PUSH_WORK = Sentence("push {branch} and note the hand-over in the ledger")
STEP_OPEN_REVIEW = Sentence("open a pull request for {branch} that fixes {issue}")
STEP_FOUND_REVIEW = Sentence("keep the open pull request {number}")
STEP_MOVE_LABELS = Sentence("move {issue} into review and take the agent's label off")
STEP_FREE = Sentence("free the agent in the ledger")
STEP_UNMARK = Sentence("take {label} off {issue}")
STEP_UNMARK_UNASSIGN = Sentence("take {label} off {issue} and unassign {login}")
STEP_RELEASE = Sentence("let go of {issue} in the ledger")
STEP_START = Sentence("start {agent} on {issue} in {worktree}")
STEP_STOP = Sentence("stop the agent")

WAITS_FOR_GITHUB = Sentence("Waiting for an answer from {hosts}; without one this ends by itself after a minute.")
WAITS_FOR_REMOTE = Sentence("Waiting for git, which talks to the remote of {path} and may run its hooks.")
WAITS_FOR_GIT = Sentence("Waiting for git in {path}.")
WAITS_FOR_ANOTHER = Sentence("Waiting for another soda-tui, which is acting on this repository.")
UNEXPECTED_HERE = Sentence("Something unexpected went wrong: {error}. The details are in the program's log, {log}.")
OUTPUT_FAILED = Sentence("The answer could not be written: {reason}. What was done stands.")
NO_TERMINAL = Sentence("The screen needs a terminal. For scripts there is soda-tui --refresh; see soda-tui --help.")
NOTHING_ENROLLED = Sentence(
    "No repository is enrolled yet. Enrol the clone you are in with soda-tui enroll, or look at soda-tui --demo."
)
RUNS_UNREADABLE = Sentence(
    "The records of agents cannot be read ({reason}), so it is not known whether one runs. Nothing is begun meanwhile."
)
NO_WORKTREE_YET = Sentence(
    "{agent} holds no issue in {repository}, so there is no work to look at and no directory to go to. Pop one first."
)
CONFIG_MISSING = Sentence(
    "There is no file {path}, which --config names, so nothing was done. soda-tui enroll makes it."
)
CONTINUE_OR_PROFILE = Sentence(
    "--continue goes on with the agent that the conversation is with; --profile names another. Give one of them."
)
ONLY_WITH_LAUNCH = Sentence("--profile and --extra are for an agent, which pop starts only with --launch.")
PROFILE_USED = Sentence("{repository}: {why}")
PROFILE_TAKEN = Sentence("{why}; a launch starts this one, unless it is at its usage limit")
VERSION_UNTOLD = Sentence("version not told")
SET_MALFORMED = Sentence("{text} is not SECTION.KEY=VALUE; say for example --set cockpit.interval=60.")
NO_SNAPSHOT = Sentence("Nothing was read yet. Run soda-tui --refresh once, or keep soda-tui open.")
NO_JSON_HERE = Sentence("{command} has no JSON form. Run it without --json.")
NO_SUCH_RUN = Sentence("{run} names no one run in {repository}, so no log is shown. The newest there: {known}.")
NO_LOG = Sentence("No agent has run in {repository} yet, so there is no log.")
LABEL_CREATE = Sentence("create {name} ({color}): {description}")
LABEL_UPDATE = Sentence("correct {name}: {what}")
LABELS_FINE = Sentence("All labels of {repository} are as they should be.")
LABELS_ASK = Sentence("Make these changes to the labels of {repository}?")
LABELS_DONE = Sentence("The labels of {repository} are as they should be now ({count} changed).")
LABELS_MISSING = Sentence(
    "Labels of {repository} to create or correct: {count}. See them with soda-tui init {repository}."
)
TEMPLATE_THERE = Sentence("{path} is there already, and stays as it is.")
TEMPLATE_WOULD = Sentence("add an issue template: {path}")
TEMPLATE_ASK = Sentence("Write an issue template that asks for acceptance criteria to {path}?")
TEMPLATE_ADDED = Sentence(
    "Wrote {path}. GitHub offers it once it is on the default branch: change it as you like, commit it and push it."
)
LABELS_UNKNOWN = Sentence("The labels of {repository} could not be looked at. {problem}")
ENROLLED = Sentence("Enrolled {repository} at {path}.")
ENROLLED_MOVED = Sentence("{repository} was enrolled already; from now on its clone is {path}.")
ENROLL_WOULD = Sentence("Would enrol {repository} at {path}; nothing was written.")
ENROLL_WOULD_MOVE = Sentence(
    "{repository} is enrolled already; its clone would be {path} from then on. Nothing was written."
)
ENROLL_ASK_MOVE = Sentence(
    "{repository} is enrolled with the clone {other}, which is still there. Work with {path} from now on? What was "
    "not pushed from {other} stays there, and is not looked at any more."
)
ENROLLED_ALREADY = Sentence("{repository} was enrolled already.")
UNENROLL_ASK = Sentence("Take {repository} out of the configuration all the same? Its clone and all work stay.")
UNENROLL_WOULD = Sentence("Would take {repository} out of the configuration; nothing was changed.")
UNENROLL_RUN = Sentence(
    "The agent on {issue} in {repository} goes on, and no cockpit here sees how it ends: soda-tui stop {repository} "
    "stops it first."
)
UNENROLL_CLAIM = Sentence(
    "The claim of {issue} in {repository} stays in the ledger, so nobody else works there: soda-tui reset {repository} "
    "lets go of it first."
)
UNENROLLED = Sentence("{repository} is no longer enrolled. Its clone, worktree and branches are untouched.")
ENROLL_ONE = Sentence("With --path give just one OWNER/NAME.")
ENROLL_NAME = Sentence("{text} is not OWNER/NAME or HOST/OWNER/NAME.")
ENROLL_NO_CLONE = Sentence("{path} is not inside a clone. Clone the repository first, or give the clone's path.")

ISSUE_OPENED = Sentence("Opened issue {number} in {repository}.")
ISSUE_NOT_CONFIRMED = Sentence(
    "GitHub does not say which issue was opened in {repository}. Look there before you open it again."
)
ISSUE_LABELLED = Sentence("Labels of issue {number} in {repository}: {words}.")
WOULD_OPEN = Sentence('Would open "{title}" in {repository} (labels: {labels}); nothing was changed.')
WOULD_LABEL = Sentence("Would change labels of issue {number} in {repository}: {words}; nothing was changed.")
WOULD_COMMENT = Sentence("Would comment on issue {number} of {repository}; nothing was changed.")
LABELS_ALREADY = Sentence("Issue {number} of {repository} has these labels already.")
ISSUE_COMMENTED = Sentence("Commented on issue {number} of {repository}.")
NO_SUCH_LABEL = Sentence(
    "{repository} has no label {labels}. Nothing was changed; soda-tui init creates the usual ones."
)

EMPTY_TEXT = Sentence("There is nothing to say yet. Give --body TEXT or --body-file FILE.")
NOT_AN_ISSUE = Sentence("{text} is not [REPO] N, with N an issue's number.")
UNREADABLE_TEXT = Sentence("{path} cannot be read: {error}. Nothing was changed.")
NO_DRIFT = Sentence("Nothing has drifted apart in {repository}.")
WATCHED = Sentence("Watched, and drift from {at} UTC on if it stays so: {message}")
REPAIR = Sentence("Repair: {what}.")
REPAIR_COMMAND = Sentence("Run: {command}")
REPAIR_YOURS = Sentence("What to do is yours to decide.")
DIFF_CUT = Sentence("The rest is not shown; see it with git diff in {worktree}.")
WORK_OF_THIS_CLONE = Sentence(
    "{cockpit} holds issue {issue} now. This is what this clone has of {branch}, and not what is done there."
)
NO_WORK = Sentence("Nothing was changed on {branch} yet.")
