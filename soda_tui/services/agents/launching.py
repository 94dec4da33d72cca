"""Starting a run: its folder, the agent's environment, and a supervisor that is nobody's child."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from soda_tui.cockpit.ports import Launch
from soda_tui.domain import sentences
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode
from soda_tui.services import files
from soda_tui.services.agents.processes import RUN_VARIABLE
from soda_tui.services.agents.records import PROMPT, Spec, write_file, write_spec
from soda_tui.services.agents.supervisor import PROMPT_GAP

ARGUMENT_BYTES = 100 * 1024
_SPAWN_SECONDS = 10.0

# The cockpit acts on GitHub, the agent does not; profiles may hand a token on purpose.
_TOKENS = frozenset(
    {"GH_TOKEN", "GITHUB_TOKEN", "MY_LITTLE_SODA_GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"}
)
# What `git rev-parse --local-env-vars` lists: each would point the agent's git at another repository.
_GIT = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NAMESPACE",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
_GIT_PREFIXES = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")

# Isolated and without site, so that neither the current directory nor PYTHONPATH decides what the supervisor runs.
_BOOTSTRAP = (
    "import sys; sys.path.append(sys.argv.pop(1)); from soda_tui.services.agents.supervisor import main; main()"
)
_PACKAGES = str(Path(__file__).resolve().parents[3])


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a run: seconds that it may take, seconds between TERM and KILL, and bytes of its log."""

    run: float = 90 * 60.0
    grace: float = 5.0
    log: int = 256 << 20


def folder_of(root: Path, key: str) -> Path:
    """Where the runs of a repository are kept."""
    return root / quote(key, safe="")


def run_names(folder: Path) -> list[str]:
    """The runs in a repository's folder, newest first."""
    try:
        return sorted((path.name for path in folder.iterdir() if path.name[:1].isdigit()), reverse=True)
    except FileNotFoundError:
        return []


def agent_environment(inherited: Mapping[str, str], additions: Mapping[str, str], run: str) -> dict[str, str]:
    """What the agent gets: the inherited environment without the cockpit's tokens and git's pointers, and additions."""
    kept = {
        name: value
        for name, value in inherited.items()
        if name not in _TOKENS and name not in _GIT and not name.startswith(_GIT_PREFIXES)
    }
    return {**kept, **additions, RUN_VARIABLE: run}


def check(launch: Launch) -> None:
    """Refuse what no supervisor could start; raises a Failure."""
    command = launch.agent.command
    if not command:
        raise Failure(Problem(ErrorCode.CONFIGURATION, sentences.NO_AGENT_COMMAND(repository=launch.key)))
    size = len(launch.prompt.encode(errors="replace"))
    if any(len(a.encode()) + a.count(PROMPT_GAP) * size > ARGUMENT_BYTES for a in command):
        message = sentences.PROMPT_TOO_LONG(size=size // 1024, program=command[0])
        raise Failure(Problem(ErrorCode.AGENT, message))


def create(root: Path, launch: Launch, lock: Path, stop_file: Path, limits: Limits, now: datetime) -> Path:
    """Make the folder of a new run, which is newer than every other one of the repository even if the clock is not."""
    home = folder_of(root, launch.key)
    files.folder(home)
    newest = next((int(name.partition("-")[0]) for name in run_names(home)), 0)
    stamp = max(int(f"{now:%Y%m%d%H%M%S%f}"[:-3]), newest + 1)
    run = f"{stamp}-{secrets.token_hex(2)}"
    # Filled under another name, so that nobody sees a run without its spec.
    draft = home / f".{run}"
    draft.mkdir(mode=0o700)
    write_file(draft / PROMPT, launch.prompt.replace("\0", "").encode(errors="replace"))
    spec = Spec(
        run=run,
        key=launch.key,
        repository_id=launch.repository_id,
        issue=launch.issue,
        branch=launch.branch,
        attempt=launch.attempt,
        directory=launch.directory,
        command=launch.agent.command,
        environment=tuple(sorted(launch.environment)),
        lock=str(lock),
        stop_file=str(stop_file),
        grace=limits.grace,
        limit=limits.run,
        log_limit=limits.log,
        asked_at=now,
    )
    write_spec(draft, spec)
    return draft.rename(home / run)


def spawn(folder: Path, environment: Mapping[str, str]) -> None:
    """Start the supervisor of a run; it detaches itself at once. Raises a Failure when it cannot be started."""
    command = [sys.executable, "-I", "-S", "-c", _BOOTSTRAP, _PACKAGES, str(folder)]
    try:
        result = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SPAWN_SECONDS,
            env=dict(environment),
            cwd="/",
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise Failure(Problem(ErrorCode.AGENT, sentences.SUPERVISOR_FAILED(reason=error))) from error
    if result.returncode:
        last = (result.stderr.strip().splitlines() or [f"exit {result.returncode}"])[-1]
        raise Failure(Problem(ErrorCode.AGENT, sentences.SUPERVISOR_FAILED(reason=last)))
