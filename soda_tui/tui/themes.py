"""Themes: TOML files beside the program, checked before Textual sees them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from textual.color import ColorParseError
from textual.theme import Theme

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode
from soda_tui.tui.tones import resolve, variable_defaults

DEFAULT = "soda-dark"


def folder() -> Path:
    """Where the program's own themes are: in the installed package, or at the top of a checkout."""
    packaged = Path(__file__).parents[1] / "themes"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "themes"


def packaged() -> Iterator[Theme]:
    """The program's own themes; raises Failure for one that is broken."""
    for path in sorted(folder().glob("*.toml")):
        yield read(path)


def read(path: Path) -> Theme:
    """One theme; raises Failure where its file is not TOML, has no name or primary colour, or names no colour."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        variables = {str(name): str(value) for name, value in document.get("variables", {}).items()}
        theme = Theme(
            name=str(document["name"]),
            primary=str(document["primary"]),
            secondary=document.get("secondary"),
            accent=document.get("accent"),
            warning=document.get("warning"),
            error=document.get("error"),
            success=document.get("success"),
            foreground=document.get("foreground"),
            background=document.get("background"),
            surface=document.get("surface"),
            panel=document.get("panel"),
            dark=bool(document.get("dark", True)),
            variables=variables,
        )
        generated = theme.to_color_system().generate()
        resolve({**variable_defaults(generated), **generated, **variables})
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ColorParseError) as error:
        sentence = say.THEME_BROKEN(file=path, error=error)
        raise Failure(Problem(ErrorCode.CONFIGURATION, sentence)) from error
    return theme


def defaults(theme: Theme) -> dict[str, str]:
    """The application's variables for a theme that does not know them."""
    return variable_defaults(theme.to_color_system().generate())
