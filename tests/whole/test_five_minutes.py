"""The first five minutes by commands, as the README says them, on a bare home; and what the help topics say to run.

`pytest -s -m wide tests/whole/test_five_minutes.py` prints the seconds of each step.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from documents import Block, blocks, walk
from machines import AGENT, ROCKET, Machine

from soda_tui.sandbox.demo import TOKEN, Demo

pytestmark = pytest.mark.wide

# It gets its prompt as claude does, and says how it went as claude does; the work between is real.
CLAUDE = """\
#!/bin/sh
[ "$1" = --version ] && exec echo '9.9.9 (Claude Code)'
read -r prompt
{agent} </dev/null >/dev/null
echo '{{"type": "result", "subtype": "success", "is_error": false, "result": "Done.", "session_id": "s1"}}'
"""


@dataclass
class Bare(Machine):
    """A machine with a clone, an agent, a token in the environment, and nothing else."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "GITHUB_SERVER_URL": self.url}

    def walk(self, block: Block) -> Iterator[tuple[str, float, str]]:
        """Run the block's lines here."""
        return walk(self.home, self.environment, block)

    def enrol(self) -> None:
        """Have the repository under the cockpit, and nothing left to do."""
        lines = "soda-tui enroll src/rocket --init\nsoda-tui config set defaults.profile claude\n"
        list(self.walk(Block(Path("here"), 1, "sh", lines)))


def install(machine: Machine, name: str, text: str) -> None:
    """Put a program where programs are found."""
    program = machine.recording_git() / name
    program.write_text(text)
    program.chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path, url: str, demo: Demo) -> Bare:
    """A home of somebody who begins, in whose repository a label is lacking."""
    made = Bare(tmp_path / "me", url, demo)
    made.home.mkdir()
    install(made, "soda-tui", f'#!/bin/sh\nexec {sys.executable} -m soda_tui "$@"\n')
    install(made, "claude", CLAUDE.format(agent=" ".join(f'"{word}"' for word in (sys.executable, *AGENT))))
    (made.home / ".gitconfig").write_text("[user]\nname = You\nemail = you@example.org\n")
    made.clone(ROCKET)
    demo.people.delete_label(ROCKET, "route:blocked")
    return made


def of(document: str, kind: str) -> list[Block]:
    """The blocks of a document."""
    return [block for block in blocks(kind) if block.document.stem == document]


def test_the_first_five_minutes(bare: Bare, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = of("README", "sh")
    said, laps = dict[str, str](), list[tuple[str, float]]()
    for line, seconds, words in bare.walk(block):
        said[line] = words
        laps.append((line, seconds))
        if line == "soda-tui bottle":
            (number,) = re.findall(r"/pull/(\d+)", words)
            bare.demo.people.set_checks(ROCKET, int(number), test="SUCCESS")
    assert "Enrolled acme/rocket" in said["soda-tui enroll --scan ~/src"]
    assert "create route:blocked" in said["soda-tui init"]
    assert len(said["soda-tui doctor"].splitlines()) == 1, said["soda-tui doctor"]
    assert bare.demo.world.repository(ROCKET).pull_requests[int(number)].merged_at is not None
    written = [file for file in bare.home.rglob("*") if file.is_file() and not file.is_symlink()]
    assert [file for file in written if TOKEN.encode() in file.read_bytes()] == []
    with capsys.disabled():
        laps.append(("from nothing to a merged pull request", sum(seconds for _, seconds in laps)))
        sys.stdout.write("".join(f"\n{seconds:6.1f} s  {line}" for line, seconds in laps) + "\n")


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_what_the_readme_reads_with_jq(bare: Bare) -> None:
    bare.enrol()
    (block,) = of("README", "sh jq")
    ((_, _, words),) = bare.walk(block)
    assert re.fullmatch(r"acme/rocket idle [1-9]\n", words)


@pytest.mark.parametrize("name", sorted({block.document.stem for block in blocks("sh")} - {"README"}))
def test_what_a_topic_says_to_run(name: str, bare: Bare) -> None:
    bare.enrol()
    assert all(words for block in of(name, "sh") for _, _, words in bare.walk(block))


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_a_configuration_works_as_it_stands(block: Block, machine: Machine) -> None:
    for program in ("gh", "pass"):
        install(machine, program, f"#!/bin/sh\necho {TOKEN}\n")
    machine.config.write_text(block.text if "[[repository]]" in block.text else machine.config.read_text() + block.text)
    assert "is not a setting" not in machine.run("config", "get").stderr
    assert machine.repository()["agent"]["status"] == "idle"
    assert "claim 4" in machine.run("pop", "--dry-run").stdout
