"""README and help topics say what the program does: their tables, their commands, and each example."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from documents import DOCUMENTS, KINDS, TABLE_OF_COMMANDS, Block, blocks, commands, prose, spans
from msgspec.structs import fields
from readme_tables import README, with_tables

from soda_tui.cli.parser import build_parser
from soda_tui.cli.words import Place, places
from soda_tui.domain.telling import Notice, NoticeKind
from soda_tui.help import TOPICS, topic
from soda_tui.services.config.reading import load
from soda_tui.services.notify import VERSION
from soda_tui.services.paths import Paths
from soda_tui.tui import themes

TEXT = README.read_text()
PARTS = [
    *("Two commands", "First five minutes", "Daily use", "Keys", "Commands", "Configuration", "JSON", "Agents"),
    *("The loop", "The pledge", "Coming from My Little Soda", "Architecture", "Figures"),
]
GAPS = {"N": "7", "PR": "7", "ISSUE": "7", "KIND": "issue_closed"}


@pytest.fixture(scope="module")
def table() -> dict[str, Place]:
    return {one.at: one for one in places(build_parser())}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_tables_are_those_of_the_program(document: Path) -> None:
    text = document.read_text()
    assert with_tables(text) == text, "python tests/readme_tables.py writes them anew"


def test_the_readme_goes_from_why_to_how() -> None:
    assert re.findall(r"^## (.+)$", prose(README), re.MULTILINE) == PARTS
    assert TEXT[: TEXT.index("## Two commands")].count("\n") < 40, "why is one screenful"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_lines_can_be_read_beside_each_other(document: Path) -> None:
    fenced = [line for block in blocks() if block.document == document for line in block.text.splitlines()]
    lines = [line for line in (*prose(document).splitlines(), *fenced) if not line.startswith("|")]
    assert [line for line in lines if len(line) > 120] == []


def test_links_lead_somewhere() -> None:
    for document in DOCUMENTS:
        text = prose(document)
        here = {
            re.sub(r"[^a-z0-9 -]", "", name.lower()).replace(" ", "-") for name in re.findall(r"(?m)^#+ (.+)$", text)
        }
        for target in re.findall(r"\]\(([^)]+)\)", text):
            assert target[1:] in here if target[0] == "#" else (document.parent / target).exists(), target


def test_files_that_are_named_are_there() -> None:
    parts = {"cli", "cockpit", "domain", "help", "profiles", "sandbox", "services", "tui"}
    named = {span for _, span in spans(README) if re.fullmatch(r"[\w./*-]+/[\w./*-]*", span)}
    ours = {span for span in named if span.split("/")[0] in parts | {"tests", "screenshots", ".ci"}}
    assert len(ours) > 80
    for span in ours:
        folder = README.parent / ("soda_tui" if span.split("/")[0] in parts else "")
        assert list(folder.glob(span.removesuffix("/"))), span


def test_every_example_says_what_becomes_of_it() -> None:
    assert [str(block) for block in blocks() if block.kind not in KINDS] == []
    assert {block.kind for block in blocks()} == set(KINDS), "a kind that no document has is none"


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_a_configuration_is_read_without_a_warning(block: Block, tmp_path: Path) -> None:
    paths = Paths.below(tmp_path)
    paths.config_file.parent.mkdir()
    paths.config_file.write_text(block.text)
    assert load(paths, {"HOME": str(tmp_path)}, {}).warnings == ()


@pytest.mark.parametrize("block", blocks("toml theme"), ids=str)
def test_a_theme_is_one(block: Block, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(block.text)
    assert themes.read(tmp_path / "own.toml").primary == tomllib.loads(block.text)["primary"]


@pytest.mark.parametrize("block", blocks("json event"), ids=str)
def test_an_event_has_all_its_facts_in_their_order(block: Block) -> None:
    event = json.loads(block.text)
    assert list(event) == ["version", *(field.encode_name for field in fields(Notice))]
    assert event["version"] == VERSION and event["kind"] in set(NoticeKind)


@pytest.mark.parametrize("block", blocks("sh not-run"), ids=str)
def test_what_is_only_looked_at_installs_this_program(block: Block) -> None:
    assert commands(block) == ["pipx install .", "uv tool install ."]
    project = tomllib.loads((README.parent / "pyproject.toml").read_text())["project"]
    assert list(project["scripts"]) == ["soda-tui"] == [project["name"]]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_every_command_within_a_text_is_one(document: Path, table: dict[str, Place]) -> None:
    named = [(at, span) for at, span in spans(document) if span.split()[0] == "soda-tui" and " " in span]
    named += [(at, f"soda-tui {span}") for at, span in spans(document) if span.split()[0] in table and " -" in span]
    for at, span in named:
        words = shlex.split(re.sub(r"[][…]", "", span.partition(" > ")[0]))[1:]
        if words[0] == "help":
            assert words[1] == "TOPIC" or words[1] in TOPICS, (document.stem, at, span)
        try:
            build_parser().parse_args([GAPS.get(word, word) for word in words])
        except SystemExit as left:
            assert left.code == 0, (document.stem, at, span)


def test_all_that_one_is_told_of_is_listed() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", topic("notices"), re.MULTILINE)) == set(NoticeKind)


def test_a_topic_is_named_where_it_is_needed() -> None:
    for name in TOPICS:
        assert f"help {name}`" in prose(README), name
        assert "<!--" not in topic(name)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"^\| `soda-tui ([a-z]+)", TEXT, re.MULTILINE))))
def test_every_command_it_names_is_there(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for row in (line for line in TEXT.splitlines() if line.startswith(f"{TABLE_OF_COMMANDS} {command}")):
        words = row.removeprefix("| `soda-tui ").split("`")[0].split()
        with pytest.raises(SystemExit) as left:
            build_parser().parse_args([*(word for word in words[:2] if word.isalpha() and word.islower()), "--help"])
        assert left.value.code == 0
        described = capsys.readouterr().out
        for option in re.findall(r"--[a-z-]+", row):
            assert option in described


def test_every_command_is_in_it() -> None:
    actions = next(action for action in build_parser()._actions if action.dest == "command")
    for command in actions.choices or ():
        assert f"\n{TABLE_OF_COMMANDS} {command}" in TEXT or f"`, `{command}` |" in TEXT
