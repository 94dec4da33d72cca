"""What is said of the configuration, of enrolling, and of our own files."""

from soda_tui.domain.sentences.sentence import Sentence

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
NO_SUCH_PROFILE = Sentence("There is no profile {name}, so nothing was done. There are {choices}.")
PROMPT_FILE_UNUSABLE = Sentence(
    "The prompt file {path} is missing or longer than 256 KiB, so no agent was started. "
    "Put it there, or change prompt_file in the configuration."
)
CLONE_NOT_TEXT = Sentence(
    "The clone's path {path} has bytes that are not UTF-8, which the configuration cannot hold; nothing was changed. "
    "Rename the folder, then enroll it again."
)
COCKPIT_COPIED = Sentence(
    "{path} was copied or moved from elsewhere, so this is a cockpit of its own now: what {old} has claimed counts as "
    "another's. Take a claim over where that one is no longer at work."
)
COCKPIT_ID_DAMAGED = Sentence(
    "The file {path} should hold this cockpit's identity, eight hexadecimal digits, and does not; without it the "
    "cockpit cannot tell its own claims from others, so nothing was done. Put it back from a backup, or delete it: "
    "the cockpit then takes a new identity, and earlier claims of this machine count as another's."
)
LOCKED = Sentence(
    "Another soda-tui (process {pid}) {what} and has not finished within {seconds:second}; "
    "nothing was changed. Wait for it, or end that process where it hangs, then try again."
)
LOCK_UNUSABLE = Sentence(
    "The lock {path} cannot be taken ({reason}); without it two programs could act at the same time, so nothing was "
    "done. Keep the cockpit's state on a file system with locks."
)
LOG_UNUSABLE = Sentence("The program's own log is not kept: {reason}")
REMOTE_MISSING = Sentence(
    "The clone {path} has no remote called origin, so its repository on GitHub is not known and it was not enrolled. "
    "Say which one it is: soda-tui enroll OWNER/NAME --path {word}"
)
REMOTE_UNKNOWN = Sentence(
    "The remote origin of {path} ({url}) does not name a repository on a GitHub host, so it was not enrolled. "
    "Say which one it is: soda-tui enroll OWNER/NAME --path {word}"
)
REMOTE_ALIAS = Sentence(
    "The remote origin of {path} ({url}) goes through {host}, which looks like an alias of your ssh configuration, "
    "so its GitHub host is not known and it was not enrolled. "
    "Say which one it is: soda-tui enroll {name} --path {word}"
)
NONE_ENROLLED = Sentence("No repository is enrolled yet, so there is nothing to act on. Run: soda-tui enroll PATH")
NOT_MEANT = Sentence("{text} is not enrolled, so nothing was done. Did you mean {name}?")
NOT_ENROLLED = Sentence("{text} is not enrolled, so nothing was done. Enrolled: {choices}.")
AMBIGUOUS_NAME = Sentence("{text} can mean several repositories, so nothing was done. Say which one: {choices}.")
NO_REPOSITORY_HERE = Sentence(
    "This folder belongs to no enrolled repository, so it is not known which one is meant and nothing was done. "
    "Say which one: {choices}."
)
