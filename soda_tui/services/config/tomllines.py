"""Lines of a TOML text: where each table and key stands, which no TOML reader of the standard library tells."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from msgspec import Struct

KeyPath = tuple[str | int, ...]

_PART = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_KEY = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*(?P<array>\[?)\[[ \t]*(?P<key>{_KEY})[ \t]*\]")
_PAIR = re.compile(rf"[ \t]*(?P<key>{_KEY})[ \t]*=(?P<value>.*)", re.DOTALL)
_LONGEST_VALUE = 1000


class Block(Struct, frozen=True):
    """A table header and what belongs to it: lines from `first` to before `end`, counted from 0.

    Comments and empty lines after its last key belong to nothing.
    """

    path: KeyPath
    first: int
    end: int


class Lines(Struct, frozen=True):
    """The blocks of a valid TOML text, and the line of every key, counted from 0."""

    blocks: tuple[Block, ...]
    keys: dict[KeyPath, int]

    def number(self, path: KeyPath) -> int:
        """The line, counted from 1, of the key or of what is nearest around it: its table, or the first line."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.keys:
                return self.keys[path[:length]] + 1
        return 1


def split(text: str) -> list[str]:
    """The lines with their ends; unlike `str.splitlines`, only a line feed ends a line of TOML."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def scan(text: str) -> Lines:
    """The lines of a text that `tomllib` can read; elements of an array of tables are counted from 0."""
    lines = split(text)
    counts: dict[KeyPath, int] = {}
    keys: dict[KeyPath, int] = {}
    blocks: list[Block] = []
    at: KeyPath = ()
    line = 0
    while line < len(lines):
        end = line + 1
        if header := _HEADER.match(lines[line]):
            at = _table(_names(header["key"]), bool(header["array"]), counts)
            for length in range(len(at), 0, -1):
                keys.setdefault(at[:length], line)
            blocks.append(Block(at, line, end))
        elif pair := _PAIR.match(lines[line]):
            end = _value_end(pair["value"], lines, line)
            keys.setdefault((*at, *_names(pair["key"])), line)
            if blocks:
                blocks[-1] = Block(at, blocks[-1].first, end)
        line = end
    return Lines(tuple(blocks), keys)


def _names(key: str) -> tuple[str, ...]:
    return tuple(_descend(tomllib.loads(f"{key} = 0")))


def _descend(table: object) -> Iterator[str]:
    while isinstance(table, dict):
        name, table = next(iter(table.items()))
        yield name


def _table(names: tuple[str, ...], is_array: bool, counts: dict[KeyPath, int]) -> KeyPath:
    """The path of a table header: a name of an array of tables means its latest element."""
    path: KeyPath = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if is_array and position == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _value_end(value: str, lines: list[str], line: int) -> int:
    """The line after a value, which may go on over several lines."""
    for end in range(line + 1, min(len(lines), line + _LONGEST_VALUE) + 1):
        try:
            tomllib.loads(f"value = {value}")
        except (ValueError, RecursionError):
            value += "".join(lines[end : end + 1])
        else:
            return end
    return line + 1
