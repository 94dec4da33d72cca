"""What of the cockpit's environment an agent gets: a list of what may pass, since nobody can list all that may not.

Left out on purpose, unless a profile names them: `SSH_AUTH_SOCK`, which logs in as the person wherever that is
possible, while it is the cockpit that pushes; what leads to the person's key ring, screen, clouds and clusters, and to
services that would start programs outside the run (`XDG_RUNTIME_DIR`); and what is about the program that the cockpit
was started from (`VIRTUAL_ENV`, `PYTHONPATH`, `PWD`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from soda_tui.domain.configuration.profiles import Profile


class Passing(NamedTuple):
    """Variables that every agent gets, a name ending in `*` standing for all that begin so, and why."""

    names: tuple[str, ...]
    why: str


PROXIES = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
)
"""The way out, where there is only one."""

CERTIFICATES = (
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "NIX_SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "PIP_CERT"),
)
"""Whom to trust on that way."""

PASSING = (
    Passing(("PATH",), "Without it no program is found."),
    Passing(("HOME", "USER", "LOGNAME", "SHELL"), "Agents keep their log-in and their settings at home."),
    Passing(
        (
            *("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"),
            *("XDG_CONFIG_DIRS", "XDG_DATA_DIRS"),
        ),
        "Where settings, data and caches are instead.",
    ),
    Passing(("LANG", "LANGUAGE", "LC_*", "TZ"), "Letters, sorting and times are as you are used to them."),
    Passing(("TERM", "COLORTERM", "NO_COLOR"), "What may be drawn."),
    Passing(("TMPDIR", "TMP", "TEMP"), "Where temporary files belong."),
    Passing(PROXIES, "The way out, where there is only one; a password in it is meant for whoever goes there."),
    Passing(CERTIFICATES, "Whom to trust on that way."),
    Passing(
        (
            *("GIT_AUTHOR_*", "GIT_COMMITTER_*", "EMAIL"),
            *("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"),
        ),
        "Commits are made in your name and by your settings.",
    ),
    Passing(
        (
            *("JAVA_HOME", "GOPATH", "GOROOT", "CARGO_HOME", "RUSTUP_HOME", "DOTNET_ROOT", "GRADLE_USER_HOME"),
            *("ANDROID_HOME", "ANDROID_SDK_ROOT", "NVM_DIR", "NVM_BIN", "FNM_DIR", "VOLTA_HOME", "PNPM_HOME"),
            *("BUN_INSTALL", "DENO_DIR", "PYENV_ROOT", "RBENV_ROOT", "ASDF_DIR", "ASDF_DATA_DIR", "MISE_DATA_DIR"),
            *("SDKMAN_DIR", "HOMEBREW_PREFIX", "NIX_PATH", "NIX_PROFILES", "LD_LIBRARY_PATH", "PKG_CONFIG_PATH"),
        ),
        "Where compilers and package managers are, and keep what they have fetched.",
    ),
)

_USUAL = tuple(name for part in PASSING for name in part.names)


def passed_on(inherited: Mapping[str, str], profile: Profile, tokens: frozenset[str]) -> dict[str, str]:
    """What of the environment goes to an agent of this profile; `tokens` are the names of the cockpit's own."""
    named = (*_USUAL, *profile.environment)
    return {
        name: value
        for name, value in inherited.items()
        if (name in profile.secrets if name in tokens else is_meant(name, named))
    }


def is_meant(name: str, patterns: Iterable[str]) -> bool:
    """Whether one of these names is that of a variable, or its beginning where it ends in `*`."""
    return any(name.startswith(one[:-1]) if one.endswith("*") else name == one for one in patterns)
