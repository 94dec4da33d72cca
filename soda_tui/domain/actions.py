"""The registry of actions: each stands here once, and key bindings, footer, help and command line come from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What can be done to a repository."""

    PEEK = "peek"
    POP = "pop"
    BOTTLE = "bottle"
    RESET = "reset"
    LAUNCH = "launch"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a key or a command does.

    `name` is its name for rebinding, `keys` its keys in Textual's spelling, `title` the word in the footer, `help` a
    sentence, `command` the command that does the same (None where only the screen has it), `footer` whether the
    footer shows it.
    """

    name: str
    keys: tuple[str, ...]
    title: str
    help: str
    command: str | None = None
    footer: bool = False
    verb: Verb | None = None


ACTIONS: tuple[Action, ...] = (
    Action(
        "repo.pop",
        ("P",),
        "pop",
        "Claim the first issue of the queue: create its branch and its worktree.",
        "pop",
        True,
        Verb.POP,
    ),
    Action("repo.peek", ("p",), "peek", "Look at what pop would take, changing nothing.", "peek", True, Verb.PEEK),
    Action("repo.launch", ("a",), "launch", "Start the agent on the claimed issue.", "launch", True, Verb.LAUNCH),
    Action(
        "repo.bottle",
        ("b",),
        "bottle",
        "Hand the work over: push the branch, open the pull request, free the agent.",
        "bottle",
        True,
        Verb.BOTTLE,
    ),
    Action(
        "repo.stop",
        ("x",),
        "stop",
        "Stop the running agent with everything that it started; its work stays (asks).",
        "stop",
        True,
        Verb.STOP,
    ),
    Action(
        "repo.reset",
        ("X",),
        "reset",
        "Let go of the claim, keeping every byte of work, and put the issue back in the queue (asks).",
        "reset",
        True,
        Verb.RESET,
    ),
    Action("repo.refresh", ("r",), "refresh", "Fetch this repository now.", "status --repo REPO", True),
    Action("all.refresh", ("R",), "refresh all", "Fetch all repositories now.", "status"),
    Action("pane.next", ("tab",), "next pane", "Go to the next repository."),
    Action("pane.previous", ("shift+tab",), "previous pane", "Go to the previous repository."),
    *(
        Action(f"pane.{number}", (str(number),), f"pane {number}", f"Go to repository {number}.")
        for number in range(1, 10)
    ),
    Action("row.down", ("j", "down"), "down", "Go down in the queue."),
    Action("row.up", ("k", "up"), "up", "Go up in the queue."),
    Action("row.first", ("g", "home"), "first", "Go to the first row."),
    Action("row.last", ("G", "end"), "last", "Go to the last row."),
    Action("app.help", ("question_mark",), "help", "Show the keys and what they do.", "--help", True),
    Action("app.quit", ("q",), "quit", "Leave the cockpit; agents run on.", None, True),
)


_KEY_NAMES = {
    "question_mark": "?",
    "shift+tab": "⇧tab",
    "up": "↑",
    "down": "↓",
    "full_stop": ".",
    "slash": "/",
}


def key_name(key: str) -> str:
    """A key as people write it."""
    return _KEY_NAMES.get(key, key)


def key_words(action: Action) -> str:
    """All keys of an action as people write them."""
    return " ".join(map(key_name, action.keys))


def action_of(verb: Verb) -> Action:
    """The action of a verb."""
    return next(action for action in ACTIONS if action.verb is verb)
