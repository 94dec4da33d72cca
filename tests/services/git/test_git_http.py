"""Over http with a token, against the sandbox's server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from services.git.yard import NAME, TOKEN, WORK, commit, entry, executable, git

from soda_tui.cockpit.ports import Place, RefUpdate
from soda_tui.domain.failure import Failure
from soda_tui.domain.model import ErrorCode
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.rules import Rule
from soda_tui.sandbox.server import SandboxServer
from soda_tui.sandbox.world import World
from soda_tui.services.git.service import GitService

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A private repository, a token that may write and one that may only read."""
    world = World(tmp_path, lambda: datetime(2026, 5, 4, 12, 0, tzinfo=UTC))
    world.create_repository(NAME.full, permissions={"ada": "WRITE", "eve": "READ"})
    world.add_token(TOKEN, "ada")
    world.add_token("reader", "eve")
    return world


@pytest.fixture
def server(world: World) -> Iterator[SandboxServer]:
    """The world on a port."""
    with SandboxServer(world) as server:
        yield server


@pytest.fixture
def place(server: SandboxServer, tmp_path: Path) -> Place:
    """A clone whose origin is on the server; the URL names a user, for whom git would ask a password."""
    path = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(tmp_path / "remotes" / f"{NAME.full}.git"), str(path))
    git(path, "remote", "set-url", "origin", server.url.replace("//", "//me@") + f"/{NAME.full}.git")
    return Place(NAME, str(path), str(tmp_path / "worktree"))


def over(server: SandboxServer, token: str | None = TOKEN) -> GitService:
    """The service with a token, told that the host's API is the server's."""
    return GitService(lambda _host: token, lambda _host: f"{server.url}/graphql")


async def test_the_token_opens_the_remote_and_is_seen_nowhere(
    server: SandboxServer, place: Place, tmp_path: Path
) -> None:
    arguments = tmp_path / "arguments"
    remote = tmp_path / "remotes" / f"{NAME.full}.git"
    executable(remote / "hooks" / "post-receive", f"ps -axww -o args >{arguments}")
    config = Path(place.path, ".git", "config").read_bytes()
    base = (await over(server).fetch(place, ["main"])).branches["main"]
    popped = await over(server).append(place, entry("1"), None, RefUpdate(WORK, base, None), hooks=False)
    assert popped.mine
    assert popped.head
    await over(server).prepare(place, WORK, base)
    work = RefUpdate(WORK, commit(place.worktree, "fix.py"), base)
    assert (await over(server).append(place, entry("2"), popped.head.oid, work, hooks=True)).mine
    assert git(remote, "rev-parse", WORK) == work.oid
    seen = arguments.read_text()
    assert "remote-http" in seen
    secrets = [TOKEN, "eC1hY2Nlc3MtdG9rZW4"]
    assert not [secret for secret in secrets if secret in seen]
    assert Path(place.path, ".git", "config").read_bytes() == config
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not [secret for secret in secrets if secret.encode() in path.read_bytes()], path


async def test_one_credential_is_sent_and_traces_do_not_show_it(
    server: SandboxServer, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As the checkout action of GitHub's workflows leaves it behind; two such headers are answered with 400.
    git(place.path, "config", f"http.{server.url}/.extraheader", "AUTHORIZATION: basic b2xkOm9sZA==")
    monkeypatch.setenv("GIT_TRACE_CURL", str(tmp_path / "trace"))
    monkeypatch.setenv("GIT_TRACE_REDACT", "0")
    await over(server).fetch(place, ["main"])
    trace = (tmp_path / "trace").read_text().lower()
    asked = trace.count("send header: get ") + trace.count("send header: post ")
    assert trace.count("send header: authorization:") == asked > 0
    assert "<redacted>" in trace
    assert "eC1hY2Nlc3MtdG9rZW4".lower() not in trace


@pytest.mark.parametrize("token,code", [("wrong", ErrorCode.AUTHENTICATION), (None, ErrorCode.AUTHENTICATION)])
async def test_a_token_that_opens_nothing(
    server: SandboxServer, place: Place, token: str | None, code: ErrorCode
) -> None:
    for doing in (
        over(server, token).fetch(place, ["main"]),
        over(server, token).append(place, entry("1"), None, None, hooks=False),
    ):
        with pytest.raises(Failure) as caught:
            await doing
        assert caught.value.problem.code is code


async def test_a_token_that_may_only_read_is_a_refusal(server: SandboxServer, place: Place) -> None:
    pushed = await over(server, "reader").append(place, entry("1"), None, None, hooks=False)
    assert (pushed.mine, pushed.head) == (False, None)
    assert pushed.refusal == "Permission to acme/rocket.git denied to eve."


async def test_a_rule_of_the_repository_is_quoted(world: World, server: SandboxServer, place: Place) -> None:
    world.repository(NAME.full).remote.set_rules([Rule("refs/heads/soda/*", creation=True)])
    pushed = await over(server).append(place, entry("1"), None, None, hooks=False)
    assert not pushed.mine
    assert pushed.refusal is not None
    assert "GH013" in pushed.refusal


async def test_a_remote_that_was_renamed_away(world: World, server: SandboxServer, place: Place) -> None:
    world.remove(world.repository(NAME.full))
    with pytest.raises(Failure) as caught:
        await over(server).fetch(place, [])
    assert caught.value.problem.code is ErrorCode.NOT_FOUND


async def test_a_connection_that_breaks(world: World, server: SandboxServer, place: Place) -> None:
    push = "git git-receive-pack"
    # More than once, because a connection that was used before and breaks is tried again by git itself.
    world.faults.order(Fault.DROP_BEFORE, matching=push, skip=1, times=9)
    with pytest.raises(Failure) as caught:
        await over(server).append(place, entry("1"), None, None, hooks=False)
    assert caught.value.problem.code is ErrorCode.NETWORK
    world.faults.clear()
    world.faults.order(Fault.BAD_GATEWAY, matching=push)
    with pytest.raises(Failure) as caught:
        await over(server).append(place, entry("2"), None, None, hooks=False)
    assert caught.value.problem.code is ErrorCode.NETWORK
    world.faults.order(Fault.DROP_AFTER, matching=push, skip=1)
    pushed = await over(server).append(place, entry("3"), None, None, hooks=False)
    assert pushed.mine
    assert pushed.head == (await over(server).fetch(place, [])).ledger
