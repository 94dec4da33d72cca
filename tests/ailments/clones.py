"""What may be wrong with a clone, and with the agents, loops and runs of a repository."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from ailments.fault import configured, emptied, fault, other, setting
from patients import ROCKET, TOKEN, Patient

from soda_tui.domain.loop.machine import Mode
from soda_tui.domain.loop.record import Wish
from soda_tui.services.agents.launching import folder_of
from soda_tui.services.config.reading import load
from soda_tui.services.loops import FileLoops
from soda_tui.services.store import FileStore

KEY = f"github.com/{ROCKET}"


# --- a clone


@fault("clone.unusable")
def clone_gone(patient: Patient) -> Iterator[None]:
    patient.clone.rename(patient.clone.with_name("away"))
    yield
    patient.clone.with_name("away").rename(patient.clone)


@fault("clone.unusable")
def no_origin(patient: Patient) -> Iterator[None]:
    patient.git("remote", "rename", "origin", "upstream")
    yield
    patient.git("remote", "rename", "upstream", "origin")


@fault("clone.busy")
def in_a_merge(patient: Patient) -> Iterator[None]:
    with other(patient.clone / ".git" / "MERGE_HEAD", patient.git("rev-parse", "HEAD")):
        yield


@fault("clone.elsewhere")
def pushes_elsewhere(patient: Patient) -> Iterator[None]:
    with setting(patient, "remote.origin.pushurl", f"{patient.url}/somebody/else.git"):
        yield


@fault("clone.elsewhere")
def pushes_elsewhere_by_a_prefix(patient: Patient) -> Iterator[None]:
    with setting(
        patient, f"url.{patient.url}/somebody/else.git.pushInsteadOf", patient.git("remote", "get-url", "origin")
    ):
        yield


@fault("clone.unfilled")
def clone_broken_off(patient: Patient) -> Iterator[None]:
    index = patient.clone / ".git" / "index"
    before = index.read_bytes()
    with emptied(patient):
        index.unlink()
        yield
        index.write_bytes(before)


@fault("clone.unfilled")
def every_file_deleted(patient: Patient) -> Iterator[None]:
    with emptied(patient):
        yield


@fault("clone.secret")
def token_in_the_url(patient: Patient) -> Iterator[None]:
    url = patient.git("config", "remote.origin.url")
    with setting(patient, "remote.origin.url", url.replace("://", f"://{TOKEN}@")):
        yield


@fault("clone.occupied")
def something_else_in_the_agents_place(patient: Patient) -> Iterator[None]:
    (enrolment,) = load(patient.paths, patient.environ, {}).repositories
    place = Path(FileStore(patient.paths).worktree_path(enrolment, None))
    with other(place / "notes.txt", "mine"):
        yield
    place.rmdir()


@fault("clone.shared")
def one_clone_for_two(patient: Patient) -> Iterator[None]:
    link = patient.root / "link"
    link.symlink_to(patient.clone)
    with configured(patient, f'[[repository]]\nname = "acme/other"\npath = "{link}"\n'):
        yield
    link.unlink()


@fault("clone.locked")
def lock_left_by_git(patient: Patient) -> Iterator[None]:
    lock = patient.clone / ".git" / "index.lock"
    with other(lock, ""):
        os.utime(lock, (time.time() - 3600,) * 2)
        yield


@fault("clone.files")
def file_to_copy_missing(patient: Patient) -> Iterator[None]:
    with configured(patient, 'copy = [".env"]\n'):
        yield


@fault("clone.nobody")
def nobodys_commits(patient: Patient) -> Iterator[None]:
    with setting(patient, "user.email", ""):
        yield


@fault("ledger.builder")
def every_branch_is_built(patient: Patient) -> Iterator[None]:
    with other(patient.clone / "vercel.json", "{}"):
        yield


@fault("left.rescues")
def rescued_work(patient: Patient) -> Iterator[None]:
    patient.git("branch", "soda-rescue/7-20260504", "HEAD")
    yield
    patient.git("branch", "-D", "soda-rescue/7-20260504")


@fault("left.worktrees")
def worktree_gone(patient: Patient) -> Iterator[None]:
    patient.git("worktree", "add", "--quiet", "--detach", str(patient.root / "tree"))
    shutil.rmtree(patient.root / "tree")
    yield
    patient.git("worktree", "prune")


# --- agents, loops, runs


@fault("agent.none")
def agent_not_installed(patient: Patient) -> Iterator[None]:
    with other(patient.root / "bin" / "agent", None):
        yield
    (patient.root / "bin" / "agent").chmod(0o755)


@fault("agent.none")
def no_agent_configured(patient: Patient) -> Iterator[None]:
    with configured(patient, others="[agent]\n"):
        yield


@fault("agent.passed")
def first_agent_not_installed(patient: Patient) -> Iterator[None]:
    profiles = '[profile.one]\ncommand = ["nowhere"]\n[profile.two]\ncommand = ["agent"]\n'
    with configured(patient, 'profile = ["one", "two"]\n', profiles):
        yield


@fault("agent.silent")
def agent_that_does_not_answer(patient: Patient) -> Iterator[None]:
    patient.program("agent", "exit 1")
    yield
    patient.program("agent", "echo agent 1.0")


@fault("agent.prompt")
def prompt_missing(patient: Patient) -> Iterator[None]:
    with configured(patient, '[repository.agent]\nprompt_file = "nowhere.md"\n'):
        yield


@fault("loop.unowned")
def loop_without_an_owner(patient: Patient) -> Iterator[None]:
    loops = FileLoops(patient.paths.state / "loops", patient.paths.state / "locks")
    loops.say(KEY, Wish(Mode.ON))
    yield
    loops.say(KEY, Wish(Mode.OFF))


@fault("loop.unreadable")
def loop_of_another_version(patient: Patient) -> Iterator[None]:
    loops = FileLoops(patient.paths.state / "loops", patient.paths.state / "locks")
    loops.say(KEY, Wish(Mode.OFF))
    (file,) = (patient.paths.state / "loops").iterdir()
    before = file.read_bytes()
    file.write_bytes(before.replace(b'"v":1', b'"v":2'))
    yield
    file.write_bytes(before)


@fault("loop.uncounted")
def cap_of_tokens_that_nobody_tells(patient: Patient) -> Iterator[None]:
    with configured(patient, "[repository.auto]\nenabled = true\ntokens_per_day = 100000\n"):
        yield


@fault("run.doubtful")
def run_that_nobody_can_read(patient: Patient) -> Iterator[None]:
    folder = folder_of(patient.paths.state / "runs", KEY) / "20260504-120000-1"
    with other(folder / "spec.json", "{"):
        yield
    folder.rmdir()
