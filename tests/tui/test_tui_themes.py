"""Themes: ours are whole, a broken one is a sentence, and every built-in one works."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.theme import BUILTIN_THEMES
from tui.frozen import FrozenCockpit
from tui.piloting import opened
from tui.shown import TRIO

from soda_tui.domain.failure import Failure
from soda_tui.domain.model import ErrorCode
from soda_tui.tui import themes
from soda_tui.tui.tones import Tone, resolve, variable_defaults


def test_our_themes_set_every_tone() -> None:
    found = {theme.name: theme for theme in themes.packaged()}
    assert found.keys() >= {"soda-dark", "soda-light"}
    for theme in found.values():
        known = {**theme.to_color_system().generate(), **theme.variables}
        assert {tone.value for tone in Tone} <= known.keys()


@pytest.mark.parametrize(
    "text",
    ["", "name = ", 'name = "x"', 'name = "x"\nprimary = "no colour"', 'name = "x"\nprimary = 3', "variables = 1"],
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


@pytest.mark.parametrize("name", sorted(BUILTIN_THEMES))
def test_tones_are_known_under_every_builtin_theme(name: str) -> None:
    generated = BUILTIN_THEMES[name].to_color_system().generate()
    tones = resolve({**variable_defaults(generated), **generated, **BUILTIN_THEMES[name].variables})
    assert all(style.color or style.bgcolor for style in tones.values())


@pytest.mark.anyio
async def test_the_theme_can_be_changed_while_it_runs() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        before = app.tones[Tone.NEEDS]
        for name in ("soda-light", "nord", "textual-ansi" if "textual-ansi" in app.available_themes else "dracula"):
            app.theme = name
            await pilot.pause()
            assert app.tones[Tone.NEEDS] != before
