"""`estop` and `resume`, as they are called: with an agent at work, with a broken configuration, and while stopped."""

from __future__ import annotations

import json

from machines import ROCKET, Machine


def test_estop_stops_and_resume_lifts_that_and_nothing_else(machine: Machine) -> None:
    good = machine.config.read_text().replace(json.dumps(machine.agent), json.dumps(["sleep", "60"]))
    machine.config.write_text(good)
    machine.run("pop", ROCKET)
    worktree = machine.run("path", ROCKET).stdout.strip()
    machine.run("launch", ROCKET)
    left = machine.run("unenroll", exit=7).stderr
    assert "soda-tui stop acme/rocket" in left and "soda-tui reset acme/rocket" in left and "--yes" in left
    # At two in the morning no configuration is mended first.
    machine.config.write_text("[nonsense")
    said = machine.run("estop").stdout
    assert f"acme/rocket; its work is kept in {worktree}." in said and "1 agent stopped." in said
    stop = machine.home / ".local/state/soda-tui/STOP"
    assert "with soda-tui estop" in stop.read_text()
    assert machine.json("estop")["agents"] == []
    machine.config.write_text(good)
    assert "soda-tui resume" in machine.run("launch", ROCKET, exit=7).stderr
    assert "soda-tui resume" in machine.run("auto", ROCKET, "--on").stdout
    shown = machine.repository()
    assert (shown["agent"]["run"]["ending"], shown["forbidden"]) == ("halted", str(stop))
    assert "with soda-tui estop is lifted" in machine.run("resume").stdout and not stop.exists()
    machine.run("resume", exit=9)
    assert machine.repository()["agent"]["run"]["pid"] is None, "nothing was started"
