"""What every connector owes when it writes: once, found again, in the given words, refused with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.conformance.arena import Arena
from connector.conformance.ground import can, creation, job_of, job_on, writes_on
from connector.conformance.showing import shows
from connector.port import Capability, CommentJob, SetStatus, Write
from connector.records import JobRecord, Kind, LineRole
from errors import HoldForHuman, OutcomeUnknown, SkipRecord

NEEDED = {
    "CreateJob": Capability.CREATES_TASKS,
    "UpdateJob": Capability.CREATES_TASKS,
    "SetStatus": Capability.WRITES_STATUS,
    "CommentJob": Capability.WRITES_COMMENTS,
    "CommentDocument": Capability.WRITES_COMMENTS,
    "AttachFile": Capability.UPLOADS_EVIDENCE,
}
WRITES = tuple(NEEDED)


def refuses(arena: Arena, write: Write) -> bool:
    """True when the connector does not declare this write; then it must say so, and do nothing."""
    if can(arena, NEEDED[type(write).__name__]):
        return False
    with pytest.raises(SkipRecord) as caught:
        arena.connector.apply(write)
    assert caught.value.remedy
    assert arena.applied(write.effect_key) == 0
    return True


class WritingConformance:
    """The writing half; see `ConnectorConformance`."""

    @shows("F04", "LC-04")
    @pytest.mark.parametrize("index", range(len(WRITES)), ids=WRITES)
    def test_a_write_is_applied_once_and_found_again(self, arena: Arena, tmp_path: Path, index: int) -> None:
        write = writes_on(arena, tmp_path)[index]
        if refuses(arena, write):
            return
        if can(arena, Capability.READS_BACK):
            assert arena.connector.find(write) is None
        receipt = arena.connector.apply(write)
        assert receipt.effect_key == write.effect_key
        assert arena.applied(write.effect_key) == 1
        if not can(arena, Capability.READS_BACK):
            with pytest.raises(HoldForHuman):
                arena.connector.find(write)
            return
        found = arena.connector.find(write)
        assert found is not None
        assert (found.remote_id, found.written, found.line_id) == (
            receipt.remote_id,
            receipt.written,
            receipt.line_id,
        )
        assert arena.applied(write.effect_key) == 1

    @shows("F04", "F29")
    @pytest.mark.parametrize("index", range(len(WRITES)), ids=WRITES)
    def test_a_lost_reply_is_found_and_not_doubled(self, arena: Arena, tmp_path: Path, index: int) -> None:
        write = writes_on(arena, tmp_path)[index]
        if refuses(arena, write):
            return
        arena.lose_reply(write)
        with pytest.raises(OutcomeUnknown):
            arena.connector.apply(write)
        if can(arena, Capability.READS_BACK):
            assert arena.connector.find(write) is not None
        else:
            with pytest.raises(HoldForHuman):
                arena.connector.find(write)
        assert arena.applied(write.effect_key) == 1

    def test_a_new_work_item_shows_what_was_written(self, arena: Arena) -> None:
        document_id = arena.issue("12/CT-UBND")
        write = creation(arena, document_id)
        if refuses(arena, write):
            return
        receipt = arena.connector.apply(write)
        raw = arena.connector.fetch(Kind.JOB, receipt.remote_id)
        assert raw is not None
        job = arena.connector.decode(raw)
        assert isinstance(job, JobRecord)
        assert (job.name, job.content, job.due) == (write.name, write.content, write.due)
        assert job.document_id == document_id
        roles = {line.unit_id: line.role for line in job.lines}
        assert roles == {arena.lead: LineRole.LEAD, arena.coordinator: LineRole.COORDINATE}
        lead = next(line for line in job.lines if line.role is LineRole.LEAD)
        assert (receipt.line_id, receipt.state) == (lead.line_id, lead.status_text)

    @shows("LC-05")
    def test_a_state_is_shown_in_exactly_the_given_words(self, arena: Arena) -> None:
        job_id, line_id = job_on(arena, arena.issue("12/CT-UBND"))
        text = "Chờ xác nhận"
        write = SetStatus("k-1", job_id, line_id, text)
        if refuses(arena, write):
            return
        arena.connector.apply(write)
        assert arena.applied("k-1") == 1
        if not can(arena, Capability.READS_BACK):
            return  # what was sent cannot be seen from here: tests of the dialect look on the other side
        job = job_of(arena, job_id)
        assert job.status_text == text
        assert job.actions[-1].actor == arena.connector.own_user

    @shows("M39")
    def test_a_state_the_site_does_not_know_is_refused_with_the_remedy(self, arena: Arena) -> None:
        job_id, line_id = job_on(arena, arena.issue("12/CT-UBND"))
        write = SetStatus("k-none", job_id, line_id, "Trạng thái không có")
        if refuses(arena, write):
            return
        if can(arena, Capability.FREE_STATUS):
            arena.connector.apply(write)
            assert arena.applied("k-none") == 1
            return
        with pytest.raises(SkipRecord, match="Trạng thái không có") as caught:
            arena.connector.apply(write)
        assert caught.value.remedy
        assert arena.applied("k-none") == 0

    def test_a_comment_leaves_the_state_alone(self, arena: Arena) -> None:
        job_id, line_id = job_on(arena, arena.issue("12/CT-UBND"))
        comment = CommentJob("k-c", job_id, line_id, "Biên nhận BN-9", "BN-9")
        if not can(arena, Capability.SHOWS_WORK):
            assert refuses(arena, comment)
            return
        before = job_of(arena, job_id)
        if refuses(arena, comment):
            assert job_of(arena, job_id) == before
            return
        arena.connector.apply(comment)
        job = job_of(arena, job_id)
        assert job.status_text == before.status_text
        assert (job.actions[-1].status_code, job.actions[-1].comment) == ("", "Biên nhận BN-9")
