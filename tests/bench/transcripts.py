"""Measures of reading what agents write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.results import Result

from soda_tui.domain.transcripts import parser

_FOLDER = Path(__file__).parents[1] / "transcripts"
_MEGABYTE = 10**6
_CHUNK = 65536
COLOURED = (
    b"\x1b[32m2026-05-04 12:00:00\x1b[0m INFO"
    b"  building target 123456 of the project, with some more words \x1b[1mok\x1b[0m\n"
)


def parsing(rounds: int) -> Iterator[Result]:
    """The processor's time for a megabyte of each format, from bytes to events."""
    healthy = {name: _FOLDER / name / "healthy.jsonl" for name in ("claude", "codex", "gemini", "opencode")}
    streams = {"text": COLOURED} | {name: path.read_bytes() for name, path in healthy.items()}
    for name, stream in streams.items():
        data = stream * (_MEGABYTE // len(stream) + 1)
        took = median(_read(name, data) for _ in range(rounds)) * _MEGABYTE / len(data)
        yield Result(f"1 MB of {name}", took * 1000, "ms", 50.0, f"n={rounds}")


def _read(format: str, data: bytes) -> float:
    reads = parser(format)
    began = time.process_time()
    for at in range(0, len(data), _CHUNK):
        reads.feed(data[at : at + _CHUNK])
    reads.end()
    return time.process_time() - began
