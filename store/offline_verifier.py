#!/usr/bin/env python3
"""Checks a proof bundle with nothing but Python's standard library (3.8 or later): `python3 verify.py`.

This file stands in every bundle as `verify.py`, so it imports nothing of ours and is short enough to be read
before it is believed. In one line it says what is proven, or what is wrong first; the exit code is 0 or 1.

    python3 verify.py [FOLDER] [--key KEY] [--checkpoint FILE]

KEY is the public key as the Office has published it (`tdcd ledger checkpoint` prints it), FILE a checkpoint that
somebody else kept: with them nothing in the bundle has to be believed. Sources: RFC 6962 (the tree), RFC 8032
(Ed25519), C2SP signed-note and tlog-checkpoint (the text forms).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

NOT_OURS = re.compile(r"\..*|Thumbs\.db|desktop\.ini|__pycache__|.*\.pyc")
SAFE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)?")


class Wrong(Exception):
    """What is wrong, in Vietnamese and in English."""

    def __init__(self, vi: str, en: str) -> None:
        self.vi = vi
        self.en = en
        super().__init__(en)


class Checkpoint(NamedTuple):
    """A signed statement: the ledger's name, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes


# Ed25519, RFC 8032 §5.1: points of the curve as (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


class Point(NamedTuple):
    """A point of the curve."""

    x: int
    y: int
    z: int
    t: int


def point(data: bytes) -> Point:
    """The point that 32 bytes stand for. ValueError when they stand for none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if len(data) != 32 or y >= P or (v * x * x - u) % P or (x == 0 and sign):
        raise ValueError("not a point of the curve")
    x = P - x if x & 1 != sign else x
    return Point(x, y, 1, x * y % P)


def plus(p: Point, q: Point) -> Point:
    """The sum of two points."""
    a, b = (p.y - p.x) * (q.y - q.x) % P, (p.y + p.x) * (q.y + q.x) % P
    c, d = 2 * p.t * q.t * D % P, 2 * p.z * q.z % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return Point(e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, p: Point) -> Point:
    """A point added to itself so many times."""
    total = Point(0, 1, 1, 0)
    while number:
        if number & 1:
            total = plus(total, p)
        p, number = plus(p, p), number >> 1
    return total


BASE = point(bytes([0x58]) + bytes([0x66]) * 31)


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature over the message is that key's (RFC 8032 §5.1.7)."""
    if len(signature) != 64:
        return False
    try:
        key, r = point(public), point(signature[:32])
    except ValueError:
        return False
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(s, BASE), plus(r, times(k, key))
    same = not ((left.x * right.z - right.x * left.z) % P or (left.y * right.z - right.y * left.z) % P)
    return s < ORDER and same


# The tree, RFC 6962 §2.1: a leaf is hashed after a byte 0, a node after a byte 1.


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from_leaf(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """The root that a leaf (numbered from 0) and its path lead to. ValueError: the path has a wrong length."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    node, last = leaf, size - 1
    for sibling in path:
        if last == 0:
            raise ValueError("too long")
        if index & 1 or index == last:
            node = node_hash(sibling, node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        index, last = index >> 1, last >> 1
    if last:
        raise ValueError("too short")
    return node


def grew_from(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> bool:
    """Whether the path proves that the larger tree begins with the smaller one (RFC 9162 §2.1.4.2)."""
    if old == new or not old:
        return not path and 0 <= old <= new and (old_root == new_root or old < new)
    if old > new or not path:
        return False
    nodes = ([old_root] if old & (old - 1) == 0 else []) + path
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    small = big = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            small, big = node_hash(node, small), node_hash(node, big)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            big = node_hash(big, node)
        index, last = index >> 1, last >> 1
    return last == 0 and small == old_root and big == new_root


# Notes, keys and checkpoints, C2SP signed-note and tlog-checkpoint.


def read_key(line: str) -> tuple[str, bytes, bytes]:
    """A public key `name+hash+key` as its name, the four bytes of the hash, and 32 bytes."""
    name, tag, encoded = [*line.strip().split("+", 2), "", ""][:3]
    try:
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        raw = b""
    short = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or raw[0] != 1 or short.hex() != tag.lower():
        raise Wrong("khóa công khai không đọc được", "the public key cannot be read")
    return name, short, raw[1:]


def read_note(data: bytes, key: str, what: str) -> str:
    """The text of a note, once its signature by the key is found to hold."""
    name, tag, public = read_key(key)
    text, gap, signatures = data.rpartition(b"\n\n")
    for line in signatures.decode("utf-8", "replace").split("\n") if gap else []:
        parts = line.split(" ")
        try:
            raw = base64.b64decode(parts[2], validate=True) if parts[:2] == ["—", name] else b""
        except (ValueError, IndexError):
            continue
        if raw[:4] == tag and signature_holds(public, text + b"\n", raw[4:]):
            return (text + b"\n").decode("utf-8", "replace")
    raise Wrong(
        f"chữ ký của {what} không đúng với khóa", f"the signature of {what} does not hold under the key"
    )


def read_checkpoint(data: bytes, key: str, what: str) -> Checkpoint:
    """A signed checkpoint."""
    lines = [*read_note(data, key, what).split("\n"), "", "", ""]
    try:
        root = base64.b64decode(lines[2], validate=True)
    except ValueError:
        root = b""
    if len(root) != 32 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
        raise Wrong(f"{what} không phải là một mốc chốt sổ", f"{what} is not a checkpoint")
    return Checkpoint(lines[0], int(lines[1]), root)


# The bundle: signed files, entries with their paths, and a signed list of all files.


def read(folder: Path, name: str) -> bytes:
    """The bytes of a file of the bundle."""
    try:
        return (folder / name).read_bytes()
    except OSError:
        raise Wrong(f"thiếu tệp {name}", f"the file {name} is missing") from None


def hashes(found: Any) -> list[bytes]:
    """A list of hashes in hex."""
    return [bytes.fromhex(one) for one in found]


def entry_name(seq: int) -> str:
    """Where an entry stands in the bundle: the very bytes that were hashed."""
    return f"entries/{seq:09d}.entry"


def check_entry(folder: Path, entry: Any, task: str, top: Checkpoint) -> list[Any]:
    """One entry: its bytes give its hash, its hash the root, and it speaks of this task. Gives its first line."""
    seq = int(entry["seq"])
    data = read(folder, entry_name(seq))
    if leaf_hash(data).hex() != entry["leaf"]:
        raise Wrong(
            f"mục {seq} đã bị sửa: nội dung không cho ra mã băm của nó",
            f"entry {seq} was changed: its contents do not give its hash",
        )
    try:
        root = root_from_leaf(seq - 1, top.size, leaf_hash(data), hashes(entry["path"]))
    except ValueError:
        root = b""
    if root != top.root:
        raise Wrong(
            f"mục {seq} không có trong sổ đã ký: đường dẫn không tới gốc",
            f"entry {seq} is not in the signed ledger: its path does not lead to the root",
        )
    line: list[Any] = json.loads(data.split(b"\n", 1)[0])
    if line[0] != seq or line[2] != task:
        raise Wrong(f"mục {seq} nói về việc khác", f"entry {seq} is about something else")
    return line


def check_files(folder: Path, key: str, origin: str, task: str) -> None:
    """Every file is as it was listed and signed, and no other file stands beside them."""
    text = read_note(read(folder, "manifest.txt"), key, "manifest.txt")
    head, named, *lines = text[:-1].split("\n")
    if head != f"tdcd-bundle/v1 {origin}" or named != task:
        raise Wrong("danh mục tệp là của hồ sơ khác", "the list of files belongs to another bundle")
    listed = {"manifest.txt"}
    for line in lines:
        digest, _, name = line.partition(" ")
        if not SAFE_NAME.fullmatch(name):
            raise Wrong(
                "danh mục tệp có tên không hợp lệ", "the list of files holds a name that is not allowed"
            )
        if hashlib.sha256(read(folder, name)).hexdigest() != digest:
            raise Wrong(f"tệp {name} đã bị sửa", f"the file {name} was changed")
        listed.add(name)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        skipped = any(NOT_OURS.fullmatch(part) for part in path.relative_to(folder).parts)
        if path.is_file() and name not in listed and not skipped:
            raise Wrong(f"tệp {name} không thuộc hồ sơ", f"the file {name} is not part of the bundle")


def check_growth(folder: Path, key: str, top: Checkpoint, path: list[bytes]) -> Checkpoint | None:
    """The earlier checkpoint, if there is one: the ledger of this one began with the ledger of that one."""
    if not (folder / "earlier.txt").exists():
        return None
    old = read_checkpoint(read(folder, "earlier.txt"), key, "earlier.txt")
    if old.origin != top.origin or not grew_from(old.size, top.size, old.root, top.root, path):
        raise Wrong(
            "mốc chốt trước không nằm trong mốc chốt này: sổ đã bị viết lại",
            "the earlier checkpoint is not contained in this one: the ledger was rewritten",
        )
    return old


def check_kept(file: Path, key: str, known: list[Checkpoint]) -> None:
    """A checkpoint that somebody else kept says the same as the one of its size in the bundle."""
    kept = read_checkpoint(read(file.parent, file.name), key, file.name)
    same = [one for one in known if one.size == kept.size]
    if not same:
        sizes = ", ".join(str(one.size) for one in known)
        raise Wrong(
            f"mốc được giữ có {kept.size} mục, hồ sơ chỉ có mốc {sizes} mục: không so được",
            f"the kept checkpoint has {kept.size} entries, the bundle's have {sizes}: they cannot be compared",
        )
    if kept not in known:
        raise Wrong("mốc được giữ khác mốc trong hồ sơ", "the kept checkpoint is not the bundle's")


def check(folder: Path, pinned: str = "", kept: Path | None = None) -> tuple[str, str]:
    """What the bundle proves, in Vietnamese and English. Wrong says what does not hold first."""
    key = pinned.strip() or read(folder, "key.pub").decode("utf-8", "replace").strip()
    top = read_checkpoint(read(folder, "checkpoint.txt"), key, "checkpoint.txt")
    try:
        proof = json.loads(read(folder, "proof.json"))
        task, entries = proof["task"], proof["entries"]
        lines = [check_entry(folder, entry, task, top) for entry in entries]
        growth = hashes(proof["consistency"])
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise Wrong(
            "tệp proof.json hoặc một mục không đọc được", "proof.json or an entry cannot be read"
        ) from None
    if not lines or len({line[0] for line in lines}) != len(lines):
        raise Wrong(
            "không có mục nào, hoặc một mục có hai lần", "there is no entry, or one stands there twice"
        )
    old = check_growth(folder, key, top, growth)
    check_files(folder, key, top.origin, task)
    if kept is not None:
        check_kept(kept, key, [top, *([old] if old else [])])
    shown = json.loads(read(folder, "task.json"))["shown"]
    state, as_of, tag = shown["state"], shown["as_of"], read_key(key)[1].hex()
    vi = (
        f"nhiệm vụ {task}: {len(lines)} mục (số {lines[0][0]} đến {lines[-1][0]}) có nguyên vẹn trong sổ "
        f"{top.origin} gồm {top.size} mục, ký bằng khóa {tag}; trạng thái lúc {as_of}: {state}"
    )
    en = (
        f"task {task}: {len(lines)} entries ({lines[0][0]} to {lines[-1][0]}) stand unchanged in ledger "
        f"{top.origin} of {top.size} entries, signed by key {tag}; state at {as_of}: {state}"
    )
    return vi, en


def main() -> int:
    """Check the bundle and say so in one line."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    parser = argparse.ArgumentParser(description="Check a proof bundle offline.")
    parser.add_argument("folder", nargs="?", default=str(Path(__file__).resolve().parent))
    parser.add_argument("--key", default="", help="the public key as the Office has published it")
    parser.add_argument("--checkpoint", default="", help="a checkpoint that somebody else kept")
    given = parser.parse_args()
    try:
        vi, en = check(Path(given.folder), given.key, Path(given.checkpoint) if given.checkpoint else None)
    except Wrong as wrong:
        sys.stdout.write(f"SAI: {wrong.vi}. / WRONG: {wrong.en}.\n")
        return 1
    pinned = "" if given.key else " Hãy đối chiếu khóa. / Compare the key."
    sys.stdout.write(f"ĐÚNG: {vi}. / PROVEN: {en}.{pinned}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
