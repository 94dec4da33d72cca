"""Themes: TOML files named as the theme that they hold, checked before Textual sees them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.nearness import nearest
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
_STYLES = frozenset({"bold", "dim", "italic", "none", "not", "reverse", "strike", "underline"})

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
        known = {**variable_defaults(generated), **generated}
        for name, value in theme.variables.items():
            _check(name, value, known)
        resolve({**known, **theme.variables})
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
    dark, ansi = document.get("dark", True), document.get("ansi", False)
    # Textual's styles need variables of these themes that it does not derive.
    base = BUILTIN_THEMES["ansi-dark" if dark else "ansi-light"].variables if ansi else {}
    return Theme(
        name=name,
        **colours,  # type: ignore[arg-type]  # each is a colour's name
        dark=dark,
        ansi=ansi,
        variables={**base, **{str(key): str(value) for key, value in document.get("variables", {}).items()}},
    )


def _check(name: str, value: str, known: Mapping[str, str]) -> None:
    """Raise ValueError where a variable is none, or its value is not of its kind: one would end the program later."""
    if name not in known:
        near = nearest(name, known)
        raise ValueError(f"there is no variable {name}{f', but there is {near}' if near else ''}")
    if name.endswith("-style"):
        if not set(value.split()) <= _STYLES:
            raise ValueError(f"{name} should be of {', '.join(sorted(_STYLES))}")
        return
    colour, _, share = value.partition(" ")
    if colour != "auto":
        Color.parse(colour)
    if share and not re.fullmatch(r"[0-9]{1,2}%|100%", share):
        raise ValueError(f"{name} should be a colour, with at most a share such as 50% behind it")
