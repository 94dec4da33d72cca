"""The checks of a repository: on GitHub, its clone, its agents, and what was left over."""

from __future__ import annotations

from collections.abc import Mapping

from soda_tui.domain.health.finding import CRITICAL, MINOR, MODERATE, Check, check

OF_REPOSITORY: Mapping[str, Check] = {
    # --- a repository on GitHub
    "repository.unread": check(CRITICAL, "{problem}", "Check the name, and that the token may see it"),
    "repository.unknown": check(MODERATE, "{problem}", "Run soda-tui doctor again later"),
    "repository.renamed": check(
        MINOR, "{repository} is called {now} on GitHub now.", "soda-tui unenroll {repository}; soda-tui enroll {path}"
    ),
    "repository.occupied": check(
        CRITICAL,
        "{problem}",
        "soda-tui unenroll {repository}; git -C {path} remote set-url origin URL; soda-tui enroll {path}",
    ),
    "repository.archived": check(
        CRITICAL,
        "{repository} is archived: nothing can be claimed or handed over.",
        "Set read_only = true for it, or unarchive it",
    ),
    "repository.issues": check(
        CRITICAL,
        "{repository} has no issues: they are switched off, so there is no queue.",
        "gh repo edit {repository} --enable-issues",
    ),
    "repository.permission": check(
        CRITICAL,
        "{login} may not write to {repository} (permission {permission}), so nothing can be claimed.",
        "Ask for write access, or set read_only = true for it",
    ),
    "repository.empty": check(CRITICAL, "{repository} has no commit yet, so no work can begin.", "Push a first commit"),
    "repository.base": check(
        CRITICAL,
        "{repository} has no branch {base}, from which work is to begin.",
        "Correct base in the configuration",
    ),
    "repository.hidden": check(
        MODERATE,
        "The token may not see {fields} of {repository}, so what depends on that is missing.",
        "Give the token read and write access to contents, issues and pull requests",
    ),
    "repository.degraded": check(MODERATE, "{problem}", "Edit the token's permissions on GitHub"),
    "rules.work": check(
        CRITICAL,
        "{source} of {repository} forbids the branches of agents ({branch}): {why}.",
        "Exclude {pattern} there, or let {login} bypass it",
    ),
    "rules.ledger": check(
        CRITICAL,
        "{source} of {repository} forbids the ledger ({branch}), without which nothing can be claimed: {why}.",
        "Exclude {pattern} there, or let {login} bypass it",
    ),
    "rules.hinder": check(
        MODERATE,
        "{source} of {repository} may hinder {branch}: {why}.",
        "Exclude {pattern} there, or let {login} bypass it",
    ),
    "ledger.unreadable": check(
        CRITICAL, "The ledger of {repository} cannot be read, so nothing is claimed.", "soda-tui drift {repository}"
    ),
    "ledger.newer": check(
        CRITICAL, "A newer soda-tui wrote the ledger of {repository}; this one only watches.", "Update soda-tui"
    ),
    "ledger.built": check(
        MINOR,
        "An app reports checks on the ledger of {repository}: it builds an empty commit at each claim.",
        "Exclude the branch {branch} in that app",
    ),
    "ledger.builder": check(
        MINOR,
        "By {file} of {repository} every branch is built, so the ledger would be at each claim.",
        'Put "git": {{"deploymentEnabled": {{"{branch}": false}}}} into {file}',
    ),
    "labels.missing": check(MODERATE, "{repository} lacks {count:label}: {names}.", "soda-tui init {repository}"),
    "labels.ready": check(
        CRITICAL,
        "{repository} has no label {name}, so no issue can be given to an agent.",
        "soda-tui init {repository}",
    ),
    "labels.wrong": check(
        MINOR, "{count:label} of {repository} are not as they should be: {names}.", "soda-tui init {repository}"
    ),
    # --- a clone
    "clone.unusable": check(CRITICAL, "{problem}", "Mend it in {path}, or: soda-tui enroll {repository} --path DIR"),
    "clone.busy": check(MODERATE, "{problem}", "Finish or abort it in {path}"),
    "clone.elsewhere": check(CRITICAL, "{problem}", "{remedy}"),
    "clone.unfilled": check(
        MODERATE,
        "For git all files of {path} are deleted, so a commit of everything there would delete the project.",
        "git -C {word} {command}",
    ),
    "clone.another": check(CRITICAL, "{problem}", "soda-tui enroll {repository} --path DIR"),
    "clone.occupied": check(CRITICAL, "{problem}", "mv {word} ELSEWHERE"),
    "clone.shared": check(
        CRITICAL,
        "The clone {path} is that of {other} as well: two agents would work in one.",
        "soda-tui enroll {repository} --path DIR, with a clone of its own",
    ),
    "clone.secret": check(
        MODERATE,
        "A password or token stands in the remote's URL of {path}, for every program that reads .git/config.",
        "git -C {word} remote set-url origin {url}",
    ),
    "clone.locked": check(
        MODERATE,
        "git left the lock {file} behind, or works there since {minutes:minute}: no commit can be made meanwhile.",
        "rm {word}, if no git runs there",
    ),
    "clone.files": check(
        MODERATE, "{path} lacks {names}, which worktrees are to have.", "Put it there, or correct copy and link"
    ),
    "clone.nobody": check(
        CRITICAL,
        "git does not know in {path} whose commits these are, so agents cannot commit.",
        "git config --global user.name NAME; git config --global user.email ADDRESS",
    ),
    "clone.author": check(
        MODERATE,
        "Commits in {path} are made as {email}, and the token is that of {login}.",
        "git -C {word} config user.email ADDRESS",
    ),
    "push.refused": check(CRITICAL, "{problem}", "git -C {word} push --dry-run origin HEAD:refs/heads/soda/try"),
    "push.account": check(
        MODERATE,
        "ssh goes to {repository} as {account}, and the token is that of {login}: pushes and pull requests differ.",
        "Use the key of {login}, or an https remote",
    ),
    # --- agents, loops, what was left
    "agent.none": check(CRITICAL, "{problem}", "Set agent.command, or profile: soda-tui profiles lists them"),
    "agent.passed": check(
        MINOR,
        "{repository} is to be worked on with {profile}, which cannot be started here: {fault}.",
        "Install it, or take it out of profile",
    ),
    "agent.silent": check(
        MODERATE,
        "{profile} does not answer when asked for its version, so it may not start.",
        "Run it by hand: {command}",
    ),
    "agent.prompt": check(CRITICAL, "{problem}", "Correct prompt_file in the configuration"),
    "loop.unreadable": check(CRITICAL, "{problem}", "Use that version, or move the file away"),
    "loop.uncounted": check(
        MODERATE,
        "{profiles} does not say how many tokens it uses, so auto.tokens_per_day does not bound it in {repository}.",
        "Bound it with max_work_hours and issues_per_day of [auto]",
    ),
    "loop.unowned": check(
        MODERATE,
        "The loop of {repository} is turned on and no process works it, so its queue stands still.",
        "soda-tui auto {repository}; or turn it off: soda-tui auto {repository} --off",
    ),
    "run.doubtful": check(MODERATE, "{problem}", "soda-tui stop {repository}"),
    "stop.own": check(CRITICAL, "The STOP file {file} stands: no agent may run in {repository}.", "rm {word}"),
    "left.rescues": check(
        MINOR,
        "{repository} has {count:branch} with rescued work that nobody took up.",
        "soda-tui recover {repository}",
    ),
    "left.worktrees": check(
        MINOR,
        "git still lists {count:worktree} of {repository} whose folders are gone.",
        "soda-tui recover {repository}",
    ),
}
