"""The program's own log."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path

HEAD = """
import logging, sys, warnings
from pathlib import Path
from soda_tui.services import programlog
folder = Path(sys.argv[1])
log = logging.getLogger("soda_tui.test")
"""


def run(folder: Path, script: str) -> None:
    """Run the lines in a process of its own and insist that the terminal stays clean."""
    done = subprocess.run(
        [sys.executable, "-c", HEAD + script, str(folder)],
        capture_output=True, text=True, check=False, timeout=30, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_levels_secrets_and_escapes(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    run(
        folder,
        """
secrets = []
assert programlog.start(folder, "debug", secrets) is None
secrets.append("hunter2")
log.debug("mine \\x1b[31mred\\x1b[0m %s", "hunter2")
logging.getLogger("httpx").info("chatter")
logging.getLogger("gql.transport").warning("theirs")
warnings.warn("old", stacklevel=1)
try:
    raise ValueError("ghp_" + "a" * 36)
except ValueError:
    log.exception("failed")
""",
    )
    (file,) = folder.iterdir()
    text = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert re.search(
        r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ DEBUG \d+ soda_tui\.test: mine red \[secret\]$", text, re.MULTILINE
    )
    assert "theirs" in text
    assert "UserWarning: old" in text
    assert "ValueError: [secret]" in text
    assert "chatter" not in text
    assert "ghp_" not in text
    assert "\x1b" not in text


def test_warnings_are_the_least_that_warning_keeps(tmp_path: Path) -> None:
    run(tmp_path, 'programlog.start(folder, "warning"); log.info("quiet"); log.warning("loud")')
    assert "loud" in (tmp_path / "soda-tui.log").read_text()
    assert "quiet" not in (tmp_path / "soda-tui.log").read_text()


def test_it_is_bounded_and_shared_by_processes(tmp_path: Path) -> None:
    write = 'programlog.start(folder, "info")\nfor n in range(1500): log.info("%d %s", n, "x" * 1000)\n'
    both = [
        subprocess.Popen(
            [sys.executable, "-c", HEAD + write, str(tmp_path)],
            cwd=Path(__file__).parents[2], stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    assert [process.communicate(timeout=60)[1] for process in both] == [b""] * 4
    sizes = [file.stat().st_size for file in tmp_path.glob("soda-tui.log*")]
    assert len(sizes) <= 4
    # Who finds another turning the full file over writes on in it meanwhile.
    assert max(sizes) < 1.5 * (1 << 20)
    assert sum(sizes) > 2.9 * (1 << 20)


def test_a_log_that_cannot_be_kept_keeps_nobody_from_work(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file")
    run(
        tmp_path / "logs",
        """
said = programlog.start(folder, "debug")
assert said.startswith("The program's own log is not kept: The folder"), said
log.error("nobody reads this")
""",
    )


def test_a_full_disk_is_silent(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
import os
programlog.start(folder, "info")
(handler,) = logging.getLogger().handlers
full = os.open("/dev/full", os.O_WRONLY) if os.path.exists("/dev/full") else None
if full is not None:
    os.dup2(full, handler.stream.fileno())
    handler.shouldRollover = lambda record: False
    log.error("lost")
""",
    )


def test_a_log_whose_folder_is_removed_goes_on_when_it_is_back_and_can_be_begun_elsewhere(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
import shutil
for name in ("one", "two"):
    assert programlog.start(folder / name, "info") is None
    log.info("first")
    shutil.rmtree(folder / name)
    log.info("lost")
    log.info("lost")
(folder / "two").mkdir()
log.info("back")
assert programlog.start(folder / "three", "info") is None
log.info("elsewhere")
""",
    )
    (back,), (elsewhere,) = ((tmp_path / name / "soda-tui.log").read_text().splitlines() for name in ("two", "three"))
    assert back.endswith("back")
    assert elsewhere.endswith("elsewhere")
