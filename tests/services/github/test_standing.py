"""What a host says of a token in its headers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from soda_tui.services.github.headers import expiry, scopes


@pytest.mark.parametrize("text", ["2026-05-04 12:00:00 UTC", "2026-05-04 12:00:00 +0000", "2026-05-04 05:00:00 -0700"])
def test_when_a_token_expires(text: str) -> None:
    assert expiry({"github-authentication-token-expiration": text}) == datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "never", "2026-13-99"])
def test_what_is_no_time_says_nothing(text: str) -> None:
    assert expiry({"github-authentication-token-expiration": text}) is None


def test_only_classic_tokens_havescopes() -> None:
    assert scopes({"x-oauth-scopes": "read:org, repo"}) == frozenset({"read:org", "repo"})
    assert scopes({"x-oauth-scopes": ""}) == frozenset()
    assert scopes({}) is None
