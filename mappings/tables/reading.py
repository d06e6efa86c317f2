"""From the bytes of an attachment to its rows: the one entry of this room for files.

Whatever a file holds, the answer is a `TableReading`: rows, and problems that a drafter
can act on. Nothing leaves this function as an exception, because one bad attachment
must not stop the directives behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mappings.tables.archive import MAX_PART, Archive
from mappings.tables.assembly import Assembly
from mappings.tables.compound import CompoundFile
from mappings.tables.delimited import MAX_PLAIN, decode, read_delimited
from mappings.tables.document import read_document
from mappings.tables.formulas import formulas_without_result, told
from mappings.tables.found import Problem, TableProblem, TableReading
from mappings.tables.kinds import FileKind, kind_by_magic, refuse_disguise, refuse_runnable
from mappings.tables.oldbook import read_old_workbook
from mappings.tables.opendocument import read_open_document
from mappings.tables.opened import Opened, Remark
from mappings.tables.pictures import has_table_picture
from mappings.tables.plain import bounded, loose_strings, markup_text, office_text, plain_text
from mappings.tables.portable import MAX_PDF, read_portable
from mappings.tables.problems import Refused, place_of, report, shown
from mappings.tables.webpage import page_text, read_page
from mappings.tables.workbook import Workbook, read_workbook
from storable import storable

_MOST_BYTES: Final = {
    FileKind.COMPOUND: MAX_PART,
    FileKind.TEXT: MAX_PLAIN,
    FileKind.HTML: MAX_PLAIN,
    FileKind.PDF: MAX_PDF,
}


def read_table(data: bytes, name: str) -> TableReading:
    """Rows of every assignment table in a file (HC-04), with origin; never raises.

    `data` is the whole file; `name` as the document system shows it, used for texts and to
    notice a disguise. XLSX, XLS (97–2003), ODS, DOCX, ODT, PDF with text, HTML (also under
    the name .xls or .doc) and CSV are read; a table counts when it has at least a content
    and a lead column. A program, a macro file, an encrypted, broken, disguised or oversized
    file gives no rows and one problem (M21, M24, M25, M27, M28). Every text can be stored.
    """
    return storable(_read(data, name))


def _read(data: bytes, name: str) -> TableReading:
    file = shown(name)
    try:
        return _assembled(file, _opened(data, name))
    except Refused as refused:
        problem = report(refused.problem, place_of(file), detail=refused.detail)
    except Exception:  # noqa: BLE001 (the promise: whatever strangers put into a file ends here)
        problem = report(Problem.DAMAGED, place_of(file))
    is_pdf = kind_by_magic(data) is FileKind.PDF  # its pages have had their chance
    return TableReading(problems=(problem,), text=loose_strings(data) if is_pdf else plain_text(data, name))


def _opened(data: bytes, name: str) -> Opened:
    """What the reader of this kind of file saw. Raises `Refused` for what may not be opened."""
    kind = kind_by_magic(data)
    refuse_runnable(kind, name)
    if kind is FileKind.EMPTY:
        raise Refused(Problem.EMPTY_FILE)
    if len(data) > _MOST_BYTES.get(kind, len(data)):
        raise Refused(Problem.TOO_LARGE, f"{len(data) // 1_000_000} MB")
    if kind is FileKind.ZIP:
        return _opened_package(Archive(data), name)
    if kind is FileKind.COMPOUND:
        container = CompoundFile(data)
        refuse_disguise(container.kind(), name)
        if container.kind() is not FileKind.XLS:
            raise Refused(Problem.UNSUPPORTED, container.kind().value)
        book = read_old_workbook(container.stream("Workbook", "Book"))
        return Opened(book.grids, bounded("\n".join(book.strings)), _hidden(book.hidden))
    refuse_disguise(kind, name)
    if kind is FileKind.IMAGE:
        raise Refused(Problem.IMAGE_TABLE, kind.value)
    if kind not in _LOOSE:
        raise Refused(Problem.UNSUPPORTED, kind.value)
    return _LOOSE[kind](data)


def _opened_text(data: bytes) -> Opened:
    return Opened([read_delimited(data)], bounded(decode(data)))


def _opened_page(data: bytes) -> Opened:
    page = read_page(data)
    return Opened(page.grids, markup_text(page_text(data)), has_picture=lambda: page.is_picture)


_LOOSE: Final[dict[FileKind, Callable[[bytes], Opened]]] = {
    FileKind.TEXT: _opened_text,
    FileKind.HTML: _opened_page,
    FileKind.PDF: read_portable,
}


def _opened_package(archive: Archive, name: str) -> Opened:
    kind = archive.kind()
    refuse_disguise(kind, name)
    if kind is FileKind.DOCX:
        opened = Opened(read_document(archive), office_text(archive))
    elif kind is FileKind.XLSX:
        book: Workbook = read_workbook(archive)
        text = office_text(archive, book.strings)
        opened = Opened(book.grids, text, _hidden(book.hidden), formulas_without_result(archive))
    elif kind in {FileKind.ODS, FileKind.ODT}:
        sheets = read_open_document(archive, is_text=kind is FileKind.ODT)
        opened = Opened(sheets.grids, office_text(archive), _hidden(sheets.hidden), sheets.formulas)
    else:
        raise Refused(Problem.UNSUPPORTED, kind.value)
    opened.has_picture = lambda: has_table_picture(archive)
    return opened


def _hidden(sheets: list[str]) -> list[Remark]:
    return [Remark(Problem.HIDDEN_SHEET, sheet) for sheet in sheets]


def _assembled(file: str, opened: Opened) -> TableReading:
    assembly = Assembly(file)
    any_table = sum(assembly.add(grid) for grid in opened.grids) > 0
    problems = [report(one.problem, place_of(file, one.table), detail=one.detail) for one in opened.remarks]
    rows, tables = assembly.rows(), assembly.tables()
    problems += told(file, opened.formulas, tables, any_table=any_table)
    if not any_table and not assembly.problems:
        problems += _nothing_found(file, opened)
    if any_table and not rows and not problems and not assembly.problems:
        problems.append(report(Problem.NO_TASK, place_of(file, tables[0].table)))
    return TableReading(tables, rows, (*problems, *assembly.problems), opened.text)


def _nothing_found(file: str, opened: Opened) -> list[TableProblem]:
    """Why there is no table: it is a picture (then said once), or there is none."""
    if any(one.problem is Problem.IMAGE_TABLE for one in opened.remarks):
        return []
    if opened.has_picture():
        return [report(Problem.IMAGE_TABLE, place_of(file), detail="hình chèn trong tệp")]
    return [report(Problem.NO_TABLE, place_of(file))]
