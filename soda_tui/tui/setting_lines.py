"""Settings as lines: a row for each under its section, and all that there is to know of one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.configured import Setting, Source
from soda_tui.domain.configuration.toml import toml
from soda_tui.domain.text import shorten
from soda_tui.tui.text import Line, Span, make_line, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.heading import heading
from soda_tui.tui.widgets.row_list import Row

THEME = "theme"
"""What is no key of the file: it is remembered, and has a chooser of its own."""

MORE = "more"
"""What is no key either: where those are begun whose names nobody but a person can know."""

_SCREEN = "screen"
_KEY = 30
_LONGEST = 200


def setting_rows(settings: Iterable[Setting], differing: Collection[str], words: Sequence[str]) -> list[Row]:
    """The settings that have all of these words; of `differing` ones the repositories say different things."""
    rows: list[Row] = []
    section = ""
    for one in settings:
        if not all(word in f"{one.key} {one.meaning}".lower() for word in words):
            continue
        part = _SCREEN if one.key == THEME else one.key.partition(".")[0]
        if part != section:
            section = part
            rows.append(Row(None, partial(_heading, part)))
        rows.append(Row(one.key, _maker(one, one.key in differing)))
    return rows


def explained(one: Setting, repositories: int, differs: bool) -> str:
    """What a setting means, what it may be, who says it and where, when a change holds, and for how many it is."""
    is_said = one.place and one.source is not Source.DEFAULT and not differs
    facts = [
        say.SETTINGS_RIGHT(right=one.right) if one.right else "",
        say.SETTINGS_DEFAULT(default=toml(one.default)) if one.right else "",
        say.SETTINGS_ENVIRONMENT(name=one.environment) if one.environment else "",
        say.SETTINGS_PLACE(place=one.place) if is_said else "",
        "" if one.key == MORE else say.SETTINGS_AT_ONCE() if one.at_once else say.SETTINGS_LATER(),
        say.SETTINGS_EACH(count=repositories) if repositories > 1 else "",
    ]
    return f"{one.meaning}\n{' '.join(filter(None, facts))}"


def loss(one: Setting, file: str, repositories: int, differs: bool) -> str:
    """What is asked before a setting is taken out of the file for so many repositories; nothing where it is not there.

    What is said elsewhere hides whether the file says it too, so then it is asked.
    """
    if not differs and one.source in ({Source.DEFAULT, Source.FILE} if repositories else {Source.DEFAULT}):
        return ""
    more = ""
    if repositories > 1:
        more = say.SETTINGS_OUT_OF_EACH(count=repositories)
    elif one.source in {Source.FILE, Source.REPOSITORY}:
        more = say.SETTINGS_SAYS(value=shorten(toml(one.value), _LONGEST))
    return f"{say.SETTINGS_ASK_OUT(key=one.key, file=file)} {more}".rstrip()


def beside(name: str, value: str, meaning: str) -> Setting:
    """A row for what is no key of the file."""
    return Setting(name, value, Source.DEFAULT, None, None, meaning, "", None, False, True)


def typed(value: object) -> str:
    """The value as a person types it."""
    return value if isinstance(value, str) else toml(value)


def _maker(one: Setting, differs: bool) -> Callable[[int, bool], list[Line]]:
    usual = one.source is Source.DEFAULT and not differs and one.key not in {THEME, MORE}
    value = say.SETTINGS_DIFFER() if differs else one.value if one.key in {THEME, MORE} else toml(one.value)

    def make(width: int, marked: bool) -> list[Line]:
        left = [
            Span("▸ " if marked else "  ", Tone.KEY),
            Span(f"{plain(one.key):<{_KEY}} ", Tone.STRONG if marked else Tone.TEXT),
            Span(plain(value), Tone.QUIET if usual else Tone.STRONG, shrink=True),
        ]
        right = [Span("" if usual or one.key in {THEME, MORE} else f" {one.source.value} ", Tone.FAINT, rank=1)]
        return [make_line(width, left, right, ground=Tone.CURSOR if marked else None)]

    return make


def _heading(part: str, width: int, _: bool) -> list[Line]:
    return [heading(part, "", (), width)]
