"""What makes a clone push elsewhere than it fetches from, and the command that takes it away."""

from __future__ import annotations

from soda_tui.domain.shellwords import shell_word
from soda_tui.services.git.process import Deadlines, Runner

_KEYS = r"^(remote\.origin\.pushurl|url\..*\.pushinsteadof)$"
_SCOPES = {"local": "", "worktree": "--worktree ", "global": "--global ", "system": "--system "}


async def mending(runner: Runner, path: str, deadlines: Deadlines) -> str:
    """The commands that take away every such setting, of the file that it stands in; nothing where there is none."""
    asked = ("config", "--show-scope", "-z", "--name-only", "--get-regexp", _KEYS)
    finished = await runner.run(path, *asked, deadline=deadlines.local)
    parts = finished.text.split("\0") if finished.code == 0 else []
    found = dict.fromkeys(zip(parts[::2], parts[1::2], strict=False))
    # With a pushurl, git asks no pushInsteadOf.
    own = [pair for pair in found if pair[1] == "remote.origin.pushurl"] or list(found)
    return "; ".join(
        f"git -C {shell_word(path)} config {_SCOPES[scope]}--unset-all {shell_word(key)}"
        for scope, key in own
        if scope in _SCOPES
    )
