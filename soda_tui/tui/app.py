"""The application: the overview, the engine behind it, and what keys do."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Awaitable, Callable, Sequence, Set
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import structs
from textual import events, work
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.keys import Keys, rebound
from soda_tui.domain.configuration.notifying import NotifySettings
from soda_tui.domain.host_trouble import host_troubles
from soda_tui.domain.model import Snapshot
from soda_tui.tui import themes
from soda_tui.tui.actions import STOP_ALL, bindings, is_typing, key_hint
from soda_tui.tui.arrange import NARROW
from soda_tui.tui.ascii import AsciiFilter
from soda_tui.tui.deeds import Deeds
from soda_tui.tui.log_stream import stream_logs
from soda_tui.tui.message import Message, words_of
from soda_tui.tui.screens.overview import Overview
from soda_tui.tui.sight import in_sight
from soda_tui.tui.terminal_title import TerminalTitle, title_of
from soda_tui.tui.text import listed, plain
from soda_tui.tui.tones import Tones, resolve
from soda_tui.tui.wardrobe import Wardrobe

if TYPE_CHECKING:
    from textual.driver import Driver

    from soda_tui.cockpit.front import Cockpit
    from soda_tui.cockpit.setting_up import SetUp
    from soda_tui.tui.news import News

# A collection looks at all that is new: of the usual thresholds for a program of this size, it would hold up a key.
_COLLECT_AT = (5_000, 5, 1_000)
_SOON = 0.5
_MOST_NAMED = 5
_NOTIFY = NotifySettings()


class SodaApp(Deeds):
    """The cockpit's screen on an engine; `clock` tells the time in UTC, `demo` says that quitting ends everything.

    `setup` makes what guide and settings work on; a first start is `guided`.
    """

    TITLE = "soda-tui"
    CSS_PATH = Path(__file__).with_name("soda.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012
    BINDINGS = bindings("app")
    # The registry has a palette of its own, whose keys can be changed like all others.
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        cockpit: Cockpit,
        *,
        clock: Callable[[], datetime],
        demo: bool = False,
        theme: str | None = None,
        user_themes: Path | None = None,
        keys: Keys | None = None,
        ascii_only: bool = False,
        remarks: Sequence[str] = (),
        notify: NotifySettings = _NOTIFY,
        setup: Callable[[], SetUp] | None = None,
        guided: bool = False,
    ) -> None:
        # Without colours Textual's own styles keep the cursor visible, which grey ones do not.
        super().__init__(
            cockpit, clock=clock, demo=demo, ansi_color=True if "NO_COLOR" in os.environ else None, setup=setup
        )
        self._guided = guided
        self.registry = rebound(keys or {})
        self.set_keymap({name: ",".join(bound) for name, bound in (keys or {}).items()})
        self.wardrobe = Wardrobe(self, user_themes, theme or cockpit.preferences.theme, self.remember)
        self.wardrobe.dress()
        self._remarks = tuple(remarks)
        self._notify = notify
        self._ascii = (AsciiFilter(),) if ascii_only else ()
        self._remembering = asyncio.Lock()
        self._title: TerminalTitle | None = None
        self._news: News | None = None
        self.terminal_gone = asyncio.Event()
        self._complete_soon = True
        self._errors: dict[str, str] = {}
        self._troubles: Set[object] = frozenset()
        self._pressed = False
        self._toned: dict[str, str] | None = None
        self._tones: Tones = {}

    @property
    def tones(self) -> Tones:
        """The style of each tone under the theme of now."""
        if self._toned is not self.theme_variables:
            self._toned, self._tones = self.theme_variables, resolve(self.theme_variables)
        return self._tones

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.defaults(self.current_theme)

    def get_driver_class(self) -> type[Driver]:
        from soda_tui.tui.terminal import Terminal

        return Terminal

    def get_default_screen(self) -> Screen[None]:
        return self.overview

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *self._ascii]

    def on_mount(self) -> None:
        if not self.is_headless:
            self.wardrobe.suit_terminal()
            title = self._title = TerminalTitle(self._write)
            self.app_suspend_signal.subscribe(self, lambda _: title.give_away())
            self.app_resume_signal.subscribe(self, lambda _: title.take_back())
        self._begin()

    def _begin(self) -> None:
        """Start what fills the screen, so that the first frame has it."""
        self._follow()
        self.set_interval(1, self._tick)

    def _tick(self) -> None:
        self.overview.tick(self.clock())
        self.cockpit.attend(*in_sight(self.screen_stack))

    @work(group="follow", exit_on_error=False)
    async def _follow(self) -> None:
        while True:
            snapshot = self.cockpit.snapshot
            await self._show(snapshot)
            if self._complete_soon:
                self._complete_soon = False
                self._once_painted(self._complete)
            await self.cockpit.changed(snapshot)

    async def _complete(self) -> None:
        await self.overview.grid.complete()
        self._once_painted(self._come_alive)

    def _once_painted(self, begin: Callable[[], Awaitable[object]]) -> None:
        """Begin something after the next frame, or soon: a screen that is opened at once would hold that up."""
        begun = False

        async def once() -> None:
            nonlocal begun
            if not begun:
                begun = True
                await begin()

        self.call_after_refresh(once)
        self.set_timer(_SOON, once)

    async def _come_alive(self) -> None:
        """Start what keeps the screen fresh, which would hold up the first frame with what it imports."""
        if not self.is_headless:
            # What stands now lives as long as the program, so the collector, which was off until now, skips it.
            gc.freeze()
            gc.set_threshold(*_COLLECT_AT)
            gc.enable()
        self._run_engine()
        self._tell_what_is_done()
        self._tell_news()
        self._stream_logs()
        self._watch_themes()
        self._tell_remarks()
        if self._guided:
            self.set_up("app.guide")

    def _tell_remarks(self) -> None:
        """All remarks on how the program was called stand in the log of messages, the first one on the screen too."""
        for remark in self._remarks[1:]:
            self.say(remark, "warning", quiet=True)
        if self._remarks:
            more = len(self._remarks) - 1
            words = f" {say.REMARKS(count=more, key=self.key('view.messages'))}" if more else ""
            self.say(self._remarks[0] + words, "warning")

    async def _show(self, snapshot: Snapshot) -> None:
        await self.overview.show(snapshot, self.clock())
        if self._title is not None:
            self._title.show(title_of(snapshot))
        self._note_errors(snapshot)

    def _note_errors(self, snapshot: Snapshot) -> None:
        """Note once why repositories could not be read, and of each host that is in trouble as a whole once why it is.

        What it means for each stands in its pane.
        """
        errors = {found.key: found.error.message for found in snapshot.repositories if found.error is not None}
        troubles = host_troubles(snapshot.repositories)
        told = {one.key for each in troubles for one in each.repositories}
        new: dict[str, list[str]] = {}
        for found in snapshot.repositories:
            if found.error is not None and found.key not in told and self._errors.get(found.key) != found.error.message:
                new.setdefault(found.error.message, []).append(found.name)
        self._errors = errors
        lasting = {(each.host, each.error.code): each.error.message for each in troubles}
        for what, words in lasting.items():
            if what not in self._troubles:
                self.say(words, "warning", quiet=True)
        self._troubles = lasting.keys()
        for words, names in new.items():
            self.say(f"{listed(names, _MOST_NAMED)}: {words}", "warning", quiet=True)

    def _write(self, text: str) -> None:
        if self._driver is not None:
            self._driver.write(text)

    def on_unmount(self) -> None:
        if self._title is not None:
            self._title.restore()

    @work(group="themes", exit_on_error=False)
    async def _watch_themes(self) -> None:
        await self.wardrobe.watch(lambda fault: self.say(fault, "warning"))

    @work(group="engine", exit_on_error=False)
    async def _run_engine(self) -> None:
        await self.cockpit.run(loops=True)

    @work(group="told", exit_on_error=False)
    async def _tell_what_is_done(self) -> None:
        """What nobody asked for; that something was tidied up stands in the log of messages alone."""
        from soda_tui.domain.actions import Verb
        from soda_tui.tui.acting import severity

        while True:
            outcome = await self.cockpit.done_by_itself()
            self.say(outcome.message, severity(outcome), quiet=outcome.verb is Verb.TIDY)

    @work(group="news", exit_on_error=False)
    async def _tell_news(self) -> None:
        from soda_tui.tui.news import News

        if self._news is None:
            self._news = News(self, self._notify, None if self.is_headless else self._write)
        await self._news.follow()

    @work(group="logs", exit_on_error=False)
    async def _stream_logs(self) -> None:
        await stream_logs(self.cockpit, self.overview.grid.with_visible_log)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that crashed is a line in the status bar, not the end of the program; what shows things goes on."""
        if event.state is not WorkerState.ERROR:
            return
        words = words_of(event.worker.error)
        again = {
            "follow": ("The overview", self._follow),
            "logs": ("Reading the logs", self._stream_logs),
            "told": ("Telling what is done by itself", self._tell_what_is_done),
            "news": ("Telling what happens", self._tell_news),
            "themes": ("Watching the themes", self._watch_themes),
        }.get(event.worker.group)
        if again is not None:
            self.begin_again(again[0], words, again[1])
        elif event.worker.group == "engine":
            self.overview.status.trouble = plain(say.ENGINE_ENDED(error=words))
            self.say(say.ENGINE_ENDED(error=words), "error")
        else:
            self.say(say.CRASHED(error=words), "error")

    async def on_event(self, event: events.Event) -> None:
        self._pressed = isinstance(event, events.Key)
        if self._pressed:
            self.hide_line()
        try:
            await super().on_event(event)
        finally:
            self._pressed = False

    def on_key(self, event: events.Key) -> None:
        """Give a line that has the focus now what was typed for it and reached what had the focus before."""
        if self.focused is not None and is_typing(self.focused) and event.is_printable:
            event.prevent_default()
            self.focused.post_message(events.Key(event.key, event.character))

    def key(self, action: str) -> str:
        """The key that an action has, as people write it."""
        return key_hint(self, action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        typing = self.screen_stack and self.screen is self.overview and is_typing(self.focused)
        if typing and action == "perform" and parameters != ("app.palette",):
            return False
        if action == "perform" and parameters == (STOP_ALL,) and self._pressed and is_typing(self.focused):
            return False
        return super().check_action(action, parameters)

    def on_overview_explained(self, message: Overview.Explained) -> None:
        if message.quiet:
            self.tell(Message(self.clock(), plain(message.reason)))
        else:
            self.say(message.reason, "warning")

    async def on_overview_preferred(self, message: Overview.Preferred) -> None:
        wanted = message.preferences
        self.remember(layout=wanted.layout, order=wanted.order, folded=wanted.folded)

    @work(group="remember", exit_on_error=False)
    async def remember(self, **changes: Any) -> None:
        """Remember these preferences beside all others: each is written after the one before, on another thread."""
        async with self._remembering:
            await asyncio.to_thread(lambda: self.cockpit.remember(structs.replace(self.cockpit.preferences, **changes)))
