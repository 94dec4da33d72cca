"""Settings: what the configuration says, resolved for each repository."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct, field, structs

from soda_tui.domain.labels import LabelNames
from soda_tui.domain.meaning import DAYS, LABELS, MINUTES, WORDS, YES_NO, Days, LabelList, Login, Minutes, Words, means
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
        Days, means('After how many days cleanup offers to remove a parked worktree of workspace = "fresh".', DAYS)
    ] = 30
    damaged_days: Annotated[
        Days, means("After how many days cleanup offers to remove files that were damaged and put aside.", DAYS)
    ] = 90


class LandSettings(Struct, frozen=True):
    """What a pull request must have before it is merged, and how it is; whether its branch goes is GitHub's setting."""

    require_reviews: Annotated[
        int,
        Meta(ge=0, le=20),
        means("How many approvals a pull request needs, whatever GitHub asks for.", "a number from 0 to 20"),
    ] = 0
    block_labels: Annotated[
        LabelList, means("Land nothing whose issue or pull request has one of these labels.", LABELS)
    ] = ("security:review-required",)
    without_checks: Annotated[bool, means("Land pull requests that have no checks at all.", YES_NO)] = False
    strategy: Annotated[
        Literal["", "merge", "squash", "rebase"],
        means("How pull requests are merged; empty: as the repository prefers.", "merge, squash or rebase"),
    ] = ""


class AutoLand(StrEnum):
    """What is landed unattended: nothing, what a person has labelled so, or all that is ready."""

    NEVER = "never"
    LABELLED = "labelled"
    READY = "ready"


class AutoFeedback(StrEnum):
    """What becomes of pull requests that came back: nothing, a person is told, or the loop takes them up."""

    OFF = "off"
    ASK = "ask"
    AUTOMATIC = "automatic"


class AutoSettings(Struct, frozen=True):
    """What an agent may do unattended; a cap of 0 is none. Days are local ones."""

    enabled: Annotated[bool, means("Have soda-tui auto without REPO work this queue.", YES_NO)] = False
    attempts: Annotated[
        int,
        Meta(ge=1, le=20),
        means("How often an agent may try an issue before a person gets it.", "a number from 1 to 20"),
    ] = 2
    issues_per_day: Annotated[
        int,
        Meta(ge=0, le=1000),
        means("How many issues a day this machine pops unattended; 0: as many as there are.", "a number up to 1000"),
    ] = 20
    tokens_per_day: Annotated[
        int,
        Meta(ge=0, le=10**12),
        means(
            "After how many tokens a day this machine launches no agent unattended; 0: no such cap.",
            "a number of tokens",
        ),
    ] = 0
    max_work_hours: Annotated[
        float,
        Meta(ge=0.1, le=24),
        means("How many hours a day agents work unattended on this machine.", "a number of hours from 0.1 to 24"),
    ] = 8.0
    land: Annotated[
        AutoLand,
        means(
            "What is landed unattended: nothing, what a person has labelled ready_to_merge, or all that is ready.",
            "never, labelled or ready",
        ),
    ] = AutoLand.LABELLED
    feedback: Annotated[
        AutoFeedback,
        means(
            "What becomes of pull requests whose checks fail or whose review asks for changes: nothing, you are told, "
            "or the loop has an agent mend them.",
            "off, ask or automatic",
        ),
    ] = AutoFeedback.ASK
    ci_timeout: Annotated[
        Minutes,
        means("After how many minutes the loop does not wait for the checks of a pull request any more.", MINUTES),
    ] = 30.0
    profiles: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=40)], ...],
        Meta(max_length=20),
        means(
            "Which profiles take over unattended, in this order, from one that cannot be started, crashed, or is at a "
            "limit for long; empty: the repository's own.",
            "a list of names of profiles; soda-tui profiles lists them",
        ),
    ] = ()
    checkpoint_days: Annotated[
        float,
        Meta(ge=0, le=365),
        means("After how many days a loop pauses until you have looked; 0: never.", "a number of days up to 365"),
    ] = 0.0
    checkpoint_issues: Annotated[
        int,
        Meta(ge=0, le=1000),
        means("After how many issues a loop pauses until you have looked; 0: never.", "a number up to 1000"),
    ] = 0


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

    on: Annotated[
        tuple[NoticeKind, ...],
        Meta(max_length=100),
        means("What you are told of.", f"a list of these: {', '.join(NoticeKind)}"),
    ] = tuple(NoticeKind)
    toast: Annotated[bool, means("Say it on the screen.", YES_NO)] = True
    terminal: Annotated[
        TerminalNotice,
        means(
            "The terminal's own notification; auto: where the terminal is known to have one.",
            "auto, osc9, osc777 or off",
        ),
    ] = TerminalNotice.AUTO
    bell: Annotated[bool, means("Ring the terminal's bell.", YES_NO)] = False
    desktop: Annotated[
        DesktopNotice,
        means("A notification of the desktop; auto: where the terminal shows none.", "auto, on or off"),
    ] = DesktopNotice.AUTO
    command: Annotated[
        Words, means("Your own command, run for each event with its facts as JSON on standard input.", WORDS)
    ] = ()


class AccountSettings(Struct, frozen=True):
    """An account of a host besides the host's own: a command that prints its token, and whose repositories it reads."""

    token_command: tuple[str, ...]
    owners: tuple[str, ...] = ()


class HostSettings(Struct, frozen=True):
    """A GitHub host: where its API is, a command that prints a token for it, its certificates, its named accounts."""

    api_url: str | None = None
    token_command: tuple[str, ...] = ()
    certificate: str | None = None
    accounts: Mapping[str, AccountSettings] = field(default_factory=dict)


def account_key(host: str, name: str | None) -> str:
    """What stands for an account among all: HOST for the host's own, HOST/NAME for another one."""
    return f"{host.lower()}/{name}" if name else host.lower()


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
