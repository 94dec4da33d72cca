"""Themes: ours are whole and can be read by everyone, a broken one is a sentence, and every built-in one works."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import combinations
from math import dist
from operator import mul
from pathlib import Path
from threading import get_ident

import pytest
from rich.color import Color as RichColor
from textual.color import Color
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES, Theme
from tui.frozen import FrozenCockpit
from tui.piloting import opened, told, until
from tui.shown import NOW, TRIO

from soda_tui.domain.configuration.preferences import Layout, Preferences
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.tui import themes, wardrobe
from soda_tui.tui.app import SodaApp
from soda_tui.tui.looks import CHECKS, DRIFT, PRIORITY, REVIEW, STATUS
from soda_tui.tui.tones import Tone, resolve, variable_defaults


def test_our_themes_set_every_tone() -> None:
    found = {theme.name: theme for theme in themes.packaged()}
    assert len(found) >= 6
    assert sum(theme.dark for theme in found.values()) >= 2
    assert sum(not theme.dark for theme in found.values()) >= 2
    for theme in found.values():
        known = {**theme.to_color_system().generate(), **theme.variables}
        assert {tone.value for tone in Tone} <= known.keys()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "primary = ",
        'primary = "no colour"',
        "primary = 3",
        'primary = "red"\nvariables = 1',
        'primary = "red"\ndark = "yes"',
        'primary = "red"\nprimry = "red"',
        'primary = "red"\n[variables]\nagent-working = "no colour"',
        'primary = "red"\n[variables]\nborder = "#fff 50% 20%"',
        'primary = "red"\n[variables]\nblock-cursor-text-style = "blinking"',
        'primary = "red"\n[variables]\nagent-workin = "red"',
        "a = " + "[" * 10_000,
        "#" * 70_000,
    ],
)
def test_a_broken_theme_is_a_sentence_that_names_the_file(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(Failure) as caught:
        themes.read(path)
    assert caught.value.problem.code is ErrorCode.CONFIGURATION
    assert "mine.toml" in caught.value.problem.message


def test_a_theme_that_is_no_text_or_is_missing_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "binary.toml", tmp_path / "missing.toml"):
        with pytest.raises(Failure):
            themes.read(path)


TRUE = [theme for theme in (*themes.packaged(), *BUILTIN_THEMES.values()) if not theme.ansi]
GROUNDS = {tone for tone in Tone if tone.name.startswith("GROUND_")} | {Tone.CURSOR}
MARKS = {Tone.FRAME}
# A notice says what it says in its own tone and in these.
ON_NOTICES = {
    Tone.GROUND_NEEDS: (Tone.NEEDS, Tone.STRONG, Tone.QUIET),
    Tone.GROUND_FAILED: (Tone.FAILED, Tone.STRONG, Tone.QUIET),
    Tone.GROUND_DONE: (Tone.DONE, Tone.STRONG, Tone.QUIET),
}


def variables(theme: Theme) -> dict[str, str]:
    """All colours under a theme."""
    generated = theme.to_color_system().generate()
    return {**variable_defaults(generated), **generated, **theme.variables}


def linear(colour: Color) -> tuple[float, ...]:
    """Red, green and blue as light, from 0 to 1 (sRGB)."""
    return tuple(part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour.rgb)


def ratio(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio."""
    lights = [sum(map(mul, (0.2126, 0.7152, 0.0722), linear(Color.parse(found)))) for found in (one, other)]
    return float((max(lights) + 0.05) / (min(lights) + 0.05))


@pytest.mark.parametrize("theme", TRUE, ids=lambda theme: theme.name)
def test_every_tone_can_be_read_on_its_ground(theme: Theme) -> None:
    known = variables(theme)
    text = 7.0 if theme.name == "soda-contrast" else 4.5
    # The plain text of Textual's themes is theirs to choose.
    ours = set(Tone) - GROUNDS - ({Tone.TEXT} if theme.name in BUILTIN_THEMES else set())
    low = {}
    for tone in ours:
        least = 3.0 if tone in MARKS else text
        grounds = ["background"] if tone in MARKS else ["background", "surface", Tone.CURSOR, Tone.GROUND_BAR]
        for ground in [*grounds, *(notice for notice, tones in ON_NOTICES.items() if tone in tones)]:
            if (found := ratio(known[tone], known[ground])) < least:
                low[tone.name, ground] = round(found, 2)
    assert not low


def seen_by(kind: str, colour: str) -> tuple[float, float, float]:
    """A colour in CIE L*a*b* as people with a colour vision deficiency see it (Machado, Oliveira, Fernandes 2009)."""
    rows = {
        "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
        "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
        "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    }[kind]
    light = linear(Color.parse(colour))
    red, green, blue = (min(max(sum(map(mul, row, light)), 0.0), 1.0) for row in rows)
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("kind", ["protan", "deutan", "tritan"])
def test_the_states_of_the_colour_blind_theme_stay_apart(kind: str) -> None:
    theme = next(theme for theme in themes.packaged() if theme.name == "soda-colourblind")
    known = variables(theme)
    states = (Tone.WORKING, Tone.NEEDS, Tone.FAILED, Tone.DONE, Tone.STARTING)
    for one, other in combinations(states, 2):
        assert dist(seen_by(kind, known[one]), seen_by(kind, known[other])) > 20, (one.name, other.name)


def test_no_state_is_told_by_colour_alone() -> None:
    for table in (STATUS, CHECKS, DRIFT, REVIEW, PRIORITY):
        looks = list(table.values())
        assert len({look.word for look in looks}) == len(looks)
        assert all(look.glyph.strip() or not look.word for look in looks)


@pytest.mark.parametrize("name", sorted(BUILTIN_THEMES))
def test_tones_are_known_under_every_builtin_theme(name: str) -> None:
    generated = BUILTIN_THEMES[name].to_color_system().generate()
    tones = resolve({**variable_defaults(generated), **generated, **BUILTIN_THEMES[name].variables})
    assert all(style.color or style.bgcolor for style in tones.values())


@pytest.mark.anyio
async def test_the_theme_can_be_changed_while_it_runs() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        before = app.tones[Tone.NEEDS]
        for name in ("dracula", "nord", "ansi-dark", "soda-light"):
            await until(pilot, lambda name=name: name in app.available_themes)  # type: ignore[misc]  # bound now
            app.theme = name
            await pilot.pause()
            assert app.tones[Tone.NEEDS] != before


@asynccontextmanager
async def dressed(folder: Path, theme: str | None = None) -> AsyncIterator[tuple[SodaApp, Pilot[None], FrozenCockpit]]:
    """The screen with a person's own themes, once they have been read; the folder is looked at all the time."""
    cockpit = FrozenCockpit(TRIO)
    cockpit.remembered = Preferences(theme=theme)
    app = SodaApp(cockpit, clock=lambda: NOW, user_themes=folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "soda-ice" in app.available_themes)
        yield app, pilot, cockpit


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of themes is looked at without a pause."""
    monkeypatch.setattr(wardrobe, "SECONDS", 0.0)


@pytest.mark.anyio
async def test_the_theme_that_was_chosen_is_worn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with dressed(tmp_path) as (app, pilot, cockpit):
        assert app.theme == themes.DEFAULT
        # Neither write waits for the disk in front of keys, and neither is lost to the other.
        writers, remember = list[int](), cockpit.remember

        def write(wanted: Preferences) -> None:
            writers.append(get_ident())
            remember(wanted)

        monkeypatch.setattr(cockpit, "remember", write)
        app.wardrobe.wear("soda-ice")
        app.remember(layout=Layout.LIST)
        await until(pilot, lambda: cockpit.preferences == Preferences(layout=Layout.LIST, theme="soda-ice"))
        assert get_ident() not in writers
    (tmp_path / "mine.toml").write_text('primary = "#ff8800"\ndark = true\n')
    for name in ("soda-ice", "mine", "nord"):
        async with dressed(tmp_path, name) as (app, _, _):
            assert app.theme == app.wardrobe.worn == name


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["gone", "../mine", "", "soda-dark/../x"])
async def test_a_theme_that_is_gone_is_said_and_not_fatal(name: str, tmp_path: Path) -> None:
    async with dressed(tmp_path / "none", name) as (app, pilot, _):
        assert app.theme == themes.DEFAULT
        if name:
            await until(pilot, lambda: bool(told(app)))
            assert "no theme" in told(app)[0]


@pytest.mark.anyio
@pytest.mark.usefixtures("hasty")
async def test_a_persons_themes_are_read_again_when_they_change(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('primary = "#112233"\n')
    (tmp_path / "nord.toml").write_text('primary = "#445566"\n')
    async with dressed(tmp_path, "mine") as (app, pilot, _):
        await until(pilot, lambda: app.available_themes["nord"].primary == "#445566")
        assert (app.wardrobe.origin("mine"), app.wardrobe.origin("nord")) == ("yours", "yours")
        mine.write_text('primary = "#00ff00"\n[variables]\nagent-needs = "#123456"\n')
        await until(pilot, lambda: app.tones[Tone.NEEDS].color == RichColor.parse("#123456"))
        assert app.current_theme.primary == "#00ff00"
        mine.write_text("primary = ")
        (tmp_path / "also.toml").write_text("rubbish = 1")
        await until(pilot, lambda: any("also.toml" in said and "mine.toml" in said for said in told(app)))
        assert app.current_theme.primary == "#00ff00", "the last good one is worn on"
        (tmp_path / "nord.toml").unlink()
        await until(pilot, lambda: app.available_themes["nord"] == BUILTIN_THEMES["nord"])
        mine.unlink()
        await until(pilot, lambda: app.theme == themes.DEFAULT)
        await until(pilot, lambda: any("no theme mine" in said for said in told(app)))
        before = len(told(app))
        mine.write_text('primary = "#0000ff"\n')
        await until(pilot, lambda: app.theme == "mine")
        assert len(told(app)) == before
