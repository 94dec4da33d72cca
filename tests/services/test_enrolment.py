"""Which repository a clone's remote names."""

from __future__ import annotations

import pytest

from soda_tui.domain.failure import Exit, Failure
from soda_tui.services.enrolment import identify, same_repository


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://github.com/Acme/Rocket.git", "github.com/acme/rocket"),
        ("https://you:secret@github.com/acme/rocket", "github.com/acme/rocket"),
        ("http://127.0.0.1:4000/acme/rocket.git", "127.0.0.1:4000/acme/rocket"),
        ("https://github/acme/rocket", "github/acme/rocket"),
        ("git@github.com:acme/rocket.git", "github.com/acme/rocket"),
        ("ssh://git@ssh.github.com:443/acme/rocket.git", "github.com/acme/rocket"),
        ("ssh://git@git.xn--p1ai/acme/rocket.git", "git.xn--p1ai/acme/rocket"),
    ],
)
def test_the_remote_names_the_repository(url: str, key: str) -> None:
    assert identify(url, "/src/rocket").key == key


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (None, "has no remote called origin"),
        ("", "has no remote called origin"),
        ("/srv/git/rocket.git", "does not name a repository"),
        ("https://you:secret@github.com/acme", "does not name a repository"),
        ("work:acme/rocket.git", "soda-tui enroll acme/rocket --path /src/rocket"),
        ("git@github.com-work:acme/rocket.git", "goes through github.com-work"),
        ("ssh://git@github-work/acme/rocket", "goes through github-work"),
    ],
)
def test_a_remote_that_does_not_say_it_is_a_sentence(url: str | None, said: str) -> None:
    with pytest.raises(Failure) as caught:
        identify(url, "/src/rocket")
    assert caught.value.problem.exit is Exit.USAGE
    assert said in caught.value.problem.message
    assert "--path /src/rocket" in caught.value.problem.message
    assert "secret" not in caught.value.problem.message


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://github.com/acme/rocket", "git@github.com:Acme/rocket.git", True),
        ("https://me:secret@github.com/acme/rocket.git", "ssh://git@ssh.github.com:443/acme/rocket", True),
        ("https://github.com/acme/rocket", "git@github.com-work:acme/rocket.git", True),
        ("https://github.com/acme/rocket", "git@github.com:acme/lantern.git", False),
        ("https://github.com/acme/rocket", "https://gitlab.com/acme/rocket", False),
        ("https://github.com/acme/rocket", "/src/rocket.git", False),
        ("file:///src/a%20rocket.git", "/src/a rocket.git/", True),
        ("../rocket.git", "/src/rocket.git", True),
        ("../rocket.git", "../mirror.git", False),
    ],
)
def test_whether_two_urls_lead_to_one_repository(one: str, other: str, same: bool) -> None:
    assert same_repository(one, other, "/src/clone") is same_repository(other, one, "/src/clone") is same
