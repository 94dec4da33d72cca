"""What the commands say that read and write the configuration, and take over the ancestor's."""

from soda_tui.domain.sentences.sentence import Sentence

KEY_NOT_OF_REPOSITORY = Sentence(
    "{key} holds for the whole cockpit and not for one repository, so nothing was done. Leave --repo out."
)
KEY_IS_TABLE = Sentence(
    "{key} is a table and no setting by itself, so nothing was done. It can hold {names}; what it holds now is in "
    "soda-tui config get."
)
KEY_OF_ENROLMENT = Sentence(
    "{key} is written by enrolling, so nothing was done. Run: soda-tui enroll, or soda-tui config edit"
)
SET_VALUE = Sentence("{file}, line {line}: {key} should be {right}. Nothing was done and the file is as it was.")
SET_NEW_VALUE = Sentence("{key} should be {right}. Nothing was done and {file} is as it was.")
SET_REFUSED = Sentence("Nothing was done and the file is as it was. With that value: {reason}")
SET_BY_HAND = Sentence(
    "{file} is written in a way that the cockpit cannot change without disturbing other settings, so it was left as it "
    "is. Run soda-tui config edit, and change {key} by hand."
)
SET_DONE = Sentence("{key} is {value} now ({file}, line {line}).")
SET_ALREADY = Sentence("{key} is {value} already ({file}, line {line}); nothing was changed.")
SET_BELOW = Sentence("The environment variable {name} says otherwise, and goes before the file.")
UNSET_DONE = Sentence("{key} is no longer in {file}, so its default {value} holds.")
UNSET_BELOW = Sentence("{key} was taken out of {file}, and is {value} now, from {place}.")
UNSET_NOTHING = Sentence("{key} is not in {file}, so there is nothing to take out.")
CONFIG_REREAD = Sentence("What is open already, a cockpit or soda-tui auto, takes it up when it is started anew.")
GET_FROM = Sentence("from {place}")
GET_DEFAULT = Sentence("the default")
GET_ALSO = Sentence("It may be {right}. Default: {default}.")
GET_ENVIRONMENT = Sentence("It may be {right}. Default: {default}. Environment: {environment}.")
FROM_OPTION = Sentence("--set")
FROM_LINE = Sentence("{file}, line {line}")
PROFILES_OF_LABEL = Sentence("Which profiles issues with this label have.")
EDIT_STARTED = Sentence(
    "# The configuration of soda-tui. `soda-tui config get` lists every key with its default and its meaning."
)
EDIT_UNCHANGED = Sentence("Nothing was changed in {file}.")
EDIT_DONE = Sentence("{file} was changed.")
EDIT_AGAIN = Sentence("Edit it again?")
EDIT_BROKEN = Sentence("{file} is as it was. Your changes are in {draft}")
EDIT_ELSEWHERE = Sentence(
    "{file} was changed by somebody else while you edited it, so it was left as it is. "
    "Your changes are in {draft}: bring them together, then try again."
)
EDIT_FAILED = Sentence("The editor {editor} did not end well ({reason}), so {file} is as it was.")
EDIT_KEPT = Sentence("What you wrote is in {draft}.")
EDIT_NO_TERMINAL = Sentence(
    "An editor needs a terminal, so nothing was done. Scripts run: soda-tui config set KEY VALUE"
)
IMPORT_NONE = Sentence("{clone} has no my-little-soda.toml, so there is nothing to take over.")
IMPORT_LINK = Sentence(
    "{path} is a link and not a file of the clone, so it was not read and nothing was changed. "
    "Put the file itself there, if it is meant."
)
IMPORT_NOTHING = Sentence("Nothing of {path} is to be taken over.")
IMPORT_TAKES = Sentence("{old} = {value}: becomes {key} of {repository}")
IMPORT_LEAVES = Sentence("{old}: not taken over. {reason}")
IMPORT_MORE = Sentence("{count:other key} are not taken over either.")
IMPORT_ASK = Sentence("Write this into the configuration of {repository}?")
IMPORT_DONE = Sentence("{count:setting} of {repository} written into {file}. {path} is as it was.")
IMPORT_STANDS = Sentence("Your configuration says {key} for this repository already.")
IMPORT_VALUE = Sentence("{key} should be {right}.")
LEFT_TOKEN = Sentence("No token is taken from a clone: GH_TOKEN, gh auth login, or token_command has it.")
LEFT_COMMAND = Sentence("No command is taken from a clone: name your agent with profile or command.")
LEFT_NAME = Sentence("The repository is the one that is enrolled.")
LEFT_HOST = Sentence("It says where something is sent, which no clone decides.")
LEFT_MACHINE = Sentence("It holds for the machine, which no clone decides: see log_level of [cockpit].")
LEFT_RATE = Sentence("GitHub says itself what may be asked, and that is kept.")
LEFT_RUNS = Sentence("Runs outlive the cockpit and are found again without it.")
LEFT_BUNDLE = Sentence("Bundling has no queue here: soda-tui bundle does it at once.")
LEFT_CI = Sentence("Nothing is different where there is no terminal.")
LEFT_NOTHING = Sentence("soda-tui has nothing like it.")
HELP_UNKNOWN = Sentence("There is no help topic and no command {topic}. {hint} Topics: {choices}.")
DID_YOU_MEAN = Sentence("Did you mean {name}?")
HELP_LISTS = Sentence("{command} --help lists what there is.")
NO_SUCH_COMMAND = Sentence("there is no command {word}. {hint}")
NO_SUCH_OPTION = Sentence("there is no option {option}. {hint}")
NO_SUCH_CHOICE = Sentence("{word} is not one of {choices}. {hint}")
TOO_MANY_WORDS = Sentence("{words} is more than it takes, so nothing was done.")
HELP_ALSO = Sentence("soda-tui help TOPIC prints one, soda-tui help COMMAND how a command is used.")
