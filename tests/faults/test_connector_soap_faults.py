"""The SOAP connector on a bad day: wrong answers, lost answers, large files, a wrong password."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from connector.errors import AccessRefused, RemoteRefused, ReplyLost, SessionLost, SystemAway
from connector.limits import Access
from connector.port import AttachFile, CommentDocument, Connector, Stream
from connector.records import DirectiveRecord, Kind
from connector.soap.client import SoapConnector
from errors import RetryLater, SkipRecord
from tests.conformance.soap_arena import SoapArena, soap_connector
from tests.sandbox_process import SandboxHandle, sandbox_in_thread


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    with sandbox_in_thread(tmp_path_factory.mktemp("soap")) as running:
        yield running


@pytest.fixture
def arena(sandbox: SandboxHandle) -> Iterator[SoapArena]:
    sandbox.delete("/__sandbox__/faults")
    arena = SoapArena(sandbox)
    yield arena
    arena.connector.close()


def listed(connector: Connector) -> frozenset[str]:
    return [*connector.listing(Stream.DOCUMENTS, lambda *_: ())][-1].listed


@pytest.mark.covers("F28")
@pytest.mark.parametrize(
    ("kind", "further", "error"),
    [
        ("login_page", {}, SessionLost),
        ("status_429", {"retry_after": 0}, SystemAway),
        ("error_200", {}, SystemAway),
        ("reset", {}, SystemAway),
        ("truncated_body", {}, RetryLater),
        ("truncated_body", {"close_delimited": True}, RetryLater),
        ("drop_reply", {}, SystemAway),
    ],
)
def test_a_list_that_does_not_come_is_read_again_later(
    arena: SoapArena, kind: str, further: dict[str, object], error: type[Exception]
) -> None:
    arena.sandbox.fault(kind, "LayDanhSachVanBan", **further)
    with pytest.raises(error):
        listed(arena.connector)
    assert listed(arena.connector)


@pytest.mark.covers("F27")
def test_a_reply_that_drips_ends_at_the_total_time(arena: SoapArena) -> None:
    arena.sandbox.fault("slow_drip", "LayVanBan", ms=50)
    connector = soap_connector(arena.sandbox.url, access=Access(total_seconds=0.4, read_seconds=0.3, tries=1))
    with pytest.raises(SystemAway, match=r"within 0\.4 seconds"):
        connector.fetch(Kind.DOCUMENT, "1")
    connector.close()


@pytest.mark.parametrize("kind", ["error_200", "login_page", "truncated_body", "reset"])
def test_a_write_with_an_unusable_answer_is_an_unknown_outcome(arena: SoapArena, kind: str) -> None:
    document = arena.issue("3/CT-UBND")
    arena.sandbox.fault(kind, "GuiYKienVanBan")
    with pytest.raises(RetryLater) as caught:
        arena.connector.apply(CommentDocument(f"k-{kind}", document, "Ý kiến", "kiến"))
    assert isinstance(caught.value, ReplyLost)


def test_a_wrong_password_is_asked_for_once_and_never_told(arena: SoapArena) -> None:
    url = f"{arena.sandbox.url}/Services/VanBan.asmx"
    connector = SoapConnector("songlam", url, "tdcd", SecretStr("sai-mat-khau"), access=Access(tries=3))
    for _ in range(2):
        with pytest.raises(AccessRefused) as caught:
            connector.fetch(Kind.DOCUMENT, "1")
        assert "sai-mat-khau" not in str(caught.value)
    assert connector.requests_sent == 1
    connector.close()


def test_a_repeated_reading_is_signed_anew(arena: SoapArena) -> None:
    connector = soap_connector(arena.sandbox.url, access=Access(rate_per_second=10_000, tries=2))
    connector._transport._sleep = lambda _: None
    arena.sandbox.fault("drop_reply", "LayThongTinTaiKhoan")
    assert connector.own_user
    assert connector.requests_sent == 2
    connector.close()


@pytest.mark.covers("M18")
@pytest.mark.parametrize("size", [7_500_000, 8_400_000])
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_large_file_goes_and_comes_back_unchanged(
    arena: SoapArena, tmp_path: Path, size: int, version: str
) -> None:
    content = bytes(range(256)) * (size // 256) + b"\r\n--x\r\n" + bytes(size % 256)
    file = tmp_path / "lon.bin"
    file.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    document = arena.issue("4/CT-UBND")
    connector = soap_connector(arena.sandbox.url, version=version)
    receipt = connector.apply(
        AttachFile(f"k-{size}-{version}", document, "lon.bin", file, digest, "Kèm (LN-1)", "LN-1")
    )
    raw = connector.fetch(Kind.DOCUMENT, document)
    assert raw is not None
    record = connector.decode(raw)
    assert isinstance(record, DirectiveRecord)
    (listed_file,) = [one for one in record.files if one.remote_id == receipt.remote_id]
    assert connector.download(listed_file, tmp_path / "back", 10**8) == digest
    with pytest.raises(SkipRecord):
        connector.download(listed_file, tmp_path / "small", size // 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["back", "lon.bin"]
    connector.close()


def test_a_service_of_another_version_is_named(arena: SoapArena) -> None:
    connector = soap_connector(arena.sandbox.url)
    message = connector._service._messages.message

    def older(operation: str, given: dict[str, object]) -> object:
        prepared = message(operation, given)
        prepared.headers["SOAPAction"] = '"http://tempuri.org/LayVanBanCu"'
        return prepared

    connector._service._messages.message = older  # type: ignore[method-assign, assignment]
    with pytest.raises(RemoteRefused, match="another version"):
        connector.fetch(Kind.DOCUMENT, "1")
    connector.close()
