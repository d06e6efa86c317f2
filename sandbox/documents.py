"""Lists of documents: boxes, searches, their page counts, and the counters of the menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.calls import POST, Call, Route, Routes
from sandbox.dialect import (
    NULL,
    UPPER_TRUE,
    digit_flag,
    drifting,
    folded,
    has_file,
    lower_flag,
    marked_up,
    nfc,
    or_null,
    sometimes_minute,
    stored_day,
    upper_flag,
)
from sandbox.dialect import day as shown_day
from sandbox.document_rights import DOCUMENT, RECALLED, seeing
from sandbox.envelope import invalid
from sandbox.state import Row

SEARCH_KEYS: Final = (
    "trichYeu",
    "soKyHieu",
    "type",
    "linhVuc",
    "priority",
    "confidential",
    "startDateBanHanh",
    "endDateBanHanh",
    "startDateSoanThao",
    "endDateSoanThao",
    "startDateHanXuLy",
    "endDateHanXuLy",
    "coQuanBanHanh",
    "soVanBan",
    "soDen",
    "txtToanVan",
    "searchToanVan",
    "fieldSort",
    "sort",
)
_NEWEST: Final = "d.issued_at DESC, d.id DESC"
_SORTS: Final = {
    "ngayBanHanh": "d.issued_at",
    "ngayVanBan": "d.issued_at",
    "ngaySoanThao": "d.created_at",
    "hanXuLy": "d.due",
    "soKyHieu": "d.number",
    "trichYeu": "d.subject",
}
_SENT: Final = "EXISTS (SELECT 1 FROM recipient r WHERE r.doc_id = d.id AND r.unit_id = :unit AND r.role"
_OWN_DRAFT: Final = "(d.state = 0 AND d.drafter_user = :me)"
_BOXES: Final = {
    "waiting": f"({_SENT} <> 'refer') AND d.state = 1 OR {_OWN_DRAFT}) AND coalesce(w.done, 0) = 0",
    "processed": "(coalesce(w.done, 0) = 1 OR d.state > 0 AND d.drafter_user = :me)",
    "notify": f"{_SENT} = 'refer') AND d.state = 1",
    "signed": "coalesce(w.is_marked, 0) = 1",
    "outdate": "d.due <> '' AND d.due < :today AND d.state = 1 AND coalesce(w.done, 0) = 0",
    "lookup": "1",
}


@dataclass(slots=True)
class Selection:
    """Which documents, in which order, as SQL over `d` (document) and `w` (what this user did with it)."""

    conditions: list[str] = field(default_factory=list)
    named: dict[str, Any] = field(default_factory=dict)
    order: str = _NEWEST

    def add(self, condition: str, **named: object) -> None:
        """One more condition."""
        self.conditions.append(condition)
        self.named.update(named)

    @property
    def where(self) -> str:
        """All conditions."""
        return " AND ".join(f"({condition})" for condition in self.conditions)


def box(call: Call, name: str) -> Selection:
    """What this posting sees in one box, narrowed by the text in `param`."""
    condition, named = seeing(call.who)
    selection = Selection([condition, _BOXES[name]], dict(named))
    selection.named["today"] = call.at[:10]
    text = _text_param(call.fields)
    if text:
        selection.add("instr(d.search, :text) > 0", text=folded(text))
    return selection


def _text_param(body: Mapping[str, Any]) -> str:
    """`param` is a text in some lists and lies inside `parameter` in others."""
    parameter = body.get("parameter")
    given = parameter.get("param") if isinstance(parameter, Mapping) else body.get("param")
    text = nfc(str(given or "")).strip()
    return "" if text == NULL else text


def searched(call: Call) -> Selection:
    """`getlistlookupbyparam`: nineteen keys, all present, "" for those not used. Raises Refused otherwise."""
    given = call.fields.get("parameter")
    if not isinstance(given, Mapping):
        raise invalid("parameter: phải là một đối tượng")
    missing = [key for key in SEARCH_KEYS if not isinstance(given.get(key), str)]
    if missing:
        raise invalid(f"parameter: thiếu khóa {', '.join(missing)}")
    keys = {key: nfc(given[key]).strip() for key in SEARCH_KEYS}
    condition, named = seeing(call.who)
    selection = Selection([condition], dict(named))
    _search_texts(selection, keys)
    _search_dates(selection, keys)
    selection.order = _order(keys["fieldSort"], keys["sort"])
    return selection


def _search_texts(selection: Selection, keys: Mapping[str, str]) -> None:
    for key in ("trichYeu", "txtToanVan"):
        if keys[key]:
            selection.add(f"instr(d.search, :{key}) > 0", **{key: folded(keys[key])})
    if keys["soKyHieu"]:
        selection.add("instr(lower(d.number), lower(:soKyHieu)) > 0", soKyHieu=keys["soKyHieu"])
    for key, column in (
        ("coQuanBanHanh", "d.issuer"),
        ("priority", "d.urgency"),
        ("confidential", "d.secrecy"),
    ):
        if keys[key]:
            selection.add(f"{column} = :{key}", **{key: keys[key]})
    if keys["soVanBan"] or keys["soDen"]:
        selection.add("d.number LIKE :counter", counter=f"{keys['soVanBan'] or keys['soDen']}/%")
    if keys["type"]:
        selection.add("d.outgoing = :outgoing", outgoing=int(keys["type"] == "2"))
    if keys["linhVuc"]:
        selection.add("0")


def _search_dates(selection: Selection, keys: Mapping[str, str]) -> None:
    columns = (("BanHanh", "d.issued_at"), ("SoanThao", "d.created_at"), ("HanXuLy", "d.due"))
    for name, column in columns:
        start = stored_day(keys[f"startDate{name}"], f"startDate{name}")
        end = stored_day(keys[f"endDate{name}"], f"endDate{name}")
        if start:
            selection.add(f"{column} >= :start{name}", **{f"start{name}": start})
        if end:
            selection.add(f"{column} <> '' AND substr({column}, 1, 10) <= :end{name}", **{f"end{name}": end})


def _order(field_name: str, direction: str) -> str:
    if not field_name:
        return _NEWEST
    if field_name not in _SORTS or direction.upper() not in ("", "ASC", "DESC"):
        raise invalid("fieldSort, sort: không hợp lệ")
    way = direction.upper() or "DESC"
    return f"{_SORTS[field_name]} {way}, d.id {way}"


def page_of(call: Call, selection: Selection) -> list[dict[str, Any]]:
    """The asked page as rows of the dialect."""
    page = call.page()

    def read(offset: int) -> list[Row]:
        sql = (
            f"{DOCUMENT} WHERE {selection.where} ORDER BY {selection.order} LIMIT {page.size} OFFSET {offset}"
        )
        return call.state.all(sql, selection.named)

    return [document_row(row) for row in call.paging(page, read)]


def count_of(call: Call, selection: Selection) -> dict[str, str]:
    """The twin call: `pageNo` is asked as "-1" and answered as the number of pages."""
    size = call.number("pageRec")
    if call.text("pageNo") != "-1" or size < 1:
        raise invalid('pageNo phải là "-1"')
    return {"pageNo": str(-(-_total(call, selection) // size)), "pageRec": str(size)}


def _total(call: Call, selection: Selection) -> int:
    joined = "document d LEFT JOIN doc_user w ON w.doc_id = d.id AND w.user_id = :me"
    sql = f"SELECT count(*) FROM {joined} WHERE {selection.where}"  # noqa: S608 - own texts, values are named
    return int(call.state.value(sql, selection.named))


def document_row(row: Row) -> dict[str, Any]:
    """The row of a list: ids as texts, three kinds of true, "null" where something is missing."""
    number = row["id"]
    return {
        "id": str(number),
        "trichYeu": marked_up(drifting(row["subject"], number, 3), number),
        "soKihieu": row["number"],
        "coQuanBanHanh": drifting(row["issuer"], number, 4),
        "ngayVanBan": or_null(shown_day(row["issued_at"]) if row["state"] else ""),
        "ngayNhan": or_null(sometimes_minute(row["issued_at"], number) if row["state"] else ""),
        "doKhan": row["urgency"] or "Thường",
        "role": "Xử lý chính",
        "congVanDenDi": "2" if row["outgoing"] else "1",
        "processDefinitionId": NULL,
        "processInstanceId": str(number * 10 + 1),
        "hasFile": has_file(number, bool(row["has_file"])),
        "isRead": upper_flag(row["is_read"]),
        "isCheck": digit_flag(row["is_marked"]),
        "isComment": lower_flag(row["has_comment"]),
        "isChuTri": UPPER_TRUE,
        "isSign": upper_flag(row["state"]),
        "isChuyenTiep": NULL,
        "type": "2" if row["outgoing"] else "1",
        "layLai": lower_flag(row["state"] == RECALLED),
    }


def menu_counts(call: Call) -> object:
    """`document/countmenu`: counts as texts."""
    names = (
        ("waiting", "VAN_BAN_DEN_CA_NHAN"),
        ("processed", "VAN_BAN_DA_XU_LY"),
        ("notify", "VANBAN_THONGBAO"),
    )
    call.body = {}
    return [{"name": shown, "total": str(_total(call, box(call, name)))} for name, shown in names]


def _list(name: str) -> Route:
    return Route(lambda call: page_of(call, box(call, name)), POST)


def _count(name: str) -> Route:
    return Route(lambda call: count_of(call, box(call, name)), POST)


def _count_searched(call: Call) -> object:
    return count_of(call, searched(call))


ROUTES: Routes = {
    "document/getlistwaitingdocument": _list("waiting"),
    "document/getpagingwaitingdocument": _count("waiting"),
    "document/getlistprocesseddocument": _list("processed"),
    "document/getpagingprocesseddocument": _count("processed"),
    "document/getlistnotifydocument": _list("notify"),
    "document/getpagingnotifydocument": _count("notify"),
    "document/getlistsigneddocument": _list("signed"),
    "document/getpagingsigneddocument": _count("signed"),
    "document/getlistoutdatedocument": _list("outdate"),
    "document/getpagingoutdatedocument": _count("outdate"),
    "document/lookupdocument": _list("lookup"),
    "document/paginglookupdocument": _count("lookup"),
    "document/getpaginglookupdocument": _count("lookup"),
    "document/getlistlookupbyparam": Route(lambda call: page_of(call, searched(call)), POST),
    "document/paginglookupbyparam": Route(_count_searched, POST),
    "document/getpaginglookupbyparam": Route(_count_searched, POST),
    "document/countmenu": Route(menu_counts),
}
