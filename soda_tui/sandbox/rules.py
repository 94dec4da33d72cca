"""Rules on refs, as GitHub's rulesets have them, and the hook that holds pushes to them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

_WORDS = {
    "creation": "Cannot create ref due to creations being restricted.",
    "update": "Cannot update this protected ref.",
    "deletion": "Cannot delete this protected ref.",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Forbids what is named on the full ref names that match; `*` stands for anything, slashes too.

    `others` are further rules by GitHub's names, to which no push is held here. With `classic` it is a branch
    protection of the old kind, which only branches tell that are there.
    """

    pattern: str
    creation: bool = False
    update: bool = False
    deletion: bool = False
    others: tuple[str, ...] = ()
    classic: bool = False

    @property
    def forbidden(self) -> tuple[str, ...]:
        """The names of what is forbidden."""
        return tuple(name for name in _WORDS if getattr(self, name))

    @property
    def kinds(self) -> tuple[str, ...]:
        """All its rules by GitHub's names."""
        return (*(name.upper() for name in self.forbidden), *self.others)


def violations(rules: Iterable[Rule], ref: str, *, created: bool, deleted: bool) -> tuple[str, ...]:
    """GitHub's sentences for the rules that an update of the ref would break."""
    deed = "creation" if created else "deletion" if deleted else "update"
    hit = any(deed in rule.forbidden for rule in rules if fnmatchcase(ref, rule.pattern))
    return (_WORDS[deed],) if hit else ()


def hook(rules: Sequence[Rule]) -> str:
    """The `pre-receive` hook for the rules, in plain shell; what it says is what GitHub says (GH013)."""
    arms = [
        f'    {deed}:{_glob(rule.pattern)}) refuse "$ref" {shlex.quote(_WORDS[deed])} ;;'
        for rule in rules
        for deed in rule.forbidden
    ]
    return "\n".join([_HEAD, *arms, _TAIL])


def _glob(pattern: str) -> str:
    # In a shell's `case`, only what stands outside quotes is a pattern.
    return "*".join(shlex.quote(part) if part else "" for part in pattern.split("*"))


_HEAD = """\
#!/bin/sh
zero=0000000000000000000000000000000000000000
status=0
refuse() {
  echo "error: GH013: Repository rule violations found for $1." >&2
  echo "" >&2
  echo "- $2" >&2
  echo "" >&2
  status=1
}
while read -r old new ref; do
  deed=update
  test "$old" = "$zero" && deed=creation
  test "$new" = "$zero" && deed=deletion
  case "$deed:$ref" in"""
_TAIL = """\
  esac
done
exit $status
"""
