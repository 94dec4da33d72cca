"""The service: what is written, shown and asked, and that what it runs stays, obeys and leaves agents alone."""

from __future__ import annotations

import os
import plistlib
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from machines import ROCKET, Machine
from msgspec import structs

from soda_tui.domain.failure import Failure
from soda_tui.domain.service import environment, launchd_list, systemd_unit
from soda_tui.sandbox.demo import TOKEN
from soda_tui.services.service import UserService
from soda_tui.wiring import Invocation, find_tokens, worked

SECRETS = {"GH_TOKEN": "ghp_secret", "ANTHROPIC_API_KEY": "sk-secret", "PATH": "/a b/bin:/usr/bin", "HOME": "/home/me"}


def test_no_unit_holds_a_secret_and_every_word_stays_one(tmp_path: Path) -> None:
    passed = environment(SECRETS)
    unit = systemd_unit(["/opt/so da/%h/$x", '$a"b\\c'], passed)
    assert 'ExecStart="/opt/so da/%%h/$x" "$$a\\"b\\\\c"\nEnvironment="PATH=/a b/bin:/usr/bin"\n' in unit
    assert "KillMode=process" in unit and "secret" not in unit
    made = plistlib.loads(launchd_list(["/opt/so da", "auto"], passed, "/log").encode())
    assert made["ProgramArguments"] == ["/opt/so da", "auto"] and made["AbandonProcessGroup"]
    assert made["KeepAlive"] == {"SuccessfulExit": False} and "secret" not in str(made)
    for program in ("a\nnew = line", "/opt/new's/soda-tui", "/opt/new\\s/soda-tui"):
        with pytest.raises(ValueError, match="new"):
            systemd_unit([program], {})


def test_what_only_your_shell_has_is_named_and_no_log_in_is_written(tmp_path: Path) -> None:
    shell = {
        "HTTPS_PROXY": "http://ada:pw@proxy:3128",
        "http_proxy": "ada:pw@proxy:3128",
        "NO_PROXY": "example.org",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "GH_CONFIG_DIR": "/home/me/gh@work",
        "SODA_TUI_COCKPIT__INTERVAL": "9",
        "SODA_TUI_CONFIG": "/config.toml",
        "SSH_AUTH_SOCK": "/run/agent",
        "LS_COLORS": "x",
        **SECRETS,
    }
    made = UserService(["/opt/soda-tui"], shell, tmp_path, "linux")
    for written in ("NO_PROXY=", "SSL_CERT_FILE=", "GH_CONFIG_DIR="):
        assert written in made.text
    assert "pw@" not in made.text and "INTERVAL" not in made.text
    left = ("GH_TOKEN", "HTTPS_PROXY", "SODA_TUI_COCKPIT__INTERVAL", "SSH_AUTH_SOCK", "http_proxy")
    assert made.left_out(()) == left and "ANTHROPIC_API_KEY" in made.left_out(("ANTHROPIC_*",))
    with pytest.raises(Failure, match="GITHUB_API_URL"):
        UserService(["/opt/soda-tui"], {"GITHUB_API_URL": "https://ada:pw@git.example.org"}, tmp_path).check()


def test_a_token_that_only_your_shell_leads_to_is_none(tmp_path: Path) -> None:
    gh = tmp_path / "apart/gh"
    gh.parent.mkdir()
    gh.write_text("#!/bin/sh\necho the-token\n")
    gh.chmod(0o755)
    config = tmp_path / "config.toml"
    config.write_text('[[repository]]\nname = "acme/one"\npath = "/src/one"\n[repository.auto]\nenabled = true\n')
    call = Invocation({"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "SODA_TUI_CONFIG": str(config)})
    with pytest.raises(Failure, match=r"github\.com"):
        find_tokens(structs.replace(call, environ={**call.environ, "GH_PATH": str(gh)}), worked(call, ()))
    find_tokens(structs.replace(call, environ={**call.environ, "PATH": f"{gh.parent}:/bin"}), worked(call, ()))


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd here")
    program = tmp_path / "a $b %h" / "soda-tui"
    program.parent.mkdir()
    program.symlink_to(sys.executable)
    unit = tmp_path / "soda-tui.service"
    unit.write_text(systemd_unit([str(program), "-m", "$x", "auto", "--stay"], environment(SECRETS)))
    command = [analyze, "verify", "--user", str(unit)]
    folder = {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, env=folder, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def managed(machine: Machine, active: str = "active") -> dict[str, str]:
    """An environment with a manager of services that notes what it is told, and a gh that knows the token."""
    folder = machine.home / "manager"
    folder.mkdir(exist_ok=True)
    for name, says in {"systemctl": f"ActiveState={active}", "loginctl": "Linger=no", "gh": TOKEN}.items():
        program = folder / name
        program.write_text(f'#!/bin/sh\necho {name} "$@" >>{folder}/log\necho {says}\n')
        program.chmod(0o755)
    return {"PATH": f"{folder}:{machine.environment['PATH']}"}


@pytest.mark.wide
@pytest.mark.skipif(sys.platform == "darwin", reason="the manager here is launchd")
def test_the_service_is_shown_asked_for_installed_and_removed(machine: Machine) -> None:
    managing = managed(machine)
    unit = machine.home / ".config/systemd/user/soda-tui.service"
    machine.run("service", "status", exit=9, environment=managing)
    assert "auto.enabled" in machine.run("service", "install", "--yes", exit=3, environment=managing).stderr
    asked = machine.run("service", "install", ROCKET, exit=7, environment=managing).stderr
    assert "KillMode=process" in asked and "--yes" in asked and not unit.exists()
    assert machine.run("service", "install", ROCKET, "--dry-run", environment=managing).stdout.count(str(unit)) == 1
    (machine.home / "manager/gh").write_text("#!/bin/sh\nexit 1\n")
    machine.run("config", "set", "auto.enabled", "true", "--repo", ROCKET)
    refused = machine.run("service", "install", "--yes", exit=4, environment=managing).stderr
    assert "token_command" in refused and not unit.exists()
    managed(machine)
    said = machine.run("service", "install", "--yes", environment=managing).stdout
    assert "enable-linger" in said
    text = unit.read_text()
    assert TOKEN not in text and str(machine.config) in text and '"auto" "--stay"' in text
    told = (machine.home / "manager/log").read_text().splitlines()
    actions = [line.split()[2] for line in told if line.startswith("systemctl --user") and " show " not in line]
    assert actions == ["daemon-reload", "enable", "restart"]
    assert machine.json("auto", "--status")[f"github.com/{ROCKET}"]["mode"] == "on"
    assert "as it would be" in machine.run("service", "install", "--yes", environment=managing).stdout
    machine.run("estop")
    assert "soda-tui resume" in machine.run("service", "status", environment=managing).stdout
    assert machine.json("service", "status", environment=managing)["state"] == "active"
    machine.run("service", "uninstall", "--yes", environment=managing)
    assert not unit.exists() and "disable --now" in (machine.home / "manager/log").read_text()


@pytest.mark.wide
def test_what_it_runs_stays_leaves_the_loops_as_they_were_told_and_ends_at_once(machine: Machine) -> None:
    machine.run("auto", ROCKET, "--on")
    machine.run("auto", ROCKET, "--off")
    command = [sys.executable, "-m", "soda_tui", "--config", str(machine.config), "auto", "--stay", ROCKET]
    running = subprocess.Popen(
        command, env=machine.environment, cwd=machine.home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(2)
        assert machine.repository()["agent"]["status"] == "idle", "what a person turned off stays off"
        machine.run("estop")
        machine.run("auto", ROCKET, "--on")
        until = time.monotonic() + 20
        while machine.json("auto", "--status")[f"github.com/{ROCKET}"]["why"] == "" and time.monotonic() < until:
            pass
        assert machine.repository()["agent"]["run"] is None, "a stop holds for it too"
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
        assert machine.json("auto", "--status")[f"github.com/{ROCKET}"]["mode"] == "on", (
            "and it goes on when begun anew"
        )
    finally:
        running.kill()
        running.communicate()


def test_a_mac_gets_a_property_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    made = UserService(["/opt/soda-tui", "auto"], {"PATH": str(tmp_path)}, tmp_path / "logs/service.log", "darwin")
    assert made.file == tmp_path / "Library/LaunchAgents/io.github.soda-tui.plist"
    launchctl = tmp_path / "launchctl"
    launchctl.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/log\nprintf "\\tstate = running\\n"\n')
    launchctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    made.check()
    made.install()
    assert made.is_current() and made.standing().state == "running"
    made.uninstall()
    assert not made.file.exists()
    verbs = [line.split()[0] for line in (tmp_path / "log").read_text().splitlines()]
    assert [verb for verb in verbs if verb != "print"] == ["bootstrap", "bootout"]
