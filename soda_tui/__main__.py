"""The program's entry: `soda-tui`, and `python -m soda_tui`."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with these arguments and return its exit code."""
    if sys.platform == "win32":
        sys.stderr.write("soda-tui needs Linux or macOS. On Windows, run it inside WSL (wsl --install).\n")
        return 1
    from soda_tui.cli.main import run

    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
