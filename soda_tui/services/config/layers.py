"""What is said of the configuration elsewhere than in its file: by variables, and by options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.sentences import OPTION_UNKNOWN, OPTION_VALUE, VARIABLE_UNKNOWN, VARIABLE_VALUE
from soda_tui.services.config.checks import Checks, Table, hint
from soda_tui.services.config.document import failure
from soda_tui.services.config.keys import PREFIX, Key, keys
from soda_tui.services.config.sections import SECTIONS

Layer = Mapping[str, Table]


def environment(checks: Checks, environ: Mapping[str, str]) -> Layer:
    """What variables say; an empty one says nothing, and one of an unknown section may be somebody else's."""
    prefixes = tuple(f"{PREFIX}{section}__".upper() for section in SECTIONS)
    said = sorted(name for name in environ if environ[name] and name.startswith(prefixes))
    known = {key.environment: key for key in _keys() if key.environment} if said else {}
    layer: dict[str, Table] = {}
    for variable in said:
        key = known.get(variable)
        if key is None:
            checks.warnings.append(VARIABLE_UNKNOWN(name=variable, hint=hint(variable, tuple(known))))
            continue
        if not checks.converts(key, environ[variable]):
            raise failure(VARIABLE_VALUE(name=variable, right=key.right))
        layer.setdefault(key.section, {})[key.name] = environ[variable]
    return layer


def options(checks: Checks, said: Mapping[str, object]) -> Layer:
    """What options say (`{"cockpit.interval": 10}`); those that are None say nothing. Raises a Failure."""
    known = {f"{key.section}.{key.name}": key for key in _keys()} if said else {}
    layer: dict[str, Table] = {}
    for name, value in said.items():
        if value is None:
            continue
        key = known.get(name)
        if key is None:
            raise Failure(Problem(ErrorCode.USAGE, OPTION_UNKNOWN(key=name, hint=hint(name, tuple(known)))))
        if not checks.converts(key, value):
            raise Failure(Problem(ErrorCode.USAGE, OPTION_VALUE(key=name, right=key.right)))
        layer.setdefault(key.section, {})[key.name] = value
    return layer


def _keys() -> Iterator[Key]:
    """All keys that variables and options may set; put together only where there are some."""
    return (key for section, kind in SECTIONS.items() for key in keys(section, kind))
