"""A SOAP list of directives with three rows each into sqlite, beside the tree of the same bytes into the same tables.

`python -m bench.soap COUNT WAY` measures one way (floor, product) in its own process.
"""

from __future__ import annotations

import gc
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
from lxml import etree

from bench.measure import peak_mib, process, resident_mib
from connector.records import DirectiveRecord, Kind
from connector.soap.decoding import decode
from connector.soap.definition import NAMESPACE, schema
from connector.soap.lists import ListAnswer
from sync.opening import calm_collector

FEW, MANY, ROUNDS = 5_000, 20_000, 3
_SPACE = f"{{{NAMESPACE}}}"
_NAMES = (
    "Ma",
    "SoKyHieu",
    "TrichYeu",
    "HinhThuc",
    "CoQuanBanHanh",
    "NgayBanHanh",
    "NguoiKy",
    "DoMat",
    "DoKhan",
)
_CELLS = ("TT", "NoiDung", "ChuTri", "ThoiHan", "SanPham")
_ROW = (
    "<PhanCong><TT>{n}</TT><NoiDung>Rà soát, tổng hợp số liệu và báo cáo kết quả thực hiện nhiệm vụ số {n} năm 2026"
    "</NoiDung><ChuTri>Sở Nội vụ</ChuTri><PhoiHop>Sở Tài chính</PhoiHop><PhoiHop>Sở Tư pháp</PhoiHop>"
    "<ThoiHan>15/12/2026</ThoiHan><SanPham>Báo cáo</SanPham></PhanCong>"
)
_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    f'<LayDanhSachVanBanResponse xmlns="{NAMESPACE}"><LayDanhSachVanBanResult><MaLoi>0</MaLoi><ThongBao/>'
)
_TAIL = "<ConNua>false</ConNua></LayDanhSachVanBanResult></LayDanhSachVanBanResponse></s:Body></s:Envelope>"


def write_list(path: Path, count: int) -> None:
    rows = "".join(_ROW.format(n=n) for n in (1, 2, 3))
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for n in range(1, count + 1):
            file.write(
                f"<VanBan><Ma>{n}</Ma><SoKyHieu>{n}/CT-UBND</SoKyHieu><TrichYeu>Về việc tăng cường chỉ đạo, điều hành"
                f" nhiệm vụ thứ {n}</TrichYeu><HinhThuc>Chỉ thị</HinhThuc><CoQuanBanHanh>UBND tỉnh Sông Lam"
                "</CoQuanBanHanh><NgayBanHanh>2026-11-16</NgayBanHanh><TrangThai>DA_PHAT_HANH</TrangThai><NguoiKy>"
                "Trần Văn A</NguoiKy><DoMat>Thường</DoMat><DoKhan>Khẩn</DoKhan><HanXuLy>2026-12-15</HanXuLy>"
                f"{rows}</VanBan>"
            )
        file.write(_TAIL)


def _store(target: Path, directives: Iterable[tuple[list[Any], list[list[Any]]]]) -> None:
    connection = sqlite3.connect(target, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE document (id INTEGER PRIMARY KEY,"
        " number, subject, kind, issuer, issued, signer, secrecy, urgency); CREATE TABLE row (document, ordinal,"
        " content, lead, due, product, coordinators, PRIMARY KEY (document, ordinal)); BEGIN"
    )
    for document, rows in directives:
        connection.execute(f"INSERT INTO document VALUES ({'?,' * 8}?)", document)
        connection.executemany(f"INSERT INTO row VALUES ({'?,' * 6}?)", rows)
    connection.execute("COMMIT")
    connection.close()


def _tree(path: Path) -> Iterator[tuple[list[Any], list[list[Any]]]]:
    for item in etree.parse(str(path)).iter(f"{_SPACE}VanBan"):
        document = [item.findtext(_SPACE + name) for name in _NAMES]
        rows = [
            [
                document[0],
                *(row.findtext(_SPACE + name) for name in _CELLS),
                orjson.dumps([other.text for other in row.findall(f"{_SPACE}PhoiHop")]),
            ]
            for row in item.findall(f"{_SPACE}PhanCong")
        ]
        yield document, rows


def _product(path: Path) -> Iterator[tuple[list[Any], list[list[Any]]]]:
    for raw, _ in ListAnswer(path, Kind.DOCUMENT, "LayDanhSachVanBan"):
        record = decode(raw)
        assert isinstance(record, DirectiveRecord)
        yield _cells(record)


def _cells(record: DirectiveRecord) -> tuple[list[Any], list[list[Any]]]:
    rows = [
        [record.remote_id, r.ordinal, r.content, r.lead, r.deadline, r.product, orjson.dumps(r.coordinators)]
        for r in record.rows
    ]
    issued = record.issued_on.isoformat() if record.issued_on else None
    return [
        record.remote_id,
        record.number,
        record.subject,
        record.doc_type,
        record.issuer,
        issued,
        record.signer,
        record.secrecy,
        record.urgency,
    ], rows


def measure(count: int, way: str) -> dict[str, float]:
    """CPU seconds and memory of one way; the compiled XSD counts as started."""
    schema()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xml"
        write_list(path, count)
        # As in the daemon (`sync.opening`), for both ways alike.
        calm_collector()
        gc.collect()
        before, begun = resident_mib(), time.process_time()
        _store(Path(folder) / "a.db", (_tree if way == "floor" else _product)(path))
        seconds = time.process_time() - begun
        size = path.stat().st_size / 2**20
    return {"seconds": seconds, "grown_mib": peak_mib() - before, "list_mib": size}


def figures() -> dict[str, Any]:
    """The best of three rounds for each way, alternating."""
    rounds = [
        {way: process("bench.soap", str(MANY), way) for way in ("floor", "product")} for _ in range(ROUNDS)
    ]
    best = {way: min(one[way]["seconds"] for one in rounds) for way in ("floor", "product")}
    few = process("bench.soap", str(FEW), "product")
    return {
        "soap_list_mib": round(rounds[0]["floor"]["list_mib"], 1),
        "soap_floor_seconds": round(best["floor"], 2),
        "soap_list_ratio": round(best["product"] / best["floor"], 2),
        "soap_grown_mib_floor": round(rounds[0]["floor"]["grown_mib"]),
        f"soap_grown_mib_{FEW}": round(few["grown_mib"], 1),
        f"soap_grown_mib_{MANY}": round(rounds[0]["product"]["grown_mib"], 1),
    }


if __name__ == "__main__":
    print(orjson.dumps(measure(int(sys.argv[1]), sys.argv[2])).decode())
