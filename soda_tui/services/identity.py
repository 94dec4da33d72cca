"""The cockpit's identity: eight hexadecimal digits that decide which claims are its own.

Two installations of one identity would both take a claim for theirs. So each is kept with the place and the machine
that it was made for: in a copied home, on another machine or at another place, the copy becomes a cockpit of its own,
to which the claims of the first are held elsewhere; machines that share a home keep one each. A copy that is the same
in both respects (a cloned machine) cannot be told from its original.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from pathlib import Path

from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.sentences import COCKPIT_COPIED, COCKPIT_ID_DAMAGED
from soda_tui.services import files
from soda_tui.services.locks import held
from soda_tui.services.machine import NUMBER, machine_number

# So many places are remembered, those of machines that come and go among them.
MOST = 500
_LARGEST = 64 << 10
_LINE = re.compile(r"([0-9a-f]{8})(?: ([0-9a-f]{64}))?")
_log = logging.getLogger(__name__)


def cockpit_id(state: Path, machine: Path = NUMBER) -> str:
    """The identity of the installation whose state is in this folder, made at the first call.

    Raises a Failure where it cannot be kept or is damaged: a new one would disown every claim.
    """
    file = state / "cockpit-id"
    with held(state / "locks" / "cockpit-id.lock", "is making this cockpit's identity"):
        known, here = _read(file), _here(state, machine)
        if here in known:
            return known[here]
        # Made before places were told apart, it is of the first that asks.
        made = known.pop("", None) or secrets.token_hex(4)
        if known:
            _log.warning("%s", COCKPIT_COPIED(path=state, old=list(known.values())[-1]))
        kept = [*known.items(), (here, made)][-MOST:]
        files.write(file, "".join(f"{one} {place}\n" for place, one in kept).encode())
        return made


def known(state: Path, machine: Path = NUMBER) -> str | None:
    """The identity, where it has been made; raises a Failure where it is damaged."""
    found = _read(state / "cockpit-id")
    return found.get(_here(state, machine), found.get(""))


def _read(file: Path) -> dict[str, str]:
    """The identities by what they were made for."""
    content = files.read(file, _LARGEST)
    if content is None:
        return {}
    found = [_LINE.fullmatch(line) for line in content.decode(errors="replace").splitlines()]
    known = {line[2] or "": line[1] for line in found if line}
    if not known or not all(found):
        raise Failure(Problem(ErrorCode.CONFIGURATION, COCKPIT_ID_DAMAGED(path=file)))
    return known


def _here(state: Path, machine: Path) -> str:
    """What names this place on this machine, and tells neither."""
    where = machine_number(machine) + b"\0" + str(state.resolve()).encode(errors="surrogateescape")
    return hashlib.sha256(where).hexdigest()
