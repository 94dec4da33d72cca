"""What a setting means and which values are right, said beside it: the configuration's checks and reference read it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

YES_NO = "true or false"
WORDS = "a list of texts, the program first"
LABELS = "a list of label names, each of 1 to 50 characters"


def means(meaning: str, right: str) -> Meta:
    """What a key means, and what would be a right value, said after `should be`."""
    return Meta(description=meaning, extra={"right": right})


def names_label(meaning: str) -> Meta:
    """What the issues with a label are."""
    return means(meaning, "a label name of 1 to 50 characters")


LabelKey = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,50}\Z")]
LabelList = tuple[LabelKey, ...]
Words = tuple[Annotated[str, Meta(pattern=r"^[^\x00]*\Z")], ...]
Login = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_/-]{0,99}\Z")]
Days = Annotated[int, Meta(ge=1, le=36500)]
Minutes = Annotated[float, Meta(ge=1, le=10080)]
DAYS = "a number of days from 1 to 36500"
MINUTES = "a number of minutes from 1 to 10080"
