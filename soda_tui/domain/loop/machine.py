"""The machine: the states of a loop, what can happen in each, and where that leads; anything else is an error."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Mode(StrEnum):
    """What people want of a loop: nothing, work, no new issue after this one, or to wait for them."""

    OFF = "off"
    ON = "on"
    DRAINING = "draining"
    PAUSED = "paused"


class Doing(StrEnum):
    """The states of a loop."""

    RESTING = "resting"
    LOOKING = "looking"
    WAITING = "waiting"
    POPPING = "popping"
    TAKING_UP = "taking_up"
    LAUNCHING = "launching"
    WORKING = "working"
    STOPPING = "stopping"
    BOTTLING = "bottling"
    LANDING = "landing"
    MENDING = "mending"
    GIVING_UP = "giving_up"
    HELD = "held"


class Event(StrEnum):
    """What happens to a loop: a wish, a change in the world, what it chose to do, and how that ended."""

    TURNED_ON = "turned_on"
    TURNED_OFF = "turned_off"
    CHANGED = "changed"
    WAIT = "wait"
    POP = "pop"
    TAKE_UP = "take_up"
    LAUNCH = "launch"
    WATCH = "watch"
    STOP = "stop"
    BOTTLE = "bottle"
    LAND = "land"
    MEND = "mend"
    GIVE_UP = "give_up"
    ENDED = "ended"
    HELD = "held"
    BROKEN_OFF = "broken_off"


_CHOICES: Mapping[Event, Doing] = {
    Event.WAIT: Doing.WAITING,
    Event.POP: Doing.POPPING,
    Event.TAKE_UP: Doing.TAKING_UP,
    Event.LAUNCH: Doing.LAUNCHING,
    Event.WATCH: Doing.WORKING,
    Event.STOP: Doing.STOPPING,
    Event.BOTTLE: Doing.BOTTLING,
    Event.LAND: Doing.LANDING,
    Event.MEND: Doing.MENDING,
    Event.GIVE_UP: Doing.GIVING_UP,
}
# What changes something here or on GitHub: it goes on to its end, whatever is wished meanwhile.
ACTS = frozenset(
    {
        Doing.POPPING,
        Doing.TAKING_UP,
        Doing.LAUNCHING,
        Doing.STOPPING,
        Doing.BOTTLING,
        Doing.LANDING,
        Doing.MENDING,
        Doing.GIVING_UP,
    }
)
# What is to come to a running agent.
STARTS = frozenset({Event.POP, Event.TAKE_UP, Event.LAUNCH})
_QUIET = frozenset({Doing.LOOKING, Doing.WAITING, Doing.WORKING, Doing.HELD})

TABLE: Mapping[tuple[Doing, Event], Doing] = {
    (Doing.RESTING, Event.TURNED_ON): Doing.LOOKING,
    (Doing.HELD, Event.TURNED_ON): Doing.LOOKING,
    **{(Doing.LOOKING, choice): doing for choice, doing in _CHOICES.items()},
    **{(doing, Event.TURNED_OFF): Doing.RESTING for doing in _QUIET},
    **{(doing, Event.CHANGED): Doing.LOOKING for doing in (Doing.WAITING, Doing.WORKING)},
    **{(doing, Event.ENDED): Doing.LOOKING for doing in ACTS},
    **{(doing, Event.HELD): Doing.HELD for doing in ACTS},
    **{(doing, Event.BROKEN_OFF): Doing.LOOKING for doing in (*ACTS, *_QUIET - {Doing.HELD})},
}


class Illegal(Exception):
    """An event that cannot happen in a state: a fault of the program."""


def after(doing: Doing, event: Event) -> Doing:
    """The state after an event; raises Illegal where the table has none."""
    try:
        return TABLE[doing, event]
    except KeyError:
        raise Illegal(f"{event} while {doing}") from None
