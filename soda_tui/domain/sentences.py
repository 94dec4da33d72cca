"""Every sentence that the cockpit says to a person, in one table.

A sentence says what happened, what it means for the work, and what to do. Values are foreign text: they are put in
literally and stripped of control characters.
"""

from __future__ import annotations

from dataclasses import dataclass

from soda_tui.domain.text import one_line


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with named gaps."""

    template: str

    def __call__(self, **values: object) -> str:
        """The sentence with its gaps filled; raises KeyError when a value is missing."""
        return self.template.format(**{name: one_line(str(value)) for name, value in values.items()})


# --- Configuration and enrolling ---

FOLDER_UNUSABLE = Sentence(
    "The folder {path} cannot be used ({reason}), so the cockpit cannot keep its files there; nothing was changed. "
    "Make the folder writable for you, or move away what is in its place."
)
FILE_UNREADABLE = Sentence(
    "The file {path} cannot be read ({reason}), so nothing was done. Make it a file that you can read, or remove it."
)
FILE_UNWRITABLE = Sentence(
    "The file {path} could not be written ({reason}); what was there before is still there. "
    "Make room and its folder writable for you, then try again."
)
CONFIG_KEYS = Sentence("{file}, line {line}: {fault}")
CONFIG_TOO_LONG = Sentence(
    "The configuration {file} is longer than {limit} bytes, so it was not read and nothing was done. Shorten it."
)
CONFIG_SYNTAX = Sentence(
    "{file}, line {line}: this is not valid TOML ({reason}). Nothing was done and the file is as it was: "
    "correct that line, then try again."
)
CONFIG_VALUE = Sentence(
    "{file}, line {line}: {key} should be {right}. Nothing was done and the file is as it was: "
    "correct that line, then try again."
)
CONFIG_TWICE = Sentence(
    "{file}, line {line}: {key} is {value}, as in the [[repository]] on line {first} already. One repository has one "
    "agent and one clone, so nothing was done: remove one of the two entries."
)
CONFIG_UNKNOWN_KEY = Sentence("{file}, line {line}: {key} is not a setting and is ignored. {hint}")
VARIABLE_VALUE = Sentence(
    "The environment variable {name} should be {right}. Nothing was done: correct or unset it, then try again."
)
VARIABLE_UNKNOWN = Sentence("The environment variable {name} sets nothing and is ignored. {hint}")
OPTION_UNKNOWN = Sentence("{key} is not a setting, so nothing was done. {hint}")
OPTION_VALUE = Sentence("The value given for {key} should be {right}. Nothing was done.")
CONFIG_EDIT = Sentence(
    "{file} is written in a way that the cockpit cannot change without disturbing other settings, so it was left as it "
    "is. Write or remove these lines by hand: [[repository]], name = {name}, path = {path}."
)
CLONE_ENROLLED = Sentence(
    "The clone {path} is enrolled as {other} already, and one clone belongs to one repository; nothing was changed. "
    "Where the repository was renamed, run: soda-tui unenroll {other}"
)
PROMPT_FILE_UNUSABLE = Sentence(
    "The prompt file {path} is missing or longer than 256 KiB, so no agent was started. "
    "Put it there, or change prompt_file in the configuration."
)
CLONE_NOT_TEXT = Sentence(
    "The clone's path {path} has bytes that are not UTF-8, which the configuration cannot hold; nothing was changed. "
    "Rename the folder, then enroll it again."
)
COCKPIT_ID_DAMAGED = Sentence(
    "The file {path} should hold this cockpit's identity, eight hexadecimal digits, and does not; without it the "
    "cockpit cannot tell its own claims from others, so nothing was done. Put it back from a backup, or delete it: "
    "the cockpit then takes a new identity, and earlier claims of this machine count as another's."
)
LOCKED = Sentence(
    "Another soda-tui (process {pid}) {what} and has not finished within {seconds} seconds; "
    "nothing was changed. Wait for it, or end that process where it hangs, then try again."
)
LOCK_UNUSABLE = Sentence(
    "The lock {path} cannot be taken ({reason}); without it two programs could act at the same time, so nothing was "
    "done. Keep the cockpit's state on a file system with locks."
)
LOG_UNUSABLE = Sentence("The program's own log is not kept: {reason}")
REMOTE_MISSING = Sentence(
    "The clone {path} has no remote called origin, so its repository on GitHub is not known and it was not enrolled. "
    "Say which one it is: soda-tui enroll OWNER/NAME --path {path}"
)
REMOTE_UNKNOWN = Sentence(
    "The remote origin of {path} ({url}) does not name a repository on a GitHub host, so it was not enrolled. "
    "Say which one it is: soda-tui enroll OWNER/NAME --path {path}"
)
REMOTE_ALIAS = Sentence(
    "The remote origin of {path} ({url}) goes through {host}, which looks like an alias of your ssh configuration, "
    "so its GitHub host is not known and it was not enrolled. "
    "Say which one it is: soda-tui enroll {name} --path {path}"
)
NONE_ENROLLED = Sentence("No repository is enrolled yet, so there is nothing to act on. Run: soda-tui enroll PATH")
NOT_ENROLLED = Sentence("{text} is not enrolled, so nothing was done. Enrolled: {choices}.")
AMBIGUOUS_NAME = Sentence("{text} can mean several repositories, so nothing was done. Say which one: {choices}.")
NO_REPOSITORY_HERE = Sentence(
    "This folder belongs to no enrolled repository, so it is not known which one is meant and nothing was done. "
    "Say which one: {choices}."
)

# --- GitHub ---

GITHUB_NO_TOKEN = Sentence(
    "There is no token for {host}, so nothing can be read or changed there. "
    "Set GH_TOKEN, or run: gh auth login --hostname {host}"
)
GITHUB_TOKEN_REFUSED = Sentence(
    "{host} refused the token, which is wrong, expired or revoked; nothing can be read or changed there. "
    "Make a new one and set GH_TOKEN, or run: gh auth login --hostname {host}"
)
GITHUB_TOKEN_COMMAND = Sentence(
    "The token_command of {host} gave no token ({reason}), so nothing can be read or changed there. "
    "Run it by hand, and correct it in the configuration."
)
GITHUB_TOKEN_MALFORMED = Sentence(
    "The token for {host} from {source} is not one word of plain characters, so it was not sent. "
    "Set it again, without spaces, quotes and line breaks."
)
GITHUB_ENDPOINT_MALFORMED = Sentence(
    "The API address {url} for {host} cannot be used ({reason}), so nothing was asked there. "
    "Correct api_url in the configuration, or GITHUB_API_URL."
)
GITHUB_ENDPOINT_WRONG = Sentence(
    "{host} has no GitHub GraphQL API at {url} (HTTP {status}), so nothing can be read there. "
    "Correct api_url in the configuration, or GITHUB_API_URL."
)
GITHUB_NOT_FOUND = Sentence(
    "{subject} does not exist on {host}, or your token may not see it; it cannot be read until that is mended. "
    "Check the name, and that the token has access to it."
)
GITHUB_FORBIDDEN = Sentence(
    '{host} does not let your token do this with {subject} ("{answer}"). '
    "Give the token read and write access to contents, issues and pull requests."
)
GITHUB_FIELD_FORBIDDEN = Sentence(
    "{host} does not show {field} of {subject} to your token, so that is missing here; all else is complete. "
    "Give the token the permission if you want to see it."
)
GITHUB_SAML = Sentence(
    "The organization of {subject} wants your token authorised for single sign-on, so it cannot be read. "
    "Authorise it at {url} and refresh."
)
GITHUB_RATE_LIMIT = Sentence(
    "The hourly budget of your account on {host} is used up, so nothing is asked until {until}. "
    "Wait; what is shown is as old as it says."
)
GITHUB_SECONDARY_LIMIT = Sentence(
    "{host} asks us to slow down, so nothing is asked until {until}. Wait; what is shown is as old as it says."
)
GITHUB_UNREACHABLE = Sentence(
    "{host} cannot be reached ({reason}), so what is shown is as old as it says. Check the network, then refresh."
)
GITHUB_PROXY = Sentence(
    "The proxy or the certificates that the environment names cannot be used ({reason}), so GitHub was not asked. "
    "Correct HTTPS_PROXY, ALL_PROXY or SSL_CERT_FILE."
)
GITHUB_TOO_SLOW = Sentence(
    "{host} gave no answer within {seconds} seconds, so what is shown is as old as it says. Refresh to try again."
)
GITHUB_BROKEN = Sentence(
    "{host} could not answer (HTTP {status}), so what is shown is as old as it says. "
    "Refresh to try again; www.githubstatus.com tells whether it is down."
)
GITHUB_GAVE_UP = Sentence(
    '{host} broke off its answer about {subject} ("{answer}"), so it would be incomplete. Refresh to try again.'
)
GITHUB_BAD_ANSWER = Sentence(
    "{host} sent an answer that cannot be understood ({reason}), so it was not used. "
    "Refresh to try again; a proxy in between may be the cause."
)
GITHUB_NOT_UNDERSTOOD = Sentence(
    '{host} did not accept what it was asked about {subject}: "{answer}". Nothing was read or changed by that.'
)
GITHUB_REFUSED = Sentence('{host} refused the change: "{answer}". The rest of the work is unharmed.')
GITHUB_OUTCOME_UNKNOWN = Sentence(
    "{host} broke off while it was making a change, so it is not known whether that was made. "
    "It is read again before anything else; running the command again does no harm."
)

# --- Git ---
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
GIT_LOCKED = Sentence(
    "Another git is at work in {path}, so this step was not done. Try again when it has finished; "
    "if none runs, remove the lock file that it names ({words})."
)
GIT_NOT_AUTHENTICATED = Sentence(
    "The remote of {path} does not accept who you are ({words}), so nothing was fetched or pushed. "
    "Check the token or the ssh key for it."
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
    "If you trust it, run: git config --global --add safe.directory '{path}'"
)
CLONE_NO_ORIGIN = Sentence(
    "The clone {path} has no remote called origin, so nothing can be fetched or pushed. "
    "Add it there with `git remote add origin URL`."
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
    "The worktree {path} is in the middle of {doing}, so it was not switched. "
    "Finish or abort that there, then try again."
)
WORKTREE_DIRTY = Sentence(
    "The worktree {path} has changes that are in no commit, so it was not switched: {files}. "
    "Commit, stash or remove them, then try again."
)
WORKTREE_DETACHED = Sentence(
    "The worktree {path} stands on commit {commit}, which no branch holds, so it was not switched. "
    "Keep it with `git branch NAME {commit}` there, then try again."
)
WORKTREE_REFUSED = Sentence(
    "The worktree {path} could not be brought to the branch ({words}). What is in it is untouched; "
    "put right what git names, then try again."
)
WORKTREE_OBSTACLES = Sentence(
    "The worktree {path} has files that git ignores and that the branch brings as its own, so it was not switched: "
    "{files}. Move them away, then try again."
)
WORKTREE_LOCKED = Sentence(
    "The worktree {path} is gone, but git was told to keep its place, so it was not made again. "
    "Bring the folder back, or run `git -C {clone} worktree unlock {path}`, then try again."
)
CHECKOUT_ALIVE = Sentence(
    "An earlier git still fills the worktree {path} with files, so it was left alone. "
    "Try again when that has finished; if it hangs, end that process first."
)
CHECKOUT_HALF_DONE = Sentence(
    "Filling the worktree {path} with files was cut off, and not all that is in it now comes from that ({files}), so "
    "it was left alone. To set all of it aside in a stash, run: {command}"
)
AND_MORE = Sentence("{files} and {more} more")
BRANCH_ELSEWHERE = Sentence(
    "The branch {branch} is checked out in {path}, and git lets no two directories share a branch. "
    "Switch that one to another branch (or run `git worktree prune` if it is gone), then try again."
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
    "The branch {branch} was changed on the remote since it was read, so nothing was pushed. Refresh and try again."
)
BRANCH_NOT_FORWARD = Sentence(
    "The work here does not contain what the branch {branch} holds on the remote, so nothing was pushed. "
    "Merge or rebase onto that branch in the worktree, then try again."
)
COMMIT_MISSING = Sentence(
    "The clone {path} lacks the commit {commit}, so this step was not done. Refresh and try again."
)
HOOK_REFUSED = Sentence("the pre-push hook of the clone stopped it ({words}).")
PUSH_UNANSWERED = Sentence(
    "The push from {path} did not end in time, held up by the remote or a hook; the ledger has not moved so far, "
    "and the work is safe here. Try again: if the push arrives late, that is noticed."
)
PUSH_OUTCOME_UNKNOWN = Sentence(
    "The connection broke while pushing, and the remote could not be asked what it took, so the outcome is not known. "
    "The work is safe here; repeat the action when the remote answers, which finishes what is missing. {words}"
)

# --- Agents ---

RUN_ALIVE = Sentence(
    "An agent runs in {repository} already (process {pid}), and a repository has one at a time; nothing was started. "
    "Wait for it, or stop it first."
)
RUN_LOCKED = Sentence(
    "Another run holds {repository} on this machine (supervisor {pid}), and a repository has one at a time; "
    "nothing was started. Wait for it, or stop it from the cockpit that started it."
)
RUN_FORBIDDEN = Sentence(
    "The file {path} forbids every run on this machine, so nothing was started. Remove it when agents may work again."
)
PROMPT_TOO_LONG = Sentence(
    "The prompt of {size} KiB makes an argument of {program} longer than the system allows, so nothing was started. "
    "Take {{prompt}} out of command in the configuration: the agent then gets the prompt on standard input."
)
AGENT_PROGRAM_MISSING = Sentence(
    "The agent's program {program} was not found, so nothing was started; the claim is kept. "
    "Install it, or correct command under [agent] in the configuration, then launch again."
)
AGENT_NOT_STARTED = Sentence(
    "The agent's program {program} could not be started ({reason}); the claim is kept. "
    "Mend that, or correct command under [agent] in the configuration, then launch again."
)
AGENT_DIRECTORY = Sentence(
    "The agent's directory {directory} cannot be entered ({reason}), so nothing was started. "
    "Pop finishes the claim and makes the directory; then launch again."
)
SUPERVISOR_FAILED = Sentence(
    "The agent's supervisor could not be started ({reason}), so no agent runs; the claim is kept. Launch again."
)
RUN_NO_ANSWER = Sentence(
    "The agent's supervisor did not begin within {seconds} seconds, so the start was called off; the claim is kept. "
    "The machine may be overloaded: look into {folder}, then launch again."
)
RUN_BROKEN = Sentence(
    "The run could not be carried on ({reason}), so its agent was ended; the work is kept. "
    "Mend that, then launch again."
)
RUN_TIME_LIMIT = Sentence(
    "The run was ended at its limit of {minutes} minutes; the work is kept. Launch again to go on."
)
RUN_KILLED = Sentence(
    "The run's supervisor was killed, so nobody knows how the agent fared and what was left of it was ended; "
    "the work is kept. Launch again to go on."
)
RUN_REBOOTED = Sentence("The machine was restarted during the run; the work is kept. Launch again to go on.")
RUN_NEVER_BEGAN = Sentence("The run never began: its supervisor did not come up. Launch again.")
RUN_LEFT_BEHIND = Sentence("Some processes of the agent could not be ended: {pids}. End them by hand.")
RUN_UNREADABLE = Sentence(
    "The record of the run in {folder} cannot be read, so it is not known whether its agent runs. "
    "Look for its processes, then move that folder away."
)

# --- Queue and drift ---

LEFT_OUT_HELD = Sentence("{agent} holds it.")
LEFT_OUT_HUMAN_ONLY = Sentence("{label}: a person does this one.")
LEFT_OUT_REVIEW = Sentence("{label}: it is in review.")
LEFT_OUT_READY_TO_MERGE = Sentence("{label}: its work is ready to land.")
LEFT_OUT_BLOCKED = Sentence("{label}: it waits for something else.")
LEFT_OUT_AGENT_LABEL = Sentence("It carries {label}, but no claim holds it; take the label off to offer it again.")
LEFT_OUT_PULL_REQUEST = Sentence("Open pull request {number} closes it.")
LEFT_OUT_ASSIGNED = Sentence("It is assigned to {login}.")
LEFT_OUT_NOT_MINE = Sentence("It is not assigned to {login}, and only your own are offered (mine = true).")
LEFT_OUT_EXCLUDED_LABEL = Sentence("It carries {label}, which is left out by exclude_labels.")
LEFT_OUT_NO_INCLUDED_LABEL = Sentence("It carries none of {labels}, which include_labels asks for.")

STANDS_CLOSED = Sentence("It is closed.")
STANDS_FIRST = Sentence("Pop takes it now: it is the first of {count} in the queue.")
STANDS_NEXT = Sentence("It is the first of {count} in the queue, for when {agent} is free: it holds {held} now.")
STANDS_AT = Sentence("It is number {position} of {count} in the queue; {first} comes first.")
STANDS_OUT = Sentence("It is not in the queue. {reason}")
STANDS_UNROUTED = Sentence("It is not in the queue: it carries no routing label.")

DRIFT_LEDGER_GONE = Sentence(
    "The ledger branch soda/ledger is gone, so nobody knows who works here. Nothing is started;"
    " restore the branch on GitHub (Branches, deleted)."
)
DRIFT_NO_LEDGER = Sentence(
    "There is no branch soda/ledger, but an agent's label is on {issues}: somebody may be at work there. Nothing is"
    " started; take the label off once nobody is."
)
DRIFT_RUN_WITHOUT_CLAIM = Sentence(
    "An agent works on {issue} here (process {pid}) without holding the claim. Its work is kept; stop it."
)
DRIFT_LEDGER_UNREADABLE = Sentence(
    "The newest entry of soda/ledger cannot be read, so nobody knows who works here. Nothing is started;"
    " see who pushed to that branch."
)
DRIFT_LEDGER_NEWER = Sentence(
    "A newer soda-tui wrote the ledger, so this one only watches. Update soda-tui to act here again."
)
DRIFT_LABEL_WITHOUT_CLAIM = Sentence(
    "Issue {issue} carries {label}, but no claim holds it: nobody works on it. Take the label off to offer it again."
)
DRIFT_ISSUE_CLOSED = Sentence("Issue {issue} was closed while it is held. The work is kept; reset lets go of it.")
DRIFT_CLAIM_WITHOUT_LABEL = Sentence("Issue {issue} is held but does not carry {label}. Pop puts the label back.")
DRIFT_BRANCH_GONE = Sentence(
    "Branch {branch} is gone from the remote. The commits in the worktree are safe; bottle pushes them again."
)
DRIFT_MERGED_UNDER_WORK = Sentence(
    "Pull request {number} was merged while issue {issue} is still held. Reset lets go of it; later commits are kept."
)
DRIFT_CLOSED_UNDER_WORK = Sentence(
    "Pull request {number} was closed while issue {issue} is still held. The work is kept; reset lets go of it."
)
DRIFT_UNEXPECTED_BRANCH = Sentence(
    "The worktree stands on {branch}, not on {expected}. Pop puts it back once everything there is committed."
)
DRIFT_MERGED_ISSUE_OPEN = Sentence(
    "Pull request {number} was merged, but issue {issue} is still open. Close it, or label it route:ready again."
)
DRIFT_PULL_REQUEST_CLOSED = Sentence(
    "Pull request {number} was closed without a merge; issue {issue} waits. Close it, or label it route:ready again."
)

NEED_AGENT_INPUT = Sentence("The agent waits for an answer on {issue}.")
NEED_AGENT_FAILED = Sentence("The agent on {issue} {outcome}. Its work is kept; launch it again, or reset.")
NEED_AGENT_STALLED = Sentence("The agent on {issue} has said nothing for ten minutes. Look at its log, or stop it.")
NEED_AGENT_LIMIT = Sentence("The agent on {issue} has used up its limit.")
NEED_WORK_DONE = Sentence("The work on {issue} is done: bottle it.")
NEED_HANDOVER_UNFINISHED = Sentence("Handing over {issue} is not finished: bottle finishes it.")
NEED_CLAIM_UNFINISHED = Sentence("Claiming {issue} is not finished, it has no worktree: pop finishes it.")
NEED_RENAMED = Sentence("{repository} is called {name} on GitHub now. All goes on working under its old name here.")
NEED_READY_TO_LAND = Sentence("Ready to land: {issues}.")

# --- Actions ---

ALREADY_HOLDING = Sentence(
    "{repository} is already holding {issue}: {agent} works on one issue at a time. Bottle or reset it first."
)
AGENT_RUNS = Sentence("The agent is working on {issue} in {repository}. Wait for it, or stop it first.")
HELD_ELSEWHERE = Sentence(
    "{repository} is held by cockpit {cockpit} for issue {issue} since {since}. Nothing was changed here; wait for it."
)
NO_CLAIM = Sentence("{agent} holds no issue in {repository}, so there is nothing to do. Pop one first.")
NO_RUN = Sentence("No agent runs in {repository}, so there is nothing to stop.")
HANDING_OVER = Sentence(
    "Handing over {issue} in {repository} was begun and is not finished. Bottle finishes it; nothing is lost."
)
STATUS_UNKNOWN = Sentence(
    "What {repository} is doing is not known now, so nothing is changed. Refresh it, and see its error."
)
READ_ONLY = Sentence("{repository} is read-only here, so it is only watched. Set read_only = false to act on it.")
NO_PUSH = Sentence(
    "You may only read {repository} ({permission}), so it is only watched. Ask for write access to act on it."
)
ARCHIVED = Sentence("{repository} is archived on GitHub, so nothing can be changed. Unarchive or unenroll it.")
QUEUE_EMPTY = Sentence("The queue of {repository} is empty: no open issue is ready. Label one route:ready.")
ASK_STOP = Sentence("Stop the agent on {issue} in {repository}? Its commits and files stay in {worktree}.")
ASK_RESET = Sentence(
    "Let go of {issue} in {repository}? It goes back into the queue; branch {branch}, worktree and all work are kept."
)

EMPTY_REPOSITORY = Sentence("{repository} has no commit yet, so no branch can begin there. Push a first commit.")
NOT_ROUTED = Sentence(
    "Issue {issue} of {repository} is not in the queue: it is closed or carries no routing label. Label it route:ready."
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
    "{repository} has uncommitted files: {files}. Nothing was pushed; commit or remove them in {worktree}."
)
UNKNOWN_COMMITS = Sentence(
    "Git cannot say how many commits {branch} has in {repository}, so nothing is handed over. See if its base is here."
)
NO_COMMITS = Sentence("There is no commit on {branch} in {repository} yet, so there is nothing to hand over.")
NO_AGENT_COMMAND = Sentence(
    'No agent is configured for {repository}. Put command = ["…", "{{prompt}}"] under [agent] in the configuration.'
)
ISSUE_NOT_OPEN = Sentence(
    "Issue {issue} of {repository} is closed, so no agent is started on it. Reset lets go of it; the work is kept."
)
TAKEN_BY = Sentence("{cockpit} was faster: it holds issue {issue} of {repository}. Nothing was changed here.")
LEDGER_MOVED = Sentence(
    "The ledger of {repository} moved on while this was done. What was done stands; refresh, and do it again."
)
PUSH_REFUSED = Sentence("The push to {repository} was refused: {words} Nothing was claimed or handed over by it.")
NOT_VERIFIED = Sentence(
    "GitHub does not show {what} on issue {issue} of {repository} after it was set. Do the same again to finish."
)
CHANGE_REFUSED = Sentence("GitHub refused {what} in {repository}: {words} Do the same again to finish.")
STOPPED_AT = Sentence("{problem} What was done before stands; do the same again, and what is left is finished.")
ASKS_FIRST = Sentence("{question} Nothing was changed: say --yes to do it without a terminal.")
CANCELLED = Sentence("Nothing was changed in {repository}.")
BUSY_HERE = Sentence("{repository} is busy with {verb}. Wait until that has ended.")
NOT_WATCHED = Sentence("{repository} is not enrolled, so nothing was done. Enrol it with soda-tui enroll.")
UNEXPECTED = Sentence("Something unexpected went wrong in {repository}: {error}. The program's log has the details.")

NO_BASE = Sentence("{repository} has no branch {base} on the remote, so no work can begin there. Set base to another.")
NOT_ASSIGNED = Sentence("GitHub does not let {login} be assigned to {issue}; the claim holds without that.")
EXTRA_REFUSED = Sentence("The pull request is open, but GitHub refused an extra: {words}")

NOT_UNMARKED = Sentence("GitHub did not take back what was put on {issue}: {words} Take the agent's label off by hand.")
NOTHING_TO_REVIEW = Sentence("{base} has all commits of {branch} already, so no pull request was needed.")

POPPED = Sentence("Popped {issue} in {repository}: {branch} is ready in {worktree}.")
POP_FINISHED = Sentence("The claim of {issue} in {repository} is complete again: {branch} is ready in {worktree}.")
BOTTLED = Sentence("Bottled {issue} of {repository}: {url}")
RESET_DONE = Sentence("Let go of {issue} in {repository}. Its work stays on {branch}.")
LAUNCHED = Sentence("The agent works on {issue} in {repository} (process {pid}).")
STOPPED = Sentence("The agent on {issue} in {repository} was stopped. Its commits and files are kept.")
WOULD = Sentence("Would {verb} {issue} in {repository}; nothing was changed.")

STEP_CLAIM_NEW = Sentence("claim {issue} in the ledger and push {branch} from {base}")
STEP_CLAIM_KEPT = Sentence("claim {issue} in the ledger and go on with {branch}")
STEP_MARK = Sentence("label {issue} {label} and assign {login}")
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
STEP_START = Sentence("start the agent on {issue} in {worktree}")
STEP_STOP = Sentence("stop the agent")

UNEXPECTED_HERE = Sentence("Something unexpected went wrong: {error}. The program's log has the details.")
OUTPUT_FAILED = Sentence("The answer could not be written: {reason}. What was done stands.")
NO_TERMINAL = Sentence("The screen needs a terminal. For scripts there is soda-tui --refresh; see soda-tui --help.")
NOTHING_ENROLLED = Sentence(
    "No repository is enrolled yet. Enrol the clone you are in with soda-tui enroll, or look at soda-tui --demo."
)
RUNS_UNREADABLE = Sentence(
    "The records of agents cannot be read ({reason}), so it is not known whether one runs. Nothing is begun meanwhile."
)
NO_WORKTREE_YET = Sentence("{repository} has no worktree yet, so there is no directory to go to. Pop an issue first.")
CONFIG_MISSING = Sentence(
    "There is no file {path}, which --config names, so nothing was done. soda-tui enroll makes it."
)
SET_MALFORMED = Sentence("{text} is not SECTION.KEY=VALUE; say for example --set cockpit.interval=60.")
NO_SNAPSHOT = Sentence("Nothing was read yet. Run soda-tui --refresh once, or keep soda-tui open.")
NO_JSON_HERE = Sentence("{command} has no JSON form. Run it without --json.")
NO_LOG = Sentence("No agent has run in {repository} yet, so there is no log.")
LABEL_CREATE = Sentence("create {name} ({color}): {description}")
LABEL_UPDATE = Sentence("correct {name}: {what}")
LABELS_FINE = Sentence("All labels of {repository} are as they should be.")
LABELS_ASK = Sentence("Make these changes to the labels of {repository}?")
LABELS_DONE = Sentence("The labels of {repository} are as they should be now ({count} changed).")
LABELS_MISSING = Sentence(
    "Labels of {repository} to create or correct: {count}. See them with soda-tui init {repository}."
)
LABELS_UNKNOWN = Sentence("The labels of {repository} could not be looked at. {problem}")
ENROLLED = Sentence("Enrolled {repository} at {path}.")
ENROLLED_MOVED = Sentence("{repository} is at {path} now.")
ENROLLED_ALREADY = Sentence("{repository} was enrolled already.")
UNENROLLED = Sentence("{repository} is no longer enrolled. Its clone, worktree and branches are untouched.")
ENROLL_ONE = Sentence("With --path give just one OWNER/NAME.")
ENROLL_NAME = Sentence("{text} is not OWNER/NAME or HOST/OWNER/NAME.")
ENROLL_NO_CLONE = Sentence("{path} is not inside a clone. Clone the repository first, or give the clone's path.")

ISSUE_OPENED = Sentence("Opened issue {number} in {repository}.")
ISSUE_NOT_CONFIRMED = Sentence(
    "GitHub does not say which issue was opened in {repository}. Look there before you open it again."
)
ISSUE_LABELLED = Sentence("Labels of issue {number} in {repository}: {words}.")
LABELS_ALREADY = Sentence("Issue {number} of {repository} has these labels already.")
ISSUE_COMMENTED = Sentence("Commented on issue {number} of {repository}.")
NO_SUCH_LABEL = Sentence(
    "{repository} has no label {labels}. Nothing was changed; soda-tui init creates the usual ones."
)

EMPTY_TEXT = Sentence("There is nothing to say yet. Give --body TEXT or --body-file FILE.")
NOT_AN_ISSUE = Sentence("{text} is not [REPO] N, with N an issue's number.")
UNREADABLE_TEXT = Sentence("{path} cannot be read: {error}. Nothing was changed.")
NO_DRIFT = Sentence("Nothing has drifted apart in {repository}.")
REPAIR = Sentence("Repair: {command}")
REPAIR_YOURS = Sentence("What to do is yours to decide.")
DIFF_CUT = Sentence("The rest is not shown; see it with git diff in {worktree}.")
NO_WORK = Sentence("Nothing was changed on {branch} yet.")

# --- Screen ---

QUEUE_IS_EMPTY = Sentence("Queue empty: label an issue route:ready.")
NOT_READ_YET = Sentence("Not read from GitHub yet.")
NO_REPOSITORY = Sentence("No repository is enrolled, so there is nothing to act on. Enrol one with soda-tui enroll.")
NOTHING_TO_PEEK = Sentence("Nothing to peek at: the queue of {repository} is empty. Label an issue route:ready.")
ENGINE_ENDED = Sentence("Nothing is kept fresh any more: {error}. Agents run on; quit, and start soda-tui again.")
REFRESHED = Sentence("Fetched {repository}.")
REFRESHED_ALL = Sentence("Fetched all repositories.")
REFRESH_FAILED = Sentence("Fetched, but {count} of the repositories could not be read; see the lines in their panes.")
CRASHED = Sentence("Something unexpected went wrong: {error}. Nothing else was touched; try it again.")
QUIT_RUNNING = Sentence("Agents run on: {agents}. Start soda-tui to see them again.")
QUIT_DEMO = Sentence("The demo has ended: its agents were stopped and its folder was removed.")
NONE_CHOSEN = Sentence("No repository is chosen here, so nothing can be done. Clear the filter, or unfold a group.")
FILTER_HINT = Sentence("Words in names, groups, states, issues and labels; enter keeps the filter, esc ends it.")
NO_ROW_MATCHES = Sentence("No issue in the queue matches.")
NONE_MATCHES = Sentence("Nothing matches. Press esc to see all again.")
NOTHING_WAITS = Sentence("Nothing waits for you.")
NOTHING_SAID = Sentence("Nothing was said yet.")
NO_GROUPS = Sentence('There are no groups to fold. Give repositories a group = "…" in the configuration.')
HOW_TO_QUIT = Sentence("Press {key} to leave the cockpit; agents run on.")
HOW_TO_QUIT_DEMO = Sentence("Press {key} to end the demo.")
SORTED = Sentence("Sorted {how}.")
ASK_POP_AHEAD = Sentence("Pop {issue} in {repository}, although {first} comes first in its queue?")
ASK_POP_AND_LAUNCH = Sentence(
    "The agent of {repository} is idle. Pop {issue} ({title}) and start the agent on it? It gets its own branch and "
    "worktree; your clone stays as it is."
)
ASK_MANY = Sentence("{what} in {count} repositories? {names}.")
ASK_MANY_KEPT = Sentence("Commits, branches and worktrees are kept.")
MANY_LEFT_OUT = Sentence("Left out: {names}.")
NONE_OF_THE_MARKED = Sentence("None of the marked repositories can {verb} now. {reason}")
MANY_DONE = Sentence("{what}: done in {count} repositories.")
MANY_PARTLY = Sentence("{what}: done in {done} of {count} repositories, but not in {names}. Press e to see why.")
NO_RUNS_YET = Sentence("No agent has run here yet; launch one, and its log is here.")
NO_REQUESTS = Sentence("No pull request is open in {repository}.")
NO_SEARCH = Sentence("Nothing is searched for yet. Press / and type.")
NO_MATCH = Sentence("No further match for {text}.")
NO_ISSUE_HERE = Sentence("There is no issue to do that to in {repository}: its queue is empty and its agent is idle.")
CLOSES_NOTHING = Sentence("This pull request closes no issue that could be shown. Press o to see it in the browser.")
FOREIGN_URL = Sentence("The address of {number} is not one of {host}, so it is neither opened nor copied.")
COPIED = Sentence("Copied {text}.")
BROWSING = Sentence("Opened {url} in the browser.")
NO_BROWSER = Sentence("No browser can be opened from here. The address was copied instead: {url}")
EDITOR_UNUSABLE = Sentence("$VISUAL or $EDITOR is no command that can be read: {editor}. Mend it, and press E again.")
FOLDER_GONE = Sentence("The worktree {folder} is not there any more. Nothing was started; pop makes it again.")
PROGRAM_UNUSABLE = Sentence(
    "{program} could not be started ({reason}). Nothing was changed; check that it is installed."
)
PROGRAM_ENDED = Sentence("{program} ended with {status}; what it said is above the cockpit in the terminal.")
NO_TERMINAL_TO_GIVE = Sentence("This terminal cannot be given to another program. Nothing was started.")
NOTHING_WRITTEN = Sentence("There is nothing to send yet. Write something, or leave with esc.")
WRITTEN_TOO_LONG = Sentence("GitHub takes at most {limit} characters. Shorten the text; nothing was sent.")
ASK_THROW_AWAY = Sentence("Throw away what was written? It was not sent, and is kept nowhere.")
THEME_BROKEN = Sentence("The theme {file} cannot be used: {error}. Mend it, or choose another one.")
KEYS_UNKNOWN = Sentence("{name} is no action, so its keys are not used. {hint}")
KEYS_WRONG = Sentence(
    "{key} is no key for {name}, which keeps its own. Write one such as x, ?, f5 or ctrl+x, or a list of them."
)
KEYS_CLASH = Sentence("{key} is the key of {other} already, so {name} keeps its own. Give one of them another key.")
NOT_IN_THIS_VIEW = Sentence("This works in another view; go there first.")
NOT_NOW = Sentence("This cannot be done here and now.")
THEME_GONE = Sentence("There is no theme {theme} any more, so {worn} is shown. Choose another one with ctrl+p.")
