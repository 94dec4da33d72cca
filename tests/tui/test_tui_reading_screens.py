"""The screens that read work, issues and addresses of one repository, and foreign text on every surface."""

from __future__ import annotations

import pytest
from msgspec import structs
from tui.frozen import FrozenCockpit
from tui.piloting import opened, told, until
from tui.readable import PATCH, RUNS, WORK, cockpit, run
from tui.shown import ATTENTION, NOW, PEEK, STALE, TRIO, WORKING, request, snapshot
from tui.test_tui_foreign_text import HOSTILE, assert_rows_are_whole, hostile_repository, rendered
from tui.zooming import NEXT, PREVIOUS, on_tab, shows, text_of, zoomed

from soda_tui.domain.actions import Verb
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options, Outcome, Peek, StepResult
from soda_tui.domain.work import Commit, Difference, FileChange, Work
from soda_tui.tui import outside
from soda_tui.tui.app import SodaApp
from soda_tui.tui.screens.diff import DiffScreen
from soda_tui.tui.screens.repository import RepositoryScreen
from soda_tui.tui.screens.zoom import HISTORY, LOG, ZoomScreen
from soda_tui.tui.screens.zoom import WORK as WORK_TAB
from soda_tui.tui.text import plain
from soda_tui.tui.widgets.key_bar import KeyBar
from soda_tui.tui.widgets.row_list import Row
from soda_tui.tui.widgets.zoom_rows import queue_rows

pytestmark = pytest.mark.anyio


async def test_work_is_read_searched_and_says_why_not() -> None:
    shown = cockpit()
    async with opened(shown) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))
        await shows(pilot, app, "Commits 2", PATCH[8].strip())
        await pilot.press("slash", *"FOLDER", "enter")
        await until(pilot, lambda: "▸" not in text_of(app))
        await pilot.press("escape", "slash", *"folder", "enter", "n")
        await shows(pilot, app, "▸5e1c0aa9 Resolve the configuration folder once")
        await pilot.press("escape", "d")
        await until(pilot, lambda: app.screen is app.overview)
        await pilot.press("3", "d")
        await until(pilot, lambda: any("holds no issue" in said for said in told(app)))


async def test_peek_reads_prompt_and_plan_when_they_are_opened() -> None:
    steps = (StepResult("push", "claim 12 and push its branch", False), StepResult("label", "label it", True))
    answer = Outcome(Verb.POP, "acme/rocket", "Would pop 12.", steps, branch="agent001/12", dry_run=True)
    shown = FrozenCockpit(TRIO, peek=PEEK, answer=answer)
    shown.put(snapshot(structs.replace(WORKING, pull_requests=(request(39, "Closes it", issue=12),)), ATTENTION, STALE))
    async with opened(shown) as (app, pilot):
        await pilot.press("p")
        await shows(pilot, app, "☐ resolve the folder once", "│ FileExistsError", "PR 39 Closes it", "by ada")
        assert shown.acts == []
        await pilot.press(NEXT)
        await shows(pilot, app, "The prompt for 12")
        await pilot.press(NEXT)
        await shows(pilot, app, "Would pop 12.", "1. claim 12 and push its branch", "done already", "agent001/12")
        assert shown.acts == [(WORKING.key, Verb.POP, Options(issue=12, dry_run=True))]
        await pilot.press(PREVIOUS, PREVIOUS, "p")
        await until(pilot, lambda: app.screen is app.overview)
        assert len(shown.acts) == 1


async def test_numbers_and_urls_are_copied_and_pull_requests_too() -> None:
    shown = cockpit(
        structs.replace(WORKING, pull_requests=(request(39, "It", url="https://github.com/acme/rocket/pull/39"),))
    )
    async with opened(shown) as (app, pilot):
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard == "41")
        await pilot.press("Y")
        await until(pilot, lambda: app.clipboard == "https://github.com/acme/x/issues/41")
        await on_tab(pilot, app, 3)
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard == "39")
        await pilot.press("Y")
        await until(pilot, lambda: app.clipboard == "https://github.com/acme/rocket/pull/39")


async def test_a_url_of_another_host_is_neither_copied_nor_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "/bin/false")
    entry = structs.replace(WORKING.queue[0], url="https://github.com.evil.example/acme/x/issues/41")
    async with opened(cockpit(structs.replace(WORKING, queue=(entry,)))) as (app, pilot):
        await pilot.press("Y", "o")
        await until(pilot, lambda: len(told(app)) == 2)
        assert all("not one of github.com" in said for said in told(app))
        assert app.clipboard == ""


async def test_the_browser_gets_one_word_and_without_one_the_url_is_copied(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    started: list[tuple[str, ...]] = []

    async def browse(words: list[str], url: str) -> None:
        started.append((*words, url))

    monkeypatch.setattr(outside, "browse", browse)
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    async with opened(cockpit()) as (app, pilot):
        await pilot.press("o")
        await until(pilot, lambda: app.clipboard == "https://github.com/acme/x/issues/41")
        monkeypatch.setenv("BROWSER", "see")
        await pilot.press("o")
        await until(pilot, lambda: started == [("see", "https://github.com/acme/x/issues/41")])


@pytest.mark.parametrize("key", ["t", "E"])
async def test_a_terminal_that_cannot_be_given_away_is_a_sentence(key: str, tmp_path: object) -> None:
    worktree = WORKING.agent.worktree
    assert worktree is not None
    here = structs.replace(
        WORKING, agent=structs.replace(WORKING.agent, worktree=structs.replace(worktree, path=str(tmp_path)))
    )
    async with opened(cockpit(here, structs.replace(STALE, name="acme/other"))) as (app, pilot):
        await pilot.press(key)
        await until(pilot, lambda: any("cannot be given" in said for said in told(app)))
        await pilot.press("2", key)
        await until(pilot, lambda: any("holds no issue" in said for said in told(app)))


async def test_each_screen_names_the_keys_that_are_its_own() -> None:
    shown = cockpit()
    shown.shown_work = WORK
    async with opened(shown, size=(120, 40)) as (app, pilot):
        for key, own in (("l", "f follow  s only  v raw"), ("d", "space page down"), ("z", "enter open")):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, RepositoryScreen))
            bar = app.screen.query_one(KeyBar)
            await until(pilot, lambda bar=bar: bool(bar.size))  # type: ignore[misc]  # bound now
            text = bar.make()[0].plain
            assert text.startswith(" esc back") and own in text and "q quit" not in text
            assert text.rstrip().endswith("? help"), "what fits is not cut"
            assert ("/ search  n next match  N previous match" in text) is (key != "z")
            await pilot.click(bar, offset=(2, 0))
            await until(pilot, lambda: app.screen is app.overview)


async def test_a_view_that_breaks_off_says_so_and_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soda_tui.tui.saying._AGAIN", 0.01)
    shown, place = cockpit(), "soda_tui.tui.screens.zoom.queue_rows"
    async with opened(shown) as (app, pilot):
        await pilot.press("z")
        await zoomed(pilot, app)

        def once(repository: Repository) -> list[Row]:
            monkeypatch.setattr(place, queue_rows)
            raise RuntimeError("odd rows")

        monkeypatch.setattr(place, once)
        changed = structs.replace(WORKING, queue=WORKING.queue[:1])
        shown.put(snapshot(changed))
        await until(pilot, lambda: any("The view of acme/rocket broke off" in said for said in told(app)))
        await until(pilot, lambda: app.screen.query_one(KeyBar).repository == changed, turns=2000)
        assert isinstance(app.screen, ZoomScreen)
        await until(pilot, lambda: app.screen.bar.counts[0] == 1)  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [120, 60])
@pytest.mark.parametrize("text", HOSTILE)
async def test_foreign_text_is_literal_on_every_reading_surface(text: str, width: int) -> None:
    shown = hostile_repository(text)
    made = cockpit(shown)
    made._peek = Peek(text, shown.queue[0], f"{text}\n\n- x{text}", f"standing:{text}", 1)
    made._answer = Outcome(Verb.POP, text, f"plan:{text}", (StepResult(text, f"step:{text}", False),), branch=text)
    made.shown_work = Work(
        1, text, text, (Commit("abc", text, text),), Difference((FileChange(text, 1, 2),), (f"+{text}", text), True)
    )
    made.runs = (run(1, problem=text, exit=None), *RUNS[1:])
    made.log_bytes["run1"] = f"log:{text}\n".encode()
    start = plain(text)[:3].rstrip()
    app = SodaApp(made, clock=lambda: NOW)
    async with app.run_test(size=(width, 40)) as pilot:
        await until(pilot, lambda: app.overview.keys.repository is not None)
        screen = await on_tab(pilot, app, 0)
        for tab in range(6):
            await until(pilot, lambda tab=tab: screen.bar.active == tab)  # type: ignore[misc]  # bound now
            if tab == WORK_TAB:
                await shows(pilot, app, f"abc {start}")
            elif tab == LOG:
                await shows(pilot, app, f"log:{start}")
            elif tab == HISTORY:
                await shows(pilot, app, "stopped")
            await pilot.pause()
            assert_rows_are_whole(rendered(app), width)
            await pilot.press(NEXT)
        await pilot.press("p")
        await shows(pilot, app, f"standing:{start}", "• x")
        assert_rows_are_whole(rendered(app), width)
        await pilot.press(PREVIOUS)
        await shows(pilot, app, f"plan:{start}", f"1. step:{start}")
        assert_rows_are_whole(rendered(app), width)
        for y, row in enumerate(rendered(app)):
            if "boo" in row:
                await pilot.click(offset=(row.index("boo") + 1, y))
        await pilot.pause()
        assert app.is_running
        assert not app._exit
