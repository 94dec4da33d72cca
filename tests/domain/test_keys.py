"""Rebinding: right keys stand, wrong ones are said and change nothing, and two actions never share one."""

from __future__ import annotations

import string

import pytest
from textual.keys import _character_to_key

from soda_tui.domain.actions import ACTIONS
from soda_tui.domain.configuration.keynames import control, key_name, spelled
from soda_tui.domain.configuration.keys import apart, rebound, settle


@pytest.mark.parametrize("character", string.punctuation + string.digits + string.ascii_letters + " ü")
def test_characters_are_spelled_as_textual_does(character: str) -> None:
    assert spelled(character) == _character_to_key(character)
    assert character == " " or key_name(_character_to_key(character)) == character


@pytest.mark.parametrize("key", ["", "ctrl+", "ctrl+ctrl", "enter+x", "f25", "doubleclick", "\n", "x y", "P,x", "\x1b"])
def test_what_is_no_key(key: str) -> None:
    assert spelled(key) is None


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_the_registrys_own_keys_are_keys_and_clash_with_no_other(action: object) -> None:
    assert action in ACTIONS
    own = next(found for found in ACTIONS if found is action)
    assert own.keys
    assert all(spelled(key) == key for key in own.keys)
    for other in ACTIONS:
        if other is not own and not apart(own.name, other.name):
            assert not set(own.keys) & set(other.keys), other.name


def test_rebinding_one_moving_two_and_listing_several() -> None:
    kept, faults = settle({"repo.pop": ["x", "?x"[:1]], "repo.stop": ["P"], "app.help": ["f1"]})
    assert not faults
    assert kept == {"repo.pop": ("x", "question_mark"), "repo.stop": ("P",), "app.help": ("f1",)}
    keys = {action.name: action.keys for action in rebound(kept)}
    assert keys["repo.pop"] == ("x", "question_mark")
    assert keys["repo.peek"] == ("p", "enter")


@pytest.mark.parametrize(
    ("wanted", "kept", "said"),
    [
        ({"repo.pip": ["x"]}, set(), "Did you mean repo.pop?"),
        ({"nonsense": ["x"]}, set(), "soda-tui keys"),
        ({"repo.pop": ["ctrl+"]}, set(), "ctrl+ is no key"),
        ({"repo.pop": []}, set(), "a list of 0"),
        ({"repo.pop": ["x"]}, set(), "x is the key of repo.stop already"),
        ({"repo.pop": ["f5"], "repo.stop": ["f5"]}, {"repo.pop"}, "f5 is the key of repo.pop already"),
        ({"repo.stop": ["P"], "repo.pop": ["f5"]}, {"repo.stop", "repo.pop"}, None),
        ({"repo.stop": ["P"], "repo.pop": ["b"]}, set(), "b is the key of repo.bottle already"),
    ],
)
def test_what_cannot_stand_keeps_its_own(wanted: dict[str, list[str]], kept: set[str], said: str | None) -> None:
    found, faults = settle(wanted)
    assert found.keys() == kept
    assert faults.keys() == wanted.keys() - kept
    assert said is None or any(said in fault for fault in faults.values())


@pytest.mark.parametrize(
    ("key", "sent"), [("ctrl+]", b"\x1d"), ("ctrl+g", b"\x07"), ("ctrl+^", b"\x1e"), ("ctrl+_", b"\x1f")]
)
def test_what_a_terminal_sends(key: str, sent: bytes) -> None:
    assert control(key) == sent
