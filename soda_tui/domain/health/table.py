"""The checks: how much each finding matters, the sentence that says it, and the one thing that mends it.

Critical is what stops work, of one repository at least; all else only makes it worse or may stop it one day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from soda_tui.domain.codes import Severity
from soda_tui.domain.health.finding import Finding
from soda_tui.domain.sentences import Sentence

_MINOR, _MODERATE, _CRITICAL = Severity.MINOR, Severity.MODERATE, Severity.CRITICAL


class Check(NamedTuple):
    """How much a finding matters, its sentence, and its remedy."""

    severity: Severity
    says: Sentence
    remedy: Sentence


def _check(severity: Severity, says: str, remedy: str) -> Check:
    return Check(severity, Sentence(says), Sentence(remedy))


# What is not there for us where an older server's schema lacks a field.
FEATURES: Mapping[str, str] = {
    "autoMergeRequest": "whether auto-merge is on",
    "isMergeQueueEnabled": "whether there is a merge queue",
    "issueDependenciesSummary": "which issues wait for others",
    "mergeQueueEntry": "whether there is a merge queue",
    "rulesets": "which rules hold for branches",
    "subIssuesSummary": "how far sub-issues are",
}

CHECKS: Mapping[str, Check] = {
    # --- the configuration
    "config.broken": _check(_CRITICAL, "{problem}", "Correct {file}"),
    "config.remark": _check(_MODERATE, "{remark}", "Correct or remove it"),
    "config.exposed": _check(
        _MODERATE,
        "Other users of this machine may write {file}, and the commands in it are run as you.",
        "chmod go-w {file}",
    ),
    "config.empty": _check(
        _CRITICAL, "No repository is enrolled, so there is nothing to work on.", "soda-tui enroll PATH"
    ),
    # --- git
    "git.missing": _check(
        _CRITICAL,
        "There is no git program that answers, so nothing can be done in any clone.",
        "Install git 2.31 or newer",
    ),
    "git.old": _check(
        _CRITICAL,
        "git {version} is too old: it cannot take settings that are not to be seen, so nothing is done with it.",
        "Install git 2.31 or newer",
    ),
    # --- this machine
    "disk.full": _check(
        _CRITICAL,
        "The disk of {folder} has {free} left: runs, claims and worktrees cannot be kept there.",
        "Make room on the disk of {folder}",
    ),
    "disk.low": _check(
        _MODERATE,
        "The disk of {folder} has {free} left, which one run's log or worktree may take.",
        "Make room on the disk of {folder}",
    ),
    "disk.files": _check(
        _CRITICAL,
        "On the disk of {folder} only {files:file} can still be made, though there may be room.",
        "Remove files on the disk of {folder}",
    ),
    "disk.used": _check(
        _MINOR, "The cockpit's own files in {folder} take {used}, most of it logs of runs.", "soda-tui cleanup REPO"
    ),
    "state.unusable": _check(
        _CRITICAL,
        "The folder {folder} cannot be written ({reason}), so no claim, run or lock can be kept.",
        "Make {folder} writable for you",
    ),
    "state.exposed": _check(
        _MODERATE,
        "Other users of this machine may write into {folder}, which decides which claims and runs are yours.",
        "chmod -R go-w {folder}",
    ),
    "state.identity": _check(_CRITICAL, "{problem}", "Put the file back from a backup, or delete it"),
    "state.journal": _check(
        _MODERATE,
        "The journal cannot be used ({problem}): what was broken off half-way cannot be told.",
        "Start soda-tui once: it puts the file aside and reads the acts back from the ledgers",
    ),
    "state.damaged": _check(
        _MODERATE, "The file {file} is damaged: what it remembered counts as never said.", "rm {file}"
    ),
    "state.unreadable": _check(
        _MODERATE,
        "The file {file} cannot be read ({reason}), so what it remembers is not known.",
        "Make {file} readable for you",
    ),
    "state.aside": _check(
        _MINOR,
        "{count:file} of the cockpit were damaged once and put aside, {file} among them; nothing needs them.",
        "rm {file}",
    ),
    "state.locked": _check(
        _MODERATE,
        "The process {pid} {what} since {minutes:minute}; whoever wants the same waits for it.",
        "kill {pid}, if it hangs",
    ),
    "stop.standing": _check(
        _CRITICAL, "The STOP file {file} stands: no agent may run on this machine.", "soda-tui resume"
    ),
    "terminal.dumb": _check(
        _MODERATE,
        "The terminal is of the kind {kind}, on which no screen can be drawn.",
        "Set TERM to what the terminal is, as in xterm-256color",
    ),
    "terminal.letters": _check(
        _MODERATE,
        "The terminal's letters are {encoding}, so frames and signs of the screen cannot be drawn as they are meant.",
        "Set LANG=C.UTF-8, or cockpit.ascii = true in the configuration",
    ),
    "terminal.small": _check(
        _MINOR,
        "The terminal has {columns} columns and {lines} lines; the screen needs 80 and 24.",
        "Make the window larger",
    ),
    # --- a host and its token
    "host.unreachable": _check(_CRITICAL, "{problem}", "Check the network, then run soda-tui doctor again"),
    "host.address": _check(
        _CRITICAL, "{problem}", "Correct api_url or certificate of {host} in the configuration, or GITHUB_API_URL"
    ),
    "host.older": _check(
        _MINOR,
        "{host} runs an older GitHub, which does not tell {features}; all else works.",
        "Nothing has to be done: once the server is brought up to date, they are shown within a day",
    ),
    "token.missing": _check(_CRITICAL, "{problem}", "gh auth login --hostname {host}"),
    "token.unusable": _check(_CRITICAL, "{problem}", "Set the token again, or correct token_command of {host}"),
    "token.refused": _check(_CRITICAL, "{problem}", "gh auth login --hostname {host}"),
    "token.scope": _check(
        _CRITICAL,
        "The token for {host} lacks the scope repo, so it may neither see private repositories nor change anything.",
        "gh auth refresh --hostname {hostname} --scopes repo",
    ),
    "token.public": _check(
        _MODERATE,
        "The token for {host} has the scope public_repo and not repo: private repositories are closed to it.",
        "gh auth refresh --hostname {hostname} --scopes repo",
    ),
    "token.workflow": _check(
        _MINOR,
        "The token for {host} lacks the scope workflow: work that changes .github/workflows cannot be handed over.",
        "gh auth refresh --hostname {hostname} --scopes workflow",
    ),
    "token.organisation": _check(
        _MODERATE,
        "The token for {host} lacks the scope read:org, so the teams of pull_request.reviewers cannot be asked.",
        "gh auth refresh --hostname {hostname} --scopes read:org",
    ),
    "token.broad": _check(
        _MINOR,
        "The token for {host} may do more than the cockpit ever needs: {scopes}.",
        "Make a token without these scopes",
    ),
    "token.expiring": _check(
        _MODERATE,
        "The token for {host} expires on {day}; from then on nothing can be read or changed there.",
        "Make a new token before {day}",
    ),
    "token.sso": _check(_CRITICAL, "{problem}", "Authorise the token for single sign-on"),
    "limit.spent": _check(
        _CRITICAL,
        "The hourly budget of {login} on {host} is used up: nothing is asked before {until}.",
        "Wait until {until}",
    ),
    "limit.low": _check(
        _MODERATE,
        "Only {remaining} of {limit} API points are left to {login} on {host} until {until}.",
        "Raise cockpit.interval, or find what else uses the account",
    ),
    "clock.skew": _check(
        _MODERATE,
        "This machine's clock is {seconds:second} {which} that of {host}: ages, limits and waits are wrong by that.",
        "Set the clock, as in: sudo timedatectl set-ntp true",
    ),
    # --- a repository on GitHub
    "repository.unread": _check(_CRITICAL, "{problem}", "Check the name, and that the token may see it"),
    "repository.unknown": _check(_MODERATE, "{problem}", "Run soda-tui doctor again later"),
    "repository.renamed": _check(
        _MINOR, "{repository} is called {now} on GitHub now.", "soda-tui unenroll {repository}; soda-tui enroll {path}"
    ),
    "repository.archived": _check(
        _CRITICAL,
        "{repository} is archived: nothing can be claimed or handed over.",
        "Set read_only = true for it, or unarchive it",
    ),
    "repository.issues": _check(
        _CRITICAL,
        "{repository} has no issues: they are switched off, so there is no queue.",
        "gh repo edit {repository} --enable-issues",
    ),
    "repository.permission": _check(
        _CRITICAL,
        "{login} may not write to {repository} (permission {permission}), so nothing can be claimed.",
        "Ask for write access, or set read_only = true for it",
    ),
    "repository.empty": _check(
        _CRITICAL, "{repository} has no commit yet, so no work can begin.", "Push a first commit"
    ),
    "repository.base": _check(
        _CRITICAL,
        "{repository} has no branch {base}, from which work is to begin.",
        "Correct base in the configuration",
    ),
    "repository.hidden": _check(
        _MODERATE,
        "The token may not see {fields} of {repository}, so what depends on that is missing.",
        "Give the token read and write access to contents, issues and pull requests",
    ),
    "repository.degraded": _check(
        _MODERATE, "{problem}", "Give the token read and write access to contents, issues and pull requests"
    ),
    "rules.work": _check(
        _CRITICAL,
        "{source} of {repository} forbids the branches of agents ({branch}): {why}.",
        "Exclude {pattern} there, or let {login} bypass it",
    ),
    "rules.ledger": _check(
        _CRITICAL,
        "{source} of {repository} forbids the ledger ({branch}), without which nothing can be claimed: {why}.",
        "Exclude {pattern} there, or let {login} bypass it",
    ),
    "rules.hinder": _check(
        _MODERATE,
        "{source} of {repository} may hinder {branch}: {why}.",
        "Exclude {pattern} there, or let {login} bypass it",
    ),
    "ledger.unreadable": _check(
        _CRITICAL, "The ledger of {repository} cannot be read, so nothing is claimed.", "soda-tui drift {repository}"
    ),
    "ledger.newer": _check(
        _CRITICAL, "A newer soda-tui wrote the ledger of {repository}; this one only watches.", "Update soda-tui"
    ),
    "ledger.built": _check(
        _MINOR,
        "An app reports checks on the ledger of {repository}: it builds an empty commit at each claim.",
        "Exclude the branch {branch} in that app",
    ),
    "ledger.builder": _check(
        _MINOR,
        "By {file} of {repository} every branch is built, so the ledger would be at each claim.",
        'Put "git": {{"deploymentEnabled": {{"{branch}": false}}}} into {file}',
    ),
    "labels.missing": _check(_MODERATE, "{repository} lacks {count:label}: {names}.", "soda-tui init {repository}"),
    "labels.ready": _check(
        _CRITICAL,
        "{repository} has no label {name}, so no issue can be given to an agent.",
        "soda-tui init {repository}",
    ),
    "labels.wrong": _check(
        _MINOR, "{count:label} of {repository} are not as they should be: {names}.", "soda-tui init {repository}"
    ),
    # --- a clone
    "clone.unusable": _check(_CRITICAL, "{problem}", "Mend it in {path}, or: soda-tui enroll {repository} --path DIR"),
    "clone.busy": _check(_MODERATE, "{problem}", "Finish or abort it in {path}"),
    "clone.elsewhere": _check(_CRITICAL, "{problem}", "{remedy}"),
    "clone.unfilled": _check(
        _MODERATE,
        "For git all files of {path} are deleted, so a commit of everything there would delete the project.",
        "git -C {word} {command}",
    ),
    "clone.another": _check(_CRITICAL, "{problem}", "soda-tui enroll {repository} --path DIR"),
    "clone.shared": _check(
        _CRITICAL,
        "The clone {path} is that of {other} as well: two agents would work in one.",
        "soda-tui enroll {repository} --path DIR, with a clone of its own",
    ),
    "clone.secret": _check(
        _MODERATE,
        "A password or token stands in the remote's URL of {path}, for every program that reads .git/config.",
        "git -C {word} remote set-url origin {url}",
    ),
    "clone.locked": _check(
        _MODERATE,
        "git left the lock {file} behind, or works there since {minutes:minute}: no commit can be made meanwhile.",
        "rm {word}, if no git runs there",
    ),
    "clone.files": _check(
        _MODERATE, "{path} lacks {names}, which worktrees are to have.", "Put it there, or correct copy and link"
    ),
    "clone.nobody": _check(
        _CRITICAL,
        "git does not know in {path} whose commits these are, so agents cannot commit.",
        "git config --global user.name NAME; git config --global user.email ADDRESS",
    ),
    "clone.author": _check(
        _MODERATE,
        "Commits in {path} are made as {email}, and the token is that of {login}.",
        "git -C {word} config user.email ADDRESS",
    ),
    "push.refused": _check(_CRITICAL, "{problem}", "git -C {word} push --dry-run origin HEAD:refs/heads/soda/try"),
    "push.account": _check(
        _MODERATE,
        "ssh goes to {repository} as {account}, and the token is that of {login}: pushes and pull requests differ.",
        "Use the key of {login}, or an https remote",
    ),
    # --- agents, loops, what was left
    "agent.none": _check(_CRITICAL, "{problem}", "Set agent.command, or profile: soda-tui profiles lists them"),
    "agent.passed": _check(
        _MINOR,
        "{repository} is to be worked on with {profile}, which cannot be started here: {fault}.",
        "Install it, or take it out of profile",
    ),
    "agent.silent": _check(
        _MODERATE,
        "{profile} does not answer when asked for its version, so it may not start.",
        "Run it by hand: {command}",
    ),
    "agent.prompt": _check(_CRITICAL, "{problem}", "Correct prompt_file in the configuration"),
    "loop.unreadable": _check(_CRITICAL, "{problem}", "Use that version, or move the file away"),
    "loop.uncounted": _check(
        _MODERATE,
        "{profiles} does not say how many tokens it uses, so auto.tokens_per_day does not bound it in {repository}.",
        "Bound it with max_work_hours and issues_per_day of [auto]",
    ),
    "loop.unowned": _check(
        _MODERATE,
        "The loop of {repository} is turned on and no process works it, so its queue stands still.",
        "soda-tui auto {repository}; or turn it off: soda-tui auto {repository} --off",
    ),
    "run.doubtful": _check(_MODERATE, "{problem}", "soda-tui stop {repository}"),
    "stop.own": _check(_CRITICAL, "The STOP file {file} stands: no agent may run in {repository}.", "rm {word}"),
    "left.rescues": _check(
        _MINOR,
        "{repository} has {count:branch} with rescued work that nobody took up.",
        "soda-tui recover {repository}",
    ),
    "left.worktrees": _check(
        _MINOR,
        "git still lists {count:worktree} of {repository} whose folders are gone.",
        "soda-tui recover {repository}",
    ),
}


def found(check: str, subject: str | None, **gaps: object) -> Finding:
    """What a check found; raises KeyError where there is no such check, or a value is missing."""
    row = CHECKS[check]
    return Finding(check, row.severity, subject, row.says(**gaps), row.remedy(**gaps))
