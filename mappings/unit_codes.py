"""Codes of units: the QCVN 102:2016 form ("000.00.15.H40") and the QĐ 20/2020 form ("H40.15").

Both name the same levels, one with the top level last and zeros for levels not used,
the other with the top level first. Codes are compared without regard to case and never
against a strict pattern, because odd ones are in real packets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from mappings.texts import collapse

_CODE: Final = re.compile(
    r"[A-Z]{1,3}\d{1,3}(?:\.[A-Z\d]{1,4})*|\d{2,3}(?:\.\d{2,3}){1,2}\.[A-Z]{1,3}\d{1,3}", re.ASCII
)
_LABEL: Final = re.compile(r"^(?:mã (?:định danh|đơn vị|cơ quan)|mã)\s*:?\s*", re.IGNORECASE)
_WIDTHS: Final = (2, 2, 3)


def codes_in(text: str) -> tuple[str, ...]:
    """The codes of a text that holds nothing else (several between commas or semicolons); () for any other."""
    plain = _LABEL.sub("", collapse(text).strip(" .,;-–•*+")).upper()
    if not plain or not plain[-1].isalnum():
        return ()
    found = tuple(re.split(r"\s*[,;]\s*|\s+", plain))
    return found if all(map(_CODE.fullmatch, found)) else ()


def other_form(code: str) -> str:
    """The same code in the other form; "" where one form cannot be told from the other's rules."""
    groups = code.upper().split(".")
    if len(groups) == 4 and groups[3][:1].isalpha():
        used = [groups[3], *reversed(groups[:3])]
        while len(used) > 1 and not used[-1].strip("0"):
            used.pop()
        return ".".join(used) if all(group.strip("0") for group in used[1:]) else ""
    if not groups[0][:1].isalpha() or len(groups) > 4 or not all(map(str.isdigit, groups[1:])):
        return ""
    lower = [*groups[1:], *[""] * (4 - len(groups))]
    padded = [group.zfill(width) for group, width in zip(lower, _WIDTHS, strict=True)]
    return ".".join([*reversed(padded), groups[0]]) if all(map(_fits, padded, _WIDTHS)) else ""


def _fits(group: str, width: int) -> bool:
    return len(group) == width


def keys_of(codes: Sequence[str]) -> dict[str, int]:
    """Every key under which code number N is found: as written, and in the other form where nobody else has it."""
    written = {code.upper(): number for number, code in enumerate(codes) if code}
    others = [(other_form(code), number) for number, code in enumerate(codes) if code]
    count = Counter(key for key, _ in others)
    return {key: number for key, number in others if key and count[key] == 1} | written
