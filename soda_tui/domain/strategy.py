"""How pull requests are merged."""

from __future__ import annotations

from enum import StrEnum


class Strategy(StrEnum):
    """What a merge makes of the commits: one more that joins them, a single one, or the same ones anew on the base."""

    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"


class Way(StrEnum):
    """How a pull request gets into its base: merged at once, by GitHub once its rules are met, or by the queue."""

    NOW = "now"
    AUTO = "auto"
    QUEUE = "queue"
