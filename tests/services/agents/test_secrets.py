"""Secrets that the cockpit knows, or that look like some, are hidden in what agents say, however that comes."""

from __future__ import annotations

import json
import random
import re

import pytest

from soda_tui.services.agents.hiding import Hiding, secrets_of


def tried() -> list[bytes]:
    chance = random.Random(7)
    parts = [b"abc", b"ab", b"abcabcab", b"abcabcabXYZabc", b"XYZ", b'q"uo\\te\nline', b'q\\"uo\\\\te\\nline', b"z"]
    return [b"".join(chance.choices(parts, k=chance.randint(1, 9))) for _ in range(600)]


def test_secrets_are_hidden_however_the_bytes_are_cut() -> None:
    secrets = {"abcabcab": "A_TOKEN", "abcabcabXYZabc": "B_KEY", 'q"uo\\te\nline': "C_SECRET"}
    for data in tried():
        whole = Hiding(secrets)
        expected = whole.feed(data) + whole.end()
        for size in (1, 2, 3, 7):
            pieces = Hiding(secrets)
            told = b"".join(pieces.feed(data[at : at + size]) for at in range(0, len(data), size)) + pieces.end()
            assert told == expected
        assert not any(value.encode() in expected for value in secrets)
        assert b'q\\"uo\\\\te\\nline' not in expected


def hidden(secret: str, data: bytes) -> bytes:
    """What is left of it, the same wherever the data is cut."""
    whole = Hiding({secret: "S"})
    told = whole.feed(data) + whole.end()
    for at in range(1, len(data)):
        pieces = Hiding({secret: "S"})
        assert pieces.feed(data[:at]) + pieces.feed(data[at:]) + pieces.end() == told
    return told


@pytest.mark.parametrize("secret", ['AK/a+d&g<x>"q', "-- BEGIN --\nabc\r\ndef\n-- END --", "pässwort🔑!", r"a\n\\b\&c"])
def test_a_secret_is_hidden_however_it_was_escaped(secret: str) -> None:
    plain, once = secret.replace("\r\n", "\n"), json.dumps(secret)[1:-1]
    go = re.sub(r"[&<>]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(secret, ensure_ascii=False)[1:-1])
    upper = re.sub(r"\\u\w{4}", lambda found: "\\u" + found[0][2:].upper(), once)
    shapes = [
        secret,
        plain,
        plain.replace("\n", "\r\n"),
        once,
        json.dumps(once)[1:-1],
        go,
        upper,
        once.replace("/", r"\/"),
    ]
    for shape in [*shapes, json.dumps(json.dumps(go)[1:-1])[1:-1]]:
        assert hidden(secret, f"<{shape}> {shape[:5]}|".encode()) == f"<[secret S]> {shape[:5]}|".encode(), shape


def test_what_only_begins_like_a_secret_is_waited_for_and_no_longer() -> None:
    hiding = Hiding({"gh-token-of-mine": "S", '"quoted" one': "Q"})
    assert hiding.feed(b"Go on? [y/N] ") == b"Go on? [y/N] "
    assert hiding.feed(b"gh-tok") == b"" and hiding.feed(b"yo") == b"gh-tokyo"


def test_what_is_held_to_be_secret() -> None:
    given = {"GH_TOKEN": "given-token", "SHORT": "1234567"}
    passed = {"X_API_KEY": "12345678", "my_password": "23456789", "PATH": "/usr/bin:/bin", "A_TOKEN": "short"}
    own = {"GH_TOKEN": "the-agent-has-another"}
    assert set(secrets_of(given, {**passed, **own}).values()) == {"GH_TOKEN", "X_API_KEY", "my_password"}
    assert {"given-token", "the-agent-has-another"} <= set(secrets_of(given, own))
    assert secrets_of({"GH_TOKEN": "given-token\n"}, {}, ["another-one"]) == {
        "given-token": "GH_TOKEN",
        "another-one": "token",
    }


@pytest.mark.parametrize(
    ("name", "value", "secrets"),
    [
        *((name, "a value", {}) for name in ("PATH", "COMPAT_MODE", "PWD", "GIT_AUTHOR_NAME", "GIT_CONFIG_KEY_0")),
        *((name, "a value of it", {}) for name in ("SSH_AUTH_SOCK", "TOKEN_FILE", "KEYBOARD", "AUTH_MODE", "OLDPWD")),
        *((name, "a-secret", {"a-secret"}) for name in ("GH_PAT", "PAT", "NPM_AUTH", "DB_PWD", "API_KEY_PROD")),
        *((name, "a-secret", {"a-secret"}) for name in ("OPENAI_KEY_2", "APIKEY", "AWS_SECRET_ACCESS_KEY", "a_creds")),
        ("DATABASE_URL", "postgres://me:p%40ssword@h/db", {"me:p%40ssword", "p%40ssword", "me:p@ssword", "p@ssword"}),
        ("HTTPS_PROXY", "http://postgres:postgres@h:1", {"postgres:postgres"}),
        ("X_CUSTOM_HEADERS", "A: Bearer abcdefgh\nB: k-12345678", {"abcdefgh", "k-12345678"}),
    ],
)
def test_which_variables_hold_secrets(name: str, value: str, secrets: set[str]) -> None:
    assert set(secrets_of({}, {name: value})) - ({value} if "HEADERS" in name else set()) == set(secrets)
