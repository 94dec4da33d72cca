"""A long storm: polls with every fault injected at random, what they break, and the memory that they leave behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.results import Result

_REPOSITORIES = 30
_FIRST, _ALL = 200, 2000
_MEBIBYTE = 1 << 20


def storm(_: int) -> Iterator[Result]:
    """What 2,000 polls came to, in a process of their own that is the same each time; the rounds do not count here.

    Before the first figure everything is done once: what that loads stays, however long a program runs.
    """
    program = Path(__file__).with_name("storms.py")
    command = [sys.executable, str(program), *map(str, (_REPOSITORIES, _FIRST, _ALL))]
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "0"}
    found = json.loads(subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, check=True).stdout)
    for words in found["wrong"][:9]:
        sys.stderr.write(f"{words}\n")
    note = f"{_REPOSITORIES} repositories, {found['note']}"
    yield Result(f"{_ALL:,} polls with faults: panes that are not fresh after it", len(found["late"]), "", 0, note)
    yield Result("panes that show something else than there is", len(found["differing"]), "", 0)
    yield Result("sent in a wait or beside too many; blank, lost or closed", len(found["wrong"]), "", 0)
    yield Result("reads in flight at most", found["reads"], "", 2)
    yield Result(f"growth of memory between poll {_FIRST} and {_ALL:,}", found["grown"] / _MEBIBYTE, "MB", 5.0)
