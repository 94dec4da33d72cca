"""A git directory apart: the objects and refs of a clone, and nothing of what its configuration says.

An agent can write the configuration of the clone that its worktree belongs to. Where git has a token, no proxy, no
program and no URL of that may have a say: only what a person has set for all repositories holds.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct

from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.sentences import GIT_NOT_STARTED
from soda_tui.services.git.scratch import Throwaway

# What is not there yet is made behind the link: git follows it to where a file is written. Without hooks, and without
# the files `remotes` and `branches`, which are configuration of old.
_SHARED = ("objects", "refs", "packed-refs", "reftable", "shallow")
# Of the clone's configuration: how its files are to be read, and who may read them.
FORMAT = r"core\.repositoryformatversion|core\.sharedrepository|extensions\.[a-z0-9]+"
# Would let the clone's configuration in again.
_NOT_FORMAT = {"extensions.worktreeconfig"}


class Apart(Struct, frozen=True):
    """What a git directory apart is made of: the clone's own, and those of its settings that `FORMAT` matches."""

    shared: Path
    settings: tuple[tuple[str, str], ...]

    @contextmanager
    def made(self) -> Iterator[dict[str, str]]:
        """The variables that lead git there; it must have ended before the directory goes, for the locks in it."""
        with ExitStack() as kept:
            try:
                folder = str(kept.enter_context(Throwaway(_own())))
                for name in _SHARED:
                    Path(folder, name).symlink_to(self.shared / name)
                Path(folder, "HEAD").write_text("ref: refs/heads/soda-tui-apart\n", "utf-8")
                Path(folder, "config").write_text(_file(self.settings), "utf-8", "surrogateescape")
            except OSError as error:
                raise Failure(Problem(ErrorCode.GIT, GIT_NOT_STARTED(words=error.strerror))) from error
            yield {"GIT_DIR": folder}


def _own() -> str | None:
    """The user's folder for what lives as long as a login, which programs are shut out of that may write to /tmp."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def _file(settings: Iterable[tuple[str, str]]) -> str:
    lines = []
    for key, value in settings:
        section, _, name = key.partition(".")
        quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        lines += [] if key in _NOT_FORMAT else [f'[{section}]\n\t{name} = "{quoted}"\n']
    return "".join(lines)
