"""Types of document with their notation, and the counters that number them year by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

PROVINCE_NAME = "UBND tỉnh Sông Lam"
OFFICE_NAME = "Văn phòng UBND tỉnh Sông Lam"


class Kind(NamedTuple):
    """A type of document. `pace` is about how many of its series are issued in a day.

    `signer` is "chair", "deputy" or "office"; all official letters of UBND share one counter.
    """

    doc_type: str
    notation: str
    series: str
    pace: float
    signer: str

    @property
    def issuer(self) -> str:
        """Return the authority shown on the document."""
        return OFFICE_NAME if self.signer == "office" else PROVINCE_NAME


KINDS: Mapping[str, Kind] = {
    "CT": Kind("Chỉ thị", "CT-UBND", "CT", 0.07, "chair"),
    "QD": Kind("Quyết định", "QĐ-UBND", "QĐ", 6.0, "deputy"),
    "KTH": Kind("Quyết định khen thưởng", "QĐ-UBND", "QĐ", 6.0, "chair"),
    "KH": Kind("Kế hoạch", "KH-UBND", "KH", 0.8, "deputy"),
    "CTR": Kind("Chương trình", "CTr-UBND", "CTr", 0.06, "chair"),
    "TB": Kind("Thông báo", "TB-UBND", "TB", 1.1, "deputy"),
    "KL": Kind("Thông báo kết luận", "TB-VP", "TB-VP", 1.3, "office"),
    "CVKT": Kind("Công văn", "UBND-KT", "UBND", 9.0, "deputy"),
    "CVVX": Kind("Công văn", "UBND-VX", "UBND", 9.0, "deputy"),
    "CVNC": Kind("Công văn", "UBND-NC", "UBND", 9.0, "chair"),
    "CVTH": Kind("Công văn", "UBND-TH", "UBND", 9.0, "deputy"),
    "CVVP": Kind("Công văn", "VP-TH", "VP", 2.0, "office"),
    "CD": Kind("Công điện", "CĐ-UBND", "CĐ", 0.09, "chair"),
    "PC": Kind("Phiếu chuyển", "PC-VP", "PC", 1.5, "office"),
    "GM": Kind("Giấy mời", "GM-UBND", "GM", 1.6, "office"),
    "BC": Kind("Báo cáo", "BC-UBND", "BC", 1.4, "deputy"),
    "TTR": Kind("Tờ trình", "TTr-UBND", "TTr", 0.9, "deputy"),
}

# field of work → room of the Office that drafts
ROOM_OF_FIELD: Mapping[str, str] = {
    "KT": "KT",
    "NN": "KT",
    "XD": "KT",
    "CN": "VX",
    "VX": "VX",
    "NC": "NC",
    "DP": "NC",
    "TH": "TH",
}


@dataclass(slots=True)
class Counters:
    """Gives each series its next number; numbers start anew every year and leave gaps.

    Documents must be numbered in the order of their days.
    """

    last: dict[tuple[str, int], int] = field(default_factory=dict)

    def next_number(self, kind: Kind, day: date) -> str:
        """Return e.g. "12/CT-UBND" for a document issued on `day`."""
        key = (kind.series, day.year)
        number = max(self.last.get(key, 0) + 1, round(day.timetuple().tm_yday * kind.pace))
        self.last[key] = number
        return f"{number:02}/{kind.notation}"
