"""The API token for git over https: through the environment of the one process, never stored, never in arguments."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _nothing(_host: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Access:
    """Who git is on the repositories' hosts; `tokens` and `api_url` are asked with a host's name."""

    tokens: Callable[[str], str | None] = _nothing
    api_url: Callable[[str], str | None] = _nothing

    def settings(self, host: str) -> list[tuple[str, str]]:
        """Git settings that carry the host's token to its own origins and to no other; empty without a token.

        An empty value first takes away what is configured: a second Authorization header is answered with 400, and a
        credential helper would store the token.
        """
        token = self.tokens(host)
        if not token:
            return []
        credentials = b64encode(f"x-access-token:{token}".encode()).decode()
        return [
            pair
            for origin in self._origins(host)
            for pair in (
                (f"http.{origin}.extraHeader", ""),
                (f"http.{origin}.extraHeader", f"Authorization: Basic {credentials}"),
                (f"credential.{origin}.helper", ""),
            )
        ]

    def _origins(self, host: str) -> list[str]:
        """Where the token may go: https to the host, and plain http only to a test server on this very machine."""
        api = urlsplit(self.api_url(host) or "")
        loopback = api.scheme == "http" and api.hostname in _LOOPBACK
        return [f"https://{host}/", *([f"http://{api.netloc}/"] if loopback else [])]
