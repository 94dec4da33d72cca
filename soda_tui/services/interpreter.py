"""The interpreter of a program: a script that is there cannot be started where what it names to run it is not.

The supervisor imports this too, so it knows the standard library only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePath

_FIRST_LINE = 512


def found(program: str, environ: Mapping[str, str]) -> str | None:
    """The file that is started where a program is named so, from here on or on the path."""
    if os.sep in program:
        return program if os.path.exists(program) else None  # noqa: PTH110 - what cannot be looked at is not there
    folders = os.get_exec_path(environ) if program else ()
    return next((file for folder in folders if os.access(file := f"{folder}/{program}", os.X_OK)), None)


def missing(file: str, environ: Mapping[str, str]) -> str | None:
    """What a script names in its first line to run it and is not on this machine; None where nothing is known."""
    interpreter, *arguments = _first_words(file) or [""]
    if not interpreter:
        return None
    if found(interpreter, environ) is None:
        return interpreter
    if PurePath(interpreter).name != "env":
        return None
    looked_for = next((word for word in arguments if word[0] != "-" and "=" not in word), "")
    return looked_for if looked_for and found(looked_for, environ) is None else None


def _first_words(file: str) -> list[str]:
    with suppress(OSError):
        # A pipe in its place is not waited for.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
        try:
            first = os.read(descriptor, _FIRST_LINE).partition(b"\n")[0]
        finally:
            os.close(descriptor)
        return os.fsdecode(first[2:]).split() if first.startswith(b"#!") else []
    return []
