"""What is played: repositories with issues, what goes wrong on which run, what people do, where the cockpit dies."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from machines import Machine

from soda_tui.domain.configuration.unattended import AutoSettings
from soda_tui.domain.labels import LabelNames, definitions
from soda_tui.sandbox.demo import TOKEN, VIEWER, Demo
from soda_tui.sandbox.limits import Limits
from soda_tui.sandbox.people import People
from soda_tui.sandbox.world import World

AGENT = Path(__file__).with_name("agent.py")
LABELS = LabelNames()
ATTEMPTS = 3
# What goes wrong at the agent's and what at the hand-over; the last two need feedback from GitHub.
KINDS = ("crash", "stall", "limit", "no_commit", "dirty", "check", "conflict", "ci", "review")
FEEDBACK = "feedback" in AutoSettings.__struct_fields__
# The repositories that merge in another way than at once.
AUTO_MERGE, QUEUE = "acme/r02", "acme/r03"
_QUICK = ("crash", "no_commit", "dirty", "check", "limit")
# Where a cockpit may die: a step of a plan, or an act of a loop, and a point of it.
_POINTS = ("before", "started", "answered", "after")
_STEPS = (
    *("ClaimIssue", "MarkIssue", "PrepareWorktree", "StartAgent", "CountAttempt", "UpdateBranch", "RunCheck"),
    *("PushWork", "OpenReview", "MoveLabels", "FreeAgent", "LandPullRequest", "ForgetFinished", "DropBranch"),
)
_ACTS = ("pop", "launch", "bottle", "land", "give-up")


@dataclass(frozen=True)
class Deed:
    """What a person does to an issue once so many of its repository are through."""

    after: int
    what: str
    issue: int


@dataclass(frozen=True)
class Play:
    """All that is drawn from a seed."""

    seed: int
    land: str
    scripts: Mapping[str, Mapping[int, Sequence[str]]]
    deeds: Mapping[str, Sequence[Deed]]
    deaths: Sequence[tuple[str, str, int]]

    @property
    def issues(self) -> int:
        """How many issues there are."""
        return sum(map(len, self.scripts.values()))


def draw(seed: int, land: str, repositories: int, issues: int, deaths: int) -> Play:
    """A play of so many repositories and issues, in which the cockpit dies so often."""
    chance = random.Random(f"{seed} {land}")
    whole = issues >= len(KINDS)
    names = [f"acme/r{number:02}" for number in range(1, repositories + 1)]
    scripts: dict[str, dict[int, list[str]]] = {}
    deeds: dict[str, list[Deed]] = {}
    for name in names:
        kinds = [*KINDS, "good"] if whole else chance.sample(_QUICK, issues)
        kinds = [kinds[place % len(kinds)] for place in range(issues)]
        chance.shuffle(kinds)
        scripts[name] = {number: [kind] for number, kind in enumerate(kinds, 1)}
        # Some have a second thing that goes wrong.
        for number in chance.sample(
            [one for one in scripts[name] if scripts[name][one] != ["good"]], issues // 2 if whole else 0
        ):
            scripts[name][number].append(chance.choice([one for one in _QUICK if one not in scripts[name][number]]))
        if whole and name == names[0]:
            # Of one nothing comes at all.
            fatal = next(number for number, script in scripts[name].items() if script == ["good"])
            scripts[name][fatal] = ["no_commit"] * ATTEMPTS
        deeds[name] = _deeds(chance, scripts[name]) if whole else []
    points = [*((step, point) for step in _STEPS for point in _POINTS)]
    points += [(f"loop:{verb}", point) for verb in _ACTS for point in ("before", "after")]
    chosen = [(*one, chance.randint(1, 3)) for one in chance.sample(points, deaths)]
    return Play(seed, land, scripts, deeds, chosen)


def _deeds(chance: random.Random, script: Mapping[int, Sequence[str]]) -> list[Deed]:
    """A person closes an issue, keeps one for people for a while, hurries one, and closes one that is worked on."""
    hopeful = [number for number, kinds in sorted(script.items()) if len(kinds) < ATTEMPTS]
    closed, kept, urgent, cut = chance.sample(hopeful[len(hopeful) // 2 - 1 :], 4)
    deeds = [Deed(1, "close", closed), Deed(1, "keep", kept), Deed(2, "urgent", urgent), Deed(4, "release", kept)]
    return [*deeds, Deed(1, "cut", cut)]


@dataclass
class Stage:
    """The machine that it is played on, and where the agents write."""

    machine: Machine
    play: Play
    folder: Path
    world: World
    people: People
    through: set[tuple[str, int]] = field(default_factory=set)

    def deeds(self) -> list[dict[str, object]]:
        """What the agents did, run by run."""
        path = self.folder / "deeds"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def screams(self) -> str:
        """What agents saw that must never be."""
        path = self.folder / "screams"
        return path.read_text() if path.exists() else ""


def build_world(root: Path) -> Demo:
    """An embedded GitHub without anything yet."""
    # A play asks more in a minute than a person's loops in an hour.
    world = World(root, lambda: datetime.now(UTC), limits=Limits(10**9, 10**9, 10**9, 10**9))
    world.user(VIEWER, "You")
    world.add_token(TOKEN, VIEWER)
    return Demo(world, People(world), root, TOKEN, ())


def set_up(machine: Machine, play: Play) -> Stage:
    """Make the repositories and their issues, and enrol them with the agent for whom things go wrong."""
    folder = machine.home / "stage"
    for name in ("markers", "runs", "wants"):
        (folder / name).mkdir(parents=True)
    script = {name: {str(number): kinds for number, kinds in of.items()} for name, of in play.scripts.items()}
    (folder / "script.json").write_text(json.dumps(script))
    machine.agent = [sys.executable, "-I", "-S", str(AGENT), str(folder)]
    machine.configure()
    (machine.home / ".gitconfig").write_text("[user]\n\tname = You\n\temail = you@example.org\n")
    world, people = machine.demo.world, machine.demo.people
    blocks = [
        machine.config.read_text(),
        "[cockpit]\ninterval = 60\nmax_agents = 3\n[limits]\nrun_minutes = 1.5\n",
        f'[auto]\nattempts = {ATTEMPTS}\nissues_per_day = 0\nmax_work_hours = 24\nland = "{play.land}"\n',
        'feedback = "automatic"\n' if FEEDBACK else "",
    ]
    for name, scripted in play.scripts.items():
        world.create_repository(name, permissions={VIEWER: "WRITE", "ada": "WRITE", "grace": "WRITE"})
        people.allow_merges(name, auto=name == AUTO_MERGE, queue=name == QUEUE, delete_branch=True)
        people.require(name, checks=("ci",) if name == AUTO_MERGE else ())
        for label in definitions(LABELS, "agent001"):
            people.create_label(name, label.name, label.color, label.description)
        for number in scripted:
            people.open_issue(name, f"Something to do, the {number}.", labels=(LABELS.ready,))
        blocks.append(f'[[repository]]\nname = "{name}"\npath = "{machine.clone(name)}"\n')
        blocks.append("""check = 'test -z "$(ls broken 2>/dev/null)" || { echo broken; exit 1; }'\n""")
    machine.config.write_text("\n".join(blocks))
    return Stage(machine, play, folder, world, people)
