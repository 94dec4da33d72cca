"""Measures speed and memory side by side in one run: `python tests/bench [NAME…] [--rounds N]`.

Prints one table; ends with 10 where something takes more than it may.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]


def main() -> int:
    """Measure what the arguments name, or everything."""
    sys.path[0] = str(_TESTS)
    from bench import (
        agents,
        commands,
        decoding,
        flood,
        gh,
        hour,
        launch,
        listening,
        polling,
        screen,
        storming,
        transcripts,
    )
    from bench.results import table

    measures = {
        "frame": screen.first_frame,
        "keys": screen.keys,
        "idle": screen.rest,
        "memory": screen.memory,
        "poll": polling.poll,
        "storm": storming.storm,
        "decode": decoding.decode,
        "help": commands.help_and_version,
        "refresh": commands.refresh,
        "gh": gh.gh,
        "recover": commands.recover,
        "launch": launch.launch,
        "agents": agents.agents,
        "transcripts": transcripts.parsing,
        "listening": listening.listening,
        "flood": flood.flood,
        "hour": hour.hour,
    }
    parser = argparse.ArgumentParser(prog="python tests/bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*measures, []], metavar="NAME", help=", ".join(measures))
    parser.add_argument("--rounds", type=int, default=11, help="how often each thing is measured (11)")
    arguments = parser.parse_args()
    # Without its compiled files, as some shells have it, every start would compile everything anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    results = []
    for name in arguments.names or measures:
        for result in measures[name](arguments.rounds):
            results.append(result)
            sys.stderr.write(f"{name}: {result.what} {result.value:.2f} {result.unit}\n")
    sys.stdout.write(table(results) + "\n")
    return 0 if all(result.kept for result in results) else 10


if __name__ == "__main__":
    sys.exit(main())
