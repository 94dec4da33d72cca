"""The outlook: what a loop decides from, and what it can come to."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from soda_tui.domain.actions import Verb
from soda_tui.domain.configuration.unattended import AutoSettings
from soda_tui.domain.feedback import Feedback
from soda_tui.domain.loop.machine import Event
from soda_tui.domain.loop.record import Record, Span, Switch, Wish
from soda_tui.domain.loop.troubles import Trouble
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options


class Outlook(Struct, frozen=True):
    """All that a decision is made from: the repository as it is shown, what is wished and remembered, and the caps.

    `stopped` is the sentence of a stop that is in force; `full` that of the machine's slots where all are taken;
    `tokens` is what this day's runs have used, `released` the pull requests that may be landed unattended, `pace` what
    waits are multiplied with. `span` is when the newest run worked. `stop_here` says that the
    stop is this repository's alone. `own` are the profiles
    that a launch takes which names none, `used` that of the newest run, and `profiles` those that can be started here,
    in the order in which they take over. `feedback` are the pull requests that came back, or may yet.
    """

    view: Repository
    wish: Wish
    record: Record
    rules: AutoSettings
    now: datetime
    tokens: int = 0
    stopped: str | None = None
    full: str | None = None
    released: tuple[int, ...] = ()
    pace: float = 1.0
    span: Span | None = None
    own: tuple[str, ...] = ()
    used: str = ""
    profiles: tuple[str, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    stop_here: bool = False

    @property
    def is_read(self) -> bool:
        """Whether the repository is shown as it is now."""
        view = self.view
        return view.error is None and view.answered and view.fetched_at is not None

    @property
    def runs(self) -> bool:
        """Whether an agent runs."""
        agent = self.view.agent
        return agent.status.at_work or (agent.run is not None and agent.run.pid is not None)

    @property
    def is_late(self) -> bool:
        """Whether the time that was wished for is over."""
        return self.wish.until is not None and self.now >= self.wish.until


class Choice(Struct, frozen=True):
    """What a loop does next and why; `verb` with `options` is the act that it comes to, where it comes to one.

    `until` is when it looks again at the latest, `trouble` what the choice is the answer to, `person` that it waits for
    somebody to do something. `run` is whose work is handed over. `switch` is the profile that works on the issue once
    this is done, `otherwise` where the agent cannot be started; `pauses` says that the loop is to be paused until a
    person has looked.
    """

    event: Event
    why: str
    verb: Verb | None = None
    options: Options = Options()
    until: datetime | None = None
    trouble: Trouble | None = None
    person: bool = False
    switch: Switch | None = None
    otherwise: Switch | None = None
    pauses: bool = False
    run: str = ""


def for_person(why: str, trouble: Trouble | None = None, *, pauses: bool = False) -> Choice:
    """To wait until somebody has done something."""
    return Choice(Event.WAIT, why, trouble=trouble, person=True, pauses=pauses)
