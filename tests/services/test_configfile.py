"""The configuration, written: one block changes, all else stays as it was."""

from __future__ import annotations

import difflib
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from soda_tui.domain.failure import Exit, Failure
from soda_tui.domain.naming import RepositoryName
from soda_tui.services.config.file import Enrolled, enroll, unenroll
from soda_tui.services.config.reading import load
from soda_tui.services.paths import Paths

ROCKET = RepositoryName("github.com", "acme", "rocket")
ENGINE = RepositoryName("git.example.org", "acme", "engine")

TEXT = """\
# my cockpit

[[repository]]   # the first
name = "acme/one"
path = "/src/one"  # here
labels = { ready = "go" }

# mine alone
[strange]
kept = [ 1,2,
   3 ]

# about two
[[repository]]
path = "/src/two"
note = '''
[[repository]]
# not a comment'''
name = "acme/two"
[repository.agent]
command = ["x"]

# about three
[[repository]]
name = "acme/three"
path = "/src/three"
# the end
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.below(tmp_path)


def put(paths: Paths, text: str) -> None:
    paths.config_file.parent.mkdir(exist_ok=True)
    paths.config_file.write_text(text)


def changed(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def enrolled(paths: Paths) -> list[tuple[str, str]]:
    return [(each.key, each.path) for each in load(paths, {}, {}).repositories]


def test_the_first_enrolment_makes_the_file(paths: Paths) -> None:
    assert enroll(paths, ROCKET, "/src/rocket") is Enrolled.ADDED
    assert enroll(paths, ENGINE, '/src/en"gine ü') is Enrolled.ADDED
    assert enrolled(paths) == [
        ("github.com/acme/rocket", "/src/rocket"),
        ("git.example.org/acme/engine", '/src/en"gine ü'),
    ]
    assert stat.S_IMODE(paths.config_file.stat().st_mode) == 0o600


def test_enrolling_again_changes_nothing_or_the_path(paths: Paths) -> None:
    put(paths, TEXT)
    two = RepositoryName("github.com", "Acme", "TWO")
    inode = paths.config_file.stat().st_ino
    assert enroll(paths, two, "/src/two") is Enrolled.UNCHANGED
    assert paths.config_file.stat().st_ino == inode
    assert enroll(paths, two, "/new/two/") is Enrolled.MOVED
    assert changed(TEXT, paths.config_file.read_text()) == ['- path = "/src/two"', '+ path = "/new/two"']
    assert (paths.state / "config.before.toml").read_text() == TEXT


@pytest.mark.parametrize("text", [TEXT, TEXT.rstrip("\n"), TEXT.replace("\n", "\r\n"), "# only this", ""])
def test_adding_keeps_every_byte_before(paths: Paths, text: str) -> None:
    put(paths, "")
    paths.config_file.write_bytes(text.encode())
    assert enroll(paths, ROCKET, "/src/rocket") is Enrolled.ADDED
    after = paths.config_file.read_bytes().decode()
    assert after.startswith(text)
    assert after[len(text) :].strip() == '[[repository]]\nname = "acme/rocket"\npath = "/src/rocket"'


def test_line_ends_of_another_system_are_kept(paths: Paths) -> None:
    put(paths, "")
    paths.config_file.write_bytes(TEXT.replace("\n", "\r\n").encode())
    enroll(paths, RepositoryName("github.com", "acme", "two"), "/new/two")
    unenroll(paths, "github.com/acme/three")
    after = paths.config_file.read_bytes().decode()
    assert after.count("\n") == after.count("\r\n")
    assert enrolled(paths) == [("github.com/acme/one", "/src/one"), ("github.com/acme/two", "/new/two")]


def test_taking_out_keeps_comments_order_and_the_others(paths: Paths) -> None:
    put(paths, TEXT)
    assert unenroll(paths, "github.com/acme/two") is True
    after = paths.config_file.read_text()
    gone = TEXT[TEXT.index('[[repository]]\npath = "/src/two"') : TEXT.index("# about three")]
    assert after == TEXT.replace(gone, "")
    assert unenroll(paths, "github.com/acme/two") is False
    assert unenroll(paths, "github.com/acme/three") is True
    assert unenroll(paths, "github.com/acme/one") is True
    rest = paths.config_file.read_text()
    assert enrolled(paths) == []
    for comment in (
        "# my cockpit",
        "# mine alone",
        "# about two",
        "# about three",
        "# the end",
        "kept = [ 1,2,\n   3 ]",
    ):
        assert comment in rest
    assert enroll(paths, ROCKET, "/src/rocket") is Enrolled.ADDED


@pytest.mark.parametrize("text", ["[defaults\n", '[defaults]\nagent_id = "x"\n', "[[repository]]\n"])
def test_a_broken_file_is_never_written(paths: Paths, text: str) -> None:
    put(paths, text)
    for act in (lambda: enroll(paths, ROCKET, "/src/rocket"), lambda: unenroll(paths, ROCKET.key)):
        with pytest.raises(Failure, match=r"line 1|line 2"):
            act()
        assert paths.config_file.read_text() == text


def test_a_file_written_in_another_way_is_left_to_its_owner(paths: Paths) -> None:
    text = 'repository = [{ name = "a/b", path = "/c" }]\n'
    put(paths, text)
    for act in (
        lambda: enroll(paths, ROCKET, "/src/rocket"),
        lambda: enroll(paths, RepositoryName("github.com", "a", "b"), "/d"),
        lambda: unenroll(paths, "github.com/a/b"),
    ):
        with pytest.raises(Failure, match="by hand"):
            act()
        assert paths.config_file.read_text() == text


def test_one_clone_is_not_enrolled_as_two(paths: Paths) -> None:
    put(paths, TEXT)
    with pytest.raises(Failure) as caught:
        enroll(paths, ROCKET, "/src/one")
    assert caught.value.problem.exit is Exit.USAGE
    assert "soda-tui unenroll acme/one" in caught.value.problem.message
    with pytest.raises(Failure, match="not UTF-8"):
        enroll(paths, ROCKET, "/src/\udcff")
    assert paths.config_file.read_text() == TEXT


def test_a_linked_file_stays_a_link(paths: Paths, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "soda.toml"
    target.parent.mkdir()
    target.write_text("# mine\n")
    paths.config_file.parent.mkdir()
    paths.config_file.symlink_to(target)
    enroll(paths, ROCKET, "/src/rocket")
    assert paths.config_file.is_symlink()
    assert target.read_text().startswith("# mine\n")
    assert enrolled(paths) == [("github.com/acme/rocket", "/src/rocket")]


def test_two_who_enroll_at_once_lose_nothing(paths: Paths, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from soda_tui.domain.naming import RepositoryName\n"
        "from soda_tui.services.config.file import enroll\n"
        "from soda_tui.services.paths import Paths\n"
        "paths = Paths.below(Path(sys.argv[1]))\n"
        "for n in range(10): enroll(paths, RepositoryName('github.com', sys.argv[2], f'r{n}'), f'/{sys.argv[2]}/{n}')\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    both = [subprocess.Popen([*command, owner], cwd=Path(__file__).parents[2]) for owner in ("a", "b")]
    assert [process.wait(30) for process in both] == [0, 0]
    assert len(enrolled(paths)) == 20
