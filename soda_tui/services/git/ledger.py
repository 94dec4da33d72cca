"""Appending to the ledger: one commit, one atomic push with leases, and after any doubt a look at the remote."""

from __future__ import annotations

import asyncio
import re

from msgspec import Struct

from soda_tui.cockpit.ports.git import Pushed, RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.ledger import Entry, encode
from soda_tui.services.git.environment import IDENTITY
from soda_tui.services.git.history import History
from soda_tui.services.git.hooks import Hooks
from soda_tui.services.git.problems import WITHOUT_SCOPE, asked_as, problem, refused, text, words
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, LEDGER, branch_ref
from soda_tui.services.git.remote import Remote
from soda_tui.services.git.wire import PUSH_REMOTE, Wire

# A line of `git push --porcelain` about one ref: flag, local:remote, what happened and why.
_RESULT = re.compile(r"^([ +*!=-])\t[^\t]*:(refs/[^\t]+)\t(.*)$", re.MULTILINE)
_REASON = re.compile(r"\((.*)\)$")
# Another push holds the server's locks and may be about to win: look again before judging.
_CONTENDED = re.compile("failed to update ref|cannot lock ref|atomic transaction failed|incorrect old value")
# What a server says that could not, or that somebody was faster at: the same push may well go through later.
_PASSING = re.compile(
    "stale info|fetch first|non-fast-forward|failed to update ref|cannot lock ref|incorrect old value|unpacker error"
    "|[Ii]nternal (?:[Ss]erver )?[Ee]rror|remote failure|missing necessary objects"
)
_PAUSES = (0.0, 0.2, 0.8, 2.0)
_OF_NO_OTHER_REF = re.compile("atomic push fail|atomic transaction failed")
_DEFINITE = {ErrorCode.AUTHENTICATION, ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND}


class _Attempt(Struct, frozen=True):
    """A push that was tried: its commit, the head that it was to follow, and what git said."""

    place: Place
    commit: str
    expected: str | None
    update: RefUpdate | None
    finished: Finished


class LedgerWriter:
    """Appends entries to the ledgers of the clones' remotes."""

    def __init__(self, runner: Runner, wire: Wire, remote: Remote, history: History, deadlines: Deadlines) -> None:
        self._runner = runner
        self._wire = wire
        self._remote = remote
        self._history = history
        self._hooks = Hooks(runner, deadlines)
        self._deadlines = deadlines

    async def append(
        self, place: Place, entry: Entry, expected: str | None, update: RefUpdate | None, *, hooks: bool
    ) -> Pushed:
        """Push the entry and the branch, all or nothing; raises a Failure where it cannot be said what happened.

        With `hooks` the user's pre-push hook is asked about the branch first.
        """
        if update and branch_ref(update.branch) is None:
            raise refused(sentences.BRANCH_NAME_REFUSED(branch=update.branch))
        url = await self._wire.push_url(place)
        if not await self._here(place, expected, update):
            fetched = await self._remote.fetch(place, [update.branch] if update else [])
            if (fetched.ledger and fetched.ledger.oid) != expected:
                return Pushed(False, fetched.ledger)
            if not await self._here(place, expected, update):
                raise refused(sentences.BRANCH_MOVED(branch=update.branch if update else LEDGER))
        if (
            update
            and update.expected
            and update.oid
            and not await self._history.holds(place, update.expected, update.oid)
        ):
            raise refused(sentences.BRANCH_NOT_FORWARD(branch=update.branch))
        refusal = await self._hooks.pre_push(place, url, update) if hooks and update else None
        if refusal is not None:
            head = await self._remote.head(place, expected) if expected else None
            return Pushed(False, head, refusal=refusal.words, code=ErrorCode.HOOK_REFUSED, detail=refusal.lines)
        commit = await self._commit(place, encode(entry), expected)
        finished = await self._push(place, commit, expected, update, hooks=hooks)
        results = {ref: flag for flag, ref, _ in _results(finished)}
        if finished.code == 0 and results.get(LEDGER, "!") != "!":
            return Pushed(True, await self._remote.head(place, commit))
        return await self._judge(_Attempt(place, commit, expected, update, finished))

    async def _here(self, place: Place, expected: str | None, update: RefUpdate | None) -> bool:
        oids = [oid for oid in (expected, update and update.expected) if oid]
        return all([await self._history.has(place, oid) for oid in oids])

    async def _commit(self, place: Place, message: str, parent: str | None) -> str:
        tree = await self._local(place, "hash-object", "-w", "-t", "tree", "--stdin")
        return await self._local(place, "commit-tree", *(("-p", parent) if parent else ()), "-m", message, tree)

    async def _local(self, place: Place, *arguments: str) -> str:
        finished = await self._runner.run(place.path, *arguments, deadline=self._deadlines.local, variables=IDENTITY)
        return text(finished, place.path)

    async def _push(
        self, place: Place, commit: str, expected: str | None, update: RefUpdate | None, *, hooks: bool
    ) -> Finished:
        leases = [f"--force-with-lease={LEDGER}:{expected or ''}"]
        refspecs = [f"{commit}:{LEDGER}"]
        if update:
            leases.append(f"--force-with-lease={HEADS}{update.branch}:{update.expected or ''}")
            refspecs.append(f"{update.oid or ''}:{HEADS}{update.branch}")
        return await self._wire.run(
            place,
            *("push", "--porcelain", "--atomic", "--no-progress", "--no-follow-tags", "--no-recurse-submodules"),
            # Newer gits have hooks in their configuration too, which `core.hooksPath` does not stop.
            "--no-verify",
            *(*leases, PUSH_REMOTE, *refspecs),
            push=True,
            deadline=self._deadlines.hooks if hooks else self._deadlines.network,
        )

    async def _judge(self, attempt: _Attempt) -> Pushed:
        """What a push that did not plainly succeed has done, from the remote itself."""
        place, commit = attempt.place, attempt.commit
        head = await self._reread(attempt)
        if head and head.oid == commit:
            return Pushed(True, head)
        if head and await self._history.holds(place, commit, head.oid):
            return Pushed(True, head, superseded=True)
        if (head and head.oid) != attempt.expected:
            return Pushed(False, head)
        if attempt.finished.code is None:
            raise Failure(Problem(ErrorCode.GIT_TIMEOUT, sentences.PUSH_UNANSWERED(path=place.path)))
        refusal = _refusal(attempt)
        if refusal is None:
            raise Failure(problem(attempt.finished, place.path))
        said = attempt.finished.out.decode("utf-8", "replace") + attempt.finished.err
        return Pushed(False, head, refusal=refusal, code=_code(said))

    async def _reread(self, attempt: _Attempt) -> LedgerHead | None:
        contended = _CONTENDED.search(attempt.finished.out.decode("utf-8", "replace") + attempt.finished.err)
        head: LedgerHead | None = None
        for pause in _PAUSES if contended else _PAUSES[:1]:
            await asyncio.sleep(pause)
            try:
                head = (await self._remote.fetch(attempt.place, ())).ledger
            except Failure as failure:
                pushed = problem(attempt.finished, attempt.place.path)
                if pushed.code in _DEFINITE:
                    raise Failure(pushed) from failure
                late = failure.problem.code is ErrorCode.GIT_TIMEOUT
                sentence = sentences.PUSH_OUTCOME_UNKNOWN(words=failure.problem.message)
                raise Failure(Problem(ErrorCode.GIT_TIMEOUT if late else ErrorCode.NETWORK, sentence)) from failure
            if (head and head.oid) != attempt.expected:
                break
        return head


def _results(finished: Finished) -> list[tuple[str, str, str]]:
    return _RESULT.findall(finished.out.decode("utf-8", "replace"))


def _refusal(attempt: _Attempt) -> str | None:
    """Why the remote did not want the push; None where it never got to say."""
    finished, update = attempt.finished, attempt.update
    rejected = [(ref, what) for flag, ref, what in _results(finished) if flag == "!"]
    if update and any(ref == HEADS + update.branch and "stale info" in what for ref, what in rejected):
        return sentences.BRANCH_MOVED(branch=update.branch)
    remote = [line.removeprefix("remote:").strip() for line in finished.err.splitlines() if line.startswith("remote:")]
    if rejected:
        reasons = [match[1] for _, what in rejected if (match := _REASON.search(what))]
        own = [reason for reason in dict.fromkeys(reasons) if not _OF_NO_OTHER_REF.search(reason)]
        return _ended(words("\n".join([*remote, *(own or reasons)])))
    if problem(finished, attempt.place.path).code is ErrorCode.FORBIDDEN:
        return asked_as(finished, _ended(words("\n".join(remote) or finished.err)))
    return None


def _code(said: str) -> ErrorCode:
    """What kind of refusal it is: what a rule of the server said stands until a person does something about it."""
    if WITHOUT_SCOPE.search(said):
        return ErrorCode.WORKFLOW_SCOPE
    return ErrorCode.REFUSED if _PASSING.search(said) else ErrorCode.PUSH_REJECTED


def _ended(said: str) -> str:
    return f"{said.rstrip('.')}."
