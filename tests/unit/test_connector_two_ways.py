"""Papers over one interface and work over another: who is asked for what, and what keeps the two from being one."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.errors import RemoteRefused
from connector.memory import MemoryConnector, MemorySystem
from connector.port import AttachFile, Capability, CommentDocument, CommentJob, CreateJob, Stream
from connector.records import AccountRecord, DirectiveRecord, JobRecord, Kind, UnitRecord
from connector.two_ways import TwoWays
from errors import ConfigInvalid
from tests.conformance.memory_arena import STATUSES

READ_ONLY = frozenset(
    {Capability.LISTS_UNITS, Capability.LISTS_BY_DATE, Capability.LISTS_COMPLETELY, Capability.SHOWS_SECRECY}
)


def system() -> MemorySystem:
    made = MemorySystem(STATUSES, {"1": "Đạt"})
    made.units["3"] = UnitRecord("3", "Sở Nội vụ")
    made.accounts["8001"] = AccountRecord("8001", "1005", "Đặng Quốc Dũng", "Giám đốc", "3")
    return made


def papers(of: MemorySystem, capabilities: frozenset[Capability] = READ_ONLY) -> MemoryConnector:
    connector = MemoryConnector(of, "tinh")
    connector.capabilities = capabilities
    return connector


def two(left: MemorySystem, right: MemorySystem) -> TwoWays:
    return TwoWays(papers(left), MemoryConnector(right, "tinh"))


def create(document_id: str) -> CreateJob:
    return CreateJob("k-1", document_id, "Tên", "Nội dung TD-1", "TD-1", "3")


def test_capabilities_are_those_of_papers_and_of_work_together() -> None:
    one = system()
    both = two(one, one).capabilities
    assert both == MemoryConnector(one).capabilities - {Capability.INLINE_ROWS}
    without = TwoWays(papers(one, READ_ONLY - {Capability.LISTS_COMPLETELY}), MemoryConnector(one))
    assert Capability.LISTS_COMPLETELY not in without.capabilities


def test_documents_come_from_the_papers_and_everything_else_from_the_work() -> None:
    left, right = system(), system()
    document = left.issue("1/CT-UBND", "Việc một")
    right.issue("9/CT-UBND", "Việc khác", issued_on=None)
    right.units["4"] = UnitRecord("4", "Sở Tài chính")
    edge = two(left, right)
    found = {
        stream: [raw.remote_id for page in edge.changes(stream, None, lambda *_: ()) for raw in page.records]
        for stream in (Stream.UNITS, Stream.ACCOUNTS, Stream.DOCUMENTS)
    }
    assert found[Stream.DOCUMENTS] == [document]
    assert found[Stream.UNITS] == ["3", "4"]
    assert found[Stream.ACCOUNTS] == ["8001"]
    raw = edge.fetch(Kind.DOCUMENT, document)
    assert raw is not None
    record = edge.decode(raw)
    assert isinstance(record, DirectiveRecord)
    assert record.number == "1/CT-UBND"


@pytest.mark.parametrize(
    "other", [{"number": "2/CT-UBND"}, {"issued_on": None}, None], ids=["number", "day", "none"]
)
def test_what_is_another_document_over_there_is_not_written_about(
    other: dict[str, object] | None, tmp_path: Path
) -> None:
    left, right = system(), system()
    document = left.issue("1/CT-UBND", "Việc một")
    if other is not None:
        assert right.issue("1/CT-UBND", "Việc một") == document
        right.change_document(document, **other)
    edge = two(left, right)
    file = tmp_path / "a.pdf"
    file.write_bytes(b"a")
    for write in (
        create(document),
        CommentDocument("k-2", document, "PH-1", "PH-1"),
        AttachFile("k-3", document, "a.pdf", file, "", "MC-1", "MC-1"),
    ):
        with pytest.raises(RemoteRefused, match=f"Document {document} is another one") as caught:
            edge.apply(write)
        assert "[site.work]" in caught.value.remedy
    assert not right.jobs
    assert not right.effects()


def test_a_document_that_agrees_is_looked_up_once() -> None:
    one = system()
    document = one.issue("1/CT-UBND", "Việc một")
    edge = two(one, one)
    made = edge.apply(create(document))
    before = edge.requests_sent
    edge.apply(CommentDocument("k-2", document, "PH-1", "PH-1"))
    edge.apply(CommentJob("k-3", made.remote_id, made.line_id, "BN-1", "BN-1"))
    assert edge.requests_sent - before == 2
    assert one.effects() == {"k-1": 1, "k-2": 1, "k-3": 1}


def test_files_of_work_items_come_from_where_the_work_is(tmp_path: Path) -> None:
    left, right = system(), system()
    document = left.issue("1/CT-UBND", "Việc một", attachments={"a.txt": b"giay to"})
    right.issue("1/CT-UBND", "Việc một", attachments={"a.txt": b"khac han"})
    edge = two(left, right)
    job_id = edge.apply(create(document)).remote_id
    right.act(job_id, "1005", "2", "Gửi", attachments={"b.txt": b"ket qua"})
    raw, paper = edge.fetch(Kind.JOB, job_id), edge.fetch(Kind.DOCUMENT, document)
    assert raw is not None
    assert paper is not None
    job, directive = edge.decode(raw), edge.decode(paper)
    assert isinstance(job, JobRecord)
    assert isinstance(directive, DirectiveRecord)
    (at_work,) = job.actions[-1].files
    edge.download(at_work, tmp_path / "b", 100)
    edge.download(directive.files[0], tmp_path / "a", 100)
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()) == (b"giay to", b"ket qua")


def test_a_notice_about_a_document_is_read_from_the_papers() -> None:
    left, right = system(), system()
    document = left.issue("1/CT-UBND", "Việc một")
    right.issue("1/CT-UBND", "Việc một")
    only_right = right.issue("2/CT-UBND", "Việc hai")
    edge = two(left, right)
    (cursor,) = {page.cursor for page in edge.changes(Stream.ACTIVITY, None, lambda *_: ()) if page.cursor}
    for number in (document, only_right):
        right.say_on_document(number, "1005", "Có ý kiến")
    left.change_document(document, subject="Việc một (sửa)")
    found = [raw for page in edge.changes(Stream.ACTIVITY, cursor, lambda *_: ()) for raw in page.records]
    assert [raw.remote_id for raw in found] == [document]
    record = edge.decode(found[0])
    assert isinstance(record, DirectiveRecord)
    assert record.subject == "Việc một (sửa)"


def test_the_clock_that_is_behind_counts_and_both_are_closed() -> None:
    one = system()
    left, right = papers(one), MemoryConnector(one)
    edge = TwoWays(left, right)
    seen = [edge.skew_seconds]
    left.skew_seconds, right.skew_seconds = 3.0, -5.0
    seen.append(edge.skew_seconds)
    assert seen == [None, -5.0]
    assert edge.own_user == one.service_user
    assert "papers" in edge.probe().account
    edge.close()


@pytest.mark.parametrize(
    ("of_papers", "of_work", "said"),
    [
        (READ_ONLY | {Capability.SHOWS_WORK}, None, "must not be given"),
        (READ_ONLY | {Capability.ACKNOWLEDGES}, None, "emptied by reading"),
        (READ_ONLY, READ_ONLY, "shows no work items"),
        (READ_ONLY, READ_ONLY | {Capability.ACKNOWLEDGES}, "shows no work items"),
    ],
)
def test_what_cannot_be_one_system_is_said_at_once(
    of_papers: frozenset[Capability], of_work: frozenset[Capability] | None, said: str
) -> None:
    one = system()
    work = MemoryConnector(one)
    work.capabilities = of_work or work.capabilities
    with pytest.raises(ConfigInvalid, match=said):
        TwoWays(papers(one, of_papers), work)
