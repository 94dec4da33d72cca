"""Wiring: the only part that knows all others, and puts them together for a command, the screen or the demo.

Parts that a call does not need are not imported: each import costs the start of every command.
"""

from soda_tui.wiring.calling import Invocation as Invocation
from soda_tui.wiring.calling import clock as clock
from soda_tui.wiring.calling import encode as encode
from soda_tui.wiring.calling import encode_result as encode_result
from soda_tui.wiring.calling import invocation as invocation
from soda_tui.wiring.calling import keys as keys
from soda_tui.wiring.calling import last_snapshot as last_snapshot
from soda_tui.wiring.enrolling import enroll as enroll
from soda_tui.wiring.enrolling import identify as identify
from soda_tui.wiring.enrolling import other_clone as other_clone
from soda_tui.wiring.enrolling import resolve as resolve
from soda_tui.wiring.enrolling import toplevel as toplevel
from soda_tui.wiring.enrolling import unenroll as unenroll
from soda_tui.wiring.opening import Opened as Opened
from soda_tui.wiring.opening import cockpit as cockpit
from soda_tui.wiring.opening import opened as opened
from soda_tui.wiring.profiling import installed as installed
from soda_tui.wiring.screen import show_screen as show_screen
from soda_tui.wiring.stopping import stops as stops
