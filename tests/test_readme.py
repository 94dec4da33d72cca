"""The README says what the program does."""

from __future__ import annotations

import re

import pytest
from readme_tables import README, with_tables

from soda_tui.cli.parser import build_parser

TEXT = README.read_text()


def test_its_tables_are_those_of_the_program() -> None:
    assert with_tables(TEXT) == TEXT, "python tests/readme_tables.py writes them anew"


@pytest.mark.parametrize("command", sorted(set(re.findall(r"^\| `soda-tui ([a-z]+)", TEXT, re.MULTILINE))))
def test_every_command_it_names_is_there(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for row in (line for line in TEXT.splitlines() if line.startswith(f"| `soda-tui {command}")):
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
        assert f"\n| `soda-tui {command}" in TEXT or f"`, `{command}` |" in TEXT
