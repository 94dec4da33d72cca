"""Tokens: found where people keep them, held in memory, never written anywhere."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from threading import Lock
from urllib.parse import urlsplit

from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode
from soda_tui.domain.naming import DEFAULT_HOST
from soda_tui.domain.sentences import GITHUB_TOKEN_COMMAND, GITHUB_TOKEN_MALFORMED
from soda_tui.domain.settings import HostSettings

_VARIABLES = ("GH_TOKEN", "GITHUB_TOKEN", "MY_LITTLE_SODA_GITHUB_TOKEN")
_ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
_DEADLINE = 5.0

TOKEN_VARIABLES = frozenset({*_VARIABLES, *_ENTERPRISE})
"""Every variable that may hold a token of the cockpit's; nothing that it starts for others is handed one."""


class Tokens:
    """The tokens of this process, one for each host.

    Order: the host's `token_command`; `GH_TOKEN`, `GITHUB_TOKEN`, `MY_LITTLE_SODA_GITHUB_TOKEN` for github.com, ghe.com
    and the host of `GITHUB_SERVER_URL`, `GH_ENTERPRISE_TOKEN`, `GITHUB_ENTERPRISE_TOKEN` for others; `gh auth token`.
    """

    def __init__(self, environment: Mapping[str, str], hosts: Mapping[str, HostSettings]) -> None:
        self._environment = environment
        self._hosts = hosts
        self._found: dict[str, str | None] = {}
        self._seen: set[str] = set()
        self._finding: dict[str, Lock] = {}

    def token(self, host: str) -> str | None:
        """The host's token, None where there is none; may take five seconds, so not for an event loop's own thread.

        Raises a Failure where a configured `token_command` gives none, or the token cannot be one.
        """
        host = host.lower()
        with self._finding.setdefault(host, Lock()):
            if host in self._found:
                return self._found[host]
            found = self._found[host] = self._find(host)
            return found

    def forget(self, host: str) -> None:
        """Ask for the host's token anew the next time: it was refused.

        Waits for nothing, so an event loop may call it while a command that finds a token still runs.
        """
        self._found.pop(host.lower(), None)

    @property
    def seen(self) -> Collection[str]:
        """Every token seen so far; the collection grows while the program runs."""
        return self._seen

    def _find(self, host: str) -> str | None:
        settings = self._hosts.get(host)
        if settings and settings.token_command:
            token, trouble = _ask(settings.token_command, self._environment)
            if not token:
                raise Failure(
                    Problem(ErrorCode.AUTHENTICATION, GITHUB_TOKEN_COMMAND(host=host, reason=trouble or "no output"))
                )
            return self._checked(host, token, "its token_command")
        for name in _variables(host, self._environment):
            if value := self._environment.get(name, "").strip():
                return self._checked(host, value, name)
        command = (self._environment.get("GH_PATH") or "gh", "auth", "token", "--hostname", host)
        token, _ = _ask(command, self._environment)
        return self._checked(host, token, "gh auth token") if token else None

    def _checked(self, host: str, token: str, source: str) -> str:
        self._seen.add(token)
        # A header with a line feed or a letter outside ASCII would be refused in words that hold the token.
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise Failure(Problem(ErrorCode.AUTHENTICATION, GITHUB_TOKEN_MALFORMED(host=host, source=source)))
        return token


def _variables(host: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The variables that may hold this host's token: one that was made for github.com goes to no other host.

    As gh has it (its `environment` help): `GH_TOKEN` is for github.com and ghe.com, others have names of their own.
    """
    server = urlsplit(environment.get("GITHUB_SERVER_URL", "")).netloc.lower()
    if host in {DEFAULT_HOST, server} or host.endswith(".ghe.com"):
        return _VARIABLES
    return _ENTERPRISE


def _ask(command: Sequence[str], environment: Mapping[str, str]) -> tuple[str, str | None]:
    """What a command prints, stripped, or why it printed nothing; its whole process group ends with the deadline."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return "", getattr(error, "strerror", None) or "it cannot be started"
    with process:
        try:
            output, _ = process.communicate(timeout=_DEADLINE)
        except subprocess.TimeoutExpired:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=1)
            return "", f"no answer within {_DEADLINE:.0f} seconds"
    if process.returncode != 0:
        return "", f"exit status {process.returncode}"
    return output.decode("utf-8", "replace").strip(), None
