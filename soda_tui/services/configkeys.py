"""The keys of the configuration: their types, defaults and meanings, from which checks and reference are made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_type_hints

from msgspec import Meta, Struct, structs

from soda_tui.domain.profiles import Format, Messages, Terminal
from soda_tui.domain.settings import LOCK_FILES, DesktopNotice, TerminalNotice, Workspace
from soda_tui.domain.telling import NoticeKind
from soda_tui.services.github.auth import TOKEN_VARIABLES

PREFIX = "SODA_TUI_"


def _is(meaning: str, right: str) -> Meta:
    """What a key means, and what would be a right value, said after `should be`."""
    return Meta(description=meaning, extra={"right": right})


_LABEL = Meta(pattern=r"^[^\x00-\x1f\x7f]{1,50}\Z")
_LINE = Meta(pattern=r"^[^\x00-\x1f\x7f]{0,100}\Z")
_BRANCH = Meta(pattern=r"^([^-\s\x00-\x1f\x7f][^\s\x00-\x1f\x7f]*)?\Z")
_LABELS = "a list of label names, each of 1 to 50 characters"
_LABEL_NAME = "a label name of 1 to 50 characters"
_LOGIN = Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_/-]{0,99}\Z")
_YES_NO = "true or false"
_WORDS = "a list of texts, the program first"
_DAYS = "a number of days from 1 to 36500"
_TOKENS = "|".join(sorted(TOKEN_VARIABLES))
_PASSED = Meta(pattern=rf"^(?!({_TOKENS})\Z)(\*|[A-Za-z_][A-Za-z0-9_]*\*?)\Z")
_TOKEN = Meta(pattern=rf"^({_TOKENS})\Z")
_PROFILE = Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,39})?\Z")
PROFILE_NAME = "the name of a profile, or a list of such names; soda-tui profiles lists them"

# Below the top of a clone, and not in git's own folder.
_INSIDE = Meta(
    pattern=r"^(?![/~])(?!(.*/)?(\.{0,2}|(?i:\.git))(/|\Z))[^\x00-\x1f\x7f]{1,1000}\Z",
)
_PATHS = "a list of paths below the top of the clone, without .. and without / at either end"

Paths = Annotated[tuple[Annotated[str, _INSIDE], ...], Meta(max_length=100)]
LabelKey = Annotated[str, _LABEL]
LabelList = tuple[LabelKey, ...]
Words = tuple[Annotated[str, Meta(pattern=r"^[^\x00]*\Z")], ...]
ProfileName = Annotated[str, _PROFILE]
ProfileNames = ProfileName | Annotated[tuple[ProfileName, ...], Meta(max_length=20)]


class Defaults(Struct, frozen=True):
    """What holds for every repository that does not say otherwise."""

    agent_id: Annotated[
        str,
        Meta(pattern=r"^agent(?!000)[0-9]{3}\Z"),
        _is("The agent's name, which is also its label and the first part of its branches.", "agent001 to agent999"),
    ] = "agent001"
    base: Annotated[
        str,
        _BRANCH,
        _is("The branch that work starts from and returns to; empty: the default branch.", "a branch name"),
    ] = ""
    workspace: Annotated[
        Workspace,
        _is(
            "Where the agent works: in one worktree for all claims, a fresh one for each, or your own checkout.",
            "worktree, fresh or checkout",
        ),
    ] = Workspace.WORKTREE
    profile: Annotated[
        ProfileNames,
        _is("The agent's profile, or several in the order in which they are tried; empty: [agent].", PROFILE_NAME),
    ] = ""
    read_only: Annotated[bool, _is("Show the repository, but change nothing in it.", _YES_NO)] = False
    group: Annotated[
        str, _LINE, _is("A name under which repositories are shown together.", "a line of at most 100 characters")
    ] = ""
    mine: Annotated[bool, _is("Offer only issues that are assigned to you.", _YES_NO)] = False
    include_labels: Annotated[LabelList, _is("Offer only issues with one of these labels; empty: all.", _LABELS)] = ()
    exclude_labels: Annotated[LabelList, _is("Offer no issue with one of these labels.", _LABELS)] = ()
    setup: Annotated[
        str,
        Meta(pattern=r"^[^\x00]*\Z"),
        _is("A shell command run in a worktree before its first agent, its output in the run's log.", "a command"),
    ] = ""
    setup_when: Annotated[
        Paths, _is("Files of the worktree; when one has changed, the set-up is run again.", _PATHS)
    ] = LOCK_FILES
    setup_minutes: Annotated[
        float,
        Meta(ge=0.1, le=1440),
        _is("After how many minutes the set-up is ended, and the run with it.", "a number of minutes from 0.1 to 1440"),
    ] = 15.0
    copy: Annotated[
        Paths, _is("Files that git ignores and that are copied from your clone into the worktree.", _PATHS)
    ] = ()
    link: Annotated[
        Paths, _is("Files or folders that git ignores and that the worktree links to in your clone.", _PATHS)
    ] = ()


class Labels(Struct, frozen=True):
    """The names of the labels that route issues and give them priority."""

    ready: Annotated[LabelKey, _is("An agent may take the issue.", _LABEL_NAME)] = "route:ready"
    unblocker: Annotated[LabelKey, _is("The issue comes before all others.", _LABEL_NAME)] = "route:unblocker"
    review: Annotated[LabelKey, _is("The work waits for a review.", _LABEL_NAME)] = "route:review"
    ready_to_merge: Annotated[LabelKey, _is("The work can be landed.", _LABEL_NAME)] = "route:ready_to_merge"
    human_only: Annotated[LabelKey, _is("Agents leave the issue to people.", _LABEL_NAME)] = "route:human-only"
    blocked: Annotated[LabelKey, _is("The issue waits for something else.", _LABEL_NAME)] = "route:blocked"
    priority_low: Annotated[LabelKey, _is("Priority 1.", _LABEL_NAME)] = "route:priority-low"
    priority_medium: Annotated[LabelKey, _is("Priority 2.", _LABEL_NAME)] = "route:priority-medium"
    priority_high: Annotated[LabelKey, _is("Priority 3.", _LABEL_NAME)] = "route:priority-high"
    priority_very_high: Annotated[LabelKey, _is("Priority 4.", _LABEL_NAME)] = "route:priority-very-high"


class Agent(Struct, frozen=True):
    """How agents are started and read: the unnamed profile, and with the same keys every `[profile.NAME]`."""

    like: Annotated[
        str,
        _PROFILE,
        _is(
            "A built-in profile that holds where nothing is said; empty: that of the program's or the profile's name.",
            "the name of a built-in profile",
        ),
    ] = ""
    command: Annotated[
        Words,
        _is(
            "The agent's command; {prompt} is replaced by the prompt, {prompt_path} by a file with it,"
            " without either it comes on standard input.",
            _WORDS,
        ),
    ] = ()
    prompt_file: Annotated[
        str,
        Meta(pattern=r"^[^\x00]*\Z"),
        _is("A file with your own prompt; empty: the one that is built in.", "a file"),
    ] = ""
    format: Annotated[
        Format,
        _is("What the agent writes.", "claude, codex, gemini, opencode, aider, copilot or text"),
    ] = "text"
    terminal: Annotated[Terminal, _is("What the agent writes to.", "pipe or pty")] = Terminal.PIPE
    environment: Annotated[
        tuple[Annotated[str, _PASSED], ...],
        _is(
            "Variables that the agent gets besides the usual ones; NAME* stands for all that begin so.",
            "a list of names of variables; the cockpit's tokens stand under secrets",
        ),
    ] = ()
    secrets: Annotated[
        tuple[Annotated[str, _TOKEN], ...],
        _is("Variables with the cockpit's own token that the agent gets.", f"a list of {_TOKENS.replace('|', ', ')}"),
    ] = ()
    resume: Annotated[
        Words, _is("The command that goes on with a conversation, {session}, unattended; empty: it cannot.", _WORDS)
    ] = ()
    interactive: Annotated[
        Words, _is("The command that goes on with a conversation, {session}, with you; empty: it cannot.", _WORDS)
    ] = ()
    message: Annotated[
        Messages, _is("How a running agent can be told something more.", "none, stdin or stream-json")
    ] = Messages.NONE
    version: Annotated[Words, _is("The command that prints the program's version.", _WORDS)] = ()
    run_minutes: Annotated[
        float,
        Meta(ge=0, le=10080),
        _is("As in [limits], for this profile; 0: what stands there.", "a number of minutes up to 10080"),
    ] = 0.0
    log_megabytes: Annotated[
        int,
        Meta(ge=0, le=65536),
        _is("As in [limits], for this profile; 0: what stands there.", "a number of MiB up to 65536"),
    ] = 0


class PullRequest(Struct, frozen=True):
    """How bottle opens pull requests."""

    draft: Annotated[bool, _is("Open pull requests as drafts.", _YES_NO)] = False
    reviewers: Annotated[
        tuple[Annotated[str, _LOGIN], ...],
        _is("Who is asked for a review.", "a list of logins, or ORGANISATION/TEAM"),
    ] = ()
    labels: Annotated[LabelList, _is("Labels put on pull requests.", _LABELS)] = ()
    template: Annotated[bool, _is("Put the repository's own template below the summary.", _YES_NO)] = True


class Drift(Struct, frozen=True):
    """From when on a difference is called drift."""

    behind: Annotated[
        int,
        Meta(ge=0, le=10000),
        _is("How many commits of its base the claim's branch may lack.", "a number of commits from 0 to 10000"),
    ] = 10
    idle_hours: Annotated[
        float,
        Meta(ge=1, le=8760),
        _is("How many hours a claim may go without a commit.", "a number of hours from 1 to 8760"),
    ] = 24.0


class Limits(Struct, frozen=True):
    """The bounds of a run."""

    run_minutes: Annotated[
        float,
        Meta(ge=1, le=10080),
        _is("After how many minutes a run is ended; its work is kept.", "a number of minutes from 1 to 10080"),
    ] = 90.0
    silent_minutes: Annotated[
        float,
        Meta(ge=1, le=10080),
        _is("After how many minutes without a word a run is called silent.", "a number of minutes from 1 to 10080"),
    ] = 10.0
    log_megabytes: Annotated[
        int,
        Meta(ge=1, le=65536),
        _is("To how many MiB a run's log may grow; its oldest part is then cut.", "a number of MiB from 1 to 65536"),
    ] = 256


class Retention(Struct, frozen=True):
    """How long the cockpit's own files are kept by cleanup."""

    run_days: Annotated[
        int,
        Meta(ge=1, le=36500),
        _is("After how many days cleanup offers to remove a run, its log and its summary.", _DAYS),
    ] = 30
    run_megabytes: Annotated[
        int,
        Meta(ge=1, le=1048576),
        _is("How many MiB a repository's runs may have before cleanup offers the oldest.", "a number of MiB from 1"),
    ] = 2048
    parked_days: Annotated[
        int,
        Meta(ge=1, le=36500),
        _is('After how many days cleanup offers to remove a parked worktree of workspace = "fresh".', _DAYS),
    ] = 30
    damaged_days: Annotated[
        int,
        Meta(ge=1, le=36500),
        _is("After how many days cleanup offers to remove files that were damaged and put aside.", _DAYS),
    ] = 90


class Cockpit(Struct, frozen=True):
    """The cockpit itself."""

    interval: Annotated[
        float,
        Meta(ge=5, le=3600),
        _is("Seconds between two looks at GitHub.", "a number of seconds from 5 to 3600"),
    ] = 30.0
    max_agents: Annotated[
        int,
        Meta(ge=1, le=1000),
        _is("How many agents may run on this machine at the same time.", "a number from 1 to 1000"),
    ] = 4
    leave_key: Annotated[
        str,
        Meta(pattern=r"^ctrl\+[a-z\]\\^_]\Z"),
        _is("The key that leaves an agent's terminal.", "ctrl+ and a letter, ], ^, _ or \\"),
    ] = "ctrl+]"
    name: Annotated[
        str,
        _LINE,
        _is("What other cockpits see of this one; empty: its random identity.", "a line of at most 100 characters"),
    ] = ""
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        _is("How much the program's own log says.", "debug, info, warning or error"),
    ] = "warning"
    ascii: Annotated[bool, _is("Draw the screen with ASCII alone, for terminals and fonts without more.", _YES_NO)] = (
        False
    )


class Notify(Struct, frozen=True):
    """How a person is told of what happens."""

    on: Annotated[
        tuple[NoticeKind, ...],
        Meta(max_length=100),
        _is("What you are told of.", f"a list of these: {', '.join(NoticeKind)}"),
    ] = tuple(NoticeKind)
    toast: Annotated[bool, _is("Say it on the screen.", _YES_NO)] = True
    terminal: Annotated[
        TerminalNotice,
        _is(
            "The terminal's own notification; auto: where the terminal is known to have one.",
            "auto, osc9, osc777 or off",
        ),
    ] = TerminalNotice.AUTO
    bell: Annotated[bool, _is("Ring the terminal's bell.", _YES_NO)] = False
    desktop: Annotated[
        DesktopNotice,
        _is("A notification of the desktop; auto: where the terminal shows none.", "auto, on or off"),
    ] = DesktopNotice.AUTO
    command: Annotated[
        Words, _is("Your own command, run for each event with its facts as JSON on standard input.", _WORDS)
    ] = ()


class Host(Struct, frozen=True):
    """A GitHub host."""

    api_url: Annotated[
        str,
        # A token goes there, which must not cross a network in the clear.
        Meta(pattern=r"^(https://[^\s@]+|http://(localhost|127\.0\.0\.1|\[::1\])([:/][^\s@]*)?)?\Z"),
        _is(
            "Where the host's API is; empty: where GitHub has it.",
            "an address that begins with https://, or with http:// on this machine",
        ),
    ] = ""
    token_command: Annotated[Words, _is("A command that prints a token for the host.", _WORDS)] = ()


SECTIONS: dict[str, type[Struct]] = {
    "defaults": Defaults,
    "labels": Labels,
    "agent": Agent,
    "pull_request": PullRequest,
    "drift": Drift,
    "limits": Limits,
    "retention": Retention,
    "notify": Notify,
    "cockpit": Cockpit,
}
PARTS = ("labels", "agent", "pull_request", "drift", "limits", "retention")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a section: `right` says what it may be, `environment` names its variable where it has one.

    `repository` is true where `[[repository]]` may say it too, there or in a part of the same name.
    """

    section: str
    name: str
    default: object
    meaning: str
    right: str
    environment: str | None
    repository: bool


@cache
def keys(section: str, table: type[Struct]) -> tuple[Key, ...]:
    """The keys of a section, in the order in which they are documented."""
    hints = get_type_hints(table, include_extras=True)
    return tuple(_key(section, field, hints[field.name].__metadata__) for field in structs.fields(table))


def _key(section: str, field: structs.FieldInfo, metadata: tuple[Any, ...]) -> Key:
    notes = [note for note in metadata if note.extra]
    scalar = not isinstance(field.default, tuple) and section in SECTIONS
    return Key(
        section,
        field.name,
        field.default,
        notes[0].description,
        notes[0].extra["right"],
        f"{PREFIX}{section}__{field.name}".upper() if scalar else None,
        section == "defaults" or section in PARTS,
    )


def reference() -> tuple[Key, ...]:
    """Every key of the configuration, for the documentation."""
    named: list[tuple[str, type[Struct]]] = [*SECTIONS.items(), ('hosts."HOST"', Host)]
    return tuple(key for section, table in named for key in keys(section, table))
