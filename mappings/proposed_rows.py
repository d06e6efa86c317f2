"""Proposals from running text as rows of a table, once a person has confirmed them; and the words that ask for it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from mappings.narrative import Proposal
from mappings.tables import TableRow
from mappings.texts import collapse, fold

#: What the rows stand in, instead of a table.
PLACE: Final = "Nội dung văn bản"
LONGEST: Final = 40
_SHOWN: Final = 160


def proposed_rows(proposals: Sequence[Proposal], file: str) -> list[TableRow]:
    """One row a proposal, in the order of the text: judged like any other row from here on."""
    return [
        TableRow(
            file=file,
            table=PLACE,
            row=number,
            ordinal=str(number),
            section="",
            content=collapse(one.span),
            lead="; ".join(one.leads),
            coordinators="; ".join(one.coordinators),
            deadline=one.term.deadline.phrase if one.term is not None else "",
        )
        for number, one in enumerate(proposals, 1)
    ]


def proposal_code(rows: Sequence[TableRow]) -> str:
    """The code that a confirmation names: other proposals have another one, so nothing else is confirmed by it."""
    said = repr([(row.content, row.lead, row.coordinators, row.deadline) for row in rows])
    return f"TD-DX-{hashlib.sha256(said.encode()).hexdigest()[:10].upper()}"


def proposal_comment(number: str, rows: Sequence[TableRow], code: str) -> str:
    """What the drafter reads: each proposed task, and how to confirm them (“đề xuất, cần xác nhận”)."""
    lines = [
        f"Văn bản {number} không có bảng phân công. Từ nội dung văn bản, đề xuất {len(rows)} nhiệm vụ, cần xác nhận:"
    ]
    for row in rows[:LONGEST]:
        text = (
            row.content if len(row.content) <= _SHOWN else row.content[: _SHOWN - 1].rsplit(" ", 1)[0] + "…"
        )
        lines.append(
            f"{row.ordinal}. {text} – Chủ trì: {row.lead or 'chưa rõ'}; thời hạn: {row.deadline or 'không nêu'}."
        )
    if len(rows) > LONGEST:
        lines.append(f"… và {len(rows) - LONGEST} nhiệm vụ khác.")
    lines.append(
        f"Để theo dõi đúng như trên, ghi ý kiến “Xác nhận {code}”; nếu khác, đính kèm bảng phân công."
    )
    return "\n".join(lines)


def confirms(comment: str, code: str) -> bool:
    """Whether a person's comment confirms the proposals of `code`; our own question does not."""
    said = fold(comment)
    return said.startswith("xac nhan") and code.lower() in said
