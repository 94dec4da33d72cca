"""The checks of the machine, of hosts and of repositories: functions of what was looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from soda_tui.domain import ledger
from soda_tui.domain.changes import CreateLabel
from soda_tui.domain.choosing import present, usual
from soda_tui.domain.clone import clone_problem
from soda_tui.domain.facts import LocalFacts, RemoteFacts, RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.health.facts import (
    CloneLook,
    ConfigurationFacts,
    GitFacts,
    Health,
    HostFacts,
    RepositoryHealth,
    Room,
    StandingFacts,
    StateFacts,
    TerminalFacts,
)
from soda_tui.domain.health.finding import Finding
from soda_tui.domain.health.rules import FORBIDS, FORBIDS_LEDGER, HINDERS, HINDERS_LEDGER, covers, reasons
from soda_tui.domain.health.table import CHECKS, found
from soda_tui.domain.label_plan import label_plan
from soda_tui.domain.labels import definitions
from soda_tui.domain.ledger import LedgerCondition
from soda_tui.domain.model import Severity
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.domain.sentences import GITHUB_NO_TOKEN
from soda_tui.domain.shellwords import shell_word

OLDEST_GIT = (2, 31)
_MEBIBYTE = 1 << 20
_FULL, _LOW, _LARGE = 64 * _MEBIBYTE, 1024 * _MEBIBYTE, 20 * 1024 * _MEBIBYTE
_FILES = 1000
_SOON = timedelta(days=7)
_SKEW = 60.0
_LONG_LOCK = 1800.0
_LEAST = (80, 24)
_SHOWN = 5
# Keys of ssh, which gh itself may add for a person, are no matter.
_BROAD = ("delete_repo", "site_admin", "admin:org", "admin:enterprise")
_WRITING = {"WRITE", "MAINTAIN", "ADMIN"}
_NOREPLY = re.compile(r"(?:\d+\+)?([^@]+)@users\.noreply\.(.+)")
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
        *(one for part in health.repositories for one in _repository(part, health)),
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
    host = facts.host
    if facts.problem is not None:
        yield from _unanswered(facts, facts.problem)
        return
    yield from _scopes(facts, health)
    if facts.expires is not None and facts.expires - health.now < _SOON:
        yield found("token.expiring", host, host=host, day=f"{facts.expires:%Y-%m-%d}")
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
    host = facts.host
    if problem.code in {ErrorCode.RATE_LIMIT, ErrorCode.SECONDARY_LIMIT}:
        until = f"{problem.retry_at:%H:%M} UTC" if problem.retry_at else "the next hour"
        yield found("limit.spent", host, login="this account", host=host, until=until)
    elif problem.code is ErrorCode.AUTHENTICATION:
        missing = "token.missing" if problem.message == GITHUB_NO_TOKEN(host=host) else "token.unusable"
        check = "token.refused" if facts.token else missing
        yield found(check, host, problem=problem.message, host=host)
    else:
        yield found(_OF_HOSTS.get(problem.code, "host.unreachable"), host, problem=problem.message, host=host)


def _scopes(facts: HostFacts, health: Health) -> Iterator[Finding]:
    """What a classic token lacks, or has too much of; of any other kind only what answers can tell."""
    if facts.scopes is None:
        return
    host = facts.host
    there = [part for part in health.repositories if part.enrolment.name.host.lower() == host]
    if "repo" not in facts.scopes:
        yield found("token.public" if "public_repo" in facts.scopes else "token.scope", host, host=host)
    if "workflow" not in facts.scopes and any(part.clone and part.clone.workflows for part in there):
        yield found("token.workflow", host, host=host)
    teams = any("/" in one for part in there for one in part.enrolment.pull_request.reviewers)
    if teams and facts.scopes.isdisjoint({"read:org", "write:org", "admin:org"}):
        yield found("token.organisation", host, host=host)
    broad = sorted(scope for scope in facts.scopes if scope.startswith(_BROAD))
    if broad:
        yield found("token.broad", host, host=host, scopes=", ".join(broad))


def _repository(part: RepositoryHealth, health: Health) -> Iterator[Finding]:
    host = next((one for one in health.hosts if one.host == part.enrolment.name.host.lower()), None)
    login = (host.login if host else None) or ""
    yield from _on_github(part, login)
    if part.clone is not None:
        yield from _clone(part, part.clone, login)
    if part.pushes is not None:
        word = shell_word(part.enrolment.path)
        yield found("push.refused", part.enrolment.name.full, problem=part.pushes.message, word=word)
    if part.account and login and part.account.lower() != login.lower():
        name = part.enrolment.name.full
        yield found("push.account", name, repository=name, account=part.account, login=login)
    yield from _agents(part)
    yield from _loop(part)


_NOT_THIS_ONES = {ErrorCode.NETWORK, ErrorCode.TIMEOUT, ErrorCode.SERVER, ErrorCode.RATE_LIMIT} | {
    ErrorCode.SECONDARY_LIMIT,
    ErrorCode.AUTHENTICATION,
    ErrorCode.CONFIGURATION,
}


def _on_github(part: RepositoryHealth, login: str) -> Iterator[Finding]:
    enrolment, remote = part.enrolment, part.remote
    name = enrolment.name.full
    if isinstance(remote, Problem):
        # What is wrong with the host was said of it.
        if remote.code is ErrorCode.SAML:
            yield found("token.sso", name, problem=remote.message)
        elif remote.code in {ErrorCode.NOT_FOUND, ErrorCode.FORBIDDEN}:
            yield found("repository.unread", name, problem=remote.message)
        elif remote.code not in _NOT_THIS_ONES:
            yield found("repository.unknown", name, problem=remote.message)
        return
    if remote is None:
        return
    if remote.name.key != enrolment.key:
        yield found("repository.renamed", name, repository=name, now=remote.name.full, path=shell_word(enrolment.path))
    for problem in remote.degraded:
        yield found("repository.degraded", name, problem=problem.message)
    yield from _ledger(remote, name)
    if enrolment.read_only:
        return
    if remote.archived:
        yield found("repository.archived", name, repository=name)
    elif remote.permission is not None and remote.permission not in _WRITING:
        who = login or "this account"
        yield found("repository.permission", name, login=who, repository=name, permission=remote.permission)
    if remote.default_branch is None:
        yield found("repository.empty", name, repository=name)
    if part.standing is not None:
        yield from _standing(part, part.standing, remote, login or "this account")
    yield from _labels(part, name)


def _ledger(remote: RemoteFacts, name: str) -> Iterator[Finding]:
    condition = ledger.decode(remote.ledger).condition
    if condition is LedgerCondition.UNREADABLE:
        yield found("ledger.unreadable", name, repository=name)
    if condition is LedgerCondition.NEWER:
        yield found("ledger.newer", name, repository=name)


def _standing(part: RepositoryHealth, standing: StandingFacts, remote: RemoteFacts, login: str) -> Iterator[Finding]:
    name = part.enrolment.name.full
    if not standing.issues:
        yield found("repository.issues", name, repository=name)
    if not standing.base and remote.default_branch is not None:
        yield found("repository.base", name, repository=name, base=part.enrolment.base)
    if standing.hidden:
        yield found("repository.hidden", name, repository=name, fields=", ".join(standing.hidden))
    if standing.ledger_built:
        yield found("ledger.built", name, repository=name, branch=LEDGER_BRANCH)
    for protection in standing.protections:
        why = "only some may push to it" if not protection.can_push else ""
        ledgers = protection.branch == LEDGER_BRANCH
        if ledgers and protection.signatures:
            why = why or FORBIDS_LEDGER["REQUIRED_SIGNATURES"]
        if why:
            check = "rules.ledger" if ledgers else "rules.work"
            source = f"The protection {protection.pattern}"
            gaps = {"branch": protection.branch, "pattern": protection.branch, "login": login}
            yield found(check, name, repository=name, source=source, why=why, **gaps)
    yield from _rulesets(part, standing, remote, login)


def _rulesets(part: RepositoryHealth, standing: StandingFacts, remote: RemoteFacts, login: str) -> Iterator[Finding]:
    name, agent = part.enrolment.name.full, part.enrolment.agent_id
    default = f"refs/heads/{remote.default_branch}"
    written_at = remote.ledger.committed_at if remote.ledger else None
    for ruleset in standing.rulesets:
        # Who may bypass a rule is not told to everybody. A ledger that was written since, with the branches that are
        # pushed together with it, has proved that this one may; who administers a repository may as a rule.
        proved = written_at is not None and ruleset.changed_at is not None and written_at > ruleset.changed_at
        for branch, pattern, check, forbids, hinders in (
            (f"{agent}/1-work", f"{agent}/**/*", "rules.work", FORBIDS, HINDERS),
            (LEDGER_BRANCH, LEDGER_BRANCH, "rules.ledger", FORBIDS_LEDGER, HINDERS_LEDGER),
        ):
            if not covers(ruleset, f"refs/heads/{branch}", default):
                continue
            gaps = {"branch": pattern, "pattern": f"refs/heads/{pattern}", "login": login, "repository": name}
            source = f"The ruleset {ruleset.name}"
            why = "" if proved else reasons(ruleset.rules, forbids)
            if why:
                stops = remote.permission != "ADMIN"
                yield found(check if stops else "rules.hinder", name, source=source, why=why, **gaps)
            elif why := reasons(ruleset.rules, hinders):
                yield found("rules.hinder", name, source=source, why=why, **gaps)


def _labels(part: RepositoryHealth, name: str) -> Iterator[Finding]:
    if part.labels is None:
        return
    names = part.enrolment.labels
    changes = label_plan("", part.labels, definitions(names, part.enrolment.agent_id))
    missing = [one.change.name for one in changes if isinstance(one.change, CreateLabel)]
    wrong = [getattr(one.change, "name", "") for one in changes if not isinstance(one.change, CreateLabel)]
    if names.ready in missing:
        yield found("labels.ready", name, repository=name, name=names.ready)
        missing.remove(names.ready)
    if missing:
        yield found("labels.missing", name, repository=name, count=len(missing), names=_few(missing))
    if wrong:
        yield found("labels.wrong", name, repository=name, count=len(wrong), names=_few(wrong))


def _clone(part: RepositoryHealth, clone: CloneLook, login: str) -> Iterator[Finding]:
    enrolment = part.enrolment
    name, path, word = enrolment.name.full, clone.path, shell_word(clone.path)
    if clone.same_as is not None:
        yield found("clone.shared", name, path=path, other=clone.same_as, repository=name)
    remote = part.remote if isinstance(part.remote, RemoteFacts) else None
    problem = clone_problem(enrolment, RepositoryFacts(remote=remote, local=LocalFacts(clone.facts, None)))
    if problem is not None:
        another = clone.facts.problem is None
        check = "clone.busy" if clone.facts.busy else "clone.another" if another else "clone.unusable"
        yield found(check, name, problem=problem.message, path=path, repository=name)
        if not clone.facts.busy:
            return
    if clone.elsewhere is not None:
        yield found("clone.elsewhere", name, problem=clone.elsewhere, word=word)
    if clone.secret:
        yield found("clone.secret", name, path=path, word=word, url=clone.url)
    if clone.lock is not None:
        file, seconds = clone.lock
        yield found("clone.locked", name, file=file, word=shell_word(file), minutes=round(seconds / 60))
    if clone.missing:
        yield found("clone.files", name, path=path, names=_few(clone.missing))
    if not (clone.name and clone.email):
        yield found("clone.nobody", name, path=path)
    author = _NOREPLY.fullmatch(clone.email)
    if author and login and author[2].lower() == enrolment.name.host.lower() and author[1].lower() != login.lower():
        yield found("clone.author", name, path=path, email=clone.email, login=login, word=word)
    # Where there is a ledger, what builds it has reported so.
    if clone.builder is not None and (remote is None or remote.ledger is None):
        yield found("ledger.builder", name, repository=name, file=clone.builder, branch=LEDGER_BRANCH)
    if clone.rescues:
        yield found("left.rescues", name, repository=name, count=len(clone.rescues))
    if clone.gone:
        yield found("left.worktrees", name, repository=name, count=len(clone.gone))


def _agents(part: RepositoryHealth) -> Iterator[Finding]:
    name = part.enrolment.name.full
    if part.prompt is not None:
        yield found("agent.prompt", name, problem=part.prompt)
    first = usual(part.enrolment).profiles
    mine = [one for one in part.agents if one.profile in first]
    if not part.agents or part.enrolment.read_only:
        return
    startable = present(mine, name)
    if isinstance(startable, Problem):
        yield found("agent.none", name, problem=startable.message)
    for one in part.agents:
        if one.fault is not None and (one not in mine or not isinstance(startable, Problem)):
            yield found("agent.passed", name, repository=name, profile=one.profile.shown, fault=one.fault)
        if one.profile.shown in part.silent:
            command = " ".join(map(shell_word, one.profile.version))
            yield found("agent.silent", name, profile=one.profile.shown, command=command)


def _loop(part: RepositoryHealth) -> Iterator[Finding]:
    if part.loop is None:
        return
    name = part.enrolment.name.full
    if part.loop.on and not part.loop.owned:
        yield found("loop.unowned", name, repository=name)
    if part.loop.run is not None:
        yield found("run.doubtful", name, repository=name, problem=part.loop.run)
    if part.loop.stop is not None:
        yield found("stop.own", name, repository=name, file=part.loop.stop, word=shell_word(part.loop.stop))


def _few(names: Iterable[str]) -> str:
    listed = list(names)
    more = [f"and {len(listed) - _SHOWN} more"] if len(listed) > _SHOWN else []
    return ", ".join([*listed[:_SHOWN], *more])


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
