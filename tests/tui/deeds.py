"""For every action of the registry: where it can act, and what is so once it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from msgspec import structs
from textual.pilot import Pilot
from textual.screen import Screen
from tui.frozen import FrozenCockpit
from tui.readable import RUNS, WrittenDesk, cockpit, run
from tui.shown import ATTENTION, DONE, STALE, WORKING, agent, ago, repository

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.preferences import Layout, Order
from soda_tui.domain.model import Repository, Unfinished
from soda_tui.domain.runs.flow import Only
from soda_tui.tui.app import SodaApp
from soda_tui.tui.screens.dialogues.labels import LabelList, LabelPicker
from soda_tui.tui.screens.dialogues.launching import Launching
from soda_tui.tui.screens.dialogues.writing import Writing
from soda_tui.tui.screens.diff import DiffScreen
from soda_tui.tui.screens.help import HelpScreen
from soda_tui.tui.screens.history import HistoryScreen
from soda_tui.tui.screens.inbox import InboxScreen
from soda_tui.tui.screens.log import LogScreen
from soda_tui.tui.screens.messages import MessagesScreen
from soda_tui.tui.screens.peek import PeekScreen
from soda_tui.tui.screens.question import Question
from soda_tui.tui.screens.zoom import ZoomScreen
from soda_tui.tui.widgets.log_view import LogView
from soda_tui.tui.widgets.page import Page
from soda_tui.tui.widgets.row_list import RowList

NEXT = "right_square_bracket"


@dataclass
class Stage:
    """The screen under test, what was asked of its cockpit, and what was started outside it."""

    app: SodaApp
    pilot: Pilot[None]
    cockpit: FrozenCockpit
    outside: list[Sequence[str]]

    @property
    def desk(self) -> list[tuple[object, ...]]:
        """What was asked of the issue desk."""
        return cast(WrittenDesk, self.cockpit.shown_desk).asked

    @property
    def verbs(self) -> list[Verb]:
        """What was done to repositories."""
        return [verb for _, verb, _ in self.cockpit.acts]

    @property
    def said(self) -> str:
        """What was said last."""
        return self.app.messages[-1].text if self.app.messages else ""

    @property
    def at(self) -> int | None:
        """The number of the pane that a person is at."""
        pane = self.app.overview.grid.active
        return pane.number if pane else None

    @property
    def row(self) -> int:
        """The row of the queue that a person is on."""
        pane = self.app.overview.grid.active
        assert pane is not None and pane.repository is not None
        return [entry.number for entry in pane.repository.queue].index(pane.queue.cursor or 0)

    @property
    def tab(self) -> int | None:
        """The tab that is open, once it has the keys."""
        screen = self.app.screen
        return screen.bar.active if isinstance(screen, ZoomScreen) and screen.focused is not None else None

    @property
    def page(self) -> Page | None:
        """What is read."""
        screen = self.app.screen
        return screen.log_view.page if isinstance(screen, LogScreen) and screen.log_view.page.lines else None


Effect = Callable[[Stage], bool]
DEFAULT = (WORKING, ATTENTION, STALE)


@dataclass(frozen=True)
class Deed:
    """The repositories, the keys that lead to where the action acts, that one is there, and what is so afterwards.

    `format` is that of what the agent writes.
    """

    effect: Effect
    repositories: Sequence[Repository] = DEFAULT
    keys: Sequence[str] = ()
    there: Effect = field(default=lambda stage: stage.app.screen is stage.app.overview)
    format: str = "text"


def on(screen: type[Screen[Any]]) -> Effect:
    """Whether such a screen is open."""
    return lambda stage: isinstance(stage.app.screen, screen)


def history_of(key: str) -> Effect:
    """Whether the history is open, and begins with this repository."""
    return lambda stage: isinstance(stage.app.screen, HistoryScreen) and stage.app.screen._told[0].key == key


def done(verb: Verb) -> Effect:
    """Whether the verb was done to a repository, and nothing else."""
    return lambda stage: stage.verbs == [verb]


def at_pane(number: int) -> Effect:
    """Whether a person is at the pane with this number."""
    return lambda stage: stage.at == number


def at_row(row: int) -> Effect:
    """Whether a person is on this row of the queue."""
    return lambda stage: stage.row == row


def zoomed(tab: int) -> Effect:
    """Whether a repository is open at this tab."""
    return lambda stage: stage.tab == tab


def reading(found: Callable[[Page], bool]) -> Effect:
    """Whether this is so of what is read."""
    return lambda stage: stage.page is not None and found(stage.page)


def log(found: Callable[[LogView], bool]) -> Effect:
    """Whether this is so of a log."""
    return lambda stage: isinstance(stage.app.screen, LogScreen) and found(stage.app.screen.log_view)


def asked(*wanted: object) -> Effect:
    """Whether this was asked of the issue desk."""
    return lambda stage: wanted in stage.desk


def has_rows(stage: Stage) -> bool:
    """Whether a list stands there whole."""
    return any(found.size and found.cursor is not None for found in stage.app.screen.query(RowList))


def ticked(count: int) -> Effect:
    """Whether so many labels are ticked in the list of them."""
    return lambda stage: (
        isinstance(stage.app.screen, LabelPicker) and len(stage.app.screen.query_one(LabelList).ticked) == count
    )


LONG = tuple(f"line {number}{' with a match' * (number % 40 == 0)}" for number in range(400))
MATCHES = (0, 40, 80)
SEARCHED = ("l", "g", "slash", *"match", "enter")
NINE = tuple(repository(f"acme/station-{number}") for number in range(1, 10))
GROUPED = tuple(structs.replace(found, group="sea") for found in DEFAULT)
AT_TOP, AT_END = reading(lambda page: page.top == 0), reading(lambda page: page.at_end)
LAST = len(WORKING.queue) - 1
_RUN = WORKING.agent.run
assert _RUN is not None
HEARING = structs.replace(
    WORKING, agent=structs.replace(WORKING.agent, run=structs.replace(_RUN, attachable=True, hears=True))
)
"""A repository whose agent has a terminal, and listens."""

DEEDS = {
    "repo.pop": Deed(done(Verb.POP), (repository(),)),
    "repo.peek": Deed(on(PeekScreen)),
    "repo.launch": Deed(done(Verb.LAUNCH), (repository(agent=agent(Status.CLAIMED)),)),
    "repo.launch_with": Deed(on(Launching), (repository(agent=agent(Status.CLAIMED)),)),
    "repo.attach": Deed(lambda stage: stage.outside == [("the-agent", HEARING.key, "/")], (HEARING,)),
    "repo.sit": Deed(
        lambda stage: done(Verb.SIT)(stage) and stage.outside == [("the-agent", WORKING.key, "/")],
        (repository(agent=agent(Status.CLAIMED)),),
    ),
    "repo.message": Deed(on(Writing), (HEARING,)),
    "repo.auto": Deed(on(Question)),
    "repo.bottle": Deed(done(Verb.BOTTLE), (DONE,)),
    "repo.land": Deed(done(Verb.LAND)),
    "repo.bundle": Deed(done(Verb.BUNDLE)),
    "repo.feedback": Deed(lambda stage: stage.verbs == [Verb.FEEDBACK, Verb.LAUNCH], (repository(),)),
    "repo.stop": Deed(on(Question)),
    "repo.reset": Deed(on(Question), (ATTENTION,)),
    "repo.takeover": Deed(done(Verb.TAKEOVER), (repository(agent=agent(Status.ELSEWHERE, run=None)),)),
    "repo.drift": Deed(zoomed(4)),
    "repo.continue": Deed(
        done(Verb.CONTINUE), (repository(unfinished=Unfinished("pop", 41, ago(minutes=2), 1, 4, "It was cut off.")),)
    ),
    "repo.undo": Deed(done(Verb.UNDO), (repository(undo="reset"),)),
    "repo.refresh": Deed(lambda stage: stage.cockpit.refreshes == [(WORKING.key,)]),
    "repo.zoom": Deed(on(ZoomScreen)),
    "repo.work": Deed(on(DiffScreen)),
    "repo.log": Deed(on(LogScreen)),
    "repo.shell": Deed(lambda stage: stage.outside == [("the-shell", "/work/rocket")]),
    "repo.editor": Deed(lambda stage: stage.outside == [("the-editor", ".", "/work/rocket")]),
    "repo.browse": Deed(lambda stage: stage.outside == [("the-browser", WORKING.queue[0].url)]),
    "repo.copy_number": Deed(lambda stage: stage.app.clipboard == str(WORKING.queue[0].number)),
    "repo.copy_url": Deed(lambda stage: stage.app.clipboard == WORKING.queue[0].url),
    "repo.new_issue": Deed(on(Writing)),
    "repo.comment": Deed(on(Writing)),
    "repo.labels": Deed(on(LabelPicker)),
    "repo.raise": Deed(asked("prioritise", WORKING.queue[0].number, 1)),
    "repo.lower": Deed(asked("prioritise", WORKING.queue[0].number, -1)),
    "all.refresh": Deed(lambda stage: stage.cockpit.refreshes == [None]),
    "pane.next": Deed(at_pane(2)),
    "pane.previous": Deed(at_pane(3)),
    "pane.1": Deed(at_pane(1), NINE, ("2",)),
    **{f"pane.{number}": Deed(at_pane(number), NINE) for number in range(2, 10)},
    "pane.left": Deed(at_pane(1), keys=("2",)),
    "pane.right": Deed(at_pane(2)),
    "pane.waiting": Deed(at_pane(2)),
    "pane.mark": Deed(lambda stage: stage.app.overview.grid.marked == {WORKING.key}),
    "view.inbox": Deed(on(InboxScreen)),
    "view.history": Deed(history_of(DEFAULT[1].key), keys=("2",)),
    "view.filter": Deed(lambda stage: bool(stage.app.overview._line and stage.app.overview._line.has_focus)),
    "view.clear": Deed(
        lambda stage: not stage.app.overview.grid.marked,
        keys=("space",),
        there=lambda stage: bool(stage.app.overview.grid.marked),
    ),
    "view.layout": Deed(lambda stage: stage.cockpit.remembered.layout is Layout.LIST),
    "view.sort": Deed(lambda stage: stage.cockpit.remembered.order is Order.ATTENTION),
    "view.fold": Deed(lambda stage: stage.cockpit.remembered.folded == ("sea",), GROUPED),
    "view.messages": Deed(on(MessagesScreen)),
    "row.down": Deed(at_row(1)),
    "row.up": Deed(at_row(0), keys=("j",), there=at_row(1)),
    "row.first": Deed(at_row(0), keys=("G",), there=at_row(LAST)),
    "row.last": Deed(at_row(LAST)),
    "tab.next": Deed(zoomed(1), keys=("z",), there=zoomed(0)),
    "tab.previous": Deed(zoomed(5), keys=("z",), there=zoomed(0)),
    "list.open": Deed(on(PeekScreen), keys=("z",), there=lambda stage: zoomed(0)(stage) and has_rows(stage)),
    "list.tick": Deed(ticked(0), keys=("number_sign",), there=ticked(1)),
    "page.down": Deed(reading(lambda page: page.top > 0), keys=("l", "g"), there=AT_TOP),
    "page.up": Deed(reading(lambda page: not page.at_end), keys=("l",), there=AT_END),
    "page.search": Deed(
        lambda stage: isinstance(stage.app.screen, LogScreen) and stage.app.screen.log_view.line.has_focus,
        keys=("l",),
        there=AT_END,
    ),
    "page.next_match": Deed(
        reading(lambda page: page.match == MATCHES[2]),
        keys=(*SEARCHED, "n"),
        there=reading(lambda page: page.match == MATCHES[1]),
    ),
    "page.previous_match": Deed(
        reading(lambda page: page.match == MATCHES[0]),
        keys=(*SEARCHED, "n"),
        there=reading(lambda page: page.match == MATCHES[1]),
    ),
    "page.follow": Deed(
        lambda stage: isinstance(stage.app.screen, LogScreen) and not stage.app.screen.log_view.following,
        keys=("l",),
        there=AT_END,
    ),
    "page.kind": Deed(log(lambda view: view.only is Only.SAID), keys=("l",), there=AT_END, format="claude"),
    "page.raw": Deed(log(lambda view: view.raw), keys=("l",), there=AT_END, format="claude"),
    "app.stop_all": Deed(lambda stage: stage.cockpit.standing is not None),
    "app.help": Deed(on(HelpScreen)),
    "app.palette": Deed(lambda stage: "-trying" not in stage.app.screen.classes and _searches(stage)),
    "app.settings": Deed(lambda stage: stage.said.startswith("The demo has no configuration.")),
    "app.guide": Deed(
        lambda stage: (
            stage.said == "The demo is set up already. Leave it, and run soda-tui to set up repositories of yours."
        )
    ),
    "app.theme": Deed(lambda stage: "-trying" in stage.app.screen.classes and _searches(stage)),
    "app.quit": Deed(lambda stage: stage.app._exit),
}


def _searches(stage: Stage) -> bool:
    from soda_tui.tui.palette import Palette

    return isinstance(stage.app.screen, Palette)


def shown(deed: Deed) -> FrozenCockpit:
    """A cockpit on which the action can be done."""
    made = cockpit(*deed.repositories)
    made.shown_desk = WrittenDesk()
    made.log_bytes["run1"] = "\n".join(LONG).encode() + b"\n"
    made.runs = (run(1, format=deed.format), *RUNS[1:])
    return made
