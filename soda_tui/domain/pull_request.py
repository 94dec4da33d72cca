"""The text of a pull request: from the agent's summary where it wrote one, else from its commits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from soda_tui.domain.text import clean, shorten

# GitHub's own limits are 256 characters for a title and 65,536 for a body.
TITLE_LENGTH = 200
BODY_LENGTH = 60_000
TEMPLATES = (
    ".github/pull_request_template.md",
    ".github/PULL_REQUEST_TEMPLATE.md",
    "docs/pull_request_template.md",
    "docs/PULL_REQUEST_TEMPLATE.md",
    "pull_request_template.md",
    "PULL_REQUEST_TEMPLATE.md",
)

_MENTION = re.compile(r"(?<![\w`/@.])@(?=[A-Za-z0-9])")
_CLOSING = re.compile(
    r"\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(:?\s+)(?=(?:[\w.-]+/[\w.-]+)?#\d|https?://)", re.IGNORECASE
)


def pull_request_text(
    issue: int, issue_title: str, summary: str | None, subjects: Sequence[str], template: str | None
) -> tuple[str, str]:
    """Title and body; the body ends with `Fixes #N`, which closes the issue on a merge into the default branch.

    Text made from commits mentions nobody and closes nothing by accident.
    """
    heading, _, rest = clean(summary or "").strip().partition("\n")
    title = shorten(heading.lstrip("# ").strip(), TITLE_LENGTH)
    if title:
        body = _without_closing(rest.strip())
    else:
        title = harmless(subjects[0]) if len(subjects) == 1 else issue_title
        title = shorten(title, TITLE_LENGTH)
        body = "\n".join(f"- {harmless(subject)}" for subject in subjects)
    parts = [part for part in (_cut(body), clean(template or "").strip()) if part]
    return title, "\n\n".join([*parts, f"Fixes #{issue}"]) + "\n"


def harmless(text: str) -> str:
    """Text from a commit without mentions and closing words that GitHub would act on."""
    return _without_closing(_MENTION.sub("@\u2060", shorten(text, TITLE_LENGTH)))


def _without_closing(text: str) -> str:
    return _CLOSING.sub(lambda match: f"{match[1]}{match[2]}\u2060", text)


def _cut(body: str) -> str:
    return body if len(body) <= BODY_LENGTH else body[:BODY_LENGTH].rstrip() + "\n\n(cut)"
