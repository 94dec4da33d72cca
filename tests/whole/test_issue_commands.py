"""Issues and work by command: opened, labelled, commented on, and looked at."""

from __future__ import annotations

from pathlib import Path

from machines import Machine


def test_an_issue_is_opened_labelled_and_commented_on(machine: Machine) -> None:
    world = machine.demo.world
    opened = machine.json(
        "issue", "new", "rocket", "--title", "[/x] a title", "--body", "why", "--label", "route:ready"
    )
    issue = world.repository("acme/rocket").issues[opened["number"]]
    assert (issue.title, issue.body) == ("[/x] a title", "why")
    assert opened["number"] in [entry["number"] for entry in machine.repository()["queue"]]

    number = str(opened["number"])
    machine.run("issue", "label", "rocket", number, "--add", "route:priority-high", "--remove", "route:ready")
    assert {label.name for label in issue.labels} == {"route:priority-high"}
    assert "already" in machine.run("issue", "label", number, "--add", "route:priority-high").stdout
    assert "no label nonsense" in machine.run("issue", "label", number, "--add", "nonsense", exit=2).stderr

    text = machine.home / "text.md"
    text.write_text("as a file says\n")
    machine.run("issue", "comment", f"#{number}", "--body-file", str(text))
    assert [comment.body for comment in issue.comments] == ["as a file says\n"]
    machine.run("issue", "comment", number, exit=2)
    machine.run("issue", "comment", "rocket", "nine", "--body", "x", exit=2)
    machine.run("issue", "comment", number, "--body-file", str(machine.home / "none"), exit=2)


def test_the_work_so_far_is_shown_with_what_is_not_committed(machine: Machine) -> None:
    assert "Pop one first" in machine.run("diff", exit=9).stderr
    worktree = Path(machine.json("pop")["worktree"])
    assert "Nothing was changed" in machine.run("diff").stdout
    (worktree / "README.md").write_text("\x1b[31mred\x1b[0m\n")
    (worktree / "new.txt").write_text("new\n")
    shown = machine.run("diff").stdout
    assert "+red" in shown and "\x1b" not in shown and "new.txt  untracked" in shown
    work = machine.json("diff")
    assert {file["path"] for file in work["difference"]["files"]} == {"README.md", "new.txt"}


def test_drift_is_found_and_says_its_repair(machine: Machine) -> None:
    assert "Nothing has drifted" in machine.run("drift").stdout
    machine.run("pop")
    machine.demo.people.close_issue("acme/rocket", 4)
    said = machine.run("drift", "rocket", exit=10).stdout
    assert "issue_closed (critical since " in said and "Repair: let go of the claim, keeping the work." in said
    assert "Run: soda-tui drift acme/rocket --repair issue_closed" in said
    assert [one["kind"] for one in machine.json("drift", exit=10)["github.com/acme/rocket"]["drift"]] == [
        "issue_closed"
    ]
    blind = machine.run("drift", exit=1, environment={"GITHUB_API_URL": "http://127.0.0.1:1"})
    assert "network" in blind.stderr


def test_a_drift_is_repaired_by_command(machine: Machine) -> None:
    machine.run("pop")
    machine.demo.people.close_issue("acme/rocket", 4)
    repair = ("drift", "rocket", "--repair", "issue_closed")
    unasked = machine.run(*repair, exit=7)
    assert "Repair it in acme/rocket? This will" in unasked.stderr and "--yes" in unasked.stderr
    planned = machine.json(*repair, "--dry-run")
    assert planned["dry_run"] and [step["name"] for step in planned["steps"]] == ["UnmarkIssue", "ReleaseClaim"]
    assert machine.json(*repair, exit=7)["asks"].startswith("Issue 4 was closed")
    done = machine.json(*repair, "--yes")
    assert done["verb"] == "repair" and all(step["done"] for step in done["steps"])
    machine.run("drift", "rocket")
    assert "nothing to repair" in machine.run(*repair, "--yes", exit=9).stderr
    machine.run("drift", "rocket", "--repair", "checks_failing", exit=2)
    machine.run("repair", "rocket", exit=2)
    machine.run("tidy", "rocket", exit=2)


def test_the_table_says_what_is_left_out_and_why(machine: Machine) -> None:
    shown = machine.run("status", "--repo", "rocket").stdout
    assert "3 left out of the queue: 5 (human only), 7 (ready to merge), 8 (blocked)." in shown
