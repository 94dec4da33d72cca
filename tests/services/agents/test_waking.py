"""Waking: a machine that slept through the night makes no agent silent, whoever looks and whenever they begin to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from soda_tui.services.agents import waking
from soda_tui.services.agents.waking import AWAKE, Waking, awake_since

EVENING = datetime(2026, 5, 4, 22, 0, tzinfo=UTC)


def test_silence_counts_from_when_the_machine_woke_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def written() -> float:
        return (tmp_path / AWAKE).stat().st_mtime

    zero = 1e9
    monkeypatch.setattr(waking, "_zero", lambda: zero)
    supervisor, now = Waking(tmp_path), EVENING
    assert awake_since(tmp_path, now) is None
    supervisor.step()
    begun = written()
    assert awake_since(tmp_path, now) == datetime.fromtimestamp(begun, UTC)
    # Clocks are adjusted all the time, which is no sleep.
    zero += 0.5
    supervisor.step()
    assert written() == begun
    # The machine sleeps; the cockpit looks before the supervisor has noticed, then after.
    zero += 8 * 3600
    morning = now + timedelta(hours=8)
    assert awake_since(tmp_path, morning) == morning
    supervisor.step()
    assert awake_since(tmp_path, morning) == datetime.fromtimestamp(written(), UTC) and written() > begun


@pytest.mark.parametrize("content", [b"", b"soon", b"\xff" * 100])
def test_a_damaged_note_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / AWAKE).write_bytes(content)
    assert awake_since(tmp_path, EVENING) is None
