"""Git where it talks to the remote, always `origin`: what it gets for that, and what may hinder it.

The token is handed over only for an http remote on the token's own host, and then git works apart from the clone's
configuration. Nothing else that git does in a clone is near the token: no checkout with its filters, no hook.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterable
from functools import partial

from msgspec import structs

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.shellwords import shell_word
from soda_tui.services.enrolment import same_repository, without_login
from soda_tui.services.git.access import Access
from soda_tui.services.git.apart import FORMAT, Apart
from soda_tui.services.git.environment import configuration, ssh
from soda_tui.services.git.gitdir import common_dir, git_dir
from soda_tui.services.git.problems import problem, text
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, LEDGER_TRACKED, PARKED, TRACKED

# `origin` once more under another name: a push to `origin` itself would move the user's remote-tracking refs.
PUSH_REMOTE = "soda-tui-origin"

_ASKED = rf"^(core\.sshcommand|remote\.origin\.(url|promisor|partialclonefilter)|{FORMAT})$"
_FETCH = (
    *("fetch", "--progress", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"),
    *("--no-recurse-submodules", "--no-write-commit-graph", "--no-show-forced-updates"),
)
# Another fetch into the clone, which may also lack for a moment what the other has not put in its place yet; or a ref
# that is in the way.
_HINDERED = re.compile(
    "cannot lock ref|unable to update local ref|local refs could not be updated|did not send all necessary objects"
)
_PAUSES = (0.1, 0.3, 0.9)
# What git says while a fetch goes well.
_CHATTER = re.compile(
    r"(?m)^(?:[^\n]*\r|(?:From | [*+=!-] | {3})[^\n]*\n|(?:remote: )?[A-Z][a-z]+(?: [a-z]+)*: +\d[^\n]*\n"
    r"|remote: Total [^\n]*\n)+"
)
# Folders first, and then what is in them.
_ROUNDS = 4


class Wire:
    """Runs git where it talks to the remote."""

    def __init__(self, runner: Runner, access: Access, deadlines: Deadlines) -> None:
        self._runner = runner
        self._access = access
        self._deadlines = deadlines

    async def run(
        self,
        place: Place,
        *arguments: str,
        push: bool = False,
        deadline: float | None = None,
        silence: float | None = None,
        feed: bytes = b"",
    ) -> Finished:
        """Run git that talks to `origin`, or to `PUSH_REMOTE` for a `push`; without a deadline, that of the network.

        Where the token is refused and there is another one by now, as an app's each hour, it is run with that.
        """
        once = partial(self._once, place, arguments, push, deadline, silence, feed)
        finished, handed = await once()
        if not handed or finished.code in {0, None} or problem(finished, "").code is not ErrorCode.AUTHENTICATION:
            return finished
        self._access.refused(place.name, push=push)
        _, newer = await asyncio.to_thread(partial(self._access.of, place.name, push=push))
        return finished if newer == handed else (await once())[0]

    async def _once(
        self,
        place: Place,
        arguments: Iterable[str],
        push: bool,
        deadline: float | None,
        silence: float | None,
        feed: bytes,
    ) -> tuple[Finished, dict[str, str]]:
        """One run, and what was handed to git with the token."""
        found = await self._configured(place)
        # May run a program that knows the token.
        access, handed = await asyncio.to_thread(partial(self._access.of, place.name, push=push))
        urls = {"origin": (await self._urls(place))[:1], PUSH_REMOTE: await self._urls(place, "--push") if push else []}
        goes = urls[PUSH_REMOTE if push else "origin"]
        opened = bool(handed and goes) and all(self._access.leads(place.name.host, url) for url in goes)
        if not opened:
            access, handed, urls["origin"] = [], {}, []
        settings = [
            *((f"remote.{remote}.{key}", url) for remote in urls for url in urls[remote] for key in ("url", "pushurl")),
            *((key, value) for key, value in found if opened and key.startswith("remote.") and not key.endswith("url")),
            (f"remote.{PUSH_REMOTE}.fetch", f"+{HEADS}*:{TRACKED}*"),
            *access,
        ]
        finished = await self._runner.run(
            place.path,
            *arguments,
            deadline=self._deadlines.network if deadline is None else deadline,
            silence=silence,
            variables={**_ssh(found), **configuration(os.environ, settings), **handed},
            network=True,
            apart=await asyncio.to_thread(_apart, place, found) if opened else None,
            feed=feed,
        )
        account = self._access.named(place.name, push=push) if handed else ""
        return structs.replace(finished, account=account), handed

    async def fetch(self, place: Place, *arguments: str, feed: bytes = b"") -> Finished:
        """Fetch from `origin` as the arguments say, again where that was hindered; it may last as long as it moves."""
        for pause in (*_PAUSES, None):
            finished = await self.run(
                place,
                *(*_FETCH, *arguments),
                deadline=self._deadlines.transfer,
                silence=self._deadlines.network,
                feed=feed,
            )
            finished = structs.replace(finished, err=_CHATTER.sub("", finished.err))
            if pause is None or finished.code in {0, None} or not _HINDERED.search(finished.err):
                break
            await self._make_way(place, {argument.partition(":")[2] for argument in arguments} - {""})
            await asyncio.sleep(pause)
        return finished

    async def complete(self, place: Place, commit: str, *, files: bool) -> None:
        """Fetch what a partial clone lacks of a commit: its folders, and with `files` all that a checkout may write.

        Else the checkout itself would have to be given the token, and with it the filters that the clone names.
        """
        if not any(key == "remote.origin.promisor" for key, _ in await self._configured(place)):
            return
        among = await self._sparse(place) if files else ("--filter=blob:none",)
        for _ in range(_ROUNDS):
            listed = await self._runner.run(
                place.path,
                *("rev-list", "--objects", "--no-walk", "--no-object-names", "--missing=print", *among, commit),
                deadline=self._deadlines.checkout,
            )
            missing = [line[1:] for line in text(listed, place.path).splitlines() if line.startswith("?")]
            if not missing:
                return
            fetched = await self.fetch(
                place,
                *("--refmap=", "--filter=blob:none", "--stdin", "origin"),
                feed="\n".join(missing).encode(),
            )
            text(fetched, place.path)

    async def _sparse(self, place: Place) -> tuple[str, ...]:
        """What limits objects to those of the files that the worktree is to have, where these are not all."""
        local = self._deadlines.local
        asked = ("config", "--type=bool", "core.sparseCheckout")
        if (await self._runner.run(place.worktree, *asked, deadline=local)).text != "true":
            return ()
        found = await self._runner.run(
            place.worktree, "rev-parse", "--git-path", "info/sparse-checkout", deadline=local
        )
        stored = await self._runner.run(
            place.worktree, "hash-object", "-w", "--no-filters", text(found, place.worktree), deadline=local
        )
        return (f"--filter=sparse:oid={stored.text}",) if stored.code == 0 else ()

    async def variables(self, place: Place) -> dict[str, str]:
        """The environment for what may talk to the remote although it should not have to: without the token."""
        return _ssh(await self._configured(place))

    async def push_url(self, place: Place) -> str:
        """The URL that a push goes to; refuses one of another repository, of which nothing that is read here tells."""
        fetched, pushed = await asyncio.gather(self._urls(place), self._urls(place, "--push"))
        if not fetched or not pushed:
            raise Failure(Problem(ErrorCode.CLONE, sentences.CLONE_NO_ORIGIN(path=place.path)))
        for url in pushed:
            if not same_repository(fetched[0], url, place.path):
                values = {"path": place.path, "word": shell_word(place.path)}
                message = sentences.CLONE_PUSHES_ELSEWHERE(url=without_login(url), **values)
                raise Failure(Problem(ErrorCode.CLONE, message))
        return pushed[0]

    async def _urls(self, place: Place, *options: str) -> list[str]:
        """What git makes of the remote's URLs; the first alone counts for fetching."""
        finished = await self._runner.run(
            place.path, "remote", "get-url", "--all", *options, "origin", deadline=self._deadlines.local
        )
        if finished.code is None:
            raise Failure(problem(finished, place.path))
        return finished.text.splitlines() if finished.code == 0 else []

    async def _configured(self, place: Place) -> list[tuple[str, str]]:
        """What the configuration says of the remote, and of how the clone is to be read."""
        finished = await self._runner.run(
            place.path, "config", "-z", "--get-regexp", _ASKED, deadline=self._deadlines.local
        )
        if finished.code not in {0, 1}:
            raise Failure(problem(finished, place.path))
        found = [entry.partition("\n") for entry in finished.text.split("\0") if entry]
        if not any(key == "remote.origin.url" for key, _, _ in found):
            raise Failure(Problem(ErrorCode.CLONE, sentences.CLONE_NO_ORIGIN(path=place.path)))
        return [(key, value if equals else "true") for key, equals, value in found]

    async def _make_way(self, place: Place, wanted: Iterable[str]) -> None:
        """Take away what was tracked once where a ref is to be that the remote has now: git keeps names as folders.

        What it held stays under its own id.
        """
        listed = await self._runner.run(
            place.path, "for-each-ref", "--format=%(refname) %(objectname)", TRACKED, deadline=self._deadlines.local
        )
        rows = [row.split(" ") for row in text(listed, place.path).splitlines()]
        stale = [(ref, oid) for ref, oid in rows if ref != LEDGER_TRACKED and _in_the_way(ref, wanted)]
        orders = "".join(f"update {PARKED}{oid} {oid}\ndelete {ref} {oid}\n" for ref, oid in stale)
        if orders:
            local = self._deadlines.local
            # Where another process was quicker, the next fetch tells.
            await self._runner.run(place.path, "update-ref", "--stdin", deadline=local, feed=orders.encode())


def _in_the_way(ref: str, wanted: Iterable[str]) -> bool:
    return any(ref.startswith(f"{other}/") or other.startswith(f"{ref}/") for other in wanted)


def _ssh(found: list[tuple[str, str]]) -> dict[str, str]:
    commands = [value for key, value in found if key == "core.sshcommand"]
    return ssh(os.environ, commands[-1] if commands else None)


def _apart(place: Place, found: list[tuple[str, str]]) -> Apart:
    own = git_dir(place.path)
    if own is None:
        raise Failure(Problem(ErrorCode.CLONE, sentences.CLONE_NOT_A_REPOSITORY(path=place.path)))
    return Apart(common_dir(own), tuple(pair for pair in found if re.fullmatch(FORMAT, pair[0])))
