"""Enrolling: which repository on GitHub a clone belongs to, read off the URL of its remote."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import RepositoryName, parse_remote
from soda_tui.domain.sentences import REMOTE_ALIAS, REMOTE_MISSING, REMOTE_UNKNOWN
from soda_tui.domain.shellwords import shell_word

_LOGIN_IN_URL = re.compile(r"(?<=://)[^/@]*@")


def identify(url: str | None, path: str) -> RepositoryName:
    """The repository that the URL of `origin` names; `path` is the clone, for the sentences.

    Raises a Failure that says what to type instead: without a remote, where the URL names no host, owner and name, and
    where the host is an alias of the user's ssh configuration, which is not read.
    """
    if not url:
        raise _failure(REMOTE_MISSING(path=path, word=shell_word(path)))
    name = parse_remote(url)
    shown = without_login(url)
    if name is None or not name.name:
        raise _failure(REMOTE_UNKNOWN(path=path, url=shown, word=shell_word(path)))
    if _is_alias(url, name.host):
        raise _failure(REMOTE_ALIAS(path=path, url=shown, host=name.host, name=name.full, word=shell_word(path)))
    return name


def without_login(url: str) -> str:
    """A URL without the user, and so without the password, that may stand in it."""
    return _LOGIN_IN_URL.sub("", url)


def same_repository(one: str, other: str, path: str) -> bool:
    """Whether two URLs of the clone at `path` lead to one repository; an alias may stand for any host."""
    names = parse_remote(one), parse_remote(other)
    if names[0] is None or names[1] is None:
        return names == (None, None) and _folder(one, path) == _folder(other, path)
    aliased = any(_is_alias(url, name.host) for url, name in zip((one, other), names, strict=True) if name)
    return names[0].full.lower() == names[1].full.lower() and (aliased or names[0].key == names[1].key)


def _folder(url: str, path: str) -> Path:
    """Where a URL that names no repository on a host leads to: a folder, which may be told as from the clone."""
    return Path(path, unquote(url.removeprefix("file://")) if url.startswith("file://") else url).resolve()


def _is_alias(url: str, host: str) -> bool:
    """Whether a URL's host is a name of the user's own for one: ssh's alone are looked up in a configuration.

    No such host can exist on the net: without a dot, or `github.com-work` with its hyphen at the end.
    """
    if url.startswith(("https://", "http://")):
        return False
    _, dot, top = host.rpartition(".")
    return not dot or ("-" in top and not top.startswith("xn--"))


def _failure(sentence: str) -> Failure:
    return Failure(Problem(ErrorCode.USAGE, sentence))
