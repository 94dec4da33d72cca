"""The configuration file as it is: its text, its data, and the lines of its keys."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.sentences import CONFIG_SYNTAX, CONFIG_TOO_LONG
from soda_tui.services import files

if TYPE_CHECKING:
    from soda_tui.services.config.tomllines import KeyPath

_LIMIT = 1 << 20
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")


class Document(Struct, frozen=True):
    """A configuration file as it is: its text and what TOML makes of it."""

    file: Path
    text: str
    data: dict[str, Any]

    def line(self, path: KeyPath) -> int:
        """The line, counted from 1, where a key stands."""
        from soda_tui.services.config.tomllines import scan

        return scan(self.text).number(path)


def read(file: Path) -> Document:
    """The file's document, empty where there is none; raises a Failure where it cannot be read or is not TOML."""
    content = files.read(file, _LIMIT + 1) or b""
    if len(content) > _LIMIT:
        raise failure(CONFIG_TOO_LONG(file=file, limit=_LIMIT))
    try:
        return parse(file, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    raise failure(CONFIG_SYNTAX(file=file, line=line, reason="a byte that is not UTF-8"))


def parse(file: Path, text: str) -> Document:
    """The document that a text makes; raises a Failure where it is not TOML."""
    try:
        return Document(file, text, tomllib.loads(text))
    except RecursionError:
        line, reason = 1, "nested too deeply"
    except ValueError as error:
        place = _AT_LINE.search(str(error))
        line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
        reason = _AT_LINE.sub("", str(error))
    raise failure(CONFIG_SYNTAX(file=file, line=line, reason=reason))


def failure(sentence: str) -> Failure:
    """The failure of a configuration that is wrong, in a sentence."""
    return Failure(Problem(ErrorCode.CONFIGURATION, sentence))
