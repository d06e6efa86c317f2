"""A DOCX document's tables as grids, in one pass over its XML.

What a reader of the page sees is what counts: tracked insertions and content controls
are read; deletions, moved-away and hidden text and the prompts of unfilled controls are
not. Numbers that Word itself puts before a paragraph are worked out where the cell holds
nothing else (the usual "TT" column) and where they count several paragraphs of a cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mappings.tables.archive import Archive
from mappings.tables.folding import tidy
from mappings.tables.found import Problem
from mappings.tables.grid import MAX_CELLS, MAX_COLUMNS, NOWHERE, Grid, Line
from mappings.tables.listnumbers import ListNumbers
from mappings.tables.nesting import is_assignment_table
from mappings.tables.officexml import namespace_of, root_of
from mappings.tables.problems import Refused

_OFF = frozenset({"0", "false", "off"})


@dataclass(slots=True)
class _Cell:
    """One w:tc: its first column, how many it covers, whether it continues the cell above or to the left."""

    start: int
    span: int
    text: str
    continues: bool
    swallowed: bool = False


class _Names:
    """The tags of the file's own dialect (transitional or strict), made once."""

    def __init__(self, namespace: str) -> None:
        def tag(local: str) -> str:
            return f"{{{namespace}}}{local}"

        self.table, self.row, self.cell, self.paragraph = tag("tbl"), tag("tr"), tag("tc"), tag("p")
        self.text = tag("t")
        self.signs = {tag("tab"): " ", tag("br"): "\v", tag("cr"): "\v", tag("noBreakHyphen"): "-"}
        self.cell_properties, self.row_properties = tag("tcPr"), tag("trPr")
        self.span, self.vertical, self.horizontal = tag("gridSpan"), tag("vMerge"), tag("hMerge")
        self.before, self.deleted, self.cell_deleted = tag("gridBefore"), tag("del"), tag("cellDel")
        self.value, self.moved_away = tag("val"), tag("moveFrom")
        self.fallback = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
        self.control, self.control_properties = tag("sdt"), tag("sdtPr")
        self.listed = tag("numPr")
        self.prompt, self.box = tag("showingPlcHdr"), tag("txbxContent")
        self.properties, self.run, self.hidden = tag("rPr"), tag("r"), tag("vanish")
        self.wrappers = {tag("sdt"), tag("sdtContent"), tag("customXml"), tag("ins"), tag("smartTag")}
        self.spoken = (self.text, *self.signs)


def read_document(archive: Archive) -> list[Grid]:
    """Every table of the body, nested ones after the table they stand in. Raises `Refused` for broken XML."""
    main = archive.main_part() or "word/document.xml"
    root = root_of(archive.read(main))
    names = _Names(namespace_of(root))
    numbers = ListNumbers(archive, main)
    has_lists = next(root.iter(names.listed), None) is not None
    reader = _Reader(names, numbers, _unseen_marks(root, names), has_lists=has_lists)
    tables = [table for table in root.iter(names.table) if not reader.is_unseen(table)]
    nested = {table for table in tables if next(table.iterancestors(names.cell), None) is not None}
    if not nested:
        return [reader.grid(table, f"Bảng {index}") for index, table in enumerate(tables, start=1)]
    return reader.with_nested(tables, nested)


def _unseen_marks(root: Any, names: _Names) -> frozenset[Any]:
    """What this document has of marks that hide text: nearly always nothing, and then nothing is asked."""
    marks = (names.moved_away, names.fallback, names.deleted, names.prompt, names.hidden, names.box)
    return frozenset(element.tag for element in root.iter(*marks))


class _Reader:
    """Walks tables; holds the counters of automatic numbers, which run through the whole document."""

    def __init__(
        self, names: _Names, numbers: ListNumbers, unseen: frozenset[Any], *, has_lists: bool
    ) -> None:
        self._names = names
        self._numbers = numbers
        self._has_lists = has_lists
        self._marks = unseen
        self._left = MAX_CELLS
        self._apart: set[Any] = set()

    def with_nested(self, tables: list[Any], nested: set[Any]) -> list[Grid]:
        """Grids where tables stand in cells: those of tasks on their own, inner before outer, the others
        as text of their cell."""
        grids: dict[Any, Grid] = {}
        for index in range(len(tables) - 1, -1, -1):
            table = tables[index]
            grids[table] = self.grid(table, f"Bảng {index + 1}")
            if table in nested and is_assignment_table(grids[table]):
                self._apart.add(table)
        return [grids[table] for table in tables if table not in nested or table in self._apart]

    def grid(self, table: Any, name: str) -> Grid:
        rows = [self._row(row) for row in self._inside(table, self._names.row)]
        _straighten(rows)
        width = min(MAX_COLUMNS, max((cell.start + cell.span for row in rows for cell in row), default=0))
        self._spend(width * len(rows))
        lines = [_line(number, row, width) for number, row in enumerate(rows, start=1)]
        return Grid(name, width, lines, continues=True)

    def _spend(self, work: int) -> None:
        """Cells, paragraphs and text looked at: nested tables are read once for each table around them."""
        self._left -= work
        if self._left < 0:
            raise Refused(Problem.TOO_LARGE, f"trên {MAX_CELLS} ô")

    def _inside(self, parent: Any, wanted: str) -> Iterator[Any]:
        """Children of one kind, also those that stand in content controls or tracked insertions."""
        for child in parent:
            if child.tag == wanted:
                yield child
            elif child.tag in self._names.wrappers:
                yield from self._inside(child, wanted)

    def _row(self, row: Any) -> list[_Cell]:
        names = self._names
        start = 0
        properties = row.find(names.row_properties)
        if properties is not None:
            if properties.find(names.deleted) is not None:
                return []
            start = _number(properties.find(names.before), names.value, 0)
        cells: list[_Cell] = []
        for element in self._inside(row, names.cell):
            cell = self._cell(element, start)
            if cell is None:
                continue
            start = cell.start + cell.span
            if cell.swallowed and cells:
                cells[-1].span += cell.span
            elif cell.start < MAX_COLUMNS:
                cells.append(cell)
        self._spend(len(cells))
        return cells

    def _cell(self, element: Any, start: int) -> _Cell | None:
        names = self._names
        span, continues, swallowed = 1, False, False
        properties = element.find(names.cell_properties)
        if properties is not None:
            for setting in properties:
                if setting.tag == names.span:
                    span = max(1, min(MAX_COLUMNS, _number(setting, names.value, 1)))
                elif setting.tag == names.vertical:
                    continues = setting.get(names.value) != "restart"
                elif setting.tag == names.horizontal:
                    swallowed = setting.get(names.value) != "restart"
                elif setting.tag == names.cell_deleted:
                    return None
        text = "" if continues or swallowed else self._cell_text(element)
        return _Cell(start, span, text, continues, swallowed)

    def _cell_text(self, cell: Any) -> str:
        paragraphs = list(cell.iter(self._names.paragraph))
        if self._marks or self._apart:
            paragraphs = [one for one in paragraphs if not self._stands_elsewhere(one, cell)]
        if len(paragraphs) == 1:
            text = self._paragraph(paragraphs[0])
            return tidy(text) or self._numbers.label(paragraphs[0])
        texts = [self._paragraph(paragraph) for paragraph in paragraphs]
        if not any(texts):
            return next((label for label in map(self._numbers.label, paragraphs) if label), "")
        if self._has_lists:
            pairs = zip(map(self._numbers.label, paragraphs), texts, strict=True)
            texts = [f"{label} {text}" if label and text.strip() else text for label, text in pairs]
        return tidy("\n".join(texts))

    def _paragraph(self, paragraph: Any) -> str:
        names = self._names
        parts: list[str] = []
        for element in paragraph.iter(*names.spoken):
            if self._marks and self._is_unsaid(element, paragraph):
                continue
            if element.tag == names.text:
                if element.text:
                    parts.append(element.text)
            else:
                parts.append(names.signs[element.tag])
        text = "".join(parts)
        self._spend(1 + len(text) // 64)
        return text

    def _is_unsaid(self, element: Any, paragraph: Any) -> bool:
        """Hidden by one of the marks, or part of a text box, whose own paragraphs say it."""
        names = self._names
        for parent in element.iterancestors():
            if parent is paragraph:
                return False
            if parent.tag == names.box or self._hides(parent):
                return True
            if parent.tag == names.run and self._is_hidden_run(parent):
                return True
        return False

    def _is_hidden_run(self, run: Any) -> bool:
        """Formatted as hidden text, which no print shows."""
        properties = run.find(self._names.properties)
        mark = properties.find(self._names.hidden) if properties is not None else None
        return mark is not None and mark.get(self._names.value) not in _OFF

    def _hides(self, element: Any) -> bool:
        """Moved away, deleted, the older copy of a drawing's text, or the prompt of an unfilled control."""
        names = self._names
        if element.tag in {names.moved_away, names.fallback, names.deleted}:
            return True
        if element.tag != names.control:
            return False
        properties = element.find(names.control_properties)
        prompt = properties.find(names.prompt) if properties is not None else None
        return prompt is not None and prompt.get(names.value) not in _OFF

    def is_unseen(self, element: Any) -> bool:
        """Whether the document shows this table or paragraph nowhere."""
        return bool(self._marks) and any(self._hides(parent) for parent in element.iterancestors())

    def _stands_elsewhere(self, paragraph: Any, cell: Any) -> bool:
        """Unseen, or in a table inside the cell that is read as a table of its own."""
        for parent in paragraph.iterancestors():
            if parent is cell:
                return False
            if parent in self._apart or (self._marks and self._hides(parent)):
                return True
        return False


def _number(element: Any, attribute: str, default: int) -> int:
    value = element.get(attribute, "") if element is not None else ""
    return int(value) if value.isdigit() and len(value) < 6 else default


def _straighten(rows: list[list[_Cell]]) -> None:
    """Put rows that were dragged out of line back under their titles.

    In tables edited by hand a row may have as many cells as the others and yet start
    them a hair to the left: to Word these are other columns, to a reader they are not.
    """
    shapes = Counter(tuple((cell.start, cell.span) for cell in row) for row in rows if len(row) > 2)
    counts = Counter(len(shape) for shape in shapes.elements())
    if not counts:
        return
    usual_count = counts.most_common(1)[0][0]
    usual = max((shape for shape in shapes if len(shape) == usual_count), key=shapes.__getitem__)
    for row in rows:
        if len(row) == usual_count:
            for cell, (start, span) in zip(row, usual, strict=True):
                cell.start, cell.span = start, span


def _line(number: int, row: list[_Cell], width: int) -> Line:
    cells = [""] * width
    above: set[int] = set()
    left: set[int] = set()
    for cell in row:
        if cell.start >= width:
            continue
        cells[cell.start] = cell.text
        if cell.continues:
            above.add(cell.start)
        if cell.span > 1:
            left.update(range(cell.start + 1, min(width, cell.start + cell.span)))
    return Line(number, cells, frozenset(above) if above else NOWHERE, frozenset(left) if left else NOWHERE)
