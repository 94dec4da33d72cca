"""The registry of actions: each stands here once, and key bindings, footer, help and command line come from it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from soda_tui.domain.configuration.keynames import key_name as key_name


class Verb(StrEnum):
    """What can be done to a repository."""

    PEEK = "peek"
    POP = "pop"
    BOTTLE = "bottle"
    RESET = "reset"
    LAUNCH = "launch"
    SIT = "sit"
    STOP = "stop"
    TAKEOVER = "takeover"
    CONTINUE = "continue"
    UNDO = "undo"
    REPAIR = "repair"
    TIDY = "tidy"
    GIVE_UP = "give-up"
    LAND = "land"
    BUNDLE = "bundle"
    FEEDBACK = "feedback"
    RECOVER = "recover"
    CLEANUP = "cleanup"


# Not a dataclass: what makes those is imported for half as long as a whole `--help` takes without it.
class Action(NamedTuple):
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
        "Claim the first issue of the queue, or the one under the cursor: create its branch and its worktree.",
        "pop",
        True,
        Verb.POP,
    ),
    Action(
        "repo.peek",
        ("p", "enter"),
        "peek",
        "Look at the issue under the cursor, or at what pop would take, changing nothing.",
        "peek",
        True,
        Verb.PEEK,
    ),
    Action(
        "repo.launch",
        ("a",),
        "launch",
        "Start the agent on the claimed issue; an idle one pops first (asks).",
        "launch",
        True,
        Verb.LAUNCH,
    ),
    Action(
        "repo.launch_with",
        ("W",),
        "launch with",
        "Choose the agent's profile, tell it more, and launch it; an idle one pops first (asks).",
        "launch --profile NAME --extra WORDS",
    ),
    Action(
        "repo.attach",
        ("T",),
        "attach",
        "Sit down at the running agent's own terminal; ctrl+] (leave_key) comes back, and the agent goes on.",
        "attach",
    ),
    Action(
        "repo.sit",
        ("C",),
        "sit down",
        "Go on by hand with the agent's last conversation, in its worktree, on a terminal to come back to.",
        "sit",
        verb=Verb.SIT,
    ),
    Action(
        "repo.auto",
        ("A",),
        "auto",
        "Let agents work this queue by themselves, within the caps of [auto] (asks); when on: finish, pop no more.",
        "auto",
    ),
    Action("repo.message", ("m",), "message", "Tell the running agent something, where it listens.", "message"),
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
        "repo.land",
        ("L",),
        "land",
        "Merge the pull request under the cursor, or all that are ready, and tidy up after them (asks).",
        "land",
        verb=Verb.LAND,
    ),
    Action(
        "repo.bundle",
        ("B",),
        "bundle",
        "Make one pull request of several that wait for review; what conflicts is left out and named (asks).",
        "bundle",
        verb=Verb.BUNDLE,
    ),
    Action(
        "repo.feedback",
        ("F",),
        "feedback",
        "Have an agent mend the pull request under the cursor, or the first that came back (asks).",
        "feedback",
        verb=Verb.FEEDBACK,
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
    Action(
        "repo.takeover",
        ("O",),
        "take over",
        "Take over the claim that another cockpit holds; that one stops its agent and keeps its work (asks).",
        "takeover",
        verb=Verb.TAKEOVER,
    ),
    Action(
        "repo.continue",
        ("full_stop",),
        "continue",
        "Go on with what was broken off half-way: what is done already is not done again.",
        "continue",
        verb=Verb.CONTINUE,
    ),
    Action(
        "repo.undo",
        ("u",),
        "undo",
        "Undo the last act, where it has an inverse: a pop by a reset, a stop by a launch (asks).",
        "undo",
        verb=Verb.UNDO,
    ),
    Action(
        "repo.drift", ("D",), "drift", "See what has drifted apart; enter repairs what is under the cursor.", "drift"
    ),
    Action("repo.refresh", ("r",), "refresh", "Fetch this repository now.", "status --repo REPO", True),
    Action(
        "repo.zoom",
        ("z",),
        "zoom",
        "Open the repository full screen: queue, work, log, pull requests, drift and history.",
        footer=True,
    ),
    Action("repo.work", ("d",), "work", "Read the work so far: commits, files and the coloured difference.", "diff"),
    Action("repo.log", ("l",), "log", "Read the whole log full screen, and those of earlier runs.", "logs"),
    Action(
        "repo.shell", ("t",), "shell", "Open a shell where the agent works; the cockpit comes back after it.", "path"
    ),
    Action("repo.editor", ("E",), "editor", "Open $VISUAL or $EDITOR where the agent works."),
    Action("repo.browse", ("o",), "browser", "Open the issue or the pull request under the cursor in the browser."),
    Action("repo.copy_number", ("y",), "copy number", "Copy the number of what is under the cursor."),
    Action("repo.copy_url", ("Y",), "copy URL", "Copy the URL of what is under the cursor."),
    Action("repo.new_issue", ("n",), "new issue", "Write and open an issue.", "issue new"),
    Action("repo.comment", ("c",), "comment", "Comment on the issue under the cursor.", "issue comment"),
    Action("repo.labels", ("number_sign",), "labels", "Tick the labels of the issue under the cursor.", "issue label"),
    Action("repo.raise", ("plus",), "priority up", "Move the issue under the cursor one priority up.", "issue label"),
    Action("repo.lower", ("minus",), "priority down", "Move it one priority down.", "issue label"),
    Action("all.refresh", ("R",), "refresh all", "Fetch all repositories now.", "status"),
    Action("pane.next", ("tab",), "next pane", "Go to the next repository."),
    Action("pane.previous", ("shift+tab",), "previous pane", "Go to the previous repository."),
    *(
        Action(f"pane.{number}", (str(number),), f"pane {number}", f"Go to repository {number}.")
        for number in range(1, 10)
    ),
    Action("pane.left", ("left",), "left", "Go to the pane at the left, or to the list."),
    Action("pane.right", ("right",), "right", "Go to the pane at the right."),
    Action("pane.waiting", ("w",), "next waiting", "Go to the next repository that needs a person."),
    Action("pane.mark", ("space",), "mark", "Mark this repository: keys that act then ask once and act on all marked."),
    Action("view.inbox", ("i",), "inbox", "List what waits for a person, over all repositories.", footer=True),
    Action(
        "view.history",
        ("H",),
        "history",
        "Read what became of the issues: runs, attempts, durations, tokens, merges, failures by kind.",
        "history",
    ),
    Action("view.filter", ("slash",), "filter", "Show only what has these words: names, titles, labels, states."),
    Action("view.clear", ("escape",), "clear", "Clear the filter; without one, the marks."),
    Action("view.layout", ("v",), "layout", "Change between panes side by side and a list with one pane (remembered)."),
    Action("view.sort", ("s",), "sort", "Sort as configured, by what needs attention, or by name (remembered)."),
    Action("view.fold", ("f",), "fold", "Fold or unfold the group of this repository (remembered)."),
    Action("view.messages", ("e",), "messages", "Show what was said lately, whole and with times."),
    Action("row.down", ("j", "down"), "down", "Go down in the queue."),
    Action("row.up", ("k", "up"), "up", "Go up in the queue."),
    Action("row.first", ("g", "home"), "first", "Go to the first row."),
    Action("row.last", ("G", "end"), "last", "Go to the last row."),
    Action(
        "tab.next", ("right_square_bracket",), "next tab", "Go to the next tab; in a full-screen log, to a later run."
    ),
    Action(
        "tab.previous",
        ("left_square_bracket",),
        "previous tab",
        "Go to the previous tab; in a full-screen log, to an earlier run.",
    ),
    Action(
        "list.open",
        ("enter",),
        "open",
        "Open what is under the cursor: a repository of the list, an issue, or the log of a run.",
    ),
    Action("list.tick", ("space",), "tick", "Tick what is under the cursor, or take the tick away."),
    Action("page.down", ("space", "pagedown", "ctrl+d"), "page down", "Read on by a page."),
    Action("page.up", ("pageup", "ctrl+u"), "page up", "Read back by a page."),
    Action("page.search", ("slash",), "search", "Search in what is read; esc ends it."),
    Action("page.next_match", ("n",), "next match", "Go to the next match."),
    Action("page.previous_match", ("N",), "previous match", "Go to the previous match."),
    Action("page.follow", ("f",), "follow", "Follow a log as it grows, or stop following."),
    Action(
        "page.kind",
        ("s",),
        "only",
        "Show only a kind of what an agent's log says: its words, tools, files, problems; esc shows everything.",
    ),
    Action("page.raw", ("v",), "raw", "Show an agent's log as it was written, or as it reads.", "logs --raw"),
    Action(
        "app.stop_all",
        ("exclamation_mark",),
        "stop all",
        "Stop all agents of this machine at once, and start none; pressed again: lift that (asks).",
        "estop, resume",
    ),
    Action("app.help", ("question_mark",), "help", "Show the keys and what they do.", "--help", True),
    Action("app.palette", ("colon", "ctrl+p"), "palette", "Search all actions and themes by name, and do one."),
    Action(
        "app.settings",
        ("comma",),
        "settings",
        "Read and change the settings: for all repositories, for a group, or for one.",
        "config get, config set",
    ),
    Action(
        "app.guide",
        ("S",),
        "set up",
        "Set up from nothing, step by step: sign-in, repositories, labels, agents, worktrees, a first pop.",
        "enroll --scan DIR, enroll --org ORG",
    ),
    Action("app.theme", ("ctrl+t",), "theme", "Choose the colours; the theme under the cursor is tried on."),
    Action("app.quit", ("q",), "quit", "Leave the cockpit; agents run on.", None, True),
)


def key_words(action: Action) -> str:
    """All keys of an action as people write them."""
    return " ".join(map(key_name, action.keys))


# What has a command of its own name; the others are done from elsewhere, or by themselves.
COMMANDS: tuple[Verb, ...] = tuple(action.verb for action in ACTIONS if action.verb is not None)


def action_of(verb: Verb) -> Action:
    """The action of a verb."""
    return next(action for action in ACTIONS if action.verb is verb)
