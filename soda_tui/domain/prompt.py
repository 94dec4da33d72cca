"""The agent's prompt: a template with gaps, and foreign text put in so that it can only be read as data."""

from __future__ import annotations

import re

from soda_tui.domain.facts import IssueDetail
from soda_tui.domain.text import clean, one_line, shorten

LONGEST_BODY = 60 * 1024
_LONGEST_TITLE = 300
_GAPS = re.compile(r"\{(repository|number|title|body|branch|base|summary)\}")
_BACKTICKS = re.compile(r"`+")
_NO_BODY = "The issue has no text beyond its title."
_CUT = "The text was cut here: {shown} of {size} bytes are shown."


def render_prompt(template: str, *, repository: str, issue: IssueDetail, branch: str, base: str, summary: str) -> str:
    """The template with each gap filled once; other braces stay, and gaps inside what is filled in are plain text.

    `{title}` becomes a code span and `{body}` a fenced block, both longer than any run of backticks inside, so no
    template can let them out. A body over 60 KiB is cut, and the prompt says so.
    """
    values = {
        "repository": one_line(repository),
        "number": str(issue.issue.number),
        "title": _span(shorten(issue.issue.title, _LONGEST_TITLE)),
        "body": _block(clean(issue.body).strip("\n")),
        "branch": one_line(branch),
        "base": one_line(base),
        "summary": summary,
    }
    return _GAPS.sub(lambda gap: values[gap[1]], template)


def _span(text: str) -> str:
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _block(text: str) -> str:
    if not text.strip():
        return _NO_BODY
    data = text.encode(errors="replace")
    shown = data[:LONGEST_BODY].decode(errors="ignore")
    fence = "`" * max(3, _longest_run(shown) + 1)
    block = f"{fence}text\n{shown}\n{fence}"
    if len(data) > LONGEST_BODY:
        block += "\n\n" + _CUT.format(shown=len(shown.encode()), size=len(data))
    return block


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
