"""Names: repositories on their hosts, remote URLs, and the branches that My Little Soda made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

DEFAULT_HOST = "github.com"
LEDGER_BRANCH = "soda/ledger"
RESCUE_BRANCHES = "soda-rescue"

_OWNER = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_NAME = r"[A-Za-z0-9._-]+"
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?"
_FULL = re.compile(rf"(?:(?P<host>{_HOST})/)?(?P<owner>{_OWNER})/(?P<name>{_NAME})")
_SCP = re.compile(rf"(?:[^@/:]+@)?(?P<host>{_HOST}):(?P<path>[^:].*)")
_WORK = re.compile(r"(?:(?P<agent>agent\d{3})/(?P<issue>[1-9]\d*)(?:-(?P<slug>[^/]*))?|work-(?P<old>[1-9]\d*))")
_BUNDLE = re.compile(r"bundle/\d{8}_\d{4}__issues_(?P<issues>[1-9]\d{0,9}(?:_[1-9]\d{0,9})+)")
_SLUG_LENGTH = 30


@dataclass(frozen=True, slots=True)
class RepositoryName:
    """A repository on a host; compared by `key`, since GitHub ignores case."""

    host: str
    owner: str
    name: str

    @property
    def full(self) -> str:
        """OWNER/NAME."""
        return f"{self.owner}/{self.name}"

    @property
    def key(self) -> str:
        """HOST/OWNER/NAME in lower case, the cockpit's own name for it."""
        return f"{self.host}/{self.owner}/{self.name}".lower()

    def identity(self, node_id: str) -> str:
        """What stands for the repository whatever it is called: each host counts its node ids from the beginning."""
        host = self.host.lower()
        return node_id if host == DEFAULT_HOST else f"{host} {node_id}"


def parse_name(text: str) -> RepositoryName | None:
    """OWNER/NAME or HOST/OWNER/NAME; None where the text is neither."""
    match = _FULL.fullmatch(text)
    name = match["name"].removesuffix(".git") if match else ""
    if match is None or name in {"", ".", ".."}:
        return None
    return RepositoryName(match["host"] or DEFAULT_HOST, match["owner"], name)


def parse_remote(url: str) -> RepositoryName | None:
    """The repository that a git remote names: https, http, ssh and git URLs, and `git@host:owner/name`.

    None for local paths and whatever else does not name a host, an owner and a name.
    """
    if "://" in url:
        try:
            parts = urlsplit(url)
            number = parts.port
        except ValueError:
            return None
        if parts.scheme not in {"https", "http", "ssh", "git", "git+ssh"} or not parts.hostname:
            return None
        # A port belongs to a web host's name, not to an ssh one: GitHub's ssh.github.com:443 is github.com.
        port = f":{number}" if number and parts.scheme in {"https", "http"} else ""
        host, path = parts.hostname + port, unquote(parts.path)
    else:
        match = _SCP.fullmatch(url)
        if match is None:
            return None
        host, path = match["host"], match["path"]
    host = {"ssh.github.com": DEFAULT_HOST, "www.github.com": DEFAULT_HOST}.get(host.lower(), host.lower())
    return parse_name(f"{host}/{path.strip('/').removesuffix('.git')}")


def slug(title: str) -> str:
    """My Little Soda's branch slug: lower-case ASCII letters and digits, whole words, at most 30 characters.

    All else is dropped, not replaced (`assignment.rs:19-76`); a first word that is too long is cut, where the ancestor
    then left nothing. Empty for a title without ASCII.
    """
    kept = "".join(c for c in title.lower() if c.isascii() and (c.isalnum() or c.isspace() or c == "-"))
    words = [word for word in re.split(r"[\s-]+", kept) if word]
    if not words:
        return ""
    taken = words[0][:_SLUG_LENGTH]
    for word in words[1:]:
        if len(taken) + 1 + len(word) > _SLUG_LENGTH:
            break
        taken += f"-{word}"
    return taken


def work_branch(agent: str, issue: int, title: str, fresh: int = 1) -> str:
    """The branch for an issue: `agent001/12-fix-the-crash`, or `agent001/12-issue` where the title leaves nothing.

    From the second fresh start on, its number is appended: `agent001/12-fix-the-crash-2`.
    """
    again = f"-{fresh}" if fresh > 1 else ""
    return f"{agent}/{issue}-{slug(title) or 'issue'}{again}"


def branch_issue(branch: str) -> int | None:
    """The issue that a work branch is for, legacy names `agent001/12` and `work-12` included; else None."""
    match = _WORK.fullmatch(branch)
    return int(match["issue"] or match["old"]) if match else None


def branch_agent(branch: str) -> str | None:
    """The agent in a work branch's name; None for other branches and for `work-12`."""
    match = _WORK.fullmatch(branch)
    return match["agent"] if match else None


def bundle_branch(issues: Iterable[int], now: datetime) -> str:
    """The branch of a bundle, as the ancestor calls one: `bundle/20261121_0704__issues_12_15`."""
    return f"bundle/{now.astimezone(UTC):%Y%m%d_%H%M}__issues_{'_'.join(map(str, sorted(issues)))}"


def bundle_issues(branch: str) -> tuple[int, ...]:
    """The issues in the name of a bundle's branch; none for other branches."""
    match = _BUNDLE.fullmatch(branch)
    return tuple(map(int, match["issues"].split("_"))) if match else ()
