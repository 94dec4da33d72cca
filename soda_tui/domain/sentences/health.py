"""What the doctor says beside its table of checks."""

from soda_tui.domain.sentences.sentence import Sentence

RUN_WITHOUT_SUPERVISOR = Sentence(
    "The agent on issue {issue} (process {pid}) runs on although its supervisor is gone, so nothing bounds it."
)
HEALTHY = Sentence("All is well: {checks:check} of {repositories} found nothing.")
NOT_EXAMINED = Sentence("Not looked at: {what} ({reason}).")
TOO_SLOW = Sentence("no answer within {seconds:second}")
FOUND_ALSO = Sentence("The same is so of {subjects}.")
EXAMINED = Sentence("{found} in {checks:check}; {stopping}.")
STOPS_WORK = Sentence("those that stop work (✕): {count}")
STOPS_NOTHING = Sentence("nothing stops work")
ANSWERED = Sentence("{subject}: {question} {answer}")
ASKED_MOVES = Sentence("Does a repository's updatedAt move with its issues?")
ASKED_LABELS = Sentence("Does a list of labels mean any of them, or all?")
ASKED_CHECKS = Sentence("Can the state of checks be read with this token?")
ASKED_SCOPES = Sentence("Do answers to GraphQL tell the token's scopes?")
ANSWER_YES = Sentence("Yes.")
ANSWER_NO = Sentence("No.")
ANSWER_ANY = Sentence("Any of them.")
ANSWER_UNTOLD = Sentence("What is there now does not tell.")
ALL_OF_A_HOST = Sentence("repositories, labels, rules and pushing")
HOST_NO_TOKEN = Sentence("no token for {host}")
HOST_SILENT = Sentence("{host} does not answer as it should")
