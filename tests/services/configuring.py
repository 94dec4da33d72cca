"""Configurations for tests: one that says everything, and how one is read or refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from soda_tui.domain.configuration.settings import Settings
from soda_tui.domain.failure import Failure, Problem
from soda_tui.services.config.reading import load
from soda_tui.services.paths import Paths

EVERYTHING = """
[defaults]
agent_id = "agent007"
base = "dev"
workspace = "fresh"
profile = ["mine", "codex"]
read_only = true
group = "tools"
mine = true
include_labels = ["small"]
exclude_labels = ["later", "never"]
setup = "npm ci"
setup_when = ["web/package-lock.json"]
setup_minutes = 5
check = "make test"
check_minutes = 3
update = "off"
copy = [".env", "config/local.toml"]
link = ["node_modules"]
[labels]
ready = "l1"
unblocker = "l2"
review = "l3"
ready_to_merge = "l4"
human_only = "l5"
blocked = "l6"
priority_low = "l7"
priority_medium = "l8"
priority_high = "l9"
priority_very_high = "l10"
[agent]
like = "codex"
command = ["claude", "-p", "{prompt}"]
prompt_file = "prompt.md"
format = "text"
terminal = "pty"
environment = ["NPM_TOKEN", "AWS_*"]
secrets = ["GH_TOKEN"]
resume = ["claude", "-r", "{session}"]
interactive = ["claude", "-c"]
message = "stdin"
version = ["claude", "-v"]
run_minutes = 12
log_megabytes = 3
[profile.mine]
like = "claude"
command = ["claude", "--model", "opus"]
[profile_by_label]
hard = "mine"
docs = ["gemini", "mine"]
[pull_request]
draft = true
reviewers = ["octocat", "acme/core"]
labels = ["by-agent"]
template = false
[drift]
behind = 3
idle_hours = 6
[limits]
run_minutes = 30
silent_minutes = 4.5
log_megabytes = 8
[retention]
run_days = 5
run_megabytes = 100
parked_days = 6
damaged_days = 7
[auto]
enabled = true
attempts = 3
issues_per_day = 9
tokens_per_day = 1000
max_work_hours = 2.5
land = "never"
feedback = "automatic"
ci_timeout = 12
profiles = ["codex", "mine"]
checkpoint_days = 2.5
checkpoint_issues = 20
[land]
require_reviews = 2
block_labels = ["wait"]
without_checks = true
strategy = "squash"
[notify]
on = ["failed", "drift"]
toast = false
terminal = "osc777"
bell = true
desktop = "off"
command = ["~/bin/hook", "phone"]
[cockpit]
interval = 60
api_share = 45
max_agents = 7
leave_key = "ctrl+g"
name = "desk"
log_level = "debug"
ascii = true
[keys]
repo.pop = "f5"
[hosts."Git.Example.org"]
api_url = "https://git.example.org/api/v3/"
token_command = ["pass", "show", "git"]
certificate = "git.pem"
[hosts."Git.Example.org".accounts.acme]
token_command = ["pass", "show", "acme"]
owners = ["Acme", "acme-labs"]
[hosts."Git.Example.org".accounts.bot]
token_command = ["pass", "show", "bot"]
[[repository]]
name = "acme/rocket"
path = "~/src/rocket"
[[repository]]
name = "acme/engine"
host = "Git.Example.org"
act_as = "bot"
path = "../engine"
agent_id = "agent002"
base = ""
workspace = "checkout"
profile = ""
read_only = false
mine = false
include_labels = []
setup = ""
copy = []
[repository.labels]
ready = "go"
[repository.profile_by_label]
Docs = "aider"
[repository.agent]
like = ""
command = ["/opt/bin/codex"]
[repository.pull_request]
draft = false
[repository.drift]
behind = 9
[repository.limits]
run_minutes = 240
[repository.retention]
parked_days = 60
[repository.auto]
enabled = false
[repository.land]
strategy = ""
"""


def read(
    tmp_path: Path, text: str, environ: Mapping[str, str] | None = None, options: Mapping[str, object] | None = None
) -> Settings:
    paths = Paths.below(tmp_path)
    paths.config_file.parent.mkdir(exist_ok=True)
    paths.config_file.write_text(text)
    return load(paths, environ or {}, options or {})


def refused(tmp_path: Path, text: str, **sources: Mapping[str, str]) -> Problem:
    with pytest.raises(Failure) as caught:
        read(tmp_path, text, **sources)
    assert Paths.below(tmp_path).config_file.read_text() == text
    return caught.value.problem


REPOSITORY = '[[repository]]\nname = "a/b"\npath = "/c"\n'
