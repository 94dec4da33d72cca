"""Transcripts: bytes of each format become events, however they are cut and whatever they are."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

from soda_tui.domain.runs.events import Event, EventKind
from soda_tui.domain.runs.progress import progress_of
from soda_tui.domain.runs.readable import readable
from soda_tui.domain.transcripts import FORMATS, guess, parser
from soda_tui.domain.transcripts.lines import HEAD, LONGEST, ByteLines
from soda_tui.domain.transcripts.values import LONGEST_TEXT

FOLDER = Path(__file__).parents[1] / "transcripts"
TRANSCRIPTS = sorted(path for path in FOLDER.glob("*/*") if path.suffix != ".events")
EACH = pytest.mark.parametrize(
    "path", [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in TRANSCRIPTS]
)
# Bytes that terminals, decoders and parsers stumble over.
HOSTILE = (
    b"\x1b", b"\x1b[31", b"\x1b]52;c;eA==", b"\x9b2J", b"\xc2\x9b2J", b"\x00", b"\x07", b"\r", b"\n", b"\xff", b"\xc3",
    b"\xf0\x9f", "\u202e".encode(), "\u2066".encode(), "\u2028".encode(), b"\\u001b[2J", b"\\u202e", b"\\ud83d", b"\\",
    b'"', b"{", b"}", b"[" * 2000, b"null", b"-1", b"1e999", b"99999999999999999999999", b"true", b'"text"',
    b"\xef\xbb\xbf",
)  # fmt: skip


def events_of(format: str, pieces: Iterable[bytes]) -> list[Event]:
    """What a parser makes of a stream in these pieces."""
    reads = parser(format)
    found = [event for piece in pieces for event in reads.feed(piece)]
    return found + reads.end()


def strings(value: object) -> Iterator[str]:
    """Every text in an event."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from strings(getattr(value, name))


def assert_harmless(events: list[Event]) -> None:
    """No control, no escape sequence, no mark of direction; all of it bounded, and of use to what reads events."""
    for event in events:
        for text in strings(event):
            assert len(text) <= LONGEST_TEXT
            for letter in set(text) - {"\n"}:
                assert unicodedata.category(letter) not in {"Cc", "Cs", "Zl", "Zp"}, repr(text)
                assert unicodedata.bidirectional(letter) not in {
                    "LRE",
                    "RLE",
                    "LRO",
                    "RLO",
                    "PDF",
                    "LRI",
                    "RLI",
                    "FSI",
                    "PDI",
                }
        for line in readable(event):
            assert "\n" not in line.text
        assert not event.session.startswith("-") and not event.tool_id.startswith("-")
    progress = progress_of(events)
    assert len(progress.under_way) <= 32 and progress.tally.spent().tokens.total >= 0
    assert msgspec.json.decode(msgspec.json.encode(events), type=list[Event]) == events


@EACH
def test_the_events_of_a_transcript(path: Path) -> None:
    events = events_of(path.parent.name, [path.read_bytes()])
    wanted = path.with_name(f"{path.name}.events").read_bytes().splitlines()
    assert [msgspec.json.encode(event).decode() for event in events] == [line.decode() for line in wanted]
    assert_harmless(events)


@EACH
def test_its_format_is_told_by_its_first_lines(path: Path) -> None:
    told = "text" if path.parent.name == "copilot" else path.parent.name
    assert guess(path.read_bytes()) == told


@EACH
def test_where_a_stream_is_cut_makes_no_difference(path: Path) -> None:
    format, data = path.parent.name, path.read_bytes()
    whole = events_of(format, [data])
    assert events_of(format, [data[at : at + 1] for at in range(len(data))]) == whole
    for at in range(0, len(data), 31):
        assert events_of(format, [data[:at], data[at:]]) == whole, at


@EACH
def test_what_is_not_whole_yet_is_looked_at_without_a_trace(path: Path) -> None:
    format, data = path.parent.name, path.read_bytes()
    reads = parser(format)
    found: list[Event] = []
    for at in range(0, len(data), 7):
        found += reads.feed(data[at : at + 7])
        assert_harmless(reads.pending())
    assert found + reads.end() == events_of(format, [data])


def goes_on(format: str, data: bytes, at: int) -> list[Event]:
    """What comes of a stream where another parser goes on at the end of the last whole line before this place."""
    first = parser(format)
    found = first.feed(data[:at])
    second = parser(format, first.state())
    return found + second.feed(data[data.rfind(b"\n", 0, at) + 1 :]) + second.end()


@EACH
def test_another_parser_goes_on_where_one_stood(path: Path) -> None:
    format, data = path.parent.name, path.read_bytes()
    whole = events_of(format, [data])
    for at in range(0, len(data), 97):
        assert goes_on(format, data, at) == whole, at


def mutated(chance: random.Random, data: bytes) -> bytes:
    """A transcript with some of its bytes changed, left out, doubled, moved, or made hostile."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at, length = chance.randrange(len(found) + 1), chance.randint(0, 30)
        match chance.randrange(5):
            case 0:
                found[at:at] = chance.choice(HOSTILE)
            case 1:
                del found[at : at + length]
            case 2:
                found[at:at] = found[max(0, at - length * 5) : at]
            case 3:
                found[at : at + length] = chance.randbytes(length)
            case 4:
                found[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(found)


def fuzz(rounds: int, seed: int) -> None:
    """Mutated transcripts and random bytes, to every parser, cut anywhere."""
    chance = random.Random(seed)
    for _ in range(rounds):
        path = chance.choice(TRANSCRIPTS)
        data = mutated(chance, path.read_bytes()) if chance.random() < 0.9 else chance.randbytes(300)
        format = path.parent.name if chance.random() < 0.8 else chance.choice(FORMATS)
        assert guess(data) in FORMATS
        whole = events_of(format, [data])
        assert_harmless(whole)
        cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randint(1, 9)))
        pieces = [data[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        assert events_of(format, pieces) == whole
        assert goes_on(format, data, cuts[0]) == whole


def test_no_bytes_crash_a_parser_or_let_an_escape_sequence_through() -> None:
    fuzz(600, 5)


@pytest.mark.wide
@pytest.mark.parametrize("seed", range(8))
def test_no_bytes_do_so_at_length(seed: int) -> None:
    fuzz(4000, 100 + seed)


@pytest.mark.parametrize("letter", HOSTILE)
def test_hostile_text_in_a_known_event_is_harmless(letter: bytes) -> None:
    text = letter.decode("latin-1") * 3
    line = msgspec.json.encode(
        {"type": "assistant", "message": {"id": text, "content": [
            {"type": "text", "text": text}, {"type": "tool_use", "id": text, "name": text, "input": {text: text}}]}}
    )  # fmt: skip
    assert_harmless(events_of("claude", [line, b"\n"]))


def test_a_line_of_50_mb_takes_little_room_and_what_follows_is_read() -> None:
    lines = ByteLines()
    found: list[bytes] = []
    for _ in range(50):
        found += lines.feed(b"x" * 2**20)
        assert len(lines._rest) <= LONGEST
    found += lines.feed(b"\nnext\n")
    assert found == [b"x" * HEAD + "…".encode(), b"next"]
    assert ByteLines(40_000).feed(b"y" * 40_001 + b"\nz\n") == [b"y" * HEAD + "…".encode(), b"z"]
    assert ByteLines(40_000).feed(b"a\n" + b"y" * 40_000 + b"\n")[1] == b"y" * 40_000
    long = b'{"type":"assistant","message":{"content":[{"type":"text","text":"' + b"w" * 2_000_000 + b'"}]}}\n'
    (event,) = events_of("claude", [long])
    assert event.kind is EventKind.TEXT and not event.raw and event.text.endswith("w…")


def test_plain_talk_of_limits_and_prompts_is_neither() -> None:
    talk = (
        "I added a prompt [y/N] before it removes files.", "The usage limit is read from the header.",
        "Do you want dark mode? I chose light.", "You have reached the end of the limit table.",
        "It asks: Continue? (y/n) and waits.", "Rate limits are hard.", "quota exceeded errors are now retried",
    )  # fmt: skip
    events = events_of("text", ["\n".join(talk).encode()])
    assert [event.text for event in events if event.kind is not EventKind.TEXT] == []
