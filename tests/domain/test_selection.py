"""Which repository a command means."""

from __future__ import annotations

import pytest

from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.failure import Exit, Failure
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.selection import resolve

ROCKET = Enrolment(RepositoryName("github.com", "acme", "rocket"), "/src/rocket")
ENGINE = Enrolment(RepositoryName("github.com", "acme", "engine"), "/src/rocket/engine")
MIRROR = Enrolment(RepositoryName("git.example.org", "acme", "rocket"), "/link/mirror")
ALL = (ROCKET, ENGINE, MIRROR)


def chosen(text: str | None, cwd: str = "/elsewhere", enrolments: tuple[Enrolment, ...] = ALL) -> Enrolment:
    def folders(enrolment: Enrolment) -> tuple[str, ...]:
        return (enrolment.path, f"/data/{enrolment.key}")

    def exists(path: str) -> bool:
        return "typo" not in path

    def owned(path: str, enrolment: Enrolment) -> bool:
        return enrolment is ROCKET and "wild" in path

    return resolve(text, enrolments, cwd, folders, lambda path: path.replace("/link/", "/src/"), exists, owned)


@pytest.mark.parametrize("text", ["typo", "acme/typo", "src/typo"])
def test_what_names_nothing_never_means_the_clone_around(text: str) -> None:
    with pytest.raises(Failure):
        chosen(text, "/src/rocket")


def test_a_name_without_a_host_means_any_host_where_it_is_enrolled() -> None:
    assert chosen("acme/rocket", enrolments=(MIRROR, ENGINE)) is MIRROR


@pytest.mark.parametrize(
    ("text", "cwd", "expected"),
    [
        ("acme/rocket", "/elsewhere", ROCKET),
        ("ACME/Rocket", "/elsewhere", ROCKET),
        ("git.example.org/acme/rocket", "/elsewhere", MIRROR),
        ("engine", "/elsewhere", ENGINE),
        ("Engine", "/elsewhere", ENGINE),
        ("/src/rocket/src/deep", "/elsewhere", ROCKET),
        ("rocket/engine", "/src", ENGINE),
        (None, "/src/rocket/docs", ROCKET),
        (None, "/src/rocket/engine/docs", ENGINE),
        (None, "/data/github.com/acme/engine/x", ENGINE),
        (None, "/src/mirror", MIRROR),
        ("/src/rocket/engine/wild", "/elsewhere", ROCKET),
        (None, "/wild", ROCKET),
    ],
)
def test_a_repository_is_meant_by_name_by_path_or_by_being_there(
    text: str | None, cwd: str, expected: Enrolment
) -> None:
    assert chosen(text, cwd) is expected


def test_the_only_one_enrolled_is_meant_without_a_text() -> None:
    assert chosen(None, enrolments=(MIRROR,)) is MIRROR


@pytest.mark.parametrize(
    ("text", "enrolments", "said"),
    [
        ("rocket", ALL, "acme/rocket, git.example.org/acme/rocket"),
        ("acme/other", ALL, "acme/other is not enrolled, so nothing was done. Enrolled: acme/rocket, acme/engine"),
        ("acme/rokcet", ALL, "Did you mean acme/rocket?"),
        ("amce/engine", ALL, "Did you mean acme/engine?"),
        ("enigne", ALL, "Did you mean acme/engine?"),
        ("/src/rocketry", ALL, "/src/rocketry is not enrolled"),
        (None, ALL, "Say which one: acme/rocket, acme/engine, git.example.org/acme/rocket."),
        (None, (), "soda-tui enroll PATH"),
    ],
)
def test_none_or_several_are_refused_with_the_choices(
    text: str | None, enrolments: tuple[Enrolment, ...], said: str
) -> None:
    with pytest.raises(Failure) as caught:
        chosen(text, enrolments=enrolments)
    assert caught.value.problem.exit is Exit.USAGE
    assert said in caught.value.problem.message


def test_many_choices_are_cut() -> None:
    many = tuple(Enrolment(RepositoryName("github.com", "acme", f"r{n}"), f"/src/r{n}") for n in range(40))
    with pytest.raises(Failure, match="and 28 more"):
        chosen(None, enrolments=many)
