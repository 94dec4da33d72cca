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
    "The run in {folder} is another machine's or a container's and did not end within {seconds} seconds; it ends as "
    "soon as it reads that it should, and nothing is begun here until then. Where that machine is gone for good, move "
    "that folder away."
)
