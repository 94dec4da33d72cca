"""Where the details of something unexpected are to be found."""

from __future__ import annotations

import logging
from pathlib import Path

_NOT_KEPT = "which is not kept here"


def log_file() -> str:
    """The file that this program's log goes to now, or that there is none."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.FileHandler) and Path(handler.baseFilename).is_file():
            return handler.baseFilename
    return _NOT_KEPT
