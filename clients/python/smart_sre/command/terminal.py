"""What a terminal shows: colours where there is one and nobody forbids them, and no text that commands it."""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

# Telemetry may hold escape sequences, and characters that turn the direction of text around.
_COMMANDS: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_UNSAFE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STYLES: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_WIDEST: Final = 110


def clean(text: object) -> str:
    """Return a text that can do nothing to a terminal."""
    return _UNSAFE.sub("·", _COMMANDS.sub("", str(text).replace("\r\n", "\n")))


def one_line(text: object, width: int) -> str:
    """Return a clean text on one line, cut at a width."""
    line = " ".join(clean(text).split())
    return line if len(line) <= width else line[: max(width - 1, 0)] + "…"


class Terminal:
    """An output: a person's terminal, or a pipe that gets plain text."""

    def __init__(self, out: TextIO | None = None, error: TextIO | None = None) -> None:
        self.out = out or sys.stdout
        self.error = error or sys.stderr
        self.live = self.out.isatty() and os.environ.get("TERM") != "dumb"
        self.colours = self.live and not os.environ.get("NO_COLOR")
        self.width = min(shutil.get_terminal_size((100, 24)).columns, _WIDEST) if self.live else 100

    def say(self, text: str = "") -> None:
        """Write a line."""
        self.out.write(f"{text}\n")

    def complain(self, text: str) -> None:
        """Write a line for whoever wants to know what went wrong."""
        self.error.write(f"{text}\n")

    def style(self, text: str, *styles: str) -> str:
        """Return a text in colours, where there are any."""
        if not self.colours or not text:
            return text
        return f"\x1b[{';'.join(_STYLES[each] for each in styles)}m{text}\x1b[0m"

    def heading(self, text: str) -> None:
        """Write a heading."""
        self.say()
        self.say(self.style(text, "bold"))

    def paragraph(self, text: object, *, indent: str = "", first: str | None = None) -> None:
        """Write a text, wrapped."""
        lines = clean(text).splitlines() or [""]
        begin = indent if first is None else first
        for number, line in enumerate(lines):
            for wrapped in textwrap.wrap(
                line,
                self.width,
                initial_indent=begin if not number else indent,
                subsequent_indent=indent,
                break_on_hyphens=False,
            ) or [""]:
                self.say(wrapped)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[object]], *, wide: int) -> None:
        """Write rows in columns; the column `wide` gets what room is left."""
        cells = [[one_line("" if each is None else each, 200) for each in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
        others = sum(widths) - widths[wide] + 2 * (len(widths) - 1)
        if self.live:
            widths[wide] = max(min(widths[wide], self.width - others), 12)
        self.say(self.style(_row(heads, widths), "dim"))
        for row in cells:
            self.say(_row([one_line(cell, width) for cell, width in zip(row, widths, strict=True)], widths))

    def progress(self, pct: int, label: str) -> None:
        """Show how far something is: a bar that moves, or a line for each step."""
        if not self.live:
            self.say(f"{pct:3d} %  {one_line(label, 80)}")
            return
        room = 30
        done = room * pct // 100
        bar = self.style("━" * done, "cyan") + self.style("━" * (room - done), "dim")
        self.out.write(f"\r\x1b[2K{bar} {pct:3d} %  {one_line(label, self.width - 45)}")
        self.out.flush()

    def end_progress(self) -> None:
        """Leave the bar as it is."""
        if self.live:
            self.say()


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
