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
    assert "soda-tui reset acme/rocket" in machine.run("drift", "rocket", exit=10).stdout
    assert [one["kind"] for one in machine.json("drift", exit=10)["github.com/acme/rocket"]["drift"]] == [
        "issue_closed"
    ]
    blind = machine.run("drift", exit=1, environment={"GITHUB_API_URL": "http://127.0.0.1:1"})
    assert "network" in blind.stderr
