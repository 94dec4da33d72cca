"""Estates: as many repositories, issues and branches as anybody has are made in seconds, and a client can read them."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from soda_tui.sandbox.demo import TOKEN
from soda_tui.sandbox.estate import Size, build
from soda_tui.sandbox.world import World

_ASKED = (
    'query($name:String!){repository(owner:"acme",name:$name){open:issues(states:OPEN){totalCount} '
    'closed:issues(states:CLOSED){totalCount} refs(refPrefix:"refs/heads/agent001/"){totalCount} '
    'ledger:ref(qualifiedName:"refs/heads/soda/ledger"){name}}}'
)


@pytest.mark.parametrize(
    "repositories", [3, *(pytest.param(count, marks=pytest.mark.wide) for count in (24, 100, 500))]
)
def test_the_largest_has_a_thousand_open_issues_and_each_a_hundred_branches(tmp_path: Path, repositories: int) -> None:
    world = World(tmp_path, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    names = build(world, Size(repositories, 1000, 10_000, 100), "you")
    places = [world.repository(name) for name in names]
    assert len(places) == repositories
    for at, place in enumerate(places, 1):
        opened = sum(not issue.closed for issue in place.issues.values())
        assert (opened, len(place.issues) - opened) == (max(1000 // at, 3), 10_000 // at)
        assert sum(name.startswith("refs/heads/agent001/") for name in place.remote.refs()) == 100


def test_a_few_have_many_open_pull_requests_and_some_have_none(tmp_path: Path) -> None:
    world = World(tmp_path, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    names = build(world, Size(20, 3, 0, 1, requests=30), "you")
    world.settle()
    found = [sum(not one.closed for one in world.repository(name).pull_requests.values()) for name in names]
    assert max(found) == 31 and min(found) == 0 and 5 <= sum(found) / 20 < 6, found


@pytest.mark.wide
def test_an_estate_is_served_to_other_processes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "soda_tui.sandbox.server", "--root", str(tmp_path / "estate")]
    with subprocess.Popen([*command, "--estate", "3", "7", "9", "2"], stdout=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout is not None
            url = serving.stdout.readline().strip()
            told = [_ask(url, name) for name in ("r001", "r003")]
        finally:
            serving.terminate()
    assert serving.returncode == 0
    first, third = told
    assert [first[key]["totalCount"] for key in ("open", "closed", "refs")] == [7, 9, 2]
    assert [third[key]["totalCount"] for key in ("open", "closed", "refs")] == [3, 3, 2]
    assert first["ledger"] is None and third["ledger"] is not None


def _ask(url: str, name: str) -> dict[str, Any]:
    body = json.dumps({"query": _ASKED, "variables": {"name": name}}).encode()
    request = urllib.request.Request(f"{url}/graphql", body, {"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=20) as response:
        found: dict[str, Any] = json.loads(response.read())["data"]["repository"]
    return found
