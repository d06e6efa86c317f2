"""Signed notes and the key that signs them, in the open text forms of C2SP (signed-note, tlog-checkpoint).

A checkpoint is three lines, the ledger's name, how many entries it has, the root over them in base64, and
below an empty line the Ed25519 signature (RFC 8032). Keys are written as other programs write them, so that
a ledger can be watched with tools that are not ours: `name+hash+key` for everybody, and
`PRIVATE+KEY+name+hash+seed` in a file that only its owner may read (`store/keys.py`).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64Error
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: The only kind of signature used: Ed25519, by its number in the specification of signed notes.
ED25519 = b"\x01"
PRIVATE = "PRIVATE+KEY+"
NAME = re.compile(r"[^\s+]+")
SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")

#: No note of ours comes near it; what is longer is not read.
LONGEST = 1_000_000


class NoteError(ValueError):
    """A note or key that cannot be read, or that nobody known has signed; the text says which."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key (32 bytes) and the name it signs under."""

    name: str
    public: bytes

    @property
    def tag(self) -> bytes:
        """Four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.tag.hex()}+{b64encode(ED25519 + self.public).decode()}"

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether the signature over the text is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key; its seed (32 bytes) is never shown."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The signed note over a text. ValueError unless its last line is ended and not empty."""
        if not text.endswith("\n") or text.endswith("\n\n"):
            raise ValueError("the text of a note ends with one line feed")
        signature = self._private().sign(text.encode())
        return f"{text}\n— {self.name} {b64encode(self.key.tag + signature).decode()}\n"

    def secret_line(self) -> str:
        """The key as its file holds it: for nobody else."""
        return f"{PRIVATE}{self.name}+{self.key.tag.hex()}+{b64encode(ED25519 + self.seed).decode()}"

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def read_signer(line: str) -> Signer:
    """The private key of a line. NoteError, which never quotes the line, when it is none."""
    if not line.startswith(PRIVATE):
        raise NoteError("it does not hold a private key")
    name, tag, seed = _key_parts(line.removeprefix(PRIVATE))
    signer = Signer(name, seed)
    if signer.key.tag != tag:
        raise NoteError("the key in it is damaged: it does not give its own hash")
    return signer


def read_key(line: str) -> VerifierKey:
    """The public key of a line `name+hash+key`. NoteError when it is none."""
    name, tag, public = _key_parts(line)
    key = VerifierKey(name, public)
    if key.tag != tag:
        raise NoteError("the public key is damaged: it does not give its own hash")
    return key


def _key_parts(line: str) -> tuple[str, bytes, bytes]:
    """Name, tag and the 32 bytes of a key."""
    name, _, rest = line.strip().partition("+")
    tag, _, encoded = rest.partition("+")
    try:
        raw = b64decode(encoded, validate=True)
        found = name, bytes.fromhex(tag), raw[1:]
    except (NotBase64Error, ValueError):
        raise NoteError("it is not a key in the form name+hash+key") from None
    if not NAME.fullmatch(name) or raw[:1] != ED25519 or len(raw) != 33:
        raise NoteError("it is not an Ed25519 key in the form name+hash+key")
    return found


def read_note(note: str, keys: Iterable[VerifierKey]) -> str:
    """The text of a note that one of the keys has signed.

    Signatures under other names or keys are passed over, as the specification asks. NoteError: it is no
    note, no known key has signed it, or a signature that claims a known key is wrong.
    """
    text, signatures = split_note(note)
    known = {(key.name, key.tag): key for key in keys}
    signed = False
    for name, raw in signatures:
        key = known.get((name, raw[:4]))
        if key is None:
            continue
        if not key.holds(text, raw[4:]):
            raise NoteError(f"the signature of {name} does not hold")
        signed = True
    if not signed:
        raise NoteError("no known key has signed it")
    return text


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """A note as its text and its signatures (name, tag and signature), not verified. NoteError: no note."""
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n") or len(note) > LONGEST:
        raise NoteError("it is not a signed note")
    found = []
    for line in signatures[:-1].split("\n"):
        match = SIGNATURE.fullmatch(line)
        if match is None:
            raise NoteError("it is not a signed note: a line of signatures cannot be read")
        try:
            found.append((match[1], b64decode(match[2], validate=True)))
        except NotBase64Error:
            raise NoteError("it is not a signed note: a signature cannot be read") from None
    return f"{text}\n", found


@dataclass(frozen=True, slots=True)
class Statement:
    """What a checkpoint says: which ledger (its origin), how many entries, and the root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def read_statement(text: str) -> Statement:
    """The statement of a checkpoint's text; further lines, as the form allows, are passed over.

    NoteError: it is not a checkpoint.
    """
    origin, size, root, *_ = [*text.split("\n"), "", "", ""]
    try:
        raw = b64decode(root, validate=True)
    except (NotBase64Error, ValueError):
        raw = b""
    if not origin or not re.fullmatch(r"0|[1-9][0-9]{0,18}", size) or len(raw) != 32:
        raise NoteError("it is not a checkpoint: three lines with name, size and root are missing")
    return Statement(origin, int(size), raw)


def ledger_origin(salt: bytes) -> str:
    """The name by which checkpoints know a ledger: from its salt, one-way, so that copies share it."""
    return f"tdcd/ledger/{sha256(b'tdcd ledger origin' + salt).hexdigest()[:16]}"
