"""How a host and its repositories stand, for whoever looks for faults: what no poll reads, asked once."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import UTC, datetime

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure
from soda_tui.domain.health.facts import HostFacts, Protection, Ruleset, StandingFacts
from soda_tui.domain.health.finding import Answer
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.text import one_line
from soda_tui.services.github import decode, errors, headers, wire
from soda_tui.services.github.connection import Connection
from soda_tui.services.github.queries import Document
from soda_tui.services.github.wire import Nodes

_REFUSED = {"FORBIDDEN", "INSUFFICIENT_SCOPES"}
_ACTIVE, _BRANCHES = "ACTIVE", "BRANCH"


class Wired(Struct, frozen=True, gc=False, rename="camel"):
    """What all shapes have in common."""


class Rule(Wired, frozen=True):
    """One rule of a set."""

    type: str


class RefNames(Wired, frozen=True):
    """The branches that a set is for."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Conditions(Wired, frozen=True):
    """When a set holds."""

    ref_name: RefNames | None = None


class RulesetRow(Wired, frozen=True):
    """A set of rules."""

    name: str
    enforcement: str
    conditions: Conditions
    updated_at: datetime
    target: str | None = None
    rules: Nodes[Rule] | None = None


class UpdateRule(Wired, frozen=True):
    """What a branch protection says to the token's account."""

    pattern: str
    viewer_can_push: bool
    requires_signatures: bool


class Rollup(Wired, frozen=True):
    """What checks say of a commit."""

    state: str


class Commit(Wired, frozen=True):
    """A commit with its checks."""

    status_check_rollup: Rollup | None = None


class RefLook(Wired, frozen=True):
    """A branch with what protects it."""

    name: str
    prefix: str
    ref_update_rule: UpdateRule | None = None
    target: Commit | None = None


class Id(Wired, frozen=True):
    """That something is there."""

    id: str


class StandingOf(Wired, frozen=True):
    """A repository's answer."""

    has_issues_enabled: bool
    base: Id | None = None
    ledger: RefLook | None = None
    work: Nodes[RefLook] | None = None
    rulesets: Nodes[RulesetRow] | None = None


class Moved(Wired, frozen=True):
    """When an issue changed last."""

    updated_at: datetime


class Named(Wired, frozen=True):
    """A label's name."""

    name: str


class Labelled(Wired, frozen=True):
    """An issue's labels."""

    labels: Nodes[Named]


class QuestionsOf(Wired, frozen=True):
    """A repository's answers to open questions."""

    updated_at: datetime
    newest: Nodes[Moved]
    both: Nodes[Labelled]
    pushed_at: datetime | None = None


async def host(connection: Connection, clock: datetime | None = None) -> HostFacts:
    """How a host answers, and what it says of the token; never raises a Failure."""
    account = connection.account.partition("/")[2]
    try:
        reply = await connection.read(Document())
        await connection.lacking()
    except Failure as failure:
        token = connection.requests > 0
        return HostFacts(connection.host, failure.problem, token=token, account=account, source=connection.source)
    limit = connection.rate_limit
    return HostFacts(
        connection.host,
        login=connection.viewer.login if connection.viewer else None,
        scopes=headers.scopes(reply.headers),
        expires=headers.expiry(reply.headers),
        skew=((clock or datetime.now(UTC)) - reply.at).total_seconds(),
        limit=limit.limit if limit else None,
        remaining=limit.remaining if limit else None,
        resets=limit.reset_at if limit else None,
        account=account,
        lacks=tuple(sorted(connection.features.missed)),
    )


async def repository(connection: Connection, name: RepositoryName, agent: str, base: str | None) -> StandingFacts:
    """How a repository stands; raises a Failure where it cannot be read at all.

    What the token may not see of it is among the `hidden`.
    """
    document = Document()
    alias = document.standing(name, agent, base)
    reply = await connection.read(document)
    answer = wire.read(reply.data.get(alias), StandingOf)
    if answer is None:
        row = errors.first(reply.rows_of(alias))
        if row is None:
            raise Failure(errors.not_found(name.host, name.full))
        raise Failure(errors.problem(row, name.host, name.full, reply.sso))
    refused = [row for row in reply.rows_of(alias) if row.type in _REFUSED]
    hidden = sorted({next((str(step) for step in (row.path or ())[1:2]), "a field") for row in refused})
    branches = [*([answer.ledger] if answer.ledger else ()), *decode.present(answer.work.nodes if answer.work else ())]
    commit = answer.ledger.target if answer.ledger else None
    return StandingFacts(
        issues=answer.has_issues_enabled,
        base=base is None or answer.base is not None,
        ledger_built=commit is not None and commit.status_check_rollup is not None,
        rulesets=_rulesets(answer.rulesets.nodes if answer.rulesets else ()),
        protections=_protections(branches),
        hidden=tuple(map(one_line, hidden)),
    )


async def answers(connection: Connection, name: RepositoryName, labels: tuple[str, str]) -> tuple[Answer, ...]:
    """What this repository tells of questions that GitHub's documents leave open; raises a Failure."""
    document = Document()
    alias = document.questions(name, labels)
    reply = await connection.read(document)
    found = wire.read(reply.data.get(alias), QuestionsOf)
    if found is None:
        raise Failure(errors.not_found(name.host, name.full))
    dark = any(row.type in _REFUSED and "statusCheckRollup" in (row.path or ()) for row in reply.rows)
    both = [{label.name for label in decode.present(one.labels.nodes)} for one in decode.present(found.both.nodes)]
    moved = [one.updated_at for one in decode.present(found.newest.nodes)]
    told = (
        (say.ASKED_MOVES(), _moves(found.updated_at, found.pushed_at, moved[0] if moved else None)),
        (say.ASKED_LABELS(), _any_or_all(both, set(labels))),
        (say.ASKED_CHECKS(), say.ANSWER_NO() if dark else say.ANSWER_YES()),
        (say.ASKED_SCOPES(), say.ANSWER_YES() if "x-oauth-scopes" in reply.headers else say.ANSWER_NO()),
    )
    return tuple(Answer(name.full, question, answer) for question, answer in told)


def _moves(updated: datetime, pushed: datetime | None, issue: datetime | None) -> str:
    if issue is None or updated == pushed:
        return say.ANSWER_UNTOLD()
    if issue > updated:
        return say.ANSWER_NO()
    return say.ANSWER_YES() if issue == updated else say.ANSWER_UNTOLD()


def _any_or_all(found: Sequence[Set[str]], wanted: Set[str]) -> str:
    if not found:
        return say.ANSWER_UNTOLD()
    return say.ANSWER_ANY() if any(not wanted <= names for names in found) else say.ANSWER_UNTOLD()


def _rulesets(rows: Sequence[RulesetRow | None] | None) -> tuple[Ruleset, ...]:
    return tuple(
        Ruleset(
            one_line(row.name),
            row.conditions.ref_name.include,
            row.conditions.ref_name.exclude,
            frozenset(rule.type for rule in decode.present(row.rules.nodes if row.rules else ())),
            row.updated_at,
        )
        for row in decode.present(rows)
        if row.enforcement == _ACTIVE and row.target in {_BRANCHES, None} and row.conditions.ref_name is not None
    )


def _protections(branches: Sequence[RefLook]) -> tuple[Protection, ...]:
    return tuple(
        Protection(
            one_line(f"{branch.prefix}{branch.name}".removeprefix("refs/heads/")),
            one_line(rule.pattern),
            rule.viewer_can_push,
            rule.requires_signatures,
        )
        for branch in branches
        if (rule := branch.ref_update_rule) is not None
    )
