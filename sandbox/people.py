"""Units and people: three shapes of the same tree, as the real system has them.

`shared/unit/get_all` is one plain text, `getcontacts` mixes units and people in one
list with a packed field, `getuserinfo` is an object. Ended units stay in the first only.
"""

from __future__ import annotations

from typing import Any, Final

from sandbox.calls import EITHER, Call, Route, Routes
from sandbox.dialect import NULL, day, digit_flag, or_null, packed_person, stored_date
from sandbox.envelope import not_found
from sandbox.state import Row, State

_PEOPLE: Final = """
SELECT o.id AS posting_id, o.unit_id, o.position, o.role, u.name AS unit_name,
       p.user_id, p.username, p.full_name, p.email, p.phone, p.locked
FROM posting o JOIN person p USING (user_id) JOIN unit u ON u.id = o.unit_id
"""


def all_units(call: Call) -> object:
    """`shared/unit/get_all`: records of `KEY: VALUE` lines with a blank line between them."""
    rows = call.state.all("SELECT * FROM unit ORDER BY rowid")
    return "\n\n".join(_unit_block(row) for row in rows)


def _unit_block(row: Row) -> str:
    lines = (
        ("ID", row["id"]),
        ("NAME", row["name"]),
        ("AGENT_ID", row["code"]),
        ("PARENT_ID", row["parent_id"]),
        ("START_DATE", day(row["valid_from"])),
        ("END_DATE", day(row["valid_to"])),
        ("REPLACED_BY", row["successors"]),
    )
    return "\n".join(f"{key}: {or_null(value)}" for key, value in lines)


def contacts(call: Call) -> object:
    """`getcontacts`: living units first, then one row for each posting."""
    units = [_unit_contact(row) for row in living_units(call)]
    return units + [_person_contact(row) for row in call.state.all(f"{_PEOPLE} ORDER BY o.rowid")]


def living_units(call: Call) -> list[Row]:
    """Units that exist today, in the tree's order."""
    today = stored_date(call.now.date())
    return call.state.all(
        "SELECT * FROM unit WHERE (valid_to = '' OR valid_to >= ?) AND (valid_from = '' OR valid_from <= ?)"
        " ORDER BY rowid",
        (today, today),
    )


def _unit_contact(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "parentId": or_null(row["parent_id"]),
        "userName": row["name"],
        "position": "",
        "unitName": row["name"],
        "dataInfo": "",
    }


def _person_contact(row: Row) -> dict[str, Any]:
    """dataInfo: sex;phone;email;address;nation;religion;level;status;userId;dob;avatar."""
    packed = (
        "",
        row["phone"],
        row["email"],
        "",
        "Kinh",
        "",
        "",
        digit_flag(row["locked"]),
        row["user_id"],
        "",
        "",
    )
    return {
        "id": row["posting_id"],
        "parentId": row["unit_id"],
        "userName": row["full_name"],
        "position": row["position"],
        "unitName": row["unit_name"],
        "dataInfo": packed_person(packed),
    }


def me(call: Call) -> object:
    """`getuserinfo/me` and `getuserinfo/{userid}`."""
    user_id = call.args[0] if call.args else "me"
    posting = call.who.posting_id if user_id in ("me", call.who.user_id) else None
    clause, key = ("o.id = ?", posting) if posting else ("p.user_id = ?", user_id)
    row = call.state.one(f"{_PEOPLE} WHERE {clause} ORDER BY o.rowid", (key,))
    if row is None:
        raise not_found("Không tìm thấy người dùng")
    return _user_info(row)


def _user_info(row: Row) -> dict[str, Any]:
    return {
        "userId": row["user_id"],
        "userName": row["full_name"],
        "dob": NULL,
        "sexName": NULL,
        "status": digit_flag(row["locked"]),
        "address": NULL,
        "mobile": or_null(row["phone"]),
        "email": or_null(row["email"]),
        "agentId": row["unit_id"],
        "unitName": row["unit_name"],
        "position": row["position"],
    }


def job_units(call: Call) -> object:
    """`job/getlistunit`: units a job can be given to."""
    return [
        {"id": row["id"], "name": row["name"], "parentId": or_null(row["parent_id"])}
        for row in living_units(call)
    ]


def job_people(call: Call) -> object:
    """`job/getlistperson/{unitId}`: postings of one unit a job can be given to."""
    unit_id = call.args[0] if call.args else call.who.unit_id
    rows = call.state.all(f"{_PEOPLE} WHERE o.unit_id = ? AND NOT p.locked ORDER BY o.rowid", (unit_id,))
    return [_assignable(row) for row in rows]


def bosses(call: Call) -> object:
    """`job/getlistboss`: leaders of one's own unit, for `lanhDaoGiaoViec`."""
    rows = call.state.all(
        f"{_PEOPLE} WHERE o.unit_id = ? AND o.role = 'leader' ORDER BY o.rowid", (call.who.unit_id,)
    )
    return [_assignable(row) for row in rows]


def _assignable(row: Row) -> dict[str, str]:
    return {
        "id": row["posting_id"],
        "userId": row["user_id"],
        "name": row["full_name"],
        "position": row["position"],
        "unitId": row["unit_id"],
        "unitName": row["unit_name"],
    }


def name_of(state: State, user_id: str) -> str:
    """A person's name, the id itself when nobody has it."""
    return str(state.value("SELECT full_name FROM person WHERE user_id = ?", (user_id,)) or user_id)


def unit_name(state: State, unit_id: str) -> str:
    """A unit's name, the id itself when there is none."""
    return str(state.value("SELECT name FROM unit WHERE id = ?", (unit_id,)) or unit_id)


def living_unit(call: Call, unit_id: str) -> Row | None:
    """The unit if it exists today."""
    return next((row for row in living_units(call) if row["id"] == unit_id), None)


def everybody(state: State) -> list[dict[str, Any]]:
    """All log-ins with their postings, for the control plane and the page."""
    people: dict[str, dict[str, Any]] = {}
    for row in state.all(f"{_PEOPLE} ORDER BY p.rowid, o.rowid"):
        person = people.setdefault(row["user_id"], _login(state, row))
        person["postings"].append(
            {key: row[key] for key in ("posting_id", "unit_id", "unit_name", "position", "role")}
            | {"in_office": row["unit_id"] in state.office}
        )
    return [*people.values()]


def _login(state: State, row: Row) -> dict[str, Any]:
    password = state.value("SELECT password FROM person WHERE user_id = ?", (row["user_id"],))
    return {
        "user_id": row["user_id"],
        "username": row["username"],
        "password": password,
        "full_name": row["full_name"],
        "locked": bool(row["locked"]),
        "service": row["user_id"] == state.service_user,
        "postings": [],
    }


ROUTES: Routes = {
    "shared/unit/get_all": Route(all_units),
    "getcontacts": Route(contacts),
    "getuserinfo": Route(me),
    "job/getlistunit": Route(job_units, EITHER),
    "job/getlistperson": Route(job_people, EITHER),
    "job/getlistboss": Route(bosses, EITHER),
}
