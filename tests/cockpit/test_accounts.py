"""Several hosts and accounts in one cockpit: each repository is asked for with the token that is meant for it."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stations import git, worktree_of

from soda_tui import wiring
from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.labels import LabelNames, definitions
from soda_tui.domain.model import Snapshot
from soda_tui.sandbox import acts, git_http, server
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.git import git_environment
from soda_tui.sandbox.git_http import GitRequest, Refusal, admit
from soda_tui.sandbox.model import Repository
from soda_tui.sandbox.people import People
from soda_tui.sandbox.schema import ENTERPRISE
from soda_tui.sandbox.server import SandboxServer
from soda_tui.sandbox.world import Token, World
from soda_tui.services.paths import Paths
from soda_tui.wiring import enrolling
from soda_tui.wiring.calling import settings_of
from soda_tui.wiring.health import examined

pytestmark = pytest.mark.anyio


@dataclass
class Desk:
    """One machine with clones, a configuration, and hosts that it reaches over http."""

    root: Path
    hosts: dict[str, World]
    urls: dict[str, str]
    parts: list[str]
    _stack: ExitStack

    def host(self, name: str, certificate: Path | None = None) -> World:
        """A host, on a port of this machine."""
        world = World(self.root / name.replace(":", "-"), lambda: datetime.now(UTC), host=name)
        server = self._stack.enter_context(SandboxServer(world, certificate=certificate))
        self.hosts[name], self.urls[name] = world, server.url
        return world

    def repository(self, host: str, full_name: str, *people: str, more: str = "") -> str:
        """An enrolled repository with an issue to work on; its key."""
        world = self.hosts[host]
        place = world.create_repository(full_name, permissions=dict.fromkeys(people, "WRITE"))
        for label in definitions(LabelNames(), "agent001"):
            acts.create_label(world, place, label.name, label.color, label.description)
        People(world).open_issue(full_name, "Mend it", "Please.", ["route:ready"])
        path = self.root / "src" / host / full_name
        clone = ["git", "clone", "--quiet", str(place.remote.path), str(path)]
        subprocess.run(clone, check=True, capture_output=True, env=git_environment(), timeout=30)
        git(path, "remote", "set-url", "origin", f"{self.urls[host]}/{full_name}.git")
        self.parts.append(f'[[repository]]\nname = "{full_name}"\nhost = "{host}"\npath = "{path}"\n{more}')
        return f"{host}/{full_name}"

    def token(
        self, host: str, login: str, secret: str, account: str = "", more: str = "", owner: str | None = None
    ) -> None:
        """A token of somebody, which a command of an account prints."""
        world = self.hosts[host]
        world.tokens[secret] = Token(world.user(login), scopes=None, owner=owner)
        command = self.root / f"token-of-{host}-{account}"
        command.write_text(f"#!/bin/sh\necho {secret}\n")
        command.chmod(0o700)
        table = (
            f'[hosts."{host}".accounts.{account}]' if account else f'[hosts."{host}"]\napi_url = "{self.urls[host]}"'
        )
        self.parts.insert(0, f'{table}\ntoken_command = ["{command}"]\n{more}')

    @property
    def paths(self) -> Paths:
        """The cockpit's own."""
        return Paths.below(self.root / "me")

    def write(self) -> None:
        """Write the configuration."""
        self.paths.config_file.parent.mkdir(parents=True, exist_ok=True)
        self.paths.config_file.write_text("".join(self.parts))

    @asynccontextmanager
    async def cockpit(self) -> AsyncIterator[wiring.Opened]:
        """The cockpit on all of this."""
        self.write()
        call = wiring.Invocation({"PATH": "/nonexistent"})
        async with wiring.opened(self.paths, settings_of(call, self.paths), call) as opened:
            yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A machine with no host yet."""
    with ExitStack() as stack:
        yield Desk(tmp_path, {}, {}, [], stack)


def errors(snapshot: Snapshot) -> dict[str, ErrorCode | None]:
    """What is wrong with each repository."""
    return {part.key: part.error.code if part.error else None for part in snapshot.repositories}


async def test_two_hosts_side_by_side_one_of_them_of_old(desk: Desk) -> None:
    """Their repositories have the same names and, as each host counts from the beginning, the same node ids."""
    desk.host("github.com")
    desk.host("git.example.org").lacks = ENTERPRISE
    desk.token("github.com", "you", "gho_here00000000")
    desk.token("git.example.org", "me", "ghp_there0000000")
    here = desk.repository("github.com", "acme/rocket", "you")
    there = desk.repository("git.example.org", "acme/rocket", "me")
    async with desk.cockpit() as opened:
        snapshot = await opened.engine.refresh()
        assert errors(snapshot) == {here: None, there: None}
        assert {(one.key, one.login) for one in snapshot.accounts} == {("github.com", "you"), ("git.example.org", "me")}
        popped = await asyncio.gather(*(opened.engine.act(key, Verb.POP) for key in (here, there)))
        assert [outcome.problem for outcome in popped] == [None, None]
        assert len({worktree_of(outcome) for outcome in popped}) == 2
        # Where one host fails, the other is read, and asked no less often.
        desk.hosts["git.example.org"].tokens.clear()
        assert errors(await opened.engine.refresh()) == {here: None, there: ErrorCode.AUTHENTICATION}
    kept = [path.name for path in (desk.root / "me").rglob("features-*.json")]
    assert kept == ["features-git.example.org.json"]


async def test_each_owners_token_on_one_host_and_the_accounts_are_told_apart(desk: Desk) -> None:
    desk.host("github.com")
    desk.token("github.com", "you", "github_pat_mine0", owner="you")
    desk.token("github.com", "you", "github_pat_acme0", "acme", 'owners = ["ACME"]\n', owner="acme")
    mine = desk.repository("github.com", "you/tools", "you")
    theirs = desk.repository("github.com", "acme/rocket", "you")
    async with desk.cockpit() as opened:
        snapshot = await opened.engine.refresh()
        assert errors(snapshot) == {mine: None, theirs: None}
        assert {one.key for one in snapshot.accounts} == {"github.com", "github.com/acme"}
        popped = await asyncio.gather(*(opened.engine.act(key, Verb.POP) for key in (mine, theirs)))
        assert [outcome.problem for outcome in popped] == [None, None]
    desk.parts[0] = desk.parts[0].replace("ACME", "another")
    async with desk.cockpit() as opened:
        snapshot = await opened.engine.refresh()
        assert errors(snapshot) == {mine: None, theirs: ErrorCode.NOT_FOUND}
        assert {one.key for one in snapshot.accounts} == {"github.com"}


async def test_a_bot_pushes_and_opens_the_pull_request_so_that_you_can_approve_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = desk.host("github.com")
    desk.token("github.com", "you", "gho_you000000000")
    desk.token("github.com", "bot", "gho_bot000000000", "bot")
    key = desk.repository("github.com", "acme/rocket", "you", "bot", more='act_as = "bot"\n')
    writers: list[str] = []

    def noted(found: World, asked: GitRequest) -> Repository | Refusal:
        if asked.service == "git-receive-pack" and (token := git_http.token_of(found, asked.headers)):
            writers.append(token.user.login)
        return admit(found, asked)

    monkeypatch.setattr(server, "admit", noted)
    async with desk.cockpit() as opened:
        bot = world.tokens.pop("gho_bot000000000")
        refused = await opened.engine.act(key, Verb.POP)
        assert "does not accept" in refused.message and "the account bot (act_as)" in refused.message
        world.tokens["gho_bot000000000"] = bot
        popped = await opened.engine.act(key, Verb.POP)
        work = worktree_of(popped)
        (work / "mended.txt").write_text("mended\n")
        git(work, "add", "mended.txt")
        git(work, "commit", "--quiet", "--message", "Mend it")
        assert (await opened.engine.act(key, Verb.BOTTLE)).problem is None
        snapshot = await opened.engine.refresh()
        assert [one.login for one in snapshot.accounts] == ["you"]
    place = world.repository("acme/rocket")
    (pull,) = place.pull_requests.values()
    assert (pull.author.login, pull.head_ref_name, set(writers)) == ("bot", popped.branch, {"bot"})
    # The rest is yours, and so is the claim, whoever pushed it.
    assert [one.login for one in place.issues[1].assignees] == ["you"]
    People(world).review("acme/rocket", pull.number, by="you")
    secrets = (b"gho_bot0", b"gho_you0")
    kept = [path for path in (*(desk.root / "me").rglob("*"), *(desk.root / "src").rglob("*")) if path.is_file()]
    assert len(kept) > 20
    assert not [path for path in kept if any(secret in path.read_bytes() for secret in secrets)]


async def test_a_token_that_ends_soon_is_told_of_once_by_the_day_and_once_by_the_hour(desk: Desk) -> None:
    world, secret = desk.host("github.com"), "github_pat_you00"
    desk.token("github.com", "you", secret)
    desk.repository("github.com", "acme/rocket", "you")
    told: list[str] = []

    async def listen() -> None:
        while True:
            told.append((await opened.engine.done_by_itself()).message)

    async with desk.cockpit() as opened:
        listening = asyncio.create_task(listen())
        far, near = (datetime.now(UTC) + timedelta(hours=hours) for hours in (50, 3.5))
        for until in (far, far, near, near):
            world.tokens[secret] = replace(world.tokens[secret], expires=until)
            await opened.engine.refresh()
        await asyncio.sleep(0)
        listening.cancel()
    assert [one.partition("; from then on")[0] for one in told] == [
        f"Your token for github.com expires on {far:%Y-%m-%d}",
        f"Your token for github.com expires at {near:%H:%M} UTC, in 3 hours",
    ]


async def test_the_doctor_asks_as_each_account_and_names_what_an_older_server_lacks(desk: Desk) -> None:
    desk.host("github.com")
    desk.host("git.example.org").lacks = ENTERPRISE
    desk.token("github.com", "you", "gho_you000000000")
    desk.token("github.com", "bot", "gho_bot000000000", "bot")
    desk.token("git.example.org", "me", "ghp_me0000000000")
    desk.repository("github.com", "acme/rocket", "you", "bot", more='act_as = "bot"\n')
    desk.repository("git.example.org", "acme/engine", "me")
    del desk.hosts["github.com"].tokens["gho_bot000000000"]
    desk.write()
    call = wiring.Invocation({"PATH": "/nonexistent"})
    found = await examined(desk.paths, settings_of(call, desk.paths), call)
    says = {(one.check, one.subject): one.message for one in found.findings}
    assert "of the account bot" in says["token.unusable", "github.com/bot"]
    assert "which issues wait for others" in says["host.older", "git.example.org"]
    # The bot may not push; all else of the repository was looked at.
    assert ("push.refused", "acme/rocket") in says
    assert not found.unmade


async def test_the_doctor_and_enrolling_heed_a_limit_and_tell_others_of_theirs(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = desk.host("github.com")
    desk.token("github.com", "you", "gho_you000000000")
    key = desk.repository("github.com", "acme/rocket", "you")
    desk.write()
    monkeypatch.setattr(wiring.Invocation, "paths", desk.paths)
    call = wiring.Invocation({"PATH": "/nonexistent"})

    async def told_by_enrolling() -> ErrorCode:
        with pytest.raises(Failure) as failure:
            await enrolling.look(call, None, "acme")
        return failure.value.problem.code

    async def told_by_the_doctor() -> ErrorCode | None:
        found = await examined(desk.paths, settings_of(call, desk.paths), call)
        return ErrorCode.SECONDARY_LIMIT if "limit.slow" in {one.check for one in found.findings} else None

    async def told_by_the_cockpit() -> ErrorCode | None:
        async with desk.cockpit() as opened:
            return errors(await opened.engine.refresh())[key]

    fronts = (told_by_enrolling, told_by_the_doctor, told_by_the_cockpit)
    for first in fronts:
        world.faults.order(Fault.SECONDARY_RETRY, seconds=300)
        sent = world.requests
        assert await first() is ErrorCode.SECONDARY_LIMIT
        assert world.requests == sent + 1
        for front in fronts:
            assert await front() is ErrorCode.SECONDARY_LIMIT
        assert world.requests == sent + 1
        (desk.paths.cache / "limits.json").unlink()


@pytest.mark.wide
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
async def test_a_host_with_a_certificate_of_its_own(desk: Desk) -> None:
    both = desk.root / "own.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    made = subprocess.run([*command.split(), "-keyout", "-"], capture_output=True, check=True, timeout=60)
    both.write_bytes(made.stdout)
    world = desk.host("127.0.0.1:0", both)
    # Its name, which git goes by, has a port that is known only now.
    name = world.host = desk.urls["127.0.0.1:0"].removeprefix("https://")
    desk.hosts[name], desk.urls[name] = world, desk.urls["127.0.0.1:0"]
    desk.token(name, "you", "gho_own000000000", more=f'certificate = "{both}"\n')
    key = desk.repository(name, "acme/rocket", "you")
    async with desk.cockpit() as opened:
        assert errors(await opened.engine.refresh()) == {key: None}
        assert (await opened.engine.act(key, Verb.POP)).problem is None
    trusted = desk.parts[0]
    desk.parts[0] = trusted.replace("certificate = ", "# ")
    async with desk.cockpit() as opened:
        snapshot = await opened.engine.refresh()
        assert errors(snapshot) == {key: ErrorCode.NETWORK}
        assert snapshot.repositories[0].error and ".certificate FILE" in snapshot.repositories[0].error.message
    desk.parts[0] = trusted.replace(str(both), "gone.pem")
    async with desk.cockpit() as opened:
        assert errors(await opened.engine.refresh()) == {key: ErrorCode.CONFIGURATION}
