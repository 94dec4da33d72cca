"""What is said of the journal, of going on and of undoing."""

from soda_tui.domain.sentences.sentence import Sentence

JOURNAL_UNUSABLE = Sentence(
    "The journal {path} cannot be used ({reason}). Acting goes on without it; after a crash GitHub and git alone tell"
    " what is left to do."
)
JOURNAL_NEWER = Sentence(
    "The journal {path} was written by a newer soda-tui, so it is left as it is and nothing is noted. Update soda-tui."
)
JOURNAL_PUT_ASIDE = Sentence(
    "The journal was damaged and put aside as {path}. A new one was begun; what was done before is read back from the"
    " ledgers."
)
NOT_NOTED = Sentence("It was not noted in the journal: {problem}")
NOTHING_LEFT = Sentence("Nothing is left half done in {repository}, so there is nothing to go on with.")
NEED_ACT_UNFINISHED = Sentence("The {verb} of {issue} stopped after {done} of {count} steps: continue goes on.")
NOTHING_TO_UNDO = Sentence("Nothing that this cockpit did in {repository} lately can be undone.")
UNDO_NOT_LAST = Sentence("The {verb} of {issue} in {repository} has been overtaken since, so there is nothing to undo.")
UNDO_NONE = Sentence(
    "The {verb} of {issue} in {repository} cannot be undone from here: what others have seen is not taken back."
)
ASK_UNDO = Sentence("Undo the {verb} of {issue} in {repository}, by {inverse}? {question}")
