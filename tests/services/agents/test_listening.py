"""Listening to logs: each byte once, whoever listens, whatever becomes of the log and whatever is in it."""

from __future__ import annotations

import json
import os
import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from soda_tui.domain.runs.events import Event, EventKind, Tokens
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.domain.runs.progress import Progress
from soda_tui.domain.runs.spending import spending, words
from soda_tui.domain.runs.usage import Sums, Tally
from soda_tui.services.agents import hearing
from soda_tui.services.agents.heard import HEARD, read_heard
from soda_tui.services.agents.hearing import FAR, place_of
from soda_tui.services.agents.listening import Listener, with_progress
from soda_tui.services.agents.logfile import LogFile
from soda_tui.services.agents.summing import SPENT

pytestmark = pytest.mark.anyio
TRANSCRIPTS = Path(__file__).parents[2] / "transcripts"
HEALTHY = sorted(path for path in TRANSCRIPTS.glob("*/healthy.*") if path.suffix != ".events")
KEY = "github.com/owner/name"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was heard is kept at once."""
    monkeypatch.setattr(hearing, "_KEEP_SECONDS", 0.0)


def run_in(folder: Path, name: str = "1-a", format: str = "opencode", **changes: object) -> RunFacts:
    """A run that is at work, with an empty log."""
    home = folder / "home" / name
    home.mkdir(parents=True, exist_ok=True)
    log = home / "output.log"
    log.touch()
    made = RunFacts(name, 12, "b", RunState.RUNNING, 7, None, None, None, None, False, str(log), format=format)
    return structs.replace(made, **changes)


def step(tokens: int, at: int = 0) -> bytes:
    """What opencode says after a step: these add up, so what is heard twice is counted twice."""
    part = {"tokens": {"input": tokens, "output": 0}, "cost": 0.01}
    return json.dumps({"type": "step_finish", "timestamp": at, "sessionID": "s", "part": part}).encode() + b"\n"


def write(run: RunFacts, data: bytes) -> None:
    with Path(run.log).open("ab") as log:
        log.write(data)


async def heard(run: RunFacts, listener: Listener | None = None, *, thoroughly: bool = True) -> tuple[Progress, Sums]:
    """What is known of a run once it was listened to."""
    found = await (listener or Listener()).listen({KEY: run}, thoroughly=thoroughly)
    progress = found[KEY][0].progress
    assert progress is not None
    return progress, found[KEY][1]


async def used(run: RunFacts, listener: Listener | None = None) -> int:
    """The tokens that a run is known to have read."""
    return (await heard(run, listener))[1].last.tokens.input


async def test_each_listener_goes_on_where_another_stood(tmp_path: Path) -> None:
    run, one = run_in(tmp_path), Listener()
    write(run, step(1) + step(20) + step(300)[:30])
    assert await used(run, one) == 21 and await used(run) == 21
    write(run, step(300)[30:])
    assert await used(run, one) == await used(run) == 321
    kept = read_heard(Path(run.log).parent)
    assert kept is not None and kept.offset == Path(run.log).stat().st_size
    # What lies before is read by nobody again.
    Path(run.log).write_bytes(b"x" * (kept.offset - 512) + Path(run.log).read_bytes()[-512:] + step(4000))
    assert await used(run) == 4321
    assert (with_progress(run).progress or pytest.fail()).tally.spent().tokens.input == 4321


@pytest.mark.parametrize("path", HEALTHY, ids=lambda path: path.parent.name)
async def test_whoever_hears_the_rest_hears_the_same(tmp_path: Path, path: Path) -> None:
    data = path.read_bytes()
    whole = run_in(tmp_path, "1-whole", path.parent.name)
    write(whole, data)
    expected = (await heard(whole))[0]
    for at in range(50, len(data), len(data) // 5):
        part = run_in(tmp_path / str(at), "1-a", path.parent.name)
        write(part, data[:at])
        await heard(part)
        write(part, data[at:])
        assert (await heard(part))[0] == expected


async def test_a_log_that_was_cut_is_counted_once(tmp_path: Path) -> None:
    """The supervisor's own way of cutting, between any two looks, and for those who come later."""
    chance = random.Random(3)
    run, one, total, rest = run_in(tmp_path), Listener(), 0, b""
    log = LogFile(Path(run.log), 4000)
    cuts = set()
    for _ in range(120):
        for _ in range(chance.randint(1, 3)):
            total += 1
            log.write(rest + step(1, total)[:40])
            rest = step(1, total)[40:]
        if chance.random() < 0.7:
            log.write(rest)
            rest = b""
        whole = total - bool(rest)
        if chance.random() < 0.7:
            assert await used(run, one if chance.random() < 0.5 else None) == whole
        else:
            assert await used(run, one) == whole
        cuts.add(Path(run.log).stat().st_ino)
    log.close()
    assert b"were cut]" in Path(run.log).read_bytes() and len(cuts) > 1


def test_where_a_cut_log_goes_on() -> None:
    anchor, mark = b"abc\ndefg\nhi\n", b"[cut]\n"
    assert place_of(anchor, b"x\n" + anchor + b"new\n") == 2 + len(anchor)
    assert place_of(anchor, mark + b"defg\nhi\nnew\n") == len(mark) + 8
    assert place_of(anchor, mark + b"hi\n") == len(mark) + 3
    assert place_of(anchor, mark + b"new\n") == 0 and place_of(b"", mark) == 0 and place_of(anchor, b"") == 0


async def test_what_is_too_far_back_is_left_out_and_said(tmp_path: Path) -> None:
    run, one = run_in(tmp_path), Listener()
    question = (
        b'{"type":"tool_use","sessionID":"s","part":{"tool":"bash","callID":"c","state":{"status":"completed"}}}\n'
    )
    write(run, step(5) + question)
    assert await used(run, one) == 5
    write(run, step(1) * (2 * FAR // len(step(1))) + b"y" * 1000 + b"\n" + step(7))
    progress, sums = await heard(run, one)
    assert FAR < progress.missed < 2 * FAR and 12 < sums.last.tokens.input < 2 * FAR // len(step(1))
    assert progress.calls == 1 and progress.session == "s"
    # What an agent calls its conversation it may tell only at the beginning.
    unheard = run_in(tmp_path, "1-b")
    write(unheard, question + b"y\n" * FAR)
    progress, _ = await heard(unheard, one)
    assert progress.missed > FAR // 2 and progress.session == "s"
    # Plain text has nothing that adds up, so only its end is read.
    plain = run_in(tmp_path, "2-b", "text")
    write(plain, b"flood\n" * 50_000 + b"Continue? [y/N] ")
    progress, sums = await heard(plain, one)
    assert progress.question and progress.guessed and progress.messages < 5000 and sums.last.tokens == Tokens()


async def test_a_flood_is_heard_a_share_at_a_time_and_a_quiet_log_is_left_alone(tmp_path: Path) -> None:
    run, one = run_in(tmp_path), Listener()
    lines = FAR // len(step(1))
    write(run, step(1) * lines)
    shares: list[int] = []
    while not shares or shares[-1] < lines:
        shares.append((await heard(run, one, thoroughly=False))[1].last.tokens.input)
    assert len(shares) == 4 and shares[0] == pytest.approx(lines / 4, rel=0.01)
    before = Path(run.log).with_name(HEARD).stat()
    one_look = (await heard(run, one))[0]
    assert (await heard(run, one))[0] is one_look and Path(run.log).with_name(HEARD).stat() == before


async def test_a_run_that_has_ended_is_heard_to_its_end_and_then_never_again(tmp_path: Path) -> None:
    run = run_in(tmp_path, state=RunState.ENDED, exit=0)
    write(run, step(3) + step(4).rstrip())
    assert await used(run) == 7
    write(run, b"\n" + step(100))
    assert await used(run) == 7
    later = run_in(tmp_path, "2-b", issue=13)
    write(later, step(10))
    _, sums = await heard(later)
    assert {issue: spent.tokens.input for issue, spent in sums.issues.items()} == {12: 7, 13: 10}
    assert [spent.tokens.input for spent in sums.days.values()] == [17]


async def test_a_limit_that_only_words_tell_ends_so_long_after_they_were_written(tmp_path: Path) -> None:
    run = run_in(tmp_path, format="codex")
    message = "You've hit your usage limit. Try again in 3 hours 5 minutes."
    write(run, json.dumps({"type": "error", "message": message}).encode() + b"\n")
    os.utime(run.log, (0, 1_777_896_000))
    resets_at = datetime.fromtimestamp(1_777_896_000, UTC) + timedelta(hours=3, minutes=5)
    assert (await heard(run))[0].resets_at == resets_at == (await heard(run))[0].resets_at


async def test_what_was_used_stays_known_when_the_logs_are_removed(tmp_path: Path) -> None:
    def result(tokens: int) -> bytes:
        usage = {"m": {"inputTokens": tokens, "outputTokens": 0}}
        return json.dumps({"type": "result", "session_id": "s", "modelUsage": usage}).encode() + b"\n"

    for at, tokens in enumerate((1000, 1500, 3000), 1):
        run = run_in(tmp_path, f"{at}-a", "claude", state=RunState.ENDED, exit=0)
        write(run, result(tokens))
        assert await used(run) == (1000, 500, 1500)[at - 1]
    shutil.rmtree(tmp_path / "home" / "1-a")
    newest = run_in(tmp_path, "4-a", "claude")
    write(newest, result(3700))
    sums = (await heard(newest))[1]
    assert sums.issues[12].tokens.input == 3700 and sums.last.tokens.input == 700 and sums.issues[12].complete
    # Who looks at an older run does not undo that.
    await heard(run_in(tmp_path, "2-a", "claude"))
    shutil.rmtree(tmp_path / "home" / "2-a")
    by_hand = run_in(tmp_path, "5-a", "text")
    write(by_hand, b"at work\n")
    sums = (await heard(by_hand))[1]
    # Of what claims nothing nobody knows what it used: the sum is at least so much.
    assert sums.issues[12].tokens.input == 3700 and not sums.issues[12].complete
    seen = spending(sums)
    assert seen is not None and words(seen.issues[0].usage) == "at least 3.7k tokens in, 0 out"
    (tmp_path / "home" / SPENT).write_bytes(b"{")
    assert (await heard(run_in(tmp_path, "6-a", "text")))[1].issues[12].tokens.input == 3700


def test_sums_are_bounded_and_the_newest_stay() -> None:
    tally = Tally().after(Event(EventKind.USAGE, tokens=Tokens(1), session="s"))
    sums = Sums()
    for issue in range(2000):
        sums = sums.after(7 if issue % 100 == 0 else issue, "2026-05-04", tally)
    assert len(sums.issues) < 500 and sums.issues[7].tokens.input == 21 and 1999 in sums.issues
    assert sums.days["2026-05-04"].tokens.input == 2000
    text = Sums().after(1, "2026-05-04", Tally(), complete=False)
    assert spending(text) is None and spending(sums) is not None


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"[" * 100_000, b'{"v":1}', b'{"v":99}', b"\xff" * 100, b"x" * (2 << 20)],
    ids=["empty", "half", "null", "deep", "little", "newer", "bytes", "large"],
)
async def test_what_was_kept_and_is_damaged_is_heard_anew(tmp_path: Path, content: bytes) -> None:
    run = run_in(tmp_path)
    write(run, step(3))
    Path(run.log).with_name(HEARD).write_bytes(content)
    assert with_progress(run).progress is None
    assert await used(run) == 3 and await used(run) == 3


async def test_a_hostile_log_stops_nobody(tmp_path: Path) -> None:
    chance = random.Random(11)
    hostile = [b"\x1b]52;c;eA==\x07", b"[" * 5000 + b"\n", b"\x9b2J", b'{"type":"step_finish","part":{"cost":1e999}}\n']
    for format in ("claude", "codex", "gemini", "opencode", "aider", "copilot", "text", "no such format"):
        run = run_in(tmp_path / format, format=format)
        for _ in range(20):
            write(run, chance.choice([*hostile, chance.randbytes(300), step(1), b"\n"]))
            progress, _ = await heard(run)
            assert progress.doing.isprintable() and "\x1b" not in progress.question
    # A log that nobody can read is one that says nothing, beside one that does.
    dumb, fine = run_in(tmp_path / "dumb"), run_in(tmp_path / "fine")
    Path(dumb.log).unlink()
    Path(dumb.log).mkdir()
    write(fine, step(2))
    found = await Listener().listen({"a": dumb, "b": fine})
    assert found["a"][0].progress == Progress() and found["b"][1].last.tokens.input == 2
