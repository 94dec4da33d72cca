"""The steps that reach GitHub: sign-in, repositories, labels."""

from __future__ import annotations

from soda_tui.cockpit.guide.page import Item, Page, Plain, Tell
from soda_tui.cockpit.setting_up import SetUp
from soda_tui.domain import sentences as say
from soda_tui.domain.enrolling import Offer, Standing, enrol_question, named, suggested, ticked
from soda_tui.domain.setting_up import Lacking
from soda_tui.domain.shellwords import shell_word


class SignInStep(Plain):
    """Whose token there is, and where from; or how to have one."""

    title = say.GUIDE_SIGN_IN()
    _page = Page(())

    async def look(self) -> None:
        """Ask the host, with a token that is looked for anew."""
        found = await self._setup.sign_in()
        says: tuple[str, ...]
        if found.problem is not None:
            new = () if found.source else (say.GUIDE_NEW_TOKEN(host=found.host),)
            says = (found.problem, *new, say.GUIDE_WITHOUT_TOKEN())
            command = "soda-tui doctor" if found.source else f"gh auth login --hostname {shell_word(found.host)}"
        else:
            words = say.GUIDE_SIGNED_IN(host=found.host, login=found.login, source=found.source)
            says, command = (words,), "soda-tui doctor"
        done = found.problem is None
        self._page = Page(
            (*says, "", say.GUIDE_BEGIN()), command=command, does="go on" if done else "look again", done=done
        )

    def page(self) -> Page:
        """What was found."""
        return self._page


class RepositoriesStep(Plain):
    """Clones below a folder, or what an owner has on GitHub."""

    title = say.GUIDE_REPOSITORIES()

    def __init__(self, setup: SetUp) -> None:
        super().__init__(setup)
        self.folder, self.owner = setup.folder, ""
        self._offers: tuple[Offer, ...] = ()
        self._remarks: tuple[str, ...] = ()
        self._chosen: frozenset[int] = frozenset()

    async def look(self) -> None:
        """Look for what can be enrolled, and tick what is here."""
        self._offers, self._remarks, self._chosen = (), (), frozenset()
        login, names = self._account
        found = await self._setup.look(self.folder, login or None, names)
        nothing = () if found.offers or self.owner else (say.GUIDE_NO_CLONES(),)
        self._offers, self._remarks = found.offers, (*found.remarks, *nothing)
        self._chosen = frozenset(named(names, found.offers) if names else suggested(found.offers))

    @property
    def _account(self) -> tuple[str, list[str]]:
        """The account that was typed, and the names of those of its repositories that are meant."""
        login, *names = self.owner.split() or [""]
        return login, names

    def page(self) -> Page:
        """The rows, with a box where one can be ticked."""
        owner, names = self._account
        values = {"folder": self.folder, "file": self._setup.file, "owner": owner}
        says = ((say.GUIDE_LISTED if self.owner else say.GUIDE_SCANNED)(**values),) if self._offers else ()
        items = tuple(
            Item(offer.title, _words(offer), at in self._chosen if offer.able else None, offer.able)
            for at, offer in enumerate(self._offers)
        )
        of = f"--org {shell_word(owner)} " if owner else ""
        command = " ".join((f"soda-tui enroll {of}--scan {shell_word(self.folder)}", *map(shell_word, names)))
        able = any(offer.able for offer in self._offers)
        done = not able and any(offer.standing is Standing.ENROLLED for offer in self._offers)
        return Page((*says, *self._remarks), items, command, "enrol" if able else "go on" if done else "", done)

    def tick(self, at: int) -> None:
        """Choose a row, or leave it out."""
        self._chosen = ticked(self._offers, self._chosen, at)

    def question(self, at: int | None) -> str | None:
        """Which are enrolled, which of them cloned, and what is written."""
        return enrol_question(self._picked(), self._setup.file) if self._chosen else None

    async def do(self, at: int | None, tell: Tell) -> bool:
        """Clone and enrol them."""
        done = await self._setup.carry_out(self._picked(), lambda one: tell(one.message, one.problem is None))
        return any(one.problem is None for one in done)

    def _picked(self) -> list[Offer]:
        return [self._offers[at] for at in sorted(self._chosen)]


def _words(offer: Offer) -> str:
    """Where a clone that can be chosen is, and what there is to say of it."""
    if offer.standing not in {Standing.CLONED, Standing.TWICE}:
        return offer.why
    return f"{offer.path} ({offer.why})" if offer.why else offer.path


class LabelsStep(Plain):
    """The labels that the repositories lack."""

    title = say.GUIDE_LABELS()

    def __init__(self, setup: SetUp) -> None:
        super().__init__(setup)
        self._found: tuple[Lacking, ...] = ()
        self._chosen: set[int] = set()

    async def look(self) -> None:
        """Compare all labels with what they should be, and tick what lacks some."""
        self._found, self._chosen = (), set()
        self._found = await self._setup.labels()
        self._chosen = {at for at, one in enumerate(self._found) if one.count}

    def page(self) -> Page:
        """A row for each repository."""
        done = bool(self._found) and not any(one.count or one.problem for one in self._found)
        says = say.GUIDE_LABELS_FINE() if done else say.GUIDE_LABELS_LACKING()
        items = tuple(
            Item(
                one.name,
                one.problem or (say.GUIDE_LABELS_CHANGE(count=one.count) if one.count else say.GUIDE_LABELS_HERE()),
                at in self._chosen if one.count else None,
                one.count > 0,
            )
            for at, one in enumerate(self._found)
        )
        name = self._found[min(self._chosen, default=0)].name if self._found else "REPO"
        unread = [one.problem for one in self._found if one.problem]
        words = (unread[0] if unread else says) if self._found else say.GUIDE_NONE_ENROLLED()
        does = "go on" if done else "change" if items else ""
        more = ("", say.GUIDE_TEMPLATE(name=name)) if self._found else ()
        return Page((words, *more), items, f"soda-tui init {name}", does, done)

    def tick(self, at: int) -> None:
        """Choose a repository, or leave it out."""
        if self._found[at].count:
            self._chosen ^= {at}

    def question(self, at: int | None) -> str | None:
        """Which repositories, and all that would change."""
        if not self._chosen:
            return None
        chosen = [self._found[each] for each in sorted(self._chosen)]
        asked = say.GUIDE_ASK_LABELS(names=", ".join(one.name for one in chosen))
        created = dict.fromkeys(name for one in chosen for name in one.created)
        corrected = dict.fromkeys(name for one in chosen for name in one.corrected)
        parts = [say.GUIDE_CREATES(names=", ".join(created))] if created else []
        parts += [say.GUIDE_CORRECTS(names=", ".join(corrected))] if corrected else []
        return "\n\n".join((asked, *parts))

    async def do(self, at: int | None, tell: Tell) -> bool:
        """Change them."""
        for each in sorted(self._chosen):
            tell(await self._setup.make_labels(self._found[each].key), True)
        return False
