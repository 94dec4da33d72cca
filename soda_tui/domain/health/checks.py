"""The checks: all that is found, of the machine and of hosts; those of a repository stand beside."""

from __future__ import annotations

from collections.abc import Iterator

from soda_tui.domain.codes import Severity
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.health.facts import (
    ConfigurationFacts,
    GitFacts,
    Health,
    HostFacts,
    Room,
    StateFacts,
    TerminalFacts,
)
from soda_tui.domain.health.finding import Finding
from soda_tui.domain.health.repository import of_repository
from soda_tui.domain.health.table import CHECKS, FEATURES, found
from soda_tui.domain.sentences import GITHUB_NO_TOKEN
from soda_tui.domain.token_expiry import GH, SOON, expires_words

OLDEST_GIT = (2, 31)
_MEBIBYTE = 1 << 20
_FULL, _LOW, _LARGE = 64 * _MEBIBYTE, 1024 * _MEBIBYTE, 20 * 1024 * _MEBIBYTE
_FILES = 1000
_SKEW = 60.0
_LONG_LOCK = 1800.0
_LEAST = (80, 24)
# Keys of ssh, which gh itself may add for a person, are no matter.
_BROAD = ("delete_repo", "site_admin", "admin:org", "admin:enterprise")
_ORDER = list(Severity)[::-1]


def findings(health: Health) -> tuple[Finding, ...]:
    """All that is found, the worst first; the order of the table within one severity of a subject."""
    several = len(health.repositories)
    all_of_them = [
        *_configuration(health.configuration, several),
        *(_git(health.git) if health.git else ()),
        *(one for room in health.rooms for one in _room(room)),
        *(_state(health.state) if health.state else ()),
        *(_terminal(health.terminal) if health.terminal else ()),
        *(one for host in health.hosts for one in _host(host, health)),
        *(one for part in health.repositories for one in of_repository(part, health)),
    ]
    return tuple(sorted(dict.fromkeys(all_of_them), key=lambda one: _ORDER.index(one.severity)))


def _configuration(facts: ConfigurationFacts, repositories: int) -> Iterator[Finding]:
    if facts.problem is not None:
        yield found("config.broken", None, problem=facts.problem.message, file=facts.file)
    for remark in facts.remarks:
        yield found("config.remark", None, remark=remark)
    if facts.exposed:
        yield found("config.exposed", None, file=facts.file)
    if not repositories and facts.problem is None:
        yield found("config.empty", None)


def _git(facts: GitFacts) -> Iterator[Finding]:
    if facts.version is None:
        yield found("git.missing", None)
    elif facts.version < OLDEST_GIT:
        yield found("git.old", None, version=".".join(map(str, facts.version)))


def _room(room: Room) -> Iterator[Finding]:
    if room.free < _LOW:
        full = room.free < _FULL
        yield found("disk.full" if full else "disk.low", None, folder=room.folder, free=_size(room.free))
    if room.files is not None and room.files < _FILES:
        yield found("disk.files", None, folder=room.folder, files=room.files)


def _state(facts: StateFacts) -> Iterator[Finding]:
    if facts.unusable is not None:
        folder, reason = facts.unusable
        yield found("state.unusable", None, folder=folder, reason=reason)
    if facts.exposed:
        yield found("state.exposed", None, folder=facts.folder)
    if facts.identity is not None:
        yield found("state.identity", None, problem=facts.identity)
    if facts.journal is not None:
        yield found("state.journal", None, problem=facts.journal)
    for file in facts.damaged:
        yield found("state.damaged", None, file=file)
    for file, reason in facts.unreadable:
        yield found("state.unreadable", None, file=file, reason=reason)
    if facts.aside:
        yield found("state.aside", None, count=len(facts.aside), file=facts.aside[0])
    for lock in facts.locks:
        if lock.seconds >= _LONG_LOCK:
            yield found("state.locked", None, pid=lock.pid, what=lock.what, minutes=round(lock.seconds / 60))
    if facts.stop is not None:
        yield found("stop.standing", None, file=facts.stop)
    if facts.used >= _LARGE:
        yield found("disk.used", None, folder=facts.folder, used=_size(facts.used))


def _terminal(facts: TerminalFacts) -> Iterator[Finding]:
    if facts.kind in {"", "dumb", "unknown"}:
        yield found("terminal.dumb", None, kind=facts.kind or "none")
    if "utf" not in facts.encoding.lower() and not facts.ascii:
        yield found("terminal.letters", None, encoding=facts.encoding)
    if facts.columns < _LEAST[0] or facts.lines < _LEAST[1]:
        yield found("terminal.small", None, columns=facts.columns, lines=facts.lines)


_OF_HOSTS = {
    ErrorCode.NETWORK: "host.unreachable",
    ErrorCode.TIMEOUT: "host.unreachable",
    ErrorCode.SERVER: "host.unreachable",
    ErrorCode.CONFIGURATION: "host.address",
    ErrorCode.BAD_ANSWER: "host.address",
    ErrorCode.FORBIDDEN: "token.refused",
    ErrorCode.SAML: "token.sso",
}


def _host(facts: HostFacts, health: Health) -> Iterator[Finding]:
    host = facts.key
    if facts.problem is not None:
        yield from _unanswered(facts, facts.problem)
        return
    yield from _scopes(facts, health)
    if facts.lacks:
        features = dict.fromkeys(FEATURES[name] for name in facts.lacks)
        yield found("host.older", facts.host, host=facts.host, features=", ".join(features))
    if facts.expires is not None and facts.expires - health.now < SOON:
        yield found("token.expiring", host, host=host, expires=expires_words(facts.expires, health.now))
    login = facts.login or "this account"
    if facts.remaining is not None and facts.limit:
        until = f"{facts.resets:%H:%M} UTC" if facts.resets else "the next hour"
        gaps = {"login": login, "host": host, "until": until}
        if facts.remaining == 0:
            yield found("limit.spent", host, **gaps)
        elif facts.remaining < facts.limit / 10:
            yield found("limit.low", host, remaining=facts.remaining, limit=facts.limit, **gaps)
    if abs(facts.skew) >= _SKEW:
        which = "ahead of" if facts.skew > 0 else "behind"
        yield found("clock.skew", host, seconds=round(abs(facts.skew)), which=which, host=host)


def _unanswered(facts: HostFacts, problem: Problem) -> Iterator[Finding]:
    host = facts.key
    if problem.code in {ErrorCode.RATE_LIMIT, ErrorCode.SECONDARY_LIMIT}:
        until = f"{problem.retry_at:%H:%M} UTC" if problem.retry_at else "the next hour"
        check = "limit.spent" if problem.code is ErrorCode.RATE_LIMIT else "limit.slow"
        yield found(check, host, login="this account", host=host, until=until, problem=problem.message)
    elif problem.code is ErrorCode.AUTHENTICATION:
        missing = "token.missing" if problem.message == GITHUB_NO_TOKEN(host=host) else "token.unusable"
        by_gh = facts.token and not facts.account and facts.source in {None, GH}
        check = "token.refused" if by_gh else missing
        yield found(check, host, problem=problem.message, host=host)
    else:
        yield found(_OF_HOSTS.get(problem.code, "host.unreachable"), host, problem=problem.message, host=host)


def _scopes(facts: HostFacts, health: Health) -> Iterator[Finding]:
    """What a classic token lacks, or has too much of; of any other kind only what answers can tell."""
    if facts.scopes is None:
        return
    host = facts.key
    gaps = {"host": host, "hostname": facts.host}
    read = [part for part in health.repositories if part.enrolment.reader == host]
    pushed = [part for part in health.repositories if part.enrolment.actor == host]
    if "repo" not in facts.scopes:
        yield found("token.public" if "public_repo" in facts.scopes else "token.scope", host, **gaps)
    if "workflow" not in facts.scopes and any(part.clone and part.clone.workflows for part in pushed):
        yield found("token.workflow", host, **gaps)
    teams = any("/" in one for part in read for one in part.enrolment.pull_request.reviewers)
    if teams and facts.scopes.isdisjoint({"read:org", "write:org", "admin:org"}):
        yield found("token.organisation", host, **gaps)
    broad = sorted(scope for scope in facts.scopes if scope.startswith(_BROAD))
    if broad:
        yield found("token.broad", host, host=host, scopes=", ".join(broad))


def _size(bytes_: int) -> str:
    return f"{bytes_ / (1 << 30):.1f} GiB" if bytes_ >= 1 << 30 else f"{bytes_ >> 20} MiB"


def made(health: Health) -> int:
    """How many checks were made, each as often as there was something to make it on."""
    parts = health.repositories
    looked = {
        ("config",): 1,
        ("git",): health.git is not None,
        ("disk",): len(health.rooms),
        ("state", "stop"): health.state is not None,
        ("terminal",): health.terminal is not None,
        ("host", "token"): len(health.hosts),
        ("limit", "clock"): sum(host.remaining is not None for host in health.hosts),
        ("repository", "ledger"): sum(part.remote is not None for part in parts),
        ("rules",): sum(part.standing is not None for part in parts),
        ("labels",): sum(part.labels is not None for part in parts),
        ("clone", "left"): sum(part.clone is not None for part in parts),
        ("push",): sum(part.standing is not None for part in parts),
        ("agent",): sum(bool(part.agents) for part in parts),
        ("loop", "run"): sum(part.loop is not None for part in parts),
    }
    return sum(times * sum(check.partition(".")[0] in groups for check in CHECKS) for groups, times in looked.items())
