"""The hosts of the configuration, each with its accounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from soda_tui.domain.failure import Failure
from soda_tui.domain.meaning import WORDS
from soda_tui.domain.settings import AccountSettings, HostSettings
from soda_tui.services.configkeys import ACCOUNT, Account, Host

if TYPE_CHECKING:
    from soda_tui.services.tomllines import KeyPath

_ACCOUNTS = "accounts"
_NAMED = "named with at most 40 letters, digits, hyphens or underscores"
_SOLE = "owners that no other account of the host has"

Table = dict[str, Any]


class Hosts(Struct, frozen=True):
    """Reads them by what checks a table's keys, what takes a value for a table, what is wrong, and where a path is."""

    check: Callable[[Table, type[Struct], KeyPath, tuple[str, ...]], Table]
    table: Callable[[object, KeyPath], Table]
    wrong: Callable[[KeyPath, str], Failure]
    path: Callable[[str], str]

    def read(self, found: object) -> dict[str, HostSettings]:
        """All of them by their names in lower case; raises a Failure."""
        hosts = self.table(found, ("hosts",))
        return {name.lower(): self._host(self.table(hosts[name], ("hosts", name)), name) for name in hosts}

    def _host(self, table: Table, name: str) -> HostSettings:
        at = ("hosts", name)
        own = {key: value for key, value in table.items() if key != _ACCOUNTS}
        host = msgspec.convert(self.check(own, Host, at, (_ACCOUNTS,)), Host)
        accounts = self._accounts(self.table(table.get(_ACCOUNTS, {}), (*at, _ACCOUNTS)), (*at, _ACCOUNTS))
        certificate = self.path(host.certificate) if host.certificate else None
        return HostSettings(host.api_url.rstrip("/") or None, host.token_command, certificate, accounts)

    def _accounts(self, tables: Table, at: tuple[str, ...]) -> Mapping[str, AccountSettings]:
        """Those of which something is said; no two of them have one owner."""
        made: dict[str, AccountSettings] = {}
        for name, table in tables.items():
            if table == {}:
                continue
            taken = {owner.lower() for other in made.values() for owner in other.owners}
            made[name] = self._account(self.table(table, (*at, name)), (*at, name))
            if not taken.isdisjoint(map(str.lower, made[name].owners)):
                raise self.wrong((*at, name, "owners"), _SOLE)
        return made

    def _account(self, table: Table, at: tuple[str, ...]) -> AccountSettings:
        """An account without a command of its own would have to take the token of another one."""
        if not re.fullmatch(ACCOUNT, at[-1]):
            raise self.wrong(at, _NAMED)
        account = msgspec.convert(self.check(table, Account, at, ()), Account)
        if not account.token_command:
            raise self.wrong((*at, "token_command"), WORDS)
        return AccountSettings(account.token_command, account.owners)
