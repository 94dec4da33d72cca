"""Locks between processes."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from soda_tui.domain.failure import Exit, Failure
from soda_tui.services.locks import FileLocks, held, is_held, release, take

pytestmark = pytest.mark.anyio

HOLDER = """
import asyncio, subprocess, sys
from pathlib import Path
from soda_tui.services.locks import FileLocks

async def main():
    async with FileLocks(Path(sys.argv[1])).plan("R_1"):
        child = subprocess.Popen(["sleep", "60"], close_fds=False, stdout=subprocess.DEVNULL)
        print(child.pid, flush=True)
        sys.stdin.read()

asyncio.run(main())
"""


class Impatient:
    """Counts the waits instead of waiting; the lock's time is up after a known number of them."""

    def __init__(self) -> None:
        self.waited = 0.0

    async def __call__(self, seconds: float) -> None:
        self.waited += seconds


async def test_another_process_keeps_us_out_until_it_ends_in_any_way(tmp_path: Path) -> None:
    sleep = Impatient()
    locks = FileLocks(tmp_path / "locks", sleep=sleep)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "locks")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2],
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        try:
            with pytest.raises(Failure) as caught:
                async with locks.plan("R_1"):
                    raise AssertionError("two held one lock")
            async with locks.plan("R_2"):
                pass
            holder.kill()
            holder.wait()
            async with locks.plan("R_1"):
                os.kill(child, 0)
        finally:
            os.kill(child, 9)
    assert caught.value.problem.exit is Exit.REFUSED
    assert f"process {holder.pid}" in caught.value.problem.message
    assert sleep.waited == pytest.approx(30)


async def test_within_one_process_they_take_turns(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path)
    inside: list[int] = []
    most: list[int] = []

    async def act(number: int) -> None:
        async with locks.plan("R_1"):
            inside.append(number)
            most.append(len(inside))
            await asyncio.sleep(0)
            inside.remove(number)

    await asyncio.gather(*map(act, range(5)))
    assert most == [1] * 5


async def test_leaving_by_a_failure_or_a_cancellation_lets_go(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path, wait=0.05)
    entered = asyncio.Event()

    async def hold() -> None:
        async with locks.plan("R_1"):
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hold())
    await entered.wait()
    with pytest.raises(Failure):
        async with locks.plan("R_1"):
            pass
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ZeroDivisionError):
        async with locks.plan("R_1"):
            raise ZeroDivisionError
    async with locks.plan("R_1"):
        pass


async def test_lock_files_are_private_and_have_safe_names(tmp_path: Path) -> None:
    folder = tmp_path / "locks"
    async with FileLocks(folder).plan("../../R_kg/\0DO=="):
        (file,) = folder.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.read_text() == f"{os.getpid()} is acting on this repository\n"


async def test_what_is_no_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "locks" / "x.lock").mkdir(parents=True)
    with pytest.raises(Failure, match="cannot be used"):
        async with FileLocks(tmp_path / "file").plan("R_1"):
            pass
    with pytest.raises(Failure, match="cannot be taken"), held(tmp_path / "locks" / "x.lock", "tries"):
        pass


def test_what_is_given_up_is_free_while_a_program_that_is_being_started_still_has_it(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    held_here = take(lock, "is tested")
    assert held_here is not None
    started = os.dup(held_here)
    try:
        assert is_held(lock)
        release(held_here)
        assert not is_held(lock)
    finally:
        os.close(started)
