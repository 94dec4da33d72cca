"""`history` and `report` from outside, after work that a person had done by hand."""

from __future__ import annotations

import json

import pytest
from machines import Machine


@pytest.mark.wide
def test_work_that_was_merged_is_told_in_every_format(machine: Machine) -> None:
    assert "Nothing was done in acme/rocket" in machine.run("history").stdout
    issue = machine.json("pop")["issue"]
    machine.run("launch")
    machine.run("logs", "--follow")
    url = machine.json("bottle")["pull_request"]
    number = int(url.rpartition("/")[2])
    (one,) = machine.json("history", "rocket")["repositories"]
    (course,) = one["history"]["issues"]
    assert (course["issue"], course["standing"], course["pull_request"]) == (issue, "in_review", number)
    assert (course["attempts"], course["touches"], len(course["runs"])) == (1, 3, 1)
    assert one["figures"]["handed_over"] == 1 and one["figures"]["runs_well"] == 1
    shown = machine.run("history").stdout
    assert f"#{issue} " in shown and f"in review (PR {number}), 1 attempt" in shown and "ended well" in shown
    report = json.loads(machine.run("report", "--since", "7d", "--format", "json").stdout)
    assert report == machine.json("report", "--since", "7d", "--max-age", "600") | {
        "until": report["until"],
        "since": report["since"],
    }
    assert [done["issue"] for done in report["done"]] == [issue]
    text = machine.run("report").stdout
    assert "## What was done" in text and "### Handed over" in text and "█" in text and "Ready to land" in text
    page = machine.run("report", "--format", "html").stdout
    assert page.startswith("<!doctype html>") and "<svg" in page and "<script" not in page
    machine.run("report", "--since", "yesterday", exit=2)
