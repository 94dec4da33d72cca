"""The cockpit's identity: kept where it was made, and never shared with a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from soda_tui.domain.failure import Failure
from soda_tui.services import identity
from soda_tui.services.identity import cockpit_id


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """What names the machine."""
    file = tmp_path / "machine-id"
    file.write_text("one\n")
    return file


def test_it_stays_the_same(tmp_path: Path, machine: Path) -> None:
    state = tmp_path / "state"
    assert len(made := cockpit_id(state, machine)) == 8
    assert cockpit_id(state, machine) == made
    (tmp_path / "link").symlink_to(state)
    assert cockpit_id(tmp_path / "link", machine) == made


def test_a_copied_home_is_a_cockpit_of_its_own(tmp_path: Path, machine: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = cockpit_id(tmp_path / "state", machine)
    shutil.copytree(tmp_path / "state", tmp_path / "copy")
    copied = cockpit_id(tmp_path / "copy", machine)
    assert copied != made and made in caplog.text
    assert cockpit_id(tmp_path / "copy", machine) == copied
    assert cockpit_id(tmp_path / "state", machine) == made


def test_and_so_is_one_on_another_machine(tmp_path: Path, machine: Path) -> None:
    made = cockpit_id(tmp_path / "state", machine)
    machine.write_text("two\n")
    assert cockpit_id(tmp_path / "state", machine) != made


def test_two_machines_with_one_home_keep_one_each(tmp_path: Path, machine: Path) -> None:
    made: dict[str, set[str]] = {}
    for number in ("one", "two", "three", "two", "one", "three"):
        machine.write_text(f"{number}\n")
        made.setdefault(number, set()).add(cockpit_id(tmp_path / "state", machine))
    assert [len(ids) for ids in made.values()] == [1, 1, 1] and len(set.union(*made.values())) == 3


def test_no_more_places_are_remembered_than_may_be(
    tmp_path: Path, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "MOST", 2)
    for number in ("one", "two", "three"):
        machine.write_text(f"{number}\n")
        made = cockpit_id(tmp_path / "state", machine)
    assert cockpit_id(tmp_path / "state", machine) == made
    assert len((tmp_path / "state/cockpit-id").read_text().splitlines()) == 2


def test_one_of_an_earlier_version_is_kept(tmp_path: Path, machine: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state/cockpit-id").write_text("5b1f0c9e\n")
    assert cockpit_id(tmp_path / "state", machine) == "5b1f0c9e"
    machine.unlink()
    assert cockpit_id(tmp_path / "state", machine) != "5b1f0c9e"


def test_a_damaged_one_is_never_replaced(tmp_path: Path, machine: Path) -> None:
    cockpit_id(tmp_path / "state", machine)
    (tmp_path / "state/cockpit-id").write_text("odd\n")
    with pytest.raises(Failure, match="eight hexadecimal"):
        cockpit_id(tmp_path / "state", machine)
    assert (tmp_path / "state/cockpit-id").read_text() == "odd\n"
