"""The letters of a PDF put together to lines and cells: a page knows places only, neither words nor paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mappings.tables.pdfpages import Letter

_GAP: Final = 0.18  # of the letter's height: less is inside a word, a space is about a quarter
_SAME_LINE: Final = 0.5
_SPACE: Final = 0.25
_MARGINS: Final = 12.0  # both sides of a cell as word processors set them, points


def lines_of(letters: Sequence[Letter]) -> list[str]:
    """The text of some letters, line by line, spaces put where the letters stand apart."""
    return [_line(line) for line in _grouped(letters)]


def cell_text(letters: Sequence[Letter], width: float) -> str:
    """A cell's text, its lines put together the way they were typed.

    Where the next line's first word would have fitted into this one (points, margins of a
    cell taken off), the drafter began a new line; elsewhere the line was only full.
    """
    lines = _grouped(letters)
    text = ""
    for number, line in enumerate(lines):
        if number:
            before = lines[number - 1]
            needed = (
                before[-1].x1 - before[0].x0 + _first_word(line) + _SPACE * (line[0].bottom - line[0].top)
            )
            text += "\n" if needed < width - _MARGINS else " "
        text += _line(line)
    return text


def _grouped(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Letters that share a line, lines from the top, letters from the left."""
    lines: list[list[Letter]] = []
    middle = 0.0
    for letter in sorted(letters, key=lambda letter: letter.top + letter.bottom):
        here = (letter.top + letter.bottom) / 2
        if not lines or here - middle > _SAME_LINE * (letter.bottom - letter.top):
            lines.append([])
            middle = here
        lines[-1].append(letter)
    return [line for line in map(_ordered, lines) if line]


def _ordered(letters: list[Letter]) -> list[Letter]:
    """From left to right, without the blanks at both ends."""
    line = sorted(letters, key=lambda letter: letter.x0)
    while line and line[-1].text.isspace():
        line.pop()
    while line and line[0].text.isspace():
        del line[0]
    return line


def _line(letters: list[Letter]) -> str:
    parts: list[str] = []
    end = letters[0].x0
    for letter in letters:
        if letter.x0 - end > _GAP * (letter.bottom - letter.top):
            parts.append(" ")
        parts.append(letter.text)
        end = max(end, letter.x1)
    return "".join(parts)


def _first_word(letters: list[Letter]) -> float:
    end = letters[0].x1
    for letter in letters:
        if letter.text.isspace() or letter.x0 - end > _GAP * (letter.bottom - letter.top):
            break
        end = max(end, letter.x1)
    return end - letters[0].x0
