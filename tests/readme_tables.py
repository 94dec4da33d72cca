"""The generated tables of README and help topics; `python tests/readme_tables.py` writes them where they are marked."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import soda_tui
from soda_tui.domain.actions import ACTIONS, key_name
from soda_tui.domain.codes import Severity
from soda_tui.domain.configuration.passing import PASSING
from soda_tui.domain.configuration.profiles import Given
from soda_tui.domain.drift.kinds import KINDS
from soda_tui.domain.facts import Issue, IssueDetail
from soda_tui.domain.history import Comment
from soda_tui.domain.prompt import render_prompt
from soda_tui.domain.repairs import REPAIRS, WORDS
from soda_tui.help import TOPICS
from soda_tui.services.config.keys import reference
from soda_tui.services.profiles import LocalProfiles

README = Path(__file__).parent.parent / "README.md"
DOCUMENTS = (README, *(Path(soda_tui.__file__).parent / "help" / f"{name}.md" for name in TOPICS))


def keys() -> str:
    """The table of keys, from the registry of actions."""
    rows = ["| key | action | what it does | command |", "|---|---|---|---|"]
    for action in ACTIONS:
        if re.fullmatch(r"pane\.[2-9]", action.name):
            continue
        shown = " ".join(f"`{key_name(key)}`" for key in action.keys)
        title, text = action.title, action.help
        if action.name == "pane.1":
            shown, title, text = "`1` … `9`", "pane 1 … 9", "Go to that repository."
        command = f"`{action.command}`" if action.command else ""
        rows.append(f"| {shown} | {title} | {text} | {command} |")
    return "\n".join(rows)


def configuration() -> str:
    """The reference of the configuration, from its table of keys."""
    rows = ["| section | key | default | meaning | environment |", "|---|---|---|---|---|"]
    for key in reference():
        default = _toml(key.default)
        environment = f"`{key.environment}`" if key.environment else ""
        rows.append(f"| `[{key.section}]` | `{key.name}` | `{default}` | {key.meaning} | {environment} |")
    return "\n".join(rows)


def drift() -> str:
    """The kinds of drift with their repairs, the worst first."""
    rows = ["| kind | severity | what has happened | repair |", "|---|---|---|---|"]
    worst = list(Severity)[::-1]
    for kind, (severity, what) in sorted(KINDS.items(), key=lambda found: worst.index(found[1].severity)):
        repair = REPAIRS[kind]
        mends = WORDS[repair]() if repair else "yours to decide"
        rows.append(f"| `{kind}` | {severity} | {what} | {mends} |")
    return "\n".join(rows)


def profiles() -> str:
    """The profiles in the package."""
    rows = ["| profile | program | writes | gets its prompt | variables besides the usual |", "|---|---|---|---|---|"]
    known = LocalProfiles({}, {})
    ways = {Given.ARGUMENT: "in an argument", Given.FILE: "in a file", Given.INPUT: "on standard input"}
    for profile in map(known.named, known.names()):
        given = ways[profile.prompt]
        names = " ".join(f"`{name}`" for name in profile.environment)
        form = "text" if profile.format in ("text", "aider", "copilot") else "JSON lines"
        rows.append(f"| `{profile.name}` | `{profile.program}` | {form} | {given} | {names} |")
    return "\n".join(rows)


def topics() -> str:
    """The help topics."""
    rows = ["| topic | what it is about |", "|---|---|"]
    return "\n".join([*rows, *(f"| [`{name}`](soda_tui/help/{name}.md) | {about} |" for name, about in TOPICS.items())])


def environment() -> str:
    """The variables that every agent gets."""
    rows = ["| variables | why |", "|---|---|"]
    for names, why in PASSING:
        rows.append(f"| {' '.join(f'`{name}`' for name in names)} | {why} |")
    return "\n".join(rows)


def prompt() -> str:
    """What an agent is told of an example, by the template in the package."""
    at = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    labels = ("route:ready",)
    issue = Issue("I_12", 12, "Fix the crash at start", "", "ann", labels, (), open=True, updated_at=at)
    said = Comment("grace", "MEMBER", at, "It is the empty configuration file; see `load()`.")
    text = render_prompt(
        (Path(soda_tui.__file__).parent / "prompts/default.md").read_text(),
        repository="acme/rocket",
        issue=IssueDetail(issue, "With an empty `rocket.toml` it crashes at start.", None, (said,), 3),
        branch="agent001/12-fix-the-crash-at-start",
        base="main",
        summary="~/.local/state/soda-tui/summaries/…/12-1.md",
        extra="Mind the release on Friday.",
        comments=(said,),
    )
    return f"~~~~markdown\n{text.rstrip()}\n~~~~"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return str([str(each) for each in value])
    return f'"{value}"' if isinstance(value, str) else str(value)


TABLES = {make.__name__: make for make in (topics, keys, profiles, prompt, environment, configuration, drift)}


def with_tables(text: str) -> str:
    """A document with its tables as they should be."""
    for name in re.findall(r"^<!-- table: (\w+) -->$", text, re.MULTILINE):
        before, mark, after = text.partition(f"<!-- table: {name} -->\n\n")
        text = f"{before}{mark}{TABLES[name]()}\n\n" + re.sub(
            r"\A(?:\|.*\n)*(?s:~~~~markdown\n.*?\n~~~~\n)?\n?", "", after
        )
    return text.rstrip("\n") + "\n"


if __name__ == "__main__":
    for document in DOCUMENTS:
        document.write_text(with_tables(document.read_text()))
    sys.exit(0)
