"""What must be so: while it is played, and once it is over."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stations import git
from unattended.person import Person
from unattended.scenery import LABELS, Stage

from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.ledger import LedgerState, decode
from soda_tui.domain.naming import branch_issue

LEDGER = "refs/heads/soda/ledger"


@dataclass(frozen=True)
class Came:
    """What came of it, in figures."""

    issues: int
    merged: int
    handed_over: int
    closed: int
    bottled: int
    injected: dict[str, int]
    alone: int
    seconds: float
    kills: int
    name: str

    @property
    def failures(self) -> int:
        """How much went wrong by design."""
        return sum(self.injected.values())


def table(plays: Sequence[Came]) -> str:
    """What came of some plays, for people."""
    kinds = sorted({kind for play in plays for kind in play.injected})
    rows = [["", *(play.name for play in plays)]]
    for name in ("issues", "merged", "handed_over", "closed", "bottled"):
        rows.append([name.replace("_", " "), *(str(getattr(play, name)) for play in plays)])
    rows += [[f"  {kind}", *(str(play.injected.get(kind, 0)) for play in plays)] for kind in kinds]
    rows.append(["failures", *(str(play.failures) for play in plays)])
    rows.append(["ended alone", *(f"{play.alone} ({play.alone / max(play.failures, 1):.0%})" for play in plays)])
    rows.append(["work merged", *(f"{play.merged / max(play.bottled, 1):.0%}" for play in plays)])
    rows.append(["kills", *(str(play.kills) for play in plays)])
    rows.append(["seconds", *(f"{play.seconds:.0f}" for play in plays)])
    return "\n".join("".join(f"{cell:<14}" for cell in row).rstrip() for row in rows)


def never(stage: Stage) -> None:
    """What is never so, at any moment: two agents in one repository, or two that hold it."""
    assert not stage.screams(), stage.screams()
    for name in stage.play.scripts:
        with stage.world.lock:
            issues = list(stage.world.repository(name).issues.values())
        marked = [one.number for one in issues if any(label.name == "agent001" for label in one.labels)]
        assert len(marked) <= 2, (name, marked)  # that of before may still be tidied up


def over(stage: Stage) -> bool:
    """Whether every issue is through: closed, or a person's with nothing of it under way."""
    with stage.world.lock:
        for name in stage.play.scripts:
            repository = stage.world.repository(name)
            if any(not request.closed for request in repository.pull_requests.values()):
                return False
            for issue in repository.issues.values():
                worn = {label.name for label in issue.labels}
                if not issue.closed and (LABELS.human_only not in worn or not issue.comments or "agent001" in worn):
                    return False
            state = ledger_of(stage, name)
            if state.holder is not None or state.handed_over:
                return False
    return True


def ledger_of(stage: Stage, name: str) -> LedgerState:
    """What the ledger says."""
    remote = stage.world.repository(name).remote
    oid = remote.ref(LEDGER)
    if oid is None:
        return LedgerState()
    return decode(LedgerHead(oid, remote.git("show", "-s", "--format=%B", oid), None)).state


def ended(stage: Stage, person: Person, seconds: float, kills: int) -> Came:
    """Hold the whole to what it must be in the end, and count."""
    merged, handed_over = set(), set()
    bottled = 0
    for name in stage.play.scripts:
        repository = stage.world.repository(name)
        requests = repository.pull_requests.values()
        bottled += len({one.head_ref_name for one in requests})
        by_issue = {branch_issue(one.head_ref_name): one for one in requests if one.merged_at is not None}
        for issue in repository.issues.values():
            worn = {label.name for label in issue.labels}
            assert not worn & {"agent001", LABELS.review}, (name, issue.number, worn)
            if issue.number in by_issue:
                merged.add((name, issue.number))
                assert issue.closed, (name, issue.number)
                work = repository.remote.git("show", f"main:work/{issue.number}.txt")
                assert work.strip() == str(issue.number), (name, issue.number, work)
            elif (name, issue.number) not in person.closed:
                handed_over.add((name, issue.number))
                assert any("soda-tui retry" in one.body for one in issue.comments), (name, issue.number)
        # A person who is given an issue, or has closed it, has its branch.
        theirs = handed_over | person.closed
        kept = tuple(f"refs/heads/agent001/{number}-" for place, number in theirs if place == name)
        refs = {ref for ref in repository.remote.refs() if not ref.startswith((*kept, "refs/pull/"))}
        assert refs <= {"refs/heads/main", LEDGER}, refs
        _nothing_stays(stage.machine.clone(name), kept)
        files = repository.remote.git("ls-tree", "-r", "--name-only", "main").split()
        assert not [one for one in files if one.startswith(("broken/", "ci/"))], files
        _agrees(stage, name)
    _nothing_is_left(stage)
    deeds = [one for one in stage.deeds() if one["deed"] != "good"]
    # What a person closes is theirs, whatever went wrong with it.
    deeds = [one for one in deeds if (one["repository"], one["issue"]) not in person.closed]
    alone = [one for one in deeds if (one["repository"], one["issue"]) in merged - person.touched]
    injected = Counter(str(one["deed"]) for one in deeds)
    return Came(
        stage.play.issues,
        len(merged),
        len(handed_over),
        len(person.closed),
        bottled,
        dict(injected),
        len(alone),
        seconds,
        kills,
        f"{stage.play.seed} {stage.play.land}",
    )


def _agrees(stage: Stage, name: str) -> None:
    """Ledger, GitHub and git say the same, as the cockpit sees them."""
    shown = stage.machine.repository(name)
    assert shown["agent"]["status"] == "idle", shown["agent"]
    assert shown["drift"] == [], shown["drift"]
    assert shown["unfinished"] is None, shown["unfinished"]
    assert shown["queue"] == [], shown["queue"]
    assert shown["pull_requests"] == [], shown["pull_requests"]


def _nothing_is_left(stage: Stage) -> None:
    """No processes, and no locks."""
    assert not (left := list(processes(stage.machine.home))), left
    home = stage.machine.home
    held = [path for path in (home / ".local/state/soda-tui/locks").glob("*") if path.is_file() and is_held(path)]
    assert not held, held


def _nothing_stays(clone: Path, kept: tuple[str, ...]) -> None:
    """No lock of git's, no worktree but the one, and no branch but the one that it stands on and what is kept."""
    listed = git(clone, "worktree", "list", "--porcelain").split("\n\n")
    assert len(listed) <= 2, listed
    assert not list((clone / ".git").rglob("*.lock")), clone
    standing = {line.removeprefix("branch ") for one in listed for line in one.splitlines()}
    refs = git(clone, "for-each-ref", "--format=%(refname)", "refs/heads").splitlines()
    unknown = {ref for ref in refs if not ref.startswith((*kept, "refs/heads/soda-rescue/"))}
    assert unknown <= {"refs/heads/main", *standing}, unknown


def is_held(path: Path) -> bool:
    """Whether a process holds the lock."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def processes(home: Path) -> Iterator[str]:
    """What runs below this home, or was started from it."""
    me = os.getpid()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal() or int(folder.name) == me:
            continue
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(home) in words or f"HOME={home}\0".encode() in environment:
            yield f"{folder.name} {words}"
