"""The configuration in an editor: a copy is edited, checked, and only then put in the file's place."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.services import files
from soda_tui.services.config.document import Document, read
from soda_tui.services.config.file import locked
from soda_tui.services.config.reading import settings
from soda_tui.services.paths import Paths

_LIMIT = 1 << 20


class Draft(Struct, frozen=True):
    """A copy of the configuration, and what the configuration was when it was made."""

    paths: Paths
    file: Path
    before: bytes

    @classmethod
    def of(cls, paths: Paths) -> Draft:
        """A copy in a folder of its own; a configuration that is broken can be mended so. Raises a Failure."""
        before = files.read(paths.config_file, _LIMIT) or b""
        files.folder(paths.state)
        try:
            # An editor knows the language by the name.
            file = Path(tempfile.mkdtemp(prefix="editing-", dir=paths.state)) / "config.toml"
            files.replace(file, before or f"{say.EDIT_STARTED()}\n".encode(), durable=False)
        except OSError as error:
            raise files.failure(error, paths.state, say.FOLDER_UNUSABLE) from error
        return cls(paths, file, before)

    def is_changed(self) -> bool:
        """Whether somebody wrote something."""
        return files.read(self.file, _LIMIT + 1) not in {self.before, f"{say.EDIT_STARTED()}\n".encode()}

    def put(self) -> tuple[str, ...]:
        """Put the draft in the configuration's place, and say what is odd about it.

        Raises a Failure where it is broken, or the configuration was changed meanwhile; the draft then stays.
        """
        document = read(self.file)
        settings(document)
        with locked(self.paths):
            if (files.read(self.paths.config_file, _LIMIT) or b"") != self.before:
                words = say.EDIT_ELSEWHERE(file=self.paths.config_file, draft=self.file)
                raise Failure(Problem(ErrorCode.REFUSED, words))
            if self.before:
                files.write(self.paths.state / "config.before.toml", self.before)
            files.write(self.paths.config_file.resolve(), document.text.encode())
        return settings(Document(self.paths.config_file, document.text, document.data)).warnings

    def drop(self) -> None:
        """Take the draft away."""
        shutil.rmtree(self.file.parent, ignore_errors=True)
