"""The application: the overview, the engine behind it, and what keys do."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from rich.text import Text
from textual import work
from textual.app import App
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from soda_tui.cockpit.front import Cockpit
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import Failure
from soda_tui.domain.keys import Keys, rebound
from soda_tui.domain.model import ErrorCode, Repository, Run, Status
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.verdict import question
from soda_tui.tui import themes
from soda_tui.tui.actions import BY_NAME, bindings
from soda_tui.tui.arrange import NARROW
from soda_tui.tui.ascii import AsciiFilter
from soda_tui.tui.looks import DOING
from soda_tui.tui.screens.help import HelpScreen
from soda_tui.tui.screens.overview import Overview
from soda_tui.tui.screens.peek import PeekScreen
from soda_tui.tui.screens.question import Question
from soda_tui.tui.text import plain
from soda_tui.tui.tones import Tone, Tones, resolve
from soda_tui.tui.wardrobe import Wardrobe

_RUNNING = frozenset({Status.STARTING, Status.WORKING, Status.NEEDS_INPUT, Status.LIMIT, Status.STALLED})
_LASTING = frozenset({"follow", "engine", "logs"})
_REFUSALS = frozenset({ErrorCode.REFUSED, ErrorCode.TAKEN, ErrorCode.NOTHING_TO_DO})
_TONES = {"information": Tone.TEXT, "warning": Tone.NEEDS, "error": Tone.FAILED}
_LOG_SECONDS = 0.25


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
        self.overview = Overview(demo=demo)

        self._remarks = tuple(remarks)
        self._ascii = (AsciiFilter(),) if ascii_only else ()
        self._busy: dict[str, Verb] = {}
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
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Start what fills the screen, once its skeleton is painted."""
        self._follow()
        self._run_engine()
        self._stream_logs()
        self._watch_themes()
        self.set_interval(1, self._tick)
        for remark in self._remarks:
            self.say(remark, "warning")

    def _tick(self) -> None:
        self.overview.tick(self.clock())

    @work(group="follow", exit_on_error=False)
    async def _follow(self) -> None:
        snapshot = self.cockpit.snapshot
        await self.overview.show(snapshot, self.clock())
        if not self.is_headless:
            # What stands now lives as long as the program, so the collector, which was off until now, skips it.
            gc.collect()
            gc.freeze()
            gc.enable()
        while True:
            snapshot = await self.cockpit.changed(snapshot)
            await self.overview.show(snapshot, self.clock())

    @work(group="themes", exit_on_error=False)
    async def _watch_themes(self) -> None:
        await self.wardrobe.watch(lambda fault: self.say(fault, "warning"))

    @work(group="engine", exit_on_error=False)
    async def _run_engine(self) -> None:
        await self.cockpit.run()

    @work(group="logs", exit_on_error=False)
    async def _stream_logs(self) -> None:
        ended: dict[str, Run] = {}
        while True:
            for pane in self.overview.grid.with_visible_log():
                if pane.repository is None or (run := pane.repository.agent.run) is None:
                    continue
                key = pane.repository.key
                if pane.repository.agent.status in _RUNNING or ended.get(key) != run:
                    pane.log_lines = await self.cockpit.tail(key)
                    ended[key] = run
            await asyncio.sleep(_LOG_SECONDS)

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

    def say(self, message: str, severity: SeverityLevel = "information") -> None:
        """Tell a person something: a toast, and the status bar until something else is said."""
        text = plain(message)
        self.notify(text, severity=severity, markup=False)
        self.overview.say(self._trouble or text, _TONES["error" if self._trouble else severity])

    def action_perform(self, name: str) -> None:
        self._do(name, None, None)

    def on_overview_explained(self, message: Overview.Explained) -> None:
        self.say(message.reason, "warning")

    def on_overview_wanted(self, message: Overview.Wanted) -> None:
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
            self._refresh(None)
        elif repository is None:
            self.say(say.NO_REPOSITORY(), "warning")
        elif name == "repo.refresh":
            self._refresh(repository)
        elif verb is Verb.PEEK:
            self._peek(repository, issue)
        elif verb is not None:
            self._ask_and_act(repository, verb)

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
            self.push_screen(PeekScreen(found))

    @work(group="refresh", exit_on_error=False)
    async def _refresh(self, repository: Repository | None) -> None:
        keys = None if repository is None else (repository.key,)
        snapshot = await self.cockpit.refresh(keys)
        failed = [found for found in snapshot.repositories if found.error and (keys is None or found.key in keys)]
        if failed:
            self.say(say.REFRESH_FAILED(count=len(failed)), "warning")
        else:
            self.say(say.REFRESHED(repository=repository.name) if repository else say.REFRESHED_ALL())

    @work(group="act", exit_on_error=False)
    async def _ask_and_act(self, repository: Repository, verb: Verb) -> None:
        key, asked = repository.key, question(repository, verb)
        if asked and not await self.push_screen_wait(Question(f"{verb} · {repository.name}", asked)):
            return
        if key in self._busy:
            self.say(say.BUSY_HERE(repository=repository.name, verb=DOING[self._busy[key]]), "warning")
            return
        self._set_busy(key, verb)
        try:
            outcome = await self.cockpit.act(key, verb, Options(yes=asked is not None))
        finally:
            self._set_busy(key, None)
        self.say(outcome.message, _severity(outcome))

    def _set_busy(self, key: str, verb: Verb | None) -> None:
        if verb is None:
            self._busy.pop(key, None)
        else:
            self._busy[key] = verb
        self.overview.set_busy(key, verb)

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


def _severity(outcome: Outcome) -> SeverityLevel:
    if outcome.problem is None:
        return "information"
    return "warning" if outcome.problem.code in _REFUSALS else "error"
