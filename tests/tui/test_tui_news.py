"""News on the screen and in the terminal: said once, gravest first, `w` leads there, and nothing foreign is obeyed."""

from __future__ import annotations

import pytest
from msgspec import structs
from tui.frozen import FrozenCockpit
from tui.piloting import last_said, until
from tui.shown import ATTENTION, DONE, NOW, TRIO, WORKING, agent, repository, snapshot

from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.configuration.notifying import NotifySettings, TerminalNotice
from soda_tui.domain.model import Need, Repository
from soda_tui.domain.telling import Notice, headlines, standing
from soda_tui.tui.app import SodaApp
from soda_tui.tui.terminal_notice import TerminalNotices, understood

pytestmark = pytest.mark.anyio
FAILED = repository(
    "acme/beacon", agent=agent(Status.FAILED), needs=(Need(NeedCode.AGENT_FAILED, "The agent on 12 failed."),)
)
AFTER_IT = structs.replace(FAILED, name="acme/cellar")
HOSTILE = structs.replace(
    FAILED,
    agent=agent(Status.FAILED, title="4;1;50 \x1b]0;owned\x07 \x1b\\ [red]x[/] ; rm\x9c"),
    needs=(Need(NeedCode.AGENT_FAILED, "It says; \x1b[2J\x07[@click=app.quit]boo[/]"),),
)


def notices(*repositories: Repository) -> tuple[Notice, ...]:
    """What there is to tell of them."""
    return tuple(standing(snapshot(*repositories)).values())


def told_of(app: SodaApp, quiet: bool = False) -> list[str]:
    """What was said, on the screen or, where `quiet`, in the log of messages alone."""
    return [message.text for message in app.messages if message.quiet is quiet]


@pytest.mark.parametrize("settings", [NotifySettings(), NotifySettings(toast=False)])
async def test_what_happens_is_said_where_it_is_wanted_and_always_in_the_log(settings: NotifySettings) -> None:
    cockpit = FrozenCockpit(snapshot(WORKING, DONE, FAILED))
    app = SodaApp(cockpit, clock=lambda: NOW, notify=settings)
    async with app.run_test(size=(180, 50)) as pilot:
        cockpit.happened.put_nowait(notices(DONE, FAILED))
        await until(pilot, lambda: bool(cockpit.announced))
        said = "acme/beacon: The agent on 12 failed. w goes there. 1 more of this: e shows them."
        assert told_of(app, quiet=not settings.toast)[-1] == said
        assert any(text.startswith(f"{DONE.name}: ") for text in told_of(app, quiet=True))
        assert (last_said(app) == said) is settings.toast
        assert cockpit.announced == [(notices(DONE, FAILED), False)]


async def test_w_leads_to_what_was_told_and_then_to_the_others_that_wait() -> None:
    cockpit = FrozenCockpit(snapshot(WORKING, ATTENTION, AFTER_IT, FAILED))
    app = SodaApp(cockpit, clock=lambda: NOW)
    async with app.run_test(size=(180, 50)) as pilot:
        await until(pilot, lambda: app.overview.grid.active is not None)

        async def goes_to(found: Repository) -> None:
            await pilot.press("w")
            await until(pilot, lambda: here() == found.key)

        def here() -> str | None:
            pane = app.overview.grid.active
            return pane.repository.key if pane and pane.repository else None

        cockpit.happened.put_nowait(notices(FAILED))
        await until(pilot, lambda: "beacon" in last_said(app))
        for found in (FAILED, ATTENTION, AFTER_IT, FAILED):
            await goes_to(found)


async def test_a_program_that_could_not_tell_is_said_once() -> None:
    cockpit = FrozenCockpit(TRIO)
    cockpit.faults = ("The hook [b]failed[/b].",)
    app = SodaApp(cockpit, clock=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(2):
            cockpit.happened.put_nowait(notices(HOSTILE))
        await until(pilot, lambda: len(cockpit.announced) == 2)
        await until(pilot, lambda: "The hook [b]failed[/b]." in told_of(app))
        assert told_of(app).count("The hook [b]failed[/b].") == 1
        assert "acme/beacon: It says; [@click=app.quit]boo[/] w goes there." in told_of(app)


@pytest.mark.parametrize(
    ("environ", "form"),
    [
        ({"TERM": "xterm-256color"}, "off"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "osc9"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "osc9"),
        ({"TERM": "xterm-kitty"}, "osc9"),
        ({"TERM": "foot"}, "osc777"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "osc777"),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "LC_TERMINAL": "iTerm2", "TMUX": "/s,1,0"}, "off"),
        ({"TERM": "screen", "LC_TERMINAL": "iTerm2", "STY": "1.x"}, "off"),
        ({}, "off"),
    ],
)
def test_a_terminal_is_sent_what_it_is_known_to_read_or_what_a_person_names(environ: dict[str, str], form: str) -> None:
    assert understood(TerminalNotice.AUTO, environ) == form
    for named in (TerminalNotice.OSC9, TerminalNotice.OSC777, TerminalNotice.OFF):
        assert understood(named, environ) is named


@pytest.mark.parametrize(
    ("form", "environ", "begins", "ends"),
    [
        ("osc9", {}, "\x1b]9;soda-tui: acme/beacon: the agent failed. It says, ", "\a"),
        ("osc777", {}, "\x1b]777;notify;acme/beacon: the agent failed;It says, ", "\a"),
        ("osc9", {"TMUX": "/s"}, "\x1bPtmux;\x1b\x1b]9;soda-tui: acme/beacon", "\a\x1b\\"),
        ("osc9", {"STY": "1.x"}, "\x1bP\x1b]9;soda-tui: acme/beacon", "\a\x1b\\"),
    ],
)
def test_a_hostile_title_is_text_in_one_sequence(form: str, environ: dict[str, str], begins: str, ends: str) -> None:
    written: list[str] = []
    told = TerminalNotices(written.append, TerminalNotice(form), bell=False, environ=environ)
    told.tell(headlines(notices(HOSTILE)))
    [text] = written
    assert text.startswith(begins) and text.endswith(ends)
    inside = text[len(begins) : -len(ends)]
    assert inside.isprintable() and ";" not in inside and "4,1,50" in inside


@pytest.mark.parametrize(("form", "bell", "count"), [("osc9", True, 3), ("off", True, 0), ("off", False, 0)])
def test_what_happens_while_another_program_has_the_terminal_waits_in_bounds(form: str, bell: bool, count: int) -> None:
    written: list[str] = []
    told = TerminalNotices(written.append, TerminalNotice(form), bell=bell, environ={})
    assert told.shows is (form != "off")
    told.give_away()
    named = [structs.replace(FAILED, name=f"acme/r{number}") for number in range(5)]
    for each in named:
        told.tell(headlines(notices(each)))
    assert written == []
    told.take_back()
    assert [f"acme/r{number}" in "".join(written) for number in range(5)] == [False] * 2 + [count > 0] * 3
    assert "".join(written).count("\a") == count + bell
    told.take_back()
    assert len(written) <= 1
