"""What keys and the mouse come to: a screen that opens, an act on repositories, or the end."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from rich.text import Text
from textual import work
from textual.signal import Signal

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.failure import Failure
from soda_tui.domain.loop.machine import Mode
from soda_tui.domain.model import Repository
from soda_tui.tui.actions import BY_NAME, STOP_ALL
from soda_tui.tui.saying import Saying
from soda_tui.tui.screens.overview import Overview
from soda_tui.tui.text import plain

if TYPE_CHECKING:
    from soda_tui.cockpit.front import Cockpit
    from soda_tui.cockpit.setting_up import SetUp
    from soda_tui.tui.acting import Acting


class Deeds(Saying):
    """The part of the application that does what a person wants; what it needs for that is imported when it is done."""

    def __init__(
        self,
        cockpit: Cockpit,
        *,
        clock: Callable[[], datetime],
        demo: bool,
        ansi_color: bool | None,
        setup: Callable[[], SetUp] | None,
    ) -> None:
        super().__init__(clock, ansi_color)
        self.setup = setup
        self.again = False
        self.cockpit = cockpit
        self.demo = demo
        self.overview = Overview(demo=demo, preferences=cockpit.preferences)
        self.busy_changed = Signal[str](self, "busy changed")
        self.prioritising = asyncio.Lock()
        self._leaving: int | None = None
        self._lifting = False

    @abstractmethod
    def key(self, action: str) -> str:
        """The key that an action has, as people write it."""

    @cached_property
    def acting(self) -> Acting:
        """What acts on repositories."""
        from soda_tui.tui.acting import Acting

        return Acting(self.cockpit, self)

    async def ask(self, title: str, question: str) -> bool:
        """Ask a person a question; True for yes."""
        from soda_tui.tui.screens.question import Question

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
        self.say((say.HOW_TO_QUIT_DEMO if self.demo else say.HOW_TO_QUIT)(key=self.key("app.quit")))

    def action_perform(self, name: str) -> None:
        self._do(name, None, None)

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
            from soda_tui.tui.screens.help import HelpScreen

            self.push_screen(HelpScreen())
        elif name == "app.quit":
            self.again = False
            self.leave()
        elif name == STOP_ALL:
            self._stop_all()
        elif name in ("app.palette", "app.theme"):
            self._search(name)
        elif name in ("app.guide", "app.settings"):
            self.set_up(name)
        elif name == "all.refresh":
            self._refresh(())
        elif name == "view.inbox":
            self._open_inbox()
        elif name == "view.history":
            self._open_history(repository)
        elif name == "view.messages":
            from soda_tui.tui.screens.messages import MessagesScreen

            self.push_screen(MessagesScreen(tuple(self.messages)))
        elif repository is None:
            self.say(say.NO_REPOSITORY(), "warning")
        elif name == "repo.refresh":
            self._refresh((repository,))
        elif verb is Verb.PEEK:
            self._peek(repository, issue)
        elif verb is not None and verb is not Verb.SIT:
            self._act(repository, verb, issue)
        else:
            from soda_tui.tui.reading import perform

            perform(self, name, repository, issue)

    def _search(self, name: str) -> None:
        from soda_tui.tui.palette import Everything, Palette, Themes

        self.push_screen(Palette(Themes if name == "app.theme" else Everything))

    @work(group="set up", exclusive=True, exit_on_error=False)
    async def set_up(self, name: str) -> None:
        """Open the guide or the settings; afterwards the cockpit is opened anew where it has to be."""
        if self.setup is None:
            self.say((say.GUIDE_NOT_HERE if name == "app.guide" else say.SETTINGS_NOT_HERE)(), "warning")
            return
        from soda_tui.tui.screens.guide import GuideScreen
        from soda_tui.tui.screens.settings import SettingsScreen

        setup = self.setup()
        screen = (GuideScreen if name == "app.guide" else SettingsScreen)(setup)
        if not await self.push_screen_wait(screen):
            return
        try:
            await setup.configured()
        except Failure as failure:
            self.say(say.SETTINGS_NOT_REOPENED(reason=failure.problem.message), "warning")
            return
        self.again = True
        self.leave()

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

    @work(group="stop", exit_on_error=False)
    async def _stop_all(self) -> None:
        """Stop everything, without a question; what stands already is lifted, after one."""
        from soda_tui.domain.stops import halt_words, lifted_words, stop_question

        try:
            stop = await self.cockpit.stop()
            if stop is None:
                self.say(say.STOP_BEGINS(), "warning")
                halt = await self.cockpit.stop_all(say.BY_KEY(key=self.key(STOP_ALL)))
                *agents, standing = halt_words(halt, self.key(STOP_ALL))
                for words in agents:
                    self.say(words, "warning", quiet=not halt.left)
                self.say(standing, "error" if halt.left else "warning")
            elif not self._lifting and await self._may_lift(stop_question(stop)):
                lifted = await self.cockpit.resume()
                self.say(lifted_words(lifted) if lifted else say.NO_STOP())
        except Failure as failure:
            self.say(failure.problem.message, "error")

    async def _may_lift(self, question: str) -> bool:
        self._lifting = True
        try:
            return await self.ask("resume", question)
        finally:
            self._lifting = False

    @work(group="refresh", exit_on_error=False)
    async def _refresh(self, repositories: Sequence[Repository]) -> None:
        await self.acting.refresh(repositories)

    @work(group="act", exit_on_error=False)
    async def _act(self, repository: Repository, verb: Verb, issue: int | None) -> None:
        await self.acting.act(repository, verb, issue)

    @work(group="act", exit_on_error=False)
    async def repair(self, repository: Repository, kind: DriftKind) -> None:
        """Repair a drift, after showing the plan of that as the question."""
        await self.acting.act(repository, Verb.REPAIR, repair=kind)

    @work(group="act", exit_on_error=False)
    async def land(self, repository: Repository, number: int) -> None:
        """Land one pull request, after the question that its plan asks."""
        await self.acting.act(repository, Verb.LAND, pull_request=number)

    @work(group="act", exit_on_error=False)
    async def take_up(self, repository: Repository, number: int) -> None:
        """Have an agent mend a pull request that came back, after the question that its plan asks."""
        await self.acting.act(repository, Verb.FEEDBACK, pull_request=number)

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

    @work(group="history", exclusive=True, exit_on_error=False)
    async def _open_history(self, repository: Repository | None) -> None:
        from soda_tui.tui.screens.history import HistoryScreen

        others = (one for one in self.cockpit.snapshot.repositories if repository is None or one.key != repository.key)
        keys = [one.key for one in ((repository,) if repository is not None else ()) + tuple(others)]
        try:
            told = [await self.cockpit.chronicle(key) for key in keys]
        except Failure as failure:
            self.say(failure.problem.message, "error")
        else:
            self.push_screen(HistoryScreen(told))

    def busy(self, key: str) -> Verb | None:
        """The action that is under way on a repository."""
        return self.acting.busy(key)

    async def action_quit(self) -> None:
        self._do("app.quit", None, None)

    def leave(self) -> None:
        """Quit, once what is under way has ended, or at once when it is said again."""
        underway = self.acting.underway
        if underway and not self.demo and self._leaving is None:
            self._leaving = len(self.messages)
            self.say(say.FINISHING(acts=underway, key=self.key("app.quit")), "warning")
            self._leave_when_settled()
            return
        if underway:
            self.cockpit.abandon()
        self._end(plain(say.LEFT_AT_ONCE(acts=underway)) if underway else "")

    @work(group="leave", exclusive=True, exit_on_error=False)
    async def _leave_when_settled(self) -> None:
        await self.acting.settled()
        # How it ended is said on the screen, which is gone then.
        said = [message.text for message in list(self.messages)[(self._leaving or 0) + 1 :]]
        self._end("\n".join(said))

    def _end(self, said: str) -> None:
        """End the screen, and say in the terminal what became of the agents."""
        if self.again:
            self.exit()
            return
        running = [found for found in self.cockpit.snapshot.repositories if found.agent.status.at_work]
        if self.demo:
            self.exit(message=Text(say.QUIT_DEMO()))
            return
        parts = [said] if said else []
        if running:
            agents = ", ".join(f"{found.name} {found.agent.issue or ''}".strip() for found in running)
            parts.append(plain(say.QUIT_RUNNING(agents=agents)))
        looping = [one.name for one in self.cockpit.snapshot.repositories if one.loop and one.loop.mode is Mode.ON]
        if looping:
            parts.append(plain(say.QUIT_LOOPS(repositories=", ".join(looping))))
        self.exit(message=Text("\n".join(parts)) if parts else None)
