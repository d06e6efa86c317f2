"""Files of a packet: joined with the manifest, unpacked, named safely; and packed for sending. Pure.

A file is carried as base64 of its bytes, or of a ZIP with one entry that is named by a
UUID. A .docx is a ZIP as well: only that one entry tells them apart.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
import unicodedata
import uuid
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from connector.edxml.packets import Attachment
from connector.edxml.parsing import Node, refused
from connector.limits import MIB

#: One unpacked file, and how much larger than its packed form it may be.
LARGEST_FILE: Final = 100 * MIB
STEEPEST: Final = 200
_CONTENT: Final = re.compile(rb"<(?:[\w.-]+:)?ContentTransferEncoded(?:\s[^<>]*)?>([^<]*)</", re.IGNORECASE)
_MARKER: Final = re.compile(r"sha256:([0-9a-f]{64}):(\d{1,12})")
_ZIP: Final = b"PK\x03\x04"
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]+')
_LONGEST_NAME: Final = 150
_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file as a packet tells of it. `place` is where it stands among the files of the packet."""

    name: str
    size: int
    place: int
    sha256: str


def attachments_of(root: Node) -> tuple[Attachment, ...]:
    """Every file of a packet. Raises SkipRecord for one that is announced and not there, or damaged."""
    taken: dict[str, int] = {}
    return tuple(_attachment(*carried, taken) for carried in _carried(root))


def _carried(root: Node) -> Iterator[tuple[Node | None, Node, int]]:
    """(manifest entry, file, its place among the files) in the order of the manifest."""
    manifest = root.below("edXMLManifest", "Manifest")
    holder = root.below("AttachmentEncoded")
    carried = holder.all("Attachment") if holder else []
    places = {id(node): place for place, node in enumerate(carried)}
    for reference, node in _joined(manifest.all("Reference") if manifest else [], carried):
        yield reference, node, places[id(node)]


def _joined(references: Sequence[Node], carried: Sequence[Node]) -> Iterator[tuple[Node | None, Node]]:
    """By ContentId; what has none by its place, then by its name."""
    left = list(carried)
    for place, reference in enumerate(references):
        wanted, name = _content_id(reference), _text(reference, "AttachmentName")
        found = next((node for node in left if wanted and _content_id(node) == wanted), None)
        if (
            found is None
            and place < len(carried)
            and carried[place] in left
            and not _content_id(carried[place])
        ):
            found = carried[place]
        if found is None:
            found = next((node for node in left if name and _text(node, "AttachmentName") == name), None)
        if found is None:
            raise refused(f"announces {len(references)} files and does not carry all of them")
        left.remove(found)
        yield reference, found
    for node in left:
        yield None, node


def _attachment(reference: Node | None, node: Node, place: int, taken: dict[str, int]) -> Attachment:
    beside = reference if reference is not None else node
    encoded = node.child("ContentTransferEncoded")
    packed = _decoded(encoded.text if encoded else "")
    return Attachment(
        name=_own_name(_name(reference, node), taken),
        content=unpacked(packed),
        content_type=_text(beside, "ContentType") or _text(node, "ContentType"),
        description=_text(node, "Description") or _text(beside, "Description"),
        content_id=_content_id(node) or _content_id(beside),
        place=place,
    )


def _name(reference: Node | None, node: Node) -> str:
    named = _text(node, "AttachmentName")
    return safe_name(named or (_text(reference, "AttachmentName") if reference is not None else ""))


def without_content(packet: bytes, files: Sequence[Attachment]) -> bytes:
    """The packet with a hash and a size in the place of each file: what is kept of it beside the files.

    Every other byte stays. A packet whose files do not stand where they are looked for is
    kept as it is.
    """
    by_place = {file.place: _marker(file.content) for file in files}
    found = list(_CONTENT.finditer(packet))
    if len(found) != len(by_place):
        return packet
    pieces, end = [], 0
    for place, match in enumerate(found):
        pieces += [packet[end : match.start(1)], by_place[place]]
        end = match.end(1)
    return b"".join((*pieces, packet[end:]))


def listed_files(root: Node) -> tuple[ListedFile, ...]:
    """Every file of a packet by its place, with its content or without."""
    files = []
    taken: dict[str, int] = {}
    for reference, node, place in _carried(root):
        encoded = node.child("ContentTransferEncoded")
        size, sha256 = _told(encoded.text.strip() if encoded else "")
        files.append(ListedFile(_own_name(_name(reference, node), taken), size, place, sha256))
    return tuple(files)


def unpacked(packed: bytes) -> bytes:
    """The file itself. Raises SkipRecord for a packing that is damaged or a bomb (M11)."""
    if not packed.startswith(_ZIP):
        return packed
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as package:
            entries = package.infolist()
            if len(entries) != 1 or not _is_wrapping(entries[0].filename):
                return packed
            return _entry(package, entries[0], len(packed))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError):
        raise refused("carries a file whose packing is damaged") from None


def packed_file(name: str, content: bytes) -> bytes:
    """The ZIP that the kits of the axis make; the same bytes for the same file, so that sending again is equal."""
    digest = hashlib.sha256(content).hexdigest()
    entry = zipfile.ZipInfo(f"{uuid.uuid5(uuid.NAMESPACE_OID, digest)}{_extension(name)}", _BEGINNING)
    entry.compress_type = zipfile.ZIP_DEFLATED
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(entry, content)
    return target.getvalue()


def safe_name(name: str) -> str:
    """A name that stands in no other folder, hides nothing and fits a file system; letters keep their accents."""
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2])
    plain = " ".join(plain.split()).strip(". ")
    extension = _extension(plain)
    return f"{plain.removesuffix(extension)[:_LONGEST_NAME]}{extension}" if plain else "tep-dinh-kem"


def _told(text: str) -> tuple[int, str]:
    """(size, SHA-256) from the marker, or of the content where it is still there."""
    marker = _MARKER.fullmatch(text)
    if marker is not None:
        return int(marker[2]), marker[1]
    content = unpacked(_decoded(text))
    return len(content), hashlib.sha256(content).hexdigest()


def _marker(content: bytes) -> bytes:
    return f"sha256:{hashlib.sha256(content).hexdigest()}:{len(content)}".encode()


def _decoded(text: str) -> bytes:
    plain = "".join(text.split())
    try:
        content = base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError):
        raise refused("carries a file that is not base64") from None
    if not content:
        raise refused("carries a file without content")
    return content


def _entry(package: zipfile.ZipFile, entry: zipfile.ZipInfo, packed: int) -> bytes:
    """Read no further than the limit, whatever the entry says of its size; the checksum is checked at its end."""
    limit = min(LARGEST_FILE, max(packed * STEEPEST, MIB))
    if entry.flag_bits & 1:
        raise refused("carries a file that is locked with a password")
    with package.open(entry) as content:
        found = content.read(limit + 1)
    if len(found) > limit:
        raise refused("carries a file that unpacks to more than is taken")
    return found


def _is_wrapping(filename: str) -> bool:
    try:
        uuid.UUID(filename.partition(".")[0])
    except ValueError:
        return False
    return True


def _content_id(node: Node) -> str:
    shown = _text(node, "ContentId") or node.attributes.get("href", "").strip()
    return shown.removeprefix("cid:").casefold()


def _text(node: Node, name: str) -> str:
    child = node.child(name)
    return " ".join(unicodedata.normalize("NFC", child.text).split()) if child is not None else ""


def _extension(name: str) -> str:
    _, dot, last = name.rpartition(".")
    return f".{last}" if dot and last.isalnum() and len(last) <= 8 else ""


def _own_name(name: str, taken: dict[str, int]) -> str:
    """Two files of one name stay two files."""
    count = taken.get(name.casefold(), 0)
    taken[name.casefold()] = count + 1
    if not count:
        return name
    extension = _extension(name)
    return f"{name.removesuffix(extension)} ({count + 1}){extension}"
