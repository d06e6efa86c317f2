"""The directives that carry assignment tables: what each is about and how messy its file is.

`quirks` are words that the layout understands: sections, flat (section rows left unmerged),
restart (numbering starts anew), merge, ditto, repeat (header again on "the next page"),
numbered (a row (1) (2) (3) under the header), nfd, native, serial, totals, sign, blanks,
second, hidden, abbreviations, acronyms, oldnames, typos, noheader, corrupt, main (the table
stands inside the signed file). `bad` lists the deliberate mistakes, one row each.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.province.specification import (
    GROUP_LEAD,
    IMPOSSIBLE_DATE,
    NO_LEAD,
    OLD_UNIT_SPLIT,
    TWO_LEADS,
    UNKNOWN_UNIT,
)

HORIZON = 330


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One table file: format, number of rows, header wording (see layouts) and its mess."""

    format: str
    rows: int
    heads: str
    quirks: frozenset[str]
    bad: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """One directive with tables; `age` is its age in days on the sandbox's `today`.

    `horizon` is the longest time it gives for any task, in days.
    """

    age: int
    kind: str
    fields: tuple[str, ...]
    subject: str
    files: tuple[FilePlan, ...]
    horizon: int


def _file(format_: str, rows: int, heads: str, quirks: str = "", *bad: str) -> FilePlan:
    return FilePlan(format_, rows, heads, frozenset(quirks.split()), bad)


def _plan(age: int, kind: str, fields: str, subject: str, *files: FilePlan, horizon: int = HORIZON) -> Plan:
    return Plan(age, kind, tuple(fields.split()), subject, files, horizon)


PLANS: tuple[Plan, ...] = (
    _plan(
        650,
        "KH",
        "KT NN XD",
        "Kế hoạch thực hiện các nhiệm vụ trọng tâm phát triển kinh tế - xã hội quý I",
        _file("xlsx", 12, "A", "sections acronyms native totals"),
    ),
    _plan(
        548,
        "CT",
        "NC DP",
        "Về bảo đảm hoạt động thông suốt trong thời gian tổ chức lại đơn vị hành chính",
        _file("docx", 11, "B", "sign merge"),
    ),
    _plan(
        410,
        "TB",
        "XD KT",
        "Kết luận của Chủ tịch UBND tỉnh tại buổi kiểm tra các dự án trọng điểm",
        _file("xls", 10, "C", "oldnames totals", OLD_UNIT_SPLIT),
    ),
    _plan(
        330,
        "CTR",
        "KT NN XD CN VX NC",
        "Chương trình công tác trọng tâm của UBND tỉnh năm tới",
        _file("xlsx", 18, "D", "sections restart native repeat sign", TWO_LEADS),
    ),
    _plan(
        262,
        "CT",
        "KT",
        "Về đẩy nhanh tiến độ giải ngân vốn đầu tư công",
        _file("xlsx", 10, "A", "native merge totals"),
    ),
    _plan(
        240,
        "KL",
        "NN",
        "Kết luận của Phó Chủ tịch UBND tỉnh về phòng cháy, chữa cháy rừng",
        _file("docx", 9, "C", "sign acronyms"),
    ),
    _plan(
        228,
        "KH",
        "CN NC",
        "Kế hoạch chuyển đổi số và cải cách thủ tục hành chính",
        _file("xlsx", 14, "D", "sections flat hidden native", UNKNOWN_UNIT),
    ),
    _plan(
        219,
        "CVKT",
        "XD",
        "Về việc khắc phục hư hỏng các tuyến tỉnh lộ sau mùa mưa",
        _file("xls", 8, "A", "serial sign"),
    ),
    _plan(
        205,
        "TB",
        "VX DP",
        "Kết luận phiên họp UBND tỉnh thường kỳ về lĩnh vực văn hóa - xã hội",
        _file("docx", 12, "B", "merge repeat sign", NO_LEAD),
    ),
    _plan(
        193,
        "CVVX",
        "VX",
        "Về việc chuẩn bị kỳ thi và tuyển sinh đầu cấp",
        _file("xlsx", 8, "E", "ditto native"),
    ),
    _plan(
        181,
        "KL",
        "KT XD",
        "Kết luận của Chủ tịch UBND tỉnh tại buổi đối thoại với doanh nghiệp",
        _file("xlsx", 12, "F", "nfd sections totals sign", TWO_LEADS),
    ),
    _plan(
        172,
        "CT",
        "NN DP",
        "Về chủ động phòng, chống thiên tai và tìm kiếm cứu nạn",
        _file("docx", 12, "A", "sections sign acronyms"),
        _file("xls", 6, "B", "blanks"),
    ),
    _plan(
        160,
        "QD",
        "CN",
        "Ban hành danh mục nhiệm vụ bảo đảm an toàn thông tin mạng",
        _file("xls", 9, "D", "native numbered", IMPOSSIBLE_DATE),
    ),
    _plan(
        151,
        "PC",
        "NC",
        "Phiếu chuyển giải quyết kiến nghị của cử tri trước kỳ họp",
        _file("xlsx", 8, "B", "acronyms native"),
    ),
    _plan(
        142,
        "KH",
        "VX NC",
        "Kế hoạch chăm lo đối tượng chính sách và kiểm tra công vụ",
        _file("docx", 11, "D", "sections flat nfd sign"),
    ),
    _plan(
        133,
        "CD",
        "NN XD DP",
        "Về việc tập trung ứng phó mưa lớn, lũ trên sông Lam",
        _file("docx", 9, "C", "main sign"),
        horizon=25,
    ),
    _plan(
        122,
        "CVKT",
        "KT",
        "Về việc xử lý trụ sở dôi dư và các dự án chậm tiến độ",
        _file("xlsx", 11, "A", "ditto oldnames serial", GROUP_LEAD),
    ),
    _plan(
        113,
        "TB",
        "KT NN",
        "Kết luận của UBND tỉnh tại phiên họp thường kỳ",
        _file("xlsx", 14, "D", "second native numbered", UNKNOWN_UNIT),
    ),
    _plan(
        104,
        "CVNC",
        "NC",
        "Về việc tăng cường kỷ luật, kỷ cương hành chính",
        _file("xls", 9, "E", "merge sign", TWO_LEADS),
    ),
    _plan(
        96,
        "KL",
        "DP",
        "Kết luận kiểm tra hoạt động của chính quyền cấp xã",
        _file("xlsx", 13, "B", "blanks totals native"),
    ),
    _plan(
        88,
        "CTR",
        "VX",
        "Chương trình hành động nâng cao chất lượng giáo dục và y tế cơ sở",
        _file("docx", 10, "F", "merge sign"),
    ),
    _plan(
        79,
        "CT",
        "XD NC",
        "Về bảo đảm trật tự, an toàn giao thông trong tình hình mới",
        _file("xlsx", 11, "C", "sections native abbreviations acronyms", IMPOSSIBLE_DATE),
    ),
    _plan(
        70,
        "CVTH",
        "KT CN",
        "Về việc triển khai nghị quyết phiên họp Chính phủ",
        _file("xlsx", 6, "A", "noheader"),
        _file("docx", 7, "A", "ditto"),
    ),
    _plan(
        62,
        "KH",
        "NN",
        "Kế hoạch xử lý ô nhiễm tại các bãi chôn lấp rác",
        _file("xls", 10, "D", "sections repeat native", NO_LEAD),
    ),
    _plan(
        54,
        "TB",
        "KT XD NC",
        "Kết luận của Chủ tịch UBND tỉnh tại buổi tiếp công dân định kỳ",
        _file("docx", 11, "B", "repeat typos sign", TWO_LEADS),
    ),
    _plan(
        46,
        "CVKT",
        "KT",
        "Về việc hoàn thành các chỉ tiêu thu ngân sách nhà nước những tháng cuối năm",
        _file("xlsx", 10, "F", "native merge hidden"),
    ),
    _plan(
        39,
        "CVTH",
        "CN",
        "Về việc cung cấp số liệu cho trung tâm điều hành của tỉnh",
        _file("xlsx", 6, "A", "corrupt native"),
    ),
    _plan(
        33,
        "KL",
        "VX DP",
        "Kết luận của Phó Chủ tịch UBND tỉnh về giảm nghèo bền vững",
        _file("xls", 11, "A", "nfd ditto", UNKNOWN_UNIT),
    ),
    _plan(
        27,
        "CT",
        "NC KT",
        "Về tăng cường quản lý giá và phòng, chống buôn lậu dịp cuối năm",
        _file("docx", 12, "D", "sections restart sign", OLD_UNIT_SPLIT),
    ),
    _plan(
        20,
        "TB",
        "XD NN",
        "Kết luận giao ban tiến độ giải phóng mặt bằng các công trình trọng điểm",
        _file("xlsx", 13, "E", "native oldnames typos sign", GROUP_LEAD),
    ),
    _plan(
        13,
        "CVVX",
        "VX",
        "Về việc chuẩn bị các điều kiện tổ chức lễ hội và đón Tết",
        _file("docx", 9, "C", "second"),
    ),
    _plan(
        7,
        "KH",
        "KT NN XD CN VX NC DP",
        "Kế hoạch cao điểm 45 ngày hoàn thành các nhiệm vụ năm",
        _file("xlsx", 21, "D", "sections repeat native merge totals sign", TWO_LEADS, NO_LEAD),
        horizon=45,
    ),
    _plan(
        4,
        "CD",
        "NN DP",
        "Về việc chủ động ứng phó không khí lạnh và mưa lũ muộn",
        _file("docx", 8, "A", "main sign acronyms"),
        horizon=25,
    ),
    _plan(
        0,
        "KL",
        "KT CN",
        "Kết luận của Chủ tịch UBND tỉnh tại cuộc họp giao ban đầu tuần",
        _file("xls", 9, "B", "native serial totals", IMPOSSIBLE_DATE),
    ),
)
