"""Accounts: whose token reads a repository, and whose token acts where a person is to approve.

One account of a host has no name: its token is the host's own. The others have names, and tokens of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from soda_tui.domain.naming import RepositoryName


class AccountSettings(Struct, frozen=True):
    """An account of a host besides the host's own: a command that prints its token, and whose repositories it reads."""

    token_command: tuple[str, ...]
    owners: tuple[str, ...] = ()


class HostSettings(Struct, frozen=True):
    """A GitHub host: where its API is, a command that prints a token for it, its certificates, its named accounts."""

    api_url: str | None = None
    token_command: tuple[str, ...] = ()
    certificate: str | None = None
    accounts: Mapping[str, AccountSettings] = field(default_factory=dict)


def account_key(host: str, name: str | None) -> str:
    """What stands for an account among all: HOST for the host's own, HOST/NAME for another one."""
    return f"{host.lower()}/{name}" if name else host.lower()


class Accounts(Struct, frozen=True):
    """The accounts of all hosts; `act_as` names by repository key those that act there.

    What is pushed, and the pull request that is opened for it, comes from who acts: GitHub lets nobody approve their
    own. All else, reading, labels, comments and merging, is done by who reads. Which claim is whose is told by the
    ledger alone, whoever pushed it.
    """

    hosts: Mapping[str, HostSettings] = field(default_factory=dict)
    act_as: Mapping[str, str] = field(default_factory=dict)

    def reading(self, name: RepositoryName) -> str:
        """The key of the account that reads a repository."""
        return self.of_owner(name.host, name.owner)

    def acting(self, name: RepositoryName) -> str:
        """The key of the account that pushes to a repository and opens its pull requests."""
        named = self.act_as.get(name.key)
        return account_key(name.host, named) if named else self.reading(name)

    def of_owner(self, host: str, owner: str) -> str:
        """The key of the account that reads what an owner has."""
        return account_key(host, named_for(self.hosts.get(host.lower()), owner))

    def settings(self, key: str) -> HostSettings:
        """How the host of an account is reached with its token: what the named accounts have is left out."""
        host, _, name = key.partition("/")
        found = self.hosts.get(host) or HostSettings()
        command = found.accounts[name].token_command if name in found.accounts else found.token_command
        return HostSettings(found.api_url, command, found.certificate)


def named_for(host: HostSettings | None, owner: str) -> str:
    """The named account of an owner's repositories; empty for the host's own."""
    for name, account in host.accounts.items() if host is not None else ():
        if owner.lower() in map(str.lower, account.owners):
            return name
    return ""
