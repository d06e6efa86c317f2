"""The dialect's envelope: `status.code` "0" is success, whatever the HTTP status says."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

AUTHENTICATION = "error_authentication_required"
JSON_TYPE = "application/json;charset=UTF-8"


class Refused(Exception):
    """The system understood and says no. Some refusals come inside an HTTP 200, as in the real one."""

    def __init__(self, code: str, message: str, http: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.http = http


@dataclass(frozen=True, slots=True)
class Download:
    """A binary answer, the only kind without an envelope."""

    name: str
    content: bytes


def invalid(message: str) -> Refused:
    """A body that cannot be used: HTTP 400."""
    return Refused("error_invalid_parameter", message, 400)


def not_found(message: str = "Không tìm thấy dữ liệu") -> Refused:
    """Nothing there, or nothing this account may see: HTTP 200 with an error inside."""
    return Refused("error_data_not_found", message)


def forbidden(message: str = "Bạn không có quyền thực hiện chức năng này") -> Refused:
    """No right: HTTP 200 with an error inside."""
    return Refused("error_permission_denied", message)


def unauthenticated() -> Refused:
    """No session, or one that a later log-in ended: HTTP 401."""
    return Refused(AUTHENTICATION, "Phiên làm việc đã hết hạn", 401)


def accepted(data: object) -> bytes:
    """The body of a success."""
    return orjson.dumps({"status": {"code": "0", "message": ""}, "data": data})


def refused(refusal: Refused) -> bytes:
    """The body of a refusal."""
    return orjson.dumps({"status": {"code": refusal.code, "message": refusal.message}, "data": None})
