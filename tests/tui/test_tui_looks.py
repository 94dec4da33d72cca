"""Everything that a repository can say of itself has a look: one that lacks it would end the screen."""

from __future__ import annotations

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode, Severity, Status
from soda_tui.tui.looks import DOING, DRIFT, NEED, STATUS


def test_nothing_lacks_a_look() -> None:
    for shown, all_there_is in ((DOING, Verb), (NEED, NeedCode), (STATUS, Status), (DRIFT, Severity)):
        assert set(shown) == set(all_there_is)
