"""The supervisor's watch on its claim: a lost one ends the agent and keeps its work, and nothing else ends anything."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import uuid
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from services.git.yard import Yard, commit, git, service

from soda_tui.cockpit.ports.place import Place
from soda_tui.cockpit.ports.runs import Launch
from soda_tui.domain.configuration.accounts import Accounts, HostSettings
from soda_tui.domain.configuration.settings import WorkspaceSettings
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.ledger import Entry, Holder, LedgerState, popped, released
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.services.agents import processes
from soda_tui.services.agents import runs as run_service
from soda_tui.services.agents.records import read_state
from soda_tui.services.agents.runs import RunService

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]

Until = Callable[[Callable[[], object]], None]

KEY = "github.com/owner/name"

BRANCH = "agent001/12-fix"

ME, OTHER = "5b1f0c9e", "0123abcd"

SECRET = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"

FOREVER = "while :; do sleep 0.05; done"


@dataclass
class Scene:
    """A claim of this cockpit's in a real ledger, its worktree, and the runs of the machine that it is on."""

    lab: Any
    yard: Yard
    place: Place
    holder: Holder
    head: str | None = None

    @property
    def worktree(self) -> Path:
        """Where the agent works."""
        return Path(self.place.worktree)

    @property
    def looks(self) -> int:
        """How often the token was asked for, which each look does."""
        asked = self.lab.root / "asked"
        return len(asked.read_text().splitlines()) if asked.exists() else 0

    def kept(self, name: str) -> str:
        """What the only rescue branch has of a file."""
        rescue = git(self.place.path, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/soda-rescue/")
        return git(self.place.path, "show", f"{rescue}:{name}")

    def runs(self, asking: str = "", claim: float = 0.05) -> RunService:
        """The service, with a command that gives the token."""
        script = self.yard.root / "token"
        script.write_text(f"#!/bin/sh\necho >>{self.lab.root}/asked\n{asking}\necho {SECRET}\n")
        script.chmod(0o755)
        found: RunService = self.lab.service(claim=claim)
        found._accounts = Accounts({"github.com": HostSettings(token_command=(str(script),))})
        return found

    def launch(self, text: str = FOREVER) -> Launch:
        """A launch of a script on the claim."""
        launch: Launch = self.lab.script(text)
        return structs.replace(launch, directory=self.place.worktree, place=self.place, cockpit=ME)

    async def append(self, state: LedgerState, cockpit: str = OTHER) -> None:
        """Another entry on top of the ledger."""
        nonce = self.head or "first"
        pushed = await service().append(self.place, Entry("x", 12, cockpit, nonce, state), self.head, None, hooks=False)
        assert pushed.mine and pushed.head
        self.head = pushed.head.oid


@pytest.fixture
async def scene(lab: Any, tmp_path: Path) -> Scene:
    """A claim with one commit that nobody else has."""
    yard = Yard(tmp_path)
    place = yard.clone()
    git(place.path, "worktree", "add", "--quiet", "-b", BRANCH, place.worktree)
    commit(place.worktree, "work.txt", message="Not pushed")
    holder = Holder(ME, "agent001", 12, BRANCH, yard.first, datetime(2026, 5, 4, tzinfo=UTC))
    scene = Scene(lab, yard, place, holder)
    await scene.append(popped(LedgerState(), holder), ME)
    return scene


async def over(service: RunService, run: RunFacts) -> RunFacts:
    """The facts of the run once it is over."""
    async for _ in service.follow(run):
        pass
    return (await service.current((KEY,)))[KEY]


async def test_a_claim_that_is_held_goes_on(scene: Scene, until: Until) -> None:
    runs = scene.runs()
    run = await runs.start(scene.launch())
    until(lambda: scene.looks >= 3)
    assert (await runs.current((KEY,)))[KEY].alive
    await scene.append(popped(LedgerState(), structs.replace(scene.holder, name="renamed")), ME)
    seen = scene.looks
    until(lambda: scene.looks >= seen + 3)
    stopped = await runs.stop(KEY)
    assert stopped is not None and stopped.id == run.id and stopped.stopped and not stopped.claim_lost
    until(lambda: not scene.lab.processes())


async def test_a_claim_taken_elsewhere_ends_the_agent_and_keeps_its_work(scene: Scene, until: Until) -> None:
    runs = scene.runs()
    run = await runs.start(scene.launch(f"trap '' TERM; echo new >new.txt; echo more >>work.txt; {FOREVER}"))
    until((scene.worktree / "new.txt").exists)
    until(lambda: "more" in (scene.worktree / "work.txt").read_text())
    taken = structs.replace(scene.holder, cockpit=OTHER, name="laptop", attempt=2)
    await scene.append(popped(LedgerState(), taken))
    end = await over(runs, run)
    assert (end.state, end.claim_lost, end.stopped, end.exit) == (RunState.ENDED, True, False, -signal.SIGKILL)
    assert end.problem is not None and end.problem.startswith("laptop has taken over issue 12 of acme/rocket")
    rescue = git(scene.place.path, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/soda-rescue/")
    assert rescue.startswith("soda-rescue/12-") and rescue in end.problem and BRANCH in end.problem
    assert "cherry-pick" in end.problem and end.problem.endswith(".")
    assert git(scene.place.path, "show", f"{rescue}:new.txt") == "new"
    assert "more" in git(scene.place.path, "show", f"{rescue}:work.txt")
    assert git(scene.place.path, "log", "-1", "--format=%s", BRANCH) == "Not pushed"
    assert (scene.worktree / "new.txt").exists()
    assert all(name in {"main", "soda/ledger"} for name in scene.yard.heads())
    until(lambda: not scene.lab.processes())
    assert SECRET.encode() not in scene.lab.texts()


@pytest.mark.parametrize(
    "end", ["released", *(pytest.param(end, marks=pytest.mark.wide) for end in ("another issue", "another attempt"))]
)
async def test_every_other_way_to_lose_it(scene: Scene, end: str) -> None:
    state = popped(LedgerState(), scene.holder)
    lost = {
        "released": released(state),
        "another issue": popped(state, structs.replace(scene.holder, issue=7, branch="agent001/7-other")),
        "another attempt": popped(state, structs.replace(scene.holder, attempt=2)),
    }
    runs = scene.runs()
    run = await runs.start(scene.launch())
    await scene.append(lost[end])
    ended = await over(runs, run)
    assert ended.claim_lost and "committed everything" in (ended.problem or "") and BRANCH in (ended.problem or "")


@pytest.mark.parametrize("doubt", ["absent", "unreadable", "unreachable", "clone gone", "no token"])
async def test_doubt_ends_nothing(scene: Scene, until: Until, doubt: str) -> None:
    runs = scene.runs("exit 1" if doubt == "no token" else "")
    if doubt == "absent":
        git(scene.yard.remote, "update-ref", "-d", "refs/heads/soda/ledger")
    elif doubt == "unreadable":
        tree = git(scene.yard.remote, "hash-object", "-w", "-t", "tree", "/dev/null")
        odd = git(scene.yard.remote, *("-c", "user.name=x", "-c", "user.email=x@x"), "commit-tree", "-m", "odd", tree)
        git(scene.yard.remote, "update-ref", "refs/heads/soda/ledger", odd)
    elif doubt == "unreachable":
        scene.yard.remote.rename(scene.yard.root / "elsewhere")
    run = await runs.start(scene.launch())
    if doubt == "clone gone":
        Path(scene.place.path, ".git", "config").rename(scene.yard.root / "config")
        tokens = 0  # without a clone git is asked before the token is
    else:
        tokens = 3
    until(lambda: scene.looks >= tokens)
    assert (await runs.current((KEY,)))[KEY].alive
    if doubt == "unreachable":
        (scene.yard.root / "elsewhere").rename(scene.yard.remote)
        await scene.append(LedgerState())
        assert (await over(runs, run)).claim_lost
    else:
        assert await runs.stop(KEY) is not None


async def test_a_look_that_hangs_delays_nothing(scene: Scene, until: Until) -> None:
    hang, hangs = scene.lab.root / "hang", scene.lab.root / "hangs"
    runs = scene.runs(f"if [ -e {hang} ]; then touch {hangs}; exec sleep 60; fi")
    await runs.start(scene.launch())
    hang.touch()
    until(hangs.exists)
    stopped = await runs.stop(KEY)
    assert stopped is not None and stopped.stopped and stopped.exit == -signal.SIGTERM
    until(lambda: not scene.lab.processes())


async def test_work_that_cannot_be_kept_lies_where_it_was(scene: Scene, until: Until) -> None:
    runs = scene.runs()
    run = await runs.start(scene.launch(f"git init --quiet inner; echo x >inner/file; touch ready; {FOREVER}"))
    until((scene.worktree / "ready").exists)
    await scene.append(LedgerState())
    end = await over(runs, run)
    assert (
        end.claim_lost and "could not be put aside" in (end.problem or "") and str(scene.worktree) in str(end.problem)
    )
    assert (scene.worktree / "inner/file").read_text() == "x\n"


async def test_the_token_is_for_the_look_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_TOKEN", SECRET)
    runs = scene.lab.service(claim=0.05)
    # Root may read everything; to everybody else the supervisor's own environment is closed.
    peek = "" if os.geteuid() == 0 else "cat /proc/$PPID/environ; "
    run = await over(runs, await runs.start(scene.launch(f"env; {peek}echo read")))
    said = await runs.tail(run, 1 << 20)
    assert b"SODA_RUN=" in said and said.endswith(b"read\n")
    assert SECRET.encode() not in said and SECRET.encode() not in scene.lab.texts()


async def test_no_process_of_a_look_shows_the_token(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """All processes of the machine are read, by root even the supervisor's, while git talks to the remote."""
    secret = f"ghp_{uuid.uuid4().hex}"
    monkeypatch.setenv("GH_TOKEN", secret)
    seen = scene.lab.root / "seen"
    scan = f"cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline >>{seen} 2>/dev/null; exec git-upload-pack"
    git(scene.place.path, "config", "remote.origin.uploadpack", f"{scan} ")
    runs = scene.lab.service()
    run = await over(runs, await runs.start(scene.launch("echo done")))
    assert (run.exit, run.claim_lost) == (0, False)
    assert f"SODA_RUN={run.id}" in seen.read_text("utf-8", "replace")
    code = b64encode(f"x-access-token:{secret}".encode())
    assert secret.encode() not in seen.read_bytes() and code not in seen.read_bytes()


async def lost(scene: Scene) -> None:
    """Another cockpit takes the claim over."""
    taken = structs.replace(scene.holder, cockpit=OTHER, name="laptop", attempt=2)
    await scene.append(popped(LedgerState(), taken))


async def test_a_claim_lost_before_the_agent_starts_starts_none(scene: Scene) -> None:
    (scene.worktree / "new.txt").write_text("from an earlier run\n")
    await lost(scene)
    runs = scene.runs(claim=300.0)
    with pytest.raises(Failure) as caught:
        await runs.start(scene.launch("touch ran"))
    assert caught.value.problem.code is ErrorCode.TAKEN and "laptop has taken over issue 12" in str(caught.value)
    run = (await runs.current((KEY,)))[KEY]
    assert run.claim_lost and run.started_at is None and not (scene.worktree / "ran").exists()
    assert scene.kept("new.txt") == "from an earlier run"


async def test_a_claim_lost_during_the_set_up_starts_no_agent(scene: Scene, until: Until) -> None:
    runs = scene.runs(claim=0.05)
    setup = WorkspaceSettings("echo half >deps.txt; while :; do sleep 0.05; done")
    starting = asyncio.create_task(runs.start(structs.replace(scene.launch("touch ran"), setup=setup)))
    while not (scene.worktree / "deps.txt").exists():
        await asyncio.sleep(0.01)
    await lost(scene)
    with pytest.raises(Failure, match="laptop has taken over issue 12"):
        await starting
    assert not (scene.worktree / "ran").exists() and scene.kept("deps.txt") == "half"
    assert (await runs.current((KEY,)))[KEY].claim_lost
    until(lambda: not scene.lab.processes())


@pytest.mark.parametrize(
    "away,said",
    [
        (("switch", "--quiet", "-c", "elsewhere"), "stands on elsewhere, not on agent001/12-fix"),
        (("switch", "--quiet", "--detach"), "stands on no branch"),
        (("bisect", "start"), "in the middle of a bisect"),
    ],
)
async def test_nothing_is_started_where_the_claims_work_is_not(scene: Scene, away: tuple[str, ...], said: str) -> None:
    git(scene.worktree, *away)
    runs = scene.runs(claim=300.0)
    with pytest.raises(Failure, match=said):
        await runs.start(scene.launch("touch ran"))
    run = (await runs.current((KEY,)))[KEY]
    assert run.started_at is None and said in (run.problem or "") and not (scene.worktree / "ran").exists()


async def test_no_agent_is_started_where_the_set_up_left_the_claim(scene: Scene) -> None:
    """Whatever is in the place of the worktree: its git's own files tell."""
    runs = scene.runs(claim=300.0)
    away = f"cd {scene.lab.root} && mv {scene.worktree} away && git clone --quiet away {scene.worktree}"
    with pytest.raises(Failure, match="is no worktree of"):
        await runs.start(structs.replace(scene.launch("touch ran"), setup=WorkspaceSettings(away)))
    assert not (scene.worktree / "ran").exists()


@pytest.mark.parametrize("order", ["ends", pytest.param("is at its limit", marks=pytest.mark.wide)])
async def test_a_claim_lost_as_the_agent_ends_is_told_too(scene: Scene, order: str) -> None:
    runs = scene.runs(claim=300.0)
    go = scene.lab.root / "go"
    limits = replace(runs._limits, run=3.0 if order == "is at its limit" else 60.0)
    runs._limits = limits
    run = await runs.start(scene.launch(f"echo new >new.txt; while [ ! -e {go} ]; do sleep 0.02; done; exit 3"))
    await lost(scene)
    if order == "ends":
        go.touch()
    end = await over(runs, run)
    assert end.claim_lost and end.exit == (3 if order == "ends" else -signal.SIGTERM)
    assert (end.problem or "").count("laptop has taken over issue 12") == 1 and scene.kept("new.txt") == "new"


async def test_a_stop_waits_until_the_work_is_put_aside(
    scene: Scene, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, go = await being_kept(scene, until, monkeypatch)
    stopping = asyncio.create_task(runs.stop(KEY))
    for _ in range(20):
        await asyncio.sleep(0.02)
        assert not stopping.done()
    go.touch()
    stopped = await stopping
    assert stopped is not None and stopped.claim_lost and "soda-rescue/12-" in (stopped.problem or "")
    assert scene.kept("new.txt") == "new"


async def test_a_loss_is_told_even_if_its_supervisor_died(
    scene: Scene, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, _ = await being_kept(scene, until, monkeypatch)
    state = read_state(Path((await runs.current((KEY,)))[KEY].log).parent) or pytest.fail()
    os.kill(state.supervisor.pid, signal.SIGKILL)
    until(lambda: not processes.is_alive(state.supervisor))
    end = (await runs.current((KEY,)))[KEY]
    assert end.claim_lost and "laptop has taken over issue 12" in (end.problem or "")
    assert "could not be put aside" in (end.problem or "") and (scene.worktree / "new.txt").read_text() == "new\n"
    until(lambda: not scene.lab.processes())


async def being_kept(scene: Scene, until: Until, monkeypatch: pytest.MonkeyPatch) -> tuple[RunService, Path]:
    """A run whose claim was lost, with git halted as it puts the work aside until a file is there."""
    monkeypatch.setattr(run_service, "_STOP_SECONDS", 0.1)
    go, halted = scene.lab.root / "go", scene.lab.root / "halted"
    git(scene.place.path, "config", "filter.gate.clean", f"touch {halted}; until [ -e {go} ]; do sleep 0.02; done; cat")
    Path(scene.place.path, ".git", "info", "attributes").write_text("new.txt filter=gate\n")
    runs = scene.runs()
    await runs.start(scene.launch(f"echo new >new.txt; {FOREVER}"))
    until((scene.worktree / "new.txt").exists)
    await lost(scene)
    until(halted.exists)
    return runs, go
