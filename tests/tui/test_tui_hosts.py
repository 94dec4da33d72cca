"""What a host that says no does to the screen: it is told once, and all else stays where it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs
from tui.frozen import FrozenCockpit
from tui.piloting import opened, rows, told, until
from tui.shown import NOW, ago, repository, request, snapshot

from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import Error, Outlook, RateLimit, Repository
from soda_tui.tui.message import Message

SLOWLY = "github.com asks us to slow down, so nothing is asked until 12:10 UTC. Wait until then; nothing is lost."
LIMIT = Error(ErrorCode.SECONDARY_LIMIT, SLOWLY, NOW + timedelta(minutes=10))
WELL = tuple(repository(f"acme/r{n}", pull_requests=(request(7, "Boil faster"),)) for n in range(8))


def limited(found: Repository) -> Repository:
    return structs.replace(found, stale=True, fetched_at=ago(minutes=2), error=LIMIT)


@pytest.mark.anyio
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_limit_of_a_host_is_told_once_and_drowns_nothing(size: tuple[int, int]) -> None:
    cockpit = FrozenCockpit(snapshot(*WELL))
    async with opened(cockpit, size=size) as (app, pilot):
        bar = app.overview.status
        # Answers come in batches, and all of them tell of one event.
        for some in (2, 5, 8):
            cockpit.put(snapshot(*map(limited, WELL[:some]), *WELL[some:]))
            await until(pilot, lambda: cockpit.snapshot is bar.snapshot)
        assert [one.text for one in app.messages] == [SLOWLY]
        [line] = bar.make()
        assert "│ asked to slow down until 12:10 UTC" in line.plain
        assert "read 2m ago" in line.plain and "API 4,812" in line.plain
        shown = rows(app)
        assert not any("Wait until then" in row for row in shown)
        assert any("stale 2m, next try 12:10 UTC: asked to sl" in row for row in shown)
        if size[0] == 120:
            assert any("Review" in row for row in shown)
        await pilot.press("R")
        await until(pilot, lambda: told(app) == [SLOWLY])
        cockpit.put(snapshot(*WELL))
        await until(pilot, lambda: cockpit.snapshot is bar.snapshot)
        assert "slow down" not in bar.make()[0].plain


@pytest.mark.anyio
async def test_what_some_could_not_be_read_for_is_said_as_long_as_it_is_so() -> None:
    gone = Error(ErrorCode.NOT_FOUND, "acme/r0 does not exist.", None)
    cockpit = FrozenCockpit(snapshot(structs.replace(WELL[0], error=gone), *WELL[1:]))
    async with opened(cockpit) as (app, pilot):
        bar = app.overview.status
        await pilot.press("R")
        await until(pilot, lambda: bar.holds("1 of 8 repositories could not be read"))
        cockpit.put(snapshot(*WELL))
        await until(pilot, lambda: not bar.holds("could not be read"))
        bar.message = Message(NOW, "Opened it.")
        assert bar.holds("Opened it.")


@pytest.mark.anyio
async def test_the_bar_says_until_when_no_points_are_left_and_whose_they_are() -> None:
    found = snapshot(*WELL)
    [account] = found.accounts
    scarce = structs.replace(
        account, rate_limit=RateLimit(5000, 147, 1, NOW + timedelta(minutes=51)), outlook=Outlook(9, 1, 400, 403, 4.0)
    )
    other = structs.replace(account, host="ghe.acme.example")
    async with opened(FrozenCockpit(structs.replace(found, accounts=(scarce,))), size=(80, 24)) as (app, _):
        bar = app.overview.status
        assert bar.holds("API 147/5,000 resets in 51m: read every 7 min")
        none = structs.replace(scarce, rate_limit=RateLimit(5000, 0, 1, NOW + timedelta(minutes=51)))
        bar.snapshot = structs.replace(found, accounts=(none, other))
        assert bar.holds("API github.com none until 12:51 UTC")
        bar.snapshot, bar.reading = found, True
        assert bar.holds("reading…  read 9s ago"), "however long it takes"
