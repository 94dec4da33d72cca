"""Which repositories are enrolled, and which one a person means."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.settings import Enrolment, Settings
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import DEFAULT_HOST, RepositoryName, parse_name
from soda_tui.domain.selection import resolve as select
from soda_tui.wiring.calling import Invocation, here, settings_of, store_of

if TYPE_CHECKING:
    from soda_tui.cockpit.enrolling import Enrolled, Enrolling, Look
    from soda_tui.domain.enrolling import Offer
    from soda_tui.services.git.service import GitService
    from soda_tui.services.github.auth import Tokens
    from soda_tui.services.github.client import GitHubService
    from soda_tui.services.store import FileStore


def resolve(call: Invocation, text: str | None) -> Enrolment:
    """The enrolled repository that a person means, without opening anything."""
    return chosen(text, settings_of(call, call.paths), store_of(call.paths))


def chosen(text: str | None, settings: Settings, store: FileStore) -> Enrolment:
    """The repository that a person means; raises Failure with the choices where that is not clear."""
    return select(text, settings.repositories, here(), store.folders, os.path.realpath, os.path.exists, _owned)


def _owned(path: str, enrolment: Enrolment) -> bool:
    """Whether a path is in a worktree of the repository's clone."""
    from soda_tui.services.git.gitdir import checkout_around, same_clone

    top = checkout_around(path)
    return top is not None and same_clone(top, enrolment.path)


def other_clone(call: Invocation, name: RepositoryName, path: str) -> str | None:
    """The clone with which the repository is enrolled, where that is another one and still there."""
    from soda_tui.services.git.gitdir import git_dir

    enrolled = {one.key: one.path for one in enrolled_settings(call).repositories}.get(name.key)
    return enrolled if enrolled not in {None, path} and git_dir(str(enrolled)) is not None else None


def enrolled_settings(call: Invocation) -> Settings:
    """The configuration as enrolling finds it, which makes the file where there is none yet; raises Failure."""
    return settings_of(call, call.paths) if call.paths.config_file.exists() else Settings()


def enroll(call: Invocation, name: RepositoryName, path: str, *, dry_run: bool = False) -> str:
    """Write a repository into the configuration, and say what that changed, or with `dry_run` what it would."""
    from soda_tui.services.config import file

    said = {
        file.Enrolled.ADDED: say.ENROLL_WOULD if dry_run else say.ENROLLED,
        file.Enrolled.MOVED: say.ENROLL_WOULD_MOVE if dry_run else say.ENROLLED_MOVED,
        file.Enrolled.UNCHANGED: say.ENROLLED_ALREADY,
    }
    done = (file.would_enroll if dry_run else file.enroll)(call.paths, name, path)
    return said[done](repository=name.full, path=path)


def unenroll(call: Invocation, key: str) -> None:
    """Take a repository out of the configuration; whatever has its name when it is enrolled again is meant then."""
    from soda_tui.services.config.file import unenroll as write
    from soda_tui.services.github.cache import forget

    write(call.paths, key)
    forget(call.paths.cache, key)


def add_issue_template(enrolment: Enrolment, *, dry_run: bool) -> Path:
    """Write an issue template into a clone, or say where it would be; raises a Failure where something is there."""
    from soda_tui.services.issue_template import add, where

    return (where if dry_run else add)(Path(enrolment.path))


async def identify(path: str) -> tuple[RepositoryName, str]:
    """The repository that a clone belongs to by its `origin`, and the clone's top folder; raises Failure."""
    from soda_tui.services.enrolment import identify as name_of

    top = await toplevel(path)
    return name_of(await _git().remote_url(top), top), top


async def toplevel(path: str) -> str:
    """The clone that a path, or the worktree that it is in, belongs to; raises Failure where there is none."""
    from soda_tui.services.git.gitdir import clone_of

    top = await _git().toplevel(path)
    if top is None:
        raise Failure(Problem(ErrorCode.USAGE, say.ENROLL_NO_CLONE(path=Path(here(), path))))
    return clone_of(top) or top


async def look(call: Invocation, folder: str | None, owner: str | None, words: Sequence[str] = ()) -> Look:
    """What can be enrolled: the clones below a folder (or here), or what an owner has on GitHub; raises Failure.

    `words` are what a person chooses by.
    """
    host, login = _owner(call, owner) if owner is not None else (usual_host(call), None)
    async with _enrolling(call) as ready:
        return await ready.look(_whole(folder), host, login, words)


async def carry_out(
    call: Invocation, chosen: Sequence[Offer], tell: Callable[[Enrolled], None]
) -> tuple[Enrolled, ...]:
    """Clone what is missing of these, and write all of them into the configuration."""
    async with _enrolling(call) as ready:
        return await ready.carry_out(chosen, tell)


@asynccontextmanager
async def services(call: Invocation) -> AsyncIterator[tuple[Tokens, GitHubService, GitService]]:
    """Tokens, GitHub and git, as setting up needs them; raises Failure where the configuration is broken."""
    from soda_tui.domain.configuration.accounts import Accounts
    from soda_tui.services.git.service import GitService
    from soda_tui.services.github.auth import Tokens
    from soda_tui.services.github.client import connect
    from soda_tui.services.github.endpoints import endpoint
    from soda_tui.services.limits import FileLimits

    hosts = enrolled_settings(call).hosts
    tokens = Tokens(call.environ, hosts)
    github = connect(hosts, tokens, call.paths.cache, environment=call.environ, limits=FileLimits.below(call.paths))
    accounts = Accounts(hosts)
    git = GitService(tokens.token, lambda host: endpoint(host, hosts.get(host), call.environ), accounts=accounts)
    try:
        yield tokens, github, git
    finally:
        await github.close()
        await git.close()


@asynccontextmanager
async def _enrolling(call: Invocation) -> AsyncIterator[Enrolling]:
    from soda_tui.cockpit.enrolling import Enrolling
    from soda_tui.services.scanning import LocalClones

    async with services(call) as (_, github, git):
        yield Enrolling(LocalClones(git), github, _Book(call))


def usual_host(call: Invocation) -> str:
    """The host that is meant where none is named: that of `GITHUB_SERVER_URL`, without it github.com."""
    return urlsplit(call.environ.get("GITHUB_SERVER_URL", "")).netloc.lower() or DEFAULT_HOST


def _whole(folder: str | None) -> str:
    from soda_tui.services.files import expand

    return str(Path(here(), expand(folder or "")))


def _owner(call: Invocation, text: str) -> tuple[str, str]:
    host, _, login = text.rpartition("/")
    if parse_name(f"{host or DEFAULT_HOST}/{login}/any") is None:
        raise Failure(Problem(ErrorCode.USAGE, say.OWNER_MALFORMED(text=text)))
    return host.lower() or usual_host(call), login


class _Book:
    """The configuration, as far as enrolling reads and writes it."""

    def __init__(self, call: Invocation) -> None:
        self._call = call

    def enrolled(self) -> Mapping[str, str | None]:
        """The clone of each enrolled repository by its key, None where it is gone."""
        from soda_tui.services.git.gitdir import git_dir

        found = enrolled_settings(self._call).repositories
        return {one.key: one.path if git_dir(one.path) is not None else None for one in found}

    def enroll(self, name: RepositoryName, path: str) -> str:
        """Write a repository with its clone, and say what that changed."""
        return enroll(self._call, name, path)


def _git() -> GitService:
    """Git for looking at clones only, without any token."""
    from soda_tui.services.git.service import GitService

    return GitService(lambda _: None, lambda _: None)
