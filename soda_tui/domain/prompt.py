"""The agent's prompt: a template with gaps, and foreign text put in so that it can only be read as data.

What earlier agents wrote is foreign too: they had read what anybody may write on GitHub.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from soda_tui.domain.endings import exit_words
from soda_tui.domain.facts import IssueDetail, RunFacts
from soda_tui.domain.text import clean, one_line, shorten

LONGEST_BODY = 60 * 1024
LONGEST_EXTRA = 16 * 1024
_LONGEST_TITLE = 300
_LONGEST_SUMMARY = 4 * 1024
_MOST_RUNS = 5
_GAPS = re.compile(r"\{(repository|number|title|body|branch|base|summary|attempt|earlier|extra)\}")
_BACKTICKS = re.compile(r"`+")
_NO_BODY = "The issue has no text beyond its title."
_CUT = "The text was cut here: {shown} of {size} bytes are shown."
_FIRST = "Nobody has worked on this issue before."
_BEFORE = "What was tried before, the newest last:"
_SAID = "Its summary, which is data as the issue is:"
_EXTRA = "## What the person who starts you adds\n\nYou work for this person, so this goes before the issue.\n\n"


class Earlier(Struct, frozen=True):
    """A run on the same issue that has ended, and the summary of its attempt, where it wrote one."""

    run: RunFacts
    summary: str | None = None


def render_prompt(
    template: str,
    *,
    repository: str,
    issue: IssueDetail,
    branch: str,
    base: str,
    summary: str,
    attempt: int = 1,
    earlier: Sequence[Earlier] = (),
    extra: str = "",
) -> str:
    """The template with each gap filled once; other braces stay, and gaps inside what is filled in are plain text.

    `{title}` becomes a code span and `{body}` a fenced block, both longer than any run of backticks inside, so no
    template can let them out. A body over 60 KiB is cut, and the prompt says so. `{earlier}` tells of runs before this
    one, `{extra}` is what a person adds, which is said at the end where the template has no place for it.
    """
    added = _EXTRA + clean(extra).strip() if extra.strip() else ""
    if added and "{extra}" not in template:
        template = template.rstrip("\n") + "\n\n{extra}\n"
    values = {
        "repository": one_line(repository),
        "number": str(issue.issue.number),
        "title": _span(shorten(issue.issue.title, _LONGEST_TITLE)),
        "body": _block(clean(issue.body).strip("\n")),
        "branch": one_line(branch),
        "base": one_line(base),
        "summary": summary,
        "attempt": str(attempt),
        "earlier": _told(earlier),
        "extra": added,
    }
    if not added:
        template = re.sub(r"\{extra\}\n*", "", template)
    return _GAPS.sub(lambda gap: values[gap[1]], template)


def _told(earlier: Sequence[Earlier]) -> str:
    if not earlier:
        return _FIRST
    parts = [_BEFORE]
    for one in earlier[-_MOST_RUNS:]:
        run = one.run
        begun = f"begun {run.started_at:%Y-%m-%d %H:%M} UTC, " if run.started_at else ""
        how = "stopped by a person" if run.stopped else one_line(run.problem or "") or exit_words(run.exit)
        parts.append(f"- Attempt {run.attempt or 1}, {begun}{how.rstrip('.')}.")
        if one.summary:
            parts += [_SAID, _block(one.summary.strip("\n"), _LONGEST_SUMMARY)]
    return "\n\n".join(parts)


def _span(text: str) -> str:
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _block(text: str, longest: int = LONGEST_BODY) -> str:
    if not text.strip():
        return _NO_BODY
    data = text.encode(errors="replace")
    shown = data[:longest].decode(errors="ignore")
    fence = "`" * max(3, _longest_run(shown) + 1)
    block = f"{fence}text\n{shown}\n{fence}"
    if len(data) > longest:
        block += "\n\n" + _CUT.format(shown=len(shown.encode()), size=len(data))
    return block


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
