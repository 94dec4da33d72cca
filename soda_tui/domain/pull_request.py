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

# A mark of no width: what stands around it looks the same and is no order any more.
_MARK = "\u2060"
# GitHub notifies where no letter or digit stands before the @, as one does in an e-mail address.
_MENTION = re.compile(r"(?<![A-Za-z0-9_])@(?=[A-Za-z0-9])")
# close, closes, closed, fix, fixes, fixed, resolve, resolves, resolved, before an issue: #12, GH-12, owner/name#12, or
# its URL; whatever little stands between, since Markdown may hide it.
_CLOSING = re.compile(
    r"\b(clo|fi|re)(se[sd]?|x(?:e[sd])?|solve[sd]?)(?=\W{1,12}(?:[\w.-]+/[\w.-]+)?#\d|\W{1,12}GH-\d|\W{1,12}https?://)",
    re.IGNORECASE,
)
# Characters written as entities would come to life after the look at them: @ and #.
_ENTITY = re.compile(r"&(?=#0*(?:64|35);|#x0*(?:40|23);|commat;|num;)", re.IGNORECASE)
# What GitHub takes for code or for a link, in one line: no name in it notifies anybody.
_CODE = re.compile(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)")
_LINK = re.compile(r"(?<![^\s*_~(])https?://[\w-]+(?:\.[\w-]+)+(?::\d+)?/[^\s<]*")
_QUIET = re.compile(f"{_CODE.pattern}|{_LINK.pattern}")


def pull_request_text(
    issue: int, issue_title: str, summary: str | None, subjects: Sequence[str], template: str | None
) -> tuple[str, str]:
    """Title and body; the body ends with `Fixes #N`, which closes the issue on a merge into the default branch.

    What an agent or its commits say mentions nobody, and closes nothing else.
    """
    heading, _, rest = clean(summary or "").strip().partition("\n")
    title = harmless(heading.lstrip("# ").strip())
    if title:
        body = "\n".join(_quiet(line, _LINK) for line in rest.strip().split("\n"))
        # A line's end may stand between the word and the issue.
        body = _unclosing(body)
    else:
        title = harmless(subjects[0]) if len(subjects) == 1 else harmless(issue_title)
        title = title or f"Work on issue {issue}"
        body = "\n".join(f"- {harmless(subject)}" for subject in subjects)
    parts = [part for part in (_cut(body), clean(template or "").strip()) if part]
    return title, "\n\n".join([*parts, f"Fixes #{issue}"]) + "\n"


def commit_message(issue: int, title: str) -> str:
    """The subject of a commit on an issue: its title, which refers to nothing and notifies nobody."""
    return harmless(title.replace("#", "")) or f"Work on issue {issue}"


def harmless(text: str) -> str:
    """One line without mentions and closing words that GitHub would act on; code and links stay as they are."""
    return shorten(_unclosing(_quiet(shorten(text, TITLE_LENGTH), _QUIET)), TITLE_LENGTH)


def _quiet(line: str, kept: re.Pattern[str]) -> str:
    """A line in which nobody is mentioned outside of what is kept."""
    parts: list[str] = []
    end = 0
    for match in kept.finditer(line):
        parts += [_unmentioning(line[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, _unmentioning(line[end:])])


def _unmentioning(text: str) -> str:
    return _MENTION.sub(f"@{_MARK}", _ENTITY.sub(f"&{_MARK}", text))


def _unclosing(text: str) -> str:
    return _CLOSING.sub(rf"\1{_MARK}\2", text)


def _cut(body: str) -> str:
    return body if len(body) <= BODY_LENGTH else body[:BODY_LENGTH].rstrip() + "\n\n(cut)"
