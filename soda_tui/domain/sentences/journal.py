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
    "The journal was damaged and put aside as {path}. No work is touched by that: a new one was begun, and what was"
    " done before is read back from the ledgers."
)
NOT_NOTED = Sentence("It was not noted in the journal: {problem}")
NOTHING_LEFT = Sentence("Nothing is left half done in {repository}, so there is nothing to go on with.")
NEED_ACT_UNFINISHED = Sentence("The {verb} of {issue} stopped after {done} of {count:step}: continue goes on.")
NOTHING_TO_UNDO = Sentence("Nothing that this cockpit did in {repository} lately can be undone.")
UNDO_LEAVES_RESCUE = Sentence(
    "What the {verb} took out of the worktree, {work}, is not put back by itself: it stays on {branch}. Once the undo"
    " is done, this puts it back: {back}"
)
ASK_UNDO = Sentence("Undo the {verb} of {issue} in {repository}, by {inverse}? {question}")
