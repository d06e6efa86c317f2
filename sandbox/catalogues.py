"""The lists of this installation. A real one has its own: they are to be discovered, not known."""

from __future__ import annotations

from typing import Final

STATUS: Final = "TINHTRANGCONGVIEC"
URGENCY: Final = "MUCDOCONGVIEC"
EVALUATION: Final = "DANHGIACONGVIEC"
SEARCH_STATE: Final = "TRANGTHAITIMKIEM"

NOT_STARTED: Final = 1
DOING: Final = 2
CANCELLED: Final = 5
HAND_IN: Final = 31
ASK_EXTENSION: Final = 32
SEND_BACK: Final = 33
TAKEN: Final = 34
DIFFICULTY: Final = 35
EXPLANATION: Final = 36

APPROVED: Final = 1
REJECTED: Final = 2
EXTENSION_REFUSED: Final = 3
ENDED: Final = 4
REOPENED: Final = 5

Entries = tuple[tuple[int, str], ...]

CATALOGUES: Final[dict[str, Entries]] = {
    STATUS: (
        (NOT_STARTED, "Chưa thực hiện"),
        (DOING, "Đang thực hiện"),
        (3, "Đã thực hiện"),
        (4, "Đã hoàn thành"),
        (CANCELLED, "Đã hủy"),
        (11, "Chưa thực hiện đến hạn"),
        (12, "Chưa thực hiện quá hạn"),
        (13, "Đang thực hiện đến hạn"),
        (14, "Đang thực hiện quá hạn"),
        (15, "Kết thúc"),
        (16, "Thu hồi"),
        (21, "Chờ xác nhận"),
        (22, "Đang thực hiện trong hạn"),
        (23, "Đã hoàn thành trong hạn"),
        (24, "Đã hoàn thành quá hạn"),
        (41, "Đã chuyển sang nhiệm vụ khác"),
        (51, "Đang xử lý trong hạn"),
        (52, "Đã xử lý đúng hạn"),
        (53, "Đang xử lý quá hạn"),
        (54, "Đã xử lý quá hạn"),
        (61, "chưa thực hiện"),
        (62, "chưa thực hiện - trong hạn"),
        (63, "chưa thực hiện - quá hạn"),
        (64, "đang thực hiện"),
        (65, "đang thực hiện - trong hạn"),
        (66, "đang thực hiện - quá hạn"),
        (67, "đã thực hiện"),
        (68, "đã thực hiện - trong hạn"),
        (69, "đã thực hiện - quá hạn"),
        (71, "nhiệm vụ đã hoàn thành"),
        (72, "nhiệm vụ chưa hoàn thành"),
        (73, "đã quá thời hạn 20 ngày"),
        (81, "kết thúc"),
        (82, "thu hồi"),
        (83, "đã chuyển sang nhiệm vụ khác"),
        (HAND_IN, "Trình kết quả"),
        (ASK_EXTENSION, "Xin gia hạn"),
        (SEND_BACK, "Chuyển trả"),
        (TAKEN, "Đã tiếp nhận"),
        (DIFFICULTY, "Báo cáo vướng mắc"),
        (EXPLANATION, "Báo cáo giải trình"),
    ),
    URGENCY: ((1, "Thường"), (2, "Khẩn"), (3, "Thượng khẩn"), (4, "Hỏa tốc")),
    EVALUATION: (
        (APPROVED, "Đạt"),
        (REJECTED, "Không đạt"),
        (EXTENSION_REFUSED, "Không đồng ý gia hạn"),
        (ENDED, "Kết thúc công việc"),
        (REOPENED, "Mở lại"),
    ),
    SEARCH_STATE: (
        (0, "Tất cả"),
        (1, "Chưa thực hiện"),
        (2, "Đang thực hiện"),
        (3, "Đã thực hiện"),
        (4, "Quá hạn"),
    ),
}
