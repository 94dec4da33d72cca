"""The API token: to its own host over https, to a test server on this machine, and to nobody else."""

from __future__ import annotations

import os
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest
from services.git.yard import TOKEN, WORK, Yard, entry, executable, git, service

from soda_tui.cockpit.ports import RefUpdate
from soda_tui.services.git.access import Access
from soda_tui.services.git.environment import configuration
from soda_tui.services.git.problems import words

HEADER = "Authorization: Basic " + b64encode(f"x-access-token:{TOKEN}".encode()).decode()


def told(folder: Path, access: Access, url: str, key: str = "http.extraHeader", host: str = "github.com") -> str:
    """What git itself finds for a URL in the environment that it is given."""
    variables = configuration(os.environ, access.settings(host))
    return subprocess.run(
        ["git", "-C", str(folder), "config", "--get-urlmatch", key, url],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()


@pytest.mark.parametrize(
    "url,given",
    [
        ("https://github.com/acme/rocket.git", True),
        ("https://me@github.com:443/acme/rocket.git", True),
        ("http://github.com/acme/rocket.git", False),
        ("https://github.com.evil.example/acme/rocket.git", False),
        ("https://evil.example/github.com/", False),
        ("https://github.com:8443/acme/rocket.git", False),
        ("http://127.0.0.1:4000/acme/rocket.git", True),
        ("http://127.0.0.1:4001/acme/rocket.git", False),
        ("https://127.0.0.1:4000/acme/rocket.git", False),
    ],
)
def test_where_the_token_goes(tmp_path: Path, url: str, given: bool) -> None:
    access = Access(lambda _host: TOKEN, lambda _host: "http://127.0.0.1:4000/graphql")
    assert told(tmp_path, access, url) == (HEADER if given else "")


@pytest.mark.parametrize("api", [None, "http://example.org:4000/graphql", "https://127.0.0.1:4000/graphql"])
def test_plain_http_is_for_this_machine_only(tmp_path: Path, api: str | None) -> None:
    access = Access(lambda _host: TOKEN, lambda _host: api)
    for host in ("example.org", "127.0.0.1"):
        assert told(tmp_path, access, f"http://{host}:4000/acme/rocket.git") == ""


def test_without_a_token_the_users_helper_works(tmp_path: Path) -> None:
    git(tmp_path, "config", "--global", "credential.helper", "store")
    url = "https://github.com/acme/rocket.git"
    assert told(tmp_path, Access(lambda _host: None), url, "credential.helper") == "store"
    assert told(tmp_path, Access(lambda _host: TOKEN), url, "credential.helper") == ""
    assert told(tmp_path, Access(lambda _host: TOKEN), "https://example.org/", "credential.helper") == "store"


def test_the_token_of_each_host_is_its_own(tmp_path: Path) -> None:
    access = Access({"git.example.org": "other"}.get)
    assert told(tmp_path, access, "https://github.com/acme/rocket.git") == ""
    assert told(tmp_path, access, "https://git.example.org/a/b.git", host="git.example.org") != ""


@pytest.mark.anyio
async def test_the_token_is_in_no_argument_and_on_no_disk(yard: Yard, tmp_path: Path) -> None:
    place = yard.clone()
    arguments = tmp_path / "arguments"
    executable(yard.remote / "hooks" / "pre-receive", f"ps -axww -o args >{arguments}")
    pushed = await service().append(place, entry("1"), None, RefUpdate(WORK, yard.first, None), hooks=False)
    assert pushed.mine
    assert "soda/ledger" in arguments.read_text()
    secrets = {TOKEN, HEADER.split()[-1]}
    assert not [secret for secret in secrets if secret in arguments.read_text()]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not [secret for secret in secrets if secret.encode() in path.read_bytes()], path
    assert git(place.path, "remote", "-v").count(TOKEN) == 0


def test_words_hold_no_secret() -> None:
    said = (
        f"remote: no {TOKEN}\nfatal: unable to access 'https://me:pass@github.com/a/b': {HEADER}\n"
        "hint: look there\nssh://user@example.org/x \x1b[31mred\x1b[0m"
    )
    shown = words(said)
    assert not [secret for secret in (TOKEN, HEADER.split()[-1], "pass", "user", "\x1b", "hint") if secret in shown]
    assert "https://github.com/a/b" in shown
    assert words("") == "git gave no reason"
    assert len(words("x" * 5000)) == 300
