"""From a raw record of this dialect to the record everybody understands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.dates import day_of
from connector.json_replies import json_object
from connector.province_api.keys import key_of
from connector.province_api.packed import file_refs
from connector.records import DirectiveRecord, DocumentState, Kind, RawRecord, Record, UnitRecord
from connector.texts import text_of
from errors import SkipRecord


def decode(raw: RawRecord) -> Record:
    """The record inside. Raises SkipRecord naming the field; never anything else, whatever the bytes."""
    body = json_object(raw)
    match raw.kind:
        case Kind.DOCUMENT:
            return _directive(body, raw.remote_id)
        case Kind.UNIT:
            return _unit(body, raw.remote_id)
    raise SkipRecord(f"This dialect shows no {raw.kind.value}.")


def _directive(body: Mapping[str, Any], remote_id: str) -> DirectiveRecord:
    row = body.get("incoming")
    return _incoming(row, remote_id) if isinstance(row, dict) else _outgoing(body, remote_id)


def _incoming(row: Mapping[str, Any], remote_id: str) -> DirectiveRecord:
    """A row of the list of incoming documents; it shows no mark, and who deals with it only as a text with names."""
    if key_of(row.get("ma_van_ban"), "ma_van_ban") != remote_id:
        raise SkipRecord("Field ma_van_ban: the row is that of another document.")
    return DirectiveRecord(
        remote_id=remote_id,
        number=text_of(row.get("so_ky_hieu")),
        subject=text_of(row.get("trich_yeu")),
        doc_type=text_of(row.get("ten_loai_van_ban")),
        issuer=text_of(row.get("ten_co_quan_ban_hanh")),
        issued_on=day_of(row.get("ngay_ban_hanh"), "ngay_ban_hanh"),
        state=DocumentState.ISSUED,
        signer=text_of(row.get("nguoi_ky")),
        note=text_of(row.get("nguoi_xu_ly_chinh")),
        files=tuple(file_refs(row.get("file_dinh_kem"))),
    )


def _outgoing(body: Mapping[str, Any], remote_id: str) -> DirectiveRecord:
    detail = body.get("detail")
    if not isinstance(detail, dict) or body.get("unread"):
        raise SkipRecord(f"The document could not be read: {body.get('unread') or 'no detail'}")
    if key_of(detail.get("ma_van_ban_di"), "ma_van_ban_di") != remote_id:
        raise SkipRecord("Field ma_van_ban_di: the detail is that of another document.")
    return DirectiveRecord(
        remote_id=remote_id,
        number=text_of(detail.get("so_ky_hieu")),
        subject=text_of(detail.get("trich_yeu")),
        doc_type=text_of(detail.get("ten_loai_van_ban")),
        issuer=text_of(detail.get("co_quan_ban_hanh_rut_gon")),
        issued_on=day_of(detail.get("ngay_ban_hanh"), "ngay_ban_hanh"),
        state=_state(detail.get("da_thu_hoi")),
        signer=text_of(detail.get("nguoi_ky")),
        drafter=text_of(detail.get("ten_can_bo_soan")),
        drafter_unit=text_of(detail.get("ten_don_vi_soan")),
        secrecy=text_of(detail.get("ten_do_mat")),
        urgency=text_of(detail.get("ten_do_khan")),
        due_text=text_of(detail.get("han_xu_ly")),
        note=text_of(detail.get("ghi_chu")),
        files=tuple(file_refs(detail.get("file_van_ban_bs"))),
    )


def _state(value: object) -> DocumentState:
    """Taken back or not; what is neither yes nor no is not guessed."""
    shown = text_of(value).lower().removesuffix(".0")
    if shown in {"", "0", "false"}:
        return DocumentState.ISSUED
    if shown in {"1", "true"}:
        return DocumentState.RECALLED
    raise SkipRecord("Field da_thu_hoi: neither yes nor no.")


def _unit(body: Mapping[str, Any], remote_id: str) -> UnitRecord:
    name = text_of(body.get("ten"))
    if key_of(body.get("ma"), "ma") != remote_id or not name:
        raise SkipRecord("Field ma or ten: the unit has no name, or is another one.")
    return UnitRecord(remote_id=remote_id, name=name, parent_id=key_of(body.get("ma_cha"), "ma_cha"))
