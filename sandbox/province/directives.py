"""Put every document of the two years together: number, people, marks and files."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sandbox.dataset import Attachment, Document, Person, Posting
from sandbox.province.classified import SECRETS, STAMP, Secret, hide_in_rows
from sandbox.province.kinds import KINDS, ROOM_OF_FIELD, Counters, Kind
from sandbox.province.layouts import lay_out
from sandbox.province.letters import write_pdf
from sandbox.province.officedays import moment, office_day
from sandbox.province.people import CLERK, SPECIALIST
from sandbox.province.plans import PLANS, FilePlan, Plan
from sandbox.province.rows import Desk, draft_rows
from sandbox.province.specification import Row, TableFile
from sandbox.province.subjects import DRAFTS, INCOMING, ORDINARY
from sandbox.province.tables_docx import write_docx
from sandbox.province.tables_xls import write_xls
from sandbox.province.tables_xlsx import write_xlsx
from sandbox.province.units import OFFICE, PROVINCE, Register, stands

_MARKS = ("Thường", "Thường", "Bình thường", "Không", "Thường", "bình thường")
_URGENCY = ("Thường", "Thường", "Thường", "Khẩn", "Thường", "Thượng khẩn")
_FILE_NAMES = (
    "Phụ lục phân công nhiệm vụ.{x}",
    "PL kem theo {n}.{x}",
    "Bảng phân công {n}.{x}",
    "bang_phan_cong_{n}.{x}",
    "DANH MUC NHIEM VU (ban cuoi).{X}",
)
_OUTSIDE_SIGNERS = ("Lương Bá Khải", "Đào Thị Minh Nguyệt", "Hồ Sỹ Đàn")
_PLAIN_TABLE = FilePlan("xlsx", 6, "A", frozenset({"native"}), ())
_SECRET_TABLES = {
    "table": FilePlan("xlsx", 6, "A", frozenset({"native"}), ()),
    "stamped": FilePlan("docx", 5, "C", frozenset({"sign"}), ()),
}


@dataclass(frozen=True, slots=True)
class _Outline:
    """A document before it has a number: what it is about and when it is signed."""

    kind: Kind
    field: str
    subject: str
    at: datetime
    plan: Plan | None = None
    secret: Secret | None = None
    draft: bool = False
    draft_table: bool = False


@dataclass(slots=True)
class _Press:
    """The Office's typing room: everything that making a document needs."""

    register: Register
    desk: Desk
    seed: int
    chair: str
    deputies: tuple[str, ...]
    office: tuple[str, ...]
    drafters: dict[str, list[str]]
    clerk: str
    counters: Counters = field(default_factory=Counters)

    def signer(self, kind: Kind, turn: int) -> str:
        """Return the full name of who signs this type of document."""
        if kind.signer == "chair":
            return self.chair
        names = self.office if kind.signer == "office" else self.deputies
        return names[turn % len(names)]


def make_documents(
    register: Register, people: Sequence[Person], postings: Sequence[Posting], seed: int, today: date
) -> tuple[Document, ...]:
    """Return all documents in the order of their days, each with its files; ids rise with time."""
    press = _open_press(register, people, postings, seed, today)
    outlines = sorted(_outlines(seed, today), key=lambda outline: outline.at)
    documents = [_make(press, outline, turn) for turn, outline in enumerate(outlines)]
    documents += [_incoming(press, turn, today) for turn in range(len(INCOMING))]
    documents.sort(key=lambda document: document.issued_at)
    return tuple(
        replace(document, document_id=str(70000 + 3 * i)) for i, document in enumerate(documents, start=1)
    )


def _open_press(
    register: Register, people: Sequence[Person], postings: Sequence[Posting], seed: int, today: date
) -> _Press:
    """Look up who signs, drafts and registers."""
    by_id = {person.user_id: person for person in people}

    def names(slug: str) -> tuple[str, ...]:
        unit = register.slugs[slug].unit_id
        leaders = [p for p in postings if p.unit_id == unit and p.position.startswith(("Ch", "Phó"))]
        return tuple(by_id[p.user_id].full_name for p in leaders)

    drafters: dict[str, list[str]] = {}
    for posting in postings:
        if posting.position == SPECIALIST and not by_id[posting.user_id].locked:
            drafters.setdefault(posting.unit_id, []).append(posting.user_id)
    rooms = [register.slugs[room].unit_id for room in ("KT", "VX", "NC")]
    officers = [
        unicodedata.normalize("NFC", by_id[user].full_name) for room in rooms for user in drafters[room][:2]
    ]
    chair, *deputies = names(PROVINCE)
    office = register.slugs[OFFICE].unit_id
    clerk = next(p.user_id for p in postings if p.unit_id == office and p.position == CLERK)
    desk = Desk(register, random.Random(f"{seed}/rows"), today, officers)
    return _Press(register, desk, seed, chair, tuple(deputies), names(OFFICE), drafters, clerk)


def _outlines(seed: int, today: date) -> Iterator[_Outline]:
    """Yield what is to be made, in no order."""

    def at(age: int, turn: int) -> datetime:
        return moment(office_day(today - timedelta(days=age)), turn, today)

    for turn, plan in enumerate(PLANS):
        yield _Outline(KINDS[plan.kind], plan.fields[0], plan.subject, at(plan.age, turn), plan)
    for turn, secret in enumerate(SECRETS):
        yield _Outline(KINDS[secret.kind], secret.field, secret.subject, at(secret.age, turn), secret=secret)
    for turn, (kind, work, subject, table) in enumerate(DRAFTS):
        yield _Outline(KINDS[kind], work, subject, at(turn + 1, turn), draft=True, draft_table=table)
    order = list(ORDINARY)
    random.Random(f"{seed}/order").shuffle(order)
    for turn, (kind, work, subject) in enumerate(order):
        age = round(2 + 726 * (turn / (len(order) - 1)) ** 1.25)
        shown = unicodedata.normalize("NFD", subject) if turn % 29 == 11 else subject
        yield _Outline(KINDS[kind], work, shown, at(age, turn))


def _make(press: _Press, outline: _Outline, turn: int) -> Document:
    """Make one outgoing document; a draft has no number yet."""
    rng = random.Random(f"{press.seed}/document/{turn}")
    day = outline.at.date()
    number = "" if outline.draft else press.counters.next_number(outline.kind, day)
    room = press.register.slugs[ROOM_OF_FIELD[outline.field]].unit_id
    document = Document(
        document_id="",
        number=number,
        subject=outline.subject,
        doc_type=outline.kind.doc_type,
        issuer=outline.kind.issuer,
        signer="" if outline.draft else press.signer(outline.kind, turn),
        issued_at=outline.at,
        drafter_user=rng.choice(press.drafters[room]),
        drafter_unit=room,
        secrecy=_MARKS[turn % len(_MARKS)],
        urgency="Hỏa tốc" if outline.kind.series == "CĐ" else _URGENCY[turn % len(_URGENCY)],
        note="Yêu cầu theo dõi, báo cáo kết quả" if outline.kind.series == "UBND" and turn % 3 == 0 else "",
        issued=not outline.draft,
        recipients=_recipients(press, rng, day),
    )
    if outline.secret:
        return _classify(press, document, outline.secret)
    if outline.plan:
        return _with_tables(press, document, outline.plan, rng)
    if outline.draft_table:
        rows = draft_rows(press.desk, _PLAIN_TABLE, (outline.field,), day)
        table = _table_file(document, _PLAIN_TABLE, rows, (), rng)
        return replace(document, attachments=(_letter(document), table))
    if turn % 8 == 5:
        return replace(document, attachments=(_text_letter(press, document, outline.field),))
    return replace(document, attachments=(_letter(document),))


def _recipients(press: _Press, rng: random.Random, day: date) -> tuple[str, ...]:
    """Draw units that stand on the day of issue."""
    units = [
        u for u in press.register.units if u.tier in {"department", "commune", "district"} and stands(u, day)
    ]
    return tuple(sorted(unit.unit_id for unit in rng.sample(units, rng.randint(3, 9))))


def _file_number(document: Document) -> str:
    return document.number.replace("/", "-") or "du-thao"


def _letter(document: Document, *more: str) -> Attachment:
    """Return the signed main file as PDF."""
    lines = (
        document.issuer,
        f"So: {document.number}",
        f"{document.issued_at:%d/%m/%Y}",
        document.subject,
        *more,
    )
    title = unicodedata.normalize("NFC", f"{document.doc_type} {document.number} {document.subject}".strip())
    ending = "signed.pdf" if document.issued else "pdf"
    return Attachment(f"{_file_number(document)}.{ending}", write_pdf(title, (*lines, document.signer)))


def _text_letter(press: _Press, document: Document, work: str) -> Attachment:
    """Return a main file of running text that assigns work in a sentence, without any table."""
    lead = press.register.owner("VP" if work == "TH" else "NV/LDTBXH", document.issued_at.date())
    order = (
        f"Chủ tịch UBND tỉnh yêu cầu {lead.name} chủ trì, cùng các cơ quan, đơn vị liên quan triển khai"
        " nội dung nêu trên; báo cáo kết quả về Văn phòng UBND tỉnh khi hoàn thành."
    )
    paragraphs = (
        document.issuer.upper(),
        f"Số: {document.number}",
        document.subject,
        order,
        document.signer,
    )
    return Attachment(f"{_file_number(document)}.docx", write_docx((), paragraphs))


def _with_tables(press: _Press, document: Document, plan: Plan, rng: random.Random) -> Document:
    """Attach the assignment tables; some tables stand inside the main file itself."""
    day = document.issued_at.date()
    files: list[Attachment] = []
    leads: set[str] = set()
    dues: list[date] = []
    for file_plan in plan.files:
        rows = draft_rows(press.desk, file_plan, plan.fields, day, plan.horizon)
        leads.update(row.lead_unit for row in rows if row.good)
        dues += [row.deadline.due for row in rows if row.deadline.due]
        decoys: tuple[Row, ...] = ()
        if "hidden" in file_plan.quirks:
            decoys = draft_rows(press.desk, replace(file_plan, rows=3, bad=()), plan.fields[:1], day)
        files.append(_table_file(document, file_plan, rows, decoys, rng))
    if not any("main" in file_plan.quirks for file_plan in plan.files):
        files.insert(0, _letter(document))
    return replace(
        document,
        attachments=tuple(files),
        recipients=tuple(sorted(leads | set(document.recipients))),
        due=max(dues) if dues and rng.random() < 0.4 else None,
        note=document.note or rng.choice(("Có bảng phân công nhiệm vụ kèm theo", "")),
    )


def _table_file(
    document: Document,
    plan: FilePlan,
    rows: Sequence[Row],
    decoys: Sequence[Row],
    rng: random.Random,
    opening: Sequence[str] = (),
) -> TableFile:
    """Write one table file in its format and keep beside it what was written."""
    about = f"{document.doc_type} số {document.number or '      '} ngày {document.issued_at:%d/%m/%Y}"
    blocks = lay_out(plan, rows, decoys, f"(Kèm theo {about} của {document.issuer})", document.signer, rng)
    name = rng.choice(_FILE_NAMES).format(n=_file_number(document), x=plan.format, X=plan.format.upper())
    if plan.format == "xlsx":
        content = write_xlsx(blocks)
    elif plan.format == "xls":
        content = write_xls(blocks)
    elif "main" in plan.quirks:
        name = f"{_file_number(document)}.docx"
        content = write_docx(
            blocks, (document.issuer.upper(), f"Số: {document.number}", document.subject, *opening)
        )
    else:
        content = write_docx(blocks, opening)
    if "corrupt" in plan.quirks:
        content = content[: len(content) * 3 // 5]
    texts = tuple(row.content for row in decoys)
    return TableFile(name, content, is_table=True, format=plan.format, rows=tuple(rows), decoys=texts)


def _classify(press: _Press, document: Document, secret: Secret) -> Document:
    """Turn a document into a classified one with its canary in the planned place only."""
    canary = secret.canary(press.seed)
    document = replace(document, secrecy=secret.mark, classified=True, canary=canary, note="")
    rng = random.Random(f"{press.seed}/{secret.place}")
    if secret.place == "subject":
        document = replace(document, subject=f"{secret.subject} ({canary})")
    if secret.place == "letter":
        return replace(document, note=canary, attachments=(_letter(document, canary),))
    files: tuple[Attachment, ...] = (_letter(document),)
    plan = _SECRET_TABLES.get(secret.place)
    if plan:
        rows = draft_rows(press.desk, plan, (secret.field,), document.issued_at.date())
        opening = (STAMP,) if secret.place == "stamped" else ()
        files += (_table_file(document, plan, hide_in_rows(rows, canary), (), rng, opening),)
    return replace(document, attachments=files)


def _incoming(press: _Press, turn: int, today: date) -> Document:
    """Make one document that came to the Office; it gives nobody in the province a task by itself."""
    doc_type, number, issuer, work, subject = INCOMING[turn]
    at = moment(office_day(today - timedelta(days=5 + 21 * turn)), turn + 3, today)
    office = press.register.slugs[OFFICE].unit_id
    document = Document(
        document_id="",
        number=number.format(n=137 + 71 * turn),
        subject=subject,
        doc_type=doc_type,
        issuer=issuer,
        signer=_OUTSIDE_SIGNERS[turn % len(_OUTSIDE_SIGNERS)],
        issued_at=at,
        drafter_user=press.clerk,
        drafter_unit=office,
        secrecy=_MARKS[turn % len(_MARKS)],
        urgency=_URGENCY[turn % len(_URGENCY)],
        outgoing=False,
        recipients=(office, press.register.slugs[ROOM_OF_FIELD[work]].unit_id),
    )
    return replace(document, attachments=(_letter(document),))
