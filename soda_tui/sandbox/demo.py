"""The demo's world: three repositories with a past, real remotes and real clones, and plenty for an agent to do."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from soda_tui.domain.labels import LabelNames, definitions
from soda_tui.domain.naming import DEFAULT_HOST, RepositoryName, work_branch
from soda_tui.sandbox import acts
from soda_tui.sandbox.demo_content import AGENT, REPOSITORIES, DemoIssue, DemoRepository
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.git import git_environment
from soda_tui.sandbox.model import Issue, Repository
from soda_tui.sandbox.people import People
from soda_tui.sandbox.pull_requests import Check
from soda_tui.sandbox.world import Clock, World

VIEWER = "you"
TOKEN = "gho_sandbox0000000000000000000000000000"
_CLONE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Demo:
    """A world with everything to try the cockpit on; `places` are the repositories and their clones."""

    world: World
    people: People
    root: Path
    token: str
    places: tuple[tuple[RepositoryName, Path], ...]


def build_demo(root: Path, clock: Clock, *, host: str = DEFAULT_HOST) -> Demo:
    """Build the demo below `root`, which need not exist; raises CalledProcessError where git cannot clone."""
    world = World(root, clock, host=host)
    world.user(VIEWER, "You")
    world.add_token(TOKEN, VIEWER)
    places = tuple(_place(world, root, content) for content in REPOSITORIES)
    return Demo(world, People(world), root, TOKEN, places)


def _place(world: World, root: Path, content: DemoRepository) -> tuple[RepositoryName, Path]:
    now = world.now()
    for login, name in content.people.items():
        world.user(login, name)
    history = tuple(
        Change(message, files, _author(content, login), now - timedelta(days=days))
        for message, files, login, days in content.history
    )
    repository = world.create_repository(
        f"acme/{content.name}",
        default_branch=content.default_branch,
        permissions={VIEWER: "WRITE", **dict.fromkeys(content.people, "WRITE")},
        history=history,
    )
    repository.description = content.description
    for label in definitions(LabelNames(), AGENT):
        acts.create_label(world, repository, label.name, label.color, label.description)
    issues = [_open(world, repository, issue) for issue in content.issues]
    _pull_requests(world, repository, content, issues)
    path = root / "clones" / content.name
    subprocess.run(
        ["git", "clone", "--quiet", str(repository.remote.path), str(path)],
        check=True,
        capture_output=True,
        timeout=_CLONE_SECONDS,
        env=git_environment(),
    )
    return RepositoryName(world.host, repository.owner.login, repository.name), path


def _open(world: World, repository: Repository, content: DemoIssue) -> Issue:
    labels = [world.label(repository, name) for name in content.labels]
    issue = acts.open_issue(world, repository, world.user(content.author), content.title, content.body, labels)
    acts.assign(world, issue, [world.user(login) for login in content.assignees])
    issue.created_at = world.now() - timedelta(days=content.age)
    issue.updated_at = issue.created_at + timedelta(hours=5)
    return issue


def _pull_requests(world: World, repository: Repository, content: DemoRepository, issues: list[Issue]) -> None:
    """Finished work of the agent: branches in one go, then pull requests with checks and reviews."""
    now = world.now()
    done = [(issue, work) for issue, of in zip(issues, content.issues, strict=True) if (work := of.work) is not None]
    branches: Mapping[str, list[Change]] = {
        work_branch(AGENT, issue.number, issue.title): [
            Change(issue.title, work.files, _author(content, VIEWER), now - timedelta(hours=3))
        ]
        for issue, work in done
    }
    heads = repository.remote.append_all(branches, content.default_branch)
    for (issue, work), (branch, head) in zip(done, heads.items(), strict=True):
        body = f"{work.summary}\n\nFixes #{issue.number}"
        pull_request = acts.open_pull_request(
            world, repository, world.user(VIEWER), content.default_branch, branch, issue.title, body, draft=work.draft
        )
        repository.checks[head] = tuple(Check(name, state, now) for name, state in work.checks.items())
        if work.review is not None:
            reviewer, state = work.review
            acts.review(world, pull_request, world.user(reviewer), state)
        pull_request.created_at = pull_request.updated_at = now - timedelta(hours=2)


def _author(content: DemoRepository, login: str) -> str:
    return f"{content.people.get(login, 'You')} <{login}@example.org>"
