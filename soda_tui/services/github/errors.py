"""GitHub's ways of saying no, told apart and put into sentences.

Shapes: GitHub's documentation of rate limits, and answers recorded by others (the rate limit's type has two
spellings; a refusal in front of GraphQL is a bare `message`; a row with a path concerns only that path).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.text import shorten
from soda_tui.domain.token_expiry import renewal
from soda_tui.services.github import headers, permissions
from soda_tui.services.github.wire import Envelope, ErrorRow
from soda_tui.services.redaction import redact

_LONGEST_WAIT = timedelta(hours=1, seconds=5)
_WORDS = 200
_RATE_TYPES = {"RATE_LIMITED", "RATE_LIMIT", "GRAPHQL_RATE_LIMIT"}
# The third of these is said of too many things that were made within a minute, the last of too many refused tokens.
_SLOW_DOWN = re.compile("secondary rate limit|abuse detection|submitted too quickly|login attempts exceeded")
# Repositories may be called so as well, of which the other rows tell.
_TIMED_OUT = re.compile("timeout|timedout", re.IGNORECASE)
_REFUSALS = {"NOT_FOUND", "FORBIDDEN", "INSUFFICIENT_SCOPES", "UNPROCESSABLE"}
_INCOMPLETE = {"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED", "SERVICE_UNAVAILABLE", "INTERNAL"}


class RequestFailed(Failure):
    """A whole request without an answer that can be used.

    `again` tells that a read may be repeated at once, `doubtful` that GitHub may have acted on a change all the same,
    `heavy` that it may have been asked too much at once, `alive` that it answered, only not what was asked.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        again: bool = False,
        doubtful: bool = False,
        heavy: bool = False,
        alive: bool = False,
    ) -> None:
        super().__init__(problem)
        self.again = again
        self.doubtful = doubtful
        self.heavy = heavy
        self.alive = alive or not again


class Answer(Struct, frozen=True):
    """What came over the wire: `envelope` is None where the body was no JSON of the expected form."""

    url: str
    status: int
    headers: Mapping[str, str]
    envelope: Envelope | None


def failure(
    answer: Answer,
    account: str,
    now: datetime,
    pause: timedelta,
    reset: datetime | None = None,
    source: str | None = None,
) -> RequestFailed | None:
    """Why the whole answer to an account cannot be used, None where it can.

    `pause` is for a secondary limit that names no time, `reset` for a primary one: when the budget was said to be
    whole again. `source` is where the token came from.
    """
    host, _, name = account.partition("/")
    envelope = answer.envelope or Envelope()
    rows = [row for row in envelope.errors or () if envelope.data is None or not row.path]
    words = " ".join([envelope.message or "", *(row.message for row in rows)]).strip()
    lowered = words.lower()
    if _SLOW_DOWN.search(" ".join([lowered, *(row.message.lower() for row in envelope.errors or ())])):
        return _secondary(answer, host, now, pause)
    spent = answer.headers.get("x-ratelimit-remaining") == "0"
    if (
        any(_is_rate_limit(row) for row in envelope.errors or ())
        or "rate limit" in lowered
        or (spent and answer.status in (403, 429))
    ):
        return RequestFailed(rate_limit(answer.headers, host, now, reset), doubtful=_has_begun(envelope))
    if answer.status == 429:
        return _secondary(answer, host, now, pause)
    if answer.status == 503 and _wait(answer.headers, now):
        return _secondary(answer, host, now, pause, doubtful=True)
    if answer.status == 401:
        refused = (
            say.GITHUB_ACCOUNT_REFUSED(host=host, account=name)
            if name
            else say.GITHUB_TOKEN_REFUSED(host=host, remedy=renewal(host, source))
        )
        return RequestFailed(Problem(ErrorCode.AUTHENTICATION, refused))
    if answer.status != 200:
        return _refused(answer, host, words)
    if answer.envelope is None:
        return RequestFailed(bad_answer(host, "not whole, or not GraphQL"), again=True, doubtful=True, heavy=True)
    if not rows and envelope.data is not None:
        return None
    if not rows:
        return RequestFailed(bad_answer(host, "neither data nor errors"), again=True, doubtful=True)
    broken = is_incomplete(rows[0]) or "something went wrong" in lowered
    doubtful = broken or envelope.data is not None
    refusal = problem(rows[0], host, host, headers.sso_url(answer.headers))
    return RequestFailed(refusal, again=broken, doubtful=doubtful, heavy=broken, alive=True)


def problem(row: ErrorRow, host: str, subject: str, sso: str | None, *, change: bool = False) -> Problem:
    """What one row means for the subject, a repository or whatever a change was about."""
    answer = shorten(redact(row.message), _WORDS) or "no reason given"
    if row.type == "NOT_FOUND":
        return Problem(ErrorCode.NOT_FOUND, say.GITHUB_NOT_FOUND(subject=subject, host=host))
    if is_saml(row):
        return saml(host, subject, sso)
    if row.type in {"FORBIDDEN", "INSUFFICIENT_SCOPES"}:
        what, permission = permissions.of_field(_field(row)) if not change else ("", permissions.ALL)
        deed = f"change {subject}" if change else f"read {what} of {subject}" if what else f"read {subject}"
        words = say.GITHUB_FORBIDDEN(host=host, deed=deed, permission=permission, answer=answer)
        return Problem(ErrorCode.FORBIDDEN, words)
    broken = is_incomplete(row) or "something went wrong" in row.message.lower()
    if broken and change:
        return Problem(ErrorCode.SERVER, say.GITHUB_OUTCOME_UNKNOWN(host=host))
    if broken:
        return Problem(ErrorCode.SERVER, say.GITHUB_GAVE_UP(host=host, subject=subject, answer=answer))
    if change:
        return Problem(ErrorCode.REFUSED, say.GITHUB_REFUSED(host=host, answer=answer))
    return Problem(ErrorCode.BAD_ANSWER, say.GITHUB_NOT_UNDERSTOOD(host=host, subject=subject, answer=answer))


def not_found(host: str, subject: str) -> Problem:
    """The subject is not there, or not for this token."""
    return Problem(ErrorCode.NOT_FOUND, say.GITHUB_NOT_FOUND(subject=subject, host=host))


def name_taken(host: str, name: str) -> Problem:
    """The repository is not there, and another one has its name."""
    return Problem(ErrorCode.NOT_FOUND, say.GITHUB_NAME_TAKEN(name=name, host=host))


def field_forbidden(row: ErrorRow, host: str, subject: str, sso: str | None) -> Problem:
    """A field that this token may not see, while the rest is there."""
    if is_saml(row):
        return saml(host, subject, sso)
    what, permission = permissions.of_field(_field(row))
    words = say.GITHUB_FIELD_FORBIDDEN(host=host, what=what or "a part", permission=permission, subject=subject)
    return Problem(ErrorCode.FORBIDDEN, words)


def _field(row: ErrorRow) -> str:
    """What of a repository a row is about; empty where it is all of it, whose alias alone is named."""
    return next((step for step in reversed((row.path or ())[1:]) if isinstance(step, str)), "")


def is_forbidden(row: ErrorRow) -> bool:
    """Whether the token lacks a permission, and nothing else stands in the way."""
    return row.type == "FORBIDDEN" and not is_saml(row)


def is_saml(row: ErrorRow) -> bool:
    """Whether single sign-on stands in the way."""
    return row.type == "FORBIDDEN" and bool((row.extensions or {}).get("saml_failure"))


def saml(host: str, subject: str, url: str | None) -> Problem:
    """Single sign-on is asked for; GitHub tells where."""
    return Problem(ErrorCode.SAML, say.GITHUB_SAML(subject=subject, url=url or f"https://{host}/settings/tokens"))


def rate_limit(said: Mapping[str, str], host: str, now: datetime, known: datetime | None = None) -> Problem:
    """The hourly budget is used up until a moment of GitHub's clock, which is not ours; a second is added.

    `known` is that moment as an earlier answer had it, for one that names no time.
    """
    theirs, told = headers.date(said) or now, _wait(said, now)
    reset = headers.moment(said.get("x-ratelimit-reset")) or (None if told else known)
    wait = told or timedelta(minutes=1)
    # A block may outlast the hour that is told of, and asking again at once keeps it up.
    if reset is not None and reset > theirs:
        wait = reset - theirs + timedelta(seconds=1)
    retry_at = _bounded(now + wait, now)
    return Problem(
        ErrorCode.RATE_LIMIT, say.GITHUB_RATE_LIMIT(host=host, until=f"{retry_at:%H:%M:%S} UTC"), retry_at=retry_at
    )


def bad_answer(host: str, reason: str) -> Problem:
    """Something came that is not what was asked for."""
    return Problem(ErrorCode.BAD_ANSWER, say.GITHUB_BAD_ANSWER(host=host, reason=reason))


def unknown_outcome(failed: RequestFailed, host: str) -> Failure:
    """A change broke off: whether it was made is not known."""
    return Failure(Problem(failed.problem.code, say.GITHUB_OUTCOME_UNKNOWN(host=host)))


def _refused(answer: Answer, host: str, words: str) -> RequestFailed:
    status = answer.status
    if status == 403 and "x-github-sso" in answer.headers:
        return RequestFailed(saml(host, host, headers.sso_url(answer.headers)))
    if status == 403:
        told = shorten(redact(words), _WORDS) or "HTTP 403"
        return RequestFailed(
            Problem(
                ErrorCode.FORBIDDEN,
                say.GITHUB_FORBIDDEN(host=host, deed="use its API", permission=permissions.ALL, answer=told),
            )
        )
    if status >= 500:
        return RequestFailed(
            Problem(ErrorCode.SERVER, say.GITHUB_BROKEN(host=host, status=status)),
            again=True,
            doubtful=True,
            heavy=True,
        )
    if 300 <= status < 400 and (place := answer.headers.get("location", "")).startswith("https://"):
        moved = say.GITHUB_MOVED(host=host, place=shorten(redact(place), _WORDS), status=status)
        return RequestFailed(Problem(ErrorCode.CONFIGURATION, moved))
    if 300 <= status < 400 or status in (404, 405):
        return RequestFailed(
            Problem(ErrorCode.CONFIGURATION, say.GITHUB_ENDPOINT_WRONG(host=host, url=answer.url, status=status))
        )
    return RequestFailed(bad_answer(host, f"HTTP {status} {shorten(redact(words), _WORDS)}".strip()))


def _secondary(answer: Answer, host: str, now: datetime, pause: timedelta, *, doubtful: bool = False) -> RequestFailed:
    retry_at = _bounded(now + (_wait(answer.headers, now) or pause), now)
    return RequestFailed(
        Problem(
            ErrorCode.SECONDARY_LIMIT,
            say.GITHUB_SECONDARY_LIMIT(host=host, until=f"{retry_at:%H:%M:%S} UTC"),
            retry_at=retry_at,
        ),
        doubtful=doubtful or _has_begun(answer.envelope or Envelope()),
    )


def _has_begun(envelope: Envelope) -> bool:
    """Whether some of what was asked for was done before the limit was reached."""
    return any(bytes(value) != b"null" for value in (envelope.data or {}).values())


def _is_rate_limit(row: ErrorRow) -> bool:
    said = (row.type, row.code, (row.extensions or {}).get("code"))
    return any(isinstance(one, str) and one.upper() in _RATE_TYPES for one in said)


def is_incomplete(row: ErrorRow) -> bool:
    """Whether GitHub ended its answer there before it was whole."""
    return row.type in _INCOMPLETE or (row.type not in _REFUSALS and bool(_TIMED_OUT.search(row.message)))


def _wait(said: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long to wait by `retry-after`, which is seconds or a time of the server's clock; None where it is neither."""
    text = said.get("retry-after", "")
    if re.fullmatch(r"\d{1,9}", text):
        return timedelta(seconds=int(text))
    until = headers.date({"date": text})
    return max(until - (headers.date(said) or now), timedelta(0)) if until is not None else None


def _bounded(until: datetime, now: datetime) -> datetime:
    """A time that is neither past nor far, in whole seconds: rather one later than a moment too early."""
    found = min(max(until, now + timedelta(seconds=1)), now + _LONGEST_WAIT)
    return found if not found.microsecond else found.replace(microsecond=0) + timedelta(seconds=1)


def first(rows: Sequence[ErrorRow]) -> ErrorRow | None:
    """The row that explains the most: a refusal before whatever followed from it."""
    return next((row for row in rows if row.type), rows[0] if rows else None)
