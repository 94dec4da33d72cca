"""Every sentence that the cockpit says to a person, in one table of several parts.

A sentence says what happened, what it means for the work, and what to do. Values are foreign text: they are put in
literally and stripped of control characters.
"""

from soda_tui.domain.sentences.actions import *
from soda_tui.domain.sentences.agents import *
from soda_tui.domain.sentences.bundling import *
from soda_tui.domain.sentences.configuration import *
from soda_tui.domain.sentences.configuring import *
from soda_tui.domain.sentences.drift import *
from soda_tui.domain.sentences.enrolling import *
from soda_tui.domain.sentences.feedback import *
from soda_tui.domain.sentences.git import *
from soda_tui.domain.sentences.github import *
from soda_tui.domain.sentences.handover import *
from soda_tui.domain.sentences.health import *
from soda_tui.domain.sentences.journal import *
from soda_tui.domain.sentences.landing import *
from soda_tui.domain.sentences.loop import *
from soda_tui.domain.sentences.record import *
from soda_tui.domain.sentences.recovery import *
from soda_tui.domain.sentences.repairs import *
from soda_tui.domain.sentences.safety import *
from soda_tui.domain.sentences.screen import *
from soda_tui.domain.sentences.sentence import *
from soda_tui.domain.sentences.service import *
from soda_tui.domain.sentences.setting_up import *
from soda_tui.domain.sentences.sharing import *
from soda_tui.domain.sentences.telling import *
from soda_tui.domain.sentences.workspaces import *
