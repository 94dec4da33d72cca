"""The claim of a run, read again; and its work put aside once the claim is lost.

Run by the supervisor as a process of its own, `claim FOLDER look|keep`, so that git, tokens and the network stay out
of it. The token comes from where the cockpit gets it: the host's command, gh, or the variables that the cockpit had,
which come on standard input, since the agent could read them in this process's environment.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import ledger
from soda_tui.domain import sentences as say
from soda_tui.domain.claim_loss import Undecided, how_lost
from soda_tui.domain.configuration.accounts import Accounts, HostSettings
from soda_tui.domain.failure import Failure
from soda_tui.domain.naming import RepositoryName
from soda_tui.services.agents.processes import hide_environment
from soda_tui.services.agents.records import Loss, Spec, Watched, read_loss, read_spec, write_loss
from soda_tui.services.agents.watching import Answer, Task
from soda_tui.services.git.process import Deadlines
from soda_tui.services.git.service import GitService
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.endpoints import endpoint

_DEADLINES = Deadlines(network=40.0)


async def look(folder: Path, git: GitService, spec: Spec, watched: Watched) -> Answer:
    """Read the ledger; where the claim is lost, note how."""
    place = _place(spec, watched)
    try:
        found = ledger.decode(await git.ledger_now(place))
        how = how_lost(found, watched.cockpit, spec.issue, spec.attempt, place.name.full)
    except (Failure, Undecided):
        return Answer.UNKNOWN
    if how is None:
        return Answer.OURS
    write_loss(folder, Loss(how))
    return Answer.LOST


async def keep(folder: Path, git: GitService, spec: Spec, watched: Watched) -> Answer:
    """Put aside what is in no commit, and note where it is; no file and no branch is touched."""
    loss = read_loss(folder)
    if loss is None:
        return Answer.UNKNOWN
    values = {"branch": spec.branch, "path": watched.path, "worktree": spec.directory}
    try:
        rescue = await git.rescue(_place(spec, watched), spec.issue, datetime.now(UTC))
    except Failure as failure:
        kept = say.LOSS_NOT_KEPT(reason=failure.problem.message, **values)
    else:
        kept = say.LOSS_KEPT(rescue=rescue.branch, undo=rescue.undo, **values) if rescue else say.LOSS_CLEAN(**values)
    write_loss(folder, Loss(loss.how, kept))
    return Answer.LOST


def _place(spec: Spec, watched: Watched) -> Place:
    return Place(RepositoryName(watched.host, watched.owner, watched.name), watched.path, spec.directory)


async def _answer(folder: Path, task: Task, secrets: Mapping[str, str]) -> Answer:
    spec = read_spec(folder)
    watched = spec.watched
    if watched is None:
        return Answer.UNKNOWN
    settings = HostSettings(watched.api_url, watched.token_command, watched.certificate)
    hosts = {watched.host.lower(): settings}
    tokens = Tokens({**os.environ, **secrets}, hosts)
    git = GitService(tokens.token, lambda host: endpoint(host, settings, os.environ), _DEADLINES, Accounts(hosts))
    try:
        return await (look if task is Task.LOOK else keep)(folder, git, spec, watched)
    finally:
        await git.close()


def main() -> None:
    """Do the task in the folder of the run, which are the only arguments; the exit status is the answer."""
    answer = Answer.UNKNOWN
    # Whatever goes wrong, and be it a damaged record: that nothing is known must never end an agent.
    with suppress(Exception):
        hide_environment()
        secrets = json.loads(sys.stdin.buffer.read())
        answer = asyncio.run(_answer(Path(sys.argv[1]), Task(sys.argv[2]), secrets))
    os._exit(answer)


if __name__ == "__main__":
    main()
