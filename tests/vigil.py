"""Vigils: what is sent, and what is shown, while everything goes wrong: `wrong` is what must not be."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

import httpx
from estates import HOST, Estate, Front, Wire

from soda_tui.domain.facts import RemoteFacts
from soda_tui.sandbox.estate import LEDGER, is_claimed

# Of a limit that one front was told the others know when that has shared it.
_SHARED_WITHIN = 1.0
# Issues that nobody closes.
STEADY = frozenset({1, 2})


@dataclass
class Waits:
    """Until when nothing is to be sent, and when that was told, in the loop's time."""

    until: float = 0.0
    told_at: float = 0.0


class Watched(Wire):
    """A front's requests: none inside a wait that it, or another front, was told of, no more than may be."""

    def __init__(self, estate: Estate, waits: Waits) -> None:
        super().__init__(estate)
        self.wrong: list[str] = []
        self.front: Front | None = None
        self._estate, self._waits = estate, waits
        self._until = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Let a request through, and note what the answer says of waiting."""
        self._judge()
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding") is None:
            await response.aread()
            self._heed(response)
        return response

    def _judge(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._until:
            self.wrong.append(f"sent at {now:.1f}, though it was told to wait until {self._until:.1f}")
        elif now < self._waits.until and now > self._waits.told_at + _SHARED_WITHIN:
            self.wrong.append(
                f"sent at {now:.1f}, another was told {self._waits.told_at:.1f} until {self._waits.until}"
            )

    def _count(self, changing: bool, by: int) -> None:
        super()._count(changing, by)
        if by > 0 and (self.reads > self._allowed() or self.changes > 1):
            self.wrong.append(
                f"{self.reads} reads and {self.changes} changes in flight; {self._allowed()} reads may be"
            )

    def _allowed(self) -> int:
        connection = self.front.github._connections.get(HOST) if self.front is not None else None
        return connection.batching.in_flight if connection is not None else 2

    def _heed(self, response: httpx.Response) -> None:
        wait = 0.0
        if "secondary rate limit" in response.text:
            wait = float(response.headers.get("retry-after", "60"))
        elif "API rate limit" in response.text:
            wait = float(response.headers["x-ratelimit-reset"]) - self._estate.now().timestamp()
        if wait > 0:
            now = asyncio.get_running_loop().time()
            self._until = max(self._until, now + wait)
            if now + wait > self._waits.until:
                self._waits.until, self._waits.told_at = now + wait, now


class Lookout:
    """What one front shows: no pane goes blank, no claim is lost, no issue and no pull request is closed by a fault."""

    def __init__(self, estate: Estate, front: Front, ledgers: dict[str, list[str]]) -> None:
        self.wrong: list[str] = []
        self.put_aside: set[str] = set()
        self._estate, self._front, self._ledgers = estate, front, ledgers
        self._begun: set[str] = set()
        self._newest: dict[str, int] = {}
        self._pulls = {
            key: next(iter(estate.world.repository(name).pull_requests), None) for key, name in estate.names.items()
        }

    async def watch(self) -> None:
        """Look at whatever is published."""
        snapshot = self._front.board.snapshot
        while True:
            self._look()
            snapshot = await self._front.board.changed(snapshot)

    def _look(self) -> None:
        self.put_aside |= {told for told in (self._front.readings.put_aside, self._front.store.put_aside) if told}
        for place, key in enumerate(self._estate.names):
            remote, view = self._front.board.known(key).remote, self._front.board.view(key)
            blank = view.id is None or view.counts.open is None
            if not blank:
                self._begun.add(key)
            elif key in self._begun:
                self._say(key, "is blank")
            if key in self._begun and remote is not None:
                self._hold(place, key, remote)

    def _hold(self, place: int, key: str, remote: RemoteFacts) -> None:
        view = self._front.board.view(key)
        if gone := STEADY - ({one.number for one in view.queue} | {one.number for one in view.excluded}):
            self._say(key, f"issues are gone: {sorted(gone)}")
        pull = self._pulls[key]
        if pull is not None and pull not in {one.number for one in view.pull_requests}:
            self._say(key, f"pull request {pull} is gone")
        if is_claimed(place):
            oid = remote.ledger.oid if remote.ledger is not None else None
            known = self._ledgers[key]
            if oid not in known or view.agent.issue is None or view.agent.title is None:
                self._say(key, f"the claim is gone: {oid}, {view.agent}")
                return
            at = known.index(oid)
            if at < self._newest.get(key, 0):
                self._say(key, "shows an older claim than before")
            self._newest[key] = at

    def _say(self, key: str, what: str) -> None:
        self.wrong.append(f"{self._estate.loop.time():.0f} s: {key}: {what}")


def stale(front: Front, keys: Collection[str], seconds: float) -> list[str]:
    """The panes that do not show what was looked at within so many seconds, or show a problem."""
    now = front.board.ticket()
    return [
        key
        for key in keys
        if front.board.view(key).stale
        or front.board.view(key).error is not None
        or now - front.board.moment(key) > seconds * 1e6
    ]


def differing(estate: Estate, front: Front) -> list[str]:
    """The panes that do not show what there is."""
    found = []
    for key, name in estate.names.items():
        there, view = estate.world.repository(name), front.board.view(key)
        shown = {one.title for one in view.queue} | {one.title for one in view.excluded}
        opened = {one.title for one in there.issues.values() if one.labels and not one.closed}
        head, remote = there.remote.ref(LEDGER), front.board.known(key).remote
        pulls = {number for number, one in there.pull_requests.items() if not one.closed}
        if (
            shown != opened
            or remote is None
            or (remote.ledger.oid if remote.ledger is not None else None) != head
            or {one.number for one in view.pull_requests} != pulls
        ):
            found.append(key)
    return found
