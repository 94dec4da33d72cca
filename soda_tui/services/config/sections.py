"""The sections of the configuration: their keys with types, defaults and meanings."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from soda_tui.domain.configuration.meaning import LABELS, WORDS, YES_NO, LabelList, Words, means
from soda_tui.domain.configuration.notifying import NotifySettings
from soda_tui.domain.configuration.profiles import Format, Messages, Terminal
from soda_tui.domain.configuration.settings import (
    LOCK_FILES,
    DriftSettings,
    LimitSettings,
    PullRequestSettings,
    RetentionSettings,
    Workspace,
)
from soda_tui.domain.configuration.unattended import AutoSettings, LandSettings
from soda_tui.domain.labels import LabelNames
from soda_tui.services.github.auth import TOKEN_VARIABLES

_LINE = Meta(pattern=r"^[^\x00-\x1f\x7f]{0,100}\Z")
_BRANCH = Meta(pattern=r"^([^-\s\x00-\x1f\x7f][^\s\x00-\x1f\x7f]*)?\Z")
_TOKENS = "|".join(sorted(TOKEN_VARIABLES))
_PASSED = Meta(pattern=rf"^(?!({_TOKENS})\Z)(\*|[A-Za-z_][A-Za-z0-9_]*\*?)\Z")
_TOKEN = Meta(pattern=rf"^({_TOKENS})\Z")
_OWNER = Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\Z")
ACCOUNT = r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}"
_ACCOUNT = Meta(pattern=rf"^({ACCOUNT})?\Z")
_PROFILE = Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,39})?\Z")
ACCOUNT_NAME = "the name of an account of the repository's host"
PROFILE_NAME = "the name of a profile, or a list of such names; soda-tui profiles lists them"

# Below the top of a clone, and not in git's own folder.
_INSIDE = Meta(
    pattern=r"^(?![/~])(?!(.*/)?(\.{0,2}|(?i:\.git))(/|\Z))[^\x00-\x1f\x7f]{1,1000}\Z",
)
_PATHS = "a list of paths below the top of the clone, without .. and without / at either end"

Paths = Annotated[tuple[Annotated[str, _INSIDE], ...], Meta(max_length=100)]
ProfileName = Annotated[str, _PROFILE]
ProfileNames = ProfileName | Annotated[tuple[ProfileName, ...], Meta(max_length=20)]


class Defaults(Struct, frozen=True):
    """What holds for every repository that does not say otherwise."""

    agent_id: Annotated[
        str,
        Meta(pattern=r"^agent(?!000)[0-9]{3}\Z"),
        means("The agent's name, which is also its label and the first part of its branches.", "agent001 to agent999"),
    ] = "agent001"
    base: Annotated[
        str,
        _BRANCH,
        means("The branch that work starts from and returns to; empty: the default branch.", "a branch name"),
    ] = ""
    workspace: Annotated[
        Workspace,
        means(
            "Where the agent works: in one worktree for all claims, a fresh one for each, or your own checkout.",
            "worktree, fresh or checkout",
        ),
    ] = Workspace.WORKTREE
    profile: Annotated[
        ProfileNames,
        means("The agent's profile, or several in the order in which they are tried; empty: [agent].", PROFILE_NAME),
    ] = ""
    read_only: Annotated[bool, means("Show the repository, but change nothing in it.", YES_NO)] = False
    group: Annotated[
        str, _LINE, means("A name under which repositories are shown together.", "a line of at most 100 characters")
    ] = ""
    mine: Annotated[bool, means("Offer only issues that are assigned to you.", YES_NO)] = False
    act_as: Annotated[
        str,
        _ACCOUNT,
        means(
            "The account that pushes and opens pull requests, so that you can approve them; empty: the one that reads.",
            ACCOUNT_NAME,
        ),
    ] = ""
    include_labels: Annotated[LabelList, means("Offer only issues with one of these labels; empty: all.", LABELS)] = ()
    exclude_labels: Annotated[LabelList, means("Offer no issue with one of these labels.", LABELS)] = ()
    setup: Annotated[
        str,
        Meta(pattern=r"^[^\x00]*\Z"),
        means("A shell command run in a worktree before its first agent, its output in the run's log.", "a command"),
    ] = ""
    setup_when: Annotated[
        Paths, means("Files of the worktree; when one has changed, the set-up is run again.", _PATHS)
    ] = LOCK_FILES
    setup_minutes: Annotated[
        float,
        Meta(ge=0.1, le=1440),
        means(
            "After how many minutes the set-up is ended, and the run with it.", "a number of minutes from 0.1 to 1440"
        ),
    ] = 15.0
    check: Annotated[
        str,
        Meta(pattern=r"^[^\x00]*\Z"),
        means("A shell command run in the worktree before bottle pushes; where it fails, nothing is.", "a command"),
    ] = ""
    check_minutes: Annotated[
        float,
        Meta(ge=0.1, le=1440),
        means("After how many minutes the check is ended, and has failed.", "a number of minutes from 0.1 to 1440"),
    ] = 15.0
    update: Annotated[
        Literal["merge", "off"],
        means("Whether bottle first merges what is new on the base into the work's branch.", "merge or off"),
    ] = "merge"
    copy: Annotated[
        Paths, means("Files that git ignores and that are copied from your clone into the worktree.", _PATHS)
    ] = ()
    link: Annotated[
        Paths, means("Files or folders that git ignores and that the worktree links to in your clone.", _PATHS)
    ] = ()


class Agent(Struct, frozen=True):
    """How agents are started and read: the unnamed profile, and with the same keys every `[profile.NAME]`."""

    like: Annotated[
        str,
        _PROFILE,
        means(
            "A built-in profile that holds where nothing is said; empty: that of the program's or the profile's name.",
            "the name of a built-in profile",
        ),
    ] = ""
    command: Annotated[
        Words,
        means(
            "The agent's command; {prompt} is replaced by the prompt, {prompt_path} by a file with it,"
            " without either it comes on standard input.",
            WORDS,
        ),
    ] = ()
    prompt_file: Annotated[
        str,
        Meta(pattern=r"^[^\x00]*\Z"),
        means("A file with your own prompt; empty: the one that is built in.", "a file"),
    ] = ""
    format: Annotated[
        Format,
        means("What the agent writes.", "claude, codex, gemini, opencode, aider, copilot or text"),
    ] = "text"
    terminal: Annotated[Terminal, means("What the agent writes to.", "pipe or pty")] = Terminal.PIPE
    environment: Annotated[
        tuple[Annotated[str, _PASSED], ...],
        means(
            "Variables that the agent gets besides the usual ones and those of the built-in profile; NAME* stands for"
            " all that begin so.",
            "a list of names of variables; the cockpit's tokens stand under secrets",
        ),
    ] = ()
    secrets: Annotated[
        tuple[Annotated[str, _TOKEN], ...],
        means("Variables with the cockpit's own token that the agent gets.", f"a list of {_TOKENS.replace('|', ', ')}"),
    ] = ()
    resume: Annotated[
        Words, means("The command that goes on with a conversation, {session}, unattended; empty: it cannot.", WORDS)
    ] = ()
    interactive: Annotated[
        Words, means("The command that goes on with a conversation, {session}, with you; empty: it cannot.", WORDS)
    ] = ()
    message: Annotated[
        Messages, means("How a running agent can be told something more.", "none, stdin or stream-json")
    ] = Messages.NONE
    version: Annotated[Words, means("The command that prints the program's version.", WORDS)] = ()
    run_minutes: Annotated[
        float,
        Meta(ge=0, le=10080),
        means("As in [limits], for this profile; 0: what stands there.", "a number of minutes up to 10080"),
    ] = 0.0
    log_megabytes: Annotated[
        int,
        Meta(ge=0, le=65536),
        means("As in [limits], for this profile; 0: what stands there.", "a number of MiB up to 65536"),
    ] = 0


class Cockpit(Struct, frozen=True):
    """The cockpit itself."""

    interval: Annotated[
        float,
        Meta(ge=5, le=3600),
        means(
            "Seconds between two looks at GitHub; more for more than 25 repositories, and where points are scarce.",
            "a number of seconds from 5 to 3600",
        ),
    ] = 30.0
    api_share: Annotated[
        int,
        Meta(ge=1, le=100),
        means(
            "Percent of the hourly API points of an account that looking at GitHub may use.", "a number from 1 to 100"
        ),
    ] = 30
    max_agents: Annotated[
        int,
        Meta(ge=1, le=1000),
        means("How many agents may run on this machine at the same time.", "a number from 1 to 1000"),
    ] = 4
    leave_key: Annotated[
        str,
        # Those left out are Backspace, Tab, and Enter.
        Meta(pattern=r"^ctrl\+[a-gkln-z\]\\^_]\Z"),
        means("The key that leaves an agent's terminal.", "ctrl+ and a letter but h, i, j, m, or ], ^, _, \\"),
    ] = "ctrl+]"
    name: Annotated[
        str,
        _LINE,
        means("What other cockpits see of this one; empty: its random identity.", "a line of at most 100 characters"),
    ] = ""
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        means("How much the program's own log says.", "debug, info, warning or error"),
    ] = "warning"
    ascii: Annotated[bool, means("Draw the screen with ASCII alone, for terminals and fonts without more.", YES_NO)] = (
        False
    )


class Host(Struct, frozen=True):
    """A GitHub host."""

    api_url: Annotated[
        str,
        # A token goes there, which must not cross a network in the clear.
        Meta(pattern=r"^(https://[^\s@]+|http://(localhost|127\.0\.0\.1|\[::1\])([:/][^\s@]*)?)?\Z"),
        means(
            "Where the host's API is; empty: where GitHub has it.",
            "an address that begins with https://, or with http:// on this machine",
        ),
    ] = ""
    token_command: Annotated[Words, means("A command that prints a token for the host.", WORDS)] = ()
    certificate: Annotated[
        str,
        Meta(pattern=r"^[^\x00]*\Z"),
        means("A file with the certificates that are trusted there, in PEM; empty: those of the system.", "a file"),
    ] = ""


class Account(Struct, frozen=True):
    """An account of a host besides the host's own."""

    token_command: Annotated[Words, means("A command that prints the account's token; it must be said.", WORDS)] = ()
    owners: Annotated[
        tuple[Annotated[str, _OWNER], ...],
        Meta(max_length=100),
        means("Whose repositories are read with it; none: it only acts, where act_as names it.", "a list of owners"),
    ] = ()


SECTIONS: dict[str, type[Struct]] = {
    "defaults": Defaults,
    "labels": LabelNames,
    "agent": Agent,
    "pull_request": PullRequestSettings,
    "drift": DriftSettings,
    "limits": LimitSettings,
    "retention": RetentionSettings,
    "auto": AutoSettings,
    "land": LandSettings,
    "notify": NotifySettings,
    "cockpit": Cockpit,
}
PARTS = ("labels", "agent", "pull_request", "drift", "limits", "retention", "auto", "land")
