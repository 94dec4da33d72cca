"""When a supervisor looks at its claim: often enough, at once after a sleep or a doubt, and never too late."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from soda_tui.services.agents.records import DOUBT, Loss, Watched, write_loss
from soda_tui.services.agents.watching import Answer, ClaimWatch

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]

ME = "5b1f0c9e"


class Clockwork:
    """A watch whose processes are only noted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, interval: float = 300.0) -> None:
        self.started: list[str] = []
        self.killed: list[int] = []
        monkeypatch.setattr(os, "posix_spawn", self._spawn)
        monkeypatch.setattr(os, "killpg", lambda group, _: self.killed.append(group))
        watched = Watched("github.com", "acme", "rocket", "/clone", ME, interval)
        self.watch = ClaimWatch(folder, watched, {})

    def _spawn(self, _path: str, command: list[str], _environment: object, **_: object) -> int:
        self.started.append(command[-1])
        return 4711

    def ends(self, code: int) -> None:
        """The process ends with this status."""
        self.watch.ended(4711, code << 8)


def test_when_it_looks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clockwork = Clockwork(monkeypatch, tmp_path)
    watch = clockwork.watch
    watch.step(1000.0)
    watch.step(1001.0)
    assert clockwork.started == ["look"] and watch.busy
    watch.ended(99, 0)
    clockwork.ends(Answer.OURS)
    watch.step(1179.0)
    assert clockwork.started == ["look"]
    watch.step(1180.0)
    clockwork.ends(Answer.UNKNOWN)
    watch.step(1209.0)
    assert clockwork.started == ["look"] * 2, "no answer is asked for again after half a minute"
    watch.step(1210.0)
    assert clockwork.started == ["look"] * 3
    watch.step(1299.0)
    assert clockwork.killed == [] and watch.busy
    watch.step(1330.0)
    assert clockwork.killed == [4711]
    watch.ended(4711, signal.SIGKILL)
    assert not watch.lost
    watch.step(1330.0)
    clockwork.ends(Answer.LOST)
    assert watch.lost
    watch.step(9999.0)
    assert clockwork.started == ["look"] * 4


def test_no_answer_grows_older_than_the_interval_even_if_the_next_look_takes_all_its_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clockwork = Clockwork(monkeypatch, tmp_path)
    seen = 0.0
    for second in range(2000):
        clockwork.watch.step(float(second))
        if clockwork.watch.busy and second - (began := seen) >= 300:
            pytest.fail(f"at {second} the newest answer is of {began}")
        if clockwork.watch.busy and (len(clockwork.started) % 2 or second >= clockwork.watch._deadline - 1):
            clockwork.ends(Answer.OURS)
            seen = clockwork.watch._began


def test_it_looks_at_once_where_somebody_doubts_the_claim_and_once_for_each_doubt(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clockwork = Clockwork(monkeypatch, tmp_path)
    clockwork.watch.step(0.0)
    (tmp_path / DOUBT).touch()
    clockwork.watch.step(0.5)
    assert clockwork.started == ["look"], "the look under way may have seen what was before"
    clockwork.ends(Answer.OURS)
    clockwork.watch.step(1.0)
    clockwork.ends(Answer.OURS)
    clockwork.watch.step(1.5)
    assert clockwork.started == ["look"] * 2 and not (tmp_path / DOUBT).exists()


def test_after_a_sleep_it_looks_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clockwork = Clockwork(monkeypatch, tmp_path)
    clockwork.watch.step(0.0)
    clockwork.ends(Answer.OURS)
    clockwork.watch.step(0.5)
    assert clockwork.started == ["look"]
    clockwork.watch.step(8 * 3600.0)
    assert clockwork.started == ["look"] * 2
    # A look that the sleep came upon is as good as none.
    clockwork.watch.step(16 * 3600.0)
    clockwork.watch.ended(4711, signal.SIGKILL)
    clockwork.watch.step(16 * 3600.0)
    assert clockwork.killed == [4711] and clockwork.started == ["look"] * 3


def test_a_look_that_is_killed_once_it_has_noted_the_loss_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clockwork = Clockwork(monkeypatch, tmp_path)
    clockwork.watch.step(0.0)
    write_loss(tmp_path, Loss("laptop has taken over issue 12."))
    clockwork.watch.ended(4711, signal.SIGKILL)
    assert clockwork.watch.lost


def test_a_run_without_a_claim_is_not_watched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Clockwork(monkeypatch, tmp_path)
    watch = ClaimWatch(tmp_path, None, {})
    watch.step(1e9)
    assert not watch.busy
