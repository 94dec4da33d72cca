"""Mending: what would keep each kind of mishap from happening again."""

from __future__ import annotations

from collections.abc import Mapping

from soda_tui.domain import sentences as say
from soda_tui.domain.chronicle.mishaps import BROKEN_OFF
from soda_tui.domain.loop.troubles import Trouble
from soda_tui.domain.sentences.sentence import Sentence

ADVICE: Mapping[str, Sentence] = {
    Trouble.NETWORK: say.MEND_NETWORK,
    Trouble.GITHUB: say.MEND_GITHUB,
    Trouble.RATE_LIMIT: say.MEND_RATE_LIMIT,
    Trouble.ADMISSION: say.MEND_ADMISSION,
    Trouble.GIT: say.MEND_GIT,
    Trouble.CLONE: say.MEND_CLONE,
    Trouble.CONFIGURATION: say.MEND_CONFIGURATION,
    Trouble.REFUSED: say.MEND_REFUSED,
    Trouble.AGENT_START: say.MEND_AGENT_START,
    Trouble.CRASH: say.MEND_CRASH,
    Trouble.USAGE_LIMIT: say.MEND_USAGE_LIMIT,
    Trouble.TIME_OUT: say.MEND_TIME_OUT,
    Trouble.QUESTION: say.MEND_QUESTION,
    Trouble.NO_COMMITS: say.MEND_NO_COMMITS,
    Trouble.DIRTY: say.MEND_DIRTY,
    Trouble.UNSEEN: say.MEND_UNSEEN,
    Trouble.CHECK: say.MEND_CHECK,
    Trouble.CONFLICT: say.MEND_CONFLICT,
    Trouble.HOOK: say.MEND_HOOK,
    Trouble.PUSH: say.MEND_PUSH,
    Trouble.WORKFLOW_SCOPE: say.MEND_WORKFLOW_SCOPE,
    Trouble.DISK_FULL: say.MEND_DISK_FULL,
    Trouble.UNVOUCHED: say.MEND_UNVOUCHED,
    BROKEN_OFF: say.MEND_BROKEN_OFF,
}


def advice(kind: str) -> str:
    """What would mend mishaps of a kind, which may be one of another version."""
    return ADVICE.get(kind, say.MEND_UNEXPECTED)()
