"""An issue template in a clone, which asks for what an agent must know; nothing that is there is touched."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from pathlib import Path

from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.sentences import FILE_UNWRITABLE, TEMPLATE_THERE
from soda_tui.services.files import failure

# It puts no label on an issue: who labels vouches for the text, and anybody may use a template.
_TEXT = Path(__file__).parent.parent / "prompts" / "issue.md"
_FOLDERS = (".github", "ISSUE_TEMPLATE")
_NAME = "agent.md"


def where(clone: Path) -> Path:
    """Where the template stands, or would; raises a Failure where something is there already."""
    path = clone.joinpath(*_FOLDERS, _NAME)
    if os.path.lexists(path):
        raise Failure(Problem(ErrorCode.NOTHING_TO_DO, TEMPLATE_THERE(path=path)))
    return path


def add(clone: Path) -> Path:
    """Write it, through no link of the clone's; raises a Failure where something is there, or it cannot be written."""
    path = where(clone)
    try:
        with ExitStack() as left:
            at = _folder(left, str(clone), None)
            for name in _FOLDERS:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=at)
                at = _folder(left, name, at)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            with os.fdopen(os.open(_NAME, flags, 0o644, dir_fd=at), "wb") as file:
                file.write(_TEXT.read_bytes())
    except OSError as error:
        raise failure(error, path, FILE_UNWRITABLE) from error
    return path


def _folder(left: ExitStack, name: str, within: int | None) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    descriptor = os.open(name, flags if within is None else flags | os.O_NOFOLLOW, dir_fd=within)
    left.callback(os.close, descriptor)
    return descriptor
