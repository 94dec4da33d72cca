"""The cockpit's own files."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs
from tui.shown import repository, snapshot

from soda_tui.domain.configuration.preferences import Preferences
from soda_tui.domain.configuration.settings import Enrolment, Workspace
from soda_tui.domain.failure import Exit, Failure
from soda_tui.domain.model import Snapshot
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.recalling import excerpt
from soda_tui.services.paths import Paths
from soda_tui.services.store import FileStore

SNAPSHOT = Snapshot(1, datetime(2026, 5, 4, 12, tzinfo=UTC), True, (), ())
KEY = "github.com/acme/rocket"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.below(tmp_path)


@pytest.fixture
def store(paths: Paths) -> FileStore:
    return FileStore(paths)


def test_the_snapshot_is_kept(store: FileStore) -> None:
    assert store.snapshot() is None
    store.save(SNAPSHOT)
    assert store.snapshot() == SNAPSHOT


@pytest.mark.parametrize("content", [b"", b"{", b'{"schema_version": 2}', b"\x00\xff"])
def test_a_damaged_snapshot_is_put_aside(paths: Paths, store: FileStore, content: bytes) -> None:
    store.save(SNAPSHOT)
    (paths.state / "snapshot.json").write_bytes(content)
    # Who only looks says so, and leaves it for the next one to say so as well.
    with pytest.raises(Failure, match=r"The last snapshot, \S+/snapshot\.json, is damaged"):
        store.glance()
    assert store.snapshot() is None
    assert (paths.state / "snapshot.damaged.json").read_bytes() == content
    assert store.put_aside is not None
    assert "snapshot.damaged.json" in store.put_aside
    assert not (paths.state / "snapshot.json").exists()
    store.save(SNAPSHOT)
    assert store.snapshot() == SNAPSHOT


def test_state_that_cannot_be_kept_is_a_sentence(paths: Paths, store: FileStore) -> None:
    paths.state.write_text("a file")
    assert store.snapshot() is None
    for act in (lambda: store.save(SNAPSHOT), store.cockpit_id, lambda: store.summary_path(KEY, 1, 1)):
        with pytest.raises(Failure) as caught:
            act()
        assert caught.value.problem.exit is Exit.CONFIGURATION


def test_the_identity_is_made_once_even_by_many_at_once(tmp_path: Path, store: FileStore) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from soda_tui.services.paths import Paths\n"
        "from soda_tui.services.store import FileStore\n"
        "sys.stdin.read(); print(FileStore(Paths.below(Path(sys.argv[1]))).cockpit_id())\n"
    )
    many = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        )
        for _ in range(4)
    ]  # fmt: skip
    for process in many:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    made = {process.communicate(timeout=30)[0].strip() for process in many}
    assert made == {store.cockpit_id()}
    assert len(store.cockpit_id()) == 8
    assert int(store.cockpit_id(), 16) >= 0


def test_a_damaged_identity_is_not_silently_made_anew(paths: Paths, store: FileStore) -> None:
    store.cockpit_id()
    (paths.state / "cockpit-id").write_text("")
    with pytest.raises(Failure, match="eight hexadecimal digits"):
        store.cockpit_id()


def test_a_summary_is_what_the_agent_wrote(store: FileStore) -> None:
    assert store.summary(KEY, 12, 1) is None
    file = Path(store.summary_path(KEY, 12, 1))
    assert file.parent.is_dir()
    assert store.summary(KEY, 12, 1) is None
    file.write_text(" \n")
    assert store.summary(KEY, 12, 1) is None
    file.write_bytes(b"Fixed.\n\n\x1b[31mred\x1b[0m \xff\n")
    assert store.summary(KEY, 12, 1) == "Fixed.\n\nred �"
    file.write_bytes(b"x" * 100_000)
    assert len(store.summary(KEY, 12, 1) or "") == 65536
    file.unlink()
    file.mkdir()
    assert store.summary(KEY, 12, 1) is None


def test_each_repository_has_its_own_worktrees(paths: Paths, store: FileStore) -> None:
    def at(name: str, workspace: Workspace, issue: int | None = 12, host: str = "github.com") -> str:
        enrolment = Enrolment(RepositoryName(host, "Acme", name), "/src/rocket", workspace=workspace)
        path = store.worktree_path(enrolment, issue)
        assert any(Path(path).is_relative_to(folder) for folder in store.folders(enrolment))
        return path

    assert at("Rocket", Workspace.CHECKOUT) == "/src/rocket"
    assert at("Rocket", Workspace.WORKTREE) == str(paths.data / "worktrees/github.com/acme/rocket")
    assert at("Rocket", Workspace.WORKTREE, None) == at("Rocket", Workspace.WORKTREE)
    assert at("Rocket", Workspace.FRESH) == str(paths.data / "fresh/github.com/acme/rocket/12")
    assert at("a", Workspace.WORKTREE, host="127.0.0.1:80") == str(paths.data / "worktrees/127.0.0.1-80/acme/a")
    assert len({at("Rocket", Workspace.FRESH, issue) for issue in (None, 12, 13)}) == 3


def test_the_prompt_is_the_users_or_our_own(tmp_path: Path, store: FileStore) -> None:
    own = tmp_path / "mine.md"
    own.write_text("Do {title} ü\n")
    assert store.prompt(str(own)) == "Do {title} ü\n"
    assert "{title}" in store.prompt(None)
    own.write_text("x" * (256 * 1024 + 1))
    for file in (own, tmp_path / "missing.md"):
        with pytest.raises(Failure, match="missing or longer than 256 KiB") as caught:
            store.prompt(str(file))
        assert caught.value.problem.exit is Exit.CONFIGURATION


@pytest.mark.parametrize(
    "damage", [b"", b"{", b'{"theme":"\xff"}', b'{"x":' + b"[" * 60_000], ids=["empty", "half", "letters", "deep"]
)
def test_damaged_preferences_are_the_usual_ones(paths: Paths, store: FileStore, damage: bytes) -> None:
    store.keep_preferences(Preferences())
    (paths.state / "screen.json").write_bytes(damage)
    assert store.preferences() == Preferences()


def test_what_others_have_read_stays_beside_ones_own(paths: Paths, store: FileStore) -> None:
    ours, theirs, other = repository("acme/a"), repository("acme/b"), FileStore(paths)
    store.save(snapshot(ours))
    other.save(snapshot(theirs))
    newer = structs.replace(ours, archived=True)
    store.save(snapshot(newer))
    kept = store.snapshot()
    assert kept is not None and kept.repositories == (newer, theirs)
    other.save(structs.replace(snapshot(structs.replace(theirs, archived=True)), accounts=()))
    store.save(snapshot(ours))
    kept = store.snapshot()
    assert kept is not None and [part.archived for part in kept.repositories] == [False, True]
    assert excerpt(kept, {ours.key}) == snapshot(ours)


def test_what_is_kept_of_others_has_a_bound(paths: Paths, store: FileStore) -> None:
    store.save(snapshot(*(repository(f"acme/r{number}") for number in range(300))))
    FileStore(paths).save(snapshot(repository("acme/mine")))
    kept = store.snapshot()
    assert kept is not None and len(kept.repositories) == 201
