"""The made-up province "Tỉnh Sông Lam": units, people, two years of documents with real files.

Everything follows from a seed and a day, byte for byte, so that a demonstration, a test
and a measurement all speak of the same province. No place, person or text in it is real.
"""

from __future__ import annotations

from datetime import date

from sandbox.dataset import Dataset
from sandbox.province.directives import make_documents
from sandbox.province.manifest import manifest
from sandbox.province.people import SERVICE_USER, make_people
from sandbox.province.units import make_units

__all__ = ["build", "manifest"]

STATUSES: tuple[tuple[int, str], ...] = (
    (1, "Chưa thực hiện"),
    (2, "Đang thực hiện"),
    (3, "Đã thực hiện"),
    (4, "Đã hoàn thành"),
    (5, "Đã hủy"),
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
    (31, "Trình kết quả"),
    (32, "Xin gia hạn"),
    (33, "Chuyển trả"),
    (34, "Đã tiếp nhận"),
    (35, "Báo cáo vướng mắc"),
    (36, "Báo cáo giải trình"),
)

EVALUATIONS: tuple[tuple[int, str], ...] = (
    (1, "Đạt"),
    (2, "Không đạt"),
    (3, "Không đồng ý gia hạn"),
    (4, "Kết thúc công việc"),
    (5, "Mở lại"),
)


def build(seed: int = 2026, today: date = date(2026, 11, 16)) -> Dataset:
    """Return the province as it stands on `today` (a local day of Việt Nam).

    The same seed and day give the same bytes. Due dates spread around `today`; the
    dates of the reforms do not move with it.
    """
    register = make_units()
    people, postings = make_people(register, seed)
    return Dataset(
        province="Tỉnh Sông Lam",
        units=register.units,
        people=people,
        postings=postings,
        documents=make_documents(register, people, postings, seed, today),
        service_user=SERVICE_USER,
        statuses=STATUSES,
        evaluations=EVALUATIONS,
        today=today,
    )
