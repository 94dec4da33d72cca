"""A run's own scope: taken where something is won by it, and never needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from soda_tui.domain.runs.facts import RunState
from soda_tui.services.agents.scope import scoped

pytestmark = pytest.mark.anyio
USER = os.getuid()
LOGIN = f"0::/user.slice/user-{USER}.slice/session-3.scope\n"
MANAGER = f"0::/user.slice/user-{USER}.slice/user@{USER}.service/app.slice/vte-1.scope\n"


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's systemd as far as its programs show it; files named after logind's properties make them true."""
    folder = tmp_path / "systemd"
    (folder / "run" / "systemd").mkdir(parents=True)
    programs = {
        "busctl": f'for last; do :; done; [ -e "{folder}/hang" ] && exec sleep 60; '
        f'[ -e "{folder}/$last" ] && echo "b true" || echo "b false"',
        "systemd-run": f'echo "$*" >>"{folder}/asked"; [ -e "{folder}/broken" ] && exit 1; '
        'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
    }
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
    return folder


@pytest.mark.parametrize(
    "cgroup,true,taken",
    [
        (LOGIN, None, False),  # the login's end ends nothing, but the user's systemd goes with the last login
        (LOGIN, "Linger", True),
        (LOGIN, "KillUserProcesses", True),
        (MANAGER, None, True),  # what it was begun in may be a service, which is ended with all that is in it
        ("", None, False),
    ],
)
def test_when_a_scope_is_taken(systemd: Path, tmp_path: Path, cgroup: str, true: str | None, taken: bool) -> None:
    if true:
        (systemd / true).touch()
    file = tmp_path / "cgroup"
    file.write_text(cgroup)
    command = scoped(("true",), "20260504-ab", os.environ, file)
    assert (command is not None) is taken
    assert command is None or "--unit=soda-run-20260504-ab.scope" in command
    assert scoped(("true",), "20260504-ab", {**os.environ, "XDG_RUNTIME_DIR": ""}, file) is None


def test_a_logind_that_hangs_is_not_waited_for(systemd: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("soda_tui.services.agents.scope.SECONDS", 0.1)
    (systemd / "hang").touch()
    assert scoped(("true",), "20260504-ab", os.environ, tmp_path / "none") is None


@pytest.mark.parametrize("broken", [False, True])
async def test_a_run_begins_with_its_scope_or_without(lab: Any, systemd: Path, broken: bool) -> None:
    (systemd / "Linger").touch()
    if broken:
        (systemd / "broken").touch()
    service = lab.service()
    run = await service.start(lab.script("exec sleep 60"))
    assert run.state is RunState.RUNNING
    asked = (systemd / "asked").read_text()
    assert f"--user --scope --quiet --collect --unit=soda-run-{run.id}.scope -- " in asked and lab.mark not in asked
    assert await service.stop("github.com/owner/name") is not None
