"""Themes: TOML files named as the theme that they hold, checked before Textual sees them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from textual.color import ColorParseError
from textual.theme import Theme

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode
from soda_tui.domain.text import one_line
from soda_tui.tui.tones import resolve, variable_defaults

DEFAULT = "soda-dark"
SIXTEEN = "soda-ansi"
"""The themes of a terminal with many colours, and of one with sixteen."""

_LIMIT = 64 * 1024
_MOST = 100
_COLOURS = (
    "primary",
    "secondary",
    "accent",
    "warning",
    "error",
    "success",
    "foreground",
    "background",
    "surface",
    "panel",
)
_SWITCHES = ("dark", "ansi")

Stamp = tuple[tuple[str, int, int], ...]


def folder() -> Path:
    """Where the program's own themes are: in the installed package, or at the top of a checkout."""
    packaged = Path(__file__).parents[1] / "themes"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "themes"


def files(within: Path) -> list[Path]:
    """The theme files of a folder by name, at most a hundred; none where it cannot be read."""
    try:
        return sorted(path for path in within.iterdir() if path.suffix == ".toml")[:_MOST]
    except OSError:
        return []


def packaged() -> Iterator[Theme]:
    """The program's own themes; raises Failure for one that is broken."""
    for path in files(folder()):
        yield read(path)


def stamp(within: Path) -> Stamp:
    """What changes whenever a theme of the folder does."""
    found = []
    for path in files(within):
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((path.name, status.st_mtime_ns, status.st_size))
    return tuple(found)


def read(path: Path) -> Theme:
    """One theme; raises Failure where its file is not TOML, has a key too many or no primary colour, or no colour."""
    try:
        theme = _theme(path.stem, _document(path))
        generated = theme.to_color_system().generate()
        resolve({**variable_defaults(generated), **generated, **theme.variables})
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, ColorParseError) as error:
        reason = f"there is no {error}" if isinstance(error, KeyError) else one_line(str(error))
        sentence = say.THEME_BROKEN(file=path, error=reason)
        raise Failure(Problem(ErrorCode.CONFIGURATION, sentence)) from error
    return theme


def defaults(theme: Theme) -> dict[str, str]:
    """The application's variables for a theme that does not know them."""
    return variable_defaults(theme.to_color_system().generate())


def _document(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        content = file.read(_LIMIT + 1)
    if len(content) > _LIMIT:
        raise ValueError(f"it is longer than {_LIMIT} bytes")
    return tomllib.loads(content.decode())


def _theme(name: str, document: Mapping[str, Any]) -> Theme:
    unknown = document.keys() - {*_COLOURS, *_SWITCHES, "variables"}
    if unknown:
        raise ValueError(f"{min(unknown)} is no key of a theme")
    for switch in _SWITCHES:
        if not isinstance(document.get(switch, True), bool):
            raise TypeError(f"{switch} should be true or false")
    colours = {key: str(document[key]) for key in _COLOURS if key in document or key == "primary"}
    return Theme(
        name=name,
        **colours,  # type: ignore[arg-type]  # each is a colour's name
        dark=document.get("dark", True),
        ansi=document.get("ansi", False),
        variables={str(key): str(value) for key, value in document.get("variables", {}).items()},
    )
