"""A large answer: the processor time from its bytes to the snapshot that it makes, where all of it has changed."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from statistics import median
from typing import Any

import httpx
from bench.plenty import Plenty
from bench.results import Result
from given import ENROLMENT
from msgspec import structs
from services.github.scene import target

from soda_tui.cockpit.board import Board, Part
from soda_tui.cockpit.gathering import with_answer
from soda_tui.domain.naming import RepositoryName
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import connect

_REPOSITORIES, _BUCKETS, _PULLS = 24, 8, 50
_MEGABYTE = 1_000_000


class Large(Plenty):
    """As many issues as a page holds under each of several labels, and pull requests; answers are made only once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], bytes] = {}
        self._word = ""
        super().__init__(_REPOSITORIES, _BUCKETS * 100)
        self.longest = 0
        self._labels: dict[int, str] = {}

    def edit(self, word: str) -> None:
        """Change every title."""
        self._word = word
        super().edit(word)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request."""
        asked = json.loads(request.content)
        key = (self._word, request.content.decode())
        if key not in self._made:
            self._made[key] = self.answer(asked["query"], asked["variables"])
        self.longest = max(self.longest, len(self._made[key]))
        return httpx.Response(200, content=self._made[key])

    def _repository(self, name: str, fragment: str, variables: Mapping[str, Any]) -> dict[str, object]:
        made = super()._repository(name, fragment, variables)
        whole = {"hasNextPage": False, "endCursor": None}
        for place in range(_BUCKETS):
            rows = self._rows[name][place * 100 : (place + 1) * 100]
            extra = {"issueDependenciesSummary": {"blockedBy": 0}, "subIssuesSummary": {"total": 0, "completed": 0}}
            self._labels[place] = str(variables[f"{fragment}b{place}"])
            made[f"b{place}"] = {"pageInfo": whole, "nodes": [{**row, **extra} for row in rows]}
        made["pullRequests"] = {"pageInfo": whole, "nodes": [_pull(name, number) for number in range(_PULLS)]}
        return made

    def _more(self, id: str) -> dict[str, object]:
        if id.startswith("PR_"):
            return {"id": id, "body": "Mends it.", "labels": {"nodes": []}}
        label = self._labels[(int(id.rpartition("_")[2]) - 1) // 100]
        return {**super()._more(id), "labels": {"nodes": [{"name": label}]}}


def _pull(name: str, number: int) -> dict[str, object]:
    return {
        "id": f"PR_{name}_{number}",
        "number": 5000 + number,
        "title": f"Mend what was broken ({number})",
        "state": "OPEN",
        "isDraft": False,
        "updatedAt": "2026-01-02T03:04:05Z",
        "closedAt": None,
        "headRefName": f"agent001/{number}-mend",
        "headRefOid": f"{number:040}",
        "baseRefName": "main",
        "isCrossRepository": False,
        "reviewDecision": None,
        "statusCheckRollup": {"state": "SUCCESS"},
        "mergeQueueEntry": None,
        "autoMergeRequest": None,
        "body": f"Fixes #{number}",
        "labels": {"nodes": []},
    }


def decode(rounds: int) -> Iterator[Result]:
    """What one poll takes of the processor."""
    found, size = asyncio.run(_polls(rounds))
    issues = _REPOSITORIES * _BUCKETS * 100
    note = f"{size / _MEGABYTE:.1f} MB, {issues:,} issues, n={len(found)}, worst {max(found):.0f}"
    yield Result("from the bytes of a large answer to the snapshot, CPU", median(found), "ms", 150.0, note)


async def _polls(rounds: int) -> tuple[list[float], int]:
    large = Large()
    environment = {"GH_TOKEN": "bench", "PATH": "/nonexistent"}
    service = connect({}, Tokens(environment, {}), None, httpx.MockTransport(large.handle), environment=environment)
    names = [f"acme/r{number:02}" for number in range(1, _REPOSITORIES + 1)]
    enrolments = [structs.replace(ENROLMENT, name=RepositoryName("github.com", *name.split("/"))) for name in names]
    board = Board(enrolments, "5b1f0c9e", lambda: datetime.now(UTC), None)
    targets = [target(name) for name in names]
    found = []
    # The first ones learn what later ones need not ask, and have both answers made.
    for turn in range(-4, rounds):
        large.edit(("before", "after")[turn % 2])
        gc.collect()
        began, ticket = time.process_time(), board.ticket()
        reading = await service.read(targets)
        for key, answer in reading.repositories.items():
            board.put(key, ticket, with_answer(board.known(key), answer, datetime.now(UTC)), {Part.REMOTE})
        board.publish()
        if turn >= 0:
            found.append((time.process_time() - began) * 1000)
    shown = [len(board.known(one.key).remote.issues) for one in enrolments]  # type: ignore[union-attr]  # all were read
    assert shown == [_BUCKETS * 100] * _REPOSITORIES, "not read whole"
    await service.close()
    return found, large.longest
