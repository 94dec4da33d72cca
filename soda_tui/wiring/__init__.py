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
from soda_tui.wiring.completing import words as words
from soda_tui.wiring.configuring import assign as assign
from soda_tui.wiring.configuring import config_file as config_file
from soda_tui.wiring.configuring import configured as configured
from soda_tui.wiring.configuring import draft as draft
from soda_tui.wiring.configuring import remove as remove
from soda_tui.wiring.configuring import take_over as take_over
from soda_tui.wiring.configuring import takeover as takeover
from soda_tui.wiring.enrolling import add_issue_template as add_issue_template
from soda_tui.wiring.enrolling import carry_out as carry_out
from soda_tui.wiring.enrolling import enroll as enroll
from soda_tui.wiring.enrolling import identify as identify
from soda_tui.wiring.enrolling import look as look
from soda_tui.wiring.enrolling import other_clone as other_clone
from soda_tui.wiring.enrolling import resolve as resolve
from soda_tui.wiring.enrolling import toplevel as toplevel
from soda_tui.wiring.enrolling import unenroll as unenroll
from soda_tui.wiring.health import examine as examine
from soda_tui.wiring.opening import Opened as Opened
from soda_tui.wiring.opening import cockpit as cockpit
from soda_tui.wiring.opening import opened as opened
from soda_tui.wiring.profiling import installed as installed
from soda_tui.wiring.screen import show_screen as show_screen
from soda_tui.wiring.serving import find_tokens as find_tokens
from soda_tui.wiring.serving import left_out as left_out
from soda_tui.wiring.serving import stop_file as stop_file
from soda_tui.wiring.serving import user_service as user_service
from soda_tui.wiring.serving import worked as worked
from soda_tui.wiring.stopping import stops as stops
