"""The bar at the bottom: the keys that matter now, those that cannot act dimmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.reactive import var

from soda_tui.domain.actions import Action, Verb, key_name
from soda_tui.domain.model import Repository
from soda_tui.domain.verdict import pops_first
from soda_tui.tui.actions import on_marked, refusal, registry
from soda_tui.tui.text import ELLIPSIS, Line, Span, make_line
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines

_GAP = 2
# What a wide bar has besides, the first of it where there is room for little.
_MORE = ("app.stop_all", "repo.log", "repo.land", "repo.auto")
BACK = Action("screen.back", ("escape",), "back", "Leave this screen.")


class Key(NamedTuple):
    """A key of the bar; without a title where room is scarce."""

    action: Action
    able: bool
    title: str

    @property
    def text(self) -> str:
        """The key and its title."""
        return f"{key_name(self.action.keys[0])} {self.title}".rstrip()

    @property
    def lasting(self) -> bool:
        """Whether it stays whatever else must go: from the program's own keys all others can be found."""
        return self.action.name.startswith("app.") or self.action is BACK


class KeyBar(Lines):
    """One line; where it is narrow, keys that cannot act make room first, then titles, and a mark says so.

    `issue` is the one that pop would take, `marked` what actions are done to in place of the repository; `names` are
    the actions of a screen that has others than the overview.
    """

    repository: var[Repository | None] = var(None)
    busy: var[Verb | None] = var(None)
    issue: var[int | None] = var(None)
    marked: var[tuple[Repository, ...]] = var(())
    names: var[tuple[str, ...]] = var(())

    class Pressed(Message):
        """A key of the bar was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    watch_repository = watch_busy = watch_issue = watch_marked = watch_names = Lines.renew

    def make(self) -> Sequence[Line]:
        spans = [Span(" ")]
        shown, whole = self._shown()
        for key in shown:
            name = key_name(key.action.keys[0])
            spans.append(Span(name, Tone.KEY if key.able else Tone.FAINT))
            # Behind the last one a gap is too much for a line that it fills.
            gap = 0 if whole and key is shown[-1] and self._width(shown) + _GAP > self.size.width else _GAP
            title = key.text.removeprefix(name)
            spans.append(Span(title + " " * gap, Tone.TEXT if key.able else Tone.FAINT))
        if not whole:
            spans.append(Span(ELLIPSIS, Tone.FAINT))
        return [make_line(self.size.width, spans, ground=Tone.GROUND_BAR)]

    def on_click(self, event: events.Click) -> None:
        end = 1
        for key in self._shown()[0]:
            end += cell_len(key.text) + _GAP
            if event.x < end:
                self.post_message(self.Pressed(key.action.name))
                return

    def _shown(self) -> tuple[list[Key], bool]:
        keys = [Key(found, self._is_able(found), self._title(found)) for found in self._actions()]
        shown = list(keys)

        def is_full() -> bool:
            mark = 0 if len(shown) == len(keys) else _GAP + 1
            return self._width(shown) + mark > self.size.width

        for key in [key for key in reversed(keys) if not key.able and not key.lasting]:
            if is_full():
                shown.remove(key)
        for key in reversed(list(shown)):
            if is_full():
                shown[shown.index(key)] = key._replace(title="")
        for key in [key for key in reversed(shown) if not key.lasting]:
            if is_full():
                shown.remove(key)
        if not self.names and shown == keys:
            shown = self._with_more(keys)
        return shown, len(shown) >= len(keys)

    def _with_more(self, keys: Sequence[Key]) -> list[Key]:
        """The keys with as many more as there is room for, in the order of the registry."""
        known = {found.name: found for found in registry(self)}
        order, shown = list(known), list(keys)
        for name in _MORE:
            key = Key(known[name], self._is_able(known[name]), self._title(known[name]))
            if not (self._is_lost and name.startswith("repo.")) and self._width([*shown, key]) <= self.size.width:
                shown.append(key)
        return sorted(shown, key=lambda key: order.index(key.action.name))

    @staticmethod
    def _width(keys: Sequence[Key]) -> int:
        return 1 + sum(cell_len(key.text) + _GAP for key in keys) - _GAP

    def _actions(self) -> Iterable[Action]:
        if self.names:
            known = {found.name: found for found in (BACK, *registry(self))}
            return [known[name] for name in self.names]
        lost = self._is_lost
        return [found for found in registry(self) if found.footer and not (lost and found.name.startswith("repo."))]

    @property
    def _is_lost(self) -> bool:
        """Where there is no repository, keys that are about one would only be in the way."""
        return self.repository is None and not self.marked

    def _is_able(self, found: Action) -> bool:
        if self.marked and on_marked(found):
            return any(refusal(one, None, found) is None for one in self.marked)
        return refusal(self.repository, self.busy, found) is None

    def _title(self, found: Action) -> str:
        if self.marked and on_marked(found):
            return f"{found.title} ({len(self.marked)})"
        if self.issue is None or self.repository is None or refusal(self.repository, self.busy, found) is not None:
            return found.title
        if found.verb is Verb.LAUNCH and pops_first(self.repository):
            return f"pop+launch {self.issue}"
        return f"{found.title} {self.issue}" if found.verb is Verb.POP else found.title
