"""Secrets taken out of a stream of bytes before it reaches the disk, also where it comes in pieces."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_LOOKS_SECRET = re.compile(r"(?:TOKEN|KEY|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS)S?\Z", re.IGNORECASE)
# What is shorter is as likely a word, which would then be missing from everything that is said.
_SHORTEST = 8


def secrets_of(given: Mapping[str, str], passed_on: Mapping[str, str]) -> dict[str, str]:
    """The values to be hidden, each with its name: all given as a secret, and variables whose name looks like one."""
    named = [(value, name) for name, value in passed_on.items() if _LOOKS_SECRET.search(name)]
    # By value, since what is passed on may differ from what was given under the same name.
    known = (*named, *((value, name) for name, value in given.items()))
    return {value: name for value, name in known if len(value) >= _SHORTEST}


class Hiding:
    """Replaces each value by `[secret NAME]`; of what might be the beginning of one the rest is waited for."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        marks: dict[bytes, bytes] = {}
        for value, name in secrets.items():
            mark = f"[secret {name}]".encode(errors="replace")
            for shape in (value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
                marks.setdefault(shape.encode(errors="surrogateescape"), mark)
        # Longest first, so that a value that begins with another one is hidden whole.
        self._marks = dict(sorted(marks.items(), key=lambda item: -len(item[0])))
        self._values = tuple(self._marks)
        self._any = re.compile(b"|".join(map(re.escape, self._values))) if marks else None
        firsts = b"".join(re.escape(first) for first in sorted({value[:1] for value in self._values}))
        self._first = re.compile(b"[" + firsts + b"]") if marks else None
        self._longest = max(map(len, self._values), default=0)
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """The bytes that can be told now, without secrets."""
        if self._any is None:
            return data
        data = self._held + data
        end = self._undecided(data)
        if not any(value in data for value in self._values):
            self._held = data[end:]
            return data[:end]
        told, done = [], 0
        for found in self._any.finditer(data):
            if found.start() >= end:
                break
            told += [data[done : found.start()], self._marks[found[0]]]
            done = found.end()
        self._held = data[max(done, end) :]
        return b"".join([*told, data[done:end]])

    def end(self) -> bytes:
        """The rest, when nothing more will come."""
        rest, self._held = self._held, b""
        return self._any.sub(lambda found: self._marks[found[0]], rest) if self._any else rest

    def _undecided(self, data: bytes) -> int:
        """Where the first value may have begun of which the end is not there yet."""
        assert self._first is not None
        begin = max(len(data) - self._longest + 1, 0)
        for found in self._first.finditer(data, begin):
            rest = data[found.start() :]
            if any(len(value) > len(rest) and value.startswith(rest) for value in self._values):
                return found.start()
        return len(data)
