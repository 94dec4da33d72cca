"""Going on by hand with what an agent has begun: its own resume, on a terminal, in the worktree."""

from __future__ import annotations

import re

from msgspec import Struct, structs

from soda_tui.domain.profiles import Messages, Profile, Terminal, filled

_SESSION_GAP = "{session}"
# The agent's own word, which becomes an argument: never an option.
_SESSION = re.compile(r"[A-Za-z0-9][\w.:-]{0,127}\Z", re.ASCII)
# A person may stay for a day.
_MINUTES = 24 * 60.0


class Conversation(Struct, frozen=True):
    """The last one on a claim: `session` is the agent's own name for it, empty where it has told none."""

    profile: Profile
    session: str = ""


def is_session(text: str) -> bool:
    """Whether this can be the name of a conversation."""
    return _SESSION.match(text) is not None


def by_hand(conversation: Conversation) -> Profile | None:
    """What is launched to go on with it; None where the agent cannot, or has not told what it is to go on with."""
    profile, session = conversation.profile, conversation.session
    asked = any(_SESSION_GAP in argument for argument in profile.interactive)
    if not profile.interactive or (asked and not session):
        return None
    return structs.replace(
        profile,
        command=filled(profile.interactive, session=session) if session else profile.interactive,
        format="text",
        terminal=Terminal.PTY,
        message=Messages.NONE,
        run_minutes=_MINUTES,
    )
