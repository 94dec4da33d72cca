"""The snapshot as a JSON document, its JSON Schema, and the command that writes the schema into the package.

`python -m soda_tui.services.document` writes it anew.
"""

from __future__ import annotations

import json
from dataclasses import is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from soda_tui.domain import model
from soda_tui.domain.model import SCHEMA_VERSION, Snapshot

SCHEMA_FILE = Path(__file__).parent.parent / "schema" / f"snapshot-{SCHEMA_VERSION}.json"


def encode(snapshot: Snapshot) -> bytes:
    """The document in UTF-8 on one line; times are RFC 3339 in UTC and whole seconds."""
    tree = msgspec.to_builtins(snapshot, builtin_types=(datetime,))
    text = json.dumps(tree, default=_time, ensure_ascii=False, separators=(",", ":"))
    # Half a surrogate pair, as a file name of any bytes may leave one, has no UTF-8.
    return text.encode("utf-8", "replace")


def decode(content: bytes) -> Snapshot | None:
    """The snapshot that a document holds; None where it is damaged or of another version."""
    try:
        snapshot = msgspec.json.decode(content, type=Snapshot)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return snapshot if snapshot.schema_version == SCHEMA_VERSION else None


def schema() -> dict[str, Any]:
    """The JSON Schema of the document: every key required, enumerations listed, times marked as such."""
    document = msgspec.json.schema(Snapshot)
    components = document["$defs"]
    for name, component in components.items():
        declared = getattr(model, name)
        if is_dataclass(declared):
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
