"""Where the cockpit keeps its own files: configuration, state, cache, logs, and the agents' worktrees."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from soda_tui.services.files import expand

_APP = "soda-tui"
_CONFIG_NAME = "config.toml"


class Paths(Struct, frozen=True):
    """The cockpit's places, all absolute; folders are made when something is put into them.

    On macOS state, data and configuration share one folder, so nothing in one may be named as in another.
    """

    config_file: Path
    state: Path
    cache: Path
    logs: Path
    data: Path

    @classmethod
    def standard(cls, environ: Mapping[str, str], config: str | None = None) -> Paths:
        """The platform's folders; the configuration file by option, else by `SODA_TUI_CONFIG`, else there too."""
        from platformdirs import PlatformDirs

        dirs = PlatformDirs(_APP, appauthor=False)
        chosen = config or environ.get("SODA_TUI_CONFIG")
        return cls(
            config_file=expand(chosen).absolute() if chosen else dirs.user_config_path / _CONFIG_NAME,
            state=dirs.user_state_path,
            cache=dirs.user_cache_path,
            logs=dirs.user_log_path,
            data=dirs.user_data_path,
        )

    @property
    def themes(self) -> Path:
        """The person's own themes, beside the configuration."""
        return self.config_file.parent / "themes"

    @classmethod
    def below(cls, root: Path) -> Paths:
        """Everything in one folder, as the demo and tests want it."""
        return cls(
            config_file=root / "config" / _CONFIG_NAME,
            state=root / "state",
            cache=root / "cache",
            logs=root / "logs",
            data=root / "data",
        )
