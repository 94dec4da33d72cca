"""What the headers of GitHub's answers say, each read with suspicion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SSO_URL = re.compile(r"url=(https://[^\s;,]+)")
_SCOPE = re.compile(r"[a-z_:]+")
_EXPIRY = "github-authentication-token-expiration"
_FORMATS = ("%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z")


def number(text: str | None) -> int | None:
    """A number that is not absurdly large."""
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 12 else None


def moment(text: str | None) -> datetime | None:
    """A time in seconds since 1970."""
    seconds = number(text)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def date(headers: Mapping[str, str]) -> datetime | None:
    """When the answer was given, by the server's clock."""
    text = headers.get("date")
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None


def sso_url(headers: Mapping[str, str]) -> str | None:
    """Where a token is authorised for single sign-on."""
    match = _SSO_URL.search(headers.get("x-github-sso", ""))
    return match[1] if match else None


def expiry(headers: Mapping[str, str]) -> datetime | None:
    """When the token expires; None for one that does not, or where that is not said."""
    text = headers.get(_EXPIRY, "")
    for form in _FORMATS if text else ():
        try:
            found = datetime.strptime(text, form)
            return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def scopes(headers: Mapping[str, str]) -> frozenset[str] | None:
    """The scopes of a classic token; GitHub sends none of the header for tokens of other kinds."""
    said = headers.get("x-oauth-scopes")
    return None if said is None else frozenset(_SCOPE.findall(said))
