"""Where the cockpit keeps its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from soda_tui.services.paths import Paths


def test_standard_folders_are_the_users_own(empty_home: Path) -> None:
    paths = Paths.standard({})
    for path in (paths.config_file, paths.state, paths.cache, paths.logs, paths.data):
        assert path.is_absolute()
        assert path.is_relative_to(empty_home)
        assert "soda-tui" in path.parts
    assert list(empty_home.rglob("soda-tui")) == [], "nothing is made before it is used"


def test_option_comes_before_variable(empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"SODA_TUI_CONFIG": "~/mine.toml"}
    assert Paths.standard(environ).config_file == empty_home / "mine.toml"
    assert Paths.standard(environ, "other.toml").config_file == tmp_path / "other.toml"
    assert Paths.standard({"SODA_TUI_CONFIG": ""}).config_file == Paths.standard({}).config_file


def test_the_demo_has_everything_in_one_folder(tmp_path: Path) -> None:
    paths = Paths.below(tmp_path)
    folders = [paths.config_file.parent, paths.state, paths.cache, paths.logs, paths.data]
    assert all(folder.parent == tmp_path for folder in folders)
    assert len(set(folders)) == len(folders)
