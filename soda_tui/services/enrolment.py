"""Enrolling: which repository on GitHub a clone belongs to, read off the URL of its remote."""

from __future__ import annotations

import re

from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode
from soda_tui.domain.naming import RepositoryName, parse_remote
from soda_tui.domain.sentences import REMOTE_ALIAS, REMOTE_MISSING, REMOTE_UNKNOWN

_LOGIN_IN_URL = re.compile(r"(?<=://)[^/@]*@")


def identify(url: str | None, path: str) -> RepositoryName:
    """The repository that the URL of `origin` names; `path` is the clone, for the sentences.

    Raises a Failure that says what to type instead: without a remote, where the URL names no host, owner and name, and
    where the host is an alias of the user's ssh configuration, which is not read.
    """
    if not url:
        raise _failure(REMOTE_MISSING(path=path))
    name = parse_remote(url)
    shown = _LOGIN_IN_URL.sub("", url)
    if name is None or not name.name:
        raise _failure(REMOTE_UNKNOWN(path=path, url=shown))
    if not url.startswith(("https://", "http://")) and _is_alias(name.host):
        raise _failure(REMOTE_ALIAS(path=path, url=shown, host=name.host, name=name.full))
    return name


def _is_alias(host: str) -> bool:
    """Whether no such host can exist on the net: without a dot, or `github.com-work` with its hyphen at the end."""
    _, dot, top = host.rpartition(".")
    return not dot or ("-" in top and not top.startswith("xn--"))


def _failure(sentence: str) -> Failure:
    return Failure(Problem(ErrorCode.USAGE, sentence))
