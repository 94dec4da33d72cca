"""The hosts of the configuration, each with its accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from soda_tui.domain.configuration.accounts import AccountSettings, HostSettings
from soda_tui.domain.configuration.meaning import WORDS
from soda_tui.services.config.checks import Checks, Table
from soda_tui.services.config.sections import ACCOUNT, Account, Host

if TYPE_CHECKING:
    pass

_ACCOUNTS = "accounts"
_NAMED = "named with at most 40 letters, digits, hyphens or underscores"
_SOLE = "owners that no other account of the host has"


class Hosts(Struct, frozen=True):
    """Reads them, and checks them."""

    checks: Checks

    def read(self, found: object) -> dict[str, HostSettings]:
        """All of them by their names in lower case; raises a Failure."""
        hosts = self.checks.table(found, ("hosts",))
        return {name.lower(): self._host(self.checks.table(hosts[name], ("hosts", name)), name) for name in hosts}

    def _host(self, table: Table, name: str) -> HostSettings:
        at = ("hosts", name)
        own = {key: value for key, value in table.items() if key != _ACCOUNTS}
        host = msgspec.convert(self.checks.check(own, Host, at, (_ACCOUNTS,)), Host)
        accounts = self._accounts(self.checks.table(table.get(_ACCOUNTS, {}), (*at, _ACCOUNTS)), (*at, _ACCOUNTS))
        certificate = self.checks.path(host.certificate) if host.certificate else None
        return HostSettings(host.api_url.rstrip("/") or None, host.token_command, certificate, accounts)

    def _accounts(self, tables: Table, at: tuple[str, ...]) -> Mapping[str, AccountSettings]:
        """Those of which something is said; no two of them have one owner."""
        made: dict[str, AccountSettings] = {}
        for name, table in tables.items():
            if table == {}:
                continue
            taken = {owner.lower() for other in made.values() for owner in other.owners}
            made[name] = self._account(self.checks.table(table, (*at, name)), (*at, name))
            if not taken.isdisjoint(map(str.lower, made[name].owners)):
                raise self.checks.wrong((*at, name, "owners"), _SOLE)
        return made

    def _account(self, table: Table, at: tuple[str, ...]) -> AccountSettings:
        """An account without a command of its own would have to take the token of another one."""
        if not re.fullmatch(ACCOUNT, at[-1]):
            raise self.checks.wrong(at, _NAMED)
        account = msgspec.convert(self.checks.check(table, Account, at, ()), Account)
        if not account.token_command:
            raise self.checks.wrong((*at, "token_command"), WORDS)
        return AccountSettings(account.token_command, account.owners)
