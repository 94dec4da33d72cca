"""What a host says of a token in its headers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from soda_tui.services.github.standing import _expiry, _scopes


@pytest.mark.parametrize("text", ["2026-05-04 12:00:00 UTC", "2026-05-04 12:00:00 +0000", "2026-05-04 05:00:00 -0700"])
def test_when_a_token_expires(text: str) -> None:
    assert _expiry(text) == datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "never", "2026-13-99"])
def test_what_is_no_time_says_nothing(text: str) -> None:
    assert _expiry(text) is None


def test_only_classic_tokens_have_scopes() -> None:
    assert _scopes({"x-oauth-scopes": "read:org, repo"}) == frozenset({"read:org", "repo"})
    assert _scopes({"x-oauth-scopes": ""}) == frozenset()
    assert _scopes({}) is None
