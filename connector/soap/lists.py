"""Reads the records of a list out of its raw answer, one after the other, in memory that does not grow."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from mmap import ACCESS_READ, mmap
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO, Final

from lxml import etree

from connector.errors import Hiccup, ReplyUnreadable, SystemAway
from connector.records import Kind, RawRecord
from connector.soap.answers import (
    ENVELOPE_TAGS,
    FAULT_TAGS,
    SUCCESS,
    damaged,
    fault_of,
    refuse_crowded_tags,
    refuse_doctype,
    refuse_other_encoding,
    refused_by,
    unreadable,
)
from connector.soap.definition import named

#: The element of each kind of record.
ELEMENTS: Final = {
    Kind.UNIT: "DonVi",
    Kind.ACCOUNT: "TaiKhoan",
    Kind.DOCUMENT: "VanBan",
    Kind.JOB: "CongViec",
}
_CODE, _MESSAGE, _MORE = named("MaLoi"), named("ThongBao"), named("ConNua")
_ID, _DAY = named("Ma"), named("NgayBanHanh")


class ListAnswer:
    """The answer of a list operation, kept at `path`. Iterate it once; `more` holds afterwards.

    A record comes as the canonical bytes of its element, so it is the same whatever
    prefixes and spaces an answer was written with. It is not judged here: one bad
    record must not hide the others, `decode` refuses it by name (F25).
    """

    def __init__(
        self, path: Path, kind: Kind, operation: str, clean: Callable[[str], str] = str.strip
    ) -> None:
        self.more = False
        self._path = path
        self._kind = kind
        self._operation = operation
        self._clean = clean
        self._code = ""
        self._message = ""

    def __iter__(self) -> Iterator[tuple[RawRecord, date | None]]:
        """(record, issue day if it shows one). Raises as `answers.opened` does, also in the middle."""
        with self._path.open("rb") as file:
            refuse_other_encoding(file.read(200), self._operation)
            _refuse_crowded_tags(file, self._operation)
            file.seek(0)
            try:
                yield from self._records(file)
            except etree.XMLSyntaxError as error:
                raise damaged(self._operation, error) from None
        self._refuse_error()

    def _records(self, file: BinaryIO) -> Iterator[tuple[RawRecord, date | None]]:
        wanted = named(ELEMENTS[self._kind])
        walk = etree.iterparse(
            file,
            events=("end",),
            tag=(wanted, _CODE, _MESSAGE, _MORE, *FAULT_TAGS),
            remove_comments=True,
            remove_pis=True,
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
        )
        for _, element in walk:
            if element.tag != wanted:
                self._note(element)
                continue
            self._refuse_error()
            yield raw_of(self._kind, element, self._operation), _day_of(element)
            _let_go(element)
        if walk.root is None or walk.root.tag not in ENVELOPE_TAGS:
            raise unreadable(self._operation)

    def _note(self, element: Any) -> None:
        match etree.QName(element).localname:
            case "MaLoi":
                refuse_doctype(element, self._operation)
                self._code = (element.text or "").strip()
            case "ThongBao":
                self._message = element.text or ""
            case "ConNua":
                self.more = (element.text or "").strip() in {"true", "1"}
            case _:
                raise fault_of(element, self._operation, self._clean)

    def _refuse_error(self) -> None:
        """A list without its code first is no list of this service."""
        if not self._code:
            raise unreadable(self._operation)
        if self._code != SUCCESS:
            refused = refused_by(self._code, self._message, self._operation, self._clean)
            raise SystemAway(refused.sentence) if isinstance(refused, Hiccup) else refused


def _refuse_crowded_tags(file: BinaryIO, operation: str) -> None:
    """As for one answer, without reading the whole list into memory; an empty file cannot be mapped."""
    if file.seek(0, SEEK_END):
        with mmap(file.fileno(), 0, access=ACCESS_READ) as mapped:
            refuse_crowded_tags(mapped, operation)


def raw_of(kind: Kind, element: Any, operation: str) -> RawRecord:
    """The record of one element. Raises ReplyUnreadable when it has no id."""
    remote_id = _text(element, _ID)
    if not remote_id:
        raise ReplyUnreadable(f"{operation}: a record without Ma.")
    body = etree.tostring(element, method="c14n", exclusive=True, with_tail=False)
    version = hashlib.sha256(body).hexdigest()
    return RawRecord(kind, remote_id, body, version, version[:32])


def _day_of(element: Any) -> date | None:
    """For the cursor only: what cannot be read counts as no day."""
    try:
        return date.fromisoformat(_text(element, _DAY)[:10])
    except ValueError:
        return None


def _let_go(element: Any) -> None:
    """Give back the memory of what stands before this record: one record at a time is held."""
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]


def _text(element: Any, name: str) -> str:
    """The text of the first child of a name; the library's own search by path takes four times as long."""
    child = next(element.iterchildren(name), None)
    return "" if child is None else (child.text or "").strip()
