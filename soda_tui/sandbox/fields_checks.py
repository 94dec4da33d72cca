"""Answers for the checks of a commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from soda_tui.sandbox.connections import Connection, connection
from soda_tui.sandbox.context import CommitNode, Context, commit_node
from soda_tui.sandbox.merging import rollup
from soda_tui.sandbox.model import Repository
from soda_tui.sandbox.pull_requests import Check, CheckRun, PullRequest

Args = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rollup:
    """The checks of one commit."""

    repository: Repository
    oid: str
    state: str


def rollup_node(repository: Repository, oid: str) -> Rollup | None:
    """The combined checks of a commit; None where it has none."""
    state = rollup(repository, oid)
    return Rollup(repository, oid, state) if state else None


class RollupFields:
    """The checks of a commit."""

    @staticmethod
    def id(_: Context, node: Rollup, __: Args) -> str:
        return f"SCR_{node.oid}"

    @staticmethod
    def commit(_: Context, node: Rollup, __: Args) -> CommitNode | None:
        return commit_node(node.repository, node.oid)

    @staticmethod
    def contexts(_: Context, node: Rollup, args: Args) -> Contexts:
        checks = node.repository.checks.get(node.oid, ())
        page = connection(checks, args, key=lambda check: str(check.context))
        return Contexts(page.edges, page.page_info, page.total_count, page.items)


class Contexts(Connection):
    """A page of checks with their counts."""

    @property
    def check_run_count(self) -> int:
        """How many of them apps run."""
        return sum(isinstance(one, CheckRun) for one in self.items)

    @property
    def status_context_count(self) -> int:
        """How many others there are."""
        return self.total_count - self.check_run_count

    @property
    def check_run_counts_by_state(self) -> tuple[dict[str, object], ...]:
        """How many that apps run there are of each state."""
        return _counted(one.state for one in self.items if isinstance(one, CheckRun))

    @property
    def status_context_counts_by_state(self) -> tuple[dict[str, object], ...]:
        """How many others there are of each state."""
        return _counted(one.state for one in self.items if not isinstance(one, CheckRun))


def _counted(states: Iterable[str]) -> tuple[dict[str, object], ...]:
    return tuple({"state": state, "count": count} for state, count in Counter(states).items())


class CheckRunFields:
    """One job on a commit."""

    title = summary = details_url = check_suite = None

    @staticmethod
    def id(_: Context, check: CheckRun, __: Args) -> str:
        return f"CR_{check.database_id}"

    @staticmethod
    def name(_: Context, check: CheckRun, __: Args) -> str:
        return check.context

    @staticmethod
    def status(_: Context, check: CheckRun, __: Args) -> str:
        return "IN_PROGRESS" if check.state == "PENDING" else "COMPLETED"

    @staticmethod
    def conclusion(_: Context, check: CheckRun, __: Args) -> str | None:
        return None if check.state == "PENDING" else check.state

    @staticmethod
    def started_at(_: Context, check: CheckRun, __: Args) -> datetime:
        return check.created_at

    completed_at = started_at

    @staticmethod
    def text(_: Context, check: CheckRun, __: Args) -> str | None:
        return check.text or None

    @staticmethod
    def annotations(_: Context, check: CheckRun, args: Args) -> Connection:
        found = [
            {"path": path, "location": {"start": {"line": line}}, "message": words, "title": None, "rawDetails": None}
            for path, line, words in check.notes
        ]
        return connection(found, args, key=lambda each: f"{each['path']} {each['message']}")

    @staticmethod
    def is_required(at: Context, check: CheckRun, args: Args) -> bool:
        return StatusContextFields.is_required(at, check, args)


class StatusContextFields:
    """One status on a commit."""

    target_url = None
    description = None

    @staticmethod
    def id(_: Context, check: Check, __: Args) -> str:
        return f"SC_{check.context}"

    @staticmethod
    def is_required(at: Context, check: Check, args: Args) -> bool:
        found = at.world.node(args["pullRequestId"], at.token) if args.get("pullRequestId") else None
        return isinstance(found, PullRequest) and check.context in found.repository.required_checks
