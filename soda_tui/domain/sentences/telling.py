"""What a person is told who does not look at the screen."""

from soda_tui.domain.sentences.sentence import Sentence

NOTICE_INPUT = Sentence("{repository}: the agent waits for an answer")
NOTICE_ENDED = Sentence("{repository}: the agent ended, but its work is not done")
NOTICE_FAILED = Sentence("{repository}: the agent failed")
NOTICE_DONE = Sentence("{repository}: the work is done")
NOTICE_LIMIT = Sentence("{repository}: the agent has used up its limit")
NOTICE_STALLED = Sentence("{repository}: the agent is silent")
NOTICE_DRIFT = Sentence("{repository}: work is in danger")
NOTICE_LOOP = Sentence("{repository}: its loop waits for you")
NOTICE_LOST = Sentence("{repository}: the claim is lost, so the agent was stopped")
NOTICE_MANY = Sentence("{count} things need you")
NOTICE_MANY_IN = Sentence("In {names}.")
NOTICE_SAID = Sentence("{repository}: {message}")
NOTICE_LEADS = Sentence("{key} goes there.")
NOTIFY_NOT_STARTED = Sentence(
    "{program} could not be started ({reason}), so it told nobody of what happened; the screen did. "
    "Mend command or desktop under [notify] in the configuration."
)
NOTIFY_FAILED = Sentence(
    "{program} {outcome}, so it may have told nobody of what happened; the screen did. "
    "Mend it, or command or desktop under [notify] in the configuration."
)
NOTIFY_TOO_LONG = Sentence(
    "{program} took longer than {seconds:second} to tell of what happened and was ended; the screen told it. "
    "Have it come to an end sooner, or change command or desktop under [notify] in the configuration."
)
