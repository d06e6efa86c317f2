"""Rows as this dialect shows them: snake_case, keys as floats, days without zone, files as packed paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sandbox.dialect import day, drifting, second
from sandbox.document_rights import RECALLED
from sandbox.people import name_of, unit_name
from sandbox.province_api.packing import packed_paths
from sandbox.state import Row, State

_FILES: Final = """
SELECT f.id, f.name, f.created_at FROM file_link k JOIN file f ON f.id = k.file_id
WHERE k.place IN ('attach', 'related') AND k.target_id = ? ORDER BY k.id
"""


def outgoing_row(state: State, row: Row, host: str) -> dict[str, Any]:
    """A row of the search among outgoing documents."""
    number = row["id"]
    return {
        "ma_van_ban": float(number),
        "so_ky_hieu": row["number"],
        "trich_yeu": drifting(row["subject"], number, 3),
        "ngay_ban_hanh": day(row["issued_at"]),
        "nguoi_ky": row["signer"],
        "ten_loai_van_ban": row["doc_type"],
        "co_quan_ban_hanh_rut_gon": row["issuer"],
        "ten_can_bo_soan": name_of(state, row["drafter_user"]),
        "da_thu_hoi": float(row["state"] == RECALLED),
        "file_van_ban_bs": packed_paths(_files(state, number), "vanbandi", host),
    }


def outgoing_detail(state: State, row: Row, host: str) -> dict[str, Any]:
    """One outgoing document; its key has another name than in the row, its text is composed otherwise."""
    number = row["id"]
    return outgoing_row(state, row, host) | {
        "ma_van_ban_di": float(number),
        "trich_yeu": drifting(row["subject"], number, 4),
        "ngay_ban_hanh": second(row["issued_at"]),
        "han_xu_ly": day(row["due"]) or None,
        "ten_do_mat": row["secrecy"] or None,
        "ten_do_khan": row["urgency"],
        "ghi_chu": row["note"] or None,
        "ten_don_vi_soan": unit_name(state, row["drafter_unit"]),
    }


def incoming_row(state: State, row: Row, host: str) -> dict[str, Any]:
    """A row of the list of incoming documents; who deals with it is a text with names in it."""
    number = row["id"]
    leads = state.all("SELECT unit_id FROM recipient WHERE doc_id = ? ORDER BY rowid", (number,))
    names = "; ".join(f"{unit_name(state, lead['unit_id'])} (xử lý chính)" for lead in leads)
    return {
        "ma_van_ban": float(number),
        "so_ky_hieu": row["number"],
        "trich_yeu": drifting(row["subject"], number, 3),
        "ngay_ban_hanh": day(row["issued_at"]),
        "ngay_den": second(row["issued_at"]),
        "nguoi_ky": row["signer"],
        "ten_loai_van_ban": row["doc_type"],
        "ten_co_quan_ban_hanh": row["issuer"],
        "nguoi_xu_ly_chinh": names,
        "file_dinh_kem": packed_paths(_files(state, number), "vanbanden", host),
    }


def posting_row(row: Row, refresh_token: str) -> dict[str, Any]:
    """One of the posts that a person acts as."""
    return {
        "ma_ctcb_kc": float(row["posting_id"]),
        "ho_va_ten_can_bo": row["full_name"],
        "ten_chuc_vu": row["position"],
        "ten_don_vi": row["unit_name"],
        "ma_don_vi_kc": float(row["unit_id"]),
        "ma_don_vi_cha": float(row["parent_id"] or 0),
        "di_dong_can_bo": row["phone"],
        "refresh_token": refresh_token,
    }


def unit_tree(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Units inside units; here the key is a text of digits."""
    inside: dict[str, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    roots: list[dict[str, Any]] = []
    for row in rows:
        shown = {"ma": row["id"], "ten": drifting(row["name"], len(row["name"]), 4)}
        inside.get(row["parent_id"], roots).append({"data": shown, "childs": inside[row["id"]]})
    return roots


def _files(state: State, number: int) -> list[Row]:
    return state.all(_FILES, (number,))
