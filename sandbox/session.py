"""Sessions of dialect A: a token in a header, a cookie beside it, one living session per person."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sandbox.calls import EITHER, POST, Acting, acting_as, postings_of
from sandbox.catalogues import CATALOGUES
from sandbox.clock import Clock
from sandbox.dialect import LOWER_FALSE, LOWER_TRUE, NULL, stored_time
from sandbox.envelope import Refused, not_found, unauthenticated
from sandbox.state import Row, State

COOKIE = "JSESSIONID"
_BOXES = (
    ("Văn bản chờ xử lý", "VAN_BAN_DEN_CA_NHAN"),
    ("Văn bản đã xử lý", "VAN_BAN_DA_XU_LY"),
    ("Văn bản xem để biết", "VANBAN_THONGBAO"),
    ("Công việc", "CONG_VIEC"),
)


class Sessions:
    """Who is logged in. A token dies of age, of a log-out, or of a later log-in of the same person."""

    def __init__(self, state: State, clock: Clock, minutes: int, per_user: int) -> None:
        self._state = state
        self._clock = clock
        self._life = timedelta(minutes=minutes)
        self._per_user = per_user

    def log_in(self, username: str, password: str) -> tuple[dict[str, Any], str]:
        """The log-in payload and the cookie value. Raises Refused (with an HTTP 200)."""
        person = self._state.one("SELECT * FROM person WHERE username = ?", (username,))
        if person is None or not secrets.compare_digest(person["password"].encode(), password.encode()):
            raise Refused("error_login_failed", "Tên đăng nhập hoặc mật khẩu không đúng")
        if person["locked"]:
            raise Refused("error_account_locked", "Tài khoản đã bị khóa")
        posting = postings_of(self._state, person["user_id"])
        if not posting:
            raise Refused("error_account_locked", "Tài khoản chưa được gán chức danh")
        return self._start(person["user_id"], posting[0]["id"])

    def switch(self, who: Acting, posting_id: str) -> tuple[dict[str, Any], str]:
        """Act from another posting of the same person: a new log-in payload. Raises Refused."""
        if posting_id not in [row["id"] for row in postings_of(self._state, who.user_id)]:
            raise not_found("Không có chức danh này")
        return self._start(who.user_id, posting_id)

    def acting(self, token: str, cookie: str) -> Acting:
        """Who the token belongs to; a cookie of another session ends it too. Raises Refused 401."""
        row = self._state.one("SELECT * FROM session WHERE token = ?", (token,)) if token else None
        if row is None or row["expires_at"] <= stored_time(self._clock.now()):
            raise unauthenticated()
        if cookie and cookie != row["cookie"]:
            raise unauthenticated()
        who = acting_as(self._state, row["posting_id"])
        if who is None or self._locked(row):
            raise unauthenticated()
        return who

    def log_out(self, token: str) -> None:
        """End one session; unknown tokens are ignored."""
        self._state.run("DELETE FROM session WHERE token = ?", (token,))

    def _locked(self, session: Row) -> bool:
        return bool(self._state.value("SELECT locked FROM person WHERE user_id = ?", (session["user_id"],)))

    def _start(self, user_id: str, posting_id: str) -> tuple[dict[str, Any], str]:
        token, cookie = secrets.token_urlsafe(24), secrets.token_hex(16).upper()
        started = (self._state.value("SELECT max(started) FROM session") or 0) + 1
        expires_at = stored_time(self._clock.now() + self._life)
        with self._state.transaction():
            self._state.insert(
                "session",
                token=token,
                cookie=cookie,
                user_id=user_id,
                posting_id=posting_id,
                started=started,
                expires_at=expires_at,
            )
            self._state.run(
                "DELETE FROM session WHERE user_id = ? AND token NOT IN"
                " (SELECT token FROM session WHERE user_id = ? ORDER BY started DESC LIMIT ?)",
                (user_id, user_id, self._per_user),
            )
        who = acting_as(self._state, posting_id)
        if who is None:
            raise unauthenticated()
        return login_payload(self._state, who, token), cookie


def login_payload(state: State, who: Acting, token: str) -> dict[str, Any]:
    """What a log-in answers; the password is not echoed, unlike the real one."""
    others = [row for row in postings_of(state, who.user_id) if row["id"] != who.posting_id]
    menu = [
        {
            "name": name,
            "child": [
                {
                    "name": name,
                    "param": box,
                    "btnChuyenDongThoi": LOWER_FALSE,
                    "btnKetThucDongThoi": LOWER_FALSE,
                }
            ],
        }
        for name, box in _BOXES
    ]
    return {
        "username": who.username,
        "password": "",
        "userId": who.user_id,
        "agent": who.unit_id,
        "agentInfo": who.unit_name,
        "fullName": who.full_name,
        "avatar": NULL,
        "unitName": who.unit_name,
        "unitId": who.unit_id,
        "token": token,
        "kho": [box for _, box in _BOXES],
        "multilPrimary": LOWER_TRUE,
        "switchUser": [
            {"userid": row["id"], "name": f"{row['position']} - {row['unit_name']}"} for row in others
        ],
        "menu": menu,
        "roles": [who.role.upper(), *(["REVIEWER"] if who.reviews else [])],
        "configs": {"STATUS_LISTS": ",".join(CATALOGUES)},
    }


def check_version() -> dict[str, str]:
    """The app asks, before any log-in, whether it is too old; it never is here."""
    return {"version": "1.16", "update": LOWER_FALSE}


#: These change the session itself, or need none, and are answered by the server directly.
SESSION_PATHS = {
    "login": POST,
    "login/v2": POST,
    "login/v3": POST,
    "logout": EITHER,
    "switch": EITHER,
    "checkversion": POST,
}
