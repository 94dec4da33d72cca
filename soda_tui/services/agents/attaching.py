"""At the agent's terminal: a program that gives it the person's own one, until it ends or the person leaves it.

`attaching FOLDER LEAVE` with the run's folder and the bytes of the key that leaves, in hexadecimal. What it says at the
end it says on standard error; its exit status tells how it ended.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import tty
from contextlib import suppress
from pathlib import Path
from types import FrameType

from soda_tui.domain import sentences
from soda_tui.domain.attachment import Ending
from soda_tui.services.agents import framing
from soda_tui.services.agents.framing import frame, size_frame
from soda_tui.services.agents.knocking import Refused, Visit, knock

_PIECE = 1 << 14
_UNSENT = 1 << 18
# All that a program may have switched on: the other screen, mouse, paste, keys, scrolling, wrapping, cursor, colours.
_ENTERED = b"\x1b[?1049h\x1b[0m\x1b[H\x1b[2J"
_RESTORED = (
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[?2026l\x1b[?1l\x1b>"
    b"\x1b[<9u\x1b[>4;0m\x1b[?6l\x1b[?7h\x1b[r\x1b(B\x0f\x1b[0 q\x1b[0m\x1b[?25h\x1b[?1049l\x1b[<9u\x1b[?25h\x1b[0m"
)


class _Told(Exception):
    """A signal said to leave."""


def attach(folder: Path, leave: bytes) -> Ending:
    """Carry bytes both ways until one side ends it; raises Refused where there is nothing to attach to."""
    if not (os.isatty(0) and os.isatty(1)):
        raise Refused(sentences.NO_TERMINAL_HERE())
    rows, columns = _window()
    visit = knock(folder, want=framing.ATTACH, rows=rows, columns=columns)
    before = termios.tcgetattr(0)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    resized, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGWINCH, lambda *_: None)
    try:
        tty.setraw(0)
        _show(_ENTERED)
        return _carry(visit, resized, leave)
    except _Told:
        return Ending.LEFT
    finally:
        # Lets nothing wait that the terminal has not taken yet: it may be gone.
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, before)
        with suppress(OSError, _Told):
            _show(_RESTORED)
        visit.connection.close()


def keys_of(leave: bytes) -> tuple[bytes, ...]:
    """A control character as terminals send it: itself, or spelled out where a program has asked for that."""
    plain = (leave[0] | 0x40) if leave[0] < 0x20 else leave[0]
    code = ord(chr(plain).lower())
    return (leave, b"\x1b[%d;5u" % code, b"\x1b[27;5;%d~" % code)


def _carry(visit: Visit, resized: int, leave: bytes) -> Ending:
    visit.connection.setblocking(False)
    supervisor, keys, unsent = visit.connection.fileno(), keys_of(leave), bytearray()
    ended = _shown(visit)
    while ended is None:
        listening = [supervisor, resized, *([0] if len(unsent) < _UNSENT else [])]
        ready, _, _ = select.select(listening, [supervisor] if unsent else [], [])
        if supervisor in ready:
            ended = _shown(visit)
        if resized in ready:
            os.read(resized, _PIECE)
            unsent += size_frame(*_window())
        if 0 in ready:
            typed = os.read(0, _PIECE)
            if not typed or any(key in typed for key in keys):
                return Ending.LEFT
            unsent += frame(framing.DATA, typed)
        try:
            del unsent[: visit.connection.send(unsent)]
        except BlockingIOError:
            continue
        except OSError:
            unsent.clear()
    return ended


def _shown(visit: Visit) -> Ending | None:
    """Show what has come, a piece of it at most, so that keys are heard in between; how it ended, where it has."""
    try:
        found = visit.received()
    except BlockingIOError:
        return None
    if found is None:
        return Ending.BROKEN_OFF
    for kind, content in found:
        if kind == framing.DATA:
            _show(content)
        elif kind == framing.END:
            return Ending.OVER
    return None


def _show(data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(1, rest) :]
        except BlockingIOError:
            select.select((), (1,), ())


def _window() -> tuple[int, int]:
    try:
        columns, rows = os.get_terminal_size(1)
    except OSError:
        return 24, 80
    return rows, columns


def _leave(number: int, frame: FrameType | None) -> None:
    raise _Told


def main() -> None:
    """Attach to the run that the arguments name, and say how that ended."""
    try:
        ending = attach(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
        said = ending.words
    except Refused as refused:
        ending, said = Ending.REFUSED, str(refused)
    with suppress(OSError):
        sys.stderr.write(f"{said}\n")
        sys.stderr.flush()
    os._exit(ending)


if __name__ == "__main__":
    main()
