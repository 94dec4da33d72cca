"""An agent for whom things go wrong: `python agent.py STAGE`, with the prompt on its standard input.

What happens on which run of an issue stands in STAGE/script.json; where that says nothing more, all goes well. Each
agent takes its repository's marker, and screams in STAGE/screams where another one has it.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 60.0


class Work:
    """What one run has to do: its issue, and where the stage is."""

    def __init__(self, stage: Path, prompt: str) -> None:
        self.stage = stage
        self.prompt = prompt
        self.repository = os.environ["SODA_REPOSITORY"]
        self.issue = os.environ["SODA_ISSUE"]
        self.name = f"{self.repository.replace('/', '-')}.{self.issue}"

    def take_marker(self) -> None:
        """Say that an agent is at work in the repository, for as long as this process lives."""
        path = self.stage / "markers" / self.repository.replace("/", "-")
        marker = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            with (self.stage / "screams").open("a") as screams:
                screams.write(f"{self.repository}: a second agent, on {self.issue}\n")
            sys.exit(9)

    def deed(self) -> str:
        """What happens on this run, which is counted and noted."""
        counted = self.stage / "runs" / self.name
        before = int(counted.read_text()) if counted.exists() else 0
        counted.write_text(str(before + 1))
        script = json.loads((self.stage / "script.json").read_text())
        deeds = script.get(self.repository, {}).get(self.issue, [])
        deed = str(deeds[before]) if before < len(deeds) else "good"
        noted = {"at": time.time(), "repository": self.repository, "issue": int(self.issue), "deed": deed}
        with (self.stage / "deeds").open("a") as deeds_file:
            deeds_file.write(f"{json.dumps(noted)}\n")
        return deed


def git(*arguments: str, check: bool = True) -> bool:
    """Run git here, as the agent; whether it went well."""
    identity = ("-c", "user.name=Agent", "-c", "user.email=agent@example.org")
    return subprocess.run(["git", *identity, *arguments], check=check, timeout=PATIENCE).returncode == 0


def say(line: str) -> None:
    """A line for the log."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write(path: str, text: str) -> None:
    """A file of the work."""
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(text)


def commit(message: str) -> None:
    """Everything that is here; once more where there is nothing new."""
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "-m", message)


def mend(work: Work) -> None:
    """Do the merge that the prompt names, and take away what was broken before."""
    told = re.search(r"^git merge ([0-9a-f]{40})$", work.prompt, re.MULTILINE)
    if told and not git("merge", "--quiet", told[1], check=False):
        write(f"both/{work.issue}.txt", "ours and theirs\n")
        commit("Merge what is new")
    for broken in (f"broken/{work.issue}.txt", f"ci/{work.issue}.txt"):
        Path(broken).unlink(missing_ok=True)


def good(work: Work) -> int:
    """The work, whole and committed."""
    mend(work)
    write(f"work/{work.issue}.txt", f"{work.issue}\n")
    commit(f"Do {work.issue}")
    return 0


def crash(work: Work) -> int:
    """It breaks off in the middle."""
    write(f"work/{work.issue}.txt", "half\n")
    return 3


def stall(work: Work) -> int:
    """It says something, and nothing more."""
    say("thinking")
    time.sleep(PATIENCE)
    return 0


def limit(work: Work) -> int:
    """Its account is used up for two seconds."""
    say(f"Claude usage limit reached|{int(time.time()) + 2}")
    return 1


def no_commit(work: Work) -> int:
    """It ends well, and has done nothing."""
    say("Nothing to do.")
    return 0


def dirty(work: Work) -> int:
    """It forgets to commit."""
    mend(work)
    write(f"work/{work.issue}.txt", "not committed\n")
    return 0


def check(work: Work) -> int:
    """It breaks what the repository's check looks at."""
    good(work)
    write(f"broken/{work.issue}.txt", "broken\n")
    commit("Break it")
    return 0


def conflict(work: Work) -> int:
    """While it works, somebody else changes the same file."""
    good(work)
    write(f"both/{work.issue}.txt", "ours\n")
    commit("Write what somebody else writes too")
    wanted = work.stage / "wants" / work.name
    wanted.touch()
    end = time.monotonic() + PATIENCE
    while wanted.exists() and time.monotonic() < end:
        time.sleep(0.05)
    return 0


def ci(work: Work) -> int:
    """It breaks what only the checks on GitHub look at."""
    good(work)
    write(f"ci/{work.issue}.txt", "broken\n")
    commit("Break the checks")
    return 0


DEEDS: dict[str, Callable[[Work], int]] = {
    one.__name__: one for one in (good, crash, stall, limit, no_commit, dirty, check, conflict, ci)
}


def main() -> int:
    """What the script says."""
    work = Work(Path(sys.argv[1]), sys.stdin.read())
    work.take_marker()
    deed = work.deed()
    # A review is wanted of work that is done well.
    return DEEDS.get(deed, good)(work)


if __name__ == "__main__":
    sys.exit(main())
