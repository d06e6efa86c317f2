"""From the bytes of an attachment to its rows: the one entry of this room for files.

Whatever a file holds, the answer is a `TableReading`: rows, and problems that a drafter
can act on. Nothing leaves this function as an exception, because one bad attachment
must not stop the directives behind it.
"""

from __future__ import annotations

from mappings.tables.archive import MAX_PART, Archive
from mappings.tables.assembly import Assembly
from mappings.tables.compound import CompoundFile
from mappings.tables.delimited import MAX_PLAIN, decode, read_delimited
from mappings.tables.document import read_document
from mappings.tables.found import Problem, TableReading
from mappings.tables.grid import Grid
from mappings.tables.kinds import FileKind, kind_by_magic, refuse_disguise, refuse_runnable
from mappings.tables.oldbook import read_old_workbook
from mappings.tables.plain import bounded, office_text, plain_text
from mappings.tables.problems import Refused, place_of, report, shown
from mappings.tables.workbook import Workbook, read_workbook


def read_table(data: bytes, name: str) -> TableReading:
    """Rows of every assignment table in a file (HC-04), with origin; never raises.

    `data` is the whole file; `name` as the document system shows it, used for texts and to
    notice a disguise. XLSX, XLS (97–2003), DOCX and CSV are read; a table counts when it
    has at least a content and a lead column. A program, a macro file, an encrypted,
    broken, disguised or oversized file gives no rows and one problem (M21, M24, M25, M28).
    """
    file = shown(name)
    try:
        grids, hidden, text = _opened(data, name)
        return _assembled(file, grids, hidden, text)
    except Refused as refused:
        problem = report(refused.problem, place_of(file), detail=refused.detail)
    except Exception:  # noqa: BLE001 (the promise: whatever strangers put into a file ends here)
        problem = report(Problem.DAMAGED, place_of(file))
    return TableReading(problems=(problem,), text=plain_text(data, name))


def _opened(data: bytes, name: str) -> tuple[list[Grid], list[str], str]:
    """Grids, names of hidden sheets and the plain text. Raises `Refused` for what may not be opened."""
    kind = kind_by_magic(data)
    refuse_runnable(kind, name)
    if kind is FileKind.EMPTY:
        raise Refused(Problem.EMPTY_FILE)
    if len(data) > {FileKind.COMPOUND: MAX_PART, FileKind.TEXT: MAX_PLAIN}.get(kind, len(data)):
        raise Refused(Problem.TOO_LARGE, f"{len(data) // 1_000_000} MB")
    if kind is FileKind.ZIP:
        return _opened_package(Archive(data), name)
    if kind is FileKind.COMPOUND:
        container = CompoundFile(data)
        kind = container.kind()
        refuse_disguise(kind, name)
        if kind is FileKind.XLS:
            book = read_old_workbook(container.stream("Workbook", "Book"))
            return book.grids, book.hidden, bounded("\n".join(book.strings))
    refuse_disguise(kind, name)
    if kind is FileKind.TEXT:
        return [read_delimited(data)], [], bounded(decode(data))
    raise Refused(Problem.UNSUPPORTED, kind.value)


def _opened_package(archive: Archive, name: str) -> tuple[list[Grid], list[str], str]:
    kind = archive.kind()
    refuse_disguise(kind, name)
    if kind is FileKind.DOCX:
        return read_document(archive), [], office_text(archive)
    if kind is FileKind.XLSX:
        book: Workbook = read_workbook(archive)
        return book.grids, book.hidden, office_text(archive, book.strings)
    raise Refused(Problem.UNSUPPORTED, kind.value)


def _assembled(file: str, grids: list[Grid], hidden: list[str], text: str) -> TableReading:
    assembly = Assembly(file)
    found = [assembly.add(grid) for grid in grids]
    problems = [report(Problem.HIDDEN_SHEET, place_of(file, sheet)) for sheet in hidden]
    rows = assembly.rows()
    if not any(found) and not assembly.problems:
        problems.append(report(Problem.NO_TABLE, place_of(file)))
    return TableReading(assembly.tables(), rows, (*problems, *assembly.problems), text)
