"""PDF files for the tests, written object by object: ruled tables, Vietnamese letters, and every kind of trap.

The font has no outlines, so no font file is needed; a ToUnicode map says which letter each
code is, as real writers do for letters outside the Latin code pages.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 842, 595
SIZE = 10
ADVANCE = 5.0


@dataclass
class Drawing:
    """The instructions of one page; heights are counted from the top."""

    letters: dict[str, int]
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, top: float, line: str) -> None:
        codes = "".join(f"{self._code(letter):04X}" for letter in line)
        self.parts.append(f"BT /F1 {SIZE} Tf 1 0 0 1 {x:.1f} {HEIGHT - top - SIZE:.1f} Tm <{codes}> Tj ET")

    def rule(self, x0: float, top: float, x1: float, bottom: float) -> None:
        self.parts.append(f"{x0:.1f} {HEIGHT - top:.1f} m {x1:.1f} {HEIGHT - bottom:.1f} l S")

    def box(self, x0: float, top: float, x1: float, bottom: float) -> None:
        self.parts.append(f"{x0:.1f} {HEIGHT - bottom:.1f} {x1 - x0:.1f} {bottom - top:.1f} re S")

    def picture(self, x0: float, top: float, x1: float, bottom: float) -> None:
        self.parts.append(
            f"q {x1 - x0:.1f} 0 0 {bottom - top:.1f} {x0:.1f} {HEIGHT - bottom:.1f} cm /Im1 Do Q"
        )

    def _code(self, letter: str) -> int:
        return self.letters.setdefault(letter, len(self.letters) + 1)


def wrapped(text: str, width: float) -> list[str]:
    """Lines that fit, broken between words as a writer breaks them; "\\n" begins a paragraph."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if len(longer) * ADVANCE > width - 6 and line:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def ruled(
    page: Drawing,
    xs: Sequence[float],
    top: float,
    rows: Iterable[Sequence[str | None]],
    *,
    side_rules: bool = True,
) -> float:
    """Draw rows of cells and give the height at their end; None joins a cell to the one at its left."""
    for row in rows:
        spans = _spans(row)
        texts = [(first, wrapped(row[first] or "", xs[last + 1] - xs[first])) for first, last in spans]
        bottom = top + 6 + 12 * max(len(lines) for _, lines in texts)
        for first, lines in texts:
            for number, line in enumerate(lines):
                page.text(xs[first] + 3, top + 3 + 12 * number, line)
        for first, last in spans:
            page.rule(xs[first], top, xs[last + 1], top)
            page.rule(xs[first], bottom, xs[last + 1], bottom)
            if first or side_rules:
                page.rule(xs[first], top, xs[first], bottom)
        if side_rules:
            page.rule(xs[-1], top, xs[-1], bottom)
        top = bottom
    return top


def _spans(row: Sequence[str | None]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for column, cell in enumerate(row):
        if cell is None and spans:
            spans[-1] = (spans[-1][0], column)
        else:
            spans.append((column, column))
    return spans


def letter_map(letters: Mapping[str, int]) -> str:
    """The ToUnicode map of these letters."""
    pairs = "\n".join(
        f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, code in letters.items()
    )
    head = "/CIDInit /ProcSet findresource begin\nbegincmap\n1 begincodespacerange <0000> <FFFF> endcodespacerange"
    return f"{head}\n{len(letters)} beginbfchar\n{pairs}\nendbfchar\nendcmap end"


@dataclass
class Pdf:
    """A file growing object by object. `catalog` goes into the root, `fonts` may replace the font's map."""

    letters: dict[str, int] = field(default_factory=dict)
    drawings: list[Drawing] = field(default_factory=list)
    catalog: str = ""
    extra: list[bytes] = field(default_factory=list)
    to_unicode: str | None = None
    widths: str = "[]"
    trailer: str = ""
    packed: bool = True
    page_extra: str = ""

    def page(self) -> Drawing:
        self.drawings.append(Drawing(self.letters))
        return self.drawings[-1]

    def made(self) -> bytes:
        """The whole file: objects 1 root, 2 pages, 3 font, 4 descendant, 5 map, 6 picture, then pages, then extra."""
        count = len(self.drawings)
        first = 7
        kids = " ".join(f"{first + 2 * number} 0 R" for number in range(count))
        unicode_map = letter_map(self.letters) if self.to_unicode is None else self.to_unicode
        objects = [
            f"<< /Type /Catalog /Pages 2 0 R {self.catalog} >>".encode(),
            f"<< /Type /Pages /Kids [{kids}] /Count {count} /MediaBox [0 0 {WIDTH} {HEIGHT}] >>".encode(),
            (
                b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
                b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
            ),
            (
                "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering "
                f"(Identity) /Supplement 0 >> /DW {int(ADVANCE * 100)} /W {self.widths} /FontDescriptor << /Type "
                "/FontDescriptor /FontName /Song /Flags 4 /Ascent 800 /Descent -200 >> >>"
            ).encode(),
            stream_of(unicode_map.encode(), packed=self.packed),
            stream_of(
                b"\xff" * 64,
                "/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8 /ColorSpace /DeviceGray",
                packed=self.packed,
            ),
        ]
        for number, drawing in enumerate(self.drawings):
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /Contents {first + 2 * number + 1} 0 R /Resources << "
                f"/Font << /F1 3 0 R >> /XObject << /Im1 6 0 R /Fm1 {first + 2 * count} 0 R >> >> "
                f"{self.page_extra} >>".encode()
            )
            objects.append(stream_of("\n".join(drawing.parts).encode(), packed=self.packed))
        return file_of([*objects, *self.extra], self.trailer)


def stream_of(content: bytes, settings: str = "", *, packed: bool = True) -> bytes:
    """A stream object's body, deflated or not."""
    data = zlib.compress(content) if packed else content
    flate = "/Filter /FlateDecode " if packed else ""
    return f"<< {settings} {flate}/Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def file_of(objects: Sequence[bytes], trailer: str = "") -> bytes:
    """The objects with their numbers, the table of their places and the trailer."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places: list[int] = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    for place in places:
        out += f"{place:010d} 00000 n \n".encode()
    out += (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return bytes(out)


COLUMNS = (30.0, 70.0, 400.0, 560.0, 690.0, 810.0)


def pdf_table(
    rows: Sequence[Sequence[str | None]],
    columns: Sequence[float] = COLUMNS,
    *,
    header: Sequence[str] = (),
    side_rules: bool = True,
) -> bytes:
    """A table over as many pages as it needs; `header` is repeated on each of them."""
    pdf = Pdf()
    waiting = list(rows)
    while waiting:
        page = pdf.page()
        top = ruled(page, columns, 40, [header], side_rules=side_rules) if header else 40.0
        while waiting and top < HEIGHT - 90:
            top = ruled(page, columns, top, [waiting.pop(0)], side_rules=side_rules)
        page.text(WIDTH / 2, HEIGHT - 30, str(len(pdf.drawings)))
    return pdf.made()
