"""On request no cell is drawn by us that is not ASCII, and every state still has a glyph of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from tui.frozen import FrozenCockpit
from tui.piloting import until
from tui.shown import LOGS, NOW, PEEK, TRIO, snapshot

import soda_tui
from soda_tui.domain.model import Snapshot
from soda_tui.domain.runs.readable import plain_line
from soda_tui.tui.app import SodaApp
from soda_tui.tui.ascii import ASCII
from soda_tui.tui.looks import CHECKS, DRIFT, PRIORITY, REVIEW, STATUS

ROOT = Path(soda_tui.__file__).parent
# Texts for foreign text and for GitHub, which are not drawn.
NOT_DRAWN = {
    "tui/text.py",
    "tui/ascii.py",
    "domain/text.py",
    "domain/naming.py",
    "domain/prompt.py",
    "domain/runs/logtext.py",
    "domain/pull_request.py",
}


def test_the_table_maps_single_cells_to_ascii() -> None:
    for code, letter in ASCII.items():
        assert cell_len(chr(code)) == 1
        assert len(str(letter)) == 1 and str(letter).isascii()


@pytest.mark.parametrize(
    "table", [STATUS, PRIORITY, CHECKS, REVIEW, DRIFT], ids=["status", "priority", "checks", "review", "drift"]
)
def test_glyphs_of_one_table_stay_apart(table: dict[object, object]) -> None:
    glyphs = {look.glyph for look in table.values()}  # type: ignore[attr-defined]  # a table of looks
    assert len({glyph.translate(ASCII) for glyph in glyphs}) == len(glyphs)


def drawn(path: Path) -> Iterator[str]:
    """The texts of a module that are not its documentation."""
    tree = ast.parse(path.read_text())
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=str(path.relative_to(ROOT)))
        for path in sorted((*(ROOT / "tui").rglob("*.py"), *(ROOT / "domain").glob("*.py")))
        if str(path.relative_to(ROOT)) not in NOT_DRAWN
    ],
)
def test_the_table_knows_every_glyph_of_our_own(path: Path) -> None:
    unknown = {letter for text in drawn(path) for letter in text if not letter.isascii() and ord(letter) not in ASCII}
    assert not unknown


@pytest.mark.anyio
@pytest.mark.parametrize("size", [(180, 50), (80, 24)], ids=["wide", "narrow"])
@pytest.mark.parametrize("shown", [TRIO, snapshot()], ids=["three", "none"])
@pytest.mark.parametrize("keys", [(), ("2", "X"), ("p",), ("question_mark",), ("colon",), ("ctrl+t",)], ids="".join)
async def test_every_cell_is_ascii(keys: tuple[str, ...], shown: Snapshot, size: tuple[int, int]) -> None:
    app = SodaApp(FrozenCockpit(shown, logs=LOGS, peek=PEEK), clock=lambda: NOW, ascii_only=True)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.overview.status.snapshot is shown)
        app.say("An error of many words that stands in a toast.", "error")
        await pilot.press(*keys)
        for _ in range(20):
            await pilot.pause()
        rows = ["".join(part.text for part in strip) for strip in app.screen._compositor.render_strips()]
        assert not {letter for row in rows for letter in row if not letter.isascii()}
        assert [cell_len(row) for row in rows] == [size[0]] * size[1]


@pytest.mark.anyio
async def test_foreign_letters_stay() -> None:
    log = "日本語 – naïve “quotes”…"
    app = SodaApp(FrozenCockpit(TRIO, logs={TRIO.repositories[0].key: (log,)}), clock=lambda: NOW, ascii_only=True)
    async with app.run_test(size=(180, 50)) as pilot:
        await until(pilot, lambda: bool(app.overview.grid.panes))
        await until(pilot, lambda: app.overview.grid.panes[0].log_lines == (plain_line(log),))
        await pilot.pause()
        rows = ["".join(part.text for part in strip) for strip in app.screen._compositor.render_strips()]
        assert any(re.search('日本語 - naïve "quotes"~', row) for row in rows)


@pytest.mark.anyio
async def test_without_colours_none_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = SodaApp(FrozenCockpit(TRIO, logs=LOGS), clock=lambda: NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.overview.keys.repository is not None)
        await pilot.press("X")
        await pilot.pause()
        for strip in app.screen._compositor.render_strips():
            for part in strip:
                if part.style is not None:
                    assert part.style.color is None or part.style.color.is_default, part
                    assert part.style.bgcolor is None or part.style.bgcolor.is_default, part
