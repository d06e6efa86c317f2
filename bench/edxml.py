"""Packets of the axis with a 200 KB attachment: parsed, verified, and stored by the product.

`python -m bench.edxml COUNT` reads the packets from files as the axis would give them, through the connector,
the secrecy guard and the inbox to the disk: hash of the packet, manifest, base64, checksum of the packing, hash and
fsync of each file, one transaction a page. No network is in it. The floor, beside it, is the same bytes parsed by
lxml into a tree, base64 and ZIP undone, and put into one sqlite table with a transaction of twenty.
"""

from __future__ import annotations

import base64
import hashlib
import io
import random
import sqlite3
import sys
import tempfile
import time
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import docx
import orjson
from lxml import etree
from pydantic import SecretStr

from bench.measure import peak_mib, process
from config.profile_files import load_calendar, load_profiles
from config.settings import SecrecySettings, SiteSettings
from connector.edxml.axis_transport import AxisTransport
from connector.edxml.client import AxisConnector
from connector.edxml.gate import Agency, Listed, Message
from connector.edxml.packets import Attachment, DocumentPacket, Organ, Signer
from connector.edxml.write_packet import NAMESPACE, write_document
from connector.port import Stream
from store.engine import open_store
from store.evidence import EvidenceFiles
from sync.opening import calm_collector
from sync.pull_to_inbox import pull_to_inbox
from sync.site import Site

COUNT, ROUNDS, SIZE = 1_000, 3, 200_000
_WORDS = [
    "rà",
    "soát",
    "tổng",
    "hợp",
    "báo",
    "cáo",
    "kết",
    "quả",
    "thực",
    "hiện",
    "nhiệm",
    "vụ",
    "được",
    "giao",
    "về",
    "Văn",
    "phòng",
    "UBND",
    "tỉnh",
    "Sông",
    "Lam",
]


class FileGate:
    """A box whose packets lie in a folder."""

    lists_by_days = False
    lists_sent = True
    lists_agencies = False

    def __init__(self, transport: AxisTransport, folder: Path, rows: list[Listed]) -> None:
        self.transport = transport
        self.done: list[str] = []
        self._folder = folder
        self._rows = rows

    def received(self, message: Message, since: date, until: date) -> list[Listed]:
        return self._rows if message == "edoc" else []

    def send(self, content: bytes, message: Message, sender: str, effect_key: str) -> str:
        raise NotImplementedError

    def sent(self, message: Message) -> list[Listed]:
        return []

    def agencies(self) -> list[Agency]:
        return []

    def close(self) -> None:
        self.transport.close()

    def packet(self, packet_id: str) -> bytes:
        return (self._folder / packet_id).read_bytes()

    def acknowledge(self, packet_id: str, state: str) -> None:
        assert state == "done"
        self.done.append(packet_id)


def write_packets(folder: Path, count: int) -> list[Listed]:
    """Packets as the axis hands them out, each with a text of its own, and the rows that list them."""
    draw = random.Random(7)
    plain = _plain_paper()
    rows = []
    for number in range(1, count + 1):
        packet = DocumentPacket(
            sender=Organ("H99", "UBND tỉnh Sông Lam"),
            receivers=(Organ("H99.02", "Sở Nội vụ"),),
            document_id=f"H99,2026/11/16,{number}/CT-UBND",
            number=str(number),
            notation="CT-UBND",
            issued_on=date(2026, 11, 16),
            subject=f"Về việc tăng cường chỉ đạo, điều hành nhiệm vụ thứ {number}",
            type_name="Chỉ thị",
            signer=Signer("Lê Quang Sơn"),
            attachments=(
                Attachment(f"{number}-CT-UBND.docx", _paper(plain, draw.randbytes(SIZE - len(plain)))),
            ),
        )
        content = write_document(packet)
        name = f"p{number}"
        (folder / name).write_bytes(content)
        rows.append(Listed(name, "H99", created="2026-11-16", sha256=hashlib.sha256(content).hexdigest()))
    return rows


def _plain_paper() -> bytes:
    document = docx.Document()
    for _ in range(30):
        document.add_paragraph(" ".join(_WORDS))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _paper(plain: bytes, picture: bytes) -> bytes:
    """A page of text with a scanned picture, as most attachments are: it can hardly be packed any further."""
    target = io.BytesIO(plain)
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("word/media/image1.jpeg", picture)
    return target.getvalue()


def _product(folder: Path, packets: Path, rows: list[Listed]) -> tuple[float, float]:
    """Seconds by the clock and of the processor, from the first packet; opening the ledger is no part of it."""
    address, secret = "http://127.0.0.1/truc", SecretStr("khoa-truc")
    gate = FileGate(AxisTransport(address, "H99.02", secret), packets, rows)
    connector = AxisConnector("bench", address, "H99.02", secret, gate=gate)
    secrecy = SecrecySettings(blank="open")
    site = Site(
        name="bench",
        settings=SiteSettings(
            name="bench", connector="axis", url="http://127.0.0.1", username="H99.02", secrecy=secrecy
        ),
        store=open_store(f"sqlite:///{folder}/ledger.db"),
        files=EvidenceFiles(folder / "evidence"),
        connector=connector,
        profiles=load_profiles(),
        calendar=load_calendar(),
        now=lambda: datetime.now(UTC),
    )
    begun = time.perf_counter(), time.process_time()
    pulled = pull_to_inbox(site, Stream.DOCUMENTS)
    taken = time.perf_counter() - begun[0], time.process_time() - begun[1]
    assert (pulled.new, pulled.classified, pulled.problems) == (len(rows), 0, [])
    assert sum(1 for path in (folder / "evidence").rglob("*") if path.is_file()) == len(rows)
    site.store.close()
    return taken


def _floor(folder: Path, packets: Path, rows: list[Listed]) -> tuple[float, float]:
    begun = time.perf_counter(), time.process_time()
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    database.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE packet (id, subject, file BLOB); BEGIN"
    )
    for number, row in enumerate(rows, 1):
        tree = etree.fromstring((packets / row.packet_id).read_bytes())
        encoded = next(tree.iter(f"{{{NAMESPACE}}}ContentTransferEncoded"))
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(encoded.text))) as package:
            content = package.read(package.namelist()[0])
        subject = next(tree.iter(f"{{{NAMESPACE}}}Subject")).text
        database.execute("INSERT INTO packet VALUES (?, ?, ?)", (row.packet_id, subject, content))
        if number % 20 == 0:
            database.execute("COMMIT")
            database.execute("BEGIN")
    database.execute("COMMIT")
    database.close()
    return time.perf_counter() - begun[0], time.process_time() - begun[1]


def measure(count: int) -> dict[str, float]:
    """Packets a second by the clock, for both ways over the same files."""
    with tempfile.TemporaryDirectory() as name:
        packets = Path(name) / "packets"
        packets.mkdir()
        rows = write_packets(packets, count)
        calm_collector()
        found: dict[str, float] = {
            "packet_kib": sum(p.stat().st_size for p in packets.iterdir()) / count / 1024
        }
        for way, work in (("floor", _floor), ("product", _product)):
            folder = Path(name) / way
            folder.mkdir()
            seconds, used = work(folder, packets, rows)
            found[f"{way}_per_second"] = count / seconds
            found[f"{way}_per_cpu_second"] = count / used
        found["peak_mib"] = peak_mib()
    return found


def figures() -> dict[str, Any]:
    """The best of three rounds."""
    rounds = [process("bench.edxml", str(COUNT)) for _ in range(ROUNDS)]
    best = {name: max(one[name] for one in rounds) for name in rounds[0]}
    best["peak_mib"] = min(one["peak_mib"] for one in rounds)
    return {f"edxml_{name}": round(figure, 1) for name, figure in best.items()}


if __name__ == "__main__":
    print(orjson.dumps(measure(int(sys.argv[1]))).decode())
