"""Debian's `gh` against the embedded GitHub: a client that nobody here wrote gets from it what it expects of GitHub."""

from __future__ import annotations

from pathlib import Path

import pytest
from github_cli import GitHubCli, missing
from machines import ROCKET, Machine

from soda_tui.sandbox.demo import Demo

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))
IN = ("--repo", ROCKET)


@pytest.fixture
def gh(tmp_path: Path, url: str) -> GitHubCli:
    """`gh` in a home of its own."""
    home = tmp_path / "gh"
    home.mkdir()
    return GitHubCli(home, url)


def names(rows: list[dict[str, str]], key: str = "name") -> set[str]:
    return {row[key] for row in rows}


def test_issues_are_listed_found_viewed_and_edited(gh: GitHubCli, demo: Demo) -> None:
    place = demo.world.repository(ROCKET)
    assert {row["number"] for row in gh.json("issue", "list", *IN, fields="number")} == set(place.issues)
    found = gh.json(
        "issue", "list", *IN, "--label", "route:ready", "--search", "crash -label:route:low", fields="number"
    )
    assert found == [{"number": 1}]

    gh.run("issue", "edit", "1", *IN, "--remove-label", "route:ready", "--add-label", "route:blocked,route:review")
    gh.run("issue", "edit", "1", *IN, "--title", "It crashes", "--body", "At once.", "--add-assignee", "@me")
    gh.run("issue", "comment", "1", *IN, "--body", "Who wrote this?")
    gh.run("issue", "close", "1", *IN, "--reason", "not planned")
    seen = gh.json("issue", "view", "1", *IN, fields="state,title,body,labels,assignees,comments")
    assert (seen["state"], seen["title"], seen["body"]) == ("CLOSED", "It crashes", "At once.")
    assert names(seen["labels"]) == {"route:blocked", "route:review", "route:priority-high"}
    assert names(seen["assignees"], "login") == {"you"} and seen["comments"][0]["body"] == "Who wrote this?"
    assert place.issues[1].state_reason == "NOT_PLANNED" and place.issues[1].edits

    gh.run("issue", "reopen", "1", *IN)
    assert "It crashes" in gh.run("issue", "list", *IN, "--assignee", "@me")


def test_labels_are_made_changed_and_deleted(gh: GitHubCli, demo: Demo) -> None:
    gh.run("label", "create", "heat shield", *IN, "--color", "ff0000")
    assert "already exists" in gh.run("label", "create", "Heat Shield", *IN, exit=1)
    gh.run("label", "edit", "heat shield", *IN, "--name", "cold shield", "--description", "Keeps the heat out")
    assert "cold shield\tKeeps the heat out\t#ff0000" in gh.run("label", "list", *IN, "--search", "shield")
    gh.run("label", "delete", "cold shield", *IN, "--yes")
    assert "Not Found" in gh.run("label", "delete", "cold shield", *IN, "--yes", exit=1)
    assert demo.world.repository(ROCKET).label("cold shield") is None


def test_a_pull_request_is_opened_reviewed_and_merged(gh: GitHubCli, demo: Demo) -> None:
    clone = gh.clone(ROCKET)
    gh.git("switch", "--quiet", "--create", "tank", directory=clone)
    (clone / "tank.txt").write_text("full\n")
    gh.git("add", ".", directory=clone)
    gh.git("commit", "--quiet", "--message", "Fill the tank", directory=clone)
    gh.git("push", "--quiet", "origin", "tank", directory=clone)

    more = ("--reviewer", "grace", "--label", "route:review")
    gh.run("pr", "create", "--title", "Fill the tank", "--body", "Fixes #1", "--draft", *more, directory=clone)
    assert "still a draft" in gh.run("pr", "merge", "--squash", directory=clone, exit=1)
    gh.run("pr", "ready", directory=clone)
    rows = gh.json("pr", "list", *IN, "--author", "@me", "--label", "route:review", fields="number,isDraft,files")
    assert len(rows) == 1 and not rows[0]["isDraft"] and rows[0]["files"][0]["path"] == "tank.txt"
    number = rows[0]["number"]
    demo.world.teams.add("acme/crew")
    gh.run("pr", "edit", str(number), *IN, "--add-reviewer", "acme/crew", "--remove-label", "route:review")
    seen = gh.json("pr", "view", str(number), *IN, fields="reviewRequests,headRefOid,mergeStateStatus,labels")
    assert [who.get("login") or who["slug"] for who in seen["reviewRequests"]] == ["grace", "acme/crew"]
    assert not seen["labels"] and seen["mergeStateStatus"] == "CLEAN"
    assert seen["headRefOid"] == gh.git("rev-parse", "HEAD", directory=clone)

    merge = ("pr", "merge", str(number), *IN, "--squash", "--match-head-commit")
    assert "Head branch was modified" in gh.run(*merge, "0" * 40, exit=1)
    gh.run(*merge, seen["headRefOid"], "--delete-branch")
    place = demo.world.repository(ROCKET)
    assert place.pull_requests[number].merged_at is not None and place.issues[1].closed
    assert place.remote.ref("refs/heads/tank") is None
    gh.git("fetch", "--quiet", "origin", directory=clone)
    assert gh.git("show", "origin/main:tank.txt", directory=clone) == "full"


@pytest.mark.wide
def test_the_cockpit_and_gh_see_what_the_other_one_did(gh: GitHubCli, machine: Machine) -> None:
    labels = ("--label", "route:unblocker", "--label", "route:ready")
    number = int(gh.run("issue", "create", *IN, "--title", "Now", "--body", "", *labels).rpartition("/")[2])
    assert number in {entry["number"] for entry in machine.repository()["queue"]}
    machine.run("pop", "--issue", str(number))
    seen = gh.json("issue", "view", str(number), *IN, fields="labels,assignees")
    assert {"agent001"} <= names(seen["labels"]) and names(seen["assignees"], "login") == {"you"}
    gh.run("issue", "close", str(number), *IN)
    assert "issue_closed" in {drift["kind"] for drift in machine.repository()["drift"]}
