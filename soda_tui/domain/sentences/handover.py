"""What is said of what comes before work is handed over: the branch brought up to date, the repository's check."""

from soda_tui.domain.sentences.sentence import Sentence

STEP_UPDATE = Sentence("merge what is new on {base} into {branch}, if git can do that by itself")
STEP_CHECK = Sentence("run the check `{command}`, unless it has passed on this commit")
MERGED_BASE = Sentence("Merge branch '{base}' into {branch}")
UPDATED = Sentence("{branch} had fallen behind {base}, which was merged into it.")
NOT_UPDATED = Sentence(
    "What is new on {base} was not merged into {branch}: git could not try that ({words}). "
    "It takes git 2.38, and a clone with the history that both share."
)
MERGE_CONFLICT = Sentence(
    "{branch} conflicts with what is new on {base} ({files}), so nothing was handed over, and nothing was changed. "
    "Merge {base} there and commit (git merge {oid} in {path}), then bottle again; bottle --as-is hands over without."
)
MORE_FILES = Sentence("and {count:file} more")
CHECK_FAILED = Sentence(
    "The check `{command}` failed ({how}): {words} The work stays where it is, and nothing was handed over. "
    "All that it said is in {log}. Mend it and bottle again; bottle --no-check hands over without."
)
CHECK_SAID_NOTHING = Sentence("it said nothing.")
CHECK_LATE = Sentence("ended after {limit}")
CHECK_LEFT_FILES = Sentence(
    "The check `{command}` passed, but it leaves files that are in no commit ({files}), so nothing was handed over. "
    "Commit what belongs, let git ignore the rest, and bottle again; bottle --no-check hands over without."
)
CHECK_MOVED_WORK = Sentence(
    "The work in {path} is not at the commit any more that the check was begun on, so nothing was handed over. "
    "See what is committed there, then bottle again."
)
CHECK_GUARD_GONE = Sentence("what runs it has ended without a word")
CHECK_NOT_STARTED = Sentence(
    "The check `{command}` could not be run ({reason}), so nothing was handed over. "
    "Put that right and bottle again; bottle --no-check hands over without."
)
