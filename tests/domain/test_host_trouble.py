"""What keeps a whole host from being read is one event, in every list; and whose a line is stands in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs
from tui.shown import NOW, repository

from soda_tui import report
from soda_tui.domain.codes import Severity
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.health.finding import Examination, Finding
from soda_tui.domain.host_trouble import host_troubles
from soda_tui.domain.model import Error, Repository
from soda_tui.domain.overview import names, remarks, row

OTHER = "ghe.acme.example"
READ = datetime(2026, 5, 4, 11, 50, tzinfo=UTC)


def hit(name: str, code: ErrorCode, words: str, minutes: int = 1, host: str = "github.com") -> Repository:
    error = Error(code, words, NOW + timedelta(minutes=minutes))
    return repository(name, host=host, error=error, stale=True, fetched_at=READ)


def test_a_limit_is_its_hosts_however_it_is_worded_and_lasts_as_long_as_the_longest() -> None:
    some = [hit(f"acme/r{n}", ErrorCode.SECONDARY_LIMIT, f"until 12:0{n}.", n) for n in (2, 1)]
    [trouble] = host_troubles([*some, repository("acme/well"), repository("acme/r1", host=OTHER)])
    assert trouble.words == "asked to slow down until 12:02 UTC (2 of 3)"
    assert list(remarks([*some, repository("acme/well")])) == [
        "✕ github.com, 2 of 3 repositories: until 12:02. (shown as of 2026-05-04 11:50 UTC)"
    ]


@pytest.mark.parametrize("others,found", [((), 1), ((repository("acme/b"),), 0)])
def test_silence_is_its_hosts_only_where_it_is_more_than_one_repositorys(
    others: tuple[Repository, ...], found: int
) -> None:
    silent = hit("acme/a", ErrorCode.TIMEOUT, "No answer.")
    assert len(host_troubles([silent, *others])) == found
    assert len(host_troubles([silent, hit("acme/c", ErrorCode.TIMEOUT, "No answer."), *others])) == 1
    assert not host_troubles([hit(f"acme/{n}", ErrorCode.NOT_FOUND, "Gone.") for n in range(3)])


def test_repositories_of_several_hosts_are_told_with_their_hosts() -> None:
    gone = [hit("acme/rocket", ErrorCode.NOT_FOUND, "Gone.", host=host) for host in ("github.com", OTHER)]
    gone = [structs.replace(one, id=one.host) for one in gone]
    called = names(gone)
    assert [row(one, called[one.key])[0] for one in gone] == ["github.com/acme/rocket", f"{OTHER}/acme/rocket"]
    assert [line.split(": ")[0] for line in remarks(gone)] == ["✕ github.com/acme/rocket", f"✕ {OTHER}/acme/rocket"]
    assert set(names(gone[:1]).values()) == {"acme/rocket"}


def test_what_is_found_alike_in_many_repositories_is_reported_once(capsys: pytest.CaptureFixture[str]) -> None:
    every = tuple(
        Finding("agent.none", Severity.CRITICAL, name, f"The agent of {name} cannot be started.", "Install it")
        for name in ("acme/a", "acme/b", "acme/c")
    )
    own = Finding("label.none", Severity.MODERATE, "acme/a", "acme/a has no label.", "soda-tui init acme/a")
    report.examination(Examination((*every, own), (), 9, 3))
    assert capsys.readouterr().out.splitlines()[:5] == [
        "✕ The agent of acme/a cannot be started.",
        "    Install it",
        "    The same is so of acme/b, acme/c.",
        "! acme/a has no label.",
        "    soda-tui init acme/a",
    ]
