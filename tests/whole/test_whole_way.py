"""From enrolling to a pull request, with the program as it is installed and nothing mocked."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from machines import Machine

from soda_tui.sandbox.demo import TOKEN


def git(path: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(path), *arguments], check=True, capture_output=True, text=True, timeout=30
    ).stdout.strip()


def test_from_enrol_to_pull_request(machine: Machine) -> None:
    world = machine.demo.world
    config = machine.config.read_text()
    assert config.startswith("# mine\n") and "acme/rocket" in config

    assert "should be" in machine.run("init", "acme/rocket").stdout
    peeked = machine.json("peek")
    assert peeked["position"] == 1

    before, fetches, pushes = world.requests, machine.git_calls("fetch", "ls-remote"), machine.git_calls("push")
    popped = machine.json("pop")
    assert world.requests - before <= 3
    assert (machine.git_calls("fetch", "ls-remote") - fetches, machine.git_calls("push") - pushes) == (1, 1)
    assert popped["issue"] == peeked["entry"]["number"] and popped["problem"] is None
    worktree = Path(popped["worktree"])
    assert git(worktree, "branch", "--show-current") == popped["branch"]
    assert machine.run("path").stdout.strip() == str(worktree)

    shown = machine.repository()
    assert shown["agent"]["status"] == "claimed" and shown["agent"]["claim"]["mine"]
    assert (shown["drift"] == [] and shown["needs"] == []) or all(n["code"] == "ready_to_land" for n in shown["needs"])
    held = next(entry for entry in shown["excluded"] if entry["number"] == popped["issue"])
    assert held["code"] == "held"

    machine.run("launch")
    log = machine.run("logs", "--follow").stdout
    assert "\x1b" not in log and log.strip()
    assert "\x1b" in machine.run("logs", "--raw").stdout
    done = machine.repository()["agent"]
    assert (done["status"], done["run"]["exit"]) == ("done", 0)
    assert done["worktree"]["commits"] >= 1 and not done["worktree"]["dirty"]

    before, fetches, pushes = world.requests, machine.git_calls("fetch", "ls-remote"), machine.git_calls("push")
    bottled = machine.json("bottle")
    assert world.requests - before <= 4
    assert (machine.git_calls("fetch", "ls-remote") - fetches, machine.git_calls("push") - pushes) == (0, 2)
    assert bottled["problem"] is None
    after = machine.repository()
    assert after["agent"]["status"] == "idle" and after["drift"] == []
    pull_request = next(entry for entry in after["pull_requests"] if entry["url"] == bottled["pull_request"])
    assert (pull_request["issue"], pull_request["branch"]) == (popped["issue"], popped["branch"])
    review = next(entry for entry in after["excluded"] if entry["number"] == popped["issue"])
    assert review["code"] == "review"
    opened = world.repository("acme/rocket").pull_requests[pull_request["number"]]
    assert f"Fixes #{popped['issue']}" in opened.body

    assert_no_token_below(machine.home)
    arguments = (machine.home / "git.log").read_text()
    assert " push " in arguments and "--atomic" in arguments and "Basic" not in arguments
    for clone in (machine.clone("acme/rocket"), worktree):
        assert (
            TOKEN not in git(clone, "config", "--list") and "extraheader" not in git(clone, "config", "--list").lower()
        )
        assert "@" not in git(clone, "remote", "get-url", "origin")


def assert_no_token_below(folder: Path) -> None:
    """The token is in no file; runs' arguments are in their records, so those are covered too."""
    seen = 0
    for root, _, names in os.walk(folder):
        for name in names:
            path = Path(root, name)
            if path.is_file() and not path.is_symlink():
                seen += 1
                assert TOKEN.encode() not in path.read_bytes(), path
    assert seen > 20


def test_reset_puts_everything_back(machine: Machine) -> None:
    before = machine.repository()
    popped = machine.json("pop")
    worktree = Path(popped["worktree"])
    (worktree / "half-done.txt").write_text("half done\n")
    refused = machine.run("reset", exit=7)
    assert "--yes" in refused.stderr
    plan = machine.run("reset", "--dry-run")
    assert "let go of" in plan.stderr + plan.stdout
    assert machine.repository()["agent"]["status"] == "claimed"
    pushes = machine.git_calls("push")
    machine.run("reset", "--yes")
    assert machine.git_calls("push") - pushes == 1
    after = machine.repository()
    assert after["queue"] == before["queue"]
    assert after["agent"]["status"] == "idle" and after["drift"] == []
    (kept,) = git(worktree, "branch", "--list", "soda-rescue/*", "--format=%(refname:short)").split()
    assert git(worktree, "show", f"{kept}:half-done.txt") == "half done"
    assert git(worktree, "status", "--porcelain") == ""
    assert git(worktree, "branch", "--show-current") == popped["branch"]
    machine.run("reset", "--yes", exit=9)


def test_pop_again_is_refused_and_changes_nothing(machine: Machine) -> None:
    popped = machine.json("pop")
    refused = machine.json("pop", exit=7)
    assert f"already holding {popped['issue']}" in refused["message"]


def test_two_cockpits_one_holder(machine: Machine, tmp_path: Path) -> None:
    other = Machine(tmp_path / "other", machine.url, machine.demo)
    other.configure()
    other.run("enroll", "acme/rocket", "--path", str(other.clone("acme/rocket")))
    popped = machine.json("pop")
    taken = other.json("pop", exit=8)
    assert str(popped["issue"]) in taken["message"]
    seen = other.repository()["agent"]
    assert (seen["status"], seen["claim"]["mine"], seen["issue"]) == ("elsewhere", False, popped["issue"])


def test_dry_run_changes_nothing(machine: Machine) -> None:
    before = machine.repository()
    planned = machine.json("pop", "--dry-run")
    assert planned["dry_run"] and [step["done"] for step in planned["steps"]] == [False] * 3
    after = machine.repository()
    assert {**before, "fetched_at": None} == {**after, "fetched_at": None}
    assert not Path(planned["worktree"]).exists()


def test_stop_ends_the_agent_and_keeps_its_work(machine: Machine) -> None:
    machine.agent.append("--hang")
    machine.configure()
    machine.run("enroll", "acme/rocket", "--path", str(machine.clone("acme/rocket")))
    machine.run("pop")
    launched = machine.json("launch")
    assert launched["problem"] is None
    running = machine.repository()["agent"]
    assert running["status"] == "working"
    assert "stop it first" in machine.run("bottle", exit=7).stderr
    machine.run("stop", exit=7)
    machine.run("stop", "--yes")
    stopped = machine.repository()["agent"]
    assert stopped["status"] == "claimed"
    machine.run("stop", "--yes", exit=9)


@pytest.mark.parametrize("argument", ["acme/rocket", "github.com/acme/rocket", "rocket", "."])
def test_a_repository_has_many_names(machine: Machine, argument: str) -> None:
    text = str(machine.clone("acme/rocket")) if argument == "." else argument
    assert machine.json("peek", text)["repository"] == "acme/rocket"


def test_an_old_snapshot_is_good_enough_where_that_is_said(machine: Machine) -> None:
    first = machine.json("status")
    before = machine.demo.world.requests
    assert machine.json("status", "--max-age", "3600") == first
    assert machine.demo.world.requests == before
