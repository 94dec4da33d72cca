"""The settings as they hold: each with who says its value, what it means, and what it may be."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct


class Source(StrEnum):
    """Who says a value, the first of these that says anything."""

    OPTION = "option"
    ENVIRONMENT = "environment"
    REPOSITORY = "repository"
    FILE = "file"
    DEFAULT = "default"


class Setting(Struct, frozen=True):
    """A key with the value that holds: who says it and where, its default, what it means and what it may be.

    `at_once` tells that a cockpit that is open takes a new value up as soon as it is written.
    """

    key: str
    value: Any
    source: Source
    place: str | None
    default: Any
    meaning: str
    right: str
    environment: str | None
    repository: bool
    at_once: bool = False


class Configured(Struct, frozen=True):
    """Settings as they hold, of one repository where one is meant, and what is odd about the configuration."""

    file: str
    repository: str | None
    settings: tuple[Setting, ...]
    warnings: tuple[str, ...]


class Written(Struct, frozen=True):
    """What stands in the file now, and where; `value` is None, and `line` 0, where it is no longer there."""

    key: str
    value: Any
    file: str
    line: int
    changed: bool
