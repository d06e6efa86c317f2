"""The sentence and the remedy of every problem, written for the civil servant who drafted the file."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from errors import SkipRecord
from mappings.tables.found import Problem, TableProblem

_SHOWN_NAME: Final = 120
_SHOWN_TEXT: Final = 300
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

# code → (sentence, remedy); {place} names file, table, row; {detail} says what exactly.
_TEXTS: Final[dict[Problem, tuple[str, str]]] = {
    Problem.EMPTY_FILE: (
        "{place}: tệp không có nội dung.",
        "Đính kèm lại tệp bảng phân công đầy đủ.",
    ),
    Problem.EXECUTABLE: (
        "{place}: tệp là chương trình chạy được, không phải văn bản; đã để riêng và không mở.",
        "Gỡ tệp khỏi hồ sơ, báo bộ phận an toàn thông tin và đính kèm đúng bảng phân công.",
    ),
    Problem.TYPE_MISMATCH: (
        "{place}: đuôi tệp không khớp nội dung ({detail}); đã để riêng, không đọc.",
        "Mở tệp gốc, dùng “Lưu thành” đúng định dạng .docx hoặc .xlsx rồi đính kèm lại.",
    ),
    Problem.UNSUPPORTED: (
        "{place}: chưa đọc được bảng phân công từ {detail}.",
        "Đính kèm thêm bảng phân công dạng .docx hoặc .xlsx.",
    ),
    Problem.ENCRYPTED: (
        "{place}: tệp đặt mật khẩu nên không đọc được.",
        "Bỏ mật khẩu của tệp rồi đính kèm lại.",
    ),
    Problem.MACRO: (
        "{place}: tệp có chứa macro; đã để riêng, không đọc.",
        "Lưu lại dạng .docx hoặc .xlsx không có macro rồi đính kèm lại.",
    ),
    Problem.BOMB: (
        "{place}: nội dung nén bung ra lớn bất thường ({detail}); đã để riêng, không đọc.",
        "Kiểm tra nguồn gốc tệp; tạo lại bảng phân công bằng tệp mới.",
    ),
    Problem.TOO_LARGE: (
        "{place}: bảng quá lớn ({detail}) so với một bảng phân công.",
        "Xóa các vùng thừa trong tệp hoặc tách thành nhiều tệp rồi đính kèm lại.",
    ),
    Problem.DAMAGED: (
        "{place}: tệp bị hỏng hoặc bị cắt ngang nên không đọc được.",
        "Mở tệp gốc, lưu lại và đính kèm bản đầy đủ.",
    ),
    Problem.FORBIDDEN_XML: (
        "{place}: tệp có khai báo không được phép (DOCTYPE) nên không đọc.",
        "Lưu lại tệp bằng phần mềm văn phòng rồi đính kèm lại.",
    ),
    Problem.UNREADABLE_TEXT: (
        "{place}: không nhận ra bảng mã chữ của tệp.",
        "Lưu lại tệp với bảng mã Unicode (UTF-8) hoặc dùng .xlsx.",
    ),
    Problem.NO_TABLE: (
        "{place}: không tìm thấy bảng phân công (cần ít nhất cột nội dung và cột đơn vị chủ trì).",
        "Nếu tệp này là bảng phân công, ghi rõ tiêu đề các cột nội dung, đơn vị chủ trì, thời hạn.",
    ),
    Problem.NO_TASK: (
        "{place}: bảng phân công không có dòng nhiệm vụ nào.",
        "Nếu bảng có nhiệm vụ được giao, trình bày mỗi nhiệm vụ một dòng dưới tiêu đề rồi đính kèm lại.",
    ),
    Problem.MISSING_COLUMN: (
        "{place}: bảng có vẻ là bảng phân công nhưng thiếu cột {detail}.",
        "Bổ sung cột còn thiếu (hoặc tiêu đề cột) rồi đính kèm lại.",
    ),
    Problem.HIDDEN_SHEET: (
        "{place}: trang tính bị ẩn, không đọc.",
        "Nếu trang tính này có nhiệm vụ được giao, bỏ ẩn rồi đính kèm lại.",
    ),
    Problem.DITTO_WITHOUT_ABOVE: (
        "{place}: ô ghi “{detail}” nhưng không có dòng nào ở trên để lấy theo.",
        "Ghi đầy đủ nội dung của ô này.",
    ),
    Problem.NO_CONTENT: (
        "{place}: dòng không có nội dung nhiệm vụ ({detail}).",
        "Ghi nội dung nhiệm vụ hoặc xóa dòng này.",
    ),
    Problem.IMPOSSIBLE_DATE: (
        "{place}: thời hạn “{detail}” không phải là một ngày dùng được.",
        "Ghi lại thời hạn theo dạng ngày/tháng/năm.",
    ),
    Problem.IMAGE_TABLE: (
        "{place}: bảng là ảnh, cần bảng chữ ({detail}).",
        "Đính kèm thêm bảng phân công gõ bằng chữ, dạng .docx hoặc .xlsx (không chụp, không quét).",
    ),
    Problem.NO_RESULT: (
        "{place}: ô {detail} là công thức chưa có kết quả lưu trong tệp nên không đọc được.",
        "Mở tệp bằng Excel để tính lại rồi lưu, hoặc gõ thẳng nội dung vào ô, sau đó đính kèm lại.",
    ),
    Problem.ACTIVE_CONTENT: (
        "{place}: tệp PDF có {detail}; đã để riêng, không đọc.",
        "In lại thành tệp PDF mới không có lệnh chạy, hoặc đính kèm bảng phân công dạng .docx, .xlsx.",
    ),
    Problem.FILE_INSIDE: (
        "{place}: tệp PDF có tệp khác đính bên trong; chỉ đọc các trang, tệp bên trong không mở.",
        "Nếu bảng phân công nằm trong tệp bên trong, đính kèm riêng tệp đó.",
    ),
}


class Refused(SkipRecord):
    """A file that may not or cannot be opened; turned into one `TableProblem`, never seen outside."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        self.problem = problem
        self.detail = detail
        super().__init__(problem.value)


def report(problem: Problem, place: str, *, detail: str = "", text: str = "") -> TableProblem:
    """A problem with its sentence; `detail` and `text` are cut, so that one cell cannot fill a page."""
    sentence, remedy = _TEXTS[problem]
    filled = sentence.format(place=place, detail=shown(detail, _SHOWN_NAME))
    return TableProblem(place, problem, shown(text, _SHOWN_TEXT), filled, remedy)


def shown(text: str, limit: int = _SHOWN_NAME) -> str:
    """A foreign text made fit to stand in a sentence: printable, NFC, one line, cut."""
    line = " ".join(_UNPRINTABLE.sub(" ", unicodedata.normalize("NFC", text)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def place_of(file: str, table: str = "", row: int = 0) -> str:
    """ "Bảng.xlsx, trang Sheet1, dòng 12": where a person opens the file to look."""
    parts = [file or "(tệp không tên)", *([table] if table else []), *([f"dòng {row}"] if row else [])]
    return ", ".join(parts)
