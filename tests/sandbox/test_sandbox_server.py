"""The embedded GitHub on a port: GraphQL, and the remotes over http with real git."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sandbox.asker import ROCKET, TOKEN

from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.people import People
from soda_tui.sandbox.rules import Rule
from soda_tui.sandbox.server import SandboxServer
from soda_tui.sandbox.world import World

DEADLINE = 30


def git(
    *arguments: str, folder: Path | None = None, token: str | None = TOKEN, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Real git with the token in the environment, as the cockpit gives it."""
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", **environ}
    if token is not None:
        basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        environment |= {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "http.extraheader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
        }
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=DEADLINE, check=False
    )


@pytest.fixture
def clone(server: SandboxServer, tmp_path: Path) -> Path:
    """A clone over http with one commit that is not pushed."""
    folder = tmp_path / "clone"
    done = git("clone", "-q", f"{server.url}/acme/rocket.git", str(folder))
    assert done.returncode == 0, done.stderr
    git("commit", "-q", "--allow-empty", "-m", "work", folder=folder)
    return folder


def post(server: SandboxServer, path: str, body: object, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=DEADLINE)
    try:
        connection.request("POST", path, json.dumps(body), {"Authorization": f"bearer {TOKEN}", **headers})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/graphql", "/api/graphql"])
def test_graphql_on_both_paths(server: SandboxServer, path: str) -> None:
    assert post(server, path, {"query": "{viewer{login}}"}) == (200, {"data": {"viewer": {"login": "you"}}})
    assert post(server, path, {"query": "{viewer{login}}"}, Authorization="bearer no")[0] == 401


def test_a_push_with_the_token_arrives_and_shows_in_the_api(world: World, server: SandboxServer, clone: Path) -> None:
    done = git("push", "--porcelain", "origin", "HEAD:refs/heads/agent001/1-fix", folder=clone)
    assert done.returncode == 0, done.stderr
    query = '{repository(owner:"acme",name:"rocket"){ref(qualifiedName:"agent001/1-fix"){target{oid}}}}'
    _, told = post(server, "/graphql", {"query": query})
    head = git("rev-parse", "HEAD", folder=clone).stdout.strip()
    assert told["data"]["repository"]["ref"]["target"]["oid"] == head


@pytest.mark.parametrize("token", [None, "wrong"])
def test_without_the_token_git_is_asked_for_one(server: SandboxServer, clone: Path, token: str | None) -> None:
    for arguments in (("push", "origin", "HEAD:refs/heads/x"), ("fetch", "origin")):
        done = git(*arguments, folder=clone, token=token)
        assert done.returncode != 0
        assert "could not read Username" in done.stderr or "Authentication failed" in done.stderr
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=DEADLINE)
    connection.request("GET", "/acme/rocket.git/info/refs?service=git-upload-pack")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="GitHub"')
    connection.close()


def test_who_may_not_push_is_told(world: World, people: People, clone: Path) -> None:
    push = ("push", "origin", "HEAD:refs/heads/x")
    people.permit(ROCKET, "you", "READ")
    assert git("fetch", "origin", folder=clone).returncode == 0
    assert "Permission to acme/rocket.git denied to you." in git(*push, folder=clone).stderr
    people.permit(ROCKET, "you", None)
    assert "Repository not found" in git(*push, folder=clone).stderr
    people.permit(ROCKET, "you", "WRITE")
    people.archive(ROCKET)
    assert "This repository was archived so it is read-only." in git(*push, folder=clone).stderr
    assert world.repository(ROCKET).remote.ref("refs/heads/x") is None


def test_public_repositories_are_read_without_a_token(world: World, server: SandboxServer, tmp_path: Path) -> None:
    world.create_repository("acme/open", private=False)
    assert git("clone", "-q", f"{server.url}/acme/open.git", str(tmp_path / "open"), token=None).returncode == 0


def test_rules_refuse_a_push_in_githubs_words(world: World, people: People, clone: Path) -> None:
    people.set_rules(ROCKET, Rule("refs/heads/agent*", creation=True), Rule("refs/heads/main", update=True))
    done = git("push", "--porcelain", "origin", "HEAD:refs/heads/agent001/1-fix", folder=clone)
    assert done.returncode != 0
    assert "remote: error: GH013: Repository rule violations found for refs/heads/agent001/1-fix." in done.stderr
    assert "remote: - Cannot create ref due to creations being restricted." in done.stderr
    assert "[remote rejected]" in done.stdout
    assert git("push", "origin", "HEAD:refs/heads/main", folder=clone).returncode != 0
    assert git("push", "origin", "HEAD:refs/heads/other", folder=clone).returncode == 0
    people.set_rules(ROCKET)
    assert git("push", "origin", "HEAD:refs/heads/agent001/1-fix", folder=clone).returncode == 0


def test_a_lease_that_is_stale_loses_and_hidden_refs_are_refused(people: People, clone: Path) -> None:
    people.push(ROCKET, "soda/ledger", {"a": "a"})
    lost = git("push", "--porcelain", "--force-with-lease=soda/ledger:", "origin", "HEAD:soda/ledger", folder=clone)
    assert lost.returncode != 0 and "(stale info)" in lost.stdout
    hidden = git("push", "--porcelain", "origin", "HEAD:refs/pull/1/head", folder=clone)
    assert "deny updating a hidden ref" in hidden.stdout


def test_large_pushes_come_in_chunks_and_large_fetches_compressed(world: World, clone: Path, tmp_path: Path) -> None:
    (clone / "noise.bin").write_bytes(os.urandom(300_000))
    git("add", ".", folder=clone)
    git("commit", "-q", "-m", "noise", folder=clone)
    refs = [f"HEAD:refs/heads/many/{number}" for number in range(40)]
    log = tmp_path / "curl.log"
    done = git("-c", "http.postBuffer=65536", "push", "-q", "origin", *refs, folder=clone, GIT_TRACE_CURL=str(log))
    assert done.returncode == 0, done.stderr
    assert "transfer-encoding: chunked" in log.read_text(errors="replace").lower()
    for number in range(40):
        git("commit", "-q", "--allow-empty", "-m", f"local {number}", folder=clone)
    People(world).push(ROCKET, "news", {"n.txt": "n\n"})
    fetched = git("fetch", "-q", "origin", folder=clone, GIT_TRACE_CURL=str(log))
    assert fetched.returncode == 0, fetched.stderr
    assert "content-encoding: gzip" in log.read_text(errors="replace").lower()


def test_renamed_repositories_are_served_under_both_names(people: People, clone: Path) -> None:
    people.rename(ROCKET, "acme/rakete")
    assert git("push", "-q", "origin", "HEAD:refs/heads/x", folder=clone).returncode == 0
    moved = git("config", "remote.origin.url", folder=clone).stdout.strip().replace("rocket", "rakete")
    assert git("ls-remote", moved, folder=clone).stdout.count("\n") >= 2


@pytest.mark.parametrize(
    "fault,arrived", [(Fault.DROP_BEFORE, False), (Fault.DROP_AFTER, True), (Fault.BAD_GATEWAY, False)]
)
def test_faults_of_a_push(world: World, clone: Path, fault: Fault, arrived: bool) -> None:
    # A push is two requests: the refs are read first, and the second one changes them.
    world.faults.order(fault, skip=1, matching="git git-receive-pack")
    assert git("push", "origin", "HEAD:refs/heads/x", folder=clone).returncode != 0
    assert (world.repository(ROCKET).remote.ref("refs/heads/x") is not None) is arrived
    assert git("push", "origin", "HEAD:refs/heads/x", folder=clone).returncode == 0


def test_clients_that_vanish_leave_the_server_whole(server: SandboxServer) -> None:
    address = ("127.0.0.1", int(urlsplit(server.url).port or 0))
    for said in (
        b"",
        b"POST /graphql HTTP/1.1\r\nContent-Length: 500\r\n\r\n{",
        b"GET /acme/rocket.git/info/refs?service=git-upload-pack HTTP/1.1\r\n\r\n",
    ):
        with socket.create_connection(address, timeout=DEADLINE) as connection:
            connection.sendall(said)
    assert post(server, "/graphql", {"query": "{viewer{login}}"})[0] == 200


def test_faults_and_people_over_the_control_endpoint(world: World, server: SandboxServer) -> None:
    assert post(server, "/_control/faults", {"fault": "bad_gateway", "matching": "viewer"})[0] == 200
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=DEADLINE)
    connection.request("POST", "/graphql", json.dumps({"query": "{viewer{login}}"}))
    assert connection.getresponse().status == 502
    connection.close()
    opened = post(server, "/_control/people/open_issue", {"repository": ROCKET, "title": "From outside"})
    assert opened == (200, {"result": 2}) and world.repository(ROCKET).issues[2].title == "From outside"
    assert post(server, "/_control/people/label", [ROCKET, 2, "agent001"]) == (200, {"result": None})
    assert post(server, "/_control/people/set_rules", [ROCKET, {"pattern": "refs/heads/x", "creation": True}])[0] == 200
    assert post(server, "/_control/budget", {"login": "you"})[0] == 200
    until = "2026-03-01T12:00:00+00:00"
    lesser = {"token": "github_pat_lesser0", "login": "bot", "forbidden": ["PullRequest.reviews"], "expires": until}
    assert post(server, "/_control/tokens", lesser) == (200, {"result": None})
    token = world.tokens["github_pat_lesser0"]
    assert (token.user.login, sorted(token.forbidden)) == ("bot", ["PullRequest.reviews"])
    assert token.expires is not None and token.expires.isoformat() == until
    assert post(server, "/graphql", {"query": "{viewer{login}}"})[1]["errors"][0]["type"] == "RATE_LIMIT"
    for path, body in (("people/merge", {"repository": ROCKET, "number": 99}), ("people/__init__", {}), ("no", {})):
        assert post(server, f"/_control/{path}", body)[0] == 400


def test_the_control_endpoint_is_closed_unless_asked_for(world: World) -> None:
    with SandboxServer(world) as server:
        assert post(server, "/_control/faults", {"fault": "slow"})[0] == 404
    assert world.faults.take("anything") is None


def test_stopping_ends_a_slow_answer_and_frees_the_port(world: World) -> None:
    world.faults.order(Fault.SLOW, seconds=600)
    server = SandboxServer(world).start()
    outcome: list[object] = []

    def wait() -> None:
        try:
            outcome.append(post(server, "/graphql", {"query": "{viewer{login}}"}))
        except (OSError, http.client.HTTPException) as error:
            outcome.append(error)

    client = threading.Thread(target=wait)
    client.start()
    late = time.monotonic() + DEADLINE
    while world.faults.waiting:
        assert time.monotonic() < late, "the request never arrived"
    server.stop()
    client.join(DEADLINE)
    assert outcome and not client.is_alive()
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", int(urlsplit(server.url).port or 0)))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The server as a program of its own, in the middle of its life."""
    command = [sys.executable, "-m", "soda_tui.sandbox.server", "--root", str(tmp_path / "demo"), "--control"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        yield process
        process.kill()


def test_the_program_prints_its_url_first_and_ends_at_a_signal(program: subprocess.Popen[str]) -> None:
    assert program.stdout is not None
    url = program.stdout.readline().strip()
    assert git("ls-remote", f"{url}/acme/teapot.git", token="gho_sandbox0000000000000000000000000000").returncode == 0
    program.send_signal(signal.SIGTERM)
    assert program.wait(DEADLINE) == 0
