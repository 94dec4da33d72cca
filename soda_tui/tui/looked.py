"""What a person has seen of each repository, so that what changed since then can be marked."""

from __future__ import annotations

from soda_tui.domain.attention import appearance
from soda_tui.domain.model import Repository


class Looked:
    """How each repository appeared when a person was last at it; at first, how it was first read."""

    def __init__(self) -> None:
        self._seen: dict[str, object] = {}

    def at(self, repository: Repository) -> None:
        """A person is at the repository."""
        self._seen[repository.key] = appearance(repository)

    def changed(self, repository: Repository) -> bool:
        """Whether it appears otherwise than when it was looked at."""
        if self._seen.get(repository.key) is None:
            self.at(repository)
        return appearance(repository) != self._seen[repository.key]
