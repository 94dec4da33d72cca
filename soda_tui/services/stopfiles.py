"""STOP files on disk; supervisors look by this, so nothing heavy is imported."""

from __future__ import annotations

import os
from collections.abc import Iterable


def standing(paths: Iterable[str]) -> str | None:
    """The first of these files that is there, whatever it is and whatever it holds."""
    return next((path for path in paths if os.path.lexists(path)), None)
