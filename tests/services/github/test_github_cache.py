"""What is kept between reads: only what cannot have changed, and never in anybody else's sight."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest
from services.github.scene import TOKEN, Scene, read_one, target

from soda_tui.domain.failure import Problem
from soda_tui.sandbox import acts
from soda_tui.services.github import cache as caching
from soda_tui.services.github.cache import Cache, Known, More, Watch, cache_file

pytestmark = pytest.mark.anyio


async def test_only_what_moved_is_asked_for_again(scene: Scene) -> None:
    repository = scene.repository()
    issue = scene.issue(repository, "A", "route:ready")
    pull = scene.pull_request(repository, "agent001/1-x", "Fixes #1")
    scene.clock.advance(60)
    service = scene.client()
    await read_one(service)
    await read_one(service)
    assert service.requests == 3
    scene.clock.advance(60)
    acts.assign(scene.world, issue, [scene.world.user("me")])
    acts.edit(scene.world, pull, None, "Fixes #2", scene.world.user("me"))
    scene.clock.advance(60)
    facts = await read_one(service)
    assert (facts.issues[0].assignees, facts.pull_requests[0].body) == (("me",), "Fixes #2")
    assert service.requests == 5
    await read_one(service)
    assert service.requests == 6


async def test_a_label_that_was_renamed_without_touching_the_issue_is_noticed(scene: Scene) -> None:
    repository = scene.repository()
    scene.issue(repository, "A", "route:ready", "route:blocked")
    scene.clock.advance(60)
    for number in range(5):
        scene.issue(repository, f"Changed later {number}", "route:ready")
    scene.clock.advance(60)
    service = scene.client()
    await read_one(service)
    acts.update_label(scene.world, scene.world.label(repository, "route:blocked"), "waits", None, None)
    found = {issue.title: issue.labels for issue in (await read_one(service)).issues}
    assert found["A"] == ("route:ready", "waits")
    assert service.requests == 4


async def test_a_second_change_within_the_same_second_is_not_missed(scene: Scene) -> None:
    repository = scene.repository()
    issue = scene.issue(repository, "A", "route:ready")
    service = scene.client()
    assert (await read_one(service)).issues[0].labels == ("route:ready",)
    acts.add_labels(scene.world, issue, [scene.world.label(repository, "route:priority-high")], issue.author)
    assert (await read_one(service)).issues[0].labels == ("route:ready", "route:priority-high")
    scene.clock.advance(5)
    await read_one(service)
    sent = service.requests
    await read_one(service)
    assert service.requests == sent + 1


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"[]", b'{"version":99,"repositories":{},"items":{}}'])
async def test_a_damaged_file_counts_as_empty(scene: Scene, damage: bytes) -> None:
    scene.issue(scene.repository(), "A", "route:ready")
    scene.clock.advance(60)
    folder = scene.root / "cache"
    before = await read_one(scene.client(cache=folder))
    [file] = folder.iterdir()
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)
    assert TOKEN.encode() not in file.read_bytes()
    file.write_bytes(damage)
    assert await read_one(scene.client(cache=folder)) == before


async def test_a_folder_that_cannot_be_written_costs_requests_only(scene: Scene) -> None:
    scene.repository()
    (scene.root / "cache").write_text("in the way")
    await read_one(scene.client(cache=scene.root / "cache"))


def test_what_was_not_used_for_longest_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    monkeypatch.setattr(caching, "_MAX_ENTRIES", 3)
    kept = Cache(tmp_path / "c.json")
    for name in "abcd":
        kept.put(name, More(scene.clock(), True, ("x",)))
    kept.used("k", ["a"])
    kept.used("l", ["d"])
    kept.make_room()
    assert set(kept.items) == {"c", "a", "d"}
    kept.remember("k", Known("R_1", (Watch("issue", 7),)))
    kept.save()
    again = Cache(tmp_path / "c.json")
    assert (again.items, again.repository("k")) == (kept.items, Known("R_1", (Watch("issue", 7),)))
    assert again.items["a"].updated_at == scene.clock()


async def test_what_a_read_uses_always_has_room(monkeypatch: pytest.MonkeyPatch, scene: Scene) -> None:
    monkeypatch.setattr(caching, "_MAX_ENTRIES", 3)
    names = [f"octo/soda{n}" for n in range(3)]
    for name in names:
        for n in range(4):
            scene.issue(scene.repository(name) if n == 0 else scene.world.repository(name), f"{n}", "route:ready")
    scene.clock.advance(60)
    service, targets = scene.client(cache=scene.root / "cache"), [target(name) for name in names]
    first = await service.read(targets)
    assert [len(each.issues) for each in first.repositories.values() if not isinstance(each, Problem)] == [4, 4, 4]
    await service.read(targets[:1])
    sent = service.requests
    again, alone = await asyncio.gather(service.read(targets), service.read(targets[:1]))
    assert again.repositories == first.repositories
    assert alone.repositories.items() <= first.repositories.items()
    assert service.requests == sent + 2, "nothing that is still used was asked for again"


async def test_facts_in_which_nothing_changed_are_the_same_object(scene: Scene) -> None:
    repository = scene.repository()
    issue = scene.issue(repository, "A", "route:ready")
    scene.clock.advance(60)
    service = scene.client()
    first = await read_one(service)
    assert await read_one(service) is first
    acts.edit(scene.world, issue, "B", None, scene.world.user("ada"))
    assert await read_one(service) is not first


def test_a_file_too_large_to_keep_loses_its_older_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    monkeypatch.setattr(caching, "_MAX_FILE", 400)
    monkeypatch.setattr(caching, "_LINE", 2)
    kept = Cache(tmp_path / "c.json")
    for number in range(20):
        kept.put(str(number), More(scene.clock(), True, ("label",)))
    kept.save()
    assert (tmp_path / "c.json").stat().st_size <= 400
    assert "19" in Cache(tmp_path / "c.json").items


def test_every_host_has_a_file_of_its_own(tmp_path: Path) -> None:
    names = {cache_file(tmp_path, host) for host in ("github.com", "localhost:8080", "../evil")}
    assert len(names) == 3
    assert all(name is not None and name.parent == tmp_path for name in names)
