"""What the guide and the settings say."""

from soda_tui.domain.sentences.sentence import Sentence

GUIDE_TITLE = Sentence("Set up soda-tui")
GUIDE_BEGIN = Sentence(
    "Six steps to a first pop. Each can be skipped, and writes or sends nothing before it has asked."
)
GUIDE_SIGN_IN = Sentence("Sign in")
GUIDE_REPOSITORIES = Sentence("Repositories")
GUIDE_LABELS = Sentence("Labels")
GUIDE_AGENTS = Sentence("Agents")
GUIDE_WORKTREES = Sentence("Worktrees")
GUIDE_FIRST = Sentence("First pop")
GUIDE_LOOKS = Sentence("Looking …")
GUIDE_DOES = Sentence("At it …")
GUIDE_BUSY = Sentence("What was begun is still under way; wait for it, or leave.")
GUIDE_ASK_LEAVE = Sentence(
    "What was begun is still under way. Leave now? What is done stays; the rest is broken off, and a clone that is not "
    "whole yet is taken away."
)
GUIDE_COMMAND = Sentence("The same: {command}")
GUIDE_SIGNED_IN = Sentence(
    "Signed in to {host} as {login}, with the token from {source}. It is not stored: it is asked for at each start."
)
GUIDE_WITHOUT_TOKEN = Sentence("Clones that are here can be enrolled all the same.")
GUIDE_NEW_TOKEN = Sentence(
    "A token is made at https://{host}/settings/personal-access-tokens/new, with contents, issues and pull requests to "
    "read and write, checks to read."
)
GUIDE_NO_CLONES = Sentence("Name another folder, or the account whose repositories are to be cloned: tab leads there.")
GUIDE_SCANNED = Sentence("Clones below {folder}. What is ticked is enrolled: written into {file}, nothing else.")
GUIDE_LISTED = Sentence(
    "What {owner} has on GitHub, the newest pushed first. What is ticked is enrolled, and cloned into {folder} where "
    "it is not yet."
)
GUIDE_NONE_ENROLLED = Sentence("No repository is enrolled yet: the step Repositories does that.")
GUIDE_LABELS_LACKING = Sentence(
    "Issues come to agents by labels. These repositories lack some of them, or have them otherwise."
)
GUIDE_LABELS_FINE = Sentence("All labels are as they should be.")
GUIDE_TEMPLATE = Sentence(
    "An issue template that asks for what an agent needs to know is added to a clone by: soda-tui init {name} "
    "--issue-template"
)
GUIDE_LABELS_HERE = Sentence("as they should be")
GUIDE_ASK_LABELS = Sentence("Change the labels of {names} on GitHub? All else there stays as it is.")
GUIDE_CREATES = Sentence("Created, where they are missing: {names}.")
GUIDE_CORRECTS = Sentence("Their name, colour or description corrected: {names}.")
GUIDE_LABELS_CHANGE = Sentence("{count:label} to create or correct")
GUIDE_AGENTS_FOUND = Sentence("Which program works on issues? Enter makes one the usual for all repositories.")
GUIDE_AGENTS_NONE = Sentence(
    "None of the agents that soda-tui knows is installed. Install one of these, or name a command of your own: "
    "soda-tui config set agent.command -- WORDS"
)
GUIDE_ASK_AGENT = Sentence("Use {name} for all repositories that do not say otherwise? That writes {key} into {file}.")
GUIDE_AGENT_USUAL = Sentence("the usual one")
GUIDE_WORKS = Sentence(
    "Agents work in worktrees of their own, apart from your clones. What must be there before they can build and test?"
)
GUIDE_POP = Sentence("Pop claims an issue: it makes its branch and its worktree. No agent is started by that.")
GUIDE_ASK_POP = Sentence(
    "Pop {number} in {repository}? That pushes a branch and the claim, and labels and assigns the issue on GitHub."
)
GUIDE_NOT_HERE = Sentence("The demo is set up already. Leave it, and run soda-tui to set up repositories of yours.")
GUIDE_NOTHING_TICKED = Sentence("Nothing is ticked, so there is nothing to do.")
GUIDE_NOT_THIS = Sentence("{title} cannot be chosen ({words}), so there is nothing to do.")
GUIDE_FOLDER = Sentence("below the folder")
GUIDE_OWNER = Sentence("or of the account")
GUIDE_NO_OWNER = Sentence("a name on GitHub: all that it has; NAME REPOSITORY ticks one")
SETTINGS = Sentence("settings")
SETTINGS_TITLE = Sentence("Settings · {file}")
SETTINGS_NOT_HERE = Sentence(
    "The demo has no configuration. Leave it and run soda-tui; --demo --set SECTION.KEY=VALUE sets it for once."
)
SETTINGS_ALL = Sentence("all repositories")
SETTINGS_GROUP = Sentence("group {group}")
SETTINGS_DIFFER = Sentence("they differ")
SETTINGS_RIGHT = Sentence("It may be {right}.")
SETTINGS_DEFAULT = Sentence("Default: {default}.")
SETTINGS_AT_ONCE = Sentence("A change holds at once.")
SETTINGS_LATER = Sentence("A change holds when the cockpit is opened the next time.")
SETTINGS_REOPEN = Sentence("Open the cockpit anew now, so that what you changed holds? Agents run on.")
SETTINGS_THEME = Sentence("The colours of the screen; the theme under the cursor is tried on.")
SETTINGS_ENVIRONMENT = Sentence("Environment: {name}.")
SETTINGS_PLACE = Sentence("It is from {place}.")
SETTINGS_TAKEN_OUT = Sentence("{key} is no longer in {file}.")
SETTINGS_BELOW_OPTION = Sentence("What --set said when the cockpit was started goes before the file.")
SETTINGS_SEARCH = Sentence("words of a name or a meaning")
SETTINGS_NONE_FOUND = Sentence("No setting has these words.")
SETTINGS_EDIT = Sentence("soda-tui config edit")
SETTINGS_MORE = Sentence(
    "A host or an account, a profile, a label's profiles and a key of the screen are begun by names that are yours: "
    "leave this, and run soda-tui config edit. Those that the file has stand here and can be changed."
)
SETTINGS_SAME = Sentence("You changed nothing, so nothing was written.")
SETTINGS_LINES = Sentence(
    "{key} has several lines, for which there is no room here. Change it with: soda-tui config edit"
)
SETTINGS_EACH = Sentence(
    "A change is written for each of the {count:repository} that the group has now, not for one that comes to it later."
)
SETTINGS_ASK_OUT = Sentence("Take {key} out of {file}? What it says there goes with any remark on its lines.")
SETTINGS_SAYS = Sentence("It says {value} now.")
SETTINGS_OUT_OF_EACH = Sentence("It is taken out for {count:repository}.")
SETTINGS_NOT_REOPENED = Sentence(
    "The cockpit stays open as it was, because with this file none can be opened: {reason}"
)
