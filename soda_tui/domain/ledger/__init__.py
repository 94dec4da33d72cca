"""The ledger: an agent's claims as commits on one branch of the repository, each carrying the whole state after it.

The head's `Soda-State` alone decides; `Soda-Event` is a word for people and the log is never walked.
"""

from soda_tui.domain.ledger.entry import VERSION as VERSION
from soda_tui.domain.ledger.entry import Event as Event
from soda_tui.domain.ledger.entry import decode as decode
from soda_tui.domain.ledger.entry import encode as encode
from soda_tui.domain.ledger.entry import read_event as read_event
from soda_tui.domain.ledger.state import Bundle as Bundle
from soda_tui.domain.ledger.state import Entry as Entry
from soda_tui.domain.ledger.state import HandedOver as HandedOver
from soda_tui.domain.ledger.state import Holder as Holder
from soda_tui.domain.ledger.state import Ledger as Ledger
from soda_tui.domain.ledger.state import LedgerCondition as LedgerCondition
from soda_tui.domain.ledger.state import LedgerState as LedgerState
from soda_tui.domain.ledger.state import Phase as Phase
from soda_tui.domain.ledger.turns import again as again
from soda_tui.domain.ledger.turns import bottled as bottled
from soda_tui.domain.ledger.turns import bottling as bottling
from soda_tui.domain.ledger.turns import bounded as bounded
from soda_tui.domain.ledger.turns import bundled as bundled
from soda_tui.domain.ledger.turns import finished as finished
from soda_tui.domain.ledger.turns import given as given
from soda_tui.domain.ledger.turns import merging as merging
from soda_tui.domain.ledger.turns import noted as noted
from soda_tui.domain.ledger.turns import on_issue as on_issue
from soda_tui.domain.ledger.turns import popped as popped
from soda_tui.domain.ledger.turns import released as released
from soda_tui.domain.ledger.turns import taken_up as taken_up
from soda_tui.domain.ledger.turns import tries as tries
from soda_tui.domain.ledger.turns import unbundled as unbundled
from soda_tui.domain.ledger.turns import waiting as waiting
