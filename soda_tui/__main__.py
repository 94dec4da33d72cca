"""The program's entry: `soda-tui`, and `python -m soda_tui`."""

from __future__ import annotations

import sys
from collections.abc import Sequence


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


if __name__ == "__main__":
    sys.exit(main())
