"""Sentences of the record: what is told of the past, and what would mend what goes wrong most often."""

from soda_tui.domain.sentences.sentence import Sentence

RUN_CAME_TO = Sentence("The run on {issue} came to nothing to hand over: {how}.")
ACT_BROKEN_OFF = Sentence("The {verb} of {issue} was broken off: the program was ended in the middle of it.")
NOTHING_DONE_YET = Sentence(
    "Nothing was done in {repository} from this machine yet. What other cockpits have done is in their own records."
)
NO_REPOSITORIES_PAST = Sentence("No repository is enrolled, so there is nothing to tell. Begin with soda-tui enroll.")
REPORT_NOTHING_DONE = Sentence("Nothing was handed over, merged or ended in this time.")
REPORT_NOTHING_WAITS = Sentence("Nothing waits for a person.")
REPORT_NOTHING_FAILED = Sentence("Nothing failed.")
REPORT_UNREAD = Sentence("{repository} could not be read, so what waits there is not known: {problem}")

MEND_NETWORK = Sentence(
    "GitHub did not answer; loops try again by themselves. Where it happens daily, look at the machine's network, "
    "proxy and sleep settings."
)
MEND_GITHUB = Sentence(
    "GitHub answered with errors of its own; loops try again by themselves. https://www.githubstatus.com tells whether "
    "it is known there."
)
MEND_RATE_LIMIT = Sentence(
    "The hourly budget of the account was used up; work waits for the next hour. A longer cockpit.interval, or an "
    "account of the cockpit's own, leaves more of it."
)
MEND_ADMISSION = Sentence(
    "GitHub did not let the account in. Renew the token (gh auth refresh), and see that it may write to the repository."
)
MEND_GIT = Sentence(
    "Git refused, in most cases for a hook or a rule on the branch. Run the command that the message names in the "
    "worktree (soda-tui path REPO) and read what git says."
)
MEND_CLONE = Sentence(
    "The clone could not be used. End the rebase or merge that is under way there, or enrol another clone."
)
MEND_CONFIGURATION = Sentence("The configuration keeps it from being done. The message names the key to change.")
MEND_REFUSED = Sentence(
    "It was refused because of how things stood. soda-tui drift REPO shows what has drifted apart and repairs it."
)
MEND_AGENT_START = Sentence(
    "The agent did not start. soda-tui profiles says what is installed and what it lacks; a setup command that fails "
    "keeps it from starting as well."
)
MEND_CRASH = Sentence(
    "Agents broke off. soda-tui logs REPO shows the last words; an expired login of the agent, too little memory, and "
    "a time limit that is too short are the usual reasons."
)
MEND_USAGE_LIMIT = Sentence(
    "Agents ran into their usage limit, and waited for its end. auto.tokens_per_day spreads the work over days, and "
    "another profile for some labels spreads it over accounts."
)
MEND_TIME_OUT = Sentence("Runs took too long. Split such issues, or raise limits.run_minutes.")
MEND_QUESTION = Sentence(
    "Agents stopped to ask. Say in the issue, or in the repository's own instructions for agents, what they may decide."
)
MEND_NO_COMMITS = Sentence(
    "Runs ended without a commit. Say in the issue what is to be changed and how one sees that it is done; what needs "
    "no change is better closed."
)
MEND_DIRTY = Sentence(
    "Runs left files uncommitted. Ignore what builds and tests write (.gitignore), and say in the repository's "
    "instructions for agents that work is to be committed."
)
MEND_UNSEEN = Sentence(
    "It could not be told what runs had left, so a person had to look. Leave worktrees where the cockpit put them."
)
MEND_CHECK = Sentence("Tell agents in the prompt how to run the check, so that they see it fail before you do.")
MEND_CONFLICT = Sentence("Land what waits for you sooner: the longer it waits, the more of the rest conflicts with it.")
MEND_HOOK = Sentence("Tell agents in the prompt what the hook asks for, and how to run it before they end.")
MEND_PUSH = Sentence(
    "Rules of the repository on GitHub do not let the branches of agents be pushed. Except them from the rule, or have "
    "the prompt say what it asks for."
)
MEND_WORKFLOW_SCOPE = Sentence(
    "Give the token the scope workflow, or keep issues that change workflows of GitHub Actions from agents."
)
MEND_DISK_FULL = Sentence("Give the disk more room; soda-tui cleanup and [retention] bound what the cockpit keeps.")
MEND_UNVOUCHED = Sentence(
    "Issues waited because nobody who may write to the repository vouches for their text. Read them with soda-tui "
    "peek, and label them yourself."
)
MEND_BROKEN_OFF = Sentence(
    "The program was ended in the middle of acts; soda-tui continue finishes each. Leave with q, and let a service "
    "manager stop soda-tui auto with SIGTERM."
)
MEND_UNEXPECTED = Sentence("This was not foreseen. The program's own log has more; please report it.")
