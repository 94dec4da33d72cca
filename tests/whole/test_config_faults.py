"""A configuration that cannot be read, or not be written: a sentence with file and line, and every byte as before."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from machines import ROCKET, Machine

pytestmark = pytest.mark.wide

# Root may read and write whatever the modes say; without this right it is a user like others.
PLAIN = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"] if os.geteuid() == 0 else []
CHANGES = (
    ("config", "set", "cockpit.interval", "45"),
    ("config", "unset", "agent.command"),
    ("unenroll", ROCKET),
    ("enroll", "src/lantern"),
)


@pytest.fixture
def person(machine: Machine) -> Machine:
    """A machine with a second clone, whose person has no more rights than others."""
    if PLAIN and shutil.which(PLAIN[0]) is None:
        pytest.skip("root cannot give up its rights here")
    machine.clone("acme/lantern")
    folder = machine.home / ".config" / "soda-tui"
    folder.mkdir(parents=True)
    machine.config.rename(folder / "config.toml")
    return machine


def file_of(machine: Machine) -> Path:
    return machine.home / ".config" / "soda-tui" / "config.toml"


def told(machine: Machine, *arguments: str, home: Path | None = None, exit: int = 3) -> str:
    """What the program says to this, which it is held to be a sentence."""
    done = subprocess.run(
        [*PLAIN, sys.executable, "-m", "soda_tui", *arguments],
        env={**machine.environment, **({"HOME": str(home)} if home else {})},
        cwd=machine.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == exit, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr and "unexpected" not in done.stderr
    return done.stdout + done.stderr


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(bits)
    try:
        yield
    finally:
        path.chmod(before)


@contextmanager
def as_before(machine: Machine, file: Path) -> Iterator[None]:
    """The configuration is byte for byte what it was, and nothing lies beside it."""
    content, beside = file.read_bytes(), sorted(file.parent.iterdir())
    yield
    assert file.read_bytes() == content and sorted(file.parent.iterdir()) == beside


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[cockpit]\napi_share = true\n", 2, "cockpit.api_share should be "),
        ("[defaults]\nworkspace = 'cellar'\n", 2, "defaults.workspace should be "),
        ("\n[defaults\n", 2, "not valid TOML"),
        ("mine = 1\nmine = 2\n", 2, "not valid TOML"),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_line_by_every_command(
    person: Machine, text: str, line: int, said: str
) -> None:
    file = file_of(person)
    file.write_text(f"{text}{file.read_text()}")
    with as_before(person, file):
        for command in (("status",), ("pop",), ("config", "get"), *CHANGES):
            words = told(person, *command)
            assert f"{file}, line {line}: " in words and said in words, words
        assert f"{file}, line {line}: " in told(person, "doctor", exit=10)
        told(person, "estop", exit=0)
        told(person, "resume", exit=0)


def test_an_unknown_key_is_named_with_its_line_and_stays(person: Machine) -> None:
    file = file_of(person)
    file.write_text(f"{file.read_text()}[limits]\nrun_minuts = 5\n")
    line = len(file.read_text().splitlines())
    said = f"{file}, line {line}: limits.run_minuts is not a setting and is ignored. Did you mean run_minutes?"
    assert said in told(person, "status", exit=0)
    told(person, "config", "set", "cockpit.interval", "45", exit=0)
    assert said in told(person, "status", exit=0)
    assert "run_minuts = 5" in file.read_text() and "interval = 45" in file.read_text()


def test_a_file_that_may_not_be_read_is_named_and_left(person: Machine) -> None:
    file = file_of(person)
    with as_before(person, file), mode(file, 0):
        for command in (("status",), ("pop",), ("config", "get"), *CHANGES):
            words = told(person, *command)
            assert str(file) in words and "Permission denied" in words, words
        assert str(file) in told(person, "doctor", exit=10)
        told(person, "estop", exit=0)
        told(person, "resume", exit=0)


def test_a_home_that_may_only_be_read_is_a_sentence(person: Machine, tmp_path: Path) -> None:
    file = file_of(person)
    with as_before(person, file), mode(file.parent, 0o500):
        for command in CHANGES:
            words = told(person, *command)
            assert str(file) in words and "Permission denied" in words, words
        told(person, "status", exit=0)
    bare = tmp_path / "bare"
    bare.mkdir()
    with mode(bare, 0o500):
        words = told(person, "enroll", "src/rocket", home=bare)
        assert str(bare) in words and "Permission denied" in words, words
    assert list(bare.iterdir()) == []
    shutil.copytree(person.home / ".config", bare / ".config")
    with mode(bare, 0o500):
        for name in ("status", "pop"):
            words = told(person, name, home=bare)
            assert str(bare) in words and "Permission denied" in words, words


@pytest.fixture
def full(tmp_path: Path, person: Machine) -> Iterator[Path]:
    """A home on a disk on which nothing more has room, where this machine lets us have one."""
    folder = tmp_path / "full"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    try:
        shutil.copytree(person.home / ".config", folder / ".config")
        told(person, "status", home=folder, exit=0)
        with pytest.raises(OSError, match="No space left"), (folder / "all").open("wb", 0) as file:
            while True:
                file.write(bytes(4096))
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_apart_and_loses_nothing(person: Machine, full: Path) -> None:
    file = full / ".config" / "soda-tui" / "config.toml"
    with as_before(person, file):
        for command in CHANGES:
            words = told(person, *command, home=full, exit=1)
            assert str(full) in words and "No space left" in words, words
        assert ROCKET in told(person, "status", home=full, exit=0)
    (full / "all").unlink()
    told(person, "config", "set", "cockpit.interval", "45", home=full, exit=0)
    assert "interval = 45" in file.read_text()
