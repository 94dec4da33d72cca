"""A call: what the command line and the environment say, and what is on disk for it without anything being opened."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.keys import Keys
from soda_tui.domain.configuration.settings import Settings
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.model import Snapshot
from soda_tui.domain.recalling import excerpt
from soda_tui.services.paths import Paths
from soda_tui.wiring.pacing import paced

if TYPE_CHECKING:
    from soda_tui.cockpit.waiting import Waits
    from soda_tui.services.store import FileStore


class Invocation(Struct, frozen=True):
    """How the program was called, as far as it concerns all commands; `waits` knows what it waits for, once opened."""

    environ: Mapping[str, str]
    config: str | None = None
    options: Mapping[str, object] | None = None
    log_level: str | None = None
    demo: bool = False
    waits: Waits | None = None

    @property
    def paths(self) -> Paths:
        """Where the cockpit's files are."""
        return Paths.standard(self.environ, self.config)


def invocation(arguments: argparse.Namespace) -> Invocation:
    """What the command line says to all commands; raises Failure for a `--set` that is not SECTION.KEY=VALUE."""
    options: dict[str, object] = {}
    for text in arguments.settings:
        key, equals, value = text.partition("=")
        if not equals or "." not in key:
            raise Failure(Problem(ErrorCode.USAGE, say.SET_MALFORMED(text=text)))
        options[key] = value
    return Invocation(os.environ, arguments.config, options, arguments.log_level, arguments.demo)


def clock() -> datetime:
    """Now, in UTC and whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def here() -> str:
    """The current directory; the root where it was removed under us."""
    try:
        return str(Path.cwd())
    except FileNotFoundError:
        return "/"


def settings_of(call: Invocation, paths: Paths) -> Settings:
    """The configuration for a call; raises Failure where it is broken, or is not where the call says."""
    from soda_tui.services.config.reading import load

    if call.config is not None and not paths.config_file.exists():
        raise Failure(Problem(ErrorCode.CONFIGURATION, say.CONFIG_MISSING(path=paths.config_file)))
    return paced(load(paths, call.environ, call.options or {}), call.environ)


def store_of(paths: Paths) -> FileStore:
    """The cockpit's own files."""
    from soda_tui.services.store import FileStore

    return FileStore(paths)


def keys(call: Invocation) -> tuple[Keys, tuple[str, ...]]:
    """The rebound keys of the configuration, and what is odd about it; raises Failure where it is broken."""
    settings = settings_of(call, call.paths)
    return settings.keys, settings.warnings


def last_snapshot(call: Invocation) -> Snapshot | None:
    """What the last snapshot on disk has of the enrolled repositories, None where it has none of them.

    Raises Failure where the configuration is broken, or the snapshot damaged.
    """
    kept, keys = store_of(call.paths).glance(), {one.key for one in settings_of(call, call.paths).repositories}
    found = excerpt(kept, keys) if kept else None
    return found if found and found.repositories else None


def encode(snapshot: Snapshot) -> bytes:
    """The snapshot as its JSON document."""
    from soda_tui.services.document import encode as document

    return document(snapshot)


def encode_result(result: object) -> bytes:
    """An outcome, or whatever else of the domain a command found, as JSON."""
    import msgspec

    return msgspec.json.encode(result)
