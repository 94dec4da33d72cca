"""Choices: what a person may want done about something that was left over."""

from __future__ import annotations

from enum import StrEnum


class Choice(StrEnum):
    """Go on with it, hand it over, archive it, leave it as it is or no longer, or remove what is held elsewhere."""

    ADOPT = "adopt"
    PULL_REQUEST = "pull_request"
    ARCHIVE = "archive"
    KEEP = "keep"
    UNKEEP = "unkeep"
    CLEAN_UP = "clean_up"
