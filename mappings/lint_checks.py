"""The checks of an assignment table as data: what each one demands, and by which rule.

“6 rõ” (Kết luận 226-KL/TW: người, việc, thời gian, trách nhiệm, thẩm quyền, sản phẩm) gives
the order in which a drafter reads them; the provinces' own rules say which of them keep a
row from being tracked. What no text settles says in `reading` how it is understood.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

#: The six things that must be clear, in the order of the conclusion that asks for them.
Clear = Literal["người", "việc", "thời gian", "trách nhiệm", "thẩm quyền", "sản phẩm"]
Severity = Literal["must", "should"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: which of the six it serves, its requirement rows, and why it is read this way.

    `severity` is the usual one; a regulation may make a check harder or milder (an undated
    row is tracked in one province and left out in another).
    """

    clear: Clear
    severity: Severity
    requirements: tuple[str, ...] = ()
    reading: str = ""


CHECKS: Final = MappingProxyType({
    "no_lead": Check("người", "must", ("HC-06", "LC-04")),
    "several_leads": Check(
        "người",
        "must",
        ("LC-04",),
        "Mỗi nhiệm vụ một cơ quan chủ trì; nơi quy chế cho phép nhiều cơ quan cùng làm thì chỉ là điều nên xem lại.",
    ),
    "lead_group": Check("người", "must", ("LC-04",), "Một nhóm cơ quan thì không ai chịu trách nhiệm chính."),
    "lead_person": Check(
        "người", "must", ("LC-04",), "Chỉ có chức danh thì chưa rõ cơ quan nào, người giữ chức có thể thay đổi."
    ),
    "lead_by_title": Check(
        "người", "should", ("LC-04",), "Giao cho người đứng đầu được hiểu là giao cho cơ quan của người đó."
    ),
    "lead_unknown": Check(
        "người", "must", ("LC-04",), "Tên gần giống không đủ để giao việc: chỉ nêu ra cho người soạn chọn."
    ),
    "no_content": Check("việc", "must", ("HC-06", "BT-12")),
    "vague_work": Check(
        "việc", "should", ("LC-04", "LC-09"), "Lời kêu gọi không kèm sản phẩm thì không phải công việc cụ thể."
    ),
    "several_tasks": Check(
        "việc", "should", ("LC-04",), "Mỗi dòng một việc, để mỗi việc có hạn và kết quả của riêng nó."
    ),
    "long_content": Check(
        "việc", "should", ("HC-08",), "Bảng phân công là bản tóm tắt; nội dung đầy đủ đã có trong văn bản."
    ),
    "no_deadline": Check(
        "thời gian",
        "must",
        ("HC-06", "LC-09", "DT-03", "BT-08"),
        "Nơi chỉ theo dõi việc có thời hạn thì bỏ dòng này; nơi theo dõi cả việc không thời hạn thì chỉ nhắc.",
    ),
    "deadline_unclear": Check(
        "thời gian", "must", ("HC-06", "LC-09"), "Hạn không đọc được chắc chắn thì hỏi lại, không đoán ngày."
    ),
    "due_before_issue": Check(
        "thời gian", "must", ("HC-15", "DT-05"), "Không ai kịp làm việc đã hết hạn khi ban hành."
    ),
    "due_too_soon": Check(
        "thời gian",
        "must",
        ("DT-05",),
        "Ngày ban hành không tính; ngày đến hạn sớm nhất là ngày làm việc thứ n sau đó, kể cả ngày làm bù.",
    ),
    "due_too_late": Check("thời gian", "should", (), "Thời hạn dài hơn mức quy chế cho phép."),
    "due_in_tet": Check(
        "thời gian",
        "should",
        ("HC-15",),
        "Kỳ nghỉ Tết kể cả các ngày nghỉ liền trước và liền sau; hạn vẫn giữ nguyên nếu không sửa.",
    ),
    "due_on_day_off": Check(
        "thời gian",
        "should",
        ("HC-15",),
        "Bộ luật Dân sự chỉ kéo dài thời hạn tính bằng khoảng thời gian, không kéo dài một ngày cụ thể.",
    ),
    "due_after_parent": Check(
        "thời gian", "must", ("BT-02",), "Việc được giao xuống phải xong trước hạn của cấp trên giao cho tỉnh."
    ),
    "unit_crowded": Check(
        "thời gian",
        "should",
        ("DT-05",),
        "Thời gian hợp lý còn tùy số việc cùng hạn của một cơ quan; mức báo là một cài đặt.",
    ),
    "open_coordinators": Check(
        "trách nhiệm", "should", ("LC-04",), "“Các đơn vị liên quan” thì không đơn vị nào biết mình phải phối hợp."
    ),
    "coordinator_unknown": Check("trách nhiệm", "should", ("LC-04",)),
    "lead_coordinates": Check(
        "trách nhiệm", "should", ("LC-04",), "Một cơ quan không vừa chủ trì vừa phối hợp với chính mình."
    ),
    "lead_outside": Check("thẩm quyền", "must", ("DN-06",)),
    "open_authority": Check(
        "thẩm quyền",
        "should",
        (),
        "“Cấp có thẩm quyền” không cho biết ai xem xét, quyết định, nên không ai biết khi nào việc xong.",
    ),
    "no_product": Check(
        "sản phẩm", "should", ("BT-04",), "Sản phẩm có thể nằm ngay trong nội dung (báo cáo, kế hoạch, tờ trình…)."
    ),
    "open_product": Check("sản phẩm", "should", ("BT-04",), "“Theo quy định” không phải tên một sản phẩm."),
    "asked_twice": Check(
        "sản phẩm",
        "should",
        (),
        "Chỉ là nhận xét theo câu chữ, đơn vị và thời hạn gần nhau; người soạn quyết định có phải một báo cáo không.",
    ),
    "lead_doubt": Check(
        "người", "must", ("HC-06", "LC-04"), "Ô trống dưới một ô có chữ: có thể là như trên, có thể là chưa ghi."
    ),
    "deadline_doubt": Check(
        "thời gian", "must", ("HC-06", "LC-09"), "Ô trống dưới một ô có chữ: không tự lấy hạn của dòng khác."
    ),
    "cell_doubt": Check("việc", "should", ("HC-15",)),
})  # fmt: skip
