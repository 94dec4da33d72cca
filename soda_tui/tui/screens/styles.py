"""Where the styles of the screens that are opened later stand: the first frame does not wait for them."""

from __future__ import annotations

from pathlib import Path

STYLES = Path(__file__).with_name("reading.tcss")
