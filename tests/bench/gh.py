"""`--refresh` against the same facts gathered with `gh`, on a GitHub that takes its time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from bench.places import PROGRAM, environment
from bench.results import Result, alternately
from bench.rival import AGENT, Rival, of_document, of_gh
from github_cli import GitHubCli, missing
from machines import Machine

from soda_tui.domain.labels import LabelNames, definitions
from soda_tui.sandbox import acts
from soda_tui.sandbox.demo import VIEWER, build_demo
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.pull_requests import Check
from soda_tui.sandbox.server import SandboxServer
from soda_tui.sandbox.world import World

_DELAY = 0.1
# How many repositories, and how many hundredths of gh's time the refresh may take.
_SIZES = ((3, 25.0), (24, 6.6))
_ISSUES = 30
_LABELS = (("ready", "priority-high"), (), ("ready", "priority-low"), ("human-only",), ("ready",), ())
_WORK = ((), ("SUCCESS", "FAILURE"), ("SUCCESS", "PENDING"), ("SUCCESS", "SUCCESS"))
_AT_ONCE = 8


def gh(rounds: int) -> Iterator[Result]:
    """The time of `--refresh --json` in hundredths of what `gh` takes, one call after the other."""
    if (reason := missing()) is not None:
        sys.stderr.write(f"gh: left out, {reason}\n")
        return
    for count, most in _SIZES:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, _town(Path(folder), count) as machine:
            command = [*PROGRAM, "--config", str(machine.config), "--refresh", "--json"]
            around = environment(machine.home, machine.url) | {"GH_TOKEN": machine.environment["GH_TOKEN"]}

            def refresh(command: list[str] = command, around: dict[str, str] = around) -> bytes:
                return subprocess.run(
                    command, env=around, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True
                ).stdout

            def first_contact(machine: Machine = machine, again: Callable[[], bytes] = refresh) -> bytes:
                shutil.rmtree(machine.home / ".cache")
                return again()

            rival = Rival(GitHubCli(machine.home, machine.url), _names(count))
            calls = _compare(json.loads(refresh()), rival)
            apart = (partial(rival.gather, at_once) for at_once in (1, _AT_ONCE))
            deeds: tuple[Callable[[], object], ...] = (refresh, first_contact, *apart, rival.gather_together)
            ours, cold, theirs, beside, together = map(median, alternately(rounds, *map(_timed, deeds)))
            note = (
                f"{theirs / ours:.1f} times faster: {ours:.2f} s against {theirs:.2f} s of {calls} calls, "
                f"{beside:.2f} s with {_AT_ONCE} at a time, {together:.2f} s with one document for all and one for "
                f"claims; 100 ms added to each, n={rounds}"
            )
            yield Result(f"--refresh of {count} repositories, against gh", 100 * ours / theirs, "%", most, note)
            note = f"{theirs / cold:.1f} times faster: {cold:.2f} s with nothing kept from before"
            yield Result(f"the first --refresh of {count}, against gh", 100 * cold / theirs, "%", None, note)


def _compare(document: dict[str, list[dict[str, object]]], rival: Rival) -> int:
    """Hold both to the same facts; how many calls `gh` needed."""
    gathered = rival.gather(_AT_ONCE)
    ours = {str(one["name"]): of_document(one) for one in document["repositories"]}
    for told in (gathered, rival.gather_together()):
        assert ours == {name: of_gh(one, ours[name]["queue"]) for name, one in told.items()}
    assert all(one["queue"] and one["pull_requests"] and one["agent"][0] for one in ours.values())
    return sum(3 + (one.claim is not None) for one in gathered.values())


def _timed(deed: Callable[[], object]) -> Callable[[], float]:
    def measure() -> float:
        began = time.perf_counter()
        deed()
        return time.perf_counter() - began

    return measure


def _names(count: int) -> list[str]:
    return [f"acme/r{number:02}" for number in range(1, count + 1)]


@contextmanager
def _town(folder: Path, count: int) -> Iterator[Machine]:
    """A machine with so many repositories, an issue of each claimed, on a GitHub that then begins to take its time."""
    root = folder.resolve()
    demo = build_demo(root / "github", lambda: datetime.now(UTC))
    with SandboxServer(demo.world) as server:
        machine = Machine(root / "me", server.url, demo)
        machine.configure()
        blocks = [machine.config.read_text()]
        for name in _names(count):
            _build(demo.world, name)
            blocks.append(f'[[repository]]\nname = "{name}"\npath = "{machine.clone(name)}"\n')
        machine.config.write_text("\n".join(blocks))
        for name in _names(count):
            machine.run("pop", name)
    with SandboxServer(demo.world, urlsplit(machine.url).port or 0, delay=_DELAY):
        yield machine


def _build(world: World, name: str) -> None:
    """A repository with issues, two thirds of them routed, and with pull requests in every state."""
    with world.lock:
        place = world.create_repository(name, permissions={VIEWER: "WRITE", "ada": "WRITE"})
        you, ada = world.user(VIEWER), world.user("ada")
        for label in definitions(LabelNames(), AGENT):
            acts.create_label(world, place, label.name, label.color, label.description)
        for number in range(1, _ISSUES + 1):
            labels = [world.label(place, f"route:{label}") for label in _LABELS[number % len(_LABELS)]]
            acts.open_issue(world, place, ada, f"Something to do ({number})", "As said.", labels)
        now = world.now()
        branches = {
            f"{AGENT}/{number}-something": [Change("Do it", {f"{number}": "done\n"}, "You <you@example.org>", now)]
            for number in range(1, len(_WORK) + 1)
        }
        for number, (branch, head) in enumerate(place.remote.append_all(branches, "main").items()):
            text = f"Fixes #{number + 1}"
            made = acts.open_pull_request(world, place, you, "main", branch, "Do it", text, draft=number == 0)
            place.checks[head] = tuple(Check(f"check {at}", state, now) for at, state in enumerate(_WORK[number]))
            if number > 1:
                acts.review(world, made, ada, "APPROVED" if number == 2 else "CHANGES_REQUESTED")
