"""What reading one PDF may cost, counted in work rather than in time, so that a verdict never depends on the machine.

A PDF is a program in miniature: streams unpack, forms call forms, font maps span ranges.
Whatever can multiply passes here first. The counts are set so that the worst file ends
within ten seconds on one core (M25, M27).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from pdfminer.ascii85 import ascii85decode, asciihexdecode
from pdfminer.lzw import LZWDecoder

from mappings.tables.found import Problem
from mappings.tables.problems import Refused

MAX_PAGES: Final = 200
MAX_OBJECTS: Final = 60_000
_STREAM: Final = 20 * 1024 * 1024
_UNPACKED: Final = 100 * 1024 * 1024
_MENDABLE: Final = (
    512 * 1024
)  # longest damaged stream in which the library may look for the fault, byte by byte
_WORK: Final = 800_000  # instructions and pairs of rules; a drawn letter or line costs as much as four
_PER_MARK: Final = 4
_TOKEN_SIGNS: Final = (b"(", b"<", b"[", b"/")
_GLYPHS: Final = 70_000
_PIECE: Final = 1024 * 1024
_FLATE: Final = frozenset({"FlateDecode", "Fl"})
_LZW: Final = frozenset({"LZWDecode", "LZW"})
_RUNS: Final = frozenset({"RunLengthDecode", "RL"})
_PACKINGS: Final = _FLATE | _LZW | _RUNS
_SLOW: Final = 20  # a byte of LZW costs as much as so many of the usual packing
_SHAPE: Final = {"Columns": 100_000, "Colors": 32, "BitsPerComponent": 32}

_NOISE = re.compile(rb"%[^\r\n]*|[ \t\r\n\f\x00]+")
_HEX: Final = rb"<([0-9A-Fa-f]{1,8})>"
_CHARACTERS = re.compile(rb"beginbfchar((?:<[0-9A-Fa-f]*>)*)endbfchar")
_PAIR = re.compile(_HEX + rb"<([0-9A-Fa-f]{2,64})>")
_RANGES = re.compile(rb"beginbfrange((?:<[0-9A-Fa-f]*>|\[|\])*)endbfrange")
_RANGE = re.compile(_HEX + _HEX + rb"(?:<([0-9A-Fa-f]{2,64})>|\[((?:<[0-9A-Fa-f]*>)*)\])")
_TARGET = re.compile(rb"<([0-9A-Fa-f]*)>")


class Meter:
    """Counts down what is left for one file; every method raises `Refused` (TOO_LARGE or BOMB) at the end of it."""

    def __init__(self) -> None:
        self._left = {"unpacked": _UNPACKED, "work": _WORK}

    def unpack(self, stream: Any) -> None:
        """Let a stream be unpacked only if the result is bounded; pictures are never unpacked at all."""
        if getattr(stream.get("Subtype"), "name", "") == "Image":
            stream.data, stream.rawdata = b"", None
            return
        names = [getattr(name, "name", "") for name in _listed(stream.get_any(("F", "Filter"), []))]
        _refuse_odd_shape(stream.get_any(("DP", "DecodeParms", "FDecodeParms"), {}))
        if "" in names or sum(name in _PACKINGS for name in names) > 1 or len(names) > 3:
            raise Refused(Problem.BOMB, "nén nhiều lớp")
        self._spend("unpacked", _size_after(names, stream.rawdata or b""), Problem.BOMB)

    def instruct(self, instructions: bytes) -> None:
        """Drawing instructions about to be carried out, counted each time a page or a form runs them."""
        signs = sum(map(instructions.count, _TOKEN_SIGNS))
        self._spend("work", 50 + len(instructions.split()) + signs)

    def mark(self, count: int = 1) -> None:
        """Letters, lines and pictures put on a page."""
        self._spend("work", _PER_MARK * count)

    def meet(self, count: int) -> None:
        """Pairs of rules compared with each other, squares between them."""
        self._spend("work", count)

    def _spend(self, what: str, amount: int, problem: Problem = Problem.TOO_LARGE) -> None:
        self._left[what] -= amount
        if self._left[what] < 0:
            raise Refused(
                problem, "quá nhiều chữ và nét vẽ" if problem is Problem.TOO_LARGE else "trên 100 MB"
            )


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _size_after(names: Sequence[str], packed: bytes) -> int:
    """What unpacking costs, in bytes of the usual packing. Raises `Refused` (BOMB)."""
    for name in names:
        if name in {"ASCII85Decode", "A85"}:
            packed = ascii85decode(packed)
        elif name in {"ASCIIHexDecode", "AHx"}:
            packed = asciihexdecode(packed)
        elif name in _FLATE:
            return _unpacked_size(packed)
        elif name in _LZW:
            return _SLOW * _lzw_size(packed)
        elif name in _RUNS:
            return 64 * len(packed)
    return len(packed)


def _lzw_size(packed: bytes) -> int:
    size = 0
    for piece in LZWDecoder(BytesIO(packed)).run():
        size += len(piece)
        if size > _STREAM // _SLOW:
            raise Refused(Problem.BOMB, "trên 1 MB một phần nén kiểu cũ")
    return size


def _unpacked_size(packed: bytes) -> int:
    """How long a deflated stream becomes, found out piece by piece. Raises `Refused` (BOMB)."""
    unpacker = zlib.decompressobj()
    size = 0
    try:
        while packed and not unpacker.eof:
            size += len(unpacker.decompress(packed, _PIECE))
            if size > _STREAM:
                raise Refused(Problem.BOMB, "trên 20 MB một phần")
            packed = unpacker.unconsumed_tail
    except zlib.error as error:
        if size + len(packed) > _MENDABLE:
            raise Refused(Problem.DAMAGED) from error
    return size


def _refuse_odd_shape(parameters: Any) -> None:
    """A picture's row of a billion columns is memory asked for by a number alone."""
    for one in _listed(parameters):
        for name, most in _SHAPE.items():
            value = one.get(name, 0) if isinstance(one, dict) else 0
            if not isinstance(value, int) or value > most:
                raise Refused(Problem.DAMAGED)


def refuse_wide_ranges(widths: Any, step: int) -> None:
    """Raise `Refused` for a font's width table ("W" in steps of 3, "W2" of 5) that spans more than a font can."""
    numbers: list[Any] = []
    span = 0
    for value in widths if isinstance(widths, list) else ():
        if isinstance(value, list):
            numbers = []
        else:
            numbers.append(value)
        if len(numbers) == step:
            first, last = numbers[:2]
            span += max(0, last - first) if isinstance(first, int) and isinstance(last, int) else 0
            numbers = []
    if span > 4 * _GLYPHS:
        raise Refused(Problem.DAMAGED)


def plain_map(data: bytes) -> bytes:
    """A font's map from codes to letters, written anew as single pairs.

    Only what is understood here reaches the library: a range of four thousand million
    codes, or one hidden in a comment, has no way through. What is left out shows as
    unknown letters, and a page of those is refused with its sentence.
    """
    text = _NOISE.sub(b"", data)
    pairs: list[tuple[bytes, bytes]] = []
    for found in _CHARACTERS.finditer(text):
        pairs += _PAIR.findall(found[1])
    for found in _RANGES.finditer(text):
        for first, last, target, targets in _RANGE.findall(found[1]):
            pairs += _spread(first, last, target, _TARGET.findall(targets))
            if len(pairs) > _GLYPHS:
                raise Refused(Problem.DAMAGED)
    lines = b"\n".join(b"<%s><%s>" % pair for pair in pairs[:_GLYPHS])
    return b"begincmap\nbeginbfchar\n" + lines + b"\nendbfchar\nendcmap\n"


def _spread(first: bytes, last: bytes, target: bytes, targets: list[bytes]) -> list[tuple[bytes, bytes]]:
    start, count = int(first, 16), int(last, 16) - int(first, 16) + 1
    if not 0 < count <= _GLYPHS:
        return []
    width = len(first)
    if targets:
        return [(b"%0*X" % (width, start + at), one) for at, one in enumerate(targets[:count])]
    base, size = int(target, 16), len(target)
    written = [(b"%0*X" % (width, start + at), b"%0*X" % (size, base + at)) for at in range(count)]
    return [pair for pair in written if len(pair[1]) == size]
