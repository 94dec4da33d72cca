"""A program that behaves like a coding agent: it reads a prompt, tells what it does, edits files and commits.

`python -m soda_tui.sandbox.scripted_agent [PROMPT]`, else the prompt comes on standard input. The issue is taken from
`SODA_ISSUE` and `SODA_TITLE`, else from the prompt; a summary goes to the file that `SODA_SUMMARY` names.
Standard library only, so that it starts as fast as a shell script.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_DIM, _BOLD, _GREEN, _BLUE, _RESET = "\x1b[2m", "\x1b[1m", "\x1b[32m", "\x1b[34m", "\x1b[0m"
_NUMBER = re.compile(r"(?:#|\bnumber )(\d+)")
_TITLE = re.compile(r"(?:^Title:|#\d+:?) +(\S.*)$", re.MULTILINE)
_GIT_SECONDS = 30
_MAX_PROMPT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Task:
    """The issue to work on."""

    number: int
    title: str

    @property
    def slug(self) -> str:
        """The title as a file name."""
        words = re.findall(r"[a-z0-9]+", self.title.lower())
        return "-".join(words[:6]) or "issue"

    @property
    def commits(self) -> int:
        """How many commits this one takes: one to three, always the same for the same title."""
        return 1 + zlib.crc32(self.title.encode()) % 3


def read_task(prompt: str) -> Task:
    """The issue that the environment or the prompt names."""
    first = next((line.strip("# ") for line in prompt.splitlines() if line.strip()), "")
    title = os.environ.get("SODA_TITLE") or (found[1] if (found := _TITLE.search(prompt)) else first)
    number = os.environ.get("SODA_ISSUE") or (found[1] if (found := _NUMBER.search(prompt)) else "0")
    return Task(int(number) if number.isdecimal() else 0, _printable(title)[:200])


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) or "Tidy up"


class Teller:
    """Says what happens, a line at a time, `pause` seconds apart."""

    def __init__(self, pause: float) -> None:
        self._pause = pause

    def __call__(self, *lines: str) -> None:
        """Say the lines."""
        for line in lines:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            if self._pause > 0:
                time.sleep(self._pause)


def git(*arguments: str) -> str:
    """Run git in the current directory; raises CalledProcessError."""
    done = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True, timeout=_GIT_SECONDS)
    return done.stdout.strip()


def commit(message: str, paths: Sequence[Path]) -> str:
    """Commit the files and tell the short object id; empty where an earlier run has committed just that."""
    identity: list[str] = []
    for key, value in (("user.name", "Scripted Agent"), ("user.email", "agent@example.org")):
        known = subprocess.run(["git", "config", key], capture_output=True, timeout=_GIT_SECONDS, check=False)
        if known.returncode != 0:
            identity += ["-c", f"{key}={value}"]
    git("add", "--", *map(str, paths))
    if not git("diff", "--cached", "--name-only"):
        return ""
    git(*identity, "-c", "commit.gpgsign=false", "commit", "--quiet", "-m", message)
    return git("rev-parse", "--short", "HEAD")


def write_note(task: Task) -> list[Path]:
    """A note on the decision: the work itself."""
    path = Path("docs") / "notes" / f"{task.number:04d}-{task.slug}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"# {task.title}\n\n"
        f"Issue {task.number}.\n\n"
        "## What happened\n\nThe report was reproduced on a fresh checkout. It does not depend on the platform.\n\n"
        "## What changed\n\nThe smallest change that makes the report untrue; nothing else was touched.\n\n"
        "## How to check\n\nFollow the steps of the report. The check below `checks/` fails before and passes now.\n",
        "utf-8",
    )
    return [path]


def write_check(task: Task) -> list[Path]:
    """A check that can be run by hand."""
    path = Path("checks") / f"issue_{task.number}.sh"
    path.parent.mkdir(exist_ok=True)
    note = f"docs/notes/{task.number:04d}-{task.slug}.md"
    path.write_text(f"#!/bin/sh\n# Issue {task.number}: the note says how it was solved.\ntest -s '{note}'\n", "utf-8")
    path.chmod(0o755)
    return [path]


def write_change(task: Task) -> list[Path]:
    """A line in the list of changes."""
    path = Path("CHANGELOG.md")
    text = path.read_text("utf-8") if path.exists() else "# Changes\n\n## Unreleased\n"
    line = f"- {task.title} (issue {task.number})."
    if line not in text.splitlines():
        path.write_text(f"{text.rstrip()}\n{line}\n", "utf-8")
    return [path]


_Step = tuple[str, Callable[[Task], list[Path]]]
_STEPS: tuple[_Step, ...] = (("", write_note), ("Check for", write_check), ("Note in the changes:", write_change))


def summarize(task: Task, made: int) -> None:
    """Write the summary for the pull request, where one is wanted."""
    name = os.environ.get("SODA_SUMMARY")
    if not name:
        return
    plural = "s" if made != 1 else ""
    Path(name).write_text(
        f"{task.title}\n\n"
        f"Solves what issue {task.number} reports, in {made} commit{plural}.\n\n"
        f"- The note `docs/notes/{task.number:04d}-{task.slug}.md` says what was found and changed.\n"
        "- Nothing outside the report was touched.\n",
        "utf-8",
    )


def work(task: Task, options: argparse.Namespace, tell: Teller) -> int:
    """Do the work; the number of commits that it is."""
    tell(
        f"{_BOLD}● Issue {task.number}: {task.title}{_RESET}",
        f"{_DIM}reading the repository …{_RESET}",
        f"{_BLUE}▸ git ls-files{_RESET}  {len(git('ls-files').splitlines())} files",
        f"{_BLUE}▸ git log -3 --format=%s{_RESET}",
        *(f"  {_DIM}{_printable(line)}{_RESET}" for line in git("log", "-3", "--format=%s").splitlines()),
        "I can reproduce what the issue describes. The cause is small; I will keep the change small.",
    )
    if options.hang:
        tell(f"{_DIM}thinking …{_RESET}")
        signal.pause()
    made = 0
    for prefix, step in _STEPS[: task.commits]:
        paths = step(task)
        tell(*(f"{_BLUE}▸ edit{_RESET} {path} {_GREEN}+{_lines(path)}{_RESET}" for path in paths))
        if options.no_commit:
            continue
        message = f"{prefix} {task.title}".strip()
        oid = commit(message, paths)
        tell(f"{_GREEN}✔ commit {oid or 'made before'}{_RESET} {message}")
        made += 1
    if options.dirty:
        Path("scratch.txt").write_text("not finished\n", "utf-8")
        tell(f"{_BLUE}▸ edit{_RESET} scratch.txt")
    return made


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def _prompt(words: Sequence[str]) -> str:
    if words:
        return " ".join(words)
    return "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read(_MAX_PROMPT)


def main(arguments: Sequence[str]) -> int:
    """Work on the prompt; the exit status that was asked for, or 1 where git refused."""
    parser = argparse.ArgumentParser(prog="scripted-agent", description=__doc__)
    parser.add_argument("prompt", nargs="*")
    parser.add_argument("--pace", type=float, default=8.0, metavar="SECONDS", help="how long all of it takes")
    parser.add_argument("--exit", type=int, default=0, metavar="N")
    parser.add_argument("--no-commit", action="store_true", help="edit, and commit nothing")
    parser.add_argument("--dirty", action="store_true", help="leave an untracked file behind")
    parser.add_argument("--hang", action="store_true", help="begin, and never end")
    options = parser.parse_args(arguments)
    task = read_task(_prompt(options.prompt))
    tell = Teller(options.pace / (10 + 2 * task.commits))
    try:
        made = work(task, options, tell)
    except subprocess.CalledProcessError as error:
        tell(f"git refused: {_printable(error.stderr)}")
        return 1
    if options.exit == 0:
        summarize(task, made)
        tell(f"{_BOLD}Done.{_RESET} {made} commit{'s' if made != 1 else ''}, the checks pass.")
    else:
        tell("I could not finish this.")
    return int(options.exit)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
