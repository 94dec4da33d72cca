"""Over http with a token, against the sandbox's server."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from services.git.yard import NAME, TOKEN, WORK, commit, entry, executable, git

from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.rules import Rule
from soda_tui.sandbox.server import SandboxServer
from soda_tui.sandbox.world import World
from soda_tui.services.git.environment import HANDED
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
    # Every process that the service has started, and the hook's own ancestors on the server.
    executable(remote / "hooks" / "post-receive", f"ps -axwwe -o args >{arguments}")
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
    assert HANDED in seen or sys.platform != "linux"
    secrets = [TOKEN, "eC1hY2Nlc3MtdG9rZW4"]
    assert not [secret for secret in secrets if secret in seen]
    assert Path(place.path, ".git", "config").read_bytes() == config
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not [secret for secret in secrets if secret.encode() in path.read_bytes()], path


async def test_a_push_whose_token_has_run_out_goes_on_with_the_next_one(server: SandboxServer, place: Place) -> None:
    tokens, asked = ["ghs_of_the_last_hour", TOKEN], list[str]()

    def forget(account: str) -> None:
        asked.append(account)
        del tokens[:-1]

    service = GitService(lambda _: tokens[0], lambda _: f"{server.url}/graphql", forget=forget)
    base = git(place.path, "rev-parse", "HEAD")
    assert (await service.append(place, entry("1"), None, RefUpdate(WORK, base, None), hooks=False)).mine
    assert asked == ["github.com"]
    tokens[0] = "ghs_revoked"
    with pytest.raises(Failure) as refused:
        await service.fetch(place, ["main"])
    assert refused.value.problem.code is ErrorCode.AUTHENTICATION and asked == ["github.com"] * 2


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
    # The first request of a git that waits to be asked has none.
    assert asked - 1 <= trace.count("send header: authorization:") <= asked and asked > 1
    assert trace.count("send header: authorization: basic <redacted>") == trace.count("send header: authorization:")
    assert "401 " in trace or trace.count("send header: authorization:") == asked
    assert "<redacted>" in trace
    assert "eC1hY2Nlc3MtdG9rZW4".lower() not in trace


class Proxy(BaseHTTPRequestHandler):
    """A proxy that asks everybody who they are, and notes what it was told."""

    told: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        """Note the answer, and ask."""
        self.told.append(self.headers.get("Authorization"))
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_CONNECT = do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[str]:
    """Where it listens."""
    Proxy.told.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("kind", ["full", "partial"])
async def test_the_clones_configuration_is_kept_from_the_token(
    server: SandboxServer, place: Place, tmp_path: Path, proxy: str, kind: str
) -> None:
    """An agent can write all this from its worktree; who sets a proxy or a header there has the token, or an answer."""
    remote, clone = tmp_path / "remotes" / f"{NAME.full}.git", Path(place.path)
    for key in ("allowFilter", "allowAnySHA1InWant"):
        git(remote, "config", f"uploadpack.{key}", "true")
    url = git(clone, "remote", "get-url", "origin")
    if kind == "partial":
        shutil.rmtree(clone)
        git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", remote.as_uri(), str(clone))
        git(clone, "remote", "set-url", "origin", url)
    borrowed = tmp_path / "borrowed"
    git(tmp_path, "init", "-q", str(borrowed))
    (clone / ".git/objects/info/alternates").write_text(f"{borrowed}/.git/objects\n")
    leak, ran = tmp_path / "leak", tmp_path / "ran"
    steal = tmp_path / "steal"
    executable(steal, f'echo "$0 $@" >>{ran}; if [ -n "${HANDED}" ]; then echo "$@" >>{leak}; fi; cat')
    for hook in ("reference-transaction", "post-checkout", "pre-push"):
        executable(clone / ".git/hooks" / hook, f'if [ -n "${HANDED}" ]; then echo {hook} >>{leak}; fi; cat >/dev/null')
    (clone / ".git/info/attributes").write_text("* filter=thief\n")
    for key, value in {
        "filter.thief.smudge": f"{steal} smudge",
        "core.sshCommand": f"{steal} ssh",
        "core.alternateRefsCommand": f"{steal} refs",
        "core.fsmonitor": f"{steal} fsmonitor",
        "core.hooksPath": str(clone / ".git/hooks"),
        "credential.helper": f"!{steal} helper",
        f"credential.{server.url}/{NAME.full}.git.helper": f"!{steal} helper",
        "http.proxy": proxy,
        f"http.{server.url}/{NAME.full}.git.proxy": proxy,
        f"http.{server.url}/.extraHeader": "Authorization: basic b2xkOm9sZA==",
        "remote.origin.proxy": proxy,
        "remote.origin.vcs": "thief",
    }.items():
        git(clone, "config", key, value)
    base = (await over(server).fetch(place, ["main"])).branches["main"]
    popped = await over(server).append(place, entry("1"), None, RefUpdate(WORK, base, None), hooks=False)
    assert popped.mine and popped.head
    await over(server).prepare(place, WORK, base)
    assert list(Path(place.worktree).iterdir()) != [Path(place.worktree, ".git")]
    work = RefUpdate(WORK, commit(place.worktree, "fix.py"), base)
    assert (await over(server).append(place, entry("2"), popped.head.oid, work, hooks=True)).mine
    assert "smudge" in ran.read_text(), "the filter has to run, only not with the token"
    assert not leak.exists(), leak.read_text()
    assert Proxy.told == []


async def test_a_remote_over_ssh_has_the_users_command_and_no_token(place: Place, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    executable(tmp_path / "bin" / "ssh", f'env >{seen}; for last; do :; done; eval "$last"')
    remote = tmp_path / "remotes" / f"{NAME.full}.git"
    git(place.path, "remote", "set-url", "origin", f"ssh://git@github.com{remote}")
    git(place.path, "config", "core.sshCommand", str(tmp_path / "bin" / "ssh"))
    assert (await GitService(lambda _host: TOKEN, lambda _host: None).fetch(place, ["main"])).branches
    assert HANDED not in seen.read_text()


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
