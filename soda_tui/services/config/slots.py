"""Places of the configuration as people name them: `cockpit.interval`, `hosts.git.example.org.api_url`."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import ACTIONS
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.nearness import nearest
from soda_tui.services.config.keys import Key, keys
from soda_tui.services.config.sections import PARTS, PROFILE_NAME, SECTIONS, Account, Agent, Defaults, Host

_BY_LABEL = "profile_by_label"
_KEYS = "keys"
_RIGHT_KEYS = "a key, or a list of keys, that no other action has"
_NAMED: Mapping[str, type[Struct]] = {"hosts": Host, "profile": Agent}
_NAMES_OF = {"hosts": "HOST", "profile": "NAME"}
_ACCOUNTS = "accounts"
_OF_ENROLMENT = ("repository", "name", "host", "path")


class Slot(Struct, frozen=True):
    """One place: its name, its path below the top of the file or below its repository, its row of the table of keys.

    `table` has its type, in the field `field`; None for a key of the screen.
    """

    name: str
    path: tuple[str, ...]
    key: Key
    table: type[Struct] | None
    field: str

    def read(self, value: object, *, strict: bool = False) -> Any:
        """The value by its type, as TOML has it; raises `msgspec.ValidationError` where it is none."""
        if self.table is None:
            return msgspec.convert(value, str | list[str], strict=strict)
        made = msgspec.convert({self.field: value}, self.table, strict=strict)
        found = msgspec.to_builtins(getattr(made, self.field))
        return list(found) if isinstance(found, tuple) else found

    def words(self, line: str) -> list[str]:
        """What a person typed on one line, as words of a shell where it is a list; raises ValueError."""
        listed = isinstance(self.key.default, tuple) and not line.lstrip().startswith("[")
        return shlex.split(line) if listed else [line.strip()]

    def typed(self, words: Sequence[str]) -> Any:
        """The value that a person typed, a word for each element where it is a list; raises ValueError."""
        always = isinstance(self.key.default, tuple) and self.table is not None
        listed = always or self.table is None or self.field == "profile"
        if listed and len(words) == 1 and words[0].lstrip().startswith("["):
            return self.read(tomllib.loads(f"value = {words[0]}")["value"])
        if always or (listed and len(words) > 1):
            return self.read(list(words))
        if len(words) != 1:
            raise ValueError("one value")
        value = self.read(words[0])
        # A whole number of minutes is written as one.
        return int(value) if isinstance(value, float) and value.is_integer() and "." not in words[0] else value


def every(data: Mapping[str, Any], *, of_repository: bool = False) -> tuple[Slot, ...]:
    """The places of the whole table, and those that the file has besides: its hosts, profiles, labels and keys."""
    found = [_slot(section, key, of_repository) for section, kind in SECTIONS.items() for key in keys(section, kind)]
    if of_repository:
        found = [slot for slot in found if slot.key.repository]
    else:
        for section, kind in _NAMED.items():
            for name, table in _table(data.get(section)).items():
                rows = keys(section, kind)
                found += [_named(section, name, key, kind) for key in rows if key.name in _table(table)]
        for host, of_host in _table(data.get("hosts")).items():
            for name, table in _table(_table(of_host).get(_ACCOUNTS)).items():
                found += [_of_account(host, name, key) for key in keys("hosts", Account) if key.name in _table(table)]
        found += [_screen_key(name, data) for name in _screen_keys(_table(data.get(_KEYS)))]
    return (*found, *(_by_label(label) for label in _table(data.get(_BY_LABEL))))


def slot_of(text: str, data: Mapping[str, Any], *, of_repository: bool = False) -> Slot:
    """The place that a person names; `data` is the file's, or that of the repository's table. Raises a Failure."""
    section, _, rest = text.strip().partition(".")
    known = {slot.name: slot for slot in every({})}
    if text in known:
        slot = known[text]
        if of_repository and not slot.key.repository:
            raise _failure(say.KEY_NOT_OF_REPOSITORY(key=text))
        return _slot(section, slot.key, of_repository)
    if section in _NAMED and not of_repository:
        name, _, field = rest.rpartition(".")
        if section == "hosts" and f".{_ACCOUNTS}." in name:
            host, _, account = name.rpartition(f".{_ACCOUNTS}.")
            own = next((key for key in keys(section, Account) if key.name == field), None)
            if own is not None:
                return _of_account(_spelt(_unquoted(host), data), _unquoted(account), own)
        name = _unquoted(name)
        row = next((key for key in keys(section, _NAMED[section]) if key.name == field), None)
        if name and row is not None:
            return _named(section, _spelt(name, data) if section == "hosts" else name, row, _NAMED[section])
    if section == _BY_LABEL and rest:
        return _by_label(_unquoted(rest))
    if section == _KEYS and any(action.name == _unquoted(rest) for action in ACTIONS) and not of_repository:
        return _screen_key(_unquoted(rest), data)
    if text in _OF_ENROLMENT or section == "repository":
        raise _failure(say.KEY_OF_ENROLMENT(key=text))
    if text in {*_NAMED, _BY_LABEL, _KEYS}:
        raise _failure(say.KEY_IS_TABLE(key=text, names=", ".join(_below(text))))
    names = [*known, *(f"{_KEYS}.{action.name}" for action in ACTIONS)]
    near = nearest(text, names) or next((name for name in known if name.partition(".")[2] == text), None)
    hint = f"Did you mean {near}?" if near else "soda-tui config get lists all settings."
    raise _failure(say.OPTION_UNKNOWN(key=text, hint=hint))


def _below(table: str) -> list[str]:
    """What the settings of a table are called that names its own."""
    if table in _NAMED:
        return [f"{table}.{_NAMES_OF[table]}.{key.name}" for key in keys(table, _NAMED[table])]
    return [f"{table}.LABEL" if table == _BY_LABEL else f"{table}.ACTION (soda-tui keys names them)"]


def _slot(section: str, key: Key, of_repository: bool) -> Slot:
    path = (key.name,) if of_repository and section not in PARTS else (section, key.name)
    return Slot(f"{section}.{key.name}", path, key, SECTIONS[section], key.name)


def _named(section: str, name: str, key: Key, kind: type[Struct]) -> Slot:
    return Slot(f"{section}.{name}.{key.name}", (section, name, key.name), key, kind, key.name)


def _of_account(host: str, name: str, key: Key) -> Slot:
    path = ("hosts", host, _ACCOUNTS, name, key.name)
    return Slot(".".join(path), path, key, Account, key.name)


def _spelt(host: str, data: Mapping[str, Any]) -> str:
    """A host as the file spells it."""
    return next((one for one in _table(data.get("hosts")) if one.lower() == host.lower()), host)


def _by_label(label: str) -> Slot:
    key = Key(_BY_LABEL, label, "", say.PROFILES_OF_LABEL(), PROFILE_NAME, None, True)
    return Slot(f"{_BY_LABEL}.{label}", (_BY_LABEL, label), key, Defaults, "profile")


def _screen_key(name: str, data: Mapping[str, Any]) -> Slot:
    """A key of the screen, which TOML may have as `"repo.pop" = "x"` or as `repo.pop = "x"`."""
    action = next((one for one in ACTIONS if one.name == name), None)
    key = Key(_KEYS, name, action.keys if action else (), action.help if action else "", _RIGHT_KEYS, None, False)
    dotted = tuple(name.split("."))
    path = (name,) if name in _table(data.get(_KEYS)) or not holds(data, (_KEYS, *dotted)) else dotted
    return Slot(f"{_KEYS}.{name}", (_KEYS, *path), key, None, "")


def _screen_keys(table: Mapping[str, Any], before: str = "") -> list[str]:
    names: list[str] = []
    for name, value in table.items():
        names += _screen_keys(value, f"{before}{name}.") if isinstance(value, dict) else [f"{before}{name}"]
    return names


def holds(data: Any, path: Sequence[str | int]) -> bool:
    """Whether something stands at a path of the file's data."""
    for part in path:
        is_there = part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data))
        if not is_there:
            return False
        data = data[part]
    return True


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _failure(sentence: str) -> Failure:
    return Failure(Problem(ErrorCode.USAGE, sentence))
