"""Runs in a temporary folder, and a mark in the environment of everything that they start."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from soda_tui.cockpit.ports.runs import Launch
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.services.agents.launching import Limits
from soda_tui.services.agents.runs import RunService

KEY = "github.com/owner/name"
_DEADLINE = 20.0


@dataclass
class Lab:
    """One machine's worth of runs."""

    root: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def stop_file(self) -> Path:
        """The machine's STOP file."""
        return self.root / "STOP"

    @property
    def work(self) -> Path:
        """The agent's directory."""
        folder = self.root / "work"
        folder.mkdir(exist_ok=True)
        return folder

    def service(
        self,
        runs: str = "runs",
        limit: float = 60.0,
        log: int = 1 << 28,
        claim: float = 300.0,
        most: int = 4,
        seen: Collection[str] = (),
        **environ: str,
    ) -> RunService:
        """A service as a new cockpit would make it."""
        limits = Limits(run=limit, grace=0.3, log=log, claim=claim)
        marked = {"SODA_TEST_MARK": self.mark, **environ}
        return RunService(
            self.root / runs,
            locks=self.root / "locks",
            stop_file=self.stop_file,
            limits=limits,
            environ=marked,
            most=lambda: most,
            seen=seen,
        )

    def launch(self, *command: str, prompt: str = "", **environment: str) -> Launch:
        """A launch of a command in the agent's directory."""
        return Launch(
            key=KEY,
            repository_id="R_1",
            issue=12,
            branch="agent001/12-fix",
            attempt=1,
            directory=str(self.work),
            agent=Profile(command=command),
            prompt=prompt,
            environment={"SODA_TEST_MARK": self.mark, **environment},
        )

    def script(self, text: str, **environment: str) -> Launch:
        """A launch of a shell script."""
        return self.launch("sh", "-c", text, **environment)

    def processes(self) -> list[int]:
        """Everything alive that carries the mark in its environment or its arguments, the supervisor included."""
        found = set()
        for folder in Path("/proc").iterdir():
            for name in ("environ", "cmdline") if folder.name.isdigit() else ():
                with suppress(OSError):
                    if self.mark.encode() in (folder / name).read_bytes():
                        found.add(int(folder.name))
        return sorted(found)

    def texts(self) -> bytes:
        """Every byte of every file that the runs have written."""
        return b"".join(path.read_bytes() for path in self.root.rglob("*") if path.is_file())


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Runs of which nothing is left after the test, even if it fails."""
    lab = Lab(tmp_path / "lab")
    lab.root.mkdir()
    yield lab
    lab.stop_file.touch()
    if Path("/proc/self").exists():
        for pid in lab.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    """Wait for a condition, and fail when it does not come about."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + _DEADLINE
        while not condition():
            assert time.monotonic() < deadline, "the condition did not come about"
            time.sleep(0.01)

    return wait
