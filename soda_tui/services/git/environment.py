"""The environment of git processes: nobody to ask, nothing of a surrounding git command, nothing done on the side."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from soda_tui.services.github.auth import TOKEN_VARIABLES

# What git sets for its own children (`git rev-parse --local-env-vars`) or what would lead it to another repository.
LOCAL = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
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
# Settings for all repositories: git lists them too, but people set them, and they may carry credentials.
_SETTINGS = frozenset({"GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"})
_SETTING = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
# Shows credentials in traces; and what git's processes, hooks and helpers have no use for.
_UNWANTED = LOCAL | TOKEN_VARIABLES | {"GIT_TRACE_REDACT"}

# What is under this name among a process's variables is secret: the process gets it over a socket, and under the name
# only where to read it.
HANDED = "SODA_TUI_HANDED"

NOBODY = {
    "GIT_TERMINAL_PROMPT": "0",
    # `true` answers every question with nothing, where an inherited program would open a window.
    "GIT_ASKPASS": "true",
    "SSH_ASKPASS": "true",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "GIT_EDITOR": "true",
    "GIT_PAGER": "cat",
}

# Of the commits that the cockpit makes for itself.
IDENTITY = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "soda-tui"), ("EMAIL", "soda-tui@users.noreply.github.com"))
}

CONFIGURATION = (
    "--no-pager",
    *("-c", "core.fsmonitor=false"),
    *("-c", "commit.gpgSign=false"),
    *("-c", "push.gpgSign=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "protocol.ext.allow=never"),
    *("-c", "submodule.recurse=false"),
    *("-c", "push.recurseSubmodules=no"),
    *("-c", "credential.interactive=false"),
)

# On disk before git answers; the last is for gits before 2.36.
DURABLY = ("-c", "core.fsync=all", "-c", "core.fsyncMethod=batch", "-c", "core.fsyncObjectFiles=true")

NO_HOOKS = ("-c", "core.hooksPath=/dev/null")


def unwanted(inherited: Iterable[str]) -> list[str]:
    """The names in an inherited environment that git must not see."""
    return [name for name in inherited if name in _UNWANTED]


def is_for_git(name: str) -> bool:
    """Whether a variable points git at a repository or carries settings, neither of which an agent is to inherit."""
    return name in LOCAL or name in _SETTINGS or name.startswith(_SETTING)


def configuration(inherited: Mapping[str, str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Git settings as variables, behind those that the inherited environment holds already.

    Unlike `-c` they are not in the argument list, which everybody on the machine can read.
    """
    count = inherited.get("GIT_CONFIG_COUNT", "")
    first = int(count) if count.isdecimal() else 0
    variables: dict[str, str] = {}
    for number, (key, value) in enumerate(pairs, first):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
        variables["GIT_CONFIG_COUNT"] = str(number + 1)
    return variables


def ssh(inherited: Mapping[str, str], configured: str | None) -> dict[str, str]:
    """The variables that keep ssh from asking; a program of the user's that is not ssh is left alone."""
    own = inherited.get("GIT_SSH_COMMAND") or configured
    if own is None:
        return {} if inherited.get("GIT_SSH") else {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}
    try:
        program = Path(shlex.split(own)[0]).name
    except (ValueError, IndexError):
        return {}
    return {"GIT_SSH_COMMAND": f"{own} -o BatchMode=yes"} if program == "ssh" else {}
