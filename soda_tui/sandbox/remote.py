"""A bare git repository: the real remote behind a repository of the sandbox."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from soda_tui.sandbox.errors import unprocessable
from soda_tui.sandbox.fast_import import Change, commit_stream
from soda_tui.sandbox.git import GitError, run_git
from soda_tui.sandbox.objects import CommitObject, Signature, parse_commit
from soda_tui.sandbox.rules import Rule, hook, violations

ZERO = "0" * 40
_COMMITS_KEPT = 4096
_CONFIG = """\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[gc]
\tauto = 0
[http]
\treceivepack = true
[receive]
\tautogc = false
\tfsckObjects = true
\thideRefs = refs/pull
[uploadpack]
\tallowFilter = true
\tallowReachableSHA1InWant = true
"""


@dataclass(slots=True)
class Remote:
    """One bare repository in a folder; its refs on disk are the truth."""

    path: Path
    rules: tuple[Rule, ...] = ()
    _commits: dict[str, CommitObject] = field(default_factory=dict)
    _apart: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def create(cls, path: Path, default_branch: str) -> Remote:
        """A new empty bare repository, written by hand because that needs no process."""
        for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags", "hooks"):
            (path / folder).mkdir(parents=True)
        (path / "HEAD").write_text(f"ref: refs/heads/{default_branch}\n")
        (path / "config").write_text(_CONFIG)
        return cls(path)

    def twin(self, path: Path, refs: Mapping[str, str]) -> Remote:
        """A repository in another folder with such refs, which borrows all objects and needs no process to be made."""
        made = Remote.create(path, self.default_branch)
        (path / "objects" / "info" / "alternates").write_text(f"{self.path.absolute() / 'objects'}\n")
        lines = (f"{oid} {name}" for name, oid in sorted(refs.items()))
        (path / "packed-refs").write_text("\n".join(("# pack-refs with: peeled fully-peeled sorted ", *lines, "")))
        made._commits.update(self._commits)
        made._apart = self._apart
        return made

    @property
    def default_branch(self) -> str:
        """The branch that HEAD names, whether it exists or not."""
        return (self.path / "HEAD").read_text().strip().removeprefix("ref: refs/heads/")

    def set_default_branch(self, branch: str) -> None:
        """Let HEAD name another branch."""
        (self.path / "HEAD").write_text(f"ref: refs/heads/{branch}\n")

    def set_rules(self, rules: Iterable[Rule]) -> None:
        """Replace the rules; pushes are held to them by a hook in the repository."""
        self.rules = tuple(rules)
        script = self.path / "hooks" / "pre-receive"
        script.unlink(missing_ok=True)
        if self.rules:
            script.write_text(hook(self.rules))
            script.chmod(0o755)

    def refs(self) -> dict[str, str]:
        """All refs with their object ids, sorted by name, as they are on disk now."""
        loose = {}
        for base, _, names in os.walk(self.path / "refs"):
            prefix = Path(base).relative_to(self.path).as_posix()
            for name in names:
                if not name.endswith(".lock") and (oid := _read(Path(base) / name)):
                    loose[f"{prefix}/{name}"] = oid
        # The packed ones are read last: a ref that is packed meanwhile is then seen twice, never not at all.
        return dict(sorted({**dict(self._packed()), **loose}.items()))

    def ref(self, name: str) -> str | None:
        """The object id of one full ref name; None where it does not exist."""
        loose = self.path / name
        if ".." in name or not name.startswith("refs/"):
            return None
        if loose.is_file() and (oid := _read(loose)):
            return oid
        return dict(self._packed()).get(name)

    def _packed(self) -> Iterable[tuple[str, str]]:
        try:
            text = (self.path / "packed-refs").read_text()
        except FileNotFoundError:
            return ()
        lines = (line.split(" ", 1) for line in text.splitlines() if line[:1] not in {"#", "^", ""})
        return tuple((name, oid) for oid, name in lines)

    def commit(self, oid: str) -> CommitObject | None:
        """The commit, or None where there is none of that id."""
        known = self._commits.get(oid)
        if known is None:
            raw = self._loose(oid)
            if raw is None:
                try:
                    raw = self._run(["cat-file", "commit", oid], b"", {})
                except GitError:
                    return None
            known = parse_commit(oid, raw)
            if len(self._commits) >= _COMMITS_KEPT:
                self._commits.clear()
            self._commits[oid] = known
        return known

    def _loose(self, oid: str) -> bytes | None:
        try:
            header, _, body = zlib.decompress((self.path / "objects" / oid[:2] / oid[2:]).read_bytes()).partition(b"\0")
        except (FileNotFoundError, zlib.error):
            return None
        return body if header.startswith(b"commit ") else None

    def exists(self, oid: str) -> bool:
        """Whether the repository has the object."""
        try:
            self.git("cat-file", "-e", oid)
        except GitError:
            return False
        return True

    def contains(self, head: str, oid: str) -> bool:
        """Whether `oid` is `head` or one of its ancestors."""
        if head == oid:
            return True
        try:
            self.git("merge-base", "--is-ancestor", oid, head)
        except GitError:
            return False
        return True

    def between(self, base: str, head: str) -> tuple[str, ...]:
        """The commits of `head` that `base` lacks, oldest first."""
        return tuple(self.git("rev-list", "--reverse", "--topo-order", f"{base}..{head}").split())

    def apart(self, base: str, head: str) -> tuple[int, int]:
        """How many commits `head` has that `base` lacks, and the other way round."""
        if base == head:
            return 0, 0
        if (base, head) not in self._apart:
            behind, ahead = self.git("rev-list", "--left-right", "--count", f"{base}...{head}").split()
            self._apart[base, head] = int(ahead), int(behind)
        return self._apart[base, head]

    def merge_base(self, one: str, other: str) -> str | None:
        """Their best common ancestor; None for unrelated histories."""
        try:
            return self.git("merge-base", one, other)
        except GitError:
            return None

    def changed_files(self, base: str, head: str) -> tuple[tuple[str, int, int], ...]:
        """Path, added and removed lines of each file that differs."""
        lines = self.git("-c", "core.quotePath=false", "diff", "--numstat", "--no-renames", base, head).splitlines()
        cut = (line.split("\t", 2) for line in lines)
        return tuple((path, _count(added), _count(gone)) for added, gone, path in cut)

    def update(self, name: str, new: str, old: str) -> None:
        """Move one ref from `old` to `new` (zeros: absent); raises GitError where it was not at `old`."""
        self.update_all([(name, new, old)])

    def update_all(self, updates: Sequence[tuple[str, str, str | None]]) -> None:
        """Move refs together or not at all: name, new and expected id (zeros: absent, None: whatever it is)."""
        lines = ["start"]
        for name, new, old in updates:
            seen = "" if old is None else f" {old}"
            lines.append(f"delete {name}{seen}" if new == ZERO else f"update {name} {new}{seen}")
        self.git("update-ref", "--stdin", stdin="\n".join([*lines, "prepare", "commit", ""]).encode())

    def guard(self, updates: Sequence[tuple[str, str, str]]) -> None:
        """Raise UNPROCESSABLE where a rule forbids one of the updates (name, old id, new id)."""
        for name, old, new in updates:
            if words := violations(self.rules, name, created=old == ZERO, deleted=new == ZERO):
                raise unprocessable("Repository rule violations found\n\n" + "\n\n".join(words) + "\n\n")

    def append(self, branch: str, changes: Sequence[Change]) -> str:
        """Make commits on top of a branch (created where it does not exist) in one process; the new head."""
        return self.append_all({branch: changes})[branch]

    def append_all(self, work: Mapping[str, Sequence[Change]], start: str | None = None) -> dict[str, str]:
        """Make commits on several branches; those that do not exist begin at the branch `start`, or at nothing."""
        stream = bytearray()
        for branch, changes in work.items():
            ref = f"refs/heads/{branch}"
            first = ref if self.ref(ref) else f"refs/heads/{start}" if start else None
            for index, change in enumerate(changes):
                stream += commit_stream(ref, change, first if index == 0 else None)
        self.git("fast-import", "--quiet", "--force", stdin=bytes(stream))
        return {branch: self.ref(f"refs/heads/{branch}") or ZERO for branch in work}

    def merge(self, base: str, head: str, message: str, author: Signature, committer: Signature) -> str | None:
        """A merge commit of both, not yet on any ref; None where they conflict."""
        tree = self.merged_tree(base, head)
        return None if tree is None else self.store(tree, (base, head), message, author, committer)

    def merged_tree(self, base: str, head: str) -> str | None:
        """The tree of their merge; None where they conflict."""
        try:
            return self.git("merge-tree", "--write-tree", base, head).splitlines()[0]
        except GitError:
            return None

    def replay(self, base: str, head: str, committer: Signature) -> str | None:
        """The commits of `head` put on top of `base` one by one; None where one conflicts."""
        tip = base
        for oid in self.between(base, head):
            commit = self.commit(oid)
            if commit is None or len(commit.parents) != 1:
                return None
            tree = self._picked_tree(tip, commit, committer)
            if tree is None:
                return None
            tip = self.store(tree, (tip,), commit.message, commit.author, committer)
        return tip

    def _picked_tree(self, tip: str, commit: CommitObject, who: Signature) -> str | None:
        # git 2.38's merge-tree cannot be told the merge base, so both sides get a made-up common parent.
        parent = self.git("rev-parse", f"{commit.parents[0]}^{{tree}}")
        ours = self.git("rev-parse", f"{tip}^{{tree}}")
        common = self.store(parent, (), "base", who, who)
        sides = [self.store(tree, (common,), "side", who, who) for tree in (ours, commit.tree)]
        return self.merged_tree(*sides)

    def store(self, tree: str, parents: Sequence[str], message: str, author: Signature, committer: Signature) -> str:
        """Store a commit object and tell its id."""
        arguments = [argument for parent in parents for argument in ("-p", parent)]
        environment = {
            f"GIT_{role}_{key}": value
            for role, who in (("AUTHOR", author), ("COMMITTER", committer))
            for key, value in (("NAME", who.name), ("EMAIL", who.email), ("DATE", f"{int(who.date.timestamp())} +0000"))
        }
        return self.git("commit-tree", tree, *arguments, stdin=message.encode(), extra=environment)

    def git(self, *arguments: str, stdin: bytes = b"", extra: Mapping[str, str] | None = None) -> str:
        """Run git on the repository and give its output, stripped; raises GitError."""
        return self._run(arguments, stdin, extra or {}).decode(errors="replace").strip()

    def _run(self, arguments: Sequence[str], stdin: bytes, extra: Mapping[str, str]) -> bytes:
        return run_git(self.path, arguments, stdin, extra)


def _read(path: Path) -> str | None:
    try:
        oid = path.read_text().strip()
    except FileNotFoundError:
        return None
    return oid if len(oid) == 40 else None


def _count(lines: str) -> int:
    """A count of `git diff --numstat`, which has a hyphen for a file that is not text."""
    return 0 if lines == "-" else int(lines)
