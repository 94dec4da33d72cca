"""Answers for the roots of queries, the caller's budget, and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from soda_tui.sandbox.connections import Connection, connection
from soda_tui.sandbox.context import Context
from soda_tui.sandbox.errors import Refused, not_found
from soda_tui.sandbox.fields_git import ref_of_id
from soda_tui.sandbox.fields_pull_requests import team
from soda_tui.sandbox.fields_repository import RepositoryFields
from soda_tui.sandbox.model import Repository, User
from soda_tui.sandbox.searching import search

Args = Mapping[str, Any]


class QueryFields:
    """The roots."""

    id = "Q_kgDA"

    @staticmethod
    def viewer(at: Context, _: Any, __: Args) -> User:
        return at.user

    @staticmethod
    def rate_limit(at: Context, _: Any, __: Args) -> Context:
        return at

    @staticmethod
    def repository(at: Context, _: Any, args: Args) -> Repository:
        name = f"{args['owner']}/{args['name']}"
        try:
            found = at.world.repository(name, follow_renames=args["followRenames"])
            at.world.visible(found, at.token)
        except Refused as refused:
            if refused.kind != "NOT_FOUND":
                raise
            raise not_found(f"a Repository with the name '{name}'") from None
        return found

    @staticmethod
    def node(at: Context, _: Any, args: Args) -> object:
        return node(at, args["id"])

    @staticmethod
    def nodes(at: Context, _: Any, args: Args) -> list[object]:
        if len(args["ids"]) > 100:
            raise Refused(
                "ARGUMENT_LIMIT", f"You may not provide more than 100 node ids; you provided {len(args['ids'])}."
            )
        found: list[object] = []
        for each in args["ids"]:
            try:
                found.append(node(at, each))
            except Refused as refused:
                found.append(refused)
        return found

    @staticmethod
    def search(at: Context, _: Any, args: Args) -> Connection:
        return search(at, args)

    @staticmethod
    def user(at: Context, _: Any, args: Args) -> User:
        return _account(at, args["login"], "User", organization=False)

    @staticmethod
    def organization(at: Context, _: Any, args: Args) -> User:
        return _account(at, args["login"], "Organization", organization=True)

    @staticmethod
    def repository_owner(at: Context, _: Any, args: Args) -> User | None:
        return at.world.users.get(args["login"].casefold())


def node(at: Context, node_id: str) -> object:
    """What a node id names, refs included; raises Refused (NOT_FOUND)."""
    if node_id.startswith("REF_"):
        return ref_of_id(at, node_id)
    return at.world.node(node_id, at.token)


def _account(at: Context, login: str, kind: str, *, organization: bool) -> User:
    found = at.world.users.get(login.casefold())
    if found is None or found.organization != organization:
        words = (
            f"a User with the login of '{login}'" if kind == "User" else f"an Organization with the login of '{login}'"
        )
        raise not_found(words)
    return found


class RateLimitFields:
    """The caller's budget; this request is already counted."""

    @staticmethod
    def cost(at: Context, *_: Any) -> int:
        return at.price.points

    @staticmethod
    def node_count(at: Context, *_: Any) -> int:
        return at.price.nodes

    @staticmethod
    def limit(at: Context, *_: Any) -> int:
        return at.bucket.limit

    @staticmethod
    def remaining(at: Context, *_: Any) -> int:
        return at.bucket.remaining

    @staticmethod
    def used(at: Context, *_: Any) -> int:
        return at.bucket.used

    @staticmethod
    def reset_at(at: Context, *_: Any) -> datetime:
        return at.bucket.reset_at


class UserFields:
    """Users, bots and organizations."""

    email = ""

    @staticmethod
    def url(at: Context, user: User, __: Args) -> str:
        return f"https://{at.world.host}/{user.login}"

    @staticmethod
    def avatar_url(at: Context, user: User, __: Args) -> str:
        return f"https://avatars.{at.world.host}/u/{user.database_id}"

    @staticmethod
    def resource_path(_: Context, user: User, __: Args) -> str:
        return f"/{user.login}"

    @staticmethod
    def is_viewer(at: Context, user: User, __: Args) -> bool:
        return user is at.user

    @staticmethod
    def repositories(at: Context, user: User, args: Args) -> Connection:
        """Those that the account owns and the caller may see; that is all that `ownerAffiliations:[OWNER]` asks for."""
        if args["ownerAffiliations"] != ["OWNER"] or args["orderBy"] != {"field": "PUSHED_AT", "direction": "DESC"}:
            raise Refused("INTERNAL", "The sandbox lists an owner's own repositories, the newest pushed first.")
        seen = [one for one in at.world.repositories if one.owner is user and at.world.permission(one, at.user)]
        pushed = {one.id: RepositoryFields.pushed_at(at, one, {}) or one.created_at for one in seen}
        return connection(sorted(seen, key=lambda one: pushed[one.id], reverse=True), args)

    @staticmethod
    def teams(at: Context, user: User, args: Args) -> Connection:
        names = sorted(name for name in at.world.teams if name.startswith(f"{user.login}/"))
        return connection([team(at, name) for name in names], args)

    @staticmethod
    def organizations(_: Context, __: User, args: Args) -> Connection:
        return connection((), args)
