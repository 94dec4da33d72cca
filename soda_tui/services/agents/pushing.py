"""No push from where an agent works: the cockpit pushes, together with the ledger, and so never without its claim.

Git takes an added setting behind those of the clone, so a push URL that is configured there cannot be replaced, only
rewritten. What no rewriting reaches (another URL, a push URL that is the fetch URL too) fails at `push.gpgSign`, which
neither GitHub nor a plain repository accepts.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from soda_tui.services import files
from soda_tui.services.git.gitdir import common_dir, git_dir

# Stands where git expects a URL, so that it is what git names when a push fails.
REASON = "soda-tui pushes the work itself. Commit it; nothing more is needed"
_SECONDS = 10.0
_KEY = re.compile(r"remote\.(.+)\.(url|pushurl)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Remote:
    name: str
    urls: tuple[str, ...]
    push_urls: tuple[str, ...]


def no_push(directory: str, file: Path, environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """Write git settings for the directory's clone to `file`; the settings for the environment that include them there.

    They count in the clone and its worktrees only: an agent may well push between repositories that its tests make.
    """
    found = git_dir(directory)
    if found is None:
        return []
    files.replace(file, _settings(_remotes(directory, environment)).encode("utf-8", "surrogateescape"))
    place = re.sub(r"([*?\[\]\\])", r"\\\1", str(common_dir(found)))
    return [(f"includeIf.gitdir:{place}{inside}.path", str(file.absolute())) for inside in ("", "/")]


def _remotes(directory: str, environment: Mapping[str, str]) -> list[_Remote]:
    """The remotes that git knows there; none where it does not answer."""
    command = ("git", "-C", directory, "config", "-z", "--get-regexp", r"^remote\..*\.(url|pushurl)$")
    try:
        done = subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, env=dict(environment)
        )
    except (OSError, subprocess.SubprocessError):
        return []
    urls: dict[str, dict[str, list[str]]] = {}
    for entry in os.fsdecode(done.stdout).split("\0"):
        key, _, value = entry.partition("\n")
        if match := _KEY.fullmatch(key):
            urls.setdefault(match[1], {"url": [], "pushurl": []})[match[2]].append(value)
    return [_Remote(name, tuple(found["url"]), tuple(found["pushurl"])) for name, found in urls.items()]


def _settings(remotes: Sequence[_Remote]) -> str:
    return "".join(f"{line}\n" for line in ("[push]", "gpgSign = true", *_without_push(remotes)))


def _without_push(remotes: Sequence[_Remote]) -> Iterator[str]:
    fetched = [url for remote in remotes for url in remote.urls]
    for remote in remotes:
        if not remote.push_urls:
            yield f"[remote {_quoted(remote.name)}]"
            yield f"pushUrl = {_quoted(REASON)}"
        for url in remote.push_urls:
            if not any(each.startswith(url) for each in fetched):
                yield f"[url {_quoted(REASON)}]"
                yield f"insteadOf = {_quoted(url)}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
