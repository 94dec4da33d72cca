"""`replay`: a recording as lines for people, or as events."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from soda_tui.__main__ import main
from soda_tui.domain.transcripts import FORMATS

FOLDER = Path(__file__).parents[1] / "transcripts"


def test_a_recording_is_read_in_words_whatever_its_format(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(FOLDER / "claude" / "healthy.jsonl")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Edit  src/parse.py  +2 -0  ✓" in lines and "Bash  pytest -q  ✓ 3.2s" in lines
    assert "~ A test first." in lines and "I will write a failing test first." in lines
    # Each call is one line, and what it all came to the last.
    assert sum(line.startswith("Bash") for line in lines) == 1
    assert lines[-1] == "— ended well · 4 tool calls · 68k tokens in (66k cached), 395 out · $0.12, as it says itself"


def test_its_events_are_json_lines_and_nothing_else(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    recording = FOLDER / "codex" / "broken.jsonl"
    assert main(["replay", str(recording), "--format", "codex", "--json"]) == 0
    out = capsysbinary.readouterr().out
    assert out == recording.with_name("broken.jsonl.events").read_bytes()
    assert all(json.loads(line)["kind"] for line in out.splitlines())


def test_it_reads_standard_input_and_loads_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom soda_tui.__main__ import main\ncode = main(['replay', '-'])\n"
        "heavy = {'textual', 'rich', 'gql', 'git', 'httpx', 'asyncio', 'soda_tui.wiring'} & set(sys.modules)\n"
        "sys.exit(code or (sorted(heavy) if heavy else 0))"
    )
    said = b"\x1b[31mWorking\x1b[0m\nOverwrite? [y/N] "
    done = subprocess.run([sys.executable, "-c", program], input=said, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines() == [
        "Working",
        "? Overwrite? [y/N]",
        "— waits for an answer · 0 tool calls",
    ]


def test_what_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(tmp_path / "none")]) == 2
    assert main(["replay", str(tmp_path)]) == 2
    assert main(["replay", "a\0b"]) == 2
    said = capsys.readouterr().err
    assert "No such file" in said and "Is a directory" in said and "Traceback" not in said
    assert main(["replay", str(tmp_path / "none"), "--format", "klingon"]) == 2
    assert all(format in capsys.readouterr().err for format in FORMATS[:1])
