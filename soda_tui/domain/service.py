"""The service that works queues where nobody is logged in: a unit for systemd, a property list for launchd.

Neither holds a secret: both are files that other programs read, and what they start inherits.
"""

from __future__ import annotations

import plistlib
from collections.abc import Iterable, Mapping, Sequence

from soda_tui.domain.configuration.passing import CERTIFICATES, PROXIES, is_meant

UNIT = "soda-tui.service"
LABEL = "io.github.soda-tui"

ADDRESSES = ("GITHUB_SERVER_URL", "GITHUB_API_URL", "GITHUB_GRAPHQL_URL")
"""Variables that say where GitHub is."""

PASSED = (
    "PATH",
    *("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "GH_CONFIG_DIR"),
    *ADDRESSES,
    *PROXIES,
    *CERTIFICATES,
)
"""Variables that a service gets from where it was installed: where programs are, files belong, GitHub is, and the way.

An address in which a log-in stands is none of them.
"""

_MISSED = ("SODA_TUI_*", "SSH_AUTH_SOCK", *PASSED)
_ELSEWHERE = "SODA_TUI_CONFIG"
_UNSAFE = frozenset("\"'\\")

_UNIT = """\
[Unit]
Description=soda-tui works queues of issues unattended
Documentation=https://github.com/soda-tui/soda-tui
StartLimitIntervalSec=15min
StartLimitBurst=5

[Service]
Type=exec
ExecStart={command}
{environment}# Agents belong to supervisors of their own, and go on while this is stopped or started anew.
KillMode=process
OOMPolicy=continue
TimeoutStopSec=60
Restart=on-failure
RestartSec=30
# Wrong usage, and a configuration that a person has to mend.
RestartPreventExitStatus=2 3

[Install]
WantedBy=default.target
"""


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What of an environment a service gets."""
    return {name: environ[name] for name in PASSED if environ.get(name) and not _is_login(name, environ[name])}


def left_out(environ: Mapping[str, str], others: Iterable[str]) -> tuple[str, ...]:
    """The variables that the program uses and a service does not get; `others` are used by what it starts."""
    passed, used = environment(environ), (*_MISSED, *others)
    named = (name for name, value in environ.items() if value and name != _ELSEWHERE and is_meant(name, used))
    return tuple(sorted(name for name in named if name not in passed))


def _is_login(name: str, value: str) -> bool:
    """Whether a name and perhaps a password stand in an address, which may be without its scheme."""
    return name in {*ADDRESSES, *PROXIES} and "@" in value.rpartition("://")[2].partition("/")[0]


def systemd_unit(command: Sequence[str], environ: Mapping[str, str]) -> str:
    """The unit for systemd's user manager; raises ValueError for a word that no unit can hold."""
    program, *others = command
    if not _UNSAFE.isdisjoint(program):
        raise ValueError(program)
    # Variables are put into all words but the first.
    words = " ".join(_quoted(word) for word in (program, *(word.replace("$", "$$") for word in others)))
    lines = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in environ.items())
    return _UNIT.format(command=words, environment=lines)


def launchd_list(command: Sequence[str], environ: Mapping[str, str], log: str) -> str:
    """The property list for launchd; what the service says goes to the file `log`."""
    values = {
        "Label": LABEL,
        "ProgramArguments": list(command),
        "EnvironmentVariables": dict(environ),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 30,
        "AbandonProcessGroup": True,
        "ProcessType": "Background",
        "ExitTimeOut": 60,
        "StandardOutPath": log,
        "StandardErrorPath": log,
    }
    return plistlib.dumps(values, sort_keys=False).decode()


def _quoted(word: str) -> str:
    if not word.isprintable():
        raise ValueError(word)
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
