"""A key that cannot act is dimmed and says why in the domain's own sentence, in every state; so does the palette."""

from __future__ import annotations

import pytest
from msgspec import structs
from textual.command import CommandList
from textual.widgets import TextArea
from tui.frozen import FrozenCockpit
from tui.piloting import last_said, opened, told, until
from tui.readable import cockpit
from tui.shown import IDLE, NOW, agent, repository, snapshot

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import ACTIONS, Action, Verb, key_words
from soda_tui.domain.codes import DriftKind, Severity, Status
from soda_tui.domain.model import Clone, Drift, Repository, Run
from soda_tui.domain.verdict import fill, no_worktree, nobody_runs, pops_first, reason
from soda_tui.tui.palette import Palette
from soda_tui.tui.screens.dialogues.writing import Writing

pytestmark = pytest.mark.anyio
HELD = repository(agent=agent(Status.CLAIMED))
NEWER = Drift(DriftKind.LEDGER_NEWER, Severity.CRITICAL, "A newer cockpit wrote the ledger.", None, None)
STATES = {
    **{status.value: repository(agent=agent(status)) for status in Status if status is not Status.IDLE},
    "idle": repository(),
    "idle-without-queue": repository(queue=()),
    "idle-running": repository(agent=structs.replace(IDLE, run=agent(Status.WORKING).run)),
    "clone-gone": repository(clone=Clone(None, None, None, None, "The clone is not there any more.")),
    "no-worktree": structs.replace(HELD, agent=structs.replace(HELD.agent, worktree=None)),
    "archived": structs.replace(HELD, archived=True),
    "read-only": structs.replace(HELD, read_only=True),
    "no-push": structs.replace(HELD, viewer_permission="READ"),
    "newer": structs.replace(HELD, drift=(NEWER,)),
}
IN_WORKTREE = {"repo.work", "repo.shell", "repo.editor"}
RUNNING = {"repo.attach": "sit down with", "repo.message": "tell anything"}
WRITING = {"repo.new_issue", "repo.comment", "repo.labels", "repo.raise", "repo.lower"}


def why_not(found: Repository, action: Action) -> str | None:
    """The domain's sentence for an action that cannot act."""
    if action.name in IN_WORKTREE and found.agent.worktree is None:
        return no_worktree(found)
    if action.name in WRITING and (found.archived or found.read_only):
        return fill(say.ARCHIVED if found.archived else say.READ_ONLY, found)
    if action.name in RUNNING:
        run = found.agent.run
        if run is None or run.pid is None:
            return nobody_runs(found, RUNNING[action.name])
        return (say.NO_AGENT_TERMINAL if action.name == "repo.attach" else say.NO_MESSAGES)()
    verb = Verb.LAUNCH if action.name == "repo.launch_with" else action.verb
    popping_too = verb is Verb.LAUNCH and pops_first(found)
    if (verb is Verb.POP or popping_too) and found.clone.problem:
        return found.clone.problem
    if verb is None or popping_too:
        return None
    return reason(found, verb)


@pytest.mark.parametrize("name", STATES)
async def test_a_key_is_dimmed_and_says_why(name: str) -> None:
    found = STATES[name]
    actions = [action for action in ACTIONS if action.name.startswith("repo.")]
    refused = {action: why for action in actions if (why := why_not(found, action)) is not None}
    assert refused
    made = cockpit(found)
    async with opened(made, size=(96, 30)) as (app, pilot):
        for action in actions:
            for key in action.keys:
                assert app.screen.active_bindings[key].enabled is (action not in refused), action.name
        for action, why in refused.items():
            said = len(app.messages)
            await pilot.press(action.keys[0])
            await until(pilot, lambda said=said: len(app.messages) > said)  # type: ignore[misc]  # bound now
            assert app.messages[-1].text == why
            assert app.screen is app.overview
        assert made.acts == [] and made.refreshes == []
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, Palette))
        await until(pilot, lambda: app.screen.query_one(CommandList).option_count > len(ACTIONS))
        rows = [str(option.prompt) for option in app.screen.query_one(CommandList).options]
        for action in actions:
            assert f"{action.title}  {key_words(action)}\n{refused.get(action, action.help)}" in rows


async def test_an_agent_that_has_begun_just_now_is_told_something_by_enter() -> None:
    run = Run("run1", 4711, NOW, NOW, None, "/state/run1.log", hears=True)
    made = cockpit(HELD)
    made.begun = snapshot(structs.replace(HELD, agent=agent(Status.WORKING, run=run)))
    async with opened(made, size=(80, 24)) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, Writing))
        await pilot.press("enter", *"So ", "ctrl+j", *"be it")
        assert app.screen.query_one(TextArea).text == "So \nbe it" and app.messages[-1].text == say.NOTHING_WRITTEN()
        await pilot.press("enter")
        await until(pilot, lambda: last_said(app) == "It was told.")
        assert made.messages == [(HELD.key, "So \nbe it")]


async def test_a_busy_repository_says_so() -> None:
    made = cockpit(HELD)
    made.may_end.clear()
    async with opened(made, size=(96, 30)) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: bool(made.acts))
        for action in ACTIONS:
            if action.verb not in (None, Verb.PEEK, Verb.STOP):
                said = len(app.messages)
                await pilot.press(action.keys[0])
                await until(pilot, lambda said=said: len(app.messages) > said)  # type: ignore[misc]  # bound now
                assert app.messages[-1].text == say.BUSY_HERE(repository=HELD.name, verb="launching")
        assert len(made.acts) == 1
        made.may_end.set()


async def test_without_a_repository_every_key_of_one_says_so() -> None:
    async with opened(FrozenCockpit(snapshot())) as (app, pilot):
        await until(pilot, lambda: app.overview.welcome.display)
        for action in ACTIONS:
            if action.name.startswith("repo."):
                said = len(told(app))
                await pilot.press(action.keys[0])
                await until(pilot, lambda said=said: len(told(app)) > said)  # type: ignore[misc]  # bound now
                assert app.messages[-1].text == say.NO_REPOSITORY()
