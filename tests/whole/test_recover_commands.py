"""Recover and cleanup by command: lists, documents, questions, and what is refused."""

from __future__ import annotations

import subprocess

import pytest
from machines import Machine


def git(machine: Machine, *arguments: str) -> str:
    command = ["git", "-C", str(machine.clone("acme/rocket")), "-c", "user.name=A", "-c", "user.email=a@example.com"]
    done = subprocess.run([*command, *arguments], check=True, capture_output=True, text=True, timeout=60)
    return done.stdout.strip()


def leave_work(machine: Machine, branch: str) -> None:
    oid = git(machine, "commit-tree", "-p", "origin/main", "-m", f"Left on {branch}", "origin/main^{tree}")
    git(machine, "branch", branch, oid)


@pytest.mark.wide
def test_recover_lists_and_does_what_is_said(machine: Machine) -> None:
    assert "Nothing was left over" in machine.run("recover").stdout
    leave_work(machine, "agent001/4-left")
    leave_work(machine, "work-9")
    told = machine.run("recover", "rocket").stdout
    assert "agent001/4-left (work)  issue 4, 1 commit," in told and "--adopt  --pull-request  --archive  --keep" in told
    found = machine.json("recover", "agent001/4-left")["leftovers"]
    assert [(one["name"], one["kind"], one["commits"]) for one in found] == [("agent001/4-left", "work", 1)]
    assert found[0]["choices"] == ["adopt", "pull_request", "archive", "keep"]
    assert len(machine.json("recover", "--pattern", "*")["leftovers"]) == 2

    machine.run("recover", "work-9", "--keep")
    told = machine.run("recover", "rocket").stdout
    assert "work-9" not in told and "not listed: 1. soda-tui recover acme/rocket --all" in told
    assert machine.json("recover", "rocket")["kept"] == 1
    told = machine.run("recover", "rocket", "--all").stdout
    assert "work-9" in told and "kept as it stands" in told and "--unkeep" in told
    machine.run("recover", "work-9", "--unkeep")
    assert "work-9" in machine.run("recover", "rocket").stdout

    planned = machine.json("recover", "rocket", "agent001/4-left", "--adopt", "--dry-run")
    assert planned["dry_run"] and planned["steps"][0]["name"] == "ClaimIssue"
    unasked = machine.run("recover", "--pattern", "*", "--archive", exit=7)
    assert "--yes" in unasked.stderr and "agent001/4-left" in unasked.stderr
    assert "--archive" in machine.run("recover", "work-9", "--clean-up", "--yes", exit=7).stderr
    machine.run("recover", "work-9", "--archive", "--yes")
    assert git(machine, "tag", "--list") == "soda-archive/work-9" and not git(machine, "branch", "--list", "work-9")
    machine.run("recover", "agent001/4-left", "--adopt")
    assert machine.repository()["agent"]["branch"] == "agent001/4-left"
    machine.run("recover", "none-such", "--archive", "--yes", exit=9)
    assert "none-such" in machine.run("recover", "none-such", exit=9).stderr


def test_what_is_said_wrongly_is_told(machine: Machine) -> None:
    machine.run("recover", "--archive", exit=2)
    machine.run("recover", "a", "b", "c", exit=2)
    machine.run("recover", "work-9", "--yes", exit=2)
    machine.run("recover", "work-9", "--adopt", "--keep", exit=2)
    machine.run("recover", "work-9", "--push", "soda-rescue/4-x", exit=2)
    machine.run("recover", "--push", "soda-rescue/4-x", "--yes", exit=9)


def test_cleanup_has_nothing_to_do_at_first(machine: Machine) -> None:
    assert "[retention]" in machine.run("cleanup", exit=9).stderr
    assert machine.json("cleanup", exit=9)["problem"]["code"] == "nothing_to_do"
