"""Tables typed for the fonts of before Unicode are read as what they look like in their font, in every format."""

from __future__ import annotations

import pytest

from mappings.tables import read_table
from tests.table_files import Sheet, Table, docx_of, xls_of, xlsx_of

HEAD = ["Sè TT", "Néi dung c«ng viÖc", "§¬n vÞ chñ tr×", "Thêi h¹n hoµn thµnh"]
ROW = ["1", "Rµ so¸t tiÕn ®é gi¶i ng©n vèn ®Çu t­ c«ng", "Së Tµi chÝnh", "Tr­íc ngµy 15/12/2026"]
EXPECTED = ("Rà soát tiến độ giải ngân vốn đầu tư công", "Sở Tài chính", "Trước ngày 15/12/2026")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (xlsx_of(Sheet([HEAD, ROW])), "bang.xlsx"),
        (xls_of(Sheet([HEAD, ROW])), "bang.xls"),
        (docx_of(Table([HEAD, ROW])), "bang.docx"),
        ("\n".join(";".join(line) for line in (HEAD, ROW)).encode(), "bang.csv"),
    ],
    ids=["xlsx", "xls", "docx", "csv"],
)
def test_a_table_in_tcvn3(data: bytes, name: str) -> None:
    (row,) = read_table(data, name).rows
    assert (row.content, row.lead, row.deadline) == EXPECTED


def test_a_table_in_vni() -> None:
    head = ["STT", "Noäi dung coâng vieäc", "Ñôn vò chuû trì", "Thôøi haïn hoaøn thaønh"]
    row = ["1", "Toång hôïp keát quaû thöïc hieän", "Sôû Taøi chính", "31/12/2026"]
    (found,) = read_table(docx_of(Table([head, row])), "bang.docx").rows
    assert (found.content, found.lead) == ("Tổng hợp kết quả thực hiện", "Sở Tài chính")
