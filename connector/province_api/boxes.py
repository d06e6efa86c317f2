"""The two lists of documents that this dialect has: what an office issued, and what was sent to a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from connector.port import Capability
from connector.raw_records import row_fingerprint
from connector.texts import text_of

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Box:
    """One list: its address, what its days are of, the names of its first and last day, what else it must be given.

    `telling` are the fields by which a row shows that its document changed. With `detail` a
    document is read whole by a call of its own; otherwise its row is all there is.
    """

    path: str
    day: str
    days: tuple[str, str]
    further: Mapping[str, str]
    telling: tuple[str, ...]
    detail: bool
    shows: frozenset[Capability]

    def fingerprint(self, row: Row) -> str:
        """Of a row of this list."""
        return row_fingerprint({name: text_of(row.get(name)) for name in self.telling})


_COMMON: Final = ("so_ky_hieu", "trich_yeu", "ngay_ban_hanh", "nguoi_ky", "ten_loai_van_ban")
OUTGOING: Final = Box(
    path="van-ban/tra-cuu-van-ban-di-agg",
    day="ngay_ban_hanh",
    days=("tu_ngay", "den_ngay"),
    further={},
    telling=(*_COMMON, "co_quan_ban_hanh_rut_gon", "da_thu_hoi", "file_van_ban_bs"),
    detail=True,
    shows=frozenset({Capability.LISTS_COMPLETELY, Capability.SHOWS_SECRECY}),
)
#: Of `trang_thai_xu_ly` only 1 is known, so what is not listed may have been dealt with: absence means nothing.
INCOMING: Final = Box(
    path="van-ban-den/danh-sach-van-ban-den-theo-trang-thai-cua-chuyen-vien",
    day="ngay_den",
    days=("nhan_tu_ngay", "nhan_den_ngay"),
    further={
        "co_tep_tin": "-1",
        "ma_loai_ttdh": "0",
        "ma_yeu_cau": "2",
        "trang_thai_ttdh_gui": "-1",
        "trang_thai_xu_ly": "1",
    },
    telling=(*_COMMON, "ngay_den", "ten_co_quan_ban_hanh", "nguoi_xu_ly_chinh", "file_dinh_kem"),
    detail=False,
    shows=frozenset(),
)
