"""Foreign Markdown as lines: its structure is shown, nothing in it acts, and a link always shows where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from rich.cells import cell_len

from soda_tui.tui.folding import TextLine
from soda_tui.tui.text import Span, fit, literal
from soda_tui.tui.tones import Tone

LONGEST = 65536
"""The characters of a text that are rendered: GitHub's own limit for a body."""

_LINES = 5000
_BRACKETS = 3000
_CELL = 32
_COLUMNS = 16
_RULE = 24
_BULLETS = "•◦▪"
_BOXES = ("[ ] ", "[x] ", "[X] ")


def render(text: str, *, own: bool = False) -> list[TextLine]:
    """The text as lines; one that is too long ends with a mark.

    In a document of our `own` a line break is a space, and a table is told row by row, so that no cell is cut.
    """
    renderer = _Renderer(own)
    # Raw HTML is off, so tags and comments are shown as they were written.
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    reader.core.ruler.at("inline", _read_inline)
    renderer.blocks(reader.parse(text[:LONGEST]))
    lines = renderer.lines
    while lines and not lines[-1].plain.strip():
        lines.pop()
    if len(text) > LONGEST or len(lines) > _LINES:
        lines[_LINES:] = [TextLine((Span("… the rest is not shown.", Tone.FAINT),))]
    return lines


def _read_inline(state: StateCore) -> None:
    """Read what stands in each paragraph, up to more brackets than anybody writes; what comes then is plain text.

    Each may begin a link, and is looked at for long; keys wait while another thread has the interpreter.
    """
    left = _BRACKETS
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        left -= token.content.count("[")
        if left >= 0:
            state.md.inline.parse(token.content, state.md, state.env, token.children)
            continue
        for line in token.content.split("\n"):
            token.children += [Token("text", "", 0, content=line), Token("softbreak", "br", 0)]


class _Renderer:
    """Walks the tokens once; `_marks` is what stands before a line: quotes, list marks, their room on later lines."""

    def __init__(self, own: bool) -> None:
        self._own = own
        self.lines: list[TextLine] = []
        self._marks: list[tuple[Span, Span]] = []
        self._numbers: list[int | None] = []
        self._heading = 0
        self._tables: list[list[list[Span]]] = []

    def blocks(self, tokens: Sequence[Token]) -> None:
        """Add the lines of block tokens."""
        for token in tokens:
            match token.type:
                case "heading_open":
                    self._blank()
                    self._heading = int(token.tag[1:])
                case "heading_close":
                    self._heading = 0
                    self._blank()
                case "paragraph_close":
                    if not token.hidden:
                        self._blank()
                case "blockquote_open":
                    self._marks.append((Span("▎ ", Tone.FRAME), Span("▎ ", Tone.FRAME)))
                case "bullet_list_open":
                    self._numbers.append(None)
                case "ordered_list_open":
                    self._numbers.append(int(token.attrGet("start") or 1))
                case "list_item_open":
                    self._item()
                case "blockquote_close" | "list_item_close":
                    self._marks.pop()
                case "bullet_list_close" | "ordered_list_close":
                    self._numbers.pop()
                    if not self._numbers:
                        self._blank()
                case "fence" | "code_block":
                    self._code(token.content)
                case "hr":
                    self._add([Span("─" * _RULE, Tone.FRAME)])
                    self._blank()
                case "table_open":
                    self._tables.append([])
                case "tr_open":
                    self._tables[-1].append([])
                case "table_close":
                    (self._records if self._own else self._table)(self._tables.pop())
                case "inline":
                    self._inline(token.children or ())
                case _:
                    pass

    def _inline(self, children: Iterable[Token]) -> None:
        if self._own:
            children = [Token("text", "", 0, content=" ") if token.type == "softbreak" else token for token in children]
        rows = _spans(children, Tone.FOCUS if self._heading in (1, 2) else Tone.STRONG if self._heading else Tone.TEXT)
        if self._tables:
            if len(self._tables[-1][-1]) == _COLUMNS:
                return
            cell = ("" if self._own else " ").join(span.text for row in rows for span in row)
            self._tables[-1][-1].append(Span(cell if self._own else fit(cell, _CELL)))
            return
        for row in rows:
            if self._numbers and row and row[0].text[:4] in _BOXES:
                row = _ticked(row)
                self._marks[-1] = Span(""), self._marks[-1][1]
            self._add(row)

    def _item(self) -> None:
        number = self._numbers[-1]
        mark = _BULLETS[min(len(self._numbers), len(_BULLETS)) - 1] if number is None else f"{number}."
        if number is not None:
            self._numbers[-1] = number + 1
        self._marks.append((Span(f"{mark} ", Tone.KEY), Span(" " * (len(mark) + 1))))

    def _code(self, content: str) -> None:
        for line in content.rstrip("\n").split("\n"):
            self._add([Span("│ ", Tone.FRAME), Span(literal(line).rstrip(), Tone.STARTING)], hang=2, words=False)
        self._blank()

    def _table(self, rows: list[list[Span]]) -> None:
        widths = [max(cell_len(cell.text) for cell in column) for column in zip_longest(*rows, fillvalue=Span(""))]
        for at, row in enumerate(rows):
            spans: list[Span] = []
            for cell, width in zip(row, widths, strict=False):
                room = " " * (width - cell_len(cell.text))
                spans += [Span(cell.text + room, Tone.TEXT if at else Tone.STRONG), Span(" │ ", Tone.FRAME)]
            spans[-2:] = [Span(row[-1].text, spans[-2].tone)]
            self._add(spans, words=False)
        self._blank()

    def _records(self, rows: list[list[Span]]) -> None:
        names, *records = rows
        for first, *others in records:
            self._add([Span(first.text, Tone.STRONG)])
            for name, cell in zip(names[1:], others, strict=False):
                if cell.text:
                    said = [Span(f"{name.text}: ", Tone.QUIET)] if len(others) > 1 else []
                    self._add([Span("  "), *said, Span(cell.text, Tone.TEXT)], hang=2)
        self._blank()

    def _add(self, spans: Sequence[Span], *, hang: int = 0, words: bool = True) -> None:
        if len(self.lines) > _LINES:
            return
        marks = tuple(first for first, _ in self._marks)
        self._marks = [(later, later) for _, later in self._marks]
        hang += sum(cell_len(mark.text) for mark in marks)
        self.lines.append(TextLine((*marks, *spans), hang, words))

    def _blank(self) -> None:
        if self.lines and self.lines[-1].plain.strip():
            self.lines.append(TextLine(tuple(later for _, later in self._marks)))


def _spans(children: Iterable[Token], tone: Tone) -> list[list[Span]]:
    """The rows of inline tokens; a line break in an issue is one on the screen, as on GitHub."""
    rows: list[list[Span]] = [[]]
    tones = [tone]
    targets: list[str] = []
    for token in children:
        match token.type:
            case "text":
                rows[-1].append(Span(literal(token.content), tones[-1]))
            case "code_inline":
                rows[-1].append(Span(literal(token.content), Tone.STARTING))
            case "softbreak" | "hardbreak":
                rows.append([])
            case "strong_open":
                tones.append(Tone.STRONG)
            case "em_open":
                tones.append(tones[-1])
            case "s_open":
                tones.append(Tone.FAINT)
            case "link_open":
                targets.append(str(token.attrGet("href") or ""))
                tones.append(Tone.FOCUS)
            case "strong_close" | "em_close" | "s_close":
                tones.pop()
            case "link_close":
                tones.pop()
                target = literal(targets.pop())
                if not "".join(span.text for span in rows[-1]).endswith(target):
                    rows[-1].append(Span(f" ({target})", Tone.FAINT))
            case "image":
                source = literal(str(token.attrGet("src") or ""))
                rows[-1].append(Span(f"[image {literal(token.content)}] ({source})", Tone.FAINT))
            case _:
                pass
    return rows


def _ticked(row: list[Span]) -> list[Span]:
    """A task of a list with its box drawn."""
    done = row[0].text[1] != " "
    box = Span("☑ " if done else "☐ ", Tone.WORKING if done else Tone.QUIET)
    return [box, row[0]._replace(text=row[0].text[4:]), *row[1:]]
