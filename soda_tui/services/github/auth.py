"""Tokens: found where people keep them, held in memory, never written anywhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

from soda_tui.domain.configuration.accounts import Accounts, HostSettings
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import DEFAULT_HOST
from soda_tui.domain.sentences import GITHUB_TOKEN_COMMAND, GITHUB_TOKEN_MALFORMED
from soda_tui.domain.token_expiry import COMMAND, GH, SOON
from soda_tui.services.programs import ask

_VARIABLES = ("GH_TOKEN", "GITHUB_TOKEN", "MY_LITTLE_SODA_GITHUB_TOKEN")
_ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
_LEAST = timedelta(seconds=30)

TOKEN_VARIABLES = frozenset({*_VARIABLES, *_ENTERPRISE})
"""Every variable that may hold a token of the cockpit's; nothing that it starts for others is handed one."""


class Tokens:
    """The tokens of this process, one for each account, which goes by its key: HOST, or HOST/NAME for a named one.

    A named account has its `token_command` alone. Order for a host's own: its `token_command`; `GH_TOKEN`,
    `GITHUB_TOKEN`, `MY_LITTLE_SODA_GITHUB_TOKEN` for github.com, ghe.com and the host of `GITHUB_SERVER_URL`,
    `GH_ENTERPRISE_TOKEN`, `GITHUB_ENTERPRISE_TOKEN` for others; `gh auth token`.
    """

    def __init__(self, environment: Mapping[str, str], hosts: Mapping[str, HostSettings]) -> None:
        self._environment = environment
        self._accounts = Accounts(hosts)
        self._found: dict[str, str | None] = {}
        self._seen: set[str] = set()
        self._sources: dict[str, str] = {}
        self._finding: dict[str, Lock] = {}
        self._renewing: set[str] = set()

    def token(self, account: str) -> str | None:
        """The account's token, None where there is none; may take five seconds, so not for an event loop's own thread.

        Raises a Failure where a configured `token_command` gives none, or the token cannot be one.
        """
        key = _key(account)
        with self._finding.setdefault(key, Lock()):
            held = self._found.get(key)
            if key in self._found and key not in self._renewing:
                return held
            self._renewing.discard(key)
            try:
                found = self._find(key) or held
            except Failure:
                if held is None:
                    raise
                found = held
            self._found[key] = found
            return found

    def source(self, account: str) -> str | None:
        """Where the account's token came from, in words; None where none was found yet."""
        return self._sources.get(_key(account))

    def forget(self, account: str) -> None:
        """Ask for the account's token anew the next time: it was refused.

        Waits for nothing, so an event loop may call it while a command that finds a token still runs.
        """
        self._found.pop(_key(account), None)

    def renew(self, account: str) -> None:
        """Ask for the account's token anew the next time, and keep to the one that is held where no other is found."""
        self._renewing.add(_key(account))

    @property
    def seen(self) -> Collection[str]:
        """Every token seen so far; the collection grows while the program runs."""
        return self._seen

    def _find(self, host: str) -> str | None:
        command = self._accounts.settings(host).token_command
        if command:
            token, trouble = ask(command, self._environment)
            if not token:
                raise Failure(
                    Problem(ErrorCode.AUTHENTICATION, GITHUB_TOKEN_COMMAND(host=host, reason=trouble or "no output"))
                )
            return self._checked(host, token, COMMAND)
        for name in _variables(host, self._environment):
            if value := self._environment.get(name, "").strip():
                return self._checked(host, value, name)
        command = (self._environment.get("GH_PATH") or "gh", "auth", "token", "--hostname", host)
        # Those of other hosts: gh has no use for them here, and all that a process is given can be seen.
        token, _ = ask(
            command, {name: value for name, value in self._environment.items() if name not in TOKEN_VARIABLES}
        )
        return self._checked(host, token, GH) if token else None

    def _checked(self, host: str, token: str, source: str) -> str:
        self._seen.add(token)
        self._sources[host] = source
        # A header with a line feed or a letter outside ASCII would be refused in words that hold the token.
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise Failure(Problem(ErrorCode.AUTHENTICATION, GITHUB_TOKEN_MALFORMED(host=host, source=source)))
        return token


class Renewals:
    """When to look whether there is a newer token than one that expires within a week: the nearer its end the oftener.

    After a tenth of the time that is left: a command that finds one may ask a person for it.
    """

    def __init__(self) -> None:
        self._next: datetime | None = None

    def is_due(self, expires: datetime | None, now: datetime) -> bool:
        """Whether to look now; never at once, for the token has just been found."""
        if expires is None or expires - now >= SOON:
            self._next = None
            return False
        due = self._next is not None and now >= self._next
        if due or self._next is None:
            self._next = now + max(abs(expires - now) / 10, _LEAST)
        return due


def _key(account: str) -> str:
    """Hosts go by their names in lower case, accounts as the configuration has them."""
    host, slash, name = account.partition("/")
    return f"{host.lower()}{slash}{name}"


def _variables(host: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The variables that may hold this host's token: one that was made for github.com goes to no other host.

    As gh has it (its `environment` help): `GH_TOKEN` is for github.com and ghe.com, others have names of their own.
    """
    server = urlsplit(environment.get("GITHUB_SERVER_URL", "")).netloc.lower()
    if host in {DEFAULT_HOST, server} or host.endswith(".ghe.com"):
        return _VARIABLES
    return _ENTERPRISE
