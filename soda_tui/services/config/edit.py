"""The configuration, changed by key: one value at a time; every other byte of the file stays as it was."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.configured import Written
from soda_tui.domain.configuration.keys import settle
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.selection import not_enrolled
from soda_tui.services.config.document import Document, parse, read
from soda_tui.services.config.file import locked, put_in_place
from soda_tui.services.config.reading import settings
from soda_tui.services.config.slots import Slot, holds, slot_of
from soda_tui.services.config.tomllines import Block, KeyPath, scan, split
from soda_tui.services.paths import Paths


def assign(paths: Paths, name: str, typed: Sequence[str] | str, repositories: Sequence[str] = ()) -> Written:
    """Set a key to what a person typed, for these repositories where some are named by their keys: for all or none.

    What was typed comes in words as a shell makes them, or as one line.
    Raises a Failure that says what the value should be, and leaves the file as it is.
    """
    with locked(paths):
        document = read(paths.config_file)
        places = [_place(document, name, each) for each in repositories or (None,)]
        slot, path = places[0]
        try:
            value = slot.typed(slot.words(typed) if isinstance(typed, str) else typed)
        except (ValueError, msgspec.ValidationError, RecursionError):
            raise _wrong(document, slot, path) from None
        written = _put(paths, document, [(slot, path, value) for slot, path in places])
        return structs.replace(written[0], changed=any(one.changed for one in written))


def assign_all(paths: Paths, values: Mapping[str, object], repository: str) -> tuple[Written, ...]:
    """Set several keys of a repository at once to values that are known to be right; raises a Failure."""
    with locked(paths):
        document = read(paths.config_file)
        return _put(paths, document, [(*_place(document, name, repository), each) for name, each in values.items()])


def remove(paths: Paths, name: str, repositories: Sequence[str] = ()) -> Written:
    """Take a key out of the file, so that what is behind it holds; raises a Failure where it is not in it."""
    with locked(paths):
        document = before = read(paths.config_file)
        places = [_place(document, name, each) for each in repositories or (None,)]
        there = [(slot, path) for slot, path in places if holds(document.data, path)]
        slot, at = places[0]
        if not there:
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.UNSET_NOTHING(key=slot.name, file=document.file)))
        expected = copy.deepcopy(document.data)
        for each, path in there:
            del _around(expected, path)[path[-1]]
            try:
                document = parse(document.file, _without(document, path))
            except Failure:
                raise _by_hand(before, each) from None
        _save(paths, before, document.text, expected, slot, at)
        return Written(slot.name, None, str(before.file), 0, True)


def _place(document: Document, name: str, repository: str | None) -> tuple[Slot, KeyPath]:
    if repository is None:
        slot = slot_of(name, document.data)
        return slot, slot.path
    enrolments = settings(document).repositories
    enrolled = [one.key for one in enrolments]
    if repository not in enrolled:
        raise Failure(Problem(ErrorCode.USAGE, not_enrolled(repository, enrolments)))
    index = enrolled.index(repository)
    slot = slot_of(name, document.data["repository"][index], of_repository=True)
    return slot, ("repository", index, *slot.path)


def _put(paths: Paths, before: Document, places: Sequence[tuple[Slot, KeyPath, Any]]) -> tuple[Written, ...]:
    document, expected = before, copy.deepcopy(before.data)
    for slot, path, value in places:
        _around(expected, path, make=True)[path[-1]] = value
        try:
            document = parse(before.file, _with(document, path, value))
        except Failure:
            raise _by_hand(before, slot) from None
    slot, at, _ = places[-1]
    if changed := expected != before.data:
        _save(paths, before, document.text, expected, slot, at)
    return tuple(
        Written(slot.name, value, str(before.file), document.line(path), changed) for slot, path, value in places
    )


def _save(paths: Paths, before: Document, text: str, expected: dict[str, Any], slot: Slot, path: KeyPath) -> None:
    """Put a text in place that says exactly what it should; one that the cockpit would refuse is refused here."""
    try:
        after = parse(before.file, text)
    except Failure:
        raise _by_hand(before, slot) from None
    if _said(after.data) != _said(expected):
        raise _by_hand(before, slot)
    try:
        made = settings(after)
    except Failure as failure:
        raise _refused(before, after, slot, path, failure) from None
    action = slot.key.name
    if slot.table is None and holds(after.data, slot.path) and action not in made.keys:
        said = _around(after.data, slot.path)[slot.path[-1]]
        _, faults = settle({**made.keys, action: (said,) if isinstance(said, str) else said})
        reason = faults.get(action) or next(iter(faults.values()), slot.key.right)
        raise Failure(Problem(ErrorCode.CONFIGURATION, say.SET_REFUSED(reason=reason)))
    put_in_place(paths, before, text)


def _refused(before: Document, after: Document, slot: Slot, path: KeyPath, failure: Failure) -> Failure:
    """Why a text is refused: what was wrong already and is not mended by this, the value, or what goes with it."""
    try:
        settings(before)
    except Failure as earlier:
        return earlier
    if holds(after.data, path):
        return _wrong(before, slot, path)
    return Failure(Problem(ErrorCode.CONFIGURATION, say.SET_REFUSED(reason=failure.problem.message)))


def _with(document: Document, path: KeyPath, value: Any) -> str:
    """The text with a value at a path: in its table, in the nearest block that holds it, or in a block of its own."""
    import tomlkit

    for block in _holders(document, path):
        part, table = _opened(document, block, path)
        if table is not None:
            table[path[-1]] = value
            return _spliced(document, block, tomlkit.dumps(part))
    names = [part for part in path[:-1] if isinstance(part, str)]
    head = ".".join(_bare(name) for name in names)
    entry = tomlkit.dumps({str(path[-1]): value})
    own = [block for block in _blocks(document) if path[0] == "repository" and block.path[:2] == path[:2]]
    lines = split(document.text)
    at = own[-1].end if own else len(lines)
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    gap = "\n" if at and not own else ""
    lines[at:at] = [f"{gap}[{head}]\n{entry}"]
    return "".join(lines)


def _without(document: Document, path: KeyPath) -> str:
    import tomlkit

    for block in _holders(document, path):
        part, table = _opened(document, block, path)
        if table is not None and path[-1] in table:
            del table[path[-1]]
            return _spliced(document, block, tomlkit.dumps(part))
    return document.text


def _holders(document: Document, path: KeyPath) -> list[Block]:
    """The blocks in which a path's table may stand, the nearest first; the lines above all blocks are one too."""
    found = [block for block in _blocks(document) if block.path == path[: len(block.path)] and block.path != path]
    return sorted(found, key=lambda block: len(block.path), reverse=True)


def _blocks(document: Document) -> list[Block]:
    blocks = list(scan(document.text).blocks)
    first = blocks[0].first if blocks else len(split(document.text))
    return [Block((), 0, first), *blocks]


def _opened(document: Document, block: Block, path: KeyPath) -> tuple[Any, Any]:
    """A block as tomlkit has it, and in it the table around a path; None where that is not in it."""
    import tomlkit

    part = tomlkit.parse("".join(split(document.text)[block.first : block.end]))
    table: Any = part
    for name in block.path:
        # Alone, an element of a list of tables is the first one, and a part of it is that of no list.
        if not isinstance(name, int):
            table = table[name]
        elif isinstance(table, list):
            table = table[0]
    for name in path[len(block.path) : -1]:
        if not holds(table, (name,)):
            return part, None
        table = table[name]
    # What stands above all blocks has no table of its own.
    return part, table if path[:-1] else None


def _spliced(document: Document, block: Block, text: str) -> str:
    lines = split(document.text)
    ended = text if not text or text.endswith("\n") or block.end == len(lines) else f"{text}\n"
    lines[block.first : block.end] = [ended]
    return "".join(lines)


def _said(data: Any) -> Any:
    """What a file's data say: a table in which nothing is says nothing."""
    if not isinstance(data, dict):
        return [_said(each) for each in data] if isinstance(data, list) else data
    return {name: said for name, value in data.items() if (said := _said(value)) != {}}


def _around(data: Any, path: KeyPath, *, make: bool = False) -> Any:
    for part in path[:-1]:
        if make and isinstance(data, dict):
            data.setdefault(part, {})
        data = data[part]
    return data


def _bare(name: str) -> str:
    import tomlkit

    return tomlkit.key(name).as_string()


def _wrong(document: Document, slot: Slot, path: KeyPath) -> Failure:
    said = {"file": document.file, "key": slot.name, "right": slot.key.right}
    is_there = holds(document.data, path)
    words = say.SET_VALUE(**said, line=document.line(path)) if is_there else say.SET_NEW_VALUE(**said)
    return Failure(Problem(ErrorCode.USAGE, words))


def _by_hand(document: Document, slot: Slot) -> Failure:
    return Failure(Problem(ErrorCode.CONFIGURATION, say.SET_BY_HAND(file=document.file, key=slot.name)))
