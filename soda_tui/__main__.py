"""The program's entry: `soda-tui`, and `python -m soda_tui`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

# Collecting at the usual 700 new objects, as hundreds of modules are imported, costs a tenth of a command (measured).
_COLLECT_AT = 50_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with these arguments and return its exit code."""
    if sys.platform == "win32":
        sys.stderr.write("soda-tui needs Linux or macOS. On Windows, run it inside WSL (wsl --install).\n")
        return 1
    from soda_tui.cli.parser import build_parser

    try:
        arguments = build_parser().parse_args(argv)
    except SystemExit as leave:
        # Help, version and wrong usage end here, before anything else is imported.
        return int(leave.code or 0)
    from soda_tui.cli.main import run

    return run(arguments)


def program() -> NoReturn:
    """Run as a process of its own, and end it."""
    gc.set_threshold(_COLLECT_AT)
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            sys.exit(code)  # Python's own way to say that something could not be written
    threads = sys.modules.get("threading")
    if threads is not None and threads.active_count() > 1:
        sys.exit(code)  # which waits for what they do
    # Taking hundreds of modules apart takes a tenth of a command too, and frees what the system frees anyway.
    os._exit(code)


if __name__ == "__main__":
    program()
