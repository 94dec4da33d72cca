"""The terminal's own notifications: OSC 9 or OSC 777, and the bell, as far as it is known what reads them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from soda_tui.domain.configuration.notifying import TerminalNotice
from soda_tui.domain.telling import MOST_AT_ONCE

_BELL = "\a"
_OSC9 = ("iTerm.app", "iTerm2", "WarpTerminal", "xterm-kitty")
_OSC777 = ("WezTerm", "ghostty", "xterm-ghostty", "foot", "foot-extra", "contour")


def understood(asked: TerminalNotice, environ: Mapping[str, str]) -> TerminalNotice:
    """The sequence that the terminal is sent; none where it is not known what it reads.

    tmux and screen stand between, and pass a sequence on only where a person has allowed that: they say so by naming
    one. Terminals as their documentation has it: iTerm2, Warp and kitty read OSC 9; WezTerm, Ghostty, foot and Contour
    read OSC 777.
    """
    if asked is not TerminalNotice.AUTO:
        return asked
    if environ.get("TMUX") or environ.get("STY"):
        return TerminalNotice.OFF
    names = {environ.get(name, "") for name in ("TERM", "TERM_PROGRAM", "LC_TERMINAL")}
    if not names.isdisjoint(_OSC9):
        return TerminalNotice.OSC9
    return TerminalNotice.OFF if names.isdisjoint(_OSC777) else TerminalNotice.OSC777


class TerminalNotices:
    """Writes notifications; while another program has the terminal they are held back, the newest few of them."""

    def __init__(
        self,
        write: Callable[[str], object],
        asked: TerminalNotice,
        *,
        bell: bool,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._write = write
        self._form = understood(asked, environ)
        self._bell = bell
        self._environ = environ
        self._held: deque[str] = deque(maxlen=MOST_AT_ONCE)
        self._rings = False
        self._away = False

    @property
    def shows(self) -> bool:
        """Whether the terminal shows notifications, as far as is known."""
        return self._form is not TerminalNotice.OFF

    def tell(self, headlines: Sequence[tuple[str, str]]) -> None:
        """Notify of these, each a title with its text, and ring once."""
        if self.shows:
            self._held += (_passed(_osc(self._form, title, text), self._environ) for title, text in headlines)
        self._rings = self._bell
        if not self._away:
            self._let_go()

    def give_away(self) -> None:
        """Leave the terminal to another program."""
        self._away = True

    def take_back(self) -> None:
        """Notify of what was held back."""
        self._away = False
        self._let_go()

    def _let_go(self) -> None:
        text = "".join(self._held) + (_BELL if self._rings else "")
        self._held.clear()
        self._rings = False
        if text:
            self._write(text)


def _osc(form: TerminalNotice, title: str, text: str) -> str:
    """The sequence; what is foreign in it was cleaned, and holds no semicolon, which would part what belongs together.

    The text of OSC 9 never begins with a digit: that would be another command of ConEmu's, such as its progress bar.
    """
    title, text = title.replace(";", ","), text.replace(";", ",")
    words = f"9;soda-tui: {title}. {text}" if form is TerminalNotice.OSC9 else f"777;notify;{title};{text}"
    return f"\x1b]{words}\a"


def _passed(sequence: str, environ: Mapping[str, str]) -> str:
    """The sequence as tmux or screen hands it on to the terminal outside."""
    if environ.get("TMUX"):
        return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}\x1b\\"
    return f"\x1bP{sequence}\x1b\\" if environ.get("STY") else sequence
