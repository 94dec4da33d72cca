"""The configuration, read: file, environment and options made into settings, or a sentence that says why not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from soda_tui.domain.accounts import named_for
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.keys import Keys, settle
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import DEFAULT_HOST, RepositoryName, parse_name
from soda_tui.domain.nearness import nearest
from soda_tui.domain.profiles import Profile
from soda_tui.domain.sentences import (
    CONFIG_KEYS,
    CONFIG_TWICE,
    CONFIG_UNKNOWN_KEY,
    CONFIG_VALUE,
    OPTION_UNKNOWN,
    OPTION_VALUE,
    VARIABLE_UNKNOWN,
    VARIABLE_VALUE,
)
from soda_tui.domain.settings import (
    AutoSettings,
    DriftSettings,
    Enrolment,
    HandoverSettings,
    HostSettings,
    LandSettings,
    LimitSettings,
    NotifySettings,
    PullRequestSettings,
    RetentionSettings,
    Settings,
    WorkspaceSettings,
)
from soda_tui.services.configdocument import Document, read
from soda_tui.services.confighosts import Hosts
from soda_tui.services.configkeys import (
    ACCOUNT_NAME,
    PARTS,
    PREFIX,
    PROFILE_NAME,
    SECTIONS,
    Agent,
    Cockpit,
    Defaults,
    Key,
    ProfileNames,
    keys,
)
from soda_tui.services.files import expand
from soda_tui.services.paths import Paths
from soda_tui.services.profiles import built_in

if TYPE_CHECKING:
    from soda_tui.services.tomllines import KeyPath

_FIELD = re.compile(r"at `\$\.(\w+)")
_DEEPEST = 4
_OWN_KEYS = ("name", "host", "path")
_BY_LABEL = "profile_by_label"
_TOP = (*SECTIONS, "hosts", "profile", _BY_LABEL, "keys", "repository")
_NAMED = "named with at most 40 letters, digits, dots, hyphens or underscores"
_COMMANDS = ("command", "resume", "interactive", "version", "token_command")

Table = dict[str, Any]
Layer = Mapping[str, Table]
T = TypeVar("T", bound=msgspec.Struct)


def load(paths: Paths, environ: Mapping[str, str], options: Mapping[str, object]) -> Settings:
    """The settings by options (`{"cockpit.interval": 10}`), environment, repository and defaults, in this order.

    A file that is missing says nothing. Raises a Failure that names file, line and key where something is wrong.
    """
    return settings(read(paths.config_file), environ, options)


def settings(
    document: Document, environ: Mapping[str, str] | None = None, options: Mapping[str, object] | None = None
) -> Settings:
    """The settings that a document makes together with environment and options; raises a Failure as `load` does."""
    return _Reading(document, environ or {}, options or {}).settings()


class _Reading:
    """One pass over a document; every value is checked where it stands, so that the message can name the place."""

    def __init__(self, document: Document, environ: Mapping[str, str], options: Mapping[str, object]) -> None:
        self._document = document
        self._warnings: list[str] = []
        self._named: dict[str, Profile] = {}
        self._hosts: dict[str, HostSettings] = {}
        self._sections = {name: self._section(document.data, (name,), SECTIONS[name]) for name in SECTIONS}
        self._above = (self._environment(environ), self._options(options))

    def settings(self) -> Settings:
        data = self._document.data
        for name, value in data.items():
            if name not in _TOP:
                self._unknown((name,), _TOP if isinstance(value, dict | list) else ())
        cockpit = self._resolve("cockpit", Cockpit, {})
        self._hosts = Hosts(self._check, self._table, self._wrong, self._path).read(data.get("hosts", {}))
        named = self._table(data.get("profile", {}), ("profile",))
        return Settings(
            profiles={name: self._profile(name) for name in named},
            repositories=self._repositories(),
            hosts=self._hosts,
            interval=cockpit.interval,
            share=cockpit.api_share / 100,
            max_agents=cockpit.max_agents,
            leave_key=cockpit.leave_key,
            log_level=cockpit.log_level,
            cockpit_name=cockpit.name or None,
            keys=self._keys(),
            ascii=cockpit.ascii,
            notify=self._resolve("notify", NotifySettings, {}),
            warnings=tuple(self._warnings),
        )

    def _keys(self) -> Keys:
        """The rebound keys that can stand; each other one is a warning, and keeps its own."""
        wanted: dict[str, tuple[str, ...]] = {}
        places: dict[str, KeyPath] = {}
        self._read_keys(self._table(self._document.data.get("keys", {}), ("keys",)), ("keys",), wanted, places)
        kept, faults = settle(wanted)
        for name, fault in faults.items():
            place = {"file": self._document.file, "line": self._document.line(places[name])}
            self._warnings.append(CONFIG_KEYS(**place, fault=fault))
        return kept

    def _read_keys(
        self, table: Table, at: KeyPath, wanted: dict[str, tuple[str, ...]], places: dict[str, KeyPath]
    ) -> None:
        """`"repo.pop" = "x"` and `repo.pop = "x"` are the same, though TOML makes a table of the second."""
        for name, value in table.items():
            here = (*at, name)
            if isinstance(value, dict) and len(at) < _DEEPEST:
                self._read_keys(value, here, wanted, places)
                continue
            keys = [value] if isinstance(value, str) else value
            if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
                raise self._wrong(here, "a key, or a list of keys")
            action = _dotted(here[1:])
            wanted[action], places[action] = tuple(keys), here

    def _repositories(self) -> tuple[Enrolment, ...]:
        tables = self._document.data.get("repository", [])
        if not isinstance(tables, list):
            raise self._wrong(("repository",), "a list of tables, each headed [[repository]]")
        enrolments: list[Enrolment] = []
        for index, table in enumerate(tables):
            enrolment = self._enrolment(self._table(table, ("repository", index)), ("repository", index))
            for first, other in enumerate(enrolments):
                self._differ("name", enrolment.key == other.key, enrolment.name.full, index, first)
                self._differ("path", enrolment.path == other.path, enrolment.path, index, first)
            enrolments.append(enrolment)
        return tuple(enrolments)

    def _differ(self, key: str, same: bool, value: str, index: int, first: int) -> None:
        if same:
            here, there = self._document.line(("repository", index, key)), self._document.line(("repository", first))
            raise _failure(CONFIG_TWICE(file=self._document.file, line=here, key=key, value=value, first=there))

    def _enrolment(self, table: Table, at: KeyPath) -> Enrolment:
        others = (*_OWN_KEYS, *PARTS, _BY_LABEL)
        own = {name: table[name] for name in table if name not in others}
        layer = {"defaults": self._check(own, Defaults, at, others)}
        layer |= {part: self._section(table, (*at, part), SECTIONS[part]) for part in PARTS}
        defaults = self._resolve("defaults", Defaults, layer)
        agent = self._made("", self._merged("agent", layer))
        name = self._name(table, at)
        host = self._hosts.get(name.host, HostSettings())
        if defaults.act_as and defaults.act_as not in host.accounts:
            raise self._wrong((*at, "act_as") if "act_as" in table else ("defaults", "act_as"), ACCOUNT_NAME)
        own_prompt = any("prompt_file" in part.get("agent", {}) for part in (layer, *self._above))
        return Enrolment(
            name=name,
            path=self._path(self._text(table, at, "path", "the folder of the clone")),
            agent_id=defaults.agent_id,
            base=defaults.base or None,
            workspace=defaults.workspace,
            read_only=defaults.read_only,
            group=defaults.group or None,
            mine=defaults.mine,
            account=named_for(host, name.owner),
            act_as=defaults.act_as,
            include_labels=defaults.include_labels,
            exclude_labels=defaults.exclude_labels,
            labels=self._resolve("labels", LabelNames, layer),
            agent=agent,
            profiles=self._profiles(defaults.profile),
            prompt_file=agent.prompt_file if own_prompt else None,
            by_label=self._by_label(table, at),
            pull_request=self._resolve("pull_request", PullRequestSettings, layer),
            drift=self._resolve("drift", DriftSettings, layer),
            limits=self._resolve("limits", LimitSettings, layer),
            setup=WorkspaceSettings(
                defaults.setup, defaults.setup_when, defaults.setup_minutes, defaults.copy, defaults.link
            ),
            handover=HandoverSettings(defaults.check, defaults.check_minutes, defaults.update),
            retention=self._resolve("retention", RetentionSettings, layer),
            auto=self._resolve("auto", AutoSettings, layer),
            land=self._resolve("land", LandSettings, layer),
        )

    def _by_label(self, table: Table, at: KeyPath) -> tuple[tuple[str, tuple[Profile, ...]], ...]:
        """Which profiles issues with a label have; what the repository says of a label goes before what holds for all.

        Labels keep the order of the file, in which the first that an issue carries decides.
        """
        found: dict[str, tuple[str, tuple[Profile, ...]]] = {}
        for place, parent in (((*at, _BY_LABEL), table), ((_BY_LABEL,), self._document.data)):
            for label, names in self._table(parent.get(_BY_LABEL, {}), place).items():
                if not self._are_profiles(names):
                    raise self._wrong((*place, label), PROFILE_NAME)
                found.setdefault(label.casefold(), (label, self._profiles(names)))
        return tuple(found.values())

    def _are_profiles(self, names: Any) -> bool:
        """Whether all of these are names of profiles that there are."""
        try:
            # As a part: msgspec 0.22 frees the patterns of a union that something is converted to by itself.
            checked = msgspec.convert({"profile": names}, Defaults)
        except msgspec.ValidationError:
            return False
        own = self._table(self._document.data.get("profile", {}), ("profile",))
        return all(name in own or built_in(name) for name in _listed(checked.profile))

    def _profiles(self, names: ProfileNames) -> tuple[Profile, ...]:
        return tuple(map(self._profile, _listed(names)))

    def _profile(self, name: str) -> Profile:
        """The profile of a name that is known to be one."""
        if name not in self._named:
            if not self._are_profiles(name):
                raise self._wrong(("profile", name), _NAMED)
            tables = self._document.data.get("profile", {})
            self._named[name] = self._made(name, self._section(tables, ("profile", name), Agent))
        return self._named[name]

    def _made(self, name: str, said: Table) -> Profile:
        """A profile of what is said of it, and of what holds where nothing is."""
        program = os.path.basename(said["command"][0]) if said.get("command") else ""  # noqa: PTH119 - no path is made
        base = dict(built_in(said.get("like") or name) or built_in(program))
        if said.get("command"):
            # Whether it can be told anything is a matter of the command.
            base.pop("message", None)
        made = msgspec.convert({**base, **said, "environment": _both("environment", base, said)}, Agent, strict=False)
        file = self._path(made.prompt_file) if made.prompt_file else None
        keys = {key: value for key, value in msgspec.structs.asdict(made).items() if key not in {"like", "prompt_file"}}
        return Profile(name=name, prompt_file=file, **keys)

    def _name(self, table: Table, at: KeyPath) -> RepositoryName:
        text = self._text(table, at, "name", "OWNER/NAME")
        host = self._text(table, at, "host", "the name of a GitHub host", DEFAULT_HOST)
        if text.count("/") == 1:
            text = f"{host}/{text}"
        elif "host" in table and not text.lower().startswith(f"{host.lower()}/"):
            raise self._wrong((*at, "host"), "the host that the name begins with")
        name = parse_name(text)
        if name is None or not name.name:
            raise self._wrong((*at, "name"), "OWNER/NAME, or HOST/OWNER/NAME")
        return RepositoryName(name.host.lower(), name.owner, name.name)

    def _text(self, table: Table, at: KeyPath, key: str, right: str, default: str = "") -> str:
        value = table.get(key, default)
        if not isinstance(value, str) or not value or "\0" in value:
            raise self._wrong((*at, key), right)
        return value

    def _path(self, text: str) -> str:
        """A path in the file is meant from the file's own folder."""
        return os.path.normpath(self._document.file.parent / expand(text))

    def _resolve(self, section: str, kind: type[T], repository: Layer) -> T:
        return msgspec.convert(self._merged(section, repository), kind, strict=False)

    def _merged(self, section: str, repository: Layer) -> Table:
        merged: Table = dict(self._sections[section])
        for layer in (repository, *self._above):
            merged |= layer.get(section, {})
        return merged

    def _section(self, parent: Table, at: KeyPath, kind: type[msgspec.Struct]) -> Table:
        return self._check(self._table(parent.get(str(at[-1]), {}), at), kind, at)

    def _check(self, table: Table, kind: type[msgspec.Struct], at: KeyPath, others: tuple[str, ...] = ()) -> Table:
        known = kind.__struct_fields__
        for name in table:
            if name not in known:
                self._unknown((*at, name), (*known, *others))
        try:
            msgspec.convert(table, kind)
        except msgspec.ValidationError as error:
            name = _field(error)
            raise self._wrong((*at, name), _right(kind, name)) from None
        for name in table:
            if name in known and not self._is_sound(name, table[name]):
                raise self._wrong((*at, name), _right(kind, name))
        return {name: table[name] for name in table if name in known}

    def _is_sound(self, name: str, value: Any) -> bool:
        """Whether a value is right in what its type does not say."""
        if name in _COMMANDS:
            return bool(value[:1] != [""])
        if name == "like":
            return not value or bool(built_in(value))
        return name not in {"profile", "profiles"} or self._are_profiles(value)

    def _table(self, value: object, at: KeyPath) -> Table:
        if not isinstance(value, dict):
            raise self._wrong(at, "a table")
        return value

    def _wrong(self, at: KeyPath, right: str) -> Failure:
        file, line = self._document.file, self._document.line(at)
        return _failure(CONFIG_VALUE(file=file, line=line, key=_dotted(at), right=right))

    def _unknown(self, at: KeyPath, known: tuple[str, ...]) -> None:
        file, line = self._document.file, self._document.line(at)
        hint = _hint(str(at[-1]), known)
        self._warnings.append(CONFIG_UNKNOWN_KEY(file=file, line=line, key=_dotted(at), hint=hint))

    def _environment(self, environ: Mapping[str, str]) -> Layer:
        """What variables say; an empty one says nothing, and one of an unknown section may be somebody else's."""
        prefixes = tuple(f"{PREFIX}{section}__".upper() for section in SECTIONS)
        said = sorted(name for name in environ if environ[name] and name.startswith(prefixes))
        known = {key.environment: key for key in _keys() if key.environment} if said else {}
        layer: dict[str, Table] = {}
        for variable in said:
            key = known.get(variable)
            if key is None:
                hint = _hint(variable, tuple(known))
                self._warnings.append(VARIABLE_UNKNOWN(name=variable, hint=hint))
                continue
            if not self._converts(key, environ[variable]):
                raise _failure(VARIABLE_VALUE(name=variable, right=key.right))
            layer.setdefault(key.section, {})[key.name] = environ[variable]
        return layer

    def _options(self, options: Mapping[str, object]) -> Layer:
        known = {f"{key.section}.{key.name}": key for key in _keys()} if options else {}
        layer: dict[str, Table] = {}
        for name, value in options.items():
            if value is None:
                continue
            key = known.get(name)
            if key is None:
                raise Failure(Problem(ErrorCode.USAGE, OPTION_UNKNOWN(key=name, hint=_hint(name, tuple(known)))))
            if not self._converts(key, value):
                raise Failure(Problem(ErrorCode.USAGE, OPTION_VALUE(key=name, right=key.right)))
            layer.setdefault(key.section, {})[key.name] = value
        return layer

    def _converts(self, key: Key, value: object) -> bool:
        try:
            made = msgspec.convert({key.name: value}, SECTIONS[key.section], strict=False)
        except msgspec.ValidationError:
            return False
        return self._is_sound(key.name, getattr(made, key.name))


def _listed(names: ProfileNames) -> tuple[str, ...]:
    return tuple(filter(None, (names,) if isinstance(names, str) else names))


def _both(name: str, base: Mapping[str, Any], said: Table) -> tuple[str, ...]:
    """What a list holds in the profile that is built in and in what is said besides."""
    return tuple(dict.fromkeys((*base.get(name, ()), *said.get(name, ()))))


def _keys() -> Iterator[Key]:
    """All keys that variables and options may set; put together only where there are some."""
    return (key for section, kind in SECTIONS.items() for key in keys(section, kind))


def _right(kind: type[msgspec.Struct], name: str) -> str:
    return next(key.right for key in keys("", kind) if key.name == name)


def _field(error: msgspec.ValidationError) -> str:
    place = _FIELD.search(str(error))
    assert place is not None, error
    return place[1]


def _dotted(at: KeyPath) -> str:
    """A key as a person writes it: `repository.labels.ready`; which repository is told by the line."""
    return ".".join(part for part in at if isinstance(part, str))


def _hint(name: str, known: tuple[str, ...]) -> str:
    near = nearest(name, known)
    return f"Did you mean {near}?" if near else "soda-tui config get lists all."


def _failure(sentence: str) -> Failure:
    return Failure(Problem(ErrorCode.CONFIGURATION, sentence))
