"""The guide and the settings, on a real home: what is seen, asked, written, and left alone."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui.frozen import FrozenCockpit
from tui.piloting import burst, opened, rows, until
from tui.shown import snapshot

from soda_tui.sandbox.server import SandboxServer
from soda_tui.sandbox.world import World
from soda_tui.tui.app import SodaApp
from soda_tui.tui.screens.guide import GuideScreen
from soda_tui.tui.screens.question import Question
from soda_tui.tui.screens.settings import SettingsScreen
from soda_tui.wiring.calling import Invocation
from soda_tui.wiring.setting_up import LocalSetUp

pytestmark = pytest.mark.anyio

NEXT = "right_square_bracket"
CONFIGURATION = """\
# mine
[cockpit]
interval = 60  # slow

[[repository]]  # the first
name = "acme/one"
path = "/src/one"
group = "sea"

[[repository]]
name = "acme/two"
path = "/src/two"
group = "sea"
"""


class Home:
    """A home with nothing in it but a folder that the program is called in."""

    def __init__(self, top: Path) -> None:
        self.top, self.folder = top, top / "src"
        self.folder.mkdir(parents=True)
        self.file = top / "config.toml"
        self.environ = {"HOME": str(top), "PATH": "/nonexistent", "SODA_TUI_CONFIG": str(self.file)}

    def __call__(self) -> LocalSetUp:
        return LocalSetUp(Invocation(self.environ))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home, and the program called below it."""
    made = Home(tmp_path / "me")
    monkeypatch.chdir(made.folder)
    return made


def seen(app: SodaApp) -> str:
    """What stands on the screen, as one line."""
    return " ".join("".join(row).strip("│╭╰╮╯ ") for row in rows(app))


def shows(app: SodaApp, *words: str) -> Callable[[], bool]:
    """Whether all of this stands on the screen."""
    return lambda: all(word in " ".join(seen(app).split()) for word in words)


async def wait(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Wait for what takes threads and processes."""
    await until(pilot, true, turns=2000)


async def test_with_nothing_each_step_is_a_sentence_with_a_way_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(FrozenCockpit(snapshot()), setup=home, size=(80, 24)) as (app, pilot):
        await pilot.press("S")
        await wait(pilot, shows(app, "There is no token for github.com", "The same: gh auth login"))
        for words in (
            ("There is no clone below", "The same: soda-tui enroll --scan"),
            ("No repository is enrolled yet",),
            ("None of the agents that soda-tui knows is installed", "claude is not on this machine"),
            ("defaults.setup", "The same: soda-tui config set defaults.setup COMMAND"),
            ("No repository is enrolled yet",),
        ):
            await pilot.press(NEXT)
            await wait(pilot, shows(app, *words))
        (home.folder / "clone" / ".git").mkdir(parents=True)
        monkeypatch.setenv("PATH", "/nonexistent")
        screen = app.screen
        assert isinstance(screen, GuideScreen)
        screen.open(1)
        await wait(pilot, shows(app, "git"))
        await wait(pilot, lambda: not shows(app, "Looking")())
        await pilot.press("escape")
        await wait(pilot, lambda: app.screen is app.overview)
        assert not app.again and not home.file.exists()
        assert [path.name for path in home.top.iterdir()] == ["src"], "only looked"


async def test_what_is_ticked_is_enrolled_once_it_was_asked(home: Home) -> None:
    for name, url in (("one", "https://github.com/acme/one"), ("two", "git@github.com:acme/two.git"), ("odd", None)):
        subprocess.run(["git", "init", "-q", str(home.folder / name)], check=True)
        remote = ["git", "-C", str(home.folder / name), "remote", "add", "origin", url or ""]
        subprocess.run(remote[: len(remote) if url else 0] or ["true"], check=True)
    async with opened(FrozenCockpit(snapshot()), setup=home, size=(120, 40)) as (app, pilot):
        await pilot.press("S")
        await wait(pilot, shows(app, "There is no token"))
        await pilot.press(NEXT)
        await wait(pilot, shows(app, "[x] acme/one", "[x] acme/two", "odd: The clone", "has no remote called origin"))
        await pilot.press("G", "space", "enter")
        await wait(pilot, lambda: isinstance(app.screen, Question))
        assert shows(app, "Enrol acme/one?", str(home.file))() and not home.file.exists()
        await pilot.press("n")
        await pilot.press("enter")
        await wait(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("y")
        await wait(pilot, shows(app, "acme/one enrolled", "[x] acme/two"))
        assert "acme/one" in home.file.read_text() and "acme/two" not in home.file.read_text()
        await pilot.press("escape")
        await wait(pilot, lambda: app._exit)
        assert app.again, "the cockpit is to be opened on what was enrolled"


@pytest.mark.wide
async def test_what_an_account_has_is_cloned_and_labelled_once_it_was_asked(home: Home, tmp_path: Path) -> None:
    world = World(tmp_path / "github", lambda: datetime.now(UTC))
    made = world.create_repository("acme/shed", permissions={"ada": "ADMIN"})
    world.add_token("the-token", "ada")
    with SandboxServer(world) as server:
        home.environ |= {"GH_TOKEN": "the-token", "GITHUB_API_URL": server.url, "GITHUB_SERVER_URL": server.url}
        async with opened(FrozenCockpit(snapshot()), setup=home, size=(80, 24)) as (app, pilot):
            await pilot.press("S")
            await wait(pilot, shows(app, "as ada, with the token from GH_TOKEN"))
            await pilot.press("enter")
            await wait(pilot, shows(app, "There is no clone below"))
            await pilot.press("tab", "tab", *"acme", "enter")
            await wait(pilot, shows(app, "[ ] acme/shed not cloned yet", "--org acme --scan"))
            await pilot.press("tab", "tab", "end", *" shed", "enter")
            await wait(pilot, shows(app, "[x] acme/shed not cloned yet"))
            await pilot.press("enter")
            await wait(pilot, shows(app, "Clone 1 repository from GitHub into"))
            await pilot.press("y")
            await wait(pilot, shows(app, "acme/shed enrolled"))
            assert (home.folder / "shed" / "README.md").is_file() and "acme/shed" in home.file.read_text()
            await pilot.press(NEXT)
            await wait(
                pilot,
                shows(app, "[x] acme/shed 14 labels to create or correct", "soda-tui init acme/shed --issue-template"),
            )
            await pilot.press("enter")
            await wait(pilot, shows(app, "Change the labels of acme/shed on GitHub?", "route:ready"))
            await pilot.press("n")
            assert made.labels == {}
            await pilot.press("enter")
            await wait(pilot, lambda: isinstance(app.screen, Question))
            await pilot.press("y")
            await wait(pilot, shows(app, "All labels are as they should be."))
            assert len(made.labels) == 14


async def test_a_setting_is_checked_written_and_taken_out(home: Home) -> None:
    home.file.write_text(CONFIGURATION)
    home.environ["SODA_TUI_COCKPIT__LOG_LEVEL"] = "debug"
    async with opened(FrozenCockpit(snapshot()), setup=home, size=(120, 60)) as (app, pilot):
        await pilot.press("comma")
        await wait(pilot, shows(app, "theme", "defaults.agent_id"))
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        await pilot.press("slash", *"cockpit", "enter")
        await wait(pilot, shows(app, 'cockpit.log_level "debug" environment', "cockpit.interval 60 file"))
        await pilot.press("slash", *"looks", "enter")
        await wait(pilot, shows(app, "config.toml, line 3", "Default: 30.0", "SODA_TUI_COCKPIT__INTERVAL"))
        await pilot.press("enter", "backspace", "backspace", "backspace", "backspace", "1", "enter")
        await wait(pilot, lambda: screen.fault.display)
        assert "cockpit.interval should be a number of seconds from 5" in str(screen.fault.render())
        assert home.file.read_text() == CONFIGURATION
        await pilot.press("5", "enter")
        await wait(pilot, lambda: "interval = 15  # slow" in home.file.read_text())
        assert home.file.read_text() == CONFIGURATION.replace("60", "15")
        await wait(pilot, shows(app, "cockpit.interval 15 file"))
        await pilot.press("backspace", "delete")
        await wait(pilot, shows(app, "Take cockpit.interval out of", "It says 15"))
        assert "interval" in home.file.read_text()
        await pilot.press("y")
        await wait(pilot, lambda: "interval" not in home.file.read_text())

        await pilot.press(NEXT)
        await wait(pilot, shows(app, "[group sea]"))
        await pilot.press("escape", "slash", *"fails", "enter")
        await wait(pilot, lambda: screen.rows.cursor == "defaults.check")
        await pilot.press("enter", *"make", "enter")
        await wait(pilot, lambda: home.file.read_text().count('check = "make"') == 2)
        assert "# the first" in home.file.read_text()

        await pilot.press("escape", "escape")
        await wait(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("y")
        await wait(pilot, lambda: app._exit)
        assert app.again


async def test_what_is_typed_at_once_with_the_key_of_the_search_is_searched_for(home: Home) -> None:
    home.file.write_text(CONFIGURATION)
    async with opened(FrozenCockpit(snapshot()), setup=home) as (app, pilot):
        await pilot.press("comma")
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        await until(pilot, lambda: len(screen.rows.rows) > 10)
        burst(app, "/limits.")
        await until(pilot, lambda: screen.search.value == "limits.")


async def test_a_broken_configuration_is_said_and_nothing_is_written(home: Home) -> None:
    home.file.write_text("[cockpit\n")
    async with opened(FrozenCockpit(snapshot()), setup=home, size=(80, 24)) as (app, pilot):
        for key in ("comma", "S"):
            await pilot.press(key)
            await wait(pilot, shows(app, "line 1: this is not valid TOML"))
            await pilot.press("escape")
            await wait(pilot, lambda: app.screen is app.overview)
        assert not app.again
    assert home.file.read_text() == "[cockpit\n"


async def test_what_was_not_touched_stays_as_it_is(home: Home) -> None:
    lines = CONFIGURATION.replace('"/src/one"', '"/src/one"\ncheck = "make one"')
    home.file.write_text(f'{lines}setup = """\nmake\ntools\n"""  # long\n')
    before = home.file.read_text()
    async with opened(FrozenCockpit(snapshot()), setup=home, size=(80, 30)) as (app, pilot):
        await pilot.press("comma")
        await wait(pilot, shows(app, "theme"))
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        await pilot.press("G")
        await wait(pilot, shows(app, "a label's profiles and a key of the screen", "esc close"))
        await pilot.press("delete", "g", NEXT, "slash", *"fails", "enter")
        await wait(pilot, shows(app, "defaults.check they differ", "each of the 2 repositories that the group has now"))
        await pilot.press("enter")
        assert screen.field.display
        await pilot.press("enter")
        await wait(pilot, shows(app, "You changed nothing"))
        assert not screen.field.display and home.file.read_text() == before
        await pilot.press("delete")
        await wait(pilot, shows(app, "Take defaults.check out of", "for 2 repositories"))
        await pilot.press("n")
        await pilot.press(NEXT, NEXT, "escape", "slash", *"defaults.setup", "enter", "g")
        await wait(pilot, shows(app, "[acme/two]", 'defaults.setup "make'))
        await pilot.press("enter")
        await wait(pilot, shows(app, "has several lines", "soda-tui config edit"))
        assert not screen.field.display
        await pilot.press("delete")
        await wait(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("n", "slash", *"_minutes", "enter", "delete")
        await wait(pilot, shows(app, "defaults.setup_minutes is not in"))
        assert home.file.read_text() == before


async def test_a_file_that_somebody_breaks_meanwhile_keeps_the_cockpit_open(home: Home) -> None:
    home.file.write_text(CONFIGURATION)
    async with opened(FrozenCockpit(snapshot()), setup=home, size=(80, 24)) as (app, pilot):
        await pilot.press("comma")
        await wait(pilot, shows(app, "theme"))
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        await pilot.press("slash", *"looks", "enter", "enter", *"600", "enter")
        await wait(pilot, lambda: "interval = 600" in home.file.read_text())
        home.file.write_text("[cockpit\n")
        await pilot.press("escape")
        for key in (NEXT, NEXT, "j"):
            await pilot.press(key)
            await wait(pilot, shows(app, "line 1: this is not valid TOML"))
        await pilot.press("slash", "x", "enter")
        await wait(pilot, shows(app, "line 1: this is not valid TOML"))
        await pilot.press("escape", "escape")
        await wait(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("y")
        await wait(pilot, shows(app, "The cockpit stays open as it was"))
        assert app.screen is app.overview and not app.again and not app._exit
