"""What is said of agents and their runs."""

from soda_tui.domain.sentences.sentence import Sentence

RUN_ALIVE = Sentence(
    "An agent runs in {repository} already (process {pid}), and a repository has one at a time; nothing was started. "
    "Wait for it, or stop it first."
)
RUN_LOCKED = Sentence(
    "Another run holds {repository} on this machine (supervisor {pid}), and a repository has one at a time; "
    "nothing was started. Wait for it, or stop it from the cockpit that started it."
)
NO_SLOT = Sentence(
    "As many agents run on this machine as max_agents under [cockpit] allows ({limit}): {repositories}. Nothing was "
    "started. Launch again when one of them has ended, or allow more."
)
RUN_FORBIDDEN = Sentence(
    "The file {path} forbids agents to run here, so nothing was started. When they may work again, {lift}."
)
LIFT_BY_COMMAND = Sentence("lift that with ! on the screen, or soda-tui resume")
LIFT_BY_HAND = Sentence("remove that file")
ASK_RESUME = Sentence(
    "All agents of this machine are stopped, since {since} by {by}. Lift that? It starts nothing but what loops that "
    "are on launch by themselves."
)
BY_KEY = Sentence("with the key {key}")
BY_COMMAND = Sentence("with soda-tui estop")
STOP_BEGINS = Sentence("STOP: nothing is started any more on this machine, and every agent is being stopped.")
STOP_ENDED = Sentence("Stopped the agent on {issue} in {repository}; its work is kept in {directory}.")
STOP_LEFT = Sentence("The agent on {issue} in {repository} could not be stopped; its work is in {directory}. {problem}")
STOP_STANDS = Sentence("{count:agent} stopped. None is started on this machine until that is lifted: {lift}.")
STOP_STANDS_ALONE = Sentence("No agent was at work. None is started on this machine until that is lifted: {lift}.")
LIFTS_KEY = Sentence("press {key} again, or say soda-tui resume")
LIFTS_COMMAND = Sentence("say soda-tui resume, or remove {path}")
STOP_UNWRITTEN = Sentence(
    "The stop could not be written ({reason}), so new agents can still be started. {count:agent} stopped all the same. "
    "Make room, or mend the rights of {path}, then stop again."
)
STOP_TOO_LONG = Sentence("It has not ended, and could not be ended: look for it there, and end it by hand.")
STOP_KEEPS = Sentence("Its claim was lost, and its work is just being put aside; it ends after that.")
STOP_LIFTED = Sentence(
    "The stop of {since} by {by} is lifted: agents may be started again. Loops that are on go on by themselves, all "
    "else as you launch it."
)
NO_STOP = Sentence("No stop stands on this machine, so there is nothing to lift.")
STOP_NOT_LIFTED = Sentence("{path} could not be removed ({reason}), so the stop stands. Remove it by hand.")
PROMPT_TOO_LONG = Sentence(
    "The prompt of {size} KiB makes an argument of {program} longer than the system allows, so nothing was started. "
    "Take {{prompt}} out of the profile's command: the agent then gets the prompt on standard input."
)
EXTRA_TOO_LONG = Sentence(
    "What the agent is to be told besides is longer than {limit} KiB, so nothing was started. "
    "Put it into the issue, or into a file of the repository."
)
ASK_UNVOUCHED = Sentence("{warning} Have you read issue {issue} as it stands now, and may an agent be told it?")
ASKS_TO_VOUCH = Sentence(
    "{question} Nothing was changed: say --yes --seen {seen} to do it without a terminal, as long as the text stays so."
)
VOUCH_FIRST = Sentence("{warning} So nothing was started; the claim is kept. Read it, then launch again.")
AGENT_PROGRAM_MISSING = Sentence(
    "The agent's program {program} was not found, so nothing was started; the claim is kept. "
    "Install it, or correct the profile's command in the configuration, then launch again."
)
AGENT_NOT_STARTED = Sentence(
    "The agent's program {program} could not be started ({reason}); the claim is kept. "
    "Mend that, or correct the profile's command in the configuration, then launch again."
)
INTERPRETER_MISSING = Sentence("its interpreter {interpreter} is not on this machine")
AGENT_DIRECTORY = Sentence(
    "The agent's directory {directory} cannot be entered ({reason}), so nothing was started. "
    "Pop finishes the claim and makes the directory; then launch again."
)
AGENT_ELSEWHERE = Sentence(
    "The directory {directory} is no worktree of {path}, so nothing was started there; the claim is kept. "
    "Move it out of the way, then pop makes the worktree anew."
)
SUPERVISOR_FAILED = Sentence(
    "The agent's supervisor could not be started ({reason}), so no agent runs; the claim is kept. Launch again."
)
RUN_NO_ANSWER = Sentence(
    "The agent's supervisor did not begin within {seconds:second}, so the start was called off; the claim is kept. "
    "The machine may be overloaded: look into {folder}, then launch again."
)
RUN_BROKEN = Sentence(
    "The run could not be carried on ({reason}), so its agent was ended; the work is kept. "
    "Mend that, then launch again."
)
RUN_TIME_LIMIT = Sentence(
    "The agent on {issue} was ended at its limit of {limit}; its work is kept. Launch it again to go on."
)
RUN_STOP_FILE = Sentence(
    "The agent on {issue} was stopped by the file {path}; its work is kept. When agents may work again, {lift}, then "
    "launch it; a loop that is on does so by itself."
)
RUN_KILLED = Sentence(
    "The agent on {issue} lost its supervisor, which was killed; its work is kept. Launch it again to go on. What was "
    "found of it was ended, and nobody knows how it fared."
)
RUN_BEING_ENDED = Sentence(
    "The agent on {issue} lost its supervisor, which was killed; what is left of it is being ended, which takes "
    "{seconds:second} at most, and nothing is begun beside it until then. The work is kept; look again in a moment."
)
RUN_REMAINS = Sentence(
    "The agent's run is over, but what began during it may still work in {directory}: {processes}. Nothing is begun "
    "beside that. Stop ends it; or end it yourself, if it is your own."
)
RUN_REBOOTED = Sentence(
    "The machine was restarted while the agent worked on {issue}; its work is kept. Launch it again to go on."
)
RUN_NEVER_BEGAN = Sentence("The agent on {issue} never began: its supervisor did not come up. Launch it again.")
RUN_LEFT_BEHIND = Sentence("Some processes of the agent could not be ended: {pids}. End them by hand.")
CLAIM_TAKEN = Sentence(
    "{cockpit} has taken over issue {issue} of {repository} ({since}), so the agent was stopped here."
)
CLAIM_REPLACED = Sentence(
    "{cockpit} works on issue {other} of {repository} since {since}, and no longer anybody here on {issue}, "
    "so the agent was stopped here."
)
CLAIM_LET_GO = Sentence(
    "The claim of issue {issue} in {repository} was let go of elsewhere, so the agent was stopped here."
)
LOSS_KEPT = Sentence(
    "What it had not committed is kept on {rescue} in {path}; {undo} brings it back. "
    "Commits that were not pushed stay on {branch} there."
)
LOSS_CLEAN = Sentence(
    "It had committed everything: what was not pushed stays on {branch} in {path}, and git log {branch} shows it there."
)
LOSS_NOT_KEPT = Sentence(
    "Its work could not be put aside: {reason} It lies untouched in {worktree}, and its commits on {branch} in {path}."
)
LOSS_NO_ANSWER = Sentence("git did not come to an end.")
REPLAY_UNREADABLE = Sentence(
    "{path} cannot be read ({reason}), so nothing is replayed. Give a file that an agent wrote."
)
RUN_UNREADABLE = Sentence(
    "The record of the run in {folder} cannot be read, so it is not known whether its agent runs, and nothing is begun "
    "beside it. Stop ends what is found of it; or move that folder away once you know that nothing of it runs."
)
RUN_FOREIGN = Sentence(
    "The run in {folder} was begun on another machine or in a container, so it cannot be seen from here whether its "
    "agent runs, and nothing is begun beside it. Stop asks it to end; where that machine is gone for good, move that "
    "folder away."
)
RUN_FOREIGN_SILENT = Sentence(
    "The run in {folder} is another machine's or a container's and did not end within {seconds:second}; it ends as "
    "soon as it reads that it should, and nothing is begun here until then. Where that machine is gone for good, move "
    "that folder away."
)
PTY_WITHOUT_PROMPT = Sentence(
    "The profile {profile} gives its agent a terminal, on which nothing is typed at the start, so nothing was started. "
    "Put {{prompt}} or {{prompt_path}} into its command."
)
ITS_OWN_CLAIM = Sentence("{words}, as it says itself")
USED_TODAY = Sentence("Today: {words}, as the agents say themselves.")
NOTHING_READABLE = Sentence("Nothing in it can be read so far.")
LOG_CUT = Sentence("the oldest {size} MB of this log were cut")
LOG_LOST = Sentence("lost here: {count:byte}, which could not be written ({reason})")
RUN_LOG_LOST = Sentence(
    "{count:byte} of what the agent said could not be written to its log ({reason}); the run itself went on, and its "
    "work is not touched by that. Make room on the disk before the next one."
)
MESSAGE_SAID = Sentence("you said: {text}")
DOOR_CLOSED = Sentence(
    "The agent's supervisor does not answer, so nothing was said to it. Look whether it still runs, and try again."
)
DOOR_FULL = Sentence("{count} others are attached to this agent already. Leave one of its terminals, and try again.")
DOOR_OTHER_VERSION = Sentence(
    "The agent was started by another version of soda-tui that is not understood here. Wait for its end, or stop it "
    "and launch again; its log can be read meanwhile."
)
NO_AGENT_TERMINAL = Sentence(
    "This agent has no terminal of its own, so there is nothing to attach to; its log shows what it does. An agent "
    'gets one where its profile has terminal = "pty". Once it has ended, soda-tui sit goes on with it by hand.'
)
NO_TERMINAL_HERE = Sentence("Attaching needs a terminal on both sides, and this is none. The log can be read anywhere.")
AGENT_NOT_UP_YET = Sentence(
    "The agent of {repository} is still being started, so it cannot be reached yet. Wait a moment, and try again."
)
NOTHING_TO_SIT_WITH = Sentence(
    "The agent of {repository} has left no conversation on {issue} to go on with by hand ({profile} has no interactive "
    "command, or has not told what its conversation is called). Launch it, or open a shell in its worktree."
)
NOTHING_TO_GO_ON_WITH = Sentence(
    "The agent of {repository} cannot go on by itself with what was said on {issue} ({profile} has no resume command, "
    "or has not told what its conversation is called). Launch it without --continue: it finds its earlier work there."
)
STEP_GO_ON = Sentence("start {agent} on its last conversation on issue {issue} in {worktree}")
SAT_DOWN = Sentence(
    "The agent of {repository} is on a terminal of its own, with its last conversation on {issue}. "
    "Attaching sits down at it; end it there, or stop it."
)
DOING_BY_HAND = Sentence("a person goes on with it by hand; what it uses is not counted")
STEP_SIT = Sentence("start {agent} on a terminal with its last conversation on issue {issue} in {worktree}")
AT_ITS_TERMINAL = Sentence("This is the agent's terminal: {key} comes back from it, and the agent goes on.")
ATTACH_REFUSED = Sentence("The agent's terminal could not be reached: it may have ended just now. Try again.")
MESSAGE_IN_QUOTES = Sentence("More than a repository and a text was given. Put the text in quotes, as one word.")
LEFT_AGENT = Sentence("You have left the agent's terminal; the agent goes on.")
AGENT_IS_OVER = Sentence("The agent has ended, and its terminal with it; how it ended is shown in the cockpit.")
AGENT_OUT_OF_SIGHT = Sentence(
    "The agent's terminal broke off, and it is not known from here whether the agent goes on: the cockpit shows it."
)
NO_MESSAGES = Sentence(
    "This agent reads nothing while it works, so it cannot be told anything. An agent can where its profile says so "
    "with message; else stop it, and launch again with what it should know."
)
NO_MESSAGES_BUT_TERMINAL = Sentence(
    "This agent reads no messages, but it has a terminal of its own: attach, and type there what it should know."
)
MESSAGE_TOO_LATE = Sentence(
    "The agent has said its last word and reads nothing more, so it was not told. "
    "Launch again with what it should know."
)
MESSAGE_TOO_LONG = Sentence("The message is longer than {limit} KiB, so it was not sent. Shorten it.")
MESSAGE_EMPTY = Sentence("There is nothing in the message, so nothing was sent.")
MESSAGE_SENT = Sentence("Told the agent of {repository}; its log shows what it makes of that.")
NO_AGENT_TO_REACH = Sentence("No agent runs in {repository}, so there is nobody to {what}. {then}")
CONVERSATION_OVER = Sentence(
    "The conversation on {issue} in {repository} {outcome}, so nobody is on its terminal any more. Its log shows what"
    " was said."
)
LAUNCH_FIRST = Sentence("Launch one first.")
POP_AND_LAUNCH = Sentence("Pop an issue and launch one first.")
