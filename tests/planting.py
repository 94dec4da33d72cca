"""Drift for tests: what people do to a claim in git and on GitHub, and the cockpit that sees it once it has settled."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stations import KEY, Station, git

from soda_tui.cockpit.engine import Engine
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.sandbox.demo import Demo

ROCKET = "acme/rocket"
LATER = timedelta(minutes=10)


def later(station: Station) -> Engine:
    """The same cockpit ten minutes later, when all that settles has settled."""
    opened = station.opened
    return Engine([opened.resolve(KEY)], opened.world, opened.store.cockpit_id(), lambda: datetime.now(UTC) + LATER)


class Scene:
    """What a person finds to disturb."""

    def __init__(self, demo: Demo, issue: int, branch: str, worktree: Path) -> None:
        self.demo, self.issue, self.branch, self.worktree = demo, issue, branch, worktree
        self.clone = {name.full: path for name, path in demo.places}[ROCKET]

    def commit(self, message: str) -> None:
        (self.worktree / "note.txt").write_text(message)
        git(self.worktree, "add", "note.txt")
        git(self.worktree, "commit", "--quiet", "--allow-empty", "--message", message)

    def push(self) -> None:
        git(self.worktree, "push", "--quiet", "origin", f"HEAD:refs/heads/{self.branch}")

    def request(self) -> int:
        self.push()
        return self.demo.people.open_pull_request(ROCKET, self.branch, "By hand")


def close(scene: Scene) -> None:
    scene.demo.people.close_issue(ROCKET, scene.issue)


def delete(scene: Scene) -> None:
    scene.demo.people.delete_issue(ROCKET, scene.issue)


def label_another(scene: Scene) -> None:
    other = scene.demo.people.open_issue(ROCKET, "Another", labels=("route:ready",))
    scene.demo.people.label(ROCKET, other, "agent001")


def unlabel(scene: Scene) -> None:
    scene.demo.people.unlabel(ROCKET, scene.issue, "agent001")


def delete_branch(scene: Scene) -> None:
    scene.push()
    scene.demo.people.delete_branch(ROCKET, scene.branch)


def forget_branch(scene: Scene) -> None:
    scene.push()
    git(scene.worktree, "switch", "--quiet", "--detach", "origin/HEAD")
    git(scene.clone, "branch", "--quiet", "-D", scene.branch)


def push_from_elsewhere(scene: Scene) -> None:
    scene.push()
    scene.demo.people.push(ROCKET, scene.branch, {"theirs.txt": "theirs"}, by="ada")


def switch(scene: Scene) -> None:
    git(scene.worktree, "switch", "--quiet", "--create", "scratch")


def remove_worktree(scene: Scene) -> None:
    shutil.rmtree(scene.worktree)


def merge_under_work(scene: Scene) -> None:
    scene.demo.people.merge(ROCKET, scene.request())


def close_under_work(scene: Scene) -> None:
    scene.demo.people.close_pull_request(ROCKET, scene.request())


def change_under_review(scene: Scene) -> None:
    scene.demo.people.push(ROCKET, scene.branch, {"theirs.txt": "theirs"}, by="ada")


def lose_ledger(scene: Scene) -> None:
    scene.demo.people.delete_branch(ROCKET, LEDGER_BRANCH)


def spoil_ledger(scene: Scene) -> None:
    scene.demo.people.push(ROCKET, LEDGER_BRANCH, {"readme": "What is this branch for?"}, "Tidy up")
