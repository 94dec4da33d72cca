"""A named agent from its profile to a pull request: a program called claude, which is found by the path."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from machines import ROCKET, Machine

# What Claude Code writes, in its order; the work between is real.
CLAUDE = """\
import json, os, subprocess, sys, time
if sys.argv[1:] == ["--version"]:
    sys.exit(print("9.9.9 (Claude Code)"))
say = lambda **event: print(json.dumps(event), flush=True)
prompt = json.loads(sys.stdin.readline())["message"]["content"][0]["text"]
assert "attempt 1" in prompt and "Be brief." in prompt and "GH_TOKEN" not in os.environ, prompt
assert os.environ["ANTHROPIC_API_KEY"].startswith("sk-")
assert sys.argv[1:4] == ["-p", "--input-format", "stream-json"] and "{summaries}" not in sys.argv
say(type="system", subtype="init", session_id="s1", cwd=os.getcwd(), model="m", tools=["Bash"])
tool = {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "git commit"}}
say(type="assistant", message={"id": "m1", "content": [tool], "usage": {"input_tokens": 3, "output_tokens": 5}})
while not os.path.exists(os.path.expanduser("~/go")):
    time.sleep(0.01)
open("done.txt", "w").write("done\\n")
for words in (["add", "-A"], ["commit", "-qm", "Do it"]):
    subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *words], check=True)
result = {"type": "tool_result", "tool_use_id": "t1", "is_error": False, "content": "ok"}
say(type="user", message={"content": [result]})
say(type="result", subtype="success", is_error=False, result="Done.", session_id="s1", num_turns=1, total_cost_usd=0.1)
open(os.environ["SODA_SUMMARY"], "w").write("Do it well\\n\\nIt is done.\\n")
"""


@pytest.fixture
def machine(machine: Machine) -> Machine:
    """A machine whose configuration names claude, and codex, neither of which is installed yet."""
    text = machine.config.read_text().partition("[[repository]]")[2]
    machine.config.write_text(f'[defaults]\nprofile = ["codex", "claude"]\n[[repository]]{text}')
    return machine


def install(machine: Machine) -> None:
    """Put a claude where programs are found."""
    program = machine.recording_git() / "claude"
    program.write_text(f"#!{sys.executable}\n{CLAUDE}")
    program.chmod(0o755)


def doing(machine: Machine) -> str | None:
    """What the agent says that it does, once it says so."""
    for _ in range(100):
        run = machine.repository()["agent"]["run"]
        if run["doing"] not in {None, "begins"}:
            break
    return str(run["doing"])


@pytest.mark.wide
def test_a_profile_from_its_program_to_a_pull_request(machine: Machine) -> None:
    path = f"{machine.recording_git()}:/usr/bin:/bin"
    nowhere = {"PATH": path}
    refused = machine.json("pop", "--launch", exit=3, environment=nowhere)
    assert "codex is not on this machine; claude is not" in refused["message"] and refused["issue"] is None
    assert machine.repository()["agent"]["status"] == "idle"
    assert "claude         claude is not on this machine\n" in machine.run("profiles", environment=nowhere).stdout

    install(machine)
    listed = {one["name"]: one for one in machine.json("profiles", environment=nowhere)["profiles"]}
    assert listed["claude"] == {
        "name": "claude",
        "program": "claude",
        "path": str(machine.recording_git() / "claude"),
        "version": "9.9.9 (Claude Code)",
        "format": "claude",
        "prompt": "standard input",
        "used": [{"repository": ROCKET, "why": "profile says codex, claude", "taken": True}],
        "fault": None,
    }
    assert listed["gemini"]["path"] is None and listed["gemini"]["used"] == []

    prompt = machine.run("launch", "--show-prompt", "--extra", "Be brief.").stdout
    assert "Be brief." in prompt and "This is attempt 1." in prompt
    assert "codex" in machine.run("launch", "--profile", "clod", exit=2).stderr
    assert "--launch" in machine.run("pop", "--extra", "x", exit=2).stderr

    environment = {**nowhere, "ANTHROPIC_API_KEY": "sk-not-to-be-kept"}
    launched = machine.json("pop", "--launch", "--extra", "Be brief.", environment=environment)
    assert launched["verb"] == "launch" and launched["problem"] is None
    assert "codex was passed over for claude" in launched["message"]
    assert doing(machine) == "Bash git commit"
    assert "▸ acme/rocket: Bash git commit · 3 tokens in, 5 out, as it says itself" in machine.run("status").stdout
    (machine.home / "go").touch()
    log = machine.run("logs", "--follow", "--raw").stdout
    last = json.loads(log.splitlines()[-1])
    assert last["type"] == "result", log
    agent = machine.repository()["agent"]
    assert (agent["status"], agent["run"]["exit"], agent["worktree"]["commits"]) == ("done", 0, 1)
    assert (agent["run"]["doing"], agent["run"]["usage"]["cost"], agent["run"]["usage"]["output"]) == (None, 0.1, 5)
    spent = machine.repository()["spending"]
    assert [one["usage"]["cost"] for one in spent["issues"] + spent["days"]] == [0.1, 0.1]
    assert "Today: 3 tokens in, 5 out · $0.10, as the agents say themselves." in machine.run("status").stdout
    assert machine.json("bottle")["problem"] is None
    titles = [one.title for one in machine.demo.world.repository(ROCKET).pull_requests.values()]
    assert titles[-1] == "Do it well"
    kept = [file for file in Path(machine.home).rglob("*") if file.is_file() and not file.is_symlink()]
    assert len(kept) > 20 and not [file for file in kept if b"sk-not-to-be-kept" in file.read_bytes()]
