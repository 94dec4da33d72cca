"""The configuration, read: file, environment and options made into settings, or a sentence that says why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

import msgspec

from soda_tui.domain.configuration.accounts import HostSettings, named_for
from soda_tui.domain.configuration.keys import Keys, settle
from soda_tui.domain.configuration.notifying import NotifySettings
from soda_tui.domain.configuration.settings import (
    DriftSettings,
    Enrolment,
    HandoverSettings,
    LimitSettings,
    PullRequestSettings,
    RetentionSettings,
    Settings,
    WorkspaceSettings,
)
from soda_tui.domain.configuration.unattended import AutoSettings, LandSettings
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import DEFAULT_HOST, RepositoryName, parse_name
from soda_tui.domain.sentences import CONFIG_KEYS, CONFIG_TWICE
from soda_tui.services.config import layers
from soda_tui.services.config.checks import Checks, Table, dotted
from soda_tui.services.config.document import Document, failure, read
from soda_tui.services.config.hosts import Hosts
from soda_tui.services.config.layers import Layer
from soda_tui.services.config.profiles import BY_LABEL, Profiles
from soda_tui.services.config.sections import ACCOUNT_NAME, PARTS, SECTIONS, Cockpit, Defaults
from soda_tui.services.paths import Paths

if TYPE_CHECKING:
    from soda_tui.services.config.tomllines import KeyPath

_DEEPEST = 4
_OWN_KEYS = ("name", "host", "path")
_TOP = (*SECTIONS, "hosts", "profile", BY_LABEL, "keys", "repository")

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
        self._checks = Checks(document)
        self._profiles = Profiles(self._checks)
        self._hosts: dict[str, HostSettings] = {}
        self._sections = {name: self._checks.section(document.data, (name,), SECTIONS[name]) for name in SECTIONS}
        self._above = (layers.environment(self._checks, environ), layers.options(self._checks, options))

    def settings(self) -> Settings:
        data = self._document.data
        for name, value in data.items():
            if name not in _TOP:
                self._checks.unknown((name,), _TOP if isinstance(value, dict | list) else ())
        cockpit = self._resolve("cockpit", Cockpit, {})
        self._hosts = Hosts(self._checks).read(data.get("hosts", {}))
        named = self._checks.table(data.get("profile", {}), ("profile",))
        return Settings(
            profiles={name: self._profiles.one(name) for name in named},
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
            warnings=tuple(self._checks.warnings),
        )

    def _keys(self) -> Keys:
        """The rebound keys that can stand; each other one is a warning, and keeps its own."""
        wanted: dict[str, tuple[str, ...]] = {}
        places: dict[str, KeyPath] = {}
        self._read_keys(self._checks.table(self._document.data.get("keys", {}), ("keys",)), ("keys",), wanted, places)
        kept, faults = settle(wanted)
        for name, fault in faults.items():
            place = {"file": self._document.file, "line": self._document.line(places[name])}
            self._checks.warnings.append(CONFIG_KEYS(**place, fault=fault))
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
                raise self._checks.wrong(here, "a key, or a list of keys")
            action = dotted(here[1:])
            wanted[action], places[action] = tuple(keys), here

    def _repositories(self) -> tuple[Enrolment, ...]:
        tables = self._document.data.get("repository", [])
        if not isinstance(tables, list):
            raise self._checks.wrong(("repository",), "a list of tables, each headed [[repository]]")
        enrolments: list[Enrolment] = []
        for index, table in enumerate(tables):
            enrolment = self._enrolment(self._checks.table(table, ("repository", index)), ("repository", index))
            for first, other in enumerate(enrolments):
                self._differ("name", enrolment.key == other.key, enrolment.name.full, index, first)
                self._differ("path", enrolment.path == other.path, enrolment.path, index, first)
            enrolments.append(enrolment)
        return tuple(enrolments)

    def _differ(self, key: str, same: bool, value: str, index: int, first: int) -> None:
        if same:
            here, there = self._document.line(("repository", index, key)), self._document.line(("repository", first))
            raise failure(CONFIG_TWICE(file=self._document.file, line=here, key=key, value=value, first=there))

    def _enrolment(self, table: Table, at: KeyPath) -> Enrolment:
        others = (*_OWN_KEYS, *PARTS, BY_LABEL)
        own = {name: table[name] for name in table if name not in others}
        layer = {"defaults": self._checks.check(own, Defaults, at, others)}
        layer |= {part: self._checks.section(table, (*at, part), SECTIONS[part]) for part in PARTS}
        defaults = self._resolve("defaults", Defaults, layer)
        agent = self._profiles.make("", self._merged("agent", layer))
        name = self._name(table, at)
        host = self._hosts.get(name.host, HostSettings())
        if defaults.act_as and defaults.act_as not in host.accounts:
            raise self._checks.wrong((*at, "act_as") if "act_as" in table else ("defaults", "act_as"), ACCOUNT_NAME)
        own_prompt = any("prompt_file" in part.get("agent", {}) for part in (layer, *self._above))
        return Enrolment(
            name=name,
            path=self._checks.path(self._checks.text(table, at, "path", "the folder of the clone")),
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
            profiles=self._profiles.named(defaults.profile),
            prompt_file=agent.prompt_file if own_prompt else None,
            by_label=self._profiles.by_label(table, at),
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

    def _name(self, table: Table, at: KeyPath) -> RepositoryName:
        text = self._checks.text(table, at, "name", "OWNER/NAME")
        host = self._checks.text(table, at, "host", "the name of a GitHub host", DEFAULT_HOST)
        if text.count("/") == 1:
            text = f"{host}/{text}"
        elif "host" in table and not text.lower().startswith(f"{host.lower()}/"):
            raise self._checks.wrong((*at, "host"), "the host that the name begins with")
        name = parse_name(text)
        if name is None or not name.name:
            raise self._checks.wrong((*at, "name"), "OWNER/NAME, or HOST/OWNER/NAME")
        return RepositoryName(name.host.lower(), name.owner, name.name)

    def _resolve(self, section: str, kind: type[T], repository: Layer) -> T:
        return msgspec.convert(self._merged(section, repository), kind, strict=False)

    def _merged(self, section: str, repository: Layer) -> Table:
        merged: Table = dict(self._sections[section])
        for layer in (repository, *self._above):
            merged |= layer.get(section, {})
        return merged
