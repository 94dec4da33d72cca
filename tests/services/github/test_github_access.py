"""Where the API is, whose token is used, and what is imported for that."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from soda_tui.domain.configuration.accounts import Accounts, AccountSettings, HostSettings
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.model import Account
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.token_expiry import expiry_words
from soda_tui.services import programs
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import connect
from soda_tui.services.github.endpoints import endpoint
from soda_tui.services.github.errors import Answer, failure
from soda_tui.services.github.transport import http_client
from soda_tui.services.redaction import redact

CONFIGURED = "https://github.example.org/api/v3"


@pytest.mark.parametrize(
    ("host", "settings", "environment", "url"),
    [
        ("github.com", None, {}, "https://api.github.com/graphql"),
        ("GitHub.com", None, {}, "https://api.github.com/graphql"),
        ("octo.ghe.com", None, {}, "https://api.octo.ghe.com/graphql"),
        ("git.example.org", None, {}, "https://git.example.org/api/graphql"),
        ("git.example.org", HostSettings(CONFIGURED), {}, "https://github.example.org/api/graphql"),
        ("github.com", None, {"GITHUB_API_URL": "https://proxy.example/"}, "https://proxy.example/graphql"),
        (
            "github.com",
            HostSettings(CONFIGURED),
            {"GITHUB_GRAPHQL_URL": "https://q.example/graphql", "GITHUB_API_URL": "https://a.example"},
            "https://q.example/graphql",
        ),
        ("git.example.org", None, {"GITHUB_API_URL": "https://a.example"}, "https://git.example.org/api/graphql"),
        (
            "git.example.org",
            None,
            {"GITHUB_API_URL": "https://git.example.org/api/v3", "GITHUB_SERVER_URL": "https://git.example.org"},
            "https://git.example.org/api/graphql",
        ),
        ("github.com", None, {"GITHUB_API_URL": "http://127.0.0.1:8080"}, "http://127.0.0.1:8080/graphql"),
        ("x", HostSettings("http://[::1]:81/graphql"), {}, "http://[::1]:81/graphql"),
        ("x", HostSettings("http://api.github.localhost"), {}, "http://api.github.localhost/graphql"),
    ],
)
def test_where_the_api_is(host: str, settings: HostSettings | None, environment: dict[str, str], url: str) -> None:
    assert endpoint(host, settings, environment) == url


@pytest.mark.anyio
async def test_hosts_that_do_not_answer_keep_no_other_waiting() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        if b"POST /well" in asked:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        with suppress(ConnectionError):
            await reader.read()
        writer.close()
        left.append(writer)

    left: list[asyncio.StreamWriter] = []

    async with await asyncio.start_server(answer, "127.0.0.1") as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with http_client(None, 30.0) as client:
            dead = [asyncio.create_task(client.post(f"{address}/dead", json={})) for _ in range(20)]
            async with asyncio.timeout(10):
                assert (await client.post(f"{address}/well", json={})).json() == {}
            for task in dead:
                task.cancel()
            await asyncio.gather(*dead, return_exceptions=True)
        async with asyncio.timeout(10):
            while len(left) < 21:
                await asyncio.sleep(0.01)
        await asyncio.gather(*(writer.wait_closed() for writer in left), return_exceptions=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.org",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "ftp://x",
        "x",
        "https://",
        "https://me:hunter2@api.example.org",
        "https://api.example.org/?token=hunter2",
        "https://api.example.org:port",
    ],
)
def test_an_address_that_would_give_the_token_away_is_refused(url: str) -> None:
    with pytest.raises(Failure) as failure:
        endpoint("github.com", HostSettings(url), {})
    assert failure.value.problem.code is ErrorCode.CONFIGURATION
    assert "hunter2" not in failure.value.problem.message


def test_tokens_are_looked_for_in_order(tmp_path: Path) -> None:
    gh = script(tmp_path / "gh", 'test "$*" = "auth token --hostname github.com" && echo from-gh')
    own = script(tmp_path / "own", "echo from-command")
    environment = {
        "PATH": f"{tmp_path}:{os.defpath}",
        "GH_TOKEN": " from-gh-token\n",
        "GITHUB_TOKEN": "from-github-token",
        "MY_LITTLE_SODA_GITHUB_TOKEN": "from-soda",
    }
    hosts = {"github.com": HostSettings(token_command=(str(own),))}
    assert Tokens(environment, hosts).token("GitHub.com") == "from-command"
    for name, found in (
        ("GH_TOKEN", "from-gh-token"),
        ("GITHUB_TOKEN", "from-github-token"),
        ("MY_LITTLE_SODA_GITHUB_TOKEN", "from-soda"),
    ):
        assert Tokens(environment, {}).token("github.com") == found
        del environment[name]
    assert Tokens(environment, {}).token("github.com") == "from-gh"
    assert Tokens(environment, {}).token("git.example.org") is None
    gh.rename(tmp_path / "elsewhere")
    assert Tokens(environment, {}).token("github.com") is None
    assert Tokens({**environment, "GH_PATH": str(tmp_path / "elsewhere")}, {}).token("github.com") == "from-gh"


def test_a_named_account_has_its_command_and_nothing_else(tmp_path: Path) -> None:
    work, own = script(tmp_path / "work", "echo from-work"), script(tmp_path / "bot", "exit 1")
    accounts = {"Work": AccountSettings((str(work),), ("acme",)), "bot": AccountSettings((str(own),))}
    tokens = Tokens({"PATH": os.defpath, "GH_TOKEN": "mine"}, {"github.com": HostSettings(accounts=accounts)})
    assert [tokens.token(key) for key in ("GitHub.com", "GitHub.com/Work")] == ["mine", "from-work"]
    tokens.forget("github.com/Work")
    assert (tokens.source("github.com/Work"), tokens.source("github.com")) == ("its token_command", "GH_TOKEN")
    with pytest.raises(Failure, match=r"github\.com/bot gave no token"):
        tokens.token("github.com/bot")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("its token_command", "the token_command of git.example.org to print"),
        ("GH_ENTERPRISE_TOKEN", "set GH_ENTERPRISE_TOKEN to it, and start soda-tui anew"),
        ("gh auth token", "gh auth login --hostname git.example.org"),
        (None, "in the place of this one"),
    ],
)
def test_another_token_is_put_where_the_one_before_came_from(source: str | None, says: str) -> None:
    now = datetime(2026, 11, 21, 13, 59, tzinfo=UTC)
    account = Account("git.example.org", "me", None, token_expires_at=now + timedelta(minutes=3), token_source=source)
    refused = failure(Answer("", 401, {}, None), "git.example.org", now, timedelta(0), source=source)
    assert refused is not None
    for told in (expiry_words(account, now), refused.problem.message):
        assert says in told and "GH_TOKEN" not in told
    assert "expires at 14:02 UTC, in 3 minutes;" in expiry_words(account, now)


def test_which_account_reads_and_which_one_acts() -> None:
    accounts = {"work": AccountSettings(("x",), ("acme", "Labs")), "bot": AccountSettings(("y",))}
    hosts = {"github.com": HostSettings("https://a.example", ("z",), "/ca.pem", accounts)}
    found = Accounts(hosts, {"github.com/acme/rocket": "bot"})
    names = [RepositoryName("GitHub.com", *name.split("/")) for name in ("Acme/Rocket", "labs/x", "me/acme")]
    assert [found.reading(name) for name in names] == ["github.com/work", "github.com/work", "github.com"]
    assert [found.acting(name) for name in names] == ["github.com/bot", "github.com/work", "github.com"]
    assert found.reading(RepositoryName("git.example.org", "acme", "rocket")) == "git.example.org"
    assert found.settings("github.com/bot") == HostSettings("https://a.example", ("y",), "/ca.pem")
    assert found.settings("github.com").token_command == ("z",)


def test_a_token_is_held_in_memory_until_it_is_refused(tmp_path: Path) -> None:
    gh = script(tmp_path / "gh", f'echo x >>"{tmp_path}/asked"; echo from-gh')
    tokens = Tokens({"PATH": os.defpath, "GH_PATH": str(gh)}, {})
    assert [tokens.token("github.com") for _ in range(3)] == ["from-gh"] * 3
    assert (tmp_path / "asked").read_text() == "x\n"
    tokens.forget("github.com")
    tokens.token("github.com")
    assert (tmp_path / "asked").read_text() == "x\nx\n"
    assert set(tokens.seen) == {"from-gh"}


def test_forgetting_a_token_does_not_wait_for_the_command_that_finds_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "go")
    gh = script(tmp_path / "gh", f'echo x >"{tmp_path}/asked"; cat "{tmp_path}/go"; echo from-gh')
    tokens = Tokens({"PATH": os.defpath, "GH_PATH": str(gh), "GH_ENTERPRISE_TOKEN": "other"}, {})
    with ThreadPoolExecutor() as threads:
        finding = threads.submit(tokens.token, "github.com")
        deadline = time.monotonic() + 20
        while not (tmp_path / "asked").exists():
            assert time.monotonic() < deadline
        try:
            threads.submit(tokens.forget, "github.com").result(timeout=2)
            assert threads.submit(tokens.token, "git.example.org").result(timeout=2) == "other"
            assert not finding.done()
        finally:
            (tmp_path / "go").write_text("")
        assert finding.result(timeout=20) == "from-gh"


@pytest.mark.parametrize("body", ["exit 3", "true", "echo two words", "printf 'a\\nb'", "printf 'gh\\351'"])
def test_a_token_command_that_gives_none_is_an_error_and_not_passed_over(tmp_path: Path, body: str) -> None:
    command = script(tmp_path / "own", body)
    tokens = Tokens({"PATH": os.defpath, "GH_TOKEN": "other"}, {"github.com": HostSettings(None, (str(command),))})
    with pytest.raises(Failure) as failure:
        tokens.token("github.com")
    assert failure.value.problem.code is ErrorCode.AUTHENTICATION
    assert "two words" not in failure.value.problem.message


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_DEADLINE", 0.3)
    gh = script(tmp_path / "gh", "sleep 600 & sleep 600")
    started = time.monotonic()
    assert Tokens({"PATH": os.defpath, "GH_PATH": str(gh)}, {}).token("github.com") is None
    assert time.monotonic() - started < 5


def test_what_looks_like_a_secret_is_hidden() -> None:
    text = (
        "ghp_abc123 github_pat_11AB_cd ghs_x9 https://me:hunter2@github.com/x https://x-access-token:t0k@h/ "
        "Authorization: Bearer abc.def=="
    )
    shown = redact(text)
    assert not any(secret in shown for secret in ("abc", "11AB", "ghs_", "hunter2", "t0k"))
    assert "github.com/x" in shown
    assert redact("the ghost https://github.com/a/b@c") == "the ghost https://github.com/a/b@c"


def test_the_service_is_there_without_importing_what_it_needs_to_speak() -> None:
    code = (
        "import sys\n"
        "from soda_tui.services.github.auth import Tokens\n"
        "from soda_tui.services.github.client import connect\n"
        "connect({}, Tokens({}, {}), None)\n"
        "print(sorted({'gql', 'graphql', 'httpx', 'httpx2', 'tenacity'} & set(sys.modules)))"
    )
    assert run(code) == "[]"


def test_httpx2_is_installed_and_not_used() -> None:
    code = (
        "import asyncio, importlib.util, sys\n"
        "from soda_tui.cockpit.ports.github import Target\n"
        "from soda_tui.domain.labels import LabelNames\n"
        "from soda_tui.domain.naming import RepositoryName\n"
        "from soda_tui.services.github.auth import Tokens\n"
        "from soda_tui.services.github.client import connect\n"
        "async def main():\n"
        "    name = RepositoryName('github.com', 'a', 'b')\n"
        "    env = {'GH_TOKEN': 't', 'GITHUB_API_URL': 'http://127.0.0.1:9'}\n"
        "    async def sleep(_): pass\n"
        "    service = connect({}, Tokens(env, {}), None, environment=env, sleep=sleep)\n"
        "    reading = await service.read([Target(name, LabelNames(), 'agent001')])\n"
        "    await service.close()\n"
        "    return reading.repositories[name.key].code\n"
        "code = asyncio.run(main())\n"
        "print(importlib.util.find_spec('httpx2') is not None, 'httpx' in sys.modules, 'httpx2' in sys.modules, code)"
    )
    assert run(code) == "True True False network"


def script(path: Path, body: str) -> Path:
    """A small shell script."""
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def run(code: str) -> str:
    """What a new Python prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("host", ["gitlab.com", "github.com.evil.org", "notgithub.com", "git.example.org"])
def test_a_token_for_github_goes_to_no_other_host(host: str, tmp_path: Path) -> None:
    environment = {"GH_TOKEN": "gho_secret", "GITHUB_TOKEN": "ghp_secret", "PATH": str(tmp_path)}
    assert Tokens(environment, {}).token(host) is None
    assert Tokens(environment, {}).token("github.com") == "gho_secret"
    assert Tokens(environment, {}).token("acme.ghe.com") == "gho_secret"
    assert Tokens({**environment, "GITHUB_SERVER_URL": f"https://{host}"}, {}).token(host) == "gho_secret"
    assert Tokens({**environment, "GH_ENTERPRISE_TOKEN": "ghe_secret"}, {}).token(host) == "ghe_secret"


@pytest.mark.anyio
async def test_a_log_is_fetched_without_token_and_by_other_certificates_where_it_lies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As of a repository that was renamed, whose logs are kept by somebody else."""
    seen: list[tuple[str | None, str, bool]] = []
    leads = {
        "/api/v3/repos/octo/old/actions/jobs/1/logs": "https://git.example.org/api/v3/repositories/7/actions/jobs/1/logs",
        "/api/v3/repositories/7/actions/jobs/1/logs": "https://git.example.org/_services/logs?sig=1",
        "/_services/logs": "//logs.blob.example.net/1?sig=2",
    }

    def trusting(_: object, deadline: float, certificate: str | None = None) -> httpx.AsyncClient:
        def answer(request: httpx.Request) -> httpx.Response:
            seen.append((certificate, request.url.host + request.url.path, "authorization" in request.headers))
            if place := leads.get(request.url.path):
                return httpx.Response(302, headers={"location": place})
            return httpx.Response(200, content=b"the end")

        return httpx.AsyncClient(transport=httpx.MockTransport(answer), timeout=deadline)

    monkeypatch.setattr("soda_tui.services.github.transport.http_client", trusting)
    hosts = {"git.example.org": HostSettings(certificate="/own.pem")}
    service = connect(hosts, Tokens({"GH_ENTERPRISE_TOKEN": "ghp_x"}, hosts), None, environment={})
    connection = await service._connection("git.example.org")
    assert await connection.end_of("repos/octo/old/actions/jobs/1/logs") == "the end"
    assert seen == [
        ("/own.pem", "git.example.org/api/v3/repos/octo/old/actions/jobs/1/logs", True),
        ("/own.pem", "git.example.org/api/v3/repositories/7/actions/jobs/1/logs", True),
        ("/own.pem", "git.example.org/_services/logs", False),
        (None, "logs.blob.example.net/1", False),
    ]
    leads["/_services/logs"] = "http://logs.example.net/1"
    assert await connection.end_of("repos/octo/old/actions/jobs/1/logs") is None
    leads["/_services/logs"] = "/_services/logs"
    assert await connection.end_of("repos/octo/old/actions/jobs/1/logs") is None
    await service.close()
    assert len(seen) == 4 + 3 + 4
