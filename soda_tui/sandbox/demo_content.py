"""What stands in the demo's repositories: invented, but such as one meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

AGENT = "agent001"
READY = "route:ready"
UNBLOCKER = "route:unblocker"
REVIEW = "route:review"
LAND = "route:ready_to_merge"
HUMAN = "route:human-only"
BLOCKED = "route:blocked"
LOW, MEDIUM = "route:priority-low", "route:priority-medium"
HIGH, VERY_HIGH = "route:priority-high", "route:priority-very-high"


@dataclass(frozen=True, slots=True)
class DemoWork:
    """Finished work in a pull request."""

    files: Mapping[str, str]
    summary: str
    checks: Mapping[str, str]
    review: tuple[str, str] | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class DemoIssue:
    """An issue, `age` days old."""

    title: str
    body: str
    labels: tuple[str, ...]
    author: str
    age: int
    assignees: tuple[str, ...] = ()
    work: DemoWork | None = None


@dataclass(frozen=True, slots=True)
class DemoRepository:
    """A repository; its history is message, files, author and age in days."""

    name: str
    description: str
    default_branch: str
    history: tuple[tuple[str, Mapping[str, str], str, int], ...]
    issues: tuple[DemoIssue, ...]
    people: Mapping[str, str] = field(default_factory=lambda: {"ada": "Ada Byron", "grace": "Grace Murray"})


_ROCKET = DemoRepository(
    "rocket",
    "Flight software for small sounding rockets",
    "main",
    (
        (
            "Begin with the tanks",
            {
                "README.md": "# rocket\n\nFlight software for small sounding rockets.\n",
                "rocket/__init__.py": '"""Flight software."""\n',
                "rocket/tank.py": "class Tank:\n    def __init__(self, litres: float) -> None:\n"
                "        self.litres = litres\n\n    def drain(self, litres: float) -> float:\n"
                "        self.litres -= litres\n        return self.litres\n",
            },
            "ada",
            90,
        ),
        (
            "Count down, and hold when a sensor is silent",
            {
                "rocket/countdown.py": "def countdown(seconds: int) -> list[str]:\n"
                '    return [f"T-{n}" for n in range(seconds, 0, -1)] + ["Lift-off"]\n',
                "tests/test_countdown.py": "from rocket.countdown import countdown\n\n\n"
                'def test_ends_with_lift_off() -> None:\n    assert countdown(3)[-1] == "Lift-off"\n',
            },
            "grace",
            41,
        ),
        (
            "Write telemetry as one line of JSON for each second",
            {
                "rocket/telemetry.py": "import json\n\n\ndef line(second: int, altitude: float) -> str:\n"
                '    return json.dumps({"t": second, "altitude": altitude})\n',
                "CHANGELOG.md": "# Changes\n\n## Unreleased\n\n- Telemetry is written as JSON lines.\n",
            },
            "ada",
            12,
        ),
    ),
    (
        DemoIssue(
            "Crash when the tank is empty",
            "`Tank.drain` goes below zero and the controller then divides by a negative level.\n\n"
            "Expected: `drain` gives what is left and says so.\n",
            (READY, HIGH),
            "ada",
            9,
        ),
        DemoIssue(
            "Countdown cannot be held",
            "Range safety wants to hold at any second and to go on from there.\n",
            (READY, MEDIUM),
            "grace",
            8,
        ),
        DemoIssue(
            "Telemetry loses the last second before landing",
            "The writer is closed before the queue is empty. Seen in flights 7 and 9.\n",
            (READY, VERY_HIGH),
            "ada",
            7,
        ),
        DemoIssue(
            "The test bench does not start without a network",
            "Nobody can run the tests in the hangar. This blocks everything else.\n",
            (UNBLOCKER,),
            "grace",
            6,
        ),
        DemoIssue(
            "Choose a supplier for the parachutes",
            "Three offers are in the shared folder. Needs a person who can sign.\n",
            (READY, HUMAN),
            "grace",
            20,
            ("grace",),
        ),
        DemoIssue(
            "[/x][@click=app.quit]boo[/] \x1b[31mred\x1b[0m \u202etxet desrever",
            "Titles like this one arrive through the public form. They must be shown as they are.\n",
            (READY, LOW),
            "ada",
            5,
        ),
        DemoIssue(
            "Check the altitude sensor against GPS",
            "Both are logged; nobody compares them.\n",
            (LAND,),
            "ada",
            15,
            work=DemoWork(
                {
                    "rocket/altitude.py": "def agrees(sensor: float, gps: float) -> bool:\n"
                    "    return abs(sensor - gps) < 15\n"
                },
                "Compares the altitude sensor with GPS and reports a difference of 15 metres or more.",
                {"build": "SUCCESS", "test": "SUCCESS"},
                ("grace", "APPROVED"),
            ),
        ),
        DemoIssue(
            "Simulate wind above 10 km",
            "Waits for the weather service's new data format.\n",
            (READY, BLOCKED, MEDIUM),
            "grace",
            14,
        ),
        DemoIssue(
            "Say in the README how to calibrate the gyroscope", "Asked for the third time.\n", (READY,), "ada", 3
        ),
        DemoIssue("Is there a forum?", "I would like to ask about motors.\n", (), "grace", 2),
    ),
)

_LANTERN = DemoRepository(
    "lantern",
    "A reading light that follows the sun",
    "develop",
    (
        (
            "Begin",
            {
                "README.md": "# lantern\n\nA reading light that follows the sun.\n",
                "package.json": '{\n  "name": "lantern",\n  "version": "0.4.0",\n  "type": "module"\n}\n',
                "src/schedule.ts": "export function brightness(hour: number): number {\n"
                "  return hour < 6 || hour > 21 ? 0.1 : 1;\n}\n",
            },
            "ada",
            60,
        ),
        (
            "Dim in ten steps",
            {"src/dim.ts": "export const steps = Array.from({ length: 10 }, (_, step) => (step + 1) / 10);\n"},
            "ada",
            30,
        ),
        (
            "Keep a list of changes",
            {"CHANGELOG.md": "# Changes\n\n## Unreleased\n\n- Dims in ten steps.\n"},
            "grace",
            4,
        ),
    ),
    (
        DemoIssue(
            "Light flickers at sunset ☀️🌇 (日没時のちらつき)",
            "Between 18:58 and 19:02 the brightness jumps between two steps.\n",
            (READY, VERY_HIGH),
            "ada",
            6,
        ),
        DemoIssue(
            "Remember the brightness after a power cut", "It always wakes at full light.\n", (READY, HIGH), "grace", 5
        ),
        DemoIssue("Warm white in the evening", "Below 2700 K after 20:00.\n", (READY, MEDIUM), "grace", 5),
        DemoIssue("日本語の説明書を追加する", "README の翻訳。\n", (READY, LOW), "ada", 4),
        DemoIssue(
            "Fade instead of switching",
            "A second of fading is enough.\n",
            (REVIEW, MEDIUM),
            "ada",
            11,
            work=DemoWork(
                {"src/fade.ts": "export const fadeMilliseconds = 1000;\n"},
                "Fades for a second between two levels of brightness.",
                {"build": "SUCCESS", "test": "PENDING"},
            ),
        ),
        DemoIssue(
            "Decide whether there is a version with batteries", "Costs are in the sheet.\n", (HUMAN,), "grace", 30
        ),
        DemoIssue("Update the build to Node 24", "Node 20 is at its end.\n", (READY, MEDIUM), "grace", 2, ("grace",)),
        DemoIssue("Night mode: at most 1 % light", "For reading beside somebody who sleeps.\n", (READY,), "ada", 1),
    ),
)

_TEAPOT = DemoRepository(
    "teapot",
    "A server that cannot brew coffee",
    "trunk",
    (
        (
            "I'm a teapot",
            {
                "README.md": "# teapot\n\nAnswers 418 to everybody who asks for coffee.\n",
                "teapot/server.py": 'def brew(drink: str) -> int:\n    return 418 if drink == "coffee" else 200\n',
                "CHANGELOG.md": "# Changes\n\n## Unreleased\n",
            },
            "grace",
            400,
        ),
        (
            "Know six kinds of tea",
            {"teapot/kinds.py": 'KINDS = ("assam", "darjeeling", "earl grey", "oolong", "pu-erh", "sencha")\n'},
            "ada",
            120,
        ),
    ),
    (
        DemoIssue("Server answers 500 to espresso", "It is coffee, too: 418.\n", (READY, HIGH), "ada", 10),
        DemoIssue("Log the temperature of each pot", "Once a minute is enough.\n", (READY, LOW), "grace", 9),
        DemoIssue("Keep-alive connections go cold after 60 seconds", "Warm them again.\n", (READY, MEDIUM), "ada", 8),
        DemoIssue("Green tea is brewed too hot", "80 °C, never 100 °C.\n", (READY, VERY_HIGH), "grace", 7),
        DemoIssue(
            "Refuse to steep longer than ten minutes",
            "It becomes bitter.\n",
            (REVIEW, HIGH),
            "ada",
            13,
            work=DemoWork(
                {
                    "teapot/steep.py": "MINUTES = 10\n\n\ndef steep(minutes: int) -> int:\n"
                    "    return min(minutes, MINUTES)\n"
                },
                "Steeping ends after ten minutes, whatever was asked for.",
                {"build": "SUCCESS", "test": "FAILURE"},
                ("grace", "CHANGES_REQUESTED"),
            ),
        ),
        DemoIssue("Support /.well-known/tea", "RFC 7168 in all its beauty.\n", (READY,), "ada", 6),
        DemoIssue("Move to the bigger kitchen", "Needs a van.\n", (READY, HUMAN), "grace", 5),
        DemoIssue("Serve milk on the side", "Waits for the fridge.\n", (READY, BLOCKED), "ada", 4),
        DemoIssue(
            "Describe the protocol of the tea cosy",
            "Draft of a specification for people who build tea cosies.\n",
            (REVIEW, LOW),
            "ada",
            3,
            work=DemoWork(
                {"docs/cosy.md": "# The tea cosy\n\nIt is put over the pot, never under it.\n"},
                "A first draft of the specification.",
                {},
                draft=True,
            ),
        ),
    ),
)

REPOSITORIES = (_ROCKET, _LANTERN, _TEAPOT)
