"""The keys of the configuration: their types, defaults and meanings, from which checks and reference are made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_type_hints

from msgspec import Meta, Struct, structs

from soda_tui.domain.settings import LOCK_FILES, Workspace

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

# Below the top of a clone, and not in git's own folder.
_INSIDE = Meta(
    pattern=r"^(?![/~])(?!(.*/)?(\.{0,2}|(?i:\.git))(/|\Z))[^\x00-\x1f\x7f]{1,1000}\Z",
)
_PATHS = "a list of paths below the top of the clone, without .. and without / at either end"

Paths = Annotated[tuple[Annotated[str, _INSIDE], ...], Meta(max_length=100)]
LabelKey = Annotated[str, _LABEL]
LabelList = tuple[LabelKey, ...]
Words = tuple[Annotated[str, Meta(pattern=r"^[^\x00]*\Z")], ...]


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
    """How agents are started."""

    command: Annotated[
        Words,
        _is("The agent's command; {prompt} is replaced, without it the prompt comes on standard input.", _WORDS),
    ] = ()
    prompt_file: Annotated[
        str,
        Meta(pattern=r"^[^\x00]*\Z"),
        _is("A file with your own prompt; empty: the one that is built in.", "a file"),
    ] = ""


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
        _is("To how many MiB a run's log may grow; it is then cut to its last one.", "a number of MiB from 1 to 65536"),
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
