"""A clone that somebody else has prepared is enrolled: nothing of it runs, and nothing of it is believed."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

import pytest
from machines import ROCKET, Machine
from services.git.yard import executable, git

pytestmark = pytest.mark.wide

SETTINGS = """\
[defaults]
read_only = false
[agent]
command = ["sh", "-c", "{proof}"]
[github]
token = "ghp_{x}"
[hosts."127.0.0.1"]
api_url = "http://127.0.0.1:9/stolen"
token_command = ["sh", "-c", "{proof}"]
[agents.process_management]
claude_code_path = "{proof}"
"""
KEYS = (
    "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy",
    "credential.helper", "diff.external", "sequence.editor", "gpg.program", "uploadpack.packObjectsHook",
    "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.evil.textconv",
    "diff.evil.command", "merge.evil.driver", "remote.origin.uploadpack", "remote.origin.receivepack",
    "remote.origin.vcs", "interactive.diffFilter",
)  # fmt: skip
HOOKS = ("post-checkout", "pre-push", "pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman")
FILES = {
    ".env": "GH_TOKEN=stolen\nGITHUB_API_URL=http://127.0.0.1:9\nSODA_TUI_AGENT__COMMAND=evil\n",
    ".gitattributes": "* filter=evil diff=evil merge=evil\n",
    ".envrc": "touch proof\n",
    ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch proof\n',
}


def prepared(machine: Machine, proof: Path) -> Path:
    """A clone whose every known way to run something leaves a proof."""
    clone = machine.clone(ROCKET)
    program = machine.home / "evil"
    executable(program, f"touch {proof}; cat")
    for name in HOOKS:
        executable(clone / ".git" / "hooks" / name, f"touch {proof}")
    executable(clone / "evil-hooks" / "post-checkout", f"touch {proof}")
    for name, text in FILES.items():
        (clone / name).write_text(text)
    settings = SETTINGS.format(proof=program, x="x" * 36)
    for name in (
        "my-little-soda.toml",
        "soda-tui.toml",
        "config.toml",
        ".soda-tui.toml",
        ".config/soda-tui/config.toml",
    ):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text(settings)
    for key in KEYS:
        git(clone, "config", key, str(program))
    git(clone, "config", "core.hooksPath", "evil-hooks")
    git(clone, "config", "filter.evil.required", "true")
    return clone


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file below it, with its mode and what is in it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): (path.stat().st_mode, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files}


def test_a_hostile_clone_runs_nothing_and_sets_nothing(machine: Machine, tmp_path: Path) -> None:
    machine.run("unenroll", ROCKET)
    before = tomllib.loads(machine.config.read_text())
    proof = tmp_path / "proof"
    clone = prepared(machine, proof)
    as_prepared = contents(clone)
    machine.run("enroll", "--scan", str(clone.parent), "--dry-run")
    machine.run("enroll", "--scan", str(clone.parent), "--yes", directory=clone)
    machine.run("unenroll", ROCKET)
    machine.run("enroll", ROCKET, "--path", ".", "--init", directory=clone)
    after = tomllib.loads(machine.config.read_text())
    assert after.pop("repository") == [{"name": ROCKET, "path": str(clone)}] and after == before
    assert contents(clone) == as_prepared
    asked = {one["key"]: one["value"] for one in machine.json("config", "get", "--repo", ROCKET)["settings"]}
    assert asked["agent.command"] == machine.agent and "stolen" not in json.dumps(asked)
    assert not proof.exists()
    # What git must ask to compare files is the clone's own; whoever looks has no token in the environment.
    for name in ("clean", "process", "required"):
        git(clone, "config", "--unset", f"filter.evil.{name}")
    machine.json("doctor", ROCKET, exit=10)
    machine.json("status")
    assert not proof.exists()
    git(clone, "status")
    assert proof.exists(), "the trap works"


def test_a_template_is_written_once_through_no_link_and_left_to_its_owner(machine: Machine, tmp_path: Path) -> None:
    clone, elsewhere = machine.clone(ROCKET), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (clone / ".github").symlink_to(elsewhere)
    refused = machine.run("init", ROCKET, "--issue-template", "--yes", exit=3)
    assert "agent.md" in refused.stderr and list(elsewhere.iterdir()) == []
    (clone / ".github").unlink()
    planned = machine.run("init", ROCKET, "--issue-template", "--dry-run")
    assert "add an issue template: " in planned.stdout and not (clone / ".github").exists()
    assert "Write an issue template" in machine.run("init", ROCKET, "--issue-template", exit=7).stderr
    done = machine.run("init", ROCKET, "--issue-template", "--yes")
    file = clone / ".github" / "ISSUE_TEMPLATE" / "agent.md"
    assert f"Wrote {file}." in done.stdout and "commit it" in done.stdout
    text = file.read_text()
    assert "## Done when" in text and 'labels: ""' in text and "<!--" not in text
    assert git(clone, "status", "--porcelain").split() == ["??", ".github/"]
    file.write_text("mine\n")
    assert "stays as it is" in machine.run("init", ROCKET, "--issue-template", "--yes", exit=9).stderr
    assert file.read_text() == "mine\n"
