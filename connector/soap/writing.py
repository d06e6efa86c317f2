"""Carries out one write and tells what the document system holds afterwards.

Each write is sent once. As soon as it was accepted, no further error may look as if
it had not been: what cannot be read back then is an unknown outcome, to be looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connector.code_lists import STATUS, CodeLists
from connector.errors import NotThere
from connector.port import (
    AttachFile,
    CommentDocument,
    CommentJob,
    CreateJob,
    SetStatus,
    UpdateJob,
    Write,
    WriteReceipt,
)
from connector.read_back import afterwards, created, updated
from connector.receipts import wanted_hash
from connector.records import JobRecord, Kind
from connector.soap.decoding import decode
from connector.soap.envelopes import LARGEST_INLINE
from connector.soap.fields import Fields
from connector.soap.files import holds_file
from connector.soap.reading import Reading
from connector.soap.service import Service
from errors import HoldForHuman


class Catalogues(CodeLists):
    """The installation's lists of codes, asked for by `LayDanhMuc`."""

    def __init__(self, service: Service) -> None:
        super().__init__()
        self._service = service

    def listed(self, kind: str = STATUS) -> dict[str, str]:
        """One list of the installation, `{code: name}`."""
        rows = Fields(self._service.ask("LayDanhMuc", loai=kind)).rows("Muc")
        return {row.text("Ma"): row.text("Ten") for row in rows}


@dataclass(frozen=True, slots=True)
class Writing:
    """The writes of one site."""

    service: Service
    reading: Reading
    catalogues: Catalogues

    def apply(self, write: Write) -> WriteReceipt:
        """Raises RemoteRefused with the system's words, SystemAway, ReplyLost, HoldForHuman."""
        match write:
            case CreateJob():
                return self._create(write)
            case UpdateJob():
                return self._update(write)
            case SetStatus():
                return self._set_status(write)
            case CommentJob():
                given: dict[str, Any] = {"ma": write.job_id, "maDong": write.line_id, "noiDung": write.text}
                self.service.write("GuiYKienCongViec", write.effect_key, **given)
                return WriteReceipt(write.effect_key, write.job_id, wanted_hash(write), write.line_id)
            case CommentDocument():
                given = {"maVanBan": write.document_id, "noiDung": write.text}
                self.service.write("GuiYKienVanBan", write.effect_key, **given)
                return WriteReceipt(write.effect_key, write.document_id, wanted_hash(write))
            case AttachFile():
                return self._attach(write)

    def _create(self, write: CreateJob) -> WriteReceipt:
        answer = self.service.write(
            "TaoCongViec",
            write.effect_key,
            maVanBan=write.document_id or None,
            ten=write.name,
            noiDung=write.content,
            hanXuLy=write.due,
            khan=write.urgent,
            donViChuTri=write.lead_unit,
            donViPhoiHop=list(write.coordinators),
        )
        with afterwards("TaoCongViec"):
            return created(write, job_of_id(self.reading, Fields(answer).text("MaCongViec")))

    def _update(self, write: UpdateJob) -> WriteReceipt:
        given: dict[str, Any] = {
            "ma": write.job_id,
            "ten": write.name,
            "noiDung": write.content,
            "hanXuLy": write.due,
        }
        self.service.write("SuaCongViec", write.effect_key, **given)
        with afterwards("SuaCongViec"):
            return updated(write, job_of_id(self.reading, write.job_id))

    def _set_status(self, write: SetStatus) -> WriteReceipt:
        code = self.catalogues.code(write.text)
        given: dict[str, Any] = {"ma": write.job_id, "maDong": write.line_id, "maTrangThai": code}
        self.service.write("CapNhatTrangThaiCongViec", write.effect_key, **given)
        return WriteReceipt(
            write.effect_key, write.job_id, wanted_hash(write), write.line_id, state=write.text
        )

    def _attach(self, write: AttachFile) -> WriteReceipt:
        """Hang the file on the document with its comment in one call, then fetch it back and compare."""
        beside = write.path.stat().st_size > LARGEST_INLINE
        answer = self.service.write(
            "GuiTep",
            write.effect_key,
            write.path if beside else None,
            maVanBan=write.document_id,
            tenTep=write.name,
            noiDung=b"" if beside else write.path.read_bytes(),
            ghiChu=write.caption,
        )
        with afterwards("GuiTep"):
            remote_id = holds_file(self.reading, write, Fields(answer).text("MaTep"))
        if not remote_id:
            raise HoldForHuman(
                "A file that was attached came back with other bytes, or is not listed.",
                scope=write.effect_key,
                remedy="Open the document, remove the file if it is damaged, then release.",
            )
        return WriteReceipt(write.effect_key, remote_id, wanted_hash(write))


def job_of_id(reading: Reading, job_id: str) -> JobRecord:
    """The work item as it stands. Raises SkipRecord (NotThere) when it cannot be read or is not there."""
    raw = reading.one(Kind.JOB, job_id)
    if raw is None:
        raise NotThere("The work item is not there.")
    record = decode(raw)
    assert isinstance(record, JobRecord)
    return record
