"""The cockpit's identity: eight hexadecimal digits that decide which claims are its own.

Two installations of one identity would both take a claim for theirs. So what it was made for is kept beside it: in a
copied home, on another machine or at another place, the copy becomes a cockpit of its own, to which the claims of the
first are held elsewhere. A copy that is the same in both respects (a cloned machine) cannot be told from its original.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from pathlib import Path

from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode
from soda_tui.domain.sentences import COCKPIT_COPIED, COCKPIT_ID_DAMAGED
from soda_tui.services import files
from soda_tui.services.locks import held
from soda_tui.services.machine import NUMBER, machine_number

_ID = re.compile(rb"[0-9a-f]{8}\n?")
_log = logging.getLogger(__name__)


def cockpit_id(state: Path, machine: Path = NUMBER) -> str:
    """The identity of the installation whose state is in this folder, made at the first call.

    Raises a Failure where it cannot be kept or is damaged: a new one would disown every claim.
    """
    file, place = state / "cockpit-id", state / "cockpit-place"
    with held(state / "locks" / "cockpit-id.lock", "is making this cockpit's identity"):
        content, here = files.read(file, 16), _here(state, machine)
        made_for = files.read(place, len(here) + 1)
        if content is None or (made_for is not None and made_for.strip() != here):
            if content is not None:
                _log.warning("%s", COCKPIT_COPIED(path=state, old=content.decode(errors="replace").strip()))
            content = secrets.token_hex(4).encode()
            files.write(file, content + b"\n")
            made_for = None
        if made_for is None:
            files.write(place, here + b"\n")
    if not _ID.fullmatch(content):
        raise Failure(Problem(ErrorCode.CONFIGURATION, COCKPIT_ID_DAMAGED(path=file)))
    return content.decode().strip()


def _here(state: Path, machine: Path) -> bytes:
    """What names this place on this machine, and tells neither."""
    where = machine_number(machine) + b"\0" + str(state.resolve()).encode(errors="surrogateescape")
    return hashlib.sha256(where).hexdigest().encode()
