"""Starting a run: its folder, the agent's environment, and a supervisor that is nobody's child."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

from soda_tui.cockpit.ports.runs import Launch
from soda_tui.domain import sentences
from soda_tui.domain.configuration.accounts import HostSettings
from soda_tui.domain.configuration.passing import passed_on
from soda_tui.domain.configuration.profiles import Given, Profile, Terminal
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.gaps import PROMPT_GAP
from soda_tui.services import files
from soda_tui.services.agents.origin import here
from soda_tui.services.agents.processes import RUN_VARIABLE
from soda_tui.services.agents.pushing import no_push
from soda_tui.services.agents.records import GIT_SETTINGS, PROMPT, Slots, Spec, Watched, write_spec
from soda_tui.services.agents.scope import SECONDS, scoped
from soda_tui.services.git.environment import configuration, is_for_git
from soda_tui.services.github.auth import TOKEN_VARIABLES
from soda_tui.services.setup import SetUp

ARGUMENT_BYTES = 100 * 1024
_NOBODY = Profile()
_SPAWN_SECONDS = 10.0

# Isolated and without site, so that neither the current directory nor PYTHONPATH decides what the supervisor runs.
_BOOTSTRAP = (
    "import sys; sys.path.append(sys.argv.pop(1)); from soda_tui.services.agents.supervisor import main; main()"
)
_ATTACHING = _BOOTSTRAP.replace("supervisor", "attaching")
_GUARDING = _BOOTSTRAP.replace("supervisor", "guard")
_PACKAGES = str(Path(__file__).resolve().parents[3])


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a run.

    Seconds that it may take, seconds between TERM and KILL, bytes of its log, and seconds between two looks at its
    claim.
    """

    run: float = 90 * 60.0
    grace: float = 5.0
    log: int = 256 << 20
    claim: float = 300.0


def folder_of(root: Path, key: str) -> Path:
    """Where the runs of a repository are kept."""
    return root / quote(key, safe="")


def run_names(folder: Path) -> list[str]:
    """The runs in a repository's folder, newest first."""
    try:
        return sorted((path.name for path in folder.iterdir() if path.name[:1].isdigit()), reverse=True)
    except FileNotFoundError:
        return []


def agent_environment(
    inherited: Mapping[str, str], additions: Mapping[str, str], run: str, profile: Profile = _NOBODY
) -> dict[str, str]:
    """What the agent gets: of the inherited environment what may pass, never git's pointers, and additions."""
    passed = passed_on(inherited, profile, TOKEN_VARIABLES)
    kept = {name: value for name, value in passed.items() if not is_for_git(name)}
    return {**kept, **additions, RUN_VARIABLE: run}


def check(launch: Launch) -> None:
    """Refuse what no supervisor could start; raises a Failure."""
    command = launch.agent.command
    if not command:
        raise Failure(Problem(ErrorCode.CONFIGURATION, sentences.NO_AGENT_COMMAND(repository=launch.key)))
    size = len(launch.prompt.encode(errors="replace"))
    if launch.agent.terminal is Terminal.PTY and launch.agent.prompt is Given.INPUT and launch.prompt:
        message = sentences.PTY_WITHOUT_PROMPT(profile=launch.agent.shown)
        raise Failure(Problem(ErrorCode.CONFIGURATION, message))
    if any(len(a.encode()) + a.count(PROMPT_GAP) * size > ARGUMENT_BYTES for a in command):
        message = sentences.PROMPT_TOO_LONG(size=size // 1024, program=command[0])
        raise Failure(Problem(ErrorCode.AGENT, message))


def attaching(folder: Path, leave: bytes) -> tuple[str, ...]:
    """The command that sits a person down at the terminal of a run, until they type what leaves it."""
    return (sys.executable, "-I", "-S", "-c", _ATTACHING, _PACKAGES, str(folder), leave.hex())


def guarding() -> tuple[str, ...]:
    """The command of a guard, which does what comes on its standard input."""
    return (sys.executable, "-I", "-S", "-c", _GUARDING, _PACKAGES)


def without_push(folder: Path, directory: str, environment: dict[str, str]) -> dict[str, str]:
    """The agent's environment with git settings behind its own that leave its clone no remote to push to."""
    pairs = no_push(directory, folder / GIT_SETTINGS, environment)
    return {**environment, **configuration(environment, pairs)}


def create(
    root: Path,
    launch: Launch,
    lock: Path,
    stop_file: Path,
    limits: Limits,
    now: datetime,
    host: HostSettings | None = None,
    name: str | None = None,
    slots: Slots | None = None,
) -> Path:
    """Make the folder of a new run, which is newer than every other one of the repository even if the clock is not.

    `name` is the one by which the repository's runs are kept, where that is not its key.
    """
    home = folder_of(root, name or launch.key)
    files.folder(home)
    newest = next((int(name.partition("-")[0]) for name in run_names(home)), 0)
    stamp = max(int(f"{now:%Y%m%d%H%M%S%f}"[:-3]), newest + 1)
    run = f"{stamp}-{secrets.token_hex(2)}"
    # Filled under another name, so that nobody sees a run without its spec.
    draft = home / f".{run}"
    draft.mkdir(mode=0o700)
    files.replace(draft / PROMPT, launch.prompt.replace("\0", "").encode(errors="replace"))
    asked = launch.limits
    spec = Spec(
        run=run,
        key=launch.key,
        repository_id=launch.repository_id,
        issue=launch.issue,
        branch=launch.branch,
        attempt=launch.attempt,
        directory=launch.directory,
        command=(os.path.expanduser(launch.agent.command[0]), *launch.agent.command[1:]),  # noqa: PTH111 - keeps `./`
        environment=tuple(sorted(launch.environment)),
        lock=str(lock),
        stop_file=str(stop_file),
        grace=limits.grace,
        limit=asked.run_minutes * 60.0 if asked else limits.run,
        log_limit=asked.log_megabytes << 20 if asked else limits.log,
        asked_at=now,
        watched=_watched(launch, limits, host or HostSettings()),
        origin=here(),
        setup=_set_up(launch),
        slots=slots,
        format=launch.agent.format,
        profile=launch.agent.name,
        terminal=launch.agent.terminal,
        message=launch.agent.message,
        by_hand=launch.by_hand,
        head=launch.head,
    )
    write_spec(draft, spec)
    return draft.rename(home / run)


def _set_up(launch: Launch) -> SetUp | None:
    asked = launch.setup
    return SetUp(asked.command, asked.when, asked.minutes * 60.0) if asked is not None and asked.command else None


def _watched(launch: Launch, limits: Limits, host: HostSettings) -> Watched | None:
    if launch.place is None or launch.cockpit is None:
        return None
    name = launch.place.name
    return Watched(
        host=name.host,
        owner=name.owner,
        name=name.name,
        path=launch.place.path,
        cockpit=launch.cockpit,
        interval=limits.claim,
        token_command=host.token_command,
        api_url=host.api_url,
        certificate=host.certificate,
    )


def spawn(folder: Path, environment: Mapping[str, str], agent: Mapping[str, str], seen: Collection[str] = ()) -> None:
    """Start the supervisor of a run, in a scope of its own where that is good for it; it detaches itself at once.

    Raises a Failure when it cannot be started. `environment` is the supervisor's own, with whatever it takes to read
    the claim; `agent`, which goes through a pipe, the agent's, and so do the tokens that were `seen`, which it hides.
    """
    secrets = {name: value for name, value in environment.items() if name in TOKEN_VARIABLES}
    open_ = {name: value for name, value in environment.items() if name not in secrets}
    command = [sys.executable, "-I", "-S", "-c", _BOOTSTRAP, _PACKAGES, str(folder)]
    own = {**open_, RUN_VARIABLE: folder.name}
    start = partial(
        subprocess.run,
        check=False,
        input=json.dumps({"agent": dict(agent), "secrets": secrets, "seen": sorted(seen)}).encode("ascii"),
        capture_output=True,
        env=own,
        cwd="/",
    )
    within = scoped(command, folder.name, own)
    if within is not None:
        with suppress(OSError, ValueError, subprocess.SubprocessError):
            if start(within, timeout=SECONDS).returncode == 0:
                return
    try:
        result = start(command, timeout=_SPAWN_SECONDS)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise Failure(Problem(ErrorCode.AGENT, sentences.SUPERVISOR_FAILED(reason=error))) from error
    if result.returncode:
        last = (os.fsdecode(result.stderr).strip().splitlines() or [f"exit {result.returncode}"])[-1]
        raise Failure(Problem(ErrorCode.AGENT, sentences.SUPERVISOR_FAILED(reason=last)))
