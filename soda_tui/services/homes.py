"""Homes: the name by which a repository's runs, worktrees and summaries are kept, whatever it is called later.

GitHub's node id tells that two names are one repository. Its first name is its home; where that is another one's
already, because a name was given anew, its home is made of the id.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from soda_tui.domain.failure import Failure
from soda_tui.services import files
from soda_tui.services.locks import held

_LARGEST = 4 << 20
_KEEPING = "keeps the names of repositories"
_PATIENCE = 5.0
_log = logging.getLogger(__name__)


class Homes:
    """Names and homes, in one file for every process of this installation."""

    def __init__(self, file: Path, lock: Path) -> None:
        self._file = file
        self._lock = lock
        self._ids: dict[str, str] = {}
        self._homes: dict[str, str] = {}
        self._is_read = False

    def of(self, key: str) -> str:
        """The home of the repository that has this name; the name itself where its id was never learnt."""
        self._read_once()
        return self._homes.get(self._ids.get(key, ""), key)

    def learn(self, ids: Mapping[str, str]) -> frozenset[str]:
        """Learn which repository, by its node id, has which name; the names whose home is another one from now on."""
        self._read_once()
        if all(self._ids.get(key) == identity for key, identity in ids.items()):
            return frozenset()
        before = {key: self.of(key) for key in ids}
        try:
            with held(self._lock, _KEEPING, _PATIENCE):
                self._read()
                self._take(ids)
                files.write(self._file, json.dumps({"v": 1, "ids": self._ids, "homes": self._homes}).encode())
        except Failure as failure:
            _log.warning("%s", failure)
            self._take(ids)
        return frozenset(key for key, home in before.items() if self.of(key) != home)

    def _take(self, ids: Mapping[str, str]) -> None:
        taken = {home: identity for identity, home in self._homes.items()}
        for key, identity in ids.items():
            self._ids[key] = identity
            if identity not in self._homes:
                own = f"by-id/{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
                home = self._homes[identity] = own if key in taken else key
                taken[home] = identity

    def _read_once(self) -> None:
        if not self._is_read:
            self._read()

    def _read(self) -> None:
        self._is_read = True
        try:
            content = files.read(self._file, _LARGEST)
        except Failure as failure:
            _log.warning("%s", failure)
            return
        if content is None:
            return
        try:
            record = json.loads(content)
            self._ids, self._homes = _texts(record["ids"]), _texts(record["homes"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            _log.warning("%s is damaged: repositories that were renamed are found by their new names only", self._file)


def _texts(found: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in found.items()}
