"""What git says when it fails, as problems that a person can read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from soda_tui.domain import sentences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.sentences import Sentence
from soda_tui.domain.shellwords import shell_word
from soda_tui.domain.text import shorten
from soda_tui.services.git.process import Finished
from soda_tui.services.redaction import redact

_NAMED = 3
_NAME = 200
# A user in a URL may be a token as well.
_USER = re.compile(r"(?<=://)[^/\s@]+@")
_PREFIX = re.compile(r"(?m)^(?:remote: ?|fatal: |error: |hint: .*)+")

# Of tokens of a person, of an OAuth app, and of a GitHub app, whose permission has another name.
WITHOUT_SCOPE = re.compile(
    "refusing to allow .{1,80} to create or update workflow|without `?workflows?`? (?:scope|permission)"
)
_NO_ROOM = r"(?m)^(?!remote:).*(?:No space left on device|Disk quota exceeded)"

_OF_THE_TOKEN = {ErrorCode.AUTHENTICATION, ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND}

_RULES: tuple[tuple[re.Pattern[str], ErrorCode, Sentence], ...] = tuple(
    (re.compile(pattern), code, sentence)
    for pattern, code, sentence in (
        # Not of the remote's own disk.
        (_NO_ROOM, ErrorCode.DISK_FULL, sentences.DISK_FULL),
        ("detected dubious ownership", ErrorCode.CLONE, sentences.CLONE_NOT_OWNED),
        ("fatal: not a git repository", ErrorCode.CLONE, sentences.CLONE_NOT_A_REPOSITORY),
        ("must be run in a work tree", ErrorCode.CLONE, sentences.CLONE_BARE),
        ("fatal: cannot change to", ErrorCode.CLONE, sentences.CLONE_MISSING),
        (
            r"Authentication failed|could not read (?:Username|Password)|Permission denied \(|error: 401"
            r"|Host key verification failed",
            ErrorCode.AUTHENTICATION,
            sentences.GIT_NOT_AUTHENTICATED,
        ),
        (r"Permission to \S+ denied|Write access .* not granted|error: 403", ErrorCode.FORBIDDEN, sentences.GIT_DENIED),
        (
            "[Rr]epository (?:'.*' )?not found|does not appear to be a git repository|error: 404",
            ErrorCode.NOT_FOUND,
            sentences.REMOTE_NOT_FOUND,
        ),
        (
            "Could not resolve host|unable to access|unable to connect|[Cc]onnection |timed out|hung up|early EOF"
            "|RPC failed|Could not read from remote|unexpected disconnect",
            ErrorCode.NETWORK,
            sentences.REMOTE_UNREACHABLE,
        ),
        (r"\.lock': File exists", ErrorCode.GIT, sentences.GIT_LOCKED),
    )
)


def words(text: str, characters: int = 300) -> str:
    """What git, a hook or a server said: without secrets, on one line."""
    return shorten(_PREFIX.sub("", _USER.sub("", redact(text))), characters) or sentences.GIT_SILENT()


def named(names: Sequence[str]) -> str:
    """The first of some files' names, whatever their bytes, and how many more there are."""
    told = ", ".join(shorten(name.encode("utf-8", "replace").decode(), _NAME) for name in names[:_NAMED])
    more = len(names) - _NAMED
    return sentences.AND_MORE(files=told, more=more) if more > 0 else told


def problem(finished: Finished, directory: str) -> Problem:
    """Why a git process in the directory did not do what it was asked."""
    if finished.code is None:
        return Problem(ErrorCode.GIT_TIMEOUT, sentences.GIT_TIMEOUT(path=directory))
    said = words(finished.err)
    for pattern, code, sentence in _RULES:
        if pattern.search(finished.err):
            told = sentence(path=directory, words=said, word=shell_word(directory))
            return Problem(code, asked_as(finished, told) if code in _OF_THE_TOKEN else told)
    return Problem(ErrorCode.GIT, sentences.GIT_FAILED(path=directory, words=said))


def asked_as(finished: Finished, said: str) -> str:
    """What was said to a process that had a named account's token, with that name."""
    return sentences.GIT_ASKED_AS(said=said, account=finished.account) if finished.account else said


def text(finished: Finished, directory: str) -> str:
    """The output of a process that must have succeeded; raises a Failure where it did not."""
    if finished.code != 0:
        raise Failure(problem(finished, directory))
    return finished.text


def refused(sentence: str) -> Failure:
    """A refusal, to be raised."""
    return Failure(Problem(ErrorCode.REFUSED, sentence))
