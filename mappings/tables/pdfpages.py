"""The pages of a PDF as letters, rules and pictures with their places; nothing is rendered or run (M27).

pdfminer's parser is used through classes that ask the meter first. Of a document only
its pages are walked; scripts, launch actions and files inside are looked for and named,
never followed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Any, Final

import pdfminer.pdfpage
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTFigure, LTImage, LTLine, LTRect
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, resolve1

from mappings.tables.found import Problem
from mappings.tables.pdfmeter import MAX_OBJECTS, MAX_PAGES, Meter, plain_map, refuse_wide_ranges
from mappings.tables.problems import Refused

_THIN: Final = 3.0
_SHORT: Final = 1.0
_SCRIPTS: Final = frozenset({"JS", "JavaScript"})
_LAUNCHES: Final = frozenset({"Launch", "ImportData", "SubmitForm", "GoToE", "RichMediaExecute"})
_FONT_FILES: Final = frozenset({"FontFile", "FontFile2", "FontFile3"})

# What strangers write into a PDF is no news for the log: the outcome is one problem with its sentence.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Letter:
    """One glyph's text and box in points, from the top left of its page."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One straight line, horizontal or vertical."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True)
class PdfPage:
    """What stands on one page; `pictured` is the share of it that the largest picture covers."""

    number: int
    width: float
    height: float
    letters: list[Letter] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictured: float = 0.0


class PdfFile:
    """An opened PDF. Raises `Refused`: ENCRYPTED, ACTIVE_CONTENT, DAMAGED, BOMB, TOO_LARGE."""

    def __init__(self, data: bytes, meter: Meter) -> None:
        self._meter = meter
        try:
            self._document = PDFDocument(_Parser(data, meter))
        except PDFEncryptionError as error:
            raise Refused(Problem.ENCRYPTED) from error
        if self._document.encryption is not None:
            raise Refused(Problem.ENCRYPTED)
        self.has_file_inside = _look_for_actions(self._document)

    def pages(self) -> Iterator[PdfPage]:
        """Every page in order. Raises `Refused` (TOO_LARGE) for more than 200."""
        manager = _Fonts()
        for number, page in enumerate(pdfminer.pdfpage.PDFPage.create_pages(self._document), start=1):
            if number > MAX_PAGES:
                raise Refused(Problem.TOO_LARGE, f"trên {MAX_PAGES} trang")
            device = _Device(manager, self._meter)
            _Interpreter(manager, device, self._meter).process_page(page)
            layout = device.get_result()
            yield _page(number, layout)


class _Parser(PDFParser):
    """A parser that has every stream of the file measured before anybody can unpack it."""

    def __init__(self, data: bytes, meter: Meter) -> None:
        super().__init__(BytesIO(data))
        self._meter = meter

    def push(self, *objs: Any) -> None:
        for _, obj in objs:
            if isinstance(obj, PDFStream):
                self._meter.unpack(obj)
        super().push(*objs)


class _Fonts(PDFResourceManager):
    """Fonts are made from their maps and widths only; a font program is code of its own."""

    def get_font(self, objid: object, spec: Any) -> Any:
        spec = dict(spec)
        refuse_wide_ranges(resolve1(spec.get("W")), 3)
        refuse_wide_ranges(resolve1(spec.get("W2")), 5)
        descriptor = resolve1(spec.get("FontDescriptor"))
        if isinstance(descriptor, dict):
            kept = {name: value for name, value in descriptor.items() if name not in _FONT_FILES}
            spec["FontDescriptor"] = kept
        letters = resolve1(spec.get("ToUnicode"))
        if isinstance(letters, PDFStream) and not letters.get("plain"):
            letters.data, letters.rawdata = plain_map(letters.get_data()), None
            letters.attrs = {**letters.attrs, "plain": True}
        return super().get_font(objid, spec)


class _Interpreter(PDFPageInterpreter):
    """Carries out a page's instructions, counting their bytes each time a page or a form runs them."""

    def __init__(self, manager: PDFResourceManager, device: _Device, meter: Meter) -> None:
        super().__init__(manager, device)
        self._meter = meter

    def dup(self) -> _Interpreter:
        return _Interpreter(self.rsrcmgr, self.device, self._meter)  # type: ignore[arg-type]

    def execute(self, streams: Any) -> None:
        for stream in streams:
            given = resolve1(stream)
            if isinstance(given, PDFStream):
                self._meter.instruct(given.get_data())
        super().execute(streams)


class _Device(PDFPageAggregator):
    """Takes what is drawn, counting it."""

    def __init__(self, manager: PDFResourceManager, meter: Meter) -> None:
        super().__init__(manager, laparams=None)
        self._meter = meter

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        self._meter.mark()
        return super().render_char(*args, **kwargs)

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
        self._meter.mark(1 + len(path) // 4)
        super().paint_path(gstate, stroke, fill, evenodd, path)

    def begin_figure(self, name: str, bbox: Any, matrix: Any) -> None:
        self._meter.mark()
        super().begin_figure(name, bbox, matrix)


def _numbers(document: PDFDocument) -> set[int]:
    """Numbers of all objects. Raises `Refused` (TOO_LARGE) for a table that promises more than any file holds.

    A packed table is counted by its own ranges: the library's list misplaces all but the first.
    """
    numbers: set[int] = set()
    for xref in document.xrefs:
        ranges = getattr(xref, "ranges", None)
        if ranges is None:
            numbers.update(islice(xref.get_objids(), MAX_OBJECTS + 1))
        elif sum(int(count) for _, count in ranges) <= MAX_OBJECTS:
            numbers.update(number for start, count in ranges for number in range(start, start + count))
        else:
            raise Refused(Problem.TOO_LARGE, f"trên {MAX_OBJECTS} đối tượng")
    if len(numbers) > MAX_OBJECTS:
        raise Refused(Problem.TOO_LARGE, f"trên {MAX_OBJECTS} đối tượng")
    return numbers


def _look_for_actions(document: PDFDocument) -> bool:
    """Whether a file stands inside. Raises `Refused` (ACTIVE_CONTENT) for what would run when opened."""
    has_file = False
    waiting: list[Any] = [_object(document, number) for number in _numbers(document)]
    steps = 20 * MAX_OBJECTS
    while waiting and steps:
        steps -= 1
        value = waiting.pop()
        if isinstance(value, PDFStream):
            value = value.attrs
        if isinstance(value, dict):
            _refuse_action(value)
            has_file = has_file or isinstance(resolve1(value.get("EF")), dict)
            waiting.extend(one for one in value.values() if isinstance(one, dict | list))
        elif isinstance(value, list):
            waiting.extend(one for one in value if isinstance(one, dict | list))
    return has_file


def _object(document: PDFDocument, number: int) -> Any:
    try:
        return document.getobj(number)
    except Refused:
        raise
    except Exception:  # noqa: BLE001 (an entry that leads nowhere hides nothing either)
        return None


def _refuse_action(value: dict[str, Any]) -> None:
    kind = getattr(value.get("S"), "name", "")
    if kind in _SCRIPTS or "JS" in value or "JavaScript" in value:
        raise Refused(Problem.ACTIVE_CONTENT, "mã lệnh (JavaScript)")
    if kind in _LAUNCHES:
        raise Refused(Problem.ACTIVE_CONTENT, f"lệnh tự chạy ({kind})")


def _page(number: int, layout: Any) -> PdfPage:
    page = PdfPage(number, layout.width, layout.height)
    for item in _items(layout):
        if isinstance(item, LTChar):
            text = item.get_text()
            page.letters.append(Letter(item.x0, page.height - item.y1, item.x1, page.height - item.y0, text))
        elif isinstance(item, LTImage):
            share = item.width * item.height / max(1.0, page.width * page.height)
            page.pictured = max(page.pictured, min(1.0, share))
        elif isinstance(item, LTCurve):
            page.rules += _rules(item, page.height)
    return page


def _items(layout: Any) -> Iterator[Any]:
    """Everything on the page in the order of drawing, forms opened up."""
    waiting = [iter(layout)]
    while waiting:
        item = next(waiting[-1], None)
        if item is None:
            waiting.pop()
        elif isinstance(item, LTFigure | LTContainer):
            waiting.append(iter(item))
        else:
            yield item


def _rules(shape: Any, height: float) -> list[Rule]:
    """The straight rules of a shape: a thin box is one rule, a drawn box four, a filled one none."""
    x0, x1, top, bottom = shape.x0, shape.x1, height - shape.y1, height - shape.y0
    if min(x1 - x0, bottom - top) <= _THIN:
        if max(x1 - x0, bottom - top) <= _SHORT:
            return []
        if x1 - x0 > bottom - top:
            return [Rule(x0, (top + bottom) / 2, x1, (top + bottom) / 2)]
        return [Rule((x0 + x1) / 2, top, (x0 + x1) / 2, bottom)]
    if isinstance(shape, LTRect):
        if not shape.stroke:
            return []
        return [
            Rule(x0, top, x1, top),
            Rule(x0, bottom, x1, bottom),
            Rule(x0, top, x0, bottom),
            Rule(x1, top, x1, bottom),
        ]
    if isinstance(shape, LTLine) or not shape.stroke:
        return []
    pairs = zip(shape.pts, shape.pts[1:], strict=False)
    return [
        Rule(min(a[0], b[0]), height - max(a[1], b[1]), max(a[0], b[0]), height - min(a[1], b[1]))
        for a, b in pairs
        if abs(a[0] - b[0]) <= 0.5 or abs(a[1] - b[1]) <= 0.5
    ]
