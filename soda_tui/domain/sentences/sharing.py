"""What is said of what the fronts of a machine read for one another."""

from soda_tui.domain.sentences.sentence import Sentence

READINGS_PUT_ASIDE = Sentence(
    "What was last read of GitHub was damaged on disk and put aside as {path}. Nothing is lost by that: it is read "
    "from GitHub again."
)
SNAPSHOT_PUT_ASIDE = Sentence(
    "The last snapshot was damaged on disk, or of another version, and was put aside as {path}. "
    "Nothing is lost by that: all that it showed is read again."
)
SNAPSHOT_DAMAGED = Sentence(
    "The last snapshot, {path}, is damaged or of another version, so there is nothing to show. Nothing is lost by "
    "that: soda-tui status puts it aside and reads all of it again."
)
READ_BEFORE = Sentence("This is what GitHub showed up to {seconds:second} ago; --refresh alone reads it now.")
