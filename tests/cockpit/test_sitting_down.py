"""Going on by hand with an agent's conversation, at its own terminal; and telling an agent something."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs
from screens import Screen
from stations import KEY, OpenStation, Station

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.profiles import Messages, Profile
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.runs.conversation import Conversation, by_hand

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform != "linux", reason="terminals as Linux has them")]

YES = Options(yes=True)
LEAVE = b"\x1d"
SESSION = "0b9c7e2a-1f"
SAID = json.dumps({"type": "system", "subtype": "init", "session_id": SESSION, "model": "m", "tools": [], "cwd": "/"})
# Its own resume: it commits, once the person says so.
INTERACTIVE = """
echo "on with $0 in $(basename "$PWD")"
while read -r line; do
  [ "$line" = end ] && exit
  git -c user.name=A -c user.email=a@example.com commit -q --allow-empty -m "$line" && echo "committed $line"
done
"""
AGENT = Profile(
    command=("sh", "-c", f"echo '{SAID}'; exit 1"), format="claude", interactive=("sh", "-c", INTERACTIVE, "{session}")
)


async def act(one: Station, verb: Verb, options: Options = YES) -> Outcome:
    return await one.opened.engine.act(KEY, verb, options)


async def over(one: Station) -> Repository:
    """The repository once its agent's run is over."""
    runs = one.opened.world.runs
    async for _ in runs.follow((await runs.current([KEY]))[KEY]):
        pass
    await one.opened.engine.refresh()
    return await one.view()


async def refused(one: Station) -> str:
    """Why there is nothing to attach to."""
    with pytest.raises(Failure) as caught:
        await one.opened.engine.attaching(KEY)
    return str(caught.value)


async def test_a_person_goes_on_with_the_agents_conversation(
    station: OpenStation, screens: Callable[..., Screen]
) -> None:
    async with station(profiles=(AGENT,)) as one:
        assert (await act(one, Verb.POP)).ok
        nothing = await act(one, Verb.SIT)
        assert nothing.problem is not None and "no conversation" in nothing.message
        assert (await act(one, Verb.LAUNCH)).ok
        assert (await over(one)).agent.status is Status.FAILED
        assert "No agent runs" in await refused(one)

        dry = await act(one, Verb.SIT, Options(dry_run=True))
        assert dry.ok and "last conversation" in dry.steps[-1].what
        sat = await act(one, Verb.SIT)
        assert sat.ok and "Attaching sits down at it" in sat.message
        screen = screens(await one.opened.engine.attaching(KEY))
        screen.until(f"on with {SESSION} in ".encode())
        screen.type(b"by hand\r")
        screen.until(b"committed by hand")
        screen.type(LEAVE)
        assert screen.ended() == 0

        # The law holds while it goes on: it is the repository's agent.
        view = await one.view()
        assert view.agent.status is Status.WORKING and view.agent.run is not None
        assert view.agent.run.attachable and not view.agent.run.hears
        for verb in (Verb.LAUNCH, Verb.SIT, Verb.BOTTLE):
            held = await act(one, verb)
            assert held.problem is not None and held.problem.code is ErrorCode.REFUSED
        with pytest.raises(Failure, match="reads no messages"):
            await one.opened.engine.message(KEY, "hello")
        again = screens(await one.opened.engine.attaching(KEY))
        again.until(b"committed by hand")
        again.type(b"end\r")
        assert again.ended() == 9
        assert (await over(one)).agent.status is Status.DONE
        # It ended, and nobody is told to launch what they have just left.
        assert "ended well, so nobody is on its terminal" in await refused(one)
        # Of the conversation by hand nothing is told, so the one before is still what is gone on with.
        assert (await act(one, Verb.SIT)).ok
        assert (await act(one, Verb.STOP)).ok


async def test_an_agent_goes_on_by_itself_with_its_conversation(station: OpenStation) -> None:
    resume = ("sh", "-c", 'echo "on with $0"; cat', "{session}")
    async with station(profiles=(structs.replace(AGENT, name="able", resume=resume),)) as one:
        assert (await act(one, Verb.POP)).ok
        going_on = Options(yes=True, going_on=True, extra="Mind the tests.")
        assert "cannot go on by itself" in (await act(one, Verb.LAUNCH, going_on)).message
        assert (await act(one, Verb.LAUNCH)).ok
        await over(one)
        dry = await act(one, Verb.LAUNCH, structs.replace(going_on, dry_run=True))
        assert dry.ok and "start able on its last conversation" in dry.steps[-1].what
        assert (await act(one, Verb.LAUNCH, going_on)).ok
        agent = (await over(one)).agent
        log = Path(agent.run.log if agent.run else pytest.fail()).read_text()
        assert log.startswith(f"on with {SESSION}\n") and "You were interrupted" in log and "Mind the tests." in log
        assert "## The issue" not in log and f"`{agent.branch}`" in log


async def test_an_agent_that_listens_is_told(station: OpenStation) -> None:
    listening = Profile(
        command=("sh", "-c", 'while read -r line; do echo "heard $line"; [ "$line" = end ] && exit; done'),
        message=Messages.STDIN,
    )
    async with station(profiles=(listening,)) as one:
        assert (await act(one, Verb.POP)).ok and (await act(one, Verb.LAUNCH)).ok
        assert "no terminal of its own" in await refused(one)
        assert "Told the agent" in await one.opened.engine.message(KEY, "end")
        agent = (await over(one)).agent
        assert agent.run is not None and agent.run.exit == 0
        log = Path(agent.run.log).read_text()
        assert "heard end\n" in log and "[soda-tui: you said: end]\n" in log


@pytest.mark.parametrize(
    ("interactive", "session", "command"),
    [
        ((), "s1", None),
        (("claude", "--resume", "{session}"), "", None),
        (("claude", "--resume", "{session}"), "s1", ("claude", "--resume", "s1")),
        (("aider", "--restore-chat-history"), "", ("aider", "--restore-chat-history")),
    ],
)
def test_what_is_gone_on_with(interactive: tuple[str, ...], session: str, command: tuple[str, ...] | None) -> None:
    found = by_hand(Conversation(Profile("one", interactive=interactive), session))
    assert (found.command if found else None) == command


async def test_a_conversation_is_never_an_option(station: OpenStation) -> None:
    """Its name is the agent's own word."""
    said = SAID.replace(SESSION, "--dangerous")
    agent = Profile(command=("sh", "-c", f"echo '{said}'"), format="claude", interactive=("echo", "{session}"))
    async with station(profiles=(agent,)) as one:
        assert (await act(one, Verb.POP)).ok and (await act(one, Verb.LAUNCH)).ok
        await over(one)
        assert "no conversation" in (await act(one, Verb.SIT)).message
