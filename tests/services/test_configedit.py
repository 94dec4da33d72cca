"""The configuration, read and changed by key: everything can be, and every other byte stays as it was."""

from __future__ import annotations

import difflib
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from services.configuring import EVERYTHING

from soda_tui.domain.configuration.configured import Setting, Source
from soda_tui.domain.failure import Exit, Failure
from soda_tui.services.ancestor import read as read_ancestor
from soda_tui.services.config.document import read
from soda_tui.services.config.draft import Draft
from soda_tui.services.config.edit import assign, remove
from soda_tui.services.config.reading import load
from soda_tui.services.config.slots import every, holds, slot_of
from soda_tui.services.config.values import setting
from soda_tui.services.paths import Paths

ONE, TWO = "github.com/acme/one", "github.com/acme/two"
TEXT = """\
# mine
[cockpit]  # here
interval = 60   # slow

# the repositories
[[repository]]
name = "acme/one"
path = "/src/one"
labels = { ready = "go" }

[keys]
repo.pop = "f5"  # as ever

[[repository]]
name = "acme/two"
path = "/src/two"
[repository.auto]
attempts = 3
# the end
"""
HOSTILE = """\
[github]
token = "ghp_x"
api_url = "https://evil.example"
[agents.process_management]
timeout_minutes = 45
claude_code_path = "/bin/evil"
[cockpit]
interval = 5
[agent]
command = ["evil"]
[hosts.x]
token_command = ["evil"]
[limits]
run_minutes = 9
[autonomous]
max_work_hours = 99
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths.below(tmp_path)
    made.config_file.parent.mkdir()
    made.config_file.write_text(TEXT)
    return made


def changed(paths: Paths) -> list[str]:
    now = paths.config_file.read_text()
    return [line for line in difflib.ndiff(TEXT.splitlines(), now.splitlines()) if line[0] in "+-" and line[2:].strip()]


def get(paths: Paths, name: str, *, environ: dict[str, str] | None = None, index: int | None = None) -> Setting:
    document = read(paths.config_file)
    own = None if index is None else slot_of(name, document.data["repository"][index], of_repository=True)
    return setting(slot_of(name, document.data), document, environ or {}, {}, index, own)


@pytest.mark.parametrize(
    ("name", "words", "repository", "lines"),
    [
        ("cockpit.interval", ["30"], None, ["- interval = 60   # slow", "+ interval = 30   # slow"]),
        ("cockpit.name", ['a "b" ü'], None, ['+ name = "a \\"b\\" ü"']),
        ("auto.enabled", ["true"], TWO, ["+ enabled = true"]),
        ("auto.attempts", ["5"], ONE, ["+ [repository.auto]", "+ attempts = 5"]),
        ("defaults.check", ["make test"], ONE, ['+ check = "make test"']),
        ("labels.ready", ["now"], ONE, ['- labels = { ready = "go" }', '+ labels = { ready = "now" }']),
        ("keys.repo.pop", ["f6"], None, ['- repo.pop = "f5"  # as ever', '+ repo.pop = "f6"  # as ever']),
        ("keys.app.help", ["f1", "f2"], None, ['+ "app.help" = ["f1", "f2"]']),
        ("defaults.profile", ["claude", "codex"], None, ["+ [defaults]", '+ profile = ["claude", "codex"]']),
        ("defaults.profile", ["claude"], None, ["+ [defaults]", '+ profile = "claude"']),
        ("agent.command", ['["claude", "-p"]'], None, ["+ [agent]", '+ command = ["claude", "-p"]']),
        ("defaults.copy", [".env"], None, ["+ [defaults]", '+ copy = [".env"]']),
        ("defaults.copy", ["[]"], TWO, ["+ copy = []"]),
        ("profile_by_label.route:x", ["claude"], ONE, ["+ [repository.profile_by_label]", '+ "route:x" = "claude"']),
        ("profile.my.like", ["claude"], None, ["+ [profile.my]", '+ like = "claude"']),
        (
            "hosts.git.example.org.api_url",
            ["https://git.example.org/api"],
            None,
            ['+ [hosts."git.example.org"]', '+ api_url = "https://git.example.org/api"'],
        ),
        (
            "hosts.GitHub.com.accounts.bot.token_command",
            ["pass", "bot"],
            None,
            ['+ [hosts."GitHub.com".accounts.bot]', '+ token_command = ["pass", "bot"]'],
        ),
    ],
)
def test_one_value_changes_and_nothing_else(
    paths: Paths, name: str, words: list[str], repository: str | None, lines: list[str]
) -> None:
    repositories = () if repository is None else (repository,)
    written = assign(paths, name, words, repositories)
    assert [line for line in changed(paths) if line[0] in "+-"] == lines
    assert paths.config_file.read_text().splitlines()[written.line - 1].endswith(lines[-1][2:])
    load(paths, {}, {})
    assert not assign(paths, name, words, repositories).changed
    remove(paths, name, repositories)
    with pytest.raises(Failure) as caught:
        remove(paths, name, repositories)
    assert caught.value.problem.exit is Exit.NOTHING_TO_DO


@pytest.mark.parametrize(
    ("name", "words", "repository", "said"),
    [
        ("cockpit.interval", ["2"], None, "line 3: cockpit.interval should be a number of seconds from 5 to 3600"),
        ("cockpit.interval", ["1", "2"], None, "line 3: cockpit.interval should be"),
        ("defaults.profile", ["nobody"], None, "defaults.profile should be the name of a profile"),
        ("defaults.profile", ["nobody"], TWO, "defaults.profile should be the name of a profile"),
        ("agent.command", [""], None, "agent.command should be a list of texts"),
        ("agent.command", ["[1"], None, "agent.command should be a list of texts"),
        ("cockpit.intervall", ["2"], None, "Did you mean cockpit.interval?"),
        ("interval", ["2"], None, "Did you mean cockpit.interval?"),
        ("hosts", ["x"], None, "no setting by itself, so nothing was done. It can hold hosts.HOST.api_url, "),
        ("keys", ["x"], None, "It can hold keys.ACTION (soda-tui keys names them)"),
        ("repository.path", ["x"], None, "soda-tui enroll"),
        ("cockpit.interval", ["30"], ONE, "Leave --repo out"),
        ("keys.repo.pop", ["x"], None, "x is the key of repo.stop already"),
        ("keys.repo.nope", ["x"], None, "is not a setting"),
        ("auto.attempts", ["2"], "github.com/acme/none", "is not enrolled"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    paths: Paths, name: str, words: list[str], repository: str | None, said: str
) -> None:
    with pytest.raises(Failure) as caught:
        assign(paths, name, words, () if repository is None else (repository,))
    assert said in caught.value.problem.message
    assert caught.value.problem.message.count("Nothing was done") <= 1
    assert ("line" in caught.value.problem.message) == said.startswith("line"), "of a line that is there"
    assert paths.config_file.read_text() == TEXT


def test_several_repositories_are_changed_at_once_or_none_is(paths: Paths) -> None:
    both = (ONE, TWO)
    assert assign(paths, "auto.attempts", ["4"], both).changed
    made = load(paths, {}, {}).repositories
    assert [one.auto.attempts for one in made] == [4, 4]
    assert assign(paths, "auto.attempts", ["5"], (ONE,)).changed
    assert assign(paths, "auto.attempts", ["5"], both).changed, "one of them was not so yet"
    assert not assign(paths, "auto.attempts", ["5"], both).changed
    with pytest.raises(Failure, match="is not enrolled"):
        assign(paths, "auto.attempts", ["6"], (ONE, "github.com/acme/none"))
    assert [one.auto.attempts for one in load(paths, {}, {}).repositories] == [5, 5]
    remove(paths, "auto.attempts", (TWO,))
    remove(paths, "auto.attempts", both)
    assert [line for line in changed(paths) if line[0] == "-"] == ["- attempts = 3"]


def test_a_broken_file_is_never_overwritten_and_a_broken_value_can_be_mended_by_name(paths: Paths) -> None:
    paths.config_file.write_text(TEXT.replace("60", '"often"'))
    with pytest.raises(Failure, match=r"line 3: cockpit\.interval should be"):
        assign(paths, "cockpit.max_agents", ["3"])
    assign(paths, "cockpit.interval", ["60"])
    assert paths.config_file.read_text() == TEXT
    paths.config_file.write_text(f"{TEXT}[cockpit\n")
    with pytest.raises(Failure, match="line 20: this is not valid TOML"):
        assign(paths, "cockpit.interval", ["30"])
    assert paths.config_file.read_text() == f"{TEXT}[cockpit\n"


@pytest.mark.wide
def test_every_key_is_set_read_back_and_explained(tmp_path: Path) -> None:
    paths = Paths.below(tmp_path)
    wanted = tomllib.loads(EVERYTHING)
    wanted.pop("repository")
    slots = [slot for slot in every(wanted) if holds(wanted, slot.path)]
    assert {slot.name for slot in slots} >= {
        f"{section}.{name}" for section in ("auto", "land") for name in wanted[section]
    }
    # Profiles have to be there before they are named.
    for slot in sorted(slots, key=lambda slot: slot.key.section != "profile"):
        value: Any = wanted
        for part in slot.path:
            value = value[part]
        words = (
            [json.dumps(value)] if isinstance(value, list) else [value if isinstance(value, str) else json.dumps(value)]
        )
        assign(paths, slot.name, words)
        found = get(paths, slot.name)
        assert (found.value, found.source) == (value, Source.FILE), slot.name
        assert found.meaning and found.right and str(paths.config_file) in (found.place or "")
    assert read(paths.config_file).data == wanted | {"keys": {"repo.pop": "f5"}}


def test_a_value_says_who_says_it(paths: Paths) -> None:
    assert get(paths, "cockpit.interval").place == f"{paths.config_file}, line 3"
    variable = {"SODA_TUI_COCKPIT__INTERVAL": "90"}
    shadowed = get(paths, "cockpit.interval", environ=variable)
    assert (shadowed.value, shadowed.source, shadowed.place) == (90.0, Source.ENVIRONMENT, next(iter(variable)))
    assert (get(paths, "auto.attempts", index=1).value, get(paths, "auto.attempts", index=0).value) == (3, 2)
    assert get(paths, "auto.attempts", index=1).source is Source.REPOSITORY
    assert get(paths, "auto.attempts").source is Source.DEFAULT


def test_a_draft_is_put_in_place_whole_or_not_at_all(paths: Paths) -> None:
    draft = Draft.of(paths)
    assert not draft.is_changed()
    draft.file.write_text(TEXT.replace("60", "1"))
    with pytest.raises(Failure, match=r"line 3: cockpit\.interval"):
        draft.put()
    assert paths.config_file.read_text() == TEXT and draft.is_changed()
    draft.file.write_text(TEXT.replace("60", "61"))
    paths.config_file.write_text(TEXT.replace("60", "62"))
    with pytest.raises(Failure, match="somebody else"):
        draft.put()
    paths.config_file.write_text(TEXT)
    assert draft.put() == ()
    assert paths.config_file.read_text() == TEXT.replace("60", "61")
    draft.drop()
    assert not draft.file.parent.exists()


def test_the_ancestor_gives_figures_and_nothing_that_is_run_reached_or_trusted(tmp_path: Path) -> None:
    file = tmp_path / "my-little-soda.toml"
    with pytest.raises(Failure) as caught:
        read_ancestor(tmp_path, ())
    assert caught.value.problem.exit is Exit.NOTHING_TO_DO
    file.write_text(HOSTILE)
    _, found = read_ancestor(tmp_path, ())
    assert [(one.old, one.key, one.value) for one in found.taken] == [
        ("agents.process_management.timeout_minutes", "limits.run_minutes", 45)
    ]
    assert "ghp_x" not in str(found) and "evil" not in str(found)
    assert len(found.left) == 8
    assert not read_ancestor(tmp_path, {"limits.run_minutes"})[1].taken
    file.rename(tmp_path / "real.toml")
    file.symlink_to("real.toml")
    with pytest.raises(Failure, match="is a link"):
        read_ancestor(tmp_path, ())
