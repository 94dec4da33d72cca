"""Secrets taken out of a stream of bytes before it reaches the disk, also where it comes in pieces, and escaped."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

# The word ends a part of the name.
_LOOKS_SECRET = re.compile(
    r"(?:.*(?:TOKEN|KEY|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|CRED)|(?:.*_)?(?:PAT|AUTH|HEADER)|.+_PWD)"
    r"S?\d*(?:_.*)?",
    re.IGNORECASE | re.DOTALL,
)
# What tells where a secret is, or of which kind, is none, nor are git's own settings.
_ABOUT = re.compile(
    r"GIT_CONFIG_KEY_\d+|.*_(?:FILE|PATH|DIR|SOCK|URL|URI|HOST|TYPE|MODE|METHOD|NAME)", re.IGNORECASE | re.DOTALL
)
_HEADERS = re.compile(r"HEADERS?\d*(?:_|\Z)", re.IGNORECASE)
_IN_URL = re.compile(r"://([^\s/@:]*):([^\s/@]+)@")
# What is shorter is as likely a word, which would then be missing from everything that is said.
_SHORTEST = 8

# Of plain characters nobody makes anything else; of every other one JSON may, and JSON in JSON.
_KINDS = re.compile(r"(?P<plain>[\w.~ :=,@-]+)|(?P<slashes>\\+)|(?P<line>\r?\n)|.", re.ASCII | re.DOTALL)
_LETTERS = {"\b": b"b", "\t": b"t", "\n": b"n", "\f": b"f", "\r": b"r"}
# What JSON in JSON in JSON makes of one backslash.
_DEPTH = 8
_SLASHES = rb"\\{0,%d}" % _DEPTH
# Two units of UTF-16, or the two ends of a line.
_LONGEST = 2 * (_DEPTH + 5)
_BEGUN = re.compile(rb"(?:%s(?:u\w{0,4}|r)?|\r){0,2}" % _SLASHES)


def secrets_of(given: Mapping[str, str], passed_on: Mapping[str, str], known: Collection[str] = ()) -> dict[str, str]:
    """The values to be hidden, each with its name.

    They are all given as a secret, `known` ones that nobody gave, variables whose name looks like one, what is in
    headers, and passwords in URLs.
    """
    secret = [name for name in passed_on if _LOOKS_SECRET.fullmatch(name) and not _ABOUT.fullmatch(name)]
    named = [(passed_on[name], name) for name in secret]
    parts = [(value, name) for name, whole in passed_on.items() for value in _within(name, whole)]
    # By value, since what is passed on may differ from what was given under the same name.
    found = (*((value, "token") for value in known), *parts, *named, *((value, name) for name, value in given.items()))
    # As programs use them: what reads one from a file often leaves the line feed.
    return {value.strip(): name for value, name in found if len(value.strip()) >= _SHORTEST}


def _within(name: str, value: str) -> Iterator[str]:
    """The secrets inside a value: user and password of a URL, and the password alone; what each header says."""
    for user, password in _IN_URL.findall(value):
        # A password that is the user's name is none, and often a word.
        for secret in (f"{user}:{password}", *([password] if password != user else ())):
            yield from (secret, unquote(secret))
    if _HEADERS.search(name):
        for header in re.split(r"[\n,]", value):
            yield from header.split()[-1:]


class _Part(NamedTuple):
    """A part of a secret: its bytes, and where these may be written in other ways the pattern of all of them."""

    text: bytes
    longest: int
    ways: bytes = b""

    @property
    def pattern(self) -> bytes:
        """The pattern that finds it."""
        return self.ways or re.escape(self.text)

    def end(self, data: bytes, at: int) -> int | None:
        """Where it ends that begins here, None where it is not there."""
        if self.ways:
            found = re.compile(self.ways).match(data, at)
            return found.end() if found else None
        return at + len(self.text) if data.startswith(self.text, at) else None

    def is_begun(self, rest: bytes) -> bool:
        """Whether what is not there may be once more has come."""
        if not self.ways:
            return self.text.startswith(rest)
        return _BEGUN.fullmatch(rest) is not None or self.text.startswith(rest.lstrip(b"\\"))


def _parts(secret: str) -> list[_Part]:
    parts = []
    for found in _KINDS.finditer(secret):
        text, data = found[0], found[0].encode(errors="surrogateescape")
        match found.lastgroup:
            case "plain":
                parts.append(_Part(data, len(data)))
            case "slashes":
                most = len(data) * _DEPTH
                parts.append(_Part(data, most, rb"\\{%d,%d}" % (len(data), most)))
            case "line":
                # A terminal ends a line with two characters.
                parts.append(_Part(data, _LONGEST, b"(?:%s)?%s" % (_ways("\r"), _ways("\n"))))
            case _:
                parts.append(_Part(data, _LONGEST, _ways(text)))
    return parts


def _ways(letter: str) -> bytes:
    """The pattern of a character, as it is or as JSON writes it."""
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    coded = b"".join(b"%su%s" % (_SLASHES, units[at : at + 4].encode()) for at in range(0, len(units), 4))
    itself = re.escape(letter.encode(errors="surrogateescape"))
    named = b"|" + _LETTERS[letter] if letter in _LETTERS else b""
    return b"(?:%s(?:%s%s)|(?i:%s))" % (_SLASHES, itself, named, coded)


class Hiding:
    """Replaces each value by `[secret NAME]`; of what might be the beginning of one the rest is waited for."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        # Longest first, so that a value that begins with another one is hidden whole.
        values = sorted(secrets, key=lambda value: (-len(value), value))
        self._marks = [f"[secret {secrets[value]}]".encode(errors="replace") for value in values]
        self._values = [_parts(value) for value in values]
        shapes = (b"(%s)" % b"".join(part.pattern for part in parts) for parts in self._values)
        self._any = re.compile(b"|".join(shapes)) if values else None
        # Where none of these is, which is found much faster, is no value.
        self._cores = [max((b"", *(one.text for one in parts if not one.ways)), key=len) for parts in self._values]
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """The bytes that can be told now, without secrets."""
        if self._any is None:
            return data
        data = self._held + data
        end = self._undecided(data)
        if not any(core in data for core in self._cores):
            self._held = data[end:]
            return data[:end]
        told, done = [], 0
        for found in self._any.finditer(data):
            if found.start() >= end:
                break
            told += [data[done : found.start()], self._mark(found)]
            done = found.end()
        self._held = data[max(done, end) :]
        return b"".join([*told, data[done:end]])

    def end(self) -> bytes:
        """The rest, when nothing more will come."""
        rest, self._held = self._held, b""
        return self._any.sub(self._mark, rest) if self._any else rest

    def _mark(self, found: re.Match[bytes]) -> bytes:
        return self._marks[(found.lastindex or 1) - 1]

    def _undecided(self, data: bytes) -> int:
        """Where the first value may have begun of which the end is not there yet."""
        return min((_begun(parts, data) for parts in self._values), default=len(data))


def _begun(parts: Sequence[_Part], data: bytes) -> int:
    """Where it stands that goes on behind the data's end; the end where that is not so."""
    begin = max(len(data) - sum(part.longest for part in parts) + 1, 0)
    firsts = b"[%s%s]" % (re.escape(parts[0].text[:1]), rb"\\" if parts[0].ways else b"")
    for found in re.compile(firsts).finditer(data, begin):
        if _is_begun(parts, data, found.start()):
            return found.start()
    return len(data)


def _is_begun(parts: Sequence[_Part], data: bytes, at: int) -> bool:
    """Whether what stands there to the end of the data is the beginning of a value."""
    for part in parts:
        end = part.end(data, at)
        if end is None:
            return part.is_begun(data[at : at + part.longest + 1])
        at = end
    return False
