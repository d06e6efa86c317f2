"""Word tables as writers really leave them: merges both ways, tables in cells, controls, tracked changes, boxes."""

from __future__ import annotations

import pytest

from mappings.tables import Problem, TableRow, read_table
from tests.table_files import Cell, Table, W, docx_of, paragraph, table_xml

HEAD = ["TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời hạn"]
ROW = ["1", "Rà soát chợ dân sinh", "Sở Công Thương", "30/9/2026"]
ALTERNATIVE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
NUMBERING = (
    '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
    '<w:lvlText w:val="{pattern}"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num></w:numbering>'
)


def _rows(*tables: Table | str) -> list[TableRow]:
    return list(read_table(docx_of(*tables), "bang.docx").rows)


def _row_with(xml: str) -> TableRow:
    (row,) = _rows(Table([HEAD, ["1", Cell(xml=xml), *ROW[2:]]]))
    return row


def _run(text: str, marks: str = "") -> str:
    properties = f"<w:rPr>{marks}</w:rPr>" if marks else ""
    return f"<w:r>{properties}<w:t>{text}</w:t></w:r>"


def _control(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def test_cells_merged_down_and_across_give_each_task_what_it_stands_beside() -> None:
    rows = _rows(
        Table(
            [
                HEAD,
                [Cell("I. KINH TẾ", span=4)],
                ["1", "Rà soát chợ dân sinh", Cell("Sở Công Thương", down="restart"), "30/9/2026"],
                ["2", "Lập danh mục kho lạnh", Cell(down="continue"), Cell("Quý IV/2026", down="restart")],
                ["3", "Thống kê bến bãi", "Sở Xây dựng", Cell(down="continue")],
            ]
        )
    )
    assert [(row.section, row.lead, row.deadline) for row in rows] == [
        ("I. KINH TẾ", "Sở Công Thương", "30/9/2026"),
        ("I. KINH TẾ", "Sở Công Thương", "Quý IV/2026"),
        ("I. KINH TẾ", "Sở Xây dựng", "Quý IV/2026"),
    ]


def test_a_block_merged_both_ways_is_one_cell() -> None:
    wide = [["TT", "Nội dung nhiệm vụ", Cell("Đơn vị chủ trì", span=2), "Thời hạn"]]
    rows = _rows(
        Table(
            [
                *wide,
                ["1", "Rà soát chợ", Cell("Sở Công Thương", span=2, down="restart"), "30/9/2026"],
                ["2", "Lập danh mục kho", Cell(span=2, down="continue"), "31/10/2026"],
            ]
        )
    )
    assert [(row.lead, row.deadline) for row in rows] == [
        ("Sở Công Thương", "30/9/2026"),
        ("Sở Công Thương", "31/10/2026"),
    ]


def test_a_table_of_tasks_inside_a_cell_is_read_on_its_own() -> None:
    inner = table_xml(Table([HEAD, ["1", "Kiểm tra bến đò", "Sở Xây dựng", "15/8/2026"]]))
    rows = _rows(Table([["Phần mở đầu", Cell(xml=paragraph("Giao các sở:") + inner)]]))
    assert [(row.table, row.content, row.lead) for row in rows] == [
        ("Bảng 2", "Kiểm tra bến đò", "Sở Xây dựng")
    ]


def test_a_table_of_tasks_inside_a_task_is_not_also_its_text() -> None:
    inner = table_xml(Table([HEAD, ["1", "Kiểm tra bến đò", "Sở Xây dựng", "15/8/2026"]]))
    outer = Table([HEAD, ["1", Cell(xml=paragraph("Bảo đảm an toàn đường thủy") + inner), *ROW[2:]]])
    assert [row.content for row in _rows(outer)] == ["Bảo đảm an toàn đường thủy", "Kiểm tra bến đò"]


def test_any_other_table_inside_a_cell_is_part_of_its_text() -> None:
    inner = table_xml(Table([["Xã Bến Đò", "2 km"], ["Xã Cầu Mây", "5 km"]]))
    row = _row_with(paragraph("Sửa đường liên xã:") + inner)
    for part in ("Sửa đường liên xã:", "Xã Bến Đò", "5 km"):
        assert row.content.count(part) == 1


def test_tracked_insertions_are_read_and_deletions_are_not() -> None:
    deleted = '<w:del w:id="1"><w:r><w:delText>cũ</w:delText></w:r></w:del>'
    wrongly = f'<w:del w:id="2">{_run(" thừa")}</w:del>'
    inserted = f'<w:ins w:id="3">{_run(" mới")}</w:ins>'
    moved = f'<w:moveFrom w:id="4">{_run(" đi")}</w:moveFrom><w:moveTo w:id="4">{_run(" đến")}</w:moveTo>'
    assert (
        _row_with(f"<w:p>{_run('Việc')}{deleted}{wrongly}{inserted}{moved}</w:p>").content == "Việc mới đến"
    )


def test_a_deleted_row_is_gone_and_an_inserted_one_is_there() -> None:
    table = Table(
        [HEAD, ROW, ["2", "Bỏ", "Sở Y tế", ""], ["3", "Thêm", "Sở Y tế", ""]],
        row_marks={2: '<w:del w:id="1"/>', 3: '<w:ins w:id="2"/>'},
    )
    assert [(row.row, row.content) for row in _rows(table)] == [(2, ROW[1]), (4, "Thêm")]


@pytest.mark.parametrize(
    "level", ["in the line", "around the paragraph", "around the cell", "around the row", "around the table"]
)
def test_content_controls_are_seen_through_at_every_level(level: str) -> None:
    text = "Chọn từ danh sách"
    table = Table([HEAD, ["1", text, *ROW[2:]]])
    xml = table_xml(table)
    start = xml.index(f'<w:p><w:r><w:t xml:space="preserve">{text}')
    inner = paragraph(text)
    if level == "in the line":
        xml = xml.replace(inner, f"<w:p>{_control(_run(text))}</w:p>")
    elif level == "around the paragraph":
        xml = xml.replace(inner, _control(inner))
    elif level == "around the cell":
        cell = f"<w:tc><w:tcPr></w:tcPr>{inner}</w:tc>"
        assert cell in xml
        xml = xml.replace(cell, _control(cell))
    elif level == "around the row":
        first, last = xml.rindex("<w:tr>", 0, start), xml.index("</w:tr>", start) + len("</w:tr>")
        xml = xml[:first] + _control(xml[first:last]) + xml[last:]
    else:
        xml = _control(xml.removesuffix("<w:p/>"))
    body = f'<w:document xmlns:w="{W}"><w:body>{xml}</w:body></w:document>'
    (row,) = read_table(docx_of(parts={"word/document.xml": body}), "bang.docx").rows
    assert (row.content, row.lead) == (text, "Sở Công Thương")


def test_the_prompt_of_an_unfilled_control_is_not_the_drafters_word() -> None:
    prompt = _control(_run("Bấm vào đây để nhập thời hạn."), "<w:showingPlcHdr/>")
    (row,) = _rows(Table([HEAD, [*ROW[:3], Cell(xml=f"<w:p>{prompt}</w:p>")]]))
    assert row.deadline == ""
    filled = _control(_run("15/10/2026"), '<w:showingPlcHdr w:val="0"/>')
    (row,) = _rows(Table([HEAD, [*ROW[:3], Cell(xml=f"<w:p>{filled}</w:p>")]]))
    assert row.deadline == "15/10/2026"


def test_hidden_text_is_not_read() -> None:
    assert _row_with(f"<w:p>{_run('Việc')}{_run(' nháp', '<w:vanish/>')}</w:p>").content == "Việc"
    shown = _run(" thật", '<w:vanish w:val="0"/>')
    assert _row_with(f"<w:p>{_run('Việc')}{shown}</w:p>").content == "Việc thật"


def _box(content: str) -> str:
    """A text box as Word writes it: the new form, and the old one for older readers."""
    return (
        f'<w:r><mc:AlternateContent xmlns:mc="{ALTERNATIVE}"><mc:Choice Requires="wps"><w:drawing><w:txbxContent>'
        f"{content}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>{content}"
        f"</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_a_text_box_in_a_cell_is_said_once_after_the_line_it_hangs_on() -> None:
    row = _row_with(f"<w:p>{_run('Việc chính.')}{_box(paragraph('Chú ý hạn.'))}</w:p>")
    assert row.content == "Việc chính.\nChú ý hạn."


def test_a_table_in_a_text_box_gives_its_tasks_once() -> None:
    box = _box(table_xml(Table([HEAD, ROW])))
    body = f'<w:document xmlns:w="{W}"><w:body><w:p>{box}</w:p></w:body></w:document>'
    reading = read_table(docx_of(parts={"word/document.xml": body}), "bang.docx")
    assert [row.content for row in reading.rows] == [ROW[1]]


def _numbered(text: str) -> str:
    run = _run(text) if text else ""
    return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr>{run}</w:p>'


def _with_lists(table: Table, style: str, pattern: str) -> list[TableRow]:
    parts = {"word/numbering.xml": NUMBERING.format(style=style, pattern=pattern)}
    return list(read_table(docx_of(table, parts=parts), "bang.docx").rows)


def test_numbers_that_word_writes_itself_count_the_rows() -> None:
    table = Table([HEAD, *([Cell(xml=_numbered("")), *ROW[1:]] for _ in range(3))])
    assert [row.ordinal for row in _with_lists(table, "decimal", "%1.")] == ["1.", "2.", "3."]


def test_numbers_that_word_writes_itself_separate_the_items_of_a_cell() -> None:
    items = _numbered("Rà soát chợ dân sinh") + _numbered("Báo cáo kết quả")
    table = Table([HEAD, ["1", Cell(xml=items), *ROW[2:]]])
    (row,) = _with_lists(table, "lowerLetter", "%1)")
    assert row.content == "a) Rà soát chợ dân sinh\nb) Báo cáo kết quả"


def _picture(width_mm: int, height_mm: int) -> str:
    size = f'cx="{width_mm * 36_000}" cy="{height_mm * 36_000}"'
    return f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="x"><wp:extent {size}/></wp:inline></w:drawing></w:r></w:p>'


def _pictured(xml: str) -> list[Problem]:
    body = f'<w:document xmlns:w="{W}"><w:body>{xml}</w:body></w:document>'
    parts: dict[str, str | bytes] = {"word/document.xml": body, "word/media/image1.png": b"\x89PNG"}
    return [problem.problem for problem in read_table(docx_of(parts=parts), "bang.docx").problems]


def test_a_page_wide_picture_and_no_table_means_the_table_is_a_picture() -> None:
    assert _pictured(_picture(160, 90)) == [Problem.IMAGE_TABLE]
    assert _pictured(_picture(30, 30)) == [Problem.NO_TABLE], "a seal is no table"
    old = '<v:shape xmlns:v="y" style="width:453.6pt;height:300pt"><v:imagedata/></v:shape>'
    assert _pictured(f"<w:p><w:r><w:pict>{old}</w:pict></w:r></w:p>") == [Problem.IMAGE_TABLE]
    assert _pictured(_picture(160, 90) + table_xml(Table([HEAD, ROW]))) == []
