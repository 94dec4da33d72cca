"""Commands from outside: what they print where, and their exit codes."""

from __future__ import annotations

import json
import os
import pty
import select
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from machines import Machine

from soda_tui.__main__ import main
from soda_tui.cli.options.common import verb_help
from soda_tui.domain.actions import COMMANDS


def test_a_broken_configuration_is_named_with_file_line_and_key(machine: Machine) -> None:
    text = machine.config.read_text()
    machine.config.write_text(text + '\n[cockpit]\ninterval = "often"\n')
    said = machine.run("status", exit=3).stderr
    assert str(machine.config) in said and "interval" in said and f"line {len(text.splitlines()) + 3}" in said
    before = machine.config.read_text()
    machine.run("enroll", "acme/teapot", "--path", str(machine.clone("acme/teapot")), exit=3)
    assert machine.config.read_text() == before


def test_without_a_token_it_says_where_one_comes_from(machine: Machine) -> None:
    said = machine.run("status", exit=4, environment={"GH_TOKEN": ""})
    assert "GH_TOKEN" in said.stdout and "gh auth" in said.stdout


def test_a_refused_token_is_an_authentication_failure(machine: Machine) -> None:
    machine.run("pop", exit=4, environment={"GH_TOKEN": "gho_wrong00000000000000000000000000000000"})


def test_without_a_network_it_says_so(machine: Machine) -> None:
    said = machine.run("status", exit=1, environment={"GITHUB_API_URL": "http://127.0.0.1:1"})
    assert "network" in said.stdout


def test_without_git_it_says_so(machine: Machine, tmp_path: Path) -> None:
    document = machine.json("status", environment={"PATH": str(tmp_path)})
    assert "git" in document["repositories"][0]["clone"]["problem"]
    assert document["repositories"][0]["queue"]


@pytest.mark.parametrize(
    "arguments,exit",
    [
        (("peek", "nobody/nothing"), 2),
        (("pop", "--issue", "5"), 7),
        (("pop", "--issue", "999"), 7),
        (("bottle",), 9),
        (("launch",), 9),
        (("logs",), 9),
        (("path",), 9),
        (("reset", "--yes"), 9),
        (("init",), 0),
        (("frobnicate",), 2),
        (("--set", "nonsense", "status"), 2),
        (("--set", "cockpit.interval=never", "status"), 2),
        (("status", "--max-age", "-1"), 2),
    ],
)
def test_exit_codes(machine: Machine, arguments: tuple[str, ...], exit: int) -> None:
    done = machine.run(*arguments, exit=exit)
    assert "Traceback" not in done.stderr


def test_enrolling_reads_origin_whatever_its_form(machine: Machine) -> None:
    clone = machine.clone("acme/teapot")
    for url in ("https://github.com/acme/teapot.git", "git@github.com:acme/teapot", "ssh://git@github.com/acme/teapot"):
        subprocess.run(["git", "-C", str(clone), "remote", "set-url", "origin", url], check=True)
        assert "acme/teapot" in machine.run("enroll", str(clone / "src" if (clone / "src").is_dir() else clone)).stdout
        machine.run("unenroll", "teapot")
    assert "# mine" in machine.config.read_text()
    assert "acme/teapot" not in machine.config.read_text()


def test_enrolling_says_which_labels_are_missing_and_init_makes_them(machine: Machine) -> None:
    machine.demo.people.delete_label("acme/rocket", "route:blocked")
    assert (
        "create or correct: 1"
        in machine.run("enroll", "acme/rocket", "--path", str(machine.clone("acme/rocket"))).stdout
    )
    shown = machine.run("init", "--dry-run").stdout
    assert "create route:blocked" in shown
    assert "create route:blocked" in machine.run("init", exit=7).stdout
    assert "1 changed" in machine.run("init", "--yes").stdout
    assert "as they should be" in machine.run("init", "--yes").stdout


def test_settings_come_from_option_environment_repository_and_defaults(machine: Machine) -> None:
    def agent(*arguments: str, environment: dict[str, str] | None = None) -> str:
        document = machine.json(*arguments, "status", environment=environment)
        return str(document["repositories"][0]["agent"]["id"])

    assert agent() == "agent001"
    machine.config.write_text(machine.config.read_text() + '\n[defaults]\nagent_id = "agent002"\n')
    assert agent() == "agent002"
    assert agent(environment={"SODA_TUI_DEFAULTS__AGENT_ID": "agent003"}) == "agent003"
    assert (
        agent("--set", "defaults.agent_id=agent004", environment={"SODA_TUI_DEFAULTS__AGENT_ID": "agent003"})
        == "agent004"
    )


def test_the_prompt_can_be_read_beforehand(machine: Machine) -> None:
    shown = machine.run("launch", "--show-prompt").stdout
    assert "issue" in shown.lower() and "test bench" in shown


def test_nothing_enrolled_is_a_calm_answer(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "soda_tui", "status"]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0 and "soda-tui enroll" in done.stdout
    document = json.loads(subprocess.run([*arguments, "--json"], capture_output=True, timeout=30, check=True).stdout)
    assert document["repositories"] == [] and document["complete"]


@pytest.mark.wide
def test_a_word_that_names_nothing_never_means_the_clone_around(machine: Machine, tmp_path: Path) -> None:
    clone = machine.clone("acme/rocket")
    for text in ("typo", "acme/typo", "github.com/acme/typo", "./src-that-is-not"):
        refused = machine.run("pop", text, "--dry-run", exit=2, directory=clone)
        assert text.removeprefix("./") in refused.stderr
    assert "acme/rocket" in machine.run("pop", "--dry-run", directory=clone).stdout
    assert "acme/rocket" in machine.run("pop", ".", "--dry-run", directory=clone).stdout
    planned = machine.run("pop", "ROCKET", "--launch", "--dry-run", directory=clone).stdout
    assert "start " in planned.splitlines()[-2] and "acme/rocket" in planned


@pytest.mark.wide
def test_a_worktree_means_the_clone_that_it_belongs_to_and_a_second_clone_asks(
    machine: Machine, tmp_path: Path
) -> None:
    clone, aside, second = machine.clone("acme/rocket"), tmp_path / "aside", tmp_path / "second"
    machine.run("enroll", "acme/teapot", "--path", str(machine.clone("acme/teapot")))
    worktree = ("-C", str(clone), "worktree", "add", "--detach", str(aside))
    for arguments in (worktree, ("clone", str(clone), str(second))):
        subprocess.run(["git", *arguments], capture_output=True, check=True)
    (aside / "deep").mkdir()
    for text, here in ((".", aside), (".", aside / "deep"), (str(aside), tmp_path)):
        assert "acme/rocket" in machine.run("pop", text, "--dry-run", directory=here).stdout
    assert "enrolled already" in machine.run("enroll", "acme/rocket", "--path", ".", directory=aside).stdout
    before = machine.config.read_text()
    asked = machine.run("enroll", "acme/rocket", "--path", str(second), exit=7).stderr
    assert str(clone) in asked and str(second) in asked and machine.config.read_text() == before
    machine.run("enroll", "acme/rocket", "--path", str(second), "--yes")
    assert str(second) in machine.config.read_text()


def test_a_file_that_config_names_must_be_there(machine: Machine) -> None:
    machine.config.unlink()
    assert str(machine.config) in machine.run("status", exit=3).stderr


def test_a_full_disk_is_a_sentence(machine: Machine) -> None:
    command = f'{sys.executable} -m soda_tui --config "{machine.config}" status --json >/dev/full'
    done = subprocess.run(
        ["sh", "-c", command], env=machine.environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and "No space left" in done.stderr and "Traceback" not in done.stderr


def test_the_plan_of_a_dry_run_is_the_answer(machine: Machine) -> None:
    done = machine.run("pop", "--dry-run")
    assert "claim 4 in the ledger" in done.stdout and done.stderr == ""


def test_what_an_action_did_is_in_the_last_snapshot(machine: Machine) -> None:
    machine.run("pop")
    assert machine.json("status", "--max-age", "600")["repositories"][0]["agent"]["status"] == "claimed"
    assert "1 claimed" in machine.run("--status-line").stdout


def test_windows_is_told_of_wsl(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert main(["--version"]) == 1
    assert "WSL" in capsys.readouterr().err


def test_a_damaged_journal_is_said_once(machine: Machine) -> None:
    machine.run("pop")
    for path in machine.home.rglob("journal.db*"):
        path.write_bytes(b"damaged " * 4096)
    assert "put aside" in machine.run("status").stderr
    assert machine.run("status").stderr == ""


def test_a_command_says_on_a_terminal_what_it_waits_for(machine: Machine) -> None:
    ours, theirs = pty.openpty()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        command = [sys.executable, "-m", "soda_tui", "--config", str(machine.config), "pop", "--dry-run"]
        environment = {**machine.environment, "GITHUB_API_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        with subprocess.Popen(command, env=environment, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs) as waiting:
            os.close(theirs)
            assert select.select([ours], [], [], 30)[0]
            said = os.read(ours, 4096).decode()
            waiting.kill()
    os.close(ours)
    assert said.startswith("Waiting for an answer from github.com")


@pytest.mark.wide
def test_a_pull_request_is_landed_by_command(machine: Machine) -> None:
    assert "no open pull request 99" in machine.run("land", "rocket", "99", exit=9).stderr
    machine.run("land", "rocket", "teapot", exit=2)
    assert "merge pull request 11 into main by merge" in machine.run("land", "--dry-run").stdout
    asked = machine.json("land", exit=7)
    assert asked["asks"].startswith("Merge into main of acme/rocket, by merge: pull request 11 (")
    landed = machine.json("land", "11", "--strategy", "squash", "--yes", "--seen", asked["seen"], exit=7)
    assert "by squash" in landed["asks"], "a yes to one way is none to another"
    landed = machine.json("land", "#11", "--yes", "--seen", asked["seen"])
    assert landed["problem"] is None and landed["pull_request"].endswith("/pull/11")
    assert "Landed in acme/rocket: pull request 11, issue 7." in landed["message"]
    assert "no open pull request 11" in machine.run("land", "11", exit=9).stderr


def test_what_cannot_be_bundled_says_why(machine: Machine) -> None:
    machine.run("bundle", "rocket", "teapot", exit=2)
    told = machine.json("bundle", "rocket", "#7", "--dry-run", exit=9)
    assert "and acme/rocket has 0. Left out is pull request 11 (issue 7)" in told["message"]


def test_help_speaks_of_commands_and_not_of_keys() -> None:
    for verb in COMMANDS:
        assert "cursor" not in verb_help(verb) and "pops first" not in verb_help(verb)


@pytest.mark.parametrize("command", [("auto", "--status"), ("drift",)])
def test_where_nothing_is_enrolled_that_is_said(machine: Machine, command: tuple[str, ...]) -> None:
    machine.config.write_text("")
    assert "No repository is enrolled yet" in machine.run(*command).stdout
