"""The steps towards work: agents, worktrees, a first pop."""

from __future__ import annotations

from soda_tui.cockpit.guide.page import Item, Page, Plain, Tell
from soda_tui.cockpit.setting_up import SetUp
from soda_tui.domain import sentences as say
from soda_tui.domain.choosing import Installed
from soda_tui.domain.configuration.configured import Setting, Source
from soda_tui.domain.configuration.toml import toml
from soda_tui.domain.setting_up import First

_USUAL = "defaults.profile"
_WORKTREE_KEYS = ("workspace", "setup", "setup_when", "setup_minutes", "copy", "link", "check")


class AgentsStep(Plain):
    """Which programs are installed, and which is the usual one."""

    title = say.GUIDE_AGENTS()

    def __init__(self, setup: SetUp) -> None:
        super().__init__(setup)
        self._found: tuple[Installed, ...] = ()
        self._usual: object = ""

    async def look(self) -> None:
        """Look for the programs, those first that are here."""
        found = await self._setup.agents()
        self._found = tuple(sorted(found, key=lambda one: one.fault is not None))
        settings = (await self._setup.configured()).settings
        self._usual = next(one.value for one in settings if one.key == _USUAL)

    def page(self) -> Page:
        """A row for each profile."""
        here = [one for one in self._found if one.fault is None]
        says = say.GUIDE_AGENTS_FOUND() if here else say.GUIDE_AGENTS_NONE()
        items = tuple(
            Item(one.name or "[agent]", self._words(one), open=one.fault is None, done=self._only(one))
            for one in self._found
        )
        name = next((one.name for one in here if one.name), "NAME")
        command, done = f"soda-tui config set {_USUAL} {name}", bool(here) and all(map(self._only, here))
        return Page((says,), items, command, "go on" if done else "make it usual", done)

    def _words(self, one: Installed) -> str:
        here = one.fault or " ".join(filter(None, (one.version, one.path)))
        return f"{say.GUIDE_AGENT_USUAL()} · {here}" if self._is_usual(one) else here

    def _is_usual(self, one: Installed) -> bool:
        return one.name in self._names

    def _only(self, one: Installed) -> bool:
        return one.fault is None and self._names == [one.name]

    @property
    def _names(self) -> list[object]:
        return self._usual if isinstance(self._usual, list) else [self._usual]

    def question(self, at: int | None) -> str | None:
        """Whether the one under the cursor is to be the usual one."""
        if at is None or self._found[at].fault is not None or not self._found[at].name:
            return None
        return say.GUIDE_ASK_AGENT(name=self._found[at].name, key=_USUAL, file=self._setup.file)

    async def do(self, at: int | None, tell: Tell) -> bool:
        """Write it."""
        assert at is not None
        written = await self._setup.assign(_USUAL, self._found[at].name)
        tell(say.SET_DONE(key=written.key, value=toml(written.value), file=written.file, line=written.line), True)
        return True


class WorktreesStep(Plain):
    """What worktrees need; each row is a setting, which is changed as all settings are."""

    title = say.GUIDE_WORKTREES()

    def __init__(self, setup: SetUp) -> None:
        super().__init__(setup)
        self._settings: tuple[Setting, ...] = ()

    async def look(self) -> None:
        """Read what is configured."""
        wanted = {f"defaults.{name}" for name in _WORKTREE_KEYS}
        self._settings = tuple(one for one in (await self._setup.configured()).settings if one.key in wanted)

    def page(self) -> Page:
        """A row for each setting."""
        items = tuple(
            Item(one.key, toml(one.value) if one.source is not Source.DEFAULT or one.value else one.meaning)
            for one in self._settings
        )
        return Page((say.GUIDE_WORKS(),), items, "soda-tui config set defaults.setup COMMAND", "change")

    def key(self, at: int) -> str:
        """The setting of a row."""
        return self._settings[at].key


class FirstStep(Plain):
    """What pop would take."""

    title = say.GUIDE_FIRST()

    def __init__(self, setup: SetUp) -> None:
        super().__init__(setup)
        self._found: tuple[First, ...] = ()

    async def look(self) -> None:
        """Read all queues."""
        self._found = ()
        self._found = await self._setup.first() if await self._setup.places() else ()

    def page(self) -> Page:
        """A row for each repository."""
        items = tuple(
            Item(
                one.name, one.words if one.number is None else f"{one.number} {one.words}", open=one.number is not None
            )
            for one in self._found
        )
        words = say.GUIDE_POP() if self._found else say.GUIDE_NONE_ENROLLED()
        name = next((one.name for one in self._found if one.number is not None), "REPO")
        return Page((words,), items, f"soda-tui pop {name}", "pop" if items else "")

    def question(self, at: int | None) -> str | None:
        """Whether the issue of this row is to be claimed."""
        if at is None or self._found[at].number is None:
            return None
        return say.GUIDE_ASK_POP(number=self._found[at].number, repository=self._found[at].name)

    async def do(self, at: int | None, tell: Tell) -> bool:
        """Pop it."""
        assert at is not None
        first = self._found[at]
        assert first.number is not None
        outcome = await self._setup.pop(first.key, first.number)
        tell(outcome.message, outcome.ok)
        return False
