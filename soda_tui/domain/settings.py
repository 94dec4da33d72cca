"""Settings: what the configuration says, resolved for each repository."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field, structs

from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.profiles import Profile
from soda_tui.domain.telling import NoticeKind


class Workspace(StrEnum):
    """Where an agent works: a worktree that is used again, a fresh one for each claim, or the user's own checkout."""

    WORKTREE = "worktree"
    FRESH = "fresh"
    CHECKOUT = "checkout"


# What package managers write; where one of these changes, what is installed is out of date.
LOCK_FILES = (
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "requirements.txt",
    "poetry.lock",
    "uv.lock",
    "Pipfile.lock",
    "Gemfile.lock",
    "composer.lock",
    "Cargo.lock",
    "go.sum",
    "mix.lock",
)


class WorkspaceSettings(Struct, frozen=True):
    """What a worktree needs before an agent can work there; all paths are relative, `minutes` bound the command.

    `command` is run by a shell, once in a worktree and again when one of the files in `when` has changed. `copy` and
    `link` are files of the user's clone that git ignores.
    """

    command: str = ""
    when: tuple[str, ...] = LOCK_FILES
    minutes: float = 15.0
    copy: tuple[str, ...] = ()
    link: tuple[str, ...] = ()


class PullRequestSettings(Struct, frozen=True):
    """How bottle opens pull requests; `template` puts the repository's own template below the summary."""

    draft: bool = False
    reviewers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    template: bool = True


class DriftSettings(Struct, frozen=True):
    """From when on a difference counts: commits that a branch may lack of its base, hours without a commit."""

    behind: int = 10
    idle_hours: float = 24.0


class LimitSettings(Struct, frozen=True):
    """Bounds of a run: minutes until it is ended, minutes of silence that are told, mebibytes that its log may have."""

    run_minutes: float = 90.0
    silent_minutes: float = 10.0
    log_megabytes: int = 256


class RetentionSettings(Struct, frozen=True):
    """How long `cleanup` keeps the cockpit's own files: days, and mebibytes that a repository's runs may have."""

    run_days: int = 30
    run_megabytes: int = 2048
    parked_days: int = 30
    damaged_days: int = 90


class TerminalNotice(StrEnum):
    """How the terminal is asked for a notification; `auto` is what it is known to understand."""

    AUTO = "auto"
    OSC9 = "osc9"
    OSC777 = "osc777"
    OFF = "off"


class DesktopNotice(StrEnum):
    """Whether the desktop is asked for a notification; `auto` is where the terminal shows none."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class NotifySettings(Struct, frozen=True):
    """What a person is told of, and by what means; `command` gets each event's facts as JSON on standard input."""

    on: tuple[NoticeKind, ...] = tuple(NoticeKind)
    toast: bool = True
    terminal: TerminalNotice = TerminalNotice.AUTO
    bell: bool = False
    desktop: DesktopNotice = DesktopNotice.AUTO
    command: tuple[str, ...] = ()


class HostSettings(Struct, frozen=True):
    """A GitHub host: where its API is, and a command that prints a token for it."""

    api_url: str | None = None
    token_command: tuple[str, ...] = ()


class Enrolment(Struct, frozen=True):
    """One enrolled repository with its settings, defaults filled in; `base` is None for the default branch.

    `agent` is the unnamed profile, `profiles` are the named ones in the order in which they are tried; `by_label` has
    those of issues with a label, which go before.
    """

    name: RepositoryName
    path: str
    agent_id: str = "agent001"
    base: str | None = None
    workspace: Workspace = Workspace.WORKTREE
    read_only: bool = False
    group: str | None = None
    mine: bool = False
    include_labels: tuple[str, ...] = ()
    exclude_labels: tuple[str, ...] = ()
    labels: LabelNames = field(default_factory=LabelNames)
    agent: Profile = Profile()
    profiles: tuple[Profile, ...] = ()
    by_label: tuple[tuple[str, tuple[Profile, ...]], ...] = ()
    pull_request: PullRequestSettings = PullRequestSettings()
    drift: DriftSettings = DriftSettings()
    limits: LimitSettings = LimitSettings()
    setup: WorkspaceSettings = WorkspaceSettings()
    retention: RetentionSettings = RetentionSettings()

    @property
    def key(self) -> str:
        """HOST/OWNER/NAME in lower case."""
        return self.name.key

    def limits_of(self, profile: Profile) -> LimitSettings:
        """The bounds of a run with this profile, whose own go before those of the repository."""
        own = {"run_minutes": profile.run_minutes, "log_megabytes": profile.log_megabytes}
        return structs.replace(self.limits, **{name: value for name, value in own.items() if value})


class Settings(Struct, frozen=True):
    """The whole configuration; `interval` is the seconds between polls, `cockpit_name` what others see of this one.

    `max_agents` is how many agents may run on this machine; `profiles` are those that the person has configured.
    `leave_key` leaves an agent's terminal. `keys` are those of rebound actions by name, `ascii` says that the screen
    draws with ASCII alone.
    """

    repositories: tuple[Enrolment, ...] = ()
    hosts: Mapping[str, HostSettings] = field(default_factory=dict)
    interval: float = 30.0
    max_agents: int = 4
    leave_key: str = "ctrl+]"
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    log_level: str = "warning"
    cockpit_name: str | None = None
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ascii: bool = False
    notify: NotifySettings = NotifySettings()
    warnings: tuple[str, ...] = ()
