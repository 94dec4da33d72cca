"""The snapshot as a JSON document, its JSON Schema, and the command that writes the schema into the package.

`python -m soda_tui.services.document` writes it anew.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import structs

from soda_tui.domain import codes, model, usages
from soda_tui.domain.model import SCHEMA_VERSION, Account, Repository, Snapshot

SCHEMA_FILE = Path(__file__).parent.parent / "schema" / f"snapshot-{SCHEMA_VERSION}.json"

_NO_REPOSITORIES = b'"repositories":[]'


class _Frame(msgspec.Struct):
    """A snapshot whose repositories are still to be read, one by one for the same reason as they are written so."""

    schema_version: int
    taken_at: datetime
    complete: bool
    accounts: tuple[Account, ...]
    repositories: list[msgspec.Raw]


def encode(snapshot: Snapshot) -> bytes:
    """The document in UTF-8 on one line; times are RFC 3339 in UTC and whole seconds.

    Made repository by repository: in one piece, a thread that makes it would keep the event loop waiting.
    """
    frame = _text(structs.replace(snapshot, repositories=())).encode()
    begin, end = frame.split(_NO_REPOSITORIES)
    # Half a surrogate pair, as a file name of any bytes may leave one, has no UTF-8.
    parts = b",".join(_text(part).encode("utf-8", "replace") for part in snapshot.repositories)
    return b"".join((begin, _NO_REPOSITORIES[:-1], parts, b"]", end))


def decode(content: bytes) -> Snapshot | None:
    """The snapshot that a document holds; None where it is damaged or of another version."""
    try:
        frame = msgspec.json.decode(content, type=_Frame)
        if frame.schema_version != SCHEMA_VERSION:
            return None
        parts = tuple(msgspec.json.decode(part, type=Repository) for part in frame.repositories)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return Snapshot(frame.schema_version, frame.taken_at, frame.complete, frame.accounts, parts)


def _text(value: object) -> str:
    tree = msgspec.to_builtins(value, builtin_types=(datetime,))
    return json.dumps(tree, default=_time, ensure_ascii=False, separators=(",", ":"))


def schema() -> dict[str, Any]:
    """The JSON Schema of the document: every key required, enumerations listed, times marked as such."""
    document = msgspec.json.schema(Snapshot)
    components = document["$defs"]
    declarations = vars(codes) | vars(usages) | vars(model)
    for name, component in components.items():
        declared = declarations[name]
        if issubclass(declared, msgspec.Struct):
            # What was added to version 1 has a default, so that documents without it can still be read.
            component["required"] = list(component["properties"])
            for property in component["properties"].values():
                property.pop("default", None)
            _mark_times(component["properties"], get_type_hints(declared))
    components["Snapshot"]["properties"]["schema_version"] = {"const": SCHEMA_VERSION}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"soda-tui snapshot, version {SCHEMA_VERSION}",
        **document,
    }


def schema_text() -> str:
    """The schema as it stands in the package's file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _mark_times(properties: dict[str, Any], hints: dict[str, Any]) -> None:
    for field, hint in hints.items():
        if hint is datetime or datetime in get_args(hint):
            for variant in properties[field].get("anyOf", [properties[field]]):
                if variant["type"] == "string":
                    variant["format"] = "date-time"


def _time(value: object) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


if __name__ == "__main__":
    SCHEMA_FILE.parent.mkdir(exist_ok=True)
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
