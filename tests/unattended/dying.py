"""The program with a point at which it dies: `python dying.py STEP POINT NTH ARGUMENTS…`, as `crasher.py` names them.

A step `loop:VERB` is an act of a loop: `before` is when its record is kept, `after` when the act has ended and the
record does not say so yet.
"""

from __future__ import annotations

import sys
from typing import Any

from crasher import Points, die

from soda_tui.__main__ import program
from soda_tui.cockpit import looping
from soda_tui.domain.loop import advancing
from soda_tui.domain.loop.outlook import Choice

_LOOP = "loop:"


def install(verb: str, point: str, nth: int) -> None:
    """Wrap what a loop does around its acts."""
    left = [nth]
    carry_out, ended = looping.Looping._carry_out, advancing.ended

    def reach(choice: Choice, here: str) -> None:
        if choice.verb == verb and point == here:
            left[0] -= 1
            if left[0] == 0:
                die()

    async def carrying_out(this: looping.Looping, key: str, wish: Any, done: Any, choice: Choice) -> None:
        reach(choice, "before")
        await carry_out(this, key, wish, done, choice)

    def ending(record: Any, choice: Choice, *arguments: Any, **named: Any) -> Any:
        reach(choice, "after")
        return ended(record, choice, *arguments, **named)

    looping.Looping._carry_out = carrying_out  # type: ignore[method-assign, assignment]  # the point of it
    looping.__dict__["ended"] = ending


if __name__ == "__main__":
    step, point, nth = sys.argv[1], sys.argv[2], int(sys.argv[3])
    del sys.argv[1:4]
    if step.startswith(_LOOP):
        install(step.removeprefix(_LOOP), point, nth)
    else:
        Points(step, point, nth).install()
    program()
