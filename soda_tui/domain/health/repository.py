"""The checks of a repository: on GitHub, its rules, labels, clone, agents and loop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from soda_tui.domain import ledger
from soda_tui.domain.changes import CreateLabel
from soda_tui.domain.choosing import present, uncounted, usual
from soda_tui.domain.clone import clone_problem, left_behind
from soda_tui.domain.facts import LocalFacts, RemoteFacts, RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.health.facts import (
    CloneLook,
    Health,
    RepositoryHealth,
    StandingFacts,
)
from soda_tui.domain.health.finding import Finding
from soda_tui.domain.health.rules import FORBIDS, FORBIDS_LEDGER, HINDERS, HINDERS_LEDGER, covers, reasons
from soda_tui.domain.health.table import found
from soda_tui.domain.label_plan import label_plan
from soda_tui.domain.labels import definitions
from soda_tui.domain.ledger import LedgerCondition
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.domain.sentences import NEED_NAME_TAKEN, WORKTREE_OCCUPIED
from soda_tui.domain.shellwords import shell_word

_SHOWN = 5
_WRITING = {"WRITE", "MAINTAIN", "ADMIN"}
_NOREPLY = re.compile(r"(?:\d+\+)?([^@]+)@users\.noreply\.(.+)")


def of_repository(part: RepositoryHealth, health: Health) -> Iterator[Finding]:
    """What is found of one repository."""
    logins = {one.key: one.login or "" for one in health.hosts}
    login, pushing = logins.get(part.enrolment.reader, ""), logins.get(part.enrolment.actor, "")
    yield from _on_github(part, login)
    if part.clone is not None:
        yield from _clone(part, part.clone, login)
    if part.pushes is not None:
        word = shell_word(part.enrolment.path)
        yield found("push.refused", part.enrolment.name.full, problem=part.pushes.message, word=word)
    if part.account and pushing and part.account.lower() != pushing.lower():
        name = part.enrolment.name.full
        yield found("push.account", name, repository=name, account=part.account, login=pushing)
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
    if remote.occupied:
        behind = left_behind(enrolment, _as_polled(part, part.clone)) if part.clone is not None else None
        taken = behind.message if behind is not None else NEED_NAME_TAKEN(repository=name, name=remote.name.full)
        yield found("repository.occupied", name, repository=name, problem=taken, path=shell_word(enrolment.path))
    elif remote.name.key != enrolment.key:
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


def _as_polled(part: RepositoryHealth, clone: CloneLook) -> RepositoryFacts:
    remote = part.remote if isinstance(part.remote, RemoteFacts) else None
    return RepositoryFacts(remote=remote, local=LocalFacts(clone.facts, None))


def _clone(part: RepositoryHealth, clone: CloneLook, login: str) -> Iterator[Finding]:
    enrolment = part.enrolment
    name, path, word = enrolment.name.full, clone.path, shell_word(clone.path)
    if clone.same_as is not None:
        yield found("clone.shared", name, path=path, other=clone.same_as, repository=name)
    remote = part.remote if isinstance(part.remote, RemoteFacts) else None
    seen = _as_polled(part, clone)
    problem = clone_problem(enrolment, seen)
    if left_behind(enrolment, seen) is not None:
        return
    if problem is not None:
        another = clone.facts.problem is None
        check = "clone.busy" if clone.facts.busy else "clone.another" if another else "clone.unusable"
        yield found(check, name, problem=problem.message, path=path, repository=name)
        if not clone.facts.busy:
            return
    if clone.occupied is not None:
        why = WORKTREE_OCCUPIED(path=clone.occupied)
        yield found("clone.occupied", name, problem=why, word=shell_word(clone.occupied))
    if clone.elsewhere is not None:
        remedy = clone.unpushing or f"git -C {word} remote set-url --push origin URL"
        yield found("clone.elsewhere", name, problem=clone.elsewhere, remedy=remedy)
    if clone.refilling:
        yield found("clone.unfilled", name, path=path, word=word, command=clone.refilling)
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
    if part.loop.unreadable is not None:
        yield found("loop.unreadable", name, problem=part.loop.unreadable)
    silent = uncounted(part.enrolment)
    if silent and (part.loop.on or part.enrolment.auto.enabled):
        yield found("loop.uncounted", name, repository=name, profiles=", ".join(silent))
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
