"""What is wrong with a configuration is told with its file, line and key, and repeats no secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from services.configuring import REPOSITORY, read, refused

from soda_tui.domain.failure import Exit, Failure
from soda_tui.services.config.reading import load
from soda_tui.services.paths import Paths

_WORK = '[hosts."h.org".accounts.work]\ntoken_command = ["p"]\nowners = ["Acme"]\n'


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
