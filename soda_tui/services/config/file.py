"""The configuration, written: one repository's block at a time; every other byte of the file stays as it was."""

from __future__ import annotations

import copy
import os
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import Any

from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import DEFAULT_HOST, RepositoryName
from soda_tui.domain.sentences import CLONE_ENROLLED, CLONE_NOT_TEXT, CONFIG_EDIT
from soda_tui.services import files
from soda_tui.services.config.document import Document, parse, read
from soda_tui.services.config.reading import settings
from soda_tui.services.config.tomllines import Block, scan, split
from soda_tui.services.locks import held
from soda_tui.services.paths import Paths

_BACKUP = "config.before.toml"


class Enrolled(StrEnum):
    """What enrolling changed in the file."""

    ADDED = "added"
    MOVED = "moved"
    UNCHANGED = "unchanged"


def enroll(paths: Paths, name: RepositoryName, clone: str) -> Enrolled:
    """Write the repository into the configuration, or its clone's new absolute path; done already is fine.

    Raises a Failure, and leaves the file as it is, where the file is broken or the clone is enrolled as another one.
    """
    with locked(paths):
        document = read(paths.config_file)
        done, index = _standing(document, name, clone)
        if done is Enrolled.MOVED:
            _move(paths, document, index, settings(document).repositories[index], os.path.normpath(clone))
        elif done is Enrolled.ADDED:
            _add(paths, document, name, os.path.normpath(clone))
        return done


def would_enroll(paths: Paths, name: RepositoryName, clone: str) -> Enrolled:
    """What enrolling would change; writes nothing, and raises a Failure as that does."""
    return _standing(read(paths.config_file), name, clone)[0]


def _standing(document: Document, name: RepositoryName, clone: str) -> tuple[Enrolled, int]:
    """What enrolling comes to, and which of the enrolments it is about."""
    if not _is_text(clone):
        raise Failure(Problem(ErrorCode.USAGE, CLONE_NOT_TEXT(path=ascii(clone))))
    clone = os.path.normpath(clone)
    enrolments = settings(document).repositories
    for index, enrolment in enumerate(enrolments):
        if enrolment.key == name.key:
            return Enrolled.UNCHANGED if enrolment.path == clone else Enrolled.MOVED, index
        if enrolment.path == clone:
            raise Failure(Problem(ErrorCode.USAGE, CLONE_ENROLLED(path=clone, other=_said(enrolment.name))))
    return Enrolled.ADDED, len(enrolments)


def unenroll(paths: Paths, key: str) -> bool:
    """Take the repository (HOST/OWNER/NAME in lower case) out of the configuration; False where it is not in it.

    Raises a Failure, and leaves the file as it is, where the file is broken.
    """
    with locked(paths):
        document = read(paths.config_file)
        for index, enrolment in enumerate(settings(document).repositories):
            if enrolment.key == key:
                _remove(paths, document, index, enrolment)
                return True
    return False


def _add(paths: Paths, document: Document, name: RepositoryName, clone: str) -> None:
    import tomlkit

    host = {} if name.host == DEFAULT_HOST else {"host": name.host}
    values = {"name": name.full, **host, "path": clone}
    block = tomlkit.aot()
    block.append(tomlkit.item(values))
    gap = "" if not document.text else "\n" if document.text.endswith("\n") else "\n\n"
    expected = copy.deepcopy(document.data)
    expected.setdefault("repository", []).append(values)
    text = f"{document.text}{gap}{tomlkit.dumps({'repository': block})}"
    _save(paths, document, text, expected, name, clone)


def _move(paths: Paths, document: Document, index: int, enrolment: Enrolment, clone: str) -> None:
    import tomlkit

    expected = copy.deepcopy(document.data)
    expected["repository"][index]["path"] = clone
    lines = split(document.text)
    for block in _blocks(document, index)[:1]:
        part = tomlkit.parse("".join(lines[block.first : block.end]))
        part["repository"][0]["path"] = clone
        lines[block.first : block.end] = [tomlkit.dumps(part)]
    _save(paths, document, "".join(lines), expected, enrolment.name, clone)


def _remove(paths: Paths, document: Document, index: int, enrolment: Enrolment) -> None:
    expected = copy.deepcopy(document.data)
    del expected["repository"][index]
    if not expected["repository"]:
        del expected["repository"]
    lines = split(document.text)
    for block in reversed(_blocks(document, index)):
        after = block.end + 1 if "".join(lines[block.end : block.end + 1]).isspace() else block.end
        del lines[block.first : after]
    _save(paths, document, "".join(lines), expected, enrolment.name, enrolment.path)


def _blocks(document: Document, index: int) -> list[Block]:
    """The repository's own block and those of its parts, such as `[repository.labels]`."""
    return [block for block in scan(document.text).blocks if block.path[:2] == ("repository", index)]


def _save(
    paths: Paths, before: Document, text: str, expected: dict[str, Any], name: RepositoryName, clone: str
) -> None:
    """Put the text in place where it says exactly what it should; the file before it is kept with the state."""
    try:
        after = parse(before.file, text)
        settings(after)
    except Failure:
        after = before
    if after.data != expected:
        sentence = CONFIG_EDIT(file=before.file, name=_said(name), path=clone)
        raise Failure(Problem(ErrorCode.CONFIGURATION, sentence))
    put_in_place(paths, before, text)


def put_in_place(paths: Paths, before: Document, text: str) -> None:
    """Write the configuration, under its lock; the one before it is kept with the state. Raises a Failure."""
    if before.text:
        files.write(paths.state / _BACKUP, before.text.encode())
    # A link, as people have who keep their configuration elsewhere, stays a link.
    files.write(Path(before.file).resolve(), text.encode())


def _is_text(path: str) -> bool:
    """Whether a path can be written in TOML, which is UTF-8; a file's name can be any bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _said(name: RepositoryName) -> str:
    return name.full if name.host == DEFAULT_HOST else f"{name.host}/{name.full}"


def locked(paths: Paths) -> AbstractContextManager[None]:
    """The configuration's lock: whoever changes it holds this from reading to writing."""
    return held(paths.state / "locks" / "configuration.lock", "is changing the configuration")
