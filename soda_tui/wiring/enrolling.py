"""Which repositories are enrolled, and which one a person means."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.selection import resolve as select
from soda_tui.domain.settings import Enrolment, Settings
from soda_tui.wiring.calling import Invocation, here, settings_of, store_of

if TYPE_CHECKING:
    from soda_tui.services.git.service import GitService
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

    enrolled = {one.key: one.path for one in settings_of(call, call.paths).repositories}.get(name.key)
    return enrolled if enrolled not in {None, path} and git_dir(str(enrolled)) is not None else None


def enroll(call: Invocation, name: RepositoryName, path: str) -> str:
    """Write a repository into the configuration, and say what that changed."""
    from soda_tui.services.configfile import Enrolled
    from soda_tui.services.configfile import enroll as write

    said = {
        Enrolled.ADDED: say.ENROLLED,
        Enrolled.MOVED: say.ENROLLED_MOVED,
        Enrolled.UNCHANGED: say.ENROLLED_ALREADY,
    }
    done = write(call.paths, name, path)
    return said[done](repository=name.full, path=path)


def unenroll(call: Invocation, key: str) -> None:
    """Take a repository out of the configuration."""
    from soda_tui.services.configfile import unenroll as write

    write(call.paths, key)


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


def _git() -> GitService:
    """Git for looking at clones only, without any token."""
    from soda_tui.services.git.service import GitService

    return GitService(lambda _: None, lambda _: None)
