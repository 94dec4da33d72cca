"""Small programs: heard to their end, as long and as far as is good for it."""

from __future__ import annotations

import os

import pytest

from soda_tui.services import programs
from soda_tui.services.programs import ask


@pytest.mark.parametrize(
    "command,answer",
    [
        ("echo ' 1.2 '; echo 3", ("1.2 \n3", None)),
        ("echo 1; exit 3", ("", "exit status 3")),
        ("exec yes", ("", "it prints more than 64 KiB")),
        ("echo 1; exec 1>&-; exec sleep 60", ("", "no answer within 0 seconds")),
        ("echo 1; sleep 60 & exit 0", ("", "no answer within 0 seconds")),
    ],
)
def test_what_is_heard(monkeypatch: pytest.MonkeyPatch, command: str, answer: tuple[str, str | None]) -> None:
    monkeypatch.setattr(programs, "_DEADLINE", 0.4)
    assert ask(("sh", "-c", command), os.environ) == answer


def test_nothing_that_cannot_be_started_is_asked() -> None:
    assert ask(("/nowhere/at/all",), os.environ) == ("", "No such file or directory")
