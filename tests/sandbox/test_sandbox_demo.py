"""The demo's world, the scripted agent, and what ships in the package."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from graphql import validate_schema
from sandbox.asker import Asker, Clock

from soda_tui.domain.naming import branch_issue
from soda_tui.sandbox import prune
from soda_tui.sandbox.demo import TOKEN, Demo, build_demo
from soda_tui.sandbox.documents import documents
from soda_tui.sandbox.schema import schema, schema_text
from soda_tui.sandbox.scripted_agent import read_task
from soda_tui.wiring.calling import Invocation
from soda_tui.wiring.demo import demo_world

DEADLINE = 30.0
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def demo(tmp_path: Path, clock: Clock) -> Demo:
    return build_demo(tmp_path / "demo", clock)


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_the_demo_is_three_repositories_with_clones_of_their_remotes(demo: Demo) -> None:
    assert [name.full for name, _ in demo.places] == ["acme/rocket", "acme/lantern", "acme/teapot"]
    for name, clone in demo.places:
        repository = demo.world.repository(name.full)
        assert git(clone, "remote", "get-url", "origin") == str(repository.remote.path)
        assert git(clone, "branch", "--show-current") == repository.remote.default_branch
        assert git(clone, "rev-parse", "HEAD") == repository.remote.ref(
            f"refs/heads/{repository.remote.default_branch}"
        )
        assert 8 <= len(repository.issues) <= 15
        assert all(branch_issue(p.head_ref_name) in repository.issues for p in repository.pull_requests.values())
    assert len({demo.world.repository(n.full).remote.default_branch for n, _ in demo.places}) == 3


def test_the_demo_answers_over_the_api(demo: Demo) -> None:
    ask = Asker(demo.world, TOKEN)
    query = """{viewer{login} repository(owner:"acme",name:"rocket"){viewerPermission
      issues(first:20,labels:["route:ready"],states:OPEN){nodes{title labels(first:9){nodes{name}}}}
      pullRequests(first:5,states:OPEN){nodes{reviewDecision statusCheckRollup{state} mergeable}}}}"""
    found = ask.data(query)
    assert found["viewer"]["login"] == "you" and found["repository"]["viewerPermission"] == "WRITE"
    assert any("@click=app.quit" in issue["title"] for issue in found["repository"]["issues"]["nodes"])
    assert found["repository"]["pullRequests"]["nodes"] == [
        {"reviewDecision": "APPROVED", "statusCheckRollup": {"state": "SUCCESS"}, "mergeable": "MERGEABLE"}
    ]


def test_the_demo_is_built_at_once(tmp_path: Path, clock: Clock) -> None:
    taken = []
    for number in range(3):
        started = time.perf_counter()
        build_demo(tmp_path / str(number), clock)
        taken.append(time.perf_counter() - started)
    assert min(taken) < 1.0


@pytest.fixture
def run(demo: Demo, tmp_path: Path) -> Run:
    """Runs the agent in the clone of acme/rocket, with its prompt on standard input."""

    def start(*options: str, prompt: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "soda_tui.sandbox.scripted_agent", "--pace", "0", *options]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environ}
        return subprocess.run(
            command,
            check=False,
            input=prompt,
            cwd=demo.places[0][1],
            env=environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )

    return start


def test_the_agent_commits_real_work_and_writes_its_summary(demo: Demo, run: Run, tmp_path: Path) -> None:
    clone = demo.places[0][1]
    before = git(clone, "rev-parse", "HEAD")
    summary = tmp_path / "summary.md"
    done = run(
        SODA_ISSUE="1",
        SODA_TITLE="Crash when the tank is empty",
        SODA_SUMMARY=str(summary),
        GIT_CONFIG_GLOBAL=os.devnull,
    )
    assert done.returncode == 0, done.stderr
    assert "\x1b[" in done.stdout and "Crash when the tank is empty" in done.stdout
    commits = git(clone, "log", "--format=%s%x09%an", f"{before}..HEAD").splitlines()
    assert 1 <= len(commits) <= 3 and all(line.endswith("\tScripted Agent") for line in commits)
    assert git(clone, "status", "--porcelain") == ""
    assert "Crash when the tank is empty" in (clone / "docs/notes/0001-crash-when-the-tank-is-empty.md").read_text()
    title, blank, body = summary.read_text().split("\n", 2)
    assert (title, blank) == ("Crash when the tank is empty", "") and body.startswith("Solves what issue 1 reports")


def test_the_agent_goes_on_where_an_earlier_run_has_committed_all(demo: Demo, run: Run) -> None:
    assert run(SODA_ISSUE="1", SODA_TITLE="Crash when the tank is empty").returncode == 0
    head = git(demo.places[0][1], "rev-parse", "HEAD")
    again = run(SODA_ISSUE="1", SODA_TITLE="Crash when the tank is empty")
    assert again.returncode == 0, again.stdout
    assert git(demo.places[0][1], "rev-parse", "HEAD") == head


@pytest.mark.parametrize("options,lands", [({}, True), ({"land.without_checks": "false"}, False)])
def test_the_demo_lands_without_checks_unless_it_is_told_otherwise(options: dict[str, object], lands: bool) -> None:
    call = Invocation({"SODA_TUI_AGENT__COMMAND": "dear"}, options=options, demo=True)
    with demo_world(call) as (_, settings, _, _):
        assert [one.land.without_checks for one in settings.repositories] == [lands] * 3
        assert all("scripted_agent" in " ".join(one.agent.command) for one in settings.repositories)


def test_the_agent_signs_with_the_identity_that_is_configured(demo: Demo, run: Run) -> None:
    assert run(prompt="Work on issue #2: Countdown cannot be held").returncode == 0
    assert git(demo.places[0][1], "log", "-1", "--format=%an") == "Test"


@pytest.mark.parametrize(
    "options,status,committed,dirty",
    [(["--exit", "3"], 3, True, False), (["--no-commit"], 0, False, True), (["--dirty"], 0, True, True)],
)
def test_the_agent_fails_as_ordered(
    demo: Demo, run: Run, options: list[str], status: int, committed: bool, dirty: bool
) -> None:
    clone = demo.places[0][1]
    before = git(clone, "rev-parse", "HEAD")
    assert run(*options, prompt="#4 The test bench does not start").returncode == status
    assert (git(clone, "rev-parse", "HEAD") != before) is committed
    assert (git(clone, "status", "--porcelain") != "") is dirty


def test_the_agent_hangs_until_it_is_ended(demo: Demo) -> None:
    command = [sys.executable, "-m", "soda_tui.sandbox.scripted_agent", "--pace", "0", "--hang", "#1 Crash"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, cwd=demo.places[0][1], env=environment, stdout=subprocess.PIPE, text=True) as agent:
        assert agent.stdout is not None
        while "thinking" not in (line := agent.stdout.readline()):
            assert line, "ended by itself"
        assert agent.poll() is None
        agent.send_signal(signal.SIGTERM)
        assert agent.wait(DEADLINE) == -signal.SIGTERM


@pytest.mark.parametrize(
    "prompt,number,title",
    [
        ("Solve #12: Fix the crash\n\nmore", 12, "Fix the crash"),
        ("You work on one issue, number 7.\n\nTitle: [/x]\x1b[31mboo\n\nbody", 7, "[/x] [31mboo"),
        ("\n# Only words\n", 0, "Only words"),
        ("", 0, "Tidy up"),
    ],
)
def test_the_agent_finds_its_issue_in_the_prompt(
    monkeypatch: pytest.MonkeyPatch, prompt: str, number: int, title: str
) -> None:
    monkeypatch.delenv("SODA_ISSUE", raising=False)
    monkeypatch.delenv("SODA_TITLE", raising=False)
    task = read_task(prompt)
    assert (task.number, task.title) == (number, title)


def test_the_schema_ships_in_the_package_and_is_built_quickly() -> None:
    assert schema_text().startswith("# GitHub's public GraphQL schema")
    assert {"Query", "Mutation", "Repository", "IssueFilters"} <= set(schema().type_map)
    assert not [e for e in validate_schema(schema()) if "deprecated" not in e.message]


def test_pruning_keeps_what_documents_use_and_nothing_else() -> None:
    """The pruned schema is a full one for these purposes: it has more than one document uses."""
    document = """{repository(owner:"a",name:"b"){issues(first:1,filterBy:{}){nodes{author{login ... on User{id}}}}}}"""
    text = prune.prune(schema_text(), [document])
    for kept in ("type Repository", "input IssueFilters", "input IssueOrder", "interface Actor", "scalar DateTime"):
        assert kept in text
    for dropped in ("pullRequest", "type Label ", "nameWithOwner", "type Bot", "avatarUrl"):
        assert dropped not in text
    with pytest.raises(ValueError, match="Cannot query field"):
        prune.prune(schema_text(), ["{nothing}"])


def test_pruning_again_changes_nothing() -> None:
    keep = (prune.FOLDER / "keep.graphql").read_text()
    assert prune.prune(schema_text(), [keep, *documents()]) == schema_text()
