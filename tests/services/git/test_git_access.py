"""The API token: to its own host over https, to a test server on this machine, and to nobody else."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path

import pytest
from services.git.yard import TOKEN, git

from soda_tui.domain.naming import RepositoryName
from soda_tui.services.git.access import Access
from soda_tui.services.git.environment import configuration
from soda_tui.services.git.problems import words
from soda_tui.services.git.process import Runner

pytestmark = pytest.mark.anyio
HEADER = "Authorization: Basic " + b64encode(f"x-access-token:{TOKEN}".encode()).decode()


async def told(folder: Path, access: Access, url: str, host: str = "github.com") -> str:
    """The password that git itself finds for a URL with what it is given for a host; empty without one."""
    settings, handed = access.of(RepositoryName(host, "acme", "rocket"))
    finished = await Runner().run(
        str(folder),
        *("credential", "fill"),
        deadline=30,
        variables={**configuration(os.environ, settings), **handed},
        feed=f"url={url}\n\n".encode(),
    )
    return dict(line.split("=", 1) for line in finished.text.splitlines())["password"]


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
async def test_where_the_token_goes(tmp_path: Path, url: str, given: bool) -> None:
    access = Access(lambda _host: TOKEN, lambda _host: "http://127.0.0.1:4000/graphql")
    assert await told(tmp_path, access, url) == (TOKEN if given else "")
    assert access.leads("github.com", url) == given


@pytest.mark.parametrize("api", [None, "http://example.org:4000/graphql", "https://127.0.0.1:4000/graphql"])
async def test_plain_http_is_for_this_machine_only(tmp_path: Path, api: str | None) -> None:
    access = Access(lambda _host: TOKEN, lambda _host: api)
    for host in ("example.org", "127.0.0.1"):
        assert await told(tmp_path, access, f"http://{host}:4000/acme/rocket.git") == ""


async def test_without_a_token_the_users_helper_works(tmp_path: Path) -> None:
    git(tmp_path, "config", "--global", "credential.helper", "!echo password=own; echo username=me; #")
    url = "https://github.com/acme/rocket.git"
    assert await told(tmp_path, Access(lambda _host: None), url) == "own"
    assert await told(tmp_path, Access(lambda _host: TOKEN), url) == TOKEN
    assert await told(tmp_path, Access(lambda _host: TOKEN), "https://example.org/") == "own"


async def test_the_token_of_each_host_is_its_own(tmp_path: Path) -> None:
    access = Access({"git.example.org": "other"}.get)
    assert await told(tmp_path, access, "https://github.com/acme/rocket.git") == ""
    assert await told(tmp_path, access, "https://git.example.org/a/b.git", "git.example.org") == "other"


async def test_the_token_can_be_asked_for_more_than_once_and_not_for_ever(tmp_path: Path) -> None:
    """As a partial clone does, which fetches what it lacks again and again; at the end nobody waits."""
    settings, handed = Access(lambda _host: TOKEN).of(RepositoryName("github.com", "acme", "rocket"))
    ask = "printf 'url=https://github.com/a/b\\n\\n' | git credential fill"
    many = f"alias.many=!for each in $(seq 60); do {ask} || exit 1; done"
    variables = {**configuration(os.environ, settings), **handed}
    finished = await Runner().run(str(tmp_path), "-c", many, "many", deadline=60, variables=variables)
    answers = finished.text.count(f"password={TOKEN}\n")
    assert finished.code == 0 and 20 < answers < 60


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
