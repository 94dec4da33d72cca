"""Mutations of labels and assignees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from soda_tui.sandbox import acts
from soda_tui.sandbox.context import Context
from soda_tui.sandbox.errors import not_found
from soda_tui.sandbox.model import Issue, Label, Permission, Repository
from soda_tui.sandbox.permits import of_kind, permit, users

Args = Mapping[str, Any]
Payload = dict[str, Any]


def payload(args: Args, **fields: Any) -> Payload:
    """What a mutation answers: the fields, and what the client called it."""
    return {"clientMutationId": args["input"].get("clientMutationId"), **fields}


class LabelMutations:
    """Labels, and labels on issues and pull requests."""

    @staticmethod
    def create_label(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        repository = of_kind(at, given["repositoryId"], Repository)
        permit(at, repository, Permission.WRITE, "CreateLabel")
        label = acts.create_label(at.world, repository, given["name"], given["color"], given.get("description"))
        return payload(args, label=label)

    @staticmethod
    def update_label(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        label = of_kind(at, given["id"], Label)
        permit(at, label.repository, Permission.WRITE, "UpdateLabel")
        acts.update_label(at.world, label, given.get("name"), given.get("color"), given.get("description"))
        return payload(args, label=label)

    @staticmethod
    def delete_label(at: Context, _: Any, args: Args) -> Payload:
        label = of_kind(at, args["input"]["id"], Label)
        permit(at, label.repository, Permission.WRITE, "DeleteLabel")
        acts.delete_label(at.world, label)
        return payload(args)

    @staticmethod
    def add_labels_to_labelable(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        subject = of_kind(at, given["labelableId"], Issue)
        permit(at, subject.repository, Permission.TRIAGE, "AddLabelsToLabelable")
        ids = [*(given.get("labelIds") or ()), *(each["labelId"] for each in given.get("labels") or ())]
        acts.add_labels(at.world, subject, labels_of(at, subject.repository, ids), at.user)
        return payload(args, labelable=subject)

    @staticmethod
    def remove_labels_from_labelable(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        subject = of_kind(at, given["labelableId"], Issue)
        permit(at, subject.repository, Permission.TRIAGE, "RemoveLabelsFromLabelable")
        acts.remove_labels(at.world, subject, labels_of(at, subject.repository, given["labelIds"]))
        return payload(args, labelable=subject)

    @staticmethod
    def clear_labels_from_labelable(at: Context, _: Any, args: Args) -> Payload:
        subject = of_kind(at, args["input"]["labelableId"], Issue)
        permit(at, subject.repository, Permission.TRIAGE, "ClearLabelsFromLabelable")
        acts.remove_labels(at.world, subject, tuple(subject.labels))
        return payload(args, labelable=subject)


def labels_of(at: Context, repository: Repository, ids: Sequence[str]) -> list[Label]:
    """The labels of the ids; raises Refused (NOT_FOUND) for those of another repository."""
    found = [of_kind(at, each, Label) for each in ids]
    for label in found:
        if label.repository is not repository:
            raise not_found(f"a node with the global id of '{label.id}'")
    return found


class AssigneeMutations:
    """Who an issue or a pull request is assigned to."""

    @staticmethod
    def add_assignees_to_assignable(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        subject = of_kind(at, given["assignableId"], Issue)
        permit(at, subject.repository, Permission.TRIAGE, "AddAssigneesToAssignable")
        acts.assign(at.world, subject, users(at, given.get("assigneeIds") or ()))
        return payload(args, assignable=subject)

    @staticmethod
    def remove_assignees_from_assignable(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        subject = of_kind(at, given["assignableId"], Issue)
        permit(at, subject.repository, Permission.TRIAGE, "RemoveAssigneesFromAssignable")
        acts.unassign(at.world, subject, users(at, given["assigneeIds"]))
        return payload(args, assignable=subject)

    @staticmethod
    def replace_actors_for_assignable(at: Context, _: Any, args: Args) -> Payload:
        given = args["input"]
        subject = of_kind(at, given["assignableId"], Issue)
        permit(at, subject.repository, Permission.TRIAGE, "ReplaceActorsForAssignable")
        named = [at.world.users.get(login.casefold()) for login in given.get("actorLogins") or ()]
        wanted = [*users(at, given.get("actorIds") or ()), *(user for user in named if user)]
        acts.unassign(at.world, subject, [user for user in subject.assignees if user not in wanted])
        acts.assign(at.world, subject, wanted)
        return payload(args, assignable=subject)
