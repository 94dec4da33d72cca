"""The shapes of GitHub's answers, as far as we read them; anything else in them is skipped."""

from soda_tui.services.github.wire.base import *
from soda_tui.services.github.wire.changed import *
from soda_tui.services.github.wire.listed import *
from soda_tui.services.github.wire.told import *
