"""The checks of this machine: its configuration, its programs and folders, its hosts and tokens."""

from __future__ import annotations

from collections.abc import Mapping

from soda_tui.domain.health.finding import CRITICAL, MINOR, MODERATE, Check, check

OF_MACHINE: Mapping[str, Check] = {
    # --- the configuration
    "config.broken": check(CRITICAL, "{problem}", "Correct {file}"),
    "config.remark": check(MODERATE, "{remark}", "Correct or remove it"),
    "config.exposed": check(
        MODERATE,
        "Other users of this machine may write {file}, and the commands in it are run as you.",
        "chmod go-w {file}",
    ),
    "config.empty": check(
        CRITICAL, "No repository is enrolled, so there is nothing to work on.", "soda-tui enroll PATH"
    ),
    # --- git
    "git.missing": check(
        CRITICAL,
        "There is no git program that answers, so nothing can be done in any clone.",
        "Install git 2.31 or newer",
    ),
    "git.old": check(
        CRITICAL,
        "git {version} is too old: it cannot take settings that are not to be seen, so nothing is done with it.",
        "Install git 2.31 or newer",
    ),
    # --- this machine
    "disk.full": check(
        CRITICAL,
        "The disk of {folder} has {free} left: runs, claims and worktrees cannot be kept there.",
        "Make room on the disk of {folder}",
    ),
    "disk.low": check(
        MODERATE,
        "The disk of {folder} has {free} left, which one run's log or worktree may take.",
        "Make room on the disk of {folder}",
    ),
    "disk.files": check(
        CRITICAL,
        "On the disk of {folder} only {files:file} can still be made, though there may be room.",
        "Remove files on the disk of {folder}",
    ),
    "disk.used": check(
        MINOR, "The cockpit's own files in {folder} take {used}, most of it logs of runs.", "soda-tui cleanup REPO"
    ),
    "state.unusable": check(
        CRITICAL,
        "The folder {folder} cannot be written ({reason}), so no claim, run or lock can be kept.",
        "Make {folder} writable for you",
    ),
    "state.exposed": check(
        MODERATE,
        "Other users of this machine may write into {folder}, which decides which claims and runs are yours.",
        "chmod -R go-w {folder}",
    ),
    "state.identity": check(CRITICAL, "{problem}", "Put the file back from a backup, or delete it"),
    "state.journal": check(
        MODERATE,
        "The journal cannot be used ({problem}): what was broken off half-way cannot be told.",
        "Start soda-tui once: it puts the file aside and reads the acts back from the ledgers",
    ),
    "state.damaged": check(
        MODERATE, "The file {file} is damaged: what it remembered counts as never said.", "rm {file}"
    ),
    "state.unreadable": check(
        MODERATE,
        "The file {file} cannot be read ({reason}), so what it remembers is not known.",
        "Make {file} readable for you",
    ),
    "state.aside": check(
        MINOR,
        "{count:file} of the cockpit were damaged once and put aside, {file} among them; nothing needs them.",
        "rm {file}",
    ),
    "state.locked": check(
        MODERATE,
        "The process {pid} {what} since {minutes:minute}; whoever wants the same waits for it.",
        "kill {pid}, if it hangs",
    ),
    "stop.standing": check(
        CRITICAL, "The STOP file {file} stands: no agent may run on this machine.", "soda-tui resume"
    ),
    "terminal.dumb": check(
        MODERATE,
        "The terminal is of the kind {kind}, on which no screen can be drawn.",
        "Set TERM to what the terminal is, as in xterm-256color",
    ),
    "terminal.letters": check(
        MODERATE,
        "The terminal's letters are {encoding}, so frames and signs of the screen cannot be drawn as they are meant.",
        "Set LANG=C.UTF-8, or cockpit.ascii = true in the configuration",
    ),
    "terminal.small": check(
        MINOR,
        "The terminal has {columns} columns and {lines} lines; the screen needs 80 and 24.",
        "Make the window larger",
    ),
    # --- a host and its token
    "host.unreachable": check(CRITICAL, "{problem}", "Check the network, then run soda-tui doctor again"),
    "host.address": check(
        CRITICAL, "{problem}", "Correct api_url or certificate of {host} in the configuration, or GITHUB_API_URL"
    ),
    "host.older": check(
        MINOR,
        "{host} runs an older GitHub, which does not tell {features}; all else works.",
        "Nothing has to be done: once the server is brought up to date, they are shown within a day",
    ),
    "token.missing": check(CRITICAL, "{problem}", "gh auth login --hostname {host}"),
    "token.unusable": check(CRITICAL, "{problem}", "Set the token again, or correct token_command of {host}"),
    "token.refused": check(CRITICAL, "{problem}", "gh auth login --hostname {host}"),
    "token.scope": check(
        CRITICAL,
        "The token for {host} lacks the scope repo, so it may neither see private repositories nor change anything.",
        "gh auth refresh --hostname {hostname} --scopes repo",
    ),
    "token.public": check(
        MODERATE,
        "The token for {host} has the scope public_repo and not repo: private repositories are closed to it.",
        "gh auth refresh --hostname {hostname} --scopes repo",
    ),
    "token.workflow": check(
        MINOR,
        "The token for {host} lacks the scope workflow: work that changes .github/workflows cannot be handed over.",
        "gh auth refresh --hostname {hostname} --scopes workflow",
    ),
    "token.organisation": check(
        MODERATE,
        "The token for {host} lacks the scope read:org, so the teams of pull_request.reviewers cannot be asked.",
        "gh auth refresh --hostname {hostname} --scopes read:org",
    ),
    "token.broad": check(
        MINOR,
        "The token for {host} may do more than the cockpit ever needs: {scopes}.",
        "Make a token without these scopes",
    ),
    "token.expiring": check(
        MODERATE,
        "The token for {host} {expires}; from then on nothing can be read or changed there.",
        "Make a new token before that",
    ),
    "token.sso": check(CRITICAL, "{problem}", "Authorise the token for single sign-on"),
    "limit.spent": check(
        CRITICAL,
        "The hourly budget of {login} on {host} is used up: nothing is asked before {until}.",
        "Wait until {until}",
    ),
    "limit.slow": check(CRITICAL, "{problem}", "Wait until {until}"),
    "limit.low": check(
        MODERATE,
        "Only {remaining} of {limit} API points are left to {login} on {host} until {until}.",
        "Raise cockpit.interval, or find what else uses the account",
    ),
    "clock.skew": check(
        MODERATE,
        "This machine's clock is {seconds:second} {which} that of {host}: ages, limits and waits are wrong by that.",
        "Set the clock, as in: sudo timedatectl set-ntp true",
    ),
}
