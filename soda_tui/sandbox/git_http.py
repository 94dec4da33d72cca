"""The remotes over http: `git http-backend` behind a token check, in the words of GitHub's git server."""

from __future__ import annotations

import base64
import binascii
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import parse_qs

from soda_tui.sandbox.errors import Refused
from soda_tui.sandbox.git import git_environment
from soda_tui.sandbox.model import Permission, Repository
from soda_tui.sandbox.world import Token, World

_PATH = re.compile(r"/(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/(?P<rest>info/refs|git-upload-pack|git-receive-pack)")
_HEADER_LINES = 100
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class GitRequest:
    """A request of git's smart protocol; `size` is the body's length in bytes."""

    method: str
    name: str
    rest: str
    query: str
    headers: Mapping[str, str]

    @property
    def service(self) -> str:
        """`git-upload-pack`, `git-receive-pack`, or empty for what is neither."""
        named = parse_qs(self.query).get("service", [""])[0] if self.rest == "info/refs" else self.rest
        return named if named in {"git-upload-pack", "git-receive-pack"} else ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the git server says instead of git: status, words, and whether it asks for a name and password."""

    status: int
    words: str
    challenge: bool = False


def git_request(method: str, path: str, query: str, headers: Mapping[str, str]) -> GitRequest | None:
    """The request as git's, or None where the path is none of git's."""
    match = _PATH.fullmatch(path)
    return GitRequest(method, match["name"], match["rest"], query, headers) if match else None


def admit(world: World, request: GitRequest) -> Repository | Refusal:
    """The repository, if whoever asks may do this there."""
    token = token_of(world, request.headers)
    if not request.service:
        return Refusal(403, "Please upgrade your git client.\n")
    try:
        repository = world.repository(request.name)
    except Refused:
        return Refusal(404, "Repository not found.\n") if token else _ask()
    writing = request.service == "git-receive-pack"
    if token is None:
        return _ask() if writing or repository.private else repository
    may = world.permission(repository, token.user)
    if may is None or not token.reaches(repository):
        return Refusal(404, "Repository not found.\n")
    if token.user.login in repository.saml:
        return Refusal(403, "The organization has enabled or enforced SAML SSO.\n")
    if writing and repository.archived:
        return Refusal(403, "This repository was archived so it is read-only.\n")
    if writing and may < Permission.WRITE:
        return Refusal(403, f"Permission to {repository.full_name}.git denied to {token.user.login}.\n")
    return repository


def _ask() -> Refusal:
    return Refusal(401, "Invalid username or token. Password authentication is not supported.\n", challenge=True)


def token_of(world: World, headers: Mapping[str, str]) -> Token | None:
    """The token that a request of git's comes with."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return world.tokens.get(secret.strip())
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(secret, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return world.tokens.get(password) or world.tokens.get(user)


@contextmanager
def backend(repository: Repository, request: GitRequest, body: IO[bytes], size: int) -> Iterator[IO[bytes]]:
    """Run `git http-backend` on a body of `size` bytes; its output, which begins with CGI headers.

    The process is ended when the context is left, whether it was read to its end or not.
    """
    path = repository.remote.path
    environment = {
        **git_environment(),
        "GIT_PROJECT_ROOT": str(path.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{path.name}/{request.rest}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(size),
        "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""),
        "GIT_PROTOCOL": request.headers.get("git-protocol", ""),
        "REMOTE_USER": "sandbox",
        "REMOTE_ADDR": "127.0.0.1",
    }
    process = subprocess.Popen(
        ["git", "http-backend"], stdin=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    assert process.stdout is not None
    with process, process.stdout as output:
        try:
            yield output
            process.wait(_SECONDS)
        except BaseException:
            process.kill()
            raise


def cgi_headers(output: IO[bytes]) -> tuple[int, list[tuple[str, str]]]:
    """The status and the headers at the beginning of a CGI program's output."""
    status, headers = 200, []
    for _ in range(_HEADER_LINES):
        line = output.readline(8192).decode("latin-1").strip()
        if not line:
            break
        name, _, value = line.partition(":")
        if name.lower() == "status":
            status = int(value.split()[0])
        else:
            headers.append((name, value.strip()))
    return status, headers
