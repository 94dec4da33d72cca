"""Names: My Little Soda's branches, and the remotes that people have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soda_tui.domain.naming import branch_agent, branch_issue, parse_name, parse_remote, slug, work_branch


@pytest.mark.parametrize(
    "title,expected",
    [
        ("Fix [URGENT] issue with @#$ special chars!", "agent001/123-fix-urgent-issue-with-special"),
        ("Fix émoji 🐛 and ñice", "agent001/123-fix-moji-and-ice"),
        ("#77: foo_bar/baz", "agent001/123-77-foobarbaz"),
        ("Fix the crash", "agent001/123-fix-the-crash"),
        ("", "agent001/123-issue"),
        ("日本語のタイトル", "agent001/123-issue"),
        ("--- ---", "agent001/123-issue"),
        ("a" * 40, "agent001/123-" + "a" * 30),
        ("a" * 40 + " and more", "agent001/123-" + "a" * 30),
        ("../../etc/passwd; rm -rf ~", "agent001/123-etcpasswd-rm-rf"),
    ],
)
def test_branches_are_named_as_the_ancestor_did(title: str, expected: str) -> None:
    assert work_branch("agent001", 123, title) == expected


def test_a_fresh_start_is_numbered() -> None:
    assert work_branch("agent001", 12, "Fix the crash", 2) == "agent001/12-fix-the-crash-2"


@given(st.text(), st.integers(1, 10**6), st.integers(1, 9))
def test_a_branch_leads_back_to_its_issue(title: str, issue: int, fresh: int) -> None:
    branch = work_branch("agent007", issue, title, fresh)
    assert (branch_issue(branch), branch_agent(branch)) == (issue, "agent007")
    assert branch.isascii() and " " not in branch and not branch.endswith((".", "/", "-", ".lock"))
    assert len(slug(title)) <= 30


@pytest.mark.parametrize(
    "branch,issue",
    [
        ("agent001/12", 12),
        ("agent001/12-", 12),
        ("work-12", 12),
        ("agent001/0", None),
        ("agent01/12-x", None),
        ("agent001/12-x/y", None),
        ("main", None),
        ("feature/work-12", None),
    ],
)
def test_legacy_branches(branch: str, issue: int | None) -> None:
    assert branch_issue(branch) == issue


@pytest.mark.parametrize(
    "url,key",
    [
        ("https://github.com/Acme/Rocket.git", "github.com/acme/rocket"),
        ("https://github.com/acme/rocket/", "github.com/acme/rocket"),
        ("https://user:secret@github.com/acme/rocket", "github.com/acme/rocket"),
        ("git@github.com:acme/rocket.git", "github.com/acme/rocket"),
        ("github.com:acme/rocket", "github.com/acme/rocket"),
        ("ssh://git@github.com/acme/rocket.git", "github.com/acme/rocket"),
        ("ssh://git@ssh.github.com:443/acme/rocket.git", "github.com/acme/rocket"),
        ("git@ghe.example.org:acme/rocket.js.git", "ghe.example.org/acme/rocket.js"),
        ("http://127.0.0.1:8080/acme/rocket.git", "127.0.0.1:8080/acme/rocket"),
        ("/srv/git/rocket.git", None),
        ("file:///srv/git/acme/rocket.git", None),
        ("https://github.com/rocket", None),
        ("https://github.com/a/b/c", None),
        ("C:\\repos\\rocket", None),
        ("https://h:abc/a/b", None),
        ("https://[bad/a/b", None),
        ("", None),
    ],
)
def test_remotes(url: str, key: str | None) -> None:
    found = parse_remote(url)
    assert (found.key if found else None) == key


@pytest.mark.parametrize("text", ["acme", "acme/..", "-x/y", "a b/c", "https://github.com/a/b", "a/b/c/d", "--path/x"])
def test_what_is_no_name(text: str) -> None:
    assert parse_name(text) is None


@given(st.text())
def test_no_text_breaks_the_parsers(text: str) -> None:
    parse_name(text)
    parse_remote(text)
    branch_issue(text)
