"""The signed main file of a document: a small valid PDF, or now and then a text file."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def bare(text: str) -> str:
    """Return the text in plain ASCII; the built-in fonts of PDF know no Vietnamese letters."""
    split = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in split if letter.isascii())


def write_pdf(title: str, lines: Sequence[str]) -> bytes:
    """Return a one-page PDF 1.4: `lines` in ASCII on the page, `title` in full in its properties."""
    shown = [bare(line).replace("\\", "").replace("(", "[").replace(")", "]") for line in lines]
    stream = "BT /F1 11 Tf 14 TL 60 780 Td " + " ".join(f"({line}) '" for line in shown) + " ET"
    title_hex = ("\ufeff" + title).encode("utf-16-be").hex()
    fonts = "<< /Font << /F1 5 0 R >> >>"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources {fonts} >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Title <{title_hex}> >>",
    )
    body = "%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    body += f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    tail = f"trailer\n<< /Size {size} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{body.index('xref')}\n%%EOF\n"
    return (body + tail).encode("ascii")
