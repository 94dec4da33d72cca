"""The application: the overview, the engine behind it, and what keys do."""

from __future__ import annotations

import asyncio
import gc
import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.text import Text
from textual import work
from textual.app import App
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.signal import Signal
from textual.worker import Worker, WorkerState

from soda_tui.cockpit.front import Cockpit
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb, key_name
from soda_tui.domain.failure import Failure
from soda_tui.domain.keys import Keys, rebound
from soda_tui.domain.model import Repository, Snapshot, Status
from soda_tui.domain.preferences import Preferences
from soda_tui.tui import themes
from soda_tui.tui.acting import Acting
from soda_tui.tui.actions import BY_NAME, bindings, is_typing
from soda_tui.tui.arrange import NARROW
from soda_tui.tui.ascii import AsciiFilter
from soda_tui.tui.log_stream import stream_logs
from soda_tui.tui.message import Message
from soda_tui.tui.screens.help import HelpScreen
from soda_tui.tui.screens.overview import Overview
from soda_tui.tui.screens.question import Question
from soda_tui.tui.terminal_title import TerminalTitle, title_of
from soda_tui.tui.text import plain
from soda_tui.tui.tones import Tone, Tones, resolve
from soda_tui.tui.wardrobe import Wardrobe

_RUNNING = frozenset({Status.STARTING, Status.WORKING, Status.NEEDS_INPUT, Status.LIMIT, Status.STALLED})
_LASTING = frozenset({"follow", "engine", "logs"})
_TONES = {"information": Tone.TEXT, "warning": Tone.NEEDS, "error": Tone.FAILED}
_MESSAGES = 500


class SodaApp(App[None]):
    """The cockpit's screen on an engine; `clock` tells the time in UTC, `demo` says that quitting ends everything."""

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
    ) -> None:
        # Without colours Textual's own styles keep the cursor visible, which grey ones do not.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.cockpit = cockpit
        self.clock = clock
        self.demo = demo
        self.registry = rebound(keys or {})
        self.set_keymap({name: ",".join(bound) for name, bound in (keys or {}).items()})
        self.wardrobe = Wardrobe(self, cockpit, user_themes, theme)
        self.wardrobe.dress()
        self.overview = Overview(demo=demo, preferences=cockpit.preferences)
        self.acting = Acting(cockpit, self)
        self.messages: deque[Message] = deque(maxlen=_MESSAGES)

        self._remarks = tuple(remarks)
        self._ascii = (AsciiFilter(),) if ascii_only else ()
        self.busy_changed = Signal[str](self, "busy changed")
        self._remembering = asyncio.Lock()
        self._title: TerminalTitle | None = None
        self._trouble = ""
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

    def get_default_screen(self) -> Screen[None]:
        return self.overview

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *self._ascii]

    def on_mount(self) -> None:
        if not self.is_headless:
            self.wardrobe.suit_terminal()
            self._title = TerminalTitle(self._write)
        self._begin()

    def _begin(self) -> None:
        """Start what fills the screen, so that the first frame has it."""
        self._follow()
        self.set_interval(1, self._tick)
        for remark in self._remarks:
            self.say(remark, "warning")

    def _tick(self) -> None:
        self.overview.tick(self.clock())

    @work(group="follow", exit_on_error=False)
    async def _follow(self) -> None:
        snapshot = self.cockpit.snapshot
        await self._show(snapshot)
        self.call_after_refresh(self._come_alive)
        while True:
            snapshot = await self.cockpit.changed(snapshot)
            await self._show(snapshot)

    def _come_alive(self) -> None:
        """Start what keeps the screen fresh, which would hold up the first frame with what it imports."""
        if not self.is_headless:
            # What stands now lives as long as the program, so the collector, which was off until now, skips it.
            gc.freeze()
            gc.enable()
        self._run_engine()
        self._stream_logs()
        self._watch_themes()

    async def _show(self, snapshot: Snapshot) -> None:
        await self.overview.show(snapshot, self.clock())
        if self._title is not None:
            self._title.show(title_of(snapshot))

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
        await self.cockpit.run()

    @work(group="logs", exit_on_error=False)
    async def _stream_logs(self) -> None:
        await stream_logs(self.cockpit, self.overview.grid.with_visible_log)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that crashed is a line in the status bar, not the end of the program."""
        if event.state is not WorkerState.ERROR:
            return
        error = event.worker.error
        words = error.problem.message if isinstance(error, Failure) else f"{type(error).__name__}: {error}"
        if event.worker.group in _LASTING:
            self._trouble = say.ENGINE_ENDED(error=words)
            self.say(self._trouble, "error")
        else:
            self.say(say.CRASHED(error=words), "error")

    def say(self, message: str, severity: SeverityLevel = "information", *, quiet: bool = False) -> None:
        """Tell a person something: a toast, the status bar until something else is said, and the log of messages.

        What is `quiet` stands in the log of messages alone.
        """
        text = plain(message)
        self.messages.append(Message(self.clock(), text, severity))
        if not quiet:
            self.notify(text, severity=severity, markup=False)
            self.overview.say(self._trouble or text, _TONES["error" if self._trouble else severity])

    async def ask(self, title: str, question: str) -> bool:
        """Ask a person a question; True for yes."""
        answer: bool = await self.push_screen_wait(Question(title, question))
        return answer

    def show_reading(self, reading: bool) -> None:
        """Show that repositories are being read on request, or no more."""
        self.overview.set_reading(reading)

    def show_busy(self, key: str) -> None:
        """Show that an action on a repository is under way, or has ended."""
        self.overview.set_busy(key, self.acting.busy(key))
        self.busy_changed.publish(key)

    def action_help_quit(self) -> None:
        key = key_name(next(found for found in self.registry if found.name == "app.quit").keys[0])
        self.say((say.HOW_TO_QUIT_DEMO if self.demo else say.HOW_TO_QUIT)(key=key))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        typing = self.screen_stack and self.screen is self.overview and is_typing(self.focused)
        if typing and action == "perform" and parameters != ("app.palette",):
            return False
        return super().check_action(action, parameters)

    def action_perform(self, name: str) -> None:
        self._do(name, None, None)

    def on_overview_explained(self, message: Overview.Explained) -> None:
        if message.quiet:
            self.overview.say(self._trouble or message.reason, Tone.FAILED if self._trouble else Tone.TEXT)
        else:
            self.say(message.reason, "warning")

    async def on_overview_preferred(self, message: Overview.Preferred) -> None:
        self._remember(message.preferences)

    @work(group="remember", exit_on_error=False)
    async def _remember(self, wanted: Preferences) -> None:
        async with self._remembering:
            kept = replace(wanted, theme=self.cockpit.preferences.theme)
            await asyncio.to_thread(self.cockpit.remember, kept)

    def on_overview_wanted(self, message: Overview.Wanted) -> None:
        verb = BY_NAME[message.action].verb
        if message.marked and verb is not None:
            self._act_on_all(message.marked, verb)
        elif message.marked:
            self._refresh(message.marked)
        else:
            self._do(message.action, message.repository, message.issue)

    def _do(self, name: str, repository: Repository | None, issue: int | None) -> None:
        verb = BY_NAME[name].verb
        if name == "app.help":
            self.push_screen(HelpScreen())
        elif name == "app.quit":
            self.leave()
        elif name in ("app.palette", "app.theme"):
            self._search(name)
        elif name == "all.refresh":
            self._refresh(())
        elif name == "view.inbox":
            self._open_inbox()
        elif name == "view.messages":
            from soda_tui.tui.screens.messages import MessagesScreen

            self.push_screen(MessagesScreen(tuple(self.messages)))
        elif repository is None:
            self.say(say.NO_REPOSITORY(), "warning")
        elif name == "repo.refresh":
            self._refresh((repository,))
        elif verb is Verb.PEEK:
            self._peek(repository, issue)
        elif verb is not None:
            self._act(repository, verb, issue)
        else:
            from soda_tui.tui.reading import perform

            perform(self, name, repository, issue)

    def _search(self, name: str) -> None:
        from soda_tui.tui.palette import Everything, Palette, Themes

        self.push_screen(Palette(Themes if name == "app.theme" else Everything))

    @work(group="peek", exclusive=True, exit_on_error=False)
    async def _peek(self, repository: Repository, issue: int | None) -> None:
        if issue is None and not repository.queue:
            self.say(say.NOTHING_TO_PEEK(repository=repository.name), "warning")
            return
        try:
            found = await self.cockpit.peek(repository.key, issue)
        except Failure as failure:
            self.say(failure.problem.message, "error")
        else:
            from soda_tui.tui.reading import peek_screen

            self.push_screen(await peek_screen(self, repository, found))

    @work(group="refresh", exit_on_error=False)
    async def _refresh(self, repositories: Sequence[Repository]) -> None:
        await self.acting.refresh(repositories)

    @work(group="act", exit_on_error=False)
    async def _act(self, repository: Repository, verb: Verb, issue: int | None) -> None:
        await self.acting.act(repository, verb, issue)

    @work(group="act", exit_on_error=False)
    async def _act_on_all(self, repositories: Sequence[Repository], verb: Verb) -> None:
        if await self.acting.act_on_all(repositories, verb):
            await self.overview.clear_marks()

    @work(group="inbox", exclusive=True, exit_on_error=False)
    async def _open_inbox(self) -> None:
        from soda_tui.tui.screens.inbox import InboxScreen

        key = await self.push_screen_wait(InboxScreen(self.cockpit))
        if key is not None:
            await self.overview.reveal(key)

    def busy(self, key: str) -> Verb | None:
        """The action that is under way on a repository."""
        return self.acting.busy(key)

    async def action_quit(self) -> None:
        self.leave()

    def leave(self) -> None:
        """Quit, and say what becomes of the agents."""
        running = [found for found in self.cockpit.snapshot.repositories if found.agent.status in _RUNNING]
        if self.demo:
            self.exit(message=Text(say.QUIT_DEMO()))
        elif running:
            agents = ", ".join(f"{found.name} {found.agent.issue or ''}".strip() for found in running)
            self.exit(message=Text(plain(say.QUIT_RUNNING(agents=agents))))
        else:
            self.exit()
