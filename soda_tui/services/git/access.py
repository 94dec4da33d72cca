"""The API token for git over https: never stored, in no argument and in no environment.

A credential helper reads it from a socket that git's process inherits (`process.py` hands it over), when the server
asks for it. Gits before 2.46 wait for that; a `~/.netrc` that opens the repository is taken before the helper then.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from msgspec import Struct

from soda_tui.domain.configuration.accounts import Accounts
from soda_tui.domain.naming import RepositoryName
from soda_tui.services.git.environment import HANDED

_READ = f"import os; fd, size = map(int, os.environ['{HANDED}'].split()); os.write(1, os.read(fd, size))"
# What git wants stored or forgotten is not answered.
_HELPER = f'!f() {{ test "$1" = get && exec {shlex.join((sys.executable, "-I", "-S", "-c", _READ))}; }}; f'
_CERTIFICATES = "GIT_SSL_CAINFO"
_PORTS = {"https": 443, "http": 80}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _origin(url: str) -> tuple[str, str | None, int] | None:
    """Where a URL leads, without user and path; None for what is no http."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError):
        return None


def _nothing(_host: str) -> str | None:
    return None


class Access(Struct, frozen=True):
    """Who git is on the repositories' hosts; `tokens` are asked with an account's key, `api_url` with a host's name.

    `forget` has an account's token looked for anew the next time: it was refused.
    """

    tokens: Callable[[str], str | None] = _nothing
    api_url: Callable[[str], str | None] = _nothing
    accounts: Accounts = Accounts()
    forget: Callable[[str], object] = _nothing

    def leads(self, host: str, url: str) -> bool:
        """Whether a URL leads where the host's token may go."""
        return _origin(url) in [_origin(own) for own in self._origins(host)]

    def url(self, name: RepositoryName) -> str:
        """Where a repository is cloned from, without any login."""
        return f"{self._origins(name.host)[-1]}{name.full}.git"

    def of(self, name: RepositoryName, *, push: bool = False) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """Git settings that bring the token to its host's own origins and to no other, and what is handed to git.

        The token is that of the account that reads the repository, or for a `push` of the one that acts there. Both are
        empty without one. An empty value first takes away what is configured: a header of another token would be sent
        as well, and a credential helper would store this one.
        """
        host, accounts = name.host, self.accounts
        token = self.tokens(self._account(name, push=push))
        if not token:
            return [], {}
        trusted = accounts.settings(host.lower()).certificate
        settings = [
            pair
            for origin in self._origins(host)
            for pair in (
                (f"http.{origin}.extraHeader", ""),
                (f"http.{origin}.proactiveAuth", "basic"),
                (f"credential.{origin}.helper", ""),
                (f"credential.{origin}.helper", _HELPER),
            )
        ]
        # Not `http.sslCAInfo`: where the environment names certificates already, git heeds that setting no more.
        certificates = {_CERTIFICATES: trusted} if trusted else {}
        return settings, {HANDED: f"username=x-access-token\npassword={token}\n", **certificates}

    def refused(self, name: RepositoryName, *, push: bool = False) -> None:
        """Look for another token the next time: that of `of` was refused."""
        self.forget(self._account(name, push=push))

    def named(self, name: RepositoryName, *, push: bool = False) -> str:
        """The named account whose token that is, as a person knows it; empty for the host's own."""
        _, _, account = self._account(name, push=push).partition("/")
        return f"{account} (act_as)" if account and push and name.key in self.accounts.act_as else account

    def _account(self, name: RepositoryName, *, push: bool) -> str:
        return self.accounts.acting(name) if push else self.accounts.reading(name)

    def _origins(self, host: str) -> list[str]:
        """Where the token may go: https to the host, and plain http only to a test server on this very machine."""
        api = urlsplit(self.api_url(host) or "")
        loopback = api.scheme == "http" and api.hostname in _LOOPBACK
        return [f"https://{host}/", *([f"http://{api.netloc}/"] if loopback else [])]
