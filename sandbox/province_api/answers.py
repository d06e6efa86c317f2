"""What answers each address: the same data and the same rights as over dialect A, said in the words of dialect B."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sandbox import files
from sandbox.calls import Acting, Call, PageRequest, acting_as, whole
from sandbox.dialect import nfc, stored_day
from sandbox.document_rights import DOCUMENT, needed_document, seeing
from sandbox.envelope import Download, Refused, invalid, not_found
from sandbox.people import living_units
from sandbox.province_api import rows
from sandbox.province_api.packing import file_number
from sandbox.state import Row, State

_POSTS: Final = """
SELECT o.id AS posting_id, o.unit_id, o.position, u.name AS unit_name, u.parent_id, p.user_id, p.full_name,
       p.phone
FROM posting o JOIN person p USING (user_id) JOIN unit u ON u.id = o.unit_id WHERE p.user_id = ?
ORDER BY o.rowid
"""
_SENT: Final = (
    "EXISTS (SELECT 1 FROM recipient r WHERE r.doc_id = d.id AND r.unit_id = :unit) AND d.state = 1"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A handler with the method it takes and the parameter that names the acting post ("" for none)."""

    handler: Callable[[Call, str], Any]
    method: str = "POST"
    posting: str = "ma_can_bo"


def acting(state: State, user_id: str, posting_id: str) -> Acting:
    """The post if it is one of this person's. Raises Refused."""
    who = acting_as(state, _key(posting_id, "ma_can_bo"))
    if who is None or who.user_id != user_id:
        raise Refused("posting", "Cán bộ không có công tác này")
    return who


def postings(state: State, username: str, password: str, refresh_token: Callable[[Row], str]) -> Any:
    """`danh-sach-cong-tac-can-bo`: the posts of one person. Raises Refused."""
    person = state.one("SELECT * FROM person WHERE username = ? AND NOT locked", (username,))
    if person is None or person["password"] != password:
        raise Refused("login", "Tên đăng nhập hoặc mật khẩu không đúng")
    token = refresh_token(person)
    return [rows.posting_row(row, token) for row in state.all(_POSTS, (person["user_id"],))]


def outgoing(call: Call, host: str) -> Any:
    """`tra-cuu-van-ban-di-agg`: outgoing documents of one year, newest first."""
    found = _page(call, "d.outgoing = 1 AND d.state > 0", "tu_ngay", "den_ngay")
    return [rows.outgoing_row(call.state, row, host) for row in found]


def incoming(call: Call, host: str) -> Any:
    """`danh-sach-van-ban-den-theo-trang-thai-cua-chuyen-vien`: what was sent to the unit of this post."""
    for name in ("ma_don_vi_quan_tri", "co_tep_tin", "ma_loai_ttdh", "ma_yeu_cau", "trang_thai_ttdh_gui"):
        call.needed(name)
    if call.needed("trang_thai_xu_ly") != "1":
        return []
    found = _page(call, _SENT, "nhan_tu_ngay", "nhan_den_ngay")
    return [rows.incoming_row(call.state, row, host) for row in found]


def detail(call: Call, host: str) -> Any:
    """`chi-tiet-van-ban-di`."""
    row = needed_document(call, whole(_key(call.needed("ma_van_ban_di"), "ma_van_ban_di"), "ma_van_ban_di"))
    if not row["outgoing"] or not row["state"]:
        raise not_found("Văn bản không tồn tại")
    return rows.outgoing_detail(call.state, row, host)


def units(call: Call, host: str) -> Any:  # noqa: ARG001
    """`ds-don-vi-tu-dv-dinh-danh`: the tree of the units that exist today."""
    return rows.unit_tree(living_units(call))


def document_types(call: Call, host: str) -> Any:  # noqa: ARG001
    """`danh-sach-loai-van-ban-no-authen`."""
    found = call.state.all("SELECT DISTINCT doc_type FROM document ORDER BY doc_type")
    return [
        {"ma_loai_van_ban_kc": float(n), "ten_loai_van_ban": row["doc_type"]}
        for n, row in enumerate(found, 1)
    ]


def totals(call: Call, host: str) -> Any:  # noqa: ARG001
    """`bao-cao-tong-hop-van-ban`: counts as texts."""
    condition, named = seeing(call.who)
    counted = {
        name: call.state.value(
            f"SELECT count(*) FROM document d WHERE {condition} AND d.outgoing = {way} AND d.state > 0",  # noqa: S608
            named,
        )
        for name, way in (("tong_so_di", 1), ("tong_so_den", 0))
    }
    return {name: str(count) for name, count in counted.items()}


def file_of(call: Call, path: str, posts: list[Acting]) -> Download:
    """The bytes behind a packed path, for whoever may see them from one of their posts. Raises Refused."""
    for who in posts:
        try:
            found = files.download(replace(call, who=who, args=(str(file_number(path)),)))
        except Refused:
            continue
        assert isinstance(found, Download)
        if nfc(path).endswith(nfc(found.name).replace(":", "-").replace("/", "-")):
            return found
    raise not_found("Không tìm thấy tệp")


def posts_of(state: State, user_id: str) -> list[Acting]:
    """Every post of a person."""
    found = (acting_as(state, row["posting_id"]) for row in state.all(_POSTS, (user_id,)))
    return [who for who in found if who is not None]


def _page(call: Call, condition: str, start_name: str, end_name: str) -> list[Row]:
    """One page of one year, newest first; the year is always asked for, the days may be blank."""
    page = PageRequest(call.number("page"), call.number("size"))
    if page.number < 1 or not 1 <= page.size <= 1000:
        raise invalid("page, size: không hợp lệ")
    seen, named = seeing(call.who)
    named = named | {
        "year": call.needed("nam"),
        "start": stored_day(call.text(start_name), start_name),
        "end": stored_day(call.text(end_name), end_name) or "9999-12-31",
    }
    where = (
        f"({seen}) AND ({condition}) AND substr(d.issued_at, 1, 4) = :year"
        " AND substr(d.issued_at, 1, 10) BETWEEN :start AND :end"
    )

    def read(offset: int) -> list[Row]:
        order = f"ORDER BY d.issued_at DESC, d.id DESC LIMIT {page.size} OFFSET {offset}"
        return call.state.all(f"{DOCUMENT} WHERE {where} {order}", named)

    return call.paging(page, read)


def _key(text: str, name: str) -> str:
    """A key as clients send it: `1088` or, as it was shown, `1088.0`."""
    shown = text.strip().removesuffix(".0")
    return str(whole(shown, name))


ANSWERS: Final[Mapping[str, Answer]] = {
    "van-ban/tra-cuu-van-ban-di-agg": Answer(outgoing),
    "van-ban-den/danh-sach-van-ban-den-theo-trang-thai-cua-chuyen-vien": Answer(incoming),
    "van-ban-di/chi-tiet-van-ban-di": Answer(detail, "GET", "ma_ctcb"),
    "can-bo/ds-don-vi-tu-dv-dinh-danh": Answer(units, "GET", ""),
    "danh-muc/danh-sach-loai-van-ban-no-authen": Answer(document_types, "GET", ""),
    "bao-cao-thong-ke/bao-cao-tong-hop-van-ban": Answer(totals, "GET", ""),
}
