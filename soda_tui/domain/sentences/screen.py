"""What only the screen says."""

from soda_tui.domain.sentences.sentence import Sentence

QUEUE_IS_EMPTY = Sentence("Queue empty: label an issue route:ready.")
NOT_READ_YET = Sentence("Not read from GitHub yet.")
NO_REPOSITORY = Sentence("No repository is enrolled, so there is nothing to act on. Enrol one with soda-tui enroll.")
NOTHING_TO_PEEK = Sentence("Nothing to peek at: the queue of {repository} is empty. Label an issue route:ready.")
ENGINE_ENDED = Sentence("Nothing is kept fresh any more: {error}. Agents run on; quit, and start soda-tui again.")
BROKE_OFF = Sentence(
    "{what} broke off and is begun again: {error}. Agents run on; if that does not help, start soda-tui again."
)
REMARKS = Sentence("{count} more of this: {key} shows them.")
REFRESHED = Sentence("Fetched {repository}.")
REFRESH_KEPT = Sentence("Not fetched again: what was read lately counts while API points are scarce. {points}")
REFRESHED_ALL = Sentence("Fetched all repositories.")
REFRESH_FAILED = Sentence("{count} of {all:repository} could not be read; the panes say why.")
CRASHED = Sentence("Something unexpected went wrong: {error}. Nothing else was touched; try it again.")
FINISHING = Sentence(
    "Finishing {acts} before leaving, so that nothing stands half done. Press {key} again to leave at once: what is "
    "then left undone is done by the same action later."
)
LEFT_AT_ONCE = Sentence("Left in the middle of {acts}. No work is lost: look at it again, and do what is missing.")
QUIT_RUNNING = Sentence("Agents run on: {agents}. Start soda-tui to see them again.")
QUIT_LOOPS = Sentence(
    "The loop is on in {repositories}: it rests until soda-tui or soda-tui auto goes on with it, unless one does "
    "already."
)
QUIT_DEMO = Sentence("The demo has ended: its agents were stopped and its folder was removed.")
NONE_CHOSEN = Sentence("No repository is chosen here, so nothing can be done. Clear the filter, or unfold a group.")
FILTER_HINT = Sentence("Words in names, groups, states, issues and labels; enter keeps the filter, {key} ends it.")
NO_ROW_MATCHES = Sentence("No issue in the queue matches.")
NONE_MATCHES = Sentence("Nothing matches. Press {key} to see all again.")
AND_MORE_WAIT = Sentence("And {count} more, which the inbox lists.")
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
ASK_MANY = Sentence("{what} in {count:repository}? {names}.")
ASK_MANY_KEPT = Sentence("Commits, branches and worktrees are kept.")
MANY_LEFT_OUT = Sentence("Left out: {names}.")
NONE_OF_THE_MARKED = Sentence("None of the marked repositories can {verb} now. {reason}")
MANY_DONE = Sentence("{what}: done in {count:repository}.")
MANY_PARTLY = Sentence("{what}: done in {done} of {count:repository}, but not in {names}. Press {key} to see why.")
NO_RUNS_YET = Sentence("No agent has run here yet; the log of one that does is shown here.")
NO_REQUESTS = Sentence("No pull request is open in {repository}.")
NO_SEARCH = Sentence("Nothing is searched for yet. Press {key} and type.")
NO_MATCH = Sentence("No further match for {text}.")
NO_ISSUE_HERE = Sentence("There is no issue to do that to in {repository}: its queue is empty and its agent is idle.")
LOG_IS_TEXT = Sentence("This agent writes plain text, so its log is shown as it was written; no kinds stand in it.")
LOG_OTHER = Sentence(
    "This log was cut or written anew while it was read: what stood here may be gone. It is shown from its {where} now."
)
RUN_BEGAN = Sentence("A new run began: {key} goes to its log.")
RUN_BEGAN_SHOWN = Sentence("A new run began: this is its log. The earlier one is at {where}.")
CLOSES_NOTHING = Sentence("This pull request closes no issue that could be shown. {key} shows it in the browser.")
FOREIGN_URL = Sentence("The address of {number} is not one of {host}, so it is neither opened nor copied.")
COPIED = Sentence("Copied {text}.")
BROWSING = Sentence("Opened {url} in the browser.")
NO_BROWSER = Sentence("No browser can be opened from here. The address was copied instead: {url}")
EDITOR_UNUSABLE = Sentence("$VISUAL or $EDITOR is no command that can be read: {editor}. Mend it, and try again.")
FOLDER_GONE = Sentence(
    "The worktree {folder} is not there any more, so nothing was started. Once it is read again, its pane says what to"
    " do."
)
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
THEME_GONE = Sentence("There is no theme {theme} any more, so {worn} is shown. Choose another one with {key}.")
