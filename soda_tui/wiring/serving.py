"""The service: which command it runs, and that it finds a token without anybody's shell."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.wiring.calling import Invocation, settings_of
from soda_tui.wiring.enrolling import resolve

if TYPE_CHECKING:
    from soda_tui.domain.configuration.settings import Enrolment
    from soda_tui.services.service import UserService as UserService

_PROGRAM = "soda-tui"
# What a manager of services gives to each, gh's keyring among it.
_GIVEN = ("HOME", "USER", "LOGNAME", "SHELL", "LANG", "TMPDIR", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")


def worked(call: Invocation, names: Sequence[str]) -> tuple[Enrolment, ...]:
    """The repositories that are named, else those with `auto.enabled`; raises a Failure where there are none."""
    if names:
        return tuple(resolve(call, name) for name in names)
    found = tuple(one for one in settings_of(call, call.paths).repositories if one.auto.enabled)
    if not found:
        raise Failure(Problem(ErrorCode.CONFIGURATION, say.NOTHING_AUTO()))
    return found


def user_service(call: Invocation, names: Sequence[str] = ()) -> UserService:
    """The service of this user that works these repositories, else those with `auto.enabled`."""
    from soda_tui.services.service import UserService as UserService

    config = call.config or call.environ.get("SODA_TUI_CONFIG")
    options = ("--config", str(call.paths.config_file)) if config else ()
    keys = (resolve(call, name).key for name in names)
    return UserService((*_program(), *options, "auto", "--stay", *keys), call.environ, call.paths.logs / "service.log")


def find_tokens(call: Invocation, repositories: Sequence[Enrolment]) -> None:
    """Raise a Failure where a host's token is found with the variables of your shell alone."""
    from soda_tui.domain.service import environment
    from soda_tui.services.github.auth import Tokens

    given = {name: call.environ[name] for name in _GIVEN if name in call.environ}
    tokens = Tokens({**given, **environment(call.environ)}, settings_of(call, call.paths).hosts)
    for account in dict.fromkeys(key for one in repositories for key in (one.reader, one.actor)):
        if tokens.token(account) is None:
            raise Failure(Problem(ErrorCode.AUTHENTICATION, say.SERVICE_NO_TOKEN(host=account)))


def left_out(made: UserService, repositories: Sequence[Enrolment]) -> tuple[str, ...]:
    """The variables of your shell that would be used there, and that a service does not get."""
    profiles = [profile for one in repositories for profile in (one.agent, *one.profiles)]
    return made.left_out([name for profile in profiles for name in profile.environment])


def stop_file(call: Invocation) -> Path | None:
    """The file that stops all agents of this machine, where it stands."""
    path = call.paths.state / "STOP"
    return path if path.exists() else None


def _program() -> tuple[str, ...]:
    """This program as it was called: a link, as pipx makes one, stays when the program behind it is replaced."""
    called = Path(sys.argv[0]).absolute()
    return (str(called),) if called.name == _PROGRAM else (sys.executable, "-m", "soda_tui")
