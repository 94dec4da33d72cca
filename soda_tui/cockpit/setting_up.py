"""What the screen asks of whoever sets up: the guide and the settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from soda_tui.cockpit.enrolling import Enrolled, Look
from soda_tui.domain.choosing import Installed
from soda_tui.domain.configuration.configured import Configured, Written
from soda_tui.domain.enrolling import Offer
from soda_tui.domain.outcome import Outcome
from soda_tui.domain.setting_up import First, Lacking, Place, SignIn


class SetUp(Protocol):
    """Every step of setting up, each as its command does it; all of them raise a Failure."""

    @property
    def file(self) -> str:
        """The configuration."""

    @property
    def folder(self) -> str:
        """Where clones are looked for at first."""

    async def sign_in(self) -> SignIn:
        """Whose token there is, asked anew."""

    async def look(self, folder: str, owner: str | None, names: Sequence[str] = ()) -> Look:
        """What can be enrolled of a folder, or of an owner on GitHub, these names looked up in a long list."""

    async def carry_out(self, chosen: Sequence[Offer], tell: Callable[[Enrolled], None]) -> tuple[Enrolled, ...]:
        """Clone what is missing of these, and enrol all of them."""

    async def labels(self) -> tuple[Lacking, ...]:
        """What the enrolled repositories lack of labels."""

    async def make_labels(self, key: str) -> str:
        """Create and correct the labels of a repository, and say so."""

    async def agents(self) -> tuple[Installed, ...]:
        """The profiles of agents."""

    async def places(self) -> tuple[Place, ...]:
        """The enrolled repositories."""

    async def configured(self, repository: str | None = None) -> Configured:
        """Every setting that holds, of one repository where one is named by its key."""

    async def assign(self, name: str, line: str, repositories: Sequence[str] = ()) -> Written:
        """Set a key to what was typed, for these repositories or for all."""

    async def remove(self, name: str, repositories: Sequence[str] = ()) -> Written:
        """Take a key out of the file."""

    async def first(self) -> tuple[First, ...]:
        """What pop would take in each repository."""

    async def pop(self, key: str, number: int) -> Outcome:
        """Pop this issue."""
