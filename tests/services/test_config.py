"""The configuration, read: every key, the order of sources, and every mistake with its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec import structs

from soda_tui.domain.failure import Exit, Failure, Problem
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.profiles import Messages, Profile, Terminal
from soda_tui.domain.settings import (
    AccountSettings,
    AutoFeedback,
    AutoLand,
    AutoSettings,
    DesktopNotice,
    DriftSettings,
    Enrolment,
    HandoverSettings,
    HostSettings,
    LandSettings,
    LimitSettings,
    NotifySettings,
    PullRequestSettings,
    RetentionSettings,
    Settings,
    TerminalNotice,
    Workspace,
    WorkspaceSettings,
)
from soda_tui.domain.telling import NoticeKind
from soda_tui.services.config import load
from soda_tui.services.configkeys import SECTIONS, reference
from soda_tui.services.paths import Paths
from soda_tui.services.profiles import LocalProfiles

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


_WORK = '[hosts."h.org".accounts.work]\ntoken_command = ["p"]\nowners = ["Acme"]\n'
REPOSITORY = '[[repository]]\nname = "a/b"\npath = "/c"\n'


@pytest.mark.parametrize(
    ("text", "line", "key", "right"),
    [
        ('[defaults]\n\nagent_id = "agent000"', 3, "defaults.agent_id", "agent001 to agent999"),
        ('[defaults]\nagent_id = "agent1"', 2, "defaults.agent_id", "agent001 to agent999"),
        ("defaults = { agent_id = 1 }", 1, "defaults.agent_id", "agent001 to agent999"),
        ('[defaults]\nbase = "-x"', 2, "defaults.base", "a branch name"),
        ('[defaults]\nworkspace = "tent"', 2, "defaults.workspace", "worktree, fresh or checkout"),
        ("[defaults]\nread_only = 1", 2, "defaults.read_only", "true or false"),
        ("[defaults]\nread_only = 'yes'", 2, "defaults.read_only", "true or false"),
        ('[defaults]\nmine = "false"', 2, "defaults.mine", "true or false"),
        ('[defaults]\ngroup = "a\\nb"', 2, "defaults.group", "a line"),
        ('[defaults]\ninclude_labels = "x"', 2, "defaults.include_labels", "a list of label names"),
        ('[defaults]\nexclude_labels = [\n"x",\n""]', 2, "defaults.exclude_labels", "a list of label names"),
        ("[defaults]\nsetup_minutes = 0", 2, "defaults.setup_minutes", "from 0.1 to 1440"),
        *(
            (f'[defaults]\ncopy = [".env", "{path}"]', 2, "defaults.copy", "below the top of the clone")
            for path in ("/etc/passwd", "~/x", "..", "../x", "a/../../x", ".", "a//b", "a/", "", ".git/x", "a/.GIT/x")
        ),
        ('[labels]\nready = ""', 2, "labels.ready", "a label name"),
        ('[agent]\ncommand = "claude -p"', 2, "agent.command", "a list of texts"),
        ('[agent]\nlike = "nobody"', 2, "agent.like", "the name of a built-in profile"),
        ('[agent]\nformat = "xml"', 2, "agent.format", "claude, codex, gemini"),
        ('[agent]\nenvironment = ["NPM_TOKEN", "GH_TOKEN"]', 2, "agent.environment", "under secrets"),
        ('[agent]\nsecrets = ["NPM_TOKEN"]', 2, "agent.secrets", "GH_TOKEN"),
        ('[defaults]\nprofile = ["claude", "clod"]', 2, "defaults.profile", "the name of a profile"),
        (REPOSITORY + 'profile = "../claude"', 4, "repository.profile", "the name of a profile"),
        ('[profile."a/b"]\ncommand = ["x"]', 1, "profile.a/b", "letters, digits"),
        ('profile = 3\n[defaults]\nprofile = "claude"', 1, "profile", "a table"),
        ('[profile.x]\n\ncommand = "x"', 3, "profile.x.command", "a list of texts"),
        ('[profile_by_label]\ndocs = "clod"\n' + REPOSITORY, 2, "profile_by_label.docs", "the name of a profile"),
        ('[agent]\ncommand = [""]', 2, "agent.command", "a list of texts, the program first"),
        ('[agent]\nprompt_file = "a\\u0000b"', 2, "agent.prompt_file", "a file"),
        ('[pull_request]\nreviewers = ["a b"]', 2, "pull_request.reviewers", "a list of logins"),
        ("[cockpit]\ninterval = 4.9", 2, "cockpit.interval", "from 5 to 3600"),
        ("[cockpit]\ninterval = nan", 2, "cockpit.interval", "from 5 to 3600"),
        ('[cockpit]\nleave_key = "ctrl+["', 2, "cockpit.leave_key", "ctrl+ and a letter"),
        ('[cockpit]\nleave_key = "ctrl+m"', 2, "cockpit.leave_key", "but h, i, j, m"),
        ('[cockpit]\nlog_level = "loud"', 2, "cockpit.log_level", "debug, info, warning or error"),
        ('[hosts."h.org"]\napi_url = "h.org"', 2, "hosts.h.org.api_url", "https://"),
        ('[hosts."h.org"]\napi_url = "http://localhost.h.org/api"', 2, "hosts.h.org.api_url", "https://"),
        ("[hosts]\nx = 1", 2, "hosts.x", "a table"),
        ('[hosts."h.org".accounts.bot]\nowners = ["a"]', 1, "hosts.h.org.accounts.bot.token_command", "the program"),
        ('[hosts."h.org".accounts."a b"]\ntoken_command = ["p"]', 1, "hosts.h.org.accounts.a b", "named with"),
        (f"{_WORK}{_WORK.replace('work', 'other')}", 6, "hosts.h.org.accounts.other.owners", "no other account"),
        (f'{REPOSITORY}act_as = "bot"', 4, "repository.act_as", "an account of the repository's host"),
        ("labels = 3", 1, "labels", "a table"),
        ("[[defaults]]", 1, "defaults", "a table"),
        ("[repository]", 1, "repository", "[[repository]]"),
        ("repository = [1]", 1, "repository", "a table"),
        (REPOSITORY + "[[repository]]\npath='/d'", 4, "repository.name", "OWNER/NAME"),
        (REPOSITORY + "[[repository]]\nname = 'x'\npath='/d'", 5, "repository.name", "OWNER/NAME"),
        (REPOSITORY + "[[repository]]\nname = 'a/.git'\npath='/d'", 5, "repository.name", "OWNER/NAME"),
        (REPOSITORY + "[[repository]]\nname = 'c/d'", 4, "repository.path", "the folder of the clone"),
        (REPOSITORY + "[[repository]]\nname = 'c/d'\npath = 3", 6, "repository.path", "the folder of the clone"),
        (REPOSITORY + "host = 7", 4, "repository.host", "a GitHub host"),
        ("[[repository]]\nname = 'h.org/a/b'\nhost = 'i.org'\npath='/d'", 3, "repository.host", "begins with"),
        (REPOSITORY + "mine = 3", 4, "repository.mine", "true or false"),
        (REPOSITORY + "[repository.labels]\nready = 3", 5, "repository.labels.ready", "a label name"),
        (REPOSITORY + "agent = 3", 4, "repository.agent", "a table"),
    ],
)
def test_a_wrong_value_is_told_with_file_line_and_key(
    tmp_path: Path, text: str, line: int, key: str, right: str
) -> None:
    problem = refused(tmp_path, text)
    assert problem.exit is Exit.CONFIGURATION
    assert problem.message.startswith(f"{Paths.below(tmp_path).config_file}, line {line}: {key} should be ")
    assert right in problem.message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[defaults\n", 1, "not valid TOML"),
        ("a = 1\na = 2\n", 2, "Cannot overwrite a value"),
        ("[defaults]\nbase = \n", 2, "not valid TOML"),
        ("\n\nx = " + "9" * 5000, 3, "not valid TOML"),
        ("x = " + "[" * 5000, 1, "nested too deeply"),
        (REPOSITORY + '[[repository]]\nname = "A/B"\npath = "/d"', 5, "as in the [[repository]] on line 1"),
        (
            REPOSITORY + '[[repository]]\nname = "c/d"\npath = "/c/"',
            6,
            "path is /c, as in the [[repository]] on line 1",
        ),
    ],
)
def test_a_broken_file_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    problem = refused(tmp_path, text)
    assert problem.exit is Exit.CONFIGURATION
    assert problem.message.startswith(f"{Paths.below(tmp_path).config_file}, line {line}: ")
    assert said in problem.message


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    paths = Paths.below(tmp_path)
    paths.config_file.parent.mkdir()
    paths.config_file.write_bytes(b"[defaults]\nbase = '\xff'\n")
    with pytest.raises(Failure, match=r"line 2: this is not valid TOML .a byte that is not UTF-8"):
        load(paths, {}, {})
    paths.config_file.write_bytes(b"#" * (1 << 20) + b"\n")
    with pytest.raises(Failure, match="longer than"):
        load(paths, {}, {})
    paths.config_file.unlink()
    paths.config_file.mkdir()
    with pytest.raises(Failure, match="cannot be read"):
        load(paths, {}, {})


def test_secrets_in_wrong_places_are_not_repeated(tmp_path: Path) -> None:
    problem = refused(tmp_path, '[hosts."h.org"]\ntoken_command = "ghp_abcdef"')
    assert "ghp_" not in problem.message


def test_unknown_keys_and_sections_are_warned_of_and_variables_of_others_are_not(tmp_path: Path) -> None:
    text = f'agent_id = "x"\n[defaults]\nread-only = true\n[cockpt]\nx = 1\n{REPOSITORY}[repository.agent]\nzzz = 1\n'
    text += "[[repositories]]\nx = 1\n[hosts]\n[profile]\n[profile_by_label]\n[keys]\n"
    settings = read(tmp_path, text, {"SODA_TUI_DEFAULTS__AGENTID": "x", "SODA_TUI_OTHER__X": "y"})
    file = Paths.below(tmp_path).config_file
    assert sorted(settings.warnings) == sorted(
        [
            f"{file}, line 1: agent_id is not a setting and is ignored. soda-tui config get lists all.",
            f"{file}, line 3: defaults.read-only is not a setting and is ignored. Did you mean read_only?",
            f"{file}, line 4: cockpt is not a setting and is ignored. Did you mean cockpit?",
            f"{file}, line 11: repositories is not a setting and is ignored. Did you mean repository?",
            f"{file}, line 10: repository.agent.zzz is not a setting and is ignored. soda-tui config get lists all.",
            "The environment variable SODA_TUI_DEFAULTS__AGENTID sets nothing and is ignored. "
            "Did you mean SODA_TUI_DEFAULTS__AGENT_ID?",
        ]
    )
    assert settings.repositories[0].read_only is False


def test_a_wrong_variable_or_option_is_told_by_its_name(tmp_path: Path) -> None:
    problem = refused(tmp_path, "", environ={"SODA_TUI_COCKPIT__INTERVAL": "soon"})
    assert problem.exit is Exit.CONFIGURATION
    assert "SODA_TUI_COCKPIT__INTERVAL should be a number of seconds from 5 to 3600" in problem.message
    problem = refused(tmp_path, "", options={"cockpit.log_level": "loud"})
    assert problem.exit is Exit.USAGE
    assert "cockpit.log_level should be debug, info, warning or error" in problem.message
    problem = refused(tmp_path, "", options={"cockpit.loglevel": "debug"})
    assert problem.exit is Exit.USAGE
    assert "Did you mean cockpit.log_level?" in problem.message


def test_plain_http_reaches_this_machine_only(tmp_path: Path) -> None:
    hosts = read(tmp_path, '[hosts."127.0.0.1:80"]\napi_url = "http://127.0.0.1:80/api/"').hosts
    assert hosts["127.0.0.1:80"].api_url == "http://127.0.0.1:80/api"


def test_a_template_that_is_named_for_a_repository_is_its_own(tmp_path: Path) -> None:
    one = '[agent]\nprompt_file = "all.md"\n[[repository]]\nname = "a/b"\npath = "/c"\n'
    other = one + '[repository.agent]\nprompt_file = "own.md"\n'
    assert read(tmp_path, one).repositories[0].prompt_file is None
    assert read(tmp_path, other).repositories[0].prompt_file == str(tmp_path / "config/own.md")


def test_a_byte_order_mark_and_foreign_line_ends_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, '\ufeff[cockpit]\r\nname = "desk"\r\n').cockpit_name == "desk"
