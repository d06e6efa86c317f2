"""Precision and recall of table reading, field by field, against a careful person's tables.

Truth is what the source says: a cell inside an area that it marks as merged continues the
one above, any other blank is blank, a row cut by a page is put together. Kind and due
date of a deadline and the unit behind a lead are the annotator's, looked up by document
and phrase; what the annotator did not judge is not counted.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from mappings.deadlines import read_deadline
from mappings.tables import TableRow
from mappings.units import UnitDirectory, UnitEntry
from tests.table_files import Area

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "dev"
FIELDS = ("row", "content", "lead", "coordinators", "kind", "due")
ASKED_FIELDS = ("content", "lead", "coordinate", "deadline")
#: A column that the list of titles leaves out, told by hand.
_BY_HAND = {("ld-sct-157-2026", "lead"): "Đơn vị chủ trì"}
_DATED = {"date", "end_of_month", "end_of_quarter", "end_of_year", "range"}


def fold(text: object) -> str:
    """Words only, small letters, NFC: how two readings of a cell are compared."""
    return re.sub(r"\W+", " ", unicodedata.normalize("NFC", str(text or "")).lower()).strip()


def spaced(text: object) -> str:
    """One space for any white space, as the corpus keys its phrases."""
    return " ".join(unicodedata.normalize("NFC", str(text or "")).split())


def lines_of(name: str) -> list[dict[str, str]]:
    """A TSV file of the corpus."""
    with (CORPUS / name).open(encoding="utf8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def documents() -> list[Document]:
    """All tables of the corpus with what the annotator says about them."""
    paths = sorted((CORPUS / "tables").glob("*.json"))
    return [Document(json.loads(path.read_text(encoding="utf8"))) for path in paths]


@dataclass(frozen=True)
class Want:
    """One task as the careful person reads it; `due` the days that count as right, None where nobody judged."""

    content: str
    lead: str
    coordinators: str | None
    deadline: str
    kind: str | None
    due: frozenset[str]


@dataclass
class Document:
    """One table of the corpus: its rows as drawn, its merged areas, and the tasks in it."""

    data: dict[str, Any]

    @property
    def name(self) -> str:
        """The document's id."""
        return str(self.data["doc_id"])

    @property
    def issued(self) -> date:
        """Issue day; a month alone counts as its 15th."""
        text = str(self.data["issued_on"])
        return date.fromisoformat(text if len(text) == 10 else f"{text}-15")

    def columns(self) -> dict[str, int]:
        """Role → column, () when the document is not an assignment table."""
        head = [fold(title) for title in self.data["header"]]
        titles = _titles().get(self.name, {})
        return {role: head.index(titles[role]) for role in ASKED_FIELDS if titles.get(role) in head}

    def flags(self, number: int) -> str:
        """What the source says about a row, "" for an ordinary one."""
        return " ".join(self.data.get("row_flags", {}).get(str(number), []))

    def drawn(self) -> tuple[list[list[str]], list[Area]]:
        """The rows of the table as drawn, titles first, and its merged areas (0-based, ends included)."""
        rows = [[str(cell or "") for cell in row] for row in self.data["rows"]]
        own_header = self.flags(0) == "header"
        offset = 0 if own_header else 1
        width = len(self.data["header"])
        areas = self._marked_areas(offset)
        for number, row in enumerate(rows):
            if "merged" in self.flags(number):
                row[1:] = [""] * (len(row) - 1)
                areas.append((number + offset, 0, number + offset, width - 1))
        if own_header:
            areas += [(0, 0, 0, 1), *[(0, column, 1, column) for column in range(2, width)]]
            return rows, areas
        return [list(map(str, self.data["header"])), *rows], areas

    def flat(self) -> list[list[str]]:
        """Title, blank line, titles, rows; no merges: what a careless conversion leaves."""
        rows = [[str(cell or "") for cell in row] for row in self.data["rows"]]
        width = len(self.data["header"])
        return [[str(self.data["title"])], [""] * width, list(map(str, self.data["header"])), *rows]

    def wanted(self) -> list[Want]:
        """The tasks of the table, the same however much of its drawing a file has lost."""
        columns = self.columns()
        if not {"content", "lead"} <= columns.keys():
            return []
        found: list[dict[str, str]] = []
        above: list[str] = []
        marked = self._marked()
        for number, cells in enumerate(self.data["rows"]):
            full = [above[c] if (number, c) in marked else spaced(cell) for c, cell in enumerate(cells)]
            above = full
            values = {role: full[column] if column < len(full) else "" for role, column in columns.items()}
            if "continuation" in self.flags(number):
                found[-1] = {role: f"{found[-1][role]} {values[role]}".strip() for role in columns}
            elif "header" not in self.flags(number) and fold(values["content"]):
                found.append(values)
        return [self._want(values) for values in found]

    def _want(self, values: dict[str, str]) -> Want:
        deadline = values.get("deadline", "")
        judged = _judged().get((self.name, deadline))
        kind: str | None = "none" if not deadline else judged["kind"] if judged else None
        due = {judged["due_strict"], judged["due_inclusive"]} - {""} if judged else set()
        return Want(
            fold(values["content"]),
            fold(values["lead"]),
            fold(values["coordinate"]) if "coordinate" in values else None,
            fold(deadline),
            {"recurring_weekly": "weekly"}.get(kind or "", kind),
            frozenset(due),
        )

    def _marked(self) -> set[tuple[int, int]]:
        cells = self.data.get("merged_cells")
        return {(cell["row"], cell["col"]) for cell in cells} if isinstance(cells, list) else set()

    def _marked_areas(self, offset: int) -> list[Area]:
        areas: list[Area] = []
        for row, column in sorted(self._marked(), key=lambda cell: (cell[1], cell[0])):
            if areas and areas[-1][1] == column and areas[-1][2] == row - 1 + offset:
                areas[-1] = (areas[-1][0], column, row + offset, column)
            else:
                areas.append((row - 1 + offset, column, row + offset, column))
        return areas


@cache
def _titles() -> dict[str, dict[str, str]]:
    roles: dict[str, dict[str, str]] = {}
    for (name, role), title in _BY_HAND.items():
        roles.setdefault(name, {})[role] = fold(title)
    for row in lines_of("headers.tsv"):
        roles.setdefault(row["doc_id"], {}).setdefault(row["role"], fold(row["title"]))
    return roles


@cache
def _judged() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["doc_id"], spaced(row["phrase"])): row for row in lines_of("deadlines.tsv")}


@cache
def _units() -> tuple[UnitDirectory, dict[tuple[str, str], frozenset[str]]]:
    """A directory of all names that the annotator uses, and the units behind each lead mention."""
    rows = lines_of("units.tsv")
    parts = {
        (row["doc_id"], fold(row["mention"])): frozenset(fold(part) for part in _certain(row["canonical"]))
        for row in rows
        if row["role"] == "lead"
    }
    names = sorted({part for row in rows for part in _certain(row["canonical"])})
    return UnitDirectory([UnitEntry(str(number), name) for number, name in enumerate(names)]), parts


def _certain(canonical: str) -> Iterator[str]:
    return (part.strip() for part in canonical.split("|") if part.strip() and part.strip()[0] not in "(?")


@dataclass
class Figures:
    """Per field: how many were wanted, told and right. Believed and wrong counts apart."""

    wanted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    told: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    believed_wrongly: list[str] = field(default_factory=list)

    def score(self, document: Document, wanted: Sequence[Want], rows: Iterable[TableRow]) -> None:
        """Match rows to tasks by content, in order, and count every field."""
        left = list(rows)
        self.told["row"] += len(left)
        for want in wanted:
            self.wanted["row"] += 1
            hit = _best(want, left)
            if hit is not None:
                left.remove(hit)
                self.right["row"] += 1
            self._score_texts(want, hit)
            self._score_deadline(document, want, hit)
            if hit is not None:
                self._score_belief(document, want, hit)

    def _score_texts(self, want: Want, row: TableRow | None) -> None:
        self._count("content", want.content, fold(row.content) if row else "")
        self._count("lead", want.lead, fold(row.lead) if row else "")
        if want.coordinators is not None:
            self._count("coordinators", want.coordinators, fold(row.coordinators) if row else "")

    def _score_deadline(self, document: Document, want: Want, row: TableRow | None) -> None:
        if want.kind is None:
            return
        found = (
            read_deadline(row.deadline, issued=document.issued, native=row.deadline_value) if row else None
        )
        asks = found is not None and found.confidence == "asks"
        kind = found.kind if found else ""
        self._count("kind", want.kind, want.kind if asks and want.kind == "unclear" else kind)
        if want.kind in _DATED and want.due:
            self.wanted["due"] += 1
            self.told["due"] += found is not None and found.due is not None
            self.right["due"] += found is not None and str(found.due) in want.due
        sure = found is not None and found.confidence == "sure" and found.due is not None
        wrong = sure and found is not None and str(found.due) not in want.due
        if wrong and want.kind in {*_DATED, "unclear", "none", "ongoing"}:
            self.believed_wrongly.append(f"{document.name}: due {found} of “{want.deadline}”")

    def _score_belief(self, document: Document, want: Want, row: TableRow) -> None:
        directory, mentions = _units()
        units = mentions.get((document.name, want.lead))
        reading = directory.resolve(row.lead, document.issued)
        sure = reading.confidence == "sure" and reading.kind in {"single", "list"}
        if units and sure and {fold(unit.name) for unit in reading.units} != units:
            self.believed_wrongly.append(f"{document.name}: lead “{row.lead}”")

    def _count(self, name: str, wanted: str, told: str) -> None:
        self.wanted[name] += bool(wanted)
        self.told[name] += bool(told)
        self.right[name] += bool(wanted) and wanted == told

    def recall(self, name: str) -> float:
        """Right of those wanted."""
        return self.right[name] / max(1, self.wanted[name])

    def precision(self, name: str) -> float:
        """Right of those told."""
        return self.right[name] / max(1, self.told[name])

    def __str__(self) -> str:
        fields = [f"{name} P {self.precision(name):.3f} R {self.recall(name):.3f}" for name in FIELDS]
        return (
            f"{' · '.join(fields)} · believed and wrong {len(self.believed_wrongly)} of {self.wanted['row']}"
        )


def _best(want: Want, rows: Sequence[TableRow]) -> TableRow | None:
    """The row of this content; of several the one with this lead."""
    same = [row for row in rows if fold(row.content) == want.content]
    near = same or [row for row in rows if want.content in fold(row.content)]
    return next((row for row in near if fold(row.lead) == want.lead), near[0] if near else None)
