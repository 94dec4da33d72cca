"""Profiles on this machine: those in the package can all be configured, programs are found, and asked their version."""

from __future__ import annotations

import os
from pathlib import Path
from typing import get_args

import pytest
from msgspec import structs

from soda_tui.domain.configuration.profiles import Format, Given, Messages, Profile
from soda_tui.domain.failure import Exit, Failure
from soda_tui.domain.gaps import PATH_GAP, PROMPT_GAP
from soda_tui.domain.runs.conversation import Conversation, by_itself
from soda_tui.domain.transcripts import FORMATS
from soda_tui.services.config.reading import load
from soda_tui.services.paths import Paths
from soda_tui.services.profiles import LocalProfiles, built_in, built_in_names

pytestmark = pytest.mark.anyio


def program(folder: Path, name: str, script: str) -> Path:
    """A program of this name in the folder."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize("name", built_in_names())
def test_a_built_in_profile_is_what_a_person_could_have_configured(name: str, tmp_path: Path) -> None:
    paths = Paths.below(tmp_path)
    paths.config_file.parent.mkdir()
    lines = [f"{key} = {value!r}" for key, value in built_in(name).items()]
    paths.config_file.write_text("\n".join([f"[profile.{name}]", *lines]))
    configured = load(paths, {}, {})
    assert configured.warnings == () and configured.profiles[name] == LocalProfiles({}, {}).named(name)


def test_every_built_in_profile_says_how_it_is_told_and_read() -> None:
    assert built_in_names() == ("aider", "claude", "codex", "copilot", "gemini", "opencode")
    assert set(get_args(Format)) == set(FORMATS)
    known = LocalProfiles({}, {})
    for profile in map(known.named, known.names()):
        assert profile.format in FORMATS and profile.version[0] == profile.program
        gaps = sum(argument.count(gap) for argument in profile.command for gap in (PROMPT_GAP, PATH_GAP))
        assert gaps == (profile.prompt is not Given.INPUT)
        assert not any("{session}" in argument for argument in profile.command)
        assert all(any("{session}" in one for one in part) for part in (profile.resume,) if part)
        assert (profile.message is Messages.STREAM_JSON) == ("--input-format" in profile.command)
        # What goes on by itself is told once, in the way that its command says.
        resumed = by_itself(Conversation(profile, "s1"))
        assert (resumed is None) == (not profile.resume)
        if resumed is not None:
            assert "s1" in " ".join(resumed.command) and resumed.prompt is profile.prompt
            assert "--input-format" not in resumed.command and resumed.message is Messages.NONE


def test_a_profile_is_like_the_built_in_of_its_program_where_it_says_nothing(tmp_path: Path) -> None:
    paths = Paths.below(tmp_path)
    paths.config_file.parent.mkdir()
    paths.config_file.write_text(
        '[agent]\ncommand = ["/opt/claude", "-p"]\n[profile.codex]\ncommand = ["mine"]\n'
        '[profile.fast]\nlike = "codex"\nformat = "text"\n[profile.other]\ncommand = ["other"]\n'
        '[[repository]]\nname = "a/b"\npath = "/c"\n[repository.agent]\nenvironment = ["ONE"]\n'
    )
    configured = load(paths, {}, {})
    built = LocalProfiles({}, {}).named
    # Its own command is told nothing, where it does not say so: claude would wait for JSON, or for more of it.
    unnamed = structs.replace(
        built("claude"),
        name="",
        command=("/opt/claude", "-p"),
        environment=(*built("claude").environment, "ONE"),
        message=Messages.NONE,
    )
    assert configured.repositories[0].agent == unnamed
    assert configured.profiles == {
        "codex": structs.replace(built("codex"), command=("mine",)),
        "fast": structs.replace(built("codex"), name="fast", format="text"),
        "other": Profile("other", ("other",)),
    }


@pytest.mark.parametrize("name", ["clod", "", "../prompts/default", "Claude"])
def test_an_unknown_profile_is_told_with_those_that_there_are(name: str) -> None:
    with pytest.raises(Failure, match=r"There are mine, aider, claude") as caught:
        LocalProfiles({"mine": Profile("mine")}, {}).named(name)
    assert caught.value.problem.exit is Exit.USAGE


async def test_programs_are_found_by_the_path_and_asked_for_their_version(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    file = program(folder, "claude", 'echo "2.0 ($GH_TOKEN$SECRET)"; echo more')
    program(folder, "codex", "exit 3")
    known = LocalProfiles({}, {"PATH": f"{folder}:/usr/bin:/bin", "GH_TOKEN": "gho_x", "SECRET": "x"})
    claude, codex, gemini = map(known.named, ("claude", "codex", "gemini"))
    found = known.find((claude, codex, gemini, Profile()))
    assert [one.path for one in found] == [str(file), str(folder / "codex"), None, None]
    assert await known.version(claude) == "2.0 ()"
    assert await known.version(codex) is None and await known.version(gemini) is None


@pytest.mark.parametrize(
    ("first", "missing"),
    [
        ("#!/no/such/interpreter", "/no/such/interpreter"),
        ("#! /usr/bin/env -S A=1 no-such-program --fast", "no-such-program"),
        ("#!/usr/bin/env sh", None),
        ("#!/bin/sh -e", None),
        ("#!", None),
        ("\x7fELF", None),
    ],
)
def test_a_script_whose_interpreter_is_missing_cannot_be_started(
    first: str, missing: str | None, tmp_path: Path
) -> None:
    file = program(tmp_path / "bin", "claude", "")
    file.write_text(f"{first}\necho never\n")
    known = LocalProfiles({}, {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"})
    [found] = known.find((known.named("claude"),))
    assert (found.path, found.interpreter) == (str(file), missing)
    assert found.fault == (None if missing is None else f"{file} lacks its interpreter, {missing}")


def test_programs_that_are_named_by_a_path_are_looked_for_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "clone").mkdir()
    (tmp_path / "home").mkdir(exist_ok=True)
    mine = program(tmp_path / "home" / "bin", "agent", "exit 0")
    theirs = program(tmp_path / "clone" / "scripts", "agent", "exit 0")
    (tmp_path / "clone" / "scripts" / "notes").write_text("no program")
    said = ("~/bin/agent", "~/bin/none", str(theirs), "scripts/agent", "./scripts/none", "scripts/notes", "scripts/")
    profiles = tuple(Profile(command=(one, "-p")) for one in said)
    known = LocalProfiles({}, {"PATH": os.defpath})
    found = [one.path for one in known.find(profiles, str(tmp_path / "nowhere"), str(tmp_path / "clone"))]
    assert found == [str(mine), None, str(theirs), str(theirs), None, None, None]
    assert [one.path for one in known.find(profiles)] == [str(mine), None, str(theirs), None, None, None, None]
