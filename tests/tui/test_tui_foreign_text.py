"""Foreign text is shown literally on every surface, never interpreted, and never breaks a line."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import category

import pytest
from msgspec import structs
from rich.cells import cell_len
from tui.frozen import FrozenCockpit
from tui.piloting import opened, told, until
from tui.shown import NOW, WORKING, agent, entry, repository, request, snapshot

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, ExcludedCode, NeedCode, PriorityName, Severity, Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import Drift, Error, ExcludedEntry, Need, Repository
from soda_tui.domain.outcome import Outcome, Peek
from soda_tui.tui.app import SodaApp
from soda_tui.tui.screens.peek import PeekScreen
from soda_tui.tui.screens.question import Question
from soda_tui.tui.text import Span, fit, make_line, plain, wrap

pytestmark = pytest.mark.anyio

LINK = "[/x][@click=app.quit]boo[/]"
HOSTILE = (
    LINK,
    "[bold red]loud[/] [ready] $primary {gap} %s",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x9b2J\r\nnext\x00",
    "日本語のタイトル 👩‍💻👍🏽 ❤️ 🇩🇪 ｗｉｄｅ ﷽ e\u0301\u0301\u0301",
    "\u202egnp.exe\u2066 \u200f\u200e\u2069 \u200b\u00ad\ufeff rtl",
    "long " * 100,
    "x" * 500,
    "",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("cells", [0, 1, 2, 7, 30, 80])
def test_every_line_has_its_exact_width(text: str, cells: int) -> None:
    shown = plain(text)
    assert cell_len(fit(shown, cells)) <= cells
    assert not set(shown) & set("\x1b\x00\r\n\u202e\u200d\ufe0f")
    for rows in (1, 2, 5):
        lines = wrap(shown, max(cells, 1), rows)
        assert len(lines) <= rows
        assert all(cell_len(line) <= max(cells, 1) for line in lines)
    for spans in ([Span(shown)], [Span(" ● ", rank=1), Span(shown, shrink=True), Span(shown, shrink=True, rank=2)]):
        assert cell_len(make_line(cells, spans, [Span(" end")]).plain) == cells


def test_what_is_cut_is_marked_and_what_fits_is_not() -> None:
    assert fit("日本語", 6) == "日本語"
    assert fit("日本語", 5) == "日本…"
    assert fit("日本語", 4) == "日…"
    assert wrap("one two three four", 9, 3) == ["one two", "three", "four"]
    assert wrap("one two three four", 9, 2) == ["one two", "three fo…"]
    assert wrap("unbreakable", 4, 3) == ["unbr", "eaka", "ble"]
    right = [Span("  right", rank=1)]
    assert make_line(20, [Span("a title that is long", shrink=True)], right).plain == "a title that…  right"
    assert make_line(12, [Span("a title that is long", shrink=True)], right).plain == "a title tha…"


def hostile_repository(text: str) -> Repository:
    """A repository with the text wherever GitHub, git or an agent could put one."""
    return repository(
        name=text or "acme/rocket",
        clone=structs.replace(WORKING.clone, branch=text),
        agent=agent(Status.FAILED, title=text, branch=text),
        queue=(entry(1, text, PriorityName.HIGH), entry(2, text)),
        excluded=(ExcludedEntry(3, text, ExcludedCode.READY_TO_MERGE, text),),
        pull_requests=(request(4, text, issue=3), request(5, text)),
        needs=(Need(NeedCode.AGENT_INPUT, text),),
        drift=(Drift(DriftKind.BRANCH_GONE, Severity.CRITICAL, f"drift {text}", None, None),),
        error=Error(ErrorCode.BAD_ANSWER, f"error {text}", None),
        stale=True,
    )


def rendered(app: SodaApp) -> list[str]:
    """The rows of the screen as text."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def assert_rows_are_whole(rows: Sequence[str], width: int) -> None:
    """Every row is exactly as wide as the terminal and holds no control character."""
    assert [cell_len(row) for row in rows] == [width] * len(rows)
    assert not any(category(character) in {"Cc", "Cf", "Zl", "Zp"} for row in rows for character in row)


@pytest.mark.parametrize("width", [180, 80])
@pytest.mark.parametrize("text", HOSTILE)
async def test_every_surface_shows_it_literally(text: str, width: int) -> None:
    shown = hostile_repository(text)
    peek = Peek(text, entry(1, text), f"{text}\n\n{text}", f"standing:{text}", 1)
    cockpit = FrozenCockpit(
        snapshot(shown),
        logs={shown.key: (text, f"    {text}")},
        peek=peek,
        answer=Outcome(Verb.RESET, shown.key, f"outcome:{text}"),
    )
    # The worktree has files in no commit, so the question is that of the plan.
    cockpit.answers[shown.key] = Outcome(Verb.RESET, shown.key, text, asks=f"asks:{text}")
    app = SodaApp(cockpit, clock=lambda: NOW)
    start = plain(text)[:3].rstrip()
    async with app.run_test(size=(width, 50)) as pilot:
        await until(pilot, lambda: bool(app.overview.grid.panes) and app.overview.grid.panes[0].log_lines is not None)
        await pilot.pause()
        rows = rendered(app)
        assert_rows_are_whole(rows, width)
        screen = "\n".join(rows)
        for before in ("#12 ", "#1 ", "#2 ", "#3 ", "PR 5 ", " 1 "):
            assert f"{before}{start}" in screen
        assert "drift" in screen
        assert "error" in screen
        assert screen.count(start) >= 11
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PeekScreen))
        await pilot.pause()
        assert_rows_are_whole(rendered(app), width)
        assert f"standing:{start}" in "\n".join(rendered(app))
        await pilot.press("escape", "X")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.pause()
        assert_rows_are_whole(rendered(app), width)
        assert f"asks:{start}" in "\n".join(rendered(app))
        cockpit.answers.clear()
        await pilot.press("y")
        await until(pilot, lambda: bool(told(app)))
        await pilot.pause()
        rows = rendered(app)
        assert_rows_are_whole(rows, width)
        assert f"outcome:{start}" in "\n".join(rows)
        assert app.is_running


async def test_a_planted_link_does_not_act() -> None:
    shown = hostile_repository(LINK)
    async with opened(FrozenCockpit(snapshot(shown), logs={shown.key: (LINK,)})) as (app, pilot):
        rows = rendered(app)
        for y, row in enumerate(rows):
            if "boo" in row:
                await pilot.click(offset=(row.index("boo") + 1, y))
        await pilot.pause()
        assert app.is_running
        assert not app._exit
