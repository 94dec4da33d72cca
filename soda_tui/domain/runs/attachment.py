"""How a person comes back from an agent's terminal; read by the program that gives theirs to it, without packages."""

from __future__ import annotations

from enum import IntEnum

from soda_tui.domain import sentences as say


class Ending(IntEnum):
    """How it ended, as the exit status of that program, which is that of the command too."""

    LEFT = 0
    OVER = 9
    BROKEN_OFF = 1
    REFUSED = 7

    @property
    def words(self) -> str:
        """The same in a sentence."""
        return _WORDS[self]()


def unheard(*, attachable: bool) -> str:
    """That an agent reads no messages, and how it can be told something all the same."""
    return (say.NO_MESSAGES_BUT_TERMINAL if attachable else say.NO_MESSAGES)()


_WORDS = {
    Ending.LEFT: say.LEFT_AGENT,
    Ending.OVER: say.AGENT_IS_OVER,
    Ending.BROKEN_OFF: say.AGENT_OUT_OF_SIGHT,
    Ending.REFUSED: say.ATTACH_REFUSED,
}
