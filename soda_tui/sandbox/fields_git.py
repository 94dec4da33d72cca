"""Answers for refs and commits."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from soda_tui.sandbox.connections import Connection, connection
from soda_tui.sandbox.context import CommitNode, Context, RefNode, commit_node
from soda_tui.sandbox.errors import not_found
from soda_tui.sandbox.fields_checks import Rollup, rollup_node
from soda_tui.sandbox.model import Repository, User, node_id
from soda_tui.sandbox.objects import Signature
from soda_tui.sandbox.rules import Rule

Args = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many commits a branch has that its base lacks, and the other way round."""

    ahead_by: int
    behind_by: int


def ref_node(repository: Repository, full_name: str) -> RefNode | None:
    """The branch or tag of that full name; GraphQL shows no other namespace."""
    if not full_name.startswith(("refs/heads/", "refs/tags/")):
        return None
    oid = repository.remote.ref(full_name)
    prefix = "/".join(full_name.split("/")[:2]) + "/"
    return RefNode(repository, prefix, full_name.removeprefix(prefix), oid) if oid else None


def ref_id(ref: RefNode) -> str:
    """A ref's node id, which holds its name."""
    packed = f"{ref.repository.database_id}:{ref.full_name}".encode()
    return f"REF_{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def ref_of_id(at: Context, given: str) -> RefNode:
    """The ref of a node id, as it is now; raises Refused (NOT_FOUND)."""
    body = given.removeprefix("REF_")
    try:
        number, _, name = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode().partition(":")
        repository = at.world.node(node_id("R", int(number)), at.token)
    except (binascii.Error, ValueError):
        raise not_found(f"a node with the global id of '{given}'") from None
    found = ref_node(repository, name) if isinstance(repository, Repository) else None
    if found is None:
        raise not_found(f"a node with the global id of '{given}'")
    return found


class RefFields:
    """A branch or a tag."""

    branch_protection_rule = None

    @staticmethod
    def id(_: Context, ref: RefNode, __: Args) -> str:
        return ref_id(ref)

    @staticmethod
    def target(_: Context, ref: RefNode, __: Args) -> CommitNode | None:
        return commit_node(ref.repository, ref.oid)

    @staticmethod
    def compare(_: Context, ref: RefNode, args: Args) -> Comparison | None:
        remote = ref.repository.remote
        name = str(args["headRef"]).removeprefix("refs/heads/")
        head = remote.ref(f"refs/heads/{name}")
        if head is None:
            return None
        return Comparison(*remote.apart(ref.oid, head))

    @staticmethod
    def associated_pull_requests(_: Context, ref: RefNode, args: Args) -> Connection:
        states = args.get("states")
        found = [
            each
            for each in ref.repository.pull_requests.values()
            if f"refs/heads/{each.head_ref_name}" == ref.full_name and (not states or each.state in states)
        ]
        return connection(found, args)

    @staticmethod
    def rules(_: Context, ref: RefNode, args: Args) -> Connection:
        hit = [rule for rule in _rules_of(ref) if not rule.classic]
        kinds = sorted({kind for rule in hit for kind in rule.kinds})
        found = [{"id": f"RRU_{ref.repository.database_id}{kind}", "type": kind} for kind in kinds]
        return connection(found, args, key=lambda each: str(each["id"]))

    @staticmethod
    def ref_update_rule(_: Context, ref: RefNode, __: Args) -> dict[str, object] | None:
        rule = next((rule for rule in _rules_of(ref) if rule.classic), None)
        if rule is None:
            return None
        return {
            "pattern": rule.pattern.removeprefix("refs/heads/"),
            "viewerCanPush": not rule.update,
            "blocksCreations": rule.creation,
            "allowsDeletions": not rule.deletion,
            "allowsForcePushes": False,
            "requiresSignatures": "REQUIRED_SIGNATURES" in rule.others,
            "requiredStatusCheckContexts": [],
            "requiredApprovingReviewCount": None,
        }


def _rules_of(ref: RefNode) -> list[Rule]:
    return [rule for rule in ref.repository.remote.rules if fnmatchcase(ref.full_name, rule.pattern)]


class CommitFields:
    """A commit, read from the repository."""

    @staticmethod
    def id(_: Context, node: CommitNode, __: Args) -> str:
        packed = f"{node.repository.database_id}:{node.oid}".encode()
        return f"C_{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"

    @staticmethod
    def abbreviated_oid(_: Context, node: CommitNode, __: Args) -> str:
        return node.oid[:7]

    @staticmethod
    def message(_: Context, node: CommitNode, __: Args) -> str:
        return node.commit.message.rstrip("\n")

    @staticmethod
    def message_headline(_: Context, node: CommitNode, __: Args) -> str:
        return node.commit.message.partition("\n")[0]

    @staticmethod
    def message_body(_: Context, node: CommitNode, __: Args) -> str:
        return node.commit.message.partition("\n")[2].strip("\n")

    @staticmethod
    def committed_date(_: Context, node: CommitNode, __: Args) -> datetime:
        return node.commit.committer.date

    @staticmethod
    def authored_date(_: Context, node: CommitNode, __: Args) -> datetime:
        return node.commit.author.date

    @staticmethod
    def url(at: Context, node: CommitNode, __: Args) -> str:
        return at.world.url(node.repository, f"/commit/{node.oid}")

    @staticmethod
    def author(_: Context, node: CommitNode, __: Args) -> Signature:
        return node.commit.author

    @staticmethod
    def committer(_: Context, node: CommitNode, __: Args) -> Signature:
        return node.commit.committer

    @staticmethod
    def authors(_: Context, node: CommitNode, args: Args) -> Connection:
        return connection((node.commit.author,), args, key=lambda who: str(who.email))

    @staticmethod
    def parents(_: Context, node: CommitNode, args: Args) -> Connection:
        found = [commit_node(node.repository, oid) for oid in node.commit.parents]
        return connection(found, args, key=lambda each: str(each.oid))

    @staticmethod
    def tree(_: Context, node: CommitNode, __: Args) -> dict[str, str]:
        return {"id": f"T_{node.commit.tree}", "oid": node.commit.tree}

    @staticmethod
    def status_check_rollup(_: Context, node: CommitNode, __: Args) -> Rollup | None:
        return rollup_node(node.repository, node.oid)

    @staticmethod
    def history(_: Context, node: CommitNode, args: Args) -> Connection:
        oids = node.repository.remote.git("rev-list", "--max-count=10000", node.oid).split()
        page = connection(oids, args, key=str)
        edges = tuple(edge.__class__(commit_node(node.repository, edge.node), edge.cursor) for edge in page.edges)
        return Connection(edges, page.page_info, page.total_count, page.items)


class GitActorFields:
    """An author or committer; the user is found by GitHub's own address."""

    @staticmethod
    def user(at: Context, who: Signature, __: Args) -> User | None:
        login = who.email.partition("@")[0].rpartition("+")[2]
        return at.world.users.get(login.casefold()) if "users.noreply." in who.email else None
