"""Going on with what an agent has begun, by its own resume: a person on a terminal, or the agent by itself."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from soda_tui.domain.configuration.profiles import Messages, Profile, Terminal, filled
from soda_tui.domain.text import clean, one_line

_SESSION_GAP = "{session}"
# A person may stay for a day.
_MINUTES = 24 * 60.0


class Conversation(Struct, frozen=True):
    """The last one on a claim: `session` is the agent's own name for it, empty where it has told none."""

    profile: Profile
    session: str = ""


def by_hand(conversation: Conversation) -> Profile | None:
    """What is launched to go on with it; None where the agent cannot, or has not told what it is to go on with."""
    profile = conversation.profile
    command = _resuming(profile.interactive, conversation.session)
    if command is None:
        return None
    return structs.replace(
        profile,
        command=command,
        format="text",
        terminal=Terminal.PTY,
        message=Messages.NONE,
        run_minutes=_MINUTES,
    )


def by_itself(conversation: Conversation) -> Profile | None:
    """What is launched so that the agent goes on with it alone; None where it cannot, or has not told with what.

    It reads its prompt as the command says, and nothing after that.
    """
    profile = conversation.profile
    command = _resuming(profile.resume, conversation.session)
    if command is None:
        return None
    return structs.replace(profile, command=command, terminal=Terminal.PIPE, message=Messages.NONE)


def prompt_to_go_on(issue: int, branch: str, summary: str, extra: str) -> str:
    """What an agent is told that goes on by itself: all else was said in that conversation before."""
    told = _GO_ON.format(issue=issue, branch=one_line(branch), summary=summary)
    return f"{told}\n\n{clean(extra).strip()}\n" if extra.strip() else f"{told}\n"


_GO_ON = """\
You were interrupted; your work on issue {issue} goes on here, and what you were told at its beginning still holds.
Look at `git status` and `git log` on `{branch}` first: somebody may have worked there meanwhile. Then go on where you
stopped, and finish as you were told: everything committed, and the summary in `{summary}`."""


def _resuming(command: Sequence[str], session: str) -> tuple[str, ...] | None:
    asked = any(_SESSION_GAP in argument for argument in command)
    if not command or (asked and not session):
        return None
    return filled(command, session=session) if session else tuple(command)
