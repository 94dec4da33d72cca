"""How an agent is begun: its prompt, its environment, and what is said of a program that cannot run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from services.agents.running import KEY, ended, linux, refused, supervisor_of

from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.runs.facts import RunState
from soda_tui.services.agents import processes

pytestmark = pytest.mark.anyio


def descriptors(pid: int) -> set[str]:
    """The open descriptors of a process."""
    return {path.name for path in Path(f"/proc/{pid}/fd").iterdir()}


def masked(pid: int, field: str) -> int:
    """A signal mask of a process, without the signals above 31, which belong to the C library."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split(f"{field}:")[1].split()[0], 16) & 0x7FFFFFFF


async def test_the_prompt_on_standard_input(lab: Any) -> None:
    service = lab.service()
    await service.start(lab.launch("cat", prompt="Mend {prompt} – now\n"))
    assert await service.tail(await ended(service)) == "Mend {prompt} – now\n".encode()


async def test_the_prompt_as_an_argument(lab: Any) -> None:
    service = lab.service()
    await service.start(lab.launch("sh", "-c", 'cat; printf "%s" "$1"', "sh", "do: {prompt}", prompt="a {prompt}\nb"))
    assert await service.tail(await ended(service)) == b"do: a {prompt}\nb"


async def test_a_prompt_too_long_for_an_argument_is_refused(lab: Any) -> None:
    failure = await refused(lab.service(), lab.launch("echo", "{prompt}", prompt="x" * 110_000))
    assert "{prompt}" in str(failure) and "107 KiB" in str(failure)
    assert await lab.service().current((KEY,)) == {}


async def test_no_token_reaches_the_agent_or_the_disk(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "GH_TOKEN",
        "GITHUB_TOKEN",
        "MY_LITTLE_SODA_GITHUB_TOKEN",
        "GH_ENTERPRISE_TOKEN",
        "GIT_CONFIG_VALUE_0",
    ):
        monkeypatch.setenv(name, "ghp_secret")
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("SOME_PASSWORD", "ghp_secret")
    monkeypatch.setenv("LC_KEPT", "kept")
    service = lab.service()
    await service.start(lab.script('env | cut -d= -f1; echo "$LC_KEPT$SODA_NOTE" | wc -c', SODA_NOTE="a-value"))
    names = (await service.tail(await ended(service))).decode().split()
    assert {"LC_KEPT", "SODA_NOTE", "SODA_RUN", "PATH"} <= set(names) and names[-1] == "12"
    assert "SOME_PASSWORD" not in names
    assert not [name for name in names if "TOKEN" in name or name in {"GIT_DIR", "GIT_CONFIG_VALUE_0"}]
    assert b"SODA_NOTE" in lab.texts()
    assert b"ghp_secret" not in lab.texts() and b"a-value" not in lab.texts()


async def test_a_token_given_on_purpose_stays(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_TOKEN", "the cockpit's")
    service = lab.service()
    await service.start(lab.script('echo "$GH_TOKEN"', GH_TOKEN="its own"))
    assert await service.tail(await ended(service)) == b"its own\n"


async def test_a_missing_program_is_named(lab: Any) -> None:
    service = lab.service()
    failure = await refused(service, lab.launch("no-such-agent", "--fast"))
    assert failure.problem.code is ErrorCode.AGENT and "no-such-agent was not found" in str(failure)
    run = (await service.current((KEY,)))[KEY]
    assert (run.state, run.exit, run.problem) == (RunState.ENDED, None, str(failure))


async def test_a_program_that_cannot_run_is_named(lab: Any) -> None:
    (lab.work / "agent").write_text("not executable")
    failure = await refused(lab.service(), lab.launch("./agent"))
    assert "./agent" in str(failure) and "Permission denied" in str(failure)


async def test_a_script_without_its_interpreter_is_named_with_it(lab: Any) -> None:
    (lab.work / "agent").write_text("#!/no/such/interpreter -x\n")
    (lab.work / "agent").chmod(0o755)
    failure = await refused(lab.service(), lab.launch("./agent"))
    assert "./agent could not be started (its interpreter /no/such/interpreter is not on this machine)" in str(failure)


async def test_a_missing_directory_is_named(lab: Any) -> None:
    gone = str(lab.root / "gone")
    failure = await refused(lab.service(), structs.replace(lab.script("true"), directory=gone))
    assert failure.problem.code is ErrorCode.AGENT and gone in str(failure)


async def test_a_program_of_the_working_directory(lab: Any) -> None:
    agent = lab.work / "agent"
    agent.write_text("#!/bin/sh\npwd\n")
    agent.chmod(0o755)
    service = lab.service()
    await service.start(lab.launch("./agent"))
    assert await service.tail(await ended(service)) == f"{lab.work.resolve()}\n".encode()


@linux
async def test_nothing_is_inherited(lab: Any) -> None:
    descriptor = os.open(lab.root / "inheritable", os.O_CREAT | os.O_RDWR)
    os.set_inheritable(descriptor, True)
    try:
        run = await lab.service().start(lab.script("exec sleep 60"))
    finally:
        os.close(descriptor)
    agent = run.pid or 0
    assert descriptors(agent) == {"0", "1", "2"}
    assert masked(agent, "SigIgn") == masked(agent, "SigBlk") == 0
    assert os.getpriority(os.PRIO_PROCESS, agent) == 10
    assert os.getsid(agent) == agent
    supervisor = supervisor_of(run)
    assert os.getsid(supervisor) == supervisor != os.getsid(0)
    assert not [entry for entry in processes.table() if entry.parent == os.getpid()]
