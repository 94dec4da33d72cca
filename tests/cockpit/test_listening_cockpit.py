"""The cockpit listens: what an agent writes is what the snapshot says of it, in this cockpit and in the next."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from stations import KEY, OpenStation, Station

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options
from soda_tui.domain.runs.endings import Ending
from soda_tui.services.agents.heard import read_heard

pytestmark = pytest.mark.anyio

# Says what is put into a folder for it, part by part.
AGENT = """\
import pathlib, subprocess, sys, time
for part in (pathlib.Path(sys.argv[1]) / str(n) for n in range(1, 9)):
    while not part.exists():
        time.sleep(0.01)
    if part.read_text() == "commit":
        who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "Work"], check=True)
        continue
    print(part.read_text(), flush=True)
    if '"result"' in part.read_text():
        break
"""
INIT = {"type": "system", "subtype": "init", "session_id": "s1", "cwd": "/w", "model": "m"}
CALL = {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "pytest -q"}}
ASK = {"type": "tool_use", "id": "t2", "name": "AskUserQuestion", "input": {"questions": [{"question": "Which one?"}]}}
LIMIT = {"type": "rate_limit_event", "rate_limit_info": {"status": "rejected", "resetsAt": 4102444800}}
USAGE = {"m": {"inputTokens": 1200, "outputTokens": 40, "cacheReadInputTokens": 500, "contextWindow": 200000}}
RESULT = {"type": "result", "subtype": "success", "session_id": "s1", "total_cost_usd": 0.25, "modelUsage": USAGE}


def said(message: str, *content: Mapping[str, object]) -> Mapping[str, object]:
    usage = {"input_tokens": 100, "output_tokens": 20}
    return {"type": "assistant", "message": {"id": message, "content": content, "usage": usage}}


async def comes(one: Station, holds: Callable[[Repository], object]) -> Repository:
    """The view as it is once this holds."""
    async with asyncio.timeout(20):
        while not holds(view := await one.view()):
            pass
    return view


async def test_what_an_agent_writes_is_what_the_snapshot_says(station: OpenStation, tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()

    def say(part: int, *events: Mapping[str, object]) -> None:
        text = "\n".join(map(json.dumps, events)) if events else "commit"
        draft = parts / "draft"
        draft.write_text(text)
        draft.rename(parts / str(part))

    fake = Profile("fake", (sys.executable, "-c", AGENT, str(parts), "{prompt}"), format="claude")
    async with station(profiles=(fake,)) as one:
        for verb in (Verb.POP, Verb.LAUNCH):
            assert (await one.opened.engine.act(KEY, verb, Options(yes=True))).ok
        # The loop that watches runs hears it by itself.
        watching = asyncio.create_task(one.opened.engine.run())
        say(1, INIT, said("m1", CALL))
        snapshot = one.opened.engine.snapshot
        async with asyncio.timeout(20):
            while not any(part.agent.run and part.agent.run.doing for part in snapshot.repositories):
                snapshot = await one.opened.engine.changed(snapshot)
        watching.cancel()
        view = await one.view()
        run = view.agent.run or pytest.fail()
        assert (view.agent.status, run.doing, run.question) == (Status.WORKING, "Bash pytest -q", None)
        assert run.usage is not None and (run.usage.input, run.usage.output, run.usage.cost) == (100, 20, None)
        assert [need.code for need in view.needs] == [NeedCode.READY_TO_LAND]

        say(2, said("m2", ASK))
        view = await comes(one, lambda seen: seen.agent.status is Status.NEEDS_INPUT)
        run = view.agent.run or pytest.fail()
        assert (run.question, run.doing) == ("Which one?", "waits for an answer")
        assert view.needs[0].code is NeedCode.AGENT_INPUT and "Which one?" in view.needs[0].message

        say(3, said("m3", {"type": "text", "text": "Go on."}), LIMIT)
        view = await comes(one, lambda seen: seen.agent.status is Status.LIMIT)
        run = view.agent.run or pytest.fail()
        assert run.resets_at is not None and run.resets_at.year == 2100 and run.question is None
        assert view.needs[0].code is NeedCode.AGENT_LIMIT and "2100-01-01" in view.needs[0].message

    log = Path(run.log)
    async with station(profiles=(fake,)) as two:
        assert (await two.view()).agent.status is Status.LIMIT
        kept = read_heard(log.parent)
        assert kept is not None and kept.offset == log.stat().st_size and kept.progress.session == "s1"
        # Had it begun anew it would know of nothing that it reads now.
        with log.open("r+b") as file:
            file.write(b" " * (kept.offset - len(kept.anchor)))

    async with station(profiles=(fake,)) as three:
        say(4, said("m4", {"type": "text", "text": "Done."}))
        view = await comes(three, lambda seen: seen.agent.status is Status.WORKING)
        assert view.agent.run is not None and view.agent.run.usage is not None and view.agent.run.usage.input == 400
        say(5)
        say(6, RESULT)
        view = await comes(three, lambda seen: seen.agent.status is Status.DONE)
        run = view.agent.run or pytest.fail()
        usage = run.usage or pytest.fail()
        assert (run.ending, run.doing, run.resets_at) == (Ending.DONE, None, None)
        assert (usage.input, usage.cache_read, usage.cost, usage.context_window) == (1200, 500, 0.25, 200000)
        assert view.spending is not None and [one.issue for one in view.spending.issues] == [view.agent.issue]
        assert [one.usage.cost for one in view.spending.days] == [0.25] and usage.complete
        [past] = await three.opened.engine.history(KEY)
        assert past.progress is not None and past.progress.tally.spent().cost == 0.25
