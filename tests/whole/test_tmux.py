"""The program in tmux, in a small and a large terminal: the screen is read back after each key of the registry."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from soda_tui.domain.actions import ACTIONS, key_name

PATIENCE = 30.0
POLL = 0.03
SIZES = ((80, 24), (200, 50))
KEYS = {action.name: action.keys for action in ACTIONS}
ODD = {"shift+tab": "BTab", "pagedown": "NPage", "pageup": "PPage"}
NAMED = ("enter", "escape", "tab", "space", "left", "right", "up", "down", "home", "end")
SHELL = """#!/bin/sh
seq -f 'tall %g' 400 > tall.txt && git add tall.txt
git -c user.name=Ada -c user.email=ada@example.org commit -qm 'Grow tall'
printf 'a shell in a worktree\\n'; read -r line
"""
EDITOR = "#!/bin/sh\nprintf 'an editor in a worktree\\n'; read -r line\n"

Shows = Callable[[str, str], bool]


def spelled(key: str) -> str:
    """A key of the registry as tmux calls it."""
    if key in NAMED or key in ODD:
        return ODD.get(key, key.capitalize())
    return f"C-{key.removeprefix('ctrl+')}" if key.startswith("ctrl+") else key_name(key)


NAMES = frozenset({spelled(key) for keys in KEYS.values() for key in keys})


class Terminal:
    """One terminal of a tmux server, with the program in it."""

    def __init__(self, folder: Path, sockets: str, size: tuple[int, int]) -> None:
        self.folder, self.size = folder, size
        self.server = f"soda-{size[0]}"
        for name, text in (("shell", SHELL), ("editor", EDITOR)):
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
        # What tmux runs, it runs in $SHELL, so the program alone is told of another one.
        home = {"HOME": str(folder), "TMPDIR": str(folder), "SHELL": "/bin/sh"}
        kept = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "VISUAL": str(folder / "editor"), "BROWSER": "true"}
        # The program waits so many milliseconds for what may follow an `esc`.
        soon = {"ESCDELAY": "25"}
        self.environment = {**home, **kept, **soon, "TERM": "xterm-256color", "TMUX_TMPDIR": sockets}

    def tmux(self, *arguments: str) -> str:
        """Run a command of this server; returns what it prints."""
        command = ["tmux", "-u", "-L", self.server, "-f", os.devnull, *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True, timeout=PATIENCE
        ).stdout

    def start(self) -> None:
        """Start the server with the program's demo in its only window."""
        shell = shlex.quote(str(self.folder / "shell"))
        program = shlex.join([sys.executable, "-m", "soda_tui", "--demo"])
        width, height = map(str, self.size)
        self.tmux("new-session", "-d", "-x", width, "-y", height, "-c", str(self.folder), "sh")
        self.tmux("set-option", "-s", "escape-time", "0")
        self.tmux("respawn-pane", "-k", f'SHELL={shell} {program}; echo "exit $?"; read -r line')

    def read(self) -> str:
        """The screen as it is now."""
        return self.tmux("capture-pane", "-p")

    def type(self, keys: str) -> None:
        """Press a key by tmux's name for it, or several by their letters."""
        for key in [keys] if keys in NAMES else keys:
            self.tmux("send-keys", *(["-l"] if len(key) == 1 else []), "--", key)

    def go(self, way: Sequence[tuple[str, Shows]], text: str, what: str) -> str:
        """Press keys, each once the one before has shown what it should; returns the screen."""
        for keys, shows in way:
            self.type(keys)
            text = self.wait(partial(shows, text), f"{what}: {keys}")
        return text

    def wait(self, shows: Callable[[str], bool], what: str) -> str:
        """Wait until the screen shows it; returns the screen."""
        end = time.monotonic() + PATIENCE
        while not shows(text := self.read()):
            assert time.monotonic() < end, f"{self.size}: {what}: it did not come; this is what stands there:\n{text}"
            time.sleep(POLL)
        return text

    def end(self) -> None:
        """End the server and everything in it."""
        command = ["tmux", "-L", self.server, "kill-server"]
        subprocess.run(command, env=self.environment, capture_output=True, check=False, timeout=PATIENCE)


@contextmanager
def terminals(folder: Path) -> Iterator[list[Terminal]]:
    """A terminal of each size, started side by side; their servers are ended whatever happens."""
    # A folder for its name: that of a socket has a hundred letters at most.
    with TemporaryDirectory() as sockets, ExitStack() as ends:
        made = []
        for size in SIZES:
            place = folder / str(size[0])
            place.mkdir()
            made.append(Terminal(place, sockets, size))
            ends.callback(made[-1].end)
            made[-1].start()
        yield made


def says(*words: str) -> Shows:
    """Whether the words stand on the screen, wherever its lines end."""
    return lambda before, now: all(word in " ".join(now.split()) for word in words)


def is_home(before: str, now: str) -> bool:
    """Whether the overview stands there, with nothing over it, no filter and no mark."""
    covered = any(word in now for word in ("esc ", "Search for", "No (n)", "Words in names", "1 marked"))
    return "2 acme/lantern" in now and "3 acme/teapot" in now and not covered


def at_pane(number: int) -> Shows:
    """Whether a person is at the pane with this number."""
    return lambda before, now: bool(re.search(rf"━ {number} [^─━]*acme", now))


def on_row(number: int) -> Shows:
    """Whether the cursor is on this issue."""
    return lambda before, now: bool(re.search(rf"▸.. +#{number} ", now))


def in_row(number: int, priority: str) -> Shows:
    """Whether the row of this issue ends with the priority."""
    return lambda before, now: bool(re.search(rf"▸.. +#{number} [^┃\n]*  {priority} *(┃|$)", now, re.MULTILINE))


def moved(before: str, now: str) -> bool:
    """Whether something else stands there below the first two lines, which tell the time."""
    return before.splitlines()[2:] != now.splitlines()[2:]


def is_searching(before: str, now: str) -> bool:
    """Whether there is a line to search in, with nothing typed yet."""
    return any(line.strip() == "search" for line in now.splitlines())


def no_card(before: str, now: str) -> bool:
    """Whether no issue stands over the screen."""
    return "[Issue]" not in now


def no_search(before: str, now: str) -> bool:
    """Whether there is no such line."""
    return not is_searching(before, now)


def no_match(before: str, now: str) -> bool:
    """Whether no line is marked as a match."""
    return matches(now) == []


def has_typed(before: str, now: str) -> bool:
    """Whether the word stands in the line to search in, and is found."""
    return matches(now) != [] and any(line.strip() == "tall" for line in now.splitlines())


def is_reading(before: str, now: str) -> bool:
    """Whether a match is marked, and the line to search in is away."""
    return matches(now) != [] and not has_typed(before, now)


def match_moved(before: str, now: str) -> bool:
    """Whether the mark of a match is at another line."""
    return matches(now) not in ([], matches(before))


def matches(text: str) -> list[str]:
    """The lines that are marked as a match."""
    return [line for line in text.splitlines() if line.lstrip().startswith("▸")]


def other_ticks(before: str, now: str) -> bool:
    """Whether more labels are ticked, or fewer."""
    return now.count("[x]") != before.count("[x]") and "Labels of #4" in now


@dataclass(frozen=True)
class Step:
    """An action, what each of its keys shows, and the way there: keys, each with the sign that they have acted.

    `leave` leads back, then one `esc` where something `covers` the overview.
    """

    name: str
    shows: Shows
    way: Sequence[tuple[str, Shows]] = ()
    leave: Sequence[tuple[str, Shows]] = ()
    covers: bool = False

    def is_shown(self, before: str, now: str) -> bool:
        """Whether the key has acted; what covers the overview must be there to its last line."""
        return self.shows(before, now) and not (self.covers and is_home("", now))


def is_list(before: str, now: str) -> bool:
    """Whether the repositories stand in a list."""
    return bool(re.search(r"^.1 +[!✓]? *acme/rocket", now, re.MULTILINE))


FIRST = (("1", at_pane(1)), ("g", on_row(4)))
LAST = (*FIRST, ("G", on_row(9)))
HELD = (("1", at_pane(1)),)
SECOND = (("2", at_pane(2)),)
ZOOM = (("z", says("[Queue")),)
WORK = (("d", says("Work on #4", "+tall 1")),)
LOG = (("l", says("[Run 1 of 1]", "following")),)
FOUND = (*WORK, ("/", is_searching), ("tall", has_typed), ("Enter", is_reading))

over = partial(Step, covers=True)

STEPS = (
    Step("row.down", on_row(3), FIRST),
    Step("row.last", on_row(9), FIRST),
    Step("row.first", on_row(4), (*FIRST, ("G", on_row(9)))),
    Step("row.up", on_row(4), (*FIRST, ("j", on_row(3)))),
    Step("pane.next", at_pane(2), FIRST),
    Step("pane.previous", at_pane(3), FIRST),
    Step("pane.1", at_pane(1), SECOND),
    Step("pane.2", at_pane(2), FIRST),
    Step("pane.3", at_pane(3), FIRST),
    # There is no such pane, so one stays where one is.
    *(Step(f"pane.{number}", at_pane(2), SECOND) for number in range(4, 10)),
    Step("pane.waiting", at_pane(1), SECOND),
    Step("view.layout", is_list, FIRST),
    Step("pane.right", lambda before, now: is_list(before, now) and "▸!!" in now),
    Step("pane.left", is_list, leave=(("v", at_pane(1)),)),
    Step("view.sort", says("Sorted by what"), FIRST, leave=(("s", says("Sorted by name")), ("s", says("Sorted as")))),
    Step("view.fold", says("There are no gr"), FIRST),
    over("view.inbox", says("Waits for you")),
    over("view.history", says("╭─ History", "acme/rocket")),
    over("view.messages", says("╭─ Messages")),
    over("view.filter", says("Words in names")),
    over("pane.mark", says("1 marked"), FIRST),
    Step("view.clear", lambda before, now: "1 marked" not in now, (*FIRST, ("Space", says("1 marked")))),
    over("app.help", says("╭─ Keys")),
    over("app.palette", says("Search for an action")),
    Step("app.settings", says("The demo has no configuration."), FIRST),
    Step("app.guide", says("The demo is set up already."), FIRST),
    over("app.theme", says("Search for a theme")),
    over("repo.peek", says("[Issue]"), FIRST),
    over("repo.zoom", says("[Queue"), FIRST),
    over("tab.next", says("[Work]"), (*FIRST, *ZOOM)),
    over("tab.previous", says("[History]"), (*FIRST, *ZOOM)),
    over("list.open", says("[Issue]"), (*FIRST, *ZOOM), leave=(("Escape", no_card),)),
    over("repo.new_issue", says("New issue · acme/rocket"), FIRST),
    over("repo.comment", says("Comment on #4"), FIRST),
    over("repo.labels", says("Labels of #4"), FIRST),
    over("list.tick", other_ticks, (*FIRST, ("#", says("Labels of #4", "[x]")))),
    Step("repo.copy_number", says("Copied 4."), FIRST),
    Step("repo.copy_url", says("issues/4."), FIRST),
    Step("repo.browse", says("Opened https"), FIRST),
    Step("repo.refresh", says("Fetched acme/rocket."), FIRST),
    Step("all.refresh", says("Fetched all"), FIRST),
    Step("repo.raise", in_row(9, "low"), LAST),
    Step("repo.lower", lambda before, now: on_row(9)("", now) and not in_row(9, "low")("", now), LAST),
    Step("repo.takeover", says("Nobody holds an"), FIRST),
    Step("repo.continue", says("Nothing"), FIRST),
    Step("repo.bottle", says("agent001 holds no"), FIRST),
    over("repo.land", says("land · acme/rocket"), FIRST),
    Step("repo.feedback", says("No pull request of"), FIRST),
    Step("repo.bundle", says("A bundle"), FIRST),
    Step("repo.attach", says("No agent ru"), FIRST),
    Step("repo.sit", says("agent001 ho"), FIRST),
    Step("repo.message", says("No agent ru"), FIRST),
    over("repo.auto", says("auto · acme/rocket"), FIRST),
    over("repo.drift", says("[Drift"), FIRST),
    Step("repo.pop", says("Popped 4 in"), FIRST),
    over("repo.undo", says("undo · acme/rocket"), HELD),
    Step("repo.shell", says("a shell in a worktree"), HELD, leave=(("Enter", is_home),)),
    Step("repo.editor", says("an editor in a worktree"), HELD, leave=(("Enter", is_home),)),
    over("repo.work", says("Work on #4"), HELD),
    over("page.down", moved, WORK),
    over("page.up", moved, (*WORK, ("G", says("+tall 400")))),
    over("page.search", is_searching, WORK, leave=(("Escape", no_search),)),
    over("page.next_match", match_moved, FOUND, leave=(("Escape", no_match),)),
    over("page.previous_match", match_moved, (*FOUND, ("n", match_moved)), leave=(("Escape", no_match),)),
    over("repo.launch_with", says("words for the agent"), HELD),
    Step("repo.launch", says("The agent works on 4"), HELD),
    over("repo.stop", says("stop · acme/rocket"), HELD),
    over("repo.log", says("[Run 1 of 1]"), HELD),
    over("page.raw", says("This agent writes plain"), LOG),
    over("page.kind", says("This agent writes plain"), LOG),
    over("page.follow", lambda before, now: "following" not in now, LOG),
    over("repo.reset", says("reset · acme/rocket"), (*HELD, ("", says("is done")))),
    Step("app.stop_all", says("No agent was at work."), leave=(("!", says("Lift that?")), ("y", says("is lifted")))),
    Step("app.quit", says("The demo has ended", "exit 0")),
)


def walk(terminal: Terminal) -> None:
    """Take every step with each of its keys."""
    text = terminal.wait(partial(is_home, ""), "the overview")
    terminal.wait(lambda now: on_row(4)("", now) and says("Ready to land: 7.")("", now), "what is read")
    for step in STEPS:
        for key in KEYS[step.name]:
            text = terminal.go(step.way, text, f"on the way to {step.name}")
            text = terminal.go([(spelled(key), step.is_shown)], text, step.name)
            text = terminal.go(step.leave, text, f"on the way back from {step.name}")
            if step.covers:
                text = terminal.go([("Escape", is_home)], text, f"after {step.name}")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_the_screen_is_read_back_after_each_key(tmp_path: Path) -> None:
    assert {step.name for step in STEPS} == KEYS.keys()
    with terminals(tmp_path) as made, ThreadPoolExecutor(len(made)) as side_by_side:
        list(side_by_side.map(walk, made))
    assert not [path for each in made for path in each.folder.glob("soda-demo-*")]
