"""News on the screen: what happened is said there, and handed on to the terminal and to all other means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.notifications import SeverityLevel

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.notifying import NotifySettings
from soda_tui.domain.telling import Notice, NoticeKind, headlines
from soda_tui.tui.terminal_notice import TerminalNotices
from soda_tui.tui.text import plain

if TYPE_CHECKING:
    from soda_tui.tui.app import SodaApp

_SEVERITIES: dict[NoticeKind, SeverityLevel] = {
    NoticeKind.INPUT: "warning",
    NoticeKind.ENDED: "warning",
    NoticeKind.FAILED: "error",
    NoticeKind.DONE: "information",
    NoticeKind.LIMIT: "warning",
    NoticeKind.STALLED: "warning",
    NoticeKind.DRIFT: "error",
    NoticeKind.LOST: "error",
    NoticeKind.LOOP: "warning",
}
_GRAVER: tuple[SeverityLevel, ...] = ("information", "warning", "error")


class News:
    """Tells as a person wants to be told; `write` is the way to the terminal, where there is one."""

    def __init__(self, app: SodaApp, settings: NotifySettings, write: Callable[[str], object] | None) -> None:
        self._app = app
        self._settings = settings
        self._terminal: TerminalNotices | None = None
        if write is not None:
            terminal = self._terminal = TerminalNotices(write, settings.terminal, bell=settings.bell)
            app.app_suspend_signal.subscribe(app, lambda _: terminal.give_away())
            app.app_resume_signal.subscribe(app, lambda _: terminal.take_back())

    async def follow(self) -> None:
        """Tell what happens, until cancelled; no program that is told holds up what happens next."""
        while True:
            notices = await self._app.cockpit.news()
            self._app.overview.grid.heed(notice.key for notice in notices)
            self._say(notices)
            if self._terminal is not None:
                self._terminal.tell(headlines(notices))
            self._app.run_worker(self._announce(notices), group="announce", exit_on_error=False)

    def _say(self, notices: Sequence[Notice]) -> None:
        """All stands in the log of messages, and the gravest is said on the screen, unless nothing is to be."""
        *others, gravest = sorted(notices, key=lambda notice: _GRAVER.index(_SEVERITIES[notice.kind]))
        for notice in others:
            self._app.say(_words(notice), _SEVERITIES[notice.kind], quiet=True)
        words = [_words(gravest), say.NOTICE_LEADS(key=self._app.key("pane.waiting"))]
        if others:
            words.append(say.REMARKS(count=len(others), key=self._app.key("view.messages")))
        self._app.say(" ".join(words), _SEVERITIES[gravest.kind], quiet=not self._settings.toast)

    async def _announce(self, notices: Sequence[Notice]) -> None:
        for fault in await self._app.cockpit.announce(
            notices, shown=self._terminal is not None and self._terminal.shows
        ):
            if not any(message.text == plain(fault) for message in self._app.messages):
                self._app.say(fault, "warning")


def _words(notice: Notice) -> str:
    return say.NOTICE_SAID(repository=notice.repository, message=notice.message)
