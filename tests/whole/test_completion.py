"""Completion: the table of the command line is the parser's, and the scripts complete in the shells themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from soda_tui.cli.parser import build_parser
from soda_tui.cli.shells import SCRIPTS
from soda_tui.cli.words import Place, places
from soda_tui.wiring import Invocation, words

CONFIG = """\
[profile.own]
like = "claude"
[[repository]]
name = "acme/rocket"
path = "/src/rocket"
[[repository]]
name = "acme/engine"
host = "git.example.org"
path = "/src/engine"
[[repository]]
name = "other/rocket"
path = "/src/other"
[[repository]]
name = "$(touch pwned)/x"
path = "/src/x"
"""


@pytest.fixture(scope="module")
def table() -> tuple[Place, ...]:
    return tuple(places(build_parser()))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a configuration, and a program that is soda-tui on it."""
    (tmp_path / "config.toml").write_text(CONFIG)
    program = tmp_path / "soda-tui"
    program.write_text(f'#!/bin/sh\nSODA_TUI_CONFIG={tmp_path}/config.toml exec {sys.executable} -m soda_tui "$@"\n')
    program.chmod(0o755)
    return tmp_path


def completed(home: Path, shell: str, script: str) -> list[str]:
    environ = {"PATH": f"{home}:{os.environ['PATH']}", "HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8"}
    flags = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    command = [shutil.which(shell) or shell, *flags, "-c", script]
    done = subprocess.run(command, cwd=home, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == "", done.stderr
    return done.stdout.splitlines()


def test_every_command_and_option_is_in_the_table(table: tuple[Place, ...]) -> None:
    whole = {one.at: one for one in table}
    assert {"", "pop", "issue new", "config set", "auto"} <= set(whole)
    assert {name for name, _ in whole[""].commands} == {at for at in whole if at and " " not in at}
    kinds = {option.flag: option.kind for option in whole["launch"].options}
    assert kinds["--profile"] == "profiles" and kinds["--yes"] is None and kinds["--extra"] == "nothing"
    assert whole["launch"].kind == whole["land"].kind == "repositories" and whole["config get"].kind == "keys"
    assert {option.flag for one in table for option in one.options if "==SUPPRESS==" in option.help} == set()


def test_only_words_that_mean_nothing_to_a_shell_are_offered(home: Path) -> None:
    call = Invocation({"SODA_TUI_CONFIG": str(home / "config.toml")})
    assert words(call, "repositories") == ("engine", "x", "acme/rocket", "git.example.org/acme/engine", "other/rocket")
    assert "own" in words(call, "profiles") and "claude" in words(call, "profiles")
    assert "cockpit.interval" in words(call, "keys") and "keys.repo.pop" in words(call, "keys")
    (home / "config.toml").write_text("[broken")
    assert words(call, "repositories") == ()


LINES = {
    "soda-tui po": {"pop"},
    "soda-tui config s": {"set"},
    "soda-tui pop --fr": {"--fresh"},
    "soda-tui pop other/": {"other/rocket"},
    "soda-tui --config config.toml launch --profile ow": {"own"},
    "soda-tui --log-level de": {"debug"},
    "soda-tui land --strategy sq": {"squash"},
    "soda-tui completion ": {"bash", "zsh", "fish"},
}


def test_bash_completes(home: Path, table: tuple[Place, ...]) -> None:
    if shutil.which("bash") is None:
        pytest.skip("there is no bash here")
    tries = "\n".join(f"try {line} ''" if line.endswith(" ") else f"try {line}" for line in LINES)
    own = 'try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _soda_tui; printf "%s\\n" "${COMPREPLY[@]}"; }'
    said = completed(home, "bash", f"{SCRIPTS['bash'](table)}\n{own}\n{tries}\ncomplete -p soda-tui")
    assert said.pop() == "complete -F _soda_tui soda-tui"
    assert sorted(said) == sorted(word for found in LINES.values() for word in found)


def test_zsh_loads(home: Path, table: tuple[Place, ...]) -> None:
    if shutil.which("zsh") is None:
        pytest.skip("there is no zsh here")
    script = f"autoload -U compinit; compinit -D\n{SCRIPTS['zsh'](table)}\n"
    looks = "_soda_tui_at config; print -l $_comps[soda-tui] $subs; _soda_tui_takes pop --profile; print $kind"
    said = completed(home, "zsh", f"{script}typeset -a subs flags; {looks}")
    assert said[0] == "_soda_tui" and said[-1] == "profiles"
    assert any(line.startswith("get:Print the settings") for line in said)


def test_fish_completes(home: Path, table: tuple[Place, ...]) -> None:
    if shutil.which("fish") is None:
        pytest.skip("there is no fish here")
    tries = "\n".join(f"complete -C '{line}'" for line in LINES)
    said = completed(home, "fish", f"{SCRIPTS['fish'](table)}\n{tries}")
    words = sorted(line.partition("\t")[0] for line in said)
    assert words == sorted(word for found in LINES.values() for word in found)
