"""The snapshot on disk, which is everybody's: what of it concerns whom, and what is shown before anything is read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from msgspec import structs

from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.model import SCHEMA_VERSION, Repository, Snapshot

# Repositories of other configurations that are remembered beside one's own, those that were read last.
_OTHERS = 200


def excerpt(snapshot: Snapshot, keys: Collection[str]) -> Snapshot:
    """What a snapshot has of these repositories and of their hosts' accounts."""
    parts = tuple(part for part in snapshot.repositories if part.key in keys)
    hosts = {part.host.lower() for part in parts}
    accounts = tuple(account for account in snapshot.accounts if account.host.lower() in hosts)
    complete = all(part.error is None and not part.truncated for part in parts)
    return structs.replace(snapshot, accounts=accounts, repositories=parts, complete=complete)


def recent(kept: Snapshot | None, keys: Collection[str], now: datetime, seconds: float) -> Snapshot | None:
    """What a kept snapshot has of these repositories that was read so long ago at most, and well."""
    if kept is None:
        return None
    ages = {
        part.key: (now - part.fetched_at).total_seconds()
        for part in kept.repositories
        if part.fetched_at and not part.error
    }
    return excerpt(kept, {key for key in keys if 0 <= ages.get(key, -1) <= seconds})


def instead(newest: Snapshot, kept: Snapshot | None) -> Snapshot:
    """A snapshot with what a kept one has of its repositories in their place."""
    known = {part.key: part for part in kept.repositories} if kept else {}
    parts = tuple(known.get(part.key, part) for part in newest.repositories)
    complete = all(part.error is None and not part.truncated for part in parts)
    return structs.replace(newest, repositories=parts, complete=complete)


def beside(newer: Snapshot, others: Snapshot | None) -> Snapshot:
    """A snapshot together with what another one has of repositories and accounts that it does not know."""
    if others is None:
        return newer
    known = {part.key for part in newer.repositories}
    parts = [part for part in others.repositories if part.key not in known]
    parts.sort(key=lambda part: part.fetched_at or datetime.min.replace(tzinfo=UTC), reverse=True)
    keys = {account.key for account in newer.accounts}
    accounts = [account for account in others.accounts if account.key not in keys]
    return structs.replace(
        newer,
        complete=newer.complete and all(part.error is None and not part.truncated for part in parts[:_OTHERS]),
        accounts=(*newer.accounts, *accounts[:_OTHERS]),
        repositories=(*newer.repositories, *parts[:_OTHERS]),
    )


def recalled(kept: Snapshot | None, enrolments: Sequence[Enrolment], cockpit: str, now: datetime) -> Snapshot:
    """What the last snapshot has of the enrolled repositories, marked as stale; those that it has not are empty."""
    kept = excerpt(kept, {enrolment.key for enrolment in enrolments}) if kept else None
    known = {part.key: part for part in kept.repositories} if kept else {}
    found = (known.get(enrolment.key) or _empty(enrolment, cockpit, now) for enrolment in enrolments)
    parts = tuple(structs.replace(part, stale=True, late=None) for part in found)
    complete = all(part.error is None and not part.truncated for part in parts)
    return Snapshot(SCHEMA_VERSION, now, complete, kept.accounts if kept else (), parts)


def _empty(enrolment: Enrolment, cockpit: str, now: datetime) -> Repository:
    # Imported only where something was never read: the first frame of all others waits for nothing that decides.
    from soda_tui.domain.facts import RepositoryFacts
    from soda_tui.domain.view import repository_view

    return repository_view(enrolment, RepositoryFacts(), cockpit, now)
