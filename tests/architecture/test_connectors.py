"""The page of connectors is true, every capability has words, and a false declaration is seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.capability_words import EN, VI
from connector.conformance.declaring import shown
from connector.memory import MemoryConnector
from connector.port import (
    AttachFile,
    Capability,
    CreateJob,
    Known,
    Page,
    SetStatus,
    Stream,
    Write,
    WriteReceipt,
)
from errors import HoldForHuman, SkipRecord
from tests.conformance.memory_arena import MemoryArena
from tests.connector_page import PAGE, declared, page, proofs


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.connector_page --write"


def test_every_capability_has_words_in_both_languages() -> None:
    assert set(EN) == set(VI) == set(Capability)
    for said in (*EN.values(), *VI.values()):
        assert all(said)


def test_every_word_stands_on_the_page_and_every_proof_is_a_class() -> None:
    assert {"`ioffice`", "`axis`", "`axis-lgsp`", "`memory`"} <= set(declared())
    assert len(list(proofs())) >= 6


class Poorer(MemoryConnector):
    """Takes no files, finds nothing again, and lists no units."""

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        return iter(()) if stream is Stream.UNITS else super().listing(stream, known)

    def apply(self, write: Write) -> WriteReceipt:
        if isinstance(write, AttachFile):
            raise SkipRecord("No files here.", remedy="Attach it by hand.")
        return super().apply(write)

    def find(self, write: Write) -> WriteReceipt | None:
        raise HoldForHuman("Nobody can tell.", scope=write.effect_key)


def test_what_is_missing_is_not_shown(tmp_path: Path) -> None:
    arena = MemoryArena()
    arena.connector = Poorer(arena.system, page_size=5)
    assert arena.connector.capabilities - shown(arena, tmp_path) == {
        Capability.LISTS_UNITS,
        Capability.UPLOADS_EVIDENCE,
        Capability.READS_BACK,
    }


class Richer(MemoryConnector):
    """Shows any text, and carries out a repeated write once."""

    def apply(self, write: Write) -> WriteReceipt:
        if isinstance(write, SetStatus) and write.text not in self.system.statuses.values():
            self.system.statuses = {**self.system.statuses, "99": write.text}
        if write.effect_key in self.system.effects() and not isinstance(write, CreateJob):
            found = self.find(write)
            assert found is not None
            return found
        return super().apply(write)


def test_what_is_not_declared_is_shown(tmp_path: Path) -> None:
    arena = MemoryArena()
    arena.connector = Richer(arena.system, page_size=5)
    assert shown(arena, tmp_path) - arena.connector.capabilities == {
        Capability.FREE_STATUS,
        Capability.IDEMPOTENT_WRITES,
    }


@pytest.mark.parametrize("capability", [Capability.WEBHOOKS, Capability.ACKNOWLEDGES])
def test_what_the_other_side_cannot_show_may_not_be_declared(tmp_path: Path, capability: Capability) -> None:
    assert capability not in shown(MemoryArena(), tmp_path)
