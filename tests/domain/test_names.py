"""Names that were meant, and words for a shell."""

from __future__ import annotations

import subprocess
from shutil import which

import pytest

from soda_tui.domain.actions import ACTIONS
from soda_tui.domain.nearness import nearest
from soda_tui.domain.runs.endings import exit_words
from soda_tui.domain.sentences import CLONE_NOT_OWNED
from soda_tui.domain.shellwords import shell_word

NAMES = [action.name for action in ACTIONS]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("repo.lauch", "repo.launch"),
        ("repo.pip", "repo.pop"),
        ("row.dwn", "row.down"),
        ("rep.pop", "repo.pop"),
        ("repo.bogus", None),
        ("repo.x", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_only_near_names_are_guessed(name: str, meant: str | None) -> None:
    assert nearest(name, NAMES) == meant


def test_a_variable_is_guessed_by_its_last_part() -> None:
    known = ["SODA_TUI_COCKPIT__INTERVAL", "SODA_TUI_COCKPIT__NAME"]
    assert nearest("SODA_TUI_COCKPIT__INTERVALL", known) == known[0]
    assert nearest("SODA_TUI_COKPIT__NAME", known) == known[1]
    assert nearest("SODA_TUI_COCKPIT__COLOUR", known) is None


@pytest.mark.skipif(which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    "path",
    [
        "/plain",
        "/two words",
        "/it's",
        "/a  b",
        " /c ",
        "/a\nb",
        "/\x1b[31mred",
        "/\x9b2J\u202e",
        "/é ü  ｗ",
        "/back\\  slash'",
    ],
)
def test_a_path_in_a_command_line_names_that_path(path: str) -> None:
    command = CLONE_NOT_OWNED(path=path, word=shell_word(path)).partition("safe.directory ")[2]
    done = subprocess.run(
        ["bash", "-c", f"printf %s {command}"], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"}
    )
    assert done.stdout.decode() == path


def test_every_end_has_its_words() -> None:
    words = [exit_words(code) for code in (None, -9, 0, 3)]
    assert words == ["killed or lost", "ended by signal 9", "ended well", "ended with exit 3"]
