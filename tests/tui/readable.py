"""What the reading screens show in tests: work, runs, logs, and an issue desk that writes down what is asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from msgspec import structs
from tui.frozen import FrozenCockpit
from tui.shown import ATTENTION, LOG, LOGS, PEEK, STALE, WORKING, ago, snapshot

from soda_tui.cockpit.issues import Edited, IssueDesk
from soda_tui.domain.label_plan import Label
from soda_tui.domain.model import Repository
from soda_tui.domain.relabelling import Relabelling
from soda_tui.domain.runs.events import Tokens
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.domain.runs.progress import Progress
from soda_tui.domain.runs.usage import Spent, Tally
from soda_tui.domain.work import Commit, Difference, FileChange, Work

PATCH = """diff --git a/src/config/folder.py b/src/config/folder.py
index 5e1c0aa..9b4f1d2 100644
--- a/src/config/folder.py
+++ b/src/config/folder.py
@@ -12,7 +12,8 @@ def folder(environ: Mapping[str, str]) -> Path:
     base = environ.get("XDG_CONFIG_HOME")
-    path = Path(base).resolve() / "rocket"
-    os.makedirs(path)
+    # The folder itself may be a symbolic link, so it is resolved once and then taken as it is.
+    path = (Path(base) if base else Path.home() / ".config").resolve() / "rocket"
+    path.mkdir(parents=True, exist_ok=True)
     return path
-- a removed list item
""".splitlines()
WORK = Work(
    12,
    "agent001/12-fix-the-crash-when-the-configuration-folder",
    "/work/rocket",
    (
        Commit("5e1c0aa9" * 5, "Resolve the configuration folder once", "It was resolved twice, by two libraries."),
        Commit("77aa21b0" * 5, "Test a folder that is a symbolic link", ""),
    ),
    Difference(
        (
            FileChange("src/config/folder.py", 3, 3),
            FileChange("tests/config/test_folder.py", 41, 0),
            FileChange("docs/folder.png", None, None),
            FileChange("notes.txt", None, None, untracked=True),
        ),
        tuple(PATCH),
        False,
    ),
)


def run(number: int, **changes: object) -> RunFacts:
    """An earlier run, so many hours ago."""
    made = RunFacts(
        id=f"run{number}",
        issue=12,
        branch="agent001/12",
        state=RunState.ENDED,
        pid=None,
        started_at=ago(hours=number),
        ended_at=ago(hours=number) + timedelta(minutes=7, seconds=number),
        last_output_at=ago(hours=number),
        exit=0,
        stopped=False,
        log=f"/state/run{number}.log",
        attempt=1,
    )
    return structs.replace(made, **changes)


RUNS = (
    run(1, state=RunState.RUNNING, ended_at=None, exit=None, attempt=2),
    run(2, exit=1, format="claude", progress=Progress(tally=Tally(Spent(Tokens(4200, 12_800, 310_000), 1.284)))),
    run(3, exit=-15, stopped=True),
    run(4, state=RunState.KILLED, exit=None),
    run(5, issue=9),
)
LABELS = (
    Label("L1", "route:ready", "0052cc", "Available for agent assignment"),
    Label("L2", "route:blocked", "e4e669", "Waits for something else"),
    Label("L3", "bug", "d73a4a", "Something does not work"),
)


STREAM = (Path(__file__).parents[1] / "transcripts" / "claude" / "healthy.jsonl").read_bytes()
"""What run2 said, as its agent wrote it."""


class WrittenDesk(IssueDesk):
    """An issue desk that confirms everything and remembers it."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    async def labels(self) -> tuple[Label, ...]:
        return LABELS

    async def open(self, title: str, body: str, labels: Collection[str]) -> Edited:
        return self._done("open", title, body, tuple(labels))

    async def relabel(self, number: int, change: Relabelling) -> Edited:
        return self._done("relabel", number, change)

    async def comment(self, number: int, body: str) -> Edited:
        return self._done("comment", number, body)

    async def prioritise(self, number: int, step: int) -> Edited:
        return self._done("prioritise", number, step)

    def _done(self, *asked: object) -> Edited:
        self.asked.append(asked)
        return Edited(f"Did {asked[0]}.", 50)


def cockpit(*repositories: Repository) -> FrozenCockpit:
    """A cockpit with everything to read."""
    made = FrozenCockpit(snapshot(*(repositories or (WORKING, ATTENTION, STALE))), logs=LOGS, peek=PEEK)
    made.shown_work = WORK
    made.runs = RUNS
    made.log_bytes = {"run1": "\n".join(LOG).encode() + b"\n", "run2": STREAM, "run3": b"", "run5": b"x" * 3000}
    return made
