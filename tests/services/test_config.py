"""The configuration, read: every key, the order of sources, and every mistake with its place."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs
from services.configuring import EVERYTHING, read

from soda_tui.domain.configuration.accounts import AccountSettings, HostSettings
from soda_tui.domain.configuration.notifying import DesktopNotice, NotifySettings, TerminalNotice
from soda_tui.domain.configuration.profiles import Messages, Profile, Terminal
from soda_tui.domain.configuration.settings import (
    DriftSettings,
    Enrolment,
    HandoverSettings,
    LimitSettings,
    PullRequestSettings,
    RetentionSettings,
    Settings,
    Workspace,
    WorkspaceSettings,
)
from soda_tui.domain.configuration.unattended import AutoFeedback, AutoLand, AutoSettings, LandSettings
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.telling import NoticeKind
from soda_tui.services.config.keys import reference
from soda_tui.services.config.reading import load
from soda_tui.services.config.sections import SECTIONS
from soda_tui.services.paths import Paths
from soda_tui.services.profiles import LocalProfiles


def test_a_missing_file_says_nothing(tmp_path: Path) -> None:
    assert load(Paths.below(tmp_path), {}, {}) == Settings()
    assert not Paths.below(tmp_path).config_file.parent.exists()


def test_every_key_is_read(tmp_path: Path, empty_home: Path) -> None:
    built_in = LocalProfiles({}, {})
    said = Profile(
        command=("claude", "-p", "{prompt}"),
        prompt_file=str(tmp_path / "config/prompt.md"),
        terminal=Terminal.PTY,
        environment=(*built_in.named("codex").environment, "NPM_TOKEN", "AWS_*"),
        secrets=("GH_TOKEN",),
        resume=("claude", "-r", "{session}"),
        interactive=("claude", "-c"),
        message=Messages.STDIN,
        version=("claude", "-v"),
        run_minutes=12.0,
        log_megabytes=3,
    )
    mine = structs.replace(
        built_in.named("claude"), name="mine", command=("claude", "--model", "opus"), message=Messages.NONE
    )
    auto = AutoSettings(True, 3, 9, 1000, 2.5, AutoLand.NEVER)
    auto = structs.replace(auto, profiles=("codex", "mine"), checkpoint_days=2.5, checkpoint_issues=20)
    auto = structs.replace(auto, feedback=AutoFeedback.AUTOMATIC, ci_timeout=12.0)
    hard, docs = ("hard", (mine,)), ("docs", (built_in.named("gemini"), mine))
    labels = LabelNames("l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9", "l10")
    rocket = Enrolment(
        name=RepositoryName("github.com", "acme", "rocket"),
        path=str(empty_home / "src/rocket"),
        agent_id="agent007",
        base="dev",
        workspace=Workspace.FRESH,
        read_only=True,
        group="tools",
        mine=True,
        include_labels=("small",),
        exclude_labels=("later", "never"),
        labels=labels,
        agent=said,
        profiles=(mine, built_in.named("codex")),
        by_label=(hard, docs),
        pull_request=PullRequestSettings(True, ("octocat", "acme/core"), ("by-agent",), False),
        drift=DriftSettings(3, 6.0),
        limits=LimitSettings(30.0, 4.5, 8),
        retention=RetentionSettings(5, 100, 6, 7),
        auto=auto,
        land=LandSettings(2, ("wait",), True, "squash"),
        handover=HandoverSettings("make test", 3.0, "off"),
        setup=WorkspaceSettings(
            "npm ci", ("web/package-lock.json",), 5.0, (".env", "config/local.toml"), ("node_modules",)
        ),
    )
    engine = Enrolment(
        name=RepositoryName("git.example.org", "acme", "engine"),
        path=str(tmp_path / "engine"),
        agent_id="agent002",
        workspace=Workspace.CHECKOUT,
        group="tools",
        account="acme",
        act_as="bot",
        exclude_labels=("later", "never"),
        labels=LabelNames("go", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9", "l10"),
        agent=structs.replace(said, command=("/opt/bin/codex",)),
        by_label=(("Docs", (built_in.named("aider"),)), hard),
        pull_request=PullRequestSettings(False, ("octocat", "acme/core"), ("by-agent",), False),
        drift=DriftSettings(9, 6.0),
        limits=LimitSettings(240.0, 4.5, 8),
        retention=RetentionSettings(5, 100, 60, 7),
        auto=structs.replace(auto, enabled=False),
        land=LandSettings(2, ("wait",), True, ""),
        handover=HandoverSettings("make test", 3.0, "off"),
        setup=WorkspaceSettings("", ("web/package-lock.json",), 5.0, (), ("node_modules",)),
    )
    company = HostSettings(
        "https://git.example.org/api/v3",
        ("pass", "show", "git"),
        str(tmp_path / "config/git.pem"),
        {
            "acme": AccountSettings(("pass", "show", "acme"), ("Acme", "acme-labs")),
            "bot": AccountSettings(("pass", "show", "bot")),
        },
    )
    assert read(tmp_path, EVERYTHING) == Settings(
        repositories=(rocket, engine),
        hosts={"git.example.org": company},
        interval=60.0,
        share=0.45,
        max_agents=7,
        leave_key="ctrl+g",
        profiles={"mine": mine},
        log_level="debug",
        cockpit_name="desk",
        keys={"repo.pop": ("f5",)},
        ascii=True,
        notify=NotifySettings(
            (NoticeKind.FAILED, NoticeKind.DRIFT),
            False,
            TerminalNotice.OSC777,
            True,
            DesktopNotice.OFF,
            ("~/bin/hook", "phone"),
        ),
    )


def test_every_key_of_the_reference_is_tried_above_and_defaults_are_the_domains(tmp_path: Path) -> None:
    for key in reference():
        assert f"\n{key.name} = " in EVERYTHING
        assert key.meaning.endswith(".")
    bare = read(tmp_path, '[[repository]]\nname = "a/b"\npath = "/c"\n')
    assert bare == Settings(repositories=(Enrolment(RepositoryName("github.com", "a", "b"), "/c"),))


def test_option_beats_environment_beats_repository_beats_defaults(tmp_path: Path) -> None:
    one = '[[repository]]\nname = "a/b"\npath = "/c"\n'
    own = f'{one}agent_id = "agent002"\n'
    text = '[defaults]\nagent_id = "agent001"\n'
    environ = {"SODA_TUI_DEFAULTS__AGENT_ID": "agent003"}
    options = {"defaults.agent_id": "agent004"}
    assert read(tmp_path, text + one).repositories[0].agent_id == "agent001"
    assert read(tmp_path, text + own).repositories[0].agent_id == "agent002"
    assert read(tmp_path, text + own, environ).repositories[0].agent_id == "agent003"
    assert read(tmp_path, text + own, environ, options).repositories[0].agent_id == "agent004"
    assert read(tmp_path, text + own, environ, {"defaults.agent_id": None}).repositories[0].agent_id == "agent003"


def test_every_scalar_key_has_its_variable(tmp_path: Path) -> None:
    values = {bool: "true", int: "7", float: "77.5", Workspace: "fresh"}
    special = {"profile": "codex", "like": "codex", "format": "codex", "terminal": "pty", "message": "stdin"}
    special |= {"leave_key": "ctrl+^"}
    special |= {"agent_id": "agent009", "log_level": "error", "notify.terminal": "osc9", "desktop": "off"}
    special |= {"max_work_hours": "7.5", "land": "ready", "strategy": "rebase", "update": "off"}
    special |= {"feedback": "off", "act_as": "bot"}
    scalar = [key for key in reference() if key.section in SECTIONS and not isinstance(key.default, tuple)]
    environ = {
        f"SODA_TUI_{key.section}__{key.name}".upper(): special.get(f"{key.section}.{key.name}")
        or special.get(key.name, values.get(type(key.default), f"v-{key.name}"))
        for key in scalar
    }
    assert {key.environment for key in scalar} == set(environ)
    bot = '[hosts."github.com".accounts.bot]\ntoken_command = ["pass"]\n'
    settings = read(tmp_path, f'{bot}[[repository]]\nname = "a/b"\npath = "/c"\n', environ)
    first = settings.repositories[0]
    assert first.act_as == "bot"
    assert (settings.interval, settings.log_level, settings.cockpit_name) == (77.5, "error", "v-name")
    assert (first.agent_id, first.base, first.workspace) == ("agent009", "v-base", Workspace.FRESH)
    assert (first.read_only, first.mine, first.group) == (True, True, "v-group")
    assert (first.labels.ready, first.labels.priority_very_high) == ("v-ready", "v-priority_very_high")
    assert first.pull_request == PullRequestSettings(draft=True, template=True)
    assert first.drift == DriftSettings(7, 77.5)
    assert first.agent.prompt_file == first.prompt_file == str(tmp_path / "config/v-prompt_file")
    assert settings.notify == NotifySettings(terminal=TerminalNotice.OSC9, bell=True, desktop=DesktopNotice.OFF)
    assert settings.warnings == ()


def test_a_template_that_is_named_for_a_repository_is_its_own(tmp_path: Path) -> None:
    one = '[agent]\nprompt_file = "all.md"\n[[repository]]\nname = "a/b"\npath = "/c"\n'
    other = one + '[repository.agent]\nprompt_file = "own.md"\n'
    assert read(tmp_path, one).repositories[0].prompt_file is None
    assert read(tmp_path, other).repositories[0].prompt_file == str(tmp_path / "config/own.md")


def test_a_byte_order_mark_and_foreign_line_ends_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, '\ufeff[cockpit]\r\nname = "desk"\r\n').cockpit_name == "desk"
