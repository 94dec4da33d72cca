"""Where a host's GraphQL API is."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from soda_tui.domain.configuration.accounts import HostSettings
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import DEFAULT_HOST
from soda_tui.domain.sentences import GITHUB_ENDPOINT_MALFORMED

_TENANTS = ".ghe.com"


def endpoint(host: str, settings: HostSettings | None, environment: Mapping[str, str]) -> str:
    """The URL that GraphQL is posted to.

    `GITHUB_GRAPHQL_URL` and `GITHUB_API_URL` speak of the host of `GITHUB_SERVER_URL` (without it github.com), as they
    do in GitHub's own workflows. Raises a Failure where the address is not https; plain http is for loopback only, and
    only where it was configured.
    """
    host = host.lower()
    configured = _from_environment(host, environment) or (settings.api_url if settings else None)
    return _checked(host, configured) if configured else _derived(host)


def is_newest(host: str) -> bool:
    """Whether GitHub itself runs the host, so that its schema is the newest; a company's own server may be older."""
    return host == DEFAULT_HOST or host.endswith(_TENANTS)


def _from_environment(host: str, environment: Mapping[str, str]) -> str | None:
    server = urlsplit(environment.get("GITHUB_SERVER_URL", "")).netloc.lower() or DEFAULT_HOST
    if host != server:
        return None
    return environment.get("GITHUB_GRAPHQL_URL") or environment.get("GITHUB_API_URL")


def _derived(host: str) -> str:
    if host == DEFAULT_HOST:
        return "https://api.github.com/graphql"
    if host.endswith(_TENANTS):
        return f"https://api.{host}/graphql"
    return f"https://{host}/api/graphql"


def _checked(host: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        name = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise _malformed(host, "the configured one", str(error)) from None
    shown = f"{parts.scheme}://{name}{parts.path}"
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _malformed(host, shown, "it must hold no user, password, query or fragment")
    if not name or parts.scheme not in {"https", "http"}:
        raise _malformed(host, shown, "it is not an https URL")
    if parts.scheme == "http" and not _is_loopback(name):
        raise _malformed(host, shown, "without https the token would be readable on its way")
    path = parts.path.rstrip("/")
    if not path.endswith("/graphql"):
        path = f"{path.removesuffix('/v3')}/graphql"
    return f"{parts.scheme}://{parts.netloc}{path}"


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _malformed(host: str, url: str, reason: str) -> Failure:
    return Failure(Problem(ErrorCode.CONFIGURATION, GITHUB_ENDPOINT_MALFORMED(host=host, url=url, reason=reason)))
