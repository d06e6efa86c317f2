"""Lay the rows of a table out as sheets: titles, headers, sections, merged areas, closing lines.

The result is the same for all three formats; the writers only put it into bytes.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sandbox.province.plans import FilePlan
from sandbox.province.rows import ROMAN
from sandbox.province.specification import Block, Row, Span, Value


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it means, its title, and its second title where the header has two rows."""

    role: str
    title: str
    second: str = ""


def _columns(*titles: tuple[str, str] | tuple[str, str, str]) -> tuple[Column, ...]:
    return tuple(Column(*title) for title in titles)


HEADS: Mapping[str, tuple[Column, ...]] = {
    "A": _columns(
        ("ordinal", "STT"),
        ("content", "Nội dung nhiệm vụ"),
        ("lead", "Cơ quan chủ trì"),
        ("coordinators", "Cơ quan phối hợp"),
        ("deadline", "Thời hạn hoàn thành"),
        ("product", "Sản phẩm"),
    ),
    "B": _columns(
        ("ordinal", "TT"),
        ("content", "Nhiệm vụ được giao"),
        ("lead", "Đơn vị\nthực hiện"),
        ("coordinators", "Đơn vị\nphối hợp"),
        ("deadline", "Thời gian"),
        ("note", "Ghi chú"),
    ),
    "C": _columns(
        ("ordinal", "SỐ TT"),
        ("content", "CÔNG VIỆC"),
        ("lead", "CHỦ TRÌ"),
        ("coordinators", "PHỐI HỢP"),
        ("deadline", "HẠN XỬ LÝ"),
        ("product", "KẾT QUẢ, SẢN PHẨM"),
    ),
    "D": _columns(
        ("ordinal", "STT"),
        ("content", "Nội dung công việc"),
        ("lead", "Phân công thực hiện", "Chủ trì"),
        ("coordinators", "Phân công thực hiện", "Phối hợp"),
        ("deadline", "Tiến độ", "Thời hạn hoàn thành"),
        ("product", "Tiến độ", "Sản phẩm đầu ra"),
    ),
    "E": _columns(
        ("ordinal", "STT"),
        ("lead", "Đơn vị chủ trì"),
        ("content", "Nhiệm vụ cụ thể"),
        ("coordinators", "Đơn vị phối hợp"),
        ("deadline", "Thời gian hoàn thành"),
        ("officer", "Chuyên viên theo dõi"),
    ),
    "F": _columns(
        ("ordinal", "STT"),
        ("content", "Nhiệm vụ, giải pháp"),
        ("lead", "Cơ quan, đơn vị chủ trì"),
        ("coordinators", "Cơ quan, đơn vị phối hợp"),
        ("deadline", "Thời hạn"),
        ("product", "Sản phẩm đầu ra"),
        ("officer", "Chuyên viên theo dõi"),
    ),
}

_TITLES = (
    ("PHỤ LỤC", "BẢNG PHÂN CÔNG NHIỆM VỤ"),
    ("ỦY BAN NHÂN DÂN TỈNH SÔNG LAM", "PHỤ LỤC", "NHIỆM VỤ TRỌNG TÂM VÀ ĐƠN VỊ THỰC HIỆN"),
    ("DANH MỤC NHIỆM VỤ GIAO CÁC CƠ QUAN, ĐƠN VỊ",),
    ("Phụ lục kèm theo", "PHÂN CÔNG THỰC HIỆN"),
)
_DITTO = ("nt", "như trên", "-nt-", '"')
_JOINTS = (", ", "; ", "\n", ", ")


@dataclass(slots=True)
class _Grid:
    """A grid being filled, with its merged areas."""

    columns: Sequence[Column]
    lines: list[list[Value]] = field(default_factory=list)
    merges: list[Span] = field(default_factory=list)

    def place(self, role: str) -> int:
        return next(i for i, column in enumerate(self.columns) if column.role == role)

    def add(self, line: Sequence[Value]) -> int:
        """Append a line and return its index."""
        self.lines.append([*line, *([None] * (len(self.columns) - len(line)))])
        return len(self.lines) - 1

    def add_header(self) -> int:
        """Append the header, one or two rows with merged areas; return how many rows it took."""
        titles = [column.title for column in self.columns]
        if not any(column.second for column in self.columns):
            self.add(titles)
            return 1
        shown: list[Value] = [t if t not in titles[:i] else None for i, t in enumerate(titles)]
        top = self.add(shown)
        self.add([column.second or None for column in self.columns])
        for i, column in enumerate(self.columns):
            if not column.second:
                self.merges.append((top, i, top + 1, i))
            elif titles.count(column.title) > 1 and titles.index(column.title) == i:
                self.merges.append((top, i, top, i + titles.count(column.title) - 1))
        return 2

    def add_section(self, section: str, *, flat: bool) -> None:
        """Append a section row: one merged area, or number and title in two plain cells."""
        if flat:
            number, _, title = section.partition(". ")
            line: list[Value] = [number]
            line += [None] * (self.place("content") - 1) + [title.capitalize()]
            self.add(line)
            return
        row = self.add([section])
        self.merges.append((row, 0, row, len(self.columns) - 1))


@dataclass(slots=True)
class _Drafter:
    """One table being laid out in one drafter's habits (ditto mark, joints between names)."""

    plan: FilePlan
    rng: random.Random
    ditto: str = ""
    joint: str = ", "

    def __post_init__(self) -> None:
        self.ditto = self.rng.choice(_DITTO) if "ditto" in self.plan.quirks else ""
        self.joint = self.rng.choice(_JOINTS)

    def says(self, quirk: str) -> bool:
        return quirk in self.plan.quirks

    def lay(self, rows: Sequence[Row]) -> _Grid:
        """Lay one sheet out."""
        grid = _Grid(HEADS[self.plan.heads])
        if not self.says("noheader"):
            grid.add_header()
        if self.says("numbered") or self.says("noheader"):
            grid.add([f"({i})" for i in range(1, len(grid.columns) + 1)])
        half = len(rows) // 2
        previous: Row | None = None
        runs: list[Span] = []
        for place, row in enumerate(rows):
            if row.section and (previous is None or previous.section != row.section):
                grid.add_section(row.section, flat=self.says("flat"))
                previous = None
            if self.says("repeat") and place == half:
                grid.add_header()
                previous = None
            again = previous is not None and _same_lead(previous, row)
            line = grid.add([self._cell(column, row) for column in grid.columns])
            self._shorten(grid, line, runs, again=again)
            previous = row
        grid.merges += runs
        self._close(grid, rows)
        return grid

    def _shorten(self, grid: _Grid, line: int, runs: list[Span], *, again: bool) -> None:
        """Replace a repeated lead by a ditto mark or by the merged area of the row above."""
        column = grid.place("lead")
        if again and self.ditto:
            grid.lines[line][column] = self.ditto
        elif again and self.says("merge"):
            grid.lines[line][column] = None
            if runs and runs[-1][2] == line - 1:
                runs[-1] = (runs[-1][0], column, line, column)
            else:
                runs.append((line - 1, column, line, column))

    def _cell(self, column: Column, row: Row) -> Value:
        if column.role == "ordinal":
            plain = row.ordinal.isdigit() and not row.ordinal.startswith("0")
            return int(row.ordinal) if plain and self.plan.format != "docx" else row.ordinal
        if column.role == "deadline":
            return row.deadline.value
        cells = {
            "content": row.content,
            "lead": row.lead,
            "coordinators": self.joint.join(row.coordinators),
            "product": row.product,
            "officer": row.officer,
        }
        return cells.get(column.role) or None

    def _close(self, grid: _Grid, rows: Sequence[Row]) -> None:
        """Append numbered but empty rows and the line of sums, where the plan wants them."""
        if self.says("blanks"):
            for number in range(len(rows) + 1, len(rows) + 5):
                grid.add([number if self.plan.format != "docx" else str(number)])
        if self.says("totals"):
            line = grid.add(["Tổng cộng", None, f"{len(rows)} nhiệm vụ"])
            grid.merges.append((line, 0, line, 1))


def _same_lead(above: Row, row: Row) -> bool:
    """Tell whether a drafter would not write the lead again; mistakes always stand written out."""
    same = above.lead == row.lead and above.lead_unit == row.lead_unit
    wrong = {above.why_bad, row.why_bad} - {"", "no_header", "corrupt_file"}
    return same and bool(row.lead) and not wrong


def _signature(signer: str) -> tuple[str, ...]:
    return (
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "",
        signer,
    )


def lay_out(
    plan: FilePlan,
    rows: Sequence[Row],
    decoys: Sequence[Row],
    reference: str,
    signer: str,
    rng: random.Random,
) -> tuple[Block, ...]:
    """Return the sheets of one file; `reference` is the line "(Kèm theo Chỉ thị số …)"."""
    drafter = _Drafter(plan, rng)
    titles = (*rng.choice(_TITLES), reference)
    footers = _signature(signer) if drafter.says("sign") else ()
    half = len(rows) // 2 if drafter.says("second") else len(rows)
    header = 2 if any(c.second for c in HEADS[plan.heads]) else 1
    blocks = []
    for number, part in enumerate((rows[:half], rows[half:])):
        if part:
            grid = drafter.lay(part)
            lines = tuple(tuple(line) for line in grid.lines)
            name = f"Phụ lục {ROMAN[number]}"
            blocks.append(Block(name, titles, lines, tuple(grid.merges), header, footers))
    if decoys:
        lines = tuple(tuple(line) for line in drafter.lay(decoys).lines)
        blocks.append(Block("Bản cũ", ("BẢN CŨ, KHÔNG DÙNG",), lines, (), header, hidden=True))
    if drafter.says("abbreviations"):
        blocks.insert(0, _abbreviations())
    return tuple(_decomposed(b) for b in blocks) if drafter.says("nfd") else tuple(blocks)


def _abbreviations() -> Block:
    """A sheet that is a table, but not of tasks, and stands first."""
    grid: tuple[tuple[Value, ...], ...] = (
        ("Chữ viết tắt", "Tên đầy đủ"),
        ("Sở NN&MT", "Sở Nông nghiệp và Môi trường"),
        ("Sở KH&CN", "Sở Khoa học và Công nghệ"),
        ("BQL KKT", "Ban Quản lý Khu kinh tế tỉnh"),
    )
    return Block("Chữ viết tắt", ("DANH MỤC CHỮ VIẾT TẮT",), grid, (), 1)


def _decomposed(block: Block) -> Block:
    """The same sheet typed on a keyboard that decomposes letters (NFD)."""

    def nfd(value: Value) -> Value:
        return unicodedata.normalize("NFD", value) if isinstance(value, str) else value

    return replace(
        block,
        titles=tuple(unicodedata.normalize("NFD", title) for title in block.titles),
        grid=tuple(tuple(nfd(value) for value in line) for line in block.grid),
        footers=tuple(unicodedata.normalize("NFD", footer) for footer in block.footers),
    )
