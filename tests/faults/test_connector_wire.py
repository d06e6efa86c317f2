"""The transport against servers that misbehave below HTTP: dripping, bombs, cut bodies, odd redirects.

Included: real sockets on loopback. Excluded: what answers mean in a dialect, and
anything that `responses` can imitate (unit tests).
"""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from connector.calls import Call, Saved, Upload
from connector.errors import ReplyLost, ReplyUnreadable, SystemAway, TooLarge
from connector.limits import Access
from connector.transport import Transport

Talk = Callable[[socket.socket, bytes], None]


@contextmanager
def server(talk: Talk) -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads one request's head, then lets `talk` do what it likes with the connection."""
    listening = socket.create_server(("127.0.0.1", 0))
    heads: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                head = b""
                while b"\r\n\r\n" not in head:
                    part = connection.recv(65536)
                    if not part:
                        break
                    head += part
                heads.append(head)
                talk(connection, head)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", heads
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(timeout=5)


def transport(url: str, **limits: object) -> Transport:
    access = Access(**{"rate_per_second": 1000, "tries": 1, **limits})  # type: ignore[arg-type]
    return Transport(url, access, sleep=lambda _: None)


READ = Call("GET", "x", "x")
WRITE = Call("POST", "x", "x", repeatable=False, json={"a": 1})


def answer(body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = [
        "HTTP/1.1 200 OK",
        "Connection: close",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _drip(connection: socket.socket, data: bytes) -> None:
    for place in range(len(data)):
        connection.sendall(data[place : place + 1])
        time.sleep(0.02)


@pytest.mark.covers("F27")
@pytest.mark.parametrize("where", ["body", "head"])
@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
def test_a_dripping_reply_ends_at_the_total_deadline(where: str, call: Call) -> None:
    def talk(connection: socket.socket, _: bytes) -> None:
        whole = answer(b"x" * 500)
        if where == "body":
            head, _, body = whole.partition(b"\r\n\r\n")
            connection.sendall(head + b"\r\n\r\n")
            whole = body
        _drip(connection, whole)

    with server(talk) as (url, _):
        edge = transport(url, read_seconds=5, total_seconds=0.2)
        started = time.monotonic()
        with pytest.raises(SystemAway if call.repeatable else ReplyLost, match=r"within 0\.2 seconds"):
            edge.send(call)
        assert time.monotonic() - started < 1.5
        edge.close()


@pytest.mark.covers("F27")
def test_the_next_call_after_a_deadline_works_again() -> None:
    turns = iter([True, False])

    def talk(connection: socket.socket, _: bytes) -> None:
        if next(turns):
            connection.recv(1)  # until the other side has had enough
        else:
            connection.sendall(answer(b"fine"))

    with server(talk) as (url, _):
        edge = transport(url, total_seconds=0.15)
        with pytest.raises(SystemAway):
            edge.send(READ)
        assert edge.send(READ).body == b"fine"
        edge.close()


@pytest.mark.covers("M11")
def test_a_gzip_bomb_ends_at_the_byte_cap_with_little_memory() -> None:
    bomb = gzip.compress(bytes(100 * 2**20), compresslevel=1)

    def talk(connection: socket.socket, _: bytes) -> None:
        connection.sendall(answer(bomb, "Content-Encoding: gzip"))

    with server(talk) as (url, _):
        edge = transport(url, max_body_bytes=2**20)
        tracemalloc.start()
        try:
            with pytest.raises(TooLarge, match="larger than 1 MiB"):
                edge.send(READ)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        edge.close()
    assert peak < 8 * 2**20


def test_a_gzip_body_of_ordinary_size_is_unpacked() -> None:
    body = gzip.compress(b'{"data": "' + b"x" * 100_000 + b'"}')
    with server(lambda connection, _: connection.sendall(answer(body, "Content-Encoding: gzip"))) as (url, _):
        edge = transport(url)
        assert len(edge.send(READ).body) == 100_012
        edge.close()


@pytest.mark.covers("F28")
@pytest.mark.parametrize("kind", ["length", "chunked", "gzip"])
def test_a_truncated_reply_is_an_error_never_a_short_one(kind: str) -> None:
    replies = {
        "length": answer(b"half", length=8),
        "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf",
        "gzip": answer(gzip.compress(b"x" * 1000)[:20], "Content-Encoding: gzip", length=40),
    }
    with server(lambda connection, _: connection.sendall(replies[kind])) as (url, heads):
        edge = transport(url, tries=3)
        with pytest.raises(ReplyUnreadable, match="cut short"):
            edge.send(READ)
        assert len(heads) == edge.requests_sent == 3
        with pytest.raises(ReplyLost):
            edge.send(WRITE)
        assert len(heads) == 4
        edge.close()


@pytest.mark.covers("F27", "F28")
def test_a_body_without_length_that_the_deadline_cuts_is_no_file(tmp_path: Path) -> None:
    def talk(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        connection.recv(1)

    with server(talk) as (url, _):
        edge = transport(url, total_seconds=0.1, file_bytes_per_second=10**9)
        with pytest.raises((SystemAway, ReplyUnreadable)):
            edge.save(READ, tmp_path / "evidence", 100, lambda *_: True)
        edge.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.covers("F28", "LC-14")
def test_a_truncated_file_leaves_nothing_behind(tmp_path: Path) -> None:
    with server(lambda connection, _: connection.sendall(answer(b"half", length=8))) as (url, _):
        edge = transport(url)
        with pytest.raises(ReplyUnreadable):
            edge.save(READ, tmp_path / "evidence", 100, lambda *_: True)
        edge.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_written_whole_with_its_hash(tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    with server(lambda connection, _: connection.sendall(answer(content))) as (url, _):
        edge = transport(url)
        saved = edge.save(READ, tmp_path / "evidence", len(content), lambda *_: True)
        with pytest.raises(TooLarge):
            edge.save(READ, tmp_path / "other", len(content) - 1, lambda *_: True)
        edge.close()
    assert isinstance(saved, Saved)
    assert saved.size == len(content)
    assert [path.name for path in tmp_path.iterdir()] == ["evidence"]
    assert (tmp_path / "evidence").read_bytes() == content


@pytest.mark.covers("M32")
def test_a_redirect_to_another_host_is_not_followed_and_no_key_leaves() -> None:
    with server(lambda connection, _: connection.sendall(answer(b"stolen"))) as (elsewhere, stolen):

        def talk(connection: socket.socket, _: bytes) -> None:
            head = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere}/x\r\nConnection: close\r\n"
            connection.sendall(head.encode() + b"Content-Length: 0\r\n\r\n")

        with server(talk) as (url, _):
            edge = transport(url)
            with pytest.raises(ReplyUnreadable, match="another address"):
                edge.send(
                    Call("GET", "x", "x", headers={"X-Authentication-Token": "bí-mật-9".encode().hex()})
                )
            edge.close()
    assert stolen == []


def test_a_redirect_on_the_same_host_is_followed_for_reads_only() -> None:
    def talk(connection: socket.socket, head: bytes) -> None:
        moved = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(answer(b"here") if head.startswith(b"GET /there") else moved)

    with server(talk) as (url, heads):
        edge = transport(url)
        assert edge.send(READ).body == b"here"
        before = len(heads)
        with pytest.raises(ReplyLost):
            edge.send(WRITE)
        assert len(heads) - before == 1
        edge.close()


@pytest.mark.covers("M32")
def test_redirects_in_a_circle_end() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    with server(lambda connection, _: connection.sendall(moved)) as (url, heads):
        edge = transport(url)
        with pytest.raises(ReplyUnreadable):
            edge.send(READ)
        assert len(heads) <= 3
        edge.close()


def test_a_refused_connection_is_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    edge = transport(f"http://127.0.0.1:{port}")
    for call in (READ, WRITE):
        with pytest.raises(SystemAway, match="could not be reached"):
            edge.send(call)
    edge.close()


@pytest.mark.covers("F04")
def test_a_write_whose_connection_breaks_has_an_unknown_outcome() -> None:
    with server(lambda connection, _: None) as (url, heads):
        edge = transport(url)
        with pytest.raises(ReplyLost):
            edge.send(WRITE)
        assert len(heads) == 1
        with pytest.raises(SystemAway):
            edge.send(READ)
        edge.close()


@pytest.mark.covers("F04")
def test_a_write_that_gets_no_answer_in_time_has_an_unknown_outcome() -> None:
    with server(lambda connection, _: time.sleep(0.2)) as (url, _):
        edge = transport(url, read_seconds=0.05)
        with pytest.raises(ReplyLost, match="in time"):
            edge.send(WRITE)
        with pytest.raises(SystemAway, match="in time"):
            edge.send(READ)
        edge.close()


def test_tls_to_a_server_without_it_is_an_error_of_ours() -> None:
    with server(lambda connection, _: connection.sendall(b"HTTP/1.1 400 no\r\n\r\n")) as (url, _):
        edge = transport(url.replace("http:", "https:"), connect_seconds=0.2)
        with pytest.raises(SystemAway):
            edge.send(READ)
        edge.close()


@pytest.mark.covers("F29", "M22", "M33")
def test_an_upload_streams_the_file_and_keeps_its_name_out_of_the_headers(tmp_path: Path) -> None:
    content = bytes(range(256)) * 2000
    path = tmp_path / "evidence"
    path.write_bytes(content)
    bodies: list[bytes] = []

    def talk(connection: socket.socket, head: bytes) -> None:
        start, _, body = head.partition(b"\r\n\r\n")
        length = int(start.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
        bodies.append(body)
        connection.sendall(answer(b"[]"))

    with server(talk) as (url, heads):
        edge = transport(url)
        upload = Upload("fileupload", 'Báo cáo "quý IV"\r\nX-Evil: 1.pdf', path)
        edge.send(Call("POST", "x", "x", repeatable=False, upload=upload))
        edge.close()
    (body,) = bodies
    head, _, rest = body.partition(b"\r\n\r\n")
    assert rest.startswith(content)
    assert rest[len(content) :] == f"\r\n--{upload.boundary}--\r\n".encode()
    assert head.decode().split("\r\n") == [
        f"--{upload.boundary}",
        'Content-Disposition: form-data; name="fileupload"; filename="Báo cáo %22quý IV%22%0D%0AX-Evil: 1.pdf"',
        "Content-Type: application/octet-stream",
    ]
    assert b"chunked" not in heads[0].lower()


def test_an_upload_cut_on_the_way_has_an_unknown_outcome(tmp_path: Path) -> None:
    path = tmp_path / "evidence"
    path.write_bytes(bytes(2**20))
    with server(lambda connection, _: connection.close()) as (url, _):
        edge = transport(url)
        with pytest.raises(ReplyLost):
            edge.send(Call("POST", "x", "x", repeatable=False, upload=Upload("fileupload", "a", path)))
        edge.close()
