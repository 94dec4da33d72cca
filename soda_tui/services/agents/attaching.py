"""At the agent's terminal: a program that gives it the person's own one, until it ends or the person leaves it.

`attaching FOLDER LEAVE` with the run's folder and the bytes of the key that leaves, in hexadecimal. What it says at the
end it says on standard error; its exit status tells how it ended.
"""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import termios
import tty
from contextlib import suppress
from pathlib import Path
from types import FrameType

from soda_tui.domain import sentences
from soda_tui.domain.runs.attachment import Ending
from soda_tui.services.agents import framing
from soda_tui.services.agents.framing import frame, size_frame
from soda_tui.services.agents.knocking import Refused, Visit, knock

_PIECE = 1 << 14
_UNSENT = 1 << 18
# What a program may have switched on that would type into the person's shell, or draw otherwise: keys, origin, mouse,
# margins, focus, paste, held drawing, and that colours and sizes are told.
_OFF = (1, 6, 9, 69, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 2031, 2048)
# Whether the wheel scrolls in place of arrows (1007) is the person's choice, which the terminal is to remember.
_ENTERED = b"\x1b[?1007s\x1b[?1049h\x1b[0m\x1b[H\x1b[2J"
_RESTORED = (
    b"".join(b"\x1b[?%dl" % mode for mode in _OFF) + b"\x1b[?1007r\x1b[4l\x1b>"
    b"\x1b[<9u\x1b[>4;0m\x1b[?7h\x1b[r\x1b(B\x0f\x1b[0 q\x1b[0m\x1b[?25h\x1b[?1049l\x1b[?47l\x1b[<9u\x1b[?25h\x1b[0m"
)
# A key as programs can have it spelled out: its code, the shifted one, the one of its place on the keyboard, and which
# keys were held (https://sw.kovidgoyal.net/kitty/keyboard-protocol, xterm's modifyOtherKeys).
_SPELLED = re.compile(
    rb"\x1b\[(?P<code>\d+)(?::(?P<shifted>\d*)(?::(?P<place>\d*))?)?;(?P<held>\d+)(?::(?P<event>\d))?(?:;[\d:]*)?u"
    rb"|\x1b\[27;(?P<xheld>\d+);(?P<xcode>\d+)~"
)
_LONGEST_KEY = 64
_READING_SECONDS = 1.0
_SHIFT, _CONTROL, _LOCKS, _RELEASED = 1, 4, 64 | 128, b"3"


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
        _show(_ENTERED + sentences.AT_ITS_TERMINAL(key=f"ctrl+{_letter(leave)}").encode())
        # What is drawn next covers that; whoever knows it types.
        select.select((0,), (), (), _READING_SECONDS)
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


def leaves(typed: bytes, leave: bytes) -> bool:
    """Whether a control character was typed, be it itself or spelled out because a program has asked for that."""
    code = ord(_letter(leave))
    return leave in typed or any(_is_typed(found, code) for found in _SPELLED.finditer(typed))


def _letter(leave: bytes) -> str:
    """The key that makes a control character together with ctrl."""
    return chr(leave[0] | 0x40).lower()


def _is_typed(found: re.Match[bytes], code: int) -> bool:
    held = (int(found["held"] or found["xheld"]) - 1) & ~_LOCKS
    names = ("shifted", "xcode") if held & _SHIFT else ("code", "place", "xcode")
    typed = code in (int(found[name] or 0) for name in names)
    return typed and held & ~_SHIFT == _CONTROL and found["event"] != _RELEASED


def _carry(visit: Visit, resized: int, leave: bytes) -> Ending:
    visit.connection.setblocking(False)
    supervisor, unsent, recent = visit.connection.fileno(), bytearray(), b""
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
            recent = recent[-_LONGEST_KEY:] + typed
            if not typed or leaves(recent, leave):
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
