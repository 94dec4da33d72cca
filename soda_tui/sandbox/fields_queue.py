"""Answers for merge queues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from soda_tui.sandbox.connections import Connection, connection
from soda_tui.sandbox.context import CommitNode, Context, commit_node
from soda_tui.sandbox.model import Repository
from soda_tui.sandbox.pull_requests import QueueEntry

Args = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MergeQueue:
    """The queue before the default branch of a repository."""

    repository: Repository

    @property
    def id(self) -> str:
        """The node id."""
        return f"MQ_{self.repository.database_id}"


class MergeQueueFields:
    """A merge queue; how it is configured nobody asks."""

    configuration = None
    next_entry_estimated_time_to_merge = None

    @staticmethod
    def url(at: Context, queue: MergeQueue, __: Args) -> str:
        return at.world.url(queue.repository, f"/queue/{queue.repository.remote.default_branch}")

    @staticmethod
    def resource_path(_: Context, queue: MergeQueue, __: Args) -> str:
        return f"/{queue.repository.full_name}/queue/{queue.repository.remote.default_branch}"

    @staticmethod
    def entries(_: Context, queue: MergeQueue, args: Args) -> Connection:
        return connection(queue.repository.queue or (), args)


class QueueEntryFields:
    """A place in the merge queue."""

    estimated_time_to_merge = None
    solo = False
    state = "QUEUED"

    @staticmethod
    def merge_queue(_: Context, entry: QueueEntry, __: Args) -> MergeQueue:
        return MergeQueue(entry.pull_request.repository)

    @staticmethod
    def head_commit(_: Context, entry: QueueEntry, __: Args) -> CommitNode | None:
        return commit_node(entry.pull_request.repository, entry.pull_request.head_oid)

    @staticmethod
    def base_commit(_: Context, entry: QueueEntry, __: Args) -> CommitNode | None:
        base = entry.pull_request.repository.remote.ref(f"refs/heads/{entry.pull_request.base_ref_name}")
        return commit_node(entry.pull_request.repository, base) if base else None
