"""The doctor on a patient in order, and with faults planted one by one: each is found, and mending it is seen."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import ailments.clones
import ailments.machine  # noqa: F401 - it and the others register their faults
import pytest
from ailments.fault import FAULTS, Fault, other
from ailments.hosts import token
from ailments.repositories import ENTRY, ledger
from msgspec import structs
from patients import ROCKET, TOKEN, Patient, now

from soda_tui import report, wiring
from soda_tui.cockpit import examining
from soda_tui.domain.health.table import CHECKS
from soda_tui.sandbox.server import SandboxServer
from soda_tui.sandbox.world import World
from soda_tui.services.health import machine, own
from soda_tui.services.journalfile import JournalFile
from soda_tui.services.locks import take


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, World, str]]:
    """An embedded GitHub on a port."""
    root = tmp_path_factory.mktemp("patient")
    world = World(root / "github", now)
    with SandboxServer(world) as server:
        yield root, world, server.url


@pytest.fixture(scope="module")
def healthy(github: tuple[Path, World, str]) -> Patient:
    """A patient in order, which each fault leaves as it was."""
    return Patient(*github)


def fingerprint(*roots: Path) -> str:
    """What tells whether anything below these folders changed: names, kinds, modes, and contents."""
    told = hashlib.sha256()
    for root in roots:
        for path in sorted(root.rglob("*")):
            status = path.lstat()
            told.update(f"{path.relative_to(root)}\0{status.st_mode}\0{status.st_mtime_ns}\0".encode())
            if path.is_file() and not path.is_symlink():
                told.update(path.read_bytes())
    return told.hexdigest()


def on_github(world: World) -> str:
    """Everything that people could see there."""
    return repr(
        [
            (
                one.full_name,
                one.remote.refs(),
                [(label.name, label.color, label.description) for label in one.labels.values()],
                [structs_of(issue) for issue in (*one.issues.values(), *one.pull_requests.values())],
            )
            for one in world.repositories
        ]
    )


def structs_of(subject: object) -> str:
    """An issue as text."""
    names = ("number", "title", "body", "updated_at", "closed_at")
    return repr([getattr(subject, name) for name in names])


def test_one_line_where_all_is_well_and_nothing_is_changed(
    healthy: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    locks = healthy.paths.state / "locks"
    # Those of a supervisor, and of a front that polls, are held for hours.
    held = [take(locks / name, "is at work") for name in ("run-1.lock", "poll-1.lock")]
    for name in ("run-1.lock", "poll-1.lock"):
        os.utime(locks / name, (time.time() - 7200,) * 2)
    journal = JournalFile(healthy.paths.state / "journal.db")
    assert journal.entries(None, 1) == ()
    journal.close()
    with ledger(healthy, ENTRY):
        healthy.people.open_issue(ROCKET, "One", labels=["route:ready"])
        before = fingerprint(healthy.clone, healthy.paths.state), on_github(healthy.world)
        found = healthy.examine(probe=True)
        assert (fingerprint(healthy.clone, healthy.paths.state), on_github(healthy.world)) == before
    for descriptor in filter(None, held):
        os.close(descriptor)
    report.examination(structs.replace(found, answers=()))
    said = capsys.readouterr()
    assert said.out.count("\n") == 1, said.out
    assert said.out.startswith("All is well: ")
    assert not said.err
    assert len(found.answers) == 4


# What each check makes of its facts stands in tests/domain/test_health.py; by default a few are planted in the world.
SHARP = {"broken_toml", "no_token", "clone_gone", "agent_not_installed", "stopped", "label_for_the_queue_missing"}


def all_faults() -> list[object]:
    return [pytest.param(one, id=one.name, marks=() if one.name in SHARP else pytest.mark.wide) for one in FAULTS]


@pytest.mark.parametrize("fault", all_faults())
def test_each_fault_is_found_with_its_remedy_and_mended(healthy: Patient, fault: Fault) -> None:
    with fault.plant(healthy):
        before = fingerprint(healthy.clone) if healthy.clone.exists() else ""
        asked = healthy.world.requests
        found = healthy.examine(quick=fault.local)
        assert fault.local == (healthy.world.requests == asked) or not healthy.environ["GITHUB_API_URL"].startswith(
            healthy.url
        )
        assert before == (fingerprint(healthy.clone) if healthy.clone.exists() else "")
    checks = {one.check for one in found.findings}
    assert fault.found == checks, found
    for one in found.findings:
        assert one.message and one.remedy and "\n" not in f"{one.message}{one.remedy}", one
        assert TOKEN not in f"{one.message}{one.remedy}"
    assert found.stops_work == any(CHECKS[check].severity == "critical" for check in fault.found)
    mended = healthy.examine(quick=fault.local)
    assert not mended.findings, mended
    assert not mended.unmade


def test_more_than_forty_kinds_are_planted() -> None:
    planted = {check for one in FAULTS for check in one.found}
    assert len(planted) >= 40
    assert planted <= set(CHECKS)


def test_what_cannot_be_looked_at_is_no_fault(
    healthy: Patient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(environ: object) -> None:
        Event().wait(30)

    def broken(paths: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(examining, "_LOCAL", 0.5)
    monkeypatch.setattr(machine, "git_program", never)
    monkeypatch.setattr(own, "state", broken)
    found = healthy.examine(quick=True)
    assert not found.findings
    report.examination(found)
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        "Not looked at: the cockpit's own files (Input/output error).",
        "Not looked at: git (no answer within 0.5 seconds).",
    ]
    assert said.out.startswith("All is well")


@pytest.mark.wide
def test_a_part_that_github_does_not_answer_is_no_fault(healthy: Patient) -> None:
    healthy.world.faults.order("bad_gateway", times=1000, matching="rulesets")
    found = healthy.examine()
    healthy.world.faults.clear()
    assert not found.findings
    assert [one.what for one in found.unmade] == ["its rules"]


@pytest.mark.wide
def test_the_command_before_and_in_the_middle_of_work(healthy: Patient) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "soda_tui", "--config", str(healthy.paths.config_file), *words]
        home = {"HOME": str(healthy.root), "GIT_CONFIG_GLOBAL": os.environ["GIT_CONFIG_GLOBAL"]}
        environ = {**healthy.environ, **home}
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)

    def one_line(*options: str) -> bool:
        said = run("doctor", *options)
        return (said.returncode, said.stdout.count("\n"), said.stderr) == (0, 1, "")

    assert one_line("--quick")
    assert one_line()
    assert run("doctor", "acme/nowhere").returncode == 2
    healthy.people.open_issue(ROCKET, "Two", labels=["route:ready"])
    assert run("pop").returncode == 0
    assert one_line()
    worktree = Path(run("path").stdout.strip())
    (worktree / "more.txt").write_text("more\n")
    assert one_line()
    assert run("bottle", "--commit-all", "--yes").returncode == 0
    assert one_line()
    assert one_line("--quick")
    with token(healthy, scopes=""):
        ill = run("doctor")
    assert ill.returncode == 10
    assert ill.stdout.splitlines()[1].strip() == "gh auth refresh --hostname github.com --scopes repo"


def test_where_nothing_is_enrolled_a_missing_token_is_told_too(healthy: Patient) -> None:
    nobody = dict.fromkeys(("GH_TOKEN", "GITHUB_TOKEN"))
    with other(healthy.paths.config_file, ""), healthy.environment({**nobody, "PATH": "/nowhere"}):
        found = healthy.examine()
    assert {"config.empty", "token.missing"} <= {one.check for one in found.findings}
    with healthy.environment({**nobody, "PATH": "/nowhere"}):
        (unmade,) = healthy.examine().unmade
    assert unmade.reason.startswith("no token")


def test_the_document(healthy: Patient) -> None:
    with other(healthy.paths.state / "STOP", ""):
        found = json.loads(wiring.encode_result(healthy.examine(quick=True)))
    (one,) = found["findings"]
    assert one["check"] == "stop.standing"
    assert one["severity"] == "critical"
    assert one["remedy"] == "soda-tui resume"
    assert not found["unmade"]
