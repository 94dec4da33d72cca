"""What an account owns, as far as the token can see."""

from __future__ import annotations

import pytest
from services.github.scene import Scene

from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.sandbox.fast_import import Change

pytestmark = pytest.mark.anyio


async def test_an_owners_repositories_come_with_the_newest_push_first(scene: Scene) -> None:
    scene.repository("octo/first")
    scene.world.create_repository("octo/hidden", permissions={"eve": "WRITE"})
    scene.world.create_repository("octo/read", permissions={"me": "READ"}).archived = True
    scene.world.create_repository("other/mine", permissions={"me": "WRITE"})
    scene.clock.advance(60)
    scene.repository("octo/second")
    scene.clock.advance(60)
    change = Change("More", {"a": "b"}, "octo <octo@users.noreply.github.com>", scene.clock())
    scene.world.repository("octo/first").remote.append("main", [change])
    client = scene.client()
    found = await client.owner("github.com", "OCTO")
    assert found.login == "octo" and found.total == 3
    assert [(one.name.full, one.archived, one.writable) for one in found.repositories] == [
        ("octo/first", False, True),
        ("octo/second", False, True),
        ("octo/read", True, False),
    ]
    assert client.requests == 1
    named = await client.owned("github.com", "octo", ("SECOND", "hidden", "none", "read"))
    assert [(one.name.full, one.archived) for one in named] == [("octo/second", False), ("octo/read", True)]
    with pytest.raises(Failure) as caught:
        await client.owner("github.com", "nobody")
    assert caught.value.problem.code is ErrorCode.NOT_FOUND


@pytest.mark.wide
async def test_of_a_large_owner_the_first_three_hundred_come(scene: Scene) -> None:
    made = scene.repository("octo/one")
    for number in range(320):
        # They differ in nothing that is asked for, and so share what lies on disk.
        copy = type(made)(10_000 + number, made.owner, f"copy-{number}", made.remote, made.created_at, made.updated_at)
        copy.permissions.update(made.permissions)
        scene.world._repositories[f"octo/copy-{number}"] = copy
    client = scene.client()
    found = await client.owner("github.com", "octo")
    assert (len(found.repositories), found.total, client.requests) == (300, 321, 3)
    assert len({one.name.full for one in found.repositories}) == 300
