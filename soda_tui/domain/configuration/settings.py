"""Settings: what the configuration says, resolved for each repository."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct, field, structs

from soda_tui.domain.configuration.accounts import Accounts, HostSettings, account_key
from soda_tui.domain.configuration.meaning import DAYS, LABELS, MINUTES, YES_NO, Days, LabelList, Login, Minutes, means
from soda_tui.domain.configuration.notifying import NotifySettings
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.configuration.unattended import AutoSettings, LandSettings
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import RepositoryName


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


class HandoverSettings(Struct, frozen=True):
    """What comes before work is handed over; `minutes` bound the check, a shell command, where there is one.

    With `update` the work's branch is first brought up to date with its base, where that needs nobody to decide.
    """

    check: str = ""
    minutes: float = 15.0
    update: Literal["merge", "off"] = "merge"


class PullRequestSettings(Struct, frozen=True):
    """How bottle opens pull requests; `template` puts the repository's own template below the summary."""

    draft: Annotated[bool, means("Open pull requests as drafts.", YES_NO)] = False
    reviewers: Annotated[
        tuple[Login, ...], means("Who is asked for a review.", "a list of logins, or ORGANISATION/TEAM")
    ] = ()
    labels: Annotated[LabelList, means("Labels put on pull requests.", LABELS)] = ()
    template: Annotated[bool, means("Put the repository's own template below the summary.", YES_NO)] = True


class DriftSettings(Struct, frozen=True):
    """From when on a difference counts: commits that a branch may lack of its base, hours without a commit."""

    behind: Annotated[
        int,
        Meta(ge=0, le=10000),
        means("How many commits of its base the claim's branch may lack.", "a number of commits from 0 to 10000"),
    ] = 10
    idle_hours: Annotated[
        float,
        Meta(ge=1, le=8760),
        means("How many hours a claim may go without a commit.", "a number of hours from 1 to 8760"),
    ] = 24.0


class LimitSettings(Struct, frozen=True):
    """Bounds of a run: minutes until it is ended, minutes of silence that are told, mebibytes that its log may have."""

    run_minutes: Annotated[Minutes, means("After how many minutes a run is ended; its work is kept.", MINUTES)] = 90.0
    silent_minutes: Annotated[
        Minutes, means("After how many minutes without a word a run is called silent.", MINUTES)
    ] = 10.0
    log_megabytes: Annotated[
        int,
        Meta(ge=1, le=65536),
        means("To how many MiB a run's log may grow; its oldest part is then cut.", "a number of MiB from 1 to 65536"),
    ] = 256


class RetentionSettings(Struct, frozen=True):
    """How long `cleanup` keeps the cockpit's own files: days, and mebibytes that a repository's runs may have."""

    run_days: Annotated[
        Days, means("After how many days cleanup offers to remove a run, its log and its summary.", DAYS)
    ] = 30
    run_megabytes: Annotated[
        int,
        Meta(ge=1, le=1048576),
        means("How many MiB a repository's runs may have before cleanup offers the oldest.", "a number of MiB from 1"),
    ] = 2048
    parked_days: Annotated[
        Days,
        means(
            'After how many days cleanup offers to remove a parked worktree of workspace = "fresh", '
            "and refs under refs/soda on commits that GitHub keeps.",
            DAYS,
        ),
    ] = 30
    damaged_days: Annotated[
        Days, means("After how many days cleanup offers to remove files that were damaged and put aside.", DAYS)
    ] = 90


class Enrolment(Struct, frozen=True):
    """One enrolled repository with its settings, defaults filled in; `base` is None for the default branch.

    `account` is the named one that reads it, `act_as` the one that pushes and opens pull requests; empty for the host's
    own. `agent` is the unnamed profile, `profiles` are the named ones in the order in which they are tried; `by_label`
    has those of issues with a label, which go before. `prompt_file` is the template that is named for this repository.
    """

    name: RepositoryName
    path: str
    agent_id: str = "agent001"
    base: str | None = None
    workspace: Workspace = Workspace.WORKTREE
    read_only: bool = False
    group: str | None = None
    mine: bool = False
    account: str = ""
    act_as: str = ""
    include_labels: tuple[str, ...] = ()
    exclude_labels: tuple[str, ...] = ()
    labels: LabelNames = field(default_factory=LabelNames)
    agent: Profile = Profile()
    profiles: tuple[Profile, ...] = ()
    prompt_file: str | None = None
    by_label: tuple[tuple[str, tuple[Profile, ...]], ...] = ()
    pull_request: PullRequestSettings = PullRequestSettings()
    drift: DriftSettings = DriftSettings()
    limits: LimitSettings = LimitSettings()
    setup: WorkspaceSettings = WorkspaceSettings()
    handover: HandoverSettings = HandoverSettings()
    retention: RetentionSettings = RetentionSettings()
    auto: AutoSettings = AutoSettings()
    land: LandSettings = LandSettings()

    @property
    def key(self) -> str:
        """HOST/OWNER/NAME in lower case."""
        return self.name.key

    @property
    def reader(self) -> str:
        """The key of the account that reads it."""
        return account_key(self.name.host, self.account)

    @property
    def actor(self) -> str:
        """The key of the account that pushes there and opens pull requests."""
        return account_key(self.name.host, self.act_as or self.account)

    def limits_of(self, profile: Profile) -> LimitSettings:
        """The bounds of a run with this profile, whose own go before those of the repository."""
        own = {"run_minutes": profile.run_minutes, "log_megabytes": profile.log_megabytes}
        return structs.replace(self.limits, **{name: value for name, value in own.items() if value})


class Settings(Struct, frozen=True):
    """The whole configuration; `interval` is the seconds between polls, `cockpit_name` what others see of this one.

    `share` is the part of an account's hourly points that polls may use.
    `max_agents` is how many agents may run on this machine; `profiles` are those that the person has configured.
    `pace` is what all waits are multiplied with, which only tests say.
    `leave_key` leaves an agent's terminal. `keys` are those of rebound actions by name, `ascii` says that the screen
    draws with ASCII alone.
    """

    repositories: tuple[Enrolment, ...] = ()
    hosts: Mapping[str, HostSettings] = field(default_factory=dict)
    interval: float = 30.0
    share: float = 0.3
    max_agents: int = 4
    leave_key: str = "ctrl+]"
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    log_level: str = "warning"
    cockpit_name: str | None = None
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ascii: bool = False
    notify: NotifySettings = NotifySettings()
    warnings: tuple[str, ...] = ()
    pace: float = 1.0

    @property
    def accounts(self) -> Accounts:
        """The accounts of all hosts, and which of them act where."""
        return Accounts(self.hosts, {one.key: one.act_as for one in self.repositories if one.act_as})
