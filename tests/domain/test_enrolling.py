"""Choosing what to enrol."""

from __future__ import annotations

import pytest
from msgspec import structs

from soda_tui.domain.configuration.configured import Setting, Source
from soda_tui.domain.enrolling import (
    Clone,
    Offer,
    Owned,
    Owner,
    Scan,
    Standing,
    enrol_question,
    named,
    offers,
    picked,
    suggested,
    ticked,
    unlisted,
)
from soda_tui.domain.failure import Failure
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.scopes import joined, scopes
from soda_tui.domain.setting_up import Place


def name(text: str) -> RepositoryName:
    return RepositoryName("github.com", "acme", text)


ROCKET, TEAPOT, SHED = name("rocket"), name("teapot"), name("shed")
CLONES = Scan(
    "/src",
    (
        Clone("/src/old/rocket", ROCKET),
        Clone("/src/odd", None, "It has no remote."),
        Clone("/src/rocket", ROCKET),
        Clone("/src/shed", SHED),
        Clone("/src/teapot", TEAPOT),
    ),
)
ENROLLED: dict[str, str | None] = {SHED.key: "/src/shed", TEAPOT.key: None}


def test_of_clones_those_are_offered_that_can_be_enrolled() -> None:
    found = offers(CLONES, None, ENROLLED, ())
    assert [(one.title, one.standing) for one in found] == [
        ("acme/rocket", Standing.CLONED),
        ("odd", Standing.BARRED),
        ("acme/rocket", Standing.TWICE),
        ("acme/shed", Standing.ENROLLED),
        ("acme/teapot", Standing.CLONED),
    ]
    assert found[1].why == "It has no remote." and found[2].why == "another clone of it is /src/old/rocket"
    assert suggested(found) == (0, 4), "one clone of each, and none that stands already"


def test_a_repository_has_one_clone_however_it_is_chosen() -> None:
    found = offers(CLONES, None, ENROLLED, ())
    assert ticked(found, {0, 4}, 2) == {2, 4}
    assert ticked(found, {2, 4}, 2) == {4}
    assert ticked(found, {4}, 3) == {4}, "what is enrolled has no box"
    assert picked(["all"], found) == (0, 4)
    assert picked(["3", "acme/TEAPOT"], found) == (2, 4)
    assert picked(["rocket"], found) == (0,)
    for words, said in (
        (["1-3"], "It has no remote."),
        (["1", "3"], "chosen with two clones"),
        (["6"], "6 names none of the 5"),
        (["3-2"], "3-2 names none"),
        (["kettle"], "kettle names none"),
        (["shed"], "cannot be enrolled (enrolled)"),
    ):
        with pytest.raises(Failure) as caught:
            picked(words, found)
        assert said in caught.value.problem.message


def test_of_an_owner_all_is_offered_and_nothing_is_cloned_unasked() -> None:
    attic, look, pump = name("attic"), name("look"), name("pump")
    owned = [Owned(one, None, one is attic, one is not look) for one in (ROCKET, SHED, attic, look, pump, TEAPOT)]
    found = offers(CLONES, Owner("acme", tuple(owned), 6), {SHED.key: "/elsewhere/shed"}, {"pump"})
    assert [(one.path, one.standing) for one in found] == [
        ("/src/old/rocket", Standing.CLONED),
        ("/elsewhere/shed", Standing.ENROLLED),
        ("/src/attic", Standing.BARRED),
        ("/src/look", Standing.BARRED),
        ("/src/pump", Standing.BARRED),
        ("/src/teapot", Standing.CLONED),
    ]
    bare = offers(Scan("/src", ()), Owner("acme", (owned[0],), 1), {}, ())
    assert bare == (Offer("acme/rocket", ROCKET, "/src/rocket", Standing.MISSING, "not cloned yet"),)
    assert suggested(bare) == () and picked(["all"], bare) == (0,)
    forked = offers(CLONES, Owner("acme", (structs.replace(owned[0], fork=True),), 1), {}, ())
    assert "a fork" in forked[0].why and suggested(forked) == picked(["all"], forked) == ()
    assert picked(["rocket"], forked) == named(["Rocket", "shed"], forked) == (0,)
    assert named(["shed", "acme/teapot"], found) == (5,), "what is enrolled is not ticked again"
    asked = enrol_question((*bare, found[5]), "/conf")
    assert (
        asked == "Clone 1 repository from GitHub into /src, and enrol acme/rocket, acme/teapot? That writes /conf too."
    )


def test_settings_are_for_all_for_a_group_or_for_one() -> None:
    places = (Place("a", "acme/a", "sea"), Place("b", "acme/b", ""), Place("c", "acme/c", "sea"), Place("d", "d", "l"))
    found = scopes(places)
    assert [(one.title, one.keys) for one in found[:2]] == [("all repositories", ()), ("group sea", ("a", "c"))]
    assert [one.keys for one in found[2:]] == [("a",), ("b",), ("c",), ("d",)]

    def settings(value: int) -> tuple[Setting, ...]:
        same = Setting("auto.b", 1, Source.DEFAULT, None, 1, "", "", None, True)
        return (Setting("auto.a", value, Source.FILE, None, 1, "", "", None, True), same)

    assert joined([settings(1), settings(1)]) == (settings(1), frozenset())
    assert joined([settings(1), settings(2)]) == (settings(1), frozenset({"auto.a"}))


def test_what_a_long_list_lacks_is_looked_up_by_its_name() -> None:
    listed = (Owned(ROCKET, None, False, True),)
    words = ["all", "1-3", "Rocket", "old", "ACME/older", "github.com/acme/oldest", "other/one", "old"]
    assert unlisted(words, Owner("acme", listed, 400)) == ("old", "older", "oldest")
    assert unlisted(words, Owner("acme", listed, 1)) == (), "the list is whole"
