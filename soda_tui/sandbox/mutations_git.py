"""Mutations of refs; they are held to the repository's rules as pushes are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from soda_tui.sandbox.context import Context
from soda_tui.sandbox.errors import unprocessable
from soda_tui.sandbox.fields_git import ref_node, ref_of_id
from soda_tui.sandbox.git import GitError
from soda_tui.sandbox.model import Permission, Repository
from soda_tui.sandbox.mutations_labels import payload
from soda_tui.sandbox.permits import of_kind, permit
from soda_tui.sandbox.remote import ZERO, Remote

Args = Mapping[str, Any]
Payload = dict[str, Any]
_OID = re.compile(r"[0-9a-f]{40}")


class GitMutations:
    """Refs, and commits without a clone."""

    @staticmethod
    def create_ref(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        repository = of_kind(at, given["repositoryId"], Repository)
        permit(at, repository, Permission.WRITE, "CreateRef")
        name, oid = given["name"], given["oid"]
        if not name.startswith("refs/") or name.count("/") < 2:
            raise unprocessable(f"{name} is not a valid ref name.")
        _check_object(repository.remote, oid)
        if repository.remote.ref(name) is not None:
            raise unprocessable(f'A ref named "{name}" already exists in the repository.')
        repository.remote.guard([(name, ZERO, oid)])
        try:
            repository.remote.update(name, oid, ZERO)
        except GitError:
            raise unprocessable("Ref cannot be created.") from None
        return payload(args, ref=ref_node(repository, name))

    @staticmethod
    def update_ref(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        ref = ref_of_id(at, given["refId"])
        permit(at, ref.repository, Permission.WRITE, "UpdateRef")
        remote = ref.repository.remote
        _check_object(remote, given["oid"])
        if not given.get("force") and not remote.contains(given["oid"], ref.oid):
            raise unprocessable("Update is not a fast forward")
        remote.guard([(ref.full_name, ref.oid, given["oid"])])
        remote.update(ref.full_name, given["oid"], ref.oid)
        return payload(args, ref=ref_node(ref.repository, ref.full_name))

    @staticmethod
    def update_refs(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        repository = of_kind(at, given["repositoryId"], Repository)
        permit(at, repository, Permission.WRITE, "UpdateRefs")
        remote = repository.remote
        updates = [(each["name"], each["afterOid"], each.get("beforeOid")) for each in given["refUpdates"]]
        for each, (name, after, before) in zip(given["refUpdates"], updates, strict=True):
            now = remote.ref(name) or ZERO
            if after != ZERO:
                _check_object(remote, after)
            if ZERO not in {now, after} and not each.get("force") and not remote.contains(after, now):
                raise unprocessable(f"Update of {name} is not a fast forward")
            if before is not None and before != now:
                raise unprocessable(f"Reference update failed: {name} is at {now} but expected {before}")
            remote.guard([(name, now, after)])
        try:
            remote.update_all(updates)
        except GitError:
            raise unprocessable("Reference update failed") from None
        return payload(args)

    @staticmethod
    def delete_ref(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        ref = ref_of_id(at, given["refId"])
        permit(at, ref.repository, Permission.WRITE, "DeleteRef")
        if ref.full_name == f"refs/heads/{ref.repository.remote.default_branch}":
            raise unprocessable("Cannot delete the default branch")
        ref.repository.remote.guard([(ref.full_name, ref.oid, ZERO)])
        ref.repository.remote.update(ref.full_name, ZERO, ref.oid)
        return payload(args)


def _check_object(remote: Remote, oid: str) -> None:
    if not _OID.fullmatch(oid) or not remote.exists(oid):
        raise unprocessable("Object does not exist")
