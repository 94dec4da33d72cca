"""What the commits in a clone say."""

from __future__ import annotations

from collections.abc import Sequence

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.text import clean, one_line
from soda_tui.domain.work import Commit
from soda_tui.services.git.problems import problem, text
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import revision

_COMMITS = 100
_BODY = 16384


class History:
    """Reads commits and the files in them, without touching a worktree."""

    def __init__(self, runner: Runner, deadlines: Deadlines) -> None:
        self._runner = runner
        self._deadlines = deadlines

    async def has(self, place: Place, oid: str) -> bool:
        """Whether the clone has the commit."""
        return await self.resolve(place, oid) is not None

    async def resolve(self, place: Place, name: str) -> str | None:
        """The commit that an object id, a ref or a branch names; None where there is none."""
        finished = await self._read(place, "rev-parse", "--verify", "--quiet", f"{revision(name)}^{{commit}}")
        if finished.code is None:
            raise Failure(problem(finished, place.path))
        return finished.text if finished.code == 0 else None

    async def holds(self, place: Place, oid: str, ancestor_of: str) -> bool:
        """Whether the first commit is contained in the second; raises a Failure where the clone lacks one of them."""
        finished = await self._read(place, "merge-base", "--is-ancestor", revision(oid), revision(ancestor_of))
        if finished.code in {0, 1}:
            return finished.code == 0
        raise await self._unknown(place, finished, oid, ancestor_of)

    async def merge_base(self, place: Place, one: str, other: str) -> str | None:
        """The newest commit that both contain; raises a Failure where the clone lacks one of them."""
        finished = await self._read(place, "merge-base", revision(one), revision(other))
        if finished.code in {0, 1}:
            return finished.text or None
        raise await self._unknown(place, finished, one, other)

    async def commits(self, place: Place, base: str, head: str) -> tuple[Commit, ...]:
        """The newest hundred commits of head that base has not, oldest first, without those that were merged in."""
        finished = await self._read(
            place,
            *("log", "-z", "--reverse", "--no-show-signature", "--no-color", "--encoding=UTF-8"),
            *("--no-patch", "--first-parent", f"--max-count={_COMMITS}", "--format=%H%x00%s%x00%b"),
            f"{revision(base)}..{revision(head)}",
            "--",
        )
        fields = text(finished, place.path).split("\0")
        return tuple(
            Commit(oid, one_line(subject), clean(body).strip()[:_BODY])
            for oid, subject, body in zip(fields[::3], fields[1::3], fields[2::3], strict=False)
        )

    async def file(self, place: Place, commit: str, paths: Sequence[str], limit: int) -> str | None:
        """The text of the first of the paths that is a plain file in the commit, cut at `limit` bytes."""
        listed = await self._read(place, "ls-tree", "-z", "--full-tree", revision(commit), "--", *paths)
        entries = (entry.partition("\t")[::2] for entry in text(listed, place.path).split("\0") if entry)
        blobs = {path: fields.split()[2] for fields, path in entries if fields.startswith("100")}
        blob = next((blobs[path] for path in paths if path in blobs), None)
        if blob is None:
            return None
        finished = await self._read(place, "cat-file", "blob", blob)
        text(finished, place.path)
        return clean(finished.out[:limit].decode("utf-8", "ignore"))

    async def _unknown(self, place: Place, finished: Finished, *names: str) -> Failure:
        """Why two commits could not be compared, to be raised."""
        for name in names if finished.code is not None else ():
            if not await self.has(place, name):
                return Failure(Problem(ErrorCode.GIT, sentences.COMMIT_MISSING(commit=name, path=place.path)))
        return Failure(problem(finished, place.path))

    async def _read(self, place: Place, *arguments: str) -> Finished:
        return await self._runner.run(place.path, *arguments, deadline=self._deadlines.local)
