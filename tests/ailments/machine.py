"""What may be wrong with this machine: its configuration, its git, the cockpit's own files, the token's source."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

from ailments.fault import configured, fault, mode, other
from patients import Patient

from soda_tui.services.locks import take

# --- the configuration


@fault("config.broken")
def broken_toml(patient: Patient) -> Iterator[None]:
    with other(patient.paths.config_file, "[cockpit\n"):
        yield


@fault("config.broken")
def wrong_type(patient: Patient) -> Iterator[None]:
    with configured(patient, others='[cockpit]\ninterval = "often"\n'):
        yield


@fault("config.broken")
def unreadable_configuration(patient: Patient) -> Iterator[None]:
    file = patient.paths.config_file
    file.rename(file.with_name("kept"))
    file.mkdir()
    yield
    file.rmdir()
    file.with_name("kept").rename(file)


@fault("config.remark")
def unknown_key(patient: Patient) -> Iterator[None]:
    with configured(patient, others="[cockpit]\nintervall = 10\n"):
        yield


@fault("config.remark")
def unknown_variable(patient: Patient) -> Iterator[None]:
    with patient.environment({"SODA_TUI_COCKPIT__INTERVALL": "10"}):
        yield


@fault("config.exposed")
def configuration_of_all(patient: Patient) -> Iterator[None]:
    with mode(patient.paths.config_file, 0o666):
        yield


@fault("config.empty")
def nothing_enrolled(patient: Patient) -> Iterator[None]:
    with other(patient.paths.config_file, ""):
        yield


# --- this machine


@fault("git.missing")
def git_that_does_not_answer(patient: Patient) -> Iterator[None]:
    program = patient.program("git", "exit 127")
    yield
    program.unlink()


@fault("git.old")
def old_git(patient: Patient) -> Iterator[None]:
    program = patient.program("git", "echo git version 2.30.2")
    yield
    program.unlink()


@fault("state.exposed")
def state_of_all(patient: Patient) -> Iterator[None]:
    with mode(patient.paths.state, 0o777):
        yield


@fault("state.unusable")
def file_in_the_place_of_a_folder(patient: Patient) -> Iterator[None]:
    cache = patient.paths.cache
    cache.write_text("")
    yield
    cache.unlink()


@fault("state.identity")
def damaged_identity(patient: Patient) -> Iterator[None]:
    with other(patient.paths.state / "cockpit-id", "nonsense\n"):
        yield


@fault("state.journal")
def damaged_journal(patient: Patient) -> Iterator[None]:
    with other(patient.paths.state / "journal.db", "no database at all" * 100):
        yield


@fault("state.journal")
def journal_of_a_newer_version(patient: Patient) -> Iterator[None]:
    file = patient.paths.state / "journal.db"
    before = file.read_bytes() if file.exists() else None
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 99")
    yield
    file.unlink()
    if before is not None:
        file.write_bytes(before)


@fault("state.damaged")
def damaged_names(patient: Patient) -> Iterator[None]:
    with other(patient.paths.state / "repositories.json", '{"v": 1, "ids"'):
        yield


@fault("state.unreadable")
def folder_in_the_place_of_a_file(patient: Patient) -> Iterator[None]:
    folder = patient.paths.state / "told.json"
    folder.mkdir()
    yield
    folder.rmdir()


@fault("state.aside")
def damaged_before(patient: Patient) -> Iterator[None]:
    with other(patient.paths.state / "snapshot.damaged.json", "{"):
        yield


@fault("state.locked")
def lock_held_for_long(patient: Patient) -> Iterator[None]:
    file = patient.paths.state / "locks" / "plan-1.lock"
    held = take(file, "is acting on this repository")
    assert held is not None
    os.utime(file, (time.time() - 7200,) * 2)
    yield
    os.close(held)


@fault("stop.standing")
def stopped(patient: Patient) -> Iterator[None]:
    with other(patient.paths.state / "STOP", ""):
        yield


@fault("stop.own")
def stopped_here(patient: Patient) -> Iterator[None]:
    with other(patient.clone / ".agent-workspace" / "STOP", ""):
        yield
    (patient.clone / ".agent-workspace").rmdir()


# --- a token, as far as this machine knows


@fault("token.missing")
def no_token(patient: Patient) -> Iterator[None]:
    with patient.environment({"GH_TOKEN": None, "GH_PATH": "/nowhere/gh"}):
        yield


@fault("token.unusable")
def token_of_two_words(patient: Patient) -> Iterator[None]:
    with patient.environment({"GH_TOKEN": "my token"}):
        yield
