"""The registry of actions as keys: bindings, their labels, and the sentence that a key says when it cannot act."""

from __future__ import annotations

from typing import Protocol, cast

from textual.binding import Binding, BindingType
from textual.message_pump import MessagePump
from textual.widget import Widget

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import ACTIONS, Action, Verb, key_name
from soda_tui.domain.model import Repository
from soda_tui.domain.runs.attachment import unheard
from soda_tui.domain.verdict import fill, no_worktree, nobody_runs, pops_first, reason
from soda_tui.tui.looks import DOING

BY_NAME = {action.name: action for action in ACTIONS}

NUMBERED = tuple(name for name in BY_NAME if name.startswith("pane.") and name[5:].isdigit())
"""The actions that go to a repository by its number."""

LAUNCH_WITH = "repo.launch_with"
"""Launching after a choice: a dialogue comes before the act."""

STOP_ALL = "app.stop_all"

_IN_WORKTREE = frozenset({"repo.work", "repo.shell", "repo.editor"})
_RUNNING = frozenset({"repo.attach", "repo.message"})
_WRITING = frozenset({"repo.new_issue", "repo.comment", "repo.labels", "repo.raise", "repo.lower"})


def bindings(*scopes: str, action: str = "perform", shown: bool = True) -> list[BindingType]:
    """The bindings of all actions that the scopes name, or whose name begins with one; each calls `action(name)`."""
    return [
        Binding(
            ",".join(found.keys),
            f"{action}({found.name!r})",
            found.title,
            show=found.footer and shown,
            # Stopping everything must be possible whatever stands over the screen.
            priority=found.name == STOP_ALL,
            id=found.name,
        )
        for found in ACTIONS
        if found.name in scopes or found.name.split(".")[0] in scopes
    ]


def attempts() -> list[BindingType]:
    """Bindings behind those of a pane, for keys that are disabled there or have no pane: tried, or said why not."""
    return bindings("repo", action="attempt", shown=False)


def refusal(repository: Repository | None, busy: Verb | None, found: Action) -> str | None:
    """The sentence that says why an action cannot act on a repository now; None where it can."""
    if not found.name.startswith("repo."):
        return None
    if repository is None:
        return say.NO_REPOSITORY()
    if found.name in _IN_WORKTREE and repository.agent.worktree is None:
        return no_worktree(repository)
    if found.name in _RUNNING:
        return _unreachable(repository, found)
    if found.name in _WRITING and (repository.archived or repository.read_only):
        return fill(say.ARCHIVED if repository.archived else say.READ_ONLY, repository)
    verb = Verb.LAUNCH if found.name == LAUNCH_WITH else found.verb
    if verb is None or verb is Verb.PEEK:
        return None
    if busy is not None and holds_up(busy, verb):
        return say.BUSY_HERE(repository=repository.name, verb=DOING[busy])
    popping_too = verb is Verb.LAUNCH and pops_first(repository)
    if (verb is Verb.POP or popping_too) and repository.clone.problem:
        return repository.clone.problem
    return None if popping_too else reason(repository, verb)


def hindrance(repository: Repository | None, busy: Verb | None, found: Action) -> str | None:
    """The sentence with which a try is refused at once; whether an agent runs is looked up anew: one may have begun."""
    return None if repository is not None and found.name in _RUNNING else refusal(repository, busy, found)


def _unreachable(repository: Repository, found: Action) -> str | None:
    """Why the running agent cannot be sat down with, or told something."""
    run, attaching = repository.agent.run, found.name == "repo.attach"
    if run is None or run.pid is None:
        what = "sit down with" if attaching else "tell anything"
        return nobody_runs(repository, what)
    if attaching:
        return None if run.attachable else say.NO_AGENT_TERMINAL()
    return None if run.hears else unheard(attachable=run.attachable)


def holds_up(busy: Verb | None, verb: Verb) -> bool:
    """Whether what is under way keeps a verb from being begun: stopping must be possible at once."""
    return busy is not None and (verb is not Verb.STOP or busy is Verb.STOP)


def is_typing(focused: Widget | None) -> bool:
    """Whether letters are text now; those that were typed before the line had the focus must not act as keys."""
    return focused is not None and focused.check_consume_key("a", "a")


_ONE_BY_ONE = frozenset({None, Verb.PEEK, Verb.SIT, Verb.LAND, Verb.BUNDLE, Verb.FEEDBACK})


def on_marked(found: Action) -> bool:
    """Whether an action is done to all marked repositories where some are marked."""
    # What is merged, or mended, must have been named in the question.
    return found.name == "repo.refresh" or found.verb not in _ONE_BY_ONE


class HasRegistry(Protocol):
    """An application that knows the actions with the keys in force."""

    registry: tuple[Action, ...]


def registry(widget: MessagePump) -> tuple[Action, ...]:
    """All actions with the keys in force."""
    return cast(HasRegistry, widget.app).registry


def key_hint(widget: MessagePump, name: str) -> str:
    """The first key in force of an action, as people write it, for a hint in a sentence or a frame."""
    return key_name(next(found for found in registry(widget) if found.name == name).keys[0])
