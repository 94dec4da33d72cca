"""Measures of a poll: how long the engine's loop, and with it every key, is kept waiting."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.places import enrolled, environment
from bench.plenty import edit, plenty
from bench.results import Result

_REPOSITORIES, _ISSUES = 50, 1000
_ATTEMPTS = 6


def poll(rounds: int) -> Iterator[Result]:
    """The longest stall of the loop: at the first read of everything, of what did not change, and of what did."""
    with (
        plenty(_REPOSITORIES, _ISSUES) as url,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        home = Path(folder).resolve()
        command = enrolled(home, _REPOSITORIES, _ISSUES)
        program = [sys.executable, str(Path(__file__).with_name("polls.py")), command[-1]]
        with subprocess.Popen(
            program, env=environment(home, url), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            for what in ("first", "nothing changed", "everything changed"):
                found = []
                for turn in range(_ATTEMPTS if what == "first" else rounds):
                    if what == "everything changed":
                        edit(url, f"in round {turn}")
                    found.append(_once(process))
                    if what == "first" and found[-1]["read"] == _REPOSITORIES:
                        break
                assert found[-1]["read"] == _REPOSITORIES, found
                stalls = [each["stall"] * 1000 for each in found]
                took = median(each["took"] for each in found)
                note = f"n={len(found)}, median {median(stalls):.0f}; a poll took {took:.1f} s"
                name = f"worst stall in a poll, {_REPOSITORIES} x {_ISSUES:,} issues: {what}"
                yield Result(name, max(stalls), "ms", 50.0, note)
            assert process.stdin is not None
            process.stdin.close()


def _once(process: subprocess.Popen[str]) -> dict[str, float]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    read: dict[str, float] = json.loads(process.stdout.readline())
    return read
