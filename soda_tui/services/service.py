"""The service of this user, with the system's own manager: systemd's or launchd."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.service import ADDRESSES, LABEL, UNIT, environment, launchd_list, left_out, systemd_unit
from soda_tui.services import files
from soda_tui.services.github.auth import TOKEN_VARIABLES

_PATIENCE = 90.0
_LONGEST = 300
_LARGEST = 64 << 10
_RUNS = frozenset({"active", "activating", "running"})
_ACTIVE = re.compile(r"^ActiveState=(.*)$", re.MULTILINE)
_STATE = re.compile(r"^\s*state = (.*)$", re.MULTILINE)


class Standing(Struct, frozen=True):
    """How the service stands: its file, what its manager says, and where to read what it said itself."""

    file: str
    installed: bool
    state: str
    log: str


class UserService:
    """One service for one user, that runs `command`; `log` is where launchd puts what it says."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], log: Path, platform: str = "") -> None:
        self._environ = {name: value for name, value in environ.items() if name not in TOKEN_VARIABLES}
        self._mac = (platform or sys.platform) == "darwin"
        self._log = log
        home = files.expand("~")
        if self._mac:
            self.file = home / "Library/LaunchAgents" / f"{LABEL}.plist"
        else:
            config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
            self.file = config / "systemd/user" / UNIT
        passed = environment(environ)
        self._all = environ
        try:
            self.text = launchd_list(command, passed, str(log)) if self._mac else systemd_unit(command, passed)
        except ValueError as error:
            raise Failure(Problem(ErrorCode.CONFIGURATION, say.SERVICE_PATH(word=ascii(str(error))))) from None

    def standing(self) -> Standing:
        """How it stands now."""
        installed = self.file.exists()
        state = self._state() if installed else "absent"
        log = str(self._log) if self._mac else f"journalctl --user -u {UNIT}"
        return Standing(str(self.file), installed, state, log)

    def is_current(self) -> bool:
        """Whether it runs by just this file already."""
        return files.read(self.file, _LARGEST) == self.text.encode() and self._state() in _RUNS

    def left_out(self, others: Sequence[str]) -> tuple[str, ...]:
        """What it would not get of the variables that are used here; `others` are those that its agents use."""
        return left_out(self._all, (*TOKEN_VARIABLES, *others))

    def check(self) -> None:
        """Raise a Failure where the system has no such manager, or a log-in stands where GitHub is said to be."""
        if hidden := [name for name in self.left_out(()) if name in ADDRESSES]:
            raise Failure(Problem(ErrorCode.REFUSED, say.SERVICE_LOGIN(name=hidden[0])))
        program = "launchctl" if self._mac else "systemctl"
        if shutil.which(program, path=self._environ.get("PATH")) is None:
            raise Failure(Problem(ErrorCode.REFUSED, say.SERVICE_NO_MANAGER(program=program)))

    def install(self) -> None:
        """Write the file, and start the service now and at every login. Raises a Failure."""
        files.folder(self._log.parent)
        if self._mac and self.file.exists():
            self._run(("launchctl", "bootout", f"{self._domain()}/{LABEL}"))
        files.write(self.file, self.text.encode())
        steps: Sequence[Sequence[str]] = (
            [("launchctl", "bootstrap", self._domain(), str(self.file))]
            if self._mac
            else [
                ("systemctl", "--user", "daemon-reload"),
                ("systemctl", "--user", "enable", UNIT),
                # One that runs by an older file goes on by the new one.
                ("systemctl", "--user", "restart", UNIT),
            ]
        )
        for step in steps:
            if reason := self._run(step):
                words = say.SERVICE_FAILED(command=" ".join(step), reason=reason, file=self.file)
                raise Failure(Problem(ErrorCode.UNEXPECTED, words))

    def uninstall(self) -> None:
        """Stop the service and remove its file; agents go on. Raises a Failure."""
        step = (
            ("launchctl", "bootout", f"{self._domain()}/{LABEL}")
            if self._mac
            else ("systemctl", "--user", "disable", "--now", UNIT)
        )
        reason = self._run(step)
        if reason and self._state() in _RUNS:
            words = say.SERVICE_NOT_REMOVED(command=" ".join(step), reason=reason)
            raise Failure(Problem(ErrorCode.UNEXPECTED, words))
        self.file.unlink(missing_ok=True)
        if not self._mac:
            self._run(("systemctl", "--user", "daemon-reload"))

    def lingers(self) -> bool:
        """Whether it runs without any login; launchd's agents do not, and nothing can be said to change that."""
        if self._mac:
            return True
        said = self._said(("loginctl", "show-user", str(os.getuid()), "--property=Linger"))
        return "Linger=no" not in said

    def _state(self) -> str:
        if self._mac:
            found = _STATE.search(self._said(("launchctl", "print", f"{self._domain()}/{LABEL}")))
        else:
            found = _ACTIVE.search(self._said(("systemctl", "--user", "show", UNIT, "--property=ActiveState")))
        return found[1].strip() if found else "unknown"

    def _domain(self) -> str:
        return f"gui/{os.getuid()}"

    def _run(self, command: Sequence[str]) -> str:
        """Why a command did not do what it should; nothing where it did."""
        try:
            done = self._asked(command)
        except OSError as error:
            return files.reason(error)
        except subprocess.TimeoutExpired:
            return f"no answer in {_PATIENCE:.0f} seconds"
        words = (done.stderr or done.stdout).strip()[:_LONGEST]
        return (words or f"exit {done.returncode}") if done.returncode else ""

    def _said(self, command: Sequence[str]) -> str:
        try:
            return self._asked(command).stdout
        except (OSError, subprocess.TimeoutExpired):
            return ""

    def _asked(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
