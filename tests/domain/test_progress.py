"""What events come to: progress, usage, and lines for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from soda_tui.domain.runs.events import Event, EventKind, Tokens
from soda_tui.domain.runs.progress import Progress, after_gap, progress_of
from soda_tui.domain.runs.readable import Tone, readable
from soda_tui.domain.runs.usage import Spent, Sums, Tally, amount, usage_words
from soda_tui.domain.transcripts import parser

FOLDER = Path(__file__).parents[1] / "transcripts"


def replayed(name: str) -> Progress:
    reads = parser(name.partition("/")[0])
    return progress_of(reads.feed((FOLDER / name).read_bytes()) + reads.end())


def tally(*events: Event) -> Tally:
    found = Tally()
    for event in events:
        found = found.after(event)
    return found


def used(input: int, output: int = 0, **fields: object) -> Event:
    return Event(EventKind.USAGE, tokens=Tokens(input, output), **fields)  # type: ignore[arg-type]  # fields of an event


@pytest.mark.parametrize(
    ("name", "doing", "calls", "spent"),
    [
        ("claude/healthy.jsonl", "ended well", (4, 0), Spent(Tokens(921, 395, 65600, 1540), 0.1234)),
        ("claude/resumed.jsonl", "ended well", (0, 0), Spent(Tokens(115, 127), 0.15)),
        ("claude/limit.jsonl", "ended at its limit", (0, 0), Spent(Tokens(4, 10, 12000), 0.01)),
        ("claude/question.jsonl", "waits for an answer", (0, 0), Spent(Tokens(4, 50, 12000))),
        ("claude/error.jsonl", "ended with an error", (1, 1), Spent(Tokens(4, 50, 12000), 0.002)),
        ("codex/healthy.jsonl", "ended well", (3, 2), Spent(Tokens(1000, 200, 29000, 0, 80))),
        ("codex/limit.jsonl", "ended at its limit", (0, 0), Spent()),
        ("codex/question.jsonl", "waits for an answer", (1, 1), Spent()),
        ("gemini/healthy.jsonl", "ended well", (2, 1), Spent(Tokens(2000, 200, 3000))),
        ("gemini/crash.jsonl", "writes", (0, 0), Spent()),
        ("opencode/healthy.jsonl", "ended well", (2, 1), Spent(Tokens(1100, 60, 9000, 100, 20), 0.015)),
        ("aider/healthy.log", "writes", (0, 0), Spent(Tokens(9300, 550), 0.0345)),
        ("aider/analytics.jsonl", "begins", (0, 0), Spent(Tokens(9300, 550), 0.0345)),
        ("text/question.log", "waits for an answer", (0, 0), Spent()),
    ],
)
def test_what_a_transcript_comes_to(name: str, doing: str, calls: tuple[int, int], spent: Spent) -> None:
    found = replayed(name)
    assert (found.doing, (found.calls, found.failed_calls)) == (doing, calls)
    total = found.tally.spent()
    assert total.tokens == spent.tokens
    assert total.cost == (None if spent.cost is None else pytest.approx(spent.cost))


def test_a_call_under_way_is_what_it_does_and_a_question_holds_until_it_does_anything_else() -> None:
    begun = Event(EventKind.TOOL_START, "Bash", "pytest -q", tool_id="a")
    found = progress_of([begun, Event(EventKind.TEXT, "And?"), used(3)])
    assert found.doing == "Bash pytest -q"
    asked = progress_of([Event(EventKind.QUESTION, "Which?"), Event(EventKind.QUESTION), used(1)], found)
    assert asked.question == "Which?" and asked.doing == "waits for an answer"
    # What is no known event is no sign of work.
    assert progress_of([Event(EventKind.TEXT, '{"type":"new"}', raw=True)], asked).question == "Which?"
    gone_on = progress_of([Event(EventKind.TOOL_END, "Bash", "pytest -q", tool_id="a", ok=True)], asked)
    assert (gone_on.question, gone_on.under_way, gone_on.doing) == ("", (), "thinks")


def test_a_limit_keeps_its_reset_until_it_is_none() -> None:
    reached = replayed("claude/limit.jsonl")
    assert reached.limited and reached.resets_at is not None
    assert not progress_of([Event(EventKind.LIMIT, ok=True)], reached).limited
    assert not progress_of([Event(EventKind.THINK, "On.")], reached).limited


def test_claims_are_counted_as_each_format_means_them() -> None:
    # The same message again, with more: the last one counts.
    assert tally(used(5, 10, counter="m1"), used(5, 90, counter="m1"), used(1, 1, counter="m2")).spent() == Spent(
        Tokens(6, 91)
    )
    # Many messages: the oldest are settled and stay counted.
    assert tally(*(used(1, counter=f"m{at}") for at in range(1000))).spent().tokens.input == 1000
    # All of a session: the latest counts, in place of the messages before it and not beside them.
    whole = used(100, cost=0.5, cumulative=True, session="s")
    assert tally(used(90, counter="m1"), whole, whole).spent() == Spent(Tokens(100), 0.5)
    assert tally(whole, used(7, counter="m2")).spent().tokens.input == 107
    assert tally(whole, used(30, cost=0.1, cumulative=True, session="t")).spent() == Spent(Tokens(130), 0.6)


def test_a_thread_that_counts_anew_loses_nothing() -> None:
    reads = parser("codex")
    turn = '{"type":"turn.completed","usage":{"input_tokens":%d,"output_tokens":%d}}\n'
    events = reads.feed(b'{"type":"thread.started","thread_id":"t"}\n')
    for told in ((100, 10), (150, 10), (20, 5), (30, 6)):
        events += reads.feed((turn % told).encode())
    assert progress_of(events).tally.spent().tokens == Tokens(160, 11)


def test_a_session_that_several_runs_went_on_with_is_counted_once() -> None:
    def told(tokens: int, cost: float) -> Tally:
        return tally(used(tokens, cost=cost, cumulative=True, session="s"))

    first = Sums().after(4, "2026-05-04", told(100, 0.5))
    second = first.after(4, "2026-05-05", told(160, 0.75))
    third = second.after(5, "2026-05-05", tally(used(9)))
    assert (second.last, third.last) == (Spent(Tokens(60), 0.25), Spent(Tokens(9)))
    assert third.issues == {4: Spent(Tokens(160), 0.75), 5: Spent(Tokens(9))}
    assert third.days == {"2026-05-04": Spent(Tokens(100), 0.5), "2026-05-05": Spent(Tokens(69), 0.25)}
    silent = third.after(6, "2026-05-06", Tally())
    assert silent.last == Spent() and (silent.issues, silent.days) == (third.issues, third.days)


def test_where_something_went_by_unread_only_what_adds_up_is_known() -> None:
    before = progress_of(
        [Event(EventKind.TOOL_START, "Bash", "make", tool_id="a"), used(3)], replayed("claude/question.jsonl")
    )
    found = after_gap(before, 5)
    assert (found.question, found.under_way, found.doing, found.missed) == ("", (), "", 5)
    assert found.tally == before.tally and found.session == before.session and after_gap(found, 2).missed == 7


def test_amounts_have_three_figures() -> None:
    assert [amount(number) for number in (0, 999, 1200, 45_600, 3_400_000)] == ["0", "999", "1.2k", "46k", "3.4M"]
    assert usage_words(Spent(Tokens(1000, 20, 3000), 0.004)) == "4.0k tokens in (3.0k cached), 20 out · $0.0040"
    assert usage_words(Spent()) == ""


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        (Event(EventKind.TOOL_END, "Bash", "pytest -q", ok=True, seconds=3.2), ["Bash  pytest -q  ✓ 3.2s"]),
        (Event(EventKind.TOOL_END, "Edit", "a.py", ok=True, added=12, removed=3), ["Edit  a.py  +12 -3  ✓"]),
        (Event(EventKind.TOOL_END, "Bash", "make", "exit 2", ok=False, seconds=61), ["Bash  make  ✕ 1m 01s exit 2"]),
        (Event(EventKind.TOOL_START, "Bash", "make"), ["Bash  make  …"]),
        (Event(EventKind.TEXT, "One.\n\nTwo."), ["One.", "Two."]),
        (Event(EventKind.DONE, detail="6 turns", ok=True, seconds=7322), ["✓ ended well  6 turns  2h 02m"]),
        (Event(EventKind.PLAN, "1/2 Commit", "✓ Mend\n○ Commit"), ["Plan  1/2 Commit"]),
        (Event(EventKind.LIMIT, ok=True), []),
        (Event(EventKind.USAGE, tokens=Tokens(1)), []),
    ],
)
def test_an_event_is_a_line_for_people(event: Event, lines: list[str]) -> None:
    assert [line.text for line in readable(event)] == lines
    assert all(line.kind is event.kind for line in readable(event))


def test_what_is_thought_is_dimmed() -> None:
    assert readable(Event(EventKind.THINK, "Hm."))[0].parts[0].tone is Tone.QUIET
    assert readable(Event(EventKind.TEXT, "So."))[0].parts[0].tone is Tone.TEXT
