"""What is said while repositories are found, chosen, cloned and enrolled."""

from soda_tui.domain.sentences.sentence import Sentence

SCAN_NO_FOLDER = Sentence("{path} is no folder that can be read ({reason}), so no clones were looked for.")
SCAN_CUT = Sentence(
    "After {count:folder} the search below {path} was ended, so there may be more clones. Name a folder nearer to them."
)
SCAN_NOTHING = Sentence("There is no clone below {path}.")
SCAN_WAY_ON = Sentence("Name another folder, or let one of an organisation be cloned: soda-tui enroll --org ORG")
OWNER_MALFORMED = Sentence("{text} is not ORG or HOST/ORG, so nothing was looked for.")
OWNER_NOTHING = Sentence(
    "{login} has no repository that your token can see. Check the name, and that the token has access to it."
)
OWNER_CUT = Sentence(
    "{login} has {total}, and {count} are listed, the newest pushed. Any other is found by its name: "
    "soda-tui enroll --org {word} NAME"
)
OFFER_ENROLLED = Sentence("enrolled")
OFFER_ENROLLED_ELSEWHERE = Sentence("enrolled with {path}")
OFFER_TWICE = Sentence("another clone of it is {path}")
OFFER_GONE = Sentence("enrolled with a clone that is gone")
OFFER_MISSING = Sentence("not cloned yet")
OFFER_FORK = Sentence("a fork, so only if it is named")
OFFER_ARCHIVED = Sentence("archived on GitHub")
OFFER_READ_ONLY = Sentence("your token may only read it")
OFFER_OCCUPIED = Sentence("{path} is in the way, and no clone of it")
PICKED_TWICE = Sentence("{repository} was chosen with two clones, and it has one only; nothing was done.")
PICKED_NONE = Sentence("{word} names none of the {count} that were found, so nothing was done.")
PICKED_BARRED = Sentence("{repository} cannot be enrolled ({why}), so nothing was done.")
PICK_ASK = Sentence("Which ones? Numbers as 1 3-5, names, or all; enter for {usual}:")
PICK_USUAL = Sentence("those with *")
PICK_NONE = Sentence("none")
PICK_NEEDS_YES = Sentence(
    "Which of them are meant has to be said, so nothing was done: name them, or say --yes for those with *."
)
ENROL_ASK = Sentence("Enrol {names}? That writes {file}.")
ENROL_ASK_CLONING = Sentence(
    "Clone {missing:repository} from GitHub into {folder}, and enrol {names}? That writes {file} too."
)
ENROLL_ONE_WAY = Sentence("--path names the clone of one repository; --scan and --org find clones. Give one of them.")
ENROL_NOTHING_CHOSEN = Sentence("Nothing was chosen, so nothing was done.")
CLONED = Sentence("Cloned {repository} to {path}.")
CLONE_FAILED = Sentence("{repository} could not be cloned, so it was not enrolled. {problem}")
CLONE_NO_FOLDER = Sentence("The folder {path} cannot be made ({reason}), so nothing was cloned into it.")
CLONE_IN_THE_WAY = Sentence("{path} is there already, so nothing was cloned over it.")
CLONE_UNFILLED = Sentence(
    "Cloned {repository} to {path}, but git could not write its files there ({words}). Its commits are complete: "
    "run git checkout in it. It was enrolled."
)
ENROL_FAILED = Sentence("{repository} was not enrolled. {problem}")
