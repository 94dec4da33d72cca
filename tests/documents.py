"""The examples of README and help topics: fenced blocks, by their language and mark, and commands within the text.

What becomes of a block is said by the words behind its fence: `sh` is run line by line on a machine of its own (see
`walk`); `sh jq` likewise, where jq is installed; `sh ci:NAME` is run by .ci/run; `sh not-run` is only looked at; `toml`
is a configuration, `toml theme` a theme, `json event` what a program is told; `text` is a picture.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from readme_tables import DOCUMENTS as DOCUMENTS

from soda_tui.cli.parser import build_parser
from soda_tui.cli.words import places

KINDS = ("sh", "sh jq", "sh ci:run", "sh ci:test", "sh not-run", "toml", "toml theme", "json event", "text")
TABLE_OF_COMMANDS = "| `soda-tui"
_FENCE = re.compile(r"^(```+|~~~~+)(.*)\n((?:.*\n)*?)\1$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a document."""

    document: Path
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.document.stem}:{self.line}"


def prose(document: Path) -> str:
    """The document without its fenced blocks; its lines keep their numbers."""
    return _FENCE.sub(lambda found: "\n" * found[0].count("\n"), document.read_text())


def blocks(*kinds: str) -> list[Block]:
    """The blocks of these kinds, of all documents; without kinds, all but what is generated."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text()
        for match in _FENCE.finditer(text):
            block = Block(document, text.count("\n", 0, match.start()) + 1, match[2].strip(), match[3])
            if block.kind in kinds or (not kinds and match[1].startswith("`")):
                found.append(block)
    return found


def spans(document: Path) -> Iterator[tuple[int, str]]:
    """What stands as code within the text, with its line."""
    for at, paragraph in enumerate(re.split(r"\n", prose(document)), 1):
        if not paragraph.startswith(TABLE_OF_COMMANDS):
            for span in re.findall(r"`([^`\n]+)`", paragraph):
                yield at, span


def commands(block: Block) -> list[str]:
    """The lines of a shell block, without what is said beside them."""
    lines = (re.sub(r"\s+#.*", "", line) for line in block.text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def asking() -> frozenset[str]:
    """The commands that may ask."""
    return frozenset(one.at for one in places(build_parser()) if any(each.flag == "--yes" for each in one.options))


def walk(home: Path, environment: dict[str, str], block: Block) -> Iterator[tuple[str, float, str]]:
    """Run a block's lines in a shell, one after the other; each with its seconds and what it said.

    Nobody is there to answer, so a command that may ask gets `--yes`, which is the person's answer.
    """
    may_ask = asking()
    for line in commands(block):
        words = shlex.split(line)
        asks = words[0] == "soda-tui" and ({" ".join(words[1:2]), " ".join(words[1:3])} & may_ask)
        begun = time.monotonic()
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{line} --yes" if asks else line],
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{block}: {line}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        yield line, time.monotonic() - begun, done.stdout
