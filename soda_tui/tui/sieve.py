"""The sieve: what a filter leaves of each repository; texts are made once for each that has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from soda_tui.domain.filtering import Texts, Words, matching_rows, texts_of
from soda_tui.domain.model import Repository


class Sieve:
    """Remembers the texts of one version of each repository, and what the words of now leave of it."""

    def __init__(self) -> None:
        self.words: Words = ()
        self._texts: dict[str, tuple[Repository, Texts]] = {}
        self._left: dict[str, tuple[Repository, Words, frozenset[int] | None]] = {}

    async def prepare(self, repositories: Iterable[Repository]) -> None:
        """Make the texts that are missing, so that the first letter waits for none; all else has its turn meanwhile."""
        for repository in repositories:
            self._texts_of(repository)
            await asyncio.sleep(0)

    def leaves(self, repository: Repository) -> bool:
        """Whether the repository is left."""
        return not self.words or self.rows(repository) is not None

    def rows(self, repository: Repository) -> frozenset[int] | None:
        """The issues of its queue that are left; None without a filter, and where nothing is left."""
        if not self.words:
            return None
        left = self._left.get(repository.key)
        if left is None or left[0] is not repository or left[1] != self.words:
            rows = matching_rows(self._texts_of(repository), self.words)
            left = self._left[repository.key] = (repository, self.words, rows)
        return left[2]

    def _texts_of(self, repository: Repository) -> Texts:
        kept = self._texts.get(repository.key)
        if kept is None or kept[0] is not repository:
            kept = self._texts[repository.key] = (repository, texts_of(repository))
        return kept[1]
