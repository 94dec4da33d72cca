"""The JSON document and its schema."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from msgspec import structs

from soda_tui.domain.codes import Checks, DriftKind, ExcludedCode, NeedCode, PriorityName, Review, Severity, Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import (
    Account,
    Agent,
    Claim,
    Clone,
    Counts,
    Drift,
    Error,
    ExcludedEntry,
    Need,
    PullRequestEntry,
    QueueEntry,
    RateLimit,
    Repository,
    Run,
    Snapshot,
    Worktree,
)
from soda_tui.services.document import SCHEMA_FILE, decode, encode, schema_text

NOW = datetime(2026, 5, 4, 12, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))
WHOLE = NOW.replace(microsecond=0)

AGENT = Agent(
    "agent001", Status.WORKING, 12, "Fix", "agent001/12-fix", WHOLE, 1, Claim("5b1f0c9e", True, "desk"),
    Worktree("/w", "agent001/12-fix", False, 2), Run("r1", 77, WHOLE, None, None, "/log"),
)  # fmt: skip
FULL = Repository(
    id="R_1", name="acme/rocket", host="github.com", url="https://github.com/acme/rocket", path="/src/ünï", group=None,
    default_branch="main", base="main", archived=False, viewer_permission="WRITE", read_only=False,
    clone=Clone("main", False, 0, 1, None), agent=AGENT, counts=Counts(3, 2, 1), truncated=False,
    queue=(QueueEntry(13, "I_13", "Next", "you", 4, PriorityName.VERY_HIGH, ("a",), (), "https://x/13"),),
    excluded=(ExcludedEntry(14, "No", ExcludedCode.HUMAN_ONLY, "for people"),),
    pull_requests=(PullRequestEntry(15, "Work", "b", 12, Checks.PENDING, Review.REQUIRED, True, "https://x/15"),),
    drift=(Drift(DriftKind.BRANCH_GONE, Severity.CRITICAL, "gone", WHOLE, "push"),),
    needs=(Need(NeedCode.CRITICAL_DRIFT, "look"),), fetched_at=WHOLE, stale=True,
    error=Error(ErrorCode.NETWORK, "no net", WHOLE),
)  # fmt: skip
EMPTY = Repository(
    id=None, name="acme/engine", host="github.com", url=None, path="/e", group=None, default_branch=None, base=None,
    archived=None,
    viewer_permission=None, read_only=True, clone=Clone(None, None, None, None, "missing"),
    agent=Agent("agent001", Status.UNKNOWN, None, None, None, None, None, None, None, None),
    counts=Counts(None, None, None), truncated=False, queue=(), excluded=(), pull_requests=(), drift=(), needs=(),
    fetched_at=None, stale=False, error=None,
)  # fmt: skip
SNAPSHOT = Snapshot(
    1, WHOLE, False,
    (Account("github.com", "you", RateLimit(5000, 4999, 1, WHOLE)), Account("git.example.org", None, None)),
    (FULL, EMPTY),
)  # fmt: skip


def faults(value: Any, rule: dict[str, Any], defs: dict[str, Any], at: str = "$") -> list[str]:
    """What a document breaks of the part of JSON Schema that ours uses; KeyError at anything else."""
    if "$ref" in rule:
        return faults(value, defs[rule["$ref"].removeprefix("#/$defs/")], defs, at)
    if "anyOf" in rule:
        tried = [faults(value, each, defs, at) for each in rule["anyOf"]]
        return [] if [] in tried else [fault for found in tried for fault in found]
    if "const" in rule:
        return [] if value == rule["const"] else [f"{at} is not {rule['const']}"]
    if "enum" in rule:
        return [] if value in rule["enum"] else [f"{at} is none of {rule['enum']}"]
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "boolean": bool,
        "null": type(None),
    }
    if not isinstance(value, kinds[rule["type"]]) or (rule["type"] == "integer" and isinstance(value, bool)):
        return [f"{at} is no {rule['type']}"]
    if rule["type"] == "object":
        found = [f"{at}.{name} is missing" for name in rule["required"] if name not in value]
        found += [f"{at}.{name} is not in the schema" for name in value if name not in rule["properties"]]
        return found + [
            fault
            for name, part in rule["properties"].items()
            if name in value
            for fault in faults(value[name], part, defs, f"{at}.{name}")
        ]
    if rule["type"] == "array":
        return [fault for n, each in enumerate(value) for fault in faults(each, rule["items"], defs, f"{at}[{n}]")]
    if rule.get("format") == "date-time" and not (len(value) == 20 and value.endswith("Z")):
        return [f"{at} is no time in UTC and whole seconds"]
    return []


def test_the_schema_in_the_package_is_up_to_date() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_the_schema_holds_for_a_document_with_everything_and_with_nothing() -> None:
    rules = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    document = json.loads(encode(SNAPSHOT))
    assert faults(document, rules, rules["$defs"]) == []
    assert set(document["repositories"][0]) == set(document["repositories"][1])


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema_version",), 2),
        (("taken_at",), "2026-05-04 12:00"),
        (("accounts", 0, "rate_limit", "reset_at"), "soon"),
        (("repositories", 0, "agent", "status"), "asleep"),
        (("repositories", 0, "excluded", 0, "code"), "unlucky"),
        (("repositories", 0, "queue", 0, "number"), None),
        (("repositories", 0, "more"), 1),
    ],
)
def test_the_schema_refuses_what_is_not_in_it(place: tuple[str | int, ...], value: object) -> None:
    rules = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    document: Any = json.loads(encode(SNAPSHOT))
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    assert faults(document, rules, rules["$defs"]) != []


def test_every_key_is_required_and_every_time_is_marked() -> None:
    defs = json.loads(schema_text())["$defs"]
    for component in defs.values():
        if component.get("type") == "object":
            assert component["required"] == list(component["properties"])
    assert schema_text().count('"date-time"') == 14


def test_a_document_comes_back_as_it_was() -> None:
    assert decode(encode(SNAPSHOT)) == SNAPSHOT
    assert encode(structs.replace(SNAPSHOT, taken_at=NOW)) == encode(SNAPSHOT)
    assert b'"taken_at":"2026-05-04T10:00:00Z"' in encode(SNAPSHOT)
    assert b"\n" not in encode(SNAPSHOT)
    assert "ünï".encode() in encode(SNAPSHOT)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", b"[" * 100_000, encode(SNAPSHOT)[:-1]])
def test_what_is_damaged_or_of_another_version_is_none(content: bytes) -> None:
    assert decode(content) is None
    assert decode(encode(structs.replace(SNAPSHOT, schema_version=2))) is None


def test_half_a_surrogate_pair_does_not_stop_the_document() -> None:
    odd = structs.replace(SNAPSHOT, repositories=(structs.replace(FULL, path="/src/\udcff"),))
    assert json.loads(encode(odd))["repositories"][0]["path"] == "/src/?"


def test_a_document_from_before_a_key_was_added_is_read() -> None:
    document = json.loads(encode(SNAPSHOT))
    worktree = document["repositories"][0]["agent"]["worktree"]
    del worktree["ahead"], worktree["behind"]
    assert decode(json.dumps(document).encode()) == SNAPSHOT
