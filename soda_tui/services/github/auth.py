"""Tokens: found where people keep them, held in memory, never written anywhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from threading import Lock
from urllib.parse import urlsplit

from soda_tui.domain.configuration.accounts import Accounts, HostSettings
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import DEFAULT_HOST
from soda_tui.domain.sentences import GITHUB_TOKEN_COMMAND, GITHUB_TOKEN_MALFORMED
from soda_tui.services.programs import ask

_VARIABLES = ("GH_TOKEN", "GITHUB_TOKEN", "MY_LITTLE_SODA_GITHUB_TOKEN")
_ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")

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

    def token(self, account: str) -> str | None:
        """The account's token, None where there is none; may take five seconds, so not for an event loop's own thread.

        Raises a Failure where a configured `token_command` gives none, or the token cannot be one.
        """
        key = _key(account)
        with self._finding.setdefault(key, Lock()):
            if key in self._found:
                return self._found[key]
            found = self._found[key] = self._find(key)
            return found

    def source(self, account: str) -> str | None:
        """Where the account's token came from, in words; None where none was found yet."""
        return self._sources.get(_key(account))

    def forget(self, account: str) -> None:
        """Ask for the account's token anew the next time: it was refused.

        Waits for nothing, so an event loop may call it while a command that finds a token still runs.
        """
        self._found.pop(_key(account), None)

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
            return self._checked(host, token, "its token_command")
        for name in _variables(host, self._environment):
            if value := self._environment.get(name, "").strip():
                return self._checked(host, value, name)
        command = (self._environment.get("GH_PATH") or "gh", "auth", "token", "--hostname", host)
        # Those of other hosts: gh has no use for them here, and all that a process is given can be seen.
        token, _ = ask(
            command, {name: value for name, value in self._environment.items() if name not in TOKEN_VARIABLES}
        )
        return self._checked(host, token, "gh auth token") if token else None

    def _checked(self, host: str, token: str, source: str) -> str:
        self._seen.add(token)
        self._sources[host] = source
        # A header with a line feed or a letter outside ASCII would be refused in words that hold the token.
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise Failure(Problem(ErrorCode.AUTHENTICATION, GITHUB_TOKEN_MALFORMED(host=host, source=source)))
        return token


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
